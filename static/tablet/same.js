// A question that two waves of a survey ask alike is sent once: here the others get their copy of it.
(function (pencilmark) {
  'use strict';

  // Openings are not counted: they stand whole in every wave.
  const screensOf = (template) => template.content.querySelectorAll('.screen:not([data-opening])');

  pencilmark.copySame = function () {
    document.querySelectorAll('template[data-survey]').forEach((template) => {
      template.content.querySelectorAll('[data-same]').forEach((place) => {
        const [wave, at] = place.dataset.same.split(' ');
        const whole = document.querySelector('template[data-survey="' + template.dataset.survey + '"][data-wave="' + wave + '"]');
        place.replaceWith(screensOf(whole)[at].cloneNode(true));
      });
    });
  };
})(window.pencilmark = window.pencilmark || {});
