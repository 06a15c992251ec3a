/* The grid for keying paper in: a wrong key is refused at once, a right one goes on to the next cell. */
document.addEventListener('DOMContentLoaded', function () {
  'use strict';
  var form = document.querySelector('[data-keying]');
  if (!form) return;
  var says = document.querySelector('[data-keying-says]');
  var cells = Array.from(form.querySelectorAll('input, select, button'));
  var grid = function (input) { return input.hasAttribute('data-keys'); };
  var keysOf = function (input) { return input.dataset.keys.split(' ').concat(['?', '-']); };

  function go(from, step) {
    var to = cells[cells.indexOf(from) + step];
    if (!to) return;
    to.focus();
    if (to.select) to.select();
  }

  function refuse(input, typed) {
    input.value = input.dataset.kept || '';
    input.classList.add('wrong');
    says.textContent = input.name + ': “' + typed + '” is none of ' + keysOf(input).join(' ') + '.';
  }

  form.addEventListener('input', function (event) {
    var input = event.target;
    if (!input.hasAttribute || !grid(input)) return;
    var typed = input.value.trim();
    var fits = keysOf(input).filter(function (key) { return key.indexOf(typed) === 0; });
    if (typed && !fits.length) return refuse(input, typed);
    input.classList.remove('wrong');
    input.dataset.kept = typed;
    says.textContent = '';
    if (fits.length === 1 && fits[0] === typed) go(input, 1);
  });

  form.addEventListener('keydown', function (event) {
    var input = event.target;
    if (input.tagName !== 'INPUT') return;
    var back = event.key === 'ArrowUp' || (event.key === 'ArrowLeft' && grid(input));
    var on = event.key === 'ArrowDown' || event.key === 'Enter' || (event.key === 'ArrowRight' && grid(input));
    if (!back && !on) return;
    event.preventDefault();
    go(input, back ? -1 : 1);
  });

  document.getElementById('code').focus();
});
