//! How often children came, and how delivery went.

use maud::{Markup, html};

use super::super::charts::{self, HistogramBar, Panel, Side};
use super::super::{Lever, Passage, Report, number, print};
use super::{figures, part, talk, traced, withheld, written};
use crate::html::partials::{Column, table};
use crate::report::Figure;
use crate::session::closing::Food;

/// How many sessions each child came to.
pub(super) fn doses(report: &Report) -> Markup {
    let visits = &report.visits;
    if visits.doses.is_empty() {
        return html! { p.quiet { (report.in_words("delivery", "dose_none")) } };
    }
    let name = |sessions: i64, or_more: bool| {
        let more = if or_more { " or more" } else { "" };
        format!("{sessions}{more} {}", if sessions == 1 { "session" } else { "sessions" })
    };
    let bars: Vec<HistogramBar> = visits
        .doses
        .iter()
        .map(|dose| HistogramBar {
            label: name(dose.sessions, dose.or_more),
            share: dose
                .children
                .shown()
                .map(|share| (share.percent.value, format!("{}%", share.percent.whole())))
                .ok_or_else(|| print::not_shown(&dose.children)),
            side: Side::Higher,
            rows: format!("dose.{}", dose.sessions),
        })
        .collect();
    let spoken: Vec<String> = visits
        .doses
        .iter()
        .map(|dose| format!("{}: {}.", name(dose.sessions, dose.or_more), print::share(&dose.children)))
        .collect();
    let chart = charts::histogram("doses", &visits.dose_finding, &spoken.join(" "), "sessions a child came to", &bars);
    let columns = [Column::words("Came to"), Column::figures("Children")];
    let rows = visits.doses.iter().map(|dose| {
        let children = traced(&format!("dose.{}", dose.sessions), "children_by_sessions", print::share(&dose.children));
        vec![html! { span.scale { (name(dose.sessions, dose.or_more)) } }, children]
    });
    let numbers = table("Children by how many sessions they came to", &columns, &rows.collect::<Vec<_>>());
    let base = format!(
        "{} children of projects that meet the same families more than once.",
        print::count(&visits.dose_children)
    );
    figures::figure("dose.often", [&visits.dose_finding, &base], &chart, &numbers)
}

/// Attendance, what went with it, and what got in the way.
pub(super) fn delivery(report: &Report) -> Markup {
    let delivery = &report.delivery;
    let any = report.visits.projects.iter().any(|project| project.sessions.shown().is_none_or(|s| !s.is_empty()));
    html! {
        @if let Some(text) = report.text(Passage::Delivery) { (written::blocks(&text.blocks)) }
        @if report.part.is_some() && !part::is_project(report) { p.quiet { (report.absent("delivery_of_part")) } }
        @else if !any { p.quiet { (report.in_words("delivery", "none")) } }
        @else {
            (attendance(report))
            @for lever in &delivery.levers { (one_lever(lever)) }
            @if report.part.is_none() { p data-rows="visits.newcomers" { (delivery.newcomers_sentence) } }
            p.small { (delivery.note) }
            @if report.part.is_none() { (talk::talk(report)) }
        }
        @if !delivery.disruptions.is_empty() {
            h3 { "What got in the way" }
            p data-rows="delivery.disruptions" { "Leaders noted that something did at "
                (print::counted(i64::try_from(delivery.disruptions.len()).unwrap_or(i64::MAX), "session", "sessions")) ": "
                @for (place, one) in delivery.disruptions.iter().enumerate() {
                    @if place > 0 { "; " } (one.project) ", " (print::day(&one.held_on))
                } "." }
        }
    }
}

/// Children at each session, project by project.
fn attendance(report: &Report) -> Markup {
    let visits = &report.visits;
    let hot = |food: Option<Food>| food == Some(Food::Hot);
    let panels: Vec<Panel> = visits
        .projects
        .iter()
        .map(|project| Panel {
            name: project.name.clone(),
            sessions: match &project.sessions {
                Figure::Shown(points) if points.is_empty() => Err("no session yet".to_owned()),
                Figure::Shown(points) => Ok(points.iter().map(|point| (point.children, hot(point.food))).collect()),
                _ => Err("withheld: few children at a session".to_owned()),
            },
            change: project.trend.shown().map_or_else(String::new, |trend| print::number(&trend.change)),
            rows: format!("visits.project.{}:children_at_session_*,attendance_change", project.number),
        })
        .collect();
    let spoken: Vec<String> = panels
        .iter()
        .map(|panel| match &panel.sessions {
            Ok(points) => {
                let each: Vec<String> = points.iter().map(|(children, _)| children.to_string()).collect();
                format!("{}: {}.", panel.name, each.join(", "))
            }
            Err(why) => format!("{}: {why}.", panel.name),
        })
        .collect();
    let chart = charts::multiples("attendance", &visits.trend_finding, &spoken.join(" "), &panels);
    let columns = [
        Column::words("Project"),
        Column::figures("Children at each session, in order"),
        Column::figures("First third, mean"),
        Column::figures("Last third, mean"),
        Column::figures("Change"),
    ];
    let rows = visits.projects.iter().map(|project| {
        let each = match &project.sessions {
            Figure::Shown(points) => {
                let each: Vec<String> = points.iter().map(|point| number::count(point.children)).collect();
                html! { (each.join(", ")) }
            }
            hidden => withheld(print::no_change(hidden)),
        };
        let id = format!("visits.project.{}", project.number);
        let mut cells =
            vec![html! { (project.name) }, html! { span data-rows={ (id) ":children_at_session_*" } { (each) } }];
        match &project.trend {
            Figure::Shown(trend) => cells.extend([
                traced(&id, "first_third", &trend.first.text),
                traced(&id, "last_third", &trend.last.text),
                traced(&id, "attendance_change", print::number(&trend.change)),
            ]),
            Figure::Undefined(why) => cells.extend([withheld(why), withheld("–"), withheld("–")]),
            hidden => cells.extend((0..3).map(|_| withheld(print::no_change(hidden)))),
        }
        cells
    });
    let numbers = table("Children at each session", &columns, &rows.collect::<Vec<_>>());
    let base = "Children seen at each session, all projects on one scale; below it the last third of sessions against the first.";
    figures::figure("visits.trend", [&visits.trend_finding, base], &chart, &numbers)
}

fn one_lever(lever: &Lever) -> Markup {
    let caption = match lever.key {
        "recruitment" => "Where families are found",
        "providers" => "Providers known in the area, and new ones",
        "food" => "Hot food, within projects",
        _ => "The same leader, within projects",
    };
    let mut columns = vec![Column::words(if lever.key == "recruitment" { "Delivery model" } else { "Sessions of" })];
    columns.extend(lever.columns.iter().map(|(_, heading)| Column::figures(heading.as_str())));
    let rows: Vec<Vec<Markup>> = lever
        .rows
        .iter()
        .map(|row| {
            let id = format!("lever.{}.{}", lever.key, row.key);
            let cells = row.cells.iter().zip(&lever.columns).map(|(cell, (code, _))| match cell {
                Figure::Shown(number) => traced(&id, code, &number.text),
                hidden => withheld(&print::not_shown(hidden)),
            });
            std::iter::once(html! { (row.name) }).chain(cells).collect()
        })
        .collect();
    html! {
        h3 { (caption) }
        p data-rows={ "lever." (lever.key) ".*" } { (lever.finding) }
        @if !rows.is_empty() { div.titled { (table(caption, &columns, &rows)) } }
    }
}
