// What waits to be sent: whole questionnaires, frozen, and the notes that somebody stopped or said no.
//
// An item leaves the tablet only when the server has named its id and the SHA-256 of its bytes and said
// that they are on disk. Everything else, a portal's friendly 200 included, leaves it where it is.
(function (pencilmark) {
  'use strict';

  const memory = pencilmark.memory;
  const FIRST_WAIT_MS = 2000;
  const LONGEST_WAIT_MS = 30000;
  const GIVE_UP_ON_A_SEND_MS = 20000;
  const LEASE_MS = 10000;
  const HEARTBEAT_MS = 2000;
  const ASK_AGAIN_MS = 3000; // another tab is sending
  const DAY_MS = 24 * 3600 * 1000;
  const me = pencilmark.randomHex(8);

  // Freezes `content` under `id` and takes `draft` away, both or neither. Gives whether it outlives this page.
  async function seal(id, to, content, draft) {
    const body = JSON.stringify(content); // from here on these bytes never change
    const record = { key: id, to: to, body: body, sha256: await pencilmark.sha256(body), sealed_ms: Date.now(), tries: 0, parked: false };
    const kept = draft === undefined ? await memory.put('outbox', record) : await memory.end(draft, record);
    tell();
    return kept;
  }

  // ---- one send ----

  // Whether the server's reply lets the tablet forget these bytes.
  function acknowledges(reply, record) {
    return Boolean(reply) && reply.durable === true && reply.id === record.key && reply.sha256 === record.sha256;
  }

  // Whether the family has taken its answers out: then these are to be nowhere.
  function erases(reply, record) {
    return Boolean(reply) && reply.erased === true && reply.id === record.key && reply.sha256 === record.sha256;
  }

  // What a reply means: 'received'; 'erased', to be forgotten; 'refused', so that trying again cannot help; or 'later'.
  function meaning(status, reply, record) {
    if (status >= 200 && status < 300 && acknowledges(reply, record)) return 'received';
    if (status === 410 && erases(reply, record)) return 'erased';
    return status >= 400 && status < 500 && Boolean(reply) && reply.retry === false ? 'refused' : 'later';
  }

  async function put(record, signal) {
    const response = await fetch(record.to || '/r/' + record.key, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: record.body,
      credentials: 'same-origin',
      cache: 'no-store',
      redirect: 'error', // a portal's
      signal: signal,
    });
    const reply = await response.json().catch(() => null);
    return { means: meaning(response.status, reply, record), after_ms: 1000 * Number(response.headers.get('retry-after')) || 0 };
  }

  const send = (record) => pencilmark.within(GIVE_UP_ON_A_SEND_MS, (signal) => put(record, signal)).catch(() => ({ means: 'later', after_ms: 0 }));

  // How long until the next try: two seconds, four … thirty, less up to a half of it, so that a hall's tablets do not
  // come all at once; not before whoever answered asked for it, but never more than thirty seconds, for that may be a
  // portal. `chance` is from 0 to 1.
  function pause(wait_ms, asked_ms, chance) {
    return Math.min(Math.max(wait_ms * (0.5 + chance / 2), asked_ms * (1 + chance / 4)), LONGEST_WAIT_MS);
  }

  // ---- one sender: plain http has no Web Locks, so a row in the database says who ----

  async function lease() {
    let mine = true;
    try {
      await memory.transaction(['meta'], 'readwrite', (store) => {
        const asked = store('meta').get('lease');
        asked.onsuccess = () => {
          const held = asked.result;
          mine = !held || held.owner === me || Math.abs(Date.now() - held.at) > LEASE_MS;
          if (mine) store('meta').put({ key: 'lease', owner: me, at: Date.now() });
        };
      });
    } catch (error) {
      return true; // without a database every tab has its own queue, or the server takes the same bytes twice
    }
    return mine;
  }

  async function release() {
    const held = await memory.get('meta', 'lease');
    if (held && held.owner === me) await memory.drop('meta', 'lease');
  }

  // ---- sending what waits ----

  // Those tried least go first, so that an item the server chokes on never stands before the others.
  function inTurn(records) {
    return records.filter((record) => !record.parked)
      .sort((a, b) => (a.tries || 0) - (b.tries || 0) || a.sealed_ms - b.sealed_ms);
  }

  // Sends until everything is gone or the server cannot be asked. Gives how long it asked to be left alone before the
  // next round; null when nothing waits.
  async function round() {
    const records = await memory.all('outbox');
    let after = records.unsure ? 0 : null; // what could not be read may hold answers
    for (const record of inTurn(records)) {
      const answer = await send(record);
      if (answer.means === 'received' || answer.means === 'erased') {
        if (!(await memory.drop('outbox', record.key, record.sha256))) after = 0; // the server takes the same bytes twice
        if (answer.means === 'erased') await noteErased();
      } else {
        record.tries = (record.tries || 0) + 1;
        record.parked = answer.means === 'refused';
        await memory.put('outbox', record);
      }
      tell();
      if (answer.means === 'later') return answer.after_ms;
    }
    return after;
  }

  // The leader is told how many, for a day; whose they were nobody knows any more.
  async function noteErased() {
    await memory.put('meta', { key: 'erased', count: (await erasedToday()) + 1, at_ms: Date.now() });
  }

  async function erasedToday() {
    const note = await memory.get('meta', 'erased');
    return note && Math.abs(Date.now() - note.at_ms) < DAY_MS ? note.count : 0;
  }

  let draining = null;
  let elsewhere = false; // another tab sends
  let more = false;
  let waitMs = FIRST_WAIT_MS;
  let timer = 0;

  // Everything sealed before the call is tried: a round already under way is followed by another, and so
  // is the last one, which may be giving its lease back.
  function drain() {
    more = true;
    if (!draining) draining = drainAll().catch(comeBack).then(() => { draining = null; return more ? drain() : undefined; });
    return draining;
  }

  // Whatever went wrong, sending goes on.
  function comeBack() {
    timer = setTimeout(drain, LONGEST_WAIT_MS);
  }

  async function drainAll() {
    clearTimeout(timer);
    elsewhere = !(await lease());
    if (elsewhere) {
      more = false;
      timer = setTimeout(drain, ASK_AGAIN_MS);
      return;
    }
    const heart = setInterval(lease, HEARTBEAT_MS);
    let after = 0;
    try {
      while (more) {
        more = false;
        after = await round();
      }
    } finally {
      clearInterval(heart);
    }
    await release();
    if (after !== null) timer = setTimeout(drain, pause(waitMs, after, Math.random()));
    waitMs = after === null ? FIRST_WAIT_MS : Math.min(waitMs * 2, LONGEST_WAIT_MS);
  }

  // The world may have changed: try now, whatever `navigator.onLine` believes.
  function again() {
    waitMs = FIRST_WAIT_MS;
    tell(); // where nothing waits no round says so, and a screen may just have come
    return drain();
  }

  // The leader asks: what the server refused is tried once more, too.
  async function sendNow() {
    for (const record of await memory.all('outbox')) {
      if (record.parked) await memory.put('outbox', Object.assign(record, { parked: false, tries: 0 }));
    }
    return again();
  }

  // ---- saying so ----

  // That somebody said no or stopped is sent, too, and is no answer.
  const isNote = (record) => /^\/no\/|\/withdrawal$/.test(record.to || '');

  // "2 answers and 1 note wait".
  function inWords(now) {
    const many = (n, one) => (n ? [n + ' ' + one + (n === 1 ? '' : 's')] : []);
    return many(now.waiting - now.notes, 'answer').concat(many(now.notes, 'note')).join(' and ') + (now.waiting === 1 ? ' waits' : ' wait');
  }

  const listeners = [];

  // `unsure`: the database did not answer, and may hold more than is counted here.
  async function state() {
    const records = await memory.all('outbox');
    const oldest = records.reduce((least, record) => Math.min(least, record.sealed_ms), Date.now());
    return {
      unsure: records.unsure,
      waiting: records.length,
      notes: records.filter(isNote).length,
      elsewhere: elsewhere,
      parked: records.filter((record) => record.parked).length,
      erased: await erasedToday(),
      oldest_ms: records.length ? Math.max(Date.now() - oldest, 0) : 0,
    };
  }

  let telling = 0;
  let looks = 0;

  // "Everything was sent" must be true: it is not said while it is not known, nor by a look that a newer one
  // has overtaken.
  function tell() {
    const look = looks += 1;
    clearTimeout(telling);
    state().then((now) => {
      if (look !== looks) return;
      if (now.unsure) telling = setTimeout(tell, FIRST_WAIT_MS);
      if (now.waiting || !now.unsure) listeners.forEach((listener) => listener(now));
    });
  }

  // Calls `listener` now and whenever what waits has changed.
  function listen(listener) {
    listeners.push(listener);
    tell();
  }

  pencilmark.outbox = { seal, acknowledges, meaning, pause, inTurn, drain, again, sendNow, state, inWords, listen, tell };
})(window.pencilmark = window.pencilmark || {});
