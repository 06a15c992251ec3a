//! What a programme set out to reach, how that is judged, and what was altered after answers were in.

use serde::{Deserialize, Serialize};

coded! {
    /// How the target for awareness is judged: chosen before the first session, like the target.
    TargetReading {
        /// By the change of all together.
        Overall = "overall", "the change of everyone together";
        /// By the project that changed least.
        EveryProject = "every_project", "every project: the one with the smallest change decides";
        /// By the lower end of the interval.
        LowerLimit = "lower_limit", "the lower limit of the 95% interval";
    }
}

impl Default for TargetReading {
    /// The reading of every programme from before there was a choice.
    fn default() -> TargetReading {
        TargetReading::Overall
    }
}

coded! {
    /// What can be altered of what was set out.
    Aimed {
        /// The rise in awareness, in percent.
        Awareness = "awareness", "awareness is to rise by";
        /// How that is judged.
        Reading = "reading", "awareness is judged by";
        /// The children a project is to reach.
        Children = "children", "children to reach";
    }
}

/// A target that was changed after answers were in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetChange {
    /// The project whose target it is; none for the programme's.
    pub project_id: Option<i64>,
    /// Which target.
    pub target: Aimed,
    /// What it was: a number, or the code of a reading.
    pub was: String,
    /// What it became.
    pub became: String,
    /// Why, in the words of whoever changed it.
    pub reason: String,
    /// The day, ISO 8601.
    pub changed_on: String,
}

/// Why something that was set out is changed, and on which day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Because {
    /// The reason given; may be empty where no answer is in.
    pub reason: String,
    /// The day, ISO 8601.
    pub on: String,
}
