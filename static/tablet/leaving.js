// How a tablet goes from one person to the next, so that Back, a restored tab or the browser's own
// memory of pages shows nobody's answers.
(function (pencilmark) {
  'use strict';

  const DEPTH = 5;
  const LOOKING_MS = 1500;
  const GOING_MS = 15000;

  // Whether the session's page can be opened anew. The service worker's copy opens at any age. The browser's own opens
  // only while it is young enough, else the server is asked: to look as the browser does is the only way to know.
  async function canOpenAnew(address) {
    const worker = navigator.serviceWorker && navigator.serviceWorker.controller;
    try {
      if (worker && (await fetch(address, { cache: 'only-if-cached', mode: 'same-origin' })).ok) return true;
    } catch (notCached) { /* then the server */ }
    try {
      return await pencilmark.within(LOOKING_MS, async (signal) => {
        const response = await fetch(address, { redirect: 'error', signal: signal });
        return response.ok && Boolean(response.headers.get('pencilmark-shell'));
      });
    } catch (unreachable) {
      return false;
    }
  }

  // The page is wiped by then. A new document forgets for certain; where none can be had, or this one
  // alone remembers answers, `instead` goes on in it; so it does where the new one was promised and never comes.
  async function leave(address, mayLeave, instead) {
    if (!mayLeave || !(await canOpenAnew(address))) return instead();
    setTimeout(() => { window.stop(); instead(); }, GOING_MS);
    return location.replace(address);
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
    window.addEventListener('popstate', (event) => {
      const before = depth;
      depth = event.state && event.state.pencilmark ? event.state.pencilmark : 0;
      const isBack = depth < before; // Forward comes here, too
      if (depth === 0) deepen();
      if (isBack) back();
    });
  }

  pencilmark.leaving = { leave, deepen, onBack };
})(window.pencilmark = window.pencilmark || {});
