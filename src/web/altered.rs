//! A target that is changed: what the form asks once answers are in, and what is written down of it.

use maud::{Markup, html};

use crate::html::partials::{Field, FieldError, Input, field};
use crate::session::Because;
use crate::store::{LogLine, StoreError};

use super::form::Reading;
use super::{App, reasons, why};

/// The name of the field.
const REASON: &str = "target_reason";

const DUE: &str = "Answers are in. Say why the target changes: readers of the report are told.";

/// What has to be mended where the first answer came while the form was on its way.
pub fn overtaken() -> Vec<FieldError> {
    vec![FieldError::new(REASON, DUE)]
}

/// The warning beside a target, with the field for a reason; nothing while no answer is in.
pub fn asked(answers_are_in: bool, reason: &str, errors: &[FieldError]) -> Markup {
    let why = Field::new(REASON, "Why the target changes", Input::Line("text"))
        .value(reason)
        .hint("Needed only where you change it. The funder reads this sentence too.");
    html! {
        @if answers_are_in {
            p.notice {
                "Answers are in. A target that is changed now is no longer fixed in advance: the report and the funder’s page will say "
                "on which day it was changed, from what, to what, and why."
            }
            (field(&why, errors))
        }
    }
}

/// Why these targets are changed, with a line of it and of what changes `beside` them in the log; what has to be mended
/// where a reason is due and missing. Where a target changes, what readers of the report are told is why for the log,
/// too; where none does, it is no reason for anything.
pub async fn because(
    app: &App,
    (programme_id, project_id): (i64, Option<i64>),
    (home, altered, beside): (&str, &[String], &[String]),
    typed: &str,
) -> Result<Result<Because, Vec<FieldError>>, StoreError> {
    let mut reading = Reading::default();
    let reason = reading.for_the_log(REASON, typed);
    if !altered.is_empty() {
        if reason.is_empty() && app.store().answers_are_in(programme_id, project_id).await? {
            reading.wrong(REASON, DUE);
        }
    } else if !beside.is_empty() && LogLine::said().is_empty() && reasons::counts(app, programme_id, project_id).await?
    {
        reading.wrong(why::IN_ITS_FORM, why::DUE);
    }
    let because = match reading.finish(Because { reason, on: app.today() }) {
        Ok(because) => because,
        Err(errors) => return Ok(Err(errors)),
    };
    remark(home, altered.iter().chain(beside), &because.reason);
    Ok(Ok(because))
}

/// `awareness target 50% → 70%`, where the two are not the same.
pub fn from_to(what: &str, was: &str, becomes: &str) -> Option<String> {
    (was != becomes).then(|| format!("{what} {was} → {becomes}"))
}

/// The same of what is no number and no choice: that it changed, and not what anybody typed.
pub fn another(what: &str, was: &str, becomes: &str) -> Option<String> {
    (was != becomes).then(|| what.to_owned())
}

/// Has the log say which fields of a page changed.
pub fn remark<'a>(home: &str, changed: impl IntoIterator<Item = &'a String>, reason: &str) {
    let changed: Vec<&str> = changed.into_iter().map(String::as_str).collect();
    if !changed.is_empty() {
        LogLine::remark(format!("{home}: {}", changed.join("; ")), reason);
    }
}
