//! What a programme costs, line by line; lines that do not sum to the total are refused.

use std::collections::HashMap;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use maud::{Markup, html};

use crate::html::partials::{Field, FieldError, Input, button, field};
use crate::report::CostLine;
use crate::session::Programme;
use crate::web::altered::{self, from_to};
use crate::web::form::{Posted, Reading};
use crate::web::frame::refused;
use crate::web::place::InProgramme;
use crate::web::reasons::{self, When};
use crate::web::words::pounds;
use crate::web::{App, Error, why};

use super::{above, shown};

pub fn routes() -> Router<App> {
    Router::new().route("/programmes/{programme}/report/costs", get(show).post(keep))
}

/// The fields as they stand on the page: `strand_3`, `total`.
type Typed = HashMap<String, String>;

/// The most lines there can be, and the empty ones that are offered beyond those there are.
const MOST: usize = 40;
const EMPTY: usize = 3;

async fn show(State(app): State<App>, InProgramme(programme): InProgramme) -> Result<Markup, Error> {
    let lines = app.store().written(programme.id).await?.costs;
    page(&app, &programme, &typed_of(&lines), &[]).await
}

async fn keep(
    State(app): State<App>,
    InProgramme(programme): InProgramme,
    Posted(typed): Posted<Typed>,
) -> Result<Response, Error> {
    match read(&typed) {
        Ok(lines) => {
            let was = app.store().written(programme.id).await?.costs;
            let home = format!("/programmes/{}", programme.id);
            altered::remark(&home, &altered_costs(&was, &lines), "");
            app.store().keep_costs(programme.id, lines).await?;
            Ok(Redirect::to(&format!("/programmes/{}/report#money", programme.id)).into_response())
        }
        Err(errors) => Ok(refused(page(&app, &programme, &typed, &errors).await?)),
    }
}

/// What changes, in words for the log.
fn altered_costs(old: &[CostLine], new: &[CostLine]) -> Vec<String> {
    let sum = |lines: &[CostLine], of: fn(&CostLine) -> i64| pounds(lines.iter().map(of).sum());
    let planned: fn(&CostLine) -> i64 = |line| line.budget_pence;
    let spent: fn(&CostLine) -> i64 = |line| line.spent_pence;
    let sums = [("planned", planned), ("spent", spent)].map(|(what, of)| from_to(what, &sum(old, of), &sum(new, of)));
    let lines = (old != new).then(|| "lines of costs".to_owned());
    lines.into_iter().chain(sums.into_iter().flatten()).collect()
}

fn of<'a>(typed: &'a Typed, field: &str) -> &'a str {
    typed.get(field).map(String::as_str).unwrap_or_default()
}

fn named(field: &str, place: usize) -> String {
    format!("{field}_{place}")
}

fn read(typed: &Typed) -> Result<Vec<CostLine>, Vec<FieldError>> {
    let mut reading = Reading::default();
    let mut lines = Vec::new();
    for place in 0..MOST {
        let of = |field: &str| of(typed, &named(field, place)).trim();
        if ["strand", "what", "budget", "spent"].iter().all(|field| of(field).is_empty()) {
            continue;
        }
        lines.push(CostLine {
            strand: reading.needed(&named("strand", place), of("strand"), "Name the strand of this line."),
            what: reading.line(&named("what", place), of("what")),
            budget_pence: reading.pence(&named("budget", place), of("budget")),
            spent_pence: reading.pence(&named("spent", place), of("spent")),
        });
    }
    let total = reading.pence("total", of(typed, "total"));
    let sum: i64 = lines.iter().map(|line| line.budget_pence).sum();
    if sum != total {
        let message = format!(
            "The lines are planned to cost {} together, and the total says {}. One of them is wrong.",
            pounds(sum),
            pounds(total)
        );
        reading.wrong("total", message);
    }
    reading.finish(lines)
}

fn typed_of(lines: &[CostLine]) -> Typed {
    let sum = |pence: i64| if pence == 0 { String::new() } else { pounds(pence).trim_start_matches('£').to_owned() };
    let mut typed: Typed = lines
        .iter()
        .enumerate()
        .flat_map(|(place, line)| {
            [
                (named("strand", place), line.strand.clone()),
                (named("what", place), line.what.clone()),
                (named("budget", place), sum(line.budget_pence)),
                (named("spent", place), sum(line.spent_pence)),
            ]
        })
        .collect();
    typed.insert("total".to_owned(), sum(lines.iter().map(|line| line.budget_pence).sum()));
    typed
}

async fn page(app: &App, programme: &Programme, typed: &Typed, errors: &[FieldError]) -> Result<Markup, Error> {
    let filled = (0..MOST).rev().find(|place| !of(typed, &named("strand", *place)).is_empty());
    let rows = (filled.map_or(0, |last| last + 1) + EMPTY).min(MOST);
    let mut strands: Vec<String> = (0..MOST).map(|place| of(typed, &named("strand", place)).to_owned()).collect();
    strands.retain(|strand| !strand.is_empty());
    strands.dedup();
    let draw =
        |name: &str, label: &str, input: Input| field(&Field::new(name, label, input).value(of(typed, name)), errors);
    let sum = |name: &str, label: &str| {
        let one = Field::text(name, label).value(of(typed, name)).width("short").keyboard("decimal");
        field(&one, errors)
    };
    let is_due = reasons::of_programme(app, programme.id, When::SignedOff).await?;
    let body = html! {
        (above(programme, "costs", errors))
        h1 { "Costs" }
        p.lead { "What the programme was to cost and what was spent, in strands: projects, staff, events. The lines must sum to the total." }
        form.wide action={ "/programmes/" (programme.id) "/report/costs" } method="post" novalidate {
            @for place in 0..rows {
                fieldset.card {
                    legend { "Line " (place + 1) }
                    div.dates {
                        (draw(&named("strand", place), "Strand", Input::Suggested(strands.clone())))
                        (draw(&named("what", place), "What for", Input::Line("text")))
                    }
                    div.dates {
                        (sum(&named("budget", place), "Planned, £"))
                        (sum(&named("spent", place), "Spent, £"))
                    }
                }
            }
            (field(&Field::text("total", "Planned in total, £").value(of(typed, "total")).width("short").keyboard("decimal")
                .hint("From the grant. It is held against the sum of the lines."), errors))
            (why::needed_if(is_due, "log-why", errors))
            (button("Save the costs"))
        }
    };
    shown(app, programme, "Costs", errors, body).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_back_into_their_fields_and_must_sum() {
        let line = |strand: &str, budget_pence, spent_pence| CostLine {
            strand: strand.to_owned(),
            what: "ten of them".to_owned(),
            budget_pence,
            spent_pence,
        };
        let lines = vec![line("Projects", 8_868_000, 8_000_050), line("Events", 1_096_000, 0)];
        let mut typed = typed_of(&lines);
        assert_eq!(read(&typed).expect("they sum"), lines);
        typed.insert("total".to_owned(), "99,641".to_owned());
        let errors = read(&typed).expect_err("they do not");
        assert_eq!(errors.len(), 1);
        assert!(errors[0].message.contains("£99,640") && errors[0].message.contains("£99,641"), "{errors:?}");
        typed.insert("what_7".to_owned(), "no strand".to_owned());
        assert!(read(&typed).expect_err("nameless").iter().any(|error| error.field == "strand_7"));
        assert_eq!(read(&Typed::new()).expect("nothing is nothing"), []);
    }
}
