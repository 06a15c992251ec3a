// One question on the screen at a time, every tap kept on this tablet.
(function (pencilmark) {
  'use strict';

  const screenOf = pencilmark.screens;
  const LITTLE_PX = 24; // nobody misses so little

  // Asks the questionnaire that stands on the stage. `draft` is where it is kept; `ends.finished` gets
  // called after the last question, `ends.stopped` after Stop, `ends.lost` where another tab goes on.
  function askQuestions(stage, draft, ends) {
    const page = stage.querySelector('[data-questionnaire]');
    const find = (name) => page.querySelector('[data-' + name + ']');
    const form = page.querySelector('form');
    const screens = Array.from(form.querySelectorAll('.screen'));

    let now = 0; // index of the screen that is shown
    let shownAt = 0; // when it came, on the clock that never jumps
    let over = false; // nothing is read or kept any more

    const read = (screen) => screenOf.read(screen, draft.skipped[screens.indexOf(screen)] === true);
    const isAsked = (screen) => screenOf.isAsked(screen, draft.answers);
    const isBegun = (screen) => screenOf.isBegun(screen, draft.skipped[screens.indexOf(screen)] === true);

    function next(from, step) {
      for (let i = from + step; i >= (draft.from || 0) && i < screens.length; i += step) if (isAsked(screens[i])) return i;
      return -1;
    }

    // `acted`: somebody tapped or moved on. A list only looked at says nothing yet, least of all "none".
    function take(screen, acted) {
      if (screenOf.kindOf(screen) === 'envelope') {
        delete draft.envelope[screen.dataset.field];
        Object.assign(draft.envelope, read(screen));
      } else if (acted || screenOf.kindOf(screen) !== 'ticks' || screenOf.touched(screen)) {
        Object.assign(draft.answers, read(screen));
      }
    }

    function save() {
      if (over) return;
      pencilmark.keepDraft(draft).then((kept) => { if (!kept && !over) { over = true; ends.lost(); } });
    }

    // -- showing --

    function show(index, focus) {
      now = index;
      draft.at = index;
      draft.furthest = Math.max(draft.furthest, index);
      shownAt = performance.now();
      const screen = screens[index];
      screens.forEach((other) => other.classList.toggle('now', other === screen));
      screenOf.chooseWords(screen, draft.answers);
      const asked = screens.filter(isAsked);
      const position = asked.indexOf(screen);
      const question = screenOf.questionsIn(asked.slice(0, position + 1));
      find('count').textContent = question && screenOf.kindOf(screen) !== 'say' ? question + ' of ' + screenOf.questionsIn(asked) : '';
      document.body.style.setProperty('--progress', String(position / Math.max(asked.length - 1, 1)));
      find('back').hidden = next(index, -1) < 0;
      refresh();
      pencilmark.stage.shown();
      window.scrollTo(0, 0);
      if (focus) screen.querySelector('.question').focus({ preventScroll: true });
      // What moves on is the same on every screen, and named on the first.
      pencilmark.aloud.screen(screen, next(index, -1) < 0 ? [find('next'), find('stop')] : []);
      showMore();
    }

    const endOf = (part) => part.getBoundingClientRect().bottom;
    const endOfSight = () => Math.min(find('moves').getBoundingClientRect().top, window.innerHeight);

    // A question that is longer than the glass says so, and a tap on the arrow shows the rest. Empty paper is no rest.
    function showMore() {
      if (over) return;
      const ends = Array.from(screens[now].children).map(endOf);
      find('more').hidden = Math.max.apply(null, ends) - endOfSight() < LITTLE_PX;
    }

    // What has just opened stands above the moves.
    function reveal(opened) {
      const hidden = endOf(opened) + LITTLE_PX - endOfSight();
      if (hidden > 0) window.scrollBy(0, hidden);
    }

    function refresh() {
      const screen = screens[now];
      const button = find('next');
      button.classList.toggle('waits', !isBegun(screen));
      button.textContent = next(now, 1) < 0 ? button.dataset.finish : now === 0 ? button.dataset.start : button.dataset.words;
      find('nudge').textContent = '';
      screenOf.refresh(screen);
      showMore();
    }

    function countSeconds() {
      const item = screens[now].dataset.item;
      if (item) draft.ms[item] = (draft.ms[item] || 0) + (performance.now() - shownAt);
      shownAt = performance.now();
    }

    // -- moving --

    function move(to) {
      draft.tapped_ms = Date.now();
      countSeconds();
      show(to, true);
      save();
    }

    function forward() {
      const screen = screens[now];
      if (isBegun(screen)) return goOn();
      find('nudge').textContent = screenOf.kindOf(screen) === 'rows' ? 'Tap an answer for each job, or Skip.'
        : screen.querySelector('.child.chosen') ? 'A bit, or really? Tap one, or Skip.' : 'Tap an answer, or Skip.';
    }

    function skip() {
      screenOf.clear(screens[now], () => true);
      draft.skipped[now] = true;
      goOn();
    }

    function goOn() {
      take(screens[now], true);
      const to = next(now, 1);
      if (to < 0) finish(); else move(to);
    }

    function back() {
      if (over) return;
      const to = next(now, -1);
      take(screens[now]);
      if (to >= 0) move(to);
    }

    // -- ending --

    // What was passed by was skipped, or depends on an answer that was not given.
    function finish() {
      if (over) return;
      over = true;
      countSeconds();
      screens.forEach((screen) => {
        const missing = isAsked(screen) ? pencilmark.SKIPPED : pencilmark.NOT_ASKED;
        for (const name of screenOf.namesOf(screen)) if (!isAsked(screen) || !(name in draft.answers)) draft.answers[name] = missing;
      });
      ends.finished();
    }

    // The child looks away, or the page goes: what stands on the screen is kept first.
    function rest() {
      if (over) return;
      countSeconds();
      take(screens[now]);
      save();
    }

    // -- what people do --

    page.addEventListener('click', (event) => {
      const drawn = event.target.closest('.speaker > .picture');
      const tapped = drawn ? drawn.closest('[data-child]').querySelector('[data-choose]') : event.target.closest('button');
      if (!tapped || over) return;
      const does = (name) => tapped.hasAttribute('data-' + name);
      if (does('next')) forward();
      else if (does('back')) back();
      else if (does('skip')) skip();
      else if (does('stop')) pause();
      else if (does('go-on')) unpause();
      else if (does('stop-now')) { over = true; ends.stopped(); }
      else if (does('more')) window.scrollBy(0, window.innerHeight / 2);
      else if (does('word')) pencilmark.aloud.meaning(screenOf.explain(tapped));
      else if (does('choose')) {
        screenOf.choose(screens[now], tapped);
        settle();
        reveal(tapped.closest('[data-child]').querySelector('[data-how]'));
        pencilmark.aloud.aside(Array.from(tapped.parentNode.querySelectorAll('.plate')));
      }
      if (does('word')) showMore();
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
      screenOf.changed(screen, input);
      settle();
    }

    function settle() {
      draft.tapped_ms = Date.now();
      refresh();
      take(screens[now], true);
      save();
    }

    function pause() {
      form.hidden = true;
      find('moves').hidden = true;
      find('stopping').hidden = false;
      find('stopping').querySelector('h2').focus();
      pencilmark.aloud.screen(find('stopping'));
      pencilmark.stage.shown();
    }

    function unpause() {
      form.hidden = false;
      find('moves').hidden = false;
      find('stopping').hidden = true;
      shownAt = performance.now();
      pencilmark.aloud.screen(screens[now]);
      pencilmark.stage.shown();
      showMore(); // it could not be told while nothing was shown
    }

    // Nobody has shown that these questions are theirs: they begin where nothing was tapped, now and later.
    function startUnseen() {
      const names = screenOf.namesOf(screens[draft.furthest]);
      const to = next(draft.furthest, 1);
      const goesOn = to >= 0 && names.some((name) => name in draft.answers);
      draft.from = draft.at = goesOn ? to : draft.furthest;
      if (!goesOn) names.forEach((name) => { delete draft.answers[name]; }); // the last one is asked anew
    }

    window.addEventListener('scroll', showMore, { passive: true });
    window.addEventListener('resize', showMore);
    form.querySelectorAll('.meaning').forEach((meaning) => { meaning.hidden = true; });
    if (draft.unseen && draft.from === undefined) startUnseen();
    screens.forEach((screen, i) => { if (i >= (draft.from || 0)) screenOf.fill(screen, draft); });
    pencilmark.stage.onLeave(() => {
      over = true;
      window.removeEventListener('scroll', showMore);
      window.removeEventListener('resize', showMore);
    });
    show(Math.min(draft.at, screens.length - 1), false);
    return { back: back, rest: rest, wake() { shownAt = performance.now(); } };
  }

  pencilmark.askQuestions = askQuestions;
})(window.pencilmark = window.pencilmark || {});
