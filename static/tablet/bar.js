// The people of a family as pictures in a row: done, whose turn it is, who is next.
(function (pencilmark) {
  'use strict';

  const SVG = 'http://www.w3.org/2000/svg';

  function picture(animal) {
    const svg = document.createElementNS(SVG, 'svg');
    const use = document.createElementNS(SVG, 'use');
    svg.setAttribute('class', 'picture');
    svg.setAttribute('viewBox', '0 0 32 32');
    svg.setAttribute('aria-hidden', 'true');
    use.setAttribute('href', '#p-people-' + animal);
    svg.appendChild(use);
    return svg;
  }

  // The people of a family in the order of the card, with how things stand: 'done', 'stopped', 'now', 'next' or 'waits'.
  function standing(order, at, who, now) {
    const known = order.filter((animal) => who.people.some((person) => person.animal === animal) || who.done.indexOf(animal) >= 0 || animal === now);
    let next = false;
    return known.map((animal) => {
      const person = who.people.find((one) => one.animal === animal) || { visits: [] };
      const isDone = who.done.indexOf(animal) >= 0 || !pencilmark.proposeWave(at, person).due;
      if (animal === now) return { animal: animal, is: 'now' };
      if ((who.stopped || []).indexOf(animal) >= 0) return { animal: animal, is: 'stopped' };
      if (isDone) return { animal: animal, is: 'done' };
      const first = !next;
      next = true;
      return { animal: animal, is: first ? 'next' : 'waits' };
    });
  }

  const WORDS = { done: 'done', stopped: 'stopped', now: 'answering now', next: 'next', waits: 'still to come' };
  const SIGNS = { done: '✓', stopped: '–', now: '●', next: '●', waits: '' };

  function fillBar(root, people) {
    const list = root.querySelector('[data-bar]');
    if (!list) return;
    list.hidden = people.length < 2;
    people.forEach((person) => {
      const entry = document.createElement('li');
      entry.className = person.is;
      entry.appendChild(picture(person.animal));
      const sign = document.createElement('span');
      sign.className = 'state';
      sign.setAttribute('aria-hidden', 'true');
      sign.textContent = SIGNS[person.is];
      const words = document.createElement('span');
      words.className = 'hidden';
      words.textContent = pencilmark.stage.nameOf(person.animal) + ': ' + WORDS[person.is];
      entry.appendChild(sign);
      entry.appendChild(words);
      list.appendChild(entry);
    });
  }

  pencilmark.bar = { standing, fillBar };
})(window.pencilmark = window.pencilmark || {});
