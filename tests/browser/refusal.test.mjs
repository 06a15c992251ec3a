// A no and a stop hold for the day, also when the card is opened again.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible, assertKeptToItself, openPage } from './support/browser.mjs';
import { come, hold, openCard, passOn } from './support/family.mjs';
import { answerShort } from './support/kiosk.mjs';
import { standAtShort } from './support/standing.mjs';

const { browser, session, cards } = await standAtShort();

const shows = (page, screen) => page.locator(`[data-stage][data-shows="${screen}"]`).waitFor().then(() => page.waitForTimeout(350)); // past the guard against double taps

test('whoever said no or stopped is asked again only by holding their picture, also when the card comes back', async () => {
  const page = await openPage(browser);
  await come(page, session, cards[0], { animal: 'Cat', year: 'Year 1' });
  await page.waitForTimeout(350);
  await page.locator('[data-stop]').click();
  await page.waitForTimeout(350);
  await page.getByRole('button', { name: 'Yes, stop' }).click();
  await shows(page, 'pass-on');
  await hold(page, page.locator('[data-who]'));
  await shows(page, 'who');
  await page.getByRole('button', { name: /^Bee/ }).click();
  await shows(page, 'year');
  await page.getByRole('button', { name: 'Year 2', exact: true }).click();
  await shows(page, 'ready');
  await page.getByRole('button', { name: 'No thank you' }).click();
  await shows(page, 'declined');
  await passOn(page);
  await openCard(page, session, cards[0]);
  await shows(page, 'who');
  const picture = (animal) => page.locator(`[name="animal"][value="${animal}"]`);
  assert.match(await picture('bee').innerText(), /said no today/);
  assert.match(await picture('cat').innerText(), /stopped today/);
  assert.equal(await page.locator('[name="leaving"]:visible').count(), 0, 'who has not begun is not asked whether they leave early');
  await assertAccessible(page, 'who, after a no');
  await picture('bee').click();
  await page.waitForTimeout(350);
  assert.equal(await page.locator('[data-stage]').getAttribute('data-shows'), 'who', 'a tap takes nobody’s picture');
  const notes = await page.evaluate(async () => JSON.stringify((await window.pencilmark.memory.all('seen')).filter(({ key }) => key.startsWith('no.'))));
  assert.equal(JSON.parse(notes).length, 2);
  assert.doesNotMatch(notes, new RegExp(cards[0].replace('-', '')), 'of the card only its hash is remembered');
  await hold(page, picture('bee'));
  await shows(page, 'year');
  assertKeptToItself(page);
});

test('a grown-up’s no gives way to their yes on another tablet, so that a child is not left without an after', async () => {
  const first = await openPage(browser);
  await openCard(first, session, cards[2]);
  await shows(first, 'who');
  await first.getByRole('button', { name: /^Bee/ }).click();
  await shows(first, 'year');
  await first.getByRole('button', { name: 'Year 2', exact: true }).click();
  await shows(first, 'permission');
  await first.getByRole('button', { name: 'No', exact: true }).click();
  await shows(first, 'declined');
  await passOn(first);
  const second = await openPage(browser);
  await come(second, session, cards[2], { animal: 'Bee', year: 'Year 2' });
  await answerShort(second);
  await shows(second, 'pass-on');
  await second.getByText('Received').first().waitFor();
  await openCard(first, session, cards[2]);
  await shows(first, 'who');
  assert.equal(await first.getByText('A grown-up said no for the children today').isVisible(), false);
  assert.equal(await first.getByRole('button', { name: /Bee/ }).first().isVisible(), true);
});

test('a grown-up’s no to their children holds for the day, also when the card comes back, and ends only when it is held', async () => {
  const page = await openPage(browser);
  const children = () => page.locator('[name="animal"]').evaluateAll((all) => all.filter((one) => one.closest('fieldset, [data-known]')).map((one) => one.value).filter((animal) => animal !== 'sun' && animal !== 'moon'));
  const refused = page.getByText('A grown-up said no for the children today');
  await openCard(page, session, cards[1]);
  await shows(page, 'who');
  assert.equal(await refused.isVisible(), false);
  await page.getByRole('button', { name: /^Bee/ }).click();
  await shows(page, 'year');
  await page.getByRole('button', { name: 'Year 2', exact: true }).click();
  await shows(page, 'permission');
  await page.getByRole('button', { name: 'No', exact: true }).click();
  await shows(page, 'declined');
  await passOn(page);
  await openCard(page, session, cards[1]);
  await shows(page, 'who');
  await refused.waitFor();
  assert.deepEqual(await children(), []);
  assert.equal(await page.getByRole('button', { name: /^Sun/ }).isVisible(), true, 'a grown-up may answer');
  await assertAccessible(page, 'who, after a grown-up’s no');
  const afterAll = page.getByRole('button', { name: /They may be asked after all/ });
  await afterAll.click();
  await page.waitForTimeout(350);
  assert.deepEqual(await children(), [], 'a tap is not enough');
  await hold(page, afterAll);
  await page.getByRole('button', { name: /^Bee/ }).waitFor();
  await page.waitForTimeout(350);
  await page.getByRole('button', { name: 'Another card' }).click();
  await shows(page, 'start');
  await openCard(page, session, cards[1]);
  await shows(page, 'who');
  assert.equal((await children()).length, 6);
  assert.equal(await refused.isVisible(), false);
  assertKeptToItself(page);
});
