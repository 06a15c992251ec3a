// What stands beside the database, in localStorage, else in this page alone: a second copy of drafts and of what waits,
// and the only one where there is no database. Browsers write it to disk within a minute, the database at once.
(function (pencilmark) {
  'use strict';

  const PREFIX = 'pencilmark.';

  let onlyHere = false; // something is kept nowhere but in this page
  const here = new Map(); // the last resort

  // Frozen bytes stand under their hash, too. Two tabs of which one has no database may have ended one draft with
  // different answers: neither takes the other's place, and both are sent.
  const place = (name, key, sha256) => PREFIX + name + '.' + key + (sha256 ? '.' + sha256.slice(0, 8) : '');
  const isSame = (one, other) => one.key === other.key && one.sha256 === other.sha256;

  // Whether the record outlives this page.
  function keep(name, record) {
    const key = place(name, record.key, record.sha256);
    const text = JSON.stringify(Object.assign({}, record, { second: undefined }));
    try {
      localStorage.setItem(key, text);
      here.delete(key);
      return true;
    } catch (full) {
      here.set(key, text);
      onlyHere = true;
      return false;
    }
  }

  function all(name) {
    const found = new Map();
    const start = place(name, '');
    try {
      for (let i = 0; i < localStorage.length; i++) {
        const key = localStorage.key(i);
        if (!key.startsWith(start)) continue;
        try { found.set(key, JSON.parse(localStorage.getItem(key))); } catch (broken) { /* it hides no other */ }
      }
    } catch (blocked) { /* private windows may refuse; then there is nothing kept there */ }
    here.forEach((text, key) => { if (key.startsWith(start)) found.set(key, JSON.parse(text)); });
    return Array.from(found.values());
  }

  // Releases before kept frozen bytes under their key alone.
  function oldPlaces(name, record) {
    const old = record.sha256 && get(name, record.key);
    return old && isSame(old, record) ? [place(name, record.key)] : [];
  }

  function remove(key) {
    here.delete(key);
    try { localStorage.removeItem(key); } catch (blocked) { /* nothing kept there */ }
  }

  function drop(name, record) {
    oldPlaces(name, record).concat(place(name, record.key, record.sha256)).forEach(remove);
  }

  // A second copy of what the database holds, marked as one: where there is no room for it, the one before it stays.
  function copy(name, record) {
    const key = place(name, record.key, record.sha256);
    here.delete(key);
    try {
      localStorage.setItem(key, JSON.stringify(Object.assign({}, record, { second: true })));
      oldPlaces(name, record).forEach(remove);
    } catch (full) { /* as said */ }
  }

  // What this page alone holds of a record.
  const dropHere = (name, record) => here.delete(place(name, record.key, record.sha256));

  function get(name, key) {
    const text = here.get(place(name, key));
    try {
      return JSON.parse(text || localStorage.getItem(place(name, key))) || undefined;
    } catch (broken) { return undefined; /* or blocked: nothing kept there */ }
  }

  // For every tab to read, also one whose database is broken.
  function mirror(record, name) {
    const key = place(name || 'meta', record.key);
    try {
      localStorage.setItem(key, JSON.stringify(record));
      here.delete(key);
    } catch (full) { here.set(key, JSON.stringify(record)); }
  }

  // Whether the database has ever worked on this tablet.
  function isUsed() {
    try { return localStorage.getItem(PREFIX + 'used') === 'yes'; } catch (blocked) { return false; /* never, then */ }
  }

  function noteUsed() {
    try { localStorage.setItem(PREFIX + 'used', 'yes'); } catch (full) { /* known on this page */ }
  }

  const isOnlyHere = () => onlyHere;

  pencilmark.copies = { keep, copy, all, drop, dropHere, get, mirror, isSame, isOnlyHere, isUsed, noteUsed };
})(window.pencilmark = window.pencilmark || {});
