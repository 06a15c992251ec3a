// One question on the screen at a time, every tap kept on this tablet.
//
// The document is the same form that works without script; this file shows one of its screens,
// keeps a draft after each tap, and on Finish seals the answers into the outbox and wipes the page.
// If anything here fails the class "js" is taken away again and the plain form is back.
(function () {
  'use strict';

  const GUARD_MS = 300; // a double tap on Next must not answer the next question
  const FRESH_MS = 2 * 60 * 1000; // a reload this soon goes on without asking
  const DRAFT_LIFE_MS = 60 * 60 * 1000; // an older draft is nobody's any more
  const DONT_KNOW_CODES = [-1, -2];
  const SKIPPED = -3;
  const NOT_REACHED = -4;
  const NOT_ASKED = -8;

  // ---- reading answers: no document needed, tested in tests/js ----

  // Whether one of the conditions holds: an earlier item has an answer, or one of certain values.
  function holds(conditions, answers) {
    return conditions.some((condition) => {
      const answer = answers[condition.item];
      if (typeof answer === 'string') return !condition.is || !condition.is.length;
      if (typeof answer !== 'number' || answer < 0) return false;
      return !condition.is || !condition.is.length || condition.is.indexOf(answer) >= 0;
    });
  }

  // The answers of one screen from what its controls hold.
  // controls: [{ name, type, value, checked, aside }]; skipped: left with Skip.
  function readScreen(kind, item, fields, controls, skipped) {
    const aside = controls.find((control) => control.aside && control.checked);
    const missing = aside ? Number(aside.value) : SKIPPED;
    const answers = {};
    for (const field of fields) {
      const own = controls.filter((control) => control.name === field && !control.aside);
      const chosen = own.find((control) => control.checked);
      const typed = own.find((control) => control.type === 'text' && control.value.trim());
      if (skipped) answers[field] = SKIPPED;
      else if (kind === 'ticks' && !aside) answers[field] = chosen ? 1 : 0;
      else if (typed && !aside) answers[field] = typed.value.trim().slice(0, 200);
      else if (chosen) answers[field] = Number(chosen.value);
      else answers[field] = missing;
    }
    const writeIn = controls.find((control) => control.name === item + '.typed');
    if (writeIn) {
      const open = writeIn.open && !skipped;
      answers[writeIn.name] = open ? (writeIn.value.trim().slice(0, 200) || SKIPPED) : NOT_ASKED;
    }
    return answers;
  }

  // Whether a screen has been answered, so that Next may be tapped.
  function isAnswered(kind, answers) {
    const given = Object.keys(answers).map((name) => answers[name]);
    if (kind === 'ticks' || kind === 'say') return true;
    if (kind === 'rows') return given.every((answer) => answer !== SKIPPED);
    return given.some((answer) => typeof answer === 'string' || answer >= 0 || DONT_KNOW_CODES.indexOf(answer) >= 0);
  }

  if (typeof module !== 'undefined') {
    module.exports = { holds, readScreen, isAnswered };
    return;
  }

  // ---- the page ----

  document.documentElement.classList.add('js');

  document.addEventListener('DOMContentLoaded', () => {
    const page = document.querySelector('[data-questionnaire]');
    if (page) begin(page).catch(() => document.documentElement.classList.remove('js'));
  });

  async function begin(page) {
    const find = (name) => page.querySelector('[data-' + name + ']');
    const form = page.querySelector('form');
    const screens = Array.from(form.querySelectorAll('.screen'));
    const base = JSON.parse(form.elements.envelope.value);
    const draftKey = page.dataset.draft;

    let draft = null;
    let now = 0; // index of the screen that is shown
    let shownAt = 0; // when it came, on the clock that never jumps
    let over = false; // nothing is read or kept any more
    let finished = false; // the answers are in the outbox
    // To a page that cannot be reached the tablet does not go, nor away from answers that only this
    // page remembers: it says where they are, and goes on trying.
    let leave = () => {};

    // -- what is on a screen --

    const kindOf = (screen) => screen.dataset.kind;
    const fieldsOf = (screen) => (screen.dataset.fields || '').split(' ').filter(Boolean);

    function controlsOf(screen) {
      const writeIn = screen.querySelector('[data-write-in]');
      return Array.from(screen.querySelectorAll('input')).map((input) => ({
        name: input.name,
        type: input.type,
        value: input.value,
        checked: input.checked,
        aside: input.hasAttribute('data-aside'),
        open: Boolean(writeIn && writeIn.contains(input) && !writeIn.hidden),
      }));
    }

    function read(screen) {
      const kind = kindOf(screen);
      if (kind === 'say') return {};
      if (kind === 'envelope') {
        const chosen = screen.querySelector('input:checked');
        return chosen ? { [screen.dataset.field]: chosen.value } : {};
      }
      return readScreen(kind, screen.dataset.item, fieldsOf(screen), controlsOf(screen), draft.skipped[now] === true && !touched(screen));
    }

    const touched = (screen) => Array.from(screen.querySelectorAll('input')).some((input) => input.checked || (input.type === 'text' && input.value.trim()));

    // `acted`: somebody tapped or moved on. A list only looked at says nothing yet, least of all "none".
    function keep(screen, acted) {
      if (kindOf(screen) === 'envelope') {
        delete draft.envelope[screen.dataset.field];
        Object.assign(draft.envelope, read(screen));
      } else if (acted || kindOf(screen) !== 'ticks' || touched(screen)) {
        Object.assign(draft.answers, read(screen));
      }
    }

    const isAsked = (screen) => !screen.dataset.onlyAfter || holds(JSON.parse(screen.dataset.onlyAfter), draft.answers);
    const isBegun = (screen) => kindOf(screen) === 'say' || isAnswered(kindOf(screen), read(screen));

    function next(from, step) {
      for (let i = from + step; i >= 0 && i < screens.length; i += step) if (isAsked(screens[i])) return i;
      return -1;
    }

    // -- showing --

    function show(index, focus) {
      now = index;
      draft.at = index;
      draft.furthest = Math.max(draft.furthest, index);
      shownAt = performance.now();
      const screen = screens[index];
      screens.forEach((other) => other.classList.toggle('now', other === screen));
      screen.querySelectorAll('[data-item-is], [data-otherwise]').forEach((words) => { words.hidden = true; });
      const variant = Array.from(screen.querySelectorAll('[data-item-is]')).find((words) =>
        words.dataset.values.split(' ').indexOf(String(draft.answers[words.dataset.itemIs])) >= 0);
      const words = variant || screen.querySelector('[data-otherwise]');
      if (words) words.hidden = false;
      const asked = screens.filter(isAsked);
      const position = asked.indexOf(screen);
      find('count').textContent = position && kindOf(screen) !== 'say' ? position + ' of ' + (asked.length - 1) : '';
      document.body.style.setProperty('--progress', String(position / Math.max(asked.length - 1, 1)));
      find('back').hidden = next(index, -1) < 0;
      refresh();
      window.scrollTo(0, 0);
      if (focus) screen.querySelector('.question').focus({ preventScroll: true });
    }

    function refresh() {
      const screen = screens[now];
      const button = find('next');
      const ready = isBegun(screen);
      button.classList.toggle('waits', !ready);
      button.textContent = next(now, 1) < 0 ? button.dataset.finish : now === 0 ? button.dataset.start : button.dataset.words;
      find('nudge').textContent = '';
      screen.querySelectorAll('[data-child]').forEach((child) => {
        const chosen = child.classList.contains('chosen') || Boolean(child.querySelector('input:checked'));
        child.classList.toggle('chosen', chosen);
        child.querySelector('[data-choose]').setAttribute('aria-pressed', String(chosen));
        child.querySelector('[data-how]').hidden = !chosen;
      });
      const writeIn = screen.querySelector('[data-write-in]');
      if (writeIn) {
        const opener = Array.from(screen.querySelectorAll('input:checked')).some((input) =>
          input.type === 'radio' ? input.value === writeIn.dataset.writeIn : input.name === screen.dataset.item + '.' + writeIn.dataset.key);
        writeIn.hidden = !opener;
      }
    }

    // -- keeping --

    function save() {
      if (over) return Promise.resolve();
      draft.saved_ms = Date.now();
      return outbox.put('drafts', draft);
    }

    function countSeconds() {
      const item = screens[now].dataset.item;
      if (!item) return;
      draft.ms[item] = (draft.ms[item] || 0) + (performance.now() - shownAt);
      shownAt = performance.now();
    }

    // -- moving --

    function move(to) {
      countSeconds();
      show(to, true);
      save();
    }

    function forward() {
      const screen = screens[now];
      if (!isBegun(screen)) {
        find('nudge').textContent = kindOf(screen) === 'rows' ? 'Tap an answer for each job, or Skip.' : 'Tap an answer, or Skip.';
        return;
      }
      goOn();
    }

    function skip() {
      clear(screens[now], () => true);
      draft.skipped[now] = true;
      goOn();
    }

    function goOn() {
      keep(screens[now], true);
      leaveAMarkInHistory();
      const to = next(now, 1);
      if (to < 0) finish(false); else move(to);
    }

    function back() {
      const to = next(now, -1);
      keep(screens[now]);
      if (to >= 0) move(to);
    }

    function clear(screen, which) {
      screen.querySelectorAll('input').forEach((input) => {
        if (!which(input)) return;
        if (input.type === 'text') input.value = ''; else input.checked = false;
      });
      screen.querySelectorAll('.chosen').forEach((child) => child.classList.remove('chosen'));
    }

    // The tablet's Back goes to the previous question: one entry of our own always lies on top. It is
    // made at a tap, because browsers pass over entries made without one.
    let marked = false;
    function leaveAMarkInHistory() {
      if (!marked) history.pushState({ questionnaire: true }, '');
      marked = true;
    }
    window.addEventListener('popstate', () => {
      if (over) return;
      marked = false;
      leaveAMarkInHistory();
      back();
    });

    // -- ending --

    async function finish(stopped) {
      if (over) return;
      over = true;
      countSeconds();
      const answers = draft.answers;
      screens.forEach((screen, index) => {
        const reached = index <= draft.furthest;
        const missing = !isAsked(screen) ? NOT_ASKED : stopped && !reached ? NOT_REACHED : SKIPPED;
        const names = fieldsOf(screen).concat(screen.querySelector('[data-write-in]') ? [screen.dataset.item + '.typed'] : []);
        for (const name of names) if (!isAsked(screen) || !(name in answers)) answers[name] = missing;
      });
      const seconds = {};
      Object.keys(draft.ms).forEach((item) => { seconds[item] = Math.min(Math.round(draft.ms[item] / 1000), 86400); });
      const tablet = await outbox.nextOnThisTablet();
      const envelope = Object.assign({}, base, draft.envelope, {
        id: draft.id,
        started_ms: draft.started_ms,
        finished_ms: Math.max(Date.now(), draft.started_ms),
        device: tablet.device,
        sequence: tablet.sequence,
        answers: answers,
        seconds: seconds,
      });
      const body = JSON.stringify(envelope); // from here on these bytes never change
      const record = { key: draft.id, body: body, sha256: await outbox.sha256(body), sealed_ms: Date.now() };
      const kept = await outbox.seal(record, draftKey);
      finished = true;
      rememberFamily();
      wipe();
      page.querySelector('header').hidden = true;
      find('moves').hidden = true;
      find('keep-open').hidden = kept;
      const end = find('done');
      end.hidden = false;
      document.body.style.setProperty('--progress', '1');
      end.querySelector('h2').focus();
      find('outbox').textContent = find('outbox').dataset.saved;
      leave = async () => {
        const state = await outbox.drain();
        if (state.waiting && (state.last === 'unreachable' || !kept)) setTimeout(leave, 3000);
        else location.replace(page.dataset.passOn + '#saved');
      };
      leave();
    }

    // For pass-on.js: the next brother or sister need not type the code again.
    function rememberFamily() {
      const family = { session: page.dataset.start, code: base.card, at: Date.now() };
      try { sessionStorage.setItem('pencilmark.family', JSON.stringify(family)); } catch (blocked) { /* then it is typed again */ }
    }

    function wipe() {
      clear(form, () => true);
      form.elements.envelope.value = '';
      while (form.firstChild) form.removeChild(form.firstChild);
      form.hidden = true;
      screens.length = 0;
      draft = { answers: {}, envelope: {}, skipped: {}, ms: {} };
    }

    // -- what people do --

    // Taps too soon after a screen came are echoes of the tap before.
    page.addEventListener('click', (event) => {
      if (performance.now() - shownAt < GUARD_MS && event.detail > 0) {
        event.preventDefault();
        event.stopPropagation();
      }
    }, true);

    page.addEventListener('click', (event) => {
      const tapped = event.target.closest('button');
      if (!tapped || !page.contains(tapped)) return;
      const does = (name) => tapped.hasAttribute('data-' + name);
      if (does('next')) forward();
      else if (does('back')) back();
      else if (does('skip')) skip();
      else if (does('stop')) pause('stopping');
      else if (does('go-on')) unpause('stopping');
      else if (does('stop-now')) { find('stopping').hidden = true; keep(screens[now]); finish(true); }
      else if (does('choose')) choose(tapped);
      else if (does('word')) explain(tapped);
      else if (does('leave')) leave();
    });

    form.addEventListener('submit', (event) => event.preventDefault()); // Enter in a text is not Finish
    form.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && event.target.type === 'text') { event.preventDefault(); forward(); }
    });

    form.addEventListener('input', (event) => changed(event.target));
    form.addEventListener('change', (event) => changed(event.target));

    function changed(input) {
      const screen = screens[now];
      if (over || !screen.contains(input)) return;
      draft.skipped[now] = false;
      if (input.checked && input.hasAttribute('data-aside')) {
        clear(screen, (other) => other !== input && other.type !== 'text');
      } else if (input.checked || input.type === 'text') {
        screen.querySelectorAll('[data-aside]').forEach((aside) => { if (aside !== input) aside.checked = false; });
        const child = input.closest('[data-child]');
        if (child) choose(child.querySelector('[data-choose]'));
      }
      refresh();
      keep(screen, true);
      save();
    }

    // Two children: the one tapped opens, the other closes and loses its answer.
    function choose(bubble) {
      const chosen = bubble.closest('[data-child]');
      screens[now].querySelectorAll('[data-child]').forEach((child) => {
        child.classList.toggle('chosen', child === chosen);
        if (child !== chosen) child.querySelectorAll('input').forEach((input) => { input.checked = false; });
      });
      screens[now].querySelectorAll('[data-aside]').forEach((aside) => { aside.checked = false; });
      refresh();
      keep(screens[now], true);
      save();
    }

    function explain(word) {
      const meaning = document.getElementById(word.getAttribute('aria-controls'));
      meaning.hidden = !meaning.hidden;
      word.setAttribute('aria-expanded', String(!meaning.hidden));
    }

    function pause(name) {
      form.hidden = true;
      find('moves').hidden = true;
      find(name).hidden = false;
      find(name).querySelector('h2').focus();
    }

    function unpause(name) {
      form.hidden = false;
      find('moves').hidden = false;
      find(name).hidden = true;
      shownAt = performance.now();
    }

    // -- leaving and coming back --

    // A page that the browser kept for Back has been wiped: go on, or load it anew with its draft.
    window.addEventListener('pageshow', (event) => {
      if (!event.persisted) return;
      if (finished) location.replace(page.dataset.passOn); else location.reload();
    });

    // Whatever way the page is left, nobody finds these answers in it; the draft is on the tablet.
    window.addEventListener('pagehide', () => {
      if (over || !draft) return;
      keep(screens[now]);
      save();
      over = true;
      wipe();
    });
    document.addEventListener('visibilitychange', () => {
      if (over || !draft) return;
      if (document.hidden) { countSeconds(); keep(screens[now]); save(); } else shownAt = performance.now();
    });

    function fill() {
      form.querySelectorAll('input').forEach((input) => {
        const aside = input.hasAttribute('data-aside');
        const answer = input.name in draft.envelope ? draft.envelope[input.name] : draft.answers[input.name];
        if (input.name === 'envelope' || (answer === undefined && !aside)) return;
        if (input.type === 'text') input.value = typeof answer === 'string' ? answer : '';
        else if (aside && input.type === 'checkbox') input.checked = sharedMissing(input.closest('.screen')) === Number(input.value);
        else input.checked = String(answer) === input.value;
      });
    }

    function sharedMissing(screen) {
      const found = fieldsOf(screen).map((field) => draft.answers[field]).filter((answer) => typeof answer === 'number');
      return found.find((answer) => DONT_KNOW_CODES.indexOf(answer) >= 0 || kindOf(screen) === 'text');
    }

    function freshDraft() {
      return {
        key: draftKey, id: outbox.randomHex(16), started_ms: Date.now(), saved_ms: Date.now(), at: 0, furthest: 0,
        answers: {}, envelope: {}, skipped: {}, ms: {},
      };
    }

    // Resolves with true for "carry on".
    function askWhetherToCarryOn() {
      pause('resume');
      return new Promise((resolve) => {
        find('carry-on').addEventListener('click', () => resolve(true));
        find('fresh').addEventListener('click', () => resolve(false));
      }).then((yes) => { unpause('resume'); return yes; });
    }

    async function dropOldDrafts() {
      const drafts = await outbox.all('drafts');
      for (const old of drafts) if (Date.now() - old.saved_ms > DRAFT_LIFE_MS) await outbox.drop('drafts', old.key);
    }

    form.querySelectorAll('.meaning').forEach((meaning) => { meaning.hidden = true; });
    screens[0].classList.add('now');
    await dropOldDrafts();
    const found = await outbox.get('drafts', draftKey);
    const carryOn = Boolean(found) && (Date.now() - found.saved_ms < FRESH_MS || await askWhetherToCarryOn());
    if (carryOn) {
      draft = found;
      fill();
      show(Math.min(draft.at, screens.length - 1), false);
    } else {
      draft = freshDraft();
      show(0, false);
    }
    form.hidden = false;
  }
})();
