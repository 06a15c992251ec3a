// Screens read aloud, by a recording beside the survey where there is one, else by the tablet's own voice.
//
// Local voices come first: some browsers send the words of the others to a server. The child's first
// tap unlocks sound; before it nothing is said.
(function (pencilmark) {
  'use strict';

  const PACE = 0.9; // a little slower than the voice would
  const speech = window.speechSynthesis;

  let on = false;
  let tapped = false;
  let current = null; // what Replay says again
  let player = null;

  // The best of a list of voices for a language: on the tablet itself, and of the same country.
  function pickVoice(voices, language) {
    const short = language.slice(0, 2).toLowerCase();
    const wanted = language.length > 2 ? language : { en: 'en-GB' }[short] || language;
    const spoken = voices.filter((voice) => voice.lang.slice(0, 2).toLowerCase() === short);
    const points = (voice) => (voice.localService ? 2 : 0) + (voice.lang.replace('_', '-') === wanted ? 1 : 0);
    return spoken.sort((a, b) => points(b) - points(a))[0] || null;
  }

  // An element's words without what is only drawn, or hidden just now.
  function textOf(part) {
    const copy = part.cloneNode(true);
    copy.querySelectorAll('[hidden], [aria-hidden]').forEach((unseen) => unseen.parentNode.removeChild(unseen));
    copy.querySelectorAll('small').forEach((more) => { more.textContent = ', ' + more.textContent; }); // a breath before it
    return copy.textContent.replace(/\s+/g, ' ').replace(/ ,/g, ',').trim();
  }

  // What of a screen is said, in the order a reader would: the question, each choice, the ways round it. A list of jobs
  // has the same answers in every row: they are said once.
  function wordsOf(screen) {
    const texts = (selector) => Array.from(screen.querySelectorAll(selector)).filter((part) => !part.closest('[hidden], [data-bar]')).map(textOf);
    const choices = screen.querySelector('.job-row') ? texts('.job-row .name').concat(texts('.job-row:first-child .plate, .asides .plate')) : texts('.option .plate');
    const said = screen.matches('.screen') ? texts('.question').concat(texts('.say'), texts('button.bubble'), choices, texts('.asides .button'))
      : texts('h1, h2, .question, .lead:not([data-audio]), .error, li, .plate, .button, [data-hold]');
    return said.filter(Boolean);
  }

  // What is said one after the other: { audio, words }, the words where there is no recording or it cannot be
  // heard. A recording is of the whole screen; only the words after the last question have their own beside it.
  function partsOf(screen, after) {
    if (screen.matches('.screen')) return [{ audio: screen.dataset.audio, words: wordsOf(screen) }, { audio: '', words: after }];
    const whole = screen.querySelector('[data-audio]:not(.lead)');
    const closing = Array.from(screen.querySelectorAll('.lead[data-audio]'), (part) => ({ audio: part.dataset.audio, words: [textOf(part)] }));
    return closing.concat({ audio: whole ? whole.dataset.audio : '', words: wordsOf(screen) });
  }

  // A button that would say nothing is not shown: there is a voice for the language of the page, or a recording of the
  // screen. Lists of voices may come late.
  const canSpeak = () => Boolean(speech && pickVoice(Array.from(speech.getVoices()), document.documentElement.lang || 'en-GB'));

  function showButtons() {
    const heard = (current || []).some((part) => part.audio) || canSpeak();
    document.documentElement.classList.toggle('mute', !heard);
  }
  if (speech && speech.addEventListener) speech.addEventListener('voiceschanged', showButtons);

  let turnOf = 0; // counts what was begun to be said: an older one goes no further

  function quiet() {
    turnOf += 1;
    if (speech) speech.cancel();
    if (player) player.pause();
    player = null;
  }

  function speak(words) {
    if (!speech) return;
    const language = document.documentElement.lang || 'en-GB';
    const voice = pickVoice(Array.from(speech.getVoices()), language);
    words.forEach((sentence) => {
      const utterance = new SpeechSynthesisUtterance(sentence);
      utterance.lang = voice ? voice.lang : language;
      if (voice) utterance.voice = voice;
      utterance.rate = PACE;
      speech.speak(utterance);
    });
  }

  function say(parts) {
    current = parts;
    showButtons();
    if (!on || !tapped) return;
    quiet();
    sayFrom(parts, 0, turnOf);
  }

  // The voice has a queue of its own; a recording is waited for.
  function sayFrom(parts, index, turn) {
    const part = parts[index];
    if (!part || turn !== turnOf) return;
    const next = () => sayFrom(parts, index + 1, turn);
    if (!part.audio) { speak(part.words); return next(); }
    const own = player = new Audio(part.audio);
    // The file cannot be had or played. A player that was only told to be quiet fails, too.
    const other = () => { if (player === own) { player = null; speak(part.words); next(); } };
    own.onerror = other;
    own.onended = () => { if (player === own) { player = null; next(); } };
    const playing = own.play();
    if (playing && playing.catch) playing.catch(other);
  }

  // `after`: buttons that are named once the screen is read.
  function screen(element, after) {
    say(partsOf(element, (after || []).map(textOf)));
  }

  function meaning(element) {
    if (element) say([{ words: [textOf(element)], audio: '' }]);
  }

  // In between: what is said again stays what it was.
  function aside(elements) {
    if (!on || !tapped) return;
    quiet();
    speak(elements.map(textOf));
  }

  function again() {
    if (current) say(current);
  }

  // ---- recordings, taken along for when the server is off ----

  const KEPT = 'pencilmark-recordings';
  let takenAlong = false;

  // On https the service worker plays them from this cache, on plain http the browser from its own.
  async function takeAlong() {
    if (takenAlong) return;
    const addresses = new Set();
    document.querySelectorAll('template').forEach((template) => {
      if (template.dataset.closingAudio) addresses.add(template.dataset.closingAudio);
      template.content.querySelectorAll('[data-audio], [data-says]').forEach((part) => addresses.add(part.dataset.says || part.dataset.audio));
    });
    try {
      const cache = addresses.size && window.caches ? await caches.open(KEPT) : null;
      for (const address of addresses) {
        if (cache && await cache.match(address)) continue;
        const response = await fetch(address, { cache: 'force-cache' });
        if (!response.ok) throw new Error('not there');
        if (cache) await cache.put(address, response); else await response.arrayBuffer(); // to its end, or it is not kept
      }
      takenAlong = true;
    } catch (unreachable) { /* with the next kit */ }
  }

  // Whether screens are read from now on.
  function turn(yes) {
    on = yes;
    if (on) again(); else quiet();
    return on;
  }

  function unlock() {
    if (tapped) return;
    tapped = true;
    if (speech) speech.getVoices(); // some browsers load their list when first asked
    again();
  }

  function forget() {
    quiet();
    current = null;
  }

  pencilmark.aloud = { screen, meaning, aside, again, turn, unlock, forget, takeAlong, canSpeak, showButtons, isOn: () => on, pickVoice, wordsOf };
})(window.pencilmark = window.pencilmark || {});
