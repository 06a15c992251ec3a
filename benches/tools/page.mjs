#!/usr/bin/env node
// What the questionnaire costs a tablet: page.mjs SERVER SESSION CARD
//
// Opens the session, types a card's code and goes on to the first question, as a child does, and prints the
// requests and the bytes on the wire with an empty cache; then those of opening the session again in the same
// browser. The page brings the questionnaires of every age, because the tablet may be without a network from
// here on. What the tablet asks again and again (is there news, is it paired) is not counted.
import { launch } from '../../tests/browser/support/browser.mjs';
import { come } from '../../tests/browser/support/family.mjs';

const [server, session, card] = process.argv.slice(2);
const browser = await launch();
const context = await browser.newContext({ viewport: { width: 800, height: 1280 } });

const ASKED_AGAIN = /\/(kit|pairing|beat)$/;

/** Requests and bytes of what a visit loads. */
async function cost(visit) {
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  const passedOver = new Set();
  let requests = 0;
  let bytes = 0;
  await devtools.send('Network.enable');
  devtools.on('Network.requestWillBeSent', ({ requestId, request }) => {
    if (ASKED_AGAIN.test(request.url)) passedOver.add(requestId);
  });
  devtools.on('Network.requestServedFromCache', ({ requestId }) => passedOver.add(requestId));
  devtools.on('Network.responseReceived', ({ requestId, response }) => {
    if (response.fromDiskCache) passedOver.add(requestId);
  });
  devtools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (passedOver.has(requestId)) return;
    requests += 1;
    bytes += encodedDataLength;
  });
  await visit(page);
  await page.waitForLoadState('networkidle');
  await page.close();
  return `${requests} ${Math.round(bytes)}`;
}

const address = `${server}/s/${session}`;
const first = await cost((page) => come(page, address, card, { animal: 'Whale', year: 'Year 5' }));
const again = await cost(async (page) => {
  await page.goto(address);
  await page.locator('[data-tablet][data-open]').waitFor();
});
console.log(`${first} ${again}`);
await browser.close();
