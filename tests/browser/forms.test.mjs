// The questionnaires as they ship, each held to what only it has.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertKeptToItself, openPage } from './support/browser.mjs';
import { answer, come, remembered } from './support/family.mjs';
import { sitDown } from './support/kiosk.mjs';
import { until } from './support/server.mjs';
import { standAtSession } from './support/standing.mjs';

const { browser, session, cards } = await standAtSession();

test('a young person answers for every job of a list that fills several screens', async () => {
  const page = await openPage(browser);
  await come(page, session, cards[0], { animal: 'Bee', year: 'Year 8' });
  const { envelope } = await answer(page, { 'K3-AW1': 2 });
  const jobs = Object.entries(envelope.answers).filter(([field]) => field.startsWith('K3-AW1.'));
  assert.equal(jobs.length, 18);
  assert.deepEqual(jobs.filter(([, given]) => given !== 2), [], 'every job was asked, and no answer was lost');
});

test('a child who cannot read yet finishes by tapping pictures alone', async () => {
  const page = await openPage(browser, { viewport: { width: 360, height: 740 } });
  await come(page, session, cards[1], { animal: 'Cat', year: 'Year 1' });
  // Nothing can be read any more, and what is tapped from here on shows a picture or an arrow.
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('* { color: transparent !important; text-decoration-color: transparent !important }');
    document.adoptedStyleSheets = [sheet];
  });
  const drawn = (button, part) => button.evaluate((element, part) => {
    const { content, borderTopWidth, borderTopColor } = getComputedStyle(element, part);
    return content !== 'none' && parseFloat(borderTopWidth) > 0 && !/, 0\)$/.test(borderTopColor);
  }, part);
  const tapArrow = async (selector, part) => {
    const button = page.locator(selector).filter({ visible: true });
    assert.ok(await drawn(button, part), `${selector} has no arrow`);
    await page.waitForTimeout(320); // the page takes an earlier tap for an echo of the last one
    await button.click();
  };
  const withoutPicture = [];
  for (let last = null; ; ) {
    const state = await page.waitForFunction((last) => {
      if (document.querySelector('[data-stage][data-shows="pass-on"]')) return 'end';
      const now = document.querySelector('.screen.now');
      const name = now && (now.dataset.item || now.dataset.field || 'opening');
      return name && name !== last && name;
    }, last);
    last = await state.jsonValue();
    if (last === 'end') break;
    const picture = page.locator('.screen.now .option').filter({ has: page.locator('svg.picture') }).first();
    if (last === 'opening') await tapArrow('[data-next]', '::after');
    else if (await picture.count()) {
      await page.waitForTimeout(320);
      await picture.click();
      await tapArrow('[data-next]', '::after');
    } else {
      withoutPicture.push(last);
      await tapArrow('.screen.now [data-skip]', '::after');
    }
  }
  assert.deepEqual(withoutPicture, [], 'every question has pictures, the grown-up’s own too');
  await until('it to be received', async () => (await remembered(page)) === '0 drafts, 0 waiting');
  assertKeptToItself(page);
});

test('a hard word that is tapped is explained and said, and put away when it is tapped again', async () => {
  const page = await openPage(browser);
  await page.addInitScript(() => {
    window.spoken = [];
    Object.defineProperty(window, 'speechSynthesis', {
      value: { getVoices: () => [{ lang: 'en-GB', localService: true, name: 'here' }], cancel() {}, speak: (one) => window.spoken.push(one.text) },
    });
    window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
  });
  await page.goto(session);
  await sitDown(page, { card: cards[2], animal: 'fox', year: 1 });
  await page.mouse.click(5, 5); // sound is unlocked by a tap
  await page.evaluate(() => {
    while (document.querySelector('.screen.now').dataset.item !== 'K1-CF3') (document.querySelector('.screen.now [data-skip]') || document.querySelector('[data-next]')).click();
  });
  const word = page.locator('.screen.now [data-word]');
  const note = page.locator('.screen.now .meaning');
  assert.deepEqual([await word.innerText(), await word.getAttribute('aria-expanded'), await note.isVisible()], ['university', 'false', false]);
  await page.waitForTimeout(350); // past the guard against double taps
  await word.click();
  await note.filter({ visible: true }).waitFor();
  assert.equal(await word.getAttribute('aria-expanded'), 'true');
  assert.equal(await word.getAttribute('aria-controls'), await note.getAttribute('id'));
  const explained = (await note.innerText()).replace(/\s+/g, ' ');
  assert.match(explained, /^university: \w.{10,}/);
  await until('the explanation to be said', () => page.evaluate((explained) => window.spoken.includes(explained), explained));
  await word.click();
  await note.filter({ visible: true }).waitFor({ state: 'detached' });
  assert.deepEqual([await word.getAttribute('aria-expanded'), await note.isVisible()], ['false', false]);
});
