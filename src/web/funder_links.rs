//! Links that show the funder's page to whoever has them: unguessable, for a time, taken back at a press.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{http::HeaderValue, http::header};
use maud::{Markup, html};
use serde::Deserialize;

use crate::account::Secret;
use crate::html::partials::{Column, Field, FieldError, Input, button, button_link, error_summary, field, table};
use crate::html::{Page, page};
use crate::report::Report;
use crate::report::html::funder;
use crate::session::{MadeUp, Programme};
use crate::store::{Deed, FunderLink, LogLine};

use super::form::{Posted, Reading};
use super::frame::{Part, crumbs, programme_page, refused};
use super::place::InProgramme;
use super::printing::{Kind, print};
use super::reasons::{self, When};
use super::report::report_of;
use super::sign_in::new_secret;
use super::words::{count, moment};
use super::{App, Error, safeguarding, why};

/// `/programmes/{programme}/funder/links…`, `/funder/{secret}` and `/funder/{secret}/page.pdf`
pub fn routes() -> Router<App> {
    Router::new()
        .route("/programmes/{programme}/funder/links", get(list).post(add))
        .route("/programmes/{programme}/funder/links/{link}/revocation", post(revoke))
        .route("/funder/{secret}", get(open))
        .route("/funder/{secret}/page.pdf", get(take_along))
}

const DAY_US: i64 = 24 * 3_600 * 1_000_000;

/// How long a link may last: (days, words).
const SPANS: [(&str, &str); 4] = [("7", "A week"), ("30", "A month"), ("90", "Three months"), ("365", "A year")];

#[derive(Deserialize, Default)]
#[serde(default)]
struct LinkForm {
    label: String,
    days: String,
}

async fn list(State(app): State<App>, InProgramme(programme): InProgramme) -> Result<Markup, Error> {
    list_page(&app, &programme, &LinkForm { days: "30".to_owned(), ..LinkForm::default() }, &[]).await
}

async fn add(
    State(app): State<App>,
    InProgramme(programme): InProgramme,
    Posted(form): Posted<LinkForm>,
) -> Result<Response, Error> {
    let mut reading = Reading::default();
    let label = reading.needed_for_the_log("label", &form.label, "Say who it is for: the log calls them by it.");
    if !SPANS.iter().any(|(days, _)| *days == form.days) {
        reading.wrong("days", "Choose one of these.");
    }
    if let Some(unread) = safeguarding::unread_words(&app, &programme).await? {
        reading.wrong("label", unread);
    }
    let days: i64 = form.days.parse().unwrap_or(7);
    let label = match reading.finish(label) {
        Ok(label) => label,
        Err(errors) => return Ok(refused(list_page(&app, &programme, &form, &errors).await?)),
    };
    let (secret, now_us) = (new_secret()?, app.now_us());
    let link = FunderLink {
        id: 0,
        programme: programme.id,
        label: label.clone(),
        made_us: now_us,
        expires_us: now_us + days * DAY_US,
        revoked_us: None,
        opened: 0,
        opened_us: None,
    };
    LogLine::remark(format!("{}: {label}", programme.name), "");
    app.store().add_funder_link(link, secret.digest()).await?;
    Ok(made_page(&app, &programme, &label, &secret).await?.into_response())
}

async fn revoke(
    State(app): State<App>,
    InProgramme(programme): InProgramme,
    Path((_, link)): Path<(i64, i64)>,
) -> Result<Response, Error> {
    let links = app.store().funder_links(programme.id).await?;
    if let Some(found) = links.iter().find(|found| found.id == link) {
        LogLine::remark(format!("{}: {}", programme.name, found.label), "");
    }
    if !app.store().revoke_funder_link(programme.id, link, app.now_us()).await? {
        return Err(Error::NotFound);
    }
    Ok(Redirect::to(&format!("/programmes/{}/funder/links", programme.id)).into_response())
}

/// What the link shows: the funder's page, on which small groups are withheld, and no way on but to the same on paper.
async fn open(State(app): State<App>, Path(secret): Path<String>) -> Result<Response, Error> {
    let (programme, report) = by_link(&app, &secret, "Opened the funder’s page by a link").await?;
    let body = html! {
        p.no-print { a href={ "/funder/" (secret) "/page.pdf" } download { "Download as PDF" } }
        (funder(&report))
    };
    let shown = Page::staff(format!("{} at a glance", programme.name), body).made_up(programme.made_up());
    Ok(told_to_nobody(page(&shown).into_response()))
}

/// The same page as a PDF.
async fn take_along(State(app): State<App>, Path(secret): Path<String>) -> Result<Response, Error> {
    let (_, report) = by_link(&app, &secret, "Downloaded the funder’s page as a PDF by a link").await?;
    Ok(told_to_nobody(print(report, Kind::Funder).await?))
}

/// The report that a link shows today. Each time is in the log.
async fn by_link(app: &App, secret: &str, what: &str) -> Result<(Programme, Report), Error> {
    let secret = Secret::parse(secret).ok_or(Error::NotFound)?;
    let link = app.store().open_funder_link(secret.digest(), app.now_us()).await?.ok_or(Error::SpentLink)?;
    let (programme, report) = report_of(app, link.programme).await?;
    let deed = Deed {
        who: format!("whoever has the link of {}", link.label),
        what: what.to_owned(),
        about: programme.name.clone(),
        reason: String::new(),
    };
    app.store().note(deed, app.now_us()).await?;
    Ok((programme, report))
}

/// The address is the key: no search engine keeps it.
fn told_to_nobody(mut response: Response) -> Response {
    response.headers_mut().insert(header::HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex"));
    response
}

async fn list_page(app: &App, programme: &Programme, form: &LinkForm, errors: &[FieldError]) -> Result<Markup, Error> {
    let links = app.store().funder_links(programme.id).await?;
    let to_read = safeguarding::still_to_read(app, programme).await?;
    let is_due = reasons::of_programme(app, programme.id, When::Real).await?;
    let now_us = app.now_us();
    let columns = [
        Column::words("For"),
        Column::words("Made"),
        Column::words("Shows the page until"),
        Column::words("Opened"),
        Column::words("Take it back"),
    ];
    let rows: Vec<Vec<Markup>> = links.iter().map(|link| row(programme, link, now_us)).collect();
    let label = Field::text("label", "Who it is for")
        .value(form.label.as_str())
        .hint("A name that you know again in the log.")
        .required();
    let spans = SPANS.iter().map(|(days, words)| ((*days).to_owned(), (*words).to_owned())).collect();
    let days =
        Field::new("days", "How long it shows the page", Input::Radios(spans)).value(form.days.as_str()).required();
    let home = format!("/programmes/{}", programme.id);
    let shown = Page::staff(
        format!("Links for the funder – {}", programme.name),
        html! {
            (crumbs(&[("Programmes", "/"), (&programme.name, &home), ("For the funder", &format!("{home}/funder"))]))
            (error_summary(errors))
            h1 { "Links for the funder" }
            p.lead { "Whoever has a link sees the funder’s page as it stands that day, and nothing else. Each opening is in the log." }
            @if !rows.is_empty() { (table("Links of this programme, newest first", &columns, &rows)) }
            section aria-labelledby="new" {
                h2 #new { "A new link" }
                (to_read.words)
                form.wide action={ (home) "/funder/links" } method="post" novalidate {
                    (field(&label, errors))
                    (field(&days, errors))
                    (why::needed_if(is_due, "why-made", errors))
                    (button("Make a link"))
                }
            }
        },
    );
    programme_page(app, programme, Part::Funder, shown).await
}

fn row(programme: &Programme, link: &FunderLink, now_us: i64) -> Vec<Markup> {
    let ends = html! { button.link-button type="submit" { "Take back" span.hidden { " the link of " (link.label) } } };
    vec![
        html! { (link.label) },
        html! { (moment(link.made_us)) },
        html! { (moment(link.expires_us)) },
        html! {
            (count(link.opened, "time", "times"))
            @if let Some(at) = link.opened_us { ", last " (moment(at)) }
        },
        html! {
            @if let Some(at) = link.revoked_us { "taken back " (moment(at)) }
            @else if link.expires_us <= now_us { "over" }
            @else {
                form action={ "/programmes/" (programme.id) "/funder/links/" (link.id) "/revocation" } method="post" { (why::needed_if(programme.made_up() == MadeUp::No, &format!("why-back-{}", link.id), &[])) (ends) }
            }
        },
    ]
}

/// The only page that ever shows it: what is kept of it opens nothing.
async fn made_page(app: &App, programme: &Programme, label: &str, secret: &Secret) -> Result<Markup, Error> {
    let home = format!("/programmes/{}/funder", programme.id);
    let shown = Page::staff(
        "A link to send",
        html! {
            (crumbs(&[("Programmes", "/"), ("Links for the funder", &format!("{home}/links"))]))
            h1 { "A link for " (label) }
            p.lead { "Send it to them. Whoever they pass it on to sees the page as well." }
            p.one-line { code { (app.address()) "/funder/" (secret.as_str()) } }
            p.small { "It is shown this one time." }
            p { (button_link("Back to the links", &format!("{home}/links"))) }
        },
    );
    programme_page(app, programme, Part::Funder, shown).await
}
