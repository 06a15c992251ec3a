//! What was altered of the targets after answers were in, as a reader is told.

use serde::Serialize;

use crate::session::{Aimed, TargetChange, TargetReading};

use super::groups::Groups;
use super::input::ReportInput;
use super::number;
use super::print;
use super::wording::say;

/// A target that was changed after answers were in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Altered {
    /// The day, ISO 8601.
    pub on: String,
    /// Which target: `awareness`, `reading` or `children`.
    pub target: Aimed,
    /// The project whose target it is; none for the programme's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
    /// What it was, in words.
    pub from: String,
    /// What it became, in words.
    pub to: String,
    /// Why, in the words of whoever changed it.
    pub reason: String,
    /// All of that in a sentence.
    pub sentence: String,
    /// What changed, from what to what.
    #[serde(skip)]
    what: String,
    /// The project's id.
    #[serde(skip)]
    pub(super) project_id: Option<i64>,
}

/// What was changed of the targets that this report speaks of, oldest first.
pub(super) fn all(input: &ReportInput, groups: &Groups<'_>) -> Vec<Altered> {
    let here = |change: &&TargetChange| change.project_id.is_none_or(|id| groups.includes(id));
    input.target_changes.iter().filter(here).map(|change| of(change, input)).collect()
}

fn of(change: &TargetChange, input: &ReportInput) -> Altered {
    let project = input.projects.iter().find(|project| Some(project.id) == change.project_id);
    let project = project.map(|project| project.name.clone());
    let [from, to] = [&change.was, &change.became].map(|value| words(change, value));
    let reason = change.reason.trim().trim_end_matches('.').to_owned();
    let key = match change.target {
        Aimed::Awareness if project.is_some() => "altered_awareness_of",
        Aimed::Awareness => "altered_awareness",
        Aimed::Reading => "altered_reading",
        Aimed::Children => "altered_children",
    };
    let fills = [("project", project.clone().unwrap_or_default()), ("from", from.clone()), ("to", to.clone())];
    let what = say("aims", key, &fills);
    let sentence = sentence(&change.changed_on, &what, &reason);
    let (on, target, project_id) = (change.changed_on.clone(), change.target, change.project_id);
    Altered { on, target, project, from, to, reason, sentence, what, project_id }
}

fn sentence(on: &str, what: &str, reason: &str) -> String {
    let changed = say("aims", "altered", &[("day", print::day(on)), ("what", what.to_owned())]);
    let why = match reason {
        "" => say("aims", "altered_unsaid", &[]),
        why => say("aims", "altered_why", &[("why", why.to_owned())]),
    };
    format!("{changed} {why}")
}

/// The same in sentences, of which one holds everything that was changed together: on one day, for one reason.
pub(super) fn told(all: &[Altered]) -> Vec<String> {
    let together = all.chunk_by(|one, next| (&one.on, &one.reason) == (&next.on, &next.reason));
    let told = together.filter_map(|some| {
        let what: Vec<&str> = some.iter().map(|one| one.what.as_str()).collect();
        some.first().map(|first| sentence(&first.on, &what.join("; "), &first.reason))
    });
    told.collect()
}

/// A stored value as people read it.
fn words(change: &TargetChange, value: &str) -> String {
    match change.target {
        Aimed::Awareness if value.is_empty() => say("aims", "as_programme", &[]),
        Aimed::Awareness => format!("{value}%"),
        Aimed::Reading => {
            TargetReading::from_code(value).map_or_else(|| value.to_owned(), |reading| reading.words().to_owned())
        }
        Aimed::Children => value.parse().map_or_else(|_| value.to_owned(), number::count),
    }
}
