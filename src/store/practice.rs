//! Practices: a session to try everything with, beside a project, that can be counted with nothing real.

use crate::person::CardCode;

use super::{Store, StoreError, postgres, sqlite};

/// A practice that is under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Practice {
    /// Its programme.
    pub programme_id: i64,
    /// Its session's key.
    pub session: String,
    /// The day it was begun, ISO 8601.
    pub held_on: String,
}

/// A practice on its way in.
#[derive(Debug, Clone)]
pub struct NewPractice {
    /// Its session's key: one that is in use is [`StoreError::Taken`].
    pub session: String,
    /// Today, ISO 8601.
    pub held_on: String,
    /// Codes for its cards; those that are in use are left out.
    pub cards: Vec<CardCode>,
}

impl Store {
    /// The practice of a project, where one is under way.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn practice(&self, project_id: i64) -> Result<Option<Practice>, StoreError> {
        read!(self, practice::of_project(project_id))
    }

    /// Begins a practice beside a project; an earlier one of that project is taken away. `false` where there is no
    /// such project.
    ///
    /// # Errors
    /// [`StoreError::Taken`] where the session's key is in use, or where the database fails; then nothing has changed.
    pub async fn begin_practice(&self, project_id: i64, new: NewPractice, now_us: i64) -> Result<bool, StoreError> {
        let mut fresh = Vec::with_capacity(new.cards.len());
        for code in new.cards {
            if !self.is_taken_out(&code).await? {
                fresh.push(code);
            }
        }
        let new = NewPractice { cards: fresh, ..new };
        write!(self, practice::begin(project_id, &new, now_us))
    }

    /// Takes a practice away with all that came to it. What still comes is let go. Anything but a practice stays.
    ///
    /// # Errors
    /// Where the database fails; then it is still whole.
    pub async fn end_practice(&self, programme_id: i64) -> Result<(), StoreError> {
        write!(self, practice::end(programme_id))
    }

    /// Whether this was the session of a practice that is over.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn practice_is_over(&self, session: &str) -> Result<bool, StoreError> {
        // A key that none can be is not asked for: PostgreSQL refuses some texts outright.
        if !crate::response::is_key(session) {
            return Ok(false);
        }
        read!(self, practice::is_over(session))
    }
}
