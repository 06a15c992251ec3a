// The tablet's scripts, as a page loads them: one after the other into `window.pencilmark`.
'use strict';

const path = require('node:path');

global.window = global;

exports.load = (...names) => {
  for (const name of names) require(path.join(__dirname, '../../static/tablet', `${name}.js`));
  return global.pencilmark;
};

exports.table = (name) => require(path.join(__dirname, '../tables', `${name}.json`));

/**
 * An empty IndexedDB and localStorage, put in the place of the page's. Set `fails` to true to abort transactions, and
 * `silent` to let none come to an end; or to a function of the stores' names. `throwAway()` is what Chromium does with a
 * database that it finds broken.
 */
exports.memoryOfABrowser = () => {
  const stores = new Map();
  const browser = { fails: false, silent: false, throwAway: () => stores.clear() };
  const is = (what, names) => (typeof browser[what] === 'function' ? browser[what](names) : browser[what]);

  // Requests are answered one after the other; with none left the transaction is kept whole, or not at all.
  function transaction(names) {
    const tx = { error: null };
    const changes = [];
    let open = 0;
    let over = false;
    const request = (work) => {
      const asked = {};
      open += 1;
      setImmediate(() => {
        if (over || is('silent', names)) return;
        asked.result = work();
        if (asked.onsuccess) asked.onsuccess();
        open -= 1;
        if (open === 0) setImmediate(finish);
      });
      return asked;
    };
    const rows = (name) => {
      const now = new Map(stores.get(name));
      for (const [store, key, row] of changes) if (store === name) { if (row) now.set(key, row); else now.delete(key); }
      return now;
    };
    const copy = (row) => (row === undefined ? undefined : JSON.parse(row));
    function finish() {
      if (over || open > 0) return;
      over = true;
      if (is('fails', names)) { tx.error = new Error('the disk is gone'); return tx.onabort(); }
      for (const [name, key, row] of changes) { if (row) stores.get(name).set(key, row); else stores.get(name).delete(key); }
      tx.oncomplete();
    }
    tx.abort = () => { over = true; };
    tx.objectStore = (name) => ({
      get: (key) => request(() => copy(rows(name).get(key))),
      getAll: () => request(() => Array.from(rows(name).values(), copy)),
      put: (row) => { const text = JSON.stringify(row); return request(() => { changes.push([name, row.key, text]); }); },
      delete: (key) => request(() => { changes.push([name, key, null]); }),
    });
    return tx;
  }

  const db = {
    objectStoreNames: { contains: (name) => stores.has(name) },
    createObjectStore: (name) => stores.set(name, new Map()),
    transaction,
    close() {},
  };
  global.indexedDB = {
    open() {
      const asked = { result: db };
      setImmediate(() => {
        if (!stores.size) asked.onupgradeneeded();
        asked.onsuccess();
      });
      return asked;
    },
  };
  const local = {};
  const method = (name, value) => Object.defineProperty(local, name, { value, writable: true });
  method('getItem', (key) => (key in local ? local[key] : null));
  method('setItem', (key, text) => { local[key] = String(text); });
  method('removeItem', (key) => { delete local[key]; });
  method('key', (index) => Object.keys(local)[index]);
  Object.defineProperty(local, 'length', { get: () => Object.keys(local).length });
  Object.defineProperty(global, 'localStorage', { value: local, configurable: true, writable: true });
  return browser;
};
