//! Reports that somebody signed off as final.

use super::{Store, StoreError, postgres, sqlite};

pub use crate::report::SignOff;

impl Store {
    /// The newest word on a programme's report.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn signed_off(&self, programme_id: i64) -> Result<Option<SignOff>, StoreError> {
        read!(self, sign_off::newest(programme_id))
    }

    /// Signs a report off. `false`, and nothing is written, while a text that one of its families wrote has not been
    /// read; the sample's are read by nobody.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn sign_off(&self, programme_id: i64, word: SignOff) -> Result<bool, StoreError> {
        self.settle().await?;
        write!(self, sign_off::sign(programme_id, &word))
    }
}
