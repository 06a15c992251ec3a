//! Who said that a child may answer, and how. A *no* is only ever a count.

use serde::{Deserialize, Serialize};

/// What a person notes of answers that came without a word on permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GivenAfterwards {
    /// It was given in one of the usual ways.
    As(GivenBy),
    /// A grown-up said yes to somebody of the team, who was named or can be asked.
    Aloud,
}

impl GivenAfterwards {
    /// Every way.
    pub const ALL: [GivenAfterwards; 4] = [
        GivenAfterwards::As(GivenBy::Paper),
        GivenAfterwards::Aloud,
        GivenAfterwards::As(GivenBy::School),
        GivenAfterwards::As(GivenBy::Family),
    ];

    /// The stored code.
    pub fn code(self) -> &'static str {
        match self {
            GivenAfterwards::As(way) => way.code(),
            GivenAfterwards::Aloud => "aloud",
        }
    }

    /// What people read.
    pub fn words(self) -> &'static str {
        match self {
            GivenAfterwards::As(way) => way.words(),
            GivenAfterwards::Aloud => "a grown-up of the family, aloud to somebody of the team",
        }
    }

    /// Reads a stored code; `None` for anything else.
    pub fn from_code(code: &str) -> Option<GivenAfterwards> {
        GivenAfterwards::ALL.into_iter().find(|way| way.code() == code)
    }
}

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
