//! Percent change of means that respects sessions and families.

use super::clusters::{ClusterPairs, Deviations};
use super::distribution::student_t_quantile;
use super::percent_change::{Fieller, fieller_roots};
use super::undefined::{Defined, Undefined};

/// Percent change of means with clusters as the sampling unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClusteredPercent {
    /// Clusters with at least one pair.
    pub clusters: u64,
    /// 100 (mean after / mean before − 1), in percent.
    pub value: Defined<f64>,
    /// Satterthwaite's degrees of freedom, those of [`super::clustered`].
    pub df: Defined<f64>,
    /// Fieller's 95 % set with CR2's variances.
    pub cr2: Defined<Fieller>,
}

/// Fieller's set (Fieller 1954) with the CR2 covariance matrix of the two means (Bell & McCaffrey 2002) in the place
/// of the naive one, as Zerbe (1978) does for any linear model.
///
/// The set holds exactly those ratios r at which the CR2 test of mean(post − r·pre) = 0, with its Satterthwaite
/// degrees of freedom, is not significant at 5 %: these depend on the sizes of the clusters alone, so one quantile
/// serves all r. With clusters of one person each it is the ordinary Fieller set. Undefined where
/// [`super::percent_change()`] is, and with one cluster.
///
/// ```
/// use pencilmark::statistics::{ClusterPairs, PairTable, Undefined, Unit, clustered_percent_change};
/// let sums = ClusterPairs::of(&PairTable::from_counts(Unit::ONE, [(6, 9, 8), (4, 7, 5)]));
/// assert!(clustered_percent_change(&[sums]).value.is_ok());
/// assert_eq!(clustered_percent_change(&[sums]).cr2, Err(Undefined::OneCluster));
/// ```
pub fn clustered_percent_change(clusters: &[ClusterPairs]) -> ClusteredPercent {
    let found = Deviations::of(clusters);
    let before = found.mean_before();
    let positive = match found.clusters {
        0 => Err(Undefined::NoPairs),
        _ if before <= 0.0 => Err(Undefined::PreMeanNotPositive),
        _ => Ok(()),
    };
    let df = match found.clusters {
        0 => Err(Undefined::NoPairs),
        1 => Err(Undefined::OneCluster),
        _ => Ok(found.satterthwaite()),
    };
    let change = found.mean_change();
    ClusteredPercent {
        clusters: found.clusters,
        value: positive.map(|()| 100.0 * change / before),
        df,
        cr2: positive.and(df).map(|df| {
            let q = student_t_quantile(0.975, df);
            let [of_before, covariance, of_change] = found.cr2().map(|variance| q * q * variance);
            fieller_roots(before, change, [of_before, of_change, covariance])
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::{PairTable, Unit, clustered_change, percent_change};

    /// Jobs before and after of eighteen children at five sessions.
    const SESSIONS: [&[(i64, i64)]; 5] = [
        &[(6, 12), (8, 12), (10, 14), (4, 8), (8, 8)],
        &[(12, 12), (6, 12), (9, 14)],
        &[(7, 7), (10, 16), (3, 6), (6, 9)],
        &[(3, 9), (6, 6), (4, 4), (5, 11), (9, 10)],
        &[(2, 3)],
    ];

    fn near(value: f64, expected: f64) {
        assert!((value / expected - 1.0).abs() < 1e-9, "{value} is not {expected}");
    }

    fn cluster(pairs: &[(i64, i64)]) -> ClusterPairs {
        ClusterPairs::of(&PairTable::from_pairs(Unit::ONE, pairs.iter().copied()))
    }

    /// From R 4.2: CR2 and its degrees of freedom by Bell & McCaffrey's matrix formula, the limits of the percent
    /// by `uniroot` on the CR2 test of post − r·pre.
    #[test]
    fn the_limits_are_where_the_cr2_test_of_a_ratio_turns() {
        let clusters = SESSIONS.map(cluster);
        let change = clustered_change(Unit::ONE, &clusters).expect("five sessions");
        near(change.se, 0.283_361_251_622_464_95);
        near(change.df, 3.278_290_353_079_256);
        near(change.interval.low, 2.195_570_792_752_487);
        near(change.interval.high, 3.915_540_318_358_624);
        near(change.test.expect("spread").p, 0.001_134_953_639_973_36);
        let percent = clustered_percent_change(&clusters);
        near(percent.value.expect("a true zero"), 46.610_169_491_525_4);
        near(percent.df.expect("five sessions"), change.df);
        let interval = percent.cr2.and_then(|fieller| fieller.interval()).expect("bounded");
        near(interval.low, 41.181_146_429_419_6);
        near(interval.high, 53.815_098_750_307_9);
    }

    #[test]
    fn a_cluster_a_person_gives_the_ordinary_fieller_set() {
        let people: Vec<(i64, i64)> = SESSIONS.concat();
        let naive = percent_change(&PairTable::from_pairs(Unit::ONE, people.iter().copied()));
        let naive = naive.fieller.and_then(|fieller| fieller.interval()).expect("bounded");
        let alone: Vec<ClusterPairs> = people.iter().map(|pair| cluster(&[*pair])).collect();
        let robust = clustered_percent_change(&alone).cr2.and_then(|fieller| fieller.interval()).expect("bounded");
        near(robust.low, naive.low);
        near(robust.high, naive.high);
    }

    #[test]
    fn a_mean_before_of_zero_has_no_percent_and_one_cluster_no_limits() {
        assert_eq!(clustered_percent_change(&[]).value, Err(Undefined::NoPairs));
        let none_before = [cluster(&[(0, 3), (0, 1)]), cluster(&[(0, 2)])];
        assert_eq!(clustered_percent_change(&none_before).cr2, Err(Undefined::PreMeanNotPositive));
        assert_eq!(clustered_percent_change(&none_before[..1]).df, Err(Undefined::OneCluster));
    }
}
