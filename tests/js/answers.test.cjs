'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { holds, isAnswered, readScreen } = require('./support.cjs').load('answers');

const radio = (name, value, checked, aside) => ({ name, type: 'radio', value: String(value), checked: Boolean(checked), aside: Boolean(aside) });
const box = (name, value, checked, aside) => Object.assign(radio(name, value, checked, aside), { type: 'checkbox' });
const text = (name, value, open) => ({ name, type: 'text', value, checked: false, aside: false, open: Boolean(open) });

test('a choice is its code, and not choosing is skipping', () => {
  const screen = (chosen) => [radio('K2-CF1', 1, chosen === 1), radio('K2-CF1', 4, chosen === 4), radio('K2-CF1', -1, chosen === -1, true)];
  assert.deepEqual(readScreen('one', 'K2-CF1', ['K2-CF1'], screen(4)), { 'K2-CF1': 4 });
  assert.deepEqual(readScreen('one', 'K2-CF1', ['K2-CF1'], screen(-1)), { 'K2-CF1': -1 });
  assert.deepEqual(readScreen('one', 'K2-CF1', ['K2-CF1'], screen()), { 'K2-CF1': -3 });
});

test('a list that was looked at is zeros and ones, a list that was skipped is neither', () => {
  const tiles = [box('K2-AW1.vet', 1, true), box('K2-AW1.chef', 1, false)];
  const fields = ['K2-AW1.vet', 'K2-AW1.chef'];
  assert.deepEqual(readScreen('ticks', 'K2-AW1', fields, tiles), { 'K2-AW1.vet': 1, 'K2-AW1.chef': 0 });
  assert.deepEqual(readScreen('ticks', 'K2-AW1', fields, tiles, true), { 'K2-AW1.vet': -3, 'K2-AW1.chef': -3 });
  const none = [box('K2-AW1.vet', 1, false), box('K2-AW1.chef', 1, false), box('K2-AW1', -1, true, true)];
  assert.deepEqual(readScreen('ticks', 'K2-AW1', fields, none), { 'K2-AW1.vet': -1, 'K2-AW1.chef': -1 });
});

test('in rows of jobs only the rows without an answer take the reason why', () => {
  const rows = [radio('K3-AW1.vet', 2, true), radio('K3-AW1.chef', 0, false), box('K3-AW1', -2, true, true)];
  assert.deepEqual(readScreen('rows', 'K3-AW1', ['K3-AW1.vet', 'K3-AW1.chef'], rows), { 'K3-AW1.vet': 2, 'K3-AW1.chef': -2 });
});

test('a text is trimmed and cut, and a button beside it is a value', () => {
  const typed = [text('K2-AS1', '  vet '), box('K2-AS1', 0, false, true)];
  assert.deepEqual(readScreen('text', 'K2-AS1', ['K2-AS1'], typed), { 'K2-AS1': 'vet' });
  const button = [text('K2-AS1', ''), box('K2-AS1', 0, true, true)];
  assert.deepEqual(readScreen('text', 'K2-AS1', ['K2-AS1'], button), { 'K2-AS1': 0 });
  const long = readScreen('text', 'K2-AS1', ['K2-AS1'], [text('K2-AS1', 'x'.repeat(300))]);
  assert.equal(long['K2-AS1'].length, 200);
});

test('what is typed beside “something else” counts only while that is chosen', () => {
  const screen = (open) => [radio('K1-AS1', 90, open), text('K1-AS1.typed', 'lion tamer', open)];
  assert.deepEqual(readScreen('one', 'K1-AS1', ['K1-AS1'], screen(true)), { 'K1-AS1': 90, 'K1-AS1.typed': 'lion tamer' });
  assert.deepEqual(readScreen('one', 'K1-AS1', ['K1-AS1'], screen(false)), { 'K1-AS1': -3, 'K1-AS1.typed': -8 });
});

test('a condition holds for an answer, never for a reason why there is none', () => {
  const any = [{ item: 'PA-FB2' }];
  assert.equal(holds(any, { 'PA-FB2': 'Ask her more' }), true);
  assert.equal(holds(any, { 'PA-FB2': -3 }), false);
  assert.equal(holds(any, {}), false);
  const certain = [{ item: 'EV-RO1', is: [2, 3] }, { item: 'EV-AG1', is: [8] }];
  assert.equal(holds(certain, { 'EV-RO1': 1, 'EV-AG1': 8 }), true);
  assert.equal(holds(certain, { 'EV-RO1': 1, 'EV-AG1': 7 }), false);
});

test('Next waits for an answer, except on lists where none is an answer', () => {
  assert.equal(isAnswered('one', { a: -3 }), false);
  assert.equal(isAnswered('one', { a: -1 }), true);
  assert.equal(isAnswered('one', { a: 0 }), true);
  assert.equal(isAnswered('rows', { a: 2, b: -3 }), false);
  assert.equal(isAnswered('rows', { a: 2, b: -1 }), true);
  assert.equal(isAnswered('ticks', { a: 0 }), true);
  assert.equal(isAnswered('text', { a: 'x' }), true);
});

test('a list of jobs on several screens is one question', () => {
  const { screens } = require('./support.cjs').load('screens');
  const screen = (kind, item, jobs) => ({ dataset: { kind, item }, hasAttribute: (name) => name === 'data-jobs' && Boolean(jobs) });
  const lists = [screen('ticks', 'K1-AW1', true), screen('ticks', 'K1-AW2', true)];
  const leaving = [screen('say'), ...lists, screen('one', 'K1-CF1'), screen('one', 'K1-FB1')];
  assert.equal(screens.questionsIn(leaving), 3);
  assert.deepEqual([1, 2, 3, 4, 5].map((shown) => screens.questionsIn(leaving.slice(0, shown))), [0, 1, 1, 2, 3]);
  assert.equal(screens.questionsIn([screen('rows', 'K3-AW1'), screen('rows', 'K3-AW1'), screen('rows', 'K3-AW2')]), 2);
  assert.equal(screens.questionsIn([screen('ticks', 'PA-WH1'), screen('ticks', 'PA-WH2')]), 2, 'other lists are questions of their own');
});
