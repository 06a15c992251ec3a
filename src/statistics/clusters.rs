//! Intervals that respect that people came in sessions or families.

use super::distribution::student_t_quantile;
use super::estimate::{Interval, TTest};
use super::moments::Moments;
use super::table::{CountTable, PairTable};
use super::undefined::{Defined, Undefined};
use super::unit::Unit;

/// What one cluster contributes: people, sum and sum of squares of a score, in stored steps.
///
/// Additive, so a roll-up needs no responses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ClusterSums {
    /// People with both sides.
    pub n: u64,
    /// Sum of their changes (or other scores).
    pub sum: i128,
    /// Sum of squares.
    pub squares: i128,
}

impl ClusterSums {
    /// Of the changes of one cluster's table.
    pub fn of_changes(table: &PairTable) -> Self {
        Self::of(&table.changes())
    }

    /// Of one margin.
    pub fn of(table: &CountTable) -> Self {
        table.cells().iter().fold(Self::default(), |sums, &(value, n)| {
            let (value, count) = (i128::from(value), i128::from(n));
            Self {
                n: sums.n.saturating_add(n),
                sum: sums.sum.saturating_add(value.saturating_mul(count)),
                squares: sums.squares.saturating_add((value * value).saturating_mul(count)),
            }
        })
    }
}

/// Mean change with clusters as the sampling unit, in real units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Clustered {
    /// Clusters with at least one pair.
    pub clusters: u64,
    /// Fewer than 10 clusters: print "few clusters"; below 4 no cluster interval is to be trusted.
    pub few: bool,
    /// Mean change.
    pub mean: Defined<f64>,
    /// Standard error without small-sample correction.
    pub se_cr0: Defined<f64>,
    /// CR1: times √(G/(G−1)), with G − 1 degrees of freedom.
    pub cr1: Defined<ClusterInterval>,
    /// CR2 with Satterthwaite degrees of freedom: the one to print.
    pub cr2: Defined<ClusterInterval>,
    /// CR1 variance over the naive variance.
    pub design_effect: Defined<f64>,
    /// ICC(1) of the change, not truncated: a negative one is printed as 0 with a note.
    pub icc: Defined<f64>,
    /// The cluster size that enters the ICC.
    pub n0: Defined<f64>,
}

/// A cluster-robust standard error and its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClusterInterval {
    /// Standard error.
    pub se: f64,
    /// Degrees of freedom.
    pub df: f64,
    /// 95 % interval.
    pub interval: Interval,
    /// Test of no change; undefined where the standard error is 0.
    pub test: Defined<TTest>,
}

/// Cluster-robust inference for a mean change from per-cluster sums.
///
/// CR1 after Liang & Zeger (1986), CR2 after Bell & McCaffrey (2002) with Satterthwaite degrees of freedom in
/// closed form; agrees with R's clubSandwich and estimatr. Clusters without pairs are ignored. With one
/// cluster everything but the mean is undefined; print the naive interval labelled "one session".
///
/// ```
/// use pencilmark::statistics::{ClusterSums, Undefined, Unit, clustered};
/// let one_session = clustered(Unit::ONE, &[ClusterSums { n: 12, sum: 9, squares: 21 }]);
/// assert_eq!(one_session.mean, Ok(0.75));
/// assert_eq!(one_session.cr2, Err(Undefined::OneCluster));
/// ```
pub fn clustered(unit: Unit, clusters: &[ClusterSums]) -> Clustered {
    let each: Vec<(ClusterSums, u64)> = clusters.iter().map(|sums| (*sums, 1)).collect();
    clustered_alike(unit, &each)
}

/// The same, where many clusters have the same sums, as families of one child have: (sums, how many such clusters).
///
/// ```
/// use pencilmark::statistics::{ClusterSums, Unit, clustered, clustered_alike};
/// let (up, same) = (ClusterSums { n: 1, sum: 1, squares: 1 }, ClusterSums { n: 1, sum: 0, squares: 0 });
/// assert_eq!(clustered_alike(Unit::ONE, &[(up, 2), (same, 1)]), clustered(Unit::ONE, &[up, up, same]));
/// ```
pub fn clustered_alike(unit: Unit, clusters: &[(ClusterSums, u64)]) -> Clustered {
    let used = used(clusters);
    let g = how_many(&used);
    let n = people(&used);
    let mean = if used.is_empty() { Err(Undefined::NoPairs) } else { Ok(unit.real(total_mean(&used))) };
    let enough = if g < 2 { Err(Undefined::OneCluster) } else { Ok(()) };
    let deviations = deviations(&used);
    let each = || used.iter().zip(&deviations);
    let cr0 = enough.map(|()| unit.real(each().map(|(c, u)| c.1 as f64 * u * u).sum::<f64>().sqrt()) / n);
    let interval = |se: f64, df: f64| {
        mean.map(|mean| ClusterInterval {
            se,
            df,
            interval: Interval::around(mean, student_t_quantile(0.975, df) * se),
            test: if se > 0.0 { Ok(TTest::new(mean / se, df)) } else { Err(Undefined::NoVariation) },
        })
    };
    let clusters = g as f64;
    let cr1 = cr0.and_then(|se| interval(se * (clusters / (clusters - 1.0)).sqrt(), clusters - 1.0));
    let cr2 = enough.and_then(|()| {
        let variance = cr2_product(&used, &deviations, &deviations);
        interval(unit.real(variance.sqrt()), satterthwaite(&used, n))
    });
    let naive = unit.real_squared(total_ss(&used) / (n - 1.0)) / n;
    Clustered {
        clusters: g,
        few: g < 10,
        mean,
        se_cr0: cr0,
        cr1,
        cr2,
        design_effect: cr1
            .and_then(|c| if naive > 0.0 { Ok(c.se * c.se / naive) } else { Err(Undefined::NoVariation) }),
        icc: icc(&used, &deviations),
        n0: enough.map(|()| average_size(&used)),
    }
}

/// ICC(1) of any score by cluster: (MSB − MSW)/(MSB + (n₀ − 1) MSW), n₀ as Donner & Koval (1980).
/// May be negative; undefined with one cluster, clusters of one, or no variation.
pub fn intraclass_correlation(clusters: &[ClusterSums]) -> Defined<f64> {
    let each: Vec<(ClusterSums, u64)> = clusters.iter().map(|sums| (*sums, 1)).collect();
    let used = used(&each);
    icc(&used, &deviations(&used))
}

/// Clusters with somebody in them, each with how many there are like it.
pub(crate) type Alike = (ClusterSums, u64);

/// Those with at least one pair.
pub(crate) fn used(clusters: &[Alike]) -> Vec<Alike> {
    clusters.iter().copied().filter(|(sums, alike)| sums.n > 0 && *alike > 0).collect()
}

/// Clusters.
pub(crate) fn how_many(used: &[Alike]) -> u64 {
    used.iter().fold(0_u64, |g, (_, alike)| g.saturating_add(*alike))
}

/// People in them.
pub(crate) fn people(used: &[Alike]) -> f64 {
    used.iter().map(|(sums, alike)| sums.n as f64 * *alike as f64).sum()
}

fn sum_of(used: &[Alike], part: impl Fn(&ClusterSums) -> i128) -> i128 {
    used.iter().fold(0_i128, |sum, (sums, alike)| sum.saturating_add(part(sums).saturating_mul(i128::from(*alike))))
}

/// Mean of everybody, in stored steps.
pub(crate) fn total_mean(used: &[Alike]) -> f64 {
    sum_of(used, |sums| sums.sum) as f64 / people(used)
}

/// u_g = Σ(d − mean) per cluster: (n·sum − n_g·total)/n in whole numbers where they fit.
pub(crate) fn deviations(used: &[Alike]) -> Vec<f64> {
    let n = sum_of(used, |sums| i128::from(sums.n));
    let total = sum_of(used, |sums| sums.sum);
    used.iter()
        .map(|(c, _)| {
            let exact =
                n.checked_mul(c.sum).zip(i128::from(c.n).checked_mul(total)).and_then(|(a, b)| a.checked_sub(b));
            exact.map_or_else(|| c.sum as f64 - c.n as f64 * (total as f64 / n as f64), |d| d as f64 / n as f64)
        })
        .collect()
}

/// CR2's covariance of two means, from their deviations by cluster: Σ u_g v_g/(1 − n_g/n)/n², in squared steps.
pub(crate) fn cr2_product(used: &[Alike], one: &[f64], other: &[f64]) -> f64 {
    let n = people(used);
    let terms = used.iter().zip(one.iter().zip(other));
    terms.map(|((c, alike), (u, v))| *alike as f64 * u * v / (1.0 - c.n as f64 / n)).sum::<f64>() / (n * n)
}

/// (Σ P_gg)²/Σ P_gh² with P_gh = a_g a_h (n_g [g = h] − n_g n_h/n), a_g² = 1/(1 − n_g/n).
pub(crate) fn satterthwaite(used: &[Alike], n: f64) -> f64 {
    let spread = |size: f64| size * size / (1.0 - size / n);
    let sum_by = |part: &dyn Fn(f64) -> f64| -> f64 { used.iter().map(|(c, w)| *w as f64 * part(c.n as f64)).sum() };
    let (sum, squares) = (sum_by(&spread), sum_by(&|size| spread(size).powi(2)));
    n * n / (sum_by(&|size| size * size) + (sum * sum - squares) / (n * n))
}

/// Sum of squares of everybody about the overall mean.
fn total_ss(used: &[Alike]) -> f64 {
    let n = used.iter().fold(0_u64, |n, (sums, alike)| n.saturating_add(sums.n.saturating_mul(*alike)));
    Moments::ss_from_sums(n, sum_of(used, |sums| sums.sum), sum_of(used, |sums| sums.squares))
}

/// n₀, the cluster size that makes the between mean square unbiased.
fn average_size(used: &[Alike]) -> f64 {
    let n = people(used);
    let squares: f64 = used.iter().map(|(c, alike)| *alike as f64 * (c.n as f64).powi(2)).sum();
    (n - squares / n) / (how_many(used) as f64 - 1.0)
}

/// One-way analysis of variance by cluster.
fn icc(used: &[Alike], deviations: &[f64]) -> Defined<f64> {
    let (g, n) = (how_many(used) as f64, people(used));
    if how_many(used) < 2 {
        return Err(Undefined::OneCluster);
    }
    if n <= g {
        return Err(Undefined::SingletonClusters);
    }
    let each = used.iter().zip(deviations);
    let between = each.map(|((c, alike), u)| *alike as f64 * u * u / c.n as f64).sum::<f64>() / (g - 1.0);
    let within_of = |(c, alike): &Alike| *alike as f64 * Moments::ss_from_sums(c.n, c.sum, c.squares);
    let within = used.iter().map(within_of).sum::<f64>() / (n - g);
    let spread = between + (average_size(used) - 1.0) * within;
    if spread > 0.0 { Ok((between - within) / spread) } else { Err(Undefined::NoVariation) }
}
