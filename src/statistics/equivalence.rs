//! Is a change small enough to call nothing?

use super::distribution::student_t_upper;
use super::mean_change::mean_change;
use super::table::PairTable;
use super::undefined::{Defined, Undefined};

/// Two one-sided tests of −margin < mean change < margin.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Equivalence {
    /// t against the lower margin.
    pub t_low: f64,
    /// t against the upper margin.
    pub t_high: f64,
    /// The larger of the two one-sided p.
    pub p: f64,
}

/// TOST (Schuirmann 1987; Lakens 2017) with a margin in real units, such as the smallest change that matters.
/// Undefined below two pairs and where all changes are equal.
pub fn equivalence(table: &PairTable, margin: f64) -> Defined<Equivalence> {
    let change = mean_change(table);
    if change.collapsed {
        return Err(Undefined::AllChangesEqual);
    }
    let (mean, se, df) = (change.mean?, change.se?, table.n() as f64 - 1.0);
    let (t_low, t_high) = ((mean + margin) / se, (mean - margin) / se);
    Ok(Equivalence { t_low, t_high, p: student_t_upper(t_low, df).max(student_t_upper(-t_high, df)) })
}
