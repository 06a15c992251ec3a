// What a leader does besides watching: starts the afters, finds a family, says who is who, prints and keys in paper.
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { PHONE, assertAccessible, assertKeptToItself, openPage } from './support/browser.mjs';
import { answer, come } from './support/family.mjs';
import { standAtShort } from './support/standing.mjs';

const SIZES = { phone: PHONE, tablet: { width: 1024, height: 768 } };

const { browser, session, cards } = await standAtShort();
const leader = session.replace('/s/', '/sessions/');

/** Opens a leader's screen at every size; `PENCILMARK_SHOTS` keeps a picture of each. */
async function onEachSize(where, look = async () => {}) {
  for (const [name, viewport] of Object.entries(SIZES)) {
    const page = await openPage(browser, { viewport });
    await page.goto(`${leader}/${where}`);
    await assertAccessible(page, `${where} on a ${name}`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(wide <= 0, `${where} on a ${name} is ${wide} px too wide`);
    if (process.env.PENCILMARK_SHOTS) {
      await page.screenshot({ path: path.join(process.env.PENCILMARK_SHOTS, `${where.replaceAll('/', '-')}-${name}.png`), fullPage: true });
    }
    await look(page);
    assertKeptToItself(page);
    await page.context().close();
  }
}

test('a leader starts the afters with one tap, and a tablet asks for them', async () => {
  const tablet = await openPage(browser);
  await come(tablet, session, cards[0], { animal: 'Fox', year: 'Year 1' });
  await answer(tablet, {});
  await onEachSize('afters');
  const phone = await openPage(browser, { viewport: PHONE });
  await phone.goto(`${leader}/afters`);
  await phone.getByRole('button', { name: 'Start afters' }).click();
  await phone.getByRole('heading', { name: 'Afters have started' }).waitFor();
  await onEachSize('afters');
  const other = await openPage(browser);
  const headings = await come(other, session, cards[0], { animal: 'Fox' });
  assert.equal(headings.at(-1), 'This is Fox’s after');
  // Who comes only now answers the after alone, unless the leader knows better.
  const late = await openPage(browser);
  await late.goto(session);
  await late.locator('[data-tablet][data-open]').waitFor();
  await late.getByLabel('Type the six letters and numbers on your card').fill(cards[3]);
  await late.getByRole('button', { name: 'Open my card' }).click();
  for (const name of ['Owl', 'Year 1', 'Yes']) {
    await late.waitForTimeout(320); // the page takes an earlier tap for an echo of the last one
    await late.getByRole('button', { name, exact: name !== 'Owl' }).click();
  }
  await late.getByRole('heading', { name: 'This is Owl’s after' }).waitFor();
  await late.waitForTimeout(320);
  await late.getByRole('button', { name: 'No, it is the before' }).click();
  await late.locator('.survey-head').getByText('before').waitFor();
});

test('the screens to find a family and to say who is who fit a phone and a tablet', async () => {
  const stranger = await openPage(browser);
  await come(stranger, session, cards[1], { animal: 'Owl', year: 'Year 1' });
  await answer(stranger, {});
  await onEachSize('find', async (page) => {
    await page.getByRole('link', { name: `This is the family of ${cards[0]}` }).click();
    await page.getByRole('heading', { name: `A spare card for ${cards[0]}` }).waitFor();
    await assertAccessible(page, 'a spare card');
  });
  await onEachSize('links', async (page) => {
    await page.getByRole('heading', { name: 'An after without a before' }).waitFor();
    assert.match(await page.locator('main').innerText(), /May be the after of/);
  });
});

test('paper is printed on A4 and keyed in with the keyboard alone', async () => {
  await onEachSize('paper');
  await onEachSize('keying/ks2/pre');
  const page = await openPage(browser, { viewport: SIZES.tablet });
  await page.goto(`${leader}/paper/ks2/pre`);
  await assertAccessible(page, 'a questionnaire on paper');
  await page.goto(`${leader}/keying/ks2/pre`);
  await page.keyboard.type(cards[2]);
  await page.keyboard.press('Tab');
  await page.keyboard.type('Fox');
  await page.keyboard.press('Tab');
  await page.keyboard.type('Year 4');
  await page.keyboard.press('Tab');
  const now = () => page.evaluate(() => document.activeElement.name);
  const first = await now();
  await page.keyboard.type('7');
  assert.equal(await page.locator(`[name="${first}"]`).inputValue(), '', 'a wrong key is refused at once');
  assert.match(await page.getByRole('status').first().innerText(), /is none of/);
  await page.keyboard.type('1');
  assert.notEqual(await now(), first, 'a right key goes on');
  await page.keyboard.press('ArrowUp');
  assert.equal(await now(), first);
  for (let cell = 0; cell < 200 && (await page.evaluate(() => document.activeElement.tagName)) === 'INPUT'; cell += 1) await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelector('[name="code"]').value === '');
  assert.equal(await page.locator('.error-summary').count(), 0);
});
