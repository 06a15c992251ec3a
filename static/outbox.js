// The tablet's own memory, and the way finished answers leave it.
//
// Every family page loads this file, so an answer that could not be sent goes out from whichever page
// is open next. An answer is let go only when the server has named its id and the SHA-256 of its bytes
// and said that they are on disk. ES2017, no modules: old tablets. Plain http has neither crypto.subtle
// nor Web Locks; two tabs may send the same answer, which the server stores once.
(function () {
  'use strict';

  const DATABASE = 'pencilmark';
  const PREFIX = 'pencilmark.';
  const FIRST_WAIT_MS = 2000;
  const LONGEST_WAIT_MS = 30000;
  const GIVE_UP_ON_A_SEND_MS = 20000;

  // ---- SHA-256 ----

  // The first 32 bits of the fractional parts of the roots of primes, as the standard derives them.
  function primes(count) {
    const found = [];
    for (let n = 2; found.length < count; n++) if (found.every((p) => n % p)) found.push(n);
    return found;
  }
  const fraction = (x) => ((x - Math.floor(x)) * 4294967296) | 0;
  const ROUND = primes(64).map((p) => fraction(Math.cbrt(p)));
  const START = primes(8).map((p) => fraction(Math.sqrt(p)));

  function sha256Plain(bytes) {
    const padded = new Uint8Array(((bytes.length + 8) >> 6) * 64 + 64);
    padded.set(bytes);
    padded[bytes.length] = 0x80;
    const view = new DataView(padded.buffer);
    view.setUint32(padded.length - 8, Math.floor(bytes.length / 536870912));
    view.setUint32(padded.length - 4, bytes.length << 3);
    const turn = (x, n) => (x >>> n) | (x << (32 - n));
    const hash = START.slice();
    const w = new Int32Array(64);
    for (let at = 0; at < padded.length; at += 64) {
      for (let i = 0; i < 64; i++) {
        if (i < 16) { w[i] = view.getInt32(at + i * 4); continue; }
        const a = w[i - 15], b = w[i - 2];
        w[i] = w[i - 16] + w[i - 7] + (turn(a, 7) ^ turn(a, 18) ^ (a >>> 3)) + (turn(b, 17) ^ turn(b, 19) ^ (b >>> 10));
      }
      const h = hash.slice();
      for (let i = 0; i < 64; i++) {
        const one = h[7] + (turn(h[4], 6) ^ turn(h[4], 11) ^ turn(h[4], 25)) + ((h[4] & h[5]) ^ (~h[4] & h[6])) + ROUND[i] + w[i];
        const two = (turn(h[0], 2) ^ turn(h[0], 13) ^ turn(h[0], 22)) + ((h[0] & h[1]) ^ (h[0] & h[2]) ^ (h[1] & h[2]));
        h.pop();
        h.unshift((one + two) | 0);
        h[4] = (h[4] + one) | 0;
      }
      for (let i = 0; i < 8; i++) hash[i] = (hash[i] + h[i]) | 0;
    }
    return hash.map((word) => ('0000000' + (word >>> 0).toString(16)).slice(-8)).join('');
  }

  // Lower-case hexadecimal SHA-256 of a text's UTF-8 bytes.
  async function sha256(text) {
    const bytes = new TextEncoder().encode(text);
    if (typeof crypto === 'undefined' || !crypto.subtle) return sha256Plain(bytes);
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
    return Array.from(digest, (byte) => ('0' + byte.toString(16)).slice(-2)).join('');
  }

  function randomHex(bytes) {
    return Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (b) => ('0' + b.toString(16)).slice(-2)).join('');
  }

  // ---- the tablet's memory: IndexedDB, else localStorage, else this page ----

  let opening = null;
  const here = new Map(); // the last resort

  function database() {
    if (!opening) {
      opening = new Promise((resolve, reject) => {
        const request = indexedDB.open(DATABASE, 1);
        request.onupgradeneeded = () => {
          for (const name of ['drafts', 'outbox', 'meta']) request.result.createObjectStore(name, { keyPath: 'key' });
        };
        request.onsuccess = () => {
          const db = request.result;
          db.onclose = db.onversionchange = () => { opening = null; db.close(); };
          resolve(db);
        };
        request.onerror = () => reject(request.error);
        request.onblocked = () => reject(new Error('blocked'));
      });
      opening.catch(() => { opening = null; });
    }
    return opening;
  }

  // One transaction; `work` gets a function from name to store. Strict: Chrome's default may lose the
  // last seconds when a battery dies.
  async function transaction(names, mode, work) {
    for (let attempt = 1; ; attempt++) {
      try {
        const db = await database();
        return await new Promise((resolve, reject) => {
          const tx = db.transaction(names, mode, { durability: 'strict' });
          const request = work((name) => tx.objectStore(name));
          tx.oncomplete = () => resolve(request ? request.result : undefined);
          tx.onabort = tx.onerror = () => reject(tx.error);
        });
      } catch (error) {
        opening = null; // the system may have closed the database under us: open it anew, once
        if (attempt === 2) throw error;
      }
    }
  }

  // Whether the record outlives this page.
  function keepInPage(name, record) {
    const key = PREFIX + name + '.' + record.key;
    try {
      localStorage.setItem(key, JSON.stringify(record));
      return true;
    } catch (full) {
      here.set(key, JSON.stringify(record));
      return false;
    }
  }

  function allInPage(name) {
    const found = new Map();
    const start = PREFIX + name + '.';
    try {
      for (let i = 0; i < localStorage.length; i++) {
        const key = localStorage.key(i);
        if (key.startsWith(start)) found.set(key, JSON.parse(localStorage.getItem(key)));
      }
    } catch (blocked) { /* private windows may refuse; then there is nothing kept there */ }
    here.forEach((text, key) => { if (key.startsWith(start)) found.set(key, JSON.parse(text)); });
    return Array.from(found.values());
  }

  function dropInPage(name, key) {
    here.delete(PREFIX + name + '.' + key);
    try { localStorage.removeItem(PREFIX + name + '.' + key); } catch (blocked) { /* nothing kept there */ }
  }

  async function put(name, record) {
    try {
      await transaction([name], 'readwrite', (store) => store(name).put(record));
    } catch (error) {
      keepInPage(name, record);
    }
  }

  async function get(name, key) {
    let found;
    try { found = await transaction([name], 'readonly', (store) => store(name).get(key)); } catch (error) { /* below */ }
    return found || allInPage(name).find((record) => record.key === key);
  }

  async function all(name) {
    let found = [];
    try { found = await transaction([name], 'readonly', (store) => store(name).getAll()); } catch (error) { /* below */ }
    return found.concat(allInPage(name).filter((record) => !found.some((other) => other.key === record.key)));
  }

  async function drop(name, key) {
    dropInPage(name, key);
    try { await transaction([name], 'readwrite', (store) => store(name).delete(key)); } catch (error) { /* not there */ }
  }

  // Freezes finished answers and forgets the draft, both or neither. Gives whether they outlive this page.
  async function seal(record, draft) {
    let kept = true;
    try {
      await transaction(['outbox', 'drafts'], 'readwrite', (store) => {
        store('drafts').delete(draft);
        return store('outbox').put(record);
      });
    } catch (error) {
      kept = keepInPage('outbox', record);
    }
    dropInPage('drafts', draft);
    return kept;
  }

  // This tablet's name and how many questionnaires it has finished: a gap in the numbers shows a loss.
  async function nextOnThisTablet() {
    const tablet = (await get('meta', 'tablet')) || { key: 'tablet', device: randomHex(8), sequence: 0 };
    tablet.sequence += 1;
    await put('meta', tablet);
    return { device: tablet.device, sequence: tablet.sequence };
  }

  // ---- sending ----

  // Whether the server's reply lets the tablet forget these bytes.
  function acknowledges(reply, record) {
    return Boolean(reply) && reply.durable === true && reply.id === record.key && reply.sha256 === record.sha256;
  }

  // 'received', 'refused' (the server spoke, but not the right words) or 'unreachable'.
  async function send(record) {
    const giveUp = typeof AbortController === 'undefined' ? null : new AbortController();
    const timer = setTimeout(() => giveUp && giveUp.abort(), GIVE_UP_ON_A_SEND_MS);
    try {
      const response = await fetch('/r/' + record.key, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: record.body,
        credentials: 'same-origin',
        signal: giveUp ? giveUp.signal : undefined,
      });
      const reply = await response.json().catch(() => null);
      return acknowledges(reply, record) ? 'received' : 'refused';
    } catch (error) {
      return 'unreachable';
    } finally {
      clearTimeout(timer);
    }
  }

  let draining = null;
  let more = false;
  let waitMs = FIRST_WAIT_MS;
  let timer = 0;

  // Sends what waits, oldest first, one at a time. Gives { waiting, last } for everything that was
  // sealed before the call: a round already under way is followed by another.
  function drain() {
    more = true;
    if (!draining) draining = drainAll();
    return draining;
  }

  async function drainAll() {
    let state;
    while (more) {
      more = false;
      state = await drainOnce();
    }
    draining = null;
    clearTimeout(timer);
    if (state.waiting) {
      timer = setTimeout(drain, waitMs * (0.75 + Math.random() / 2));
      waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
    } else {
      waitMs = FIRST_WAIT_MS;
    }
    show(state.waiting);
    return state;
  }

  async function drainOnce() {
    const records = (await all('outbox')).sort((a, b) => a.sealed_ms - b.sealed_ms);
    let waiting = records.length;
    let last = 'received';
    for (const record of records) {
      last = await send(record);
      if (last === 'unreachable') break;
      if (last === 'received') {
        await drop('outbox', record.key);
        waiting -= 1;
      }
    }
    return { waiting: waiting, last: last };
  }

  function again() {
    waitMs = FIRST_WAIT_MS;
    drain();
  }

  // ---- saying so ----

  // "Saved on this tablet" and "Received" are different promises; an element with data-outbox says
  // whichever is true, in the words of its own attributes.
  function show(waiting) {
    document.querySelectorAll('[data-outbox]').forEach((element) => {
      element.textContent = waiting ? element.dataset.saved : element.dataset.received;
      element.classList.toggle('received', !waiting);
    });
  }

  const outbox = { sha256, sha256Plain, randomHex, acknowledges, put, get, all, drop, seal, nextOnThisTablet, drain };
  if (typeof module !== 'undefined') {
    module.exports = outbox; // the tests of tests/js
    return;
  }
  window.outbox = outbox;
  // A card's QR code leads here with the code in the address; it must not stay in a shared tablet's history.
  if (location.pathname.slice(0, 3) === '/c/') history.replaceState(null, '', '/');
  window.addEventListener('online', again);
  window.addEventListener('focus', again);
  document.addEventListener('visibilitychange', () => { if (!document.hidden) again(); });
  document.addEventListener('DOMContentLoaded', again);
})();
