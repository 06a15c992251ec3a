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

    /// What tablets of a session have to say that they stopped under: its collecting, or the closing of one that was
    /// not collected. `None` while families may answer.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn collecting(&self, session_id: i64) -> Result<Option<i64>, StoreError> {
        read!(self, closing::collecting(session_id))
    }

    /// Collects the tablets of a session from this moment on; `None` lets families go on. What is collected already
    /// stays as it is.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn collect(&self, session_id: i64, since_us: Option<i64>) -> Result<(), StoreError> {
        write!(self, closing::collect(session_id, since_us))
    }

    /// Opens a session that was closed.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn reopen(&self, session_id: i64) -> Result<(), StoreError> {
        write!(self, closing::reopen(session_id))
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
