// The service worker of a secure origin: from one release to the next, and never in the way of an answer.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { remembered } from './support/family.mjs';
import { front } from './support/front.mjs';
import { takeTurn } from './support/kiosk.mjs';
import { until } from './support/server.mjs';
import { standAtShort } from './support/standing.mjs';

const { browser, server, session, cards } = await standAtShort();

/** A tablet that the worker looks after, with its start page kept. */
async function tablet(network) {
  const page = await (await browser.newContext()).newPage();
  await page.goto(session.replace(server.url, network.url));
  await until('the start page to be kept', () => page.evaluate(async () => Boolean(navigator.serviceWorker.controller) && Boolean(await caches.match(location.pathname))));
  return page;
}

const begins = (page) => page.locator('[data-open] [data-stage][data-shows="start"]').waitFor();
const kept = (page) => page.evaluate(async () => (await caches.keys()).filter((name) => /^pencilmark-/.test(name) && name !== 'pencilmark-recordings'));

test('answers, beats and cards pass the service worker by', async () => {
  const network = await front(server.url);
  const page = await tablet(network);
  await page.reload();
  await page.locator('[data-open]').waitFor();
  const through = [];
  page.on('response', (response) => through.push([response.request().method(), new URL(response.url()).pathname.split('/')[1], response.fromServiceWorker()]));
  await takeTurn(page, { card: cards[0], animal: 'fox', year: 1 });
  await until('it to be sent', async () => (await remembered(page)) === '0 drafts, 0 waiting');
  await until('a beat', () => through.some(([, where]) => where === 'beat'));
  const own = (method) => through.filter((one) => one[0] === method);
  assert.deepEqual(own('PUT'), [['PUT', 'r', false]]);
  assert.ok(own('POST').length >= 2, 'a card and a beat');
  assert.deepEqual(own('POST').filter(([, , byWorker]) => byWorker), []);
  assert.ok(own('GET').some(([, where, byWorker]) => where === 's' && byWorker), 'and it was there: the page came from it');
  await network.stop();
});

test('a new release takes the place of the last one, with the start page, and only once that could be fetched', async () => {
  const network = await front(server.url);
  const page = await tablet(network);
  const [old] = await kept(page);
  const start = new URL(session).pathname;
  let pages = true;
  network.rewrites = (script, request) => (request.url === '/sw.js' ? script.replace(/RELEASE = (["'])/, 'RELEASE = $1next-') : null);
  network.befalls = (request) => (request.url === start && !pages ? 'swallow reply' : undefined);

  pages = false; // the release comes, and the network goes before the page does
  await page.evaluate(async () => { await (await navigator.serviceWorker.getRegistration()).update(); });
  const next = old.replace('pencilmark-', 'pencilmark-next-');
  await until('the new release to be there', async () => (await kept(page)).includes(next));
  await until('it to look after the page', () => page.evaluate(async () => (await navigator.serviceWorker.getRegistration()).active?.state === 'activated'));
  assert.ok((await kept(page)).includes(old), 'the page of the last one is still needed');
  await network.off();
  await page.goto('about:blank');
  await page.goto(session.replace(server.url, network.url));
  await begins(page);

  await network.on();
  pages = true;
  await page.reload();
  await begins(page);
  await until('the new release to keep the page', () => page.evaluate(async ([next, start]) => Boolean(await (await caches.open(next)).match(start)), [next, start]));
  await network.off();
  await page.goto('about:blank');
  await page.goto(session.replace(server.url, network.url));
  await begins(page);
});
