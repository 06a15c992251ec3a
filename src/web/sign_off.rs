//! Signing a report off as final, which waits until everything that families wrote has been read.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use maud::{Markup, html};
use serde::Deserialize;

use crate::export::ExportError;
use crate::html::Page;
use crate::html::partials::{FieldError, button, error_summary};
use crate::report::Report;
use crate::session::Programme;
use crate::store::{LogLine, SignOff};

use super::asking::{self, may};
use super::form::Posted;
use super::frame::{Part, crumbs, programme_page, refused};
use super::place::InProgramme;
use super::report::report_of;
use super::words::{count, moment};
use super::{App, Error, safeguarding, why};

/// `/programmes/{programme}/report/sign-off`
pub fn routes() -> Router<App> {
    Router::new().route("/programmes/{programme}/report/sign-off", get(show).post(sign))
}

/// The figures that whoever signs had before them.
#[derive(Deserialize, Default)]
#[serde(default)]
struct SignForm {
    figures: String,
}

async fn show(State(app): State<App>, InProgramme(programme): InProgramme) -> Result<Markup, Error> {
    let figures = figures_now(&app, &programme).await?;
    shown(&app, &programme, &figures, &[]).await
}

async fn sign(
    State(app): State<App>,
    InProgramme(programme): InProgramme,
    Posted(form): Posted<SignForm>,
) -> Result<Response, Error> {
    // What has only just arrived is looked at before anything is said of it.
    app.store().settle().await?;
    let figures = figures_now(&app, &programme).await?;
    if form.figures != figures {
        let changed =
            "The figures have changed since this page was opened. Look at the report again, then sign it off.";
        let page = shown(&app, &programme, &figures, &[FieldError::new("sign", changed)]).await?;
        return Ok(refused(page));
    }
    LogLine::remark(programme.name.as_str(), format!("figures {figures}"));
    let word = SignOff { who: asking::name(), figures: figures.clone(), signed_us: app.now_us() };
    if !app.store().sign_off(programme.id, word).await? {
        let unread = safeguarding::unread_words(&app, &programme).await?.unwrap_or_default();
        return Ok(refused(shown(&app, &programme, &figures, &[FieldError::new("sign", unread)]).await?));
    }
    Ok(Redirect::to(&format!("/programmes/{}/report", programme.id)).into_response())
}

/// The hash of a report's figures as they are now, whatever day it is.
async fn figures_now(app: &App, programme: &Programme) -> Result<String, Error> {
    let (_, report) = report_of(app, programme.id).await?;
    let report = report.run_by(&asking::name()).map_err(ExportError::from)?;
    Ok(figures_of(&report).to_owned())
}

fn figures_of(report: &Report) -> &str {
    report.provenance.as_ref().map_or("", |provenance| &provenance.lasting_sha256)
}

/// What the report's page says of it, in a few words that lead here.
pub fn standing(report: &Report) -> String {
    match report.provenance.as_ref().and_then(|provenance| provenance.signed_off.as_ref()) {
        None => "Sign the report off as final".to_owned(),
        Some(signed) if signed.same_figures => format!("Signed off by {}", signed.who),
        Some(_) => "The figures have changed since it was signed off".to_owned(),
    }
}

async fn shown(app: &App, programme: &Programme, figures: &str, errors: &[FieldError]) -> Result<Markup, Error> {
    let home = format!("/programmes/{}", programme.id);
    let report = format!("{home}/report");
    let word = app.store().signed_off(programme.id).await?;
    let to_read = safeguarding::still_to_read(app, programme).await?;
    let left_out = app.store().families_left_out(programme.id).await?;
    let title = if errors.is_empty() { "Sign the report off" } else { "Mend this: Sign the report off" };
    let body = html! {
        (crumbs(&[("Programmes", "/"), (&programme.name, &home), ("What changed", &report)]))
        (error_summary(errors))
        h1 { "Sign the report off" }
        p #sign.lead { "Say that " a href=(report) { "the report as it stands" } " may go out as final. Your name, the moment and a hash of its figures are kept." }
        @match &word {
            None => p { "Nobody has signed it off yet." },
            Some(word) if word.figures == figures => p { strong { "Signed off by " (word.who) " on " (moment(word.signed_us)) "." } " The figures have not changed since." },
            Some(word) => p { strong { "The figures have changed" } " since " (word.who) " signed it off on " (moment(word.signed_us)) ". Look at the report again, and sign it off again." },
        }
        @if left_out > 0 {
            p { "The figures leave out " (count(left_out, "family", "families")) " while something about their answers is settled." @if may("GET", "/programmes/{programme}/retention", None) { " " a href={ (home) "/retention#protected" } { "Protected for now" } } }
        }
        (to_read.words)
        @if to_read.blocks {
            p { "Until then the report can be read, printed and downloaded, and sessions can be closed; only its sign-off and links for the funder wait." }
        } @else {
            form.wide action={ (report) "/sign-off" } method="post" novalidate {
                input type="hidden" name="figures" value=(figures);
                p.small { "SHA-256 of the figures: " code.hash { (figures) } }
                (why::folded("why-signed", errors))
                (button("Sign this report off"))
            }
        }
    };
    programme_page(app, programme, Part::Report, Page::staff(title, body)).await
}
