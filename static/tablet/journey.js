// A family's way on the tablet itself: card, picture, permission, questions, pass it on. It needs no
// server once the session's page and kit are here; the same way without script is the server's.
(function (pencilmark) {
  'use strict';

  const { stage, family, leaving, aloud, bar } = pencilmark;
  const ANIMALS = ['fox', 'owl', 'frog', 'bee', 'cat', 'whale', 'sun', 'moon'];
  const UNKNOWN = 'No card has this code. Look at each letter and number once more, or ask the person who runs the session.';
  const ELSEWHERE = 'This card belongs to another programme. Ask the person who runs the session for one of today’s.';

  function startJourney(tablet) {
    const session = tablet.dataset.session;
    const facts = JSON.parse(tablet.dataset.facts); // what the page was drawn with: see ShellPage
    const address = '/s/' + session;

    let who = null; // the family: { session, code, people, permitted, asked, done, words }
    let said = {}; // by the person whose turn it is
    let asking = null; // { controls, attempt } while questions are on the stage

    // ---- the card ----

    function toStart(typed, error) {
      who = null;
      said = {};
      family.forget();
      aloud.turn(false);
      document.documentElement.classList.remove('calm');
      stage.show('start', (copy) => {
        copy.querySelector('[name="code"]').value = typed || '';
        const words = copy.querySelector('[data-error]');
        words.hidden = !error;
        words.textContent = error || '';
        if (error) copy.querySelector('[name="code"]').setAttribute('aria-invalid', 'true');
      });
      if (error) stage.place().querySelector('[name="code"]').focus();
    }

    async function openCard(typed) {
      const card = pencilmark.readCard(typed);
      if (card.error) return toStart(typed, card.error);
      const found = await pencilmark.lookUp(session, card.code);
      if (!found.open) return stage.show('closed');
      if (found.known === 'unknown') return toStart(typed, UNKNOWN);
      if (found.known === 'elsewhere') return toStart(typed, ELSEWHERE);
      who = { session, code: card.code, people: found.people, permitted: found.permitted, asked: found.asked, done: [], words: false };
      said = {};
      if (found.known === 'unsure') return vouch(); // a card issued since, or another programme's
      hold();
      return step();
    }

    const hold = () => family.hold(who);

    function vouch() {
      return stage.show('unsure', (copy) => {
        pencilmark.onHold(copy.querySelector('[data-go-on]'), () => { hold(); step(); });
      });
    }

    // ---- the steps ----

    function step() {
      const next = pencilmark.nextScreen(said, who.people, facts.role, who.permitted);
      if (next.screen === 'who') return showWho();
      if (next.screen === 'year') return stage.show('year', (copy) => stage.fillAnimal(copy, next.animal));
      if (next.screen === 'permission') return stage.show('permission');
      if (next.screen === 'ready') return showReady(next);
      if (next.screen === 'questions') return begin(next);
      return declined(next);
    }

    function showWho() {
      said = {};
      stage.show('who', (copy) => {
        const known = copy.querySelector('[data-known]');
        who.people.forEach((person) => {
          const choice = copy.querySelector('[name="animal"][value="' + person.animal + '"]');
          const proposal = pencilmark.proposeWave(facts.role, person.visits);
          const part = choice.querySelector(proposal.due ? '[data-due]' : '[data-done]');
          part.hidden = false;
          part.querySelector('[data-wave-word]').textContent = facts.words[proposal.due || proposal.done];
          choice.classList.add(proposal.due ? 'due' : 'done');
          known.appendChild(choice);
        });
        copy.querySelectorAll('fieldset').forEach((group) => { group.hidden = !group.querySelector('button'); });
        copy.querySelector('[data-someone-new]').hidden = !who.people.length;
        copy.querySelector('[data-nobody-yet]').hidden = who.people.length > 0;
      });
    }

    function showReady(next) {
      const { due, done } = next.proposal;
      const template = templateFor(next, due || done);
      stage.show('ready', (copy) => {
        stage.fillAnimal(copy, next.animal);
        copy.querySelectorAll('[data-when]').forEach((part) => {
          const wanted = [due ? 'due' : 'done', pencilmark.roleOf(next.animal)];
          if (!part.dataset.when.split(' ').every((condition) => wanted.indexOf(condition) >= 0)) part.parentNode.removeChild(part);
        });
        copy.querySelectorAll('[data-wave-word]').forEach((part) => { part.textContent = facts.words[due || done]; });
        // Nobody could be asked whether another tablet has seen this person: then they may know better.
        const other = copy.querySelector('[data-other-wave]');
        const unsure = !who.asked && due && (facts.role === 'single' || facts.role === 'last');
        if (other && unsure) {
          other.hidden = false;
          other.value = due === 'pre' ? 'post_same' : 'pre';
          other.querySelector('span').textContent = facts.words[other.value];
        }
        bar.fillBar(copy, bar.standing(ANIMALS, facts.role, who, next.animal));
      });
      if (template) document.body.classList.add('target-' + template.dataset.target);
    }

    // A person's own words, or the tap of a button of a step: { name, value }.
    function answerStep(name, value) {
      if (name === 'animal') said = { animal: value };
      else if (name === 'school_year') said.school_year = Number(value);
      else if (name === 'permission') permit(value);
      else if (name === 'wave') { said.assent = 'yes'; said.wave = value; }
      else if (name === 'assent') said.assent = value;
      step();
    }

    function permit(value) {
      said.permission = value;
      if (value !== 'yes') return;
      who.permitted = true;
      who.words = stage.place().querySelector('[name="words"]').checked;
      hold();
      pencilmark.rememberPermission(session, who.code);
    }

    function declined(next) {
      const role = next.role;
      const animal = said.animal;
      if (role) pencilmark.refuse(session, role).then(pencilmark.outbox.again);
      const forOthers = role && pencilmark.roleOf(animal) === role;
      const which = !role ? 'later' : forOthers ? 'person' : 'family';
      said = {};
      if (which !== 'person') family.forget();
      stage.show('declined', (copy) => {
        copy.querySelectorAll('[data-when]').forEach((part) => { if (part.dataset.when !== which) part.parentNode.removeChild(part); });
      });
    }

    // ---- the questions ----

    // An after is asked on the survey of its before.
    function templateFor(next, wave) {
      const person = who.people.find((known) => known.animal === next.animal);
      const before = person && person.visits.find((visit) => visit.wave === 'pre');
      const year = typeof next.school_year === 'number' ? next.school_year : 'adult';
      const find = (survey) => document.querySelector('template[data-survey="' + survey + '"][data-wave="' + wave + '"]');
      return (before && find(before.survey)) || find(facts.offers[year + ' ' + wave]);
    }

    function begin(next) {
      const wave = said.wave || next.wave;
      const template = templateFor(next, wave);
      if (!template) return stage.show('nothing-to-ask');
      const isChild = pencilmark.roleOf(next.animal) === 'child';
      const base = {
        schema: 1, session, card: who.code, animal: next.animal, role: pencilmark.roleOf(next.animal), wave,
        survey: template.dataset.survey, version: template.dataset.version, language: template.dataset.language,
      };
      if (isChild) Object.assign(base, { school_year: next.school_year, notice: facts.notice });
      if (isChild && who.words) base.words = true;
      const children = who.people.map((person) => person.animal).concat(who.done).filter((animal, i, all) =>
        pencilmark.roleOf(animal) === 'child' && all.indexOf(animal) === i);
      const fields = [].concat.apply([], Array.from(template.content.querySelectorAll('.screen')).map(pencilmark.screens.namesOf));
      ask(template, pencilmark.beginAttempt(base, fields, children));
    }

    function ask(template, attempt) {
      const draft = attempt.draft;
      const me = draft.base.animal;
      const root = stage.show(template, (copy) => {
        stage.fillAnimal(copy, me);
        pencilmark.arrange(copy, pencilmark.orderOf(draft.base.card, me));
        chooseOpening(copy, draft.children);
        bar.fillBar(copy, bar.standing(ANIMALS, facts.role, who, me));
      });
      document.documentElement.lang = draft.base.language;
      aloud.turn(aloud.isOn() || template.dataset.target === '72');
      asking = {
        attempt,
        controls: pencilmark.askQuestions(root, draft, {
          finished: () => end(() => pencilmark.sealDraft(draft, pencilmark.SKIPPED), attempt, template.dataset.closing),
          stopped: () => end(() => pencilmark.withdraw(draft), attempt, null),
          lost: () => { asking = null; toStart(); },
        }),
      };
      stage.onLeave(() => {
        asking = null;
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

    async function end(seal, attempt, closing) {
      const { animal, school_year, wave, survey, card } = attempt.draft.base;
      aloud.forget();
      stage.show('saving');
      await attempt.begun;
      const kept = await seal();
      if (kept === undefined) return toStart(); // another tab has this person's answers
      if (closing !== null) {
        await pencilmark.rememberAnswered(session, card, { animal, school_year }, wave, survey);
        who.people = pencilmark.together(who.people, [{ animal, school_year, visits: [{ wave, days_ago: 0, survey }] }]);
      }
      if (who.done.indexOf(animal) < 0) who.done.push(animal);
      Object.assign(who, { last: animal, closing: closing, kept: kept });
      said = {};
      const held = hold();
      return leaving.leave(address, kept && held && (await pencilmark.memory.storage()) !== 'page', showPassOn);
    }

    function showPassOn() {
      const people = bar.standing(ANIMALS, facts.role, who, null);
      const next = people.find((person) => person.is === 'next');
      stage.show('pass-on', (copy) => {
        stage.fillAnimal(copy, next ? next.animal : who.last);
        copy.querySelector('[data-closing]').textContent = who.closing === null ? copy.querySelector('[data-closing]').dataset.stopped : who.closing;
        copy.querySelector('[data-keep-open]').hidden = who.kept !== false;
        const pass = copy.querySelector('[data-pass-to]');
        pass.hidden = !next;
        if (next) pencilmark.onHold(pass, () => answerStep('animal', next.animal));
        copy.querySelector('[data-back-to-leader]').hidden = Boolean(next);
        bar.fillBar(copy, people);
      });
      pencilmark.outbox.again();
    }

    // ---- a page that was lost, or left alone ----

    function showResume(drafts) {
      stage.show('resume', (copy) => {
        copy.querySelectorAll('[data-resume]').forEach((button) => pencilmark.onHold(button, () => {
          const draft = drafts.find((one) => one.base.animal === button.dataset.resume);
          if (draft) carryOn(draft);
          else stage.place().querySelector('[data-nobody]').hidden = false;
        }));
        copy.querySelector('[data-fresh]').addEventListener('click', () => sealAll(drafts).then(() => toStart()));
      });
    }

    async function carryOn(draft) {
      const { card, survey, wave } = draft.base;
      const remembered = family.recall(session);
      who = remembered && remembered.code === card ? remembered : null;
      if (!who) {
        const found = await pencilmark.lookUp(session, card);
        who = { session, code: card, people: found.people, permitted: true, asked: found.asked, done: [], words: Boolean(draft.base.words) };
      }
      hold();
      const template = document.querySelector('template[data-survey="' + survey + '"][data-wave="' + wave + '"][data-version="' + draft.base.version + '"]');
      if (!template) return sealAll([draft]).then(() => toStart()); // asked by another release: what there is, is kept
      await pencilmark.takeOver(draft);
      idle.start();
      return ask(template, { draft: draft, begun: Promise.resolve() });
    }

    async function sealAll(drafts) {
      for (const draft of drafts) await pencilmark.sealDraft(draft, pencilmark.NOT_REACHED);
      pencilmark.outbox.again();
    }

    const still = document.querySelector('[data-still-there]');
    let hidden = null; // the draft whose questions were hidden

    const idle = pencilmark.watchIdle((level) => {
      const shows = stage.showsNow();
      still.hidden = level !== 'ask' || shows === 'start';
      if (level === 'hide') {
        if (asking) {
          hidden = asking.attempt;
          asking.controls.rest();
          aloud.forget();
          hidden.begun.then(() => showResume([hidden.draft]));
        } else if (shows !== 'resume') restart();
      }
      if (level === 'end') restart();
    });

    async function restart() {
      const drafts = hidden ? [hidden.draft] : [];
      hidden = null;
      await sealAll(drafts);
      await pencilmark.leftBehind();
      toStart();
      idle.start();
    }

    // A draft that nobody asked for is sealed in time, also on a tablet that was switched off meanwhile.
    setInterval(async () => {
      if (stage.showsNow() !== 'resume' || hidden) return;
      if (!(await pencilmark.leftBehind()).length) toStart();
    }, 30000);

    // ---- what people do ----

    document.addEventListener('click', stage.guard, true);
    document.addEventListener('click', (event) => {
      leaving.deepen();
      aloud.unlock();
      const tapped = event.target.closest('button');
      if (!tapped) return;
      if (tapped.hasAttribute('data-say')) return aloud.turn(true);
      if (!stage.place().contains(tapped) || asking) return;
      if (tapped.type === 'submit' && tapped.name) { event.preventDefault(); answerStep(tapped.name, tapped.value); }
      else if (tapped.hasAttribute('data-who')) { said = {}; showWho(); }
      else if (tapped.hasAttribute('data-all-done')) allDone();
      else if (tapped.hasAttribute('data-again')) toStart();
      else if (tapped.hasAttribute('data-open-again')) leaving.leave(address, true, open);
    });
    document.addEventListener('submit', (event) => {
      const code = event.target.elements.code;
      if (!stage.place().contains(event.target)) return;
      event.preventDefault();
      if (code) openCard(code.value);
    });

    function allDone() {
      who = null;
      family.forget();
      stage.show('saving');
      leaving.leave(address, true, () => toStart());
    }

    leaving.onBack(() => {
      if (asking) asking.controls.back();
      else if (who && ['year', 'permission', 'ready'].indexOf(stage.showsNow()) >= 0) showWho();
    });

    // Whatever way the page is left, nobody finds answers in it; the draft is on the tablet. A page that
    // the browser kept begins anew.
    window.addEventListener('pagehide', () => {
      if (asking) asking.controls.rest();
      stage.wipeStage();
      stage.place().dataset.shows = 'left';
    });
    window.addEventListener('pageshow', (event) => { if (event.persisted) leaving.leave(address, true, open); });
    document.addEventListener('visibilitychange', () => {
      if (!asking) return;
      if (document.hidden) asking.controls.rest(); else asking.controls.wake();
    });

    // ---- the beginning ----

    // A card that was scanned, or typed where no session was known yet.
    function handedCard() {
      let code = tablet.dataset.card;
      delete tablet.dataset.card;
      try {
        code = code || sessionStorage.getItem('pencilmark.card');
        sessionStorage.removeItem('pencilmark.card');
      } catch (blocked) { /* then it is typed again */ }
      return code;
    }

    async function open() {
      const drafts = (await pencilmark.leftBehind()).filter((draft) => draft.base.session === session);
      if (drafts.length) return showResume(drafts);
      who = family.recall(session);
      if (who && who.last) return showPassOn();
      if (who) return step();
      if (stage.showsNow() !== 'start') toStart();
      const code = handedCard();
      return code ? openCard(code) : undefined;
    }

    idle.start();
    return open();
  }

  pencilmark.startJourney = startJourney;
})(window.pencilmark = window.pencilmark || {});
