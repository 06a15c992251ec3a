// The outbox as it ships, behind a network that loses, cuts, doubles and lies; and a ledger of what may never be lost.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openPage } from './support/browser.mjs';
import { chances, deal, front } from './support/front.mjs';
import { answerShort, sitDown } from './support/kiosk.mjs';
import { standAtShort } from './support/standing.mjs';

const ITEMS = process.env.PENCILMARK_LONG === 'yes' ? 2000 : 60;
const SEED = Number(process.env.PENCILMARK_SEED) || 2026;

const { browser, server, session, cards } = await standAtShort();
const network = await front(server.url);
after(() => network.stop());

/** What the server says of bytes that it is sent once more, past the bad network. */
async function again({ key, body }) {
  const reply = await fetch(`${server.url}/r/${key}`, { method: 'PUT', headers: { 'content-type': 'application/json' }, body });
  return reply.json();
}

test('through a network of every fault the tablet lets go of nothing that is not on the server, and everything arrives', async (t) => {
  t.diagnostic(`PENCILMARK_SEED=${SEED}`);
  const page = await openPage(browser);
  await page.addInitScript(() => {
    const real = window.setTimeout;
    window.setTimeout = (work, ms) => real(work, ms === 20000 ? 500 : ms); // how long a send waits: a stall is one like others
  });
  await page.goto(session.replace(server.url, network.url));
  await sitDown(page, { card: cards[0], animal: 'fox', year: 1 });
  const refusing = () => { throw new Error('no network yet'); };
  network.befalls = (request) => (request.method === 'PUT' ? refusing() : undefined);
  await answerShort(page);
  await page.locator('[data-stage][data-shows="pass-on"]').waitFor();
  await page.locator('[data-open]').waitFor();
  // A real turn, and as many more as a busy day brings: each with an id, a number and an answer of its own.
  const sealed = await page.evaluate(async (n) => {
    const { memory, outbox, randomHex } = window.pencilmark;
    const [turn] = await memory.all('outbox');
    const sample = JSON.parse(turn.body);
    for (let i = 1; i < n; i += 1) {
      const id = randomHex(16);
      await outbox.seal(id, `/r/${id}`, Object.assign({}, sample, { id, sequence: sample.sequence + i, answers: Object.assign({}, sample.answers, { S3: `word ${i}` }) }));
    }
    return memory.all('outbox');
  }, ITEMS);
  assert.equal(new Set(sealed.map(({ key }) => key)).size, ITEMS);

  const chance = chances(SEED);
  const dealt = {};
  network.befalls = (request) => {
    if (request.method !== 'PUT') return undefined;
    const fault = deal(chance) || 'none';
    dealt[fault] = (dealt[fault] || 0) + 1;
    return fault;
  };
  const waiting = () => page.evaluate(async () => (await window.pencilmark.memory.all('outbox')).map(({ key }) => key));
  for (let left = await waiting(), looks = 0; left.length; left = await waiting(), looks += 1) {
    await page.evaluate(async () => {
      for (let i = 0; i < 40; i += 1) await window.pencilmark.outbox.again();
    });
    if (looks % 4) continue;
    const kept = new Set(await waiting());
    for (const one of sealed.filter(({ key }) => !kept.has(key))) assert.equal((await again(one)).known, true, `${one.key} was let go, and is not on the server`);
  }
  t.diagnostic(JSON.stringify(dealt));
  for (const fault of ['swallow reply', 'cut request', 'cut reply', 'twice', 'portal', 'bad gateway', 'none']) assert.ok(dealt[fault], `${fault} was dealt`);
  for (const one of sealed) {
    const { id, sha256, durable, known, variant } = await again(one);
    assert.deepEqual({ id, sha256, durable, known, variant }, { id: one.key, sha256: one.sha256, durable: true, known: true, variant: false }, 'once, and byte for byte');
  }
});
