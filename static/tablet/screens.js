// One question's controls: read, filled again from a draft, kept in step with what is chosen.
(function (pencilmark) {
  'use strict';

  const kindOf = (screen) => screen.dataset.kind;
  const fieldsOf = (screen) => (screen.dataset.fields || '').split(' ').filter(Boolean);
  const inputsOf = (screen) => Array.from(screen.querySelectorAll('input'));

  // Every field a screen may answer, what is typed beside "something else" included.
  function namesOf(screen) {
    return fieldsOf(screen).concat(screen.querySelector('[data-write-in]') ? [screen.dataset.item + '.typed'] : []);
  }

  // A list of jobs that needs several screens is one question.
  const goesOn = (screen, before) => Boolean(before) && kindOf(screen) === kindOf(before) &&
    (kindOf(screen) === 'rows' ? screen.dataset.item === before.dataset.item : screen.hasAttribute('data-jobs') && before.hasAttribute('data-jobs'));

  // How many questions stand on these screens; what is only said is none.
  const questionsIn = (screens) => screens.filter((screen, i) => kindOf(screen) !== 'say' && !goesOn(screen, screens[i - 1])).length;

  const touched = (screen) => inputsOf(screen).some((input) => input.checked || (input.type === 'text' && input.value.trim()));

  function controlsOf(screen) {
    const writeIn = screen.querySelector('[data-write-in]');
    return inputsOf(screen).map((input) => ({
      name: input.name,
      type: input.type,
      value: input.value,
      checked: input.checked,
      aside: input.hasAttribute('data-aside'),
      open: Boolean(writeIn && writeIn.contains(input) && !writeIn.hidden),
    }));
  }

  function read(screen, skipped) {
    const kind = kindOf(screen);
    if (kind === 'say') return {};
    if (kind === 'envelope') {
      const chosen = screen.querySelector('input:checked');
      return chosen ? { [screen.dataset.field]: chosen.value } : {};
    }
    return pencilmark.readScreen(kind, screen.dataset.item, fieldsOf(screen), controlsOf(screen), skipped && !touched(screen));
  }

  const isAsked = (screen, answers) => !screen.dataset.onlyAfter || pencilmark.holds(JSON.parse(screen.dataset.onlyAfter), answers);

  function isBegun(screen, skipped) {
    const kind = kindOf(screen);
    if (kind === 'say') return true;
    const given = read(screen, skipped);
    return kind === 'envelope' ? Object.keys(given).length > 0 : pencilmark.isAnswered(kind, given);
  }

  // ---- putting a draft's answers back ----

  function sharedMissing(screen, answers) {
    const found = fieldsOf(screen).map((field) => answers[field]).filter((answer) => typeof answer === 'number');
    return found.find((answer) => pencilmark.DONT_KNOW_CODES.indexOf(answer) >= 0 || kindOf(screen) === 'text');
  }

  function fill(screen, draft) {
    inputsOf(screen).forEach((input) => {
      const aside = input.hasAttribute('data-aside');
      const answer = input.name in draft.envelope ? draft.envelope[input.name] : draft.answers[input.name];
      if (answer === undefined && !aside) return;
      if (input.type === 'text') input.value = typeof answer === 'string' ? answer : '';
      else if (aside && input.type === 'checkbox') input.checked = sharedMissing(screen, draft.answers) === Number(input.value);
      else input.checked = String(answer) === input.value;
    });
  }

  function clear(screen, which) {
    inputsOf(screen).forEach((input) => {
      if (!which(input)) return;
      if (input.type === 'text') input.value = ''; else input.checked = false;
    });
    screen.querySelectorAll('.chosen').forEach((child) => child.classList.remove('chosen'));
  }

  // ---- what follows from a tap ----

  // Two children: the one tapped opens, the other closes and loses its answer.
  function choose(screen, bubble) {
    const chosen = bubble.closest('[data-child]');
    screen.querySelectorAll('[data-child]').forEach((child) => {
      child.classList.toggle('chosen', child === chosen);
      if (child !== chosen) child.querySelectorAll('input').forEach((input) => { input.checked = false; });
    });
    screen.querySelectorAll('[data-aside]').forEach((aside) => { aside.checked = false; });
  }

  // "I don't know" takes the other answers away, and any of them takes it away.
  function changed(screen, input) {
    if (input.checked && input.hasAttribute('data-aside')) {
      clear(screen, (other) => other !== input && other.type !== 'text');
    } else if (input.checked || input.type === 'text') {
      screen.querySelectorAll('[data-aside]').forEach((aside) => { if (aside !== input) aside.checked = false; });
      const child = input.closest('[data-child]');
      if (child) choose(screen, child.querySelector('[data-choose]'));
    }
  }

  // What is open and shown as chosen, from what the controls hold.
  function refresh(screen) {
    screen.querySelectorAll('[data-child]').forEach((child) => {
      const chosen = child.classList.contains('chosen') || Boolean(child.querySelector('input:checked'));
      child.classList.toggle('chosen', chosen);
      child.querySelector('[data-choose]').setAttribute('aria-pressed', String(chosen));
      child.querySelector('[data-how]').hidden = !chosen;
    });
    const writeIn = screen.querySelector('[data-write-in]');
    if (!writeIn) return;
    const opener = Array.from(screen.querySelectorAll('input:checked')).some((input) =>
      input.type === 'radio' ? input.value === writeIn.dataset.writeIn : input.name === screen.dataset.item + '.' + writeIn.dataset.key);
    writeIn.hidden = !opener;
  }

  // The words of a question that depend on an earlier answer.
  function chooseWords(screen, answers) {
    screen.querySelectorAll('[data-item-is], [data-otherwise]').forEach((words) => { words.hidden = true; });
    const variant = Array.from(screen.querySelectorAll('[data-item-is]')).find((words) =>
      words.dataset.values.split(' ').indexOf(String(answers[words.dataset.itemIs])) >= 0);
    const words = variant || screen.querySelector('[data-otherwise]');
    if (!words) return;
    words.hidden = false;
    screen.dataset.audio = words.dataset.says || '';
  }

  function explain(word) {
    const meaning = document.getElementById(word.getAttribute('aria-controls'));
    meaning.hidden = !meaning.hidden;
    word.setAttribute('aria-expanded', String(!meaning.hidden));
    return meaning.hidden ? null : meaning;
  }

  pencilmark.screens = { kindOf, questionsIn, namesOf, touched, read, isAsked, isBegun, fill, clear, choose, changed, refresh, chooseWords, explain };
})(window.pencilmark = window.pencilmark || {});
