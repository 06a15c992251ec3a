//! The questionnaire as a browser without script posts it.
//!
//! Controls are named like the fields they answer and hold the stored codes. A box that is not ticked
//! is not posted, so ticks are zeros here; everything else that is not posted was skipped. A missing
//! code is posted under the field's name or, for an item with several fields, under the item's.

use thiserror::Error;

use crate::survey::{Accepts, Condition, Field, Item, Look, Survey, TEXT_LIMIT};

use super::{Answer, Answers, Envelope, Missing};

/// Why a posted form is not a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum FormError {
    /// The hidden field that says who, when and what is missing or damaged.
    #[error("the form has lost the line that says whose it is")]
    Envelope,
    /// The version it was answered on is not here.
    #[error("the questionnaire it was answered on is not known here")]
    Version,
}

/// Reads a posted form: its names and values in the order they came. `survey` finds a version by its hash.
///
/// # Errors
/// If its envelope cannot be read, or its version is unknown. Odd answers are no error: they are read
/// as they are and judged when the response is.
pub fn read_form<'a>(
    posted: &[(String, String)],
    finished_ms: i64,
    survey: impl Fn(&str) -> Option<&'a Survey>,
) -> Result<Envelope, FormError> {
    let json = values(posted, "envelope").next().ok_or(FormError::Envelope)?;
    let mut envelope: Envelope = serde_json::from_str(json).map_err(|_| FormError::Envelope)?;
    let survey = survey(&envelope.version).ok_or(FormError::Version)?;
    envelope.finished_ms = finished_ms.max(envelope.started_ms);
    envelope.answers = Answers::new();
    for item in survey.items.iter().filter(|item| item.waves.contains(&envelope.wave)) {
        read_item(survey, item, posted, &mut envelope.answers);
    }
    if let Some(helper) = coded(posted, "helper") {
        envelope.helper = Some(helper);
    }
    if let Some(about) = coded(posted, "about") {
        envelope.about = Some(about);
    }
    Ok(envelope)
}

fn read_item(survey: &Survey, item: &Item, posted: &[(String, String)], answers: &mut Answers) {
    let fields = survey.fields_of(item);
    let asked = |field: &Field| values(posted, &field.name).next().is_some();
    if item.optional && !fields.iter().any(asked) {
        return;
    }
    if !item.only_after.is_empty() && !item.only_after.iter().any(|condition| holds(condition, answers)) {
        answers.extend(fields.into_iter().map(|field| (field.name, Answer::Missing(Missing::NotAsked))));
        return;
    }
    let look = survey.scale_of(item).map(|scale| scale.look);
    let is_list = matches!(look, Some(Look::Tiles | Look::Multi));
    let ticked = fields.iter().any(|field| value(posted, &field.name).is_some());
    let aside = missing(posted, &item.id);
    for field in fields {
        let answer = match field.accepts {
            Accepts::Text { .. } => text(posted, &field.name),
            _ => value(posted, &field.name),
        };
        let nothing = || match missing(posted, &field.name).or(aside) {
            Some(reason) => Answer::Missing(reason),
            None if is_list && matches!(field.accepts, Accepts::Options(_) | Accepts::Tick) => Answer::Value(0),
            None => Answer::Missing(Missing::Skipped),
        };
        let answer = match answer {
            Some(answer) => answer,
            // Once one box is ticked the list was answered, whatever else was tapped below it.
            None if is_list && ticked && !matches!(field.accepts, Accepts::Text { .. }) => Answer::Value(0),
            None => nothing(),
        };
        answers.insert(field.name, answer);
    }
}

fn holds(condition: &Condition, answers: &Answers) -> bool {
    match answers.get(&condition.item) {
        Some(Answer::Value(value)) => condition.is.is_empty() || condition.is.contains(value),
        Some(Answer::Text(_)) => condition.is.is_empty(),
        _ => false,
    }
}

fn values<'a>(posted: &'a [(String, String)], name: &str) -> impl Iterator<Item = &'a str> {
    posted.iter().filter(move |(posted, _)| posted == name).map(|(_, value)| value.trim())
}

fn value(posted: &[(String, String)], name: &str) -> Option<Answer> {
    values(posted, name).filter_map(|value| value.parse().ok()).find(|value| *value >= 0).map(Answer::Value)
}

fn missing(posted: &[(String, String)], name: &str) -> Option<Missing> {
    values(posted, name).filter_map(|value| value.parse().ok()).find_map(Missing::from_code)
}

/// What was typed, else the value of a button beside the text. The text stands first in the form.
fn text(posted: &[(String, String)], name: &str) -> Option<Answer> {
    let mut posted = values(posted, name);
    match posted.next() {
        None | Some("") => posted.filter_map(|value| value.parse().ok()).find(|value| *value >= 0).map(Answer::Value),
        Some(typed) => Some(Answer::Text(typed.chars().take(TEXT_LIMIT).collect())),
    }
}

fn coded<T: serde::de::DeserializeOwned>(posted: &[(String, String)], name: &str) -> Option<T> {
    let code = values(posted, name).next()?;
    serde_json::from_value(serde_json::Value::String(code.to_owned())).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::response::Helper;
    use crate::survey::{Library, Wave};

    fn envelope(survey: &str, wave: Wave) -> String {
        let known = serde_json::json!({
            "schema": 1, "id": "07".repeat(16), "session": "AB12CD34", "card": "PENC4T", "animal": "fox",
            "role": "child", "wave": wave, "survey": survey, "version": survey, "started_ms": 1_000,
            "finished_ms": 1_000, "answers": {},
        });
        known.to_string()
    }

    fn read(survey: &str, wave: Wave, fields: &[(&str, &str)]) -> Envelope {
        let library = Library::embedded();
        let json = envelope(survey, wave);
        let posted: Vec<(String, String)> = std::iter::once(("envelope", &*json))
            .chain(fields.iter().copied())
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        read_form(&posted, 9_000, |id| library.newest(id).map(|version| &version.survey)).expect("a whole form")
    }

    #[test]
    fn ticks_not_posted_are_zeros_and_choices_not_posted_are_skipped() {
        let read = read("ks2", Wave::Pre, &[("K2-AW1.vet", "1"), ("K2-CF1", "4"), ("helper", "parent")]);
        assert!(read.answers["K2-AW1.vet"] == Answer::Value(1));
        assert!(read.answers["K2-AW1.chef"] == Answer::Value(0));
        assert!(read.answers["K2-CF1"] == Answer::Value(4));
        assert!(read.answers["K2-CF3"] == Answer::Missing(Missing::Skipped));
        assert_eq!((read.helper, read.finished_ms), (Some(Helper::Parent), 9_000));
    }

    #[test]
    fn a_list_nobody_wanted_to_answer_is_missing_not_zero() {
        let read = read("ks2", Wave::Pre, &[("K2-AW1", "-1")]);
        assert!(read.answers["K2-AW1.chef"] == Answer::Missing(Missing::DontKnow));
    }

    #[test]
    fn a_text_wins_over_the_button_beside_it() {
        let typed = read("ks2", Wave::Pre, &[("K2-AS1", " vet "), ("K2-AS1", "0")]);
        assert!(typed.answers["K2-AS1"] == Answer::Text("vet".to_owned()));
        let button = read("ks2", Wave::Pre, &[("K2-AS1", ""), ("K2-AS1", "0")]);
        assert!(button.answers["K2-AS1"] == Answer::Value(0));
        let empty = read("ks2", Wave::Pre, &[("K2-AS1", "")]);
        assert!(empty.answers["K2-AS1"] == Answer::Missing(Missing::Skipped));
    }

    #[test]
    fn what_depends_on_an_answer_that_is_not_there_was_not_asked() {
        let without = read("parent", Wave::PostSame, &[("PA-FB2", ""), ("PA-FB3", "1")]);
        assert!(without.answers["PA-FB3"] == Answer::Missing(Missing::NotAsked));
        let with = read("parent", Wave::PostSame, &[("PA-FB2", "Ask her more."), ("PA-FB3", "1")]);
        assert!(with.answers["PA-FB3"] == Answer::Value(1));
        assert!(!with.answers.contains_key("PA-RT1.then"), "an extra is not asked");
    }

    #[test]
    fn every_field_of_a_wave_gets_an_answer() {
        let library = Library::embedded();
        for version in library.all() {
            for wave in Wave::ALL {
                let read = read(&version.survey.id, wave, &[]);
                let extra = |name: &str| version.survey.extras_at(wave).any(|item| name.starts_with(&*item.id));
                for field in version.survey.fields_at(wave).filter(|field| !extra(&field.name)) {
                    assert!(read.answers.contains_key(&field.name), "{} at {}", field.name, wave.code());
                }
            }
        }
    }

    #[test]
    fn a_form_without_its_envelope_is_refused() {
        let known = Library::embedded();
        let find = |id: &str| known.newest(id).map(|version| &version.survey);
        assert!(matches!(read_form(&[], 1, find), Err(FormError::Envelope)));
        let posted = [("envelope".to_owned(), envelope("gone", Wave::Pre))];
        assert!(matches!(read_form(&posted, 1, find), Err(FormError::Version)));
    }
}
