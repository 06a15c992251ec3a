//! What must hold for any table, whoever is in it.

use pencilmark::statistics::{
    ClusterSums, CountTable, FiellerSet, Named, PairTable, Paired, Stat, Threshold, Unit, Zeros, claim, clustered,
    effect_sizes, hodges_lehmann, marginal_tests, mean_change, named_paired, percent_change, share, sign_test, top_box,
    wilcoxon_signed_rank,
};
use proptest::prelude::*;

type Counts = Vec<(i64, i64, u64)>;

/// A few cells of a 0..20 count or a small scale.
fn counts() -> impl Strategy<Value = Counts> {
    let highest = prop_oneof![Just(1_i64), Just(4), Just(20)];
    highest.prop_flat_map(|high| proptest::collection::vec((0..=high, 0..=high, 1_u64..9), 0..25))
}

/// Anything a program might hand over.
fn wild_counts() -> impl Strategy<Value = Counts> {
    let value = -1_000_000_000_i64..=1_000_000_000;
    proptest::collection::vec((value.clone(), value, 0_u64..=1_000_000_000), 0..30)
}

fn table(counts: &Counts) -> PairTable {
    PairTable::from_counts(Unit::ONE, counts.iter().copied())
}

fn everything(table: &PairTable) -> Named {
    let (before, after) =
        (CountTable::from_counts(table.unit(), [(1, 2)]), CountTable::from_counts(table.unit(), [(3, 1)]));
    let halves: Vec<PairTable> = (0..2)
        .map(|half| {
            let cells = table.cells().iter().skip(half).step_by(2).map(|c| (c.pre, c.post, c.n));
            PairTable::from_counts(table.unit(), cells)
        })
        .collect();
    named_paired(&Paired {
        clusters: &halves,
        comparison: Some(&halves[1]),
        cut: Some(2),
        smallest_change: Some(1.0),
        lowest: Some(0),
        highest: Some(20),
        categories: true,
        ..Paired::new(table, &before, &after)
    })
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1e-6)
}

proptest! {
    #[test]
    fn merging_groups_is_the_table_of_the_merged_people(a in counts(), b in counts()) {
        let people = |counts: &Counts| -> Vec<(i64, i64)> {
            counts.iter().flat_map(|&(pre, post, n)| (0..n).map(move |_| (pre, post))).collect()
        };
        let merged = table(&a).merge(&table(&b)).expect("same unit");
        prop_assert_eq!(merged, PairTable::from_pairs(Unit::ONE, people(&a).into_iter().chain(people(&b))));
    }

    #[test]
    fn swapping_before_and_after_flips_signs_and_keeps_p(counts in counts()) {
        let (there, back) = (table(&counts), table(&counts).swapped());
        if let (Ok(a), Ok(b)) = (mean_change(&there).test, mean_change(&back).test) {
            prop_assert!(close(a.t, -b.t) && close(a.p, b.p) && close(a.p_greater, 1.0 - b.p_greater));
        }
        for zeros in [Zeros::Dropped, Zeros::Pratt] {
            let (a, b) = (wilcoxon_signed_rank(&there, zeros), wilcoxon_signed_rank(&back, zeros));
            prop_assert!(close(a.w_plus, b.w_minus) && close(a.w_minus, b.w_plus));
            prop_assert_eq!(a.p_exact, b.p_exact);
            if let (Ok(a), Ok(b)) = (a.approximate, b.approximate) {
                prop_assert!(close(a.z, -b.z) && close(a.p, b.p));
            }
        }
        prop_assert_eq!(sign_test(&there), sign_test(&back));
        let (a, b) = (top_box(&there, 2), top_box(&back, 2));
        if let (Ok(i), Ok(j)) = (a.interval, b.interval) {
            prop_assert!((i.low + j.high).abs() < 1e-9 && (i.high + j.low).abs() < 1e-9);
        }
        prop_assert_eq!(a.mcnemar.map(|m| (m.p_mid, m.p_exact)), b.mcnemar.map(|m| (m.p_mid, m.p_exact)));
        let (a, b) = (hodges_lehmann(&there).estimate, hodges_lehmann(&back).estimate);
        prop_assert_eq!(a.map(|v| v + 0.0), b.map(|v| -v + 0.0));
        if let (Ok(a), Ok(b)) = (effect_sizes(&there).d_av, effect_sizes(&back).d_av) {
            prop_assert!(close(a, -b));
        }
        let (a, b) = (marginal_tests(&there), marginal_tests(&back));
        if let (Ok(a), Ok(b)) = (a.stuart_maxwell, b.stuart_maxwell) {
            prop_assert!(close(a.chi2, b.chi2) && a.df == b.df);
        }
    }

    #[test]
    fn unchanged_people_never_move_wilcoxon_and_always_move_pratt(mut counts in counts(), more in 1_u64..50) {
        let before = table(&counts);
        counts.push((3, 3, more));
        let after = table(&counts);
        let (a, b) = (wilcoxon_signed_rank(&before, Zeros::Dropped), wilcoxon_signed_rank(&after, Zeros::Dropped));
        prop_assert_eq!((a.w_plus, a.w_minus, a.approximate), (b.w_plus, b.w_minus, b.approximate));
        let (a, b) = (wilcoxon_signed_rank(&before, Zeros::Pratt), wilcoxon_signed_rank(&after, Zeros::Pratt));
        prop_assert_eq!(b.w_plus + b.w_minus > a.w_plus + a.w_minus, a.n_nonzero > 0);
    }

    #[test]
    fn intervals_contain_their_estimate(counts in counts(), x in 0_u64..1000, more in 0_u64..1000) {
        let t = table(&counts);
        let change = mean_change(&t);
        if let (Ok(mean), Ok(interval)) = (change.mean, change.interval) {
            prop_assert!(interval.contains(mean));
        }
        let percent = percent_change(&t);
        if let (Ok(value), Ok(fieller)) = (percent.value, percent.fieller) {
            let inside = |low: f64, high: f64| low - 1e-9 <= value && value <= high + 1e-9;
            match fieller.set {
                FiellerSet::Bounded(set) => prop_assert!(inside(set.low, set.high)),
                FiellerSet::Exclusive(set) => prop_assert!(value <= set.low + 1e-9 || value >= set.high - 1e-9),
                FiellerSet::Unbounded => {}
            }
        }
        if let (Ok(value), Ok(limits)) = (percent.value, percent.log_ratio) {
            prop_assert!(limits.low - 1e-9 <= value && value <= limits.high + 1e-9);
        }
        let one = share(x, x + more);
        if let (Ok(percent), Ok(interval)) = (one.percent, one.interval) {
            prop_assert!(interval.low - 1e-9 <= percent && percent <= interval.high + 1e-9);
            prop_assert!(interval.low >= 0.0 && interval.high <= 100.0);
        }
        let top = top_box(&t, 2);
        if let (Ok(difference), Ok(interval)) = (top.difference, top.interval) {
            prop_assert!(interval.low - 1e-9 <= difference && difference <= interval.high + 1e-9);
            prop_assert!(interval.low >= -100.0 - 1e-9 && interval.high <= 100.0 + 1e-9);
        }
        let typical = hodges_lehmann(&t);
        if let (Ok(estimate), Ok(interval)) = (typical.estimate, typical.interval) {
            prop_assert!(interval.contains(estimate));
        }
    }

    #[test]
    fn scaling_the_unit_scales_the_change_and_no_p(counts in counts(), numerator in 1_i64..500, denominator in 1_i64..500) {
        let unit = Unit::new(numerator, denominator).expect("positive");
        let factor = numerator as f64 / denominator as f64;
        let (one, scaled) = (table(&counts), PairTable::from_counts(unit, counts.iter().copied()));
        let (a, b) = (mean_change(&one), mean_change(&scaled));
        if let (Ok(a), Ok(b)) = (a.mean, b.mean) {
            prop_assert!(close(a * factor, b));
        }
        if let (Ok(a), Ok(b)) = (a.interval, b.interval) {
            prop_assert!(close(a.low * factor, b.low) && close(a.high * factor, b.high));
        }
        if let (Ok(a), Ok(b)) = (a.test, b.test) {
            prop_assert!(close(a.p, b.p));
        }
        let (a, b) = (percent_change(&one).value, percent_change(&scaled).value);
        prop_assert_eq!(a, b);
    }

    #[test]
    fn renaming_categories_leaves_stuart_maxwell_alone(counts in counts(), shift in 1_i64..21) {
        let high = counts.iter().map(|c| c.0.max(c.1)).max().unwrap_or(0) + 1;
        let renamed: Counts = counts.iter().map(|&(a, b, n)| ((a * 13 + shift) % (high * 13 + 7), (b * 13 + shift) % (high * 13 + 7), n)).collect();
        let (a, b) = (marginal_tests(&table(&counts)), marginal_tests(&table(&renamed)));
        match (a.stuart_maxwell, b.stuart_maxwell) {
            (Ok(a), Ok(b)) => prop_assert!((a.chi2 - b.chi2).abs() <= 1e-7 * a.chi2.max(1.0) && a.df == b.df),
            (a, b) => prop_assert_eq!(a.is_ok(), b.is_ok()),
        }
    }

    #[test]
    fn a_cluster_a_person_is_the_naive_interval(counts in counts()) {
        let t = table(&counts);
        let people: Vec<ClusterSums> = t
            .changes()
            .cells()
            .iter()
            .flat_map(|&(d, n)| (0..n).map(move |_| ClusterSums { n: 1, sum: i128::from(d), squares: i128::from(d * d) }))
            .collect();
        let (naive, robust) = (mean_change(&t), clustered(Unit::ONE, &people).cr2);
        if let (Ok(se), Ok(robust)) = (naive.se, robust) {
            prop_assert!(close(se, robust.se) && close(robust.df, t.n() as f64 - 1.0));
        }
    }

    #[test]
    fn the_claim_test_is_fieller_turned_round(counts in counts()) {
        let t = table(&counts);
        let (percent, claim) = (percent_change(&t), claim(&t, Threshold::HALF_MORE));
        if let (Ok(fieller), Ok(test)) = (percent.fieller, claim.test)
            && let FiellerSet::Bounded(set) = fieller.set
        {
            // a two-sided 95 % set lies wholly above +50 % exactly when the one-sided p is below 2.5 %
            prop_assume!((test.p_greater - 0.025).abs() > 1e-9);
            prop_assert_eq!(set.low > 50.0, test.p_greater < 0.025);
        }
    }

    #[test]
    fn every_p_is_a_probability_and_every_number_finite(counts in counts()) {
        for (name, stat) in everything(&table(&counts)).iter() {
            if let Stat::Number(value) = stat {
                prop_assert!(value.is_finite(), "{name} = {value}");
                let last = name.rsplit('.').next().unwrap_or(name);
                let is_p = last == "p" || last.starts_with("p_") || last.ends_with("_p");
                if is_p && !last.starts_with("log10") {
                    prop_assert!((0.0..=1.0).contains(&value), "{name} = {value}");
                }
            }
        }
    }

    #[test]
    fn nothing_panics_for_huge_counts_and_values(counts in wild_counts()) {
        let results = everything(&table(&counts));
        prop_assert!(results.iter().count() > 150);
    }
}

#[test]
fn nothing_panics_for_a_thousand_by_a_thousand_full_of_people() {
    let cells =
        (0..1000_i64).flat_map(|pre| (0..1000_i64).map(move |post| (pre, post, 1_000_000_000 - pre.unsigned_abs())));
    let results = everything(&PairTable::from_counts(Unit::ONE, cells));
    assert!(matches!(results.get("change.mean"), Some(Stat::Number(mean)) if mean.abs() < 1.0));
    assert_eq!(results.get("n.pairs"), Some(Stat::Count(999_999_500_500_000)));
}

#[test]
fn a_million_pairs_cost_no_more_than_their_cells() {
    // both have too many changes for exact tests, and the same 441 cells
    let table = |each: u64| {
        let cells = (0..21_i64)
            .flat_map(|pre| (0..21_i64).map(move |post| (pre, post, each + (pre * 7 + post * 3).unsigned_abs() % 5)));
        PairTable::from_counts(Unit::ONE, cells)
    };
    let time = |table: &PairTable| {
        let once = || {
            let start = std::time::Instant::now();
            assert!(everything(table).get("n.pairs").is_some());
            start.elapsed()
        };
        (0..5).map(|_| once()).min().expect("five runs")
    };
    let (few, many) = (table(2), table(20_000));
    assert!(few.n() > 1000 && many.n() > 8_000_000);
    let (small, large) = (time(&few), time(&many));
    assert!(large < small * 5, "{large:?} for eight million people, {small:?} for a thousand");
}
