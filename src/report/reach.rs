//! Outputs: whom the programme reached.

use serde::Serialize;

use crate::person::Role;

use super::groups::Groups;
use super::input::ReportInput;
use super::suppression::{Figure, lone_count};

/// Counts of people and sessions.
#[derive(Debug, Clone, Serialize)]
pub struct Reach {
    /// Children seen at least once.
    pub children: Figure<i64>,
    /// Grown-ups seen at least once.
    pub adults: Figure<i64>,
    /// Families with at least one person seen.
    pub families: Figure<i64>,
    /// Sessions held.
    pub sessions: i64,
    /// Children × sessions.
    pub attendances: Figure<i64>,
    /// Grown-ups × sessions.
    pub adult_attendances: Figure<i64>,
    /// Areas with a project that held a session.
    pub areas: i64,
    /// Projects.
    pub projects: i64,
}

impl Reach {
    pub(super) fn of(input: &ReportInput, groups: &Groups<'_>) -> Reach {
        let people = |who| -> i64 { groups.projects.iter().map(|project| groups.registered(who, project.id)).sum() };
        let attendances = |who| -> i64 {
            let rows = input.attendances.iter().filter(|row| row.role == who && groups.includes(row.project_id));
            rows.map(|row| row.n).sum()
        };
        let families = input.families.iter().filter(|row| groups.includes(row.project_id)).map(|row| row.n).sum();
        let active = |project_id: i64| groups.held().any(|session| session.project_id == project_id);
        let areas = input.areas.iter().filter(|area| {
            groups.projects.iter().any(|project| project.area_id == Some(area.id) && active(project.id))
        });
        Reach {
            children: lone_count(people(Role::Child)),
            adults: lone_count(people(Role::Adult)),
            families: lone_count(families),
            sessions: i64::try_from(groups.held().count()).unwrap_or(i64::MAX),
            attendances: lone_count(attendances(Role::Child)),
            adult_attendances: lone_count(attendances(Role::Adult)),
            areas: i64::try_from(areas.count()).unwrap_or(i64::MAX),
            projects: i64::try_from(groups.projects.len()).unwrap_or(i64::MAX),
        }
    }
}
