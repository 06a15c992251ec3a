//! How often children came: how many sessions each came to, and how many came to each session of a project.
//!
//! The children at all sessions together are shown, so are the children a project reached. A project's sessions
//! are shown one by one where each had none or at least five children and where the number it reached is shown;
//! whatever the report says further of attendance is made of sessions that are shown, and so tells nothing new.

use serde::Serialize;

use crate::session::closing::{DayNotes, Food, SameLeader};
use crate::session::{Design, Project, Session};

use super::estimate::Share;
use super::groups::Groups;
use super::input::ReportInput;
use super::number::{self, Number};
use super::suppression::{self, Figure, Plan, SMALLEST_COUNT, SMALLEST_GROUP, Withheld};
use super::target::Targets;
use super::told::Told;
use super::wording::say;
use crate::pairing::MOST_VISITS;

/// Sessions from which attendance has a trend.
const FEWEST_SESSIONS: usize = 3;
/// Percent by which the last third must be above the first to have risen.
const RISES: f64 = 10.0;

/// Children at one session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionVisits {
    /// The session.
    pub session_id: i64,
    /// Children who were seen there.
    pub children: i64,
    /// Those of them who were at no session before.
    pub newcomers: i64,
}

/// Children of a project who came equally often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoseCount {
    /// The project whose card they hold.
    pub project_id: i64,
    /// Sessions they came to.
    pub sessions: i64,
    /// Children.
    pub children: i64,
}

/// What was counted and noted of sessions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attended {
    /// Sessions at which children were seen.
    pub sessions: Vec<SessionVisits>,
    /// Children by how often they came.
    pub doses: Vec<DoseCount>,
    /// What leaders noted, by session.
    pub notes: Vec<(i64, DayNotes)>,
}

/// How often children came.
#[derive(Debug, Clone, Serialize)]
pub struct Visits {
    /// What the doses show, for a chart's title.
    pub dose_finding: String,
    /// Children of projects that meet the same families more than once, by how many sessions they came to.
    pub doses: Vec<Dose>,
    /// How many they are.
    pub dose_children: Figure<i64>,
    /// In how many projects attendance rose, for a chart's title.
    pub trend_finding: String,
    /// Project by project.
    pub projects: Vec<ProjectVisits>,
    /// The numbers of those sentences that no table holds.
    pub told: Vec<Told>,
}

/// Children who came equally often.
#[derive(Debug, Clone, Serialize)]
pub struct Dose {
    /// Sessions.
    pub sessions: i64,
    /// Whether more sessions count here too.
    pub or_more: bool,
    /// Of all children of these projects.
    pub children: Figure<Share>,
}

/// A project's sessions.
#[derive(Debug, Clone, Serialize)]
pub struct ProjectVisits {
    /// Where it stands among all of its programme, as in the keys of its figures.
    pub number: usize,
    /// Its name.
    pub name: String,
    /// Its sessions in their order.
    pub sessions: Figure<Vec<SessionPoint>>,
    /// From the first third of them to the last.
    pub trend: Figure<Trend>,
}

/// Children at a session.
#[derive(Debug, Clone, Serialize)]
pub struct SessionPoint {
    /// The day, ISO 8601.
    pub held_on: String,
    /// Children.
    pub children: i64,
    /// What there was to eat, where that was noted.
    pub food: Option<Food>,
    /// Whether the leader was the same, where that was noted.
    pub same_leader: Option<SameLeader>,
    /// Those who were at no session before; a part of a shown number, so only sums of it are printed.
    #[serde(skip)]
    pub(super) newcomers: i64,
}

/// Children at a session, on average.
#[derive(Debug, Clone, Serialize)]
pub struct Trend {
    /// In the first third of sessions.
    pub first: Number,
    /// In the last third.
    pub last: Number,
    /// Last against first, in percent.
    pub change: Figure<Number>,
    /// Whether that is more than ten percent.
    pub rose: bool,
}

impl Visits {
    pub(super) fn of(input: &ReportInput, groups: &Groups<'_>, targets: &Targets) -> Visits {
        let points: Vec<Vec<SessionPoint>> = groups.projects.iter().map(|project| points(input, project)).collect();
        let hidden = withheld(&points, targets);
        let projects: Vec<ProjectVisits> = groups
            .projects
            .iter()
            .zip(points.into_iter().zip(hidden))
            .map(|(project, (points, why))| {
                let sessions = why.map_or(Figure::Shown(points), Figure::Withheld);
                ProjectVisits {
                    number: groups.number(project.id),
                    name: project.name.clone(),
                    trend: match project.design {
                        Design::Programme => sessions.clone().and_then(|points| Trend::of(&points)),
                        _ => Figure::Undefined("other families each time".to_owned()),
                    },
                    sessions,
                }
            })
            .collect();
        let (doses, dose_children) = doses(&input.attended.doses, groups);
        let often = often(&doses, &dose_children);
        let trends = trends(&projects);
        Visits {
            dose_finding: dose_finding(often.as_ref(), &dose_children),
            doses,
            dose_children,
            trend_finding: trend_finding(&trends),
            projects,
            told: often.into_iter().chain(trends).collect(),
        }
    }
}

fn points(input: &ReportInput, project: &Project) -> Vec<SessionPoint> {
    let of_project = |session: &&Session| session.project_id == project.id;
    let mut sessions: Vec<&Session> = input.sessions.iter().filter(of_project).collect();
    sessions.sort_by_key(|session| (&session.held_on, session.id));
    let counted = |id: i64| input.attended.sessions.iter().find(|visits| visits.session_id == id);
    let noted = |id: i64| input.attended.notes.iter().find(|(session, _)| *session == id).map(|(_, notes)| notes);
    sessions
        .into_iter()
        .filter_map(|session| {
            let visits = counted(session.id)?;
            Some(SessionPoint {
                held_on: session.held_on.clone(),
                children: visits.children,
                newcomers: visits.newcomers,
                food: noted(session.id).and_then(|notes| notes.food),
                same_leader: noted(session.id).and_then(|notes| notes.same_leader),
            })
        })
        .collect()
}

/// Project by project why its sessions are not shown.
fn withheld(points: &[Vec<SessionPoint>], targets: &Targets) -> Vec<Option<Withheld>> {
    let totals: Vec<i64> = points.iter().map(|points| points.iter().map(|point| point.children).sum()).collect();
    let own = |(place, points): (usize, &Vec<SessionPoint>)| {
        let few = points.iter().any(|point| suppression::is_small(point.children));
        let reached = targets.projects.get(place).is_none_or(|row| row.reached.shown().is_some());
        match (few, reached) {
            (true, _) => Some(Withheld::FewerThanFive),
            (false, false) => Some(Withheld::ProtectsAnother),
            (false, true) => None,
        }
    };
    let secret: Vec<Option<Withheld>> = points.iter().enumerate().map(own).collect();
    Plan::one_way(&totals).withhold(SMALLEST_COUNT, &secret)
}

impl Trend {
    fn of(points: &[SessionPoint]) -> Figure<Trend> {
        if points.len() < FEWEST_SESSIONS {
            return Figure::Undefined(format!("fewer than {FEWEST_SESSIONS} sessions"));
        }
        let third = points.len() / 3;
        let (first, last) = (mean(&points[..third]), mean(&points[points.len() - third..]));
        let change = 100.0 * (last - first) / first;
        Figure::Shown(Trend {
            first: Number::level(first),
            last: Number::level(last),
            change: if first > 0.0 {
                Figure::Shown(Number::percent_change(change))
            } else {
                Figure::Undefined("no children in the first sessions".to_owned())
            },
            rose: if first > 0.0 { change > RISES } else { last > 0.0 },
        })
    }
}

/// Children at a session, on average; 0 of no session.
pub(super) fn mean(points: &[SessionPoint]) -> f64 {
    let children: i64 = points.iter().map(|point| point.children).sum();
    if points.is_empty() { 0.0 } else { children as f64 / points.len() as f64 }
}

/// Projects whose attendance rose, those that have a trend, and those whose sessions are withheld; nothing where no
/// project has a trend.
fn trends(projects: &[ProjectVisits]) -> Vec<Told> {
    let trends: Vec<&Trend> = projects.iter().filter_map(|project| project.trend.shown()).collect();
    let hidden = projects.iter().filter(|project| matches!(project.sessions, Figure::Withheld(_))).count();
    if trends.is_empty() {
        return Vec::new();
    }
    let rose = trends.iter().filter(|trend| trend.rose).count();
    let counted = [("projects_rose", rose), ("projects_with_trend", trends.len()), ("projects_withheld", hidden)];
    let told = |(statistic, n): (&'static str, usize)| {
        Told::count("visits.trend", statistic, i64::try_from(n).unwrap_or(i64::MAX))
    };
    counted.into_iter().map(told).collect()
}

/// What the sessions of one project show, for the title of its own chart.
pub(super) fn own_finding(project: &ProjectVisits) -> String {
    let fills = |trend: &Trend| [("first", trend.first.text.clone()), ("last", trend.last.text.clone())];
    project
        .trend
        .shown()
        .map_or_else(|| say("delivery", "trend_own_none", &[]), |trend| say("delivery", "trend_own", &fills(trend)))
}

fn trend_finding(trends: &[Told]) -> String {
    let [rose, projects, hidden] = trends else { return say("delivery", "trend_none", &[]) };
    let fills = [("rose", rose.words()), ("projects", projects.words()), ("hidden", hidden.words())];
    let mut said = say("delivery", if projects.count == 1 { "trend_one" } else { "trend" }, &fills);
    if hidden.count > 0 {
        said.push(' ');
        said.push_str(&say("delivery", "trend_hidden", &fills));
    }
    said
}

/// Children by how often they came, of projects that meet the same families more than once.
fn doses(counts: &[DoseCount], groups: &Groups<'_>) -> (Vec<Dose>, Figure<i64>) {
    let meets_again =
        |id: i64| groups.projects.iter().any(|project| project.id == id && project.design == Design::Programme);
    let children = |wanted: bool| -> i64 {
        let here = counts.iter().filter(|count| groups.includes(count.project_id));
        here.filter(|count| meets_again(count.project_id) == wanted).map(|count| count.children).sum()
    };
    let all = children(true);
    // The children of all projects are shown: these must not tell of few of the others.
    let shown = suppression::counts(&[all, children(false)]).swap_remove(0);
    if all < SMALLEST_GROUP || shown.shown().is_none() {
        let why = if all == 0 { Figure::Shown(0) } else { Figure::Withheld(Withheld::FewerThanTen) };
        return (Vec::new(), if shown.shown().is_none() { shown } else { why });
    }
    let most = counts.iter().filter(|count| meets_again(count.project_id)).map(|count| count.sessions).max();
    let last = most.unwrap_or(1).min(MOST_VISITS);
    let came = |n: i64| -> i64 {
        let fits = |count: &&DoseCount| meets_again(count.project_id) && count.sessions.min(last) == n;
        counts.iter().filter(fits).map(|count| count.children).sum()
    };
    let sizes: Vec<i64> = (1..=last).map(came).collect();
    let figures = suppression::counts(&sizes);
    let doses = (1..=last).zip(figures).map(|(sessions, figure)| Dose {
        sessions,
        or_more: sessions == last && most.is_some_and(|most| most > last),
        children: figure.and_then(|n| Share::counted(n, all)),
    });
    (doses.collect(), shown)
}

/// Children who came to three sessions or more; `None` where a dose is withheld.
fn often(doses: &[Dose], children: &Figure<i64>) -> Option<Told> {
    let counts: Option<Vec<(i64, i64)>> =
        doses.iter().map(|dose| Some((dose.sessions, dose.children.shown()?.count))).collect();
    let counts = counts.filter(|counts| !counts.is_empty())?;
    let often: i64 = counts.iter().filter(|(sessions, _)| *sessions >= 3).map(|(_, n)| n).sum();
    let share = Share::counted(often, *children.shown()?);
    Some(Told::share("dose.often", "children_three_or_more", share.shown()?))
}

fn dose_finding(often: Option<&Told>, children: &Figure<i64>) -> String {
    match (often, children.shown()) {
        (Some(often), Some(&all)) => say("delivery", "dose", &[("percent", often.words()), ("n", number::count(all))]),
        _ => say("delivery", "dose_few", &[]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(children: &[i64]) -> Vec<SessionPoint> {
        let point = |&children: &i64| SessionPoint {
            held_on: String::new(),
            children,
            food: None,
            same_leader: None,
            newcomers: 0,
        };
        children.iter().map(point).collect()
    }

    #[test]
    fn attendance_rose_where_the_last_third_is_more_than_a_tenth_above_the_first() {
        let rose = |children: &[i64]| Trend::of(&points(children)).shown().map(|trend| trend.rose);
        // First two 20 and 22, last two 23 and 24: 21 to 23.5 is +11.9 %.
        assert_eq!(rose(&[20, 22, 30, 30, 23, 24]), Some(true));
        assert_eq!(rose(&[20, 20, 22]), Some(false), "exactly a tenth is not more");
        assert_eq!(rose(&[20, 40]), None, "two sessions have no trend");
        assert_eq!(rose(&[0, 5, 6]), Some(true), "from nobody");
    }
}
