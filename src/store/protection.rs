//! What is kept from deletion, and what is left out of figures and files while it is disputed.

use crate::person::CardCode;
use crate::session::protection::ProtectionKind;

use super::{Store, StoreError, postgres, sqlite};

/// A word that protects a family's answers, or a whole programme's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Protection {
    /// Key in the store.
    pub id: i64,
    /// From what.
    pub kind: ProtectionKind,
    /// Whether it is about the whole programme, and not about one family.
    pub whole: bool,
    /// Why.
    pub reason: String,
    /// Who said so.
    pub who: String,
    /// When, microseconds since 1970.
    pub begun_us: i64,
    /// When it ended; none while it stands.
    pub ended_us: Option<i64>,
    /// Who ended it; empty while it stands.
    pub ended_by: String,
    /// Why; empty while it stands.
    pub ended_because: String,
}

impl Protection {
    /// Whether it keeps answers from being deleted now.
    pub fn keeps(&self) -> bool {
        self.kind == ProtectionKind::Hold && self.ended_us.is_none()
    }
}

/// Somebody's word on its way in.
#[derive(Debug, Clone)]
pub struct NewProtection {
    /// From what.
    pub kind: ProtectionKind,
    /// Why. No code of a card.
    pub reason: String,
    /// Who says so.
    pub who: String,
}

impl Store {
    /// Protects what came with a card, and with every card of the same family. `false` where there is no such card, or
    /// it is protected from that already.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn protect_card(&self, code: &CardCode, new: NewProtection, now_us: i64) -> Result<bool, StoreError> {
        // Nothing waits to be judged by the old rule.
        self.settle().await?;
        let code = code.clone();
        write!(self, protection::of_card(&code, &new, now_us))
    }

    /// Keeps a whole programme from deletion. `false` where it is already, and for anything but a hold: a report that
    /// leaves everybody out is none.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn protect_programme(&self, id: i64, new: NewProtection, now_us: i64) -> Result<bool, StoreError> {
        write!(self, protection::of_whole(id, &new, now_us))
    }

    /// Ends a protection. What its end lets go, goes after its warnings and not before. `false` where none stands.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn end_protection(
        &self,
        programme_id: i64,
        id: i64,
        who: String,
        because: String,
        now_us: i64,
    ) -> Result<bool, StoreError> {
        self.settle().await?;
        write!(self, protection::end(programme_id, id, &who, &because, now_us))
    }

    /// Every protection of a programme, those that ended too, the newest first.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn protections(&self, programme_id: i64) -> Result<Vec<Protection>, StoreError> {
        read!(self, protection::of_programme(programme_id))
    }

    /// What stands for a card, its programme's included.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn protections_of(&self, code: &CardCode) -> Result<Vec<Protection>, StoreError> {
        read!(self, protection::standing_for(code))
    }

    /// Whether a card's answers must not be taken out for now.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn is_held(&self, code: &CardCode) -> Result<bool, StoreError> {
        Ok(self.protections_of(code).await?.iter().any(Protection::keeps))
    }

    /// Families that are left out of a programme's figures for now.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn families_left_out(&self, programme_id: i64) -> Result<i64, StoreError> {
        read!(self, protection::families_left_out(programme_id))
    }
}
