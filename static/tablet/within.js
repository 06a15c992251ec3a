// Work that asks somebody who may never answer: a network that swallows everything keeps nobody waiting.
(function (pencilmark) {
  'use strict';

  // `work` gets a signal that breaks its requests off after so many milliseconds; what it gives is given, or it fails
  // then, also where a browser is too old to break anything off.
  function within(ms, work) {
    const giveUp = typeof AbortController === 'undefined' ? null : new AbortController();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        if (giveUp) giveUp.abort();
        reject(new Error('no answer'));
      }, ms);
      const over = (settle) => (value) => { clearTimeout(timer); settle(value); };
      work(giveUp ? giveUp.signal : undefined).then(over(resolve), over(reject));
    });
  }

  pencilmark.within = within;
})(window.pencilmark = window.pencilmark || {});
