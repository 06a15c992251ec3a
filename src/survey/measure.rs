//! What is being measured, and how answers become a number.

use serde::{Deserialize, Serialize};

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
    /// How many of the items must be answered (or, for job lists, seen). A file that leaves it out means all.
    #[serde(default)]
    pub needs: u16,
    /// No score for anyone who claimed to know a foil at this wave: the over-claiming check.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unless_foil: bool,
    /// Whether a higher score is the hoped-for direction. Signs are never flipped.
    #[serde(default = "yes")]
    pub higher_is_better: bool,
    /// The lowest item value (after reversing) that counts as positive or regular, where there is such a cut.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub positive_from: Option<i32>,
    /// What a positive answer is called: "agree", "about weekly or more".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub positive_word: Option<String>,
    /// Which later wave the headline compares the before with.
    #[serde(default)]
    pub headline: Comparison,
}

fn yes() -> bool {
    true
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

impl Rank {
    /// The word in survey files and downloads.
    pub fn code(self) -> &'static str {
        match self {
            Rank::Primary => "primary",
            Rank::Secondary => "secondary",
            Rank::Describe => "describe",
        }
    }
}

impl Rule {
    /// The word in survey files and downloads.
    pub fn code(self) -> &'static str {
        match self {
            Rule::CountJobs => "count_jobs",
            Rule::Value => "value",
            Rule::MeanPomp => "mean_pomp",
            Rule::ShareAtLeast => "share_at_least",
        }
    }
}

/// Which answers are set beside the before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    /// The best available *after* (see [`super::Wave::AFTERS`]).
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
