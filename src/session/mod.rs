//! The programme, its projects and its sessions: where and when families meet.

use serde::{Deserialize, Serialize};

mod home;
mod journey;
pub mod late_before;
pub mod pack_away;
pub mod pairing;
mod proposal;

pub use home::{days_between, is_open_at_home};
pub use journey::{Assent, Known, Permission, Said, Screen, next_screen, standing};
pub use proposal::{FOUR_WEEKS, Occasion, Past, Proposal, Visit, propose_wave};

macro_rules! coded {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $code:literal, $words:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $code)] $variant,)+ }

        impl $name {
            /// Every value, in the order of menus.
            pub const ALL: &'static [$name] = &[$($name::$variant,)+];

            /// The stored code.
            pub fn code(self) -> &'static str {
                match self { $($name::$variant => $code,)+ }
            }

            /// What people read.
            pub fn words(self) -> &'static str {
                match self { $($name::$variant => $words,)+ }
            }

            /// Reads a stored code; `None` for anything else.
            pub fn from_code(code: &str) -> Option<$name> {
                $name::ALL.iter().copied().find(|value| value.code() == code)
            }
        }
    };
}

pub(crate) use coded;

// Below the macro that it is written with.
pub mod board;
pub mod closing;
pub mod lawful_basis;
mod no;
pub mod protection;
pub mod retention;
mod target;

pub use no::{Declined, No};
pub use target::{Aimed, Because, TargetChange, TargetReading};

coded! {
    /// Where a project finds its families.
    DeliveryModel {
        /// Inside a school.
        School = "school", "School-based";
        /// In the community with a partner school.
        SchoolPartnered = "school_partnered", "Community, with a partner school";
        /// In the community alone.
        Community = "community", "Community only";
    }
}

coded! {
    /// How a project's sessions hang together, and so when its afters are asked.
    Design {
        /// Several sessions with the same families.
        Programme = "programme", "Several sessions with the same families";
        /// One-off sessions with a before and an after on the day.
        OneOff = "one_off", "One-off sessions: before and after on the day";
        /// Events with feedback only.
        Event = "event", "Events with feedback only";
        /// Families who take no part and are asked like those who do.
        Comparison = "comparison", "Comparison group: asked before and after, takes no part";
    }
}

coded! {
    /// What a session is in its project's run.
    SessionRole {
        /// The first of several: befores.
        First = "first", "First of several";
        /// In between: befores for newcomers.
        Middle = "middle", "In between";
        /// The last of several: afters.
        Last = "last", "Last of several";
        /// The only one: before and after on the same day.
        Single = "single", "One-off: before and after on the same day";
        /// An event: feedback only.
        Event = "event", "Event: feedback only";
        /// A reunion weeks later: follow-up.
        FollowUp = "follow_up", "Follow-up, weeks or months later";
    }
}

impl SessionRole {
    /// Whether a before is answered at no other session of its project's run: then families and not sessions are
    /// who answers alike.
    pub fn is_one_off(self) -> bool {
        matches!(self, SessionRole::Single | SessionRole::Event)
    }

    /// Whether it ends its project's run, so that everybody who comes is asked for the after.
    pub fn asks_the_after(self) -> bool {
        matches!(self, SessionRole::Last | SessionRole::Single)
    }

    /// What a practice is: everything a project's families are asked, in one go.
    pub fn to_practise(design: Design) -> SessionRole {
        match design {
            Design::Event => SessionRole::Event,
            Design::OneOff | Design::Programme | Design::Comparison => SessionRole::Single,
        }
    }
}

impl Design {
    /// What the next session of a project most likely is, given those it has. The last of a run cannot
    /// be guessed: whoever plans it says so.
    pub fn next_role(self, so_far: &[SessionRole]) -> SessionRole {
        match self {
            Design::OneOff => SessionRole::Single,
            Design::Event => SessionRole::Event,
            _ if so_far.contains(&SessionRole::Last) => SessionRole::FollowUp,
            // A comparison group meets twice: to be asked, and to be asked again.
            Design::Comparison if so_far.contains(&SessionRole::First) => SessionRole::Last,
            Design::Programme if so_far.contains(&SessionRole::First) => SessionRole::Middle,
            Design::Programme | Design::Comparison => SessionRole::First,
        }
    }
}

/// A fund or programme: everything that is reported together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Programme {
    /// Key in the store.
    pub id: i64,
    /// Its name, on every page and report.
    pub name: String,
    /// Who pays.
    pub funder: String,
    /// The funder's reference for the grant; may be empty.
    pub grant_reference: String,
    /// First day, ISO 8601; may be empty.
    pub starts_on: String,
    /// Last day, ISO 8601; may be empty.
    pub ends_on: String,
    /// Percent by which awareness is meant to rise; 50 unless decided otherwise before the start.
    pub awareness_target: i64,
    /// How that is judged; chosen before the start as well.
    #[serde(default)]
    pub awareness_reading: TargetReading,
    /// Made up by `pencilmark demo`, and never mixed with real data.
    pub sample: bool,
    /// The project whose people practise here, where this is a practice: no list of programmes holds it, and it has
    /// neither report nor files.
    #[serde(default)]
    pub practice_of: Option<i64>,
}

impl Programme {
    /// Whether what it holds is anybody's real answers.
    pub fn made_up(&self) -> MadeUp {
        match (self.practice_of, self.sample) {
            (Some(_), _) => MadeUp::Practice,
            (None, true) => MadeUp::Sample,
            (None, false) => MadeUp::No,
        }
    }
}

/// Whether what is shown is anybody's real answers. Every page that shows anything else says so.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum MadeUp {
    /// They are real.
    #[default]
    No,
    /// The sample programme.
    Sample,
    /// A practice.
    Practice,
}

/// A ward, neighbourhood or city.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Area {
    /// Key in the store.
    pub id: i64,
    /// The programme it belongs to.
    pub programme_id: i64,
    /// Its name.
    pub name: String,
}

/// Who runs projects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation {
    /// Key in the store.
    pub id: i64,
    /// The programme it takes part in.
    pub programme_id: i64,
    /// Its name.
    pub name: String,
}

/// One funded strand of a programme.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Project {
    /// Key in the store.
    pub id: i64,
    /// The programme it belongs to.
    pub programme_id: i64,
    /// Its name.
    pub name: String,
    /// The area it serves; `None` for a city-wide project.
    pub area_id: Option<i64>,
    /// Who runs it, if that was said.
    pub organisation_id: Option<i64>,
    /// Where it finds its families.
    pub delivery_model: DeliveryModel,
    /// How its sessions hang together.
    pub design: Design,
    /// Children it set out to reach.
    pub target_children: i64,
    /// Percent by which awareness is meant to rise here, where that is another number than the programme's.
    #[serde(default)]
    pub awareness_target: Option<i64>,
    /// Money awarded, in pence.
    pub award_pence: i64,
    /// Whether the provider was known in the area before; nothing where nobody could say.
    pub established: Option<bool>,
}

/// One community event on a date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Key in the store.
    pub id: i64,
    /// Unguessable key in the session's address, eight symbols.
    pub key: String,
    /// The project that holds it.
    pub project_id: i64,
    /// The day, ISO 8601.
    pub held_on: String,
    /// Where; may be empty.
    pub place: String,
    /// What it is in its project's run.
    pub role: SessionRole,
    /// Microseconds since 1970 when a leader closed it; late answers are still accepted, flagged.
    pub closed_at_us: Option<i64>,
    /// Microseconds since 1970 when a leader started the afters; `None` until then.
    pub afters_us: Option<i64>,
}

impl Session {
    /// A key from eight bytes of randomness, or `None` when the draw must be repeated. Small letters,
    /// because that is what a tablet's keyboard offers for an address.
    pub fn key_from_random(bytes: [u8; 8]) -> Option<String> {
        crate::person::symbols(&bytes).map(|key| key.to_lowercase())
    }

    /// Whether families may start a questionnaire.
    pub fn is_open(&self) -> bool {
        self.closed_at_us.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_session_of_a_run_is_guessed_from_those_before_it() {
        use SessionRole::{Event, First, FollowUp, Last, Middle, Single};
        let cases: [(Design, &[SessionRole], SessionRole); 8] = [
            (Design::Comparison, &[], First),
            (Design::Comparison, &[First], Last),
            (Design::OneOff, &[Single, Single], Single),
            (Design::Event, &[], Event),
            (Design::Programme, &[], First),
            (Design::Programme, &[First], Middle),
            (Design::Programme, &[First, Middle], Middle),
            (Design::Programme, &[First, Middle, Last], FollowUp),
        ];
        for (design, so_far, expected) in cases {
            assert_eq!(design.next_role(so_far), expected, "{design:?} {so_far:?}");
        }
    }

    #[test]
    fn a_session_key_is_eight_small_symbols_of_the_cards() {
        assert_eq!(Session::key_from_random([0, 1, 2, 3, 4, 5, 6, 30]).as_deref(), Some("234679ac"));
        assert_eq!(Session::key_from_random([253, 1, 2, 3, 4, 5, 6, 30]), None);
    }
}
