//! Papers that were keyed in, and keyed in again.

use crate::person::SchoolYear;
use crate::response::{Envelope, ResponseId};
use crate::survey::Wave;

use super::{Store, StoreError, postgres, sqlite};

/// A paper that was keyed in twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecondKeying {
    /// The response that stands since.
    pub response: ResponseId,
    /// The session.
    pub session_id: i64,
    /// The questionnaire.
    pub survey: String,
    /// When in the person's story.
    pub wave: Wave,
    /// Who keyed it the second time.
    pub who: String,
    /// Answers that differed.
    pub differences: i64,
    /// Why those that stand were taken; empty where nothing differed.
    pub reason: String,
}

impl Store {
    /// What was first keyed in of the same paper: at this session, of the same person, questionnaire and wave. Judges
    /// what waits before it looks.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn keyed(&self, session_id: i64, again: &Envelope) -> Result<Option<Envelope>, StoreError> {
        self.settle().await?;
        read!(self, keying::first(session_id, again))
    }

    /// Puts a person's school year right where it is known from a paper whose year was keyed in wrongly, and counts them
    /// where they belong. Anybody who was known before that paper keeps theirs.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn correct_school_year(&self, paper: Envelope, year: SchoolYear) -> Result<(), StoreError> {
        self.settle().await?;
        write!(self, keying::correct_school_year(&paper, year))
    }

    /// Keeps that a paper was keyed in twice, and what came of it.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn note_second_keying(&self, keying: SecondKeying, now_us: i64) -> Result<(), StoreError> {
        write!(self, keying::note(&keying, now_us))
    }

    /// The papers of a session that were keyed in twice, the earliest first.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn second_keyings(&self, session_id: i64) -> Result<Vec<SecondKeying>, StoreError> {
        read!(self, keying::second(session_id))
    }
}
