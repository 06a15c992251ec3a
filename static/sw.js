// Starts the families' pages while the server is off. Https only: plain http has no service worker, and
// there the browser's own cache does what it can.
//
// RELEASE and FILES stand before this file when it is served. It never touches anything but GET: answers
// go to the server or wait in the tablet's memory, which this file does not know.
/* global RELEASE, FILES */
'use strict';

const CACHE = 'pencilmark-' + RELEASE;
const RECORDINGS = 'pencilmark-recordings'; // filled by the page; named by what they hold, so never out of date
const PATIENCE_MS = 2500;
const isCard = (path) => /^\/c\/[0-9a-z-]+$/i.test(path);
const isStart = (path) => /^\/s\/[0-9a-z]+$/.test(path);

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(FILES)).then(() => self.skipWaiting()));
});

// The start pages of the release before are fetched anew; where that fails, they stay until it does not.
async function moveIn() {
  const cache = await caches.open(CACHE);
  for (const name of await caches.keys()) {
    if (name === CACHE || name === RECORDINGS || !name.startsWith('pencilmark-')) continue;
    const pages = (await (await caches.open(name)).keys()).map((request) => new URL(request.url).pathname).filter(isStart);
    const fresh = await Promise.all(pages.map((path) => keep(cache, path, fetch(path, { cache: 'reload' })).then(() => true, () => false)));
    if (fresh.every(Boolean)) await caches.delete(name);
  }
  await self.clients.claim();
}
self.addEventListener('activate', (event) => event.waitUntil(moveIn()));

// The page that brought the worker here came before it, past its eyes: so a page says which start page is its own.
// What is kept already is renewed whenever it is opened.
async function takeAlong(path) {
  if (!isStart(path) || await caches.match(path)) return;
  await keep(await caches.open(CACHE), path, fetch(path)); // from the browser's own cache, where it has it
}
self.addEventListener('message', (event) => event.waitUntil(takeAlong(String(event.data.start)).catch(() => {})));

// Keeps a start page, and nothing a portal or a closed session answers in its place.
async function keep(cache, path, fetching) {
  const response = await fetching;
  if (response.ok && response.headers.get('pencilmark-shell')) await cache.put(path, response.clone());
  else if (response.status === 410 || response.status === 404) await cache.delete(path);
  return response;
}

async function start(event, path) {
  const cache = await caches.open(CACHE);
  const fetching = keep(cache, path, fetch(event.request));
  event.waitUntil(fetching.catch(() => {}));
  const kept = await caches.match(path);
  if (!kept) return fetching;
  const tooLong = new Promise((resolve) => setTimeout(() => resolve(kept), PATIENCE_MS));
  const arrived = fetching.then((response) => (response.headers.get('pencilmark-shell') || response.status === 410 ? response : kept), () => kept);
  return Promise.race([arrived, tooLong]);
}

// A card's own address: with the server off, the start page that was fetched last takes the card from it.
async function card(event) {
  const fetching = fetch(event.request);
  fetching.catch(() => {}); // it is waited for below, or not at all
  const keys = await (await caches.open(CACHE)).keys();
  const page = keys.map((request) => new URL(request.url).pathname).filter(isStart).pop();
  if (!page) return fetching;
  const kept = () => caches.match(page);
  const tooLong = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS)).then(kept);
  return Promise.race([fetching.catch(kept), tooLong]);
}

// Players ask for parts; what is kept is whole.
async function recording(request) {
  const kept = await caches.match(request.url);
  const part = /^bytes=(\d+)-(\d*)$/.exec(request.headers.get('range') || '');
  if (!kept || !part) return kept || fetch(request);
  const whole = await kept.arrayBuffer();
  const from = Number(part[1]);
  const to = Math.min(part[2] ? Number(part[2]) : Infinity, whole.byteLength - 1);
  const headers = { 'content-type': kept.headers.get('content-type'), 'content-range': 'bytes ' + from + '-' + to + '/' + whole.byteLength, 'accept-ranges': 'bytes' };
  return new Response(whole.slice(from, to + 1), { status: 206, headers: headers });
}

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (isCard(url.pathname)) event.respondWith(card(event));
  else if (isStart(url.pathname)) event.respondWith(start(event, url.pathname));
  else if (url.pathname.startsWith('/audio/')) event.respondWith(recording(event.request));
  else if (url.pathname.startsWith('/static/')) {
    event.respondWith(caches.match(event.request).then((kept) => kept || fetch(event.request)));
  }
});
