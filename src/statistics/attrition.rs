//! Who was lost between before and after, and what that could hide.

use super::direction::{Share, share};
use super::estimate::TTest;
use super::moments::Moments;
use super::table::{CountTable, PairTable};
use super::undefined::{Defined, Undefined};
use super::unmatched::welch;

/// Loss of people between before and after; changes in real units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Attrition {
    /// People without an after, of those with a before.
    pub lost: Share,
    /// Welch's t of the before scores: completers − lost.
    pub baseline: Defined<TTest>,
    /// Standardised baseline difference, by the mean of the two variances.
    pub standardised: Defined<f64>,
    /// Mean change with the lost counted as unchanged (baseline carried forward).
    pub carried_forward: Defined<f64>,
    /// Mean change if every lost person had ended at the lowest score (Horowitz & Manski 2000).
    pub worst: Defined<f64>,
    /// Mean change if every lost person had ended at the highest score.
    pub best: Defined<f64>,
    /// Mean change with completers weighted to the before scores of everybody (saturated IPW).
    pub weighted: Defined<f64>,
}

/// Describes the loss of people, given those with a before only and the scale's lowest and highest score in
/// stored steps, where it has them.
///
/// `worst` and `best` are bounds, not guesses: "would the conclusion survive?". `weighted` (Seaman & White
/// 2013) is undefined where a lost person's before score has no completer.
pub fn attrition(pairs: &PairTable, pre_only: &CountTable, lowest: Option<i64>, highest: Option<i64>) -> Attrition {
    let completers = pairs.pre();
    let baseline = welch(pre_only, &completers);
    let everybody = pairs.n().saturating_add(pre_only.n());
    let anybody = if everybody == 0 { Err(Undefined::NoValues) } else { Ok(everybody as f64) };
    let unit = pairs.unit();
    let total_change: i128 = sum(pairs.changes().cells(), 0);
    let if_ended_at = |end: Option<i64>| {
        let end = end.ok_or(Undefined::NoScaleLimits)?;
        // post − pre for a lost person is end − pre
        let lost = -sum(pre_only.cells(), end);
        anybody.map(|n| unit.real((total_change + lost) as f64) / n)
    };
    Attrition {
        lost: share(pre_only.n(), everybody),
        baseline: baseline.test,
        standardised: standardised(pre_only, &completers),
        carried_forward: anybody.map(|n| unit.real(total_change as f64) / n),
        worst: if_ended_at(lowest),
        best: if_ended_at(highest),
        weighted: anybody.and_then(|n| weighted(pairs, pre_only, n)),
    }
}

/// Σ n (value − origin).
fn sum(cells: &[(i64, u64)], origin: i64) -> i128 {
    cells.iter().map(|&(value, n)| (i128::from(value) - i128::from(origin)) * i128::from(n)).sum()
}

fn standardised(lost: &CountTable, completers: &CountTable) -> Defined<f64> {
    let (a, b) = (Moments::of_table(lost), Moments::of_table(completers));
    let spread = ((a.variance()? + b.variance()?) / 2.0).sqrt();
    if spread > 0.0 { Ok(b.mean_above(&a) / spread) } else { Err(Undefined::SidesConstant) }
}

/// Σ over before scores of (everybody's share) × (completers' mean change).
fn weighted(pairs: &PairTable, pre_only: &CountTable, everybody: f64) -> Defined<f64> {
    let completers = pairs.pre();
    let at = |table: &CountTable, value: i64| {
        table.cells().binary_search_by_key(&value, |c| c.0).map_or(0, |index| table.cells()[index].1)
    };
    if pre_only.cells().iter().any(|&(value, _)| at(&completers, value) == 0) {
        return Err(Undefined::NoCompleterAtPreValue);
    }
    let mean: f64 = pairs
        .cells()
        .iter()
        .map(|c| {
            let seen = at(&completers, c.pre) as f64;
            let weight = (seen + at(pre_only, c.pre) as f64) / everybody;
            weight * (c.n as f64 / seen) * (c.post as f64 - c.pre as f64)
        })
        .sum();
    Ok(pairs.unit().real(mean))
}
