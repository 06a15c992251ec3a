//! Who could be matched.

use super::direction::{Share, share};
use super::table::{CountTable, PairTable};

/// People with both sides, one side, and the share that could be matched. Printed beside every result.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Counts {
    /// Before and after.
    pub pairs: u64,
    /// Before only: lost or not yet seen again.
    pub pre_only: u64,
    /// After only: a before that was missed or whose code does not match.
    pub post_only: u64,
    /// pairs of everybody, in percent.
    pub match_rate: Share,
}

/// Counts matched and unmatched people.
///
/// With nobody at all the match rate's percent and interval are undefined (`no values`).
pub fn counts(pairs: &PairTable, pre_only: &CountTable, post_only: &CountTable) -> Counts {
    let everybody = pairs.n().saturating_add(pre_only.n()).saturating_add(post_only.n());
    Counts {
        pairs: pairs.n(),
        pre_only: pre_only.n(),
        post_only: post_only.n(),
        match_rate: share(pairs.n(), everybody),
    }
}
