//! Why something is done, for whoever reads the log later: one field, the same in every form, that nobody has to fill.
//! The gate reads it, so that no handler has to.

use axum::body::{Body, to_bytes};
use axum::extract::{Form, FromRequest, Request};
use axum::http::header;
use maud::{Markup, html};
use serde::Deserialize;

use crate::html::partials::{Field, field};

use super::form::{LONGEST, Reading, names_a_card};
use super::{BODY_LIMIT, Error};

/// The name of the field.
const FIELD: &str = "log_why";

/// The field. `id` names it on its page.
pub fn asked(id: &str) -> Markup {
    let why = Field::text(FIELD, "Why, for the log").named(id, FIELD).at_most(LONGEST);
    field(&why.hint("You may leave it empty. No name and no code: it stands in the log for good."), &[])
}

/// The same out of sight, beside a button that is pressed more often than it has to be explained.
pub fn folded(id: &str) -> Markup {
    html! { details.small { summary { "Say why" } (asked(id)) } }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Said {
    log_why: String,
}

/// What a form says of why, and the request as it was.
///
/// # Errors
/// Where the form is too large, or what was typed cannot stand in the log.
pub async fn said(request: Request) -> Result<(Request, String), Error> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("application/x-www-form-urlencoded") {
        return Ok((request, String::new()));
    }
    let (parts, body) = request.into_parts();
    let bytes = to_bytes(body, BODY_LIMIT).await.map_err(|_| Error::TooLarge)?;
    let form = Request::from_parts(parts.clone(), Body::from(bytes.clone()));
    // A form that cannot be read is its handler's to refuse.
    let Form(Said { log_why }) = Form::from_request(form, &()).await.unwrap_or_default();
    let mut reading = Reading::default();
    let why = reading.line(FIELD, &log_why);
    if reading.finish(()).is_err() {
        return Err(Error::Bad("Why is too long for the log. Nothing was changed: go back and say it in fewer words."));
    }
    if names_a_card(&why) {
        return Err(Error::Bad(
            "Leave the card’s code out of why: it stands in the log. Nothing was changed: go back and say it without.",
        ));
    }
    Ok((Request::from_parts(parts, Body::from(bytes)), why))
}
