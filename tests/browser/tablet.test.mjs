// What a borrowed tablet on a bad network must get right.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertKeptToItself, launch, openPage } from './support/browser.mjs';
import { answer, come } from './support/family.mjs';
import { startServer, until } from './support/server.mjs';
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

/** What the leader's page of the session says was counted. */
async function befores() {
  const staff = await openPage(browser);
  await staff.goto(session.replace('/s/', '/sessions/'));
  const words = await staff.locator('main').innerText();
  await staff.context().close();
  return Number(/(\d+)\s+befores done/.exec(words)[1]);
}

async function counted(n) {
  await until(`${n} befores to be counted`, async () => (await befores()) === n);
}

/** What this tablet remembers of answers, in every store of its database. */
function remembered(page) {
  return page.evaluate(async () => {
    const found = { drafts: (await outbox.all('drafts')).length, outbox: (await outbox.all('outbox')).length };
    return `${found.drafts} drafts, ${found.outbox} waiting`;
  });
}

const isAnswer = /\/r\/[0-9a-f]{32}$/;

test('answers finished without a connection stay on the tablet, survive a reload and arrive once', async () => {
  const page = await openPage(browser);
  await come(page, session, cards[0], { animal: 'Fox', year: 'Year 1' });
  await page.route(isAnswer, (route) => route.abort());
  await answer(page, { 'K1-AW1': ['vet'] }, { connected: false });
  await page.getByText(/Saved on this tablet/).waitFor();
  assert.equal(await remembered(page), '0 drafts, 1 waiting');
  assert.equal(await page.locator('main input').count(), 0, 'the questions are gone from the page');
  assert.equal(await befores(), 0);

  await page.unroute(isAnswer);
  await page.goto(session); // whichever page is open next sends it
  await counted(1);
  await until('the tablet to let go of it', async () => (await remembered(page)) === '0 drafts, 0 waiting');
  assertKeptToItself(page);
});

test('an answer whose reply was lost is sent again and counted once', async () => {
  const page = await openPage(browser);
  await come(page, session, cards[1], { animal: 'Owl', year: 'Year 1' });
  let lost = 0;
  await page.route(isAnswer, async (route) => {
    if (lost) return route.continue();
    lost += 1;
    await route.fetch(); // it arrives
    return route.abort(); // and the tablet never hears of it
  });
  await answer(page, {});
  assert.equal(lost, 1);
  await counted(2);
  await until('the tablet to let go of it', async () => (await remembered(page)) === '0 drafts, 0 waiting');
});

test('a page that is lost in the middle goes on where the child was, once the card is typed again', async () => {
  const page = await openPage(browser);
  await come(page, session, cards[2], { animal: 'Frog', year: 'Year 1' });
  const now = page.locator('.screen.now');
  for (let screen = 0; screen < 3; screen += 1) {
    await page.waitForTimeout(350); // the page takes an earlier tap for an echo of the last one
    if (screen > 0) await now.locator('.option').first().click();
    await page.locator('[data-next]').click();
  }
  const question = await now.locator('.question').innerText();
  await page.reload();
  await come(page, session, cards[2], { animal: 'Frog' });
  assert.equal(await now.locator('.question').innerText(), question);
  await page.waitForTimeout(350);
  await page.locator('[data-back]').click();
  assert.equal(await now.locator('.option input').first().isChecked(), true, 'the answer before is still there');
});

test('Back from “Pass to the next person” shows nobody’s answers', async () => {
  const page = await openPage(browser);
  await come(page, session, cards[3], { animal: 'Bee', year: 'Year 1' });
  await answer(page, { 'K1-AS1': 1 });
  for (let step = 0; step < 4; step += 1) {
    await page.goBack({ timeout: 3000 }).catch(() => {}); // a browser may refuse to post a form again
    assert.equal(await page.locator('input:checked').count(), 0, page.url());
  }
  assert.equal(await page.goto(session).then(() => remembered(page)), '0 drafts, 0 waiting');
});

test('without script the same questions are one form that is counted too', async () => {
  const already = await befores();
  const page = await openPage(browser, { javaScriptEnabled: false });
  await page.goto(session);
  await page.getByLabel('Type the six letters and numbers on your card').fill(cards[4]);
  await page.getByRole('button', { name: 'Open my card' }).click();
  await page.getByRole('button', { name: 'Cat' }).click();
  await page.getByRole('button', { name: 'Year 5', exact: true }).click();
  await page.getByRole('button', { name: 'Yes', exact: true }).click();
  await page.getByRole('button', { name: 'Yes', exact: true }).click();
  assert.ok((await page.locator('fieldset.screen:visible').count()) > 15, 'every question stands on the page');
  assert.equal(await page.locator('[data-next]:visible, [data-skip]:visible').count(), 0, 'nothing that needs script is shown');
  await page.locator('[name="K2-AW1.vet"]').check({ force: true });
  await page.locator('[name="K2-CF1"][value="4"]').check({ force: true });
  await page.getByRole('button', { name: 'Finish' }).click();
  await page.getByRole('heading', { name: /Pass to the next person/ }).waitFor();
  await counted(already + 1);
});
