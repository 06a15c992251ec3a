//! Small and odd programmes: the report still makes sense of them.

use pencilmark::person::{KeyStage, Role};
use pencilmark::report::input::AttendanceCount;
use pencilmark::report::{Figure, Report, ReportInput, SessionVisits, html};
use pencilmark::statistics::Grade;
use pencilmark::survey::Comparison;

use crate::cohort::{Answerer, programme, registered};

/// A programme of one project and so many children, each with jobs and confidence before and after.
pub fn of(name: &str, children: i64, change: impl Fn(i64) -> Option<(i64, i64)>) -> ReportInput {
    let mut input = programme(&[name]);
    registered(&mut input, 1, children);
    for child in 0..children {
        let (jobs, sure) = (5 + child % 6, 1 + child % 3);
        let after = change(child);
        let child = || Answerer::child(1, KeyStage::Ks2);
        child().counted(&mut input, "AWR", 20, Comparison::After, (Some(jobs), after.map(|by| jobs + by.0)));
        child().counted(
            &mut input,
            "CNF-JOB",
            1,
            Comparison::After,
            (Some(sure), after.map(|by| (sure + by.1).min(4))),
        );
    }
    if change(0).is_none() {
        input.flow.iter_mut().for_each(|row| {
            row.after.clear();
            row.only_before = row.before;
        });
    }
    input
}

/// The page as somebody reads it, without markup.
fn read(input: &ReportInput) -> (Report, String) {
    let report = Report::build(input);
    let page = html::evaluator(&report).into_string();
    for broken in ["NaN", "inf%", "{", "undefined"] {
        let said = page.split('<').filter_map(|part| part.split_once('>')).any(|(_, text)| text.contains(broken));
        assert!(!said, "“{broken}” is printed");
    }
    let funder = html::funder(&report).into_string();
    assert!(!funder.contains("NaN"));
    (report, page)
}

#[test]
fn three_children_have_a_page_that_says_too_few_and_tells_of_none_of_them() {
    let (report, page) = read(&of("Story Jobs", 3, |_| Some((4, 1))));
    assert!(page.contains("Too few to say: fewer than ten children have answered both"));
    for outcome in &report.primary {
        assert!(
            outcome.headline.change.shown().is_none() && outcome.histogram.as_ref().is_none_or(|h| h.shown().is_none())
        );
    }
    assert!(!report.to_csv().expect("writes").lines().any(|line| line.contains(",level_before,")));
}

#[test]
fn no_children_at_all_have_a_page_of_sentences() {
    let (report, page) = read(&programme(&["Story Jobs"]));
    assert!(report.primary.is_empty());
    for said in
        ["No answers yet", "Nobody has been seen at a session yet", "there is no dose to tell", "No secondary result"]
    {
        assert!(page.contains(said), "{said}");
    }
}

#[test]
fn twelve_who_all_improved_are_a_gain_that_is_not_called_clear() {
    let (report, page) = read(&of("Story Jobs", 12, |_| Some((4, 1))));
    let awareness = report.awareness().expect("measured");
    let change = awareness.headline.change.shown().expect("twelve are enough");
    assert_eq!(change.direction.improved.shown().map(|share| share.count), Some(12));
    assert!(change.judgement.grade != Grade::ClearGain, "fewer than 30, of one session");
    let Some(Figure::Shown(histogram)) = &awareness.histogram else { panic!("a histogram") };
    // All rose by four of twenty jobs: 20 of every 100.
    let filled: Vec<(String, i64)> = histogram
        .ranges
        .iter()
        .filter_map(|range| Some((range.words(), range.people.shown()?.count)))
        .filter(|(_, n)| *n > 0)
        .collect();
    assert_eq!(filled, [("more than 10".to_owned(), 12)], "the empty range above 20 is put together with it");
    assert!(page.contains("All these answers come from one session"));
}

#[test]
fn forty_without_an_after_have_befores_and_a_loss_but_no_change() {
    let (report, page) = read(&of("Story Jobs", 40, |_| None));
    let awareness = report.awareness().expect("befores");
    assert!(matches!(awareness.headline.change, Figure::Undefined(_)));
    assert!(page.contains("Nobody has answered both before and after yet"));
    assert!(report.attrition.results.iter().all(|loss| loss.matched_before.shown().is_none()));
}

#[test]
fn a_long_polish_name_is_written_whole_wherever_a_project_is_named() {
    let name = "Międzypokoleniowe Spotkania o Zawodach Przyszłości i Rzemiośle Dzielnicy Nad Rzeką Żółwią";
    let mut input = of(name, 40, |child| Some((3 + child % 3, 1)));
    input.programme.name = format!("{name} {name}");
    let (_, page) = read(&input);
    assert!(page.contains(&format!("<h1>{name} {name}</h1>")));
    assert!(page.contains("Żółwią"));
}

/// Two projects with names of several lines, each with attendance.
pub fn long_names() -> (ReportInput, [&'static str; 2]) {
    let names = [
        "Międzypokoleniowe Spotkania o Zawodach Przyszłości i Rzemiośle Dzielnicy Nad Rzeką Żółwią",
        "Średzkie Warsztaty Pszczelarzy, Ogrodników i Stolarzy dla Uczniów Szkół Podstawowych oraz ich Dziadków",
    ];
    let mut input = programme(&names);
    input.sessions.clear();
    for project_id in [1, 2] {
        registered(&mut input, project_id, 60);
        input.attendances.push(AttendanceCount { project_id, role: Role::Child, n: 90 });
        for (place, children) in [(1, 20), (2, 30), (3, 40)] {
            let id = 10 * project_id + place;
            input.sessions.push(pencilmark::session::Session {
                project_id,
                held_on: format!("2024-03-0{place}"),
                ..crate::cohort::session(id, pencilmark::session::SessionRole::Middle)
            });
            input.attended.sessions.push(SessionVisits { session_id: id, children, newcomers: children });
            for (n, after) in [(10, 10), (10, 12)] {
                let child = || Answerer::child(project_id, KeyStage::Ks2).at(id).times(n);
                child().matched(&mut input, "AWR", 20, (8, after + place));
                child().matched(&mut input, "CNF-JOB", 1, (2, if after == 10 { 2 } else { 3 }));
            }
        }
    }
    (input, names)
}

#[test]
fn long_names_of_projects_are_whole_in_every_chart_and_on_the_funders_page() {
    let (input, names) = long_names();
    let (report, page) = read(&input);
    let mut charts = 0;
    for name in names {
        let words: Vec<&str> = name.split_whitespace().collect();
        for drawn in page.split("<svg").skip(1).filter_map(|part| part.split("</desc>").nth(1)?.split("</svg>").next())
        {
            let said = crate::pages::words(&format!("<svg>{drawn}</svg>"));
            if said.contains(words[0]) {
                charts += 1;
                assert!(words.iter().all(|word| said.contains(word)), "{name} is cut off: {said}");
            }
        }
        let funder = crate::pages::words(&html::funder(&report).into_string());
        assert!(funder.contains(name), "{funder}");
    }
    assert!(charts >= 6, "dumbbells, attendance and more: {charts}");
}

#[test]
fn twelve_who_all_rose_by_the_same_have_no_interval_to_speak_of() {
    let report = Report::build(&of("Story Jobs", 12, |_| Some((4, 1))));
    let awareness = report.awareness().expect("measured");
    assert!(awareness.sentence.contains("No interval can be given"), "{}", awareness.sentence);
    assert!(!awareness.sentence.contains("does not leave out"), "{}", awareness.sentence);
    // What is sure is that they improved: Wilson's interval of 12 in 12 begins at 75.8 %.
    assert!(awareness.sentence.contains("everybody improved, and by the same"), "{}", awareness.sentence);
    assert!(awareness.sentence.contains("76 to 100%"), "{}", awareness.sentence);
    assert_eq!(awareness.verdict, Figure::Shown(Grade::LikelyGain));
    assert!(awareness.finding.ends_with("everybody improved, from 38 to 58 of 100"), "{}", awareness.finding);
    let said = &awareness.sentences;
    assert!(said.iter().any(|one| one.contains("everybody changed by the same, so there is no interval of how much")));
}

#[test]
fn four_hundred_who_all_rose_by_the_same_are_never_a_clear_gain() {
    let mut input = of("Story Jobs", 400, |_| Some((4, 1)));
    input.sessions = (1..=12).map(|id| crate::cohort::session(id, pencilmark::session::SessionRole::Middle)).collect();
    for (place, count) in input.counts.iter_mut().enumerate() {
        count.group.session_id = i64::try_from(place / 2 % 12).expect("small") + 1;
    }
    let report = Report::build(&input);
    assert_eq!(report.awareness().expect("measured").verdict, Figure::Shown(Grade::LikelyGain));
}

#[test]
fn no_cost_by_head_reads_like_pounds_where_few_were_reached() {
    let report = Report::build(&of("Story Jobs", 3, |_| Some((4, 1))));
    let funder = html::funder(&report).into_string();
    assert!(funder.contains("</strong> awarded to projects.") && !funder.contains("for each child reached"));
    assert!(html::evaluator(&report).into_string().contains("withheld: few people"));
}
