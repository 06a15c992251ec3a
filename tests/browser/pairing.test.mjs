// A tablet is paired: the leader looks for its two words, and its colour stays through reload and restarts.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PHONE, assertAccessible, assertKeptToItself, openPage } from './support/browser.mjs';
import { answer, come, startShort } from './support/family.mjs';
import { profile, switchOn } from './support/kiosk.mjs';
import { dataFolder } from './support/server.mjs';
import { standAtShort } from './support/standing.mjs';

const data = dataFolder();
const stands = await standAtShort({ serve: () => startShort({ data }) });
const { browser, session, cards } = stands;
let { server } = stands;

const strip = (page) => page.locator('[data-pairing]');
const home = () => session.replace('/s/', '/sessions/');

/** Says yes, on a leader's telephone, to the tablet that shows these words. */
async function approve(words) {
  const leader = await openPage(browser, { viewport: PHONE });
  await leader.goto(home());
  await assertAccessible(leader, 'the session’s home with a request');
  const request = leader.locator('.request', { hasText: words });
  await request.getByRole('button', { name: /^Yes, it is the/ }).click();
  await leader.locator('.tablets').getByText('Red', { exact: true }).waitFor();
  await leader.waitForFunction((words) => !document.body.innerText.includes(words), words); // the answer to the tap
  assertKeptToItself(leader);
  await leader.context().close();
}

test('a tablet shows two words, is paired by the leader, and stays so when it and the server are restarted', async () => {
  const { folder, gone } = profile();
  let tablet = await switchOn(folder);
  await tablet.page.goto(session);
  await strip(tablet.page).getByText('To pair this tablet').waitFor();
  const words = await tablet.page.locator('[data-pairing-words]').innerText();
  assert.match(words, /^[a-z]+ [a-z]+$/);
  await approve(words);
  await strip(tablet.page).getByText('Red tablet').waitFor();
  const leader = await openPage(browser);
  await leader.goto(`${home()}/tablets`);
  assert.equal(await leader.locator('.tablets > li').count(), 1, 'a tablet has one name from its first moment on');
  await leader.context().close();
  await tablet.page.reload();
  await strip(tablet.page).getByText('Red tablet').waitFor();
  await tablet.off();

  const port = new URL(server.url).port;
  await server.off();
  server = stands.server = await startShort({ data, port });
  tablet = await switchOn(folder);
  await tablet.page.goto(session);
  await strip(tablet.page).getByText('Red tablet').waitFor();
  await tablet.close();
  gone();
});

test('a family’s own telephone asks for nothing, and a tablet that nobody pairs takes answers in', async () => {
  const telephone = await openPage(browser, { viewport: PHONE });
  const asked = [];
  telephone.on('request', (request) => { if (request.url().endsWith('/pairing')) asked.push(request.url()); });
  await telephone.goto(session.replace(/\/s\/.*/, `/c/${cards[0].replace('-', '')}`));
  await telephone.locator('[data-tablet][data-open]').waitFor();
  await telephone.waitForTimeout(2500);
  assert.deepEqual(asked, []);
  assert.equal(await strip(telephone).isVisible(), false);

  const page = await openPage(browser);
  await come(page, session, cards[1], { animal: 'Fox', year: 'Year 1' });
  assert.equal(await strip(page).isVisible(), false, 'nobody is shown it beside the questions');
  await answer(page, {});
});
