//! The team: who signs in, what each may do, and how much of the data each reaches. Rules only: where
//! accounts are kept is the store's business, and how somebody signs in the web's.

pub mod delay;
pub mod password;
mod reach;
mod role;
mod second_step;
mod secret;
mod sign_in;

pub use reach::{Hold, Holding, Reach, Spot, Within};
pub use role::Role;
pub use second_step::SecondStep;
pub use secret::Secret;
pub use sign_in::{HALF_WAY_US, IDLE_US, LONGEST_US, SignIn};

/// Somebody of the team, as they are kept. Not the password, nor the key of the second step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Key in the store.
    pub id: i64,
    /// The name or e-mail address they sign in with; no other account has it, in capitals or not.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// What they were given; an administrator needs nothing.
    pub holdings: Vec<Holding>,
    /// Whether they have chosen a password yet.
    pub has_password: bool,
    /// Whether they sign in with a second step.
    pub has_second_step: bool,
    /// When they were taken off the team.
    pub closed_us: Option<i64>,
}

/// What a name is found by: without what stands around it, and in small letters. Whatever is kept under a name is kept
/// under this.
pub fn handle_of(name: &str) -> String {
    name.trim().to_lowercase()
}

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

impl From<Account> for Member {
    fn from(account: Account) -> Member {
        let reach = match account.role {
            Role::Administrator => Reach::Everything,
            _ => Reach::Only(account.holdings),
        };
        Member { account: Some(account.id), name: account.name, role: account.role, reach }
    }
}
