//! Matched and unmatched people in one test.

use super::correlation::pearson;
use super::distribution::student_t_quantile;
use super::estimate::{Interval, TTest};
use super::moments::Moments;
use super::table::{CountTable, PairTable, UnitsDiffer};
use super::undefined::{Defined, Undefined};
use super::unmatched::satterthwaite;

/// Difference of means, after − before, of everybody seen at either time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PartiallyOverlapping {
    /// Difference in real units.
    pub difference: f64,
    /// The test.
    pub test: TTest,
    /// 95 % interval of the difference.
    pub interval: Interval,
}

/// Whether the two occasions are taken to have the same variance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variances {
    /// T_new1.
    Pooled,
    /// T_new2, after Welch.
    Separate,
}

/// The t test for partially overlapping samples of Derrick, Russ, Toher & White (2017).
///
/// Needs a correlation, so two pairs with spread on both sides; else undefined. R's `Partover.test` overflows
/// its integers at 50 thousand people and returns p = 1; this does not.
pub fn partially_overlapping(
    pairs: &PairTable,
    pre_only: &CountTable,
    post_only: &CountTable,
    variances: Variances,
) -> Defined<PartiallyOverlapping> {
    let r = pearson(pairs)?;
    let everybody = |seen: CountTable, only: &CountTable| seen.merge(only).map_err(|UnitsDiffer| Undefined::NoValues);
    let (before, after) = (everybody(pairs.pre(), pre_only)?, everybody(pairs.post(), post_only)?);
    let (a, b, unit) = (Moments::of_table(&before), Moments::of_table(&after), pairs.unit());
    let (n1, n2, nc) = (a.n as f64, b.n as f64, pairs.n() as f64);
    let (v1, v2) = (a.variance()?, b.variance()?);
    let unmatched = n1 + n2 - 2.0 * nc;
    let (square, inner) = match variances {
        Variances::Pooled => {
            let pooled = (a.ss + b.ss) / (n1 + n2 - 2.0);
            (pooled * (1.0 / n1 + 1.0 / n2 - 2.0 * r * nc / (n1 * n2)), n1 + n2 - nc - 1.0)
        }
        Variances::Separate => {
            let gamma = satterthwaite(v1 / n1, a.n, v2 / n2, b.n);
            (v1 / n1 + v2 / n2 - 2.0 * r * (v1 * v2).sqrt() * nc / (n1 * n2), gamma - nc + 1.0)
        }
    };
    let df = (nc - 1.0) + inner / (n1 + n2) * unmatched;
    // what rounding leaves of a difference of equals is no variance
    if square <= 1e-14 * (v1 / n1 + v2 / n2) || df <= 0.0 {
        return Err(Undefined::AllChangesEqual);
    }
    let (difference, se) = (unit.real(b.mean_above(&a)), unit.real(square.sqrt()));
    Ok(PartiallyOverlapping {
        difference,
        test: TTest::new(difference / se, df),
        interval: Interval::around(difference, student_t_quantile(0.975, df) * se),
    })
}
