// A leader's page that changes by itself: forms that came later, a server that was off, somebody who was signed out.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PHONE, assertAccessible, assertKeptToItself, openPage } from './support/browser.mjs';
import { openCard, startShort } from './support/family.mjs';
import { sitDown, answerShort, familyGoes, takeTurn } from './support/kiosk.mjs';
import { standAtShort } from './support/standing.mjs';

const PASSWORD = 'gull tractor sock';

const stands = await standAtShort();
const { browser, session, cards } = stands;
let { server } = stands;
const home = session.replace('/s/', '/sessions/');
const leader = await openPage(browser, { viewport: PHONE });

const line = (board, code) => board.locator('.family-line', { hasText: code });

/** A tablet asks while the leader looks; the form that appears pairs it, though the page was never loaded again. */
async function pairsWithoutLoading() {
  await leader.goto(home);
  await leader.locator('[data-lamp].live').waitFor();
  await leader.evaluate(() => { window.untouched = true; });
  const tablet = await openPage(browser);
  await tablet.goto(session);
  const words = tablet.locator('[data-pairing-words]');
  await words.getByText(/\w+ \w+/).waitFor();
  const yes = leader.locator('.request', { hasText: await words.innerText() }).getByRole('button', { name: /^Yes, it is the/ });
  await yes.waitFor();
  assert.equal(await leader.evaluate(() => window.untouched), true, 'the page itself drew the form');
  await yes.click();
  await tablet.locator('[data-pairing-says]').getByText(/ tablet$/).waitFor();
  return tablet;
}

test('a form that a page draws later is taken like one that it was loaded with', async () => {
  const tablet = await pairsWithoutLoading();
  assertKeptToItself(tablet);
});

test('a board shows a family from its first question on, and what is true after the server was off', async () => {
  const board = await openPage(browser, { viewport: PHONE });
  await board.goto(`${home}/board`);
  await board.locator('[data-lamp].live').waitFor();
  const tablet = await openPage(browser);
  await tablet.goto(session);
  await sitDown(tablet, { card: cards[0], animal: 'fox', year: 1 });
  await line(board, cards[0]).getByText('answering on').waitFor();
  assert.equal(await line(board, cards[0]).getByRole('link').count(), 0, 'nothing of it has arrived');
  await assertAccessible(board, 'a family that has begun');

  const { data } = server;
  const { port } = new URL(server.url);
  await server.off();
  await board.locator('[data-lamp].lost').waitFor();
  await answerShort(tablet);
  await tablet.getByText('Saved on this tablet').first().waitFor();
  server = stands.server = await startShort({ data, port });
  await line(board, cards[0]).getByText('✓ before').waitFor({ timeout: 45_000 });
  await board.locator('[data-lamp].live').waitFor();
  assert.equal(await line(board, cards[0]).getByText('answering on').count(), 0);
  assert.equal(await line(board, cards[0]).count(), 1, 'a family is there once');
  assertKeptToItself(board);
});

test('a child who stops and one who says no stand on the board, and nobody is sent after them', async () => {
  const board = await openPage(browser, { viewport: PHONE });
  await board.goto(`${home}/board`);
  await board.locator('[data-lamp].live').waitFor();
  const tablet = await openPage(browser);
  await tablet.goto(session);
  await sitDown(tablet, { card: cards[4], animal: 'bee', year: 1 });
  await line(board, cards[4]).getByText('answering on').waitFor();
  await tablet.evaluate(() => document.querySelector('[data-stage] [data-stop]').click());
  await tablet.evaluate(() => document.querySelector('[data-stage] [data-stop-now]').click());
  await line(board, cards[4]).getByText('before: stopped').waitFor();
  assert.equal(await line(board, cards[4]).getByText('still owed').count(), 0);
  await familyGoes(tablet);

  await openCard(tablet, session, cards[5]);
  for (const [screen, control] of [['who', '[name="animal"][value="owl"]'], ['year', '[name="school_year"][value="2"]'], ['permission', '[name="permission"][value="yes"]'], ['ready', '[name="assent"][value="no"]']]) {
    await tablet.locator(`[data-stage][data-shows="${screen}"] ${control}`).waitFor();
    await tablet.evaluate((control) => document.querySelector(`[data-stage] ${control}`).click(), control);
  }
  await line(board, cards[5]).getByText('before: said no').waitFor();
  await board.getByText('2 stopped or said no').waitFor();
  await assertAccessible(board, 'a board with a child who stopped and one who said no');
  assertKeptToItself(tablet);
});

test('where everybody signs in a later form is taken too, and a page goes once its leader is signed out', async () => {
  await leader.goto(server.url);
  await leader.getByRole('link', { name: 'Set up sign-in' }).click();
  await leader.getByLabel('Your name or e-mail address').fill('Anna');
  await leader.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await leader.getByLabel('The same once more').fill(PASSWORD);
  await leader.getByRole('button', { name: 'Make my account' }).click();
  await leader.getByRole('heading', { name: 'The team' }).waitFor();
  const tablet = await pairsWithoutLoading();
  await takeTurn(tablet, { card: cards[1], animal: 'owl', year: 1 });
  const board = await leader.context().newPage();
  await board.goto(`${home}/board`);
  await board.locator('[data-lamp].live').waitFor();
  await line(board, cards[1]).waitFor();
  await leader.goto(home);
  await leader.getByRole('button', { name: 'Sign out' }).click();
  await board.getByRole('heading', { name: 'Sign in' }).waitFor({ timeout: 30_000 });
  assert.equal(await line(board, cards[1]).count(), 0);
});
