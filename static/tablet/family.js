// The family whose turn it is: in this tab, for ten minutes, so that a brother or sister need not type
// the card again. Passing the tablet to another family forgets it.
(function (pencilmark) {
  'use strict';

  const KEY = 'pencilmark.family';
  const LIFE_MS = 10 * 60 * 1000;

  function recall(session) {
    try {
      const found = JSON.parse(sessionStorage.getItem(KEY));
      const age = found ? Date.now() - found.at : -1;
      return age >= 0 && age < LIFE_MS && found.session === session ? found : null;
    } catch (blocked) {
      return null;
    }
  }

  // family: { session, code, done: [animals], last: animal or null, closing, outcome }
  function hold(family) {
    try {
      sessionStorage.setItem(KEY, JSON.stringify(Object.assign({}, family, { at: Date.now() })));
      return true;
    } catch (blocked) {
      return false; // then this document has to remember it
    }
  }

  function forget() {
    try { sessionStorage.removeItem(KEY); } catch (blocked) { /* nothing kept there */ }
  }

  pencilmark.family = { recall, hold, forget };
})(window.pencilmark = window.pencilmark || {});
