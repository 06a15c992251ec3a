//! Family cards: issuing a sheet of new ones, and printing it, again if need be.

use std::collections::BTreeSet;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use maud::{Markup, html};
use serde::Deserialize;

use crate::html::Page;
use crate::html::partials::{Column, Field, FieldError, Input, button, error_summary, field, table};
use crate::person::CardCode;
use crate::session::{Programme, Project};

use super::form::{Posted, Reading};
use super::frame::{Part, crumbs_up, programme_page, refused, way_up};
use super::place::InProject;
use super::project::stock_words;
use super::words::{how_many, moment, number};
use super::{App, Error};

mod sheet;

/// The most cards that are issued at once.
const MOST: i64 = 400;

/// `/projects/{project}/cards…`
pub fn routes() -> Router<App> {
    Router::new().route("/projects/{project}/cards", get(show).post(issue)).merge(sheet::routes())
}

/// How many cards, as typed.
#[derive(Deserialize)]
#[serde(default)]
struct IssueForm {
    cards: String,
}

impl Default for IssueForm {
    fn default() -> IssueForm {
        IssueForm { cards: "16".to_owned() }
    }
}

async fn show(State(app): State<App>, InProject { project, programme }: InProject) -> Result<Markup, Error> {
    shown(&app, &programme, &project, &IssueForm::default(), &[]).await
}

async fn issue(
    State(app): State<App>,
    InProject { project, programme }: InProject,
    Posted(form): Posted<IssueForm>,
) -> Result<Response, Error> {
    let mut reading = Reading::default();
    let cards = reading.whole("cards", &form.cards, (1, MOST), 16);
    match reading.finish(cards) {
        Ok(cards) => {
            let issued_us = issue_new(&app, project.id, usize::try_from(cards).unwrap_or_default()).await?;
            Ok(Redirect::to(&format!("/projects/{}/cards/{issued_us}", project.id)).into_response())
        }
        Err(errors) => Ok(refused(shown(&app, &programme, &project, &form, &errors).await?)),
    }
}

/// Draws codes until as many as were asked for are new, and returns the moment that names the sheet.
async fn issue_new(app: &App, project_id: i64, cards: usize) -> Result<i64, Error> {
    let now_us = app.now_us();
    let mut issued = 0;
    while issued < cards {
        let codes = draw(cards - issued)?;
        issued += app.store().issue_cards(project_id, codes, now_us).await?.len();
    }
    Ok(now_us)
}

/// Different codes from the operating system's randomness.
///
/// # Errors
/// Where the system has none to give.
pub fn draw(cards: usize) -> Result<Vec<CardCode>, getrandom::Error> {
    let mut codes = BTreeSet::new();
    while codes.len() < cards {
        let mut bytes = [0_u8; 5];
        getrandom::fill(&mut bytes)?;
        codes.extend(CardCode::from_random(bytes));
    }
    Ok(codes.into_iter().collect())
}

async fn shown(
    app: &App,
    programme: &Programme,
    project: &Project,
    form: &IssueForm,
    errors: &[FieldError],
) -> Result<Markup, Error> {
    let stock = stock_words(app.store().card_stock(project.id).await?);
    let cards = app.store().cards(project.id, None).await?;
    let sheets: Vec<(i64, i64)> =
        cards.chunk_by(|a, b| a.1 == b.1).map(|sheet| (sheet[0].1, how_many(sheet))).rev().collect();
    let home = format!("/projects/{}", project.id);
    let sizes = ["8", "16", "40", "80", "160"].map(str::to_owned).to_vec();
    let how_many = Field::new("cards", "How many new cards", Input::Suggested(sizes))
        .value(form.cards.as_str())
        .hint(format!(
            "One for each family, and a few to spare; {MOST} at once at the most. A page of A4 holds 4 or 8."
        ))
        .width("narrow")
        .keyboard("numeric")
        .required();
    let page = Page::staff(
        format!("Cards for {}", project.name),
        html! {
            (crumbs_up(&way_up(programme, project)))
            (error_summary(errors))
            h1 { "Family cards" }
            p { (stock) }
            form.wide action={ (home) "/cards" } method="post" novalidate {
                (field(&how_many, errors))
                (button("Make the cards"))
            }
            @if !sheets.is_empty() { (earlier(&home, &sheets)) }
        },
    )
    .class("leader");
    programme_page(app, programme, Part::Projects, page).await
}

/// The sheets made before, newest first.
fn earlier(home: &str, sheets: &[(i64, i64)]) -> Markup {
    let columns = [Column::words("Made on"), Column::figures("Cards")];
    let rows: Vec<Vec<Markup>> = sheets
        .iter()
        .map(|(issued_us, cards)| {
            vec![html! { a href={ (home) "/cards/" (issued_us) } { (moment(*issued_us)) } }, html! { (number(*cards)) }]
        })
        .collect();
    html! {
        section.titled aria-labelledby="sheets" {
            h2 #sheets { "Made before" }
            (table("Cards made before", &columns, &rows))
            p.notice { "Print these again only where the paper was lost. Two families with the same card would be taken for one." }
        }
    }
}
