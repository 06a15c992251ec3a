//! "Up by at least 50 %": the test that matches the claim.

use super::direction::{Share, share};
use super::distribution::student_t_quantile;
use super::estimate::TTest;
use super::moments::{Moments, PairMoments};
use super::percent_change::fieller;
use super::table::PairTable;
use super::undefined::{Defined, Undefined};

/// A claimed ratio of means as a whole fraction: 3/2 is "at least 50 % more".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Threshold {
    numerator: u32,
    denominator: u32,
}

impl Threshold {
    /// Half as much again.
    pub const HALF_MORE: Self = Self { numerator: 3, denominator: 2 };

    /// A ratio; `None` unless both parts are positive.
    pub fn new(numerator: u32, denominator: u32) -> Option<Self> {
        (numerator > 0 && denominator > 0).then_some(Self { numerator, denominator })
    }

    /// "At least this many percent more", in whole percent: 50 gives 3/2.
    pub fn percent_more(percent: u32) -> Option<Self> {
        Self::new(percent.checked_add(100)?, 100)
    }

    /// denominator·post − numerator·pre: the sign of post − ratio·pre without a fraction.
    fn excess(self, pre: i64, post: i64) -> i128 {
        i128::from(post) * i128::from(self.denominator) - i128::from(pre) * i128::from(self.numerator)
    }
}

/// Whether the means support a claimed ratio.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Claim {
    /// Pairs.
    pub n: u64,
    /// One-sided paired t on post − ratio·pre; read `p_greater`. H0: ratio of means ≤ threshold.
    pub test: Defined<TTest>,
    /// The one-sided lower 95 % Fieller bound of the percent change: "at least this much more".
    pub lower_percent: Defined<f64>,
    /// People who rose, and by the claimed ratio at least. Descriptive.
    pub reached: Share,
}

/// Tests "the mean rose to at least `threshold` times its before" (paired t on post − ratio·pre).
///
/// This is Fieller's inversion without the division, so it is valid where the before mean is near or below
/// zero. Agrees with R's `t.test(post - 1.5 * pre, alternative = "greater")`. Undefined below two pairs and
/// where post − ratio·pre has no spread; `lower_percent` also needs a before mean above zero and a bounded set.
///
/// ```
/// use pencilmark::statistics::{PairTable, Threshold, Unit, claim};
/// let table = PairTable::from_pairs(Unit::ONE, [(4, 7), (2, 5), (6, 9), (3, 3), (0, 0)]);
/// let claim = claim(&table, Threshold::HALF_MORE);
/// assert!(claim.test.unwrap().p_greater > 0.05); // 60 % more, and five people cannot show 50 %
/// assert_eq!(claim.reached.count, 3); // nobody at zero who stayed there counts as a gain
/// ```
pub fn claim(table: &PairTable, threshold: Threshold) -> Claim {
    let excess = table.cells().iter().map(|c| (threshold.excess(c.pre, c.post), c.n));
    let moments = Moments::of(excess.clone());
    let constant = excess.clone().all(|(value, _)| Some(value) == excess.clone().next().map(|e| e.0));
    let test = moments.variance().and_then(|variance| {
        let n = moments.n as f64;
        if constant {
            Err(Undefined::AllEqualAtThreshold)
        } else {
            Ok(TTest::new(moments.mean / (variance / n).sqrt(), n - 1.0))
        }
    });
    let reached = table.count(|pre, post| post > pre && threshold.excess(pre, post) >= 0);
    Claim { n: table.n(), test, lower_percent: lower_percent(table), reached: share(reached, table.n()).of_pairs() }
}

fn lower_percent(table: &PairTable) -> Defined<f64> {
    if table.n() < 2 {
        return Err(Undefined::FewerThan(2));
    }
    let moments = PairMoments::of(table);
    if moments.pre.mean <= 0.0 {
        return Err(Undefined::PreMeanNotPositive);
    }
    fieller(&moments, student_t_quantile(0.95, moments.df())).interval().map(|interval| interval.low)
}
