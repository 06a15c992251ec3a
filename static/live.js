// Keeps a session's pages for its leader up to date: it listens to the server, or asks from time to time where it
// cannot, and says in a lamp which of the two it does, or that what is shown is old.
(function () {
  'use strict';

  const SILENCE_MS = 25000; // the server gives a sign of life every ten seconds
  const AGAIN_MS = 2000;
  const ASK_MS = 5000;

  function start(root) {
    const lamp = root.querySelector('[data-lamp]');
    const address = '/sessions/' + root.dataset.live;
    let heardAt = Date.now();
    let silence = 0;

    function say(state, words) {
      lamp.hidden = false;
      root.querySelector('[data-still]').hidden = true;
      lamp.className = 'lamp ' + state;
      if (lamp.textContent !== words) lamp.textContent = words;
    }
    const lost = () => say('lost', 'Connection lost. What you see is from ' + new Date(heardAt).toTimeString().slice(0, 5) + '. Trying again.');

    // ---- showing ----

    // Our own server's markup, as it drew this page with: scripts in it would not run.
    // Its forms get what shows that they are sent from a page of whoever is signed in here.
    const token = root.querySelector('[data-page-token] [name="form-token"]');
    function drawn(html) {
      const part = document.importNode(new DOMParser().parseFromString(html, 'text/html').body.firstElementChild, true);
      part.querySelectorAll('form[method="post"]').forEach((form) => { if (token) form.insertBefore(token.cloneNode(), form.firstChild); });
      return part;
    }

    function replace(old, html) {
      const fresh = drawn(html);
      const focused = Array.from(old.querySelectorAll('a, button')).indexOf(document.activeElement);
      old.replaceWith(fresh);
      const again = fresh.querySelectorAll('a, button')[focused];
      if (again) again.focus();
    }

    function show(update) {
      const list = root.querySelector('[data-families]');
      Object.keys(update.parts).forEach((key) => {
        const old = root.querySelector('[data-part="' + key + '"]');
        if (old) replace(old, update.parts[key]);
        else if (list && key.indexOf('family-') === 0) list.appendChild(drawn(update.parts[key]));
      });
      if (list) arrange(list, update.families);
      root.dataset.version = update.version;
    }

    // Lines move only where they must, so that nobody taps the wrong family more often than need be.
    function arrange(list, order) {
      Array.from(list.children).forEach((line) => { if (order.indexOf(line.dataset.part) < 0) line.remove(); });
      order.forEach((key, place) => {
        const line = list.querySelector('[data-part="' + key + '"]');
        if (line && list.children[place] !== line) list.insertBefore(line, list.children[place] || null);
      });
    }

    // ---- hearing ----

    function heard(words) {
      heardAt = Date.now();
      say('live', words);
    }

    async function ask() {
      try {
        const response = await fetch(address + '/now?version=' + root.dataset.version, { credentials: 'same-origin', cache: 'no-store', redirect: 'manual' });
        // Signed out, or kept from this session meanwhile: nothing of it stays on the screen.
        if (response.type === 'opaqueredirect' || [401, 403, 404].indexOf(response.status) >= 0) return location.reload();
        if (response.status === 200) show(await response.json());
        else if (response.status !== 204) throw new Error(String(response.status));
        heard('Live, every few seconds');
      } catch (error) { lost(); }
      setTimeout(ask, ASK_MS);
    }

    function listen() {
      const source = new EventSource(address + '/live?version=' + root.dataset.version);
      const listenAgain = () => { clearTimeout(silence); source.close(); lost(); setTimeout(listen, AGAIN_MS); };
      const alive = () => {
        heard('Live');
        clearTimeout(silence);
        silence = setTimeout(listenAgain, SILENCE_MS);
      };
      source.onopen = alive;
      source.addEventListener('alive', alive);
      source.addEventListener('board', (event) => { alive(); show(JSON.parse(event.data)); });
      source.onerror = () => {
        if (source.readyState !== 2) return listenAgain();
        // It answered and will not be listened to: too many do.
        clearTimeout(silence);
        source.close();
        ask();
      };
      silence = setTimeout(listenAgain, SILENCE_MS);
    }

    if (typeof EventSource === 'undefined') ask(); else listen();
  }

  // A page that the browser kept is as old as when it was left.
  window.addEventListener('pageshow', (event) => { if (event.persisted) location.reload(); });
  document.addEventListener('DOMContentLoaded', () => {
    const root = document.querySelector('[data-live]');
    if (root) start(root);
  });
})();
