//! Percent change of means, with limits that are honest about a small or uncertain before.

use super::distribution::student_t_quantile;
use super::estimate::Interval;
use super::moments::PairMoments;
use super::table::PairTable;
use super::undefined::{Defined, Undefined};

/// 100 (mean after / mean before − 1), in percent: +55.2 is 55.2 % more.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PercentChange {
    /// Pairs.
    pub n: u64,
    /// The percent change of the means; never the mean of individual percent changes.
    pub value: Defined<f64>,
    /// Fieller's 95 % set.
    pub fieller: Defined<Fieller>,
    /// 95 % limits by the delta method on the log ratio (Friedrich, Adhikari & Beyene 2008).
    pub log_ratio: Defined<Interval>,
}

/// Fieller's set of ratios that the data do not contradict.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fieller {
    /// q²·SE(before mean)² / (before mean)²: from 1 upwards the set is no interval.
    pub g: f64,
    /// The set, in percent.
    pub set: FiellerSet,
}

/// The three shapes of Fieller's set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum FiellerSet {
    /// An interval.
    Bounded(Interval),
    /// Everything *outside* these two roots: print "cannot be bounded", never the roots as an interval.
    Exclusive(Interval),
    /// Every ratio.
    Unbounded,
}

impl Fieller {
    /// The interval, or [`Undefined::CannotBeBounded`].
    pub fn interval(&self) -> Defined<Interval> {
        match self.set {
            FiellerSet::Bounded(interval) => Ok(interval),
            FiellerSet::Exclusive(_) | FiellerSet::Unbounded => Err(Undefined::CannotBeBounded),
        }
    }
}

/// Percent change of means with Fieller's set (Fieller 1954), t quantile with n − 1 degrees of freedom.
///
/// Only for measures with a true zero. Undefined without pairs and where the before mean is not positive;
/// limits need two pairs. Uses θ = ratio − 1 so that values near 10⁷ with changes of 0.1 keep their digits.
///
/// ```
/// use pencilmark::statistics::{PairTable, Undefined, Unit, percent_change};
/// // the classic sleep data: a significant change whose percent cannot be bounded
/// let sleep = [(7, 19), (-16, 8), (-2, 11), (-12, 1), (-1, -1), (34, 44), (37, 55), (8, 16), (0, 46), (20, 34)];
/// let change = percent_change(&PairTable::from_pairs(Unit::decimals(1), sleep));
/// assert!((change.value.unwrap() - 210.666_666_666_666).abs() < 1e-9);
/// assert_eq!(change.fieller.unwrap().interval(), Err(Undefined::CannotBeBounded));
/// ```
pub fn percent_change(table: &PairTable) -> PercentChange {
    let n = table.n();
    let moments = PairMoments::of(table);
    let (before, change) = (moments.pre.mean, moments.change.mean);
    let positive = if n == 0 {
        Err(Undefined::NoPairs)
    } else if before <= 0.0 {
        Err(Undefined::PreMeanNotPositive)
    } else {
        Ok(())
    };
    let limits = positive.and(if n < 2 { Err(Undefined::FewerThan(2)) } else { Ok(()) });
    PercentChange {
        n,
        value: positive.map(|()| 100.0 * change / before),
        fieller: limits.map(|()| fieller(&moments, student_t_quantile(0.975, moments.df()))),
        log_ratio: limits.and_then(|()| log_ratio(&moments)),
    }
}

/// Fieller's set for θ = ratio − 1: roots of aθ² − 2bθ + c with a = M1² − q²S1²/n and so on.
pub(crate) fn fieller(moments: &PairMoments, q: f64) -> Fieller {
    let (before, change, n) = (moments.pre.mean, moments.change.mean, moments.pre.n as f64);
    let k = q * q / (n * moments.df());
    fieller_roots(before, change, [k * moments.pre.ss, k * moments.change.ss, k * moments.pre_change])
}

/// The same from the means and q² times the variances of the mean before and the mean change and their covariance.
pub(crate) fn fieller_roots(before: f64, change: f64, [var_before, var_change, cov]: [f64; 3]) -> Fieller {
    let g = var_before / (before * before);
    let a = before * before - var_before;
    let b = before * change - cov;
    // b² − ac multiplied out, so that the two large squares are never subtracted
    let spread = before * before * var_change - 2.0 * before * change * cov + change * change * var_before;
    let discriminant = spread - (var_before * var_change - cov * cov);
    let roots = |root: f64| {
        let (one, other) = (100.0 * (b - root) / a, 100.0 * (b + root) / a);
        Interval { low: one.min(other), high: one.max(other) }
    };
    let set = if g < 1.0 {
        FiellerSet::Bounded(roots(discriminant.max(0.0).sqrt()))
    } else if discriminant > 0.0 && a < 0.0 {
        FiellerSet::Exclusive(roots(discriminant.sqrt()))
    } else {
        FiellerSet::Unbounded
    };
    Fieller { g, set }
}

/// exp(ln R ∓ q·SE) − 1 in percent, with Var(ln R) = Var(change − before·ΔM/M1) / (n·M2²).
fn log_ratio(moments: &PairMoments) -> Defined<Interval> {
    let (before, change, n) = (moments.pre.mean, moments.change.mean, moments.pre.n as f64);
    let after = moments.post.mean;
    if after <= 0.0 {
        return Err(Undefined::PostMeanNotPositive);
    }
    let slope = change / before;
    let sum = moments.change.ss - 2.0 * slope * moments.pre_change + slope * slope * moments.pre.ss;
    let se = (sum.max(0.0) / moments.df() / n).sqrt() / after;
    let margin = student_t_quantile(0.975, moments.df()) * se;
    let log = slope.ln_1p();
    let high = 100.0 * (log + margin).exp_m1();
    if high.is_finite() {
        Ok(Interval { low: 100.0 * (log - margin).exp_m1(), high })
    } else {
        Err(Undefined::OutOfRange)
    }
}
