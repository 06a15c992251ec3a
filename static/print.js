/* A button that prints the page. Without script it stays hidden, and the page says how to print. */
document.addEventListener('DOMContentLoaded', function () {
  var button = document.querySelector('[data-print]');
  if (!button) return;
  button.hidden = false;
  button.addEventListener('click', function () { window.print(); });
});
