//! What was shut since a copy was made, and stays shut where the copy is put in place: people taken off the team, links
//! taken back, passwords that were changed.

use super::{Store, StoreError, postgres, sqlite};

/// What the database that a copy replaces says of it.
#[derive(Debug, Clone, Default)]
pub struct Shut {
    /// The team as it was.
    pub accounts: Vec<ShutAccount>,
    /// Links for funders that were taken back, by digest, and when.
    pub links: Vec<(String, i64)>,
}

/// Somebody of the team, as they were in the database that is replaced.
#[derive(Debug, Clone)]
pub struct ShutAccount {
    /// What their name is found by.
    pub handle: String,
    /// The hashed password.
    pub password: String,
    /// The key of the second step; empty where there is none.
    pub second_step: String,
    /// The newest step that was used.
    pub second_step_used: i64,
    /// When they were taken off the team.
    pub closed_us: Option<i64>,
}

impl Store {
    /// Ends every sign-in and every link for a password of a copy, and shuts what was shut since it was made.
    ///
    /// # Errors
    /// Where the database fails.
    pub(super) async fn shut_again(&self, shut: Shut) -> Result<(), StoreError> {
        write!(self, shut::again(&shut))
    }
}
