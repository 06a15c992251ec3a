//! The statistics of one before/after table under their short names.

use super::attrition::attrition;
use super::bootstrap::ratio_acceleration;
use super::claim::{Threshold, claim};
use super::clusters::{ClusterSums, clustered, intraclass_correlation};
use super::comparison::{ancova, difference_in_differences};
use super::correlation::{pearson, spearman};
use super::descriptives::{Summary, summary};
use super::direction::{Share, direction};
use super::effect::effect_sizes;
use super::equivalence::equivalence;
use super::estimate::Interval;
use super::hodges_lehmann::hodges_lehmann;
use super::marginal::marginal_tests;
use super::mean_change::mean_change;
use super::named::{Named, Part};
use super::noncentral::d_z_interval;
use super::partial::{Variances, partially_overlapping};
use super::percent_change::{Fieller, FiellerSet, percent_change};
use super::sign::sign_test;
use super::signed_rank::{SignedRank, Zeros, wilcoxon_signed_rank};
use super::table::{CountTable, PairTable};
use super::top_box::{McNemar, top_box};
use super::undefined::{Defined, Undefined};
use super::unmatched::{MannWhitney, Welch, mann_whitney, welch};

/// What is known about one measure of one group.
#[derive(Debug, Clone, Copy)]
pub struct Paired<'a> {
    /// Matched people.
    pub pairs: &'a PairTable,
    /// Before only.
    pub pre_only: &'a CountTable,
    /// After only.
    pub post_only: &'a CountTable,
    /// Matched people by session or family; empty where not known.
    pub clusters: &'a [PairTable],
    /// A group to compare with.
    pub comparison: Option<&'a PairTable>,
    /// Lowest score of the top box, in stored steps.
    pub cut: Option<i64>,
    /// Smallest change that matters, in real units.
    pub smallest_change: Option<f64>,
    /// Lowest score of the scale, in stored steps.
    pub lowest: Option<i64>,
    /// Highest score of the scale, in stored steps.
    pub highest: Option<i64>,
    /// Scores are answer categories, not measurements.
    pub categories: bool,
}

impl<'a> Paired<'a> {
    /// Only tables, nothing known about the scale.
    pub fn new(pairs: &'a PairTable, pre_only: &'a CountTable, post_only: &'a CountTable) -> Self {
        Self {
            pairs,
            pre_only,
            post_only,
            clusters: &[],
            comparison: None,
            cut: None,
            smallest_change: None,
            lowest: None,
            highest: None,
            categories: false,
        }
    }
}

/// Computes every paired statistic the inputs allow, named as in the reference cases.
pub fn named_paired(input: &Paired<'_>) -> Named {
    let mut out = Named::default();
    margins(&mut out, input);
    change(&mut out, input.pairs);
    percent(&mut out, input.pairs);
    directions(&mut out, input);
    for (name, zeros) in [("wilcoxon", Zeros::Dropped), ("pratt", Zeros::Pratt)] {
        signed_rank(&mut out, name, &wilcoxon_signed_rank(input.pairs, zeros));
    }
    let typical = hodges_lehmann(input.pairs);
    out.put("hl.estimate", typical.estimate);
    limits(&mut out, "hl.ci_lo", "hl.ci_hi", typical.interval);
    out.put("sign.p", sign_test(input.pairs));
    if let Some(cut) = input.cut {
        top(&mut out, input.pairs, cut);
    }
    effects(&mut out, input);
    unmatched(&mut out, input);
    lost(&mut out, input);
    if !input.clusters.is_empty() {
        by_cluster(&mut out, input);
    }
    if let Some(comparison) = input.comparison {
        compared(&mut out, input.pairs, comparison);
    }
    if input.categories {
        categories(&mut out, input.pairs);
    }
    out
}

fn margins(out: &mut Named, input: &Paired<'_>) {
    out.count("n.pairs", input.pairs.n());
    out.count("n.pre_only", input.pre_only.n());
    out.count("n.post_only", input.post_only.n());
    let (pre, post) = (input.pairs.pre(), input.pairs.post());
    for (name, table) in [("pre", &pre), ("post", &post), ("change", &input.pairs.changes())] {
        let s = summary(table);
        let parts: [Part<&Summary, Defined<f64>>; 7] = [
            ("mean", |s| s.mean),
            ("sd", |s| s.sd),
            ("q1", |s| s.q1),
            ("median", |s| s.median),
            ("q3", |s| s.q3),
            ("min", |s| s.min),
            ("max", |s| s.max),
        ];
        for (part, value) in parts {
            out.put(format!("{name}.{part}"), value(&s));
        }
    }
    for (name, seen, only) in [("pre_all", &pre, input.pre_only), ("post_all", &post, input.post_only)] {
        if let Ok(all) = seen.merge(only) {
            let s = summary(&all);
            out.count(format!("{name}.n"), s.n);
            out.put(format!("{name}.mean"), s.mean);
            out.put(format!("{name}.sd"), s.sd);
        }
    }
}

fn change(out: &mut Named, pairs: &PairTable) {
    let change = mean_change(pairs);
    out.put("change.se", change.se);
    out.parts("t", change.test, &[("stat", |t| t.t), ("p", |t| t.p), ("p_greater", |t| t.p_greater)]);
    // n − 1 is known even where all changes are equal and t is not
    out.put("t.df", change.se.map(|_| change.n as f64 - 1.0));
    out.put("t.log10_p", change.test.map(|t| t.log10_p));
    limits(out, "change.ci_lo", "change.ci_hi", change.interval);
}

fn percent(out: &mut Named, pairs: &PairTable) {
    let percent = percent_change(pairs);
    out.put("pct.value", percent.value);
    out.put("pct.fieller_g", percent.fieller.map(|f| f.g));
    match percent.fieller.map(|f: Fieller| f.set) {
        Ok(FiellerSet::Bounded(set)) => {
            out.word("pct.fieller_kind", "bounded");
            limits(out, "pct.fieller_lo", "pct.fieller_hi", Ok(set));
        }
        Ok(FiellerSet::Exclusive(set)) => {
            out.word("pct.fieller_kind", "exclusive");
            limits(out, "pct.fieller_lo", "pct.fieller_hi", Ok(set));
        }
        Ok(FiellerSet::Unbounded) => {
            out.word("pct.fieller_kind", "unbounded");
            limits(out, "pct.fieller_lo", "pct.fieller_hi", Err(Undefined::CannotBeBounded));
        }
        Err(reason) => {
            out.put("pct.fieller_kind", Err(reason));
            limits(out, "pct.fieller_lo", "pct.fieller_hi", Err(reason));
        }
    }
    limits(out, "pct.logratio_lo", "pct.logratio_hi", percent.log_ratio);
    out.put("bca.accel", ratio_acceleration(pairs));
    let claim = claim(pairs, Threshold::HALF_MORE);
    out.parts("claim50", claim.test, &[("t", |t| t.t), ("df", |t| t.df), ("p_greater", |t| t.p_greater)]);
    share(out, "gain50", &claim.reached);
}

fn directions(out: &mut Named, input: &Paired<'_>) {
    let any = direction(input.pairs, 1);
    for (name, of) in [("improved", &any.improved), ("same", &any.same), ("declined", &any.declined)] {
        share(out, name, of);
    }
    if let Some(smallest) = input.smallest_change {
        let steps = input.pairs.unit().stored(smallest);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates; at least 1")]
        let at_least = (steps - 1e-9).ceil().max(1.0) as u64;
        let minded = direction(input.pairs, at_least);
        share(out, "mid_improved", &minded.improved);
        share(out, "mid_declined", &minded.declined);
        out.parts(
            "tost",
            equivalence(input.pairs, smallest),
            &[("t_lo", |e| e.t_low), ("t_hi", |e| e.t_high), ("p", |e| e.p)],
        );
    }
}

fn signed_rank(out: &mut Named, name: &str, test: &SignedRank) {
    if name == "wilcoxon" {
        out.count("wilcoxon.n_nonzero", test.n_nonzero);
        out.put("rbc", test.rank_biserial);
    }
    out.put(format!("{name}.w_plus"), Ok(test.w_plus));
    out.put(format!("{name}.w_minus"), Ok(test.w_minus));
    out.parts(name, test.approximate, &[("z", |t| t.z), ("p", |t| t.p), ("log10_p", |t| t.log10_p)]);
    out.put(format!("{name}.p_cc"), test.p_corrected);
    out.put(format!("{name}.p_exact"), test.p_exact);
    out.put(format!("{name}.p_exact_greater"), test.p_exact_greater);
}

fn top(out: &mut Named, pairs: &PairTable, cut: i64) {
    let top = top_box(pairs, cut);
    out.put("top.pre_pct", top.pre.percent);
    out.put("top.post_pct", top.post.percent);
    out.count("top.b", top.lost);
    out.count("top.c", top.gained);
    out.put("top.diff_pct", top.difference);
    limits(out, "top.pre_wilson_lo", "top.pre_wilson_hi", top.pre.interval);
    limits(out, "top.post_wilson_lo", "top.post_wilson_hi", top.post.interval);
    limits(out, "top.newcombe_lo", "top.newcombe_hi", top.interval);
    out.parts("mcnemar", top.mcnemar, &[("p_exact", |m| m.p_exact), ("p_mid", |m| m.p_mid)]);
    let parts: [Part<McNemar, Defined<f64>>; 4] =
        [("chi2", |m| m.chi2), ("p", |m| m.p), ("chi2_cc", |m| m.chi2_corrected), ("p_cc", |m| m.p_corrected)];
    for (part, value) in parts {
        out.put(format!("mcnemar.{part}"), top.mcnemar.and_then(value));
    }
}

fn effects(out: &mut Named, input: &Paired<'_>) {
    let effect = effect_sizes(input.pairs);
    for (name, value) in [
        ("dz", effect.d_z),
        ("hedges_j", effect.hedges_j),
        ("gz", effect.hedges_g),
        ("dav", effect.d_av),
        ("dav_lakens", effect.d_av_lakens),
        ("drm", effect.d_rm),
        ("ps_dep", effect.improvement),
        ("cliff_dw", effect.cliff_within),
        ("cl_dz", effect.common_language),
        ("r.pearson", pearson(input.pairs)),
        ("r.spearman", spearman(input.pairs)),
    ] {
        out.put(name, value);
    }
    limits(out, "dz_ci_lo", "dz_ci_hi", d_z_interval(input.pairs));
    let margins = mann_whitney(&input.pairs.pre(), &input.pairs.post());
    out.put("cliff_db", margins.map(|m| m.cliff));
    out.put("vda", margins.map(|m| m.superiority));
}

fn unmatched(out: &mut Named, input: &Paired<'_>) {
    let (Ok(before), Ok(after)) = (input.pairs.pre().merge(input.pre_only), input.pairs.post().merge(input.post_only))
    else {
        return;
    };
    named_welch(out, "welch", &welch(&before, &after));
    named_mann_whitney(out, mann_whitney(&before, &after));
    for (name, variances) in [("partial1", Variances::Pooled), ("partial2", Variances::Separate)] {
        let test = partially_overlapping(input.pairs, input.pre_only, input.post_only, variances);
        out.parts(
            name,
            test,
            &[
                ("t", |p| p.test.t),
                ("df", |p| p.test.df),
                ("p", |p| p.test.p),
                ("lo", |p| p.interval.low),
                ("hi", |p| p.interval.high),
            ],
        );
    }
}

/// Difference, t, df, p and limits of two independent means.
pub(crate) fn named_welch(out: &mut Named, name: &str, test: &Welch) {
    out.put(format!("{name}.diff"), test.difference);
    out.put(format!("{name}.se"), test.se);
    out.parts(name, test.test, &[("t", |t| t.t), ("df", |t| t.df), ("p", |t| t.p)]);
    limits(out, &format!("{name}.lo"), &format!("{name}.hi"), test.interval);
}

/// U, its effect sizes and p.
pub(crate) fn named_mann_whitney(out: &mut Named, test: Defined<MannWhitney>) {
    out.parts("mwu", test, &[("u", |m| m.u), ("ps", |m| m.superiority), ("cliff", |m| m.cliff)]);
    out.parts("mwu", test.and_then(|m| m.approximate), &[("z", |t| t.z), ("p", |t| t.p)]);
    out.put("mwu.p_cc", test.and_then(|m| m.p_corrected));
}

fn lost(out: &mut Named, input: &Paired<'_>) {
    let lost = attrition(input.pairs, input.pre_only, input.lowest, input.highest);
    out.put("attr.rate_pct", lost.lost.percent);
    limits(out, "attr.wilson_lo", "attr.wilson_hi", lost.lost.interval);
    out.parts("attr", lost.baseline, &[("t", |t| t.t), ("df", |t| t.df), ("p", |t| t.p)]);
    out.put("attr.smd", lost.standardised);
    out.put("attr.bocf_mean", lost.carried_forward);
    out.put("attr.bound_lo", lost.worst);
    out.put("attr.bound_hi", lost.best);
    out.put("attr.ipw_mean", lost.weighted);
}

fn by_cluster(out: &mut Named, input: &Paired<'_>) {
    let sums = |of: fn(&PairTable) -> ClusterSums| input.clusters.iter().map(of).collect::<Vec<_>>();
    let change = clustered(input.pairs.unit(), &sums(ClusterSums::of_changes));
    out.count("cluster.G", change.clusters);
    out.put("cluster.se_cr0", change.se_cr0);
    out.put("cluster.se_cr1", change.cr1.map(|c| c.se));
    out.put("cluster.se_cr2", change.cr2.map(|c| c.se));
    out.put("cluster.df_cr2", change.cr2.map(|c| c.df));
    limits(out, "cluster.cr1_lo", "cluster.cr1_hi", change.cr1.map(|c| c.interval));
    limits(out, "cluster.cr2_lo", "cluster.cr2_hi", change.cr2.map(|c| c.interval));
    out.put("cluster.cr2_p", change.cr2.and_then(|c| c.test).map(|t| t.p));
    out.put("cluster.deff_cr1", change.design_effect);
    out.put("cluster.icc_change", change.icc);
    out.put("cluster.icc_pre", intraclass_correlation(&sums(|table| ClusterSums::of(&table.pre()))));
    out.put("cluster.n0", change.n0);
}

fn compared(out: &mut Named, treated: &PairTable, comparison: &PairTable) {
    named_welch(out, "did", &difference_in_differences(treated, comparison));
    let adjusted = ancova(treated, comparison);
    out.parts("ancova", adjusted, &[("estimate", |a| a.estimate), ("se", |a| a.se), ("slope", |a| a.slope)]);
    out.parts("ancova", adjusted.and_then(|a| a.test), &[("df", |t| t.df), ("p", |t| t.p)]);
}

fn categories(out: &mut Named, pairs: &PairTable) {
    let tests = marginal_tests(pairs);
    out.parts("stuart", tests.stuart_maxwell, &[("chi2", |t| t.chi2), ("df", |t| t.df as f64), ("p", |t| t.p)]);
    out.parts("bhapkar", tests.bhapkar, &[("chi2", |t| t.chi2), ("p", |t| t.p)]);
    out.parts("bowker", tests.bowker, &[("chi2", |t| t.chi2), ("df", |t| t.df as f64), ("p", |t| t.p)]);
}

fn share(out: &mut Named, name: &str, share: &Share) {
    out.count(format!("{name}.n"), share.count);
    out.put(format!("{name}.pct"), share.percent);
    limits(out, &format!("{name}.wilson_lo"), &format!("{name}.wilson_hi"), share.interval);
}

fn limits(out: &mut Named, low: &str, high: &str, interval: Defined<Interval>) {
    out.put(low, interval.map(|i| i.low));
    out.put(high, interval.map(|i| i.high));
}
