//! From a case's data to every statistic of its kind.

use super::CaseError;
use super::case::{Case, Decimals, Input, Kind, Measure};
use crate::statistics::named::Named;
use crate::statistics::named_paired::{Paired, named_mann_whitney, named_paired, named_welch};
use crate::statistics::{
    CountTable, Defined, Kappa, MeanChange, PairTable, RowTable, Undefined, agreement, benjamini_hochberg,
    effect_sizes, friedman, holm, independent_effect, mann_whitney, mann_whitney_exact, mean_change, ratio_bca,
    reliability, repeated_measures, summary, then_test, trend, welch,
};

/// Resamples and seed of the one Monte Carlo statistic.
const BCA: (u32, u64) = (100_000, 20_240_501);

/// Every statistic known for the kind of data.
pub(super) fn compute(case: &Case) -> Result<Named, CaseError> {
    let unknown = Measure::default();
    let measure = case.measure.as_ref().unwrap_or(&unknown);
    let decimals = Decimals(measure.decimals);
    let input = &case.input;
    match case.kind {
        Kind::Paired => paired(case, measure, decimals),
        Kind::Summary => Ok(of_summary(&margin(&input.values, decimals)?)),
        Kind::Scale => rows(input, input.items.len(), decimals).map(|table| scale(&table)),
        Kind::Agreement => {
            let table = pairs(input, decimals)?;
            let declared = measure.categories.iter().map(|n| decimals.stored(n)).collect::<Result<Vec<_>, _>>()?;
            Ok(of_agreement(&table, &if declared.is_empty() { table.categories() } else { declared }))
        }
        Kind::Waves => rows(input, input.waves, decimals).map(|table| waves(&table)),
        Kind::ThenTest => of_then_test(input, decimals),
        Kind::Multiplicity => Ok(multiplicity(&input.p)),
        Kind::Unpaired => Ok(unpaired(&margin(&input.pre, decimals)?, &margin(&input.post, decimals)?)),
    }
}

fn pairs(input: &Input, decimals: Decimals) -> Result<PairTable, CaseError> {
    let rows = decimals.rows(&input.pairs, 2)?;
    Ok(PairTable::from_counts(decimals.unit(), rows.into_iter().map(|(scores, n)| (scores[0], scores[1], n))))
}

fn margin(rows: &Vec<Vec<serde_json::Number>>, decimals: Decimals) -> Result<CountTable, CaseError> {
    let rows = decimals.rows(rows, 1)?;
    Ok(CountTable::from_counts(decimals.unit(), rows.into_iter().map(|(scores, n)| (scores[0], n))))
}

fn rows(input: &Input, columns: usize, decimals: Decimals) -> Result<RowTable, CaseError> {
    Ok(RowTable::from_counts(decimals.unit(), columns, decimals.rows(&input.rows, columns)?))
}

fn paired(case: &Case, measure: &Measure, decimals: Decimals) -> Result<Named, CaseError> {
    let input = &case.input;
    let table = pairs(input, decimals)?;
    let (pre_only, post_only) = (margin(&input.pre_only, decimals)?, margin(&input.post_only, decimals)?);
    let clusters = input.clusters.iter().map(|c| pairs(c, decimals)).collect::<Result<Vec<_>, _>>()?;
    let comparison = input.comparison.as_ref().map(|c| pairs(c, decimals)).transpose()?;
    let stored = |number: &Option<serde_json::Number>| number.as_ref().map(|n| decimals.stored(n)).transpose();
    let mut out = named_paired(&Paired {
        clusters: &clusters,
        comparison: comparison.as_ref(),
        cut: stored(&measure.top_min)?,
        smallest_change: measure.mid,
        lowest: stored(&measure.min)?,
        highest: stored(&measure.max)?,
        categories: measure.kind.as_deref() != Some("float"),
        ..Paired::new(&table, &pre_only, &post_only)
    });
    // the bootstrap takes a second where everything else takes a millisecond: only where it is asked for
    if case.expected.is_empty() || case.expected.contains_key("pct.bca_lo") {
        let interval = ratio_bca(&table, BCA.0, BCA.1);
        out.put("pct.bca_lo", interval.map(|i| i.low));
        out.put("pct.bca_hi", interval.map(|i| i.high));
    }
    Ok(out)
}

fn of_summary(table: &CountTable) -> Named {
    let (mut out, summary) = (Named::default(), summary(table));
    out.count("n", summary.n);
    out.put("mean", summary.mean);
    out.put("sd", summary.sd);
    out
}

fn scale(table: &RowTable) -> Named {
    let (mut out, scale) = (Named::default(), reliability(table));
    out.count("scale.n", scale.n);
    out.count("scale.k", scale.items.len() as u64);
    out.put("alpha", scale.alpha);
    out.put("alpha_std", scale.alpha_standardised);
    out.put("mean_r", scale.mean_correlation);
    out.put("alpha_feldt_lo", scale.interval.map(|i| i.low));
    out.put("alpha_feldt_hi", scale.interval.map(|i| i.high));
    out.put("omega", scale.omega);
    for (index, item) in scale.items.iter().enumerate() {
        let name = format!("item{}", index + 1);
        out.put(format!("{name}.mean"), item.mean);
        out.put(format!("{name}.sd"), item.sd);
        out.put(format!("{name}.r_drop"), item.rest_correlation);
        out.put(format!("{name}.alpha_drop"), item.alpha_dropped);
    }
    out.put("total.mean", scale.total_mean);
    out.put("total.sd", scale.total_sd);
    out.put("total.sem", scale.measurement_error);
    out
}

fn of_agreement(table: &PairTable, categories: &[i64]) -> Named {
    let (mut out, agreement) = (Named::default(), agreement(table, categories));
    out.count("agree.n", agreement.n);
    out.put("agree.po", agreement.exact);
    let mut kappa = |name: &str, kappa: Defined<Kappa>| {
        out.put(name, kappa.map(|k| k.kappa));
        out.put(format!("{name}_se"), kappa.map(|k| k.se));
    };
    kappa("kappa", agreement.kappa);
    kappa("kappa_linear", agreement.kappa_linear);
    kappa("kappa_quadratic", agreement.kappa_quadratic);
    out.put("icc1", agreement.icc_one_way);
    out.put("icc_a1", agreement.icc_agreement);
    out.put("icc_c1", agreement.icc_consistency);
    out.put("ba.bias", agreement.bias);
    out.put("ba.sd", agreement.difference_sd);
    out.put("ba.loa_lo", agreement.limits.map(|l| l.low));
    out.put("ba.loa_hi", agreement.limits.map(|l| l.high));
    out
}

fn waves(table: &RowTable) -> Named {
    let mut out = Named::default();
    out.count("waves.n", table.n());
    let ranked = friedman(table);
    out.parts("friedman", ranked.map(|f| f.test), &[("chi2", |t| t.chi2), ("df", |t| t.df as f64), ("p", |t| t.p)]);
    out.put("kendall_w", ranked.map(|f| f.kendall_w));
    let trend = trend(table);
    out.put("trend.slope", trend.and_then(|t| t.mean));
    out.put("trend.se", trend.and_then(|t| t.se));
    named_t(&mut out, "trend", trend);
    let rm = repeated_measures(table);
    out.parts(
        "rm",
        rm,
        &[
            ("F", |r| r.f),
            ("df1", |r| r.df1 as f64),
            ("df2", |r| r.df2 as f64),
            ("p", |r| r.p),
            ("eps_gg", |r| r.epsilon),
            ("p_gg", |r| r.p_corrected),
        ],
    );
    for wave in 0..table.columns() {
        let margin = table.rows().iter().map(|(scores, n)| (scores[wave], *n));
        let summary = summary(&CountTable::from_counts(table.unit(), margin));
        out.put(format!("wave{}.mean", wave + 1), summary.mean);
        out.put(format!("wave{}.sd", wave + 1), summary.sd);
    }
    out
}

/// t, p and limits of a mean.
fn named_t(out: &mut Named, name: &str, mean: Defined<MeanChange>) {
    out.parts(name, mean.and_then(|m| m.test), &[("t", |t| t.t), ("p", |t| t.p)]);
    out.parts(name, mean.and_then(|m| m.interval), &[("lo", |i| i.low), ("hi", |i| i.high)]);
}

fn of_then_test(input: &Input, decimals: Decimals) -> Result<Named, CaseError> {
    let rows: Vec<(i64, i64, i64, u64)> =
        decimals.rows(&input.rows, 3)?.into_iter().map(|(s, n)| (s[0], s[1], s[2], n)).collect();
    let test = then_test(decimals.unit(), &rows);
    let mut out = Named::default();
    for (name, table) in
        [("conventional", test.conventional), ("retrospective", test.retrospective), ("shift", test.shift)]
    {
        let change = mean_change(&table);
        out.put(format!("{name}.mean"), change.mean);
        named_t(&mut out, name, Ok(change));
        out.put(format!("{name}.dz"), effect_sizes(&table).d_z);
    }
    Ok(out)
}

fn multiplicity(p: &[Option<f64>]) -> Named {
    let mut out = Named::default();
    for (index, (holm, bh)) in holm(p).into_iter().zip(benjamini_hochberg(p)).enumerate() {
        out.put(format!("holm.{index}"), holm.ok_or(Undefined::NoValues));
        out.put(format!("bh.{index}"), bh.ok_or(Undefined::NoValues));
    }
    out
}

fn unpaired(first: &CountTable, second: &CountTable) -> Named {
    let mut out = Named::default();
    named_welch(&mut out, "welch", &welch(first, second));
    named_mann_whitney(&mut out, mann_whitney(first, second));
    let exact = mann_whitney_exact(first, second);
    out.put("mwu.p_exact_doubled", exact.map(|e| e.p_doubled));
    out.put("mwu.p_exact_absdev", exact.map(|e| e.p_deviation));
    let effect = independent_effect(first, second);
    out.put("ds", effect.map(|e| e.d));
    out.put("gs", effect.map(|e| e.g));
    out
}
