'use strict';

const assert = require('node:assert/strict');
const { createHash } = require('node:crypto');
const { test } = require('node:test');
const outbox = require('../../static/outbox.js');

const reference = (bytes) => createHash('sha256').update(bytes).digest('hex');

test('the tablet’s own SHA-256 is SHA-256 at every length around a block', () => {
  for (let length = 0; length < 200; length++) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 7 + length) % 256);
    assert.equal(outbox.sha256Plain(bytes), reference(bytes), `${length} bytes`);
  }
});

test('a text is hashed as its UTF-8 bytes', async () => {
  const text = '{"K2-AS1":"café owner 🦊"}';
  assert.equal(await outbox.sha256(text), reference(Buffer.from(text, 'utf8')));
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

test('an id is 32 hexadecimal digits and never the same', () => {
  const ids = new Set(Array.from({ length: 100 }, () => outbox.randomHex(16)));
  assert.equal(ids.size, 100);
  for (const id of ids) assert.match(id, /^[0-9a-f]{32}$/);
});
