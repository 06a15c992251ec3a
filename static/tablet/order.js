// Left and right, and the order of jobs: different between people, the same for one person at every
// wave, with or without script (tests/tables/orders.json; src/html/questionnaire/order.rs).
(function (pencilmark) {
  'use strict';

  const text = (words) => pencilmark.sha256Plain(new TextEncoder().encode(words));

  function orderOf(card, animal) {
    const digest = text('order of ' + card + ' ' + animal);
    return { seed: digest.slice(0, 16), swapped: parseInt(digest.slice(16, 18), 16) % 2 === 1 };
  }

  function shuffled(order, list, things) {
    return things.map((thing, index) => ({ key: text(order.seed + ' ' + list + ' ' + index).slice(0, 16), thing: thing }))
      .sort((a, b) => (a.key < b.key ? -1 : 1))
      .map((keyed) => keyed.thing);
  }

  // Arranges a questionnaire that was drawn for nobody: `data-swap` turns its children round, all parts
  // with the same `data-shuffle` share their children out anew.
  function arrange(root, order) {
    if (order.swapped) {
      root.querySelectorAll('[data-swap]').forEach((pair) => {
        Array.from(pair.children).reverse().forEach((child) => pair.appendChild(child));
      });
    }
    const places = Array.from(root.querySelectorAll('[data-shuffle]'));
    const lists = new Set(places.map((place) => place.dataset.shuffle));
    lists.forEach((list) => {
      const own = places.filter((place) => place.dataset.shuffle === list);
      const sizes = own.map((place) => place.children.length);
      const things = shuffled(order, list, [].concat.apply([], own.map((place) => Array.from(place.children))));
      own.forEach((place, i) => things.splice(0, sizes[i]).forEach((thing) => place.appendChild(thing)));
      own.forEach((place) => { // only now has each place its own children and no more
        const names = Array.from(place.querySelectorAll('input')).map((input) => input.name);
        place.closest('.screen').dataset.fields = Array.from(new Set(names)).join(' ');
      });
    });
  }

  Object.assign(pencilmark, { orderOf, shuffled, arrange });
})(window.pencilmark = window.pencilmark || {});
