// A session as it is in a hall: twelve families, two tablets and a third that dies, a leader with a telephone.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { PHONE, assertAccessible, assertKeptToItself, openPage } from './support/browser.mjs';
import { answer, come, hold, openCard, remembered } from './support/family.mjs';
import { answerShort, familyGoes, profile, sitDown, switchOn, takeTurn } from './support/kiosk.mjs';
import { until } from './support/server.mjs';
import { firstProgramme } from './support/staff.mjs';
import { standAtShort } from './support/standing.mjs';

const memory = profile(); // of the tablet that dies
const { browser, server, session, cards } = await standAtShort();
const home = session.replace('/s/', '/sessions/');
let green;
after(async () => {
  await green?.off().catch(() => {}); // it may be off already
  memory.gone();
});

const PATIENCE_MS = 90_000; // of whoever waits for a screen: the machine may be busy

const line = (board, code) => board.locator('.family-line', { hasText: code });
const tabletLine = (page, name) => page.locator('.tablets li', { hasText: name });

/** The leader says yes beside the words that the tablet shows. */
async function pair(tablet, leader, name) {
  tablet.setDefaultTimeout(PATIENCE_MS);
  await tablet.goto(session);
  const words = tablet.locator('[data-pairing-words]');
  await words.getByText(/\w+ \w+/).waitFor();
  await leader.goto(home);
  await leader.locator('.request', { hasText: await words.innerText() }).getByRole('button', { name: `Yes, it is the ${name} tablet` }).click();
  await tablet.getByText(`${name} tablet`).waitFor();
  return tablet;
}

/** A family with its card, each child in turn; gives the waves that the tablet proposed. */
async function comes(tablet, card, ...children) {
  const waves = [];
  for (const [n, [animal, year]] of children.entries()) waves.push(await takeTurn(tablet, { card: n ? undefined : card, animal, year }));
  await familyGoes(tablet);
  return waves;
}

/** Taps something on one of the tablet's screens, as fast as no finger could. */
async function tap(tablet, screen, control) {
  await tablet.locator(`[data-stage][data-shows="${screen}"] ${control}`).waitFor();
  await tablet.evaluate((control) => document.querySelector(`[data-stage] ${control}`).click(), control);
}

const FOX = ['fox', 1];
const OWL = ['owl', 2];

test('twelve families, siblings, late, early, lost, wrong, swapped, offline and dead, and then it is safe to pack away', { timeout: 600_000 }, async () => {
  const leader = await openPage(browser, { viewport: PHONE });
  leader.setDefaultTimeout(PATIENCE_MS);
  const red = await pair(await openPage(browser), leader, 'Red');
  const blue = await pair(await openPage(browser), leader, 'Blue');
  green = await switchOn(memory.folder);
  await pair(green.page, leader, 'Green');
  const [siblings, second, third, fourth, fifth, late, early, lost, wrong, swapped, offline, dead, spare] = cards;
  const board = await openPage(browser, { viewport: PHONE });
  board.setDefaultTimeout(PATIENCE_MS);
  await board.goto(`${home}/board`);
  await board.locator('[data-lamp].live').waitFor();

  // The blue tablet knows the cards, and is alone from here on.
  await until('the kit to be kept', () => blue.evaluate(async () =>
    Boolean(await window.pencilmark.memory.get('meta', 'kit.' + document.querySelector('[data-tablet]').dataset.session))));
  await blue.context().setOffline(true);
  assert.deepEqual(await comes(blue, offline, FOX), ['before']);

  // Befores. On the green one a child sits down; the board says so before anything was sent, and then it dies.
  await sitDown(green.page, { card: dead, animal: 'bee', year: 1 });
  await answerShort(green.page, { upTo: 1 });
  await tabletLine(board, 'Green').getByText('1 questionnaire is not finished on it').waitFor();
  await line(board, dead).getByText('answering on Green').waitFor();
  await until('the tap to be kept', async () => (await remembered(green.page)) === '1 drafts, 0 waiting');
  await green.off();
  assert.deepEqual(await comes(red, dead, ['bee', 1]), ['before']);
  assert.deepEqual(await comes(red, siblings, FOX, OWL), ['before', 'before']);
  for (const card of [second, third, fourth, fifth, early, lost]) assert.deepEqual(await comes(red, card, FOX), ['before']);
  assert.deepEqual(await comes(red, swapped, FOX, OWL), ['before', 'before']);
  // A wrong code: a card of nobody, and a letter that was misread.
  await openCard(red, session, wrong.replace(/.$/, (last) => (last === '2' ? '3' : '2')));
  await red.locator('[data-error]:not([hidden])').waitFor();
  await assertAccessible(red, 'a wrong code');
  await come(red, session, wrong, { animal: 'Fox', year: 'Year 1' });
  await answer(red, {});
  await line(board, wrong).getByText('✓ before').waitFor();

  // One family has to go: a few questions, and it owes nothing more.
  await openCard(red, session, early);
  await tap(red, 'who', '[name="leaving"][value="yes"]');
  await tap(red, 'who', '[name="animal"][value="fox"]');
  await tap(red, 'ready', '[name="assent"][value="yes"]');
  await answerShort(red);
  await red.locator('[data-stage][data-shows="pass-on"]').waitFor();
  await line(board, early).getByText('✓ after').waitFor();

  // A card is lost: the leader finds the family and gives it a spare one.
  await leader.goto(`${home}/find`);
  await leader.getByRole('link', { name: `This is the family of ${lost}` }).click();
  await leader.getByLabel('The code on the spare card').fill(spare);
  await leader.getByRole('radio').first().check();
  await leader.getByRole('button', { name: 'Give them this card' }).click();
  await leader.getByText(`Card ${spare} leads to the family of ${lost}`).first().waitFor();

  // Afters, on the blue tablet by its own leader’s hand.
  await leader.goto(`${home}/afters`);
  await leader.getByRole('button', { name: 'Start afters' }).click();
  await leader.getByRole('heading', { name: 'Afters have started' }).waitFor();
  await hold(blue, blue.locator('[data-corner]'));
  await blue.locator('[data-start-afters]').click();
  await blue.locator('[data-panel] [data-close]').click();
  assert.deepEqual(await comes(blue, offline, FOX), ['after']);
  await red.goto(session);
  await red.locator('[data-tablet][data-open]').waitFor();
  await familyGoes(red);
  assert.deepEqual(await comes(red, late, FOX), ['after'], 'who comes that late answers the after alone');
  assert.deepEqual(await comes(red, siblings, FOX, OWL), ['after', 'after']);
  for (const card of [second, third, fourth, fifth, wrong, spare]) assert.deepEqual(await comes(red, card, FOX), ['after']);
  assert.deepEqual(await comes(red, dead, ['bee', 1]), ['after']);
  // Owl taps Fox’s picture. Nobody is put right by a program: the leader is.
  assert.deepEqual(await comes(red, swapped, FOX), ['after']);
  await comes(red, swapped, FOX);
  const twice = leader.locator('.card', { hasText: `Fox on ${swapped}: two after` });
  await until('both of Fox’s afters to be judged', async () => {
    await leader.goto(`${home}/links`);
    return twice.count();
  });
  await twice.getByLabel('The second one is').selectOption({ label: 'Owl’s' });
  await twice.getByLabel('Why').fill('Owl told me');
  await twice.getByRole('button', { name: 'Decide' }).click();
  await leader.getByText('An answer was given to Owl').first().waitFor();

  // The end. Red has nothing more; the blue one is alone and the green one dead, and that is what the light says.
  await leader.goto(`${home}/closure`);
  await leader.getByRole('button', { name: 'Collect the tablets' }).click();
  await red.getByText('That is all for today').waitFor();
  await tabletLine(leader, 'Red').getByText('✓ everything is here').waitFor();
  await leader.getByText('Not safe to pack away yet').waitFor();
  await tabletLine(leader, 'Green').getByText('1 questionnaire is not finished on it').waitFor();
  await leader.getByRole('button', { name: 'Close the session' }).click();
  await leader.getByRole('alert').getByText('Say why').waitFor();
  assert.equal(await remembered(blue), '0 drafts, 2 waiting');
  await blue.context().setOffline(false);
  await until('the blue tablet to be empty', async () => (await remembered(blue)) === '0 drafts, 0 waiting');
  await tabletLine(leader, 'Blue').getByText('✓ everything is here').waitFor();
  await leader.getByText('Not safe to pack away yet').waitFor();
  green = await switchOn(memory.folder);
  green.page.setDefaultTimeout(PATIENCE_MS);
  await green.page.goto(session);
  await tap(green.page, 'resume', '[data-fresh]');
  await leader.getByText('✓ Safe to pack away').waitFor();
  assert.equal(await remembered(green.page), '0 drafts, 0 waiting');
  await assertAccessible(leader, 'safe to pack away');
  await leader.getByRole('button', { name: 'Close the session' }).click();
  await leader.getByText('Every tablet was known to be empty then').waitFor();

  // Fourteen people; one came too late for a before.
  const report = await openPage(browser);
  await report.goto(`${server.url}${await firstProgramme(server.url)}/report`);
  const rows = await report.locator('#flow table tr').evaluateAll((all) => all.map((row) => Array.from(row.cells).slice(0, 2).map((cell) => cell.textContent.trim())));
  const people = Object.fromEntries(rows);
  assert.equal(people['Registered (permission and own yes)'], '14');
  assert.equal(people['Answered before'], '13');
  assert.equal(people['Answered after'], '14');
  assert.equal(people['Matched: before and after'], '13');
  for (const page of [leader, board, red, blue]) assertKeptToItself(page);
});
