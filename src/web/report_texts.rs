//! What people write for a report: its texts here, the learning log, the costs and the quotes on pages of their own.

use std::collections::HashMap;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use maud::{Markup, html};

use crate::html::Page;
use crate::html::partials::{Field, FieldError, Input, button, error_summary, field};
use crate::report::Passage;
use crate::session::Programme;

use super::altered::{self, another};
use super::asking::may;
use super::form::{Posted, Reading};
use super::frame::{Part, crumbs, programme_page, refused};
use super::place::InProgramme;
use super::reasons::{self, When};
use super::{App, Error, why};

mod costs;
mod learning;
mod quotes;

/// `/programmes/{programme}/report/texts`, `…/learning`, `…/costs` and `…/quotes`
pub fn routes() -> Router<App> {
    Router::new()
        .route("/programmes/{programme}/report/texts", get(show).post(keep))
        .merge(learning::routes())
        .merge(costs::routes())
        .merge(quotes::routes())
}

/// The fields as they stand on the page.
type Typed = HashMap<String, String>;

/// The page's parts: a heading, what it is for, and the texts below it.
const PARTS: [(&str, &str, &[Passage]); 4] = [
    (
        "The programme and how it is meant to work",
        "A line that begins with a dash becomes an entry of a list. The five boxes stand side by side in the report.",
        &[Passage::About, Passage::Inputs, Passage::Activities, Passage::Outputs, Passage::Outcomes, Passage::Hopes],
    ),
    (
        "Fixed in advance",
        "Targets for children and awareness come from the set-up of the programme and its projects.",
        &[Passage::Questions, Passage::FixedOn],
    ),
    (
        "How it was done",
        "The report writes by itself who was asked what and when, and how the figures were made. Say here what it cannot know.",
        &[Passage::Methods, Passage::Ethics, Passage::Delivery],
    ),
    (
        "What follows from it",
        "Single lessons belong in the learning log, which the report prints beside these.",
        &[Passage::Learning, Passage::Recommendations],
    ),
];

async fn show(State(app): State<App>, InProgramme(programme): InProgramme) -> Result<Markup, Error> {
    let written = app.store().written(programme.id).await?;
    let typed = written.texts.into_iter().map(|(passage, body)| (passage.code().to_owned(), body)).collect();
    page(&app, &programme, &typed, &[]).await
}

async fn keep(
    State(app): State<App>,
    InProgramme(programme): InProgramme,
    Posted(typed): Posted<Typed>,
) -> Result<Response, Error> {
    match read(&typed) {
        Ok(texts) => {
            let was: HashMap<Passage, String> = app.store().written(programme.id).await?.texts.into_iter().collect();
            let changed = |(passage, body): &(Passage, String)| {
                another(passage.words(), was.get(passage).map_or("", String::as_str), body)
            };
            let changed: Vec<String> = texts.iter().filter_map(changed).collect();
            altered::remark(&format!("/programmes/{}", programme.id), &changed, "");
            app.store().keep_texts(programme.id, texts).await?;
            Ok(Redirect::to(&format!("/programmes/{}/report", programme.id)).into_response())
        }
        Err(errors) => Ok(refused(page(&app, &programme, &typed, &errors).await?)),
    }
}

/// The texts that were sent; a field that was not sent changes nothing.
fn read(typed: &Typed) -> Result<Vec<(Passage, String)>, Vec<FieldError>> {
    let mut reading = Reading::default();
    let sent = Passage::ALL.iter().filter_map(|passage| Some((*passage, typed.get(passage.code())?)));
    let texts = sent.map(|(passage, body)| (passage, reading.lines(passage.code(), body))).collect();
    reading.finish(texts)
}

async fn page(app: &App, programme: &Programme, typed: &Typed, errors: &[FieldError]) -> Result<Markup, Error> {
    let of = |passage: Passage| typed.get(passage.code()).map(String::as_str).unwrap_or_default();
    let kind = |passage| if passage == Passage::FixedOn { Input::Line("text") } else { Input::Lines };
    let is_due = reasons::of_programme(app, programme.id, When::SignedOff).await?;
    let body = html! {
        (above(programme, "texts", errors))
        h1 { "Report texts" }
        p.lead { "What the report cannot know by itself. Everything may stay empty; write no names." }
        form.wide action={ "/programmes/" (programme.id) "/report/texts" } method="post" novalidate {
            @for (title, help, passages) in PARTS {
                h2 { (title) }
                p.hint { (help) }
                @for passage in passages {
                    (field(&Field::new(passage.code(), passage.words(), kind(*passage)).value(of(*passage)), errors))
                }
            }
            (why::needed_if(is_due, "log-why", errors))
            (button("Save the texts"))
        }
    };
    shown(app, programme, "Report texts", errors, body).await
}

/// The way back, the sister pages, and what was wrong.
fn above(programme: &Programme, here: &str, errors: &[FieldError]) -> Markup {
    let home = format!("/programmes/{}", programme.id);
    let report = format!("{home}/report");
    let mut pages = vec![("texts", "Texts"), ("learning", "Learning log"), ("costs", "Costs"), ("quotes", "Quotes")];
    pages.retain(|(path, _)| may("GET", &format!("/programmes/{{programme}}/report/{path}"), None));
    html! {
        (crumbs(&[("Programmes", "/"), (&programme.name, &home), ("What changed", &report)]))
        (error_summary(errors))
        nav.contents aria-label="What the report is written from" {
            ul.links.across {
                @for (path, label) in pages {
                    li { a href={ (report) "/" (path) } aria-current=[(path == here).then_some("page")] { (label) } }
                }
            }
        }
    }
}

async fn shown(
    app: &App,
    programme: &Programme,
    title: &str,
    errors: &[FieldError],
    body: Markup,
) -> Result<Markup, Error> {
    let title = if errors.is_empty() { title.to_owned() } else { format!("Mend this: {title}") };
    programme_page(app, programme, Part::Report, Page::staff(title, body)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_has_its_field_once() {
        let mut fields: Vec<Passage> = PARTS.iter().flat_map(|(.., passages)| passages.iter().copied()).collect();
        fields.sort_unstable();
        assert_eq!(fields, Passage::ALL);
    }
}
