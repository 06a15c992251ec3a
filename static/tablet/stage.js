// The one place on the page where screens stand, each a copy of a template that knows nobody.
(function (pencilmark) {
  'use strict';

  const GUARD_MS = 300; // the second tap of two must not answer the next screen

  const VEIL_MS = 2000;

  let shownAt = -Infinity;
  const leaving = []; // what to do before the screen that stands now goes

  const place = () => document.querySelector('[data-stage]');

  // Empties an element so that nothing typed or tapped is left in any control, and nothing in the page.
  function wipe(element) {
    element.querySelectorAll('input, textarea').forEach((input) => {
      if (input.type === 'checkbox' || input.type === 'radio') input.checked = false;
      input.value = '';
    });
    while (element.firstChild) element.removeChild(element.firstChild);
  }

  function wipeStage() {
    while (leaving.length) leaving.pop()();
    const stage = place();
    if (stage) wipe(stage);
  }

  // What all pictures and controls of a questionnaire have is not sent with each of them: `lean` in
  // src/html/family/lean.rs.
  function wear(copy) {
    copy.querySelectorAll('svg.picture').forEach((picture) => {
      picture.setAttribute('viewBox', '0 0 32 32');
      picture.setAttribute('aria-hidden', 'true');
      picture.setAttribute('focusable', 'false');
    });
    copy.querySelectorAll('input').forEach((input) => input.setAttribute('autocomplete', 'off'));
  }

  const templateOf = (name) => document.querySelector('template[data-screen="' + name + '"]');

  // A fresh page shows nothing before it is known whose turn it is: another screen would flash by. Not for long: where
  // that cannot be found out, and without script, what the server drew is seen.
  function veil() {
    document.documentElement.classList.add('veiled');
    setTimeout(unveil, VEIL_MS);
  }

  const unveil = () => document.documentElement.classList.remove('veiled');

  veil();

  // Shows a screen by its name, or a template itself. `prepare` gets the copy before anybody sees it.
  function show(what, prepare) {
    const template = typeof what === 'string' ? templateOf(what) : what;
    const copy = document.importNode(template.content, true);
    wear(copy);
    if (prepare) prepare(copy);
    wipeStage();
    const stage = place();
    stage.appendChild(copy);
    document.body.className = 'family ' + (template.dataset.class || '');
    document.title = template.dataset.title + ' – Pencilmark';
    stage.dataset.shows = template.dataset.screen || 'questions';
    pencilmark.family.wear();
    unveil();
    shown();
    window.scrollTo(0, 0);
    const heading = stage.querySelector('h1, h2');
    if (heading) {
      heading.tabIndex = -1;
      heading.focus({ preventScroll: true });
    }
    if (!stage.querySelector('[data-questionnaire]')) pencilmark.aloud.screen(stage);
    if (stage.querySelector('[data-outbox]')) pencilmark.outbox.tell();
    return stage;
  }

  // Another screen has come, on this stage or within it.
  function shown() {
    shownAt = performance.now();
  }

  // Before the next screen, or an empty stage.
  function onLeave(work) {
    leaving.push(work);
  }

  // Taps too soon after a screen came are echoes of the tap before.
  function guard(event) {
    if (performance.now() - shownAt < GUARD_MS && event.detail > 0 && place().contains(event.target)) {
      event.preventDefault();
      event.stopPropagation();
    }
  }

  // ---- who is meant, wherever a template says so ----

  function nameOf(animal) {
    return animal.charAt(0).toUpperCase() + animal.slice(1);
  }

  // Fills [data-animal-name] and the pictures in [data-animal-picture].
  function fillAnimal(root, animal) {
    root.querySelectorAll('[data-animal-name]').forEach((part) => { part.textContent = nameOf(animal); });
    root.querySelectorAll('[data-animal-picture] use').forEach((use) => use.setAttribute('href', '#p-people-' + animal));
  }

  pencilmark.stage = { place, wipe, wipeStage, veil, unveil, show, shown, onLeave, guard, nameOf, fillAnimal, showsNow: () => place().dataset.shows };
})(window.pencilmark = window.pencilmark || {});
