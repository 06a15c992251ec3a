//! Against target: children reached, and awareness, project by project.

use jiff::civil::Date;
use serde::Serialize;

use crate::person::Role;
use crate::session::{Programme, TargetReading};

use super::altered::{self, Altered};
use super::estimate::Estimate;
use super::finding::Finding;
use super::groups::Groups;
use super::input::ReportInput;
use super::judged::{Goal, Held};
use super::number::Number;
use super::suppression::{Figure, Plan, SMALLEST_COUNT, SMALLEST_GROUP, Withheld, lone_count};
use super::wording::say;

/// How the programme and each project stand against what was set out.
#[derive(Debug, Clone, Serialize)]
pub struct Targets {
    /// The programme's target for awareness, in percent.
    pub awareness_target: i64,
    /// How that is judged, chosen with the target.
    pub awareness_reading: TargetReading,
    /// The same in words.
    pub judged_by: &'static str,
    /// What was changed of the targets after answers were in, oldest first.
    pub altered: Vec<Altered>,
    /// The part of the target for children that is due by now; 100 from the end date on.
    pub due: Number,
    /// The day that this is true of, ISO 8601.
    pub due_on: String,
    /// A word on `due`, while it is below 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// What the words mean, and what they are judged by.
    pub legend: String,
    /// All projects together.
    pub programme: TargetRow,
    /// Project by project.
    pub projects: Vec<TargetRow>,
    /// How many projects stand how on awareness, in the order of [`Status`], without the empty ones.
    pub awareness_tally: Vec<(Status, usize)>,
}

/// One line of the table.
#[derive(Debug, Clone, Serialize)]
pub struct TargetRow {
    /// The project, or the programme.
    pub name: String,
    /// Children it set out to reach; 0 for none set.
    pub target: i64,
    /// Children reached.
    pub reached: Figure<i64>,
    /// Reached in percent of the target.
    pub reached_percent: Figure<Number>,
    /// How that stands.
    pub reached_status: Status,
    /// By how much awareness is to rise, in percent: the project's own target, or else the programme's.
    pub awareness_target: i64,
    /// Matched children behind the change in awareness.
    pub matched: Figure<i64>,
    /// The change in awareness, in percent.
    pub awareness: Figure<Estimate>,
    /// What of it is held against the target, by the reading that was chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub awareness_held: Option<Held>,
    /// How that stands.
    pub awareness_status: Status,
    /// The project's id; none for the programme.
    #[serde(skip)]
    pub(super) project_id: Option<i64>,
    /// Where the project stands among all of its programme; 0 for the programme itself.
    #[serde(skip)]
    pub(super) number: usize,
    /// Whether a change in awareness is shown, as a percentage or not.
    #[serde(skip)]
    pub(super) is_measured: bool,
    /// Whether the target lies within the interval of what is held against it, so that the word could be another.
    pub awareness_unsure: bool,
}

impl Targets {
    /// What was changed after answers were in, in sentences.
    pub fn altered_words(&self) -> Vec<String> {
        altered::told(&self.altered)
    }

    /// Whether everything stands as it was set out before the first answer.
    pub fn fixed_in_advance(&self) -> bool {
        self.altered.is_empty()
    }
}

impl TargetRow {
    /// What is held against the target, where that is not the change itself: the lower limit, or a project's change.
    pub fn held_apart(&self) -> Option<&Held> {
        let change = self.awareness.shown()?;
        self.awareness_held.as_ref().filter(|held| held.project.is_some() || held.percent != change.value)
    }
}

/// How something stands against its target: a word and a shape, never colour alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// 100 % of what is due, or more.
    Met,
    /// 80 to 99 %.
    Close,
    /// Below 80 %.
    Behind,
    /// Fewer than ten people, or withheld.
    TooFew,
    /// There are enough, but no percentage, or no interval, that could be held against the target.
    NotGiven,
    /// Nothing was set out.
    NoTarget,
}

impl Status {
    /// Compares the unrounded percent: 99.9 is not met, whatever it prints as.
    pub fn of(percent_of_due: f64) -> Status {
        match percent_of_due {
            percent if percent >= 100.0 => Status::Met,
            percent if percent >= 80.0 => Status::Close,
            _ => Status::Behind,
        }
    }

    /// The code in downloads: `too_few`.
    pub fn code(self) -> &'static str {
        match self {
            Status::Met => "met",
            Status::Close => "close",
            Status::Behind => "behind",
            Status::TooFew => "too_few",
            Status::NotGiven => "not_given",
            Status::NoTarget => "no_target",
        }
    }

    /// The word.
    pub fn word(self) -> String {
        say("status", self.code(), &[])
    }

    /// The shape, for those who do not see the colour.
    pub fn shape(self) -> &'static str {
        match self {
            Status::Met => "●",
            Status::Close => "◐",
            Status::Behind => "○",
            Status::TooFew | Status::NotGiven | Status::NoTarget => "–",
        }
    }
}

impl Targets {
    pub(super) fn of(input: &ReportInput, groups: &Groups<'_>, awareness: Option<(&Finding, &[Finding])>) -> Targets {
        let reached: Vec<i64> =
            groups.projects.iter().map(|project| groups.registered(Role::Child, project.id)).collect();
        let mut plan = Plan::one_way(&reached);
        plan.cut(groups.areas.iter().map(|area| area.projects.clone()).collect());
        let hidden = plan.withhold(SMALLEST_COUNT, &plan.small(SMALLEST_COUNT, Withheld::FewerThanFive));
        let due = due_percent(&input.programme, input.generated_at.get(..10).unwrap_or_default());
        let (target, reading) = (input.programme.awareness_target, input.programme.awareness_reading);
        let goal = Goal::of(&input.programme, groups);
        let projects: Vec<TargetRow> = groups
            .projects
            .iter()
            .enumerate()
            .map(|(place, project)| {
                let figure = hidden[place].map_or(Figure::Shown(reached[place]), Figure::Withheld);
                let finding = awareness.and_then(|(_, projects)| projects.get(place));
                let row = row(&project.name, (project.target_children, figure, due), finding);
                let percent = row.awareness.shown();
                let number = groups.number(project.id);
                let own = goal.of_project(&number.to_string());
                let held = percent.and_then(|percent| Held::of_project(reading, percent, own));
                let row = row.judged(held, own);
                TargetRow { project_id: Some(project.id), number, ..row }
            })
            .collect();
        let (set_out, seen) =
            (groups.projects.iter().map(|project| project.target_children).sum(), reached.iter().sum());
        let figure = lone_count(seen);
        let programme = row(&input.programme.name, (set_out, figure, due), awareness.map(|(all, _)| all));
        let by_project = awareness.map_or(&[] as &[Finding], |(_, projects)| projects);
        let held = Held::of_all(&goal, programme.awareness.shown(), by_project);
        let programme = programme.judged(held, target);
        let statuses = [Status::Met, Status::Close, Status::Behind, Status::TooFew, Status::NotGiven, Status::NoTarget];
        let tally =
            statuses.map(|status| (status, projects.iter().filter(|row| row.awareness_status == status).count()));
        let due = Number::percent(due);
        Targets {
            awareness_target: target,
            awareness_reading: reading,
            judged_by: reading.words(),
            altered: altered::all(input, groups),
            note: (due.value < 100.0).then(|| say("status", "expected", &[("percent", due.whole())])),
            legend: legend(reading, target, projects.iter().chain([&programme])),
            due,
            due_on: input.generated_at.get(..10).unwrap_or_default().to_owned(),
            programme,
            awareness_tally: tally.into_iter().filter(|(_, n)| *n > 0).collect(),
            projects,
        }
    }
}

/// What the words mean, what they are judged by, and that some are too few where there are such.
fn legend<'a>(reading: TargetReading, target: i64, rows: impl Iterator<Item = &'a TargetRow>) -> String {
    let rows: Vec<&TargetRow> = rows.collect();
    let stands: Vec<Status> = rows.iter().map(|row| row.awareness_status).collect();
    let own = rows.iter().any(|row| row.awareness_target != target).then_some("own_targets");
    let remarks = [(Status::TooFew, "too_few_words"), (Status::NotGiven, "not_given_words")];
    let remarks = remarks.into_iter().filter(|(status, _)| stands.contains(status)).map(|(_, key)| key);
    let keys = ["legend", reading.code()].into_iter().chain(own).chain(remarks);
    keys.map(|key| say("status", key, &[])).collect::<Vec<_>>().join(" ")
}

impl TargetRow {
    /// Whether there is no percentage, or none with an interval, for a reason other than few people.
    fn cannot_be_held(&self) -> bool {
        match &self.awareness {
            Figure::Shown(estimate) => matches!(estimate.interval, Figure::Undefined(_)),
            Figure::Undefined(_) => true,
            Figure::Withheld(_) => false,
        }
    }

    fn judged(self, held: Option<Held>, target: i64) -> TargetRow {
        let status = match held {
            _ if target <= 0 => Status::NoTarget,
            _ if self.is_measured && self.cannot_be_held() => Status::NotGiven,
            _ => Status::TooFew,
        };
        let awareness_status = held.as_ref().map_or(status, Held::status);
        let unsure = held.as_ref().is_some_and(|held| held.unsure);
        let awareness_unsure = unsure && awareness_status != Status::NoTarget;
        TargetRow { awareness_target: target, awareness_held: held, awareness_status, awareness_unsure, ..self }
    }
}

/// A line of which awareness is not judged yet.
fn row(name: &str, (target, reached, due): (i64, Figure<i64>, f64), awareness: Option<&Finding>) -> TargetRow {
    let enough = |n: i64| n == 0 || n >= SMALLEST_GROUP;
    let percent = match (&reached, target) {
        (_, 0) => Figure::Undefined("no target was set".to_owned()),
        (Figure::Shown(n), _) => Figure::Shown(Number::percent(100.0 * *n as f64 / target as f64)),
        (hidden, _) => hidden.clone().map(|_| Number::percent(0.0)),
    };
    let reached_status = match (&percent, &reached) {
        (Figure::Shown(percent), Figure::Shown(n)) if enough(*n) => Status::of(100.0 * percent.value / due.max(1.0)),
        (Figure::Undefined(_), _) => Status::NoTarget,
        _ => Status::TooFew,
    };
    let is_measured = awareness.is_some_and(|finding| finding.change.shown().is_some());
    let change = awareness.map(|finding| finding.change.clone());
    let change = change.unwrap_or_else(|| Figure::Undefined("not measured".to_owned()));
    let awareness_percent = change.and_then(|change| {
        change.percent.unwrap_or_else(|| Figure::Undefined("no percentage of this measure".to_owned()))
    });
    let matched = awareness.map_or(Figure::Shown(0), |finding| finding.base.matched.clone());
    TargetRow {
        name: name.to_owned(),
        target,
        reached,
        reached_percent: percent,
        reached_status,
        awareness_target: 0,
        matched,
        awareness: awareness_percent,
        awareness_held: None,
        awareness_status: Status::TooFew,
        awareness_unsure: false,
        project_id: None,
        number: 0,
        is_measured,
    }
}

/// How much of the programme's time has gone, in percent; 100 without dates or after the end.
fn due_percent(programme: &Programme, today: &str) -> f64 {
    let date = |text: &str| text.parse::<Date>().ok();
    let (Some(start), Some(end), Some(today)) = (date(&programme.starts_on), date(&programme.ends_on), date(today))
    else {
        return 100.0;
    };
    let days = |from: Date, to: Date| f64::from(from.until(to).map_or(0, |span| span.get_days()));
    let all = days(start, end);
    if all <= 0.0 { 100.0 } else { (100.0 * days(start, today) / all).clamp(0.0, 100.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn status_changes_at_a_hundred_and_at_eighty_percent_unrounded() {
        let cases = [
            (100.0, Status::Met),
            (99.96, Status::Close),
            (80.0, Status::Close),
            (79.96, Status::Behind),
            (-3.0, Status::Behind),
        ];
        for (percent, expected) in cases {
            assert_eq!(Status::of(percent), expected, "{percent}");
        }
    }
}
