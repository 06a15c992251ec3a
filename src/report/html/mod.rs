//! The report as pages: what stands inside `<main>`, for the evaluator and for the funder.
//!
//! Everything here is a [`Report`]'s own numbers and sentences in their places.

mod appendix;
mod delivery;
mod dyads;
mod evaluator;
mod figures;
mod funder;
mod losses;
mod part;
mod people;
mod results;
mod room;
mod standing;
mod steps;
mod tables;
mod talk;
mod written;

pub use evaluator::evaluator;
pub use funder::{funder, funder_within};
pub use room::Room;

use maud::{Markup, Render, html};

use super::wording::say;
use super::{Beside, Change, Figure, Judgement, Level, Outcome, Report, Status, TargetRow, Targets, print};
use crate::statistics::Grade;

/// A count, or what is printed in its place.
fn count(figure: &Figure<i64>) -> Markup {
    html! { @if figure.shown().is_some() { (print::count(figure)) } @else { (withheld(&print::not_shown(figure))) } }
}

/// A figure with the row of `results.csv` it is: `AWR.child.after.all:level_before`. A test holds the two together.
fn traced(id: &str, statistic: &str, figure: impl Render) -> Markup {
    html! { span data-figure={ (id) ":" (statistic) } { (figure) } }
}

/// Statistics of a change, as sentences and charts say it.
const CHANGE: &str = "n_matched,level_before,level_after,change_points,change_percent";

/// The programme's target, as often as a sentence says it: a number takes a figure of its own of those that are named.
const TARGET: &str =
    "target.programme.awareness_target target.programme.awareness_target target.programme.awareness_target";

/// Which rows of `results.csv` an element takes its numbers from, for `data-rows`: an id with some of its statistics,
/// or several of these with spaces between; `*` ends one that goes on. A test holds every number of the pages to them.
fn rows_of(id: &str, statistics: &str) -> String {
    format!("{id}:{statistics}")
}

/// Words in place of a figure.
fn withheld(words: &str) -> Markup {
    html! { span.suppressed { (words) } }
}

/// A result in one figure: the relative change where there is one, else before → after.
fn headline(outcome: &Outcome, change: &Change) -> String {
    let unit = if outcome.headline.unit == Level::PercentOfPeople { "%" } else { "" };
    match &change.percent {
        Some(Figure::Shown(percent)) => format!("{}%", percent.value.whole_signed()),
        _ => format!("{} → {}{unit}", change.before.whole(), change.after.whole()),
    }
}

/// How a project's awareness stands, and whether its interval leaves that open.
fn awareness_status(row: &TargetRow) -> Markup {
    html! { (status(row.awareness_status)) @if row.awareness_unsure { span.small { ", unsure" } } }
}

/// A project's own target where that is not the programme's, and what is held against it where that is not the change
/// itself.
fn held(row: &TargetRow, target: i64) -> Markup {
    html! {
        @if row.awareness_target != target {
            span.small data-rows=(format!("{}.awareness_target", target_id(row))) { (say("awareness", "own_target", &[("target", row.awareness_target.to_string())])) }
        }
        @if let Some(held) = row.held_apart() {
            span.small data-rows=(rows_of(&format!("{}.awareness_held", target_id(row)), "awareness_held")) {
                @match &held.project { Some(_) => { "; smallest " (held.words(target)) }, None => { "; lower limit " (held.percent.text) } }
            }
        }
    }
}

/// How the rows of a project against its target begin, or of all together.
fn target_id(row: &TargetRow) -> String {
    if row.number == 0 { "target.programme".to_owned() } else { format!("target.project.{}", row.number) }
}

/// A result beside the comparison group's, in a sentence with how far its interval is to be trusted.
fn beside_others(report: &Report, outcome: &Outcome) -> Option<String> {
    let same =
        |one: &&Beside| (&one.measure, one.who, one.comparison) == (&outcome.measure, outcome.who, outcome.comparison);
    let one = report.beside.as_ref()?.results.iter().find(same).filter(|one| one.difference.shown().is_some())?;
    Some([Some(one.sentence.clone()), one.warning.clone()].into_iter().flatten().collect::<Vec<_>>().join(" "))
}

/// The rows of such a sentence: the difference, and the change of those who took part.
fn beside_rows(outcome: &Outcome) -> String {
    let of = [outcome.measure.as_str(), outcome.who.code(), outcome.comparison.code()].join(".");
    format!("did.{of}* {}", rows_of(&outcome.headline.id, CHANGE))
}

/// What was changed of the targets after answers were in.
fn altered(targets: &Targets) -> Markup {
    html! { @if !targets.altered.is_empty() { div.notice { @for words in targets.altered_words() { p { (words) } } } } }
}

/// A status as a shape and a word; a dash where nothing was set out.
fn status(status: Status) -> Markup {
    html! {
        @if status == Status::NoTarget { span.status.no_target { span aria-hidden="true" { "–" } span.hidden { (status.word()) } } }
        // The shape stays on the line of its word.
        @else { span.status.{ (status.code()) } { span aria-hidden="true" { (status.shape()) } "\u{a0}" (status.word()) } }
    }
}

/// How sure a result is, as a shape and a word.
fn grade(judgement: &Judgement) -> Markup {
    let shape = match judgement.grade {
        Grade::ClearGain => "▲",
        Grade::LikelyGain => "△",
        Grade::CannotTell => "–",
        Grade::LikelyFall => "▽",
        Grade::ClearFall => "▼",
    };
    html! { span.grade.{ (judgement.grade.code()) } { span aria-hidden="true" { (shape) } " " (judgement.name) } }
}

/// Which programme, part, time and funder the page is about, and how the programme stands in its time.
fn heading(report: &Report, kind: &str, in_time: Option<String>) -> Markup {
    let (starts_on, ends_on) = (print::day(&report.starts_on), print::day(&report.ends_on));
    let period = match (starts_on.as_str(), ends_on.as_str()) {
        ("", "") => String::new(),
        (from, "") => format!("from {from}"),
        ("", to) => format!("to {to}"),
        (from, to) => format!("{from} to {to}"),
    };
    let in_time = in_time.unwrap_or_default();
    let facts = [report.funder.as_str(), &report.grant_reference, &period, &in_time];
    let facts: Vec<&str> = facts.into_iter().filter(|fact| !fact.is_empty()).collect();
    html! {
        header.report-head {
            p.crumbs { (kind) }
            h1 { (report.programme) @if let Some(scope) = &report.scope { ": " (scope) } }
            p.quiet data-rows="target.programme.children_due" { (facts.join(" · ")) }
        }
    }
}

/// When and by what the page was made.
fn colophon(report: &Report) -> Markup {
    let day = report.generated_at.get(..10).unwrap_or(&report.generated_at);
    html! {
        p.small {
            "Made by " (report.made_by) " on " time datetime=(report.generated_at) { (print::day(day)) } "."
            @if report.shows_a_change() { " Figures are rounded after they are computed: from 61 to 79 can be a change of 17." }
            @if report.sample { " Sample data: invented." }
        }
    }
}
