//! One finding: what changed in one measure among the matched people of one group.

use serde::Serialize;

use crate::person::Role;
use crate::survey::{Comparison, Rank, Rule};

use super::change::Change;
use super::suppression::Figure;

/// What changed in one measure among the matched people of one group.
#[derive(Debug, Clone, Serialize)]
pub struct Finding {
    /// Unique in the report: `AWR.child.after.project.5`.
    pub id: String,
    /// The measure's id.
    pub measure: String,
    /// What people call it.
    pub title: String,
    /// How much rests on it.
    pub rank: Rank,
    /// Children or grown-ups.
    pub who: Role,
    /// What the before is compared with.
    pub comparison: Comparison,
    /// Which people.
    pub group: Group,
    /// What `before` and `after` are measured in.
    pub unit: Level,
    /// How many people stand behind it.
    pub base: Base,
    /// The change, or why none is shown.
    pub change: Figure<Change>,
}

/// The people a finding is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Group {
    /// How the programme was divided.
    pub cut: Cut,
    /// Which part: a project's or area's number, a survey's short name, a delivery model's code, a term; empty for
    /// everyone. Of several at once their codes, joined by +.
    pub key: String,
    /// Its name.
    pub name: String,
}

/// A way to divide a programme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Cut {
    /// Not divided.
    All,
    /// By project.
    Project,
    /// By area.
    Area,
    /// By questionnaire, which for children is the key stage.
    KeyStage,
    /// By where projects find their families.
    Model,
    /// By the school term in which projects began.
    Term,
    /// Those who took no part, where there is a comparison group: in no table of groups.
    Group,
    /// By several of these at once.
    Several,
}

impl Cut {
    /// Every way to divide those who took part, in the order of tables.
    pub const PARTS: [Cut; 5] = [Cut::Project, Cut::Area, Cut::Model, Cut::Term, Cut::KeyStage];
}

impl Cut {
    /// The code in ids and downloads.
    pub fn code(self) -> &'static str {
        match self {
            Cut::All => "all",
            Cut::Project => "project",
            Cut::Area => "area",
            Cut::KeyStage => "key_stage",
            Cut::Model => "delivery_model",
            Cut::Term => "term",
            Cut::Group => "group",
            Cut::Several => "several",
        }
    }
}

/// What a level before and after is measured in; always 0 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Mean number of jobs known, of every 100 shown.
    JobsOf100,
    /// Percent of people whose answer is positive or regular.
    PercentOfPeople,
    /// Mean percent of a person's answers.
    PercentOfAnswers,
    /// Mean of answers as percent of the maximum possible (POMP).
    Points,
}

impl Level {
    /// The level a rule gives.
    pub fn of(rule: Rule) -> Level {
        match rule {
            Rule::CountJobs => Level::JobsOf100,
            Rule::Value => Level::PercentOfPeople,
            Rule::ShareAtLeast => Level::PercentOfAnswers,
            Rule::MeanPomp => Level::Points,
        }
    }
}

/// How many people stand behind a finding.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Base {
    /// Seen at least once, where that is counted for this group.
    pub registered: Figure<i64>,
    /// With a before of this measure.
    pub before: Figure<i64>,
    /// With an after (or later) answer of this measure.
    pub after: Figure<i64>,
    /// With both: whom the change is about.
    pub matched: Figure<i64>,
}
