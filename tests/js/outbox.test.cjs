'use strict';

const assert = require('node:assert/strict');
const { createHash } = require('node:crypto');
const { test } = require('node:test');
const { load } = require('./support.cjs');

const { sha256, sha256Plain, randomHex, outbox, memory } = load('bytes', 'within', 'copies', 'memory', 'outbox');

const reference = (bytes) => createHash('sha256').update(bytes).digest('hex');

test('the tablet’s own SHA-256 is SHA-256 at every length around a block', () => {
  for (let length = 0; length < 200; length++) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 7 + length) % 256);
    assert.equal(sha256Plain(bytes), reference(bytes), `${length} bytes`);
  }
});

test('a text is hashed as its UTF-8 bytes', async () => {
  const text = '{"K2-AS1":"café owner 🦊"}';
  assert.equal(await sha256(text), reference(Buffer.from(text, 'utf8')));
});

test('an answer is let go only for its own id, its own bytes and the word durable', () => {
  const record = { key: 'a'.repeat(32), sha256: 'b'.repeat(64) };
  const reply = { id: record.key, sha256: record.sha256, durable: true };
  assert.equal(outbox.acknowledges(reply, record), true);
  for (const wrong of [
    null,
    {},
    'ok',
    Object.assign({}, reply, { durable: 'true' }),
    Object.assign({}, reply, { durable: false }),
    Object.assign({}, reply, { id: 'c'.repeat(32) }),
    Object.assign({}, reply, { sha256: 'd'.repeat(64) }),
  ]) assert.equal(outbox.acknowledges(wrong, record), false, JSON.stringify(wrong));
});

test('a copy of withdrawn answers is let go for its own id and its own bytes', () => {
  const record = { key: 'a'.repeat(32), sha256: 'b'.repeat(64) };
  const reply = { id: record.key, sha256: record.sha256, erased: true };
  assert.equal(outbox.meaning(410, reply, record), 'erased');
  assert.equal(outbox.meaning(200, reply, record), 'later', 'a portal may say anything with a 200');
  for (const wrong of [{ erased: 'true' }, { erased: false }, { id: 'c'.repeat(32) }, { sha256: 'd'.repeat(64) }]) {
    assert.equal(outbox.meaning(410, Object.assign({}, reply, wrong), record), 'later', JSON.stringify(wrong));
  }
});

test('an id is 32 hexadecimal digits and never the same', () => {
  const ids = new Set(Array.from({ length: 100 }, () => randomHex(16)));
  assert.equal(ids.size, 100);
  for (const id of ids) assert.match(id, /^[0-9a-f]{32}$/);
});

test('a reply means received only with the acknowledgement, and refused only where trying again cannot help', () => {
  const record = { key: 'a'.repeat(32), sha256: 'b'.repeat(64) };
  const yes = { id: record.key, sha256: record.sha256, durable: true };
  const means = (status, reply) => outbox.meaning(status, reply, record);
  assert.equal(means(201, yes), 'received');
  assert.equal(means(200, Object.assign({ erased: true }, yes)), 'received');
  for (const status of [200, 204, 302, 400, 413, 429, 500, 502, 503]) {
    assert.equal(means(status, null), 'later', `a portal's or proxy's ${status}`);
    assert.equal(means(status, {}), 'later', `an empty ${status}`);
  }
  assert.equal(means(503, yes), 'later', 'an acknowledgement comes with success');
  assert.equal(means(413, { error: 'too large', retry: false }), 'refused');
  assert.equal(means(400, { error: 'cut', retry: true }), 'later');
});

test('what was tried least goes first, and what was refused waits for somebody', () => {
  const record = (key, sealed_ms, tries, parked) => ({ key, sealed_ms, tries, parked: Boolean(parked) });
  const turn = outbox.inTurn([record('new', 3, 0), record('choked on', 1, 4), record('old', 2, 0), record('refused', 0, 1, true), { key: 'of an old release', sealed_ms: 9 }]);
  assert.deepEqual(turn.map((one) => one.key), ['old', 'new', 'of an old release', 'choked on']);
});

test('the next try comes within thirty seconds, whatever a portal asks for', () => {
  const waits = [2000, 4000, 8000, 16000, 30000];
  assert.deepEqual(waits.map((wait) => outbox.pause(wait, 0, 0)), [1000, 2000, 4000, 8000, 15000]);
  assert.deepEqual(waits.map((wait) => outbox.pause(wait, 0, 1)), waits);
  assert.deepEqual([0, 1].map((chance) => outbox.pause(2000, 8000, chance)), [8000, 10000], 'not before the server asked for, and not all at once');
  for (const asked of [60, 3600, 3e6, Infinity]) {
    for (const chance of [0, 0.5, 1]) assert.equal(outbox.pause(2000, asked * 1000, chance), 30000, `${asked} seconds`);
  }
});

/** A memory of this test's own, and a server that acknowledges everything; `mend` puts the page's back. */
function standIn() {
  const rows = new Map();
  const own = { ...memory };
  const place = (name, key) => `${name} ${key}`;
  const stand = { failing: false, sent: [] };
  memory.all = async (name) => {
    const kept = [...rows].filter(([key]) => !stand.failing && key.startsWith(`${name} `)).map(([, row]) => row);
    return Object.assign(kept, { unsure: stand.failing });
  };
  memory.get = async (name, key) => rows.get(place(name, key));
  memory.put = async (name, row) => { rows.set(place(name, row.key), row); return true; };
  memory.drop = async (name, key) => !stand.failing && (rows.delete(place(name, key)) || true);
  memory.transaction = async () => {};
  global.fetch = async (to, { body }) => {
    stand.sent.push(to);
    const reply = { id: to.split('/').pop(), sha256: await sha256(body), durable: true };
    return { status: 201, json: async () => reply, headers: { get: () => null } };
  };
  stand.waiting = () => [...rows.keys()].filter((key) => key.startsWith('outbox ')).length;
  stand.mend = () => Object.assign(memory, own);
  return stand;
}

test('what is sealed while the last round gives its lease back is sent with it', async () => {
  const stand = standIn();
  const { get } = memory;
  let sealed = false;
  memory.get = async (name, key) => {
    if (key === 'lease' && !sealed) {
      sealed = true;
      await outbox.seal('b'.repeat(32), `/r/${'b'.repeat(32)}`, {});
      outbox.drain();
    }
    return get(name, key);
  };
  await outbox.seal('a'.repeat(32), `/r/${'a'.repeat(32)}`, {});
  await outbox.drain();
  stand.mend();
  assert.equal(stand.sent.length, 2);
  assert.equal(stand.waiting(), 0);
});

test('a database that does not answer is not taken for an empty one, and is asked again', async () => {
  const { setTimeout } = global;
  const due = [];
  global.setTimeout = (work) => due.push(work);
  const settled = async () => { for (let i = 0; i < 50; i += 1) await new Promise((resolve) => setImmediate(resolve)); };
  const stand = standIn();
  await outbox.seal('c'.repeat(32), `/r/${'c'.repeat(32)}`, {});
  await settled();
  stand.failing = true;
  const said = [];
  outbox.listen((now) => said.push(now.waiting));
  await outbox.drain();
  await settled();
  assert.deepEqual([said, stand.sent], [[], []], 'nothing is known, so nothing is said');
  stand.failing = false;
  due.splice(0).forEach((work) => work());
  for (const end = Date.now() + 5000; stand.waiting() && Date.now() < end;) await settled();
  await settled();
  stand.mend();
  global.setTimeout = setTimeout;
  assert.equal(stand.waiting(), 0);
  assert.equal(said[said.length - 1], 0, 'now it is true');
});

test('while the server is busy each wait is twice the last, up to thirty seconds, and chance shortens it', async () => {
  const { setTimeout } = global;
  const { random } = Math;
  for (const [chance, wanted] of [[0, [1000, 2000, 4000, 8000, 15000, 15000]], [1, [2000, 4000, 8000, 16000, 30000, 30000]]]) {
    const stand = standIn();
    const waits = [];
    Math.random = () => chance;
    global.fetch = async () => ({ status: 503, json: async () => ({ error: 'busy', retry: true }), headers: { get: () => null } });
    await outbox.seal('d'.repeat(32), `/r/${'d'.repeat(32)}`, {});
    global.setTimeout = (work, ms) => (ms >= 20000 && ms !== 30000 ? setTimeout(() => {}, 0) : waits.push(ms));
    await outbox.again();
    for (let i = 1; i < wanted.length; i += 1) await outbox.drain();
    global.setTimeout = setTimeout;
    stand.mend();
    assert.deepEqual(waits, wanted);
  }
  Math.random = random;
});

test('what waits is told in true words: a no and a stop are notes, not answers', async () => {
  const stand = standIn();
  global.fetch = async () => { throw new Error('no network'); };
  const said = async () => outbox.inWords(await outbox.state());
  await outbox.seal('1'.repeat(32), `/r/${'1'.repeat(32)}`, {});
  assert.equal(await said(), '1 answer waits');
  await outbox.seal('2'.repeat(32), `/no/${'2'.repeat(32)}`, {});
  assert.equal(await said(), '1 answer and 1 note wait');
  await outbox.seal('3'.repeat(32), `/r/${'3'.repeat(32)}/withdrawal`, {});
  assert.equal(await said(), '1 answer and 2 notes wait');
  stand.mend();
});
