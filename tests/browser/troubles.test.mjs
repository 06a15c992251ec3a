// When our own script fails, or a network takes everything and gives nothing: no screen without a way on.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HALL, openPage } from './support/browser.mjs';
import { remembered } from './support/family.mjs';
import { front } from './support/front.mjs';
import { answerShort, sitDown } from './support/kiosk.mjs';
import { until } from './support/server.mjs';
import { standAtShort } from './support/standing.mjs';

const { browser, server, session, cards } = await standAtShort();

async function tablet(address = session) {
  const page = await openPage(browser);
  await page.goto(address);
  await page.locator('[data-tablet][data-open]').waitFor();
  return page;
}

const shows = (page, screen) => page.locator(`[data-stage][data-shows="${screen}"]`).waitFor();
const tap = (page, selector) => page.locator(selector).evaluate((button) => button.click()); // no pointer: believed at once

/** The next call of this function of ours fails, as a mistake in it would. */
function breaks(page, name) {
  return page.evaluate((name) => {
    const path = name.split('.');
    const last = path.pop();
    const place = path.reduce((found, part) => found[part], window.pencilmark);
    const whole = place[last];
    place[last] = async () => { place[last] = whole; throw new Error('a bug'); };
  }, name);
}

/** From "Something went wrong" to the questions again. */
async function goOn(page, animal) {
  await shows(page, 'trouble');
  assert.equal(await remembered(page), '1 drafts, 0 waiting', 'the answers are safe, as it says');
  await tap(page, '[data-open-again]');
  await shows(page, 'resume');
  await page.locator('[data-open]').waitFor();
  await tap(page, `[data-resume="${animal}"]`);
  await page.locator('.screen.now').waitFor();
}

const second = (page) => page.locator('.screen.now .option input').nth(1);

test('a script that fails while a tap is kept says so, and the tap is there when the child goes on', async () => {
  const page = await tablet();
  await sitDown(page, { card: cards[0], animal: 'fox', year: 1 });
  await answerShort(page, { upTo: 2 });
  const question = await page.locator('.screen.now .question').innerText();
  await breaks(page, 'keepDraft');
  await second(page).evaluate((input) => input.click());
  await goOn(page, 'fox');
  assert.equal(await page.locator('.screen.now .question').innerText(), question);
  assert.equal(await second(page).isChecked(), true);
});

test('a script that fails after Finish says so instead of “One moment…”, and every answer is there', async () => {
  const page = await tablet();
  await sitDown(page, { card: cards[1], animal: 'owl', year: 1 });
  await breaks(page, 'outbox.seal');
  await answerShort(page, { text: 'trains' });
  await goOn(page, 'owl');
  const kept = await page.evaluate(async () => (await window.pencilmark.memory.all('drafts'))[0].answers);
  assert.deepEqual(kept, { S1: 1, S2: 1, S3: 'trains' });
  await answerShort(page);
  await shows(page, 'pass-on');
  await until('it to be sent', async () => (await remembered(page).catch(() => '')) === '0 drafts, 0 waiting');
});

test('a script that fails while it looks a card up leads back to the card', async () => {
  const page = await tablet();
  await breaks(page, 'lookUp');
  await page.getByLabel(/six letters/).fill(cards[2]);
  await page.getByLabel(/six letters/).press('Enter');
  await shows(page, 'trouble');
  await tap(page, '[data-open-again]');
  await shows(page, 'start');
});

test('a script that fails while a picture is looked at asks for it again', async () => {
  const page = await tablet();
  await sitDown(page, { card: cards[3], animal: 'bee', year: 1 });
  await answerShort(page, { upTo: 2 });
  await page.reload();
  await shows(page, 'resume');
  await page.locator('[data-open]').waitFor();
  await page.evaluate(() => {
    const { get } = window.pencilmark.memory;
    window.pencilmark.memory.get = (name, key) => {
      if (key !== 'guesses') return get(name, key);
      window.pencilmark.memory.get = get;
      return Promise.reject(new Error('a bug'));
    };
  });
  await tap(page, '[data-resume="bee"]');
  await goOn(page, 'bee');
  assert.equal(await page.locator('[data-count]').innerText(), '2 of 4');
});

test('“One moment…” gives way though the promise behind it is never kept', async () => {
  const page = await openPage(browser);
  await page.clock.install();
  await page.goto(session);
  await sitDown(page, { card: cards[4], animal: 'cat', year: 1 });
  await answerShort(page, { upTo: 3 });
  await page.evaluate(() => { window.pencilmark.outbox.seal = () => new Promise(() => {}); });
  await answerShort(page);
  await shows(page, 'saving');
  await page.clock.runFor(61_000);
  await shows(page, 'trouble');
  assert.equal(await remembered(page), '1 drafts, 0 waiting');
  await tap(page, '[data-open-again]');
  await shows(page, 'resume');
  await page.locator('[data-open]').waitFor();
  await tap(page, '[data-resume="cat"]');
  await page.locator('[data-card-again] input').fill(cards[4]); // a minute after the last tap the picture is not enough
  await page.locator('[data-card-again] input').press('Enter');
  await page.locator('.screen.now').waitFor();
});

test('a page that was promised and never comes is not waited for longer than fifteen seconds', async () => {
  const network = await front(server.url);
  const page = await openPage(browser);
  await page.addInitScript(() => {
    const real = window.setTimeout;
    window.setTimeout = (work, ms) => real(work, ms === 15000 ? 300 : ms); // the test need not wait as long
  });
  network.changes = (headers, request) => { if (!request.url.startsWith('/static/')) headers['cache-control'] = 'no-store'; };
  await page.goto(session.replace(server.url, network.url));
  await sitDown(page, { card: cards[5], animal: 'whale', year: 1 });
  await page.evaluate(() => { window.sameDocument = true; });
  let promised = false;
  network.swallows = (request) => request.headers['sec-fetch-dest'] === 'document' && (promised = true);
  await answerShort(page);
  await until('it to be asked for', () => promised);
  await shows(page, 'pass-on');
  assert.equal(await page.evaluate(() => window.sameDocument), true);
  await network.stop();
});

test('a network that swallows everything holds up nothing that comes after it', async () => {
  const network = await front(server.url);
  const page = await openPage(browser);
  await page.clock.install();
  await page.goto(session.replace(server.url, network.url));
  await page.locator('[data-open]').waitFor();
  let most = 0;
  const under = new Set();
  page.on('request', (request) => { if (/\/beat$/.test(request.url())) { under.add(request); most = Math.max(most, under.size); } });
  for (const over of ['requestfinished', 'requestfailed']) page.on(over, (request) => under.delete(request));
  network.swallows = (request) => request.method !== 'GET';
  await page.evaluate(async () => {
    for (let i = 0; i < 3; i += 1) {
      const id = window.pencilmark.randomHex(16);
      await window.pencilmark.outbox.seal(id, `/r/${id}`, { schema: 1, id });
    }
    window.pencilmark.outbox.again();
  });
  for (let second = 0; second < 120; second += 1) await page.clock.runFor(1_000);
  assert.equal(await remembered(page), '0 drafts, 3 waiting');
  assert.ok(most <= 1, `${most} beats at once`);
  network.swallows = () => false;
  for (let second = 0; second < 52; second += 1) await page.clock.runFor(1_000); // what was under way, and a whole wait
  const ticking = setInterval(() => page.clock.runFor(50).catch(() => {}), 50);
  await until('everything to be sent', async () => (await remembered(page)) === '0 drafts, 0 waiting');
  clearInterval(ticking);
  await network.stop();
});

test('a page too old to be opened anew without a server is not left', async () => {
  const network = await front(server.url);
  network.changes = (headers, request) => { if (request.url.startsWith('/s/')) headers['cache-control'] = 'private, max-age=1'; };
  const page = await openPage(browser);
  await page.goto(session.replace(server.url, network.url.replace('127.0.0.1', HALL)));
  await sitDown(page, { card: cards[6], animal: 'frog', year: 1 });
  await answerShort(page, { upTo: 2 });
  const before = Date.now();
  await until('the copy to be too old', () => Date.now() - before > 2_000);
  await network.off();
  await page.evaluate(() => { window.sameDocument = true; });
  await answerShort(page);
  await shows(page, 'pass-on');
  assert.equal(await page.evaluate(() => window.sameDocument), true);
  assert.equal(await remembered(page), '0 drafts, 1 waiting');
});

test('a copy of the page that has half a day is fetched anew while the server is there', async () => {
  const network = await front(server.url);
  const page = await openPage(browser);
  let pages = 0;
  const own = session.replace(server.url, network.url.replace('127.0.0.1', HALL));
  page.on('response', (response) => { if (response.url() === own && !response.fromServiceWorker()) pages += 1; });
  const yesterday = new Date(Date.now() - 13 * 3600 * 1000).toUTCString();
  let old = true;
  network.changes = (headers, request) => { if (own.endsWith(request.url) && old) { headers.date = yesterday; old = false; } };
  let asked = 0;
  network.swallows = (request) => { if (own.endsWith(request.url)) asked += 1; return false; };
  await page.goto(own);
  await until('it to be fetched anew', () => asked === 2);
  await page.goto('about:blank');
  await page.goto(own);
  await page.locator('[data-open]').waitFor();
  await until('the kit to have come', () => page.evaluate(async () =>
    Boolean(await window.pencilmark.memory.get('meta', 'kit.' + document.querySelector('[data-tablet]').dataset.session))));
  assert.equal(asked, 2, 'and a young one is not');
  assert.ok(pages > 0);
  await network.stop();
});
