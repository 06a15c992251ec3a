//! A tablet's file into the database: the same intake as over the air, as often as anybody likes.

use crate::response::Rescued;

use super::{Store, StoreError, Withdrawal};

/// What became of a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RescueReceipt {
    /// Questionnaires that were not here yet.
    pub new: usize,
    /// Questionnaires that had arrived before.
    pub known: usize,
    /// Questionnaires that came first with other content; both are kept.
    pub variants: usize,
    /// Of families who have taken their answers out: not stored.
    pub erased: usize,
    /// Notes that somebody stopped or said no.
    pub notes: usize,
    /// Of those, notes about a session that is not known here.
    pub unplaced: usize,
}

impl Store {
    /// Takes in what a tablet saved to a file.
    ///
    /// # Errors
    /// Where the database fails: what was taken in before that stays, and the file can be fed again.
    pub async fn take_in_rescued(&self, items: Vec<Rescued>, received_us: i64) -> Result<RescueReceipt, StoreError> {
        let mut receipt = RescueReceipt::default();
        for item in items {
            match item {
                Rescued::Response(id, bytes) => {
                    let stored = self.take_in(id, bytes, received_us).await?;
                    receipt.new += usize::from(!stored.known && !stored.variant && !stored.erased);
                    receipt.erased += usize::from(stored.erased);
                    receipt.known += usize::from(stored.known);
                    receipt.variants += usize::from(stored.variant && !stored.known);
                }
                Rescued::Withdrawal(note) => {
                    receipt.notes += 1;
                    let withdrawal = Withdrawal::of(&note);
                    self.withdraw(note.id, withdrawal, received_us).await?;
                }
                Rescued::No(note) => {
                    receipt.notes += 1;
                    match (self.session(&note.session).await?, note.no()) {
                        (Some(at), Some(no)) => self.count_no(note.id, at.session.id, no).await?,
                        _ => receipt.unplaced += 1,
                    }
                }
            }
        }
        Ok(receipt)
    }
}
