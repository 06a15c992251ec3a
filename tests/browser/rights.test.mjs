// A family changes its mind: on the tablet of an open session, and at the team's table.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LAPTOP, PHONE, openPage } from './support/browser.mjs';
import { hold, answer, come } from './support/family.mjs';
import { addSession, day, look, printCards, setUpProject } from './support/staff.mjs';
import { stand } from './support/standing.mjs';

const { browser, server } = await stand();
const staff = await openPage(browser, { viewport: LAPTOP });
const project = await setUpProject(staff, server.url, { programme: 'Bright Futures', project: 'Job Trail', design: 'One-off sessions: before and after on the day' });
const address = await addSession(staff, { heldOn: day(0), place: 'Hall', role: 'One-off: before and after on the same day' });
const tablets = server.url + new URL(address).pathname;
await staff.goto(project);
const codes = await printCards(staff);

/** A grown-up answers with this card, on a tablet of the hall. */
async function answerAs(code) {
  const page = await openPage(browser);
  await come(page, tablets, code, { animal: 'Sun' });
  await answer(page, {});
}

test('a family deletes its answers at the session, on a phone, after being asked twice', async () => {
  const page = await openPage(browser, { viewport: PHONE });
  await answerAs(codes[0]);
  await page.goto(tablets);
  await page.getByRole('link', { name: /Take our answers out/ }).click();
  await page.getByRole('heading', { name: 'Take our answers out' }).waitFor();
  await look(page, 'the way out');
  await page.waitForTimeout(350); // past the guard against double taps
  await page.getByLabel(/six letters/).fill(codes[0]);
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.getByRole('heading', { name: 'Shall we delete everything?' }).waitFor();
  await look(page, 'are you sure');
  await page.waitForTimeout(350);
  assert.match(await page.locator('main').innerText(), /Sun/);
  await page.getByRole('button', { name: 'Yes, delete everything' }).click();
  await page.waitForTimeout(350);
  assert.equal(await page.getByRole('heading', { name: 'Shall we delete everything?' }).count(), 1, 'a tap deletes nothing');
  await hold(page, page.getByRole('button', { name: 'Yes, delete everything' }));
  await page.getByRole('heading', { name: 'Your answers are gone' }).waitFor();
  await look(page, 'gone');
  await page.goto(tablets);
  await page.getByLabel(/six letters/).fill(codes[0]);
  await page.getByRole('button', { name: 'Open my card' }).click();
  assert.match(await page.getByRole('alert').innerText(), /The answers of this card were taken out/);
});

for (const viewport of [{ width: 1024, height: 768 }, { width: 360, height: 740 }]) {
  test(`the team shows a family everything and takes it out, at ${viewport.width}`, async () => {
    const code = viewport.width > 500 ? codes[1] : codes[2];
    await answerAs(code);
    const page = await openPage(browser, { viewport });
    await page.goto(server.url);
    await page.getByRole('link', { name: 'A family’s rights' }).click();
    await look(page, 'the code');
    await page.getByLabel('The code on the family’s card').fill(code);
    await page.getByRole('button', { name: 'Find the card' }).click();
    await look(page, 'what is kept');
    assert.ok(!page.url().includes(code.replace('-', '')), 'no code in the address');
    await page.locator('form[action="/rights/answers"]').getByLabel('Why, for the log').fill('the family asked to see them');
    await page.getByRole('button', { name: 'Show the answers' }).click();
    await look(page, 'the answers');
    await page.getByRole('heading', { name: /^Sun, before/ }).waitFor();
    const fits = await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth);
    assert.ok(fits, 'nothing is wider than the screen');
    await page.getByRole('button', { name: 'Back to the card' }).click();
    await page.getByLabel('The family asked for it').check();
    await page.getByRole('button', { name: 'Take the answers out for good' }).click();
    await look(page, 'taken out');
    await page.getByRole('heading', { name: 'The answers are out' }).waitFor();
  });
}
