//! Targets: judged by the reading that was chosen for them, and told of where they were altered.

use pencilmark::person::KeyStage;
use pencilmark::report::{Figure, Report, ReportInput, Status, Support, html};
use pencilmark::session::{Aimed, TargetChange, TargetReading};

use crate::cohort::{Answerer, fifteen_children, programme, registered};
use crate::pages::words;

fn judged(mut input: ReportInput, reading: TargetReading, target: i64) -> (Report, [String; 2]) {
    input.programme.awareness_reading = reading;
    input.programme.awareness_target = target;
    let report = Report::build(&input);
    let pages = [html::evaluator(&report), html::funder(&report)].map(|page| words(&page.into_string()));
    (report, pages)
}

/// Two projects of forty: half of the first double what they know and the others add a half, the second adds a tenth.
fn unlike() -> ReportInput {
    let mut input = programme(&["Job Trail", "Story Jobs"]);
    for (project, n, (before, after)) in [(1, 20, (8, 16)), (1, 20, (8, 12)), (2, 20, (10, 11)), (2, 20, (10, 11))] {
        registered(&mut input, project, n);
        Answerer::child(project, KeyStage::Ks2).times(n).matched(&mut input, "AWR", 20, (before, after));
    }
    input
}

#[test]
fn the_word_follows_the_reading_that_was_chosen_at_every_place() {
    // R1 of the fifteen children is 47.1 %, with limits from 23.7 to 76.1 %.
    for (reading, target, status, held) in [
        (TargetReading::Overall, 45, Status::Met, "+47.1%"),
        (TargetReading::Overall, 50, Status::Close, "+47.1%"),
        (TargetReading::LowerLimit, 45, Status::Behind, "+23.7%"),
        (TargetReading::LowerLimit, 25, Status::Close, "+23.7%"),
        (TargetReading::LowerLimit, 20, Status::Met, "+23.7%"),
        (TargetReading::EveryProject, 45, Status::Met, "+47.1%, Story Jobs"),
    ] {
        let (report, pages) = judged(fifteen_children(), reading, target);
        assert_eq!(report.targets.programme.awareness_status, status, "{reading:?} {target}");
        assert_eq!(report.targets.projects[0].awareness_status, status, "{reading:?} {target}");
        // Where the word rests on the figure, its interval holds each of these targets.
        let sure = if reading == TargetReading::LowerLimit { "." } else { ", though unsure: the target lies within" };
        let says = format!("The target is judged by {}: {held}, which is “{}”{sure}", reading.words(), status.word());
        assert_eq!(report.targets.programme.awareness_unsure, sure != ".");
        let judged = match reading {
            TargetReading::LowerLimit => "Judged by: the lower limit of the 95% interval",
            TargetReading::EveryProject => "Judged by: every project.",
            TargetReading::Overall => "Judged by: the change of everyone together",
        };
        for page in &pages {
            assert!(page.contains(&says), "{says}\n{page}");
            assert!(page.contains(judged), "{judged}");
        }
        assert!(pages[0].contains(&format!("at least {target}%, judged by {}", reading.words())));
        let csv = report.to_csv().expect("writes");
        let of_programme = |line: &&str| line.starts_with("target.programme.awareness_");
        let rows: Vec<&str> = csv.lines().filter(of_programme).collect();
        let has = |statistic: &str, shown: &str| {
            rows.iter().any(|row| row.contains(&format!("awareness_{statistic},")) && row.contains(shown))
        };
        assert!(has("status", &status.word()) && has("reading", reading.code()), "{rows:#?}");
        let apart = reading == TargetReading::LowerLimit;
        assert_eq!(has("held", "+23.7%"), apart, "{rows:#?}");
    }
}

#[test]
fn every_project_is_judged_by_the_one_that_changed_least_and_only_a_figure_of_its_own_is_unsure() {
    let (report, pages) = judged(unlike(), TargetReading::EveryProject, 25);
    assert_eq!(
        report.targets.projects.iter().map(|row| row.awareness_status).collect::<Vec<_>>(),
        [Status::Met, Status::Behind]
    );
    assert_eq!(report.targets.programme.awareness_status, Status::Behind);
    assert!(pages.iter().all(|page| page.contains("smallest +10.0%, Story Jobs")), "{}", pages[1]);
    let (report, _) = judged(unlike(), TargetReading::Overall, 25);
    assert_eq!(report.targets.programme.awareness_status, Status::Met, "38.9 % together");
    let (report, pages) = judged(unlike(), TargetReading::LowerLimit, 40);
    assert!(report.targets.projects.iter().all(|row| !row.awareness_unsure), "the limit is judged, not the figure");
    assert!(!pages[1].contains(", unsure"), "{}", pages[1]);
}

#[test]
fn a_project_with_a_target_of_its_own_is_held_against_that_one_at_every_place() {
    // Job Trail rises by three quarters, Story Jobs by a tenth; together by 38.9 %.
    let mut input = unlike();
    input.projects[0].awareness_target = Some(100);
    input.projects[1].awareness_target = Some(10);
    let (report, pages) = judged(input.clone(), TargetReading::Overall, 25);
    let stands = |report: &Report| report.targets.projects.iter().map(|row| row.awareness_status).collect::<Vec<_>>();
    assert_eq!(stands(&report), [Status::Behind, Status::Met]);
    assert_eq!(report.targets.programme.awareness_status, Status::Met, "together by what the programme set out for");
    assert_eq!(report.targets.awareness_tally, [(Status::Met, 1), (Status::Behind, 1)]);
    let csv = report.to_csv().expect("writes");
    for (place, target) in [("programme", 25), ("project.1", 100), ("project.2", 10)] {
        let row = format!("target.{place}.awareness_target,");
        assert!(csv.lines().any(|line| line.starts_with(&row) && line.ends_with(&format!(",{target}"))), "{row}");
    }
    for page in &pages {
        assert!(page.contains("(target +100%)") && page.contains("(target +10%)"), "{page}");
        assert!(page.contains("A project with a target of its own is held against that one."), "{page}");
    }

    let (report, pages) = judged(input.clone(), TargetReading::EveryProject, 25);
    assert_eq!(report.targets.programme.awareness_status, Status::Behind, "the furthest from its own target decides");
    assert!(pages.iter().all(|page| page.contains("+75.0%, Job Trail (target +100%)")), "{}", pages[1]);
    let csv = report.to_csv().expect("writes");
    let row = |line: &str| line.starts_with("target.programme.awareness_held_target,") && line.ends_with(",100");
    assert!(csv.lines().any(row), "{csv}");

    // A target that is the programme's own is no other one.
    input.projects.iter_mut().for_each(|project| project.awareness_target = Some(25));
    let (report, pages) = judged(input, TargetReading::Overall, 25);
    assert_eq!(stands(&report), [Status::Met, Status::Behind]);
    assert!(
        pages.iter().all(|page| !page.contains("(target +") && !page.contains("target of its own")),
        "{}",
        pages[1]
    );
}

#[test]
fn a_project_that_is_withheld_leaves_every_project_untold() {
    let mut input = unlike();
    input.projects.push(pencilmark::session::Project { id: 3, name: "Makers".to_owned(), ..input.projects[0].clone() });
    input.projects.push(pencilmark::session::Project {
        id: 4,
        name: "Menders".to_owned(),
        ..input.projects[0].clone()
    });
    for (project, n) in [(3, 9), (4, 12)] {
        registered(&mut input, project, n);
        Answerer::child(project, KeyStage::Ks2).times(n).matched(&mut input, "AWR", 20, (10, 11));
    }
    let (report, pages) = judged(input.clone(), TargetReading::EveryProject, 5);
    assert_eq!(report.targets.programme.awareness_status, Status::TooFew, "the withheld one may be below");
    assert!(pages[0].contains("which these answers do not give: “Too few to say”."), "{}", pages[0]);
    let (report, _) = judged(input, TargetReading::EveryProject, 25);
    assert_eq!(report.targets.programme.awareness_status, Status::Behind, "Story Jobs is behind, whatever they are");
}

#[test]
fn a_target_altered_after_answers_is_told_everywhere_and_nothing_is_called_fixed_in_advance() {
    let change = |target, project_id, was: &str, became: &str, reason: &str| TargetChange {
        project_id,
        target,
        was: was.to_owned(),
        became: became.to_owned(),
        reason: reason.to_owned(),
        changed_on: "2024-05-03".to_owned(),
    };
    let (report, pages) = judged(fifteen_children(), TargetReading::Overall, 50);
    assert!(pages[0].contains("Main results, fixed in advance") && !pages[1].contains("after answers were in"));
    assert!(report.targets.fixed_in_advance());

    let mut input = fifteen_children();
    input.target_changes = vec![
        change(Aimed::Awareness, None, "70", "50", "The panel asked for it."),
        change(Aimed::Reading, None, "lower_limit", "overall", ""),
        change(Aimed::Children, Some(1), "1200", "20", "a smaller hall"),
    ];
    let (report, pages) = judged(input, TargetReading::Overall, 50);
    let json = report.to_json().expect("writes");
    for says in [
        "Changed on 3 May 2024, after answers were in: the rise in job roles known that was set out, from 70% to 50%. The reason given: The panel asked for it.",
        "Changed on 3 May 2024, after answers were in: what the target for job roles known is judged by, from “the lower limit of the 95% interval” to “the change of everyone together”. No reason was given.",
        "Changed on 3 May 2024, after answers were in: the children that Story Jobs is to reach, from 1,200 to 20. The reason given: a smaller hall.",
    ] {
        for page in &pages {
            assert!(page.contains(says), "{says}\n{page}");
        }
        assert!(json.contains(says));
    }
    assert!(pages.iter().all(|page| !page.contains("fixed in advance")));
}

#[test]
fn forty_children_are_not_too_few_where_there_is_no_percentage_to_judge() {
    // From one of twenty jobs to three: a percentage of so little would mislead.
    let mut input = programme(&["Story Jobs"]);
    registered(&mut input, 1, 40);
    for after in [3, 4] {
        Answerer::child(1, KeyStage::Ks2).times(20).matched(&mut input, "AWR", 20, (1, after));
    }
    let (report, pages) = judged(input, TargetReading::Overall, 50);
    assert_eq!(report.targets.programme.awareness_status, Status::NotGiven);
    for page in &pages {
        assert!(page.contains("Cannot be judged") && !page.contains("ewer than ten answered"), "{page}");
        assert!(!page.contains("too few to say"), "{page}");
    }
    // Where everybody changed by the same there is no interval for a target to lie in.
    let mut input = programme(&["Story Jobs"]);
    registered(&mut input, 1, 12);
    Answerer::child(1, KeyStage::Ks2).times(12).matched(&mut input, "AWR", 20, (8, 11));
    let (report, pages) = judged(input, TargetReading::Overall, 50);
    assert!(!report.targets.programme.awareness_unsure);
    assert!(pages.iter().all(|page| !page.contains("the target lies within")), "{}", pages[0]);
}

#[test]
fn at_least_the_target_holds_project_by_project_where_each_is_above_it() {
    // Two projects of twenty who rise by 75 % on average, unlike enough for the interval to reach below the target.
    let mut input = programme(&["Job Trail", "Story Jobs"]);
    for project in [1, 2] {
        registered(&mut input, project, 20);
        for (session, after) in [(0, 9), (1, 19)] {
            let child = Answerer::child(project, KeyStage::Ks2).at(10 * project + session).times(10);
            child.matched(&mut input, "AWR", 20, (8, after));
        }
    }
    let (report, pages) = judged(input, TargetReading::Overall, 50);
    let awareness = report.awareness().expect("measured");
    let readings = awareness.readings.as_ref().and_then(Figure::shown).expect("readings");
    assert_eq!(readings.claim.support, Support::EveryProject);
    for page in &pages {
        assert!(page.contains("so “at least 50%” holds project by project"), "{page}");
    }
}
