// Every page, with the sample loaded: no axe violation, no request elsewhere, nothing wider than its screen.
import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { test } from 'node:test';
import { LAPTOP, PHONE, assertAccessible, assertKeptToItself, openPage } from './support/browser.mjs';
import { openCard } from './support/family.mjs';
import { dataFolder, pencilmark, startServer } from './support/server.mjs';
import { firstProgramme } from './support/staff.mjs';
import { stand } from './support/standing.mjs';

const data = dataFolder();
pencilmark(data, 'demo');
const { browser, server } = await stand({ serve: () => startServer({ data }) });
const programme = await firstProgramme(server.url);

/** Follows our own links from the first page, to one page of each kind, and looks at each with `check`. */
async function visitAll(page, check) {
  const kind = (path) => path.replace(/\/\d+(?=\/|$)/g, '/number').replace(/^\/(sessions|s)\/[^/]+/, '/$1/key');
  const pages = new Map([['/', '/'], ['/privacy', '/privacy']]); // the notice is linked where permission is asked
  for (const path of pages.values()) { // a map goes on to what is added meanwhile
    const response = await page.goto(server.url + path);
    assert.equal(response.status(), 200, path);
    await check(path);
    const links = await page.locator('a[href]:not([download])').evaluateAll((all) =>
      all.map((link) => new URL(link.href)).filter((to) => to.origin === location.origin).map((to) => to.pathname));
    for (const link of links) if (!pages.has(kind(link))) pages.set(kind(link), link);
  }
  return [...pages.keys()];
}

test('every page that links lead to is accessible and asks no other origin', async () => {
  const page = await openPage(browser, { viewport: LAPTOP });
  const visited = await visitAll(page, async (path) => {
    await assertAccessible(page, path);
    assertKeptToItself(page);
  });
  for (const needed of ['/programmes/number', '/programmes/number/report', '/programmes/number/funder', '/programmes/number/downloads', '/projects/number', '/sessions/key', '/s/key']) {
    assert.ok(visited.includes(needed), `${needed} is not linked; visited ${visited.join(' ')}`);
  }
});

test('every page says that this is sample data, and fits a phone', async () => {
  const page = await openPage(browser, { viewport: PHONE });
  const wrong = [];
  await visitAll(page, async (path) => {
    // The privacy notice belongs to no programme and shows no data.
    const says = path === '/privacy' || /sample/i.test(await page.locator('body').innerText());
    if (!says) wrong.push(`${path} does not say that this is sample data`);
    const { needed, given, widest } = await page.evaluate(() => {
      const { scrollWidth: needed, clientWidth: given } = document.documentElement;
      const beyond = [...document.querySelectorAll('main *')].filter((part) => part.getBoundingClientRect().right > given + 1);
      return { needed, given, widest: beyond.slice(0, 3).map((part) => part.outerHTML.slice(0, 120)) };
    });
    if (needed > given) wrong.push(`${path} is ${needed} wide on a screen of ${given}: ${widest.join(' ')}`);
  });
  assert.equal(wrong.length, 0, wrong.join('\n'));
});

test('everything can be saved as one file, and each file on its own', async () => {
  const page = await openPage(browser, { viewport: LAPTOP });
  await page.goto(`${server.url}${programme}/downloads`);
  await page.getByText('One file at a time').click();
  const save = async (link) => {
    const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
    assert.equal(await download.failure(), null, download.suggestedFilename());
    return statSync(await download.path()).size;
  };
  assert.ok((await save(page.getByRole('link', { name: 'Download everything (.zip)' }))) > 1_000_000);
  const long = await save(page.locator('a[href*="/long.csv?export="]'));
  assert.ok(long > 1_000_000, `${long} bytes`);
});

test('the funder’s page prints on one side of A4', async () => {
  const page = await openPage(browser, { viewport: LAPTOP });
  await page.goto(`${server.url}${programme}/funder`);
  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
  assert.equal(pdf.match(/\/Type \/Page\b/g).length, 1);
});

test('a tablet elsewhere reaches the families’ pages and no staff page', async () => {
  const page = await openPage(browser, { extraHTTPHeaders: { 'x-forwarded-for': '192.0.2.7' } });
  for (const path of [programme, `${programme}/report`, '/programmes/new', '/projects/1/cards', `${programme}/downloads`, '/troubles']) {
    const response = await page.goto(server.url + path);
    assert.equal(response.status(), 403, path);
    await assertAccessible(page, `refusal of ${path}`);
  }
  const front = await page.goto(server.url);
  assert.equal(front.status(), 200);
  assert.equal(await page.locator('a[href^="/programmes"]').count(), 0);
});

test('a wrong card code is refused kindly and stays to be mended', async () => {
  const staff = await openPage(browser);
  await staff.goto(server.url);
  const visited = [];
  await visitAll(staff, async (path) => { if (path.startsWith('/s/')) visited.push(path); });
  const page = await openPage(browser);
  for (const [typed, words] of [['PEN-C4A', /different|swapped/], ['PEN-O4T', /no “O”/], ['PEN', /six letters/], ['', /six letters/]]) {
    await openCard(page, server.url + visited[0], typed);
    await assertAccessible(page, `the code ${typed}`);
    assert.match(await page.getByRole('alert').innerText(), words);
    assert.equal(await page.getByLabel(/Type the six/).inputValue(), typed);
  }
});

test('answers are drawn in two ways, one at a time, and paper has the first', async () => {
  const page = await openPage(browser, { viewport: LAPTOP });
  await page.goto(`${server.url}${programme}/report`);
  const figure = page.locator('figure.two-ways').first();
  const [parted, whole] = [figure.locator(':scope > .chart'), figure.locator(':scope > .second-way')];
  assert.deepEqual([await parted.isVisible(), await whole.isVisible()], [true, false]);
  const buttons = figure.locator(':scope > input[type=radio]');
  assert.equal(await buttons.count(), 2);
  await buttons.nth(1).check();
  assert.deepEqual([await parted.isVisible(), await whole.isVisible()], [false, true]);
  await page.emulateMedia({ media: 'print' });
  assert.deepEqual([await parted.isVisible(), await whole.isVisible()], [true, false], 'paper has the first whatever is chosen');
  await page.emulateMedia({ media: 'screen' });
  await buttons.nth(0).check();
  assert.deepEqual([await parted.isVisible(), await whole.isVisible()], [true, false]);
});
