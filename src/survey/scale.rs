//! Sets of choices, and the jobs on tiles.

use serde::{Deserialize, Serialize};

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
    /// Stable short name, for options that become columns of their own (`food`) or show a job's picture (`vet`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// What the person reads.
    pub label: String,
    /// Choosing it opens a short text: "Something else: …", stored in the field `ITEM.typed`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub write_in: bool,
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

impl Look {
    /// Whether the question is a list of jobs, each with an answer of its own.
    pub fn lists_jobs(self) -> bool {
        matches!(self, Look::Tiles | Look::JobRows)
    }
}

impl Scale {
    /// The lowest and highest value; `None` where the scale has no options of its own.
    pub fn range(&self) -> Option<(i32, i32)> {
        let values = self.options.iter().map(|option| option.value);
        values.clone().min().zip(values.max())
    }
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
