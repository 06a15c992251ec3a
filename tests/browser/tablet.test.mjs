// What a borrowed tablet on a bad network must get right.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertKeptToItself, openPage } from './support/browser.mjs';
import { answer, come, hold, openCard, passOn, remembered } from './support/family.mjs';
import { until } from './support/server.mjs';
import { standAtShort } from './support/standing.mjs';

const { browser, session, cards } = await standAtShort();

/** What the leader's page of the session says was counted. */
async function befores() {
  const staff = await openPage(browser);
  await staff.goto(session.replace('/s/', '/sessions/'));
  const words = await staff.locator('main').innerText();
  await staff.context().close();
  return Number(/(\d+)\s+befores? done/.exec(words)?.[1] ?? 0); // nothing is counted before the first family
}

async function counted(n) {
  await until(`${n} befores to be counted`, async () => (await befores()) === n);
}

const isAnswer = /\/r\/[0-9a-f]{32}$/;

test('answers finished without a connection stay on the tablet, survive a reload and arrive once', async () => {
  const page = await openPage(browser);
  await come(page, session, cards[0], { animal: 'Fox', year: 'Year 1' });
  await page.route(isAnswer, (route) => route.abort());
  await answer(page, {}, { connected: false });
  const drawn = () => page.locator('[data-outbox] .picture').evaluateAll((all) => all.filter((one) => one.getClientRects().length).map((one) => one.classList[1]));
  await page.getByText('Saved on this tablet').waitFor();
  assert.deepEqual(await drawn(), ['on-tablet']);
  assert.equal(await remembered(page), '0 drafts, 1 waiting');
  assert.equal(await page.locator('main input:visible').count(), 0, 'the questions are gone from the page');
  assert.equal(await page.locator('[data-waiting]').innerText(), '1', 'the corner counts');
  assert.equal(await befores(), 0);

  await page.unroute(isAnswer);
  await page.goto(session); // whichever page is open next sends it
  await counted(1);
  await until('the tablet to let go of it', async () => (await remembered(page)) === '0 drafts, 0 waiting');
  await page.getByText('Received', { exact: true }).waitFor();
  assert.deepEqual(await drawn(), ['arrived'], 'another word, and another picture');
  await page.reload(); // a page that finds nothing to send says so too
  await page.getByText('Received', { exact: true }).waitFor();
  assertKeptToItself(page);
});

test('an answer whose reply was lost is sent again and counted once', async () => {
  const page = await openPage(browser);
  await come(page, session, cards[1], { animal: 'Owl', year: 'Year 1' });
  let lost = 0;
  const bytes = [];
  await page.route(isAnswer, async (route) => {
    bytes.push([route.request().url(), route.request().postData()]);
    if (lost) return route.continue();
    lost += 1;
    await route.fetch(); // it arrives
    return route.abort(); // and the tablet never hears of it
  });
  await answer(page, {});
  assert.equal(lost, 1);
  await counted(2);
  await until('the tablet to let go of it', async () => (await remembered(page)) === '0 drafts, 0 waiting');
  assert.equal(bytes.length, 2);
  assert.deepEqual(bytes[1], bytes[0], 'the bytes were frozen at Finish');
});

test('a page that is lost in the middle goes on where the child was, once the right picture is held', async () => {
  const page = await openPage(browser);
  await come(page, session, cards[2], { animal: 'Frog', year: 'Year 1' });
  const now = page.locator('.screen.now');
  for (let screen = 0; screen < 2; screen += 1) {
    await page.waitForTimeout(350); // the page takes an earlier tap for an echo of the last one
    if (screen > 0) await now.locator('.option').first().click();
    await page.locator('[data-next]').click();
  }
  const question = await now.locator('.question').innerText();
  await page.reload();
  await page.getByRole('heading', { name: 'Who was answering here?' }).waitFor();
  assert.equal(await page.locator('.screen').count(), 0, 'nothing is shown before');
  await hold(page, page.getByRole('button', { name: 'Owl' }));
  await page.getByText('somebody else’s').waitFor();
  await hold(page, page.getByRole('button', { name: 'Frog' }));
  assert.equal(await now.locator('.question').innerText(), question);
  await page.waitForTimeout(350);
  await page.locator('[data-back]').click();
  assert.equal(await now.locator('.option input').first().isChecked(), true, 'the answer before is still there');
  await page.waitForTimeout(350);
  await page.locator('[data-stop]').click();
  await page.waitForTimeout(350);
  await page.getByRole('button', { name: 'Yes, stop' }).click();
  await page.getByText('Nothing you tapped is kept').waitFor();
  await until('the note to be sent', async () => (await remembered(page)) === '0 drafts, 0 waiting');
  assert.equal(await befores(), 2, 'nobody is counted who stopped');
});

test('a brother is handed the tablet by holding, without the card, and another family has to type theirs', async () => {
  const page = await openPage(browser);
  await come(page, session, cards[5], { animal: 'Fox', year: 'Year 1' });
  await answer(page, {});
  await page.waitForTimeout(350);
  await page.getByRole('button', { name: 'Next in our family' }).click();
  assert.equal(await page.locator('[data-stage]').getAttribute('data-shows'), 'pass-on', 'a stray tap hands nothing on');
  await hold(page, page.getByRole('button', { name: 'Next in our family' }));
  await page.getByRole('button', { name: /^Owl/ }).waitFor();
  assert.match(await page.getByRole('button', { name: /Fox/ }).innerText(), /after comes later/);
  await page.waitForTimeout(350);
  await page.getByRole('button', { name: /^Owl/ }).click();
  await page.waitForTimeout(350);
  await page.getByRole('button', { name: 'Year 2', exact: true }).click();
  await page.getByRole('heading', { name: /This is Owl’s before/ }).waitFor(); // permission holds for the family
  await page.waitForTimeout(350);
  await page.getByRole('button', { name: 'Yes', exact: true }).click();
  await answer(page, {});
  assert.equal(await page.locator('[data-bar] li.done').count(), 2);
  await passOn(page);
  assert.equal(await page.locator('[name="code"]').inputValue(), '');
  const kept = await page.evaluate(() => JSON.stringify(Object.assign({}, sessionStorage)));
  assert.doesNotMatch(kept, new RegExp(cards[5].replace('-', '')));
});

test('after No, or Ask me later, the card stays open for whoever is next', async () => {
  const page = await openPage(browser);
  const shows = (screen) => page.locator(`[data-stage][data-shows="${screen}"]`).waitFor().then(() => page.waitForTimeout(350)); // past the guard against double taps
  const asChild = async () => {
    await page.getByRole('button', { name: 'Bee' }).click();
    await shows('year');
    await page.getByRole('button', { name: 'Year 1', exact: true }).click();
    await shows('permission');
  };
  await openCard(page, session, cards[8]);
  await shows('who');
  await asChild();
  await page.getByRole('button', { name: 'Ask me later' }).click();
  await shows('declined');
  await hold(page, page.getByRole('button', { name: 'Next in our family' }));
  await shows('who');
  await asChild();
  await page.getByRole('button', { name: 'No', exact: true }).click();
  await shows('declined');
  await page.getByText('No child in your family will be asked anything').waitFor();
  await hold(page, page.getByRole('button', { name: 'Next in our family' }));
  await shows('who');
  assert.deepEqual(await page.locator('[name="animal"]').evaluateAll((all) => all.map((one) => one.value)), ['sun', 'moon'], 'no child is asked');
  await page.reload();
  await shows('who');
  assert.equal(await page.locator('[name="animal"]').count(), 2, 'nor after a reload');
  await page.getByRole('button', { name: 'Sun' }).click();
  await shows('ready');
});

test('a double tap answers one question', async () => {
  const page = await openPage(browser);
  await come(page, session, cards[6], { animal: 'Bee', year: 'Year 1' });
  await page.waitForTimeout(350);
  await page.locator('[data-next]').dblclick();
  const count = page.locator('[data-count]');
  assert.equal(await count.innerText(), '1 of 4');
  await page.waitForTimeout(350);
  await page.locator('.screen.now .option').first().click();
  await page.locator('[data-next]').evaluate((button) => {
    const tap = () => button.dispatchEvent(new MouseEvent('click', { bubbles: true, detail: 1 }));
    for (let i = 0; i < 20; i += 1) tap();
  });
  assert.equal(await count.innerText(), '2 of 4');
});

test('a tap right after the questions came is not lost', async () => {
  const page = await openPage(browser);
  await come(page, session, cards[7], { animal: 'Cat', year: 'Year 1' });
  await page.waitForTimeout(310); // the guard against double taps, and nothing more
  await page.locator('[data-next]').click();
  assert.equal(await page.locator('[data-count]').innerText(), '1 of 4');
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
