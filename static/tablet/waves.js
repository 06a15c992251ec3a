// Which questionnaire a person is due, and the next screen of a family. The server decides the same
// (src/session); one table of cases holds both (tests/tables/journeys.json).
(function (pencilmark) {
  'use strict';

  const PROGRAMME_DAYS = 28;
  const AFTERS = ['post_prog', 'post_same', 'post_home', 'post_exit'];
  const ADULTS = ['sun', 'moon'];

  const roleOf = (animal) => (ADULTS.indexOf(animal) >= 0 ? 'adult' : 'child');

  // { due } or { done }, a wave: visits are [{ wave, days_ago }].
  function proposeWave(role, visits) {
    const answered = (wave) => visits.some((visit) => visit.wave === wave);
    const once = (wave) => (answered(wave) ? { done: wave } : { due: wave });
    if (role === 'event') return once('event');
    if (role === 'follow_up') return once('follow_up');
    const befores = visits.filter((visit) => visit.wave === 'pre').map((visit) => visit.days_ago);
    if (!befores.length) return { due: 'pre' };
    if (role === 'first' || role === 'middle') return { done: 'pre' };
    const wave = Math.max.apply(null, befores) >= PROGRAMME_DAYS ? 'post_prog' : 'post_same';
    return AFTERS.some(answered) ? { done: wave } : { due: wave };
  }

  // said: { animal, school_year, permission, assent }; family: [{ animal, school_year, visits }].
  function nextScreen(said, family, role, permitted) {
    if (!said.animal || said.assent === 'other') return { screen: 'who' };
    const animal = said.animal;
    const isChild = roleOf(animal) === 'child';
    const known = family.find((person) => person.animal === animal);
    const year = (known || {}).school_year;
    const schoolYear = isChild ? (typeof year === 'number' ? year : said.school_year) : undefined;
    if (isChild && typeof schoolYear !== 'number') return { screen: 'year', animal };
    if (isChild && !permitted) {
      if (!said.permission) return { screen: 'permission' };
      if (said.permission === 'no') return { screen: 'declined', role: 'adult' };
      if (said.permission === 'later') return { screen: 'later' };
    }
    const proposal = proposeWave(role, known ? known.visits : []);
    if (said.assent === 'no') return { screen: 'declined', role: roleOf(animal) };
    const person = { animal, school_year: schoolYear };
    if (said.assent === 'yes') return Object.assign({ screen: 'questions', wave: proposal.due || proposal.done }, person);
    return Object.assign({ screen: 'ready', proposal }, person);
  }

  Object.assign(pencilmark, { proposeWave, nextScreen, roleOf });
})(window.pencilmark = window.pencilmark || {});
