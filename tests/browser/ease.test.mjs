// What makes the tablet easier for somebody stays with their family: calm colours, reading aloud, their own picture.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openPage } from './support/browser.mjs';
import { answerShort, familyGoes, sitDown, takeTurn } from './support/kiosk.mjs';
import { until } from './support/server.mjs';
import { standAtShort } from './support/standing.mjs';

const { browser, session, cards } = await standAtShort();

async function tablet(options, script) {
  const page = await openPage(browser, options);
  if (script) await page.addInitScript(script);
  await page.goto(session);
  await page.locator('[data-tablet][data-open]').waitFor();
  return page;
}

const shows = (page, screen) => page.locator(`[data-stage][data-shows="${screen}"]`).waitFor();
const isCalm = (page) => page.evaluate(() => document.documentElement.classList.contains('calm'));

test('calm colours stay through a mistyped code, a whole turn and a reload, and go with the family', async () => {
  const page = await tablet();
  const calm = page.getByRole('button', { name: 'Calm colours' });
  await calm.click();
  assert.equal(await calm.getAttribute('aria-pressed'), 'true');
  await page.getByLabel(/six letters/).fill('AAAAAA');
  await page.getByLabel(/six letters/).press('Enter');
  await page.locator('[data-error]').filter({ visible: true }).waitFor();
  assert.equal(await isCalm(page), true, 'after a mistyped code');
  await takeTurn(page, { card: cards[0], animal: 'fox', year: 1 });
  assert.equal(await isCalm(page), true, 'on the next page');
  await page.reload();
  await shows(page, 'pass-on');
  assert.equal(await isCalm(page), true, 'after a reload');
  await familyGoes(page);
  assert.equal(await isCalm(page), false, 'the next family chooses for itself');
  assert.equal(await calm.getAttribute('aria-pressed'), 'false');
  await page.reload();
  await page.locator('[data-open]').waitFor();
  assert.equal(await isCalm(page), false);
});

test('a child finds calm colours on their own screens and in the head of the questions, and sees there when Next goes on', async () => {
  const page = await tablet();
  const calm = page.getByRole('button', { name: 'Calm colours' });
  for (const name of ['who', 'year', 'permission', 'ready', 'declined', 'pass-on', 'start']) {
    await page.evaluate((name) => { window.pencilmark.stage.show(name); }, name);
    assert.equal(await calm.isVisible(), true, name);
  }
  await sitDown(page, { card: cards[8], animal: 'fox', year: 1 });
  await answerShort(page, { upTo: 1 });
  await page.waitForTimeout(350); // past the guard against double taps
  await calm.click();
  assert.equal(await isCalm(page), true);
  assert.equal(await calm.getAttribute('aria-pressed'), 'true');
  const look = () => page.locator('[data-next]').evaluate((button) => {
    const { backgroundColor, borderStyle } = getComputedStyle(button);
    return { backgroundColor, borderStyle };
  });
  const waits = await look();
  await page.locator('.screen.now .option input').first().evaluate((input) => input.click());
  const goes = await look();
  assert.notEqual(goes.backgroundColor, waits.backgroundColor);
  assert.notEqual(goes.borderStyle, waits.borderStyle, 'not by colour alone');
});

/** A voice on the tablet; what it says is listed for whoever looks, also from the next page. */
function voice() {
  Object.defineProperty(window, 'speechSynthesis', {
    value: { getVoices: () => [{ lang: 'en-GB', localService: true, name: 'here' }], cancel() {}, speak: (one) => console.log(`said ${one.text}`) },
  });
  window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
}

test('whoever is read the questions is read the thanks, and the next one is read what they ask for', async () => {
  const page = await openPage(browser);
  await page.addInitScript(voice);
  let said = [];
  page.on('console', (message) => { if (message.text().startsWith('said ')) said.push(message.text().slice(5)); });
  const heard = (words) => until(`“${words}” to be said`, () => said.some((one) => one.includes(words)));
  await page.goto(session);
  await takeTurn(page, { card: cards[1], animal: 'fox', year: 1 });
  said = [];
  await page.mouse.click(5, 5); // the first tap of the new page
  await heard('Thank you!');
  await page.waitForTimeout(350);
  await sitDown(page, { animal: 'owl', year: 8 });
  await page.mouse.click(5, 5);
  said = [];
  await page.waitForTimeout(350);
  await page.locator('[data-next]').click();
  await page.locator('[data-count]').filter({ hasText: /^1 of/ }).waitFor();
  assert.deepEqual(said, [], 'a brother or sister of eleven reads by themselves');
  await page.waitForTimeout(350); // past the guard against double taps
  await page.getByRole('button', { name: 'Read this to me' }).click();
  await until('the question to be read', () => said.length > 0);
});

test('nothing moves for who asked for less of it, and a button that is held says so all the same', async () => {
  const page = await tablet({ reducedMotion: 'reduce' });
  await sitDown(page, { card: cards[2], animal: 'bee', year: 1 });
  const moving = () => page.evaluate(() => {
    const button = document.querySelector('[data-stage] [data-hold]') || document.querySelector('[data-corner]');
    button.classList.add('hold', 'held');
    const styles = ['.marker', '.height'].map((part) => getComputedStyle(document.querySelector(`.door-frame ${part}`)));
    const bar = getComputedStyle(button, '::before');
    const durations = styles.concat(bar).map((style) => style.transitionDuration);
    button.classList.remove('hold', 'held');
    return { durations, shown: bar.width !== '0px' };
  });
  assert.deepEqual(await moving(), { durations: ['0s', '0s', '0s'], shown: true });
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  assert.deepEqual((await moving()).durations.filter((duration) => duration !== '0s').length, 3, 'where nobody asked for less, they move');
});

test('within the questions no swipe to the side goes back and no pull at the top loads the page anew', async () => {
  const page = await tablet();
  await sitDown(page, { card: cards[3], animal: 'cat', year: 1 });
  const held = await page.evaluate(() => {
    const { overscrollBehaviorX, overscrollBehaviorY } = getComputedStyle(document.documentElement);
    return [overscrollBehaviorX, overscrollBehaviorY];
  });
  assert.deepEqual(held, ['none', 'contain']);
});

test('what is left out of a questionnaire on its way is on the screen: pictures are decoration, controls forget', async () => {
  const page = await tablet();
  await sitDown(page, { card: cards[4], animal: 'owl', year: 4 });
  const wrong = await page.evaluate(() => {
    const has = (element, wanted) => Object.keys(wanted).every((name) => element.getAttribute(name) === wanted[name]);
    const all = (selector, wanted) => {
      const found = Array.from(document.querySelectorAll(`[data-stage] .screen ${selector}`));
      return found.length < 20 ? [`only ${found.length} ${selector}`] : found.filter((one) => !has(one, wanted)).map((one) => one.outerHTML);
    };
    return all('svg.picture', { viewBox: '0 0 32 32', 'aria-hidden': 'true', focusable: 'false' }).concat(all('input', { autocomplete: 'off' }));
  });
  assert.deepEqual(wrong, []);
});

for (const [size, width, height] of [['a tablet on its side', 1024, 768], ['a tablet upright', 768, 1024], ['a telephone', 360, 740]]) {
  test(`on ${size} everybody sees their own picture, large, on every screen of theirs alone`, async () => {
    const page = await tablet({ viewport: { width, height } });
    const least = width < 560 ? 46 : 72; // in a telephone's line stand Stop and the loudspeaker, too
    const own = async (where, animal) => {
      const seen = await page.evaluate((animal) => Array.from(document.querySelectorAll(`[data-stage] use[href="#p-people-${animal}"]`), (use) => {
        const { width } = use.parentNode.getBoundingClientRect();
        return Math.round(width);
      }), animal);
      assert.ok(Math.max(0, ...seen) >= least, `${where}: ${seen}`);
    };
    await page.evaluate(() => { window.pencilmark.leaving.leave = async (address, may, instead) => instead(); });
    await page.getByLabel(/six letters/).fill(cards[width === 1024 ? 5 : width === 768 ? 6 : 7]);
    await page.getByLabel(/six letters/).press('Enter');
    const tap = (selector) => page.locator(`[data-stage] ${selector}`).first().evaluate((button) => button.click());
    await shows(page, 'who');
    await tap('[name="animal"][value="frog"]');
    await shows(page, 'year');
    await own('year', 'frog');
    await tap('[name="school_year"][value="1"]');
    await shows(page, 'permission');
    await tap('[name="permission"][value="yes"]');
    await shows(page, 'ready');
    await own('ready', 'frog');
    await tap('[name="assent"][value="no"]');
    await shows(page, 'declined');
    await own('declined', 'frog');
    await tap('[data-who]');
    await shows(page, 'who');
    await tap('[name="animal"][value="cat"]');
    await shows(page, 'year');
    await tap('[name="school_year"][value="1"]');
    await shows(page, 'ready');
    await tap('[name="assent"][value="yes"]');
    await page.locator('.screen.now').waitFor();
    for (let at = 0; at < 4; at += 1) {
      await own(`question ${at}`, 'cat');
      await answerShort(page, { upTo: 1 });
    }
    await page.evaluate(() => {
      const { seal } = window.pencilmark.outbox;
      window.pencilmark.outbox.seal = (...all) => new Promise((resolve) => { window.goOn = () => resolve(seal(...all)); });
    });
    await tap('[data-skip]:visible');
    await shows(page, 'saving');
    await own('saving', 'cat');
    await until('the answers to be on their way', () => page.evaluate(() => Boolean(window.goOn)));
    await page.evaluate(() => window.goOn());
    await shows(page, 'pass-on');
    await own('pass-on', 'cat');
    await page.context().close();
  });
}

test('where nothing can read aloud the youngest are told to ask somebody, and where a voice can they are not', async () => {
  for (const [can, card, script] of [[false, cards[9]], [true, cards[10], voice]]) {
    const page = await tablet({}, script);
    await page.getByLabel(/six letters/).fill(card);
    await page.getByLabel(/six letters/).press('Enter');
    await shows(page, 'who');
    assert.equal(await page.getByText('Ask somebody to read it to you').isVisible(), !can);
    await page.evaluate(() => { document.querySelector('[data-all-done]').click(); });
    await shows(page, 'start');
    await page.locator('[data-open]').waitFor();
    await sitDown(page, { card, animal: 'owl', year: 1 });
    assert.equal(await page.getByText('Ask somebody to read the questions to you').isVisible(), !can);
    await page.context().close();
  }
});
