//! Tablets that ask to be paired with a session, and those that are.

use super::{Store, StoreError, postgres, sqlite};

/// A tablet's request: who it is, and the hash of the token it will prove that with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// The tablet, 16 hexadecimal digits, made on its first use.
    pub device: String,
    /// SHA-256 of its token, hexadecimal. The token itself is kept on the tablet alone.
    pub token_sha256: String,
}

/// What a tablet that asks is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// It shows these words and waits.
    Waits {
        /// The two words that the leader's page shows beside the request.
        words: String,
    },
    /// It is paired, and called this.
    Paired {
        /// A colour.
        name: String,
    },
    /// The leader has said no, or has ended the pairing.
    Refused,
    /// Too many ask at once.
    Full,
}

/// A request, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pairing {
    /// Key in the store.
    pub id: i64,
    /// The tablet.
    pub device: String,
    /// The two words that it shows.
    pub words: String,
    /// When it last asked, microseconds since 1970.
    pub seen_us: i64,
    /// What it is called since it was paired.
    pub name: Option<String>,
    /// When it was paired.
    pub approved_us: Option<i64>,
    /// When somebody said no.
    pub refused_us: Option<i64>,
    /// When the pairing ended.
    pub ended_us: Option<i64>,
}

impl Pairing {
    /// Whether nobody has decided yet.
    pub fn waits(&self) -> bool {
        self.approved_us.is_none() && self.refused_us.is_none()
    }

    /// Whether the tablet is paired now.
    pub fn holds(&self) -> bool {
        self.approved_us.is_some() && self.ended_us.is_none()
    }

    /// What the tablet is told.
    pub fn asked(&self) -> Asked {
        match &self.name {
            Some(name) if self.holds() => Asked::Paired { name: name.clone() },
            _ if self.waits() => Asked::Waits { words: self.words.clone() },
            _ => Asked::Refused,
        }
    }
}

impl Store {
    /// Notes that a tablet asks to be paired with a session, and says what has become of it. Asking again
    /// with the same token is the same request. `words` are several to choose from.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn ask_to_pair(
        &self,
        session_id: i64,
        ask: Ask,
        words: Vec<String>,
        now_us: i64,
    ) -> Result<Asked, StoreError> {
        // Tablets that wait ask every other second: most of that is answered without writing.
        if let Some(asked) = read!(self, pairing::standing(session_id, &ask, now_us))? {
            return Ok(asked);
        }
        write!(self, pairing::ask(session_id, &ask, &words, now_us))
    }

    /// Every request and pairing of a session, oldest first.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn pairings(&self, session_id: i64) -> Result<Vec<Pairing>, StoreError> {
        read!(self, pairing::of_session(session_id))
    }

    /// Pairs the tablet of a request and says what it is called: as `wished`, unless another is called that; `None`
    /// where there is no such request.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn pair_tablet(
        &self,
        session_id: i64,
        id: i64,
        wished: String,
        now_us: i64,
    ) -> Result<Option<String>, StoreError> {
        write!(self, pairing::approve(session_id, id, &wished, now_us))
    }

    /// Says no to a request. Returns whether there was one.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn refuse_pairing(&self, session_id: i64, id: i64, now_us: i64) -> Result<bool, StoreError> {
        write!(self, pairing::refuse(session_id, id, now_us))
    }

    /// Ends a pairing and says what the tablet was called. That it was paired once stays.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn end_pairing(&self, session_id: i64, id: i64, now_us: i64) -> Result<Option<String>, StoreError> {
        write!(self, pairing::end(session_id, id, now_us))
    }

    /// Whether a device may speak for itself at a session: it is not paired there, or it has the grant.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn may_speak(&self, session_id: i64, device: &str, token_sha256: &str) -> Result<bool, StoreError> {
        read!(self, pairing::may_speak(session_id, device, token_sha256))
    }
}
