// The family's own way to take its answers out, on the stage like every other screen: nothing of it stands in the
// tablet's history, where a reload would send it again, and it goes by itself when nobody is there. What the server
// answers to the form is a page for browsers without script; the part that belongs on the stage is taken from it.
(function (pencilmark) {
  'use strict';

  const { stage, family } = pencilmark;
  const PATIENCE_MS = 10000;

  // Null where the server could not be asked, or somebody else answered in its place.
  async function answerTo(form) {
    try {
      const text = await pencilmark.within(PATIENCE_MS, async (signal) => (await fetch(form.getAttribute('action'), {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams(new FormData(form)).toString(),
        cache: 'no-store', credentials: 'same-origin', redirect: 'error', signal: signal,
      })).text());
      return new DOMParser().parseFromString(text, 'text/html').querySelector('[data-withdrawal]');
    } catch (unreachable) {
      return null;
    }
  }

  pencilmark.addWithdrawal = function (way) {
    function showWithdrawal() {
      way.who = null;
      way.said = {};
      family.forget();
      stage.show('withdrawal');
    }

    async function takeOut(form) {
      form.querySelector('button').disabled = true;
      const answer = await answerTo(form);
      if (!document.contains(form)) return; // nobody waits for it any more
      stage.show('withdrawal', (copy) => {
        const place = copy.querySelector('[data-withdrawal]');
        if (answer) place.parentNode.replaceChild(document.importNode(answer, true), place);
        else copy.querySelector('[data-unreachable]').hidden = false;
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
