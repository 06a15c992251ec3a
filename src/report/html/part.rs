//! What a page about one part says in place of what is counted of everyone: the steps that the tables of groups show of
//! it, and why there is no more.

use maud::{Markup, html};

use super::super::{Cut, Figure, Flow, Outcome, Report, Step, charts, print, who};
use super::{count, figures, rows_of, tables, traced};
use crate::html::partials::{Column, table};
use crate::person::Role;
use crate::report::wording::say;

/// How many of the part are registered and matched, as the page of everyone shows it; nothing where parts are crossed.
pub(super) fn flow(report: &Report) -> Option<Markup> {
    let shown: Vec<Vec<&Outcome>> = [Role::Child, Role::Adult].map(|role| told_of(report, role)).into();
    let any = shown.iter().any(|outcomes| !outcomes.is_empty());
    any.then(|| html! { @for outcomes in shown.iter().filter(|outcomes| !outcomes.is_empty()) { (steps(outcomes)) } })
}

/// The registered of the part, in a line; nothing where parts are crossed.
pub(super) fn reached(report: &Report) -> Markup {
    let first = [Role::Child, Role::Adult].map(|role| told_of(report, role).first().copied());
    let there: Vec<&Outcome> = first.into_iter().flatten().collect();
    html! {
        @if !there.is_empty() {
            dl.facts {
                dt { "Reached" }
                dd {
                    @for (place, outcome) in there.iter().enumerate() {
                        @if place > 0 { " and " }
                        (traced(&outcome.headline.id, "n_registered", count(&outcome.headline.base.registered))) " " (who(outcome.who))
                    }
                }
            }
        }
    }
}

/// Why a section has nothing to tell of a part.
pub(super) fn untold(report: &Report, section: &str) -> String {
    let key = match section {
        "money" => "money_of_part",
        "voices" => "voices_of_part",
        "groups" => "groups_of_part",
        "appendix" => "change",
        _ => "part",
    };
    report.absent(key)
}

/// The main results of a role whose registered are told of this part.
fn told_of(report: &Report, role: Role) -> Vec<&Outcome> {
    let told = |outcome: &&Outcome| {
        outcome.who == role && !matches!(outcome.headline.base.registered, Figure::Undefined(_) | Figure::Shown(0))
    };
    report.primary.iter().filter(told).collect()
}

/// Boxes of the first of some results, over the steps of all of them.
fn steps(outcomes: &[&Outcome]) -> Markup {
    let Some(first) = outcomes.first() else { return html! {} };
    let people = who(first.who);
    let base = &first.headline.base;
    let step = |key: &str, figure: &Figure<i64>| Step {
        label: say("flow", key, &[("later", super::super::later(first.comparison).to_owned())]),
        people: figure.clone(),
        of_registered: Figure::Undefined("not given here".to_owned()),
        is_matched: key == "part_matched",
        lost: Vec::new(),
        joined: Vec::new(),
        from_before: false,
    };
    let boxes = Flow {
        who: first.who,
        finding: say("flow", "part_title", &[("who", people.to_owned()), ("title", first.title.clone())]),
        steps: vec![
            step("registered", &base.registered),
            step("part_before", &base.before),
            step("part_after", &base.after),
            step("part_matched", &base.matched),
        ],
        after_by_wave: Vec::new(),
        matched_on: String::new(),
        later_note: None,
        notes: Vec::new(),
    };
    let spoken: Vec<String> =
        boxes.steps.iter().map(|step| format!("{}: {}.", step.label, print::count(&step.people))).collect();
    let rows = ["n_registered", "n_before", "n_after", "n_matched"].map(|name| rows_of(&first.headline.id, name));
    let chart = charts::flow(&format!("people-{}", first.who.code()), &spoken.join(" "), &rows, &boxes);
    let columns = [
        Column::words("Main result"),
        Column::figures("Registered"),
        Column::figures("With a before of it"),
        Column::figures("With an after of it, or a later answer"),
        Column::figures("Matched"),
    ];
    let rows = outcomes.iter().map(|outcome| {
        let mut cells = vec![html! { (tables::name(outcome)) }];
        cells.extend(tables::people(&outcome.headline));
        cells
    });
    let numbers = table(&boxes.finding, &columns, &rows.collect::<Vec<_>>());
    figures::figure(&first.headline.id, [&boxes.finding, &say("flow", "part_base", &[])], &chart, &numbers)
}

/// Whether the page is about a single project.
pub(super) fn is_project(report: &Report) -> bool {
    report.part.as_ref().is_some_and(|part| part.cut == Cut::Project)
}
