//! Only the direction of each change.

use super::table::PairTable;
use super::top_box::fair_two_sided;
use super::undefined::{Defined, Undefined};

/// Exact two-sided sign test of as many increases as decreases (Arbuthnot 1710; Dixon & Mood 1946).
///
/// Unchanged people say nothing; if nobody changed p is 1. Agrees with R's `binom.test(up, up + down)`.
/// No pairs: undefined.
pub fn sign_test(table: &PairTable) -> Defined<f64> {
    let (up, down) = (table.count(|pre, post| post > pre), table.count(|pre, post| post < pre));
    if table.is_empty() { Err(Undefined::NoPairs) } else { Ok(fair_two_sided(up.min(down), up + down)) }
}
