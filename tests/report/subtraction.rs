//! An attacker with the report and a pencil: everyone less the groups that are shown, in every cut.

use pencilmark::person::KeyStage;
use pencilmark::report::{Change, Figure, Finding, Level, Outcome, Report, ReportInput, Scope, Share};

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
    let report = Report::build(&input, Scope::Programme);
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
    let areas = input.areas.iter().map(|area| Some(area.id)).chain([None]).map(Scope::Area);
    for scope in [Scope::Programme].into_iter().chain(areas) {
        let report = Report::build(&input, scope);
        assert_eq!(recovered(&input, &report), [""; 0], "{scope:?}");
    }
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
    let report = Report::build(&input, Scope::Programme);
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
