//! What may speak against relying on a pair: reasons to look at a result again without some of its people.

/// One reason to leave a pair out and look again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Doubt {
    /// A parent or carer helped with the before or the after.
    ParentHelped,
    /// The after arrived when its session was closed already.
    LateAfter,
    /// The after is the short one of a family that left early.
    LeftEarly,
    /// A job that does not exist was said to be known, before or after.
    FoilHit,
    /// Before and after are one person's because that was likely, in somebody's judgement.
    LikelyLink,
}

impl Doubt {
    /// Every one, in the order of reports.
    pub const ALL: [Doubt; 5] =
        [Doubt::ParentHelped, Doubt::LateAfter, Doubt::LeftEarly, Doubt::FoilHit, Doubt::LikelyLink];

    /// The exported code: `parent_helped`.
    pub fn code(self) -> &'static str {
        match self {
            Doubt::ParentHelped => "parent_helped",
            Doubt::LateAfter => "late_after",
            Doubt::LeftEarly => "left_early",
            Doubt::FoilHit => "foil_hit",
            Doubt::LikelyLink => "likely_link",
        }
    }
}

/// Some of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Doubts(i64);

impl Doubts {
    /// None.
    pub const NONE: Doubts = Doubts(0);

    /// Those for which a test holds.
    ///
    /// ```
    /// use pencilmark::pairing::{Doubt, Doubts};
    /// let both = Doubts::which(|doubt| doubt == Doubt::FoilHit).and(Doubts::which(|doubt| doubt == Doubt::LeftEarly));
    /// assert_eq!(both.codes(), "left_early foil_hit");
    /// assert_eq!(Doubts::from_bits(both.bits()), Some(both));
    /// ```
    pub fn which(holds: impl Fn(Doubt) -> bool) -> Doubts {
        Doubts(Doubt::ALL.into_iter().filter(|doubt| holds(*doubt)).map(bit).sum())
    }

    /// Those of both.
    #[must_use]
    pub fn and(self, other: Doubts) -> Doubts {
        Doubts(self.0 | other.0)
    }

    /// Whether one is among them.
    pub fn hold(self, doubt: Doubt) -> bool {
        self.0 & bit(doubt) != 0
    }

    /// Their codes, one after the other; nothing where there is none.
    pub fn codes(self) -> String {
        Doubt::ALL.into_iter().filter(|doubt| self.hold(*doubt)).map(Doubt::code).collect::<Vec<_>>().join(" ")
    }

    /// As one stored number.
    pub fn bits(self) -> i64 {
        self.0
    }

    /// Reads a stored number; `None` where it is none of ours.
    pub fn from_bits(bits: i64) -> Option<Doubts> {
        (0..1 << Doubt::ALL.len()).contains(&bits).then_some(Doubts(bits))
    }
}

fn bit(doubt: Doubt) -> i64 {
    1 << doubt as i64
}
