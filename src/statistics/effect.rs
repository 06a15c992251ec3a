//! How large a change is, free of its unit.

use super::correlation::pearson;
use super::distribution::{gamma_half_ratio, normal_upper};
use super::moments::PairMoments;
use super::table::PairTable;
use super::undefined::{Defined, Undefined};

/// Effect sizes of a change; all positive for an increase.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EffectSizes {
    /// mean change / √((S1² + S2²)/2) (Cumming 2012): the one to print, comparable with d between groups.
    pub d_av: Defined<f64>,
    /// mean change / ((S1 + S2)/2) (Lakens 2013).
    pub d_av_lakens: Defined<f64>,
    /// mean change / SD of the changes.
    pub d_z: Defined<f64>,
    /// d_z √(2(1 − r)).
    pub d_rm: Defined<f64>,
    /// Hedges' exact small-sample factor with n − 1 degrees of freedom.
    pub hedges_j: Defined<f64>,
    /// J · d_z.
    pub hedges_g: Defined<f64>,
    /// Φ(d_z): chance that a person improves if changes were normal.
    pub common_language: Defined<f64>,
    /// (up + same/2)/n: probability of improvement (Grissom & Kim 2012).
    pub improvement: Defined<f64>,
    /// (up − down)/n (Cliff 1993, within).
    pub cliff_within: Defined<f64>,
}

/// Effect sizes of the change in a table.
///
/// Hedges' J is exact, Γ(df/2)/(√(df/2) Γ((df−1)/2)) (Hedges 1981), as in R's effectsize; pingouin uses
/// 1 − 3/(4 df − 1). d_z needs changes that differ, d_av spread on a side, g three pairs.
///
/// ```
/// use pencilmark::statistics::{PairTable, Undefined, Unit, effect_sizes};
/// let everyone_up_by_one = PairTable::from_counts(Unit::ONE, [(1, 2, 3), (2, 3, 3)]);
/// let effect = effect_sizes(&everyone_up_by_one);
/// assert_eq!(effect.d_z, Err(Undefined::AllChangesEqual));
/// assert_eq!(effect.improvement, Ok(1.0));
/// ```
pub fn effect_sizes(table: &PairTable) -> EffectSizes {
    let n = table.n();
    let moments = PairMoments::of(table);
    let enough = if n < 2 { Err(Undefined::FewerThan(2)) } else { Ok(()) };
    let sd = |ss: f64| (ss / moments.df()).sqrt();
    let mean = moments.change.mean;
    let spread = enough.and_then(|()| {
        let (before, after) = (sd(moments.pre.ss), sd(moments.post.ss));
        if before > 0.0 || after > 0.0 { Ok((before, after)) } else { Err(Undefined::BothConstant) }
    });
    let d_z = enough.and_then(|()| {
        if moments.change.ss > 0.0 { Ok(mean / sd(moments.change.ss)) } else { Err(Undefined::AllChangesEqual) }
    });
    let hedges_j = if n < 3 { Err(Undefined::FewerThan(3)) } else { Ok(hedges_j(moments.df())) };
    let up = table.count(|pre, post| post > pre) as f64;
    let down = table.count(|pre, post| post < pre) as f64;
    let paired = if n == 0 { Err(Undefined::NoPairs) } else { Ok(n as f64) };
    EffectSizes {
        d_av: spread.map(|(s1, s2)| mean / ((s1 * s1 + s2 * s2) / 2.0).sqrt()),
        d_av_lakens: spread.map(|(s1, s2)| mean / ((s1 + s2) / 2.0)),
        d_z,
        d_rm: d_z.and_then(|d| pearson(table).map(|r| d * (2.0 * (1.0 - r)).sqrt())),
        hedges_j,
        hedges_g: hedges_j.and_then(|j| d_z.map(|d| j * d)),
        common_language: d_z.map(|d| normal_upper(-d)),
        improvement: paired.map(|n| (up + (n - up - down) / 2.0) / n),
        cliff_within: paired.map(|n| (up - down) / n),
    }
}

/// Hedges' J for df degrees of freedom, df > 1.
pub(crate) fn hedges_j(df: f64) -> f64 {
    gamma_half_ratio((df - 1.0) / 2.0) / (df / 2.0).sqrt()
}
