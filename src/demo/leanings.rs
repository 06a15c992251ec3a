//! How people lean in each question, and the texts they type: read from the files beside this one.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::survey::ResponseOption;

/// Chances of the answers, by item.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Leanings {
    pub(super) rating: BTreeMap<String, Rating>,
    pub(super) who: BTreeMap<String, Who>,
    pub(super) choice: BTreeMap<String, Weights>,
    pub(super) multi: BTreeMap<String, Weights>,
    /// How easily each job is known, by job.
    pub(super) ease: BTreeMap<String, f64>,
}

/// A hidden number that is cut into the values of a scale.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rating {
    #[serde(default)]
    pub(super) factor: Factor,
    /// Where one value ends and the next begins, in rising order.
    pub(super) cuts: Vec<f64>,
    /// How far the sessions move it.
    #[serde(default)]
    pub(super) gain: f64,
    /// A high trait gives a low value.
    #[serde(default)]
    pub(super) reverse: bool,
    /// Share of "don't know".
    #[serde(default = "usual_unsure")]
    pub(super) unsure: f64,
}

/// The trait that moves a rating.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Factor {
    #[default]
    General,
    Talk,
}

/// Who can do a job.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Who {
    /// Log-odds of "anyone" before.
    pub(super) anyone: f64,
    /// The value of the usual other answer.
    #[serde(rename = "else")]
    pub(super) usual: i32,
}

/// Weights or chances of options, by key or, for options without one, by value.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Weights {
    pub(super) before: BTreeMap<String, f64>,
    /// At later waves; the same as before where absent.
    #[serde(default)]
    pub(super) after: BTreeMap<String, f64>,
    /// The option of families who have not talked at all.
    #[serde(default)]
    pub(super) not_talked: Option<String>,
}

/// What people type.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Texts {
    pub(super) aspirations: BTreeMap<String, Aspirations>,
    pub(super) remarks: BTreeMap<String, Remarks>,
    pub(super) quote: Vec<Quote>,
}

/// Jobs that children would like.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Aspirations {
    #[serde(default)]
    pub(super) before: Vec<String>,
    #[serde(default)]
    pub(super) after: Vec<String>,
    /// Typed beside a list that does not have it.
    #[serde(default)]
    pub(super) other: Vec<String>,
}

/// Short answers to an open question.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Remarks {
    /// Share of people who write one.
    pub(super) share: f64,
    pub(super) texts: Vec<String>,
}

/// What a parent or carer wrote.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Quote {
    /// 0 private, 1 no name, 2 role and area.
    pub(super) consent: i32,
    pub(super) text: String,
}

/// The files that come with the program.
///
/// # Errors
/// Where a file is not what it should be; a test reads both, so a released program never meets this.
pub(super) fn read() -> Result<(Leanings, Texts), toml::de::Error> {
    Ok((toml::from_str(include_str!("answers.toml"))?, toml::from_str(include_str!("texts.toml"))?))
}

impl Weights {
    /// The weight of each option; all alike where none is named.
    pub(super) fn of(&self, options: &[ResponseOption], later: bool) -> Vec<f64> {
        let named = if later && !self.after.is_empty() { &self.after } else { &self.before };
        options.iter().map(|option| named.get(&name_of(option)).copied().unwrap_or(0.0)).collect()
    }

    /// The place of the option for those who have not talked.
    pub(super) fn silent(&self, options: &[ResponseOption]) -> Option<usize> {
        let name = self.not_talked.as_ref()?;
        options.iter().position(|option| name_of(option) == *name)
    }
}

fn name_of(option: &ResponseOption) -> String {
    option.key.clone().unwrap_or_else(|| option.value.to_string())
}

fn usual_unsure() -> f64 {
    0.013
}
