// Families that do not finish: who stops, who walks away, and whoever finds the tablet then.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HALL } from './support/browser.mjs';
import { remembered } from './support/family.mjs';
import { answerShort, profile, sitDown, switchOn } from './support/kiosk.mjs';
import { CANARY, assertNothing, settled, step } from './support/nothing.mjs';
import { until } from './support/server.mjs';
import { standAtShort } from './support/standing.mjs';

const { browser, server, front, session, cards } = await standAtShort({ https: true });

const plain = () => session.replace('127.0.0.1', HALL);
const secure = () => session.replace(server.url, front.url);
const shows = (page, screen) => page.locator(`[data-stage][data-shows="${screen}"]`).waitFor();

/** Somebody in the middle of the questions, with words written that nobody else is to see. */
async function inTheMiddle(address, person) {
  const context = await browser.newContext({ viewport: { width: 768, height: 1024 } });
  const page = await context.newPage();
  await page.clock.install();
  await page.goto(address);
  if (address.startsWith('https')) await settled(page);
  await sitDown(page, { year: 1, ...person });
  await answerShort(page, { upTo: 3 });
  await page.locator('.screen.now .typed').fill(CANARY);
  await until('it to be kept', () => page.evaluate(async (canary) => JSON.stringify(await window.pencilmark.memory.all('drafts')).includes(canary), CANARY));
  await page.evaluate(() => { window.sameDocument = true; });
  return page;
}

/** In a new document, with nothing to be found by any way round. */
async function assertForgotten(page, card) {
  await page.waitForFunction(() => !window.sameDocument && document.querySelector('[data-open]'));
  assert.equal(await page.evaluate(() => window.pencilmark.left.draft()), null);
  await assertNothing(page, 'at once');
  for (let i = 0; i < 10; i += 1) { await step(page, 'goBack'); await assertNothing(page, `Back ${i + 1}`); }
  for (let i = 0; i < 3; i += 1) { await step(page, 'goForward'); await assertNothing(page, `forward ${i + 1}`); }
  await step(page, 'reload');
  await assertNothing(page, 'reload');
  await page.clock.runFor(15_000); // a page that went while it was sending is not waited for any longer
  await until('what there was to be sent', async () => (await remembered(page)) === '0 drafts, 0 waiting');
  const kept = await page.evaluate(() => JSON.stringify([Object.assign({}, sessionStorage), Object.assign({}, localStorage)]));
  assert.ok(!kept.includes(CANARY), kept);
  if (card) assert.ok(!kept.includes(card.replace('-', '')), kept);
  await page.context().close();
}

for (const [name, address, first] of [['plain http', plain, 0], ['https', secure, 4]]) {
  test(`on ${name} Back, forward and reload show nothing after somebody has stopped`, async () => {
    const page = await inTheMiddle(address(), { card: cards[first], animal: 'fox' });
    await page.locator('[data-stop]').evaluate((button) => button.click());
    await page.locator('[data-stop-now]').evaluate((button) => button.click());
    await shows(page, 'pass-on');
    await assertForgotten(page);
  });

  test(`on ${name} Back, forward and reload show nothing after a family has walked away`, async () => {
    const page = await inTheMiddle(address(), { card: cards[first + 1], animal: 'owl' });
    await page.clock.runFor(181_000);
    await shows(page, 'resume');
    await assertNothing(page, 'hidden');
    await page.clock.runFor(721_000);
    await shows(page, 'start');
    await assertForgotten(page, cards[first + 1]);
  });
}

test('“Start fresh” opens a new page, and the last family’s answers are in none', async () => {
  const page = await inTheMiddle(plain(), { card: cards[2], animal: 'bee' });
  await page.clock.runFor(181_000);
  await shows(page, 'resume');
  await page.locator('[data-fresh]').evaluate((button) => button.click());
  await shows(page, 'start');
  await assertForgotten(page, cards[2]);
});

test('Back to a page left in the middle asks whose questions these were', async () => {
  const page = await inTheMiddle(plain(), { card: cards[8], animal: 'cat' });
  await page.goto(`${new URL(plain()).origin}/privacy`);
  await step(page, 'goBack');
  await shows(page, 'resume');
  await assertNothing(page, 'asked');
  await page.context().close();
});

test('a tablet that is only loaded again gives the next family no more time for the right picture', async () => {
  const page = await inTheMiddle(plain(), { card: cards[9], animal: 'whale' });
  await page.clock.runFor(100_000);
  await page.reload(); // which keeps the answers once more
  await shows(page, 'resume');
  await page.locator('[data-open]').waitFor();
  await page.locator('[data-resume="whale"]').evaluate((button) => button.click());
  await page.getByLabel('Somebody else may have come since. Type the code on your card to go on').waitFor();
  assert.equal(await page.locator('.screen').count(), 0);
  await page.context().close();
});

test('a browser that opens its last pages again shows nothing of who was answering', async () => {
  const memory = profile();
  let tablet = await switchOn(memory.folder);
  await tablet.page.goto(plain());
  await sitDown(tablet.page, { card: cards[10], animal: 'frog', year: 1 });
  await answerShort(tablet.page, { upTo: 3 });
  await tablet.page.locator('.screen.now .typed').fill(CANARY);
  await until('it to be kept', () => tablet.page.evaluate(async (canary) => JSON.stringify(await window.pencilmark.memory.all('drafts')).includes(canary), CANARY));
  await tablet.close();
  tablet = await switchOn(memory.folder, ['--restore-last-session']);
  const page = await until('the page to be opened again', () => tablet.page.context().pages().find((one) => one.url() === plain()));
  await shows(page, 'resume');
  await assertNothing(page, 'opened again');
  await tablet.close();
  memory.gone();
});

test('where answers are kept nowhere but in the page, nothing leaves it while they wait', async () => {
  const context = await browser.newContext({ serviceWorkers: 'block' });
  const page = await context.newPage();
  await page.addInitScript(() => {
    IDBFactory.prototype.open = () => { throw new Error('blocked'); };
    Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };
  });
  await page.goto(plain());
  await page.route(/\/r\//, (route) => route.abort());
  await sitDown(page, { card: cards[11], animal: 'sun' });
  await page.evaluate(() => { window.sameDocument = true; });
  for (;;) {
    const more = await page.evaluate(() => {
      const screen = document.querySelector('.screen.now');
      if (screen) (screen.querySelector('[data-skip]') || document.querySelector('[data-next]')).click();
      return Boolean(screen);
    });
    if (!more) break;
  }
  await shows(page, 'pass-on');
  await page.locator('[data-all-done]').evaluate((button) => button.click());
  await shows(page, 'start');
  await page.keyboard.press('F5');
  assert.equal(await remembered(page), '0 drafts, 1 waiting');
  assert.equal(await page.evaluate(() => window.sameDocument), true);
  await context.close();
});
