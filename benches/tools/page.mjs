#!/usr/bin/env node
// What a page costs a tablet: page.mjs URL
//
// Prints requests and bytes on the wire with an empty cache, then on the next visit. A visit is a new
// page in the same browser, as when the next family is handed the tablet.
import { launch } from '../../tests/browser/support/browser.mjs';

const browser = await launch();
const context = await browser.newContext({ viewport: { width: 800, height: 1280 } });

async function visit(url) {
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  const fromCache = new Set();
  let requests = 0;
  let bytes = 0;
  await session.send('Network.enable');
  session.on('Network.requestServedFromCache', ({ requestId }) => fromCache.add(requestId));
  session.on('Network.responseReceived', ({ requestId, response }) => {
    if (response.fromDiskCache || response.fromServiceWorker) fromCache.add(requestId);
  });
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (fromCache.has(requestId)) return;
    requests += 1;
    bytes += encodedDataLength;
  });
  await page.goto(url, { waitUntil: 'networkidle' });
  await page.close();
  return `${requests} ${Math.round(bytes)}`;
}

console.log(`${await visit(process.argv[2])} ${await visit(process.argv[2])}`);
await browser.close();
