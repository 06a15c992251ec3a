//! Questionnaires as data: what is asked, of whom, when, and how it becomes a score.
//!
//! A survey is a file in `surveys/` (see `docs/survey-format.md`); no wording lives in Rust.
//! A published version is immutable and known by its content hash.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::person::KeyStage;

mod draft;
mod field;
mod item;
mod library;
mod measure;
mod problem;
mod recording;
mod rules;
mod scale;
mod source;
mod summary;
mod watchwords;
mod wave;

pub use draft::check;
pub use field::{Accepts, Field, TEXT_LIMIT};
pub use item::{Condition, Item, Retrospective, TextWhen};
pub use library::{Library, Refused};
pub use measure::{Comparison, Measure, Rank, Rule};
pub use problem::Problem;
pub use recording::{Recording, Recordings, check_recordings};
pub use scale::{Job, Level, Look, ResponseOption, Scale};
pub use summary::check_report;
pub use watchwords::Watchwords;
pub use wave::Wave;

/// One published version of a questionnaire, everything resolved: scales, jobs and texts are inside.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Survey {
    /// Short name, the same for every version: `ks2`.
    pub id: String,
    /// Counts up with each published version.
    pub version: u32,
    /// What people call it: "Child, Key Stage 2 (ages 7–11)".
    pub title: String,
    /// Who answers it.
    pub audience: Audience,
    /// Language of every text in it, as a BCP 47 tag.
    pub language: String,
    /// Height of a tap target in CSS pixels: 72, 56 or 48 by age.
    pub target_px: u16,
    /// What is said around the questions.
    pub words: Words,
    /// The sets of choices, by name.
    pub scales: BTreeMap<String, Scale>,
    /// The jobs shown as tiles, real and foil, by id.
    pub jobs: BTreeMap<String, Job>,
    /// The questions, in the order they are asked.
    pub items: Vec<Item>,
    /// What the answers measure.
    pub measures: Vec<Measure>,
}

/// A survey with the hash that names this exact content for ever.
#[derive(Debug, Clone, PartialEq)]
pub struct SurveyVersion {
    /// Lower-case hexadecimal SHA-256 of the survey's canonical JSON.
    pub hash: String,
    /// The content.
    pub survey: Survey,
}

/// Who answers a survey, and so which survey a person is offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "who")]
pub enum Audience {
    /// Children of one key stage.
    Child {
        /// The key stage whose school years fit.
        key_stage: KeyStage,
    },
    /// Parents, carers and other grown-ups with a child.
    Adult,
    /// Anyone at a one-off event.
    Event,
}

/// The words around the questions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    /// Said before the first question. May hold `[animal]`.
    pub opening: String,
    /// Said before the job tiles, where there are any; the same at every wave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before_jobs: Option<String>,
    /// Said at the end.
    pub closing: String,
}

impl Survey {
    /// The items asked at a wave, in order, without the extras.
    pub fn items_at(&self, wave: Wave) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(move |item| !item.optional && item.waves.contains(&wave))
    }

    /// The extras of a wave, which nobody is asked yet.
    pub fn extras_at(&self, wave: Wave) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(move |item| item.optional && item.waves.contains(&wave))
    }

    /// The item with this id.
    pub fn item(&self, id: &str) -> Option<&Item> {
        self.items.iter().find(|item| item.id == id)
    }

    /// The measure with this id.
    pub fn measure(&self, id: &str) -> Option<&Measure> {
        self.measures.iter().find(|measure| measure.id == id)
    }

    /// How an item looks and is answered.
    pub fn scale_of(&self, item: &Item) -> Option<&Scale> {
        self.scales.get(&item.scale)
    }

    /// The choices of an item: its own, or its scale's.
    pub fn options_of<'a>(&'a self, item: &'a Item) -> &'a [ResponseOption] {
        if item.options.is_empty() {
            self.scales.get(&item.scale).map_or(&[], |scale| &scale.options)
        } else {
            &item.options
        }
    }

    /// The real jobs of an item's list, without foils, in order.
    pub fn real_jobs<'a>(&'a self, item: &'a Item) -> impl Iterator<Item = &'a str> {
        item.jobs.iter().map(String::as_str).filter(|&id| self.jobs.get(id).is_some_and(|job| !job.foil))
    }

    /// Seals the survey under the hash of its content.
    ///
    /// The canonical form is the JSON that serde writes: fields in the order of the types, maps by
    /// key, absent things left out. Comments and layout of the file do not enter it.
    pub fn seal(self) -> SurveyVersion {
        let json = serde_json::to_vec(&self).expect("a survey is plain data with text keys, as JSON has them");
        let hash = crate::system::hex(&Sha256::digest(&json));
        SurveyVersion { hash, survey: self }
    }
}
