//! How families and schools said yes: kept with each answer, and the words it was said to kept for good.

use crate::html::family::notice::Notice;
use crate::response::GivenBy;
use crate::survey::Wave;

use super::{Store, StoreError, postgres, sqlite};

/// Children's answers of one session and wave for which permission was given in one way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PermissionCount {
    /// The wave.
    pub wave: Wave,
    /// By whom; `None` where the answer does not say.
    pub by: Option<GivenBy>,
    /// On which words; `None` where the answer does not say.
    pub notice: Option<String>,
    /// Answers.
    pub n: i64,
}

impl Store {
    /// Every notice that was ever shown here, the oldest first, with the moment it first was.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn notices(&self) -> Result<Vec<(Notice, i64)>, StoreError> {
        read!(self, permission::notices())
    }

    /// Says that the school has asked families before a session; with nothing, that they are asked on the tablet.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn set_school_notice(&self, session_id: i64, said_us: Option<i64>) -> Result<(), StoreError> {
        write!(self, permission::set_school_notice(session_id, said_us))
    }

    /// How permission was given for the children's answers of a session.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn permissions(&self, session_id: i64) -> Result<Vec<PermissionCount>, StoreError> {
        read!(self, permission::counts(session_id))
    }
}
