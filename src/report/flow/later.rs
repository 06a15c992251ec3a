//! Why people with a before have not answered later, and who answered later without one.

use crate::pairing::Why;
use crate::person::Role;
use crate::report::groups::Groups;
use crate::report::outcome::Outcome;
use crate::report::suppression::{Figure, SMALLEST_COUNT, is_small};
use crate::report::wording::say;

use super::{Reason, why};

/// The reasons, counted from everybody with a before; nothing where they would tell of few people.
pub(super) fn reasons(
    who: Role,
    groups: &Groups<'_>,
    primary: &[Outcome],
    matched: Option<i64>,
) -> (Vec<Reason>, Vec<Reason>) {
    let rows = || groups.projects.iter().flat_map(|project| groups.flow(who, project.id));
    let before: i64 = rows().map(|row| row.before).sum();
    let later: i64 = rows().map(|row| row.follow_up).sum();
    let both = why(rows(), Why::BeforeAndLater);
    let never = never_asked(who, groups, primary);
    // Who answered both and left out the main result follows from its matched.
    let left_out = both - matched.unwrap_or(both);
    let own = if left_out < 0 || is_small(left_out) { matched.unwrap_or(both) } else { both };
    let (nothing, alone) =
        if own == both { ("nothing_later", "later_only") } else { ("nothing_later_unmatched", "later_unmatched") };
    let lost = |never: i64| [("never_asked", never), (nothing, before - own - never)];
    let joined = later - own;
    let may_be_said = |lost: &[(&str, i64)]| lost.iter().all(|(_, n)| *n >= 0 && !is_small(*n));
    let Some(lost) = [lost(never.unwrap_or_default()), lost(0)].into_iter().find(|lost| may_be_said(lost)) else {
        return Default::default();
    };
    if joined < 0 || is_small(joined) || is_small(before) || is_small(own) {
        return Default::default();
    }
    let told = |reasons: &[(&str, i64)]| -> Vec<Reason> {
        let there = reasons.iter().filter(|(_, n)| *n >= SMALLEST_COUNT);
        there.map(|(key, n)| Reason { words: say("flow", key, &[]), people: Figure::Shown(*n) }).collect()
    };
    (told(&lost), told(&[(alone, joined)]))
}

/// People with a before in projects that have no follow-up and no answer of one; none where one of them does not show
/// just those as its befores.
fn never_asked(who: Role, groups: &Groups<'_>, primary: &[Outcome]) -> Option<i64> {
    let main = primary.iter().find(|outcome| outcome.who == who)?;
    let of = |project_id: i64, count: fn(&crate::report::input::FlowCount) -> i64| -> i64 {
        groups.flow(who, project_id).map(count).sum()
    };
    let projects = groups.projects.iter().zip(&main.by_project);
    let never =
        projects.filter(|(project, _)| !groups.has_follow_up(project.id) && of(project.id, |row| row.follow_up) == 0);
    // Somebody who left the main result out would follow from the two numbers.
    let befores = never.map(|(project, finding)| {
        let before = of(project.id, |row| row.before);
        finding.base.before.shown().copied().filter(|shown| *shown == before)
    });
    befores.sum()
}
