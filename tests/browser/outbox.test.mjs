// What waits on a tablet, and every way in which sending or keeping it can go wrong.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openPage } from './support/browser.mjs';
import { remembered, startShort } from './support/family.mjs';
import { takeTurn } from './support/kiosk.mjs';
import { dataFolder, until } from './support/server.mjs';
import { standAtShort } from './support/standing.mjs';

const data = dataFolder();
const stands = await standAtShort({ serve: () => startShort({ data }) });
const { browser, session, cards } = stands;
let { server } = stands;

const isAnswer = /\/r\/[0-9a-f]{32}$/;

async function tablet(options = {}, script) {
  const page = await openPage(browser, options);
  if (script) await page.addInitScript(script);
  await page.goto(session);
  await page.locator('[data-tablet][data-open]').waitFor();
  return page;
}

/** Puts so many items into the outbox, oldest first; gives their ids. */
function put(page, n) {
  return page.evaluate(async (n) => {
    const ids = [];
    for (let i = 0; i < n; i += 1) {
      const id = window.pencilmark.randomHex(16);
      await window.pencilmark.outbox.seal(id, '/r/' + id, { schema: 1, id, made: i });
      ids.push(id);
    }
    return ids;
  }, n);
}

const drain = (page) => page.evaluate(() => window.pencilmark.outbox.again());

test('a portal’s answers, lost replies and busy servers are no acknowledgement, and are not asked in a tight loop', async () => {
  const page = await tablet();
  const replies = [
    { status: 200, contentType: 'text/html', body: '<h1>Welcome to the wifi</h1>' },
    { status: 204 },
    { status: 302, headers: { location: '/privacy' } },
    { status: 200, json: {} },
    { status: 201, json: { id: 'x', sha256: 'y', durable: true } },
    { status: 502, body: 'Bad Gateway' },
    { status: 503, headers: { 'retry-after': '1' }, json: { error: 'busy', retry: true } },
    { status: 429, body: '' },
  ];
  let asked = 0;
  await page.route(isAnswer, (route) => route.fulfill(replies[asked++ % replies.length]));
  await put(page, 3);
  for (let i = 0; i < replies.length; i += 1) await drain(page);
  assert.equal(await remembered(page), '0 drafts, 3 waiting');
  const before = asked;
  await page.waitForTimeout(4000);
  assert.ok(asked - before <= 3, `${asked - before} tries in four seconds`);
  await page.unroute(isAnswer);
  await drain(page);
  assert.equal(await remembered(page), '0 drafts, 0 waiting');
});

test('one poisonous item is put aside and the others go on', async () => {
  const page = await tablet();
  const ids = await put(page, 10);
  let refused = true;
  await page.route(isAnswer, (route) => (refused && route.request().url().endsWith(ids[2])
    ? route.fulfill({ status: 400, json: { error: 'no', retry: false } }) : route.continue()));
  await drain(page);
  assert.equal(await remembered(page), '0 drafts, 1 waiting');
  await page.locator('[data-corner].parked').waitFor();
  await page.locator('[data-corner]').evaluate((corner) => corner.click());
  await page.getByText('refused by the server').waitFor();
  refused = false;
  await page.getByRole('button', { name: 'Send now' }).click();
  await page.getByText('Nothing waits on this tablet.').waitFor();
});

test('an item that the server chokes on never stands before the others', async () => {
  const page = await tablet();
  const ids = await put(page, 5);
  await page.route(isAnswer, (route) => (route.request().url().endsWith(ids[0]) ? route.fulfill({ status: 500, body: 'oh' }) : route.continue()));
  await drain(page);
  await drain(page);
  assert.equal(await remembered(page), '0 drafts, 1 waiting');
});

test('two tabs of one tablet send everything once', async () => {
  const page = await tablet();
  const other = await page.context().newPage();
  await other.goto(session);
  const sent = [];
  page.context().on('request', (request) => { if (isAnswer.test(request.url())) sent.push(request.url()); });
  const ids = await put(page, 12);
  await Promise.all([drain(page), drain(other)]);
  await until('both to be done', async () => (await remembered(page)) === '0 drafts, 0 waiting');
  assert.equal(sent.length, ids.length, 'each went out once');
});

test('a tab that died while sending is followed by another within ten seconds', async () => {
  const page = await tablet();
  await page.evaluate(() => window.pencilmark.memory.put('meta', { key: 'lease', owner: 'a tab that is gone', at: Date.now() - 6000 }));
  await put(page, 1);
  await drain(page);
  assert.equal(await remembered(page), '0 drafts, 1 waiting', 'two never send at once');
  await until('the other to take over', async () => (await remembered(page)) === '0 drafts, 0 waiting');
});

test('a server that comes back is noticed by itself', async () => {
  const page = await tablet();
  await server.off();
  await put(page, 2);
  await drain(page);
  server = stands.server = await startShort({ data, port: new URL(session).port });
  await until('everything to be sent, untouched', async () => (await remembered(page)) === '0 drafts, 0 waiting', 35_000);
});

for (const [what, event] of [['the network is said to be back', 'online'], ['the page is come back to', 'focus'], ['the tablet is looked at again', 'visibilitychange']]) {
  test(`when ${what} what waits is tried at once, and once`, async () => {
    const page = await openPage(browser);
    await page.clock.install();
    await page.goto(session);
    await page.locator('[data-open]').waitFor();
    let asked = 0;
    await page.route(isAnswer, (route) => { asked += 1; return route.abort(); });
    await put(page, 1);
    await page.clock.pauseAt(Date.now() + 3_600_000); // no timer runs from here on
    await drain(page);
    const before = asked;
    assert.ok(before >= 1);
    await page.evaluate((event) => (event === 'visibilitychange' ? document : window).dispatchEvent(new Event(event)), event);
    await until('a try', () => asked > before);
    await page.waitForTimeout(200); // for one more, were there one
    assert.equal(asked, before + 1);
    await page.context().close();
  });
}

test('without a database answers wait in localStorage', async () => {
  const page = await tablet({}, () => { IDBFactory.prototype.open = () => { throw new Error('blocked'); }; });
  await page.route(isAnswer, (route) => route.abort());
  await takeTurn(page, { card: cards[0], animal: 'fox', year: 1 });
  assert.equal(await remembered(page), '0 drafts, 1 waiting');
  assert.equal(await page.evaluate(() => window.pencilmark.memory.storage()), 'local');
  await page.reload();
  await page.locator('[data-open]').waitFor();
  assert.equal(await remembered(page), '0 drafts, 1 waiting', 'it outlives the page');
  await page.unroute(isAnswer);
  await drain(page);
  assert.equal(await remembered(page), '0 drafts, 0 waiting');
});

test('where nothing can be kept a red line says so before the first child, and the page is not left', async () => {
  const page = await tablet({}, () => {
    IDBFactory.prototype.open = () => { throw new Error('blocked'); };
    Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };
  });
  await page.getByText('Do not close this page.').waitFor();
  await page.evaluate(() => { window.sameDocument = true; });
  await page.route(isAnswer, (route) => route.abort());
  await takeTurn(page, { card: cards[1], animal: 'owl', year: 1 });
  assert.equal(await page.evaluate(() => window.sameDocument), true);
  assert.equal(await remembered(page), '0 drafts, 1 waiting');
  await page.unroute(isAnswer);
  await drain(page);
  await page.getByText('Received', { exact: true }).waitFor();
});

test('a database that the system closes, or that is full for a moment, costs no answer', async () => {
  const page = await tablet();
  await page.evaluate(() => {
    const real = IDBDatabase.prototype.transaction;
    let n = 0;
    IDBDatabase.prototype.transaction = function (...args) {
      n += 1;
      if (n % 3 === 1) throw new DOMException('Connection to Indexed Database server lost', 'InvalidStateError');
      if (n % 7 === 0) throw new DOMException('full', 'QuotaExceededError');
      return real.apply(this, args);
    };
  });
  await takeTurn(page, { card: cards[2], animal: 'bee', year: 1 });
  await until('it to be sent', async () => (await remembered(page)) === '0 drafts, 0 waiting', 100_000); // it tries again within thirty seconds, and every third try of the database fails
  await until('it to be counted', async () => {
    const kit = await (await fetch(`${session}/kit`)).json();
    return Object.values(kit.cards).some((family) => family.people.some((person) => person.animal === 'bee' && person.visits.length));
  });
});

test('a database that the system closed is opened again, and holds what comes', async () => {
  const page = await tablet({}, () => {
    const real = IDBFactory.prototype.open;
    window.handles = [];
    window.isClosed = new WeakSet();
    IDBFactory.prototype.open = function (...args) {
      const request = real.apply(this, args);
      request.addEventListener('success', () => window.handles.push(request.result));
      return request;
    };
    const begin = IDBDatabase.prototype.transaction;
    IDBDatabase.prototype.transaction = function (...args) {
      if (window.isClosed.has(this)) throw new DOMException('The database connection is closing.', 'InvalidStateError'); // and for good
      return begin.apply(this, args);
    };
  });
  const closed = () => page.evaluate(async () => {
    const { handles, isClosed, pencilmark } = window;
    handles.forEach((db) => { db.close(); isClosed.add(db); }); // as iOS does, and tells nobody
    const before = handles.length;
    const id = pencilmark.randomHex(16);
    const kept = await pencilmark.outbox.seal(id, `/r/${id}`, { schema: 1, id });
    return { kept, opened: handles.length > before, storage: await pencilmark.memory.storage(), inDatabase: await pencilmark.memory.transaction(['outbox'], 'readonly', (store) => store('outbox').count()) };
  });
  await page.route(isAnswer, (route) => route.abort());
  for (let time = 0; time < 3; time += 1) {
    const { storage, ...rest } = await closed();
    assert.deepEqual(rest, { kept: true, opened: true, inDatabase: time + 1 });
    assert.match(storage, /^(database|persistent)$/);
  }
  assert.equal(await remembered(page), '0 drafts, 3 waiting');
});

test('every write asks for strict durability', async () => {
  const page = await tablet({}, () => {
    const real = IDBDatabase.prototype.transaction;
    window.relaxed = [];
    IDBDatabase.prototype.transaction = function (names, mode, options) {
      if (mode === 'readwrite' && (!options || options.durability !== 'strict')) window.relaxed.push(names);
      return real.call(this, names, mode, options);
    };
  });
  await put(page, 1);
  await drain(page);
  assert.deepEqual(await page.evaluate(() => window.relaxed), []);
});

test('what waited under the release before is sent by this one', async () => {
  const page = await openPage(browser);
  await page.goto(`${server.url}/privacy`); // no tablet there
  await page.evaluate(() => new Promise((resolve, reject) => {
    const request = indexedDB.open('pencilmark', 1);
    request.onupgradeneeded = () => ['drafts', 'outbox', 'meta'].forEach((name) => request.result.createObjectStore(name, { keyPath: 'key' }));
    request.onsuccess = () => {
      const tx = request.result.transaction(['outbox'], 'readwrite');
      tx.objectStore('outbox').put({ key: 'ab'.repeat(16), body: '{}', sha256: '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a', sealed_ms: 1 });
      tx.oncomplete = () => { request.result.close(); resolve(); };
      tx.onerror = reject;
    };
  }));
  await page.goto(session);
  await until('it to be sent', async () => (await page.locator('[data-open]').count()) && (await remembered(page)) === '0 drafts, 0 waiting');
});

test('a tablet whose database was cleared keeps its name and goes on counting', async () => {
  const page = await tablet();
  const begin = () => page.evaluate(async () => {
    const draft = await window.pencilmark.memory.begin({ key: window.pencilmark.randomHex(16), saved_ms: Date.now() });
    return [draft.device, draft.sequence];
  });
  const [device, sequence] = await begin();
  await page.evaluate(() => window.pencilmark.memory.transaction(['meta'], 'readwrite', (store) => store('meta').clear()));
  assert.deepEqual(await begin(), [device, sequence + 1]);
});

test('a script that breaks in the middle says that the answers are safe, and they are', async () => {
  const page = await tablet();
  await takeTurn(page, { card: cards[3], animal: 'cat', year: 1 });
  await page.evaluate(() => setTimeout(() => { throw new Error('a bug'); }));
  await page.getByRole('heading', { name: 'Something went wrong here' }).waitFor();
  await page.waitForTimeout(350);
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.locator('[data-stage][data-shows="pass-on"]').waitFor();
});

test('the service worker touches nothing but GET, and can be taken away from every tablet', async () => {
  const page = await tablet({ serviceWorkers: 'allow' });
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.reload();
  await page.locator('[data-open]').waitFor();
  await put(page, 1);
  await drain(page);
  assert.equal(await remembered(page), '0 drafts, 0 waiting', 'answers pass it by');
  await server.off();
  await put(page, 1);
  server = stands.server = await startShort({ data, port: new URL(session).port, args: ['--no-service-worker'] });
  await page.evaluate(async () => (await navigator.serviceWorker.getRegistration()).update());
  await until('the worker to be gone', () => page.evaluate(async () => {
    const registrations = await navigator.serviceWorker.getRegistrations();
    return registrations.length === 0 && (await caches.keys()).length === 0;
  }));
  await drain(page);
  assert.equal(await remembered(page), '0 drafts, 0 waiting', 'what waited was not touched');
});

test('a browser that believes it is offline sends all the same', async () => {
  const page = await tablet({}, () => Object.defineProperty(navigator, 'onLine', { get: () => false }));
  const sent = page.waitForRequest(isAnswer);
  await put(page, 1);
  await drain(page);
  await sent;
  assert.equal(await remembered(page), '0 drafts, 0 waiting');
});

test('answers that a family has taken out are let go, and the leader is told how many', async () => {
  const page = await tablet();
  await page.route(isAnswer, async (route) => {
    const body = route.request().postData();
    const sha256 = await page.evaluate((body) => window.pencilmark.sha256(body), body);
    await route.fulfill({ status: 410, json: { id: route.request().url().split('/').pop(), sha256, erased: true } });
  });
  await put(page, 2);
  await drain(page);
  assert.equal(await remembered(page), '0 drafts, 0 waiting');
  await page.locator('[data-corner]').evaluate((corner) => corner.click());
  await page.getByText('2 were let go without being counted: their family has taken its answers out.').waitFor();
});
