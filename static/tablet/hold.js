// A button that is held for two seconds: a child's stray tap does not hand the tablet on.
//
// Held with a finger, or with Enter or the space bar. Assistive technology that presses without holding
// (a click of no pointer and no key) is believed at once.
(function (pencilmark) {
  'use strict';

  const HOLD_MS = 2000;
  const BRIEF_MS = 3000;

  function onHold(button, work) {
    let timer = 0;
    let byKey = false;
    const start = () => {
      if (timer) return;
      button.classList.add('held');
      timer = setTimeout(() => { stop(); work(); }, HOLD_MS);
    };
    const stop = () => {
      clearTimeout(timer);
      timer = 0;
      button.classList.remove('held');
    };
    const isPress = (event) => event.key === 'Enter' || event.key === ' ';
    if (window.PointerEvent) {
      button.addEventListener('pointerdown', start);
      ['pointerup', 'pointerleave', 'pointercancel'].forEach((end) => button.addEventListener(end, stop));
    } else {
      button.addEventListener('touchstart', start);
      button.addEventListener('mousedown', start);
      ['touchend', 'touchcancel', 'mouseup', 'mouseleave'].forEach((end) => button.addEventListener(end, stop));
    }
    button.addEventListener('contextmenu', (event) => event.preventDefault()); // a long press on Android
    button.addEventListener('keydown', (event) => { if (isPress(event)) { byKey = true; start(); } });
    button.addEventListener('keyup', stop);
    button.addEventListener('blur', stop);
    // A tap was too short: the words on holding stand out, the button's own or its screen's, and are read.
    const tell = () => {
      const screen = button.closest('[data-stage]');
      const words = button.querySelector('small:last-child') || (screen && screen.querySelector('[data-hold-words]'));
      if (!words || button.closest('[hidden]')) return;
      words.classList.add('brief');
      setTimeout(() => words.classList.remove('brief'), BRIEF_MS);
      pencilmark.aloud.aside([words]);
    };
    button.addEventListener('click', (event) => {
      event.preventDefault();
      if (event.detail > 0 && !byKey) tell();
      if (event.detail === 0 && !byKey) { stop(); work(); }
      byKey = false;
    });
  }

  pencilmark.onHold = onHold;
})(window.pencilmark = window.pencilmark || {});
