//! Where things happened, under the keys of one export.

use std::collections::{BTreeMap, BTreeSet};

use crate::session::closing::DayNotes;
use crate::session::{Area, No, Project, Session};

/// A programme's projects and sessions as files name them.
#[derive(Debug, Default)]
pub struct Places {
    projects: BTreeMap<i64, (Project, Option<String>)>,
    /// In the order of their keys.
    sessions: Vec<(Session, String)>,
    keys: BTreeMap<i64, String>,
    /// How often somebody said no, by session.
    noes: BTreeMap<(i64, No), i64>,
    /// What leaders noted of the day, by session.
    notes: BTreeMap<i64, DayNotes>,
    /// Befores that were begun late, by the response's id.
    late_befores: BTreeSet<String>,
}

impl Places {
    /// Gives every session its key: `S01` is the first project's first.
    pub fn new(
        projects: Vec<Project>,
        areas: &[Area],
        sessions: Vec<Session>,
        noes: Vec<(i64, No, i64)>,
        notes: Vec<(i64, DayNotes)>,
    ) -> Places {
        let area = |id: i64| areas.iter().find(|area| area.id == id).map(|area| area.name.clone());
        let projects = projects.into_iter().map(|p| (p.id, (p.clone(), p.area_id.and_then(area)))).collect();
        let sessions: Vec<(Session, String)> =
            sessions.into_iter().zip(1..).map(|(session, number)| (session, format!("S{number:02}"))).collect();
        let keys = sessions.iter().map(|(session, key)| (session.id, key.clone())).collect();
        let noes = noes.into_iter().map(|(session, no, n)| ((session, no), n)).collect();
        Places { projects, sessions, keys, noes, notes: notes.into_iter().collect(), late_befores: BTreeSet::new() }
    }

    /// The same with the befores that were begun late.
    #[must_use]
    pub fn with_late_befores(self, late_befores: BTreeSet<String>) -> Places {
        Places { late_befores, ..self }
    }

    /// Whether a response is a before that was begun late.
    pub fn is_late_before(&self, response: &str) -> bool {
        self.late_befores.contains(response)
    }

    /// A project's name.
    pub fn project(&self, id: i64) -> Option<&str> {
        self.projects.get(&id).map(|(project, _)| project.name.as_str())
    }

    /// The area a project serves.
    pub fn area(&self, project_id: i64) -> Option<&str> {
        self.projects.get(&project_id)?.1.as_deref()
    }

    /// Where a project finds its families, as a code.
    pub fn delivery_model(&self, project_id: i64) -> Option<&'static str> {
        self.projects.get(&project_id).map(|(project, _)| project.delivery_model.code())
    }

    /// How a project's sessions hang together, as a code.
    pub fn design(&self, project_id: i64) -> Option<&'static str> {
        self.projects.get(&project_id).map(|(project, _)| project.design.code())
    }

    /// Whether a project's provider is an established one, where somebody could say.
    pub fn established(&self, project_id: i64) -> Option<bool> {
        self.projects.get(&project_id).and_then(|(project, _)| project.established)
    }

    /// A session's key in the files.
    pub fn session(&self, id: i64) -> Option<&str> {
        self.keys.get(&id).map(String::as_str)
    }

    /// How often such a *No* was said at a session.
    pub fn noes(&self, session_id: i64, no: No) -> i64 {
        self.noes.get(&(session_id, no)).copied().unwrap_or(0)
    }

    /// What was noted of a session, where its leader noted anything.
    pub fn notes(&self, session_id: i64) -> Option<&DayNotes> {
        self.notes.get(&session_id)
    }

    /// Every session with its key.
    pub fn sessions(&self) -> impl Iterator<Item = (&Session, &str)> {
        self.sessions.iter().map(|(session, key)| (session, key.as_str()))
    }
}
