//! Why something is done, for whoever reads the log later: one field, the same in every form, that nobody has to fill.
//! The gate reads it, so that no handler has to.

use axum::body::{Body, to_bytes};
use axum::extract::{Form, FromRequest, Query, Request};
use axum::http::{Method, header};
use maud::{Markup, html};
use serde::Deserialize;

use crate::html::partials::{Field, FieldError, field};
use crate::system::in_address;

use super::form::{LONGEST, Reading, names_a_card};
use super::{BODY_LIMIT, Error};

/// The name of the field.
const FIELD: &str = "log_why";

/// Its name in the address of a file.
const ALONG: &str = "why";

/// The field. `id` names it on its page.
pub fn asked(id: &str) -> Markup {
    let why = Field::text(FIELD, "Why, for the log").named(id, FIELD).at_most(LONGEST);
    field(&why.hint("You may leave it empty. No name and no code: it stands in the log for good."), &[])
}

/// The same out of sight, beside a button that is pressed more often than it has to be explained.
pub fn folded(id: &str) -> Markup {
    html! { details.small { summary { "Say why" } (asked(id)) } }
}

/// The field on a page of files, with what was said: each file that is taken from there says it along.
pub fn along(said: &str, errors: &[FieldError]) -> Markup {
    let why = Field::text(ALONG, "Why, for the log").value(said).at_most(LONGEST);
    let hint = "You may leave it empty. No name and no code: it stands in the log for good, with each file you take.";
    field(&why.hint(hint), errors)
}

/// What is to be mended in that field.
pub fn along_refused(message: &str) -> FieldError {
    FieldError::new(ALONG, message)
}

/// The end of a file's address that says why.
pub fn in_link(why: &str) -> String {
    if why.is_empty() { String::new() } else { format!("&{ALONG}={}", in_address(why)) }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Said {
    log_why: String,
}

/// What the address of a file says of why it is handed out.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Along {
    why: String,
}

/// Why, as it may stand in the log.
///
/// # Errors
/// What is to be mended in it.
pub fn fit(typed: &str) -> Result<String, &'static str> {
    let mut reading = Reading::default();
    let why = reading.line(FIELD, typed);
    if reading.finish(()).is_err() {
        return Err("Why is too long for the log. Nothing was done: say it in fewer words.");
    }
    if names_a_card(&why) {
        return Err("Leave the card’s code out of why: it stands in the log. Nothing was done: say it without.");
    }
    Ok(why)
}

/// What a form, or the address of a file, says of why, and the request as it was.
///
/// # Errors
/// Where the form is too large, or what was typed cannot stand in the log.
pub async fn said(request: Request) -> Result<(Request, String), Error> {
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        let along = Query::<Along>::try_from_uri(request.uri()).map(|Query(along)| along).unwrap_or_default();
        return Ok((request, fit(&along.why).map_err(Error::Bad)?));
    }
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("application/x-www-form-urlencoded") {
        return Ok((request, String::new()));
    }
    let (parts, body) = request.into_parts();
    let bytes = to_bytes(body, BODY_LIMIT).await.map_err(|_| Error::TooLarge)?;
    let form = Request::from_parts(parts.clone(), Body::from(bytes.clone()));
    // A form that cannot be read is its handler's to refuse.
    let Form(Said { log_why }) = Form::from_request(form, &()).await.unwrap_or_default();
    Ok((Request::from_parts(parts, Body::from(bytes)), fit(&log_why).map_err(Error::Bad)?))
}
