//! What was learnt: a log that people keep, never made up by the program.

use serde::{Deserialize, Serialize};

use crate::session::coded;

use super::groups::Groups;
use super::texts::Written;

coded! {
    /// What a lesson is about.
    LessonKind {
        /// Something worked.
        Worked = "worked", "What worked";
        /// Something did not.
        DidNot = "did_not", "What did not work";
        /// Without it nothing would have.
        Ingredient = "ingredient", "What it needs to work";
        /// The plan was changed.
        Changed = "changed", "What we changed";
    }
}

/// An entry of the log as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lesson {
    /// Key in the store.
    pub id: i64,
    /// The project it was learnt in; `None` for the whole programme.
    pub project_id: Option<i64>,
    /// What it is about.
    pub kind: LessonKind,
    /// The day, ISO 8601.
    pub noted_on: String,
    /// In one or two words, to count by; may be empty.
    pub theme: String,
    /// What was learnt.
    pub note: String,
    /// What was done about it; may be empty.
    pub action: String,
}

/// The log as a report prints it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Learning {
    /// The entries, by kind and then by day.
    pub lessons: Vec<Learnt>,
    /// Themes with how many entries have them, the most frequent first.
    pub themes: Vec<(String, usize)>,
}

/// An entry of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Learnt {
    /// What it is about.
    pub kind: LessonKind,
    /// The day, ISO 8601.
    pub noted_on: String,
    /// Name of the project; empty for the whole programme.
    pub project: String,
    /// Key of the project.
    #[serde(skip)]
    pub(super) project_id: Option<i64>,
    /// In one or two words.
    pub theme: String,
    /// What was learnt.
    pub note: String,
    /// What was done about it.
    pub action: String,
}

impl Learning {
    pub(super) fn of(written: &Written, groups: &Groups<'_>) -> Learning {
        let name = |id| groups.projects.iter().find(|project| project.id == id).map(|project| project.name.clone());
        let mut lessons: Vec<Learnt> = written
            .lessons
            .iter()
            .filter(|lesson| lesson.project_id.is_none_or(|id| groups.includes(id)))
            .map(|lesson| Learnt {
                kind: lesson.kind,
                noted_on: lesson.noted_on.clone(),
                project: lesson.project_id.and_then(name).unwrap_or_default(),
                project_id: lesson.project_id,
                theme: lesson.theme.clone(),
                note: lesson.note.clone(),
                action: lesson.action.clone(),
            })
            .collect();
        lessons.sort_by(|a, b| (a.kind, &a.noted_on).cmp(&(b.kind, &b.noted_on)));
        Learning::from(lessons)
    }

    /// The same with the entries of one project and of the whole programme alone.
    #[must_use]
    pub(super) fn only(self, project_id: i64) -> Learning {
        let ours = |lesson: &Learnt| lesson.project_id.is_none_or(|id| id == project_id);
        Learning::from(self.lessons.into_iter().filter(ours).collect::<Vec<_>>())
    }

    /// The entries of one kind.
    pub fn of_kind(&self, kind: LessonKind) -> impl Iterator<Item = &Learnt> {
        self.lessons.iter().filter(move |lesson| lesson.kind == kind)
    }
}

impl From<Vec<Learnt>> for Learning {
    fn from(lessons: Vec<Learnt>) -> Learning {
        let mut themes: Vec<(String, usize)> = Vec::new();
        for theme in lessons.iter().map(|lesson| &lesson.theme).filter(|theme| !theme.is_empty()) {
            match themes.iter_mut().find(|(known, _)| known.eq_ignore_ascii_case(theme)) {
                Some((_, n)) => *n += 1,
                None => themes.push((theme.clone(), 1)),
            }
        }
        themes.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
        Learning { lessons, themes }
    }
}
