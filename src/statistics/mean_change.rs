//! Mean change with its t interval.

use super::distribution::student_t_quantile;
use super::estimate::{Interval, TTest};
use super::moments::Moments;
use super::table::{CountTable, PairTable};
use super::undefined::{Defined, Undefined};

/// Mean of post − pre, in real units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MeanChange {
    /// Pairs.
    pub n: u64,
    /// Mean change.
    pub mean: Defined<f64>,
    /// Standard deviation of the changes.
    pub sd: Defined<f64>,
    /// Standard error, SD / √n.
    pub se: Defined<f64>,
    /// 95 % t interval; collapses to a point where all changes are equal, which `collapsed` flags.
    pub interval: Defined<Interval>,
    /// All changes are equal: the interval's width is 0 and is no certainty.
    pub collapsed: bool,
    /// Paired t test of no change.
    pub test: Defined<TTest>,
}

/// Mean change with 95 % t interval and paired t test (Student 1908).
///
/// Agrees with R's `t.test(post, pre, paired = TRUE)`. One pair has a mean and no interval; where all changes
/// are equal R stops with an error and SciPy gives inf, here t is undefined and the interval is flagged.
///
/// ```
/// use pencilmark::statistics::{PairTable, Undefined, Unit, mean_change};
/// let all_up_by_one = mean_change(&PairTable::from_counts(Unit::ONE, [(1, 2, 3), (2, 3, 4)]));
/// assert_eq!(all_up_by_one.mean, Ok(1.0));
/// assert!(all_up_by_one.collapsed);
/// assert_eq!(all_up_by_one.test, Err(Undefined::AllChangesEqual));
/// ```
pub fn mean_change(table: &PairTable) -> MeanChange {
    mean_of(&table.changes())
}

/// The same for any table of changes.
pub(crate) fn mean_of(changes: &CountTable) -> MeanChange {
    let (moments, unit) = (Moments::of_table(changes), changes.unit());
    let n = moments.n;
    let mean = if n == 0 { Err(Undefined::NoValues) } else { Ok(unit.real(moments.mean)) };
    let sd = moments.variance().map(|v| unit.real(v.sqrt()));
    let se = sd.map(|sd| sd / (n as f64).sqrt());
    let df = n.saturating_sub(1) as f64;
    let collapsed = n >= 2 && changes.cells().len() == 1;
    let with_se = |f: &dyn Fn(f64, f64) -> f64| mean.and_then(|mean| se.map(|se| f(mean, se)));
    MeanChange {
        n,
        mean,
        sd,
        se,
        interval: se.and_then(|se| mean.map(|mean| Interval::around(mean, student_t_quantile(0.975, df) * se))),
        collapsed,
        test: if collapsed {
            Err(Undefined::AllChangesEqual)
        } else {
            with_se(&|mean, se| mean / se).map(|t| TTest::new(t, df))
        },
    }
}
