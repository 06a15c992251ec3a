//! A project, an area or a key stage by itself: what the page of everyone shows of it, and no more.

use std::collections::BTreeSet;

use pencilmark::person::KeyStage;
use pencilmark::report::{Cut, Figure, Passage, Report, ReportInput, SessionVisits, html};
use pencilmark::session::{DeliveryModel, Session, SessionRole};
use pencilmark::survey::Comparison;

use crate::cohort::{Answerer, programme, registered, session};
use crate::pages::words;
use crate::riverside::riverside;

fn build(input: &ReportInput) -> Report {
    Report::build(input)
}

fn rows(report: &Report) -> BTreeSet<String> {
    report.to_csv().expect("writes").lines().skip(1).map(str::to_owned).collect()
}

/// Projects with so many matched children, half of whom know more jobs afterwards.
fn projects(sizes: &[i64]) -> ReportInput {
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
fn no_part_shows_a_figure_that_the_page_of_everyone_does_not() {
    for input in [riverside(), projects(&[40, 9, 12, 30]), projects(&[3, 40, 25])] {
        let whole = build(&input);
        let known = rows(&whole);
        assert!(whole.parts.len() > 3);
        for part in &whole.parts {
            let narrowed = whole.clone().narrowed(part);
            let more: Vec<String> = rows(&narrowed).difference(&known).cloned().collect();
            assert_eq!(more, [""; 0], "{}", part.code());
        }
    }
}

#[test]
fn a_part_has_every_figure_that_the_page_of_everyone_shows_of_it() {
    let mut input = riverside();
    for (place, project) in input.projects.iter_mut().enumerate() {
        project.delivery_model = [DeliveryModel::School, DeliveryModel::Community][place % 2];
    }
    for session in input.sessions.iter_mut().filter(|session| session.project_id % 3 == 0) {
        "2024-05-20".clone_into(&mut session.held_on);
    }
    let whole = build(&input);
    let mut kinds = BTreeSet::new();
    for part in &whole.parts {
        let narrowed = rows(&whole.clone().narrowed(part));
        let ending = format!(".{},", part.code());
        // Who was lost is told of everybody alone.
        let is_own = |row: &String| {
            let id = row.split_inclusive(',').next().unwrap_or_default();
            id.ends_with(&ending) && !id.starts_with("attrition.")
        };
        let own: Vec<String> = rows(&whole).into_iter().filter(is_own).collect();
        assert!(own.len() > 10, "{}: {}", part.code(), own.len());
        let lacking: Vec<&String> = own.iter().filter(|row| !narrowed.contains(*row)).collect();
        assert!(lacking.is_empty(), "{} lacks {lacking:#?}", part.code());
        kinds.insert(part.cut);
    }
    assert_eq!(kinds, Cut::PARTS.into(), "projects, areas, models, terms and key stages");
}

#[test]
fn a_project_of_nine_and_the_one_that_hides_it_stay_withheld_by_themselves() {
    let whole = build(&projects(&[40, 9, 12, 30]));
    for name in ["Project 2", "project 3"] {
        let part = whole.part_called(name).expect("a project");
        let report = whole.clone().narrowed(&part);
        assert!(report.awareness().expect("measured").headline.change.shown().is_none(), "{name}");
        let page = html::evaluator(&report).into_string();
        assert!(page.contains("This page is about <strong>Project"), "{page}");
    }
    let page = html::evaluator(&whole.clone().narrowed(&whole.part_called("project.2").expect("nine"))).into_string();
    assert!(page.contains("Too few to say") && !page.contains("20 of 20"), "{page}");
}

#[test]
fn a_part_says_its_own_change_in_a_sentence_with_its_own_number() {
    let whole = build(&riverside());
    let part = whole.part_called("Key Stage 2").expect("a key stage");
    let expected =
        whole.awareness().expect("measured").by_key_stage.iter().find(|f| f.group == part).expect("its finding");
    let report = whole.clone().narrowed(&part);
    let outcome = report.awareness().expect("measured");
    assert_eq!(outcome.headline.id, expected.id);
    let n = expected.base.matched.shown().expect("many");
    assert!(outcome.sentence.starts_with(&format!("Among {n} children")), "{}", outcome.sentence);
    assert!(outcome.sentences.iter().all(|sentence| !sentence.contains("{") && !sentence.contains("significant")));
    let confidence = report.primary.iter().find(|outcome| outcome.measure == "CNF-JOB").expect("confidence");
    assert_eq!(confidence.distributions.iter().map(|d| d.survey.as_str()).collect::<Vec<_>>(), ["ks2"]);
    assert_eq!(report.scope.as_deref(), Some("Key Stage 2"));
    assert!(report.flows.is_empty() && report.money.is_none() && report.reach.children.shown().is_none());
    assert!(!report.to_csv().expect("writes").contains("reach."), "everyone's counts are not a part's");
}

#[test]
fn a_part_is_weighed_by_its_own_losses_and_not_by_those_of_everyone() {
    let mut input = projects(&[40, 30]);
    Answerer::child(2, KeyStage::Ks2).times(20).counted(&mut input, "AWR", 20, Comparison::After, (Some(8), None));
    let whole = build(&input);
    let caveats = |name: &str| {
        let part = whole.part_called(name).expect("a project");
        let report = whole.clone().narrowed(&part);
        let page = section(&html::evaluator(&report).into_string(), "evidence");
        assert!(report.evidence.caveats.iter().all(|caveat| page.contains(caveat.as_str())), "{page}");
        report.evidence.caveats.join("\n")
    };
    let lost = "30 of 50 with a before answered again";
    assert!(caveats("Project 2").contains(lost) && caveats("Project 2").contains("with caution"));
    assert!(!caveats("Project 1").contains("answered again"), "nobody was lost there");
}

#[test]
fn twelve_who_all_rose_are_not_told_that_nobody_knows_without_a_word_why() {
    let mut input = programme(&["Story Jobs"]);
    registered(&mut input, 1, 12);
    input.sessions = vec![session(1, SessionRole::Single)];
    // One of the twelve crosses the cut, which lies between two and three.
    for (before, after, n) in [(3, 4, 6), (2, 3, 1), (1, 2, 5)] {
        Answerer::child(1, KeyStage::Ks2).at(1).times(n).matched(&mut input, "CNF-JOB", 1, (before, after));
    }
    let outcome = build(&input).primary[0].clone();
    let method = |outcome: &pencilmark::report::Outcome| {
        outcome.headline.change.shown().and_then(|change| change.points.interval.shown().map(|limits| limits.method))
    };
    let says =
        |outcome: &pencilmark::report::Outcome| outcome.sentences.iter().any(|one| one.contains("is wider for it"));
    assert_eq!(method(&outcome), Some("Newcombe’s method 10, unpaired"));
    assert!(says(&outcome), "{:?}", outcome.sentences);
    let other = build(&projects(&[40])).primary[0].clone();
    assert!(!says(&other), "{:?}", other.sentences);
}

#[test]
fn a_change_whose_number_of_people_is_withheld_is_said_in_no_sentence() {
    let mut whole = build(&projects(&[40, 25, 30]));
    for outcome in whole.primary.iter_mut().chain(&mut whole.secondary) {
        for finding in &mut outcome.by_project {
            finding.base.matched = Figure::Withheld(pencilmark::report::Withheld::ProtectsAnother);
        }
    }
    let part = whole.part_called("Project 2").expect("a project");
    let outcome = whole.narrowed(&part).awareness().expect("measured").clone();
    assert!(outcome.headline.change.shown().is_none());
    assert_eq!(outcome.sentence, "Withheld: a smaller group could be worked out from it.");
}

/// A section of a page, in words.
fn section(page: &str, id: &str) -> String {
    let (_, rest) = page.split_once(&format!("<section id=\"{id}\">")).expect("the section");
    words(rest.split("</section>").next().expect("it ends"))
}

#[test]
fn a_part_prints_what_tells_of_nobody_and_says_truly_why_it_has_no_more() {
    let mut input = riverside();
    let texts = [
        (Passage::About, "Families meet jobs."),
        (Passage::FixedOn, "On the first of May."),
        (Passage::Delivery, "Rain on two days."),
    ];
    input.written.texts.extend(texts.map(|(passage, words)| (passage, words.to_owned())));
    let whole = build(&input);
    let area = whole.parts.iter().find(|part| part.cut == Cut::Area).expect("an area").clone();
    let [everyone, page] = [whole.clone(), whole.narrowed(&area)].map(|report| html::evaluator(&report).into_string());
    for (id, said) in [
        ("programme", "Families meet jobs."),
        ("aims", "On the first of May."),
        ("delivery", "Rain on two days."),
        ("felt", "is asked: who looks back"),
        ("codebook", "codebook.csv"),
    ] {
        assert!(section(&everyone, id).contains(said) && section(&page, id).contains(said), "{id}: {said}");
        assert!(!section(&page, id).contains("could tell of few"), "{id}");
    }
    assert!(section(&page, "money").contains("by strand, not by part"));
    assert!(section(&page, "voices").contains("single projects"));
    assert!(section(&page, "groups").contains("about one group"));
    assert!(section(&page, "lost").contains("could tell of few people"));
}

#[test]
fn a_part_has_the_steps_that_the_tables_of_groups_show_of_it() {
    let whole = build(&riverside());
    for name in ["Street of Skills", "Key Stage 2"] {
        let part = whole.part_called(name).expect("a part");
        let report = whole.clone().narrowed(&part);
        let page = html::evaluator(&report).into_string();
        let awareness = report.awareness().expect("measured");
        let base = &awareness.headline.base;
        let flow = section(&page, "flow");
        for figure in [&base.registered, &base.before, &base.after, &base.matched] {
            let people = figure.shown().expect("many").to_string();
            assert!(flow.contains(&people), "{people}: {flow}");
        }
        let reached = format!("{} children", base.registered.shown().expect("many"));
        assert!(section(&page, "summary").contains(&reached), "{reached}");
    }
    let few = build(&projects(&[40, 3, 25]));
    let three = few.clone().narrowed(&few.part_called("Project 2").expect("three"));
    let flow = section(&html::evaluator(&three).into_string(), "flow");
    assert!(!flow.contains(" 3 ") && flow.contains("&lt;5"), "{flow}");
}

#[test]
fn a_project_by_itself_shows_its_own_sessions_and_no_others() {
    let mut input = riverside();
    for project in [1, 2] {
        for place in 0..4 {
            let id = 100 * project + place;
            let held_on = format!("2024-03-{:02}", 1 + place);
            input.sessions.push(Session { id, project_id: project, held_on, ..input.sessions[0].clone() });
            let visits = SessionVisits { session_id: id, children: 20 + 7 * project + place, newcomers: 0 };
            input.attended.sessions.push(visits);
        }
    }
    let whole = build(&input);
    let part = whole.part_called("project.1").expect("a project");
    let page = html::evaluator(&whole.clone().narrowed(&part)).into_string();
    let delivery = section(&page, "delivery");
    assert!(delivery.contains("27, 28, 29, 30") && !delivery.contains("34, 35"), "{delivery}");
    assert!(delivery.contains("Children at a session went from 27.0 in the first third"), "{delivery}");
    assert!(!delivery.contains("projects by more than a tenth"), "{delivery}");
    let known = rows(&whole);
    assert!(rows(&whole.clone().narrowed(&part)).is_subset(&known));
}

#[test]
fn a_part_that_is_not_there_is_not_found() {
    let whole = build(&riverside());
    assert!(whole.part_called("project.999").is_none() && whole.part_called("").is_none());
}

#[test]
fn a_project_by_itself_stands_against_its_own_target_with_the_words_of_everyones_page() {
    let whole = build(&riverside());
    for (place, row) in whole.targets.projects.iter().enumerate() {
        let part = whole.parts.iter().find(|part| part.name == row.name).expect("a part of its own").clone();
        let report = whole.clone().narrowed(&part);
        let own: Vec<&str> = report.targets.projects.iter().map(|row| row.name.as_str()).collect();
        assert_eq!(own, [row.name.as_str()]);
        assert_eq!(report.targets.projects[0].awareness_status, row.awareness_status);
        let page = html::evaluator(&report).into_string();
        let table = page.split("Against target</caption>").nth(1).and_then(|rest| rest.split("</table>").next());
        let table = table.unwrap_or_else(|| panic!("no table of {} in {page}", row.name));
        assert!(table.contains(&row.awareness_status.word()) && !table.contains(&whole.programme), "{table}");
        assert!(rows(&report).iter().any(|line| line.starts_with(&format!("target.project.{}.", place + 1))));
        assert!(!page.contains("Everyone matched."));
    }
    let area = whole.parts.iter().find(|part| part.code().starts_with("key_stage")).expect("a key stage").clone();
    assert!(whole.narrowed(&area).targets.projects.is_empty(), "a key stage has no target");
}
