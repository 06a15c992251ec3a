//! An attacker with the flow, the tables by project, the visits and a pencil: nobody follows from the reasons.

use std::collections::BTreeMap;

use pencilmark::pairing::Why;
use pencilmark::person::KeyStage;
use pencilmark::report::{Report, ReportInput, SessionVisits};
use pencilmark::session::{Design, SessionRole};
use pencilmark::survey::{Comparison, Wave};

use crate::cohort::{Answerer, programme, registered, session};
use crate::common::sums;
use crate::flow::{AWAY, LAST, Named, ONE_OFF, children, named, told};

/// Children by kind: matched, another form, left out; away, one-off, last, set aside; late, earlier; all set aside, nothing.
type Sizes = [i64; 11];

/// Which children a reason is about, by their place in [`Sizes`].
fn kinds_of(arrow: usize, words: &str) -> Vec<usize> {
    let one = |words: &str| -> &[usize] {
        match (arrow, words) {
            (_, "after only, first seen where it is asked") => &[7],
            (_, "after only, though seen earlier") => &[8],
            (_, "after only" | "with an after only") | (2, "no before") => &[7, 8],
            (_, "answers set aside") => &[9],
            (_, "neither before nor after") => &[10],
            (_, "no answer before") => &[7, 8, 9, 10],
            (_, AWAY) => &[3],
            (_, ONE_OFF) => &[4],
            (_, LAST) => &[5],
            (_, "where the after is asked, but gave none") => &[4, 5],
            (_, "after set aside") => &[6],
            (_, "no after") => &[3, 4, 5, 6],
            (_, "gave no after") => &[3, 4, 5],
            (_, "after on another form") => &[1],
            (_, "left the question out") => &[2],
            (_, "another form or left out") => &[1, 2],
            _ => panic!("{words}"),
        }
    };
    words.split("; or ").flat_map(one).copied().collect()
}

/// Registered, answered before, answered after, matched.
fn boxes() -> [Vec<usize>; 4] {
    [(0..11).collect(), (0..7).collect(), vec![0, 1, 2, 7, 8], vec![0]]
}

/// At each arrow: whom the next box lacks.
const LOST: [&[usize]; 3] = [&[7, 8, 9, 10], &[3, 4, 5, 6], &[1, 2, 7, 8]];

fn sum(sizes: &Sizes, kinds: &[usize]) -> i64 {
    kinds.iter().map(|kind| sizes[*kind]).sum()
}

/// Whether a set of children is a sum and difference of others; kinds of nobody are everybody's knowledge.
fn follows(secret: &[usize], known: &[Vec<usize>], sizes: &Sizes) -> bool {
    let row = |set: &[usize]| -> Vec<bool> { (0..11).map(|kind| set.contains(&kind) && sizes[kind] > 0).collect() };
    sums::follows(&row(secret), &known.iter().map(|set| row(set)).collect::<Vec<_>>())
}

/// Numbers that nobody would have thought of, each of eight.
struct Chance(u64);

impl Chance {
    fn one_of(&mut self, choices: [i64; 8]) -> i64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        choices[usize::try_from(self.0 >> 61).expect("below 8")]
    }
}

/// The sums that the reasons tell, which are as large as they say and subtract to the boxes; and the boxes themselves.
fn known(input: &ReportInput, sizes: &Sizes) -> (Vec<Vec<usize>>, [Named; 4]) {
    let all @ [before_reasons, after_reasons, matched_reasons, joined] = &told(input);
    let [all_registered, before, after, matched] = boxes().map(|kinds| sum(sizes, &kinds));
    let ends = [(all_registered, before), (before, after), (after, matched)];
    let mut known = boxes().to_vec();
    let none = Named::new();
    let arrows = [(before_reasons, &none), (after_reasons, joined), (matched_reasons, &none)];
    for (arrow, ((lost, joined), (from, to))) in arrows.into_iter().zip(ends).enumerate() {
        let total = |reasons: &Named| -> i64 { reasons.iter().map(|(_, n)| n).sum() };
        if !lost.is_empty() {
            assert_eq!(from - total(lost) + total(joined), to, "{sizes:?}: {lost:?} {joined:?}");
        }
        for (words, n) in lost.iter().chain(joined) {
            let kinds = kinds_of(arrow, words);
            assert_eq!(sum(sizes, &kinds), *n, "{sizes:?}: {words}");
            assert!(*n >= 5, "{sizes:?}: {words} {n}");
            known.push(kinds);
        }
        // What the reasons of an arrow do not name is nobody.
        let unnamed = |kind: &usize| !lost.iter().any(|(words, _)| kinds_of(arrow, words).contains(kind));
        let nobody = LOST[arrow].iter().filter(|kind| !lost.is_empty() && sizes[**kind] == 0 && unnamed(kind));
        known.extend(nobody.map(|kind| vec![*kind]));
    }
    (known, all.clone())
}

/// The reasons that are kept of people of these kinds.
fn why_of(sizes: &Sizes) -> [(Why, i64); 6] {
    [
        (Why::AnotherForm, sizes[1]),
        (Why::NoAfterOneOff, sizes[4]),
        (Why::NoAfterLast, sizes[5]),
        (Why::AfterAside, sizes[6]),
        (Why::CameLate, sizes[7]),
        (Why::AllAside, sizes[9]),
    ]
}

#[test]
fn whatever_the_numbers_are_the_boxes_subtract_and_nobody_follows_from_the_reasons() {
    const CHOICES: [i64; 8] = [0, 0, 1, 3, 4, 5, 9, 30];
    let mut chance = Chance(7);
    let (mut told_of, mut finest) = (0, 0);
    for _ in 0..400 {
        let mut sizes = [0_i64; 11];
        sizes.iter_mut().for_each(|n| *n = chance.one_of(CHOICES));
        sizes[0] = 20;
        let [all, before, after, matched] = boxes().map(|kinds| sum(&sizes, &kinds));
        let only = [sum(&sizes, &[3, 4, 5, 6]), sum(&sizes, &[7, 8])];
        let input = children([all, before, after, only[0], only[1], matched], &why_of(&sizes));
        let (known, reasons) = known(&input, &sizes);
        told_of += reasons[..3].iter().map(Vec::len).sum::<usize>();
        let in_full = |lost: &&Named| lost.iter().all(|(words, _)| !words.contains("; or "));
        finest += reasons[..3].iter().filter(in_full).count();
        for set in 1_usize..1 << 11 {
            let few: Vec<usize> = (0..11).filter(|kind| set >> kind & 1 == 1 && sizes[*kind] > 0).collect();
            if (1..5).contains(&sum(&sizes, &few)) && !follows(&few, &boxes(), &sizes) {
                assert!(!follows(&few, &known, &sizes), "{sizes:?}: {few:?} from {known:?}");
            }
        }
    }
    assert!(told_of > 1_500 && finest > 600, "{told_of} reasons are told, {finest} arrows in full");
}

/// A one-off project and one that meets for weeks, with children of each kind in them; at the sessions so many children
/// were seen beside those who answered, and so many were first seen at the last one beside those who came late.
fn two_projects(sizes: [Sizes; 2], [silent_once, silent_at_last, newcomers]: [i64; 3], early: i64) -> ReportInput {
    let mut input = programme(&["Skills Day", "Job Trail"]);
    input.projects[0].design = Design::OneOff;
    input.sessions[0].role = SessionRole::Single;
    input.sessions.push(pencilmark::session::Session {
        project_id: 2,
        held_on: "2024-01-10".to_owned(),
        ..session(3, SessionRole::First)
    });
    for (project, sizes, wave) in [(1, sizes[0], Wave::PostSame), (2, sizes[1], Wave::PostProg)] {
        let [all, before, after, matched] = boxes().map(|kinds| sum(&sizes, &kinds));
        registered(&mut input, project, all);
        let row = input.flow.last_mut().expect("just pushed");
        let left_early = if project == 2 { early.min(after) } else { 0 };
        (row.before, row.after) = (before, vec![(wave, after - left_early), (Wave::PostExit, left_early)]);
        (row.only_before, row.only_after) = (sum(&sizes, &[3, 4, 5, 6]), sum(&sizes, &[7, 8]));
        row.why = BTreeMap::from(why_of(&sizes));
        let child = || Answerer::child(project, KeyStage::Ks2);
        child().times(matched).matched(&mut input, "AWR", 20, (4, 8));
        child().times(before - matched).counted(&mut input, "AWR", 20, Comparison::After, (Some(4), None));
        let there = after - left_early + sizes[4] + sizes[5];
        let silent = if project == 1 { silent_once } else { silent_at_last };
        let newcomers = if project == 2 { sizes[7] + newcomers } else { 0 };
        input.attended.sessions.push(SessionVisits { session_id: project, children: there + silent, newcomers });
    }
    input
}

/// Every number of the tables by project and the visits, with kinds that somebody would take from it.
fn told_elsewhere(input: &ReportInput, report: &Report) -> Vec<(i64, Vec<usize>)> {
    let mut numbers = Vec::new();
    for outcome in report.primary.iter().filter(|outcome| outcome.comparison == Comparison::After) {
        let taken: [&[&[usize]]; 2] =
            [&[&[4], &[6], &[4, 6]], &[&[3], &[5], &[6], &[3, 5], &[3, 6], &[5, 6], &[3, 5, 6]]];
        for (finding, taken) in outcome.by_project.iter().zip(taken) {
            let base = &finding.base;
            if let (Some(before), Some(matched)) = (base.before.shown(), base.matched.shown()) {
                numbers.extend(taken.iter().map(|kinds| (before - matched, kinds.to_vec())));
            }
        }
    }
    let wave = |wave: Wave| -> i64 {
        input.flow.iter().flat_map(|row| &row.after).filter(|(one, _)| *one == wave).map(|(_, n)| n).sum()
    };
    let [once, at_last] = [0, 1].map(|place| input.attended.sessions[place].children);
    let [same, last, early] = [Wave::PostSame, Wave::PostProg, Wave::PostExit].map(wave);
    for (left, kinds) in [(once - same, vec![4]), (at_last - last, vec![5]), (once + at_last - same - last, vec![4, 5])]
    {
        numbers.push((left, [kinds.clone(), vec![6]].concat()));
        numbers.extend([left, left - early].map(|left| (left, kinds.clone())));
    }
    let registered: i64 = input.flow.iter().map(|row| row.registered).sum();
    numbers.push((registered - once - at_last, vec![3]));
    numbers.push((input.attended.sessions[1].newcomers, vec![7]));
    numbers
}

#[test]
fn whatever_the_numbers_are_nobody_follows_from_the_reasons_and_what_is_told_elsewhere() {
    const CHOICES: [i64; 8] = [0, 0, 5, 6, 9, 12, 17, 30];
    const FEW: [i64; 8] = [0, 1, 2, 3, 4, 7, 20, 40];
    let mut chance = Chance(11);
    let (mut tempting, mut told_of) = (0, 0);
    for _ in 0..200 {
        let mut split = [[0_i64; 11]; 2];
        for kind in 0..11 {
            for (project, sizes) in split.iter_mut().enumerate() {
                // Nobody is away from a one-off session, at a last one or late to it there, and the other way round.
                let elsewhere: &[usize] = if project == 0 { &[3, 5, 7, 8] } else { &[4] };
                sizes[kind] = if elsewhere.contains(&kind) { 0 } else { chance.one_of(CHOICES) };
            }
        }
        split.iter_mut().for_each(|sizes| sizes[0] = 20);
        let early = chance.one_of(CHOICES);
        let input = two_projects(split, [(); 3].map(|()| chance.one_of(FEW)), early);
        let mut sizes = split[0];
        sizes.iter_mut().zip(split[1]).for_each(|(n, more)| *n += more);
        let (known, reasons) = known(&input, &sizes);
        told_of += reasons[..3].iter().map(Vec::len).sum::<usize>();
        for (people, kinds) in told_elsewhere(&input, &Report::build(&input)) {
            let taken = sum(&sizes, &kinds);
            if taken > 0 && (1..5).contains(&(people - taken)) {
                tempting += 1;
                // Which of the kinds that are told together are nobody is not known.
                assert!(!follows(&kinds, &known, &[1; 11]), "{sizes:?}: {people} less {kinds:?} from {reasons:?}");
            }
        }
    }
    assert!(tempting > 100 && told_of > 500, "{tempting} times few were left of {told_of} reasons");
}

/// Of 200 children 160 have a before and 120 an after: of those with a before only 30 were away, 11 at a one-off session,
/// 13 at a last one, and of six the after is set aside; of the twenty with an after only twelve came late.
fn two_hundred(at_one_off: i64, at_last: i64, newcomers: i64) -> [Named; 4] {
    let why = [(Why::NoAfterOneOff, 11), (Why::NoAfterLast, 13), (Why::AfterAside, 6), (Why::CameLate, 12)];
    let mut input = children([200, 160, 120, 60, 20, 88], &why);
    input.flow[0].after = vec![(Wave::PostProg, 70), (Wave::PostSame, 40), (Wave::PostExit, 10)];
    let first = pencilmark::session::Session { held_on: "2024-01-10".to_owned(), ..session(2, SessionRole::First) };
    input.sessions.extend([first, session(3, SessionRole::Single)]);
    let visits = |session_id, children, newcomers| SessionVisits { session_id, children, newcomers };
    input.attended.sessions = vec![visits(1, at_last, newcomers), visits(2, 150, 150), visits(3, at_one_off, 0)];
    told(&input)
}

#[test]
fn who_came_late_is_told_only_where_nobody_follows_from_who_was_first_seen_later() {
    let not_before = |newcomers: i64| two_hundred(75, 98, newcomers)[0].clone();
    let told_apart = [
        ("after only, first seen where it is asked", 12),
        ("after only, though seen earlier", 8),
        ("neither before nor after", 20),
    ];
    assert_eq!(not_before(17), named(&told_apart));
    assert_eq!(not_before(12), named(&told_apart), "every newcomer answered after only");
    for newcomers in 13..17 {
        let together = named(&[("after only", 20), ("neither before nor after", 20)]);
        assert_eq!(not_before(newcomers), together, "{newcomers} - 12 would be a few");
    }

    // Where all with an after only came late, it is not said that they did.
    let mut all_late = children([200, 160, 120, 60, 20, 88], &[(Why::CameLate, 20)]);
    let first = pencilmark::session::Session { held_on: "2024-01-10".to_owned(), ..session(2, SessionRole::First) };
    all_late.sessions.push(first);
    let of = |input: &mut ReportInput, newcomers: i64| {
        input.attended.sessions = vec![SessionVisits { session_id: 1, children: 130, newcomers }];
        told(input)[0][0].clone()
    };
    assert_eq!(of(&mut all_late, 40), ("after only, first seen where it is asked".to_owned(), 20));
    assert_eq!(of(&mut all_late, 22), ("after only".to_owned(), 20), "two were first seen there and answered nothing");
}

#[test]
fn who_was_where_the_after_is_asked_is_told_only_as_far_as_the_visits_allow() {
    let after = |at_one_off: i64, at_last: i64| two_hundred(at_one_off, at_last, 40)[1].clone();
    let aside = ("after set aside", 6);
    assert_eq!(after(75, 98), named(&[(AWAY, 30), (ONE_OFF, 11), (LAST, 13), aside]));
    let there = named(&[(AWAY, 30), ("where the after is asked, but gave none", 24), aside]);
    assert_eq!(after(54, 98), there, "54 at a one-off session - 40 with an after - 11 would be three");
    assert_eq!(after(64, 98), there, "64 - 40 - 11 - the ten who left early would be three");
    assert_eq!(after(60, 98), there, "60 - 40 - 11 - the six whose after is set aside would be three");
    assert_eq!(after(75, 86), there, "86 at a last session - 70 - 13 would be three");
    // 200 - 70 - 98 - 30 would be two who were nowhere and are in no number.
    let away = after(70, 98);
    assert!(away.iter().all(|(words, n)| words != AWAY && *n != 30), "{away:?}");
    assert_eq!(away.iter().map(|(_, n)| n).sum::<i64>(), 60);
}

#[test]
fn an_after_set_aside_is_told_with_others_where_the_tables_by_project_leave_a_few() {
    // Of the one-off project seven afters are set aside and so many left the question out.
    let of = |left_out: i64| {
        let one_off = [30, 0, left_out, 0, 0, 0, 7, 0, 0, 0, 20];
        two_projects([one_off, [30, 0, 12, 9, 0, 11, 0, 0, 6, 0, 20]], [40, 40, 0], 0)
    };
    assert_eq!(told(&of(6))[1], named(&[(AWAY, 9), (LAST, 11), ("after set aside", 7)]));
    let after = told(&of(3))[1].clone();
    assert!(after.iter().all(|(_, n)| *n != 7), "10 unmatched - 7 would be three: {after:?}");
    assert_eq!(after.iter().map(|(_, n)| n).sum::<i64>(), 27);
}
