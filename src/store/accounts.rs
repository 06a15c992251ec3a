//! The team: accounts, their sign-ins, and links that open something to whoever has them.

use crate::account::{Account, Holding, LONGEST_US, Role, SignIn};

use super::{Store, StoreError, postgres, sqlite};

/// Somebody new on the team.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// The name or e-mail address they will sign in with.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// To what; nothing for an administrator.
    pub holdings: Vec<Holding>,
    /// Their hashed password; empty until they choose one.
    pub password: String,
}

/// What an account signs in with.
#[derive(Clone)]
pub struct Credentials {
    /// The account.
    pub account: i64,
    /// The hashed password.
    pub password: String,
    /// The key of the second step; empty where there is none.
    pub second_step: String,
}

/// A link that shows a programme's page for the funder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunderLink {
    /// Key in the store.
    pub id: i64,
    /// The programme it shows.
    pub programme: i64,
    /// Who it was made for.
    pub label: String,
    /// When it was made.
    pub made_us: i64,
    /// Until when it shows anything.
    pub expires_us: i64,
    /// When it was taken back.
    pub revoked_us: Option<i64>,
    /// How often it was opened.
    pub opened: i64,
    /// When it was opened last.
    pub opened_us: Option<i64>,
}

impl Store {
    /// Whether anybody has an account yet.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn has_accounts(&self) -> Result<bool, StoreError> {
        read!(self, accounts::any())
    }

    /// Everybody on the team, those taken off it last.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn accounts(&self) -> Result<Vec<Account>, StoreError> {
        read!(self, accounts::all())
    }

    /// One of the team.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn account(&self, id: i64) -> Result<Option<Account>, StoreError> {
        read!(self, accounts::by_id(id))
    }

    /// What an open account of this name signs in with.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn credentials(&self, name: &str) -> Result<Option<Credentials>, StoreError> {
        read!(self, accounts::credentials(name))
    }

    /// The same by number.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn credentials_of(&self, account: i64) -> Result<Option<Credentials>, StoreError> {
        read!(self, accounts::credentials_of(account))
    }

    /// Adds somebody to the team.
    ///
    /// # Errors
    /// [`StoreError::Taken`] where somebody has that name.
    pub async fn add_account(&self, new: NewAccount, now_us: i64) -> Result<i64, StoreError> {
        write!(self, accounts::insert(&new, false, now_us))
    }

    /// Adds the first of the team.
    ///
    /// # Errors
    /// [`StoreError::Taken`] where there is one.
    pub async fn add_first_account(&self, new: NewAccount, now_us: i64) -> Result<i64, StoreError> {
        write!(self, accounts::insert(&new, true, now_us))
    }

    /// Gives somebody another role and other holdings; they sign in anew.
    ///
    /// # Errors
    /// [`StoreError::LastAdministrator`] where nobody would be left to run things.
    pub async fn change_account(&self, id: i64, role: Role, holdings: Vec<Holding>) -> Result<(), StoreError> {
        write!(self, accounts::change(id, role, &holdings))
    }

    /// Takes somebody off the team at a moment, or back on.
    ///
    /// # Errors
    /// [`StoreError::LastAdministrator`] where nobody would be left to run things.
    pub async fn close_account(&self, id: i64, closed_us: Option<i64>) -> Result<(), StoreError> {
        write!(self, accounts::close(id, closed_us))
    }

    /// Keeps another hashed password; every sign-in but the one named by its digest ends.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn set_password(&self, id: i64, password: String, but: String) -> Result<(), StoreError> {
        write!(self, accounts::set_password(id, &password, &but))
    }

    /// Turns a second step on where there is none, and says whether that was so; `used` is the newest step that counts
    /// as used. Every sign-in but the one named by its digest ends.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn turn_second_step_on(&self, id: i64, key: String, used: i64, but: String) -> Result<bool, StoreError> {
        write!(self, accounts::turn_second_step_on(id, &key, used, &but))
    }

    /// Turns the second step off; every sign-in but the one named by its digest ends.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn turn_second_step_off(&self, id: i64, but: String) -> Result<(), StoreError> {
        write!(self, accounts::turn_second_step_off(id, &but))
    }

    /// Uses a step up; whether nobody had.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn use_second_step(&self, id: i64, step: i64) -> Result<bool, StoreError> {
        write!(self, accounts::use_second_step(id, step))
    }

    /// Ends every sign-in of an account but one.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn sign_out_everywhere(&self, id: i64, but: String) -> Result<(), StoreError> {
        write!(self, accounts::sign_out(id, &but))
    }

    /// Keeps a sign-in.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn begin_sign_in(&self, new: SignIn) -> Result<(), StoreError> {
        write!(self, sign_ins::begin(&new, new.begun_us - LONGEST_US))
    }

    /// The sign-in with this digest, whether it still stands or not.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn sign_in(&self, digest: &str) -> Result<Option<SignIn>, StoreError> {
        read!(self, sign_ins::by_digest(digest))
    }

    /// The sign-ins of an account, the last used first.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn sign_ins(&self, account: i64) -> Result<Vec<SignIn>, StoreError> {
        read!(self, sign_ins::of_account(account))
    }

    /// Notes that a sign-in was used.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn note_sign_in_used(&self, digest: String, used_us: i64) -> Result<(), StoreError> {
        write!(self, sign_ins::used(&digest, used_us))
    }

    /// Ends a sign-in.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn end_sign_in(&self, digest: String) -> Result<(), StoreError> {
        write!(self, sign_ins::end(&digest))
    }

    /// Keeps the digest of a link with which an account chooses a password; earlier links end.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn add_password_link(&self, digest: String, account: i64, expires_us: i64) -> Result<(), StoreError> {
        write!(self, sign_ins::link(&digest, account, expires_us))
    }

    /// Whose link this is, while it stands.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn password_link(&self, digest: &str, now_us: i64) -> Result<Option<i64>, StoreError> {
        read!(self, sign_ins::linked(digest, now_us))
    }

    /// Uses a link up for a hashed password; whose it was, if it still stood. It stands for a lost telephone too: the
    /// second step goes, with every sign-in.
    ///
    /// # Errors
    /// Where the database fails; the link then still stands.
    pub async fn choose_password(
        &self,
        digest: String,
        password: String,
        now_us: i64,
    ) -> Result<Option<i64>, StoreError> {
        write!(self, accounts::choose_password(&digest, &password, now_us))
    }

    /// Keeps a link for a funder; its id is given by the store and returned.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn add_funder_link(&self, link: FunderLink, digest: String) -> Result<i64, StoreError> {
        write!(self, funder_links::insert(&link, &digest))
    }

    /// The links of a programme, newest first.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn funder_links(&self, programme: i64) -> Result<Vec<FunderLink>, StoreError> {
        read!(self, funder_links::of_programme(programme))
    }

    /// Takes a link of a programme back; whether there was one.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn revoke_funder_link(&self, programme: i64, id: i64, now_us: i64) -> Result<bool, StoreError> {
        write!(self, funder_links::revoke(programme, id, now_us))
    }

    /// The link with this digest, if it still stands; counts that it was opened.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn open_funder_link(&self, digest: String, now_us: i64) -> Result<Option<FunderLink>, StoreError> {
        write!(self, funder_links::open(&digest, now_us))
    }
}
