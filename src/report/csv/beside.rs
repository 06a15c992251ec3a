//! What stands beside the changes: who was lost, a comparison group, grown-ups beside their children.

use super::{Line, why};
use crate::report::attrition::{Attrition, Bounds};
use crate::report::comparison::Beside;
use crate::report::dyads::{Alike, Dyads};
use crate::report::{Figure, Number, Report};

/// All of it.
pub(super) fn lines(report: &Report, lines: &mut Vec<Line>) {
    lines.extend(attrition_lines(&report.attrition));
    lines.extend(
        report.beside.iter().flat_map(|beside| beside.results.iter().chain(&beside.parts)).flat_map(beside_lines),
    );
    lines.extend(report.dyads.iter().flat_map(dyad_lines));
}

/// Who was lost: their befores, the bounds, and their groups.
fn attrition_lines(attrition: &Attrition) -> Vec<Line> {
    let mut lines = Vec::new();
    for loss in &attrition.results {
        let line = |statistic: &str| Line {
            id: loss.id.clone(),
            measure: loss.id.split('.').nth(1).unwrap_or_default().to_owned(),
            title: loss.title.clone(),
            who: loss.who.code(),
            comparison: loss.comparison.code(),
            statistic: statistic.to_owned(),
            ..Line::default()
        };
        let all = loss.before.shown().copied();
        let lost = loss.lost.shown().map(|lost| lost.count);
        let matched = all.zip(lost).map(|(all, lost)| all - lost);
        let among = |n: Option<i64>, statistic: &str| Line { n, ..line(statistic) };
        let bound = |of: fn(&Bounds) -> &Number| loss.bounds.clone().map(|bounds| of(&bounds).clone());
        lines.extend([line("n_with_before").count(&loss.before), line("lost").share(&loss.lost)]);
        lines.extend(loss.never_asked.map(|n| among(lost, "never_asked").count(&Figure::Shown(n))));
        lines.extend([
            among(matched, "level_before_matched").number(&loss.matched_before),
            among(lost, "level_before_lost").number(&loss.lost_before),
            among(all, "standardised_difference").number(&loss.standardised),
            among(all, "change_if_lost_lowest").number(&bound(|bounds| &bounds.lowest)),
            among(all, "change_if_lost_unchanged").number(&bound(|bounds| &bounds.unchanged)),
            among(all, "change_if_lost_highest").number(&bound(|bounds| &bounds.highest)),
        ]);
    }
    for group in &attrition.groups {
        let both = group.matched.shown().zip(group.lost.shown()).map(|(matched, lost)| matched.of + lost.of);
        let line = |statistic: &str| Line {
            id: format!("attrition.groups.{}", group.key),
            title: attrition.measured_on.clone(),
            who: "child",
            group: group.name.clone(),
            statistic: statistic.to_owned(),
            ..Line::default()
        };
        lines.extend([
            line("of_matched").share(&group.matched),
            line("of_lost").share(&group.lost),
            Line { n: both, ..line("standardised_difference") }.number(&group.standardised),
        ]);
    }
    lines
}

/// A main result beside the comparison group's.
fn beside_lines(beside: &Beside) -> Vec<Line> {
    let line = |statistic: &str| Line {
        id: beside.id.clone(),
        measure: beside.measure.clone(),
        title: beside.title.clone(),
        who: beside.who.code(),
        comparison: beside.comparison.code(),
        cut: beside.group.cut.code(),
        group: beside.group.name.clone(),
        statistic: statistic.to_owned(),
        n: beside.others.shown().copied(),
        ..Line::default()
    };
    let mut lines = vec![
        line("n_comparison").count(&beside.others),
        line("level_before_comparison").number(&beside.others_before),
        line("level_after_comparison").number(&beside.others_after),
        line("change_points_comparison").number(&beside.others_change),
        line("difference_in_differences").estimate(&beside.difference),
    ];
    let difference = beside.difference.shown();
    lines.extend(difference.map(|difference| line("difference_in_differences_naive").naive(difference)));
    lines
}

/// A child and a grown-up of one family.
fn dyad_lines(dyads: &Dyads) -> Vec<Line> {
    let line = |statistic: &str| Line {
        id: dyads.id.clone(),
        measure: dyads.measure.clone(),
        title: dyads.title.clone(),
        comparison: dyads.comparison.code(),
        statistic: statistic.to_owned(),
        ..Line::default()
    };
    let mut lines = vec![line("pairs").count(&dyads.pairs), line("families").count(&dyads.families)];
    for (when, alike) in [("before", &dyads.before), ("after", &dyads.after)] {
        let line = |statistic: &str| Line { n: dyads.pairs.shown().copied(), ..line(&format!("{when}_{statistic}")) };
        let Figure::Shown(Alike { both, only_adult, only_child, neither, agree, kappa }) = alike else {
            lines.push(Line { shown: why(alike), ..line("agree") });
            continue;
        };
        let cells = [("both", both), ("only_adult", only_adult), ("only_child", only_child), ("neither", neither)];
        lines.extend(cells.map(|(name, share)| line(name).share(&Figure::Shown(share.clone()))));
        lines.extend([line("agree").estimate(&Figure::Shown(agree.clone())), line("kappa").estimate(kappa)]);
    }
    lines
}
