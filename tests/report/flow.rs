//! How far people came: why others are not in the next box, in numbers that add up and tell of nobody.

use pencilmark::pairing::Why;
use pencilmark::person::KeyStage;
use pencilmark::report::{Flow, Reason, Report, ReportInput, SessionVisits, html};
use pencilmark::session::{Design, SessionRole};
use pencilmark::survey::{Comparison, Wave};

use crate::cohort::{Answerer, programme, registered};
use crate::pages::words;
use crate::riverside::riverside;

pub type Named = Vec<(String, i64)>;

fn said(reasons: &[Reason]) -> Named {
    reasons.iter().map(|one| (one.words.clone(), *one.people.shown().expect("shown"))).collect()
}

pub fn named(reasons: &[(&str, i64)]) -> Named {
    reasons.iter().map(|(words, n)| ((*words).to_owned(), *n)).collect()
}

/// Children of one project: registered, with a before, with an after, with a before only, with an after only; so many of
/// them matched on awareness.
pub fn children([all, before, after, only_before, only_after, matched]: [i64; 6], why: &[(Why, i64)]) -> ReportInput {
    let mut input = programme(&["Story Jobs"]);
    registered(&mut input, 1, all);
    let row = &mut input.flow[0];
    (row.before, row.after) = (before, vec![(Wave::PostProg, after)]);
    (row.only_before, row.only_after) = (only_before, only_after);
    row.why = why.iter().copied().collect();
    Answerer::child(1, KeyStage::Ks2).times(matched).matched(&mut input, "AWR", 20, (4, 8));
    input
}

fn flow(input: &ReportInput) -> Flow {
    Report::build(input).flows.swap_remove(0)
}

/// What is lost before the before, the after and the matched, and who joins at the after.
pub fn told(input: &ReportInput) -> [Named; 4] {
    let flow = flow(input);
    [said(&flow.steps[2].lost), said(&flow.steps[3].lost), said(&flow.steps[4].lost), said(&flow.steps[3].joined)]
}

pub const AWAY: &str = "not at a last session so far, no after";
pub const ONE_OFF: &str = "at a one-off session, gave no after";
pub const LAST: &str = "at a last session, gave no after";

#[test]
fn the_reasons_are_told_as_finely_as_answers_and_visits_know_them() {
    let input = children(
        [200, 160, 120, 60, 20, 88],
        &[
            (Why::CameLate, 12),
            (Why::NoAfterOneOff, 11),
            (Why::NoAfterLast, 13),
            (Why::AfterAside, 6),
            (Why::AllAside, 7),
            (Why::AnotherForm, 5),
        ],
    );
    assert_eq!(
        told(&input),
        [
            named(&[
                ("after only, first seen where it is asked", 12),
                ("after only, though seen earlier", 8),
                ("answers set aside", 7),
                ("neither before nor after", 13),
            ]),
            named(&[(AWAY, 30), (ONE_OFF, 11), (LAST, 13), ("after set aside", 6)]),
            named(&[("no before", 20), ("after on another form", 5), ("left the question out", 7)]),
            named(&[("with an after only", 20)]),
        ]
    );
    let csv = Report::build(&input).to_csv().expect("writes");
    for row in ["flow.child.3.lost.1", "flow.child.4.lost.4", "flow.child.4.joined.1", "flow.child.5.lost.3"] {
        assert!(csv.contains(&format!("\n{row},")), "{row}");
    }
    let page = words(&html::evaluator(&Report::build(&input)).into_string());
    assert!(page.contains("− 11 at a one-off session,") && page.contains("+ 20 with an after only"), "{page}");
    assert!(page.contains("Who left early, who would rather not or skipped it, and whose answer a tablet lost"));
}

#[test]
fn reasons_of_few_people_are_told_together_with_others() {
    // Three left the question out: that must follow neither from who joined nor from who came late.
    let few_left_out = children([200, 160, 120, 60, 20, 97], &[(Why::CameLate, 12), (Why::NoAfterLast, 30)]);
    assert_eq!(
        told(&few_left_out),
        [
            named(&[
                ("after only, first seen where it is asked", 12),
                ("after only, though seen earlier; or neither before nor after", 28),
            ]),
            named(&[(AWAY, 30), ("at a last session, gave no after; or another form or left out", 33)]),
            named(&[("no before; or another form or left out", 23)]),
            named(&[("with an after only; or another form or left out", 23)]),
        ]
    );
    // Two came late, which is told with the others who answered after only.
    let few_late = children([200, 160, 120, 60, 20, 80], &[(Why::CameLate, 2)]);
    assert_eq!(told(&few_late)[0], named(&[("after only", 20), ("neither before nor after", 20)]));
    let few_there = children([200, 160, 120, 60, 20, 80], &[(Why::NoAfterLast, 4), (Why::NoAfterOneOff, 6)]);
    assert_eq!(told(&few_there)[1], named(&[(AWAY, 50), ("where the after is asked, but gave none", 10)]));
    // Two of a hundred have no before, which the boxes tell: no reason repeats it.
    let few_without = children([100, 98, 60, 38, 0, 50], &[]);
    assert_eq!(told(&few_without)[0], Vec::new());
    assert_eq!(told(&few_without)[1], named(&[(AWAY, 38)]));
}

#[test]
fn who_was_there_is_told_only_where_nobody_follows_from_who_was_seen_at_sessions() {
    let of = |there: i64, seen: Option<i64>| {
        let mut input = children([100, 80, 66, 20, 6, 50], &[(Why::NoAfterLast, there)]);
        let visits = |children| SessionVisits { session_id: 1, children, newcomers: 0 };
        input.attended.sessions = seen.map(visits).into_iter().collect();
        told(&input)[1].clone()
    };
    assert_eq!(of(8, None), named(&[(AWAY, 12), (LAST, 8)]));
    assert_eq!(of(20, None), named(&[(LAST, 20)]), "nobody stayed away");
    assert_eq!(of(4, None), named(&[("no after", 20)]), "four were there");
    assert_eq!(of(17, None), named(&[("no after", 20)]), "three were not");
    // 66 of those who were there gave an after and 8 gave none though they had a before: of 77 three said nothing at all.
    assert_eq!(of(8, Some(77)), named(&[("no after", 20)]));
    assert_eq!(of(8, Some(80)), named(&[(AWAY, 12), (LAST, 8)]));

    // Of 40 children 32 have a before and 20 of these an after; six gave none though they were there, and six were not.
    // Two of the forty were neither there nor in another number, where 32 were there.
    let of_forty = |seen_there: i64, held_on: &str| {
        let mut input = children([40, 32, 20, 12, 0, 20], &[(Why::NoAfterLast, 6)]);
        input.attended.sessions = vec![SessionVisits { session_id: 1, children: seen_there, newcomers: 0 }];
        input.sessions.iter_mut().for_each(|session| session.held_on = held_on.to_owned());
        told(&input)[1].clone()
    };
    assert_eq!(of_forty(26, "2024-03-01"), named(&[(AWAY, 6), (LAST, 6)]));
    assert_eq!(of_forty(32, "2024-03-01"), named(&[("no after", 12)]), "40 - 32 - 6 would be two");
    assert_eq!(of_forty(26, "2999-03-01"), named(&[("no after", 12)]), "that session is still to come");
    let mut no_last = children([100, 100, 0, 100, 0, 0], &[]);
    no_last.sessions[0].role = SessionRole::Middle;
    assert_eq!(told(&no_last)[1], named(&[("no after", 100)]), "there was no last session yet to be at");
}

#[test]
fn reasons_are_told_together_where_the_tables_by_project_would_tell_of_a_few() {
    let mut input = programme(&["Story Jobs", "Job Trail"]);
    input.projects[0].design = Design::OneOff;
    for (project, [all, before, only_before, only_after, matched], why) in
        [(1, [40, 40, 7, 0, 30], Why::NoAfterOneOff), (2, [74, 60, 20, 6, 40], Why::NoAfterLast)]
    {
        registered(&mut input, project, all);
        let row = input.flow.last_mut().expect("just pushed");
        (row.before, row.only_before, row.only_after) = (before, only_before, only_after);
        row.after = vec![(Wave::PostProg, before - only_before + only_after)];
        row.why = [(why, only_before.min(10))].into();
        let child = || Answerer::child(project, KeyStage::Ks2);
        child().times(matched).matched(&mut input, "AWR", 20, (4, 8));
        child().times(before - matched).counted(&mut input, "AWR", 20, Comparison::After, (Some(4), None));
    }
    // The one-off project shows 40 with a before and 30 matched: without seven of the ten, three would be left.
    let after = told(&input)[1].clone();
    assert_eq!(after.iter().map(|(_, n)| n).sum::<i64>(), 30);
    assert!(after.iter().all(|(words, n)| !words.starts_with(ONE_OFF) && *n != 7 && *n != 13), "{after:?}");
}

#[test]
fn the_last_box_is_counted_from_who_answered_before() {
    let mut input = programme(&["Story Jobs", "Job Trail"]);
    for (project, before, both) in [(1, 80, 30), (2, 40, 0)] {
        registered(&mut input, project, before);
        let row = input.flow.last_mut().expect("just pushed");
        row.follow_up = if project == 1 { 36 } else { 0 };
        row.why = [(Why::BeforeAndLater, both)].into();
        let child = || Answerer::child(project, KeyStage::Ks2);
        child().times(before).matched(&mut input, "AWR", 20, (4, 8));
        child().times(before - both).counted(&mut input, "TLK", 1, Comparison::After, (Some(1), None));
        child().times(both).counted(&mut input, "TLK", 1, Comparison::Later, (Some(1), Some(2)));
    }
    input.asked_later = vec![1];
    let later = flow(&input).steps.swap_remove(5);
    assert!(later.from_before);
    assert_eq!(
        said(&later.lost),
        named(&[("with a before, asked by nobody later", 40), ("with a before, nothing later", 50)])
    );
    assert_eq!(said(&later.joined), named(&[("later, but no before", 6)]));
    assert!(flow(&input).notes.iter().any(|note| note.contains("counted from “Answered before”")));

    // Two of the thirty left the question about talk out: with the matched beside it, who answered both would tell.
    let talk = input.counts.iter_mut().find(|count| count.comparison == Comparison::Later && count.n == 30);
    talk.expect("talk later").n = 28;
    let later = flow(&input).steps.swap_remove(5);
    assert_eq!(
        said(&later.lost),
        named(&[("with a before, asked by nobody later", 40), ("with a before, nothing later to set beside it", 52)])
    );
    assert_eq!(said(&later.joined), named(&[("later, but nothing before to set beside it", 8)]));
}

#[test]
fn the_flow_says_why_fewer_are_matched_later_than_answered() {
    let mut input = riverside();
    let children = |row: &&mut pencilmark::report::input::FlowCount| row.role == pencilmark::person::Role::Child;
    input.flow.iter_mut().find(children).expect("children").follow_up += 40;
    let report = Report::build(&input);
    let answered = report.flows[0].steps.last().expect("steps").people.shown().copied().expect("many");
    let talk = report.primary.iter().find(|outcome| outcome.measure == "TLK").expect("talk at home");
    let matched = talk.headline.base.matched.shown().copied().expect("many");
    assert_eq!(answered, matched + 40);
    let note = report.flows[0].later_note.clone().expect("a note");
    assert!(
        note.starts_with(&format!("Of the {answered} children who answered later, {matched} are matched on")),
        "{note}"
    );
    assert_eq!(report.flows[1].later_note, None, "every grown-up who answered later is matched");
}
