//! Who reaches a cut before and after: binary items and "regular conversations".

use super::direction::{Share, share, wilson};
use super::distribution::{chi_squared_upper, fair_binomial_lower, fair_binomial_pmf};
use super::estimate::Interval;
use super::table::PairTable;
use super::undefined::{Defined, Undefined};

/// Shares at or above a cut, before and after, of the same people.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TopBox {
    /// At or above the cut before.
    pub pre: Share,
    /// At or above the cut after.
    pub post: Share,
    /// After − before, in percentage points.
    pub difference: Defined<f64>,
    /// Newcombe's 95 % interval of the difference, in percentage points.
    pub interval: Defined<Interval>,
    /// The same interval as if before and after were of different people: it depends on the two shares alone,
    /// and is the wider one where people's answers hang together.
    pub unpaired: Defined<Interval>,
    /// Left the top box (b).
    pub lost: u64,
    /// Entered the top box (c).
    pub gained: u64,
    /// Tests of as many lost as gained.
    pub mcnemar: Defined<McNemar>,
}

/// McNemar's tests of b lost against c gained.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct McNemar {
    /// Mid-p, the one to print.
    pub p_mid: f64,
    /// Exact binomial.
    pub p_exact: f64,
    /// (b − c)² / (b + c) without correction.
    pub chi2: Defined<f64>,
    /// Its p.
    pub p: Defined<f64>,
    /// max(0, |b − c| − 1)² / (b + c); statsmodels gives 1/(b + c) for b = c, R 0 as here.
    pub chi2_corrected: Defined<f64>,
    /// Its p.
    pub p_corrected: Defined<f64>,
}

/// Compares the shares at or above `cut` (stored steps) before and after.
///
/// Difference with Newcombe's method 10 for paired (1998, Stat Med 17:2635) and for independent proportions
/// (1998, Stat Med 17:873), McNemar (1947) as mid-p (recommended by Fagerland, Lydersen
/// & Laake 2013), exact and chi-squared. Nobody crossing gives p = 1 by convention. No pairs: undefined.
///
/// ```
/// use pencilmark::statistics::{PairTable, Unit, top_box};
/// let nobody_crossed = top_box(&PairTable::from_counts(Unit::ONE, [(3, 4, 20)]), 3);
/// assert_eq!(nobody_crossed.mcnemar.unwrap().p_mid, 1.0); // the formula alone would say 0.5
/// ```
pub fn top_box(table: &PairTable, cut: i64) -> TopBox {
    let n = table.n();
    let both = table.count(|pre, post| pre >= cut && post >= cut);
    let lost = table.count(|pre, post| pre >= cut && post < cut);
    let gained = table.count(|pre, post| pre < cut && post >= cut);
    let defined = if n == 0 { Err(Undefined::NoPairs) } else { Ok(()) };
    TopBox {
        pre: share(both + lost, n).of_pairs(),
        post: share(both + gained, n).of_pairs(),
        difference: defined.map(|()| 100.0 * (gained as f64 - lost as f64) / n as f64),
        interval: defined.map(|()| {
            let psi = association(both as f64, lost as f64, gained as f64, (n - both - lost - gained) as f64);
            newcombe(both + lost, both + gained, n, psi)
        }),
        unpaired: defined.map(|()| newcombe(both + lost, both + gained, n, 0.0)),
        lost,
        gained,
        mcnemar: defined.map(|()| mcnemar(lost, gained)),
    }
}

/// Newcombe's method 10 for the difference of proportions with correlation ψ, in percentage points.
fn newcombe(pre: u64, post: u64, n: u64, psi: f64) -> Interval {
    let (before, after) = (wilson(pre, n), wilson(post, n));
    let (p1, p2) = (pre as f64 / n as f64, post as f64 / n as f64);
    let (below2, above1) = (p2 - after.low, before.high - p1);
    let (above2, below1) = (after.high - p2, p1 - before.low);
    let difference = (post as f64 - pre as f64) / n as f64;
    let distance = |u: f64, v: f64| (u * u - 2.0 * psi * u * v + v * v).max(0.0).sqrt();
    Interval {
        low: 100.0 * (difference - distance(below2, above1)),
        high: 100.0 * (difference + distance(above2, below1)),
    }
}

/// The correlation ψ of method 10, with its correction by n/2; 0 where a margin is empty.
fn association(both: f64, lost: f64, gained: f64, neither: f64) -> f64 {
    let margins = [both + lost, gained + neither, both + gained, lost + neither];
    if margins.iter().any(|&m| m <= 0.0) {
        return 0.0;
    }
    let cross = both * neither - lost * gained;
    let half = (both + lost + gained + neither) / 2.0;
    let corrected = if cross > 0.0 { (cross - half).max(0.0) } else { cross };
    corrected / margins.iter().map(|m| m.sqrt()).product::<f64>()
}

fn mcnemar(lost: u64, gained: u64) -> McNemar {
    let discordant = lost + gained;
    if discordant == 0 {
        let none = Err(Undefined::NoDiscordantPair);
        return McNemar { p_mid: 1.0, p_exact: 1.0, chi2: none, p: none, chi2_corrected: none, p_corrected: none };
    }
    let fewer = lost.min(gained);
    let at = fair_binomial_pmf(fewer, discordant);
    let p_mid = if lost == gained { 1.0 - at / 2.0 } else { 2.0 * fair_binomial_lower(fewer, discordant) - at };
    let gap = lost.abs_diff(gained) as f64;
    let chi2 = gap * gap / discordant as f64;
    let corrected = (gap - 1.0).max(0.0) * (gap - 1.0).max(0.0) / discordant as f64;
    McNemar {
        p_mid: p_mid.clamp(0.0, 1.0),
        p_exact: fair_two_sided(fewer, discordant),
        chi2: Ok(chi2),
        p: Ok(chi_squared_upper(chi2, 1.0)),
        chi2_corrected: Ok(corrected),
        p_corrected: Ok(chi_squared_upper(corrected, 1.0)),
    }
}

/// Exact two-sided p of `fewer` of `n` at odds of one half: twice the smaller tail, at most 1; 1 for n = 0.
pub(crate) fn fair_two_sided(fewer: u64, n: u64) -> f64 {
    if n == 0 { 1.0 } else { (2.0 * fair_binomial_lower(fewer, n)).min(1.0) }
}
