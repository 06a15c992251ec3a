//! An attacker with `results.csv` and a pencil, by linear algebra: every cell of the sample that is withheld is one that
//! no sum and difference of shown cells gives.

use std::collections::{BTreeMap, BTreeSet};

use pencilmark::report::{Cut, Figure, Finding, Outcome, Report};
use pencilmark::store::Target;

use crate::common::open;
use crate::common::sums::follows;
use crate::load;

/// What a finding counts, where it shows it.
type Reading = (&'static str, fn(&Finding) -> Option<f64>);

const READINGS: [Reading; 3] = [
    ("matched", |finding| finding.base.matched.shown().map(|_| 1.0)),
    ("level", |finding| finding.base.matched.shown().and(finding.change.shown()).map(|_| 1.0)),
    ("direction", |finding| finding.change.shown()?.direction.improved.shown().map(|_| 1.0)),
];

/// The projects of every cell of a result's tables by project, area, delivery model and term.
fn cells<'o>(outcome: &'o Outcome, sets: &BTreeMap<String, Vec<bool>>) -> Vec<(&'o Finding, Vec<bool>)> {
    let tables = [&outcome.by_project, &outcome.by_area, &outcome.by_model, &outcome.by_term];
    let all = tables.into_iter().flatten().map(|finding| (finding, sets[&finding.group.code()].clone()));
    all.collect()
}

#[tokio::test]
async fn no_withheld_cell_of_the_sample_is_a_sum_and_difference_of_shown_ones() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(&Target::in_folder(folder.path())).await;
    let programme_id = load(&store).await;
    let input = store.report_input(programme_id, "2026-05-16T12:00:00Z".to_owned()).await.expect("input").expect("it");
    let report = Report::build(&input);
    let projects: Vec<_> = input.projects.iter().collect();
    let number = |id: i64| input.areas.iter().filter(|area| area.id <= id).count().to_string();
    let mut sets: BTreeMap<String, Vec<bool>> = BTreeMap::new();
    for (place, project) in projects.iter().enumerate() {
        let began = input.sessions.iter().filter(|one| one.project_id == project.id).map(|one| &one.held_on).min();
        let began = began.expect("every project has met");
        let term = match began[5..7].parse::<u8>().expect("a month") {
            1..=4 => 1,
            5..=8 => 2,
            _ => 3,
        };
        for code in [
            format!("project.{}", place + 1),
            format!("area.{}", project.area_id.map_or_else(|| "city".to_owned(), number)),
            format!("delivery_model.{}", project.delivery_model.code()),
            format!("term.{}-{term}", &began[..4]),
        ] {
            sets.entry(code).or_insert_with(|| vec![false; projects.len()])[place] = true;
        }
    }
    let everyone = vec![true; projects.len()];
    let (mut hidden, mut found) = (0, BTreeSet::new());
    for outcome in report.primary.iter().chain(&report.secondary) {
        let cells = cells(outcome, &sets);
        for (what, read) in READINGS {
            let mut known: Vec<Vec<bool>> =
                cells.iter().filter(|(finding, _)| read(finding).is_some()).map(|(_, set)| set.clone()).collect();
            known.extend(read(&outcome.headline).map(|_| everyone.clone()));
            // Nobody is everybody's knowledge.
            let empty = cells.iter().filter(|(finding, _)| matches!(finding.change, Figure::Undefined(_)));
            known.extend(empty.map(|(_, set)| set.clone()));
            let withheld = cells
                .iter()
                .filter(|(finding, _)| read(finding).is_none() && !matches!(finding.change, Figure::Undefined(_)));
            for (finding, set) in withheld {
                hidden += 1;
                if follows(set, &known) {
                    found.insert(format!("{what} of {}", finding.id));
                }
            }
        }
    }
    assert!(hidden > 50, "only {hidden} cells of the sample are withheld");
    assert_eq!(found, BTreeSet::new());
    assert!(report.parts.iter().any(|part| part.cut == Cut::Term), "terms are among the tables");
}
