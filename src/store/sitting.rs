//! Who has begun on which tablet of a session just now: the leader sees a family before it has sent anything.

use crate::person::{Animal, CardCode};
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

    /// Notes that somebody sits at no tablet any more.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn stand_up(
        &self,
        session_id: i64,
        card: CardCode,
        animal: Animal,
        wave: Wave,
    ) -> Result<(), StoreError> {
        write!(self, sitting::stand_up(session_id, &card, animal, wave))
    }

    /// The card that a family goes by, by any of its cards; `None` where it is no card any more.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn family_card(&self, card: &CardCode) -> Result<Option<CardCode>, StoreError> {
        read!(self, sitting::family_card(card))
    }

    /// The codes of a programme's cards.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn card_codes(&self, programme_id: i64) -> Result<Vec<CardCode>, StoreError> {
        read!(self, sitting::cards(programme_id))
    }
}
