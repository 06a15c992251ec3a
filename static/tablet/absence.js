// A page that was lost, or left alone: nothing is shown until somebody says whose questions these were,
// and what nobody comes back to is sealed as it is.
(function (pencilmark) {
  'use strict';

  const { stage, family, aloud } = pencilmark;
  const STARTS = ['start', 'closed', 'collected'];
  const LOOKING_MS = 30000;
  const ANOTHERS_MS = 60 * 1000; // so long after the last tap the tablet may be another family's
  const GUESSES = 2; // wrong pictures

  pencilmark.addAbsence = function (way) {
    const still = document.querySelector('[data-still-there]');

    function showResume(drafts) {
      way.left = drafts;
      stage.show('resume', (copy) => {
        copy.querySelectorAll('[data-resume]').forEach((button) => pencilmark.onHold(button, () => guess(drafts, button.dataset.resume)));
        copy.querySelector('[data-fresh]').addEventListener('click', () => sealAll(drafts).then(forgetFamily));
      });
    }

    // Wrong pictures are counted on the tablet: loading the page again gives no more of them.
    async function guess(drafts, animal) {
      const of = drafts[0].key;
      const known = await pencilmark.memory.get('meta', 'guesses');
      let wrong = known && known.of === of ? known.wrong : 0;
      const own = drafts.filter((one) => one.base.animal === animal);
      const isTold = wrong < GUESSES; // afterwards a picture says nothing any more
      if (isTold && !own.length) await pencilmark.memory.put('meta', { key: 'guesses', of: of, wrong: wrong += 1 });
      if (stage.showsNow() !== 'resume') return;
      stage.place().querySelector('[data-nobody]').hidden = !isTold || own.length > 0;
      if (isTold && own.length && !own.some(mayBeAnothers)) carryOn(own[0]);
      else askCard(wrong >= GUESSES ? drafts : own.length ? own : null);
    }

    // Every family's card has the same pictures: what was hidden, or is older, is shown to its own card alone. A page
    // that goes keeps what stands on it once more, and nobody has tapped: so the time of the tap counts.
    const mayBeAnothers = (draft) => Boolean(way.hidden) || !(Math.abs(Date.now() - draft.tapped_ms) <= ANOTHERS_MS);

    function askCard(drafts) {
      const form = stage.place().querySelector('[data-card-again]');
      const input = form.querySelector('input');
      form.hidden = !drafts;
      input.value = '';
      form.onsubmit = () => {
        const card = pencilmark.readCard(input.value);
        const own = drafts.find((draft) => draft.base.card === card.code);
        if (own) return carryOn(own);
        const error = form.querySelector('[data-card-error]');
        error.textContent = card.error || 'Those questions were somebody else’s.';
        aloud.aside([error]);
        input.setAttribute('aria-invalid', 'true');
        return input.focus();
      };
      if (drafts) input.focus();
      aloud.screen(drafts ? form : stage.place());
    }

    async function carryOn(draft) {
      const { card, survey, wave } = draft.base;
      const remembered = family.recall(way.session);
      way.who = remembered && remembered.code === card ? remembered : null;
      if (!way.who) {
        const found = await pencilmark.lookUp(way.session, card, way.home);
        way.who = { session: way.session, code: card, people: found.people, permitted: true, asked: found.asked, afters: found.afters, refusals: found.refusals, refused: found.refused, leaving: wave === 'post_exit', done: [], words: Boolean(draft.base.words) };
      }
      way.hold();
      const template = document.querySelector('template[data-survey="' + survey + '"][data-wave="' + wave + '"][data-version="' + draft.base.version + '"]');
      if (!template) return sealAll([draft]).then(() => way.toStart()); // asked by another release: what there is, is kept
      if (!(await pencilmark.takeOver(draft))) return way.toStart(); // it was sealed meanwhile
      way.hidden = null;
      idle.start();
      return way.ask(template, { draft: draft, begun: Promise.resolve() });
    }

    async function sealAll(drafts) {
      for (const draft of drafts) await pencilmark.sealDraft(draft, pencilmark.NOT_REACHED);
      pencilmark.outbox.again();
    }

    const idle = pencilmark.watchIdle((level) => {
      if (level === 'ask' && stage.showsNow() === 'withdrawal') way.toStart(); // not for the next one to go on with
      const shows = stage.showsNow();
      still.hidden = level !== 'ask' || shows === 'start' || shows === 'collected';
      if (!still.hidden) aloud.aside(Array.from(still.querySelectorAll('.question, .button')));
      if (level === 'hide') {
        if (way.asking) {
          way.hidden = way.asking.attempt;
          way.asking.controls.rest();
          aloud.forget();
          way.hidden.begun.then(() => showResume([way.hidden.draft]));
        } else if (shows !== 'resume') restart();
      }
      if (level === 'end') restart();
    });

    async function restart() {
      const drafts = way.hidden ? [way.hidden.draft] : [];
      way.hidden = null;
      await sealAll(drafts);
      await sealOld();
      if (STARTS.indexOf(stage.showsNow()) < 0 || way.who) return forgetFamily();
      way.toStart(); // nobody has been here: at most somebody's first letters go
      return idle.start();
    }

    // The tablet is nobody's any more: the next family begins, and it may be collected. A new document forgets for certain.
    async function forgetFamily() {
      Object.assign(way, { hidden: null, who: null, left: [] });
      family.forget();
      idle.start();
      stage.wipeStage();
      stage.place().dataset.shows = 'left';
      return way.anew(way.toStart);
    }

    async function sealOld() {
      const fresh = await pencilmark.leftBehind();
      pencilmark.outbox.again();
      return fresh;
    }

    // A draft that nobody asked for is sealed in time, also on a tablet that was switched off meanwhile.
    setInterval(async () => {
      if (stage.showsNow() !== 'resume' || way.hidden) return;
      if (!(await sealOld()).length) forgetFamily();
    }, LOOKING_MS);

    // The leader, in their own panel: whose questions wait to be gone on with, and a way to them without the card. Anybody
    // can hold the corner: so what was tapped before stays unseen.
    const leftHere = () => (stage.showsNow() === 'resume' && way.left.length ? way.left[0] : null);
    pencilmark.left = { draft: leftHere, goOn() { if (leftHere()) carryOn(Object.assign(leftHere(), { unseen: true })); } };

    Object.assign(way, { showResume, idle });
  };
})(window.pencilmark = window.pencilmark || {});
