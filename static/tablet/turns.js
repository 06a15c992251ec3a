// One person's turn: the questionnaire that fits them, the questions, and the tablet passed on.
(function (pencilmark) {
  'use strict';

  const { stage, family, aloud, bar } = pencilmark;
  const STUCK_MS = 60 * 1000; // longer than a memory that answers nothing is waited for
  const NAMES_SOMEBODY = /grown-up/; // “Pass me back to your grown-up”

  pencilmark.addTurns = function (way) {
    // ---- the questions ----

    // An after is asked on the survey of its before.
    function templateFor(next, wave) {
      const person = way.who.people.find((known) => known.animal === next.animal);
      const before = person && person.visits.find((visit) => visit.wave === 'pre');
      const year = typeof next.school_year === 'number' ? next.school_year : 'adult';
      const find = (survey) => document.querySelector('template[data-survey="' + survey + '"][data-wave="' + wave + '"]');
      return (before && find(before.survey)) || find(way.facts.offers[year + ' ' + wave]);
    }

    function begin(next) {
      const wave = way.said.wave || next.wave;
      const template = templateFor(next, wave);
      if (!template) return stage.show('nothing-to-ask');
      const isChild = pencilmark.roleOf(next.animal) === 'child';
      const base = {
        schema: 1, session: way.session, card: way.who.code, animal: next.animal, role: pencilmark.roleOf(next.animal), wave,
        survey: template.dataset.survey, version: template.dataset.version, language: template.dataset.language,
      };
      base.notice = way.facts.notice;
      // What the leader asks before its time, or somebody once more, is nobody's own yes.
      if (way.said.asked) base.assent = 'screen';
      if (isChild) Object.assign(base, { school_year: next.school_year, permission: way.facts.permission });
      if (isChild && way.who.words) base.words = true;
      const children = way.who.people.map((person) => person.animal).concat(way.who.done).filter((animal, i, all) =>
        pencilmark.roleOf(animal) === 'child' && all.indexOf(animal) === i);
      const fields = [].concat.apply([], Array.from(template.content.querySelectorAll('.screen')).map(pencilmark.screens.namesOf));
      const attempt = pencilmark.beginAttempt(base, fields, children, way.home);
      ask(template, attempt);
      attempt.begun.then((draft) => { if (draft === null) { way.asking = null; way.showCollected(); } });
    }

    function ask(template, attempt) {
      const draft = attempt.draft;
      const me = draft.base.animal;
      const root = stage.show(template, (copy) => {
        stage.fillAnimal(copy, me);
        pencilmark.arrange(copy, pencilmark.orderOf(draft.base.card, me));
        chooseOpening(copy, draft.children);
        bar.fillBar(copy, bar.standing(pencilmark.ANIMALS, way.at(), way.who, me));
      });
      document.documentElement.lang = draft.base.language;
      aloud.turn(Boolean(family.eased().aloud) || template.dataset.target === '72');
      way.asking = {
        attempt,
        controls: pencilmark.askQuestions(root, draft, {
          finished: () => end(() => pencilmark.sealDraft(draft, pencilmark.SKIPPED), attempt, template.dataset),
          stopped: () => end(() => pencilmark.withdraw(draft), attempt, null),
          lost: () => { way.asking = null; way.toStart(); },
        }),
      };
      stage.onLeave(() => {
        way.asking = null;
        document.documentElement.lang = 'en-GB';
        document.body.style.removeProperty('--progress');
      });
    }

    // "Think of Owl", of one of several, or of the one on the card.
    function chooseOpening(copy, children) {
      const several = children.length > 1;
      const asks = copy.querySelector('[data-opening="asks"]');
      if (!asks) return;
      const says = copy.querySelector('[data-opening="says"]');
      const unused = several ? says : asks;
      unused.parentNode.removeChild(unused);
      const words = copy.querySelector('.question');
      const name = several ? 'the one you tap below' : children.length ? stage.nameOf(children[0]) : 'the one on your card';
      words.textContent = words.textContent.replace('[animal]', name);
      if (several) copy.querySelectorAll('[name="about"]').forEach((input) => {
        if (children.indexOf(input.value) < 0) { const option = input.closest('.option'); option.parentNode.removeChild(option); }
      });
      else if (children.length) copy.querySelectorAll('[data-about-picture] use').forEach((use) => use.setAttribute('href', '#p-people-' + children[0]));
    }

    // ---- the end of one person's turn ----

    // `words`: what the survey says at the end, { closing, closingAudio }; null where it was not answered.
    async function end(seal, attempt, words) {
      const { animal, school_year, wave, survey, card } = attempt.draft.base;
      const heard = aloud.isOn();
      aloud.forget();
      stage.show('saving', (copy) => stage.fillAnimal(copy, animal));
      const stuck = setTimeout(way.trouble, STUCK_MS);
      stage.onLeave(() => clearTimeout(stuck));
      await attempt.begun;
      const kept = await seal();
      if (kept === undefined) return way.toStart(); // another tab has this person's answers
      if (words) {
        await pencilmark.rememberAnswered(way.session, card, { animal, school_year }, wave, survey);
        way.who.people = pencilmark.together(way.who.people, [{ animal, school_year, visits: [{ wave, days_ago: 0, survey }] }]);
      }
      if (way.who.done.indexOf(animal) < 0) way.who.done.push(animal);
      if (!words) way.noteRefusal(animal, wave, true);
      way.who.stopped = (way.who.stopped || []).filter((other) => other !== animal).concat(words ? [] : animal);
      Object.assign(way.who, { last: animal, heard: heard, closing: words && words.closing, closingAudio: words && words.closingAudio, kept: kept });
      way.said = {};
      return way.hold() && kept ? way.anew(showPassOn) : showPassOn();
    }

    function showPassOn() {
      const people = bar.standing(pencilmark.ANIMALS, way.at(), way.who, null);
      const next = people.find((person) => person.is === 'next');
      aloud.turn(Boolean(way.who.heard)); // who was read the questions is read the thanks
      stage.show('pass-on', (copy) => {
        stage.fillAnimal(copy, next ? next.animal : way.who.last);
        // One receiver is named: the next of the family, or whom the survey's last words name, or the leader.
        const closing = copy.querySelector('[data-closing]');
        const words = way.who.closing === null ? closing.dataset.stopped : way.who.closing || '';
        closing.textContent = words;
        closing.hidden = Boolean(next) && way.who.closing !== null;
        if (way.who.closingAudio && !closing.hidden) closing.dataset.audio = way.who.closingAudio;
        copy.querySelector('[data-outbox]').hidden = way.who.closing === null; // nothing was saved of who stopped
        copy.querySelector('[data-keep-open]').hidden = way.who.kept !== false;
        copy.querySelector('[data-pass-heading]').textContent = next ? ' Pass to ' + stage.nameOf(next.animal) : '';
        const pass = copy.querySelector('[data-pass-to]');
        pass.hidden = !next;
        if (next) pencilmark.onHold(pass, () => way.answerStep('animal', next.animal));
        copy.querySelector('[data-back-to-leader]').hidden = Boolean(next) || NAMES_SOMEBODY.test(words);
        if (next) copy.querySelector('[data-who-words]').textContent = 'Somebody else of us';
        copy.querySelector('[data-who]').classList.toggle('plain', Boolean(next));
        copy.querySelector('[data-all-done]').classList.add('plain'); // it closes the card
        way.holdForWho(copy);
        bar.fillBar(copy, people);
      });
      document.body.classList.toggle('grown', way.who.closing !== null); // all the way up the door frame
      pencilmark.outbox.again();
    }

    Object.assign(way, { templateFor, begin, ask, showPassOn });
  };
})(window.pencilmark = window.pencilmark || {});
