// Shows how far a pack is while the browser downloads it: the server makes it as it is sent, and nobody can say
// beforehand how long it will be. Without it the download is the same.
(function () {
  'use strict';

  const ASK_MS = 500;
  const TRIES = 20; // so long the server may take before it begins

  function follow(link, box) {
    const bar = box.querySelector('progress');
    const words = box.querySelector('[role="status"]');
    const address = link.dataset.pack;
    let missed = 0;

    function say(text) { if (words.textContent !== text) words.textContent = text; }

    function show(pack) {
      bar.max = Math.max(pack.of, 1);
      bar.value = pack.state === 'whole' ? bar.max : pack.people;
      const number = (n) => n.toLocaleString('en-GB');
      if (pack.state === 'whole') say('The file is whole: everything about ' + number(pack.of) + ' people.');
      else if (pack.state === 'broken_off') say('The file was not finished. Download it again.');
      else if (pack.people < pack.of) say('Packing: ' + number(pack.people) + ' of ' + number(pack.of) + ' people');
      else say('Finishing: workbook and report');
    }

    async function ask() {
      try {
        const response = await fetch(address, { credentials: 'same-origin', cache: 'no-store', redirect: 'manual' });
        const pack = response.status === 200 ? await response.json() : { state: 'not_begun' };
        missed = pack.state === 'not_begun' ? missed + 1 : 0;
        if (!missed) show(pack);
        if (!missed && pack.state !== 'under_way') return;
      } catch (error) { missed += 1; }
      if (missed < TRIES) setTimeout(ask, ASK_MS);
      else say('The server does not say how far the file is. Look among your browser’s downloads.');
    }

    box.hidden = false;
    bar.removeAttribute('value');
    say('Beginning …');
    setTimeout(ask, ASK_MS);
  }

  document.addEventListener('DOMContentLoaded', () => {
    const box = document.querySelector('[data-packing]');
    document.querySelectorAll('[data-pack]').forEach((link) => link.addEventListener('click', () => follow(link, box)));
  });
})();
