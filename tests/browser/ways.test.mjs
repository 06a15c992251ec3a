// The ways through a questionnaire: forward, what opens on a telephone, and what is read first.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PHONE, assertKeptToItself, openPage } from './support/browser.mjs';
import { hold } from './support/family.mjs';
import { sitDown } from './support/kiosk.mjs';
import { standAtSession } from './support/standing.mjs';

const { browser, session, cards } = await standAtSession();

const shows = (page, screen) => page.locator(`[data-stage][data-shows="${screen}"]`).waitFor().then(() => page.waitForTimeout(350)); // past the guard against double taps

test('the browser’s Forward leads to no question, and what a tap opens stands above the moves', async () => {
  const page = await openPage(browser, { viewport: PHONE });
  await page.goto(session);
  await sitDown(page, { card: cards[0], animal: 'owl', year: 4 });
  const count = () => page.locator('[data-count]').innerText();
  const next = async () => {
    const before = await page.locator('.screen.now').evaluate((now) => [...now.parentNode.children].indexOf(now));
    await page.waitForTimeout(350);
    const skip = page.locator('.screen.now [data-skip]');
    await ((await skip.count()) ? skip.first() : page.locator('[data-next]')).click();
    await page.waitForFunction((before) => { const now = document.querySelector('.screen.now'); return [...now.parentNode.children].indexOf(now) !== before; }, before);
  };
  await next();
  await next();
  await next();
  const third = await count();
  await page.goBack();
  await page.waitForFunction((third) => document.querySelector('[data-count]').textContent !== third, third);
  const second = await count();
  await page.goForward();
  await page.waitForTimeout(400);
  assert.equal(await count(), second, 'Forward goes nowhere, least of all back');
  while (!(await page.locator('.screen.now [data-child]').count())) await next();
  await page.waitForTimeout(350);
  const lower = page.locator('.screen.now [data-child]').last();
  await lower.locator('[data-choose]').click();
  const [how, moves] = [await lower.locator('[data-how]').boundingBox(), await page.locator('[data-moves]').boundingBox()];
  assert.ok(how.height > 40 && how.y + how.height <= moves.y, `${how.y + how.height} is not above ${moves.y}`);
  assertKeptToItself(page);
});

test('the question is read, and not the row of the family’s pictures', async () => {
  const page = await openPage(browser);
  await page.goto(session);
  await sitDown(page, { card: cards[1], animal: 'fox', year: 4 });
  await page.waitForTimeout(350);
  await page.locator('[data-stop]').click();
  await page.waitForTimeout(350);
  await page.getByRole('button', { name: 'Yes, stop' }).click();
  await shows(page, 'pass-on');
  const filled = await page.locator('[data-stage] .row .button:not(.plain):visible').allInnerTexts();
  assert.match(filled.join(), /^Next in our family/, 'the way on is the one to do next, and closing the card is not');
  await page.locator('[data-who]').click();
  await page.locator('[data-who] .brief').waitFor(); // a tap was too short, and is told so
  await hold(page, page.locator('[data-who]'));
  await shows(page, 'who');
  await page.getByRole('button', { name: /^Owl/ }).click();
  await shows(page, 'year');
  await page.getByRole('button', { name: 'Year 4', exact: true }).click();
  await shows(page, 'ready');
  assert.equal(await page.locator('[data-bar] li').count(), 2, 'the row is there');
  const said = await page.evaluate(() => window.pencilmark.aloud.wordsOf(document.querySelector('[data-stage]')));
  assert.match(said[0], /^This is Owl’s/);
  assert.ok(said.some((words) => /Would you like to/.test(words)) && !said.some((words) => /Fox/.test(words)), said.join(' | '));
});
