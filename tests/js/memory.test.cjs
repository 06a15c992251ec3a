'use strict';

const assert = require('node:assert/strict');
const { beforeEach, test } = require('node:test');
const { load, memoryOfABrowser } = require('./support.cjs');

let browser;

/** The page loaded anew on the same tablet: what scripts remembered is gone, what is stored is not. */
function page() {
  for (const name of ['copies', 'memory', 'outbox', 'kit', 'collecting', 'attempt', 'rescue']) delete require.cache[require.resolve(`../../static/tablet/${name}.js`)];
  return load('bytes', 'within', 'answers', 'copies', 'memory', 'outbox', 'kit', 'collecting', 'attempt', 'rescue');
}

beforeEach(() => { browser = memoryOfABrowser(); });

const settled = async () => { for (let i = 0; i < 50; i += 1) await new Promise((resolve) => setImmediate(resolve)); };
const base = { session: 'AB12CD34', card: 'PENC4T', animal: 'fox' };

test('what was answered while the database failed is what a page finds that is loaded anew', async () => {
  let { beginAttempt, keepDraft } = page();
  const { draft, begun } = beginAttempt(base, ['S1', 'S2'], []);
  await begun;
  draft.answers.S1 = 3;
  await keepDraft(draft);
  browser.fails = true;
  draft.answers.S2 = 2;
  await keepDraft(draft);
  browser.fails = false;
  const { memory } = page();
  assert.deepEqual((await memory.all('drafts')).map((kept) => kept.answers), [{ S1: 3, S2: 2 }]);
  assert.deepEqual((await memory.get('drafts', draft.key)).answers, { S1: 3, S2: 2 });
});

test('once the database answers again, what it holds is the newest', async () => {
  const { beginAttempt, keepDraft, memory } = page();
  const { draft, begun } = beginAttempt(base, ['S1', 'S2'], []);
  await begun;
  browser.fails = true;
  draft.answers.S1 = 3;
  await keepDraft(draft);
  browser.fails = false;
  draft.answers.S1 = 1;
  await keepDraft(draft);
  assert.deepEqual((await memory.all('drafts')).map((kept) => kept.answers), [{ S1: 1 }]);
  assert.deepEqual((await memory.get('drafts', draft.key)).answers, { S1: 1 });
});

test('a browser that throws its database away loses neither what waits nor what somebody is answering', async () => {
  const { beginAttempt, keepDraft, sealDraft, SKIPPED } = page();
  const whole = beginAttempt(base, ['S1'], []);
  await whole.begun;
  const half = beginAttempt({ ...base, animal: 'owl' }, ['S1', 'S2'], []);
  await half.begun;
  whole.draft.answers.S1 = 3;
  await sealDraft(whole.draft, SKIPPED);
  half.draft.answers.S1 = 2;
  await keepDraft(half.draft);
  browser.throwAway();
  const { leftBehind, memory } = page();
  assert.deepEqual((await leftBehind()).map((left) => left.answers), [{ S1: 2 }]);
  assert.deepEqual((await memory.all('outbox')).map((record) => JSON.parse(record.body).answers), [{ S1: 3 }]);
  const { draft, begun } = page().beginAttempt(base, [], []);
  await begun;
  assert.equal(draft.sequence, 3, 'and goes on counting');
});

/** What localStorage has written to disk by now. */
const onDisk = () => ({ ...localStorage });

/** The power goes: the database has all that it took, localStorage what it had written to disk. */
function cutBackTo(disk) {
  for (const key of Object.keys(localStorage)) localStorage.removeItem(key);
  Object.assign(localStorage, disk);
}

/** A draft with one answer, kept. */
async function begunDraft({ beginAttempt, keepDraft }) {
  const { draft, begun } = beginAttempt(base, ['S1', 'S2'], []);
  await begun;
  draft.answers.S1 = 3;
  await keepDraft(draft);
  return draft;
}

/** As if the server had taken everything. */
async function sent({ memory }) {
  for (const { key, sha256 } of await memory.all('outbox')) assert.equal(await memory.drop('outbox', key, sha256), true);
}

const answersIn = (records) => records.map((record) => record.answers || JSON.parse(record.body).answers);

test('where the power went before a copy was written down, the later of the two is believed', async () => {
  const { memory, ...rest } = page();
  const draft = await begunDraft(rest);
  const disk = onDisk();
  draft.answers.S2 = 1;
  await rest.keepDraft(draft);
  cutBackTo(disk);
  const newest = [{ S1: 3, S2: 1 }];
  assert.deepEqual(answersIn(await memory.all('drafts')), newest);
  assert.deepEqual(answersIn([await memory.get('drafts', draft.key)]), newest);
  assert.deepEqual(answersIn(await page().leftBehind()), newest);
});

test('what the database alone held after a kill is copied by the next page, before the database is thrown away', async () => {
  const { sealDraft, SKIPPED, ...rest } = page();
  const [whole, half] = [await begunDraft(rest), await begunDraft(rest)];
  const disk = onDisk();
  half.answers.S2 = 1;
  await rest.keepDraft(half);
  await sealDraft(whole, SKIPPED);
  cutBackTo(disk);
  const first = page();
  assert.equal((await first.leftBehind()).length, 1);
  assert.equal((await first.outbox.state()).waiting, 1);
  browser.throwAway();
  const { leftBehind, memory } = page();
  assert.deepEqual(answersIn(await memory.all('outbox')), [{ S1: 3, S2: -3 }]);
  assert.deepEqual(answersIn((await leftBehind()).filter((draft) => draft.key === half.key)), [{ S1: 3, S2: 1 }]);
});

test('a tab that goes on with an old look at a draft is believed from then on', async () => {
  const [one, other] = [page(), page()].map((scripts) => ({ ...scripts }));
  const draft = await begunDraft(one);
  const [old] = await other.memory.all('drafts');
  for (let tap = 0; tap < 6; tap += 1) await one.keepDraft(draft);
  const disk = onDisk();
  await other.takeOver(old);
  old.answers.S2 = 2;
  await other.keepDraft(old);
  cutBackTo(disk);
  assert.deepEqual(answersIn(await page().memory.all('drafts')), [{ S1: 3, S2: 2 }]);
});

test('a draft that has ended is offered to nobody, though the power went before its copy was taken away', async () => {
  const { sealDraft, SKIPPED, ...rest } = page();
  const draft = await begunDraft(rest);
  const disk = onDisk();
  await sealDraft(draft, SKIPPED);
  cutBackTo(disk);
  const { leftBehind, memory } = page();
  assert.equal((await memory.all('drafts')).length, 1, 'the copy is back');
  assert.deepEqual(await leftBehind(), []);
  assert.equal((await memory.all('drafts')).length, 0);
  assert.equal((await memory.all('outbox')).length, 1);
});

for (const [what, ending] of [['stopped', ({ withdraw }, draft) => withdraw(draft)], ['finished', ({ sealDraft, SKIPPED }, draft) => sealDraft(draft, SKIPPED)]]) {
  test(`who has ${what} is asked nothing again and sent no second time, while a database that knows it does not answer`, async () => {
    const scripts = page();
    const draft = await begunDraft(scripts);
    const disk = onDisk();
    await ending(scripts, draft);
    await sent(scripts);
    cutBackTo(disk);
    browser.fails = true;
    assert.deepEqual(await page().leftBehind(), []);
    assert.deepEqual(await sealedLater(page()), []);
    browser.fails = false;
    assert.deepEqual(await page().leftBehind(), []);
    assert.equal((await page().memory.all('drafts')).length, 0);
  });

  test(`who has ${what} is sealed no second time`, async () => {
    const scripts = page();
    const draft = await begunDraft(scripts);
    await ending(scripts, draft);
    await sent(scripts);
    await scripts.outbox.seal(draft.key, `/r/${draft.key}`, scripts.envelopeOf(draft, scripts.NOT_REACHED), draft.key);
    assert.equal((await scripts.memory.all('outbox')).length, 0);
  });
}

test('where nothing takes the sealed answers, the next page finds the draft', async () => {
  const scripts = page();
  const draft = await begunDraft(scripts);
  browser.fails = true;
  const { setItem } = localStorage;
  localStorage.setItem = (key, text) => { if (key.includes('outbox')) throw new Error('full'); setItem(key, text); };
  assert.equal(await scripts.sealDraft(draft, scripts.SKIPPED), false);
  localStorage.setItem = setItem;
  browser.fails = false;
  assert.deepEqual(answersIn(await page().leftBehind()), [{ S1: 3 }]);
});

test('one text in localStorage that cannot be read hides no other', async () => {
  const id = 'a'.repeat(32);
  localStorage.setItem('pencilmark.outbox.0', '{"key":"0","bo');
  await page().outbox.seal(id, `/r/${id}`, {});
  browser.throwAway();
  const { memory } = page();
  assert.deepEqual((await memory.all('outbox')).map(({ key }) => key), [id]);
  assert.equal(await memory.get('outbox', '0'), undefined);
});

test('nothing of what was sent stays on the tablet, in neither place', async () => {
  const { beginAttempt, sealDraft, memory, SKIPPED } = page();
  const { draft, begun } = beginAttempt(base, ['S1'], []);
  await begun;
  await sealDraft(draft, SKIPPED);
  const [{ key, sha256 }] = await memory.all('outbox');
  assert.equal(await memory.drop('outbox', key, sha256), true);
  assert.deepEqual([await memory.all('outbox'), await memory.all('drafts')].map((kept) => kept.length), [0, 0]);
  assert.deepEqual(Object.keys(localStorage).filter((name) => /outbox|drafts/.test(name)), []);
});

test('a store that could not be read is not empty, whatever else succeeds meanwhile', async () => {
  const { memory, outbox } = page();
  await outbox.seal('a'.repeat(32), `/r/${'a'.repeat(32)}`, {});
  const { all } = memory;
  memory.all = async (name) => {
    const found = await all(name);
    browser.fails = false;
    await memory.put('meta', { key: 'canary' });
    return found;
  };
  browser.fails = (names) => names.includes('outbox');
  const now = await outbox.state();
  assert.equal(now.unsure, true);
  assert.equal((await outbox.state()).unsure, false);
  assert.equal((await outbox.state()).waiting, 1);
});

test('a file holds what can be read, though the database stays silent for good', async () => {
  const { outbox } = page();
  await outbox.seal('a'.repeat(32), `/r/${'a'.repeat(32)}`, {});
  browser.fails = true;
  await outbox.seal('b'.repeat(32), `/r/${'b'.repeat(32)}`, {});
  const { rescueFile, outbox: after } = page();
  assert.deepEqual((await rescueFile()).items.map((item) => item.id).sort(), ['a'.repeat(32), 'b'.repeat(32)]);
  assert.equal((await after.state()).unsure, true, 'and the leader is told that there may be more');
});

test('a database that falls silent keeps nobody waiting, and the answer is kept', async () => {
  const { memory, outbox } = page();
  await memory.put('meta', { key: 'canary' });
  browser.silent = true;
  const { setTimeout } = global;
  global.setTimeout = (work, ms) => setTimeout(work, Math.min(ms, 5));
  const kept = await outbox.seal('b'.repeat(32), `/r/${'b'.repeat(32)}`, { answers: { S1: 3 } });
  global.setTimeout = setTimeout;
  browser.silent = false;
  assert.equal(kept, true);
  const after = page();
  assert.deepEqual((await after.memory.all('outbox')).map((record) => record.key), ['b'.repeat(32)]);
});

test('an older look at what waits is not told after a newer one', async () => {
  const { memory, outbox } = page();
  const said = [];
  outbox.listen((now) => said.push(now.waiting));
  await settled();
  const { get } = memory;
  let release;
  memory.get = (name, key) => (key === 'erased' && !release ? new Promise((resolve) => { release = () => resolve(undefined); }) : get(name, key));
  outbox.listen(() => {}); // looks, sees nothing waiting, and is kept from saying so
  await settled();
  await outbox.seal('c'.repeat(32), `/r/${'c'.repeat(32)}`, {});
  await settled();
  release();
  await settled();
  assert.equal(said[said.length - 1], 1, `it said ${said}`);
});

test('a number is used once, whatever fails', async () => {
  const { beginAttempt } = page();
  const numbers = [];
  for (let i = 0; i < 12; i += 1) {
    browser.fails = i % 3 === 1;
    const { draft, begun } = beginAttempt(base, [], []);
    await begun;
    numbers.push(`${draft.device} ${draft.sequence}`);
  }
  assert.equal(new Set(numbers).size, 12, numbers.join(', '));
  assert.deepEqual(numbers.map((one) => Number(one.split(' ')[1])), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
});

test('whoever stopped while the database failed is not sent as a partial later', async () => {
  let { beginAttempt, keepDraft, withdraw } = page();
  const { draft, begun } = beginAttempt(base, ['S1'], []);
  await begun;
  draft.answers.S1 = 3;
  await keepDraft(draft);
  browser.fails = true;
  await withdraw(draft);
  browser.fails = false;
  const { leftBehind, memory } = page();
  const { now } = Date;
  Date.now = () => now() + 16 * 60 * 1000;
  assert.deepEqual(await leftBehind(), []);
  Date.now = now;
  const waits = await memory.all('outbox');
  assert.deepEqual(waits.map((record) => JSON.parse(record.body).withdrawn), [true]);
  assert.equal((await memory.all('drafts')).length, 0);
});

/** The power goes while `seal` writes down what is to be sent: only localStorage has heard of it. */
async function powerGoes(seal) {
  const { setTimeout } = global;
  let writing = false;
  browser.silent = (names) => { writing = writing || names.includes('outbox'); return true; };
  global.setTimeout = () => 0; // a tablet that is off waits for nothing
  seal();
  while (!writing) await settled();
  global.setTimeout = setTimeout;
  browser.silent = false;
}

/** What this tablet would send of a quarter of an hour ago. */
async function sealedLater({ leftBehind, memory }) {
  const { now } = Date;
  Date.now = () => now() + 16 * 60 * 1000;
  const left = await leftBehind();
  Date.now = now;
  assert.deepEqual(left, []);
  return (await memory.all('outbox')).map((record) => JSON.parse(record.body));
}

test('a tablet whose power goes while the last tap is sealed asks again whose questions these were, and sends them in the end', async () => {
  const scripts = page();
  const draft = await begunDraft(scripts);
  await powerGoes(() => scripts.outbox.seal(draft.key, `/r/${draft.key}`, scripts.envelopeOf(draft, scripts.SKIPPED), draft.key));
  assert.deepEqual(answersIn(await page().leftBehind()), [{ S1: 3 }], 'the next one finds them');
  assert.deepEqual(answersIn(await sealedLater(page())), [{ S1: 3, S2: -4 }], 'and nobody’s are lost');
});

test('whoever stopped as the power went is asked nothing again, and nothing of theirs is sent', async () => {
  const scripts = page();
  const draft = await begunDraft(scripts);
  await powerGoes(() => scripts.withdraw(draft));
  assert.deepEqual(await page().leftBehind(), []);
  assert.deepEqual(await sealedLater(page()), []);
});

test('a note that somebody stopped says whose turn it was by a hash, and no code', async () => {
  const { beginAttempt, withdraw, refuse, seatOf, cardHash, memory } = page();
  const { draft, begun } = beginAttempt(Object.assign({ wave: 'pre' }, base), ['S1'], []);
  await begun;
  await withdraw(draft);
  await refuse(base.session, { what: 'child', known: true }, seatOf(base.session, base.card, 'bee', 'pre'));
  const bodies = (await memory.all('outbox')).map((record) => record.body);
  const card = cardHash(base.session, base.card);
  assert.deepEqual(bodies.map((body) => JSON.parse(body).seat), [{ card, animal: 'fox', wave: 'pre' }, { card, animal: 'bee', wave: 'pre' }]);
  assert.ok(bodies.every((body) => !body.includes(base.card)));
  const no = JSON.parse(bodies[1]);
  assert.deepEqual([no.declined, no.known], ['child', true], 'what was declined, and whether they had answered before');
});

test('a note that somebody stopped holds its number, whose turn it was, and nothing else', async () => {
  const { beginAttempt, keepDraft, withdraw, memory } = page();
  const { draft, begun } = beginAttempt(Object.assign({ wave: 'pre', school_year: 4, survey: 'ks2' }, base), ['S1'], []);
  await begun;
  draft.answers.S1 = 3;
  await keepDraft(draft);
  await withdraw(draft);
  const [marker] = (await memory.all('outbox')).map((record) => JSON.parse(record.body));
  assert.deepEqual(Object.keys(marker).sort(), ['device', 'id', 'schema', 'seat', 'sequence', 'session', 'wave', 'withdrawn']);
  assert.deepEqual([marker.id, marker.device, marker.sequence], [draft.key, draft.device, draft.sequence]);
});

test('what a switched-off tablet held for a quarter of an hour is sealed as far as it went, under its own number', async () => {
  const { beginAttempt, keepDraft } = page();
  const { draft, begun } = beginAttempt(base, ['S1', 'S2', 'S3'], []);
  await begun;
  draft.answers.S1 = 3;
  await keepDraft(draft);
  const { leftBehind, memory } = page();
  const { now } = Date;
  Date.now = () => now() + 14 * 60 * 1000;
  assert.deepEqual((await leftBehind()).map((left) => left.key), [draft.key], 'not before');
  Date.now = () => now() + 16 * 60 * 1000;
  assert.deepEqual(await leftBehind(), []);
  Date.now = now;
  const waits = (await memory.all('outbox')).map((record) => JSON.parse(record.body));
  assert.equal(waits.length, 1);
  const [{ id, device, sequence, answers }] = waits;
  assert.deepEqual({ id, device, sequence, answers }, { id: draft.key, device: draft.device, sequence: draft.sequence, answers: { S1: 3, S2: -4, S3: -4 } });
  assert.equal((await memory.all('drafts')).length, 0);
});

test('a tap on a tablet that is being collected leaves no draft without a number', async () => {
  const { beginAttempt, keepDraft, memory, stopKey } = page();
  await memory.put('meta', { key: stopKey(base.session), since: 5 });
  const { draft, begun } = beginAttempt(base, ['S1'], []);
  draft.answers.S1 = 3;
  const kept = keepDraft(draft); // the tap comes before it is known
  assert.equal(await begun, null);
  assert.equal(await kept, false);
  assert.equal((await memory.all('drafts')).length, 0);
});

/** Two tabs of one tablet, loaded one after the other: each has its own idea of whether the database works. */
function twoTabs() {
  return [Object.assign({}, page()), Object.assign({}, page())];
}

/** Runs what a tab does, with its database broken or not. */
async function withDatabase(works, work) {
  browser.fails = !works;
  const result = await work();
  browser.fails = false;
  return result;
}

for (const [which, firstWorks, secondWorks] of [['the tab that takes it over', true, false], ['the tab that had it', false, true], ['neither', true, true]]) {
  test(`a draft has one owner though the database is broken in ${which}`, async () => {
    const [one, other] = twoTabs();
    const { draft, begun } = one.beginAttempt(base, ['S1'], []);
    await begun;
    draft.answers.S1 = 1;
    assert.equal(await withDatabase(firstWorks, () => one.keepDraft(draft)), true);
    const [taken] = (await other.memory.all('drafts'));
    assert.equal(await withDatabase(secondWorks, () => other.takeOver(taken)), true);
    taken.answers.S1 = 2;
    assert.equal(await withDatabase(secondWorks, () => other.keepDraft(taken)), true);
    draft.answers.S1 = 3;
    assert.equal(await withDatabase(firstWorks, () => one.keepDraft(draft)), false, 'the first tab is told, and goes to the start');
    assert.equal(await withDatabase(firstWorks, () => one.sealDraft(draft, -3)), undefined);
    await withDatabase(secondWorks, () => other.sealDraft(taken, -3));
    const waits = await one.memory.all('outbox');
    assert.deepEqual(waits.map((record) => JSON.parse(record.body).answers.S1), [2]);
    assert.equal(await withDatabase(firstWorks, () => one.keepDraft(draft)), false);
    assert.deepEqual(await one.leftBehind(), []);
  });
}

test('two tabs that could not see each other end one draft with different answers, and both are sent', async () => {
  const { memory, sha256 } = page();
  const id = 'd'.repeat(32);
  const record = async (body, extra) => Object.assign({ key: id, to: `/r/${id}`, body, sha256: await sha256(body), sealed_ms: 1, tries: 0, parked: false }, extra);
  const [first, second] = [await record('one'), await record('other')];
  await withDatabase(true, () => memory.put('outbox', first));
  await withDatabase(false, () => memory.put('outbox', second));
  await memory.put('outbox', Object.assign({}, second, { tries: 1 })); // it was tried, and the database is back
  const bodies = async () => (await memory.all('outbox')).map((one) => one.body).sort();
  assert.deepEqual(await bodies(), ['one', 'other']);
  assert.equal(await memory.drop('outbox', id, second.sha256), false, 'something still waits');
  assert.deepEqual(await bodies(), ['one']);
  assert.equal(await memory.drop('outbox', id, first.sha256), true);
  assert.deepEqual(await bodies(), []);
});

test('whoever stops takes along what another tab has sealed of it', async () => {
  const { beginAttempt, keepDraft, sealDraft, withdraw, memory } = page();
  const { draft, begun } = beginAttempt(base, ['S1'], []);
  await begun;
  draft.answers.S1 = 3;
  await keepDraft(draft);
  await withDatabase(false, () => sealDraft(draft, -4));
  await withdraw(draft);
  assert.deepEqual((await memory.all('outbox')).map((record) => JSON.parse(record.body).withdrawn), [true]);
});

test('bytes that a release before kept without a database are sent and let go', async () => {
  const { memory, sha256 } = page();
  const id = 'e'.repeat(32);
  const old = { key: id, to: `/r/${id}`, body: 'old', sha256: await sha256('old'), sealed_ms: 1, tries: 0, parked: false };
  localStorage.setItem(`pencilmark.outbox.${id}`, JSON.stringify(old));
  assert.deepEqual((await memory.all('outbox')).map((one) => one.body), ['old']);
  await memory.put('outbox', Object.assign({}, old, { tries: 1 }));
  assert.equal((await memory.all('outbox')).length, 1);
  await memory.drop('outbox', id, old.sha256);
  assert.equal((await memory.all('outbox')).length, 0);
  assert.equal(Object.keys(localStorage).filter((key) => key.includes('outbox')).length, 0);
});

test('a page forgets who said no on another day, whom another session knew after a week and its own after a month', async () => {
  const { cardHash, forgetKits, forgetRefusals, rememberRefusal, memory } = page();
  const { now } = Date;
  const today = now();
  const kit = (session, at_ms) => memory.put('meta', { key: 'kit.' + session, session, at_ms, cards: { [cardHash(session, 'PENC4T')]: { people: [] } } });
  const left = async () => (await memory.all('meta')).concat(await memory.all('seen')).map((record) => record.key.split('.').slice(0, 2).join('.')).filter((key) => /^(kit|no)/.test(key)).sort();
  const opened = async (session) => { await forgetRefusals(); await forgetKits(session); return left(); };
  await rememberRefusal('AAAA2222', 'PENC4T', { animal: 'fox', wave: 'pre', stopped: false });
  await kit('AAAA2222', today);
  await kit('BBBB2222', today);
  await memory.put('meta', { key: 'kit.CCCC2222', session: 'CCCC2222', cards: {} }); // of a release that noted no time
  assert.deepEqual(await opened('AAAA2222'), ['kit.AAAA2222', 'kit.BBBB2222', 'no.AAAA2222']);
  Date.now = () => today + 25 * 3600 * 1000;
  const RealDate = global.Date;
  global.Date = class extends RealDate { constructor(...args) { super(...(args.length ? args : [RealDate.now()])); } };
  assert.deepEqual(await opened('AAAA2222'), ['kit.AAAA2222', 'kit.BBBB2222'], 'made ready the day before, for two halls');
  Date.now = () => today + 4 * 24 * 3600 * 1000;
  assert.deepEqual(await opened('AAAA2222'), ['kit.AAAA2222', 'kit.BBBB2222'], 'and over a long weekend');
  Date.now = () => today + 8 * 24 * 3600 * 1000;
  assert.deepEqual(await opened('AAAA2222'), ['kit.AAAA2222']);
  Date.now = () => today + 31 * 24 * 3600 * 1000;
  assert.deepEqual(await opened('AAAA2222'), []);
  global.Date = RealDate;
  Date.now = now;
});

test('a family that was taken out is in no copy of this tablet', async () => {
  const { cardHash, noteTakenOut, rememberRefusal, wasTakenOut, memory } = page();
  const cards = { [cardHash(base.session, base.card)]: { people: [{ animal: 'fox', visits: [] }] }, other: { people: [] } };
  await memory.put('meta', { key: 'kit.' + base.session, session: base.session, at_ms: Date.now(), cards });
  await rememberRefusal(base.session, base.card, { animal: 'bee', wave: 'pre', stopped: false });
  await noteTakenOut(base.session, base.card);
  assert.deepEqual(Object.keys((await memory.get('meta', 'kit.' + base.session)).cards), ['other']);
  assert.deepEqual((await memory.all('seen')).map((note) => note.key.split('.')[0]), ['gone']);
  assert.ok(await wasTakenOut(base.session, base.card));
});
