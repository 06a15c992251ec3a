//! Who said that a child may answer, and how. That a person said yes themselves is in there being an answer: a *no*
//! is only ever a count.

use serde::{Deserialize, Serialize};

/// How permission for a child was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GivenBy {
    /// A grown-up of the family, on the tablet.
    Family,
    /// The school told families beforehand and keeps the list of those who said no.
    School,
    /// A grown-up of the family, on paper.
    Paper,
}

impl GivenBy {
    /// Every way.
    pub const ALL: [GivenBy; 3] = [GivenBy::Family, GivenBy::School, GivenBy::Paper];

    /// The stored code.
    pub fn code(self) -> &'static str {
        match self {
            GivenBy::Family => "family",
            GivenBy::School => "school",
            GivenBy::Paper => "paper",
        }
    }

    /// What people read.
    pub fn words(self) -> &'static str {
        match self {
            GivenBy::Family => "a grown-up of the family, on the tablet",
            GivenBy::School => "by the school’s notice to families",
            GivenBy::Paper => "a grown-up of the family, on paper",
        }
    }

    /// Reads a stored code; `None` for anything else.
    pub fn from_code(code: &str) -> Option<GivenBy> {
        GivenBy::ALL.into_iter().find(|way| way.code() == code)
    }
}
