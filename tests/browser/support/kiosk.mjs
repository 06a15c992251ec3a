// A tablet that can be switched off: a Chromium of its own with a profile on disk, and a child who taps fast.
import { spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after } from 'node:test';
import { chromium } from 'playwright-core';
import { ARGUMENTS, PROGRAM } from './browser.mjs';

/** Tablets that are on. One that a failed test leaves on would keep its file from ending, and all the others waiting. */
const on = new Set();
after(() => on.forEach((off) => off()));

/** A folder for a tablet's own memory; `gone()` at the end. */
export function profile() {
  const folder = mkdtempSync(path.join(tmpdir(), 'pencilmark-tablet-'));
  return { folder, gone: () => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }) };
}

const logsOf = (folder, what) => readdirSync(path.join(folder, 'Default', what), { recursive: true })
  .filter((name) => /\d+\.log$/.test(name)).map((name) => path.join(folder, 'Default', what, name));

/** Whether the tablet's browser has written this to disk in localStorage: it takes up to a minute. */
export function isCopied(folder, text) {
  return logsOf(folder, 'Local Storage').some((log) => readFileSync(log).includes(text));
}

/** Leaves behind what a kill in the middle of a write leaves: the first bytes of a record that was to be longer. */
export function cutOff(folder) {
  const begun = Buffer.alloc(40);
  begun.writeUInt16LE(900, 4);
  begun[6] = 1;
  for (const log of logsOf(folder, 'IndexedDB')) appendFileSync(log, begun);
}

/**
 * Whether the browser made a new database at its last start. Chromium throws a whole one away at its second start after
 * a write that was cut off: it writes on behind the cut, and then finds the log broken.
 */
export function beganAnew(folder) {
  const place = path.join(folder, 'Default', 'IndexedDB');
  return readdirSync(place, { recursive: true }).filter((name) => path.basename(name) === 'LOG')
    .some((name) => readFileSync(path.join(place, name), 'utf8').includes('since it was missing'));
}

/**
 * Switches the tablet on. `page` is its only page; `off()` pulls the battery out, `close()` shuts it down.
 * `more` are arguments of its browser.
 */
export async function switchOn(folder, more = []) {
  const child = spawn(PROGRAM, [...ARGUMENTS, ...more, '--headless=new', '--remote-debugging-port=0', `--user-data-dir=${folder}`, 'about:blank'], {
    detached: true, // a group of its own, so that all of it can be killed at once
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const address = await new Promise((resolve, reject) => {
    let said = '';
    child.stderr.on('data', (chunk) => {
      said += chunk;
      const found = /ws:\/\/\S+/.exec(said);
      if (found) resolve(found[0]);
    });
    ended.then(() => reject(new Error(`Chromium ended: ${said}`)));
  });
  const browser = await chromium.connectOverCDP(address);
  const page = browser.contexts()[0].pages()[0] ?? (await browser.contexts()[0].newPage());
  const off = async () => {
    on.delete(off);
    process.kill(-child.pid, 'SIGKILL');
    await ended;
    await browser.close().catch(() => {});
  };
  on.add(off);
  const close = async () => {
    on.delete(off);
    const session = await browser.newBrowserCDPSession();
    await session.send('Browser.close').catch(() => {});
    await ended;
  };
  return { page, off, close };
}

/** What a child's finger does, in the page itself: no pointer, so no guard against double taps to wait for. */
function taps() {
  const stage = () => document.querySelector('[data-stage]');
  const until = async (what) => {
    for (let i = 0; i < 1500; i += 1) {
      const value = what();
      if (value) return value;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error(`waited 15 seconds for ${what}; it shows ${stage()?.dataset.shows}`);
  };
  const shows = (...names) => until(() => names.includes(stage().dataset.shows) && stage().dataset.shows);
  const tap = async (selector) => (await until(() => stage().querySelector(selector))).click();
  return { stage, until, shows, tap };
}

/** From the start page, or the family still on it, to the first question. Gives the wave that was proposed. */
export async function sitDown(page, { card, animal, year }) {
  await page.waitForFunction(() => document.querySelector('[data-tablet][data-open]'), null, { timeout: 20_000 });
  return page.evaluate(async ([source, card, animal, year]) => {
    const { shows, tap, until, stage } = new Function(`return (${source})()`)();
    if (card) {
      if ((await shows('start', 'pass-on', 'who')) !== 'start') throw new Error('somebody is still on it');
      document.querySelector('[name="code"]').value = card;
      await tap('form button');
    } else await tap('[data-who]');
    for (;;) {
      const now = await shows('who', 'year', 'permission', 'ready', 'unsure');
      if (now === 'who') await tap(`[name="animal"][value="${animal}"]`);
      else if (now === 'year') await tap(`[name="school_year"][value="${year}"]`);
      else if (now === 'permission') await tap('[name="permission"][value="yes"]');
      else if (now === 'unsure') throw new Error('this tablet does not know the card');
      else if (now === 'ready') break;
      await until(() => stage().dataset.shows !== now);
    }
    const wave = stage().querySelector('[data-wave-word]').textContent;
    await tap('[name="assent"][value="yes"]');
    await until(() => stage().querySelector('.screen.now'));
    return wave;
  }, [taps.toString(), card, animal, year]);
}

/** Answers the short questionnaire to its end, or `upTo` a question; `text` is written into the last one. */
export async function answerShort(page, { text = '', upTo = 9, paceMs = 0 } = {}) {
  await page.evaluate(async ([source, text, upTo, paceMs]) => {
    const { stage, until } = new Function(`return (${source})()`)();
    for (let screen = 0; screen < upTo; screen += 1) {
      const now = await until(() => stage().querySelector('.screen.now'));
      const typed = now.querySelector('.typed');
      const option = now.querySelector('.option input');
      if (typed && text) {
        typed.value = text;
        typed.dispatchEvent(new Event('input', { bubbles: true }));
      } else if (option && !typed) option.click();
      const next = stage().querySelector('[data-next]');
      const goOn = typed && !text ? now.querySelector('[data-skip]') : next;
      if (next.textContent === next.dataset.finish) { setTimeout(() => goOn.click()); return; } // the page may go
      goOn.click();
      await until(() => !now.classList.contains('now'));
      await new Promise((resolve) => setTimeout(resolve, paceMs));
    }
  }, [taps.toString(), text, upTo, paceMs]);
}

/** Somebody from the card to "Pass to the next person". */
export async function takeTurn(page, person, answers) {
  const wave = await sitDown(page, person);
  await answerShort(page, answers);
  await page.waitForFunction(() => document.querySelector('[data-stage][data-shows="pass-on"]'), null, { timeout: 20_000 });
  await page.waitForFunction(() => document.querySelector('[data-tablet][data-open]'), null, { timeout: 20_000 });
  return wave;
}

/** The family goes; the start page comes. */
export async function familyGoes(page) {
  await page.evaluate(() => setTimeout(() => document.querySelector('[data-all-done]').click()));
  await page.waitForFunction(() => document.querySelector('[data-stage][data-shows="start"]') && document.querySelector('[data-open]'), null, { timeout: 20_000 });
}
