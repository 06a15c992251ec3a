//! On what ground of the law a programme holds what families gave, and complaints about how that is handled.

use crate::session::lawful_basis::{Complaint, LawfulBasis};

use super::{Store, StoreError, postgres, sqlite};

impl Store {
    /// The ground that was written down for a programme; `None` where none was.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn lawful_basis(&self, programme_id: i64) -> Result<Option<LawfulBasis>, StoreError> {
        read!(self, data_protection::basis(programme_id))
    }

    /// Writes the ground down.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn set_lawful_basis(&self, programme_id: i64, basis: LawfulBasis) -> Result<(), StoreError> {
        write!(self, data_protection::set_basis(programme_id, &basis))
    }

    /// A programme's complaints, the newest first.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn complaints(&self, programme_id: i64) -> Result<Vec<Complaint>, StoreError> {
        read!(self, data_protection::complaints(programme_id))
    }

    /// Notes a complaint; its `id` is given by the store.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn add_complaint(&self, programme_id: i64, complaint: Complaint) -> Result<i64, StoreError> {
        write!(self, data_protection::add_complaint(programme_id, &complaint))
    }

    /// Notes what became of a complaint. Says whether the programme has it.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn change_complaint(&self, programme_id: i64, complaint: Complaint) -> Result<bool, StoreError> {
        write!(self, data_protection::change_complaint(programme_id, &complaint))
    }
}
