//! Questionnaires as data: what is asked, of whom, when, and how it becomes a score.
//!
//! A survey is a file in `surveys/` (see `docs/survey-format.md`); no wording lives in Rust.
//! A published version is immutable and known by its content hash.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::person::KeyStage;

mod wave;

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

/// A set of choices and the way it is drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scale {
    /// How it looks and is answered.
    pub look: Look,
    /// Whether the options have an order. Reverse scoring and means need one.
    pub level: Level,
    /// The choices, in order. Empty where each item lists its own, and for text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<ResponseOption>,
}

/// One choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResponseOption {
    /// The stored value, zero or more; negative numbers are kept for missing codes.
    pub value: i32,
    /// What the person reads.
    pub label: String,
    /// Stable short name, for options that become columns of their own (`the_food`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

/// Measurement level, in the words of SPSS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Categories without order.
    Nominal,
    /// Ordered categories.
    Ordinal,
    /// Free text: nothing to order or count.
    Text,
}

/// The kinds of question a page knows how to draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Look {
    /// Job tiles, each tapped on or left.
    Tiles,
    /// Three big thumbs.
    Thumbs,
    /// Pencils of growing length.
    Pencils,
    /// Happy faces of growing smile.
    Faces,
    /// Two children in speech bubbles, sides swapped per child; then "a bit" or "really".
    TwoChildren,
    /// Three pictures with "Anyone" in the middle, outer two swapped per child.
    Who,
    /// Calendar pictures.
    Calendar,
    /// Plain buttons with words.
    Buttons,
    /// A row of buttons beside each job.
    JobRows,
    /// Pick one from a list.
    One,
    /// Pick any from a list; each option is its own 0/1 answer.
    Multi,
    /// A short text.
    Text,
}

/// A job on a tile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// What the tile says.
    pub label: String,
    /// Plain meaning, spoken on hold; empty for a foil.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub plain: String,
    /// Whether the job does not exist: a check on over-claiming, never scored as known.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub foil: bool,
    /// Sector, for aspirations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sector: Option<String>,
}

/// A question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Stable id, the same in every version that asks the same thing: `K2-CF1`.
    pub id: String,
    /// Part of the short version.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub core: bool,
    /// Name of the scale in [`Survey::scales`].
    pub scale: String,
    /// The waves at which it is asked.
    pub waves: Vec<Wave>,
    /// The wording; where `after` is absent the wording is the same at every wave.
    pub text: Text,
    /// The two statements of a two-children item, first and second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub children: Option<[String; 2]>,
    /// Job ids of the tiles or rows, in file order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub jobs: Vec<String>,
    /// Choices of this item alone, where its scale has none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<ResponseOption>,
    /// Asks how often something happens at home: never on the day of the before.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub home_frequency: bool,
    /// A retrospective pair: `then` first, then `now`, each on this item's scale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retrospective: Option<Retrospective>,
    /// The value a practice question is known to have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_answer: Option<i32>,
    /// Shown only where this other item has an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only_after: Option<String>,
    /// Hard words with their plain meaning.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub glossary: BTreeMap<String, String>,
    /// Planned time in seconds.
    pub seconds: u16,
}

/// The wording of an item at the before and, if different, afterwards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// At the before, and at every wave if `after` is absent. Empty for items never asked before.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub before: String,
    /// At every wave but the before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// The two questions of a retrospective pair.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retrospective {
    /// "Think back to before you came…"
    pub then: String,
    /// "…and now?"
    pub now: String,
    /// Choices of both, lowest first.
    pub options: Vec<ResponseOption>,
}

/// What is being measured, and how the answers become a number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measure {
    /// Short id shared by the surveys that measure the same thing: `AWR`.
    pub id: String,
    /// What people call it: "Job roles known".
    pub title: String,
    /// How much rests on it.
    pub rank: Rank,
    /// The items it is made of.
    pub items: Vec<String>,
    /// The items that are turned round before scoring: score = min + max − value.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reversed: Vec<String>,
    /// How the items become one number.
    pub rule: Rule,
    /// How many of the items (or tiles' lists) must be answered.
    pub needs: u16,
    /// Whether a higher score is the hoped-for direction. Signs are never flipped.
    pub higher_is_better: bool,
    /// The lowest item value that counts as positive or regular, where the measure has such a cut.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub positive_from: Option<i32>,
    /// What a positive answer is called: "positive", "weekly or more".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub positive_word: Option<String>,
    /// Which later wave the headline compares the before with.
    #[serde(default)]
    pub headline: Comparison,
}

/// How much rests on a measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rank {
    /// One of the three the programme promised; may be tested.
    Primary,
    /// Reported with an interval, never called significant.
    Secondary,
    /// Described only.
    Describe,
}

/// How items become one number. Every rule gives an integer over a denominator that is fixed by
/// the survey's content, so that differences, ties and zeros are exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// Real jobs tapped (or answered at the top code, for job rows): a count out of the list's length.
    CountJobs,
    /// The value of the one item.
    Value,
    /// Mean of the answered items, as percent of the maximum possible (POMP, 0 to 100).
    MeanPomp,
    /// Share of the answered items whose value is at or above `positive_from` (0 to 100).
    ShareAtLeast,
}

/// Which answers are set beside the before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    /// The best available *after* (see [`Wave::AFTERS`]).
    #[default]
    After,
    /// The follow-up.
    Later,
}

impl Comparison {
    /// The stored code: `after` or `later`.
    pub fn code(self) -> &'static str {
        match self {
            Comparison::After => "after",
            Comparison::Later => "later",
        }
    }

    /// Reads a stored code; `None` for anything else.
    pub fn from_code(code: &str) -> Option<Comparison> {
        [Comparison::After, Comparison::Later].into_iter().find(|c| c.code() == code)
    }
}

impl Survey {
    /// The items asked at a wave, in order.
    pub fn items_at(&self, wave: Wave) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(move |item| item.waves.contains(&wave))
    }

    /// The item with this id.
    pub fn item(&self, id: &str) -> Option<&Item> {
        self.items.iter().find(|item| item.id == id)
    }

    /// The measure with this id.
    pub fn measure(&self, id: &str) -> Option<&Measure> {
        self.measures.iter().find(|measure| measure.id == id)
    }

    /// The choices of an item: its own, or its scale's.
    pub fn options_of<'a>(&'a self, item: &'a Item) -> &'a [ResponseOption] {
        if item.options.is_empty() {
            self.scales.get(&item.scale).map_or(&[], |scale| &scale.options)
        } else {
            &item.options
        }
    }
}

impl Item {
    /// The wording at a wave.
    pub fn text_at(&self, wave: Wave) -> &str {
        match (&self.text.after, wave) {
            (Some(after), later) if later != Wave::Pre => after,
            _ => &self.text.before,
        }
    }
}
