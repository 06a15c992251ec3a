// What the leader sees of this tablet: how many answers wait, what can be done about them; and the beat
// that tells the server the same.
(function (pencilmark) {
  'use strict';

  const BEAT_MS = 15000;
  const SOON_MS = 200;
  const PATIENCE_MS = 10000;
  const STORAGE_WORDS = {
    persistent: 'Answers are kept safely on this tablet until they are sent.',
    database: 'Answers are kept on this tablet until they are sent.',
    local: 'Answers are kept on this tablet, but there is little room.',
    page: 'This tablet cannot keep answers by itself. Do not close this page before everything is sent.',
  };

  const UNSURE = 'This tablet cannot read its memory just now. Leave this page open, and look again in a moment.';

  const many = (n, one, more) => n + ' ' + (n === 1 ? one : more);

  // "Saved on this tablet" and "Received" are different promises; an element with data-outbox says
  // whichever is true, in the words of its own attributes.
  function say(now) {
    document.querySelectorAll('[data-outbox]').forEach((element) => {
      const words = now.waiting ? element.dataset.saved : element.dataset.received;
      const text = element.querySelector('[data-outbox-words]') || element;
      if (text.textContent !== words) text.textContent = words;
      element.classList.toggle('received', !now.waiting);
    });
    document.querySelectorAll('[data-corner]').forEach((corner) => {
      corner.classList.toggle('waits', now.waiting > 0);
      corner.classList.toggle('parked', now.parked > 0);
      corner.querySelector('[data-waiting]').textContent = now.waiting ? String(now.waiting) : '✓';
      corner.querySelector('[data-corner-words]').textContent =
        (now.waiting ? pencilmark.outbox.inWords(now) + ' on this tablet' : 'Everything was sent') +
        (now.erased ? ', and ' + many(now.erased, 'answer was', 'answers were') + ' let go because a family took them out' : '') + '. For the leader: hold.';
    });
  }

  async function fillPanel(panel) {
    const now = await pencilmark.outbox.state();
    const tablet = await pencilmark.memory.tablet();
    const drafts = (await pencilmark.memory.all('drafts')).length;
    const set = (name, words) => { panel.querySelector('[data-' + name + ']').textContent = words; };
    set('panel-waiting', now.unsure ? UNSURE + (now.waiting ? ' A file saved now would hold ' + now.waiting + ' and perhaps not all.' : '') : now.waiting ? pencilmark.outbox.inWords(now) + ' to be sent.' : 'Nothing waits on this tablet.');
    set('panel-parked', now.parked ? many(now.parked, 'was', 'were') + ' refused by the server. Save to a file and tell whoever looks after Pencilmark.' : '');
    set('panel-erased', now.erased ? many(now.erased, 'was', 'were') + ' let go without being counted: their family has taken its answers out.' : '');
    set('panel-drafts', drafts ? many(drafts, 'questionnaire is', 'questionnaires are') + ' under way.' : '');
    set('panel-storage', STORAGE_WORDS[await pencilmark.memory.storage()]);
    set('panel-name', 'This tablet is ' + tablet.device.slice(0, 4).toUpperCase() + '.');
    panel.querySelector('[data-send-now]').disabled = !now.waiting && !now.unsure;
    panel.querySelector('[data-save-file]').disabled = !now.waiting;
    const left = pencilmark.left && pencilmark.left.draft();
    const open = panel.querySelector('[data-open-draft]');
    open.hidden = !left;
    if (left) open.textContent = 'Go on with ' + pencilmark.stage.nameOf(left.base.animal) + '’s questions';
    panel.querySelector('[data-panel-voice]').hidden = pencilmark.aloud.canSpeak();
    const started = await pencilmark.aftersStarted(panel.dataset.session);
    set('panel-afters', started ? 'The afters have started.' : '');
    panel.querySelector('[data-start-afters]').hidden = started || panel.dataset.afters !== 'yes';
  }

  function tell(panel, words) {
    panel.querySelector('[data-panel-said]').textContent = words;
  }

  // A try may take its time: what is said names the minute.
  async function sendNow(panel) {
    tell(panel, 'Trying to send…');
    try { await pencilmark.outbox.sendNow(); } catch (unreadable) { return tell(panel, UNSURE); }
    const now = await pencilmark.outbox.state();
    const time = new Date().toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
    const waits = pencilmark.outbox.inWords(now);
    if (now.unsure) tell(panel, UNSURE);
    else if (!now.waiting) tell(panel, 'Sent at ' + time + '. The laptop has everything.');
    else if (now.waiting === now.parked) tell(panel, 'Refused again at ' + time + '. Save to a file.');
    else if (now.elsewhere) tell(panel, 'Another page of this tablet is sending them: ' + waits + ' still. Look again in a moment.');
    else tell(panel, 'At ' + time + ' the laptop could not be reached: ' + waits + ' here, safe, and this tablet tries again by itself. Is it on the hall’s wifi?');
    return fillPanel(panel);
  }

  function saveFile(panel) {
    pencilmark.saveRescueFile().then(
      (name) => tell(panel, 'Saved among this tablet’s downloads as ' + name + '. It holds card codes and answers that anybody can read: take it to the laptop’s page “Answers from a tablet’s file”, then delete it. What the laptop does not have yet stays on this tablet, too.'),
      () => tell(panel, 'The file could not be saved. Leave this page open, and look again in a moment.'));
  }

  function showPanel() {
    const panel = document.querySelector('[data-panel]');
    tell(panel, '');
    fillPanel(panel).then(() => {
      panel.hidden = false;
      panel.querySelector('h2').focus();
    });
  }

  function startLeader(session) {
    const corner = document.querySelector('[data-corner]');
    const panel = document.querySelector('[data-panel]');
    pencilmark.outbox.listen(say);
    if (!corner) return;
    pencilmark.onHold(corner, showPanel);
    pencilmark.outbox.listen(() => { if (!panel.hidden) fillPanel(panel); });
    panel.addEventListener('click', (event) => {
      const tapped = event.target.closest('button');
      if (!tapped) return;
      if (tapped.hasAttribute('data-close')) { panel.hidden = true; corner.focus(); }
      if (tapped.hasAttribute('data-send-now')) sendNow(panel);
      if (tapped.hasAttribute('data-save-file')) saveFile(panel);
      if (tapped.hasAttribute('data-open-draft')) { panel.hidden = true; pencilmark.left.goOn(); }
      if (tapped.hasAttribute('data-start-afters')) pencilmark.noteAfters(session, { here: true }).then(() => fillPanel(panel));
    });
    document.addEventListener('keydown', (event) => { if (event.key === 'Escape') panel.hidden = true; });
    pencilmark.memory.storage().then((storage) => {
      document.querySelector('[data-unsafe]').hidden = storage !== 'page';
    });
    // Never two at once: where nothing is answered they would take all connections that a browser has for a server, and
    // answers would wait behind them. What happened meanwhile is in the next.
    let under = false;
    let more = false;
    const beatNow = () => {
      more = true;
      if (under) return;
      under = true;
      more = false;
      beat(session).catch(() => {}).then(() => { under = false; if (more) beatNow(); });
    };
    let soon = 0;
    // Something was begun, sealed or sent: the server is not to believe the last beat any longer than it must.
    pencilmark.beatSoon = () => {
      clearTimeout(soon);
      soon = setTimeout(beatNow, SOON_MS);
    };
    pencilmark.outbox.listen(pencilmark.beatSoon);
    setInterval(beatNow, BEAT_MS);
  }

  // Who has begun here and not finished: a card's hash, a picture and a wave.
  function sitting(session, drafts) {
    const here = drafts.filter((draft) => draft.base && draft.base.session === session);
    return here.map((draft) => ({ card: pencilmark.cardHash(session, draft.base.card), animal: draft.base.animal, wave: draft.base.wave }));
  }

  // Tells the server what this tablet holds. Nothing depends on it: a lost beat is followed by another.
  async function beat(session) {
    // In this order: where nothing can be begun any more, what is counted next can only become less; and a draft that
    // is sealed meanwhile is counted among what waits.
    const stopped = await pencilmark.stoppedUnder(session);
    const drafts = await pencilmark.memory.all('drafts');
    const now = await pencilmark.outbox.state();
    if (drafts.unsure || now.unsure) return; // a silent tablet is never thought empty
    const tablet = await pencilmark.memory.tablet();
    const holds = {
      device: tablet.device, session: session, sequence: tablet.sequence, waiting: now.waiting, parked: now.parked,
      drafts: drafts.length, sitting: sitting(session, drafts), storage: await pencilmark.memory.storage(),
      oldest_ms: now.oldest_ms, shell: document.querySelector('[data-tablet]').dataset.shell, clock_ms: Date.now(),
      grant: await pencilmark.grant(session), cards: await pencilmark.cardsKept(session), stopped: stopped,
    };
    const heard = await pencilmark.within(PATIENCE_MS, async (signal) => {
      const reply = await fetch('/beat', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(holds), credentials: 'same-origin', signal: signal });
      return reply.ok ? reply.json() : {};
    });
    if (typeof heard.afters === 'boolean') await pencilmark.noteAfters(session, { told: heard.afters });
    if ('collecting' in heard) await pencilmark.hearCollecting(session, heard.collecting, stopped);
  }

  pencilmark.startLeader = startLeader;
})(window.pencilmark = window.pencilmark || {});
