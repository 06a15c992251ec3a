//! The parts a programme is divided into: projects, and areas large enough to be named.

use crate::person::{KeyStage, Role};
use crate::session::{Design, Project, Session, SessionRole};

use super::finding::{Cut, Group};
use super::input::{FlowCount, ReportInput};
use super::suppression::SMALLEST_GROUP;

/// The projects of a programme and the areas they lie in.
#[derive(Debug)]
pub(super) struct Groups<'a> {
    input: &'a ReportInput,
    pub projects: Vec<&'a Project>,
    /// Projects that are comparison groups: in no other figure than those that name them.
    pub comparison: Vec<i64>,
    pub areas: Vec<AreaGroup>,
    /// Projects by delivery model; none where all are of one.
    pub models: Vec<AreaGroup>,
    /// Projects by the term of their first session; none where all began in one.
    pub terms: Vec<AreaGroup>,
}

/// An area, or several small ones together: projects by their place in [`Groups::projects`].
#[derive(Debug)]
pub(super) struct AreaGroup {
    pub group: Group,
    pub projects: Vec<usize>,
}

impl<'a> Groups<'a> {
    pub fn of(input: &'a ReportInput) -> Groups<'a> {
        let takes_part = |project: &&Project| project.design != Design::Comparison;
        let (projects, apart): (Vec<&Project>, Vec<&Project>) = input.projects.iter().partition(takes_part);
        let comparison = apart.into_iter().map(|project| project.id).collect();
        let mut groups =
            Groups { input, projects, comparison, areas: Vec::new(), models: Vec::new(), terms: Vec::new() };
        groups.areas = groups.named_areas();
        groups.models = groups.by(Cut::Model, |project| {
            let model = project.delivery_model;
            Some((model.code().to_owned(), model.words().to_owned()))
        });
        groups.terms = groups.by(Cut::Term, |project| {
            let mine = input.sessions.iter().filter(|session| session.project_id == project.id);
            term(mine.map(|session| session.held_on.as_str()).min()?)
        });
        groups.terms.sort_by(|a, b| a.group.key.cmp(&b.group.key));
        groups
    }

    /// Projects put together by a key and name of theirs: none unless there are several such groups, and every project
    /// is in one, so that together they are everybody.
    fn by(&self, cut: Cut, of: impl Fn(&Project) -> Option<(String, String)>) -> Vec<AreaGroup> {
        let mut groups: Vec<AreaGroup> = Vec::new();
        for (place, project) in self.projects.iter().enumerate() {
            let Some((key, name)) = of(project) else { return Vec::new() };
            match groups.iter_mut().find(|group| group.group.key == key) {
                Some(group) => group.projects.push(place),
                None => groups.push(AreaGroup { group: Group { cut, key, name }, projects: vec![place] }),
            }
        }
        if groups.len() > 1 { groups } else { Vec::new() }
    }

    /// Whether answers of a project's people on a questionnaire belong to a group.
    pub fn holds(&self, group: &Group, project_id: i64, survey: &str) -> bool {
        match group.cut {
            Cut::All => true,
            Cut::KeyStage => survey == group.key,
            Cut::Project => self.number(project_id).to_string() == group.key,
            Cut::Area | Cut::Model | Cut::Term => {
                let mut unions = self.areas.iter().chain(&self.models).chain(&self.terms);
                let union = unions.find(|union| union.group == *group);
                union.is_some_and(|union| union.projects.iter().any(|&place| self.projects[place].id == project_id))
            }
            Cut::Group => self.comparison.contains(&project_id),
            Cut::Several => false,
        }
    }

    pub fn includes(&self, project_id: i64) -> bool {
        self.projects.iter().any(|project| project.id == project_id)
    }

    /// Whether a project has a session weeks or months later.
    pub fn has_follow_up(&self, project_id: i64) -> bool {
        self.input.asked_later.contains(&project_id)
    }

    /// Whether a last or only session was held.
    pub fn has_a_last(&self) -> bool {
        self.last_sessions().next().is_some()
    }

    /// How often children were seen where the after is asked: at one-off sessions, or at the last ones of a run.
    pub fn children_where_the_after_is_asked(&self, one_off: bool) -> i64 {
        let ends = self.last_sessions().filter(|session| (session.role == SessionRole::Single) == one_off);
        let ends: Vec<i64> = ends.map(|session| session.id).collect();
        let seen = self.input.attended.sessions.iter().filter(|visits| ends.contains(&visits.session_id));
        seen.map(|visits| visits.children).sum()
    }

    /// Children who were first seen at a session after a project's first, at all of them and at last ones alone.
    pub fn children_first_seen_later(&self) -> [i64; 2] {
        let newcomers = |session: &Session| -> i64 {
            let visits = self.input.attended.sessions.iter().filter(|visits| visits.session_id == session.id);
            visits.map(|visits| visits.newcomers).sum()
        };
        let later = self.projects.iter().filter(|project| project.design == Design::Programme).flat_map(|project| {
            let mut sessions: Vec<&Session> = self.held().filter(|session| session.project_id == project.id).collect();
            sessions.sort_by(|a, b| (&a.held_on, a.id).cmp(&(&b.held_on, b.id)));
            sessions.into_iter().skip(1)
        });
        let later: Vec<&Session> = later.collect();
        let at_a_last = later.iter().filter(|session| session.role == SessionRole::Last);
        [later.iter().map(|session| newcomers(session)).sum(), at_a_last.map(|session| newcomers(session)).sum()]
    }

    fn last_sessions(&self) -> impl Iterator<Item = &'a Session> {
        self.held().filter(|session| session.role.asks_the_after())
    }

    /// The sessions of those who take part that have been held.
    pub fn held(&self) -> impl Iterator<Item = &'a Session> {
        let today = self.input.generated_at.get(..10).unwrap_or_default();
        let sessions = self.input.sessions.iter().filter(|session| self.includes(session.project_id));
        sessions.filter(move |session| session.held_on.as_str() <= today)
    }

    /// People of a project seen at least once.
    pub fn registered(&self, who: Role, project_id: i64) -> i64 {
        self.flow(who, project_id).map(|row| row.registered).sum()
    }

    /// The same of one key stage; `None` counts those without one.
    pub fn registered_at(&self, who: Role, project_id: i64, key_stage: Option<KeyStage>) -> i64 {
        self.flow(who, project_id).filter(|row| row.key_stage == key_stage).map(|row| row.registered).sum()
    }

    /// How far the people of a project came.
    pub fn flow(&self, who: Role, project_id: i64) -> impl Iterator<Item = &'a FlowCount> {
        self.input.flow.iter().filter(move |row| row.project_id == project_id && row.role == who)
    }

    pub fn project_group(&self, place: usize) -> Group {
        let project = self.projects[place];
        Group { cut: Cut::Project, key: self.number(project.id).to_string(), name: project.name.clone() }
    }

    /// Where a project stands among all of its programme, in the order in which they were made, from 1. The keys of figures
    /// name it by that: its id is drawn when it is made, and another one wherever the same programme is set up again.
    pub fn number(&self, project_id: i64) -> usize {
        self.input.projects.iter().filter(|project| project.id <= project_id).count()
    }

    /// The project that a key of a figure names.
    pub fn numbered(&self, key: &str) -> Option<&'a Project> {
        self.projects.iter().copied().find(|project| self.number(project.id).to_string() == key)
    }

    /// Areas in the order given, then the city-wide projects. Areas with one to nine children are put
    /// together as "Other areas", with the smallest named one where they are still fewer than ten.
    fn named_areas(&self) -> Vec<AreaGroup> {
        let number = |id: i64| self.input.areas.iter().filter(|area| area.id <= id).count();
        let named = self.input.areas.iter().map(|area| (Some(area.id), number(area.id).to_string(), area.name.clone()));
        let everywhere = (None, "city".to_owned(), "City-wide".to_owned());
        let mut areas: Vec<AreaGroup> = Vec::new();
        for (area_id, key, name) in named.chain([everywhere]) {
            let projects: Vec<usize> =
                (0..self.projects.len()).filter(|&place| self.projects[place].area_id == area_id).collect();
            if !projects.is_empty() {
                areas.push(AreaGroup { group: Group { cut: Cut::Area, key, name }, projects });
            }
        }
        let children = |area: &AreaGroup| -> i64 {
            area.projects.iter().map(|&place| self.registered(Role::Child, self.projects[place].id)).sum()
        };
        let (mut small, mut large): (Vec<AreaGroup>, Vec<AreaGroup>) =
            areas.into_iter().partition(|area| (1..SMALLEST_GROUP).contains(&children(area)));
        while !small.is_empty() && small.iter().map(children).sum::<i64>() < SMALLEST_GROUP {
            let filled = (0..large.len()).filter(|&place| children(&large[place]) > 0);
            let Some(next) = filled.min_by_key(|&place| children(&large[place])) else { break };
            small.push(large.remove(next));
        }
        if !small.is_empty() {
            let name = if large.is_empty() { "All areas" } else { "Other areas" }.to_owned();
            let projects = small.into_iter().flat_map(|area| area.projects).collect();
            large.push(AreaGroup { group: Group { cut: Cut::Area, key: "other".to_owned(), name }, projects });
        }
        large
    }
}

/// The school term of a day: its key, which sorts by time, and its name.
fn term(day: &str) -> Option<(String, String)> {
    let (year, month) = (day.get(..4)?, day.get(5..7)?.parse::<u8>().ok()?);
    let (place, name) = match month {
        1..=4 => (1, "Spring"),
        5..=8 => (2, "Summer"),
        _ => (3, "Autumn"),
    };
    Some((format!("{year}-{place}"), format!("{name} {year}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_the_schools() {
        let name = |day| term(day).map(|(_, name)| name);
        assert_eq!(name("2023-09-04").as_deref(), Some("Autumn 2023"));
        assert_eq!(name("2024-04-30").as_deref(), Some("Spring 2024"));
        assert_eq!(name("2024-05-01").as_deref(), Some("Summer 2024"));
        assert_eq!(name("soon"), None);
    }
}
