// Nobody touches the tablet: after a minute it asks, after three it hides what is on the screen, after
// fifteen it seals what was answered.
//
// Two clocks are read. One stands still while a tablet sleeps, the other may be set wrong; so while the
// page is in sight only small steps of the second are believed.
(function (pencilmark) {
  'use strict';

  const LEVELS = [[60, 'ask'], [180, 'hide'], [900, 'end']]; // seconds
  const TICK_MS = 1000;

  // Seconds that have gone by between two looks at both clocks; looks are { steady, wall, hidden }.
  function secondsBetween(before, now) {
    const steady = now.steady - before.steady;
    const wall = now.wall - before.wall;
    const slept = before.hidden && wall > steady;
    return Math.max(slept ? wall : steady, 0) / 1000;
  }

  // The level reached after so many seconds: null, 'ask', 'hide' or 'end'.
  function levelAt(seconds) {
    const reached = LEVELS.filter((level) => seconds >= level[0]).pop();
    return reached ? reached[1] : null;
  }

  // Calls `reached` with each new level; null when somebody is there again.
  function watch(reached) {
    const look = () => ({ steady: performance.now(), wall: Date.now(), hidden: document.hidden });
    let last = look();
    let seconds = 0;
    let level = null;
    const tick = () => {
      const now = look();
      seconds += secondsBetween(last, now);
      last = now;
      const at = levelAt(seconds);
      if (at === level) return;
      level = at;
      reached(level);
    };
    // Once something is hidden, only the answer to the question on the screen shows it again.
    const acted = () => {
      if (level === 'hide' || level === 'end') return;
      seconds = 0;
      tick();
    };
    ['pointerdown', 'touchstart', 'keydown', 'input'].forEach((name) => document.addEventListener(name, acted, true));
    document.addEventListener('visibilitychange', tick);
    setInterval(tick, TICK_MS);
    return { start() { seconds = 0; level = null; last = look(); } };
  }

  Object.assign(pencilmark, { secondsBetween, levelAt, watchIdle: watch });
})(window.pencilmark = window.pencilmark || {});
