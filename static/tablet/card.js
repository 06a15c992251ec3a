// A card's code as people type it. The same table of cases holds this and `CardCode::parse`
// (tests/tables/cards.json).
(function (pencilmark) {
  'use strict';

  const ALPHABET = '234679ACDEFHJKMNPRTVWXY';
  const WEIGHTS = [2, 3, 4, 5, 6];
  const HINTS = [
    ['O0Q', 'If it looks like a circle it may be a C or a D: look again.'],
    ['I1L', 'If it looks like a line it may be a T or a 7: look again.'],
    ['S5', 'If it looks like an S or a 5 it may be a 3 or a 2: look again.'],
    ['B8', 'If it looks like a B or an 8 it may be a 3, a 6 or an E: look again.'],
    ['Z', 'If it looks like a Z it may be a 2: look again.'],
    ['G', 'If it looks like a G it may be a 6 or a C: look again.'],
    ['U', 'If it looks like a U it may be a V: look again.'],
  ];

  function checkSymbol(drawn) {
    const sum = WEIGHTS.reduce((total, weight, i) => total + weight * ALPHABET.indexOf(drawn[i]), 0);
    return ALPHABET[(23 - sum % 23) % 23];
  }

  // { code } or { error }: the sentence for whoever typed it. Nothing is corrected silently.
  function readCard(typed) {
    const symbols = Array.from(typed.replace(/[\s\-–—‑._]/g, '').toUpperCase());
    if (!symbols.length) return { error: 'Type the six letters and numbers on the card.' };
    const strange = symbols.find((symbol) => ALPHABET.indexOf(symbol) < 0);
    if (strange) {
      const hint = HINTS.find((known) => known[0].indexOf(strange) >= 0);
      return { error: 'Cards have no “' + strange + '”. ' + (hint ? hint[1] : 'Look at the card again.') };
    }
    if (symbols.length !== 6) {
      return { error: 'The code has six letters and numbers; this has ' + symbols.length + '. Look at the card again.' };
    }
    if (checkSymbol(symbols) !== symbols[5]) {
      return { error: 'That is not quite right: one letter or number is different on the card, or two are swapped.' };
    }
    return { code: symbols.join('') };
  }

  pencilmark.readCard = readCard;
})(window.pencilmark = window.pencilmark || {});
