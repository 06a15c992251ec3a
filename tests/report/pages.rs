//! The evaluator's and the funder's page, read as their readers do.
//!
//! The pages are also written to `CARGO_TARGET_TMPDIR`, for people who want to look at them.

use std::fs;
use std::path::Path;

use pencilmark::html::{Page, page};
use pencilmark::report::{CostLine, Passage, Report, html};
use pencilmark::session::MadeUp;

use crate::cohort::{fifteen_children, programme};
use crate::riverside::riverside;

fn pages(name: &str, report: &Report) -> [String; 2] {
    let made_up = if report.sample { MadeUp::Sample } else { MadeUp::No };
    let evaluator = page(&Page::staff("Evaluator’s report", html::evaluator(report)).made_up(made_up));
    let funder = page(&Page::staff("For the funder", html::funder(report)).made_up(made_up));
    let pages = [evaluator.into_string(), funder.into_string()];
    for (kind, text) in ["evaluator", "funder"].iter().zip(&pages) {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("report-{name}-{kind}.html"));
        fs::write(path, text).expect("the folder for tests can be written");
    }
    pages
}

/// The words of a page, without its markup.
pub fn words(html: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for letter in html.chars() {
        match letter {
            '<' => inside = true,
            '>' => {
                inside = false;
                text.push(' ');
            }
            letter if !inside => text.push(letter),
            _ => {}
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

pub fn numbers(text: &str) -> Vec<String> {
    let split = text.split(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',')));
    split.map(|word| word.trim_matches(['.', ',']).to_owned()).filter(|word| !word.is_empty()).collect()
}

#[test]
fn both_pages_say_the_headline_of_the_fifteen_children_and_json_has_every_number_of_it() {
    let report = Report::build(&fifteen_children());
    let json = report.to_json().expect("writes");
    for text in pages("fifteen", &report) {
        let said = words(&text);
        let sentence = &report.awareness().expect("measured").sentence;
        assert!(said.contains(sentence), "{sentence}");
        assert!(said.contains("Too few to say: fewer than ten grown-ups"), "six grown-ups are not reported");
        for number in numbers(sentence) {
            assert!(json.contains(&number), "{number} is on the page and not in the JSON");
        }
    }
}

#[test]
fn every_number_of_the_evaluators_results_is_in_the_json() {
    let report = Report::build(&riverside());
    let json = report.to_json().expect("writes");
    let [evaluator, _] = pages("riverside", &report);
    let tables = evaluator.split("<tbody>").skip(1).filter_map(|rest| rest.split("</tbody>").next());
    let plain = |number: &str| number.replace(',', "");
    let mut seen = 0;
    for number in tables.flat_map(|table| numbers(&words(table))) {
        let bare = plain(&number);
        assert!(json.contains(&bare) || json.contains(&number), "{number} is in a table and not in the JSON");
        seen += 1;
    }
    assert!(seen > 300, "the tables were read: {seen} numbers");
}

#[test]
fn pages_keep_to_the_security_policy_and_to_unique_ids() {
    let report = Report::build(&riverside());
    for text in pages("riverside", &report) {
        for forbidden in ["style=", "<script", "<style", "onclick", "javascript:"] {
            assert!(!text.contains(forbidden), "{forbidden}");
        }
        let mut ids: Vec<&str> = text.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        ids.sort_unstable();
        let all = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), all, "an id stands twice");
        for claim in ["caused", "proved", "impact"] {
            assert!(!words(&text).split(|c: char| !c.is_alphabetic()).any(|word| word == claim), "{claim}");
        }
    }
}

#[test]
fn a_programme_without_answers_has_pages_that_say_so() {
    for (name, input) in [("empty", programme(&[])), ("unanswered", programme(&["Story Jobs"]))] {
        let [evaluator, funder] = pages(name, &Report::build(&input));
        assert!(words(&evaluator).contains("No answers yet. Results appear here"));
        assert!(words(&funder).contains("No answers yet."));
    }
}

#[test]
fn a_name_that_someone_typed_cannot_become_markup() {
    let mut input = fifteen_children();
    "<b>Story</b>".clone_into(&mut input.projects[0].name);
    input.programme.name = "\"><img src=x>".to_owned();
    for text in pages("typed", &Report::build(&input)) {
        assert!(!text.contains("<b>Story") && !text.contains("<img"));
    }
}

#[test]
fn a_long_page_begins_with_contents_that_lead_somewhere_and_ends_with_the_naive_intervals() {
    let [evaluator, _] = pages("riverside", &Report::build(&riverside()));
    let contents = evaluator.split("class=\"contents\"").nth(1).and_then(|rest| rest.split("</nav>").next());
    let ids: Vec<&str> = contents
        .expect("a list of contents")
        .split("href=\"#")
        .skip(1)
        .filter_map(|link| link.split('"').next())
        .collect();
    assert!(ids.len() > 8, "{ids:?}");
    for id in ids {
        assert!(evaluator.contains(&format!("<section id=\"{id}\"")), "{id} leads nowhere");
    }
    let appendix = evaluator.split("id=\"appendix\"").nth(1).expect("an appendix");
    for method in ["Student’s t", "Newcombe’s method 10", "McNemar’s mid-p test", "CR2 by session"] {
        assert!(appendix.contains(method), "{method}");
    }
}

#[test]
fn sections_stand_in_the_order_of_evaluators_reports_and_an_empty_one_says_so() {
    let [evaluator, _] = pages("riverside", &Report::build(&riverside()));
    let ids: Vec<&str> = evaluator.split("<section id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(&ids[..6], ["summary", "programme", "aims", "method", "flow", "lost"]);
    let place = |id: &str| ids.iter().position(|known| *known == id).unwrap_or_else(|| panic!("{id} in {ids:?}"));
    let after = ["awr-child-after", "secondary", "felt", "groups", "money", "evidence", "learning", "appendix"];
    assert!(after.windows(2).all(|two| place(two[0]) < place(two[1])), "{ids:?}");
    let said = words(&evaluator);
    for absent in ["Nobody has written about the programme", "is asked: who looks back", "The learning log is empty"] {
        assert!(said.contains(absent), "{absent}");
    }
}

/// Marks of the sections, and the words under each heading.
fn sections(html: &str) -> Vec<(String, String)> {
    let parts = html.split("<section id=\"").skip(1).filter_map(|rest| rest.split("</section>").next());
    parts
        .filter_map(|part| {
            let (_, rest) = part.split_once("<span class=\"mark-of\">")?;
            let (mark, rest) = rest.split_once("</span>")?;
            let (_, body) = rest.split_once("</h2>")?;
            Some((mark.to_owned(), words(body)))
        })
        .collect()
}

#[test]
fn every_section_keeps_its_number_and_says_why_where_it_has_nothing_to_tell() {
    let whole = Report::build(&riverside());
    let marks = |html: &str| -> Vec<String> { sections(html).into_iter().map(|(mark, _)| mark).collect() };
    let all = marks(&pages("riverside", &whole)[0]);
    assert_eq!(all[..8].last().map(String::as_str), Some("8"));
    let empty = Report::build(&programme(&[]));
    let unanswered = Report::build(&programme(&["Story Jobs", "Job Trail"]));
    let parts = whole.parts.iter().map(|part| (part.code(), whole.clone().narrowed(part)));
    let odd = [("empty".to_owned(), empty), ("unanswered".to_owned(), unanswered)];
    for (name, report) in odd.into_iter().chain(parts) {
        let html = html::evaluator(&report).into_string();
        assert_eq!(marks(&html), all, "{name}");
        for (mark, said) in sections(&html) {
            assert!(said.contains('.') && said.len() > 20, "{name}, section {mark}: “{said}”");
        }
    }
}

#[test]
fn nothing_is_said_of_an_empty_programme_that_is_true_of_a_full_one_only() {
    let [evaluator, funder] = pages("empty", &Report::build(&programme(&[]))).map(|page| words(&page));
    for says in ["No project has been set up yet, so there are no groups", "No award to a project has been typed in."] {
        assert!(evaluator.contains(says), "{says}");
    }
    for page in [&evaluator, &funder] {
        assert!(
            !page.contains("With one project") && !page.contains("from 61 to 79") && !page.contains("● Met"),
            "{page}"
        );
    }
    let [one, _] = pages("unanswered", &Report::build(&programme(&["Story Jobs"])));
    assert!(words(&one).contains("With one project there are no groups"));
    let two = Report::build(&programme(&["Story Jobs", "Job Trail"]));
    assert!(words(&pages("two", &two)[0]).contains("No main result has answers of several projects yet"));
}

#[test]
fn the_funder_reads_days_and_what_the_words_for_targets_mean() {
    let mut input = riverside();
    input.projects[0].target_children = 0;
    let [evaluator, funder] = pages("no-target", &Report::build(&input)).map(|page| words(&page));
    assert!(funder.contains("1 September 2023 to 31 July 2024"), "{funder}");
    assert!(funder.contains("on 15 August 2024 ."), "{funder}");
    for page in [&evaluator, &funder] {
        assert!(page.contains("Met: the target or more.") && page.contains("has the target within it"));
        assert!(!page.contains("/ 0 ") && !page.contains(" of 0 "), "no target is no number");
    }
}

#[test]
fn a_share_of_everybody_registered_has_no_interval() {
    let report = Report::build(&riverside());
    let csv = report.to_csv().expect("writes");
    let line = csv.lines().find(|line| line.starts_with("flow.child.2,") && line.contains("percent_of_registered"));
    assert!(line.expect("a step").ends_with(",100.0,,,,100.0%"), "{line:?}");
}

#[test]
fn the_funder_reads_outputs_and_outcomes_apart_with_money_learning_and_how_sure_it_is() {
    let mut input = riverside();
    let line = |strand: &str, spent_pence| CostLine {
        strand: strand.to_owned(),
        what: String::new(),
        budget_pence: 5_000_000,
        spent_pence,
    };
    input.written.costs = vec![line("Staff", 3_000_000), line("Halls", 1_000_000)];
    input.written.texts.insert(Passage::Learning, "Hot food brings families back.".to_owned());
    input.generated_at = "2024-01-31T12:00:00Z".to_owned();
    let report = Report::build(&input);
    let page = words(&html::funder(&report).into_string());
    for said in [
        "outputs: what was done",
        "outcomes: changes in people who answered both times",
        "£40,000 spent (Staff £30,000 ; Halls £10,000 )",
        "What we learnt Hot food brings families back.",
        "due by now:",
        "Running: ",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    for gravest in &report.evidence.gravest {
        assert!(page.contains(gravest.as_str()), "{gravest}");
    }
    assert!(!report.evidence.gravest.is_empty() && page.contains(&report.evidence.level));
    // Grown-ups' talk has its own figure and little chart, and children against target their percent.
    let talk: Vec<_> = report.primary.iter().filter(|outcome| outcome.measure == "TLK").collect();
    let shown = talk.iter().filter(|outcome| outcome.headline.change.shown().is_some()).count();
    assert_eq!(shown, 2, "children and grown-ups");
    assert!(page.contains("Grown-ups ") && page.contains("%, "), "{page}");
    let drawn = html::funder(&report).into_string().matches("<svg").count();
    let changes = report.primary.iter().filter(|outcome| outcome.headline.change.shown().is_some()).count();
    assert_eq!(drawn, changes, "a little chart to each result");
    let row = &report.targets.programme;
    let percent = row.reached_percent.shown().expect("a target").whole();
    assert!(page.contains(&format!(" / {} ( {percent} %)", pencilmark::report::number::count(row.target))), "{page}");
    input.generated_at = "2026-01-31T12:00:00Z".to_owned();
    let page = words(&html::funder(&Report::build(&input)).into_string());
    assert!(page.contains("· Ended") && !page.contains("due by now"));
}

#[test]
fn the_summary_begins_with_the_question_and_the_design() {
    let mut input = riverside();
    input.written.texts.insert(Passage::Questions, "Do children know more jobs afterwards?\n\nAnd more.".to_owned());
    let report = Report::build(&input);
    let page = html::evaluator(&report).into_string();
    let summary =
        words(page.split("id=\"summary\"").nth(1).and_then(|rest| rest.split("</section>").next()).expect("one"));
    let question = summary.find("Do children know more jobs afterwards?").expect("the question");
    let design = summary.find(report.method.design[0].as_str()).expect("the design");
    assert!(question < design && !summary.contains("And more."), "{summary}");
}

#[test]
fn the_ladder_shows_the_step_and_jobs_stand_one_by_one() {
    let mut input = riverside();
    for (measure, before, after) in [("STE~nurse", 0, 1), ("STE~builder", 1, 1), ("STE~pilot", 1, 0)] {
        let child = |n| crate::cohort::Answerer::child(1, pencilmark::person::KeyStage::Ks1).times(n);
        child(20).matched(&mut input, measure, 1, (before, after));
        child(10).matched(&mut input, measure, 1, (0, 0));
        child(10).matched(&mut input, measure, 1, (1, 1));
    }
    let report = Report::build(&input);
    let page = html::evaluator(&report).into_string();
    assert_eq!(report.evidence.nesta, 2);
    assert!(page.contains("Step 2 of five of Nesta’s standards, and 1 of five on the Maryland scale"));
    assert!(page.contains("evidence-ladder-title"));
    assert_eq!(
        report.jobs_finding,
        "Called a job for anyone more often afterwards: 1 of 3 jobs; less often: 1; no clear change: 1"
    );
    let (_, chart) = page.split_once("id=\"jobs-for-anyone-desc\"").expect("a chart");
    let chart = chart.split("</svg>").next().expect("it ends");
    for job in ["Nurse: for anyone", "Builder: for anyone", "Pilot: for anyone"] {
        assert!(words(chart).contains(job), "{job}");
    }
    assert!(page.contains("are not counted here: nobody has sorted them"));
}

#[test]
fn every_chart_is_named_and_has_its_numbers_below_it() {
    let page = html::evaluator(&Report::build(&riverside())).into_string();
    let figures: Vec<&str> = page.split("<figure").skip(1).filter_map(|rest| rest.split("</figure>").next()).collect();
    assert!(figures.len() > 15, "{}", figures.len());
    for figure in figures.iter().filter(|figure| figure.contains("<svg")) {
        for part in ["<figcaption", "<title id=", "<desc id=", "role=\"img\"", "<table"] {
            assert!(figure.contains(part), "{part} is missing: {}", &figure[..300.min(figure.len())]);
        }
    }
}
