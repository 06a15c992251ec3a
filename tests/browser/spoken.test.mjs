// Every screen can be read aloud by the tablet's own voice, whole: what it asks, every choice, every button.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openPage } from './support/browser.mjs';
import { sitDown } from './support/kiosk.mjs';
import { until } from './support/server.mjs';
import { standAtSession } from './support/standing.mjs';

const { browser, session, event: feedback, cards } = await standAtSession({ event: true });

/** Notes what the tablet's own voice is given to say. */
function listen() {
  window.heard = [];
  Object.defineProperty(window, 'speechSynthesis', {
    value: { getVoices: () => [], cancel() {}, speak: (one) => window.heard.push(one.text) },
  });
}

/** What anybody who sees the stage can read there that is a question, a sentence for families, or something to tap. */
function inSight() {
  const words = (element) => {
    const copy = element.cloneNode(true);
    copy.querySelectorAll('[hidden], [aria-hidden]').forEach((part) => part.remove());
    copy.querySelectorAll('small').forEach((part) => part.prepend(', '));
    return copy.textContent.replace(/\s+/g, ' ').replaceAll(' ,', ',').trim();
  };
  const stage = document.querySelector('[data-stage]');
  const seen = (element) => element.getClientRects().length > 0;
  const tapped = Array.from(stage.querySelectorAll('button, input')).filter((control) => !control.matches('[data-say], .word, [type="hidden"]'));
  const labels = tapped.map((control) => (control.matches('input') ? control.closest('label') || stage.querySelector(`label[for="${control.id}"]`) : control))
    .filter((label) => label && seen(label)).map(words);
  const said = Array.from(stage.querySelectorAll('h1, h2, .lead, .say, .three-lines li')).filter((part) => seen(part) && !part.closest('.survey-head')).map(words);
  return said.concat(labels).filter(Boolean);
}

/** Each screen of the families' page by its name, and what of it stands in each of its cases. */
const SCREENS = {
  start: [[]],
  who: [[]],
  year: [[]],
  permission: [[]],
  notice: [[]],
  withdrawal: [[]],
  ready: [['due', 'child'], ['due', 'adult'], ['done'], ['not-yet'], ['nothing']],
  declined: [['family'], ['later'], ['person']],
  'pass-on': [[]],
  closed: [[]],
  collected: [[]],
  saving: [[]],
  unsure: [[]],
  resume: [[]],
  trouble: [[]],
  'nothing-to-ask': [[]],
};

/** The words of screens that are seldom seen, one sentence after the other. */
const SAID = {
  unsure: ['We do not know this card yet', 'Show it to the person who runs the session.', 'Type it again', 'Leader: go on with it, hold for two seconds'],
  resume: ['Who was answering here?', 'Some questions are not finished. Hold the right picture for two seconds to go on.',
    'Fox', 'Owl', 'Frog', 'Bee', 'Cat', 'Whale', 'Sun', 'Moon', 'None of us. Start fresh'],
  trouble: ['Something went wrong here', 'Your answers are safe on this tablet.', 'Go on'],
  start: ['Hello! Which card is yours?', 'Type the six letters and numbers on your card', 'Open my card'],
};

async function openTablet(address) {
  const page = await openPage(browser, { viewport: { width: 1024, height: 768 } });
  await page.addInitScript(listen);
  await page.goto(address);
  await page.locator('[data-tablet][data-open]').waitFor();
  return page;
}

test('every screen of the families’ page is read whole by the tablet’s own voice', async () => {
  const page = await openTablet(session);
  const names = await page.evaluate(() => Array.from(document.querySelectorAll('template[data-screen]'), (template) => template.dataset.screen));
  assert.deepEqual(names.sort(), Object.keys(SCREENS).sort(), 'a new screen has to be read, too');
  for (const [name, cases] of Object.entries(SCREENS)) {
    for (const which of cases) {
      const { seen, said, canAsk } = await page.evaluate(([name, which, inSight]) => {
        const { stage, aloud } = window.pencilmark;
        stage.show(name, (copy) => {
          stage.fillAnimal(copy, 'owl');
          copy.querySelectorAll('[data-when]').forEach((part) => { if (which.length && !which.includes(part.dataset.when)) part.remove(); });
          copy.querySelectorAll('[data-wave-word]').forEach((part) => { part.textContent = 'before'; });
          copy.querySelectorAll('[data-closing]').forEach((part) => { part.textContent = 'All done! Thank you.'; });
        });
        const seen = new Function(`return (${inSight})()`)();
        aloud.turn(true);
        aloud.unlock();
        window.heard.length = 0;
        aloud.screen(stage.place());
        return { seen, said: window.heard.slice(), canAsk: Boolean(stage.place().querySelector('[data-say]')) };
      }, [name, which, inSight.toString()]);
      for (const words of seen) assert.ok(said.some((one) => one.includes(words)), `${name} ${which}: “${words}” is not read; said: ${said.join(' | ')}`);
      assert.ok(canAsk || name === 'saving', `${name} has no loudspeaker to tap`);
      if (SAID[name]) assert.deepEqual(said, SAID[name]);
    }
  }
  await page.context().close();
});

test('no family reads a word about machines on any screen', async () => {
  const page = await openTablet(session);
  const words = await page.evaluate(() => Array.from(document.querySelectorAll('template'), (template) => {
    const said = Array.from(template.content.querySelectorAll('[data-saved], [data-stopped], [data-finish]'), (part) => Object.values(part.dataset).join(' '));
    return `${template.dataset.screen || template.dataset.survey}: ${template.content.textContent} ${said.join(' ')}`;
  }));
  assert.ok(words.length > 25);
  const machines = /\b(errors?|server|network|https?|database|browser|cookies?|offline|timed? ?out|null|undefined|exception|failed|invalid|status \d+)\b/i;
  assert.deepEqual(words.map((one) => machines.exec(one)).filter(Boolean).map(({ input, index }) => input.slice(Math.max(0, index - 60), index + 40)), []);
  await page.context().close();
});

for (const [kind, address] of [['session', () => session], ['event', () => feedback]]) {
  test(`every question that a ${kind} asks is read whole, with its choices and the ways round it`, async () => {
    const page = await openTablet(address());
    const missing = await page.evaluate((inSight) => {
      const { stage, aloud, screens } = window.pencilmark;
      const missing = [];
      let questions = 0;
      document.querySelectorAll('template[data-survey]').forEach((template) => {
        stage.show(template, (copy) => stage.fillAnimal(copy, 'owl'));
        stage.place().querySelector('[data-moves]').hidden = true; // these are named once, on the first screen
        stage.place().querySelector('.survey-head').hidden = true;
        const all = Array.from(stage.place().querySelectorAll('.screen'));
        all.forEach((screen) => {
          all.forEach((other) => other.classList.toggle('now', other === screen));
          screens.chooseWords(screen, {});
          screens.refresh(screen);
          screen.querySelectorAll('.meaning').forEach((meaning) => { meaning.hidden = true; });
          const said = aloud.wordsOf(screen);
          const seen = new Function(`return (${inSight})()`)();
          questions += 1;
          seen.filter((words) => !said.some((one) => one.includes(words))).forEach((words) => missing.push(`${template.dataset.survey} ${template.dataset.wave} ${screen.dataset.item}: ${words}`));
        });
      });
      return { missing, questions };
    }, inSight.toString());
    assert.deepEqual(missing.missing, []);
    assert.ok(missing.questions > (kind === 'event' ? 10 : 150), `${missing.questions} questions`);
    await page.context().close();
  });
}

test('the first screen names the buttons that go on, and Stop reads what it asks', async () => {
  const page = await openTablet(session);
  await page.evaluate(() => { window.pencilmark.aloud.turn(true); window.pencilmark.aloud.unlock(); });
  await sitDown(page, { card: cards[0], animal: 'fox', year: 1 });
  const heard = () => page.evaluate(() => window.heard.slice());
  await until('the first screen to be read', async () => (await heard()).slice(-2).join() === 'Start,Stop');
  await page.waitForTimeout(350); // an earlier tap is taken for an echo
  await page.locator('[data-stop]').click();
  await page.locator('[data-stopping]').waitFor();
  assert.deepEqual((await heard()).slice(-4), ['Stop here?', 'That is fine. Nothing you tapped is kept, and nothing more is asked.', 'Yes, stop', 'Go on']);
  await page.waitForTimeout(350);
  await page.locator('[data-go-on]').click();
  await until('the question to be read again', async () => (await heard()).at(-1) !== 'Go on');
  assert.ok((await heard()).some((words) => /This is not a test/.test(words)), 'the opening');
  await page.context().close();
});

test('the loudspeaker stands only where something can be heard, also when voices come late', async () => {
  const page = await openPage(browser, { viewport: { width: 1024, height: 768 } });
  await page.addInitScript(() => {
    window.voices = [];
    const late = [];
    Object.defineProperty(window, 'speechSynthesis', {
      value: { getVoices: () => window.voices, cancel() {}, speak() {}, addEventListener: (name, work) => late.push(work) },
    });
    window.voicesCome = (voices) => { window.voices = voices; late.forEach((work) => work()); };
  });
  await page.goto(session);
  await page.locator('[data-tablet][data-open]').waitFor();
  const button = page.locator('[data-stage] [data-say]');
  assert.equal(await button.isVisible(), false, 'no voice, no button');
  await page.locator('[data-corner]').evaluate((corner) => corner.click());
  await page.getByText('This tablet has no voice').waitFor();
  await page.locator('[data-close]').click();
  await page.evaluate(() => window.voicesCome([{ lang: 'de-DE', localService: true, name: 'Anna' }]));
  assert.equal(await button.isVisible(), false, 'a voice that cannot read these words');
  await page.evaluate(() => window.voicesCome([{ lang: 'en-GB', localService: true, name: 'Amy' }]));
  await button.waitFor();
  await page.evaluate(() => window.voicesCome([]));
  assert.equal(await button.isVisible(), false);
  await page.evaluate(() => {
    const { stage } = window.pencilmark;
    stage.show('who', (copy) => { copy.querySelector('.with-say').dataset.audio = '/audio/some.mp3'; });
  });
  await button.waitFor(); // a recording
  await page.context().close();
});

test('the question whether anybody is there is read, and what Replay says stays the screen’s', async () => {
  const page = await openTablet(session);
  await page.evaluate(() => { window.pencilmark.aloud.turn(true); window.pencilmark.aloud.unlock(); });
  const heard = await page.evaluate(() => {
    const { stage, aloud } = window.pencilmark;
    stage.show('declined');
    const still = document.querySelector('[data-still-there]');
    still.hidden = false;
    window.heard.length = 0;
    aloud.aside(Array.from(still.querySelectorAll('.question, .button')));
    const aside = window.heard.slice();
    window.heard.length = 0;
    aloud.again();
    return { aside, again: window.heard.slice() };
  });
  assert.deepEqual(heard.aside, ['Are you still there?', 'Yes']);
  assert.equal(heard.again[0], 'Thank you for telling us');
  await page.context().close();
});
