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

  // The people of a family in the order of the card, with how things stand: 'done', 'stopped', 'refused', 'now', 'next' or 'waits'.
  function standing(order, at, who, now) {
    const refusal = (animal) => (who.refusals || []).find((note) => note.animal === animal);
    // A grown-up's no is for every child of theirs who has not answered yet.
    const isAsked = (animal) => !who.refused || pencilmark.roleOf(animal) !== 'child' || who.done.indexOf(animal) >= 0;
    const known = order.filter((animal) => animal === now || isAsked(animal) &&
      (who.people.some((person) => person.animal === animal) || who.done.indexOf(animal) >= 0 || refusal(animal)));
    let next = false;
    return known.map((animal) => {
      const person = who.people.find((one) => one.animal === animal) || { visits: [] };
      const { due } = pencilmark.proposeWave(at, person);
      const isDone = who.done.indexOf(animal) >= 0 || !due;
      const no = refusal(animal);
      if (animal === now) return { animal: animal, is: 'now' };
      if ((who.stopped || []).indexOf(animal) >= 0) return { animal: animal, is: 'stopped' };
      if (no && no.wave === due) return { animal: animal, is: no.stopped ? 'stopped' : 'refused' };
      if (isDone) return { animal: animal, is: 'done' };
      const first = !next;
      next = true;
      return { animal: animal, is: first ? 'next' : 'waits' };
    });
  }

  const WORDS = { done: 'done', stopped: 'stopped', refused: 'said no today', now: 'answering now', next: 'next', waits: 'still to come' };
  const SIGNS = { done: '✓', stopped: '–', refused: '–', now: '●', next: '●', waits: '' };

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
