// Reading answers off a screen, without a document: what its controls hold gives the stored codes.
(function (pencilmark) {
  'use strict';

  const DONT_KNOW_CODES = [-1, -2];
  const SKIPPED = -3;
  const NOT_REACHED = -4;
  const NOT_ASKED = -8;

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

  Object.assign(pencilmark, { holds, readScreen, isAnswered, DONT_KNOW_CODES, SKIPPED, NOT_REACHED, NOT_ASKED });
})(window.pencilmark = window.pencilmark || {});
