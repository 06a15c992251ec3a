//! Answers that are kept no longer than was said: the clock of each programme, looked at from time to time.

use crate::session::Programme;
use crate::session::retention::{Clearing, Clock, Tick};

use super::{Deed, Store, StoreError, postgres, sqlite};

/// What there is to go, in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Clearable {
    /// Cards that were printed.
    pub cards: i64,
    /// People who are known.
    pub people: i64,
    /// Questionnaires that are stored.
    pub responses: i64,
}

/// Before anything arrived.
const EVER: i64 = -1;

/// Who does what nobody does by hand.
const CLOCK: &str = "the clock";

/// A clearing whose day has come.
pub(super) struct Due {
    /// Whose answers are cleared.
    pub programme_id: i64,
    /// How.
    pub clearing: Clearing,
    /// The day, for the receipt.
    pub today: String,
    /// The moment, microseconds since 1970.
    pub now_us: i64,
}

impl Store {
    /// The days that were set for a programme.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn clocks(&self, programme_id: i64) -> Result<Vec<Clock>, StoreError> {
        read!(self, retention::clocks(programme_id))
    }

    /// Sets a day, or with an empty text takes it back. Its warnings start anew; what has gone has gone, and so stays the
    /// receipt of it.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn set_clock(&self, programme_id: i64, clearing: Clearing, due_on: String) -> Result<(), StoreError> {
        self.set_clocks(programme_id, vec![(clearing, due_on)]).await
    }

    /// The same of several days, all of them or none.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn set_clocks(&self, programme_id: i64, days: Vec<(Clearing, String)>) -> Result<(), StoreError> {
        write!(self, retention::set_all(programme_id, &days))
    }

    /// Notes that somebody who can act on them was shown a programme's warnings: from then on they count.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn note_warnings_seen(&self, programme_id: i64, today: String) -> Result<(), StoreError> {
        write!(self, retention::seen(programme_id, &today))
    }

    /// Lets the warnings of what has not gone yet come anew: whoever put a copy back may have been shown none of them.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn warn_anew(&self) -> Result<(), StoreError> {
        write!(self, retention::warn_anew())
    }

    /// What a programme holds that could go.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn clearable(&self, programme_id: i64) -> Result<Clearable, StoreError> {
        read!(self, retention::clearable(programme_id))
    }

    /// Whether a card's code was cut from its answers, or went with them.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn is_cut(&self, code: &crate::person::CardCode) -> Result<bool, StoreError> {
        let digest = self.erasing().key.of_card(code);
        read!(self, retention::is_cut(&digest))
    }

    /// Does what the clocks of all programmes ask for on a day, each with its line in the log: warns, or clears.
    /// Sample data have no clock. Returns how many things were done.
    ///
    /// # Errors
    /// Where the database fails for one of them; what could be done for the others is done.
    pub async fn look_at_clocks(&self, today: &str, now_us: i64) -> Result<usize, StoreError> {
        let (mut done, mut failed) = (0, None);
        for programme in self.programmes().await?.into_iter().filter(|programme| !programme.sample) {
            match self.look_at_clocks_of(&programme, today, now_us).await {
                Ok(some) => done += some,
                // The others' days come all the same.
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        failed.map_or(Ok(done), Err)
    }

    async fn look_at_clocks_of(&self, programme: &Programme, today: &str, now_us: i64) -> Result<usize, StoreError> {
        let mut done = 0;
        let held = self.is_programme_held(programme.id).await?;
        if !held {
            done += self.sweep_texts(programme.id, &programme.name, now_us).await?;
        }
        for clock in self.clocks(programme.id).await? {
            let Some(tick) = clock.tick(today).filter(|tick| !held || *tick != Tick::Clear) else { continue };
            let what = match (tick, clock.clearing) {
                (Tick::WarnFirst, _) => "Warned for the first time that answers will be cleared",
                (Tick::WarnSecond, _) => "Warned for the second time that answers will be cleared",
                (Tick::Clear, Clearing::Texts) => "Deleted what families wrote on its day",
                (Tick::Clear, Clearing::Cut) => "Cut the codes from answers",
                (Tick::Clear, Clearing::Delete) => "Deleted answers on their day",
            };
            let deed = Deed {
                who: CLOCK.to_owned(),
                what: what.to_owned(),
                about: programme.name.clone(),
                reason: format!("{}: the day that was set is {}", clock.clearing.words(), clock.due_on),
            };
            let (id, clearing, day) = (programme.id, clock.clearing, today.to_owned());
            if tick == Tick::Clear {
                // Nothing may wait to be judged: it would be judged with a code that is no more.
                self.settle().await?;
                let (library, key) = (self.library(), self.erasing().key.clone());
                let due = Due { programme_id: id, clearing, today: day, now_us };
                if !write!(self, clearing::clear(&library, &due, &key, deed))? {
                    continue;
                }
                self.scrub().await;
            } else {
                write!(self, retention::warn(id, clearing, tick, &day, deed, now_us))?;
            }
            done += 1;
        }
        Ok(done)
    }

    /// Whether a whole programme is kept from being deleted.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn is_programme_held(&self, programme_id: i64) -> Result<bool, StoreError> {
        read!(self, protection::is_held(programme_id))
    }

    /// Takes away what families wrote that came, or was read, after the day on which texts went. Returns 1 where there
    /// was any.
    async fn sweep_texts(&self, programme_id: i64, name: &str, now_us: i64) -> Result<usize, StoreError> {
        let clocks = self.clocks(programme_id).await?;
        let texts = clocks.iter().find(|clock| clock.clearing == Clearing::Texts && clock.cleared_on_some_day());
        let Some(texts) = texts else { return Ok(0) };
        // While it is to come once more, what it spared the first time waits for the warnings.
        let since_us = if texts.done_on.is_empty() { texts.cleared_us } else { EVER };
        self.settle().await?;
        let deed = Deed {
            who: CLOCK.to_owned(),
            what: "Deleted what families wrote after its day".to_owned(),
            about: name.to_owned(),
            reason: "It came, or was read, after the day that was set".to_owned(),
        };
        let swept = write!(self, written::sweep(programme_id, since_us, deed, now_us))?;
        if swept {
            self.scrub().await;
        }
        Ok(usize::from(swept))
    }
}
