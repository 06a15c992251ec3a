// A family's steps before the questions: the card, the pictures, the school year, permission and a yes.
//
// `way` is one family's way through this page: { session, address, facts, who, said, asking, hidden }. The
// files of the journey hang their steps on it: journey.js.
(function (pencilmark) {
  'use strict';

  const { stage, family, aloud, bar } = pencilmark;
  const UNKNOWN = 'No card has this code. Look at each letter and number once more, or ask the person who runs the session.';
  const TAKEN_OUT = 'The answers of this card were taken out, and the card has ended with them. You are welcome all the same: ask the person who runs the session for a new one.';
  const ELSEWHERE = 'This card belongs to another programme, or is for practice only. Ask the person who runs the session for one of today’s.';

  pencilmark.addSteps = function (way) {
    // What a person's history is held against: this session, a family leaving it early, or the card's address at home.
    function at() {
      const here = { role: way.facts.role, afters: Boolean(way.who && way.who.afters) };
      return way.who && way.who.leaving ? pencilmark.whileLeaving(here) : here;
    }

    // ---- the card ----

    function toStart(typed, error) {
      way.who = null;
      way.said = {};
      if (!error) aloud.turn(false);
      family.forget(Boolean(error));
      stage.show('start', (copy) => {
        copy.querySelector('[name="code"]').value = typed || '';
        const words = copy.querySelector('[data-error]');
        words.hidden = !error;
        words.textContent = error || '';
        if (error) copy.querySelector('[name="code"]').setAttribute('aria-invalid', 'true');
      });
      if (error) stage.place().querySelector('[name="code"]').focus();
      way.restIfStopped();
    }

    async function openCard(typed) {
      const card = pencilmark.readCard(typed);
      if (card.error) return toStart(typed, card.error);
      if (await way.restIfStopped()) return undefined;
      const found = await pencilmark.lookUp(way.session, card.code, way.home);
      if (!found.open) return stage.show('closed');
      if (found.known === 'unknown') return toStart(typed, await pencilmark.wasTakenOut(way.session, card.code) ? TAKEN_OUT : UNKNOWN);
      if (found.known === 'elsewhere') return toStart(typed, ELSEWHERE);
      way.who = { session: way.session, code: card.code, people: found.people, permitted: found.permitted, asked: found.asked, afters: found.afters, refusals: found.refusals, refused: found.refused, leaving: false, done: [], words: false };
      way.said = {};
      if (found.known === 'unsure') return vouch(); // a card issued since, or another programme's
      hold();
      return step();
    }

    const hold = () => family.hold(way.who);

    function vouch() {
      return stage.show('unsure', (copy) => {
        pencilmark.onHold(copy.querySelector('[data-go-on]'), () => { hold(); step(); });
      });
    }

    // ---- the steps ----

    function step() {
      const next = pencilmark.nextScreen(way.said, way.who.people, at(), way.who.permitted || way.facts.permission === 'school');
      if (next.screen === 'who') return showWho();
      if (next.screen === 'year') return stage.show('year', (copy) => stage.fillAnimal(copy, next.animal));
      if (next.screen === 'permission') return stage.show('permission', (copy) => { copy.querySelector('[name="words"]').checked = Boolean(way.said.words); });
      if (next.screen === 'ready') return showReady(next);
      if (next.screen === 'questions') return way.begin(next);
      return declined(next);
    }

    function showWho() {
      way.said = {};
      stage.show('who', (copy) => {
        const known = copy.querySelector('[data-known]');
        way.who.people.forEach((person) => {
          const choice = copy.querySelector('[name="animal"][value="' + person.animal + '"]');
          const proposal = pencilmark.proposeWave(at(), person);
          const is = proposal.due ? 'due' : proposal.done ? 'done' : proposal.not_yet ? 'not-yet' : '';
          const part = is && choice.querySelector('[data-' + is + ']');
          if (part) {
            part.hidden = false;
            part.querySelector('[data-wave-word]').textContent = way.facts.words[proposal.due || proposal.done || proposal.not_yet];
            choice.classList.add(is);
          }
          known.appendChild(choice);
        });
        // Whoever stopped has taken a picture, too.
        way.who.done.filter((animal) => !way.who.people.some((person) => person.animal === animal))
          .forEach((animal) => known.appendChild(copy.querySelector('[name="animal"][value="' + animal + '"]')));
        (way.who.refusals || []).forEach((note) => showRefusal(copy, known, note));
        // A grown-up who said no may answer, and no child of theirs is asked, today; but for who thinks again.
        copy.querySelector('[data-refused]').hidden = !way.who.refused;
        pencilmark.onHold(copy.querySelector('[data-ask-after-all]'), askAfterAll);
        if (way.who.refused) copy.querySelectorAll('[name="animal"]').forEach((choice) => { if (pencilmark.roleOf(choice.value) === 'child') choice.parentNode.removeChild(choice); });
        // At home nobody new is asked.
        if (way.home) copy.querySelectorAll('fieldset button').forEach((free) => free.parentNode.removeChild(free));
        copy.querySelectorAll('[data-leaving]').forEach((part) => { part.hidden = (part.dataset.leaving === 'yes') !== Boolean(way.who.leaving) || !way.who.people.length && !way.who.leaving; }); // who has not begun, leaves nothing early
        copy.querySelectorAll('fieldset').forEach((group) => { group.hidden = !group.querySelector('button'); });
        copy.querySelector('[data-someone-new]').hidden = !way.who.people.length || way.home;
        copy.querySelector('[data-nobody-yet]').hidden = way.who.people.length > 0;
      });
    }

    const waveOf = (animal) => {
      const { due, done, not_yet } = pencilmark.proposeWave(at(), way.who.people.find((known) => known.animal === animal) || { visits: [] });
      return due || done || not_yet;
    };

    // Whoever said no today is not asked again, and a brother does not take their picture by a tap.
    function showRefusal(copy, known, note) {
      const choice = copy.querySelector('[name="animal"][value="' + note.animal + '"]');
      if (!choice || waveOf(note.animal) !== note.wave) return;
      choice.querySelectorAll('small').forEach((part) => { part.hidden = true; });
      [note.stopped ? 'stopped today' : 'said no today', 'I changed my mind: hold'].forEach((words) => {
        choice.appendChild(document.createElement('small')).textContent = words;
      });
      choice.type = 'button';
      choice.classList.remove('due');
      choice.classList.add('refused', 'hold');
      known.appendChild(choice);
      pencilmark.onHold(choice, () => {
        noteRefusal(note.animal, null);
        answerStep('animal', note.animal);
      });
    }

    function askAfterAll() {
      way.who.refused = false;
      pencilmark.forgetRefusal(way.session, way.who.code, pencilmark.CHILDREN);
      hold();
      showWho();
    }

    // `stopped`: whether it was in the middle; null where somebody wants to be asked after all.
    function noteRefusal(animal, wave, stopped) {
      way.who.refusals = (way.who.refusals || []).filter((note) => note.animal !== animal);
      way.who.done = way.who.done.filter((other) => wave || other !== animal);
      if (!wave) pencilmark.forgetRefusal(way.session, way.who.code, animal);
      else {
        const note = { animal: animal, wave: wave, stopped: stopped };
        way.who.refusals.push(note);
        pencilmark.rememberRefusal(way.session, way.who.code, note);
      }
      hold();
    }

    function showReady(next) {
      const { due, done, not_yet, nothing } = next.proposal;
      const wave = due || done || not_yet;
      const template = wave && way.templateFor(next, wave);
      way.said.asked = Boolean(due);
      stage.show('ready', (copy) => {
        stage.fillAnimal(copy, next.animal);
        copy.querySelectorAll('[data-when]').forEach((part) => {
          const wanted = [due ? 'due' : done ? 'done' : nothing ? 'nothing' : 'not-yet', pencilmark.roleOf(next.animal)];
          if (!part.dataset.when.split(' ').every((condition) => wanted.indexOf(condition) >= 0)) part.parentNode.removeChild(part);
        });
        copy.querySelectorAll('[data-wave-word]').forEach((part) => { part.textContent = way.facts.words[wave] || ''; });
        copy.querySelectorAll('[data-hold]').forEach((button) => pencilmark.onHold(button, () => answerStep('assent', 'yes')));
        // Nobody could be asked whether another tablet has seen this person: then they may know better.
        const other = copy.querySelector('[data-other-wave]');
        const newcomer = due === 'post_same' && !(way.who.people.find((person) => person.animal === next.animal) || { visits: [] }).visits.length;
        const unsure = newcomer || !way.who.asked && (due === 'pre' || due === 'post_same' || due === 'post_prog') && (way.facts.role === 'single' || way.facts.role === 'last');
        if (other && unsure) {
          other.hidden = false;
          other.value = due === 'pre' ? 'post_same' : 'pre';
          other.querySelector('span').textContent = way.facts.words[other.value];
        }
        bar.fillBar(copy, bar.standing(pencilmark.ANIMALS, at(), way.who, next.animal));
      });
      if (template) document.body.classList.add('target-' + template.dataset.target);
    }

    // A person's own words, or the tap of a button of a step: { name, value }.
    function answerStep(name, value) {
      if (name === 'animal') way.said = { animal: value };
      else if (name === 'leaving') { way.who.leaving = value === 'yes'; way.said = {}; hold(); }
      else if (name === 'school_year') way.said.school_year = Number(value);
      else if (name === 'permission') permit(value);
      else if (name === 'wave') { way.said.assent = 'yes'; way.said.wave = value; }
      else if (name === 'assent') way.said.assent = value;
      step();
    }

    function permit(value) {
      way.said.permission = value;
      if (value !== 'yes') return;
      way.who.permitted = true;
      way.who.words = stage.place().querySelector('[name="words"]').checked;
      hold();
      pencilmark.rememberPermission(way.session, way.who.code);
    }

    function declined(next) {
      const what = next.what;
      const animal = way.said.animal;
      if (what) {
        const seat = pencilmark.seatOf(way.session, way.who.code, animal, waveOf(animal));
        const known = way.who.people.some((person) => (what === pencilmark.CHILDREN ? pencilmark.roleOf(person.animal) === 'child' : person.animal === animal));
        pencilmark.refuse(way.session, { what, known }, seat).then(pencilmark.outbox.again);
      }
      const which = !what ? 'later' : what === pencilmark.CHILDREN ? 'family' : 'person';
      way.said = {};
      if (which === 'family') {
        way.who.refused = true;
        pencilmark.rememberRefusal(way.session, way.who.code, { animal: pencilmark.CHILDREN });
      }
      if (which === 'person') noteRefusal(animal, waveOf(animal), false);
      hold(); // the card stays open for who is next
      stage.show('declined', (copy) => {
        stage.fillAnimal(copy, animal);
        copy.querySelectorAll('[data-when]').forEach((part) => { if (part.dataset.when !== which) part.parentNode.removeChild(part); });
        holdForWho(copy);
      });
    }

    // Whatever hands the tablet on within the family is held.
    function holdForWho(copy) {
      pencilmark.onHold(copy.querySelector('[data-who]'), () => { way.said = {}; showWho(); });
    }

    Object.assign(way, { at, toStart, openCard, hold, step, showWho, answerStep, holdForWho, noteRefusal });
  };
})(window.pencilmark = window.pencilmark || {});
