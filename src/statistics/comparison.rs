//! Change beside the change of people who were not there.

use super::distribution::student_t_quantile;
use super::estimate::{Interval, TTest};
use super::moments::PairMoments;
use super::table::PairTable;
use super::undefined::{Defined, Undefined};
use super::unmatched::{Welch, welch};

/// Difference in differences: mean change of `treated` − mean change of `comparison`, by Welch's t.
///
/// For groups that were not drawn by lot. Undefined as [`welch`].
pub fn difference_in_differences(treated: &PairTable, comparison: &PairTable) -> Welch {
    welch(&comparison.changes(), &treated.changes())
}

/// After scores compared at the same before score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ancova {
    /// Adjusted difference, treated − comparison, in real units.
    pub estimate: f64,
    /// Its standard error.
    pub se: f64,
    /// Its test, n − 3 degrees of freedom.
    pub test: Defined<TTest>,
    /// 95 % interval.
    pub interval: Interval,
    /// Common slope of after on before.
    pub slope: f64,
}

/// Analysis of covariance (Vickers & Altman 2001): least squares of after on before and group.
///
/// Preferred to differences in differences where the groups were drawn by lot. Agrees with R's
/// `lm(post ~ pre + group)`. Undefined below four people, with an empty group, or without spread of the
/// before score within groups.
pub fn ancova(treated: &PairTable, comparison: &PairTable) -> Defined<Ancova> {
    let (t, c) = (PairMoments::of(treated), PairMoments::of(comparison));
    let (nt, nc) = (t.pre.n as f64, c.pre.n as f64);
    if t.pre.n == 0 || c.pre.n == 0 {
        return Err(Undefined::NoPairs);
    }
    let df = nt + nc - 3.0;
    if df < 1.0 {
        return Err(Undefined::FewerThan(4));
    }
    let within_pre = t.pre.ss + c.pre.ss;
    if within_pre <= 0.0 {
        return Err(Undefined::NoCovariateVariation);
    }
    // on the change: its slope is one less, its residuals the same and better conditioned
    let slope = (t.pre_change + c.pre_change) / within_pre;
    let gap = t.pre.mean_above(&c.pre);
    let estimate = t.change.mean_above(&c.change) - slope * gap;
    let residual = (t.change.ss + c.change.ss - slope * (t.pre_change + c.pre_change)).max(0.0);
    let se = (residual / df * (1.0 / nt + 1.0 / nc + gap * gap / within_pre)).sqrt();
    let unit = treated.unit();
    let (estimate, se) = (unit.real(estimate), unit.real(se));
    Ok(Ancova {
        estimate,
        se,
        test: if se > 0.0 { Ok(TTest::new(estimate / se, df)) } else { Err(Undefined::NoVariation) },
        interval: Interval::around(estimate, student_t_quantile(0.975, df) * se),
        slope: slope + 1.0,
    })
}
