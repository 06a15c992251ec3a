//! Money: what was awarded, and what that is for each child and attendance.

use serde::Serialize;

use super::groups::Groups;
use super::number::Number;
use super::reach::Reach;
use super::suppression::Figure;

/// Awards and costs per head. Awards divided by people: not what a child "costs".
#[derive(Debug, Clone, Serialize)]
pub struct Money {
    /// Sum of the projects' awards.
    pub awarded: Number,
    /// Awards divided by children reached.
    pub per_child: Figure<Number>,
    /// Awards divided by children's attendances.
    pub per_attendance: Figure<Number>,
    /// Awards divided by children matched on the first main result.
    pub per_matched_child: Figure<Number>,
}

impl Money {
    /// `None` where no project has an award.
    pub(super) fn of(groups: &Groups<'_>, reach: &Reach, matched: &Figure<i64>) -> Option<Money> {
        let pence: i64 = groups.projects.iter().map(|project| project.award_pence).sum();
        let per = |people: &Figure<i64>| {
            people.clone().and_then(|n| match n {
                0 => Figure::Undefined("nobody to divide by".to_owned()),
                n => Figure::Shown(Number::pounds(pence as f64 / n as f64)),
            })
        };
        (pence > 0).then(|| Money {
            awarded: Number::pounds(pence as f64),
            per_child: per(&reach.children),
            per_attendance: per(&reach.attendances),
            per_matched_child: per(matched),
        })
    }
}
