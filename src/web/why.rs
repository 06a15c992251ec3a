//! Why something is done, for whoever reads the log later: one field, the same in every form. Some have to have it
//! ([`super::reasons`]). The gate reads it, so that no handler has to.

use axum::body::{Body, to_bytes};
use axum::extract::{Form, FromRequest, Query, Request};
use axum::http::{Method, header};
use maud::{Markup, html};

use crate::html::partials::{Field, FieldError, button, error_summary, field};
use crate::store::LogLine;
use crate::system::in_address;

use super::form::{LONGEST, Reading, names_a_card};
use super::{BODY_LIMIT, Error, stamp};

/// The name of the field.
const FIELD: &str = "log_why";

/// What names it on the page of a form that asks by itself when it is due.
pub const IN_ITS_FORM: &str = "log-why";

/// What is said where it is missing.
pub const DUE: &str = "Say why, in a few words. Nothing was done yet.";

/// Its name in the address of a file.
const ALONG: &str = "why";

/// What no page shows again, whatever is wrong with a form.
const SECRET: [&str; 5] = ["password", "again", "current", "digits", "key"];

const MAY_BE_EMPTY: &str = "You may leave it empty. No name and no code: it stands in the log for good.";
const NEEDED: &str = "A few words. No name and no code: it stands in the log for good.";

/// The field. `id` names it on its page, `errors` are those of its form.
pub fn asked(id: &str, errors: &[FieldError]) -> Markup {
    field(&blank(id, errors).hint(MAY_BE_EMPTY), errors)
}

/// The same where it has to be said.
pub fn needed(id: &str, errors: &[FieldError]) -> Markup {
    field(&blank(id, errors).hint(NEEDED).required(), errors)
}

/// The same where that depends on what there is by now; out of sight where it may stay empty.
pub fn needed_if(is_due: bool, id: &str, errors: &[FieldError]) -> Markup {
    if is_due { needed(id, errors) } else { folded(id, errors) }
}

/// The same in a form that asks why a target changes besides.
pub fn beside_a_target(is_due: bool, errors: &[FieldError]) -> Markup {
    let hint = "A few words, unless a target changes: then the sentence above is why. No name and no code.";
    let due = || field(&blank(IN_ITS_FORM, errors).hint(hint).required(), errors);
    if is_due { due() } else { folded(IN_ITS_FORM, errors) }
}

/// The same with what was said on the page before, so that nobody is asked twice.
pub fn needed_again(id: &str) -> Markup {
    field(&of(id, LogLine::said()).hint(NEEDED).required(), &[])
}

/// What was said on the page before, taken along by a way back.
pub fn carried() -> Markup {
    html! { input type="hidden" name=(FIELD) value=(LogLine::said()); }
}

/// The same out of sight, beside a button that is pressed more often than it has to be explained.
pub fn folded(id: &str, errors: &[FieldError]) -> Markup {
    let said = !errors.is_empty() && !LogLine::said().is_empty();
    html! { details.small open[said] { summary { "Say why" } (asked(id, errors)) } }
}

const LABEL: &str = "Why, for the log";

/// Where something else in the same form has to be mended, with what was said.
fn blank(id: &str, errors: &[FieldError]) -> Field {
    of(id, if errors.is_empty() { String::new() } else { LogLine::said() })
}

fn of(id: &str, said: String) -> Field {
    Field::text(FIELD, LABEL).named(id, FIELD).value(said).at_most(LONGEST)
}

/// The field on a page of files, with what was said: each file that is taken from there says it along.
pub fn along(said: &str, is_due: bool, errors: &[FieldError]) -> Markup {
    let why = Field::text(ALONG, LABEL).value(said).at_most(LONGEST);
    let hint =
        |first: &str| format!("{first} No name and no code: it stands in the log for good, with each file you take.");
    let why =
        if is_due { why.hint(hint("A few words.")).required() } else { why.hint(hint("You may leave it empty.")) };
    field(&why, errors)
}

/// What is to be mended in that field.
pub fn along_refused(message: &str) -> FieldError {
    FieldError::new(ALONG, message)
}

/// The end of a file's address that says why.
pub fn in_link(why: &str) -> String {
    if why.is_empty() { String::new() } else { format!("&{ALONG}={}", in_address(why)) }
}

/// What was said of why, and everything that came with it.
pub struct Said {
    /// Why, as it may stand in the log, empty where nobody said; or what is wrong with it.
    pub why: Result<String, &'static str>,
    /// Why, as it was typed.
    typed: String,
    /// What else was typed: (name, value).
    beside: Vec<(String, String)>,
    /// The name of the field.
    field: &'static str,
}

impl Said {
    fn read(field: &'static str, sent: Vec<(String, String)>) -> Said {
        let typed = sent.iter().find(|(name, _)| name == field).map(|(_, why)| why.clone()).unwrap_or_default();
        let beside = sent.into_iter().filter(|(name, _)| name != field && name != stamp::FIELD).collect();
        Said { why: fit(&typed), typed, beside, field }
    }

    /// What stands in another field.
    pub fn of(&self, field: &str) -> Option<&str> {
        self.beside.iter().find(|(name, _)| name == field).map(|(_, value)| value.as_str())
    }

    /// A form that sends the same once more, with the field for why as it was typed and what is wrong with it.
    ///
    /// # Errors
    /// Where a password was typed: no page shows it again.
    pub fn once_more(&self, path: &str, is_needed: bool, wrong: &'static str) -> Result<Markup, Error> {
        if self.beside.iter().any(|(name, _)| SECRET.contains(&name.as_str())) {
            return Err(Error::Bad(wrong));
        }
        let errors = [FieldError::new(self.field, wrong)];
        let why = Field::text(self.field, LABEL).value(self.typed.as_str()).at_most(LONGEST);
        let why = if is_needed { why.hint(NEEDED).required() } else { why.hint(MAY_BE_EMPTY) };
        Ok(html! {
            form.wide action=(path) method=(if self.field == ALONG { "get" } else { "post" }) novalidate {
                @for (name, value) in &self.beside { input type="hidden" name=(name) value=(value); }
                (field(&why, &errors))
                (button("Go on"))
            }
        })
    }

    /// What leads to that field from the top of its page.
    pub fn summary(&self, wrong: &'static str) -> Markup {
        error_summary(&[FieldError::new(self.field, wrong)])
    }
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
        return Err(
            "Leave the card’s code out of why: it stands in the log. Nothing was done: say it without. Where no code was meant, write the word in small letters.",
        );
    }
    // A full stop says nothing.
    Ok(if why.chars().any(char::is_alphanumeric) { why } else { String::new() })
}

/// What a form, or the address of a file, says of why, and the request as it was.
///
/// # Errors
/// Where the form is too large.
pub async fn said(request: Request) -> Result<(Request, Said), Error> {
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        let sent = Query::try_from_uri(request.uri()).map(|Query(sent)| sent).unwrap_or_default();
        return Ok((request, Said::read(ALONG, sent)));
    }
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("application/x-www-form-urlencoded") {
        return Ok((request, Said::read(FIELD, Vec::new())));
    }
    let (parts, body) = request.into_parts();
    let bytes = to_bytes(body, BODY_LIMIT).await.map_err(|_| Error::TooLarge)?;
    let form = Request::from_parts(parts.clone(), Body::from(bytes.clone()));
    // A form that cannot be read is its handler's to refuse.
    let Form(sent) = Form::from_request(form, &()).await.unwrap_or_default();
    Ok((Request::from_parts(parts, Body::from(bytes)), Said::read(FIELD, sent)))
}
