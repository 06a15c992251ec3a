// The end of a session: once the leader collects the tablets, this one takes no new family and says so with its beat.
// That stays true until it hears that families go on, also while it is off or alone: see memory.begin.
(function (pencilmark) {
  'use strict';

  const memory = pencilmark.memory;
  const RESTS = ['start', 'closed', 'collected']; // screens that stand while no family has the tablet
  const stopKey = (session) => 'stopped.' + session;
  let way = null; // on pages where families answer

  // The collecting under which nothing can be begun here; null where families may answer.
  async function stoppedUnder(session) {
    const note = await memory.get('meta', stopKey(session));
    return note ? note.since : null;
  }

  function isFree() {
    const shows = pencilmark.stage.showsNow();
    if (way.asking || way.hidden) return false;
    if (shows === 'pass-on') return pencilmark.stage.place().querySelector('[data-pass-to]').hidden; // nobody of theirs is next
    return !way.who && RESTS.indexOf(shows) >= 0;
  }

  // What the server answered a beat with: since when tablets are collected, or null. Answers overtake each other, so
  // families go on only where the beat said that nothing is begun, and that was answered with null.
  async function hearCollecting(session, since, said) {
    if (!way) return;
    const known = await stoppedUnder(session);
    if (since === null) {
      if (known === null || known !== said || !(await memory.drop('meta', stopKey(session)))) return;
      if (pencilmark.stage.showsNow() === 'collected') way.toStart();
      pencilmark.beatSoon();
    } else if (since !== known && isFree()) {
      const note = { key: stopKey(session), since: since };
      await memory.put('meta', note);
      memory.mirror(note);
      await restIfStopped();
      pencilmark.beatSoon();
    }
  }

  async function restIfStopped() {
    if (!way || await stoppedUnder(way.session) === null || !isFree()) return false;
    if (pencilmark.stage.showsNow() !== 'collected') showCollected();
    return true;
  }

  function showCollected() {
    way.who = null;
    way.said = {};
    pencilmark.family.forget();
    pencilmark.stage.show('collected');
    pencilmark.outbox.again();
  }

  // A family's own phone at home is not collected.
  pencilmark.addCollecting = function (journey) {
    if (!journey.home) way = journey;
    Object.assign(journey, { restIfStopped, showCollected });
  };

  Object.assign(pencilmark, { stopKey, stoppedUnder, hearCollecting });
})(window.pencilmark = window.pencilmark || {});
