//! Numbers told elsewhere, from which a reason of the flow could be taken until a few people are left.
//!
//! Each is a sum over kinds of people and over others, who are in no number of the flow: somebody of the project who is
//! not matched for another reason, somebody seen at a session who answered nothing. Where the others are a few, they
//! follow from the number exactly where the sum over its kinds follows from the reasons. So that sum must not.

use crate::person::Role;
use crate::report::groups::Groups;
use crate::report::input::FlowCount;
use crate::report::outcome::Outcome;
use crate::report::suppression::is_small;
use crate::session::Design;
use crate::survey::{Comparison, Wave};

use super::reasons::Kind::{AfterAside, Away, CameLate, Last, OneOff};
use super::reasons::{Kind, Kinds, subsets};

/// So many people, told elsewhere: those of some kinds, and others.
struct Number {
    people: i64,
    kinds: Vec<Kind>,
}

/// The sums over kinds that must not follow from the reasons, because a number told elsewhere less the sum is a few.
pub(super) fn leaving_few(who: Role, groups: &Groups<'_>, primary: &[Outcome], kinds: &Kinds) -> Vec<Vec<Kind>> {
    let mut numbers = by_project(who, groups, primary);
    if who == Role::Child {
        numbers.extend(at_sessions(groups));
        numbers.extend(first_seen(groups));
    }
    let leaves_few = |number: &Number| {
        let taken = kinds.sum(&number.kinds);
        taken > 0 && is_small(number.people - taken)
    };
    numbers.into_iter().filter(leaves_few).map(|number| number.kinds).collect()
}

/// The tables by project show who has a before and who is matched. Whoever was at a one-off session is of a project that
/// has one, whoever was at a last session or away from it of one that meets for weeks; an after was set aside in either.
fn by_project(who: Role, groups: &Groups<'_>, primary: &[Outcome]) -> Vec<Number> {
    let after = primary.iter().filter(|outcome| outcome.who == who && outcome.comparison == Comparison::After);
    let unmatched = |outcome: &Outcome, of_run: bool| -> Option<i64> {
        let projects = groups.projects.iter().zip(&outcome.by_project);
        let of_design = projects.filter(|(project, _)| (project.design == Design::Programme) == of_run);
        of_design.map(|(_, finding)| Some(finding.base.before.shown()? - finding.base.matched.shown()?)).sum()
    };
    let designs: [(bool, &[Kind]); 2] = [(false, &[OneOff, AfterAside]), (true, &[Away, Last, AfterAside])];
    let each = after.flat_map(|outcome| designs.map(|(of_run, kinds)| (unmatched(outcome, of_run), kinds)));
    let shown = each.filter_map(|(unmatched, kinds)| Some((unmatched?, kinds)));
    shown.flat_map(|(people, kinds)| subsets(kinds).into_iter().map(move |kinds| Number { people, kinds })).collect()
}

/// How many children were seen at each session stands with the visits. Where the after is asked, those who gave it there
/// are known by its wave; of those who left early, and of those whose after was set aside, it is not known where they were.
fn at_sessions(groups: &Groups<'_>) -> Vec<Number> {
    let rows = || groups.projects.iter().flat_map(|project| groups.flow(Role::Child, project.id));
    let wave = |wave: Wave| -> i64 {
        rows().flat_map(|row| &row.after).filter(|(counted, _)| *counted == wave).map(|(_, n)| n).sum()
    };
    let [at_one_off, at_last] = [true, false].map(|one_off| groups.children_where_the_after_is_asked(one_off));
    let registered: i64 = rows().map(|row: &FlowCount| row.registered).sum();
    let silent_there = [
        (at_one_off - wave(Wave::PostSame), vec![OneOff]),
        (at_last - wave(Wave::PostProg), vec![Last]),
        (at_one_off + at_last - wave(Wave::PostSame) - wave(Wave::PostProg), vec![OneOff, Last]),
    ];
    let readings = silent_there.into_iter().flat_map(|(people, kinds)| {
        let with_aside = kinds.iter().copied().chain([AfterAside]).collect();
        [
            Number { people, kinds: kinds.clone() },
            Number { people: people - wave(Wave::PostExit), kinds },
            Number { people, kinds: with_aside },
        ]
    });
    let not_there = Number { people: registered - at_one_off - at_last, kinds: vec![Away] };
    readings.chain([not_there]).collect()
}

/// How many were first seen after a project's first session stands with the visits, too.
fn first_seen(groups: &Groups<'_>) -> impl Iterator<Item = Number> {
    groups.children_first_seen_later().into_iter().map(|people| Number { people, kinds: vec![CameLate] })
}
