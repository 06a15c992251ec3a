// Every family screen on every size it is used at, with large text, by keyboard alone, and read aloud.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible, assertKeptToItself, openPage } from './support/browser.mjs';
import { hold } from './support/family.mjs';
import { familyGoes, sitDown, takeTurn } from './support/kiosk.mjs';
import { until } from './support/server.mjs';
import { standAtShort } from './support/standing.mjs';

const { browser, session, cards } = await standAtShort();

/** Shows every screen in turn, without a family, and looks at each with `check`. */
async function everyScreen(page, check) {
  await page.goto(session);
  await page.locator('[data-tablet][data-open]').waitFor();
  const names = await page.evaluate(() => Array.from(document.querySelectorAll('template[data-screen]'), (template) => template.dataset.screen));
  assert.ok(names.length >= 12);
  for (const name of names) {
    await page.evaluate((name) => {
      const { stage } = window.pencilmark;
      stage.show(name, (copy) => {
        stage.fillAnimal(copy, 'owl');
        const which = name === 'ready' ? ['due', 'child'] : ['person'];
        copy.querySelectorAll('[data-when]').forEach((part) => { if (!which.includes(part.dataset.when)) part.remove(); });
        copy.querySelectorAll('[data-wave-word]').forEach((part) => { part.textContent = 'before'; });
        window.pencilmark.bar.fillBar(copy, [{ animal: 'fox', is: 'done' }, { animal: 'owl', is: 'next' }, { animal: 'sun', is: 'waits' }]);
      });
    }, name);
    await check(name);
  }
  for (const part of ['[data-still-there]', '[data-panel]']) {
    await page.evaluate((part) => { document.querySelector(part).hidden = false; }, part);
    await check(part);
    await page.evaluate((part) => { document.querySelector(part).hidden = true; }, part);
  }
}

const sizes = [['a tablet on its side', 1024, 768], ['a tablet upright', 768, 1024], ['a telephone', 360, 740], ['a tablet with text twice as large', 769, 1024], ['a telephone with text twice as large', 361, 740]];
for (const [name, width, height] of sizes) {
  test(`every screen fits ${name} and is accessible`, async () => {
    const page = await openPage(browser, { viewport: { width, height } });
    if (width === 769 || width === 361) await page.addInitScript(() => document.addEventListener('DOMContentLoaded', () => { document.documentElement.style.fontSize = '200%'; }));
    await everyScreen(page, async (screen) => {
      await assertAccessible(page, `${screen} on ${name}`);
      const { needed, given } = await page.evaluate(() => {
        const { scrollWidth: needed, clientWidth: given } = document.documentElement;
        return { needed, given };
      });
      assert.ok(needed <= given, `${screen} is ${needed} wide on ${name} (${given})`);
    });
    assertKeptToItself(page);
  });
}

test('on a telephone the pictures of the family stay in sight while one of it answers', async () => {
  const page = await openPage(browser, { viewport: { width: 360, height: 740 } });
  await page.goto(session);
  await takeTurn(page, { card: cards[2], animal: 'fox', year: 1 });
  await sitDown(page, { card: null, animal: 'owl', year: 1 });
  const bar = page.locator('.survey-head .family-bar');
  assert.deepEqual(await bar.locator('li').allInnerTexts(), ['✓\nFox: done', 'Owl: answering now']);
  const { bottom, next, stop } = await page.evaluate(() => {
    const at = (selector) => document.querySelector(selector).getBoundingClientRect();
    return { bottom: at('.survey-head').bottom, next: at('[data-next]').bottom, stop: at('[data-stop]').top };
  });
  assert.ok(bottom < 160 && next <= 740 && stop < 60, `the head ends at ${bottom}, Next at ${next}, Stop begins at ${stop}`);
});

test('on a telephone every thank-you screen has its way out in sight, and names one receiver', async () => {
  const page = await openPage(browser, { viewport: { width: 360, height: 740 } });
  await page.goto(session);
  const done = page.getByRole('button', { name: 'We are all done' });
  const look = async (where, receivers) => {
    const { bottom, height, long } = await done.evaluate((button) => {
      const at = button.getBoundingClientRect();
      return { bottom: at.bottom, height: at.height, long: document.documentElement.scrollHeight };
    });
    assert.ok(bottom <= 740 && height >= 48, `${where}: it ends at ${bottom} of ${long}, ${height} high`);
    const words = await page.locator('[data-stage]').innerText();
    const named = [/grown-up/i, /Pass to \w+/, /person who runs the session/].filter((name) => name.test(words)).length;
    assert.equal(named, receivers, `${where} names one: ${words}`);
    await assertAccessible(page, where);
  };
  await takeTurn(page, { card: cards[3], animal: 'fox', year: 1 });
  await look('the first of a family', 1);
  await page.getByText('Thank you!').first().waitFor();
  assert.equal(await page.locator('.thanks > [data-animal-picture] use').first().getAttribute('href'), '#p-people-fox', 'their own picture');
  await takeTurn(page, { card: null, animal: 'owl', year: 1 });
  await page.locator('[data-corner]').evaluate((corner) => corner.click());
  await page.locator('[data-start-afters]').click();
  await page.getByText('The afters have started.').waitFor();
  await page.locator('[data-panel] [data-close]').click();
  await familyGoes(page);
  assert.equal(await takeTurn(page, { card: cards[3], animal: 'fox', year: 1 }), 'after');
  await look('one of two', 1);
  await page.getByRole('button', { name: /^Pass to Owl/ }).waitFor();
  await page.waitForTimeout(350);
  await page.getByRole('button', { name: /^Somebody else of us/ }).click();
  assert.equal(await page.locator('[data-stage]').getAttribute('data-shows'), 'pass-on', 'no way round the hold');
  await page.evaluate(() => {
    window.pencilmark.stage.show('declined', (copy) => copy.querySelectorAll('[data-when]').forEach((part) => { if (part.dataset.when !== 'family') part.remove(); }));
  });
  await look('a no', 0);
});

test('a family answers by keyboard alone', async () => {
  const page = await openPage(browser);
  await page.goto(session);
  await page.locator('[data-tablet][data-open]').waitFor();
  const shows = (name) => page.locator(`[data-stage][data-shows="${name}"]`).waitFor();
  const tabTo = async (what, element) => {
    for (let i = 0; i < 60; i += 1) {
      await page.keyboard.press('Tab');
      if (await page.evaluate((selector) => document.activeElement.matches(selector), element)) return;
    }
    assert.fail(`${what} cannot be reached with Tab`);
  };
  await tabTo('the code', '[name="code"]');
  await page.keyboard.type(cards[0]);
  await page.keyboard.press('Enter');
  await shows('who');
  await tabTo('the fox', '[value="fox"]');
  await page.keyboard.press('Enter');
  await shows('year');
  await tabTo('Year 1', '[name="school_year"][value="1"]');
  await page.keyboard.press('Space');
  await shows('permission');
  await tabTo('the yes of a grown-up', '[name="permission"][value="yes"]');
  await page.keyboard.press('Enter');
  await shows('ready');
  await tabTo('the child’s yes', '[name="assent"][value="yes"]');
  await page.keyboard.press('Enter');
  await shows('questions');
  for (let screen = 0; screen < 5; screen += 1) {
    const now = page.locator('.screen.now');
    const count = await page.locator('[data-count]').innerText();
    if (await now.locator('.typed').count()) {
      await tabTo('the text', '.typed');
      await page.keyboard.type('trains');
    } else if (await now.locator('.options input').count()) {
      await tabTo('the first choice', '.options input');
      await page.keyboard.press('Space');
    }
    await tabTo('Next', '[data-next]');
    await page.keyboard.press('Enter');
    if (screen < 4) await page.waitForFunction((count) => document.querySelector('[data-count]').textContent !== count, count);
  }
  await shows('pass-on');
  await page.getByText('Received', { exact: true }).waitFor();
});

test('screens are read aloud by a local voice once somebody has tapped', async () => {
  const page = await openPage(browser);
  await page.addInitScript(() => {
    window.spoken = [];
    const voices = [{ lang: 'en-US', localService: false, name: 'far' }, { lang: 'en-GB', localService: true, name: 'here' }];
    Object.defineProperty(window, 'speechSynthesis', {
      value: { getVoices: () => voices, cancel: () => window.spoken.push('(quiet)'), speak: (one) => window.spoken.push(`${one.voice?.name}: ${one.text}`) },
    });
    window.SpeechSynthesisUtterance = class {
      constructor(text) { this.text = text; }
      get voice() { return this.own; }
      set voice(voice) { this.own = voice; }
    };
  });
  await page.goto(session);
  await page.locator('[data-tablet][data-open]').waitFor();
  assert.deepEqual(await page.evaluate(() => window.spoken.filter((words) => words !== '(quiet)')), [], 'nothing before a tap');
  await takeTurn(page, { card: cards[1], animal: 'bee', year: 1 });
  await page.waitForTimeout(350);
  await hold(page, page.getByRole('button', { name: 'Next in our family' }));
  await page.waitForTimeout(350);
  await page.getByRole('button', { name: 'Owl' }).click();
  await page.waitForTimeout(350);
  await page.getByRole('button', { name: 'Year 1', exact: true }).click();
  await page.waitForTimeout(350);
  await page.getByRole('button', { name: 'Yes', exact: true }).click(); // the youngest are read to without asking
  await until('the opening to be read', () => page.evaluate(() => window.spoken.includes('here: Hello! Three questions. Ready?')));
  await page.waitForTimeout(350);
  await page.locator('[data-next]').click();
  await until('the question to be read', () => page.evaluate(() => window.spoken.includes('here: Could you have a job you like one day?')));
  const said = await page.evaluate(() => window.spoken.filter((words) => words.startsWith('here: Could you have')).length);
  await page.waitForTimeout(350);
  await page.getByRole('button', { name: 'Read this to me' }).click();
  await until('it to be read again', () => page.evaluate((said) => window.spoken.filter((words) => words.startsWith('here: Could you have')).length > said, said));
  assert.ok(!(await page.evaluate(() => window.spoken.some((words) => words.startsWith('far')))), 'no voice that sends words away');
});
