// A leader without script: the set-up by its forms alone, a refusal that leads on, and cards on whole sheets of A4.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LAPTOP, openPage } from './support/browser.mjs';
import { firstProgramme } from './support/staff.mjs';
import { stand } from './support/standing.mjs';

const { browser, server } = await stand();

const withoutScript = () => openPage(browser, { viewport: LAPTOP, javaScriptEnabled: false });

test('a refused form is read first and leads to the field, without script', async () => {
  const page = await withoutScript();
  await page.goto(`${server.url}/programmes/new`);
  await page.getByLabel('Who pays for it').fill('Riverside Trust');
  await page.getByRole('button', { name: 'Save and go on' }).click();
  assert.equal(await page.locator(':focus').getAttribute('role'), 'alert', 'the errors have the focus');
  await page.getByRole('link', { name: 'Give the programme a name.' }).click();
  await page.keyboard.type('Bright Futures');
  assert.equal(await page.getByLabel('Name of the programme').inputValue(), 'Bright Futures', 'typing goes into the field');
  assert.equal(await page.getByLabel('Who pays for it').inputValue(), 'Riverside Trust', 'what was typed is kept');
});

test('five steps lead to an open session without script, and sixteen cards fill whole sheets', async () => {
  const page = await withoutScript();
  const goOn = () => page.getByRole('button', { name: 'Save and go on' }).click();
  await page.goto(server.url);
  await page.getByRole('link', { name: 'Set up my programme' }).click();
  await page.getByLabel('Name of the programme').fill('Bright Futures');
  await goOn();
  await page.getByRole('link', { name: 'Add a project' }).click();
  await page.getByLabel('Name of the project').fill('Job Trail');
  await page.getByLabel('Yes', { exact: true }).check();
  await page.getByLabel('Community only').check();
  await goOn();
  await page.getByRole('link', { name: 'Add its first session' }).click();
  await goOn();
  await page.getByRole('link', { name: 'Print family cards' }).click();
  await page.getByRole('button', { name: 'Make the cards' }).click();
  const sheet = page.url();
  for (const [each, sheets] of [[4, 4], [8, 2]]) {
    await page.goto(`${sheet}?each=${each}`);
    assert.equal(pagesOf(await page.pdf({ preferCSSPageSize: true, printBackground: true })), sheets, `${each} to a page`);
  }
  await page.getByRole('link', { name: 'Then: open the session' }).click();
  await page.getByRole('link', { name: 'Open the families’ start page' }).click();
  await page.getByLabel('Type the six letters and numbers on your card').waitFor();
});

test('the leader’s guide fills one side of A4', async () => {
  const page = await withoutScript();
  await page.goto(`${server.url}/guide`);
  assert.equal(pagesOf(await page.pdf({ preferCSSPageSize: true, printBackground: true })), 1);
});

test('a bar says how far everything in one zip is, and when the file is whole', async () => {
  const page = await openPage(browser, { viewport: LAPTOP, acceptDownloads: true });
  await page.goto(`${server.url}${await firstProgramme(server.url)}/downloads`);
  // A file of real answers leaves with a reason, which is said once on the page.
  await page.getByLabel('Why, for the log').fill('for the yearly report');
  await page.getByRole('button', { name: 'Say it with each file' }).click();
  await page.getByText('Each file that you take from this page says so in the log.').waitFor();
  const bar = page.locator('[data-packing]');
  assert.equal(await bar.isVisible(), false, 'nothing is being packed');
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download everything (.zip)' }).click()]);
  await bar.waitFor();
  assert.match(download.suggestedFilename(), /^pencilmark-.*\.zip$/);
  await page.getByText(/^The file is whole: everything about [\d,]+ (people|person)/).waitFor();
  assert.equal(await bar.locator('progress').evaluate((it) => it.value), await bar.locator('progress').evaluate((it) => it.max));
  await page.context().close();
});

/** Chromium writes each page of a PDF as an object of its own, uncompressed. */
function pagesOf(pdf) {
  return pdf.toString('latin1').match(/\/Type\s*\/Page\b/g).length;
}
