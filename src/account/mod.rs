//! The team: who signs in, what each may do, and how much of the data each reaches. Rules only: where
//! accounts are kept is the store's business, and how somebody signs in the web's.

mod reach;
mod role;

pub use reach::{Hold, Holding, Reach, Spot, Within};
pub use role::Role;

/// Somebody of the team, at work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The account; none where nobody has signed in because there are no accounts yet.
    pub account: Option<i64>,
    /// How the audit log calls them.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// To what.
    pub reach: Reach,
}

impl Member {
    /// Whoever sits at the machine, or has its token, while there is no account.
    pub fn without_account(name: &str) -> Member {
        Member { account: None, name: name.to_owned(), role: Role::Administrator, reach: Reach::Everything }
    }
}
