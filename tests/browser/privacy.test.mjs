// What the next family finds of the last one: nothing, whatever they press. The back-forward cache is on,
// on plain http and on https.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HALL } from './support/browser.mjs';
import { remembered } from './support/family.mjs';
import { answerShort, familyGoes, sitDown, takeTurn } from './support/kiosk.mjs';
import { CANARY, assertNothing, settled, step, whatTheBrowserKeeps } from './support/nothing.mjs';
import { until } from './support/server.mjs';
import { standAtShort } from './support/standing.mjs';

const { browser, server, front, session, cards } = await standAtShort({ https: true });

async function tablet(address) {
  const context = await browser.newContext({ viewport: { width: 768, height: 1024 } });
  const page = await context.newPage();
  await page.goto(address);
  if (address.startsWith('https')) await settled(page);
  return page;
}

for (const [name, isPlain] of [['plain http', true], ['https', false]]) {
  const address = () => (isPlain ? session.replace('127.0.0.1', HALL) : session.replace(server.url, front.url));
  const own = (n) => cards[n + (isPlain ? 0 : 6)];

  test(`on ${name} Back, forward, reload and a new page show nothing after somebody has finished`, async () => {
    const page = await tablet(address());
    await takeTurn(page, { card: own(0), animal: 'fox', year: 1 }, { text: CANARY });
    await assertNothing(page, 'pass it on');
    await familyGoes(page);
    for (let i = 0; i < 10; i += 1) { await step(page, 'goBack'); await assertNothing(page, `Back ${i + 1}`); }
    for (let i = 0; i < 10; i += 1) { await step(page, 'goForward'); await assertNothing(page, `forward ${i + 1}`); }
    await step(page, 'reload');
    await assertNothing(page, 'reload');
    const other = await page.context().newPage();
    await other.goto(address());
    await assertNothing(other, 'a new page');
    const left = await page.evaluate(() => JSON.stringify([Object.assign({}, sessionStorage), Object.assign({}, localStorage)]));
    assert.ok(!left.includes(CANARY) && !left.includes(own(0).replace('-', '')), left);
    const history = await page.evaluate(() => location.href);
    assert.ok(!history.includes(own(0).replace('-', '')));
  });

  test(`on ${name} Back within the questions goes to the question before and never leaves`, async () => {
    const page = await tablet('about:blank');
    await page.goto(address());
    await sitDown(page, { card: own(1), animal: 'owl', year: 1 });
    await page.waitForTimeout(350);
    for (let i = 0; i < 2; i += 1) { // real taps: browsers count only those
      if (i > 0) await page.locator('.screen.now .option').first().click();
      await page.locator('[data-next]').click();
      await page.waitForTimeout(350);
    }
    assert.equal(await page.locator('[data-count]').innerText(), '2 of 4');
    await step(page, 'goBack');
    assert.equal(await page.locator('[data-count]').innerText(), '1 of 4');
    for (let i = 0; i < 10; i += 1) await step(page, 'goBack');
    assert.equal(await page.locator('.screen.now').count(), 1, page.url());
    await page.locator('[data-next]').click();
    assert.equal(await page.locator('[data-count]').innerText(), '1 of 4', 'at the beginning, with the answers kept');
  });

  test(`on ${name} a page left in the middle is empty when it is come back to`, async () => {
    const page = await tablet(address());
    const kept = await whatTheBrowserKeeps(page);
    await sitDown(page, { card: own(2), animal: 'bee', year: 1 });
    await answerShort(page, { text: CANARY, upTo: 4 });
    await until('the draft to be kept', async () => (await remembered(page)) === '1 drafts, 0 waiting');
    await page.goto(`${address().split('/s/')[0]}/privacy`);
    await assertNothing(page, 'elsewhere');
    for (let i = 0; i < 6; i += 1) { await step(page, 'goBack'); await assertNothing(page, `Back ${i + 1}`); }
    assert.ok(kept.length > 0, 'the browser kept the page: the back-forward cache is on');
    assert.deepEqual(kept.filter((screens) => screens !== 0), [], 'it was empty before anybody could see it');
  });
}

for (const [name, isPlain] of [['plain http', true], ['https', false]]) {
  test(`on ${name} nothing is left of a family that was asked whether to delete everything, and kept it`, async () => {
    const page = await tablet(isPlain ? session.replace('127.0.0.1', HALL) : session.replace(server.url, front.url));
    const card = cards[isPlain ? 3 : 9];
    await page.locator('[data-open]').waitFor();
    await page.getByRole('link', { name: /Take our answers out/ }).click();
    await page.getByRole('heading', { name: 'Take our answers out' }).waitFor();
    await page.waitForTimeout(350); // past the guard against double taps
    await page.getByLabel(/six letters/).fill(card);
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByRole('heading', { name: 'Shall we delete everything?' }).waitFor();
    await page.waitForTimeout(350);
    await page.getByRole('link', { name: 'No, keep them' }).click();
    await page.locator('[data-stage][data-shows="start"]').waitFor();
    const nothing = async (where) => {
      const found = await page.content().catch(() => ''); // between two pages there is nothing to see
      assert.ok(!found.includes('Shall we delete') && !found.includes(card.replace('-', '')) && !/ERR_|resubmission/i.test(found), where);
      await assertNothing(page, where);
    };
    await nothing('the start page');
    for (let i = 0; i < 4; i += 1) { await step(page, 'goBack'); await nothing(`Back ${i + 1}`); await step(page, 'reload'); await nothing(`reload after Back ${i + 1}`); }
    for (let i = 0; i < 6; i += 1) { await step(page, 'goForward'); await nothing(`forward ${i + 1}`); }
    const left = await page.evaluate(() => JSON.stringify([Object.assign({}, sessionStorage), Object.assign({}, localStorage)]));
    assert.ok(!left.includes(card.replace('-', '')), left);
  });
}

test('a family that walks away from the question whether to delete everything leaves no button behind', async () => {
  const context = await browser.newContext({ serviceWorkers: 'block' });
  const page = await context.newPage();
  await page.clock.install();
  await page.goto(`${session}/withdrawal`); // by its own address it is the tablet's own screen, too
  await page.getByRole('heading', { name: 'Take our answers out' }).waitFor();
  assert.equal(new URL(page.url()).pathname, new URL(session).pathname);
  const ticking = setInterval(() => page.clock.runFor(50).catch(() => {}), 20);
  await page.waitForFunction(() => document.querySelector('[data-stage][data-shows="withdrawal"]') && document.querySelector('[data-open]'));
  await page.getByLabel(/six letters/).fill(cards[15]);
  await page.getByLabel(/six letters/).press('Enter');
  await page.getByRole('heading', { name: 'Shall we delete everything?' }).waitFor();
  clearInterval(ticking);
  await page.clock.runFor(61_000); // where others are only asked whether they are there
  await page.locator('[data-stage][data-shows="start"]').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Yes, delete everything' }).count(), 0);
  await context.close();
});

test('a minute asks, three hide, a quarter of an hour seals what there is and forgets the family', async () => {
  const context = await browser.newContext({ serviceWorkers: 'block' });
  const page = await context.newPage();
  await page.clock.install();
  await page.goto(session);
  const sitting = sitDown(page, { card: cards[12], animal: 'cat', year: 1 });
  const ticking = setInterval(() => page.clock.runFor(50).catch(() => {}), 20);
  await sitting;
  await answerShort(page, { upTo: 2 });
  clearInterval(ticking);
  await page.clock.runFor(61_000);
  await page.getByText('Are you still there?').waitFor();
  await page.getByRole('button', { name: 'Yes', exact: true }).click();
  await page.clock.runFor(2_000);
  assert.equal(await page.locator('.screen.now:visible').count(), 1, 'somebody was there');
  assert.equal(await page.getByText('Are you still there?').isVisible(), false);
  await page.clock.runFor(181_000);
  await page.getByRole('heading', { name: 'Who was answering here?' }).waitFor();
  assert.equal(await page.locator('.screen').count(), 0, 'nothing is left on the screen');
  const running = setInterval(() => page.clock.runFor(1_000).catch(() => {}), 20);
  await page.clock.runFor(721_000);
  await page.locator('[data-stage][data-shows="start"]').waitFor();
  await until('the partial to be sent', async () => (await remembered(page)) === '0 drafts, 0 waiting');
  clearInterval(running);
  await until('it to be counted as far as it went', async () => {
    const kit = await (await fetch(`${session}/kit`)).json();
    return Object.values(kit.cards).some((family) => family.people.some((person) => person.animal === 'cat' && person.visits.length === 1));
  });
});

test('what was hidden opens again for its own card alone, though every family has a cat', async () => {
  const context = await browser.newContext({ serviceWorkers: 'block' });
  const page = await context.newPage();
  await page.clock.install();
  await page.goto(session);
  const sitting = sitDown(page, { card: cards[13], animal: 'cat', year: 1 });
  const ticking = setInterval(() => page.clock.runFor(50).catch(() => {}), 20);
  await sitting;
  await answerShort(page, { upTo: 2 });
  await page.clock.runFor(181_000);
  await page.getByRole('heading', { name: 'Who was answering here?' }).waitFor();
  await page.locator('[data-resume="fox"]').evaluate((button) => button.click()); // no pointer: believed at once
  await page.getByText('Those questions were somebody else’s.').first().waitFor();
  await page.locator('[data-resume="cat"]').evaluate((button) => button.click());
  const code = page.getByLabel('Somebody else may have come since. Type the code on your card to go on');
  await code.fill(cards[14]);
  await code.press('Enter');
  await page.locator('[data-card-error]').filter({ hasText: 'somebody else’s' }).waitFor();
  assert.equal(await page.locator('.screen').count(), 0, 'nothing of the other family is shown');
  await code.fill(cards[13]);
  await code.press('Enter');
  await page.locator('.screen.now').waitFor();
  assert.equal(await page.locator('[data-count]').innerText(), '2 of 4', 'where the child was');
  clearInterval(ticking);
  await context.close();
});

test('two wrong pictures and no more: then the card or the leader opens what another child has tapped', async () => {
  const context = await browser.newContext({ serviceWorkers: 'block' });
  const page = await context.newPage();
  await page.goto(session);
  await sitDown(page, { card: cards[4], animal: 'bee', year: 1 });
  await answerShort(page, { upTo: 2 });
  await until('the draft to be kept', async () => (await remembered(page)) === '1 drafts, 0 waiting');
  const guess = (animal) => page.locator(`[data-resume="${animal}"]`).evaluate((button) => button.click()); // no pointer: believed at once
  const asked = async () => {
    await page.reload();
    await page.getByRole('heading', { name: 'Who was answering here?' }).waitFor();
    await page.locator('[data-open]').waitFor();
  };
  const code = page.locator('[data-card-again] input');
  await asked();
  await guess('fox');
  await page.locator('[data-nobody]').filter({ visible: true }).waitFor();
  assert.equal(await code.isVisible(), false, 'a hand may slip');
  await asked(); // which gives no more guesses
  await guess('owl');
  await code.waitFor();
  for (const where of ['at once', 'after a reload']) {
    await guess('bee'); // the right one
    await code.waitFor();
    await page.waitForTimeout(100);
    await page.goBack({ timeout: 1000 }).catch(() => {});
    assert.equal(await page.locator('.screen').count(), 0, `nothing is shown ${where}`);
    assert.equal(await page.locator('[data-nobody]').isVisible(), false, 'and nothing said of the picture');
    await asked();
  }
  await guess('bee');
  await code.fill(cards[5]);
  await code.press('Enter');
  await page.locator('[data-card-error]').filter({ hasText: 'somebody else’s' }).waitFor();
  await code.fill(cards[4]);
  await code.press('Enter');
  await page.locator('.screen.now').waitFor();
  assert.equal(await page.locator('[data-count]').innerText(), '2 of 4', 'the family’s own card opens it');
  await asked();
  await page.locator('[data-corner]').evaluate((corner) => corner.click());
  await page.getByRole('button', { name: 'Go on with Bee’s questions' }).click();
  await page.locator('.screen.now').waitFor();
  assert.equal(await page.locator('[data-count]').innerText(), '2 of 4', 'and so does the leader');
  assert.equal(await page.locator('[data-back]').isVisible(), false, 'who saw nothing of what was tapped before, for anybody can hold the corner');
  await page.evaluate(() => history.back());
  await page.waitForTimeout(400);
  assert.equal(await page.locator('[data-count]').innerText(), '2 of 4', 'nor by the tablet’s Back');
  assert.equal(await page.locator('.screen input:checked').count(), 0);
  await context.close();
});

test('whoever starts fresh after a family was hidden is left in peace by that family’s quarter of an hour', async () => {
  const context = await browser.newContext({ serviceWorkers: 'block' });
  const page = await context.newPage();
  await page.clock.install();
  await page.goto(session);
  const ticking = setInterval(() => page.clock.runFor(50).catch(() => {}), 20);
  await sitDown(page, { card: cards[10], animal: 'cat', year: 1 });
  await answerShort(page, { upTo: 2 });
  await page.clock.runFor(181_000);
  await page.getByRole('heading', { name: 'Who was answering here?' }).waitFor();
  await page.locator('[data-fresh]').evaluate((button) => button.click());
  await page.locator('[data-stage][data-shows="start"]').waitFor();
  await sitDown(page, { card: cards[11], animal: 'owl', year: 1 });
  await page.locator('.screen.now').waitFor();
  clearInterval(ticking);
  for (let minute = 0; minute < 14; minute += 1) {
    await page.keyboard.press('Shift'); // somebody is there all the time
    await page.clock.runFor(55_000);
  }
  assert.equal(await page.locator('.screen.now:visible').count(), 1, 'their questions stand');
  assert.equal(await page.evaluate(() => document.querySelector('[data-stage]').dataset.shows), 'questions');
  await context.close();
});
