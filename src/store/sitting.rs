//! Who has begun on which tablet of a session just now, and who stopped or said no: the leader sees a family before it
//! has sent anything, and nobody who did not want to answer is asked twice.

use crate::person::{Animal, CardCode};
use crate::session::board::NoAnswer;
use crate::survey::Wave;

use super::{Store, StoreError, postgres, sqlite};

/// Somebody who has begun: who, where and which questionnaire, and nothing they answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sitting {
    /// The tablet.
    pub device: String,
    /// Their card, or their family's.
    pub card: CardCode,
    /// Their picture.
    pub animal: Animal,
    /// What they answer.
    pub wave: Wave,
}

/// Somebody who was asked at a session and did not answer. Kept while the session is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unanswered {
    /// Their card, or their family's.
    pub card: CardCode,
    /// Their picture.
    pub animal: Animal,
    /// What they were asked.
    pub wave: Wave,
    /// Why there is no answer.
    pub how: NoAnswer,
}

impl Store {
    /// Everybody who has begun at a session, by the card of their family.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn sitting(&self, session_id: i64) -> Result<Vec<Sitting>, StoreError> {
        read!(self, sitting::at_session(session_id))
    }

    /// Who has begun on one tablet, by the cards that they hold.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn sitting_on(&self, session_id: i64, device: &str) -> Result<Vec<Sitting>, StoreError> {
        read!(self, sitting::on_tablet(session_id, device))
    }

    /// Keeps who has begun on one tablet; who was kept before gives way.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn sit(&self, session_id: i64, device: String, people: Vec<Sitting>) -> Result<(), StoreError> {
        write!(self, sitting::set(session_id, &device, &people))
    }

    /// Everybody who stopped or said no at a session that is open, by the card of their family.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn unanswered(&self, session_id: i64) -> Result<Vec<Unanswered>, StoreError> {
        read!(self, sitting::unanswered_at(session_id))
    }

    /// Notes that somebody stopped or said no. They sit at no tablet any more.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn leave_unanswered(&self, session_id: i64, person: Unanswered) -> Result<(), StoreError> {
        write!(self, sitting::leave_unanswered(session_id, &person))
    }

    /// Forgets who stopped or said no at sessions of another day, where nobody closed them. Nothing is written where
    /// nobody is kept.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn forget_unanswered(&self, today: &str) -> Result<(), StoreError> {
        let day = today.to_owned();
        if read!(self, sitting::any_unanswered_before(&day))? {
            write!(self, sitting::forget_unanswered_before(&day))?;
        }
        Ok(())
    }

    /// The codes of a programme's cards.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn card_codes(&self, programme_id: i64) -> Result<Vec<CardCode>, StoreError> {
        read!(self, sitting::cards(programme_id))
    }
}
