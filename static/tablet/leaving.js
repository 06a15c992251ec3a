// How a tablet goes from one person to the next, so that Back, a restored tab or the browser's own
// memory of pages shows nobody's answers.
(function (pencilmark) {
  'use strict';

  const DEPTH = 5;
  const LOOKING_MS = 1500;

  // Whether the session's page can be opened anew: from the browser's cache, or from the server.
  async function canOpenAnew(address) {
    try {
      const cached = await fetch(address, { cache: 'only-if-cached', mode: 'same-origin' });
      if (cached.ok) return true;
    } catch (notCached) { /* then the server */ }
    const giveUp = typeof AbortController === 'undefined' ? null : new AbortController();
    const timer = setTimeout(() => giveUp && giveUp.abort(), LOOKING_MS);
    try {
      const response = await fetch(address, { redirect: 'error', signal: giveUp ? giveUp.signal : undefined });
      return response.ok && Boolean(response.headers.get('pencilmark-shell'));
    } catch (unreachable) {
      return false;
    } finally {
      clearTimeout(timer);
    }
  }

  // The page is wiped by then. A new document forgets for certain; where none can be had, or this one
  // alone remembers answers, `instead` goes on in it.
  async function leave(address, mayLeave, instead) {
    if (mayLeave && await canOpenAnew(address)) location.replace(address);
    else instead();
  }

  // ---- the tablet's Back ----

  // Back goes to the question before and never out of the survey: entries of our own lie on top. Browsers
  // pass over entries made without a tap, so taps make them, a few deep.
  let depth = 0;
  function deepen() {
    if (depth >= DEPTH) return;
    depth += 1;
    history.pushState({ pencilmark: depth }, '');
  }

  function onBack(back) {
    depth = history.state && history.state.pencilmark ? history.state.pencilmark : 0;
    window.addEventListener('popstate', () => {
      depth = Math.max(depth - 1, 0);
      if (depth === 0) deepen();
      back();
    });
  }

  pencilmark.leaving = { leave, deepen, onBack };
})(window.pencilmark = window.pencilmark || {});
