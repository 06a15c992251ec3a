//! Tables of who took part: registered and matched by group, and who had been to such an activity before.

use maud::{Markup, html};

use super::super::{Cut, Outcome, Report, who};
use super::{count, traced};
use crate::html::partials::{Column, table};
use crate::person::Role;
use crate::survey::Comparison;

/// Both tables, where there is something to put into them.
pub(super) fn tables(report: &Report) -> Markup {
    let of_children = |outcome: &&Outcome| outcome.who == Role::Child && outcome.comparison == Comparison::After;
    let main = report.primary.iter().find(of_children);
    html! {
        @if let Some(groups) = main.and_then(by_group) { (groups) }
        @if !report.newcomers.is_empty() { (newcomers(report)) }
    }
}

/// Children registered, with a before and matched, by key stage, area and delivery model: the same numbers as beside each
/// group's change.
fn by_group(outcome: &Outcome) -> Option<Markup> {
    let columns = [
        Column::words("Children"),
        Column::figures("Registered"),
        Column::figures("With a before"),
        Column::figures("Matched"),
    ];
    let cuts = [("Key stage", Cut::KeyStage), ("Area", Cut::Area), ("Delivery model", Cut::Model)];
    let mut rows: Vec<Vec<Markup>> = Vec::new();
    for (what, cut) in cuts {
        let findings = outcome.by(cut);
        if findings.len() < 2 {
            continue;
        }
        rows.extend(findings.iter().map(|finding| {
            let base = &finding.base;
            let of = |statistic: &str, figure| traced(&finding.id, statistic, count(figure));
            vec![
                html! { span.small { (what) ": " } (finding.group.name) },
                of("n_registered", &base.registered),
                of("n_before", &base.before),
                of("n_matched", &base.matched),
            ]
        }));
    }
    let caption = format!("Who they are: children registered and matched, group by group ({})", outcome.title);
    (!rows.is_empty()).then(|| table(&caption, &columns, &rows))
}

fn newcomers(report: &Report) -> Markup {
    let columns = [
        Column::words("Had been to such an activity before"),
        Column::figures("With a before"),
        Column::figures("Before and after"),
    ];
    let rows = report.newcomers.iter().map(|one| {
        vec![
            html! { span.small { (who(one.who)) ": " } (one.label) },
            traced(&one.id, "n_with_before", count(&one.before)),
            traced(&one.id, "n_with_both", count(&one.both)),
        ]
    });
    table("First-timers, as they said with the before", &columns, &rows.collect::<Vec<_>>())
}
