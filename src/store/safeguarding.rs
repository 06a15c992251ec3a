//! What families wrote in their own words, and who reads it.

use super::{Store, StoreError, postgres, sqlite};

/// Who reads what a programme's families write, and whom a leader turns to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Safeguarding {
    /// The account of the lead; none while nobody signs in.
    pub lead: Option<i64>,
    /// What stands on the page of a session's day: a name and a number. May be empty.
    pub contact: String,
}

/// Texts that nobody has read yet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Unread {
    /// All of them.
    pub all: i64,
    /// Those with a word of the list.
    pub raised: i64,
}

/// Something a person wrote.
#[derive(Clone)]
pub struct Comment {
    /// The answer it is in.
    pub response: String,
    /// Whether a word of the list is in it.
    pub raised: bool,
    /// Day of the session.
    pub held_on: String,
    /// Where it was.
    pub place: String,
    /// Whose project.
    pub project: String,
    /// The answer, as it arrived.
    pub bytes: Vec<u8>,
}

impl Store {
    /// Who reads, and whom to turn to; `None` where nobody was named.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn safeguarding(&self, programme_id: i64) -> Result<Option<Safeguarding>, StoreError> {
        read!(self, safeguarding::of_programme(programme_id))
    }

    /// Names who reads, and whom to turn to.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn set_safeguarding(&self, programme_id: i64, new: Safeguarding) -> Result<(), StoreError> {
        write!(self, safeguarding::set(programme_id, &new))
    }

    /// The names of the programmes for which an account is named to read.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn named_to_read(&self, account: i64) -> Result<Vec<String>, StoreError> {
        read!(self, safeguarding::named(account))
    }

    /// How much of what a programme's families wrote has not been read.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn unread(&self, programme_id: i64) -> Result<Unread, StoreError> {
        read!(self, safeguarding::unread(programme_id))
    }

    /// How much of what was written at a session has not been read.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn unread_at(&self, session_id: i64) -> Result<i64, StoreError> {
        read!(self, safeguarding::unread_at(session_id))
    }

    /// What has not been read, with a word of the list first, then the oldest.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn comments(&self, programme_id: i64, limit: i64) -> Result<Vec<Comment>, StoreError> {
        read!(self, safeguarding::comments(programme_id, limit))
    }

    /// Notes that answers of a programme were read, by their ids.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn mark_read(&self, programme_id: i64, ids: Vec<String>, now_us: i64) -> Result<(), StoreError> {
        write!(self, safeguarding::mark_read(programme_id, &ids, now_us))
    }
}
