//! Intervals that respect that people came in sessions or families.

use std::ops::{Add, Mul, Sub};

use super::caution::CLEAR_CLUSTERS;
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
    let each = each_alone(clusters);
    let found = Deviations::of(&each);
    let enough = if found.clusters < 2 { Err(Undefined::OneCluster) } else { Ok(()) };
    let (g, n) = (found.clusters as f64, found.n as f64);
    let mean = if found.clusters == 0 { Err(Undefined::NoPairs) } else { Ok(unit.real(found.mean_change())) };
    let cr0 = enough.map(|()| unit.real(found.sum(|_, [.., changes]| changes).sqrt()) / n);
    let cr1 = cr0.and_then(|se| Ok(ClusterInterval::new(mean?, se * (g / (g - 1.0)).sqrt(), g - 1.0)));
    let naive = unit.real_squared(total_ss(clusters) / (n - 1.0)) / n;
    Clustered {
        clusters: found.clusters,
        few: found.clusters < CLEAR_CLUSTERS,
        mean,
        se_cr0: cr0,
        cr1,
        cr2: clustered_change(unit, &each),
        design_effect: cr1
            .and_then(|c| if naive > 0.0 { Ok(c.se * c.se / naive) } else { Err(Undefined::NoVariation) }),
        icc: intraclass_correlation(clusters),
        n0: enough.map(|()| found.average_size()),
    }
}

/// ICC(1) of any score by cluster: (MSB − MSW)/(MSB + (n₀ − 1) MSW), n₀ as Donner & Koval (1980).
/// May be negative; undefined with one cluster, clusters of one, or no variation.
pub fn intraclass_correlation(clusters: &[ClusterSums]) -> Defined<f64> {
    let found = Deviations::of(&each_alone(clusters));
    let (g, n) = (found.clusters as f64, found.n as f64);
    if found.clusters < 2 {
        return Err(Undefined::OneCluster);
    }
    if found.n <= found.clusters {
        return Err(Undefined::SingletonClusters);
    }
    let between = found.sum(|size, [.., scores]| scores / size) / (g - 1.0);
    let used = clusters.iter().filter(|sums| sums.n > 0);
    let within = used.map(|c| Moments::ss_from_sums(c.n, c.sum, c.squares)).sum::<f64>() / (n - g);
    let spread = between + (found.average_size() - 1.0) * within;
    if spread > 0.0 { Ok((between - within) / spread) } else { Err(Undefined::NoVariation) }
}

fn each_alone(clusters: &[ClusterSums]) -> Vec<ClusterPairs> {
    clusters.iter().map(|sums| ClusterPairs::one(sums.n, 0, sums.sum)).collect()
}

/// Sum of squares of everybody about the overall mean.
fn total_ss(clusters: &[ClusterSums]) -> f64 {
    let total = clusters.iter().fold(ClusterSums::default(), |total, sums| ClusterSums {
        n: total.n.saturating_add(sums.n),
        sum: total.sum.saturating_add(sums.sum),
        squares: total.squares.saturating_add(sums.squares),
    });
    Moments::ss_from_sums(total.n, total.sum, total.squares)
}

/// Clusters of one size: what their people had before and how far they moved, in stored steps, as sums over the
/// clusters of each cluster's totals and of their squares and product.
///
/// All that an interval by cluster takes from clusters of a size, however many they are; additive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ClusterPairs {
    /// People with both sides in each cluster.
    pub size: u64,
    /// Clusters.
    pub clusters: u64,
    /// Σ before of a cluster's people.
    pub before: i128,
    /// Σ change.
    pub change: i128,
    /// Σ before².
    pub before_squared: i128,
    /// Σ before × change.
    pub product: i128,
    /// Σ change².
    pub change_squared: i128,
}

impl ClusterPairs {
    /// One cluster.
    pub fn of(table: &PairTable) -> Self {
        let (before, change) = (ClusterSums::of(&table.pre()), ClusterSums::of_changes(table));
        Self::one(change.n, before.sum, change.sum)
    }

    /// One cluster of so many people with these totals.
    pub fn one(size: u64, before: i128, change: i128) -> Self {
        Self {
            size,
            clusters: 1,
            before,
            change,
            before_squared: before.saturating_mul(before),
            product: before.saturating_mul(change),
            change_squared: change.saturating_mul(change),
        }
    }
}

/// The printed interval of [`clustered`] alone, of clusters summed up by size.
///
/// ```
/// use pencilmark::statistics::{ClusterPairs, ClusterSums, Unit, clustered, clustered_change};
/// let families = [(2, 3), (1, 1), (1, 0)];
/// let one_by_one = clustered(Unit::ONE, &families.map(|(n, sum)| ClusterSums { n, sum, squares: 0 })).cr2.unwrap();
/// let [two, one, other] = families.map(|(n, change)| ClusterPairs::one(n, 7, change));
/// let by_size = clustered_change(Unit::ONE, &[two, one + other]).unwrap();
/// assert!((by_size.se - one_by_one.se).abs() < 1e-12 && (by_size.df - one_by_one.df).abs() < 1e-12);
/// ```
pub fn clustered_change(unit: Unit, clusters: &[ClusterPairs]) -> Defined<ClusterInterval> {
    let found = Deviations::of(clusters);
    if found.clusters < 2 {
        return Err(Undefined::OneCluster);
    }
    let [.., variance] = found.cr2();
    Ok(ClusterInterval::new(unit.real(found.mean_change()), unit.real(variance.sqrt()), found.satterthwaite()))
}

/// Mean change of some clusters less that of others, each with CR2; the degrees of freedom are Satterthwaite's of the
/// difference, where everybody's change is as uncertain as the next one's (Bell & McCaffrey 2002): what least squares
/// of the change on the group give.
///
/// Undefined where either side has fewer than two clusters.
///
/// ```
/// use pencilmark::statistics::{ClusterPairs, Unit, clustered_difference};
/// let sessions = |changes: [i128; 3]| changes.map(|change| ClusterPairs::one(4, 0, change));
/// let found = clustered_difference(Unit::ONE, &sessions([4, 8, 12]), &sessions([0, 4, 8])).unwrap();
/// // Means 2 and 1; each variance is that of three session means, 1, over 3. Four degrees of freedom remain.
/// assert!((found.se - (2.0_f64 / 3.0).sqrt()).abs() < 1e-12 && (found.df - 4.0).abs() < 1e-9);
/// assert!((found.interval.low + found.interval.high - 2.0).abs() < 1e-12);
/// ```
pub fn clustered_difference(unit: Unit, these: &[ClusterPairs], others: &[ClusterPairs]) -> Defined<ClusterInterval> {
    let sides = [Deviations::of(these), Deviations::of(others)];
    if sides.iter().any(|side| side.clusters < 2) {
        return Err(Undefined::OneCluster);
    }
    let [mut variance, mut trace, mut squares] = [0.0; 3];
    for side in &sides {
        let [.., of_change] = side.cr2();
        let share = 1.0 / side.n as f64;
        variance += of_change;
        trace += share;
        squares += share * share / side.satterthwaite();
    }
    let difference = unit.real(sides[0].mean_change() - sides[1].mean_change());
    Ok(ClusterInterval::new(difference, unit.real(variance.sqrt()), trace * trace / squares))
}

impl ClusterInterval {
    fn new(mean: f64, se: f64, df: f64) -> Self {
        Self {
            se,
            df,
            interval: Interval::around(mean, student_t_quantile(0.975, df) * se),
            test: if se > 0.0 { Ok(TTest::new(mean / se, df)) } else { Err(Undefined::NoVariation) },
        }
    }
}

impl Add for ClusterPairs {
    type Output = Self;

    /// Clusters of the same size together.
    fn add(self, other: Self) -> Self {
        self.with(other, u64::saturating_add, i128::saturating_add)
    }
}

impl Sub for ClusterPairs {
    type Output = Self;

    /// What is left without some clusters of the same size.
    fn sub(self, other: Self) -> Self {
        self.with(other, u64::saturating_sub, i128::saturating_sub)
    }
}

impl Mul<u64> for ClusterPairs {
    type Output = Self;

    /// So many times these clusters.
    fn mul(self, times: u64) -> Self {
        self.with(self, |n, _| n.saturating_mul(times), |sum, _| sum.saturating_mul(i128::from(times)))
    }
}

impl ClusterPairs {
    fn with(self, other: Self, count: impl Fn(u64, u64) -> u64, sum: impl Fn(i128, i128) -> i128) -> Self {
        debug_assert_eq!(self.size, other.size, "only clusters of one size go together");
        Self {
            size: self.size,
            clusters: count(self.clusters, other.clusters),
            before: sum(self.before, other.before),
            change: sum(self.change, other.change),
            before_squared: sum(self.before_squared, other.before_squared),
            product: sum(self.product, other.product),
            change_squared: sum(self.change_squared, other.change_squared),
        }
    }
}

/// How far clusters are from where they would be at everybody's mean: u = Σ(before − mean) and v of the changes.
pub(crate) struct Deviations {
    /// People.
    pub n: u64,
    /// Clusters with somebody in them.
    pub clusters: u64,
    before: i128,
    change: i128,
    groups: Vec<SizeGroup>,
}

/// Clusters of one size: people in each, how many there are, and Σu², Σuv, Σv² over them.
struct SizeGroup {
    size: f64,
    clusters: f64,
    products: [f64; 3],
}

impl Deviations {
    pub fn of(clusters: &[ClusterPairs]) -> Self {
        let used = || clusters.iter().filter(|group| group.size > 0 && group.clusters > 0);
        let sum_of =
            |part: fn(&ClusterPairs) -> i128| used().fold(0_i128, |sum, group| sum.saturating_add(part(group)));
        let n = used().fold(0_u64, |n, group| n.saturating_add(group.size.saturating_mul(group.clusters)));
        let (before, change) = (sum_of(|group| group.before), sum_of(|group| group.change));
        let groups = used().map(|group| SizeGroup {
            size: group.size as f64,
            clusters: group.clusters as f64,
            products: [
                co_deviation(group, n, (before, group.before), (before, group.before), group.before_squared).max(0.0),
                co_deviation(group, n, (before, group.before), (change, group.change), group.product),
                co_deviation(group, n, (change, group.change), (change, group.change), group.change_squared).max(0.0),
            ],
        });
        Self {
            n,
            clusters: used().fold(0_u64, |g, group| g.saturating_add(group.clusters)),
            before,
            change,
            groups: groups.collect(),
        }
    }

    /// Mean of everybody's before, in stored steps.
    pub fn mean_before(&self) -> f64 {
        self.before as f64 / self.n as f64
    }

    /// Mean of everybody's change, in stored steps.
    pub fn mean_change(&self) -> f64 {
        self.change as f64 / self.n as f64
    }

    /// Over groups, of a group's size and products.
    fn sum(&self, part: impl Fn(f64, [f64; 3]) -> f64) -> f64 {
        self.groups.iter().map(|group| part(group.size, group.products)).sum()
    }

    /// CR2's variance of the mean before, covariance, variance of the mean change, in squared steps:
    /// Σ u v/(1 − n_g/n)/n².
    pub fn cr2(&self) -> [f64; 3] {
        let n = self.n as f64;
        [0, 1, 2].map(|which| self.sum(|size, products| products[which] / (1.0 - size / n)) / (n * n))
    }

    /// (Σ P_gg)²/Σ P_gh² with P_gh = a_g a_h (n_g [g = h] − n_g n_h/n), a_g² = 1/(1 − n_g/n).
    pub fn satterthwaite(&self) -> f64 {
        let n = self.n as f64;
        let spread = |size: f64| size * size / (1.0 - size / n);
        let sum_by = |part: &dyn Fn(f64) -> f64| -> f64 {
            self.groups.iter().map(|group| group.clusters * part(group.size)).sum()
        };
        let (sum, squares) = (sum_by(&spread), sum_by(&|size| spread(size).powi(2)));
        n * n / (sum_by(&|size| size * size) + (sum * sum - squares) / (n * n))
    }

    /// n₀, the cluster size that makes the between mean square unbiased.
    fn average_size(&self) -> f64 {
        let n = self.n as f64;
        let squares: f64 = self.groups.iter().map(|group| group.clusters * group.size.powi(2)).sum();
        (n - squares / n) / (self.clusters as f64 - 1.0)
    }
}

/// Σ (x − n_g·X/n)(y − n_g·Y/n) over the clusters of a group; x and y as (everybody's sum, the group's sum), and
/// the group's Σxy.
///
/// Shifted by a whole number near each mean and then in n²-ths, so that clusters which are all alike come to
/// exactly 0; only where i128 would overflow is it computed in f64.
fn co_deviation(group: &ClusterPairs, n: u64, x: (i128, i128), y: (i128, i128), product: i128) -> f64 {
    let (people, size, clusters) = (i128::from(n), i128::from(group.size), i128::from(group.clusters));
    let exact = || -> Option<i128> {
        let shifted = |(total, of_group): (i128, i128)| -> Option<(i128, i128, i128)> {
            let near = total.div_euclid(people);
            let shift = size.checked_mul(near)?;
            Some((shift, total.rem_euclid(people), of_group.checked_sub(shift.checked_mul(clusters)?)?))
        };
        let ((shift_x, rest_x, sum_x), (shift_y, rest_y, sum_y)) = (shifted(x)?, shifted(y)?);
        // Σ(x−a)(y−b) = Σxy − aΣy − bΣx + ab = Σxy − aΣ(y−b) − bΣx
        let about = product.checked_sub(shift_x.checked_mul(sum_y)?)?.checked_sub(shift_y.checked_mul(x.1)?)?;
        let cross = rest_x.checked_mul(sum_y)?.checked_add(rest_y.checked_mul(sum_x)?)?.checked_mul(size)?;
        let square = clusters.checked_mul(size.checked_mul(size)?)?.checked_mul(rest_x.checked_mul(rest_y)?)?;
        people.checked_mul(people)?.checked_mul(about)?.checked_sub(people.checked_mul(cross)?)?.checked_add(square)
    };
    let in_floats = || {
        let mean = |(total, _): (i128, i128)| group.size as f64 * (total as f64 / n as f64);
        product as f64 - mean(x) * y.1 as f64 - mean(y) * x.1 as f64 + group.clusters as f64 * mean(x) * mean(y)
    };
    exact().map_or_else(in_floats, |exact| exact as f64 / (n as f64 * n as f64))
}
