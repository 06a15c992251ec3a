// A fresh page: what stands on it first is whose turn it is, and where nobody can say that, what the server drew.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openPage } from './support/browser.mjs';
import { answerShort, sitDown } from './support/kiosk.mjs';
import { standAtShort } from './support/standing.mjs';

const { browser, server, session, cards } = await standAtShort();

/** Tells of every frame which screen can be seen in it; and what the tablet remembers comes as late as is said. */
function frames(lateMs) {
  let real;
  window.pencilmark = {};
  Object.defineProperty(window.pencilmark, 'leftBehind', {
    set(work) { real = work; },
    get: () => async () => { await new Promise((resolve) => { setTimeout(resolve, lateMs); }); return real(); },
  });
  let last = '';
  const look = () => {
    const stage = document.querySelector('[data-stage]');
    const heading = stage && stage.querySelector('h1');
    if (heading && getComputedStyle(heading).visibility === 'visible' && heading.textContent !== last) console.log(`seen ${last = heading.textContent}`);
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

async function watched(lateMs) {
  const page = await openPage(browser);
  await page.addInitScript(frames, lateMs);
  const seen = [];
  page.on('console', (message) => { if (message.text().startsWith('seen ')) seen.push(message.text().slice(5)); });
  return { page, seen };
}

const opened = (page) => page.locator('[data-tablet][data-open]').waitFor();

test('after Finish no frame of the new page shows the start page', async () => {
  const { page, seen } = await watched(400);
  await page.goto(session);
  await sitDown(page, { card: cards[0], animal: 'fox', year: 1 });
  await page.evaluate(() => { window.sameDocument = true; });
  seen.length = 0;
  await answerShort(page);
  await page.waitForFunction(() => !window.sameDocument && document.querySelector('[data-open] [data-shows="pass-on"]'));
  assert.deepEqual(seen.filter((heading) => /card is yours/.test(heading)), [], seen.join(' | '));
  assert.match(seen.at(-1), /Thank you/);
  seen.length = 0;
  await page.reload();
  await opened(page);
  assert.deepEqual(seen.filter((heading) => !/Thank you/.test(heading)), [], 'nor does a reload');
});

test('a card that was scanned opens without the start page', async () => {
  const { page, seen } = await watched(0);
  await page.goto(`${server.url}/c/${cards[1]}`);
  await page.locator('[data-stage][data-shows="who"]').waitFor();
  await opened(page);
  assert.deepEqual(seen, ['Who is answering?']);
});

test('a memory that says nothing for long hides nothing for long', async () => {
  const { page, seen } = await watched(3_600_000);
  await page.goto(session);
  await page.getByRole('heading', { name: 'Which card is yours?' }).waitFor();
  assert.deepEqual(seen, ['Hello! Which card is yours?']);
  assert.equal(await page.locator('[data-open]').count(), 0, 'it is still waited for');
});
