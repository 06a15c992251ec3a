//! What sort of scores a measure has, said or guessed.

use crate::statistics::PairTable;

/// What the numbers of a measure are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// How many: zero means none, so a percent change makes sense.
    Count,
    /// Answer categories in order.
    Ordinal,
    /// Yes or no, 1 or 0.
    Binary,
    /// A score of several items, or a measurement.
    Scale,
}

impl Kind {
    /// A guess from the scores seen: binary for 0 and 1, ordinal for up to seven neighbouring whole codes,
    /// count for whole numbers from 0 on, else scale.
    pub fn guess(scores: &PairTable) -> Self {
        let whole = scores.unit().denominator() == 1;
        let seen = scores.categories();
        let (first, last) = (seen.first().copied().unwrap_or(0), seen.last().copied().unwrap_or(0));
        if whole && (0..=1).contains(&first) && last <= 1 {
            Self::Binary
        } else if whole && first >= 0 && last - first < 7 && last <= 10 {
            Self::Ordinal
        } else if whole && first >= 0 {
            Self::Count
        } else {
            Self::Scale
        }
    }

    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Ordinal => "ordinal",
            Self::Binary => "binary",
            Self::Scale => "scale",
        }
    }
}
