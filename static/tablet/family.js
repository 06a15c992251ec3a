// The family whose turn it is: in this tab, for ten minutes, so that a brother or sister need not type
// the card again. Passing the tablet to another family forgets it.
(function (pencilmark) {
  'use strict';

  const KEY = 'pencilmark.family';
  const EASE = 'pencilmark.ease';
  const LIFE_MS = 10 * 60 * 1000;

  function lasting(found) {
    const age = found ? Date.now() - found.at : -1;
    return age >= 0 && age < LIFE_MS ? found : null;
  }

  function recall(session) {
    try {
      const found = lasting(JSON.parse(sessionStorage.getItem(KEY)));
      return found && found.session === session ? found : null;
    } catch (blocked) {
      return null;
    }
  }

  // family: { session, code, done: [animals], last: animal or null, closing, outcome }
  function hold(family) {
    try {
      sessionStorage.setItem(KEY, JSON.stringify(Object.assign({}, family, { at: Date.now() })));
      if (Object.keys(eased()).length) ease({}); // lasts as long as they do
      return true;
    } catch (blocked) {
      return false; // then this document has to remember it
    }
  }

  function drop(key) {
    try { sessionStorage.removeItem(key); } catch (blocked) { /* nothing kept there */ }
  }

  // Another family begins as the page was made. A mistyped code is no other family: what was made easier stays so.
  function forget(mistyped) {
    drop(KEY);
    if (mistyped) return;
    drop(EASE);
    easier = {};
    wear();
  }

  // ---- what makes the page easier for them: { calm, aloud }, as somebody has asked for it ----

  let easier = null;

  // After somebody's turn a new document comes, and is as the last one was.
  function eased() {
    try { easier = easier || lasting(JSON.parse(sessionStorage.getItem(EASE))); } catch (blocked) { /* nothing kept there */ }
    return easier = easier || {};
  }

  function ease(change) {
    Object.assign(eased(), change, { at: Date.now() });
    try { sessionStorage.setItem(EASE, JSON.stringify(easier)); } catch (blocked) { /* for this document, then */ }
  }

  // Calm colours: on the whole page, whichever of the switches was tapped.
  function wear() {
    const calm = Boolean(eased().calm);
    document.documentElement.classList.toggle('calm', calm);
    document.querySelectorAll('[data-calm]').forEach((control) => control.setAttribute('aria-pressed', String(calm)));
  }

  function calm(yes) {
    ease({ calm: yes });
    wear();
  }

  wear(); // before the first picture is drawn

  pencilmark.family = { recall, hold, forget, eased, ease, wear, calm };
})(window.pencilmark = window.pencilmark || {});
