//! Changes and what belongs to them.

use super::{Line, appendix, why};
use crate::report::change::Change;
use crate::report::finding::Finding;
use crate::report::{Figure, Outcome, Report};
use crate::statistics::Grade;
use crate::survey::{Comparison, Rank};

/// Every finding, the tests and readings of main results, and the answers behind them.
pub(super) fn lines(report: &Report, lines: &mut Vec<Line>) {
    for (outcome, finding) in report.findings() {
        finding_lines(finding, lines);
        if finding.id == outcome.headline.id {
            test_lines(outcome, lines);
            reading_lines(outcome, lines);
            lines.extend(outcome.at_top.iter().map(|at_top| Line::of(finding, "at_top_before").share(at_top)));
            appendix::of_outcome(outcome, lines);
        }
    }
    for outcome in report.primary.iter().chain(&report.secondary) {
        distribution_lines(outcome, lines);
    }
    let jobs = |outcome: &&Outcome| outcome.is_about_a_job() && outcome.comparison == Comparison::After;
    // A page about a part counts its own, and shows no figure that the page of everyone has not.
    let whole = || report.secondary.iter().filter(|_| report.part.is_none());
    lines.extend(graded("secondary.jobs", whole().filter(jobs)));
    let describes = |outcome: &&Outcome| outcome.rank < Rank::Describe;
    lines.extend(graded("secondary.levels", whole().filter(describes)));
    for described in &report.described {
        let line = Line {
            id: format!("{}.{}.described", described.measure, described.who.code()),
            measure: described.measure.clone(),
            title: described.title.clone(),
            who: described.who.code(),
            statistic: "percent_positive".to_owned(),
            ..Line::default()
        };
        lines.push(line.share(&described.positive));
    }
}

fn finding_lines(finding: &Finding, lines: &mut Vec<Line>) {
    let line = |statistic: &str| Line::of(finding, statistic);
    let base = &finding.base;
    lines.extend([
        line("n_registered").count(&base.registered),
        line("n_before").count(&base.before),
        line("n_after").count(&base.after),
        line("n_matched").count(&base.matched),
    ]);
    let Figure::Shown(change) = &finding.change else {
        lines.push(Line { shown: why(&finding.change), ..line("change") });
        return;
    };
    let Change { before, after, points, percent, jobs, direction, switch, clusters, judgement, .. } = change;
    lines.extend([
        line("level_before").number(&Figure::Shown(before.clone())),
        line("level_after").number(&Figure::Shown(after.clone())),
        line("change_points").estimate(&Figure::Shown(points.clone())),
        line("change_points_naive").naive(points),
    ]);
    if let Some(percent) = percent {
        lines.push(line("change_percent").estimate(percent));
        lines.extend(percent.shown().map(|percent| line("change_percent_naive").naive(percent)));
    }
    lines.extend([
        line("clusters").count(&clusters.count),
        Line { shown: judgement.name.clone(), ..line("grade") },
        line("smallest_detectable_points").number(&judgement.smallest),
    ]);
    lines.extend(jobs.iter().flat_map(|jobs| {
        [("jobs_before", &jobs.before), ("jobs_after", &jobs.after)]
            .map(|(name, mean)| line(name).number(&Figure::Shown(mean.clone())))
    }));
    lines.extend(jobs.iter().map(|jobs| line("jobs_on_list").count(&Figure::Shown(jobs.of))));
    lines.extend([
        line("improved").share(&direction.improved),
        line("same").share(&direction.same),
        line("lower").share(&direction.lower),
    ]);
    match switch {
        Some(Figure::Shown(switch)) => lines.extend([
            line("starters").share(&Figure::Shown(switch.starters.clone())),
            line("stoppers").share(&switch.stoppers),
        ]),
        Some(hidden) => lines.push(Line { shown: why(hidden), ..line("starters") }),
        None => {}
    }
}

/// How many results with a change rose, fell, or can be told neither of, as the titles of their charts count them.
fn graded<'a>(id: &'a str, outcomes: impl Iterator<Item = &'a Outcome>) -> Vec<Line> {
    let grades: Vec<Grade> =
        outcomes.filter_map(|outcome| Some(outcome.headline.change.shown()?.judgement.grade)).collect();
    let of = |wanted: &[Grade]| grades.iter().filter(|grade| wanted.contains(grade)).count();
    let counts = [
        ("results_shown", grades.len()),
        ("results_rose", of(&[Grade::ClearGain, Grade::LikelyGain])),
        ("results_fell", of(&[Grade::ClearFall, Grade::LikelyFall])),
        ("results_open", of(&[Grade::CannotTell])),
    ];
    let count = |n: usize| Figure::Shown(i64::try_from(n).unwrap_or(i64::MAX));
    let there = counts.into_iter().filter(|_| !grades.is_empty());
    there.map(|(name, n)| Line::plain(id, name, "").count(&count(n))).collect()
}

/// Tests of the main results; the others have none.
fn test_lines(outcome: &Outcome, lines: &mut Vec<Line>) {
    let Some(test) = &outcome.test else { return };
    let line = |statistic: &str, method| Line { method, ..Line::of(&outcome.headline, statistic) };
    lines.extend([
        line("p", test.method).number(&test.p),
        line("p_holm", test.method).number(&test.adjusted),
        line("p_naive", test.naive_method).number(&test.naive_p),
    ]);
}

fn reading_lines(outcome: &Outcome, lines: &mut Vec<Line>) {
    let Some(Figure::Shown(readings)) = &outcome.readings else { return };
    let line = |statistic: &str| Line::of(&outcome.headline, statistic);
    let count = |n: usize| Figure::Shown(i64::try_from(n).unwrap_or(i64::MAX));
    lines.extend([
        line("median_change_jobs").number(&readings.typical),
        line("up_by_target").share(&readings.up_by_target),
        line("none_before").count(&readings.none_before),
        line("projects_judged").count(&count(readings.claim.projects)),
        line("projects_below_target").count(&count(readings.claim.below.len())),
    ]);
    if let Some(Figure::Shown(histogram)) = &outcome.histogram {
        lines.extend(histogram.ranges.iter().map(|range| line(&range.code()).share(&range.people)));
    }
    if let Some(check) = &readings.overclaim {
        lines.push(line("n_matched_without_overclaimers").count(&check.matched));
        lines.push(line("change_percent_without_overclaimers").estimate(&check.percent));
    }
}

fn distribution_lines(outcome: &Outcome, lines: &mut Vec<Line>) {
    for distribution in &outcome.distributions {
        let line = |statistic: String| Line {
            // The same in a report of everyone and in one of this questionnaire's people alone.
            id: [&outcome.measure, outcome.who.code(), outcome.comparison.code(), "all", &distribution.survey]
                .join("."),
            n: distribution.matched.shown().copied(),
            cut: "key_stage",
            group: distribution.title.clone(),
            ..Line::of(&outcome.headline, &statistic)
        };
        let Figure::Shown(options) = &distribution.answers else {
            lines.push(Line { shown: why(&distribution.answers), ..line("answers".to_owned()) });
            continue;
        };
        lines.extend(options.iter().flat_map(|option| {
            [("before", &option.before), ("after", &option.after)]
                .map(|(when, share)| line(format!("{when}: {}", option.label)).share(share))
        }));
        lines.extend(distribution.together.iter().flat_map(|side| {
            let side_of = if side.positive { "positive" } else { "other" };
            let waves = [("before", &side.before), ("after", &side.after)];
            let shown = waves.into_iter().filter_map(|(when, share)| Some((when, share.clone()?)));
            let shown = shown.map(|(when, share)| (format!("{when}: withheld {side_of} answers together"), share));
            shown.map(|(statistic, share)| line(statistic).share(&Figure::Shown(share))).collect::<Vec<_>>()
        }));
    }
}
