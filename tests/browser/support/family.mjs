// What a family does with a tablet: a card, a picture, a yes, and an answer to each question.
import assert from 'node:assert/strict';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { assertAccessible, assertKeptToItself } from './browser.mjs';
import { startServer } from './server.mjs';

/** Types a card's code on a session's start page. */
export async function openCard(page, address, code) {
  await page.goto(address);
  const scripted = await page.evaluate(() => document.documentElement.classList.contains('js')).catch(() => false);
  if (scripted) await page.locator('[data-tablet][data-open]').waitFor();
  if (await page.locator('[data-all-done]').count()) await passOn(page); // the last family is still on it
  await page.getByLabel('Type the six letters and numbers on your card').fill(code);
  await page.getByRole('button', { name: 'Open my card' }).click();
}

/** Presses a button for the two seconds that hand a tablet on, by the page's own clock: the machine may be busy. */
export async function hold(page, button) {
  await button.hover();
  const held = await button.elementHandle();
  await page.mouse.down();
  await page.waitForTimeout(2000);
  await page.waitForFunction((button) => !button.classList.contains('held'), held).catch(() => {}); // or its page has gone
  await page.mouse.up();
}

/** From "Pass to the next person" back to the start page, as another family would. */
export async function passOn(page) {
  await page.waitForTimeout(320);
  await page.getByRole('button', { name: 'We are all done' }).click();
  await page.locator('[data-stage][data-shows="start"]').waitFor();
}

/**
 * From a card to the first question: the picture, what is asked of someone new, and the person's own yes.
 *
 * Gives the headings that were read on the way. `check` also runs axe on each of the screens.
 */
export async function come(page, address, code, { animal, year, check = false }) {
  await openCard(page, address, code);
  const headings = [];
  let last = 'start';
  for (;;) {
    const shows = await page.waitForFunction((last) => {
      const { shows } = document.querySelector('[data-stage]').dataset;
      return shows !== last && shows !== 'saving' && shows;
    }, last);
    last = await shows.jsonValue();
    await page.waitForTimeout(320); // the page takes an earlier tap for an echo of the last one
    const heading = await page.locator('[data-stage]').getByRole('heading').first().innerText();
    headings.push(heading);
    if (check) await assertAccessible(page, heading);
    if (/Who is answering/.test(heading)) await page.getByRole('button', { name: animal }).click();
    else if (/Which school year/.test(heading)) await page.getByRole('button', { name: year, exact: true }).click();
    else if (/For the grown-up/.test(heading)) await page.getByRole('button', { name: 'Yes', exact: true }).click();
    else if (/^This is .+’s \w+$/.test(heading)) {
      await page.getByRole('button', { name: 'Yes', exact: true }).click();
      await page.locator('[data-next]').waitFor();
      return headings;
    } else assert.fail(`a screen nobody expected: ${heading}`);
  }
}

/**
 * Answers the questionnaire that is open, one screen after the other, until the tablet may be passed on.
 *
 * `answers` says what to do at an item: a stored value, a list of jobs or boxes to tap, a text, or
 * 'skip'. Every other question gets its first choice, no box and no text. Gives the items that were
 * asked, and what the tablet sent. With `connected: false` it ends with the last question instead.
 */
export async function answer(page, answers, { check = false, connected = true } = {}) {
  const asked = [];
  const isResponse = (request) => request.method() === 'PUT' && /\/r\/[0-9a-f]{32}$/.test(request.url());
  const sending = page.waitForRequest(isResponse, { timeout: 0 });
  sending.catch(() => {}); // a failure before the last question says more
  for (let last = null; ; ) {
    // The next question, or the end: the page has been wiped, or has gone on already.
    const state = await page.waitForFunction(() => {
      const now = document.querySelector('.screen.now');
      if (now) return now.dataset.seen ? null : 'question';
      return document.querySelector('[data-stage][data-shows="pass-on"]') ? 'end' : null;
    });
    if ((await state.jsonValue()) === 'end') break;
    const screen = page.locator('.screen.now');
    const { item, kind } = await screen.evaluate((now) => {
      now.dataset.seen = 'seen';
      return { item: now.dataset.item ?? now.dataset.field ?? '', kind: now.dataset.kind };
    });
    if (item && item !== last) asked.push(item);
    last = item;
    if (check) await assertAccessible(page, `question ${item || 'one'}`);
    await page.waitForTimeout(320); // the page takes an earlier tap for an echo of the last one
    await answerScreen(page, screen, item, kind, answers[item]);
  }
  if (!connected) return { asked };
  const envelope = JSON.parse((await sending).postData());
  await page.getByText('Received', { exact: true }).waitFor();
  assertKeptToItself(page);
  return { asked, envelope };
}

async function answerScreen(page, screen, item, kind, wanted) {
  const holding = (control) => screen.locator('.option').filter({ has: page.locator(control) });
  const asides = page.locator('[data-aside]');
  if (wanted === 'skip' || (kind === 'text' && wanted === undefined)) return screen.locator('[data-skip]').click();
  if (kind === 'rows') {
    for (const row of await screen.locator('.job-row').all()) {
      await row.locator('.option').filter({ has: page.locator(`[value="${wanted ?? 1}"]`) }).click();
    }
  } else if (kind === 'ticks') {
    for (const part of wanted ?? []) await holding(`[name="${item}.${part}"]`).click();
  } else if (kind === 'one' || kind === 'envelope') {
    // Two children: first the one who is more like you, then how much.
    const children = screen.locator('[data-child]');
    const child = wanted === undefined ? children : children.filter({ has: page.locator(`[value="${wanted}"]`) });
    if (await children.count()) await child.first().locator('[data-choose]').click();
    const choices = wanted === undefined ? screen.locator('.option').filter({ hasNot: asides }) : holding(`[value="${wanted}"]`);
    await choices.filter({ visible: true }).first().click();
  } else if (kind === 'text') {
    await screen.locator('.typed').fill(wanted);
  }
  await page.locator('[data-next]').click();
}

/** Starts a server whose youngest children answer three questions. */
export function startShort(options = {}) {
  const surveys = path.join(path.dirname(fileURLToPath(import.meta.url)), '../surveys');
  return startServer({ ...options, args: ['--surveys', surveys, ...(options.args ?? [])] });
}

/** What this tablet remembers of answers, in every store of its memory. */
export function remembered(page) {
  return page.evaluate(async () => {
    const { memory } = window.pencilmark;
    return `${(await memory.all('drafts')).length} drafts, ${(await memory.all('outbox')).length} waiting`;
  });
}
