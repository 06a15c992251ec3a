//! What a report is made of beside answers: what people write for it, and how often children came.

use crate::report::{Attended, CostLine, Lesson, Passage, Written};
use crate::session::closing::DayNotes;

use super::{Store, StoreError, postgres, sqlite};

impl Store {
    /// Everything that was written for a programme's report.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn written(&self, programme_id: i64) -> Result<Written, StoreError> {
        read!(self, texts::written(programme_id))
    }

    /// How often children came to a programme's sessions, and what leaders noted of them.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn attended(&self, programme_id: i64) -> Result<Attended, StoreError> {
        read!(self, attended::of_programme(programme_id))
    }

    /// What leaders noted of a programme's sessions.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn noted(&self, programme_id: i64) -> Result<Vec<(i64, DayNotes)>, StoreError> {
        read!(self, closing::notes_of_programme(programme_id))
    }

    /// Keeps texts in the place of those before; one that is empty is taken away.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn keep_texts(&self, programme_id: i64, texts: Vec<(Passage, String)>) -> Result<(), StoreError> {
        write!(self, texts::keep(programme_id, &texts))
    }

    /// Adds an entry to the learning log; its `id` is given by the store.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn add_lesson(&self, programme_id: i64, lesson: Lesson) -> Result<(), StoreError> {
        write!(self, texts::add_lesson(programme_id, &lesson))
    }

    /// Takes an entry out of a programme's learning log. Says whether it was there.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn remove_lesson(&self, programme_id: i64, lesson: i64) -> Result<bool, StoreError> {
        write!(self, texts::remove_lesson(programme_id, lesson))
    }

    /// Keeps cost lines in the place of all those before.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn keep_costs(&self, programme_id: i64, lines: Vec<CostLine>) -> Result<(), StoreError> {
        write!(self, texts::keep_costs(programme_id, &lines))
    }
}
