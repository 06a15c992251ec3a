//! A column of the wide file: what it is called, what it means and where its values come from.

use crate::response::Missing;

use super::slot::Slot;

/// A column of the wide file.
#[derive(Debug, Clone)]
pub struct Column {
    /// Its name: `k2_cf1_pre`.
    pub name: String,
    /// The wording and the wave, in words.
    pub label: String,
    /// The surveys it comes from.
    pub form: String,
    /// The field or measure it comes from.
    pub item: String,
    /// Nominal, ordinal, scale or text.
    pub level: &'static str,
    /// Every code with its label.
    pub codes: Vec<(i32, String)>,
    /// Every code that is a word, with its label, where a text is one of a few.
    pub words: Vec<(String, String)>,
    /// What missing codes it can hold.
    pub lacks: Lacks,
    /// What a reader has to know.
    pub notes: String,
    /// Where its values come from.
    pub source: Source,
}

impl Column {
    /// The place its values belong to.
    pub fn slot(&self) -> Option<Slot> {
        match &self.source {
            Source::Person(_) => None,
            Source::About(slot, _)
            | Source::Flag(slot, _)
            | Source::Score(slot, ..)
            | Source::Answer(slot, _)
            | Source::Typed(slot, _) => Some(*slot),
        }
    }

    /// Whether it holds words rather than numbers.
    pub fn is_text(&self) -> bool {
        self.level == "text"
    }
}

/// The missing codes a column can hold, as its readers are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lacks {
    /// None: nothing is missing, or missing is an empty text.
    Nothing,
    /// Not asked, or unknown.
    Fact,
    /// Any of the reasons a person or a tablet can give.
    Answer,
    /// Not asked, or not enough answers.
    Score,
}

impl Lacks {
    /// Each code with its meaning here.
    pub fn codes(self) -> Vec<(Missing, &'static str)> {
        match self {
            Lacks::Nothing => Vec::new(),
            Lacks::Fact => {
                vec![(Missing::NotAsked, "Does not apply, or no answers at this wave"), (Missing::Lost, "Not known")]
            }
            Lacks::Answer => Missing::ALL.into_iter().map(|missing| (missing, missing.label())).collect(),
            Lacks::Score => {
                vec![
                    (Missing::NotAsked, "Not asked, or no answers at this wave"),
                    (Missing::Lost, "Too few answers for a score"),
                ]
            }
        }
    }
}

/// Where the values of a column come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// The person.
    Person(Attribute),
    /// The response that stands in the place.
    About(Slot, Fact),
    /// A sign of doubt about it, by code.
    Flag(Slot, &'static str),
    /// A measure's score.
    Score(Slot, String, Shape),
    /// The value of a field, turned round where so said.
    Answer(Slot, Kind),
    /// The text of a field.
    Typed(Slot, String),
}

/// What is known of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attribute {
    Person,
    Family,
    Role,
    SchoolYear,
    KeyStage,
    Project,
    Area,
    Sessions,
}

/// What is known of a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fact {
    Session,
    Wave,
    Survey,
    Language,
    Mode,
    OwnYes,
    Helper,
    Words,
    Seconds,
}

/// How a score is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// 0 to 100.
    Index,
    /// The item's own code.
    Code,
    /// 1 where the code reaches the measure's cut, else 0.
    Positive,
}

/// A field, and how its value is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kind {
    /// The field.
    pub field: String,
    /// Lowest + highest value, where the value is turned round: sum − value.
    pub turned: Option<i32>,
    /// The code that says a text was typed, where one can be.
    pub typed: Option<i32>,
}
