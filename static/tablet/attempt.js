// Somebody's questionnaire, from before the first question until it is sealed.
//
// Its id and number are made on the tablet before anything is asked. A draft is kept after every tap;
// it ends sealed as a whole, sealed as partial after a quarter of an hour, or withdrawn.
(function (pencilmark) {
  'use strict';

  const memory = pencilmark.memory;
  const PARTIAL_AFTER_MS = 15 * 60 * 1000;
  const NOTE_LIFE_MS = 30 * 24 * 3600 * 1000;
  const me = pencilmark.randomHex(8); // this document

  // `base`: what the envelope says of the person and the survey; `fields`: every field of this wave. `begun` gives null
  // where the tablet is being collected: a family's own phone at home never is.
  function beginAttempt(base, fields, children, home) {
    const now = Date.now();
    const draft = {
      key: pencilmark.randomHex(16), owner: me, base: base, fields: fields, children: children,
      started_ms: now, saved_ms: now, tapped_ms: now, at: 0, furthest: 0, answers: {}, envelope: {}, skipped: {}, ms: {},
    };
    const begun = memory.begin(draft, home ? undefined : pencilmark.stopKey(base.session));
    begun.then(() => { if (pencilmark.beatSoon) pencilmark.beatSoon(); });
    return { draft: draft, begun: begun };
  }

  // Gives false where another tab has taken this draft over, or has ended it. A draft that is nowhere was
  // cleared away by somebody: it is written anew.
  function keepDraft(draft) {
    draft.saved_ms = Date.now();
    return memory.keepDraft(draft);
  }

  // From here on the draft is this document's. Gives false where it has ended meanwhile.
  async function takeOver(draft) {
    if (await memory.hasEnded(draft.key)) return false;
    draft.owner = me;
    draft.saved_ms = draft.tapped_ms = Date.now();
    await memory.own(draft);
    return true;
  }

  function envelopeOf(draft, missing) {
    const answers = Object.assign({}, draft.answers);
    draft.fields.forEach((name) => { if (!(name in answers)) answers[name] = missing; });
    const seconds = {};
    Object.keys(draft.ms).forEach((item) => { seconds[item] = Math.min(Math.round(draft.ms[item] / 1000), 86400); });
    return Object.assign({}, draft.base, draft.envelope, {
      id: draft.key,
      started_ms: draft.started_ms,
      finished_ms: Math.max(Date.now(), draft.started_ms),
      device: draft.device,
      sequence: draft.sequence,
      answers: answers,
      seconds: seconds,
    });
  }

  // Freezes the answers. Gives whether they outlive this page; undefined where another tab has them.
  async function sealDraft(draft, missing) {
    if (!(await keepDraft(draft))) return undefined;
    return pencilmark.outbox.seal(draft.key, '/r/' + draft.key, envelopeOf(draft, missing), draft.key);
  }

  // Whose turn it was: while the session is open its leader sees who did not want to answer, and asks nobody twice.
  const seatOf = (session, code, animal, wave) => ({ card: pencilmark.cardHash(session, code), animal: animal, wave: wave });

  // Everything said is forgotten here and on the server; that somebody stopped, and which number it had, is not.
  function withdraw(draft) {
    const { session, card, animal, wave } = draft.base;
    const marker = { schema: 1, id: draft.key, session: session, device: draft.device, sequence: draft.sequence, wave: wave, withdrawn: true, seat: seatOf(session, card, animal, wave) };
    return pencilmark.outbox.seal(draft.key, '/r/' + draft.key + '/withdrawal', marker, draft.key);
  }

  // A no is a count: what was declined, and whether they had answered before. Whose turn it was the server keeps in mind
  // until the session is closed, and writes down nowhere.
  function refuse(session, { what, known }, seat) {
    const id = pencilmark.randomHex(16);
    return pencilmark.outbox.seal(id, '/no/' + id, { schema: 1, id: id, session: session, declined: what, known: known, seat: seat });
  }

  // What was noted of cards and ended drafts is of no use after a month.
  async function forgetOld() {
    for (const note of await memory.all('seen')) if (Date.now() - note.at_ms > NOTE_LIFE_MS) await memory.drop('seen', note.key);
  }

  // Drafts that were left behind: those of a quarter of an hour ago are sealed as they are, the others
  // are given back, newest first. Old releases kept drafts that cannot be sealed; they are let go.
  async function leftBehind() {
    const drafts = await memory.all('drafts');
    const fresh = [];
    for (const draft of drafts) {
      const age = Date.now() - draft.saved_ms;
      const ended = await memory.hasEnded(draft.key);
      if (ended === undefined && draft.second) continue; // the database knows, and will say so another time
      if (ended) await memory.drop('drafts', draft.key); // its copy has outlived a power cut
      else if (age >= 0 && age < PARTIAL_AFTER_MS) {
        if (draft.base) fresh.push(draft);
      } else if (!draft.base) {
        await memory.drop('drafts', draft.key);
      } else {
        await pencilmark.outbox.seal(draft.key, '/r/' + draft.key, envelopeOf(draft, pencilmark.NOT_REACHED), draft.key);
      }
    }
    return fresh.sort((a, b) => b.saved_ms - a.saved_ms);
  }

  Object.assign(pencilmark, { beginAttempt, keepDraft, takeOver, envelopeOf, sealDraft, seatOf, withdraw, refuse, leftBehind, forgetOld });
})(window.pencilmark = window.pencilmark || {});
