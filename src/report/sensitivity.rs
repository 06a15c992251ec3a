//! The main results once more without some of their people: whoever a parent helped, whoever answered late or early,
//! whoever tapped a job that does not exist, whoever was put together because it was likely. And of everybody who
//! answered at either time, matched or not.
//!
//! Two figures of which one is without some people tell of those people. So a run is shown where it leaves out ten or
//! more and leaves ten or more, where no group below ten follows from it and the other runs, and where nothing small
//! stands on either side of a cut among those left out.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::pairing::{Doubt, Doubts};
use crate::person::Role;
use crate::statistics::{CountTable, Variances, mean_change, partially_overlapping, top_box};
use crate::survey::{Comparison, Rule};

use super::breakdown::{sides, signed, switches};
use super::change::{self, Change};
use super::clusters::ClusterTally;
use super::estimate::{Estimate, defined};
use super::inference::Inference;
use super::number::Number;
use super::outcome::Outcome;
use super::suppression::{Figure, Plan, SMALLEST_GROUP, Withheld, is_small};
use super::tally::{Scale, Tally};
use super::wording::say;

/// A main result and its runs.
#[derive(Debug, Clone, Serialize)]
pub struct Sensitivity {
    /// Unique in the report: `sensitivity.AWR.child.after`.
    pub id: String,
    /// The measure's id.
    pub measure: String,
    /// What people call it.
    pub title: String,
    /// Children or grown-ups.
    pub who: Role,
    /// What the before is compared with.
    pub comparison: Comparison,
    /// Whether changes are percentages of the level before; points otherwise.
    pub is_percent: bool,
    /// Matched people of the main result.
    pub matched: Figure<i64>,
    /// The main result.
    pub change: Estimate,
    /// The same without some of them.
    pub runs: Vec<Run>,
}

/// A result without some of its people.
#[derive(Debug, Clone, Serialize)]
pub struct Run {
    /// What sets them apart, for programs: `parent_helped`; `everybody` leaves nobody out.
    pub code: &'static str,
    /// The same in words.
    pub label: String,
    /// How many are left out.
    pub left_out: Figure<i64>,
    /// How many are left; in the run of everybody, all who answered at either time.
    pub left: Figure<i64>,
    /// Their change.
    pub change: Figure<Estimate>,
}

impl Sensitivity {
    /// Of a main result with the counts behind it; `None` where its change is not shown.
    pub(super) fn of(outcome: &Outcome, tally: &Tally<'_>) -> Option<Sensitivity> {
        let main = outcome.headline.change.shown()?;
        let is_percent = main.percent.as_ref().is_some_and(|percent| percent.shown().is_some());
        let hidden = hidden(tally);
        let runs = Doubt::ALL.into_iter().zip(hidden).map(|(doubt, why)| without(tally, main, doubt, why, is_percent));
        Some(Sensitivity {
            id: ["sensitivity", &outcome.measure, outcome.who.code(), outcome.comparison.code()].join("."),
            measure: outcome.measure.clone(),
            title: outcome.title.clone(),
            who: outcome.who,
            comparison: outcome.comparison,
            is_percent,
            matched: outcome.headline.base.matched.clone(),
            change: main.headline().clone(),
            // Only children are helped, and only they see jobs that do not exist.
            runs: runs
                .filter(|run| outcome.who == Role::Child || !["parent_helped", "foil_hit"].contains(&run.code))
                .chain([everybody(tally)])
                .collect(),
        })
    }
}

/// Those of a main result who tapped no job that does not exist, or why nothing is said of them.
pub(super) fn without_foils<'a>(tally: &Tally<'a>) -> Figure<Tally<'a>> {
    let place = Doubt::ALL.iter().position(|&doubt| doubt == Doubt::FoilHit);
    match place.and_then(|place| hidden(tally)[place]) {
        Some(why) => Figure::Withheld(why),
        None => Figure::Shown(tally.which(|doubts| !doubts.hold(Doubt::FoilHit))),
    }
}

/// Why runs may not be shown, in the order of [`Doubt::ALL`]; `None` for those that may, or that leave nobody out.
fn hidden(tally: &Tally<'_>) -> Vec<Option<Withheld>> {
    let mut kinds: BTreeMap<Doubts, i64> = BTreeMap::new();
    for (row, _, _, n) in tally.matched_rows(Scale::Codes) {
        *kinds.entry(row.count.doubts).or_default() += signed(n);
    }
    let (kinds, sizes): (Vec<Doubts>, Vec<i64>) = kinds.into_iter().unzip();
    let mut plan = Plan::over(&sizes);
    let held: Vec<Vec<usize>> = Doubt::ALL
        .into_iter()
        .map(|doubt| (0..kinds.len()).filter(|&kind| kinds[kind].hold(doubt)).collect())
        .collect();
    for held in &held {
        let others = (0..kinds.len()).filter(|kind| !held.contains(kind)).collect();
        plan.cut(vec![held.clone(), others]);
    }
    let decided = plan.withhold(SMALLEST_GROUP, &plan.small(SMALLEST_GROUP, Withheld::FewerThanTen));
    let mut hidden: Vec<Option<Withheld>> = decided.chunks(2).map(|pair| pair[0].or(pair[1])).collect();
    // Of two runs of which one leaves out a few more than the other, the second would tell of those few.
    let more = |one: &[usize], other: &[usize]| -> i64 {
        one.iter().filter(|kind| !other.contains(kind)).map(|&kind| sizes[kind]).sum()
    };
    for later in 1..held.len() {
        let tells = |earlier: usize| {
            let both = [more(&held[later], &held[earlier]), more(&held[earlier], &held[later])];
            let few = both.iter().any(|n| (1..SMALLEST_GROUP).contains(n));
            hidden[earlier].is_none() && !held[earlier].is_empty() && both.contains(&0) && few
        };
        if hidden[later].is_none() && !held[later].is_empty() && (0..later).any(tells) {
            hidden[later] = Some(Withheld::ProtectsAnother);
        }
    }
    hidden
}

fn without(tally: &Tally<'_>, main: &Change, doubt: Doubt, why: Option<Withheld>, is_percent: bool) -> Run {
    let (left, gone) = (tally.which(|doubts| !doubts.hold(doubt)), tally.which(|doubts| doubts.hold(doubt)));
    let run = |left_out, matched, change| Run {
        code: doubt.code(),
        label: say("sensitivity", doubt.code(), &[]),
        left_out,
        left: matched,
        change,
    };
    match why {
        _ if gone.matched() == 0 => {
            run(Figure::Shown(0), Figure::Shown(left.matched()), Figure::Undefined("nobody to leave out".to_owned()))
        }
        Some(why) => run(Figure::Withheld(why), Figure::Withheld(why), Figure::Withheld(why)),
        None => {
            let change = again(&left, &gone, main, is_percent);
            run(Figure::Shown(gone.matched()), Figure::Shown(left.matched()), change)
        }
    }
}

/// The change of those who are left, by the method of the main result.
fn again(left: &Tally<'_>, gone: &Tally<'_>, main: &Change, is_percent: bool) -> Figure<Estimate> {
    if is_percent {
        return change::percent(left, &ClusterTally::of(left, Scale::Percents));
    }
    let small = |counts: Vec<i64>| counts.into_iter().any(is_small);
    if small(sides(left)) || small(sides(gone)) {
        return Figure::Withheld(Withheld::FewerThanFive);
    }
    let is_switch_shown =
        !matches!(main.points.naive_interval, Figure::Withheld(_)) && !small(switches(left)) && !small(switches(gone));
    let (points, found) = match (left.rule(), left.positives()) {
        (Some(Rule::Value), Some(positives)) => {
            let cut = top_box(&positives, 1);
            let clusters = ClusterTally::of(left, Scale::Positives);
            (cut.difference, Inference::of_shares(&positives, &cut, &clusters, is_switch_shown))
        }
        _ => {
            let table = left.percents();
            let clusters = ClusterTally::of(left, Scale::Percents);
            let found = Inference::of_means(&table, &clusters);
            let found = match left.on_sides() {
                Some(sides) if !is_switch_shown => found.without_switches(&top_box(&sides, 1), &clusters),
                _ => found,
            };
            (mean_change(&table).mean, found)
        }
    };
    defined(points).map(|points| {
        let mut estimate = Estimate::alone(points, found.limits, Number::points);
        if found.coarse {
            estimate.interval = estimate.interval.map(|interval| interval.coarse(Number::points));
        }
        estimate
    })
}

/// Everybody who answered before or afterwards: the difference of the two means, with the interval for samples that
/// overlap in part.
fn everybody(tally: &Tally<'_>) -> Run {
    let scale = if tally.rule() == Some(Rule::Value) { Scale::Positives } else { Scale::Percents };
    let (pairs, before, after) = (tally.table(scale), tally.lost_on(scale), tally.newly_on(scale));
    let run = |left: Figure<i64>, change| Run {
        code: "everybody",
        label: say("sensitivity", "everybody", &[]),
        left_out: Figure::Shown(0),
        left,
        change,
    };
    let small = |table: &CountTable| {
        let high = table.count(|value| value > 0);
        let few = tally.on_sides().is_some() && (is_small(signed(high)) || is_small(signed(table.n() - high)));
        few || (1..SMALLEST_GROUP).contains(&signed(table.n()))
    };
    if small(&before) || small(&after) {
        let why = Withheld::ProtectsAnother;
        return run(Figure::Withheld(why), Figure::Withheld(why));
    }
    if before.n() + after.n() == 0 {
        let nobody = Figure::Undefined("everybody is matched".to_owned());
        return run(Figure::Shown(signed(pairs.n())), nobody);
    }
    let found = partially_overlapping(&pairs, &before, &after, Variances::Separate);
    let limits = (found.map(|found| found.interval), "partially overlapping t");
    run(
        Figure::Shown(signed(pairs.n() + before.n() + after.n())),
        defined(found.map(|found| Estimate::alone(found.difference, limits, Number::points))),
    )
}
