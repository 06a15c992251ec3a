//! When in a person's story a questionnaire is answered.

use serde::{Deserialize, Serialize};

/// The moment of a questionnaire relative to what happened to the person.
///
/// Screens say *before*, *after*, *later*; these are the codes that are stored and exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wave {
    /// Before anything happened: the *before*.
    Pre,
    /// An *after* on the same day as the before, or within 28 days of it.
    /// A frequency at home cannot have changed by then, so none is asked.
    PostSame,
    /// An *after* at the end of a programme, at least 28 days from the before.
    PostProg,
    /// A short *after* for a family that leaves early.
    PostExit,
    /// An *after* answered at home from the card's address within 48 hours.
    PostHome,
    /// *Later*: weeks or months after the programme.
    FollowUp,
    /// Feedback on a one-off event, with no before.
    Event,
}

impl Wave {
    /// Every wave, in the order of a person's story.
    pub const ALL: [Wave; 7] =
        [Wave::Pre, Wave::PostSame, Wave::PostProg, Wave::PostExit, Wave::PostHome, Wave::FollowUp, Wave::Event];

    /// The *afters* in the order in which one is preferred when a person has several.
    pub const AFTERS: [Wave; 4] = [Wave::PostProg, Wave::PostSame, Wave::PostHome, Wave::PostExit];

    /// Whether it is asked at home, from a card's own address. A follow-up may be asked at a session, too.
    pub fn may_be_at_home(self) -> bool {
        matches!(self, Wave::PostHome | Wave::FollowUp)
    }

    /// The code that is stored and exported, for example `post_same`.
    pub fn code(self) -> &'static str {
        match self {
            Wave::Pre => "pre",
            Wave::PostSame => "post_same",
            Wave::PostProg => "post_prog",
            Wave::PostExit => "post_exit",
            Wave::PostHome => "post_home",
            Wave::FollowUp => "follow_up",
            Wave::Event => "event",
        }
    }

    /// The word a family or leader reads: *before*, *after*, *later* or *feedback*.
    pub fn word(self) -> &'static str {
        match self {
            Wave::Pre => "before",
            Wave::PostSame | Wave::PostProg | Wave::PostExit | Wave::PostHome => "after",
            Wave::FollowUp => "later",
            Wave::Event => "feedback",
        }
    }

    /// Reads a stored code; `None` for anything else.
    pub fn from_code(code: &str) -> Option<Wave> {
        Wave::ALL.into_iter().find(|wave| wave.code() == code)
    }

    /// Whether a frequency of talking at home may be asked: only before, or at least 28 days later.
    pub fn allows_home_frequency(self) -> bool {
        matches!(self, Wave::Pre | Wave::PostProg | Wave::FollowUp)
    }
}
