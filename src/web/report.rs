//! The evaluator's and the funder's page of a programme.

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::routing::get;
use maud::Markup;
use serde::Deserialize;

use crate::html::Page;
use crate::report::html::{evaluator, funder};
use crate::report::{Report, Scope};
use crate::session::Programme;

use super::frame::{Part, programme_page};
use super::{App, Error};

/// `GET /programmes/{programme}/report` and `GET /programmes/{programme}/funder`
pub fn routes() -> Router<App> {
    Router::new()
        .route("/programmes/{programme}/report", get(evaluators_page))
        .route("/programmes/{programme}/funder", get(funders_page))
}

/// What of a programme is shown.
#[derive(Deserialize)]
struct Shown {
    /// The code of a part, `project.5`; nothing for everyone.
    #[serde(default)]
    part: String,
}

async fn evaluators_page(
    State(app): State<App>,
    Path(id): Path<i64>,
    Query(wanted): Query<Shown>,
) -> Result<Markup, Error> {
    let (programme, mut report) = report_of(&app, id).await?;
    if !wanted.part.is_empty() {
        let part = report.part_called(&wanted.part).ok_or(Error::NotFound)?;
        report = report.narrowed(&part);
    }
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
