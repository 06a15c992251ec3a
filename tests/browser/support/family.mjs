// What a family does with a tablet: a card, a picture, a yes, and an answer to each question.
import assert from 'node:assert/strict';
import { assertAccessible, assertKeptToItself } from './browser.mjs';

/** Types a card's code on a session's start page. */
export async function openCard(page, address, code) {
  await page.goto(address);
  await page.getByLabel('Type the six letters and numbers on your card').fill(code);
  await page.getByRole('button', { name: 'Open my card' }).click();
}

/**
 * From a card to the first question: the picture, what is asked of someone new, and the person's own yes.
 *
 * Gives the headings that were read on the way. `check` also runs axe on each of the screens.
 */
export async function come(page, address, code, { animal, year, check = false }) {
  await openCard(page, address, code);
  const headings = [];
  for (;;) {
    const heading = await page.getByRole('heading').first().innerText();
    headings.push(heading);
    if (check) await assertAccessible(page, heading);
    if (/Who is answering/.test(heading)) await page.getByRole('button', { name: animal }).click();
    else if (/Which school year/.test(heading)) await page.getByRole('button', { name: year, exact: true }).click();
    else if (/For the grown-up/.test(heading)) await page.getByRole('button', { name: 'Yes', exact: true }).click();
    else if (/, right\?$/.test(heading)) {
      await page.getByRole('button', { name: 'Yes', exact: true }).click();
      await page.locator('[data-next]').waitFor();
      return headings;
    } else assert.fail(`a screen nobody expected: ${heading}`);
  }
}

/**
 * Answers the questionnaire that is open, one screen after the other, until the tablet may be passed on.
 *
 * `answers` says what to do at an item: a stored value, a number of jobs to tap as `{ tap: 6 }`, or
 * 'skip'. Every other question gets its first choice. Gives the items that were asked, and what the
 * tablet sent.
 */
export async function answer(page, answers, { check = false } = {}) {
  const asked = [];
  const sending = page.waitForRequest((request) => request.method() === 'PUT' && /\/r\/[0-9a-f]{32}$/.test(request.url()));
  sending.catch(() => {}); // a failure before the last question says more
  for (let last = null; ; ) {
    const screen = page.locator('.screen.now');
    await page.waitForFunction(
      (before) => document.querySelector('[data-done]:not([hidden])') || document.querySelector('.screen.now .question')?.closest('.screen').dataset.seen !== before,
      'seen',
    );
    if (await page.locator('[data-done]').isVisible()) break;
    const { item, kind } = await screen.evaluate((now) => {
      now.dataset.seen = 'seen';
      return { item: now.dataset.item ?? now.dataset.field ?? '', kind: now.dataset.kind };
    });
    if (item && item !== last) asked.push(item);
    last = item;
    if (check) await assertAccessible(page, `question ${item || 'one'}`);
    await page.waitForTimeout(320); // the page takes an earlier tap for an echo of the last one
    await answerScreen(page, screen, kind, answers[item]);
  }
  const envelope = JSON.parse((await sending).postData());
  await page.waitForURL(/\/pass/);
  assertKeptToItself(page);
  return { asked, envelope };
}

async function answerScreen(page, screen, kind, wanted) {
  const plates = screen.locator('.option:not(:has([data-aside]))');
  if (wanted === 'skip') return screen.locator('[data-skip]').click();
  if (kind === 'rows') {
    const rows = screen.locator('.job-row');
    for (let row = 0; row < (await rows.count()); row += 1) {
      await rows.nth(row).locator('.option').filter({ has: page.locator(`[value="${wanted ?? 1}"]`) }).click();
    }
  } else if (kind === 'ticks') {
    for (let tile = 0; tile < (wanted?.tap ?? 1); tile += 1) await plates.nth(tile).click();
  } else if (kind === 'one' || kind === 'envelope') {
    const choice = wanted === undefined ? plates.first() : plates.filter({ has: page.locator(`[value="${wanted}"]`) });
    const child = screen.locator('[data-child]').filter({ has: choice });
    if (await child.count()) await child.locator('[data-choose]').click();
    else if (await screen.locator('[data-choose]').count()) await screen.locator('[data-choose]').first().click();
    await choice.filter({ visible: true }).first().click();
  } else if (kind === 'text') {
    if (wanted === undefined) return screen.locator('[data-skip]').click();
    await screen.locator('.typed').fill(wanted);
  }
  await page.locator('[data-next]').click();
}
