//! The awkward tables of `docs/statistics.md`, one test a row: a value or a reason, never NaN, 0 or ∞.

use pencilmark::statistics::{
    ClusterSums, CountTable, FiellerSet, Interval, PairTable, RowTable, Threshold, Undefined, Unit, Variances, Zeros,
    agreement, attrition, claim, clustered, counts, direction, effect_sizes, hodges_lehmann, intraclass_correlation,
    mann_whitney, marginal_tests, mean_change, partially_overlapping, pearson, percent_change, reliability, sign_test,
    spearman, summary, top_box, welch, wilcoxon_signed_rank,
};

fn table(counts: impl IntoIterator<Item = (i64, i64, u64)>) -> PairTable {
    PairTable::from_counts(Unit::ONE, counts)
}

fn point(value: f64) -> Interval {
    Interval { low: value, high: value }
}

#[test]
fn no_pairs_leave_everything_undefined_and_the_unmatched_path_open() {
    let nobody = table([]);
    assert_eq!(mean_change(&nobody).mean, Err(Undefined::NoValues));
    assert_eq!(mean_change(&nobody).interval, Err(Undefined::FewerThan(2)));
    assert_eq!(percent_change(&nobody).value, Err(Undefined::NoPairs));
    assert_eq!(claim(&nobody, Threshold::HALF_MORE).test, Err(Undefined::FewerThan(2)));
    assert_eq!(direction(&nobody, 1).improved.percent, Err(Undefined::NoPairs));
    assert_eq!(wilcoxon_signed_rank(&nobody, Zeros::Pratt).p_exact, Err(Undefined::NoPairs));
    assert_eq!(sign_test(&nobody), Err(Undefined::NoPairs));
    assert_eq!(hodges_lehmann(&nobody).estimate, Err(Undefined::NoPairs));
    assert_eq!(top_box(&nobody, 3).difference, Err(Undefined::NoPairs));
    assert_eq!(effect_sizes(&nobody).d_av, Err(Undefined::FewerThan(2)));
    let (before, after) =
        (CountTable::from_counts(Unit::ONE, [(1, 1), (4, 1)]), CountTable::from_counts(Unit::ONE, [(5, 2)]));
    assert_eq!(welch(&before, &after).difference, Ok(2.5));
    assert_eq!(mann_whitney(&before, &after).map(|m| m.u), Ok(4.0));
    assert_eq!(counts(&nobody, &before, &after).match_rate.percent, Ok(0.0));
}

#[test]
fn one_pair_has_a_mean_a_percent_and_p_one() {
    let one = table([(2, 5, 1)]);
    assert_eq!(mean_change(&one).mean, Ok(3.0));
    assert_eq!(mean_change(&one).interval, Err(Undefined::FewerThan(2)));
    assert_eq!(percent_change(&one).value, Ok(150.0));
    assert_eq!(percent_change(&one).fieller, Err(Undefined::FewerThan(2)));
    assert_eq!(wilcoxon_signed_rank(&one, Zeros::Dropped).p_exact, Ok(1.0));
    assert_eq!(sign_test(&one), Ok(1.0));
    assert_eq!(effect_sizes(&one).d_z, Err(Undefined::FewerThan(2)));
    assert_eq!(hodges_lehmann(&one).interval, Ok(point(3.0)));
}

#[test]
fn equal_changes_have_a_point_for_an_interval_and_no_t() {
    let all_up_two = table([(1, 3, 4), (2, 4, 5)]);
    let change = mean_change(&all_up_two);
    assert_eq!(change.interval, Ok(point(2.0)));
    assert!(change.collapsed, "a point must not be sold as certainty");
    assert_eq!(change.test, Err(Undefined::AllChangesEqual));
    assert_eq!(effect_sizes(&all_up_two).d_z, Err(Undefined::AllChangesEqual));
    let fieller = percent_change(&all_up_two).fieller.expect("before is positive").interval().expect("bounded");
    assert!(fieller.high > fieller.low, "before varies, so the ratio is not certain");
    let same_before = table([(2, 4, 9)]);
    assert_eq!(percent_change(&same_before).fieller.expect("positive").set, FiellerSet::Bounded(point(100.0)));
}

#[test]
fn nobody_changing_gives_p_one_and_no_z() {
    let same = table([(3, 3, 12), (4, 4, 2)]);
    for zeros in [Zeros::Dropped, Zeros::Pratt] {
        let test = wilcoxon_signed_rank(&same, zeros);
        assert_eq!((test.p_exact, test.p()), (Ok(1.0), Ok(1.0)));
        assert_eq!(test.approximate, Err(Undefined::NoChange));
        assert_eq!(test.rank_biserial, Err(Undefined::NoChange));
    }
    assert_eq!(sign_test(&same), Ok(1.0));
    assert_eq!(hodges_lehmann(&same).estimate, Ok(0.0));
    assert_eq!(marginal_tests(&same).stuart_maxwell, Err(Undefined::NoChange));
}

#[test]
fn a_before_mean_that_is_not_positive_has_no_percent_and_still_a_claim_test() {
    for counts in [vec![(0, 0, 3), (0, 2, 4), (0, 1, 1)], vec![(-2, 0, 3), (1, 3, 1), (-1, 2, 2)]] {
        let t = table(counts);
        assert_eq!(percent_change(&t).value, Err(Undefined::PreMeanNotPositive));
        assert_eq!(percent_change(&t).fieller, Err(Undefined::PreMeanNotPositive));
        assert!(claim(&t, Threshold::HALF_MORE).test.is_ok());
        assert_eq!(claim(&t, Threshold::HALF_MORE).lower_percent, Err(Undefined::PreMeanNotPositive));
        assert!(mean_change(&t).test.is_ok());
    }
}

#[test]
fn two_pairs_usually_cannot_bound_a_percent() {
    let two = table([(1, 3, 1), (4, 3, 1)]);
    let fieller = percent_change(&two).fieller.expect("positive");
    assert!(matches!(fieller.set, FiellerSet::Exclusive(_)));
    assert_eq!(fieller.interval(), Err(Undefined::CannotBeBounded));
    assert_eq!(mean_change(&two).test.map(|t| t.df), Ok(1.0));
    assert_eq!(effect_sizes(&two).hedges_g, Err(Undefined::FewerThan(3)));
}

#[test]
fn a_constant_side_has_no_correlation() {
    for counts in [[(3, 1, 2), (3, 4, 5)], [(1, 3, 2), (4, 3, 5)]] {
        let t = table(counts);
        assert_eq!(pearson(&t), Err(Undefined::PreOrPostConstant));
        assert_eq!(spearman(&t), Err(Undefined::PreOrPostConstant));
        assert!(mean_change(&t).test.is_ok() && effect_sizes(&t).d_av.is_ok());
    }
    assert_eq!(effect_sizes(&table([(3, 4, 6)])).d_av, Err(Undefined::BothConstant));
}

#[test]
fn one_cluster_has_no_cluster_interval_and_no_icc() {
    let session = ClusterSums { n: 12, sum: 9, squares: 21 };
    let one = clustered(Unit::ONE, &[session, ClusterSums::default()]);
    assert_eq!((one.clusters, one.mean, one.few), (1, Ok(0.75), true));
    assert_eq!(one.cr2, Err(Undefined::OneCluster));
    assert_eq!(one.icc, Err(Undefined::OneCluster));
    assert_eq!(clustered(Unit::ONE, &[]).mean, Err(Undefined::NoPairs));
    let alone = ClusterSums { n: 1, sum: 2, squares: 4 };
    assert_eq!(intraclass_correlation(&[alone, alone]), Err(Undefined::SingletonClusters));
}

#[test]
fn clusters_that_all_changed_alike_have_no_test() {
    let session = ClusterSums { n: 3, sum: 3, squares: 3 };
    let alike = clustered(Unit::ONE, &[session, session]);
    assert_eq!(alike.cr2.map(|c| (c.interval, c.test)), Ok((point(1.0), Err(Undefined::NoVariation))));
    assert_eq!(alike.design_effect, Err(Undefined::NoVariation));
    assert_eq!(alike.icc, Err(Undefined::NoVariation));
}

#[test]
fn wilson_prints_zero_and_hundred_as_limits() {
    let nobody = direction(&table([(2, 1, 7)]), 1);
    assert_eq!(nobody.improved.interval.map(|i| i.low), Ok(0.0));
    assert_eq!(nobody.declined.interval.map(|i| i.high), Ok(100.0));
}

#[test]
fn a_change_below_the_smallest_that_matters_is_the_same() {
    let small = direction(&table([(2, 3, 7), (2, 4, 1)]), 2);
    assert_eq!((small.improved.count, small.same.count, small.declined.count), (1, 7, 0));
}

#[test]
fn attrition_without_a_scale_has_no_bounds_and_without_a_twin_no_weights() {
    let lost = attrition(&table([(2, 3, 2), (4, 4, 1)]), &CountTable::from_counts(Unit::ONE, [(1, 1)]), None, Some(5));
    assert_eq!(lost.worst, Err(Undefined::NoScaleLimits));
    assert_eq!(lost.best, Ok(1.5));
    assert_eq!(lost.carried_forward, Ok(0.5));
    assert_eq!(lost.weighted, Err(Undefined::NoCompleterAtPreValue));
}

#[test]
fn everyone_moving_one_way_makes_bhapkar_infinite() {
    let tests = marginal_tests(&table([(1, 2, 4), (2, 3, 3)]));
    assert_eq!(tests.bhapkar, Err(Undefined::OneDirection));
    assert_eq!(tests.bowker.map(|b| b.df), Ok(2));
}

#[test]
fn an_empty_margin_is_described_by_reasons() {
    let nobody = summary(&CountTable::empty(Unit::ONE));
    assert_eq!(
        (nobody.mean, nobody.median, nobody.min),
        (Err(Undefined::NoValues), Err(Undefined::NoValues), Err(Undefined::NoValues))
    );
    assert_eq!(nobody.sd, Err(Undefined::FewerThan(2)));
}

#[test]
fn large_values_with_small_changes_keep_their_digits() {
    // means near ten million, changes of a tenth: textbook formulas lose every digit of the limits
    let t = PairTable::from_counts(Unit::decimals(1), [(100_000_001, 100_000_002, 3), (100_000_003, 100_000_005, 2)]);
    assert!((mean_change(&t).mean.expect("five pairs") - 0.14).abs() < 1e-15);
    let fieller = percent_change(&t).fieller.expect("positive").interval().expect("bounded");
    let change = mean_change(&t).interval.expect("two or more");
    // before hardly varies next to its size, so Fieller is the mean's interval over the mean
    assert!((fieller.low / (100.0 * change.low / 10_000_000.18) - 1.0).abs() < 1e-6, "{fieller:?} {change:?}");
}

#[test]
fn agreeing_always_leaves_no_error_of_kappa() {
    let dyads = table([(1, 1, 3), (2, 2, 7), (3, 3, 11), (5, 5, 2)]);
    let agreed = agreement(&dyads, &[1, 2, 3, 4, 5]);
    for kappa in [agreed.kappa, agreed.kappa_linear, agreed.kappa_quadratic] {
        let kappa = kappa.expect("spread");
        assert!((kappa.kappa - 1.0).abs() < 1e-15 && kappa.se < 1e-15, "{kappa:?}");
    }
}

#[test]
fn what_rounding_leaves_is_no_variance() {
    // everybody is matched and one step higher, so the true variance is 0
    let (pairs, none) = (table([(1, 2, 3), (3, 4, 1), (4, 5, 7), (7, 8, 2)]), CountTable::from_counts(Unit::ONE, []));
    for variances in [Variances::Pooled, Variances::Separate] {
        assert_eq!(
            partially_overlapping(&pairs, &none, &none, variances).map(|t| t.difference),
            Err(Undefined::AllChangesEqual)
        );
    }
}

/// R 4.2.2: `f <- factanal(x, 1)`; 20 more starts find nothing better than its objective, 2.048835.
#[test]
fn omega_is_at_the_highest_of_several_tops_of_the_likelihood() {
    let rows = [[2, 4, 4, 4], [3, 3, 3, 2], [3, 4, 2, 2], [4, 1, 2, 2], [4, 1, 4, 3]];
    let scale = RowTable::from_counts(Unit::ONE, 4, rows.map(|row| (row.to_vec(), 1)));
    let omega = reliability(&scale).omega.expect("more people than items");
    assert!((omega - 0.475_009_1).abs() < 1e-6, "{omega}");
}

/// R 4.2.2: `factanal(x, 1, control = list(nstart = 30))`: one item is all of the factor.
#[test]
fn omega_settles_for_items_that_have_next_to_nothing_in_common() {
    let mut state = 1_i64;
    let mut next = || {
        state = (state * 1103 + 12_345) % 65_536;
        i32::try_from(state / 256 % 4 + 1).expect("1 to 4").into()
    };
    let rows: Vec<(Vec<i64>, u64)> = (0..60).map(|_| ((0..5).map(|_| next()).collect(), 1)).collect();
    let omega = reliability(&RowTable::from_counts(Unit::ONE, 5, rows)).omega.expect("more people than items");
    assert!((omega - 0.333_246_27).abs() < 1e-6, "{omega}");
}

/// R 4.2.2: `factanal(x, 1, control = list(nstart = 30))`: one item is all of the factor, though hardly better than none.
#[test]
fn omega_is_that_of_factanal_where_the_likelihood_is_all_but_flat() {
    let people = [102, 97, 98, 98, 98, 102, 103, 101, 97, 97, 99, 100, 101, 100, 98, 98];
    let answers = |cell: i64| -> Vec<i64> { (0..4).rev().map(|item| cell >> item & 1).collect() };
    let rows: Vec<(Vec<i64>, u64)> = (0..).zip(people).map(|(cell, n)| (answers(cell), n)).collect();
    let omega = reliability(&RowTable::from_counts(Unit::ONE, 4, rows)).omega.expect("more people than items");
    assert!((omega - 0.248_053_29).abs() < 1e-6, "{omega}");
}
