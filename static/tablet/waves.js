// Which questionnaire a person is due, and the next screen of a family. The server decides the same
// (src/session, where the reasons stand); one table of cases holds both (tests/tables/journeys.json).
(function (pencilmark) {
  'use strict';

  const FOUR_WEEKS = 28;
  const ENOUGH_ATTENDANCES = 3;
  const TOO_LATE_ATTENDANCES = 2;
  const LATER_DAYS = [FOUR_WEEKS, 182];
  const WHOLE_AFTERS = ['post_prog', 'post_same', 'post_home'];
  const ADULTS = ['sun', 'moon'];

  const roleOf = (animal) => (ADULTS.indexOf(animal) >= 0 ? 'adult' : 'child');

  // at: { role, afters }, a session's role, 'leaving' or 'home'. A family may be leaving a session early.
  function whileLeaving(at) {
    return ['first', 'middle', 'last', 'single'].indexOf(at.role) >= 0 ? { role: 'leaving', afters: at.afters } : at;
  }

  // { due }, { done } or { not_yet }, a wave, or { nothing: true }.
  // person: { visits: [{ wave, days_ago }], attended: earlier sessions }.
  function proposeWave(at, person) {
    const visits = person.visits;
    const attended = person.attended || 0;
    const answered = (wave) => visits.some((visit) => visit.wave === wave);
    const once = (wave) => (answered(wave) ? { done: wave } : { due: wave });
    const befores = visits.filter((visit) => visit.wave === 'pre').map((visit) => visit.days_ago);
    const days = befores.length ? Math.max.apply(null, befores) : null;
    const whole = WHOLE_AFTERS.find(answered);

    if (at.role === 'event') return visits.some((visit) => visit.wave === 'event' && visit.days_ago <= 0) ? { done: 'event' } : { due: 'event' };
    if (at.role === 'follow_up') return days !== null && days < FOUR_WEEKS ? { nothing: true } : once('follow_up');
    if (at.role === 'leaving') return whole ? { done: whole } : once('post_exit');
    if (at.role === 'home') return atHome();
    const ends = at.role === 'last' || at.role === 'single';
    return days === null ? withoutBefore() : withBefore();

    function withoutBefore() {
      if (whole) return { done: whole };
      if (ends && at.afters) return { due: 'post_same' };
      return attended >= TOO_LATE_ATTENDANCES ? { not_yet: 'post_same' } : { due: 'pre' };
    }

    function withBefore() {
      const wave = days >= FOUR_WEEKS ? 'post_prog' : 'post_same';
      const enough = days >= FOUR_WEEKS || attended + 1 >= ENOUGH_ATTENDANCES;
      if (whole) return { done: wave };
      if (!ends) return at.afters && enough ? { due: wave } : { done: 'pre' };
      return at.afters || days > 0 ? { due: wave } : { not_yet: wave };
    }

    function atHome() {
      const newest = Math.min.apply(null, visits.map((visit) => visit.days_ago));
      if (days === null) return { nothing: true };
      if (!whole && at.afters) return { due: 'post_home' };
      if (answered('follow_up')) return { done: 'follow_up' };
      if (newest >= LATER_DAYS[0] && newest <= LATER_DAYS[1]) return { due: 'follow_up' };
      return whole ? { done: whole } : { nothing: true };
    }
  }

  // said: { animal, school_year, permission, assent, leaving }; family: [{ animal, school_year, visits, attended }].
  function nextScreen(said, family, at, permitted) {
    if (!said.animal || said.assent === 'other') return { screen: 'who' };
    const animal = said.animal;
    const isChild = roleOf(animal) === 'child';
    const known = family.find((person) => person.animal === animal);
    const year = (known || {}).school_year;
    const schoolYear = isChild ? (typeof year === 'number' ? year : said.school_year) : undefined;
    if (isChild && typeof schoolYear !== 'number') return { screen: 'year', animal };
    if (isChild && !permitted) {
      if (!said.permission) return { screen: 'permission' };
      if (said.permission === 'no') return { screen: 'declined', what: 'children' };
      if (said.permission === 'later') return { screen: 'later' };
    }
    const proposal = proposeWave(said.leaving ? whileLeaving(at) : at, known || { visits: [] });
    const wave = proposal.due || proposal.done || proposal.not_yet;
    if (said.assent === 'no') return { screen: 'declined', what: roleOf(animal) };
    const person = { animal, school_year: schoolYear };
    if (said.assent === 'yes' && wave) return Object.assign({ screen: 'questions', wave }, person);
    return Object.assign({ screen: 'ready', proposal }, person);
  }

  Object.assign(pencilmark, { proposeWave, nextScreen, roleOf, whileLeaving });
})(window.pencilmark = window.pencilmark || {});
