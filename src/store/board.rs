//! What a session's leader watches: who came and what they have answered, and what its tablets say.

use tokio::sync::watch;

use crate::person::{Animal, CardCode};
use crate::session::pack_away::{LastWord, TabletFacts};

use super::{PriorVisit, Store, StoreError, TabletBeat, postgres, sqlite};

/// Someone who came to a session.
#[derive(Debug, Clone)]
pub struct Attendee {
    /// Key in the store.
    pub id: i64,
    /// Their family's card.
    pub card: CardCode,
    /// Their picture.
    pub animal: Animal,
    /// When they were first seen anywhere, microseconds since 1970; 0 where that is not known.
    pub first_seen_us: i64,
    /// How many other sessions they came to.
    pub attended: i64,
    /// What they have answered, here and elsewhere.
    pub visits: Vec<PriorVisit>,
}

/// A tablet at a session, or a family's own device.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SessionTablet {
    /// The tablet, 16 hexadecimal digits.
    pub device: String,
    /// What it is, or was, called here.
    pub name: Option<String>,
    /// The pairing that holds now.
    pub pairing: Option<i64>,
    /// What it last said of itself, and when.
    pub beat: Option<(TabletBeat, i64)>,
    /// Somebody said that it is a family's own and not one to pack away.
    pub gone_home: bool,
    /// How many of its numbers, up to its newest word, are accounted for here.
    pub accounted: i64,
    /// The highest of its numbers that is here.
    pub newest: i64,
    /// What came from it that was begun at this session.
    pub sent: i64,
}

impl SessionTablet {
    /// What decides whether it may be packed away.
    pub fn facts(&self) -> TabletFacts {
        let last = self.beat.as_ref().map(|(beat, seen_us)| LastWord {
            seen_us: *seen_us,
            sequence: beat.sequence,
            waiting: beat.waiting,
            drafts: beat.drafts,
            stopped_under: beat.stopped_under,
        });
        let gone_home = self.gone_home && self.pairing.is_none();
        TabletFacts { last, accounted: self.accounted, newest: self.newest, gone_home }
    }
}

impl Store {
    /// Who came to a session, with everything that counts for them so far.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn attendees(&self, session_id: i64) -> Result<Vec<Attendee>, StoreError> {
        read!(self, board::attendees(session_id))
    }

    /// Every tablet that was ever paired with a session, spoke at it, or sent something begun at it.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn session_tablets(&self, session_id: i64, key: &str) -> Result<Vec<SessionTablet>, StoreError> {
        read!(self, board::tablets_of(session_id, key))
    }

    /// Notes that a device is a family's own, or takes that back with `None`. Returns whether it has spoken here.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn call_own_device(
        &self,
        session_id: i64,
        device: String,
        at_us: Option<i64>,
    ) -> Result<bool, StoreError> {
        write!(self, board::call_own(session_id, &device, at_us))
    }

    /// How many cards a programme has: what an offline copy of any of its sessions knows.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn cards_of_programme(&self, programme_id: i64) -> Result<i64, StoreError> {
        read!(self, board::cards_of_programme(programme_id))
    }

    /// How many answers arrived after a session was closed.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn late_at(&self, session_id: i64) -> Result<i64, StoreError> {
        read!(self, board::late_at(session_id))
    }

    /// Counts up whenever anything was written through this program: a reason to look again.
    pub fn changes(&self) -> watch::Receiver<u64> {
        match self {
            Store::Sqlite(side) => side.changes(),
            Store::Postgres(side) => side.changes(),
        }
    }
}
