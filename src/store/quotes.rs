//! What families and others said.

use crate::report::{Quote, QuoteState};

use super::{Store, StoreError, postgres, sqlite};

/// A quote that is taken up, with what it is known by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenQuote {
    /// The quote; its `id` is given by the store.
    pub quote: Quote,
    /// The card of the family that said it, so that it goes when they take their answers out; may be empty.
    pub card_code: String,
    /// The response it was typed into, so that it is taken up once; empty where somebody wrote it down.
    pub response_id: String,
}

impl Store {
    /// A programme's quotes in the order they were taken.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn quotes(&self, programme_id: i64) -> Result<Vec<Quote>, StoreError> {
        read!(self, quotes::of_programme(programme_id))
    }

    /// Takes quotes; what was taken from an answer before is not taken again. Returns how many are new.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn take_quotes(&self, programme_id: i64, taken: Vec<TakenQuote>, now_us: i64) -> Result<i64, StoreError> {
        write!(self, quotes::take(programme_id, &taken, now_us))
    }

    /// Changes how far a quote has come and what may be printed of it.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn change_quote(&self, id: i64, state: QuoteState, words: String) -> Result<(), StoreError> {
        write!(self, quotes::change(id, state, &words))
    }
}
