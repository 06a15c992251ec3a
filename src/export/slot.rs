//! The places of the wide file that a wave's answers can stand in.

use crate::survey::Wave;

/// Before, after, later, or feedback on an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Slot {
    /// The before.
    Pre,
    /// The best *after* there is.
    Post,
    /// The follow-up.
    FollowUp,
    /// Feedback on an event.
    Event,
}

impl Slot {
    /// Every place, in the order of a person's story.
    pub const ALL: [Slot; 4] = [Slot::Pre, Slot::Post, Slot::FollowUp, Slot::Event];

    /// The waves whose answers can stand here, the best first.
    pub fn waves(self) -> &'static [Wave] {
        match self {
            Slot::Pre => &[Wave::Pre],
            Slot::Post => &Wave::AFTERS,
            Slot::FollowUp => &[Wave::FollowUp],
            Slot::Event => &[Wave::Event],
        }
    }

    /// How the names of its columns end.
    pub fn suffix(self) -> &'static str {
        match self {
            Slot::Pre => "pre",
            Slot::Post => "post",
            Slot::FollowUp => "fu",
            Slot::Event => "event",
        }
    }

    /// What people call it.
    pub fn word(self) -> &'static str {
        self.waves()[0].word()
    }
}
