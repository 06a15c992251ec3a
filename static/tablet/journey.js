// A family's way on the tablet itself: card, picture, permission, questions, pass it on. It needs no
// server once the session's page and kit are here; the same way without script is the server's.
(function (pencilmark) {
  'use strict';

  const { stage, family, leaving, aloud } = pencilmark;

  pencilmark.ANIMALS = ['fox', 'owl', 'frog', 'bee', 'cat', 'whale', 'sun', 'moon'];

  function startJourney(tablet) {
    const session = tablet.dataset.session;
    const way = {
      session,
      address: tablet.dataset.address,
      facts: JSON.parse(tablet.dataset.facts), // what the page was drawn with: see ShellPage
      home: tablet.dataset.address !== '/s/' + session, // a family's own phone, after the session
      who: null, // the family: { session, code, people, permitted, asked, afters, leaving, done, stopped, words, last, closing, kept }
      said: {}, // by the person whose turn it is
      asking: null, // { controls, attempt } while questions are on the stage
      hidden: null, // the attempt whose questions were hidden because nobody was there
    };
    pencilmark.addSteps(way);
    pencilmark.addTurns(way);
    pencilmark.addAbsence(way);
    pencilmark.addCollecting(way);
    pencilmark.addWithdrawal(way);

    // A new document, unless answers are kept nowhere but in this one.
    way.anew = async (instead) => leaving.leave(way.address, (await pencilmark.memory.storage()) !== 'page', instead);

    // ---- our own mistakes ----

    // Some of our own script has failed: what was tapped is kept, and nobody stands before a button that does nothing.
    way.trouble = () => {
      if (stage.showsNow() === 'trouble') return;
      if (way.asking) way.asking.controls.rest();
      stage.show('trouble');
    };
    window.addEventListener('error', way.trouble);
    window.addEventListener('unhandledrejection', way.trouble);

    // ---- what people do ----

    document.addEventListener('click', stage.guard, true);
    document.addEventListener('click', (event) => {
      leaving.deepen();
      aloud.unlock();
      const tapped = event.target.closest('button, a');
      if (!tapped) return;
      if (tapped.hasAttribute('data-calm')) return family.calm(!family.eased().calm);
      if (tapped.hasAttribute('data-say')) {
        if (!way.asking) aloud.screen(stage.place());
        family.ease({ aloud: true });
        return aloud.turn(true);
      }
      if (!stage.place().contains(tapped) || way.asking) return;
      if (tapped.type === 'submit' && tapped.name) { event.preventDefault(); way.answerStep(tapped.name, tapped.value); }
      else if (tapped.hasAttribute('data-all-done')) { event.preventDefault(); allDone(); }
      else if (tapped.hasAttribute('data-take-out')) { event.preventDefault(); way.showWithdrawal(); }
      else if (tapped.hasAttribute('data-notice')) { event.preventDefault(); way.showNotice(); }
      else if (tapped.hasAttribute('data-notice-read')) way.step();
      else if (tapped.hasAttribute('data-again')) way.toStart();
      else if (tapped.hasAttribute('data-open-again')) way.anew(open);
    });
    document.addEventListener('submit', (event) => {
      const code = event.target.elements.code;
      if (!stage.place().contains(event.target)) return;
      event.preventDefault();
      if (event.target.hasAttribute('data-takes-out')) way.takeOut(event.target);
      else if (code) way.openCard(code.value);
    });

    function allDone() {
      const last = way.who && way.who.last;
      way.who = null;
      family.forget();
      stage.show('saving', (copy) => { if (last) stage.fillAnimal(copy, last); });
      way.anew(() => way.toStart());
    }

    // A browser asks the server when a page is loaded again, and without one has nothing to show. Opened anew it
    // comes from the browser's cache: so the keys that load it again open it anew. On https the service worker does.
    document.addEventListener('keydown', (event) => {
      const again = event.key === 'F5' || ((event.ctrlKey || event.metaKey) && (event.key === 'r' || event.key === 'R'));
      if (!again || event.shiftKey || navigator.serviceWorker) return;
      event.preventDefault();
      way.anew(() => {});
    });

    leaving.onBack(() => {
      if (way.asking) way.asking.controls.back();
      else if (stage.showsNow() === 'notice') way.step();
      else if (stage.showsNow() === 'withdrawal') way.toStart();
      else if (way.who && ['year', 'permission', 'ready'].indexOf(stage.showsNow()) >= 0) way.showWho();
    });

    // Whatever way the page is left, nobody finds answers in it; the draft is on the tablet. A page that
    // the browser kept begins anew.
    window.addEventListener('pagehide', () => {
      if (way.asking) way.asking.controls.rest();
      stage.wipeStage();
      stage.place().dataset.shows = 'left';
    });
    window.addEventListener('pageshow', (event) => { if (event.persisted) way.anew(open); });
    document.addEventListener('visibilitychange', () => {
      if (!way.asking) return;
      if (document.hidden) way.asking.controls.rest(); else way.asking.controls.wake();
    });

    // ---- the beginning ----

    // A card that was scanned, or typed where no session was known yet.
    function handedCard() {
      let code = tablet.dataset.card;
      delete tablet.dataset.card;
      try {
        code = code || sessionStorage.getItem('pencilmark.card');
        sessionStorage.removeItem('pencilmark.card');
      } catch (blocked) { /* then it is typed again */ }
      return code;
    }

    async function open() {
      family.wear();
      if (family.eased().aloud) aloud.turn(true);
      const drafts = (await pencilmark.leftBehind()).filter((draft) => draft.base.session === way.session);
      pencilmark.outbox.again(); // what was left behind for too long has been sealed
      if (drafts.length) return way.showResume(drafts);
      way.who = family.recall(way.session);
      if (way.who && await pencilmark.aftersStarted(way.session)) way.who.afters = true; // since the card was opened
      if (way.who && way.who.last) return way.showPassOn();
      if (way.who) return way.step();
      if (tablet.dataset.opens === 'withdrawal') return way.showWithdrawal(); // by its own address
      const code = handedCard();
      if (stage.showsNow() !== 'start') way.toStart();
      if (code) stage.veil(); // the start page is not for whoever has scanned a card
      if (await way.restIfStopped()) return undefined;
      return code ? way.openCard(code) : undefined;
    }

    way.idle.start();
    return open();
  }

  pencilmark.startJourney = startJourney;
})(window.pencilmark = window.pencilmark || {});
