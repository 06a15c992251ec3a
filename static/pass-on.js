// The next person of the same family goes on without typing the card's code again.
//
// The questionnaire leaves the code in this tab for ten minutes; no address and no history entry ever
// holds it. Any page of this script without the form, such as the start page, forgets it.
(function () {
  'use strict';

  const KEY = 'pencilmark.family';
  const LIFE_MS = 10 * 60 * 1000;

  function family() {
    try {
      const found = JSON.parse(sessionStorage.getItem(KEY));
      return found && Date.now() - found.at < LIFE_MS ? found : null;
    } catch (blocked) {
      return null;
    }
  }

  function forget() {
    try { sessionStorage.removeItem(KEY); } catch (blocked) { /* nothing kept there */ }
  }

  document.addEventListener('DOMContentLoaded', () => {
    const form = document.querySelector('[data-same-family]');
    const found = family();
    if (!form || !found || form.getAttribute('action') !== found.session) return forget();
    form.elements.code.value = found.code;
    form.hidden = false;
    const next = document.querySelector('[data-next-family]');
    next.textContent = next.dataset.done;
    next.classList.add('plain');
    next.addEventListener('click', forget);
  });
})();
