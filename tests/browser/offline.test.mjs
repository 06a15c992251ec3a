// A tablet alone: the server off, the browser switched off and on, plain http and a secure origin.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { HALL, assertAccessible, assertKeptToItself, openPage } from './support/browser.mjs';
import { hold, remembered, startShort } from './support/family.mjs';
import { httpsFront } from './support/https.mjs';
import { answerShort, beganAnew, cutOff, familyGoes, isCopied, profile, sitDown, switchOn, takeTurn } from './support/kiosk.mjs';
import { dataFolder, pencilmark, until } from './support/server.mjs';
import { oneOffSession, standAtShort } from './support/standing.mjs';

const LONG = process.env.PENCILMARK_LONG === 'yes';
const KILLS = LONG ? 200 : 10;

const data = dataFolder();
const stands = await standAtShort({ serve: () => startShort({ data }) });
const { browser, session, cards } = stands;
let { server } = stands;
const front = await httpsFront(server.url);
after(() => front.stop());

const secure = () => session; // 127.0.0.1 counts as secure, and has a service worker
const plain = () => session.replace('127.0.0.1', HALL);
const tls = () => front.url + new URL(session).pathname; // a name and a certificate

async function serverOff() {
  await Promise.all([server.off(), front.off()]);
}

async function serverBack() {
  await front.on();
  server = stands.server = await startShort({ data, port: new URL(session).port });
}

/** Every response the server holds: card, animal, wave, what was typed. */
async function held() {
  const reply = await fetch(`${server.url}/s/${new URL(session).pathname.split('/').pop()}/kit`);
  const kit = await reply.json();
  return Object.values(kit.cards).flatMap((family) => family.people).flatMap((person) => person.visits.map((visit) => `${person.animal} ${visit.wave}`)).sort();
}

/** Sends what a tablet froze once more: the server has it under its id, byte for byte, or says otherwise. */
async function has({ key, body, sha256 }) {
  const reply = await fetch(`${server.url}/r/${key}`, { method: 'PUT', headers: { 'content-type': 'application/json' }, body });
  const said = await reply.json();
  return said.durable === true && said.id === key && said.sha256 === sha256 && said.known === true && said.variant === false;
}

/** A tablet that has been at the session's page once, with all that it takes along. */
async function prepared(address) {
  const memory = profile();
  const tablet = { memory, address: address(), ...(await switchOn(memory.folder, [front.trust])) };
  await tablet.page.goto(tablet.address);
  await tablet.page.waitForFunction(() => document.querySelector('[data-open]'));
  await until('the kit to be kept', () => tablet.page.evaluate(async () =>
    Boolean(await window.pencilmark.memory.get('meta', 'kit.' + document.querySelector('[data-tablet]').dataset.session))));
  await until('the start page to be kept', () => tablet.page.evaluate(async (inWorker) =>
    (inWorker ? Boolean(await caches.match(location.pathname)) : (await fetch(location.pathname, { cache: 'only-if-cached', mode: 'same-origin' })).ok), address !== plain));
  return tablet;
}

/** Fifteen children of five families, and one after; the tablet is switched off and on twice between families. */
async function families(tablet, own, animals) {
  const turns = own.flatMap((card) => animals.map((animal, i) => ({ card, animal, year: 1, first: i === 0 })));
  const waves = [];
  for (const [done, { card, animal, year, first }] of turns.entries()) {
    if (done === 6 || done === 12) {
      await tablet.close();
      Object.assign(tablet, await switchOn(tablet.memory.folder, [front.trust]));
      await tablet.page.goto(tablet.address);
    }
    waves.push(await takeTurn(tablet.page, { card: first ? card : null, animal, year }));
    if (animal === animals[2]) await familyGoes(tablet.page);
  }
  assert.deepEqual([...new Set(waves)], ['before']);
  // No server tells this tablet that the afters have started: the leader does, on it.
  await hold(tablet.page, tablet.page.locator('[data-corner]'));
  await tablet.page.locator('[data-start-afters]').click();
  await tablet.page.getByText('The afters have started.').waitFor();
  await tablet.page.locator('[data-panel] [data-close]').click();
  assert.equal(await takeTurn(tablet.page, { card: own[0], animal: animals[0] }), 'after', 'the tablet knows who has answered before');
  assert.equal(await remembered(tablet.page), '0 drafts, 16 waiting');
  return tablet.page.evaluate(() => window.pencilmark.memory.all('outbox'));
}

const CHILDREN = ['frog', 'cat', 'whale'];
const places = [['plain http', plain, [0, 5], ['fox', 'owl', 'bee']], ['a secure origin', secure, [5], CHILDREN], ['real https', tls, [0], CHILDREN]];
for (const [name, address, firsts, animals] of places) {
  const what = firsts.length > 1 ? `on ${name} a whole session of thirty children answers with the server off and two tablets restarted twice`
    : `on ${name} a whole session of families answers with the server off and the tablet restarted twice`;
  test(what, async () => {
    const already = (await held()).length;
    const tablets = await Promise.all(firsts.map(() => prepared(address)));
    await serverOff();
    const waited = (await Promise.all(tablets.map((tablet, i) => families(tablet, cards.slice(firsts[i], firsts[i] + 5), animals)))).flat();
    const all = 16 * firsts.length;
    assert.equal(new Set(waited.map(({ key }) => key)).size, all, 'each under an id of its own');
    const befores = waited.map(({ body }) => JSON.parse(body)).filter(({ wave }) => wave === 'pre');
    assert.equal(new Set(befores.map(({ card, animal }) => `${card} ${animal}`)).size, 15 * firsts.length, 'and each of another child');

    await serverBack();
    await until('everything to arrive, untouched', async () => (await Promise.all(tablets.map(({ page }) => remembered(page)))).every((kept) => kept === '0 drafts, 0 waiting'), 40_000);
    await until('everything to be judged', async () => (await held()).length === already + all);
    for (const one of waited) assert.ok(await has(one), `${one.key} is on the server, byte for byte`);
    for (const tablet of tablets) { await tablet.close(); tablet.memory.gone(); }
  });
}

test('on real https one visit is enough to begin while the server is off, loaded again or opened anew', async () => {
  const memory = profile();
  let tablet = await switchOn(memory.folder, [front.trust]);
  await tablet.page.goto(tls());
  await until('the one visit to be kept', () => tablet.page.evaluate(async () => Boolean(await caches.match(location.pathname))));
  await serverOff();
  const begins = () => tablet.page.waitForFunction(() => document.querySelector('[data-open] [data-stage][data-shows="start"]'));
  await tablet.page.reload();
  await begins();
  await tablet.close();
  tablet = await switchOn(memory.folder, [front.trust]);
  await tablet.page.goto(tls());
  await begins();
  await tablet.close();
  memory.gone();
  await serverBack();
});

test('on real https a tablet that was opened by a scanned card begins while the server is off, too', async () => {
  const memory = profile();
  const tablet = await switchOn(memory.folder, [front.trust]);
  const { page } = tablet;
  const start = new URL(session).pathname;
  await page.goto(`${front.url}/c/${cards[15]}`);
  await until('the start page to be kept', () => page.evaluate(async (start) => Boolean(await caches.match(start)), start));
  assert.deepEqual(await page.evaluate(async () => (await Promise.all((await caches.keys()).map(async (name) => (await (await caches.open(name)).keys()).map(({ url }) => url)))).flat().filter((url) => url.includes('/c/'))), [], 'no card');
  await serverOff();
  await page.goto(tls());
  await page.waitForFunction(() => document.querySelector('[data-open]'));
  await tablet.close();
  memory.gone();
  await serverBack();
});

test('on real https a scanned card opens from the tablet’s own page while the server is off', async () => {
  const memory = profile();
  const tablet = await switchOn(memory.folder, [front.trust]);
  const { page } = tablet;
  await page.goto(tls());
  await page.waitForFunction(() => document.querySelector('[data-open]'));
  await until('the page and the kit to be kept', () => page.evaluate(async () =>
    Boolean(await caches.match(location.pathname)) && Boolean(await window.pencilmark.memory.get('meta', 'kit.' + document.querySelector('[data-tablet]').dataset.session))));
  await serverOff();
  await page.goto(`${front.url}/c/${cards[15]}`);
  await page.waitForFunction(() => document.querySelector('[data-stage][data-shows="who"]'));
  assert.equal(new URL(page.url()).pathname, new URL(session).pathname, 'the code stays in no address');
  await tablet.close();
  memory.gone();
  await serverBack();
});

test('with the server off the notice is read and the way out of the survey says kindly what it needs', async () => {
  const page = await openPage(browser);
  await page.goto(plain());
  await page.locator('[data-open]').waitFor();
  await until('the kit to be kept', () => page.evaluate(async () =>
    Boolean(await window.pencilmark.memory.get('meta', 'kit.' + document.querySelector('[data-tablet]').dataset.session))));
  await serverOff();
  const shows = (screen) => page.locator(`[data-stage][data-shows="${screen}"]`).waitFor().then(() => page.waitForTimeout(350)); // past the guard against double taps
  await page.getByRole('link', { name: /Take our answers out/ }).click();
  await shows('withdrawal');
  await page.getByLabel(/six letters/).fill(cards[15]);
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.getByText('The laptop that keeps your answers cannot be reached just now').waitFor();
  await assertAccessible(page, 'the way out without a connection');
  await page.waitForTimeout(350);
  await page.getByRole('link', { name: 'No, go back' }).click();
  await shows('start');
  await page.locator('[data-open]').waitFor();
  await page.getByLabel(/six letters/).fill(cards[15]);
  await page.getByRole('button', { name: 'Open my card' }).click();
  await shows('who');
  await page.getByRole('button', { name: 'Fox' }).click();
  await shows('year'); // nobody has come with this card
  await page.getByRole('button', { name: 'Year 1', exact: true }).click();
  await shows('permission');
  await page.getByLabel(/You may also use our words/).check({ force: true });
  for (const back of [() => page.getByRole('button', { name: 'Back' }).click(), () => page.goBack()]) {
    await page.getByRole('link', { name: 'What happens with the answers' }).click();
    await shows('notice');
    await page.getByText('Reports show groups, never one person.').waitFor();
    await assertAccessible(page, 'the notice');
    await back();
    await shows('permission');
    assert.equal(await page.getByLabel(/You may also use our words/).isChecked(), true, 'what was ticked is still ticked');
  }
  assertKeptToItself(page);
  await page.context().close();
  await serverBack();
});

test('“Send now” and “Save to a file” say what came of it, and a button that can do nothing looks so', async () => {
  const page = await openPage(browser, { acceptDownloads: true });
  await page.goto(plain());
  await page.locator('[data-open]').waitFor();
  const corner = page.locator('[data-corner]');
  const said = page.locator('[data-panel-said]');
  const border = (name) => page.getByRole('button', { name }).evaluate((button) => getComputedStyle(button).borderTopStyle);
  await corner.evaluate((button) => button.click());
  for (const name of ['Send now', 'Save to a file']) {
    assert.equal(await page.getByRole('button', { name }).isDisabled(), true);
    assert.equal(await border(name), 'dashed');
  }
  await page.locator('[data-close]').click();
  await takeAway(page);
  await corner.evaluate((button) => button.click());
  assert.equal(await border('Send now'), 'solid');
  await page.getByRole('button', { name: 'Send now' }).click();
  await said.filter({ hasText: /^At \d\d:\d\d the laptop could not be reached: 1 answer waits here, safe/ }).waitFor();
  await assertAccessible(page, 'the leader’s panel');
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save to a file' }).click();
  const name = (await download).suggestedFilename();
  await said.filter({ hasText: `downloads as ${name}. It holds card codes and answers` }).waitFor();
  await serverBack();
  await until('it to be sent', async () => (await remembered(page)) === '0 drafts, 0 waiting', 40_000);
  await page.context().close();
});

/** Somebody answers with the server off. */
async function takeAway(page) {
  await serverOff();
  await sitDown(page, { card: cards[6], animal: 'moon' });
  await page.locator('[data-next]').evaluate((next) => next.click());
  for (;;) {
    const screen = page.locator('.screen.now');
    if (!(await screen.count())) break;
    await page.evaluate(() => {
      const skip = document.querySelector('.screen.now [data-skip]');
      (skip || document.querySelector('[data-next]')).click();
    });
  }
  await page.waitForFunction(() => document.querySelector('[data-stage][data-shows="pass-on"]') && document.querySelector('[data-open]'));
}

test('a laptop with another address is told which tablets hold answers, and they can be had from the old one', async () => {
  const own = await startShort();
  const place = await oneOffSession(browser, own);
  const page = await browser.newContext({ serviceWorkers: 'block', acceptDownloads: true }).then((context) => context.newPage());
  await page.goto(place.session.replace('127.0.0.1', HALL));
  await page.route(/\/r\//, (route) => route.abort());
  await sitDown(page, { card: place.cards[0], animal: 'fox', year: 1 });
  await answerShort(page);
  await until('it to wait', async () => (await remembered(page)) === '0 drafts, 1 waiting');
  await page.waitForFunction(() => document.querySelector('[data-stage][data-shows="pass-on"]') && document.querySelector('[data-open]'));
  const heard = page.waitForResponse(/\/beat$/);
  await page.reload(); // a beat says so
  await heard;
  await own.off();
  const moved = await startShort({ data: own.data }); // another port is another origin
  const staff = await browser.newPage();
  await staff.goto(moved.url);
  await staff.getByText('1 tablet holds').waitFor();
  await page.locator('[data-corner]').evaluate((corner) => corner.click());
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save to a file' }).click();
  await staff.goto(`${moved.url}/rescue`);
  await staff.getByLabel(/^The file/).setInputFiles(await (await download).path());
  await staff.getByRole('button', { name: 'Take it in' }).click();
  await staff.getByText('1 response taken in').waitFor();
  await moved.stop();
});

test('the reload keys open the page anew with the server off on plain http', async () => {
  const page = await browser.newContext({ serviceWorkers: 'block' }).then((context) => context.newPage());
  await page.goto(plain());
  await sitDown(page, { card: cards[15], animal: 'cat', year: 1 });
  await answerShort(page, { upTo: 2 });
  await serverOff();
  for (const key of ['F5', 'Control+r']) {
    await page.evaluate(() => { window.before = true; });
    await page.keyboard.press(key);
    await page.waitForFunction(() => !window.before && document.querySelector('[data-stage][data-shows="resume"]'));
  }
  await page.context().close();
  await serverBack();
});

/** In the page: nothing is sent while the test says so. */
function silence() {
  const real = window.fetch;
  window.fetch = (address, options) => (options && options.method === 'PUT' ? Promise.reject(new TypeError('no network')) : real(address, options));
}

/**
 * In the page: a child who taps on as soon as the last tap is kept, to the end. `mine` are the answers by item. Tells
 * the console what it taps, and what is kept of it; nothing is waited for at the end.
 */
function child(mine) {
  const { keepDraft } = window.pencilmark;
  let keeping = null;
  window.pencilmark.keepDraft = (draft) => (keeping = keepDraft(draft));
  const tap = async (name, work) => {
    console.log(`tap ${name}`);
    work();
    if (await keeping) console.log(`kept ${name}`);
  };
  (async () => {
    for (;;) {
      const screen = document.querySelector('[data-stage] .screen.now');
      if (!screen) return;
      const { item } = screen.dataset;
      const typed = screen.querySelector('.typed');
      const option = screen.querySelector(item in mine ? `input[value="${mine[item]}"]` : '.option input');
      if (typed) await tap(item, () => { typed.value = mine[item]; typed.dispatchEvent(new Event('input', { bubbles: true })); });
      else if (option) await tap(item || 'somebody', () => option.click());
      await tap('next', () => document.querySelector('[data-next]').click());
    }
  })();
}

/** In the page: who answered here is as unknown as on another tablet. */
async function forgetPeople() {
  const { memory } = window.pencilmark;
  for (const note of await memory.all('seen')) if (note.people) await memory.drop('seen', note.key);
}

/** The tablet of this memory, at its start page or at what was left, sending nothing. */
async function silentTablet({ folder }, log = () => {}) {
  const tablet = await switchOn(folder);
  tablet.page.on('console', (message) => log(message.text()));
  await tablet.page.addInitScript(silence);
  await tablet.page.goto(plain());
  await tablet.page.waitForFunction(() => document.querySelector('[data-open]'));
  return tablet;
}

const waiting = (page) => page.evaluate(() => window.pencilmark.memory.all('outbox'));
const drafts = (page) => page.evaluate(() => window.pencilmark.memory.all('drafts'));

/** Whose questions were left, by their picture. */
async function resume(page, animal) {
  await page.waitForFunction(() => document.querySelector('[data-stage][data-shows="resume"]'));
  await page.locator(`[data-resume="${animal}"]`).evaluate((button) => button.click()); // no pointer: believed at once
  await page.locator('.screen.now').waitFor();
}

/** The tablet with its network: everything is sent. */
async function sendsAll(memory, patienceMs) {
  const tablet = await switchOn(memory.folder);
  await tablet.page.goto(plain());
  await tablet.page.waitForFunction(() => document.querySelector('[data-open]'));
  await until('everything finished to arrive', async () => (await remembered(tablet.page)) === '0 drafts, 0 waiting', patienceMs);
  await tablet.close();
  memory.gone();
}

test(`a browser killed at ${KILLS} random moments of a survey loses no finished answer and at most the last tap`, async (t) => {
  let memory = profile();
  const people = cards.slice(10, 15).flatMap((card) => ['fox', 'owl', 'frog', 'bee', 'cat', 'whale'].map((animal) => ({ card, animal, year: 1 })));
  const finished = new Map(); // by id, what was answered
  let log = [];
  let thrownAway = 0;
  const on = () => silentTablet(memory, (line) => log.push(line));
  let tablet = await on();
  for (let kill = 0; kill < KILLS; kill += 1) {
    const person = people[kill % people.length];
    if (kill >= people.length) await tablet.page.evaluate(forgetPeople); // the long form has more turns than people
    const mine = { S1: 1 + (kill % 3), S2: 1 + (Math.floor(kill / 3) % 3), S3: `word ${kill}` };
    await sitDown(tablet.page, person);
    const [{ key }] = await until('the draft to be kept', async () => { const kept = await drafts(tablet.page); return kept.length === 1 && kept; });
    log = [];
    const ended = tablet.page.waitForFunction(() => !document.querySelector('.screen.now'), null, { timeout: 20_000 }).catch(() => {});
    await tablet.page.evaluate(child, mine);
    if (kill % 3 === 2) await ended; // Finish was tapped a moment ago, and what waits has grown with every turn
    await new Promise((resolve) => { setTimeout(resolve, Math.random() * (kill % 3 === 2 ? 100 : 400)); });
    await tablet.off();
    const taps = log.filter((line) => line.startsWith('tap S')).map((line) => line.slice(4));
    const kept = log.filter((line) => line.startsWith('kept S')).map((line) => line.slice(5));

    const copied = [...finished.keys()].filter((id) => isCopied(memory.folder, `outbox.${id}`));
    tablet = await on();
    if (beganAnew(memory.folder)) { // seldom: the next tests bring it about
      const still = (await waiting(tablet.page)).map((record) => record.key);
      assert.deepEqual(copied.filter((id) => !still.includes(id)), [], 'what was copied still waits');
      t.diagnostic(`after kill ${kill} Chromium threw its database away`);
      thrownAway += 1;
      await tablet.close();
      memory.gone();
      memory = profile();
      finished.clear();
      tablet = await on();
      continue;
    }
    const left = (await drafts(tablet.page)).find((draft) => draft.key === key);
    const sealed = (await waiting(tablet.page)).find((record) => record.key === key);
    assert.ok(left || sealed, `kill ${kill}: neither a draft nor sealed; it had come to ${log}`);
    const { answers } = sealed ? JSON.parse(sealed.body) : left;
    for (const item of new Set([...kept, ...taps.slice(0, -1)])) assert.equal(answers[item], mine[item], `kill ${kill}: ${item} after ${log}`);
    if (!sealed) {
      await resume(tablet.page, person.animal);
      await tablet.page.evaluate(child, mine);
    }
    const shows = await until('the end of the turn', () => tablet.page.evaluate(() => {
      const { shows } = document.querySelector('[data-stage]').dataset;
      return document.querySelector('[data-open]') && (shows === 'pass-on' || shows === 'start') && shows;
    }).catch(() => ''));
    if (shows === 'pass-on') await familyGoes(tablet.page);
    finished.set(key, mine);
  }
  assert.ok(thrownAway <= 1 + KILLS / 100, 'that is rare');
  assert.ok(finished.size > 0);
  const all = await waiting(tablet.page);
  assert.deepEqual(all.map(({ key }) => key).sort(), [...finished.keys()].sort(), 'everything finished waits, and nothing else');
  for (const { key, body } of all) {
    const { S1, S2, S3 } = JSON.parse(body).answers;
    assert.deepEqual({ S1, S2, S3 }, finished.get(key), 'as it was answered');
  }
  await tablet.close();
  await sendsAll(memory, 40_000 + 200 * KILLS);
  for (const one of all) assert.ok(await has(one), `${one.key} is on the server, byte for byte`);
});

for (const [when, atOnce, animals] of [['before the kill', false, ['owl', 'frog']], ['by the next page alone', true, ['bee', 'fox']]]) {
  test(`a browser that throws its database away after a write that was cut off loses nothing that was copied ${when}`, async () => {
    const memory = profile();
    let tablet = await silentTablet(memory);
    await takeTurn(tablet.page, { card: cards[15], animal: animals[0], year: 1 });
    await sitDown(tablet.page, { animal: animals[1], year: 1 });
    await answerShort(tablet.page, { upTo: 2 });
    const half = await until('the draft to be kept', async () => (await drafts(tablet.page)).find((draft) => 'S1' in draft.answers && draft.base.animal === animals[1]));
    const [whole] = await waiting(tablet.page);
    const copied = () => until('both to be copied', () => [`outbox.${whole.key}`, `drafts.${half.key}`].every((place) => isCopied(memory.folder, place)), 90_000);
    if (!atOnce) await copied();
    await tablet.off();
    cutOff(memory.folder);

    tablet = await silentTablet(memory);
    await tablet.page.evaluate(() => window.pencilmark.memory.put('meta', { key: 'later' })); // behind the cut
    if (atOnce) await copied();
    await tablet.off();
    tablet = await silentTablet(memory); // and finds it
    assert.ok(beganAnew(memory.folder), 'Chromium has thrown the database away');
    assert.deepEqual((await waiting(tablet.page)).map(({ key, sha256 }) => [key, sha256]), [[whole.key, whole.sha256]]);
    assert.deepEqual((await drafts(tablet.page)).map(({ key, answers }) => [key, answers]), [[half.key, half.answers]]);
    await resume(tablet.page, animals[1]);
    await answerShort(tablet.page);
    const both = await until('the second to wait', async () => {
      const all = await waiting(tablet.page).catch(() => []); // a new page comes
      return all.length === 2 && all;
    });
    await tablet.close();
    await sendsAll(memory, 40_000);
    for (const one of both) assert.ok(await has(one), `${one.key} is on the server, byte for byte`);
  });
}

test('what waits is saved to a file, and taken in as often as anybody likes', async () => {
  const already = (await held()).length;
  const page = await browser.newContext({ serviceWorkers: 'block', acceptDownloads: true }).then((context) => context.newPage());
  await page.goto(plain());
  await page.route(/\/r\//, (route) => route.fulfill({ status: 200, contentType: 'text/html', body: '<h1>Welcome to the wifi</h1>' }));
  await sitDown(page, { card: cards[15], animal: 'whale', year: 2 });
  await answerShort(page, { upTo: 2, paceMs: 150 });
  await page.reload();
  await page.waitForTimeout(400); // past the guard against double taps
  await page.locator('[data-fresh]').click(); // sealed as it is
  await page.locator('[data-open] [data-stage][data-shows="start"]').waitFor(); // on a new page
  await until('a partial to wait', async () => (await remembered(page)) === '0 drafts, 1 waiting');
  await page.locator('[data-corner]').evaluate((corner) => corner.click());
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save to a file' }).click();
  const file = await (await download).path();
  assert.equal(await remembered(page), '0 drafts, 1 waiting', 'saving lets nothing go');
  for (let time = 0; time < 2; time += 1) pencilmark(data, 'import', file);
  await until('it to be judged', async () => (await held()).length === already + 1);

  const staff = await browser.newPage();
  await staff.goto(`${server.url}/rescue`);
  await staff.getByLabel(/^The file/).setInputFiles(file);
  await staff.getByRole('button', { name: 'Take it in' }).click();
  await staff.getByText('was here already').waitFor();
  assert.equal((await held()).length, already + 1, 'and once more on the page');
});
