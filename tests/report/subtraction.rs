//! An attacker with the report and a pencil: everyone less the groups that are shown, in every cut.

use pencilmark::person::KeyStage;
use pencilmark::report::{Change, Figure, Finding, Level, Outcome, Report, ReportInput, Share};
use pencilmark::survey::Rank;

use crate::cohort::{Answerer, programme, registered};
use crate::riverside::riverside;

/// A way to count the matched people of a finding, and what it reads of a shown change.
type Category = (&'static str, fn(&Finding, &Change) -> Option<i64>);

const CATEGORIES: [Category; 10] = [
    ("improved", |_, change| count(&change.direction.improved)),
    ("same", |_, change| count(&change.direction.same)),
    ("lower", |_, change| count(&change.direction.lower)),
    ("positive before", |finding, change| positive(finding, change.before.value)),
    ("not positive before", |finding, change| positive(finding, 100.0 - change.before.value)),
    ("positive after", |finding, change| positive(finding, change.after.value)),
    ("not positive after", |finding, change| positive(finding, 100.0 - change.after.value)),
    ("starters", |_, change| Some(change.switch.as_ref()?.shown()?.starters.count)),
    ("stoppers", |_, change| change.switch.as_ref()?.shown().map(|switch| count(&switch.stoppers).unwrap_or(0))),
    ("never positive", |_, change| {
        change.switch.as_ref()?.shown().map(|switch| switch.starters.of - switch.starters.count)
    }),
];

fn count(share: &Figure<Share>) -> Option<i64> {
    share.shown().map(|share| share.count)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "a count of people")]
fn positive(finding: &Finding, percent: f64) -> Option<i64> {
    let matched = *finding.base.matched.shown()?;
    (finding.unit == Level::PercentOfPeople).then(|| (percent * matched as f64 / 100.0).round() as i64)
}

/// Every count of one to four people that is left when shown groups are taken from a shown total.
fn recovered(input: &ReportInput, report: &Report) -> Vec<String> {
    let outcomes = report.primary.iter().chain(&report.secondary);
    outcomes.flat_map(|outcome| recovered_of(input, outcome)).collect()
}

fn recovered_of(input: &ReportInput, outcome: &Outcome) -> Vec<String> {
    let mut found = Vec::new();
    let mut subtract = |whole: &Finding, parts: &[&Finding]| {
        for (name, read) in CATEGORIES {
            let read = |finding: &Finding| read(finding, finding.change.shown()?);
            let Some(total) = read(whole) else { continue };
            let left = total - parts.iter().filter_map(|part| read(part)).sum::<i64>();
            if (1..5).contains(&left) {
                let hidden = parts.iter().filter(|part| read(part).is_none());
                let hidden: Vec<&str> = hidden.map(|part| part.id.as_str()).collect();
                found.push(format!("{name} = {left} in {}", hidden.join(" with ")));
            }
        }
    };
    for cut in [&outcome.by_key_stage, &outcome.by_project, &outcome.by_area] {
        if !cut.is_empty() {
            subtract(&outcome.headline, &cut.iter().collect::<Vec<_>>());
        }
    }
    for area in &outcome.by_area {
        let inside = |project: &&Finding| {
            let of_project = input.projects.iter().find(|known| known.id.to_string() == project.group.key);
            let area_id = of_project.expect("a project of the programme").area_id;
            area_id.map_or_else(|| "city".to_owned(), |id| id.to_string()) == area.group.key
        };
        let projects: Vec<&Finding> = outcome.by_project.iter().filter(inside).collect();
        if !projects.is_empty() {
            subtract(area, &projects);
        }
    }
    found
}

/// Three key stages in two projects; of Key Stage 1 three children knew fewer jobs afterwards and stopped
/// being sure, and all of them are in the first project.
fn three_of_key_stage_1_got_lower() -> ReportInput {
    let mut input = programme(&["Story Jobs", "Job Trail"]);
    for (project, stage, lower) in [
        (1, KeyStage::Ks1, 3),
        (1, KeyStage::Ks2, 7),
        (2, KeyStage::Ks1, 0),
        (2, KeyStage::Ks2, 9),
        (2, KeyStage::Ks3, 6),
    ] {
        registered(&mut input, project, lower + 24);
        let child = |n| Answerer::child(project, stage).times(n);
        for (n, jobs, sure) in [(lower, (8, 6), (4, 1)), (8, (8, 8), (1, 1)), (6, (8, 8), (4, 4)), (10, (6, 9), (1, 4))]
        {
            if n > 0 {
                child(n).matched(&mut input, "AWR", 12, jobs);
                child(n).matched(&mut input, "CNF-JOB", 1, (sure.0.min(3), sure.1.min(3)));
            }
        }
    }
    input
}

#[test]
fn a_withheld_count_is_not_everyone_less_the_other_groups() {
    let input = three_of_key_stage_1_got_lower();
    let report = Report::build(&input);
    let outcome = report.awareness().expect("measured");
    let whole = outcome.headline.change.shown().expect("enough");
    assert_eq!(count(&whole.direction.lower), Some(25), "everyone's own figures stay");
    let lower = |finding: &Finding| count(&finding.change.shown().expect("enough").direction.lower);
    let lower: Vec<_> = outcome.by_key_stage.iter().map(lower).collect();
    assert_eq!(lower, [None, Some(16), None], "Key Stage 3 is the smallest that can hide Key Stage 1");
    assert_eq!(recovered(&input, &report), [""; 0]);
}

#[test]
fn nothing_small_is_left_by_subtraction_in_a_programme_of_1500_children() {
    let input = riverside();
    assert_eq!(recovered(&input, &Report::build(&input)), [""; 0]);
}

/// Scores of 0 and 1 of four projects: how many got lower, rose, stayed at 1 and stayed at 0.
fn of_one_job(projects: &[[i64; 4]], rank: Rank) -> ReportInput {
    let names: Vec<String> = (1..=projects.len()).map(|n| format!("Project {n}")).collect();
    let mut input = programme(&names.iter().map(String::as_str).collect::<Vec<_>>());
    input.measures.iter_mut().filter(|spec| spec.measure.id == "STE~nurse").for_each(|spec| spec.measure.rank = rank);
    for (project, sizes) in (1..).zip(projects) {
        registered(&mut input, project, sizes.iter().sum());
        for (&n, pair) in sizes.iter().zip([(1, 0), (0, 1), (1, 1), (0, 0)]).filter(|(n, _)| **n > 0) {
            Answerer::child(project, KeyStage::Ks2).times(n).matched(&mut input, "STE~nurse", 1, pair);
        }
    }
    input
}

fn of_nurses(report: &Report) -> &Outcome {
    let outcomes = || report.primary.iter().chain(&report.secondary);
    outcomes().find(|outcome| outcome.measure == "STE~nurse").expect("asked about")
}

/// Whether a change of scores of 0 and 1 tells how many got lower: of one direction the others follow, and so they do
/// of an interval that treats everybody as independent.
fn lower_can_be_worked_out(finding: &Finding) -> bool {
    let Some(change) = finding.change.shown() else { return false };
    let moved = [&change.direction.improved, &change.direction.same, &change.direction.lower];
    moved.iter().any(|share| share.shown().is_some()) || change.points.naive_interval.shown().is_some()
}

#[test]
fn how_few_got_lower_of_two_values_does_not_follow_from_the_others_and_the_level() {
    for rank in [Rank::Describe, Rank::Secondary, Rank::Primary] {
        let input = of_one_job(&[[3, 20, 15, 12]], rank);
        let report = Report::build(&input);
        let outcome = of_nurses(&report);
        let change = outcome.headline.change.shown().expect("levels of 18 and 35 of 50 tell of nobody");
        assert!((change.points.value.value - 34.0).abs() < 1e-9);
        for finding in std::iter::once(&outcome.headline).chain(&outcome.by_project).chain(&outcome.by_key_stage) {
            assert!(!lower_can_be_worked_out(finding), "{rank:?} {}", finding.id);
        }
        let rows = report.to_csv().expect("writes");
        for statistic in ["improved", "same", "lower", "change_points_naive"] {
            let row = rows
                .lines()
                .find(|row| row.starts_with("STE~nurse.child.after.all,") && row.contains(&format!(",{statistic},")));
            assert!(row.is_some_and(|row| row.ends_with("<5") || row.contains(",withheld")), "{row:?}");
        }
    }
    let enough = Report::build(&of_one_job(&[[5, 20, 15, 12]], Rank::Describe));
    let change = of_nurses(&enough).headline.change.shown().expect("enough");
    assert_eq!(count(&change.direction.lower), Some(5));
    assert!(change.points.naive_interval.shown().is_some());
}

#[test]
fn a_score_of_two_values_is_withheld_where_one_to_four_have_one_of_them() {
    let report = Report::build(&of_one_job(&[[0, 20, 3, 27]], Rank::Describe));
    assert!(of_nurses(&report).headline.change.shown().is_none(), "three of fifty said so before");
}

#[test]
fn directions_of_two_values_are_not_everyone_less_the_other_projects() {
    let input = of_one_job(&[[2, 20, 12, 12], [8, 20, 10, 10], [9, 21, 11, 11], [0, 20, 12, 8]], Rank::Secondary);
    let report = Report::build(&input);
    let outcome = of_nurses(&report);
    let headline = outcome.headline.change.shown().expect("enough");
    assert_eq!(count(&headline.direction.lower), Some(19), "everyone's own figures stay");
    assert_eq!(recovered(&input, &report), [""; 0]);
    let told = |finding: &Finding| {
        let moved = finding.change.shown().map(|change| change.direction.clone());
        moved.map_or(0, |moved| [&moved.improved, &moved.same, &moved.lower].into_iter().filter_map(count).count())
    };
    assert!(outcome.by_project.iter().all(|finding| [0, 3].contains(&told(finding))), "all or none");
    assert!(told(&outcome.by_project[0]) == 0 && outcome.by_project.iter().filter(|one| told(one) == 0).count() > 1);
}

#[test]
fn a_single_questionnaire_repeats_the_headline_and_hides_no_more_than_it() {
    let mut input = programme(&["Story Jobs", "Job Trail", "Real Jobs Roadshow"]);
    for (project, lower, others) in [(1, 3, 10), (2, 0, 11), (3, 0, 20)] {
        registered(&mut input, project, lower + 2 * others);
        for (n, after) in [(lower, 6), (others, 8), (others, 12)] {
            Answerer::child(project, KeyStage::Ks2).times(n).matched(&mut input, "AWR", 20, (8, after));
        }
    }
    let report = Report::build(&input);
    let outcome = report.awareness().expect("measured");
    let directions = |finding: &Finding| {
        let moved = &finding.change.shown().expect("enough").direction;
        [&moved.improved, &moved.same, &moved.lower].map(count)
    };
    let headline = directions(&outcome.headline);
    assert_eq!(headline.iter().flatten().count(), 1, "three got lower, so one other category hides with them");
    assert_eq!(outcome.by_key_stage.iter().map(directions).collect::<Vec<_>>(), [headline]);
    assert_eq!(directions(&outcome.by_project[0]), [None; 3], "three of the first project got lower");
    assert_eq!(recovered(&input, &report), [""; 0]);
}
