//! Who was lost between before and after, worked by hand.

use pencilmark::person::KeyStage;
use pencilmark::report::{Figure, Loss, Report, ReportInput};
use pencilmark::survey::Comparison;

use crate::cohort::{Answerer, programme, registered};
use crate::riverside::riverside;

fn child(project: i64, stage: KeyStage, n: i64) -> Answerer {
    Answerer::child(project, stage).times(n)
}

/// Thirty matched children who go from 8 or 12 of 20 jobs to 14, and twelve lost ones who began with 4 or 8.
fn twelve_lost() -> ReportInput {
    let mut input = programme(&["Story Jobs", "Job Trail"]);
    registered(&mut input, 1, 22);
    registered(&mut input, 2, 20);
    for (project, before) in [(1, 8), (2, 12)] {
        for session in 1..=5 {
            let child = child(project, KeyStage::Ks2, 3).at(10 * project + session);
            child.matched(&mut input, "AWR", 20, (before, 14));
        }
    }
    for (project, n, before) in [(1, 6, 4), (2, 6, 8)] {
        child(project, KeyStage::Ks2, n).counted(&mut input, "AWR", 20, Comparison::After, (Some(before), None));
    }
    input
}

fn loss(input: &ReportInput) -> Loss {
    Report::build(input).attrition.results.first().expect("awareness").clone()
}

fn near(figure: &Figure<pencilmark::report::Number>, expected: f64) {
    let value = figure.shown().expect("shown").value;
    assert!((value - expected).abs() < 1e-9, "{value} is not {expected}");
}

#[test]
fn the_lost_are_set_beside_the_matched_and_bound_the_change() {
    let loss = loss(&twelve_lost());
    assert_eq!(loss.before, Figure::Shown(42));
    assert_eq!(loss.lost.shown().map(|lost| (lost.count, lost.of)), Some((12, 42)));
    near(&loss.matched_before, 50.0);
    near(&loss.lost_before, 30.0);
    // Variances of 40 and 60 (fifteen each) and of 20 and 40 (six each): 3000/29 and 1200/11.
    near(&loss.standardised, 20.0 / f64::midpoint(3000.0 / 29.0, 1200.0 / 11.0).sqrt());
    assert!(loss.unlike);
    // 30 matched rise by 20 points on average: 600; the lost lose 30 each or gain 70 each: −360 or +840.
    let bounds = loss.bounds.shown().expect("twelve are enough");
    let values = [&bounds.lowest, &bounds.unchanged, &bounds.highest].map(|number| number.value);
    for (value, expected) in values.into_iter().zip([240.0 / 42.0, 600.0 / 42.0, 1440.0 / 42.0]) {
        assert!((value - expected).abs() < 1e-9, "{value} is not {expected}");
    }
    assert!(loss.sentence.contains("12 of 42 children with a before have nothing after"), "{}", loss.sentence);
    assert!(
        loss.sentence.contains("they were unlike the matched (1.94 standard deviations lower)"),
        "{}",
        loss.sentence
    );
    assert!(loss.sentence.ends_with("the direction of the result does not depend on them."), "{}", loss.sentence);
}

#[test]
fn a_result_that_the_lost_could_undo_says_so() {
    let mut input = twelve_lost();
    child(1, KeyStage::Ks2, 20).counted(&mut input, "AWR", 20, Comparison::After, (Some(14), None));
    let loss = loss(&input);
    assert!(loss.bounds.shown().expect("many").lowest.value < 0.0);
    assert!(loss.sentence.contains("rests on the lost not being so different"), "{}", loss.sentence);
}

#[test]
fn nothing_is_said_of_how_nine_lost_children_began() {
    let mut input = twelve_lost();
    input.counts.retain(|count| count.post.is_some());
    child(1, KeyStage::Ks2, 9).counted(&mut input, "AWR", 20, Comparison::After, (Some(4), None));
    let few = loss(&input);
    assert_eq!(few.lost.shown().map(|lost| lost.count), Some(9));
    assert!(few.lost_before.shown().is_none() && few.standardised.shown().is_none() && few.bounds.shown().is_none());
    input.counts.last_mut().expect("the lost").n = 4;
    let fewer = loss(&input);
    assert!(fewer.lost.shown().is_none());
    assert!(fewer.sentence.contains("fewer than five children were lost"), "{}", fewer.sentence);
    input.counts.pop();
    assert!(loss(&input).sentence.contains("nobody of the children with a before was lost"));
}

#[test]
fn four_lost_children_who_were_sure_are_not_told_by_a_percentage() {
    let mut input = programme(&["Story Jobs"]);
    registered(&mut input, 1, 50);
    child(1, KeyStage::Ks2, 15).matched(&mut input, "CNF-JOB", 1, (2, 3));
    child(1, KeyStage::Ks2, 15).matched(&mut input, "CNF-JOB", 1, (3, 3));
    for (n, before) in [(4, 3), (16, 2)] {
        child(1, KeyStage::Ks2, n).counted(&mut input, "CNF-JOB", 1, Comparison::After, (Some(before), None));
    }
    let few = loss(&input);
    assert_eq!(few.lost.shown().map(|lost| lost.count), Some(20));
    assert!(few.lost_before.shown().is_none() && few.bounds.shown().is_none());
}

#[test]
fn everybody_with_a_before_is_lost_to_a_follow_up_they_did_not_answer() {
    let mut input = programme(&["Story Jobs"]);
    registered(&mut input, 1, 40);
    for (n, before) in [(20, 0), (20, 3)] {
        child(1, KeyStage::Ks2, n).counted(&mut input, "TLK", 1, Comparison::After, (Some(before), None));
        let answered = n / 2 + 2;
        let later = (Some(before), Some(3));
        child(1, KeyStage::Ks2, answered).counted(&mut input, "TLK", 1, Comparison::Later, later);
    }
    let loss = loss(&input);
    assert_eq!(
        (loss.comparison, loss.lost.shown().map(|lost| (lost.count, lost.of))),
        (Comparison::Later, Some((16, 40)))
    );
    near(&loss.lost_before, 50.0);
}

#[test]
fn children_whom_nobody_could_ask_later_are_told_apart_from_the_lost() {
    let mut input = programme(&["Story Jobs", "Big Skills Day", "Job Trail"]);
    for project in [1, 2, 3] {
        registered(&mut input, project, 40);
        child(project, KeyStage::Ks2, 40).counted(&mut input, "TLK", 1, Comparison::After, (Some(1), None));
    }
    child(1, KeyStage::Ks2, 40).matched(&mut input, "AWR", 20, (8, 12));
    for (n, after) in [(10, 3), (10, 1)] {
        child(1, KeyStage::Ks2, n).counted(&mut input, "TLK", 1, Comparison::Later, (Some(1), Some(after)));
    }
    input.asked_later = vec![1];
    let report = Report::build(&input);
    let loss = report.attrition.results.iter().find(|loss| loss.comparison == Comparison::Later).expect("talk");
    assert!(loss.sentence.contains("100 of 120 children"), "{}", loss.sentence);
    assert!(loss.sentence.contains("(83%, 80 of them in projects that ask nobody later)"), "{}", loss.sentence);
    assert!(report.to_csv().expect("writes").lines().any(|line| line.contains(",never_asked,") && line.contains("80")));
    let weak = report.evidence.gravest.iter().find(|caveat| caveat.contains("100 of 120")).expect("said");
    assert!(weak.contains("80 of them in projects that ask nobody later"), "{weak}");
    // Who answers at home all the same was asked.
    child(3, KeyStage::Ks2, 5).counted(&mut input, "TLK", 1, Comparison::Later, (Some(1), Some(3)));
    assert!(later(&input).sentence.contains("40 of them in projects"), "{}", later(&input).sentence);
    input.asked_later.push(2);
    assert!(!later(&input).sentence.contains("ask nobody later"));
}

fn later(input: &ReportInput) -> Loss {
    let results = Report::build(input).attrition.results;
    results.into_iter().find(|loss| loss.comparison == Comparison::Later).expect("talk")
}

#[test]
fn groups_are_told_where_every_project_in_them_is() {
    let report = Report::build(&riverside());
    let of = |what: &str| report.attrition.groups.iter().filter(|group| group.characteristic == what).count();
    assert_eq!((of("Key stage"), of("Area")), (3, 8));
    assert_eq!(of("Delivery model"), 0, "all ten are of one model: there is nothing to compare");
    for group in &report.attrition.groups {
        let counts = [&group.matched, &group.lost].map(|share| share.shown().map(|share| share.count));
        assert!(counts.iter().flatten().all(|&n| n == 0 || n >= 5), "{group:?}");
    }
    // One project of three matched children hides the model it is in, and so the other.
    let mut input = riverside();
    input.projects[0].delivery_model = pencilmark::session::DeliveryModel::School;
    let shown = |input: &ReportInput| {
        let groups = Report::build(input).attrition.groups;
        let of = groups.into_iter().filter(|group| group.characteristic == "Delivery model");
        of.map(|group| group.matched.shown().is_some()).collect::<Vec<_>>()
    };
    assert_eq!(shown(&input), [true, true]);
    let mut left = 3;
    input.counts.retain(|count| {
        let here = count.group.project_id == 1 && count.measure == "AWR" && count.post.is_some() && count.pre.is_some();
        left -= i64::from(here && left > 0);
        !here || left > 0
    });
    assert_eq!(shown(&input), [false, false]);
}

#[test]
fn a_before_counts_once_whether_the_follow_up_was_answered_or_not() {
    let report = Report::build(&riverside());
    let later: Vec<_> = report.primary.iter().filter(|outcome| outcome.comparison == Comparison::Later).collect();
    assert!(!later.is_empty(), "talk is compared with the follow-up");
    for outcome in &report.primary {
        let id = ["attrition", &outcome.measure, outcome.who.code(), outcome.comparison.code()].join(".");
        let loss = report.attrition.results.iter().find(|loss| loss.id == id).expect("of every main result");
        assert_eq!(outcome.headline.base.before, loss.before, "{id}");
    }
    // Befores of a questionnaire on which nobody was asked later are befores too.
    let mut input = programme(&["Story Jobs"]);
    registered(&mut input, 1, 50);
    child(1, KeyStage::Ks1, 20).counted(&mut input, "TLK", 1, Comparison::After, (Some(1), None));
    child(1, KeyStage::Ks2, 30).counted(&mut input, "TLK", 1, Comparison::After, (Some(1), None));
    child(1, KeyStage::Ks2, 12).counted(&mut input, "TLK", 1, Comparison::Later, (Some(1), Some(3)));
    let report = Report::build(&input);
    let talk = report.primary.iter().find(|outcome| outcome.measure == "TLK").expect("measured");
    let base = &talk.headline.base;
    assert_eq!(
        (&base.before, &base.after, &base.matched),
        (&Figure::Shown(50), &Figure::Shown(12), &Figure::Shown(12))
    );
}
