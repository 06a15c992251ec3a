//! What people decided about who is who, with who and when, and taking it back.

use crate::account::Spot;
use crate::pairing::links::{Confidence, Decision};
use crate::pairing::seen::Seen;
use crate::person::CardCode;

use super::{Store, StoreError, postgres, sqlite};

/// A decision on its way in.
#[derive(Debug, Clone)]
pub struct NewLink {
    /// The programme it is in: nobody is linked across programmes.
    pub programme_id: i64,
    /// What was decided.
    pub decision: Decision,
    /// How sure they are.
    pub confidence: Confidence,
    /// Why, in their words; may be empty.
    pub reason: String,
    /// Who decided.
    pub who: String,
}

/// A decision that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredLink {
    /// Key in the store.
    pub id: i64,
    /// What was decided.
    pub decision: Decision,
    /// How sure they were.
    pub confidence: Confidence,
    /// Why; may be empty.
    pub reason: String,
    /// Who decided.
    pub who: String,
    /// When, microseconds since 1970.
    pub made_us: i64,
    /// When it was taken back.
    pub undone_us: Option<i64>,
    /// Who took it back.
    pub undone_by: String,
}

/// A person whose counted answers rest on a decision that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedPerson {
    /// Their key in the store.
    pub person_id: i64,
    /// What was decided: `card`, `person` or `response`.
    pub decision: String,
    /// How sure whoever decided it was.
    pub confidence: Confidence,
    /// When, microseconds since 1970.
    pub made_us: i64,
}

/// Why a decision cannot be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LinkRefusal {
    /// A card is not one of the programme's.
    #[error("No card of this programme has this code. Look at each letter and number once more.")]
    NoSuchCard,
    /// A response is not one of the programme's, or is no longer there.
    #[error("This answer is not here any more.")]
    NoSuchResponse,
    /// They are one already.
    #[error("They are put together already.")]
    Already,
    /// A decision about the same card, person or answer stands.
    #[error("Somebody has decided about this already. Take that back first.")]
    Decided,
    /// A child and a grown-up.
    #[error("One is a child, the other a grown-up.")]
    Roles,
}

impl Store {
    /// Writes a decision down and lets everything derived follow it.
    ///
    /// # Errors
    /// Where the database fails. A decision that cannot be made is the inner error, and nothing is changed.
    pub async fn link(&self, link: NewLink, now_us: i64) -> Result<Result<i64, LinkRefusal>, StoreError> {
        let library = self.library();
        write!(self, links::make(&library, &link, now_us))
    }

    /// Takes a decision back: everything derived is as if it had never been made. `false` where none stands.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn unlink(&self, programme_id: i64, id: i64, who: String, now_us: i64) -> Result<bool, StoreError> {
        let library = self.library();
        write!(self, links::undo(&library, programme_id, id, &who, now_us))
    }

    /// Every decision made in a programme, the newest first, those taken back too.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn links(&self, programme_id: i64) -> Result<Vec<StoredLink>, StoreError> {
        read!(self, links::of_programme(programme_id))
    }

    /// Where a card belongs: its own project, and those at whose sessions its family was.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn spots_of_card(&self, code: &CardCode) -> Result<Vec<Spot>, StoreError> {
        read!(self, linked::spots_of_card(code))
    }

    /// Where each thing that a decision names belongs: for every card and answer in it, the projects it is in.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn spots_of_decision(&self, decision: &Decision) -> Result<Vec<Vec<Spot>>, StoreError> {
        read!(self, linked::spots_of_decision(decision))
    }

    /// People whose matched answers rest on a decision: by project and how sure whoever decided was.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn linked_people(&self, programme_id: i64) -> Result<Vec<(i64, Confidence, i64)>, StoreError> {
        read!(self, linked::people_by_confidence(programme_id))
    }

    /// The same people one by one, each with every decision that their answers rest on.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn linked_people_one_by_one(&self, programme_id: i64) -> Result<Vec<LinkedPerson>, StoreError> {
        read!(self, linked::people_linked(programme_id))
    }

    /// Everybody seen at a session, and the answers that came to it with cards nobody knows. Never what was answered.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn seen_at(&self, session_id: i64, key: &str) -> Result<Vec<Seen>, StoreError> {
        read!(self, seen::at_session(session_id, key))
    }
}
