// What stands beside the database, in localStorage, else in this page alone: a second copy of what waits, and the only
// one where there is no database. Browsers write it to disk within some seconds, the database at once.
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
    try {
      localStorage.setItem(key, JSON.stringify(record));
      here.delete(key);
      return true;
    } catch (full) {
      here.set(key, JSON.stringify(record));
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
        if (key.startsWith(start)) found.set(key, JSON.parse(localStorage.getItem(key)));
      }
    } catch (blocked) { /* private windows may refuse; then there is nothing kept there */ }
    here.forEach((text, key) => { if (key.startsWith(start)) found.set(key, JSON.parse(text)); });
    return Array.from(found.values());
  }

  // Releases before kept frozen bytes under their key alone.
  function drop(name, record) {
    const old = record.sha256 && get(name, record.key);
    const keys = [place(name, record.key, record.sha256)].concat(old && isSame(old, record) ? place(name, record.key) : []);
    keys.forEach((key) => {
      here.delete(key);
      try { localStorage.removeItem(key); } catch (blocked) { /* nothing kept there */ }
    });
  }

  // A second copy of what the database holds: where there is no room for it, the database has the only one.
  function copy(name, record) {
    drop(name, record);
    try { localStorage.setItem(place(name, record.key, record.sha256), JSON.stringify(record)); } catch (full) { /* as said */ }
  }

  function get(name, key) {
    let text = here.get(place(name, key));
    try { text = text || localStorage.getItem(place(name, key)); } catch (blocked) { /* nothing kept there */ }
    return text ? JSON.parse(text) : undefined;
  }

  // For every tab to read, also one whose database is broken.
  function mirror(record, name) {
    const key = place(name || 'meta', record.key);
    try { localStorage.setItem(key, JSON.stringify(record)); } catch (full) { here.set(key, JSON.stringify(record)); }
  }

  // Whether the database has ever worked on this tablet.
  function isUsed() {
    try { return localStorage.getItem(PREFIX + 'used') === 'yes'; } catch (blocked) { return false; /* never, then */ }
  }

  function noteUsed() {
    try { localStorage.setItem(PREFIX + 'used', 'yes'); } catch (full) { /* known on this page */ }
  }

  const isOnlyHere = () => onlyHere;

  pencilmark.copies = { keep, copy, all, drop, get, mirror, isSame, isOnlyHere, isUsed, noteUsed };
})(window.pencilmark = window.pencilmark || {});
