//! The evaluator's and the funder's page of a programme, on the screen and as a PDF.

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::get;
use maud::{Markup, html};

use crate::account::{Hold, Spot};
use crate::export::ExportError;
use crate::html::Page;
use crate::report::html::{evaluator, funder};
use crate::report::{Cut, Group, Report};
use crate::session::Programme;

use super::asking::{self, may};
use super::frame::{Part, programme_page};
use super::gate::spot_of_project;
use super::printing::{Kind, print};
use super::{App, Error, sign_off};

/// `GET /programmes/{programme}/report` and `GET /programmes/{programme}/funder`, each with `.pdf` too
pub fn routes() -> Router<App> {
    Router::new()
        .route("/programmes/{programme}/report", get(evaluators_page))
        .route("/programmes/{programme}/report.pdf", get(evaluators_pdf))
        .route("/programmes/{programme}/funder", get(funders_page))
        .route("/programmes/{programme}/funder.pdf", get(funders_pdf))
}

/// What an address asks for: a `part`, and of those in it only the ones of a `stage` and a `term`; or a `group` that took
/// no part. Of several of one name the last counts.
type Wanted = Vec<(String, String)>;

const NAMES: [&str; 4] = ["part", "stage", "term", "group"];

/// The address of a part's page.
fn address_of(part: &Group) -> String {
    let codes = part.codes();
    let stage = |code: &str| code.starts_with(Cut::KeyStage.code());
    let name = |place: usize, code: &str| match (place, stage(code)) {
        (0, _) => NAMES[0],
        (_, true) => NAMES[1],
        (_, false) => NAMES[2],
    };
    let asked: Vec<String> =
        codes.iter().enumerate().map(|(place, code)| format!("{}={code}", name(place, code))).collect();
    format!("?{}", asked.join("&"))
}

async fn evaluators_page(
    State(app): State<App>,
    Path(id): Path<i64>,
    Query(wanted): Query<Wanted>,
) -> Result<Markup, Error> {
    let (programme, report) = report_to_see(&app, id, wanted).await?;
    let signing = sign_off::standing(&report);
    let part = report.part.as_ref().map(address_of).unwrap_or_default();
    let body = html! {
        p.no-print {
            a href={ "/programmes/" (id) "/report.pdf" (part) } download { "Download as PDF" }
            @if may("GET", "/programmes/{programme}/report/texts", Some(&spot(id))) {
                " · " a href={ "/programmes/" (id) "/report/texts" } { "Write the report’s texts, learning and costs" }
            }
            @if may("GET", "/programmes/{programme}/report/sign-off", Some(&spot(id))) {
                " · " a href={ "/programmes/" (id) "/report/sign-off" } { (signing) }
            }
        }
        (evaluator(&report))
    };
    let shown = Page::staff(format!("What changed: {}", programme.name), body);
    programme_page(&app, &programme, Part::Report, shown).await
}

async fn evaluators_pdf(
    State(app): State<App>,
    Path(id): Path<i64>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Error> {
    let (_, report) = report_to_see(&app, id, wanted).await?;
    print(report, Kind::Evaluator).await
}

/// The report, narrowed to what whoever asks may see and wants to.
async fn report_to_see(app: &App, id: i64, wanted: Wanted) -> Result<(Programme, Report), Error> {
    let last = |name: &str| wanted.iter().rfind(|(asked, _)| asked == name).map(|(_, code)| code.clone());
    let mut codes: Vec<String> = NAMES.into_iter().filter_map(last).filter(|code| !code.is_empty()).collect();
    let (programme, report) = report_of(app, id).await?;
    let mut report = report.run_by(&asking::name()).map_err(ExportError::from)?;
    if asking::reach(&spot(id)) != Hold::Whole {
        only_ours(app, id, &mut report).await?;
        // Everybody's figures are not theirs to see: the first of their projects stands in.
        if codes.is_empty() {
            codes.push(report.parts.first().map(Group::code).ok_or(NOT_YET)?);
        }
    }
    let parts: Option<Vec<Group>> = codes.iter().map(|code| report.part_called(code)).collect();
    let mut parts = parts.ok_or(Error::NotFound)?;
    let mut seen = Vec::new();
    parts.retain(|part| {
        !seen.contains(part) && {
            seen.push(part.clone());
            true
        }
    });
    report = match parts.as_slice() {
        [] => report,
        [part] => report.narrowed(part),
        several => {
            // A report that was kept may be of a moment ago: cells and what is in them are of one.
            let input = app.store().report_input(id, app.now_utc()).await?.ok_or(Error::NotFound)?;
            let now = Report::build(&input).run_by(&asking::name()).map_err(ExportError::from)?;
            now.told_of(&input, several).ok_or(Error::Bad(NOT_CROSSED))?
        }
    };
    Ok((programme, report))
}

async fn funders_page(State(app): State<App>, Path(id): Path<i64>) -> Result<Markup, Error> {
    let (programme, report) = report_of(&app, id).await?;
    let body = html! {
        p.no-print {
            a href={ "/programmes/" (id) "/funder.pdf" } download { "Download as PDF" }
            @if may("GET", "/programmes/{programme}/funder/links", None) {
                " · " a href={ "/programmes/" (id) "/funder/links" } { "Share this page by a link" }
            }
        }
        (funder(&report))
    };
    let shown = Page::staff(format!("{} at a glance", programme.name), body);
    programme_page(&app, &programme, Part::Funder, shown).await
}

async fn funders_pdf(State(app): State<App>, Path(id): Path<i64>) -> Result<Response, Error> {
    let (_, report) = report_of(&app, id).await?;
    print(report, Kind::Funder).await
}

/// The whole of a programme.
fn spot(id: i64) -> Spot {
    Spot { programme: id, project: None, organisation: None }
}

/// Leaves of a report's parts the projects that whoever asks reaches.
async fn only_ours(app: &App, id: i64, report: &mut Report) -> Result<(), Error> {
    let mut projects = app.store().projects(id).await?;
    projects.retain(|project| asking::reach(&spot_of_project(project)) == Hold::Whole);
    let mut parts = std::mem::take(&mut report.parts);
    parts.retain(|part| projects.iter().any(|ours| report.project_of(part) == Some(ours.id)));
    report.parts = parts;
    Ok(())
}

const NOT_CROSSED: &str = "These parts cannot be shown at once. Choose one project, area or delivery model, one key stage and one term; or the comparison group by itself.";

const NOT_YET: Error = Error::Bad("There are no figures about your projects yet. They come with the first answers.");

/// The report as it stands now.
///
/// # Errors
/// Where there is no such programme, or the database fails.
pub async fn report_of(app: &App, id: i64) -> Result<(Programme, Report), Error> {
    let now = app.now_utc();
    // Asked before anything is read: whatever is written from here on makes the report out of date.
    let edition = app.store().edition().await.ok();
    if let Some(made) = edition.as_ref().and_then(|edition| app.made().find(id, edition, &now)) {
        return Ok(made);
    }
    let input = app.store().report_input(id, now).await?.ok_or(Error::NotFound)?;
    let report = Report::build(&input);
    if let Some(edition) = edition {
        app.made().keep(edition, &input.programme, &report);
    }
    Ok((input.programme, report))
}
