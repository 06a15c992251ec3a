// Pairing: the tablet asks, shows two words, and is called a colour once the leader has approved the same two
// words. Nothing waits for it: families answer on a tablet that is not paired, too.
(function (pencilmark) {
  'use strict';

  const memory = pencilmark.memory;
  const EVERY_MS = 2000;
  const SOON_MS = 10 * 60 * 1000; // so long a leader is likely to be about to say yes
  const LATER_MS = 15000;
  const PATIENCE_MS = 10000;

  const kept = (session) => memory.get('meta', 'pairing.' + session);

  // What the tablet proves itself with at this session; empty where it never asked.
  async function grant(session) {
    const pairing = await kept(session);
    return pairing ? pairing.token : '';
  }

  function show(words, colour) {
    const strip = document.querySelector('[data-pairing]');
    strip.hidden = !words.length;
    strip.className = 'pairing' + (colour ? ' ' + colour : '');
    strip.querySelector('[data-pairing-says]').textContent = words[0] || '';
    strip.querySelector('[data-pairing-words]').textContent = words[1] || '';
  }

  function showKept(pairing) {
    if (pairing.name) show([pairing.name + ' tablet', ''], pairing.colour);
    else if (pairing.words) show(['To pair this tablet, the leader looks for', pairing.words], '');
    else show([], '');
  }

  async function ask(session, pairing) {
    const tablet = await memory.tablet();
    const told = await pencilmark.within(PATIENCE_MS, async (signal) => (await fetch('/s/' + session + '/pairing', {
      method: 'POST', headers: { 'content-type': 'application/json' }, credentials: 'same-origin', cache: 'no-store', redirect: 'error',
      body: JSON.stringify({ device: tablet.device, token: pairing.token }), signal: signal,
    })).json());
    return Object.assign({}, pairing, { name: told.name || '', colour: told.colour || '', words: told.words || '', state: told.state });
  }

  // A telephone that came by a card is its family's own and asks for nothing.
  async function startPairing(session, ownDevice) {
    let pairing = await kept(session);
    if (!pairing && ownDevice) return;
    if (!pairing) await memory.put('meta', pairing = { key: 'pairing.' + session, token: pencilmark.randomHex(16) });
    if (pairing.name) showKept(pairing);
    const begun = Date.now();
    for (;;) {
      if (!document.hidden) {
        try {
          pairing = await ask(session, pairing);
          await memory.put('meta', pairing);
          showKept(pairing);
          if (pairing.state === 'paired' || pairing.state === 'refused') return;
        } catch (unreachable) { /* later */ }
      }
      await new Promise((resolve) => setTimeout(resolve, Date.now() - begun < SOON_MS ? EVERY_MS : LATER_MS));
    }
  }

  Object.assign(pencilmark, { startPairing, grant });
})(window.pencilmark = window.pencilmark || {});
