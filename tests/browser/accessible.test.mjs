// Every kind of question of every survey, closed and with what a tap opens; and the whole way by keyboard.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible, openPage } from './support/browser.mjs';
import { sitDown } from './support/kiosk.mjs';
import { until } from './support/server.mjs';
import { standAtSession } from './support/standing.mjs';

const { browser, session: single, event, cards } = await standAtSession({ event: true });

/** In the page: the first screen of each kind that a survey has at a wave. */
function kinds([survey, wave]) {
  const screens = document.querySelector(`template[data-survey="${survey}"][data-wave="${wave}"]`).content.querySelectorAll('.screen');
  const found = new Map();
  screens.forEach((screen, at) => {
    const kind = [screen.dataset.kind, screen.querySelector('[data-choose]') && 'two children', screen.querySelector('[data-word]') && 'hard word', screen.querySelector('[data-write-in]') && 'write in'].filter(Boolean).join(', ');
    if (!found.has(kind)) found.set(kind, at);
  });
  return Array.from(found);
}

/** In the page: shows one screen of it; nobody answers, and nothing is kept. */
function stand([survey, wave, at]) {
  const { stage } = window.pencilmark;
  window.pencilmark.keepDraft = () => Promise.resolve(true);
  stage.show(document.querySelector(`template[data-survey="${survey}"][data-wave="${wave}"]`), (copy) => {
    stage.fillAnimal(copy, survey === 'parent' ? 'sun' : 'owl');
    copy.querySelectorAll('[data-opening="asks"]').forEach((one) => one.remove());
  });
  const draft = { key: 'look', base: {}, at, furthest: at, answers: {}, envelope: {}, skipped: {}, ms: {} };
  window.pencilmark.askQuestions(stage.place(), draft, { finished() {}, stopped() {}, lost() {} });
}

/** In the page: opens what a tap opens; gives whether anything did. */
function open() {
  const screen = document.querySelector('.screen.now');
  const word = screen.querySelector('[data-word]');
  const child = screen.querySelector('[data-choose]');
  const writeIn = screen.querySelector('[data-write-in]');
  if (word) word.click();
  if (child) child.click();
  if (writeIn) screen.querySelector(`input[value="${writeIn.dataset.writeIn}"]:not([type="checkbox"]), input[name$=".${writeIn.dataset.key}"]`).click();
  return Boolean(word || child || writeIn);
}

const looks = [
  ['a tablet upright', 768, 1024, () => single, [['ks3', 'pre'], ['ks2', 'post_same']]],
  ['a telephone', 360, 740, () => event, [['event', 'event']]],
];
if (process.env.PENCILMARK_LONG === 'yes') {
  looks.push(['a tablet on its side', 1024, 768, () => single, [['ks1', 'post_same'], ['parent', 'post_same'], ['ks3', 'post_same']]]);
  looks.push(['a telephone', 360, 740, () => single, [['ks1', 'pre'], ['ks2', 'pre'], ['ks3', 'pre'], ['parent', 'pre']]]);
}
for (const [size, width, height, session, surveys] of looks) {
  test(`on ${size} every kind of question is accessible, closed and open (${surveys.map((one) => one.join(' ')).join(', ')})`, async () => {
    const page = await openPage(browser, { viewport: { width, height } });
    await page.goto(session());
    await page.locator('[data-tablet][data-open]').waitFor();
    for (const [survey, wave] of surveys) {
      const found = await page.evaluate(kinds, [survey, wave]);
      assert.ok(found.length >= 2, `${survey} ${wave}: ${found}`);
      for (const [kind, at] of found) {
        // What a newer questionnaire draws like one before it was looked at there.
        await page.evaluate(stand, [survey, wave, at]);
        await assertAccessible(page, `${survey} ${wave}, ${kind}`);
        if (await page.evaluate(open)) await assertAccessible(page, `${survey} ${wave}, ${kind}, open`);
      }
    }
    await page.locator('[data-stop]').evaluate((button) => button.click());
    await page.getByRole('heading', { name: 'Stop here?' }).waitFor();
    await assertAccessible(page, 'Stop here?');
    await page.context().close();
  });
}

async function tabTo(page, what, selector) {
  for (let i = 0; i < 80; i += 1) {
    await page.keyboard.press('Tab');
    if (await page.evaluate((selector) => document.activeElement.matches(selector), selector)) return;
  }
  assert.fail(`${what} cannot be reached with Tab`);
}

for (const [who, animal, year, card] of [['a child of nine', 'fox', 4, 0], ['a young person of thirteen', 'owl', 8, 1]]) {
  test(`${who} answers every question by keyboard alone, and the tablet is passed on by a key that is held`, async () => {
    const page = await openPage(browser);
    await page.goto(single);
    await sitDown(page, { card: cards[card], animal, year });
    const kinds = new Set();
    for (let last = ''; ; ) {
      const now = await until('the next question', () => page.evaluate((last) => {
        if (document.querySelector('[data-stage][data-shows="pass-on"]')) return { over: true };
        const screen = document.querySelector('.screen.now');
        const own = screen && `${Array.from(screen.parentNode.children).indexOf(screen)}`;
        if (!screen || own === last) return null;
        const kind = screen.querySelector('[data-choose]') ? 'two children' : screen.querySelector('.tiles') ? 'tiles' : screen.dataset.kind;
        return { own, kind, rows: screen.querySelectorAll('.job-row').length, word: Boolean(screen.querySelector('[data-word]')) };
      }, last).catch(() => null));
      if (now.over) break;
      last = now.own;
      kinds.add(now.kind);
      if (now.word && !kinds.has('hard word')) {
        kinds.add('hard word');
        await tabTo(page, 'a hard word', '.screen.now [data-word]');
        await page.keyboard.press('Enter');
        await page.locator('.screen.now .meaning').first().waitFor();
      }
      if (now.kind === 'rows') {
        for (let row = 0; row < now.rows; row += 1) {
          await tabTo(page, `job ${row + 1}`, `.screen.now .job-row:nth-child(${row + 1}) input`);
          await page.keyboard.press('Space');
        }
      } else if (now.kind === 'two children') {
        await tabTo(page, 'one of two children', '.screen.now [data-choose]');
        await page.keyboard.press('Enter');
        await tabTo(page, 'how much', '.screen.now .child.chosen input');
        await page.keyboard.press('Space');
      } else if (now.kind === 'text') {
        await tabTo(page, 'the text', '.screen.now .typed');
        await page.keyboard.type('trains');
      } else if (now.kind !== 'say') {
        await tabTo(page, 'a choice', '.screen.now .pick');
        await page.keyboard.press('Space');
      }
      await tabTo(page, 'Next', '[data-next]');
      await page.keyboard.press('Enter');
    }
    assert.ok(kinds.size >= 5, Array.from(kinds).join(', '));
    await page.locator('[data-open]').waitFor();
    await tabTo(page, 'whoever is next', '[data-who]');
    const heldFor = async (ms) => {
      await page.keyboard.down('Enter');
      await page.waitForTimeout(ms);
      await page.keyboard.up('Enter');
    };
    await heldFor(1000);
    await page.waitForTimeout(1200); // longer than the rest of a hold
    assert.equal(await page.locator('[data-stage]').getAttribute('data-shows'), 'pass-on', 'a second is no hold');
    await heldFor(2100);
    await page.locator('[data-stage][data-shows="who"]').waitFor();
    await page.context().close();
  });
}
