//! How the figures were made, written from the data themselves: nothing is said that they do not show.

use serde::Serialize;

use crate::pairing::links::Confidence;
use crate::session::Design;
use crate::survey::Wave;

use super::finding::Level;
use super::flow::Flow;
use super::groups::Groups;
use super::input::{Questionnaire, ReportInput};
use super::outcome::Outcome;
use super::own_yes;
use super::print;
use super::suppression::{Figure, SMALLEST_GROUP};
use super::told::Told;
use super::wording::{self, say};

/// How the ids of the numbers begin that say how people were put together.
pub(super) const LINKING: &str = "method.linking.";

/// Design, people at each step, questionnaires and methods.
#[derive(Debug, Clone, Serialize)]
pub struct Method {
    /// How the projects meet families, when people answered, and how many came how far.
    pub design: Vec<String>,
    /// The versions of questionnaires that were answered.
    pub questionnaires: Vec<Questionnaire>,
    /// How people are linked and figures computed.
    pub notes: Vec<String>,
    /// The numbers of those sentences that no table holds.
    pub told: Vec<Told>,
}

impl Method {
    pub(super) fn of(input: &ReportInput, groups: &Groups<'_>, flows: &[Flow], outcomes: &[&Outcome]) -> Method {
        let answered = |one: &&Questionnaire| {
            let counts = input.counts.iter().filter(|count| groups.includes(count.group.project_id));
            counts.into_iter().any(|count| count.survey == one.survey && count.n > 0)
        };
        let people = flows.iter().filter(|flow| flow.steps[0].people != Figure::Shown(0));
        let linking = Linking::of(input, groups);
        let (own_yes, without_own_yes) = own_yes::missing(input, groups);
        let designs = designs(groups);
        Method {
            design: designs.iter().map(design_in_words).chain(people.flat_map(steps_and_waves)).collect(),
            questionnaires: input.questionnaires.iter().filter(answered).cloned().collect(),
            notes: notes(outcomes, &linking, &Unpermitted::of(input, groups), own_yes),
            told: designs.into_iter().chain(linking.told).chain(without_own_yes).collect(),
        }
    }
}

/// How many projects are of each design.
fn designs(groups: &Groups<'_>) -> Vec<Told> {
    let of_design = |design: &Design| {
        let count = groups.projects.iter().filter(|project| project.design == *design).count();
        (design.code(), i64::try_from(count).unwrap_or(i64::MAX))
    };
    let apart = i64::try_from(groups.comparison.len()).unwrap_or(i64::MAX);
    let takes_part = Design::ALL.iter().filter(|design| **design != Design::Comparison).map(of_design);
    let all = takes_part.chain([(Design::Comparison.code(), apart)]);
    let there = all.filter(|(_, count)| *count > 0);
    // A comparison group is in no row but those that name it.
    let id =
        |design: &str| if design == "comparison" { "did.comparison".to_owned() } else { format!("method.{design}") };
    there.map(|(design, count)| Told::count(id(design), "projects_by_design", count)).collect()
}

fn design_in_words(told: &Told) -> String {
    let design = told.id.rsplit('.').next().unwrap_or_default();
    let projects = print::counted(told.count, "project", "projects");
    say("method", &format!("design_{design}"), &[("projects", projects)])
}

/// How many of a role came how far, and when their afters were answered.
fn steps_and_waves(flow: &Flow) -> Vec<String> {
    let who = print::capital(wording::who(flow.who));
    let step = |step: &super::Step| format!("{} {}", print::small(&step.label), print::count(&step.people));
    let steps: Vec<String> = flow.steps.iter().map(step).collect();
    let mut said = vec![say("method", "steps", &[("who", who.clone()), ("steps", steps.join("; "))])];
    let wave = |(wave, n): &(Wave, Figure<i64>)| {
        let words = wording::wave_words(*wave);
        (*n != Figure::Shown(0)).then(|| format!("{} {words}", print::count(n)))
    };
    let waves: Vec<String> = flow.after_by_wave.iter().filter_map(wave).collect();
    if !waves.is_empty() {
        said.push(say("method", "afters", &[("who", who), ("waves", waves.join("; "))]));
    }
    said
}

/// The notes whose subject is in the report.
fn notes(outcomes: &[&Outcome], linking: &Linking, unpermitted: &Unpermitted, own_yes: Option<String>) -> Vec<String> {
    let changes = || outcomes.iter().filter_map(|outcome| Some((outcome, outcome.headline.change.shown()?)));
    let unit = |level| changes().any(|(outcome, _)| outcome.headline.unit == level);
    let any = changes().next().is_some();
    let hides_switch = |figure: &Figure<_>| matches!(figure, Figure::Withheld(_));
    let switch = changes().any(|(_, change)| change.switch.as_ref().is_some_and(hides_switch));
    let keys = [
        ("matched", any),
        ("linking", !linking.by_hand),
        ("linking_by_hand", linking.by_hand),
        ("noes", true),
        ("permission_unknown", unpermitted.unknown > 0),
        ("permission_noted", unpermitted.noted > 0),
        ("missing", true),
        ("waves", any),
        ("awareness", unit(Level::JobsOf100)),
        ("shares", unit(Level::PercentOfPeople)),
        ("scales", unit(Level::Points)),
        ("direction", any),
        ("intervals", any),
        ("grades", any),
        ("significance", outcomes.iter().any(|outcome| outcome.test.is_some())),
        ("suppression", true),
        ("switch", switch),
    ];
    let mut fills = vec![("methods", intervals(outcomes)), ("tests", tests(outcomes))];
    fills.extend(linking.fills.clone());
    fills.extend([("unknown", few(unpermitted.unknown)), ("noted", few(unpermitted.noted))]);
    let mut said: Vec<(&str, String)> =
        keys.into_iter().filter(|(_, there)| *there).map(|(key, _)| (key, say("method", key, &fills))).collect();
    let missing = said.iter().position(|(key, _)| *key == "missing").unwrap_or(said.len());
    said.splice(missing..missing, own_yes.map(|sentence| ("own_yes", sentence)));
    said.into_iter().map(|(_, sentence)| sentence).collect()
}

/// How many people were put together by a person, and how sure that person was.
struct Linking {
    by_hand: bool,
    /// Those that are many enough to be said.
    told: Vec<Told>,
    fills: Vec<(&'static str, String)>,
}

impl Linking {
    fn of(input: &ReportInput, groups: &Groups<'_>) -> Linking {
        let of = |confidence: Confidence| -> i64 {
            let these = input.linked.iter().filter(|one| one.confidence == confidence);
            these.filter(|one| groups.includes(one.project_id)).map(|one| one.n).sum()
        };
        let enough = Confidence::ALL.iter().map(|one| (one, of(*one))).filter(|(_, n)| *n >= SMALLEST_GROUP);
        Linking {
            told: enough
                .map(|(one, n)| Told::count(format!("{LINKING}{}", one.code()), "people_linked_by_hand", n))
                .collect(),
            by_hand: Confidence::ALL.iter().any(|confidence| of(*confidence) > 0),
            fills: Confidence::ALL.iter().map(|confidence| (confidence.code(), few(of(*confidence)))).collect(),
        }
    }
}

/// A number of people or answers that may be few.
fn few(n: i64) -> String {
    match n {
        0 => "none".to_owned(),
        1..SMALLEST_GROUP => format!("fewer than {SMALLEST_GROUP}"),
        n => n.to_string(),
    }
}

/// Children's counted answers that came without a record of permission.
struct Unpermitted {
    /// Of which nobody has said since how it was given.
    unknown: i64,
    /// Of which somebody has.
    noted: i64,
}

impl Unpermitted {
    fn of(input: &ReportInput, groups: &Groups<'_>) -> Unpermitted {
        let of = |noted: bool| -> i64 {
            let these = input.unpermitted.iter().filter(|one| one.noted == noted);
            these.filter(|one| groups.includes(one.project_id)).map(|one| one.n).sum()
        };
        Unpermitted { unknown: of(false), noted: of(true) }
    }
}

/// The names of the interval methods in use, each once, in the order they appear.
fn intervals(outcomes: &[&Outcome]) -> String {
    let mut names: Vec<&str> = Vec::new();
    for change in outcomes.iter().filter_map(|outcome| outcome.headline.change.shown()) {
        let percent = change.percent.as_ref().and_then(|percent| percent.shown());
        let direction = change.direction.improved.shown().map(|share| &share.interval);
        let intervals = percent.map(|percent| &percent.interval).into_iter();
        for interval in intervals.chain([&change.points.interval]).chain(direction).filter_map(Figure::shown) {
            if !names.contains(&interval.method) {
                names.push(interval.method);
            }
        }
    }
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

/// The names of the tests in use.
fn tests(outcomes: &[&Outcome]) -> String {
    let mut names: Vec<&str> = outcomes.iter().filter_map(|outcome| Some(outcome.test.as_ref()?.method)).collect();
    names.sort_unstable();
    names.dedup();
    names.join(", ")
}
