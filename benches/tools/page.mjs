#!/usr/bin/env node
// What the questionnaire costs a tablet: page.mjs SERVER SESSION CARD
//
// Prints requests and bytes on the wire with an empty cache, then on the next visit: a new page in the
// same browser, as when the next child of the family is handed the tablet.
import { launch } from '../../tests/browser/support/browser.mjs';

const [server, session, card] = process.argv.slice(2);
const browser = await launch();
const context = await browser.newContext({ viewport: { width: 800, height: 1280 } });

async function visit(animal) {
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  const kept = new Set();
  let requests = 0;
  let bytes = 0;
  await page.setContent(`<form method="post" action="${server}/s/${session}">
    <input name="code" value="${card}"><input name="animal" value="${animal}"><input name="school_year" value="5">
    <input name="permission" value="yes"><input name="assent" value="yes"><button>Go</button></form>`);
  await devtools.send('Network.enable');
  devtools.on('Network.requestServedFromCache', ({ requestId }) => kept.add(requestId));
  devtools.on('Network.responseReceived', ({ requestId, response }) => {
    if (response.fromDiskCache) kept.add(requestId);
  });
  devtools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (kept.has(requestId)) return;
    requests += 1;
    bytes += encodedDataLength;
  });
  await page.getByRole('button').click();
  await page.locator('.screen.now').waitFor();
  await page.waitForLoadState('networkidle');
  await page.close();
  return `${requests} ${Math.round(bytes)}`;
}

console.log(`${await visit('whale')} ${await visit('cat')}`);
await browser.close();
