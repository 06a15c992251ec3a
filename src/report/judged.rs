//! What is held against the target for awareness, by the reading that was chosen for it.

use serde::Serialize;

use crate::session::TargetReading;

use super::estimate::Estimate;
use super::finding::Finding;
use super::number::Number;
use super::suppression::{Figure, Withheld};
use super::target::Status;
use super::wording::say;

/// The number that is held against the target, and whose it is.
#[derive(Debug, Clone, Serialize)]
pub struct Held {
    /// In percent.
    pub percent: Number,
    /// The project whose change it is, where the one with the smallest change decides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
    /// Whether the target lies within the interval of it, so that the word could be another. Never of a limit.
    pub unsure: bool,
}

impl Held {
    /// Of a project by itself.
    pub(super) fn of_project(reading: TargetReading, percent: &Estimate, target: i64) -> Option<Held> {
        Some(match reading {
            TargetReading::LowerLimit => Held { percent: lower_limit(percent)?, project: None, unsure: false },
            TargetReading::Overall | TargetReading::EveryProject => Held::of_figure(percent, target),
        })
    }

    fn of_figure(percent: &Estimate, target: i64) -> Held {
        let within = |low: f64, high: f64| low < target as f64 && high >= target as f64;
        let unsure = percent.interval.shown().is_some_and(|limits| within(limits.low.value, limits.high.value));
        Held { percent: percent.value.clone(), project: None, unsure }
    }

    /// Of all together; `None` where these answers do not give it.
    pub(super) fn of_all(
        reading: TargetReading,
        percent: Option<&Estimate>,
        projects: &[Finding],
        target: i64,
    ) -> Option<Held> {
        match reading {
            TargetReading::EveryProject => smallest(projects, target),
            _ => Held::of_project(reading, percent?, target),
        }
    }

    /// How that stands.
    pub fn status(&self, target: i64) -> Status {
        if target <= 0 { Status::NoTarget } else { Status::of(100.0 * self.percent.value / target as f64) }
    }

    /// In words, with whose it is: `+47.1%`, `+31.0%, Job Trail`.
    pub(super) fn words(&self) -> String {
        match &self.project {
            Some(name) => format!("{}, {name}", self.percent.text),
            None => self.percent.text.clone(),
        }
    }
}

/// What the reading makes of the answers, in a sentence.
pub(super) fn sentence(reading: TargetReading, held: Option<&Held>, target: i64) -> String {
    // Of every project, one that is withheld leaves open how they stand; else there is nothing to hold against it.
    let without = if reading == TargetReading::EveryProject { Status::TooFew } else { Status::NotGiven };
    let status = held.map_or(without, |held| held.status(target));
    let mut fills = vec![("reading", reading.words().to_owned()), ("status", status.word())];
    match held {
        Some(held) => {
            fills.push(("figure", held.words()));
            say("awareness", if held.unsure { "judged_unsure" } else { "judged" }, &fills)
        }
        None => say("awareness", "judged_not", &fills),
    }
}

fn lower_limit(percent: &Estimate) -> Option<Number> {
    percent.interval.shown().map(|interval| Number::percent_change(interval.low.value))
}

/// The smallest change of a project with ten or more matched. Where one is withheld it may be smaller still, so that
/// only what is behind already is said.
fn smallest(projects: &[Finding], target: i64) -> Option<Held> {
    let mut smallest: Option<Held> = None;
    let mut unknown = false;
    for project in projects {
        match &project.change {
            Figure::Shown(change) => match change.percent.as_ref().and_then(Figure::shown) {
                Some(percent) if smallest.as_ref().is_none_or(|so_far| percent.value.value < so_far.percent.value) => {
                    let held = Held::of_figure(percent, target);
                    smallest = Some(Held { project: Some(project.group.name.clone()), ..held });
                }
                Some(_) => {}
                None => unknown = true,
            },
            Figure::Withheld(Withheld::FewerThanTen) | Figure::Undefined(_) => {}
            Figure::Withheld(_) => unknown = true,
        }
    }
    smallest.filter(|held| !unknown || held.status(target) == Status::Behind)
}
