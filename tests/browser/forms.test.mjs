// The questionnaires as they ship, each held to what only it has.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertKeptToItself, launch, openPage } from './support/browser.mjs';
import { answer, come } from './support/family.mjs';
import { startServer } from './support/server.mjs';
import { addSession, day, printCards, setUpProject } from './support/staff.mjs';

let browser, server, session, cards;

before(async () => {
  browser = await launch();
  server = await startServer();
  const staff = await openPage(browser);
  const project = await setUpProject(staff, server.url, {
    programme: 'Riverside Futures',
    project: 'Job Trail North',
    design: 'One-off sessions: before and after on the day',
  });
  session = await addSession(staff, { heldOn: day(0), place: 'Hall', role: 'One-off: before and after on the same day' });
  await staff.goto(project);
  cards = await printCards(staff);
  await staff.context().close();
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

test('a young person answers for every job of a list that fills several screens', async () => {
  const page = await openPage(browser);
  await come(page, session, cards[0], { animal: 'Bee', year: 'Year 8' });
  const { envelope } = await answer(page, { 'K3-AW1': 2 });
  const jobs = Object.entries(envelope.answers).filter(([field]) => field.startsWith('K3-AW1.'));
  assert.equal(jobs.length, 18);
  assert.deepEqual(jobs.filter(([, given]) => given !== 2), [], 'every job was asked, and no answer was lost');
});
