// What the next person at a tablet finds of the last: how to look for it, wherever it may be.
import assert from 'node:assert/strict';

/** Written into an answer, to be looked for. */
export const CANARY = 'astronaut-canary';

/** A worker that wakes up takes what the browser keeps out of its back-forward cache: what follows begins after that. */
export function settled(page) {
  return page.evaluate(async () => {
    const { active } = await navigator.serviceWorker.ready;
    while (active.state !== 'activated' || !navigator.serviceWorker.controller) {
      await new Promise((wait) => { setTimeout(wait, 20); });
    }
  });
}

/** Nothing of an answer anywhere in the page: not written, not in a control, not chosen. */
export async function assertNothing(page, where) {
  const found = await page.evaluate((canary) => {
    const controls = Array.from(document.querySelectorAll('input, textarea'));
    return {
      written: document.documentElement.outerHTML.includes(canary),
      typed: controls.filter((control) => control.type === 'text' && control.value).map((control) => control.value),
      chosen: controls.filter((control) => control.checked).length,
      screens: document.querySelectorAll('.screen').length,
    };
  }, CANARY).catch((error) => {
    if (/navigat|context/i.test(String(error))) return null; // between two pages there is nothing to see
    throw error;
  });
  if (found) assert.deepEqual(found, { written: false, typed: [], chosen: 0, screens: 0 }, where);
}

/** How many screens stood in each page that the browser brought back, before any script of ours could mend it. */
export async function whatTheBrowserKeeps(page) {
  const kept = [];
  page.on('console', (message) => {
    const found = /^kept (\d+)$/.exec(message.text());
    if (found) kept.push(Number(found[1]));
  });
  await page.evaluate(() => window.addEventListener('pageshow', (event) => {
    if (event.persisted) console.log(`kept ${document.querySelectorAll('.screen').length}`);
  }, { capture: true }));
  return kept;
}

/** A step through the history, or none where it cannot be made; then what came of it. */
export const step = (page, way) => page[way]({ timeout: 3000 }).catch(() => {}).then(() => page.waitForTimeout(60));
