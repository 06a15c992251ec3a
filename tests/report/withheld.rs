//! What a report does not show because few people stand behind it.

use pencilmark::person::{KeyStage, Role};
use pencilmark::report::input::FlowCount;
use pencilmark::report::{Consent, Figure, Finding, Quote, QuoteState, Report, Speaker, Status, Withheld, html};

use crate::cohort::{Answerer, programme, registered};

fn reason(finding: &Finding) -> Option<Withheld> {
    match finding.change {
        Figure::Withheld(why) => Some(why),
        _ => None,
    }
}

/// Projects with this many matched children, half of whom go from 8 to 12 of 20 jobs and half stay.
fn projects(sizes: &[i64]) -> pencilmark::report::ReportInput {
    let names: Vec<String> = (1..=sizes.len()).map(|n| format!("Project {n}")).collect();
    let mut input = programme(&names.iter().map(String::as_str).collect::<Vec<_>>());
    for (id, &n) in (1_i64..).zip(sizes) {
        registered(&mut input, id, n);
        Answerer::child(id, KeyStage::Ks2).times(n / 2).matched(&mut input, "AWR", 20, (8, 12));
        Answerer::child(id, KeyStage::Ks2).times(n - n / 2).matched(&mut input, "AWR", 20, (8, 8));
    }
    input
}

#[test]
fn a_project_of_nine_hides_with_the_next_smallest_and_one_of_ten_is_shown() {
    let report = Report::build(&projects(&[40, 9, 12, 30]));
    let outcome = report.awareness().expect("measured");
    let reasons: Vec<_> = outcome.by_project.iter().map(reason).collect();
    assert_eq!(reasons, [None, Some(Withheld::FewerThanTen), Some(Withheld::ProtectsAnother), None]);
    let areas: Vec<_> = outcome.by_area.iter().map(|area| (area.group.name.as_str(), reason(area))).collect();
    // Nine children are too few to name their area: it joins the next smallest.
    assert_eq!(areas, [("Project 1 area", None), ("Project 4 area", None), ("Other areas", None)]);
    let report = Report::build(&projects(&[40, 10, 12, 30]));
    assert!(report.awareness().expect("measured").by_project.iter().all(|project| reason(project).is_none()));
}

#[test]
fn a_programme_of_three_children_shows_no_figure_about_them() {
    let mut input = projects(&[3]);
    input.families.push(pencilmark::report::input::FamilyCount { project_id: 1, n: 2 });
    let report = Report::build(&input);
    assert_eq!(report.reach.children, Figure::Withheld(Withheld::FewerThanFive));
    assert_eq!(report.reach.families, Figure::Withheld(Withheld::FewerThanFive));
    let outcome = report.awareness().expect("measured");
    assert_eq!(outcome.headline.base.matched, Figure::Withheld(Withheld::FewerThanFive));
    assert_eq!(reason(&outcome.headline), Some(Withheld::FewerThanTen));
    let row = &report.targets.projects[0];
    assert_eq!((row.reached_status, row.awareness_status), (Status::TooFew, Status::TooFew));
    let money = report.money.as_ref().expect("an award");
    assert!(money.per_child.shown().is_none(), "award ÷ children would tell how many");
}

#[test]
fn a_project_of_three_children_is_not_told_by_the_total() {
    let report = Report::build(&projects(&[3, 40, 25]));
    let reached: Vec<_> = report.targets.projects.iter().map(|row| row.reached.clone()).collect();
    assert_eq!(
        reached,
        [Figure::Withheld(Withheld::FewerThanFive), Figure::Shown(40), Figure::Withheld(Withheld::ProtectsAnother)]
    );
    assert_eq!(report.targets.programme.reached, Figure::Shown(68));
}

#[test]
fn small_counts_of_a_direction_hide_with_the_next_smallest() {
    let mut input = programme(&["Story Jobs"]);
    registered(&mut input, 1, 40);
    // S1 of the disclosure cases, near enough: 26 improved, 11 the same, 3 lower of 40.
    for (n, after) in [(14, 12), (12, 10), (11, 8), (3, 6)] {
        Answerer::child(1, KeyStage::Ks2).times(n).matched(&mut input, "AWR", 20, (8, after));
    }
    let report = Report::build(&input);
    let change = report.awareness().expect("measured").headline.change.shown().expect("forty are enough").clone();
    assert_eq!(change.direction.improved.shown().map(|share| share.count), Some(26));
    assert!(matches!(change.direction.same, Figure::Withheld(Withheld::ProtectsAnother)));
    assert!(matches!(change.direction.lower, Figure::Withheld(Withheld::FewerThanFive)));
}

#[test]
fn everyone_improving_is_shown_with_an_interval_and_no_false_certainty() {
    let mut input = programme(&["Story Jobs"]);
    registered(&mut input, 1, 14);
    Answerer::child(1, KeyStage::Ks2).times(14).matched(&mut input, "AWR", 20, (8, 12));
    let report = Report::build(&input);
    let change = report.awareness().expect("measured").headline.change.shown().expect("fourteen are enough").clone();
    let improved = change.direction.improved.shown().expect("nothing small").clone();
    assert_eq!((improved.count, improved.percent.text.as_str()), (14, "100.0%"));
    assert!(improved.interval.shown().expect("Wilson").low.value < 80.0);
    // Every change is the same: a collapsed interval is no certainty, so there is none.
    assert!(matches!(change.points.interval, Figure::Undefined(_)));
    let sentence = &report.awareness().expect("measured").sentence;
    assert!(sentence.contains("No interval can be given (all changes equal)"), "{sentence}");
}

#[test]
fn a_share_that_tells_of_four_children_is_withheld_with_its_change() {
    let mut input = programme(&["Story Jobs"]);
    registered(&mut input, 1, 30);
    Answerer::child(1, KeyStage::Ks2).times(4).matched(&mut input, "CNF-JOB", 1, (3, 3));
    Answerer::child(1, KeyStage::Ks2).times(12).matched(&mut input, "CNF-JOB", 1, (2, 3));
    Answerer::child(1, KeyStage::Ks2).times(14).matched(&mut input, "CNF-JOB", 1, (2, 2));
    let report = Report::build(&input);
    let outcome = &report.primary[0];
    assert_eq!(reason(&outcome.headline), Some(Withheld::FewerThanFive));
    assert!(outcome.distributions[0].answers.shown().is_none());
}

/// Three children of one project and twelve of another, who all answered these.
fn alike(before: (i64, i64), jobs: (i64, i64)) -> pencilmark::report::ReportInput {
    let mut input = programme(&["Story Jobs", "Job Trail"]);
    for (project, n) in [(1, 3), (2, 12)] {
        registered(&mut input, project, n);
        let child = || Answerer::child(project, KeyStage::Ks2).times(n);
        child().matched(&mut input, "CNF-JOB", 1, before);
        child().matched(&mut input, "AWR", 20, jobs);
    }
    input
}

#[test]
fn what_everybody_did_alike_tells_of_each_of_the_few_who_are_withheld() {
    let report = Report::build(&alike((1, 4), (8, 12)));
    let confidence = report.primary.iter().find(|outcome| outcome.measure == "CNF-JOB").expect("measured");
    assert_eq!(reason(&confidence.headline), Some(Withheld::FewerThanFive), "all three were unsure before");
    assert!(confidence.distributions.iter().all(|one| one.answers.shown().is_none()));
    let awareness = report.awareness().expect("measured");
    let change = awareness.headline.change.shown().expect("a mean of fifteen tells of nobody").clone();
    assert_eq!(change.direction.improved.shown().map(|share| share.count), None, "all three improved");
    let all = Report::build(&alike((1, 4), (8, 20)));
    assert!(all.awareness().expect("measured").headline.change.shown().is_none(), "all three know the whole list");
    // Where there is no smaller group, that all did is the result.
    let mut alone = alike((1, 4), (8, 12));
    alone.counts.retain(|count| count.group.project_id == 2);
    let report = Report::build(&alone);
    let confidence = report.primary.iter().find(|outcome| outcome.measure == "CNF-JOB").expect("measured");
    assert!(confidence.headline.change.shown().is_some());
}

/// Lines of `results.csv` as (id, statistic, value as printed).
fn printed(report: &Report) -> Vec<(String, String, String)> {
    let csv = report.to_csv().expect("writes");
    let mut rows = csv::Reader::from_reader(csv.as_bytes());
    let line = |row: csv::StringRecord| (row[0].to_owned(), row[7].to_owned(), row[13].to_owned());
    rows.records().map(|row| line(row.expect("a row"))).collect()
}

#[test]
fn no_table_tells_what_the_headline_withholds_because_all_did_it() {
    for after in [12, 20] {
        let report = Report::build(&alike((1, 4), (8, after)));
        let awareness = report.awareness().expect("measured");
        let everybody = awareness.by_key_stage.iter().chain(&awareness.by_area);
        for finding in everybody.filter(|finding| finding.base.matched == Figure::Shown(15)) {
            let Figure::Shown(change) = &finding.change else { continue };
            assert!(change.direction.improved.shown().is_none(), "{} tells that all three improved", finding.id);
            assert!(change.after.value < 100.0, "{} tells that all three know the whole list", finding.id);
        }
        // The twelve of the other project are enough to tell of themselves.
        let of_twelve = |id: &str| id.contains(".project.2");
        for (id, statistic, shown) in printed(&report).into_iter().filter(|(id, ..)| !of_twelve(id)) {
            assert!(statistic != "improved" || shown != "100.0%", "{id} {statistic} {shown}");
            assert!(!(id.starts_with("AWR") && statistic == "level_after" && shown == "100.0"), "{id} {statistic}");
        }
    }
}

#[test]
fn neither_a_missing_interval_nor_a_reading_tells_that_all_rose_by_the_same() {
    let report = Report::build(&alike((1, 4), (8, 12)));
    let awareness = report.awareness().expect("measured");
    let said = format!("{} {:?} {:?}", awareness.sentence, awareness.sentences, awareness.finding);
    assert!(awareness.sentence.contains("it would tell of a small group"), "{said}");
    assert!(!said.contains("changes equal") && !said.contains("up by 50%") && !said.contains("lies within"), "{said}");
    let told = awareness.readings.as_ref().and_then(Figure::shown).expect("readings").clone();
    assert!(told.up_by_target.shown().is_none() && told.typical.shown().is_none());
    for (id, statistic, shown) in printed(&report).into_iter().filter(|(id, ..)| !id.contains(".project.2")) {
        assert!(!shown.contains("changes equal") && !shown.contains("no spread"), "{id} {statistic}: {shown}");
    }
    // Where changes differ, and all are beyond the target still, the share above it is as telling.
    let mut unlike = programme(&["Story Jobs", "Job Trail"]);
    for (project, n, before) in [(1, 3, 6), (2, 6, 6), (2, 6, 8)] {
        registered(&mut unlike, project, n);
        Answerer::child(project, KeyStage::Ks2).times(n).matched(&mut unlike, "AWR", 20, (before, 12));
    }
    let report = Report::build(&unlike);
    let readings = report.awareness().expect("measured").readings.clone();
    assert!(readings.expect("of a list").shown().expect("shown").up_by_target.shown().is_none());
}

#[test]
fn a_speakers_area_is_printed_where_twenty_people_came_and_the_speaker_allowed_it() {
    let speakers = |people: i64, consent: Consent| -> Vec<String> {
        let mut input = programme(&["Story Jobs"]);
        registered(&mut input, 1, people - 5);
        input.flow.push(FlowCount { role: Role::Adult, key_stage: None, registered: 5, ..input.flow[0].clone() });
        input.written.quotes.push(Quote {
            id: 1,
            project_id: Some(1),
            speaker: Speaker::Adult,
            said: "We talk more.".to_owned(),
            words: "We talk more.".to_owned(),
            consent,
            state: QuoteState::Approved,
        });
        let report = Report::build(&input);
        let page = html::evaluator(&report).into_string();
        let said = report.voices.quotes.into_iter().map(|voice| voice.speaker).collect::<Vec<_>>();
        assert!(said.iter().all(|speaker| page.contains(speaker.as_str()) && !speaker.contains("Story Jobs,")));
        said
    };
    let of_child = |speaker: Speaker, others: i64| -> String {
        let mut input = programme(&["Story Jobs"]);
        registered(&mut input, 1, 20);
        input.flow.push(FlowCount { key_stage: Some(KeyStage::Ks3), registered: others, ..input.flow[0].clone() });
        let words = "I can be a vet.".to_owned();
        let (said, consent, state) = (words.clone(), Consent::RoleAndArea, QuoteState::Approved);
        input.written.quotes.push(Quote { id: 1, project_id: Some(1), speaker, said, words, consent, state });
        Report::build(&input).voices.quotes[0].speaker.clone()
    };
    assert_eq!(of_child(Speaker::Ks2, 19), "Child, Key Stage 2, Story Jobs area");
    assert_eq!(of_child(Speaker::Ks1, 19), "Child, Story Jobs area", "nobody of that key stage is known there");
    assert_eq!(of_child(Speaker::Young, 19), "Young person, Story Jobs area", "too few of that key stage");
    assert_eq!(of_child(Speaker::Young, 20), "Young person, Key Stage 3, Story Jobs area");
    assert_eq!(of_child(Speaker::Child, 20), "Child, Story Jobs area", "which key stage was not said");
    let with_area = format!("{}, Story Jobs area", Speaker::Adult.words());
    assert_eq!(speakers(20, Consent::RoleAndArea), [with_area]);
    assert_eq!(speakers(19, Consent::RoleAndArea), [Speaker::Adult.words()], "too few to be one of");
    assert_eq!(speakers(20, Consent::NoName), [Speaker::Adult.words()], "the speaker did not allow it");
    assert_eq!(speakers(20, Consent::Private), [""; 0]);
}
