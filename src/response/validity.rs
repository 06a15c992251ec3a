//! Whether answers are ones that the survey can have.

use std::collections::BTreeMap;

use thiserror::Error;

use super::{Answer, Answers, Missing};
use crate::survey::{Accepts, Field, ResponseOption, Survey, TEXT_LIMIT, Wave};

/// An answer that does not belong. It names the field and the rule and never shows the answer.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{field}: {rule}")]
pub struct AnswerProblem {
    /// The field, or only its item where the part is unknown, or “?” where even that is.
    pub field: String,
    /// The rule it breaks.
    pub rule: AnswerRule,
}

/// What every answer must obey.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum AnswerRule {
    /// There is no such field.
    #[error("this survey has no such field")]
    Known,
    /// The item is not asked at this wave.
    #[error("it is not asked at this wave")]
    Asked,
    /// A text stands where a number belongs.
    #[error("a text stands where a number belongs")]
    Number,
    /// A number stands where a text belongs.
    #[error("a number stands where a text belongs")]
    Text,
    /// The number is not one of the options.
    #[error("the number is not one of its options")]
    Option,
    /// The text is too long.
    #[error("the text is longer than {TEXT_LIMIT} characters")]
    Length,
}

impl Survey {
    /// Checks every answer of a response against the survey, in order of field name. Fields without
    /// an answer are no problem: people may skip anything.
    pub fn check_answers(&self, wave: Wave, answers: &Answers) -> Vec<AnswerProblem> {
        let fields: BTreeMap<String, Field> = self.fields().map(|field| (field.name.clone(), field)).collect();
        let problem = |field: &str, rule| Some(AnswerProblem { field: field.to_owned(), rule });
        let judge = |(name, answer): (&String, &Answer)| match fields.get(name) {
            // The name of an unknown field could be anything, so it is not repeated either.
            None => problem(self.item(name.split('.').next()?).map_or("?", |item| &item.id), AnswerRule::Known),
            Some(_) if *answer == Answer::Missing(Missing::NotAsked) => None,
            Some(field) if !field.item.waves.contains(&wave) => problem(name, AnswerRule::Asked),
            Some(field) => check(field.accepts, answer).err().and_then(|rule| problem(name, rule)),
        };
        answers.iter().filter_map(judge).collect()
    }
}

/// Checks one answer of a field; a missing code always fits.
fn check(accepts: Accepts, answer: &Answer) -> Result<(), AnswerRule> {
    let one_of = |options: &[ResponseOption], value: i32| options.iter().any(|option| option.value == value);
    match (accepts, answer) {
        (_, Answer::Missing(_)) => Ok(()),
        (Accepts::Options(options), Answer::Value(value)) if one_of(options, *value) => Ok(()),
        (Accepts::Tick, Answer::Value(0 | 1)) => Ok(()),
        (Accepts::Options(_) | Accepts::Tick, Answer::Value(_)) => Err(AnswerRule::Option),
        (Accepts::Options(_) | Accepts::Tick, Answer::Text(_)) => Err(AnswerRule::Number),
        (Accepts::Text { .. }, Answer::Text(text)) if text.chars().count() <= TEXT_LIMIT => Ok(()),
        (Accepts::Text { .. }, Answer::Text(_)) => Err(AnswerRule::Length),
        (Accepts::Text { buttons: [] }, Answer::Value(_)) => Err(AnswerRule::Text),
        (Accepts::Text { buttons }, Answer::Value(value)) if one_of(buttons, *value) => Ok(()),
        (Accepts::Text { .. }, Answer::Value(_)) => Err(AnswerRule::Option),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::survey::Library;

    fn problems(id: &str, wave: Wave, answers: &[(&str, Answer)]) -> Vec<String> {
        let answers = answers.iter().map(|(name, answer)| ((*name).to_owned(), answer.clone())).collect();
        let library = Library::embedded();
        let survey = &library.newest(id).expect("an embedded survey").survey;
        survey.check_answers(wave, &answers).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn good_answers_and_missing_codes_pass() {
        let answers = [
            ("K2-AW1.vet", Answer::Value(1)),
            ("K2-CF1", Answer::Missing(Missing::DontKnow)),
            ("K2-AS1", Answer::Text("vet".into())),
            ("K2-TI1", Answer::Missing(Missing::NotAsked)),
        ];
        assert_eq!(problems("ks2", Wave::Pre, &answers), Vec::<String>::new());
        assert_eq!(problems("ks2", Wave::Pre, &[("K2-AS1", Answer::Value(0))]), Vec::<String>::new());
    }

    #[test]
    fn every_broken_rule_is_named_and_no_answer_is_shown() {
        let answers = [
            ("K2-AW1.astronaut", Answer::Value(1)),
            ("K2-CF1", Answer::Value(5)),
            ("K2-CF2", Answer::Text("secret".into())),
            ("K2-FB3", Answer::Value(4)),
            ("K2-PR1", Answer::Value(1)),
            ("K2-TK1", Answer::Value(3)),
            ("Fatima", Answer::Value(1)),
        ];
        assert_eq!(
            problems("ks2", Wave::PostSame, &answers),
            [
                "?: this survey has no such field",
                "K2-AW1: this survey has no such field",
                "K2-CF1: the number is not one of its options",
                "K2-CF2: a text stands where a number belongs",
                "K2-FB3: a number stands where a text belongs",
                "K2-PR1: it is not asked at this wave",
                "K2-TK1: it is not asked at this wave",
            ]
        );
    }

    #[test]
    fn a_text_is_counted_in_characters() {
        assert_eq!(problems("ks2", Wave::PostSame, &[("K2-FB3", Answer::Text("ż".repeat(200)))]), Vec::<String>::new());
        assert_eq!(
            problems("ks2", Wave::PostSame, &[("K2-FB3", Answer::Text("ż".repeat(201)))]),
            ["K2-FB3: the text is longer than 200 characters"]
        );
    }
}
