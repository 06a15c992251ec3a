//! What a leader notes of the day in the minute after a session.

use serde::{Deserialize, Serialize};

coded! {
    /// What there was to eat.
    Food {
        /// A hot meal.
        Hot = "hot", "Hot food";
        /// Something cold.
        Cold = "cold", "Cold food";
        /// Nothing.
        None = "none", "No food";
    }
}

coded! {
    /// What the session was about.
    Topic {
        /// Jobs people do.
        JobRoles = "job_roles", "Exploring jobs";
        /// What children are good at.
        Strengths = "strengths", "Skills and strengths";
        /// Work in the neighbourhood.
        Community = "community", "Future jobs in the community";
        /// Who can do which job.
        Stereotypes = "stereotypes", "Jobs for anyone: gender stereotypes";
        /// An employer came, or was visited.
        Employer = "employer", "Employer visit";
        /// What school has to do with jobs.
        School = "school", "Links with school";
    }
}

coded! {
    /// Whether families met the same leader as the last time.
    SameLeader {
        /// The same.
        Yes = "yes", "Yes";
        /// Somebody else.
        No = "no", "No";
        /// There was no last time.
        First = "first", "This was the first session";
    }
}

/// How much talk about jobs was heard between children and grown-ups, from 1.
pub const CONVERSATIONS: [&str; 5] = ["Hardly any", "A little", "Some", "A lot", "At every table"];

/// The notes. Everything may be left out: an empty field is better than a guess.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DayNotes {
    /// Heads counted, children.
    pub children: Option<i64>,
    /// Heads counted, grown-ups.
    pub adults: Option<i64>,
    /// Food.
    pub food: Option<Food>,
    /// Topics.
    pub topics: Vec<Topic>,
    /// A topic that is not in the list.
    pub other_topic: String,
    /// Visitors with a job to talk about.
    pub visitors: Option<i64>,
    /// What they do.
    pub visitors_who: String,
    /// Whether the leader was the same as last time.
    pub same_leader: Option<SameLeader>,
    /// What got in the way.
    pub disruption: String,
    /// How much talk about jobs was heard between children and grown-ups, 1 to 5.
    pub conversations: Option<i64>,
    /// One thing learnt.
    pub note: String,
}

/// How a session was closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closing {
    /// Tablets that were not known to be empty.
    pub unsafe_tablets: i64,
    /// Why it was closed all the same; empty where every tablet was known to be empty.
    pub reason: String,
}
