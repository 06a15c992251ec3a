//! The end of a session: what its leader notes of the day, and how it was closed.

use crate::session::Session;
use crate::session::closing::{Closing, DayNotes};

use super::{SessionTablet, Store, StoreError, postgres, sqlite};

impl Store {
    /// What was noted of a session.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn day_notes(&self, session_id: i64) -> Result<Option<DayNotes>, StoreError> {
        read!(self, closing::notes(session_id))
    }

    /// Keeps what was noted of a session; what was noted before gives way.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn note_day(&self, session_id: i64, notes: DayNotes, now_us: i64) -> Result<(), StoreError> {
        write!(self, closing::note(session_id, &notes, now_us))
    }

    /// How a session was closed last; `None` where it never was, or before that was kept.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn closing(&self, session_id: i64) -> Result<Option<Closing>, StoreError> {
        read!(self, closing::closing(session_id))
    }

    /// Closes a session, with how that was. Numbers of `tablets` that are missing are given up here, so that
    /// the next session does not wait for them.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn close_with(
        &self,
        session: Session,
        closing: Closing,
        tablets: Vec<SessionTablet>,
        now_us: i64,
    ) -> Result<(), StoreError> {
        write!(self, closing::close(session.id, &session.key, &closing, &tablets, now_us))
    }
}
