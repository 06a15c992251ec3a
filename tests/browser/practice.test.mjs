// A practice on a leader's telephone and tablet: each screen says that it is one, and can be read, reached and tapped.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PHONE, assertAccessible, assertKeptToItself, openPage } from './support/browser.mjs';
import { look, setUpProject } from './support/staff.mjs';
import { stand } from './support/standing.mjs';

const LEADERS_TABLET = { width: 768, height: 1024 };

const { browser, server } = await stand();
const leader = await openPage(browser);
await setUpProject(leader, server.url, { programme: 'Bright Futures', project: 'Job Trail', design: 'One-off sessions' });
const project = leader.url();

/** What can be tapped and is smaller than a thumb: 48 pixels high, but for links within a sentence. */
const tooSmall = (page) => page.locator('main').evaluate((main) =>
  [...main.querySelectorAll('button, a.button, input:not([type=hidden]), select, summary, .more a, .family-line a, .choice')]
    .filter((one) => one.offsetParent && !one.closest('.no-print .small, form.visually'))
    .map((one) => [one, (one.matches('input[type=radio], input[type=checkbox]') ? one.closest('.choice') ?? one : one).getBoundingClientRect()])
    .filter(([, box]) => box.height < 47.5 && box.height > 0)
    .map(([one, box]) => `${one.outerHTML.slice(0, 110)} is ${Math.round(box.height)} high`));

/** Buttons that are filled: the one thing to do next. */
const filled = (page) => page.locator('main').evaluate((main) =>
  [...main.querySelectorAll('.button:not(.plain)')]
    .filter((one) => one.offsetParent && getComputedStyle(one).backgroundColor !== 'rgba(0, 0, 0, 0)')
    .map((one) => one.textContent.trim()));

test('a practice is begun, tried on every screen and taken away', { timeout: 400_000 }, async () => {
  const leader = await openPage(browser, { viewport: PHONE });
  await leader.goto(project);
  await leader.getByRole('button', { name: 'Begin a practice session' }).click();
  await leader.getByRole('heading', { name: 'This is a practice' }).waitFor();
  const home = leader.url();
  const cards = await leader.getByRole('list', { name: 'Cards to practise with' }).getByRole('listitem').allInnerTexts();
  assert.equal(cards.length, 8);

  // Somebody has come and owes an after, and two tablets ask to be paired.
  const key = new URL(home).pathname.split('/')[2];
  await leader.goto(`${home}/keying/ks2/pre`);
  await leader.getByLabel('Code on the paper').fill(cards[0]);
  await leader.getByLabel('Picture').selectOption('Fox');
  await leader.getByLabel('School year').selectOption('4');
  await leader.getByRole('button', { name: 'Save and next paper' }).click();
  await leader.waitForURL(/keying/);
  const tablets = await Promise.all([openPage(browser), openPage(browser)]);
  for (const tablet of tablets) {
    await tablet.goto(`${server.url}/s/${key}`);
    await tablet.locator('[data-pairing-words]').getByText(/\w+ \w+/).waitFor();
    await tablet.getByText('Practice', { exact: true }).waitFor();
  }
  await assertAccessible(tablets[0], 'the start page of a practice');
  await leader.goto(`${home}/board`);
  const family = await leader.locator('.family-line a').first().getAttribute('href');

  const screens = {
    home, board: `${home}/board`, family: `${server.url}${family}`, afters: `${home}/afters`, find: `${home}/find`,
    links: `${home}/links`, paper: `${home}/paper`, sheet: `${home}/paper/ks2/post_same`, keying: `${home}/keying/ks2/pre`,
    again: `${home}/keying/ks2/pre/again`, tablets: `${home}/tablets`, notes: `${home}/notes`, closure: `${home}/closure`,
    edit: `${home}/edit`, guide: `${server.url}/guide`,
  };
  for (const [size, viewport] of Object.entries({ phone: PHONE, tablet: LEADERS_TABLET })) {
    const page = await openPage(browser, { viewport });
    for (const [name, address] of Object.entries(screens)) {
      await page.goto(address);
      await look(page, `leader-${name}-${size}`);
      if (name !== 'guide') assert.ok(await page.locator('.ribbon.practice').isVisible(), `${name} says what it is`);
      await assertAccessible(page, `${name} on a ${size}`);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(wide <= 0, `${name} on a ${size} scrolls sideways by ${wide}`);
      assert.deepEqual(await tooSmall(page), [], `${name} on a ${size}: too small to tap`);
      const primary = await filled(page);
      assert.ok(primary.length <= 1, `${name} on a ${size} has ${primary.length} filled buttons: ${primary.join(', ')}`);
    }
    assertKeptToItself(page);
    await page.context().close();
  }

  await leader.goto(home);
  await leader.getByRole('button', { name: 'End the practice, and take all of it away' }).click();
  await leader.getByRole('button', { name: 'Begin a practice session' }).waitFor();
  await leader.goto(home);
  await leader.getByRole('heading', { name: 'This practice is over' }).waitFor();
});

test('the guide and a sheet of questions are printed on as many pages as they should be', async () => {
  const page = await openPage(browser);
  await page.goto(`${server.url}/guide`);
  const pages = (pdf) => pdf.toString('latin1').match(/\/Type\s*\/Page\b/g).length;
  assert.equal(pages(await page.pdf({ format: 'A4', printBackground: true })), 1, 'the guide is one page');
});
