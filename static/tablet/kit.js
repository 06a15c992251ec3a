// What the tablet knows of a session when nobody can be asked: hashes of its cards, who came with them
// and what they have answered. Never a card's code, never an answer.
(function (pencilmark) {
  'use strict';

  const memory = pencilmark.memory;
  const ASKING_MS = 2500;
  const FETCHING_MS = 10000;
  const DAY_MS = 24 * 3600 * 1000;
  const OWN_KIT_MS = 30 * DAY_MS;
  const OTHER_KIT_MS = 7 * DAY_MS;
  const SILENCE_MS = 20000; // so long after a server that did not answer nobody waits for it again

  let silentSince = -Infinity;

  const cardHash = (session, code) => pencilmark.sha256Plain(new TextEncoder().encode(session + ' ' + code)).slice(0, 16);

  async function ask(url, options, timeoutMs) {
    try {
      const reply = await pencilmark.within(timeoutMs, async (signal) => (await fetch(url, Object.assign({
        cache: 'no-store', redirect: 'error', credentials: 'same-origin', signal: signal,
      }, options))).json());
      silentSince = -Infinity;
      return reply;
    } catch (error) {
      silentSince = performance.now();
      return null;
    }
  }

  // Fetches the session's kit and keeps it. Gives it, or null where the server did not answer.
  async function fetchKit(session) {
    const kit = await ask('/s/' + session + '/kit', {}, FETCHING_MS);
    if (!kit || kit.session !== session) return null;
    await memory.put('meta', Object.assign({ key: 'kit.' + session, at_ms: Date.now() }, kit));
    await noteAfters(session, { told: kit.afters });
    if (!kit.open) await forgetRefusals(session);
    return kit;
  }

  // A tablet that was borrowed goes on knowing nobody. But one may be made ready on a Friday, with several sessions, for a
  // hall without a network on the Tuesday after: where a copy goes too soon, families are asked their before again.
  async function forgetKits(session) {
    for (const kit of await memory.all('meta')) {
      if (kit.key.indexOf('kit.') !== 0) continue;
      const age = Date.now() - kit.at_ms; // none of a release that did not note it
      if (kit.key === 'kit.' + session ? age > OWN_KIT_MS : !(age < OTHER_KIT_MS)) await memory.drop('meta', kit.key);
    }
  }

  // How many cards the copy for the time without a server knows; -1 where there is none.
  async function cardsKept(session) {
    const kit = await memory.get('meta', 'kit.' + session);
    return kit ? Object.keys(kit.cards).length : -1;
  }

  // ---- whether the afters have started ----

  // The server says so with everything it answers; where it cannot be asked, the leader says so on the tablet.
  async function noteAfters(session, change) {
    const key = 'afters.' + session;
    const known = (await memory.get('meta', key)) || { key: key, told: false, here: false };
    await memory.put('meta', Object.assign(known, change));
  }

  async function aftersStarted(session) {
    const known = await memory.get('meta', 'afters.' + session);
    return Boolean(known && (known.told || known.here));
  }

  // ---- what was answered here since ----

  const seenKey = (session, code) => session + '.' + cardHash(session, code);

  async function remember(session, code, change) {
    const key = seenKey(session, code);
    const seen = (await memory.get('seen', key)) || { key: key, people: [], permitted: false };
    change(seen);
    seen.at_ms = Date.now();
    await memory.put('seen', seen);
  }

  function rememberPermission(session, code) {
    return remember(session, code, (seen) => { seen.permitted = true; });
  }

  function rememberAnswered(session, code, person, wave, survey) {
    return remember(session, code, (seen) => {
      let known = seen.people.find((one) => one.animal === person.animal);
      if (!known) seen.people.push(known = { animal: person.animal, school_year: person.school_year, visits: [] });
      known.visits.push({ wave: wave, days_ago: 0, survey: survey });
    });
  }

  // ---- a card whose answers were taken out here ----

  const goneKey = (session, code) => 'gone.' + seenKey(session, code);

  async function noteTakenOut(session, code) {
    await memory.put('seen', { key: goneKey(session, code), at_ms: Date.now() });
    await memory.drop('seen', seenKey(session, code));
    for (const note of await memory.all('seen')) if (note.key.indexOf(refusalKey(session, code, '')) === 0) await memory.drop('seen', note.key);
    const kit = await memory.get('meta', 'kit.' + session);
    if (!kit) return;
    delete kit.cards[cardHash(session, code)];
    await memory.put('meta', kit);
  }

  const wasTakenOut = async (session, code) => Boolean(await memory.get('seen', goneKey(session, code)));

  // ---- who said no or stopped, today ----

  const isToday = (note) => new Date(note.at_ms).toDateString() === new Date().toDateString();
  const CHILDREN = 'children'; // a grown-up's no to all of theirs, where a picture's name stands else
  const refusalKey = (session, code, animal) => 'no.' + seenKey(session, code) + '.' + animal;

  // So that nobody is asked twice: a card's hash, a picture and a wave, until the day or the session is over.
  function rememberRefusal(session, code, { animal, wave, stopped }) {
    return memory.put('seen', { key: refusalKey(session, code, animal), animal: animal, wave: wave, stopped: stopped, at_ms: Date.now() });
  }

  const forgetRefusal = (session, code, animal) => memory.drop('seen', refusalKey(session, code, animal));

  async function refusalsOf(session, code) {
    const start = refusalKey(session, code, '');
    return (await memory.all('seen')).filter((note) => note.key.indexOf(start) === 0 && isToday(note));
  }

  // Those of other days, and of a session that is over.
  async function forgetRefusals(over) {
    for (const note of await memory.all('seen')) {
      if (note.key.indexOf('no.') === 0 && (!isToday(note) || over && note.key.indexOf('no.' + over + '.') === 0)) await memory.drop('seen', note.key);
    }
  }

  // People known in two places: whoever is known to either, with every questionnaire either has seen.
  function together(people, others) {
    const all = people.map((person) => Object.assign({}, person, { visits: person.visits.slice() }));
    others.forEach((other) => {
      const known = all.find((person) => person.animal === other.animal);
      if (!known) return all.push(Object.assign({}, other, { visits: other.visits.slice() }));
      if (typeof known.school_year !== 'number') known.school_year = other.school_year;
      other.visits.forEach((visit) => {
        if (!known.visits.some((own) => own.wave === visit.wave && own.days_ago === visit.days_ago)) known.visits.push(visit);
      });
    });
    return all;
  }

  // ---- a card ----

  // { known: 'here', 'elsewhere' (another programme), 'unknown' or 'unsure', open, afters, people, permitted, asked }:
  // 'unsure' where nobody could be asked and the kit does not have it, `asked` whether the server said so.
  async function lookUp(session, code, home) {
    const silent = performance.now() - silentSince < SILENCE_MS;
    const options = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ code: code, home: Boolean(home) }) };
    const reply = silent ? null : await ask('/s/' + session + '/card', options, ASKING_MS);
    const kit = (await memory.get('meta', 'kit.' + session)) || { cards: {}, open: true };
    const card = kit.cards[cardHash(session, code)];
    const seen = (await memory.get('seen', seenKey(session, code))) || { people: [], permitted: false };
    const refusals = await refusalsOf(session, code);
    const told = reply && reply.known ? reply : null;
    if (told && !home) await noteAfters(session, { told: told.afters });
    const afters = home ? Boolean(told && told.afters) : await aftersStarted(session);
    const found = told || { known: card ? 'here' : 'unsure', open: kit.open, people: card ? card.people : [], permitted: Boolean(card && card.permitted) };
    const permitted = found.permitted || seen.permitted;
    return {
      known: found.known,
      open: found.open,
      afters: afters,
      people: together(found.people, seen.people),
      permitted: permitted,
      asked: Boolean(told),
      refusals: refusals.filter((note) => note.animal !== CHILDREN),
      // Whoever has said yes since, on whichever tablet, has thought again.
      refused: !permitted && refusals.some((note) => note.animal === CHILDREN),
    };
  }

  Object.assign(pencilmark, {
    CHILDREN, cardHash, cardsKept, fetchKit, forgetKits, forgetRefusals, noteAfters, aftersStarted, together, lookUp, rememberPermission, rememberAnswered, rememberRefusal, forgetRefusal, noteTakenOut, wasTakenOut,
  });
})(window.pencilmark = window.pencilmark || {});
