// The family's own way to take its answers out, on the stage like every other screen: nothing of it stands in the
// tablet's history, where a reload would send it again, and it goes by itself when nobody is there. What the server
// answers to the form is a page for browsers without script; the part that belongs on the stage is taken from it.
(function (pencilmark) {
  'use strict';

  const { stage, family } = pencilmark;
  const PATIENCE_MS = 10000;

  const LOST = 'No answer came, and it may be done all the same. Type the code once more in a moment to see.';
  const REFUSED = 'This cannot be done here just now. Tell the person who runs the session: they can do it for you, today or later.';

  // { part }, or { words } where the server's page says nothing of it; neither where it could not be asked.
  async function answerTo(form) {
    try {
      const text = await pencilmark.within(PATIENCE_MS, async (signal) => (await fetch(form.getAttribute('action'), {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams(new FormData(form)).toString(),
        cache: 'no-store', credentials: 'same-origin', redirect: 'error', signal: signal,
      })).text());
      const part = new DOMParser().parseFromString(text, 'text/html').querySelector('[data-withdrawal]');
      return part ? { part: part } : { words: REFUSED };
    } catch (unreachable) {
      return form.elements.sure ? { words: LOST } : {};
    }
  }

  pencilmark.addWithdrawal = function (way) {
    function showWithdrawal() {
      way.who = null;
      way.said = {};
      family.forget();
      stage.show('withdrawal');
    }

    // What is gone for good is not one tap away from a child.
    function holdToDelete(part) {
      const sure = part.querySelector('[name="sure"]');
      if (!sure) return part;
      const button = sure.form.querySelector('button');
      button.type = 'button';
      button.classList.add('hold');
      const words = document.createElement('span');
      words.textContent = button.textContent;
      words.appendChild(document.createElement('small')).textContent = 'hold for two seconds';
      button.replaceChild(words, button.firstChild);
      pencilmark.onHold(button, () => takeOut(sure.form));
      return part;
    }

    async function takeOut(form) {
      form.querySelector('button').disabled = true;
      const { part, words } = await answerTo(form);
      if (part && form.elements.sure && !part.querySelector('[data-takes-out]')) await pencilmark.noteTakenOut(way.session, form.elements.code.value);
      if (!document.contains(form)) return; // nobody waits for it any more
      stage.show('withdrawal', (copy) => {
        const place = copy.querySelector('[data-withdrawal]');
        const unreachable = copy.querySelector('[data-unreachable]');
        unreachable.hidden = Boolean(part);
        if (words) unreachable.textContent = words;
        if (part) place.parentNode.replaceChild(holdToDelete(document.importNode(part, true)), place);
      });
      const wrong = stage.place().querySelector('[aria-invalid]');
      if (wrong) wrong.focus();
    }

    // The grown-up reads what happens with the answers, and comes back to the question.
    function showNotice() {
      way.said.words = stage.place().querySelector('[name="words"]').checked;
      stage.show('notice');
    }

    Object.assign(way, { showWithdrawal, takeOut, showNotice });
  };
})(window.pencilmark = window.pencilmark || {});
