'use strict';

// The tables hold the server's rules too: src/session, src/person.rs, src/html/questionnaire/order.rs.
const assert = require('node:assert/strict');
const { test } = require('node:test');
const { load, table } = require('./support.cjs');

const pencilmark = load('bytes', 'within', 'copies', 'memory', 'outbox', 'card', 'waves', 'order', 'answers', 'attempt', 'kit', 'idle', 'aloud', 'bar');

test('the wave follows from the session and the history, as on the server', () => {
  for (const { rule, at, visits, attended, ...proposal } of table('journeys').proposals) {
    assert.deepEqual(pencilmark.proposeWave(at, { visits, attended }), proposal, rule);
  }
});

test('the next screen follows from what was said, as on the server', () => {
  for (const { said, family, at, permitted, next } of table('journeys').steps) {
    const found = pencilmark.nextScreen(said, family, at, permitted);
    const { proposal, ...rest } = JSON.parse(JSON.stringify(found));
    assert.deepEqual({ ...rest, ...proposal }, next, JSON.stringify(said));
  }
});

test('a card is read, or refused with the same words, as on the server', () => {
  for (const { typed, code, error } of table('cards')) {
    assert.deepEqual(pencilmark.readCard(typed), code ? { code } : { error }, typed);
  }
});

test('a person has the same order on every tablet as on the server', () => {
  for (const { card, animal, list, swapped, shuffled } of table('orders')) {
    const order = pencilmark.orderOf(card, animal);
    assert.equal(order.swapped, swapped);
    assert.deepEqual(pencilmark.shuffled(order, list, shuffled.map((_, i) => i)), shuffled);
  }
});

test('a card is kept as the hash that the server gives it', () => {
  assert.equal(pencilmark.cardHash('abcd2346', 'PENC4T'), '97468c59925d6ccb');
});

test('what two places know of a family is put together, each questionnaire once', () => {
  const visit = (wave, days_ago) => ({ wave, days_ago, survey: 'ks2' });
  const here = [{ animal: 'fox', visits: [visit('post_same', 0)] }, { animal: 'sun', visits: [] }];
  const there = [{ animal: 'fox', school_year: 4, visits: [visit('pre', 35)] }];
  const family = pencilmark.together(there, here);
  assert.deepEqual(family.map((person) => person.animal), ['fox', 'sun']);
  assert.deepEqual(family[0].visits.map((one) => one.wave), ['pre', 'post_same']);
  assert.equal(pencilmark.together(family, there)[0].visits.length, 2);
  assert.equal(there[0].visits.length, 1, 'what was given is left alone');
});

test('a draft becomes an envelope in which nothing asked is left out', () => {
  const draft = {
    key: 'a'.repeat(32), base: { card: 'PENC4T', wave: 'pre' }, fields: ['K2-CF1', 'K2-CF2'], started_ms: 5e15,
    device: 'd', sequence: 7, answers: { 'K2-CF1': 4 }, envelope: { helper: 'none' }, ms: { 'K2-CF1': 1499 },
  };
  const envelope = pencilmark.envelopeOf(draft, pencilmark.NOT_REACHED);
  assert.deepEqual(envelope.answers, { 'K2-CF1': 4, 'K2-CF2': -4 });
  assert.deepEqual([envelope.id, envelope.device, envelope.sequence, envelope.helper], [draft.key, 'd', 7, 'none']);
  assert.equal(envelope.seconds['K2-CF1'], 1);
  assert.equal(envelope.finished_ms, envelope.started_ms, 'a clock set back in between makes no negative time');
});

test('a minute asks, three hide, a quarter of an hour ends', () => {
  const levels = [0, 59, 60, 179, 180, 899, 900, 9999].map(pencilmark.levelAt);
  assert.deepEqual(levels, [null, null, 'ask', 'ask', 'hide', 'hide', 'end', 'end']);
});

test('a tablet that slept is idle for as long, a clock set wrong is not believed', () => {
  const seconds = (before, now) => pencilmark.secondsBetween(before, now);
  const look = (steady, wall, hidden) => ({ steady, wall, hidden: Boolean(hidden) });
  assert.equal(seconds(look(0, 0), look(1000, 1000)), 1);
  assert.equal(seconds(look(0, 0), look(1000, 86400000)), 1, 'the clock was put right while somebody answers');
  assert.equal(seconds(look(0, 0), look(1000, -86400000)), 1);
  assert.equal(seconds(look(0, 0, true), look(1000, 3600000)), 3600, 'asleep in a pocket');
  assert.equal(seconds(look(0, 0, true), look(1000, -5)), 1);
});

test('the voice on the tablet itself is preferred, and an English one for English', () => {
  const voice = (lang, localService) => ({ lang, localService });
  const pick = (voices, language) => pencilmark.aloud.pickVoice(voices, language);
  assert.deepEqual(pick([voice('en-GB', false), voice('en-US', true)], 'en'), voice('en-US', true));
  assert.deepEqual(pick([voice('en-US', true), voice('en_GB', true)], 'en'), voice('en_GB', true));
  assert.equal(pick([voice('de-DE', true)], 'en'), null);
});

test('the bar shows who is done, whose turn it is and who is next', () => {
  const order = ['fox', 'owl', 'frog', 'bee', 'sun'];
  const visits = [{ wave: 'pre', days_ago: 0 }];
  const who = { people: [{ animal: 'owl', visits: [] }, { animal: 'frog', visits: [] }, { animal: 'sun', visits }], done: ['fox'] };
  const standing = (now, role) => pencilmark.bar.standing(order, { role, afters: true }, who, now).map((one) => `${one.animal} ${one.is}`);
  assert.deepEqual(standing(null, 'first'), ['fox done', 'owl next', 'frog waits', 'sun done']);
  assert.deepEqual(standing('owl', 'first'), ['fox done', 'owl now', 'frog next', 'sun done']);
  assert.deepEqual(standing('bee', 'single'), ['fox done', 'owl next', 'frog waits', 'bee now', 'sun waits']);
});

test('nobody who said no is next, nor a child whose grown-up said no', () => {
  const people = ['fox', 'bee', 'sun'].map((animal) => ({ animal, visits: [] }));
  const at = { role: 'single', afters: false };
  const bar = (who) => pencilmark.bar.standing(['fox', 'bee', 'sun'], at, { people, done: [], ...who }, null).map(({ animal, is }) => `${animal} ${is}`);
  assert.deepEqual(bar({}), ['fox next', 'bee waits', 'sun waits']);
  assert.deepEqual(bar({ refusals: [{ animal: 'fox', wave: 'pre', stopped: false }] }), ['fox refused', 'bee next', 'sun waits']);
  assert.deepEqual(bar({ refusals: [{ animal: 'fox', wave: 'post_same', stopped: true }] }), ['fox next', 'bee waits', 'sun waits'], 'another time is another question');
  assert.deepEqual(bar({ refused: true }), ['sun next'], 'no child of theirs is asked anything');
  assert.deepEqual(bar({ refused: true, done: ['fox'] }), ['fox done', 'sun next']);
});
