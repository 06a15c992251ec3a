//! What may have helped families to come: how delivery models, providers, food and leaders went with attendance.
//!
//! Few projects stand behind each line, and they differ in more than one way: the lines describe them, and nothing
//! is tested. Every number is made of sessions that [`super::visits`] shows, and of children reached that the table of
//! targets shows.

use serde::Serialize;

use crate::session::closing::{Food, SameLeader};
use crate::session::{DeliveryModel, Design, Project};

use super::estimate::{Share, share_of};
use super::groups::Groups;
use super::number::{self, Number};
use super::print;
use super::suppression::{Figure, SMALLEST_GROUP};
use super::talk::Talk;
use super::target::Targets;
use super::told::Told;
use super::visits::{SessionPoint, Visits, mean};
use super::wording::{fill, say};

/// A table of one way in which projects or sessions differ.
#[derive(Debug, Clone, Serialize)]
pub struct Lever {
    /// Its name in ids: `recruitment`.
    pub key: &'static str,
    /// What it shows, in a sentence, or why it shows nothing.
    pub finding: String,
    /// What the columns hold, with their names in ids.
    pub columns: Vec<(&'static str, String)>,
    /// Its lines; none where there is nothing to compare.
    pub rows: Vec<LeverRow>,
}

/// A line of it.
#[derive(Debug, Clone, Serialize)]
pub struct LeverRow {
    /// Its name in ids.
    pub key: String,
    /// Its name.
    pub name: String,
    /// Numbers in the order of the columns.
    pub cells: Vec<Figure<Number>>,
}

/// How delivery went.
#[derive(Debug, Clone, Serialize)]
pub struct Delivery {
    /// The tables.
    pub levers: Vec<Lever>,
    /// How to read them.
    pub note: String,
    /// Visits of children who had been at no session before, of all at sessions after the first.
    pub newcomers: Figure<Share>,
    /// The same in a sentence.
    pub newcomers_sentence: String,
    /// What leaders noted of talk about jobs and of topics.
    pub talk: Talk,
    /// Sessions of which leaders noted that something got in the way. Their words may hold a name, and are for the
    /// learning log to take up.
    pub disruptions: Vec<Disruption>,
    /// The numbers of those sentences that no table holds.
    pub told: Vec<Told>,
}

/// Something that got in the way of a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Disruption {
    /// The day, ISO 8601.
    pub held_on: String,
    /// The project.
    pub project: String,
}

impl Delivery {
    pub(super) fn of(input: &super::ReportInput, groups: &Groups<'_>, visits: &Visits, targets: &Targets) -> Delivery {
        let shown: Vec<Shown<'_>> = groups
            .projects
            .iter()
            .enumerate()
            .filter_map(|(place, project)| {
                let of_project = visits.projects.get(place)?;
                let (number, points) = (of_project.number, of_project.sessions.shown()?.as_slice());
                let reached = *targets.projects.get(place)?.reached.shown()?;
                (!points.is_empty()).then_some(Shown { project, number, points, reached })
            })
            .collect();
        let newcomers = newcomers(&shown);
        let disruptions = disruptions(input, groups);
        let talk = Talk::of(input, groups);
        let disrupted = Told::count("delivery.disruptions", "sessions_disrupted", whole(disruptions.len()));
        Delivery {
            levers: vec![recruitment(&shown), providers(&shown), food(&shown), leaders(&shown)],
            note: say("delivery", "note", &[]),
            newcomers_sentence: newcomers_sentence(&newcomers),
            newcomers,
            told: std::iter::once(disrupted).chain(talk.told.iter().cloned()).collect(),
            talk,
            disruptions,
        }
    }
}

/// A project whose sessions are shown.
struct Shown<'a> {
    project: &'a Project,
    number: usize,
    points: &'a [SessionPoint],
    reached: i64,
}

fn count(n: i64) -> Figure<Number> {
    Figure::Shown(Number { value: n as f64, text: number::count(n) })
}

fn whole(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// Children at a session on average, where at least ten stand behind it.
fn children(points: &[SessionPoint]) -> Figure<Number> {
    let all: i64 = points.iter().map(|point| point.children).sum();
    match all {
        _ if points.is_empty() => Figure::Undefined("no such session".to_owned()),
        n if n < SMALLEST_GROUP => Figure::Withheld(super::Withheld::FewerThanTen),
        _ => Figure::Shown(Number::level(mean(points))),
    }
}

fn percent(of: f64, base: f64) -> Figure<Number> {
    if base > 0.0 {
        Figure::Shown(Number::percent(100.0 * of / base))
    } else {
        Figure::Undefined("nothing was set out".to_owned())
    }
}

fn lever(key: &'static str, columns: &[(&'static str, &str)], rows: Vec<LeverRow>, finding: String) -> Lever {
    let columns = columns.iter().map(|(code, heading)| (*code, (*heading).to_owned())).collect();
    Lever { key, finding, columns, rows }
}

/// Children reached of those set out for, by where families are found.
fn recruitment(shown: &[Shown<'_>]) -> Lever {
    let row = |model: &DeliveryModel| {
        let of_model: Vec<&Shown<'_>> = shown.iter().filter(|one| one.project.delivery_model == *model).collect();
        let target: i64 = of_model.iter().map(|one| one.project.target_children).sum();
        let reached: i64 = of_model.iter().map(|one| one.reached).sum();
        let points: Vec<SessionPoint> = of_model.iter().flat_map(|one| one.points.iter().cloned()).collect();
        (!of_model.is_empty()).then(|| LeverRow {
            key: model.code().to_owned(),
            name: model.words().to_owned(),
            cells: vec![
                count(whole(of_model.len())),
                count(reached),
                count(target),
                percent(reached as f64, target as f64),
                children(&points),
            ],
        })
    };
    let rows: Vec<LeverRow> = DeliveryModel::ALL.iter().filter_map(row).collect();
    let target = |row: &LeverRow| row.cells[2].shown().map_or_else(String::new, |target| target.text.clone());
    let mut reached: Vec<(f64, &str, String)> = rows
        .iter()
        .filter_map(|row| row.cells[3].shown().map(|share| (share.value, row.name.as_str(), target(row))))
        .collect();
    reached.sort_by(|a, b| b.0.total_cmp(&a.0));
    let finding = match (reached.first(), reached.last()) {
        (Some(most), Some(least)) if reached.len() > 1 => {
            let whole = |value| number::decimals(value, 0);
            let fills = [
                ("most", print::small(most.1)),
                ("most_percent", whole(most.0)),
                ("most_target", most.2.clone()),
                ("least", print::small(least.1)),
                ("least_percent", whole(least.0)),
                ("least_target", least.2.clone()),
            ];
            say("delivery", "recruitment", &fills)
        }
        _ => say("delivery", "recruitment_none", &[]),
    };
    let columns = [
        ("projects", "Projects"),
        ("children_reached", "Children reached"),
        ("children_target", "Set out for"),
        ("percent_of_target", "Of target"),
        ("children_per_session", "Children at a session"),
    ];
    lever("recruitment", &columns, rows, finding)
}

/// The first two sessions against the last two, by whether the provider was known in the area.
fn providers(shown: &[Shown<'_>]) -> Lever {
    let row = |(key, established): (&str, bool)| {
        let long = |one: &&Shown<'_>| one.points.len() >= 4 && one.project.established == Some(established);
        let of_kind: Vec<&Shown<'_>> = shown.iter().filter(long).collect();
        let first: Vec<SessionPoint> = of_kind.iter().flat_map(|one| one.points[..2].iter().cloned()).collect();
        let last: Vec<SessionPoint> =
            of_kind.iter().flat_map(|one| one.points[one.points.len() - 2..].iter().cloned()).collect();
        let (first, last) = (children(&first), children(&last));
        let change = first.clone().and_then(|before| {
            last.clone().map(|after| Number::percent_change(100.0 * (after.value / before.value - 1.0)))
        });
        (!of_kind.is_empty()).then(|| LeverRow {
            key: key.to_owned(),
            name: say("delivery", key, &[]),
            cells: vec![count(whole(of_kind.len())), first, last, change],
        })
    };
    let rows: Vec<LeverRow> = [("established", true), ("new", false)].into_iter().filter_map(row).collect();
    let means = |row: &LeverRow| Some([row.cells[1].shown()?.text.clone(), row.cells[2].shown()?.text.clone()]);
    let finding = match rows.as_slice() {
        [known, new] if means(known).is_some() && means(new).is_some() => {
            let [known, new] = [known, new].map(|row| means(row).unwrap_or_default());
            let fills = [
                ("new_first", new[0].clone()),
                ("new_last", new[1].clone()),
                ("known_first", known[0].clone()),
                ("known_last", known[1].clone()),
            ];
            say("delivery", "providers", &fills)
        }
        _ => say("delivery", "providers_none", &[]),
    };
    let columns = [
        ("projects", "Projects"),
        ("first_two", "Children at a session, first two"),
        ("last_two", "last two"),
        ("change", "Change"),
    ];
    lever("providers", &columns, rows, finding)
}

/// Sessions of one kind against the others, within projects that have both.
fn within(
    key: &'static str,
    columns: &[(&'static str, &str)],
    shown: &[Shown<'_>],
    kind: impl Fn(&SessionPoint) -> Option<bool>,
) -> Lever {
    let split = |points: &[SessionPoint]| {
        [true, false].map(|wanted| {
            points.iter().filter(|point| kind(point) == Some(wanted)).cloned().collect::<Vec<SessionPoint>>()
        })
    };
    let row = |key: String, name: String, [with, without]: &[Vec<SessionPoint>; 2]| LeverRow {
        key,
        name,
        cells: vec![count(whole(with.len())), children(with), count(whole(without.len())), children(without)],
    };
    let mut rows: Vec<LeverRow> = Vec::new();
    let mut all: [Vec<SessionPoint>; 2] = [Vec::new(), Vec::new()];
    for one in shown {
        let [with, without] = split(one.points);
        if with.is_empty() || without.is_empty() {
            continue;
        }
        all[0].extend(with.iter().cloned());
        all[1].extend(without.iter().cloned());
        rows.push(row(one.number.to_string(), one.project.name.clone(), &[with, without]));
    }
    if rows.len() > 1 {
        rows.push(row("all".to_owned(), "Together".to_owned(), &all));
    }
    let sessions = all.each_ref().map(|points| print::counted(whole(points.len()), "session", "sessions"));
    let last = rows.last().and_then(|row| Some((row.cells[1].shown()?, row.cells[3].shown()?)));
    let finding = match last {
        Some((with, without)) => {
            let projects = whole(rows.len() - usize::from(rows.len() > 1));
            let fills = [
                ("projects", print::counted(projects, "project", "projects")),
                ("with", with.text.clone()),
                ("without", without.text.clone()),
                ("with_sessions", sessions[0].clone()),
                ("without_sessions", sessions[1].clone()),
            ];
            fill(&say("delivery", key, &[]), &fills)
        }
        None => say("delivery", &format!("{key}_none"), &[]),
    };
    lever(key, columns, rows, finding)
}

fn food(shown: &[Shown<'_>]) -> Lever {
    let columns = [
        ("sessions_hot", "Sessions with hot food"),
        ("children_hot", "Children at each"),
        ("sessions_other", "Sessions without"),
        ("children_other", "Children at each"),
    ];
    within("food", &columns, shown, |point| Some(point.food? == Food::Hot))
}

fn leaders(shown: &[Shown<'_>]) -> Lever {
    let columns = [
        ("sessions_same", "Sessions with the leader of last time"),
        ("children_same", "Children at each"),
        ("sessions_other", "With another leader"),
        ("children_other", "Children at each"),
    ];
    // A first session has no leader of last time, and would count against a change of leader.
    within("leaders", &columns, shown, |point| match point.same_leader? {
        SameLeader::Yes => Some(true),
        SameLeader::No => Some(false),
        SameLeader::First => None,
    })
}

/// Of visits to sessions after a project's first: those of children who had been at none before.
fn newcomers(shown: &[Shown<'_>]) -> Figure<Share> {
    let again = shown.iter().filter(|one| one.project.design == Design::Programme);
    let later: Vec<&SessionPoint> = again.flat_map(|one| one.points.iter().skip(1)).collect();
    let sum = |of: fn(&SessionPoint) -> i64| -> i64 { later.iter().map(|point| of(point)).sum() };
    let (new, all) = (sum(|point| point.newcomers), sum(|point| point.children));
    super::suppression::if_enough(all, || Share::alone(share_of(new, all)))
}

fn newcomers_sentence(share: &Figure<Share>) -> String {
    match share {
        Figure::Shown(share) => {
            let fills = [
                ("count", number::count(share.count)),
                ("of", number::count(share.of)),
                ("percent", share.percent.whole()),
            ];
            say("delivery", "newcomers", &fills)
        }
        _ => say("delivery", "newcomers_none", &[]),
    }
}

fn disruptions(input: &super::ReportInput, groups: &Groups<'_>) -> Vec<Disruption> {
    let of_note = |(session_id, notes): &(i64, crate::session::closing::DayNotes)| {
        let session = input.sessions.iter().find(|session| session.id == *session_id)?;
        let project = groups.projects.iter().find(|project| project.id == session.project_id)?;
        (!notes.disruption.is_empty())
            .then(|| Disruption { held_on: session.held_on.clone(), project: project.name.clone() })
    };
    let mut found: Vec<Disruption> = input.attended.notes.iter().filter_map(of_note).collect();
    found.sort_by(|a, b| (&a.held_on, &a.project).cmp(&(&b.held_on, &b.project)));
    found
}
