//! From answers to scores: pure, exact, once per response.

use crate::response::Answers;
use crate::survey::{Survey, Wave};

/// One measure's score of one response.
///
/// `value` counts units of `1/denominator`: percent for counts, means and shares
/// (`100 × value / denominator`), the item's own code for single values (denominator 1).
/// The denominator is fixed by the survey's content, so that scores of one survey subtract exactly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Score {
    /// The measure's id.
    pub measure: String,
    /// The score in units of one denominator-th.
    pub value: i64,
    /// Units in a whole.
    pub denominator: i64,
}

/// Scores every measure that the answers allow.
pub fn score(_survey: &Survey, _wave: Wave, _answers: &Answers) -> Vec<Score> {
    Vec::new()
}
