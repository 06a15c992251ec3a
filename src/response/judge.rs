//! What a stored response turns out to be when it is read: pure, so that reading again gives the same.

use crate::survey::{Library, Survey};

use super::{Envelope, ResponseId};

/// A response that can be scored.
#[derive(Debug, Clone)]
pub struct Accepted {
    /// What was sent.
    pub envelope: Envelope,
    /// Whether every question was reached.
    pub complete: bool,
}

/// Why a stored response cannot be scored. Never holds an answer or a card code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// It is not a response, or it breaks its questionnaire's rules.
    Invalid(String),
    /// It was answered on a survey version that is not known here.
    UnknownVersion,
}

/// Reads a response's bytes and holds them against the survey version they were answered on.
///
/// # Errors
/// Says which field breaks which rule, or that the version is unknown; a later rebuild judges again.
pub fn judge<'l>(id: &str, bytes: &[u8], library: &'l Library) -> Result<(Accepted, &'l Survey), Fault> {
    let invalid = |why: &str| Fault::Invalid(why.to_owned());
    let envelope: Envelope = serde_json::from_slice(bytes).map_err(|error| Fault::Invalid(unreadable(&error)))?;
    if envelope.schema != 1 {
        return Err(invalid("it was made by a newer version of Pencilmark"));
    }
    if ResponseId::parse(id).ok().as_ref() != Some(&envelope.id) {
        return Err(invalid("the id inside differs from the id it was sent under"));
    }
    if !is_key(&envelope.session) {
        return Err(invalid("its session is not the key of one"));
    }
    if envelope.role != envelope.animal.role() {
        return Err(invalid("the role does not fit the picture"));
    }
    let version = library.by_hash(&envelope.version).ok_or(Fault::UnknownVersion)?;
    let survey = &version.survey;
    if survey.id != envelope.survey {
        return Err(invalid("the survey's name does not fit its version"));
    }
    let problems = survey.check_answers(envelope.wave, &envelope.answers);
    if !problems.is_empty() {
        let listed: Vec<String> = problems.iter().map(ToString::to_string).collect();
        return Err(Fault::Invalid(listed.join("; ")));
    }
    let complete = envelope.is_complete();
    Ok((Accepted { envelope, complete }, survey))
}

/// Whether a text can be a session's key at all: letters and digits, as in its address.
pub fn is_key(text: &str) -> bool {
    (1..=32).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// What is wrong with the JSON, without a word of its content: serde quotes values in some messages.
fn unreadable(error: &serde_json::Error) -> String {
    use serde_json::error::Category;
    match error.classify() {
        Category::Syntax | Category::Eof => {
            format!("it is not JSON (line {}, column {})", error.line(), error.column())
        }
        Category::Data | Category::Io => {
            format!("it is JSON, but not a response (line {}, column {})", error.line(), error.column())
        }
    }
}
