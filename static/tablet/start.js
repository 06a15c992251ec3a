// Starts what a page asks for with a `data-` attribute. Every page of this script sends what waits.
(function (pencilmark) {
  'use strict';

  const KIT_EVERY_MS = 60000;
  const PAGE_LOOK_MS = 3600 * 1000;
  const PAGE_EVERY_MS = 12 * 3600 * 1000; // a browser keeps the page for two days: see src/web/family.rs

  // Https has the service worker. On plain http the browser's own copy has to stay young enough to be opened anew.
  async function isOld() {
    if (navigator.serviceWorker) return false;
    const kept = await fetch(location.pathname, { cache: 'only-if-cached', mode: 'same-origin' });
    return !(Math.abs(Date.now() - Date.parse(kept.headers.get('date'))) < PAGE_EVERY_MS);
  }

  let lookedAt = -Infinity;

  const fetchPage = async () => (await fetch(location.pathname, { cache: 'reload' })).text(); // to its end, or it is not kept

  // A newer page is taken up only while nobody is on this one.
  async function refresh(tablet) {
    const kit = await pencilmark.fetchKit(tablet.dataset.session);
    if (kit) pencilmark.aloud.takeAlong();
    if (kit && kit.open && performance.now() - lookedAt > PAGE_LOOK_MS) {
      lookedAt = performance.now();
      if (await isOld().catch(() => true)) await fetchPage().catch(() => {});
    }
    if (!kit || pencilmark.stage.showsNow() !== 'start' || document.querySelector('[name="code"]').value) return;
    if (!kit.open) pencilmark.stage.show('closed');
    else if (kit.shell !== tablet.dataset.shell) {
      await fetchPage();
      location.replace(location.pathname);
    }
  }

  function startTablet(tablet) {
    document.documentElement.classList.add('js');
    pencilmark.copySame();
    pencilmark.aloud.showButtons();
    const scanned = /^\/c\/([0-9a-z-]+)$/i.exec(location.pathname);
    if (scanned && !tablet.dataset.card) tablet.dataset.card = scanned[1]; // the page was kept here: the server is off
    if (/\/withdrawal$/.test(location.pathname)) tablet.dataset.opens = 'withdrawal';
    const atHome = tablet.dataset.address !== '/s/' + tablet.dataset.session;
    if (location.pathname !== tablet.dataset.address) {
      history.replaceState(null, '', tablet.dataset.address); // a scanned card's code stays in no address
    }
    if (!atHome) pencilmark.startPairing(tablet.dataset.session, Boolean(tablet.dataset.card));
    pencilmark.startLeader(tablet.dataset.session);
    pencilmark.startJourney(tablet)
      .then(() => { tablet.dataset.open = 'yes'; }) // what this tablet remembers has been looked at
      .catch(() => document.documentElement.classList.remove('js'))
      .then(pencilmark.stage.unveil);
    if (atHome) return; // a family's phone takes nothing with it
    const look = () => refresh(tablet).catch(() => {}); // with the next kit
    look();
    setInterval(look, KIT_EVERY_MS);
    if (navigator.storage && navigator.storage.persist) navigator.storage.persist().catch(() => {});
    if (navigator.serviceWorker) startWorker(tablet.dataset.address).catch(() => {});
  }

  // Whoever opens a page of this tablet, of whichever session: what it knew of another day goes.
  async function forget(session) {
    await pencilmark.forgetRefusals();
    await pencilmark.forgetKits(session);
    await pencilmark.forgetOld();
  }

  // One visit is enough to begin without the server from then on: the worker is told what to keep.
  async function startWorker(address) {
    await navigator.serviceWorker.register('/sw.js');
    const { active } = await navigator.serviceWorker.ready;
    active.postMessage({ start: address });
  }

  // The first page of a tablet that has no session's address: the card says which one it is.
  function startFrontDoor(form) {
    form.addEventListener('submit', (event) => {
      const card = pencilmark.readCard(form.elements.code.value);
      if (card.error) return; // the server's page says so
      event.preventDefault();
      const options = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ code: card.code }) };
      fetch('/card/session', options).then((response) => response.json()).then((found) => {
        if (!found.address) throw new Error('none');
        pencilmark.handOver(found.address, card.code);
      }).catch(() => form.submit());
    });
  }

  pencilmark.handOver = (address, code) => {
    try { sessionStorage.setItem('pencilmark.card', code); } catch (blocked) { /* it is typed again */ }
    location.replace(address);
  };

  const again = () => pencilmark.outbox.again();
  window.addEventListener('online', again);
  window.addEventListener('focus', again);
  document.addEventListener('visibilitychange', () => { if (!document.hidden) again(); });
  document.addEventListener('DOMContentLoaded', () => {
    again();
    const tablet = document.querySelector('[data-tablet]');
    const door = document.querySelector('[data-front-door] form');
    if (tablet) startTablet(tablet); else pencilmark.startLeader('');
    forget(tablet ? tablet.dataset.session : '').catch(() => {}); // with the next page
    if (door) startFrontDoor(door);
  });
})(window.pencilmark = window.pencilmark || {});
