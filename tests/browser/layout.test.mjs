// Every screen of every questionnaire, in the sizes families meet it: nothing covered, nothing beside the glass.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertKeptToItself, openPage } from './support/browser.mjs';
import { standAtSession } from './support/standing.mjs';

const { browser, session, event } = await standAtSession({ event: true });
const sessions = [session, event];

/**
 * In the page: shows every screen of every questionnaire, closed and with all that opens on a tap open, and gives
 * what is wrong with it. Nobody answers: nothing is kept.
 */
function walk() {
  const { stage, bar } = window.pencilmark;
  const glass = document.documentElement;
  const seen = [];
  const wrong = [];
  window.pencilmark.keepDraft = () => Promise.resolve(true);

  function show(template, at, children) {
    stage.show(template, (copy) => {
      const animal = template.dataset.survey === 'parent' ? 'sun' : 'owl';
      stage.fillAnimal(copy, animal);
      if (copy.querySelector('[data-opening="asks"]')) copy.querySelector(`[data-opening="${children > 1 ? 'says' : 'asks'}"]`).remove();
      bar.fillBar(copy, [{ animal: 'fox', is: 'done' }, { animal: 'owl', is: 'now' }, { animal: 'bee', is: 'waits' }, { animal: 'sun', is: 'next' }]);
    });
    const draft = { key: 'walk', base: {}, at, furthest: at, answers: {}, envelope: {}, skipped: {}, ms: {} };
    window.pencilmark.askQuestions(stage.place(), draft, { finished() {}, stopped() {}, lost() {} });
    return document.querySelector('.screen.now');
  }

  function openAll(screen) {
    screen.querySelectorAll('[data-word]').forEach((word) => { if (word.getAttribute('aria-expanded') === 'false') word.click(); });
    const child = screen.querySelector('[data-choose]');
    if (child) child.click();
    const writeIn = screen.querySelector('[data-write-in]');
    if (writeIn) screen.querySelector(`input[value="${writeIn.dataset.writeIn}"]:not([type="checkbox"]), input[name$=".${writeIn.dataset.key}"]`).click();
  }

  function check(name) {
    if (glass.scrollWidth > glass.clientWidth) wrong.push(`${name} is ${glass.scrollWidth} wide`);
    const controls = document.querySelectorAll('.screen.now input, .screen.now button, [data-moves] button, .survey-head button, [data-corner]');
    for (const control of controls) {
      if (!control.getClientRects().length) continue;
      control.scrollIntoView({ block: 'nearest' });
      const { left, top, width, height } = control.getBoundingClientRect();
      const found = document.elementFromPoint(left + width / 2, top + height / 2);
      const own = found && (control.contains(found) || (control.closest('label') || control).contains(found));
      if (!own) wrong.push(`${name}: ${control.name || control.textContent} ${control.value} lies under ${found ? found.outerHTML.slice(0, 80) : 'the edge'}`);
      if (control.matches('button') && control.scrollWidth > control.clientWidth + 1) wrong.push(`${name}: the words of ${control.textContent} stand over its edge`);
      if (Math.min(width, height) < 24) wrong.push(`${name}: ${control.name || control.className} is ${width} by ${height}`);
    }
    const more = document.querySelector('[data-more]');
    const stop = document.querySelector('[data-stop]');
    window.scrollTo(0, glass.scrollHeight);
    const { left, top, width, height } = stop.getBoundingClientRect();
    if (!stop.contains(document.elementFromPoint(left + width / 2, top + height / 2))) wrong.push(`${name}: Stop is out of sight further down`);
    window.scrollTo(0, 0);
    window.dispatchEvent(new Event('scroll'));
    // Empty paper further down is not more of the question.
    const ends = Array.from(document.querySelectorAll('.screen.now')[0].querySelectorAll('.question, .plate, .button, .bubble, .typed, .meaning, .say, .read-by'), (part) => part.getBoundingClientRect().bottom);
    const below = Math.max(...ends) - document.querySelector('[data-moves]').getBoundingClientRect().top;
    if (below > 30 && more.hidden) wrong.push(`${name}: ${below} px are below, and it is not said`);
    if (below < 10 && !more.hidden) wrong.push(`${name}: an arrow leads to nothing`);
  }

  const known = new Set(); // most questions look the same at every wave
  document.querySelectorAll('template[data-survey]').forEach((template) => {
    const { survey, wave } = template.dataset;
    const screens = Array.from(template.content.querySelectorAll('.screen'), (screen) => screen.innerHTML);
    if (screens.every((screen) => known.has(screen))) return;
    for (let at = 0; at < screens.length - (survey === 'parent' ? 1 : 0); at += 1) {
      if (survey !== 'parent' && known.has(screens[at])) continue;
      known.add(screens[at]);
      const screen = show(template, at, at % 2 ? 1 : 2);
      const name = `${survey} ${wave} ${screen.dataset.item || screen.dataset.field || screen.dataset.opening}`;
      seen.push({ name, isLong: glass.scrollHeight > glass.clientHeight + 1 });
      check(name);
      openAll(screen);
      check(`${name}, open`);
    }
  });
  stage.show('start');
  return { seen, wrong };
}

const sizes = [['a tablet on its side', 1024, 768], ['a tablet upright', 768, 1024], ['a telephone', 360, 740], ['a tablet with text twice as large', 769, 1024], ['a telephone with text twice as large', 361, 740]];
for (const [size, width, height] of sizes) {
  test(`on ${size} no control of any question is covered, and nothing lies beside the glass`, async () => {
    const page = await openPage(browser, { viewport: { width, height } });
    if (width === 769 || width === 361) await page.addInitScript(() => document.addEventListener('DOMContentLoaded', () => { document.documentElement.style.fontSize = '200%'; }));
    const walked = [];
    for (const session of sessions) {
      await page.goto(session);
      await page.locator('[data-tablet][data-open]').waitFor();
      const { seen, wrong } = await page.evaluate(walk);
      assert.deepEqual(wrong, []);
      walked.push(...seen);
    }
    for (const survey of ['ks1 pre', 'ks2 pre', 'ks3 pre', 'parent pre', 'ks1 post_same', 'event event']) {
      assert.ok(walked.some(({ name }) => name.startsWith(survey)), `${survey} was walked`);
    }
    if (width === 1024) {
      const long = walked.filter(({ name, isLong }) => isLong && name.startsWith('ks1'));
      assert.deepEqual(long, [], 'the youngest see every question whole');
    }
    assertKeptToItself(page);
  });
}

test('a drawn child is tapped like its words, and Next then says what is still wanted', async () => {
  const page = await openPage(browser, { viewport: { width: 768, height: 1024 } });
  await page.goto(sessions[0]);
  await page.locator('[data-tablet][data-open]').waitFor();
  await page.evaluate(() => {
    const { stage } = window.pencilmark;
    window.pencilmark.keepDraft = () => Promise.resolve(true);
    const template = document.querySelector('template[data-survey="ks2"][data-wave="pre"]');
    stage.show(template, (copy) => { stage.fillAnimal(copy, 'owl'); copy.querySelectorAll('[data-opening="asks"]').forEach((one) => one.remove()); });
    const at = Array.from(document.querySelectorAll('[data-stage] .screen')).findIndex((screen) => screen.querySelector('[data-child]'));
    const draft = { key: 'walk', base: {}, at, furthest: at, answers: {}, envelope: {}, skipped: {}, ms: {} };
    window.pencilmark.askQuestions(stage.place(), draft, { finished() {}, stopped() {}, lost() {} });
  });
  await page.waitForTimeout(350); // past the guard against double taps
  const nudge = page.locator('[data-nudge]');
  await page.locator('[data-next]').click();
  assert.equal(await nudge.innerText(), 'Tap an answer, or Skip.');
  const second = page.locator('.screen.now [data-child]').nth(1);
  await second.locator('.speaker > .picture').click();
  assert.equal(await second.locator('[data-choose]').getAttribute('aria-pressed'), 'true');
  await page.locator('[data-next]').click();
  assert.equal(await nudge.innerText(), 'A bit, or really? Tap one, or Skip.');
});
