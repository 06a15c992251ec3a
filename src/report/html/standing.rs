//! How projects stand against their targets, line by line.

use maud::{Markup, html};

use super::super::{Figure, Status, TargetRow, Targets, number, print};
use super::{awareness_status, count, held, status, target_id, traced, withheld};
use crate::html::partials::{Column, table};

/// Children reached and awareness against target, project by project, with all together where that is asked for.
pub(super) fn against_target(targets: &Targets, whole: bool) -> Markup {
    let columns = [
        Column::words("Project"),
        Column::figures("Children: reached of target"),
        Column::words("How that stands"),
        Column::figures(format!("Job roles known, change (95%); target +{}%", targets.awareness_target)),
        Column::words("How that stands"),
    ];
    let rows = targets.projects.iter().chain(whole.then_some(&targets.programme)).map(|row| {
        let of =
            |statistic: &str, figure: Markup| traced(&format!("{}.{statistic}", target_id(row)), statistic, figure);
        let matched =
            |row: &TargetRow| html! { ", n " (of("awareness_matched", html! { (print::count(&row.matched)) })) };
        let percent = row.reached_percent.shown().map(|percent| of("children_percent", html! { (percent.text) }));
        let awareness = match &row.awareness {
            Figure::Shown(estimate) => {
                html! { (of("awareness_percent", html! { (print::estimate(estimate)) })) (matched(row)) (held(row, targets.awareness_target)) }
            }
            Figure::Undefined(_) if row.awareness_status == Status::NotGiven => {
                html! { "–" (matched(row)) }
            }
            _ => withheld("too few to say"),
        };
        vec![
            html! { (row.name) },
            html! {
                (of("children_reached", count(&row.reached)))
                @if row.target > 0 {
                    " of " (of("children_target", html! { (number::count(row.target)) }))
                    @if let Some(percent) = percent { " (" (percent) ")" }
                }
            },
            status(row.reached_status),
            awareness,
            awareness_status(row),
        ]
    });
    table("Against target", &columns, &rows.collect::<Vec<_>>())
}
