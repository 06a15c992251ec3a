//! What is held against the target for awareness, by the reading that was chosen for it.

use serde::Serialize;

use crate::session::{Programme, Project, TargetReading};

use super::estimate::Estimate;
use super::finding::Finding;
use super::groups::Groups;
use super::number::Number;
use super::suppression::{Figure, Withheld};
use super::target::Status;
use super::wording::say;

/// By how much awareness is to rise, of all together and of each project, and how that is judged.
#[derive(Debug, Clone)]
pub(super) struct Goal {
    /// Of all together, in percent.
    pub target: i64,
    /// How it is judged.
    pub reading: TargetReading,
    /// Projects with a target of their own, by the keys of their groups.
    own: Vec<(String, i64)>,
}

impl Goal {
    pub fn of(programme: &Programme, groups: &Groups<'_>) -> Goal {
        let own = |project: &&Project| Some((groups.number(project.id).to_string(), project.awareness_target?));
        let (target, reading) = (programme.awareness_target, programme.awareness_reading);
        Goal { target, reading, own: groups.projects.iter().filter_map(own).collect() }
    }

    /// The target of one project: its own, or else the programme's.
    pub fn of_project(&self, key: &str) -> i64 {
        self.own.iter().find(|(project, _)| project == key).map_or(self.target, |(_, target)| *target)
    }
}

/// The number that is held against the target, and whose it is.
#[derive(Debug, Clone, Serialize)]
pub struct Held {
    /// In percent.
    pub percent: Number,
    /// The project whose change it is, where the one with the smallest change decides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
    /// The target, in percent: that project's own where it has one.
    pub target: i64,
    /// Whether the target lies within the interval of it, so that the word could be another. Never of a limit.
    pub unsure: bool,
}

impl Held {
    /// Of a project by itself.
    pub(super) fn of_project(reading: TargetReading, percent: &Estimate, target: i64) -> Option<Held> {
        Some(match reading {
            TargetReading::LowerLimit => Held { percent: lower_limit(percent)?, project: None, target, unsure: false },
            TargetReading::Overall | TargetReading::EveryProject => Held::of_figure(percent, target),
        })
    }

    fn of_figure(percent: &Estimate, target: i64) -> Held {
        let within = |low: f64, high: f64| low < target as f64 && high >= target as f64;
        let unsure = percent.interval.shown().is_some_and(|limits| within(limits.low.value, limits.high.value));
        Held { percent: percent.value.clone(), project: None, target, unsure }
    }

    /// Of all together; `None` where these answers do not give it.
    pub(super) fn of_all(goal: &Goal, percent: Option<&Estimate>, projects: &[Finding]) -> Option<Held> {
        match goal.reading {
            TargetReading::EveryProject => smallest(projects, goal),
            reading => Held::of_project(reading, percent?, goal.target),
        }
    }

    /// How that stands.
    pub fn status(&self) -> Status {
        if self.target <= 0 { Status::NoTarget } else { Status::of(self.of_target()) }
    }

    /// In percent of the target.
    fn of_target(&self) -> f64 {
        100.0 * self.percent.value / self.target.max(1) as f64
    }

    /// In words, with whose it is: `+47.1%`, `+31.0%, Job Trail`, and its own target where that is another.
    pub(super) fn words(&self, target: i64) -> String {
        let own = [("target", self.target.to_string())];
        let own = if self.target == target { String::new() } else { say("awareness", "own_target", &own) };
        match &self.project {
            Some(name) => format!("{}, {name}{own}", self.percent.text),
            None => self.percent.text.clone(),
        }
    }
}

/// What the reading makes of the answers, in a sentence.
pub(super) fn sentence(reading: TargetReading, held: Option<&Held>, target: i64) -> String {
    // Of every project, one that is withheld leaves open how they stand; else there is nothing to hold against it.
    let without = if reading == TargetReading::EveryProject { Status::TooFew } else { Status::NotGiven };
    let status = held.map_or(without, Held::status);
    let mut fills = vec![("reading", reading.words().to_owned()), ("status", status.word())];
    match held {
        Some(held) => {
            fills.push(("figure", held.words(target)));
            say("awareness", if held.unsure { "judged_unsure" } else { "judged" }, &fills)
        }
        None => say("awareness", "judged_not", &fills),
    }
}

fn lower_limit(percent: &Estimate) -> Option<Number> {
    percent.interval.shown().map(|interval| Number::percent_change(interval.low.value))
}

/// The change of a project with ten or more matched that is the smallest part of its target. Where one is withheld it may
/// be smaller still, so that only what is behind already is said.
fn smallest(projects: &[Finding], goal: &Goal) -> Option<Held> {
    let mut smallest: Option<Held> = None;
    let mut unknown = false;
    for project in projects {
        match &project.change {
            Figure::Shown(change) => match change.percent.as_ref().and_then(Figure::shown) {
                Some(percent) => {
                    let held = Held::of_figure(percent, goal.of_project(&project.group.key));
                    if smallest.as_ref().is_none_or(|so_far| held.of_target() < so_far.of_target()) {
                        smallest = Some(Held { project: Some(project.group.name.clone()), ..held });
                    }
                }
                None => unknown = true,
            },
            Figure::Withheld(Withheld::FewerThanTen) | Figure::Undefined(_) => {}
            Figure::Withheld(_) => unknown = true,
        }
    }
    smallest.filter(|held| !unknown || held.status() == Status::Behind)
}
