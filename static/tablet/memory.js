// The tablet's own memory: IndexedDB, else localStorage, else this page alone.
//
// Children's answers stand in the first two at once: Chromium throws a whole database away where a kill has cut off what
// was being written, at its second start from then (LevelDB writes on behind the cut, and then finds it).
//
// Stores are only ever added, never emptied or made anew: another release's answers may wait in them.
(function (pencilmark) {
  'use strict';

  const { copies } = pencilmark;
  const { isSame, mirror } = copies;
  const DATABASE = 'pencilmark';
  const VERSION = 2;
  const STORES = ['drafts', 'outbox', 'meta', 'seen'];
  const OPENING_MS = 3000; // iOS has been seen never to answer at all
  const SILENCE_MS = 10000;
  const TRIES = 3;

  let opening = null;
  let used = false; // the database has worked on this tablet, now or earlier

  function open() {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('no answer')), OPENING_MS);
      const request = indexedDB.open(DATABASE, VERSION);
      request.onupgradeneeded = () => {
        for (const name of STORES) {
          if (!request.result.objectStoreNames.contains(name)) request.result.createObjectStore(name, { keyPath: 'key' });
        }
      };
      request.onsuccess = () => {
        clearTimeout(timer);
        const db = request.result;
        db.onclose = db.onversionchange = () => { opening = null; db.close(); };
        resolve(db);
      };
      request.onerror = () => { clearTimeout(timer); reject(request.error); };
      request.onblocked = () => { clearTimeout(timer); reject(new Error('blocked')); };
    });
  }

  function database() {
    if (!opening) {
      opening = open();
      opening.catch(() => { opening = null; });
    }
    return opening;
  }

  // One transaction; `work` gets a function from name to store. Strict: Chrome's default may lose the
  // last seconds when a battery dies. The system may close the database under us: it is opened anew.
  async function transaction(names, mode, work) {
    for (let attempt = 1; ; attempt++) {
      try {
        const db = await database();
        const result = await new Promise((resolve, reject) => {
          const tx = db.transaction(names, mode, { durability: 'strict' });
          const timer = setTimeout(() => {
            try { tx.abort(); } catch (over) { /* then it is over */ }
            reject(new Error('no answer'));
          }, SILENCE_MS);
          const request = work((name) => tx.objectStore(name));
          tx.oncomplete = () => { clearTimeout(timer); resolve(request ? request.result : undefined); };
          tx.onabort = tx.onerror = () => { clearTimeout(timer); reject(tx.error || new Error('aborted')); };
        });
        noteUsed();
        return result;
      } catch (error) {
        opening = null;
        if (attempt === TRIES || (error && error.name === 'QuotaExceededError')) throw error;
      }
    }
  }

  // A database that has never worked here holds nothing; one that worked and fails may hold answers.
  function noteUsed() {
    if (used) return;
    used = true;
    copies.noteUsed();
  }

  function everUsed() {
    used = used || copies.isUsed();
    return used;
  }

  // ---- one record ----

  // Which stores have a second copy: children's answers.
  const inBoth = (name) => name === 'drafts' || name === 'outbox';

  // After the database has taken the record.
  function copy(name, record) {
    if (inBoth(name)) copies.copy(name, record);
    else copies.drop(name, record);
  }

  // Whether the record outlives this page.
  async function put(name, record) {
    let kept = true;
    try {
      await transaction([name], 'readwrite', (store) => {
        const asked = store(name).get(record.key);
        asked.onsuccess = () => {
          kept = !asked.result || isSame(asked.result, record);
          if (kept) store(name).put(record);
        };
      });
    } catch (error) { kept = false; }
    if (!kept) return copies.keep(name, record);
    copy(name, record);
    return true;
  }

  // Of a draft and its copy the one that was written later: the power may have gone before either. Frozen bytes are the
  // same in both. Anything else stands beside the database because that refused it, and only until it takes a newer one.
  const isBelieved = (copied, record) => !((copied.writes || 0) < (record.writes || 0));

  async function get(name, key) {
    const copied = copies.get(name, key);
    if (copied && name !== 'drafts') return copied;
    let record;
    try { record = await transaction([name], 'readonly', (store) => store(name).get(key)); } catch (error) { /* then the copy */ }
    return copied && (!record || isBelieved(copied, record)) ? copied : record;
  }

  const caughtUp = new Set(); // stores

  // What a kill kept from being copied is copied by the first look of the next page: the look after it may find nothing.
  function catchUp(name, found, copied) {
    if (!inBoth(name) || caughtUp.has(name) || !found.length) return;
    caughtUp.add(name);
    const isCopied = (record) => copied.some((one) => isSame(one, record) && isBelieved(one, record));
    found.filter((record) => !isCopied(record)).forEach((record) => copies.copy(name, record));
  }

  // Every record of a store. `unsure` on what is given: the database did not answer, and may hold more.
  async function all(name) {
    let found = [];
    let unsure = false;
    try { found = await transaction([name], 'readonly', (store) => store(name).getAll()); } catch (error) { unsure = everUsed(); }
    const copied = copies.all(name);
    if (!unsure) catchUp(name, found, copied);
    const believed = copied.filter((one) => !found.some((record) => isSame(record, one) && !isBelieved(one, record)));
    const records = found.filter((record) => !believed.some((one) => isSame(one, record))).concat(believed);
    records.unsure = unsure;
    return records;
  }

  // Whether the record is nowhere any more; of frozen bytes, whether nothing waits under their id.
  async function drop(name, key, sha256) {
    const gone = { key: key, sha256: sha256 };
    let others = false;
    copies.drop(name, gone);
    try {
      await transaction([name], 'readwrite', (store) => {
        const asked = store(name).get(key);
        asked.onsuccess = () => {
          others = Boolean(asked.result) && !isSame(asked.result, gone);
          if (!others) store(name).delete(key);
        };
      });
      return !others;
    } catch (error) {
      return !everUsed();
    }
  }

  // Whether a draft has ended; undefined where the database may know and does not answer.
  async function hasEnded(key) {
    if (copies.get('seen', 'ended.' + key)) return true;
    try {
      return Boolean(await transaction(['seen'], 'readonly', (store) => store('seen').get('ended.' + key)));
    } catch (error) {
      return everUsed() ? undefined : false;
    }
  }

  // From here on a draft is this document's: said where every tab can read it. Another tab may have written it since it
  // was looked at.
  async function own(draft) {
    mirror({ key: 'owner.' + draft.key, owner: draft.owner, at_ms: draft.saved_ms }, 'seen');
    const known = await get('drafts', draft.key);
    draft.writes = Math.max(draft.writes || 0, (known && known.writes) || 0) + 1;
    return put('drafts', draft);
  }

  // Keeps a draft unless another document owns it, or it has ended. Gives whether it was kept.
  async function keepDraft(draft) {
    const mine = (stored, ended) => {
      const owner = copies.get('seen', 'owner.' + draft.key) || stored;
      return !draft.refused && !ended && !copies.get('seen', 'ended.' + draft.key) && (!owner || owner.owner === draft.owner);
    };
    let yes = true;
    draft.writes = (draft.writes || 0) + 1;
    try {
      await transaction(['drafts', 'seen'], 'readwrite', (store) => {
        const ended = store('seen').get('ended.' + draft.key);
        ended.onsuccess = () => {
          const asked = store('drafts').get(draft.key);
          asked.onsuccess = () => {
            yes = mine(asked.result, ended.result);
            if (yes) store('drafts').put(draft);
          };
        };
      });
      if (yes) copy('drafts', draft);
    } catch (error) {
      yes = mine(copies.get('drafts', draft.key));
      if (yes) copies.keep('drafts', draft);
    }
    return yes;
  }

  // A draft becomes something to be sent, both or neither; that it has ended is noted, so that no other
  // tab goes on with it. Somebody who stopped takes whatever waits under the id along. Gives whether the
  // record outlives this page.
  async function end(draft, record) {
    const note = { key: 'ended.' + draft, at_ms: Date.now() };
    const stops = /withdrawal$/.test(record.to);
    const others = stops ? copies.all('outbox').filter((one) => one.key === record.key) : [];
    let kept = false;
    let elsewhere = false; // it has ended before: another tab was a moment earlier, or all of it was sent
    if (stops) mirror(note, 'seen'); // that stands, should the power go in the next moment
    try {
      await transaction(['outbox', 'drafts', 'seen'], 'readwrite', (store) => {
        const ended = store('seen').get(note.key);
        const waits = store('outbox').get(record.key);
        waits.onsuccess = () => {
          store('drafts').delete(draft);
          store('seen').put(note);
          kept = stops || (waits.result ? isSame(waits.result, record) : !ended.result);
          if (kept) store('outbox').put(record);
          else elsewhere = Boolean(ended.result);
        };
      });
    } catch (error) { kept = elsewhere = false; }
    others.forEach((one) => copies.drop('outbox', one));
    if (kept) copy('outbox', record);
    else kept = elsewhere || copies.keep('outbox', record);
    if (kept || stops) { // a draft that is said to have ended, with nothing to be sent, would be lost
      mirror(note, 'seen');
      copies.drop('drafts', { key: draft });
    } else copies.dropHere('drafts', { key: draft });
    return kept;
  }

  // ---- the tablet's name, and a number for everything begun on it ----

  // Also kept in localStorage: should one of the two be lost, the numbers go on without a gap.
  function newer(one, other) {
    if (!one || !other) return one || other || { key: 'tablet', device: pencilmark.randomHex(8), sequence: 0 };
    return one.sequence >= other.sequence ? one : other;
  }

  const mirrored = (key) => copies.get('meta', key);

  // Gives a draft its device and number and keeps it, in one transaction: a number is never used twice. Gives null,
  // and keeps nothing, where a note of the name `unless` is kept: this tablet has said that nothing is begun on it.
  async function begin(draft, unless) {
    let tablet = null;
    draft.refused = Boolean(unless && mirrored(unless));
    const number = (stored) => {
      tablet = newer(stored, mirrored('tablet'));
      tablet.sequence += 1;
      draft.device = tablet.device;
      draft.sequence = tablet.sequence;
    };
    try {
      await transaction(['meta', 'drafts'], 'readwrite', (store) => {
        const stopped = store('meta').get(unless || '');
        stopped.onsuccess = () => {
          draft.refused = draft.refused || Boolean(stopped.result);
          if (draft.refused) return;
          const asked = store('meta').get('tablet');
          asked.onsuccess = () => {
            number(asked.result);
            store('meta').put(tablet);
            store('drafts').put(draft);
          };
        };
      });
      if (!draft.refused) copy('drafts', draft);
    } catch (error) {
      if (!draft.refused) {
        number(null);
        copies.keep('drafts', draft);
      }
    }
    if (draft.refused) return null;
    mirror(tablet);
    return draft;
  }

  async function tablet() {
    // Looked up and named in one transaction: two that ask at once must not hear two names.
    let found, known;
    try {
      await transaction(['meta'], 'readwrite', (store) => {
        const asked = store('meta').get('tablet');
        asked.onsuccess = () => {
          known = asked.result;
          found = newer(known, mirrored('tablet'));
          if (!known) store('meta').put(found);
        };
      });
    } catch (error) { found = newer(known, mirrored('tablet')); }
    if (!known) mirror(found);
    return found;
  }

  // Where answers are kept: 'persistent' (the browser promised), 'database', 'local' or 'page'.
  async function storage() {
    const canary = { key: 'canary', at: Date.now() };
    let works = true;
    try { await transaction(['meta'], 'readwrite', (store) => store('meta').put(canary)); } catch (error) { works = false; }
    if (copies.isOnlyHere() || !(works || copies.keep('meta', canary))) return 'page';
    if (!works) return 'local';
    const promised = navigator.storage && navigator.storage.persisted && await navigator.storage.persisted().catch(() => false);
    return promised ? 'persistent' : 'database';
  }

  pencilmark.memory = { put, get, all, drop, hasEnded, own, keepDraft, end, begin, mirror, tablet, storage, transaction };
})(window.pencilmark = window.pencilmark || {});
