// A leader's telephone and two tablets, from two words to safe to pack away.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LAPTOP, PHONE, assertAccessible, assertKeptToItself, openPage } from './support/browser.mjs';
import { answer, come, remembered, startShort } from './support/family.mjs';
import { until } from './support/server.mjs';
import { pairedTablet } from './support/staff.mjs';
import { standAtShort } from './support/standing.mjs';

const stands = await standAtShort();
const { browser, session, cards } = stands;
let { server } = stands;
const home = session.replace('/s/', '/sessions/');

const line = (board, code) => board.locator('.family-line', { hasText: code });

const paired = (leader, name) => pairedTablet(browser, session, leader, name);

test('a session from two words to safe to pack away, with a tablet that loses its connection', { timeout: 240_000 }, async () => {
  const leader = await openPage(browser, { viewport: PHONE });
  const red = await paired(leader, 'Red');
  const blue = await paired(leader, 'Blue');
  const board = await openPage(browser, { viewport: PHONE });
  await board.goto(`${home}/board`);
  await board.locator('[data-lamp].live').waitFor();
  await assertAccessible(board, 'an empty board');
  await board.getByText('No family has come in yet').waitFor();

  // A family comes in; its line appears and turns without anybody touching the board.
  await come(red, session, cards[0], { animal: 'Fox', year: 'Year 1' });
  await board.locator('.tablets li', { hasText: 'Red' }).getByText('not finished').waitFor();
  await answer(red, {});
  const answered = Date.now();
  await line(board, cards[0]).getByText('✓ before').waitFor();
  assert.ok(Date.now() - answered < 1500, `the board followed after ${Date.now() - answered} ms`);
  await leader.goto(`${home}/afters`);
  await leader.getByRole('button', { name: 'Start afters' }).click();
  await line(board, cards[0]).getByText('● after').waitFor();
  await assertAccessible(board, 'a board on which somebody owes an after');
  await come(red, session, cards[0], { animal: 'Fox', year: 'Year 1' });
  await answer(red, {});
  await line(board, cards[0]).getByText('✓ after').waitFor();

  // The blue tablet loses its connection; what is answered on it is not known, and nothing is green.
  await blue.route(/\/(r|beat|no)(\/|$)/, (route) => route.abort());
  await come(blue, session, cards[1], { animal: 'Owl', year: 'Year 1' });
  await answer(blue, {}, { connected: false });
  await blue.getByText('Saved on this tablet').waitFor();
  await leader.goto(`${home}/notes`);
  await assertAccessible(leader, 'the day in a minute');
  await leader.getByLabel('Children in the room').fill('2');
  await leader.getByLabel('Hot food').check();
  await leader.getByLabel('Employer visit').check();
  await leader.getByRole('button', { name: 'Save and go on' }).click();
  await leader.getByRole('button', { name: 'Collect the tablets' }).click();
  await red.getByText('That is all for today').waitFor({ timeout: 30_000 });
  await assertAccessible(red, 'a tablet that is collected');
  await leader.locator('.tablets li', { hasText: 'Red' }).getByText('✓ everything is here').waitFor();
  await leader.getByText('Not safe to pack away yet').waitFor();
  await assertAccessible(leader, 'closing while a tablet is silent');
  await leader.getByRole('button', { name: 'Close the session' }).click();
  await leader.getByRole('alert').getByText('Say why').waitFor();
  assert.equal(await remembered(blue), '0 drafts, 1 waiting');

  // It comes back, sends what it holds, and only then is the light green.
  await blue.unroute(/\/(r|beat|no)(\/|$)/);
  await blue.goto(session);
  await until('the tablet to let go of it', async () => (await remembered(blue)) === '0 drafts, 0 waiting');
  await line(board, cards[1]).getByText('✓').waitFor();
  await blue.getByText('That is all for today').waitFor({ timeout: 30_000 });
  await leader.getByText('✓ Safe to pack away').waitFor({ timeout: 30_000 });
  await assertAccessible(leader, 'safe to pack away');
  await leader.getByRole('button', { name: 'Close the session' }).click();
  await leader.getByText('Every tablet was known to be empty then').waitFor();
  for (const page of [leader, board, red, blue]) assertKeptToItself(page);
});

test('one tap on a family opens its seat, and a board that lost the server says so and comes back', async () => {
  const board = await openPage(browser, { viewport: LAPTOP });
  await board.goto(`${home}/board`);
  await line(board, cards[0]).getByRole('link').click();
  await board.getByRole('heading', { name: `Family ${cards[0]}` }).waitFor();
  assert.doesNotMatch(board.url(), new RegExp(cards[0].replace('-', '')));
  await assertAccessible(board, 'a family’s seat');
  await board.goBack({ waitUntil: 'commit' });
  await board.locator('[data-lamp].live').waitFor();
  const { port } = new URL(server.url);
  const { data } = server;
  await server.off();
  await board.locator('[data-lamp].lost').waitFor();
  assert.match(await board.locator('[data-lamp]').innerText(), /from \d\d:\d\d/);
  await assertAccessible(board, 'a board that lost the server');
  server = stands.server = await startShort({ data, port });
  await board.locator('[data-lamp].live').waitFor({ timeout: 30_000 });
});

test('where a browser cannot listen the board asks, and without script it is a page', async () => {
  const old = await openPage(browser);
  await old.addInitScript(() => { delete window.EventSource; });
  await old.goto(`${home}/board`);
  await old.getByText('Live, every few seconds').waitFor();
  assertKeptToItself(old);
  const plain = await openPage(browser, { viewport: PHONE, javaScriptEnabled: false });
  await plain.goto(`${home}/board`);
  await plain.getByText('does not change by itself').waitFor();
  assert.equal(await plain.locator('.family-line').count(), 2);
});

test('every leader’s screen fits a telephone and a tablet and is accessible; the guide is one side of A4', async () => {
  for (const viewport of [PHONE, { width: 768, height: 1024 }, { width: 1024, height: 768 }]) {
    const page = await openPage(browser, { viewport });
    for (const path of ['', '/board', '/tablets', '/notes', '/closure']) {
      await page.goto(home + path);
      await assertAccessible(page, `${path || 'home'} at ${viewport.width}`);
      const { needed, given } = await page.evaluate(() => ({ needed: document.documentElement.scrollWidth, given: document.documentElement.clientWidth }));
      assert.ok(needed <= given, `${path || 'home'} is ${needed} wide of ${given}`);
    }
    await page.goto(`${server.url}/guide`);
    await assertAccessible(page, `the guide at ${viewport.width}`);
    assertKeptToItself(page);
    if (viewport.width === 1024) {
      const pdf = await page.pdf({ preferCSSPageSize: true });
      assert.equal(pdf.toString('latin1').match(/\/Type\s*\/Page\b/g).length, 1);
    }
    await page.context().close();
  }
});
