//! The evaluator's and the funder's page of a programme.

use axum::Router;
use axum::extract::{Path, State};
use axum::routing::get;
use maud::Markup;

use crate::html::Page;
use crate::report::html::{evaluator, funder};
use crate::report::{Report, Scope};
use crate::session::Programme;

use super::frame::{Part, programme_page};
use super::{App, Error};

/// `GET /programmes/{id}/report` and `GET /programmes/{id}/funder`
pub fn routes() -> Router<App> {
    Router::new()
        .route("/programmes/{id}/report", get(evaluators_page))
        .route("/programmes/{id}/funder", get(funders_page))
}

async fn evaluators_page(State(app): State<App>, Path(id): Path<i64>) -> Result<Markup, Error> {
    let (programme, report) = report_of(&app, id).await?;
    let shown = Page::staff(format!("What changed: {}", programme.name), evaluator(&report));
    programme_page(&app, &programme, Part::Report, shown).await
}

async fn funders_page(State(app): State<App>, Path(id): Path<i64>) -> Result<Markup, Error> {
    let (programme, report) = report_of(&app, id).await?;
    let shown = Page::staff(format!("{} at a glance", programme.name), funder(&report));
    programme_page(&app, &programme, Part::Funder, shown).await
}

/// The report as it stands now.
async fn report_of(app: &App, id: i64) -> Result<(Programme, Report), Error> {
    let input = app.store().report_input(id, app.now_utc()).await?.ok_or(Error::NotFound)?;
    Ok((input.programme.clone(), Report::build(&input, Scope::Programme)))
}
