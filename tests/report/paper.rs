//! The pages as PDF: how many sides, what stands on them, and what is said to those who listen.
//!
//! The documents are also written to `CARGO_TARGET_TMPDIR`, for people who want to look at them.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use pencilmark::pdf;
use pencilmark::report::{Report, ReportInput, html};

use crate::cohort::{fifteen_children, programme};
use crate::cohorts::{long_names, of};
use crate::common::run_program;
use crate::pages::{numbers, words};
use crate::riverside::riverside;

/// The large programme, set once for all tests.
static RIVERSIDE: LazyLock<(Report, [Vec<u8>; 2])> = LazyLock::new(|| {
    let report = Report::build(&riverside());
    let papers = papers("riverside", &report);
    (report, papers)
});

/// The evaluator's and the funder's PDF of a report.
fn papers(name: &str, report: &Report) -> [Vec<u8>; 2] {
    let papers = [pdf::evaluator(report).expect("set"), pdf::funder(report).expect("set")];
    for (kind, bytes) in ["evaluator", "funder"].iter().zip(&papers) {
        fs::write(folder().join(format!("report-{name}-{kind}.pdf")), bytes)
            .expect("the folder for tests can be written");
    }
    papers
}

fn folder() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR"))
}

/// How many pages a file has; its page objects are not compressed.
fn sides(pdf: &[u8]) -> usize {
    let text = String::from_utf8_lossy(pdf);
    text.matches("/Type/Page").count() + text.matches("/Type /Page").count()
        - text.matches("/Type/Pages").count()
        - text.matches("/Type /Pages").count()
}

/// What one of poppler's programs says of a file written before.
fn poppler(program: &str, options: &[&str], file: &str) -> Option<String> {
    let mut arguments = options.to_vec();
    arguments.push(file);
    if program == "pdftotext" {
        arguments.push("-");
    }
    let (said, well) = run_program(folder(), program, &arguments)?;
    assert!(well, "{said}");
    Some(said)
}

fn polish() -> ReportInput {
    let mut input = fifteen_children();
    "Wielkopolskie Stowarzyszenie Pszczelarzy i Ogrodników „Żółta Łąka” imienia Świętego Wawrzyńca – rodzinne \
     warsztaty zawodoznawcze dla uczniów szkół podstawowych w Gnieźnie, Środzie Wielkopolskiej i Wrześni"
        .clone_into(&mut input.programme.name);
    input
}

#[test]
fn the_funders_page_is_one_side_of_a4_however_little_or_much_there_is_to_say() {
    let cases = [
        ("fifteen", fifteen_children()),
        ("polish", polish()),
        ("empty", programme(&[])),
        ("unanswered", programme(&["Story Jobs"])),
        ("three", of("Story Jobs", 3, |_| Some((4, 1)))),
        ("twelve", of("Story Jobs", 12, |_| Some((4, 1)))),
        ("no-afters", of("Story Jobs", 40, |_| None)),
    ];
    let papers_of = |(name, input): (&'static str, ReportInput)| (name, papers(name, &Report::build(&input)));
    for (name, [evaluator, funder]) in cases.map(papers_of).into_iter().chain([("riverside", RIVERSIDE.1.clone())]) {
        assert_eq!(sides(&funder), 1, "{name}");
        assert!(sides(&evaluator) >= 1, "{name}");
        for paper in [&evaluator, &funder] {
            assert!(paper.starts_with(b"%PDF-1.7"), "{name}");
            let text = String::from_utf8_lossy(paper);
            for claim in ["pdfuaid:part>1<", "pdfaid:part>2<", "pdfaid:conformance>A<", "/MarkInfo", "(en-GB)"] {
                assert!(text.contains(claim), "{name} does not say {claim}");
            }
            assert!(paper.len() < 1_500_000, "{name}: {} bytes", paper.len());
        }
    }
}

#[test]
fn forty_projects_run_on_in_readable_type_rather_than_shrink_to_dust() {
    let names: Vec<String> = (1..=60).map(|n| format!("Project number {n} of the whole county")).collect();
    let report = Report::build(&programme(&names.iter().map(String::as_str).collect::<Vec<_>>()));
    let [_, funder] = papers("sixty", &report);
    assert!((2..=3).contains(&sides(&funder)), "{} sides", sides(&funder));
}

#[test]
fn the_same_report_is_the_same_file() {
    let report = Report::build(&fifteen_children());
    assert_eq!(pdf::funder(&report).expect("set"), pdf::funder(&report).expect("set"));
}

#[test]
fn every_word_and_number_of_the_page_is_on_paper() {
    let report = &RIVERSIDE.0;
    // What is said of a chart to those who do not see it is on paper too, but not to be seen; a hash is broken over lines.
    let hashes: Vec<&str> = report.method.questionnaires.iter().map(|one| one.hash.as_str()).collect();
    let seen = |page: String| {
        let page = page.split("<desc").map(|part| part.split_once("</desc>").map_or(part, |(_, rest)| rest)).collect();
        words(&hashes.iter().fold(page, |page: String, hash| page.replace(hash, "")))
    };
    let pages = [html::evaluator(report), html::funder(report)].map(|page| seen(page.into_string()));
    for (kind, page) in ["evaluator", "funder"].iter().zip(pages) {
        let Some(paper) = poppler("pdftotext", &["-raw"], &format!("report-riverside-{kind}.pdf")) else { return };
        let has: BTreeSet<String> = numbers(&paper).into_iter().collect();
        let missing: BTreeSet<String> = numbers(&page).into_iter().filter(|number| !has.contains(number)).collect();
        assert!(missing.is_empty(), "{kind}: {missing:?} are not on paper");
        let flat = paper.split_whitespace().collect::<Vec<_>>().join(" ");
        for sentence in report.primary.iter().map(|outcome| &outcome.sentence) {
            assert!(flat.contains(sentence.as_str()), "{kind}: {sentence}");
        }
    }
}

#[test]
fn the_contents_lead_to_the_pages_that_they_name() {
    LazyLock::force(&RIVERSIDE);
    let Some(text) = poppler("pdftotext", &["-layout"], "report-riverside-evaluator.pdf") else { return };
    let pages: Vec<&str> = text.split('\u{c}').collect();
    let (mut entries, mut runs_on) = (0, String::new());
    for line in pages[0].lines() {
        // Two columns: a title and its page, and another title and its page. A long title runs on in the next line.
        let cells: Vec<&str> = line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect();
        let mut begun = String::new();
        for (place, cell) in cells.iter().enumerate() {
            let Some(page) = cells.get(place + 1).and_then(|next| next.parse::<usize>().ok()) else {
                if cell.parse::<usize>().is_err() {
                    begun = format!("{cell} ");
                }
                continue;
            };
            let numbered =
                cell.starts_with(|c: char| c.is_ascii_digit()) || ["A ", "B "].iter().any(|a| cell.starts_with(a));
            let title = if numbered { (*cell).to_owned() } else { format!("{}{cell}", std::mem::take(&mut runs_on)) };
            assert!(pages[page - 1].lines().any(|line| line.trim() == title), "“{title}” is not on page {page}");
            entries += 1;
        }
        if !begun.is_empty() {
            runs_on = begun;
        }
    }
    assert!(entries > 8, "the contents were not understood: {}", pages[0]);
    let all = pages.len() - 1;
    for (place, page) in pages[..all].iter().enumerate() {
        assert!(page.contains(&format!("Page {} of {all}", place + 1)), "page {} has its number", place + 1);
    }
}

#[test]
fn those_who_listen_hear_headings_tables_with_their_heads_and_a_text_for_every_chart() {
    let report = &RIVERSIDE.0;
    for (kind, page) in [("evaluator", html::evaluator(report)), ("funder", html::funder(report))] {
        let page = page.into_string();
        let Some(heard) = poppler("pdfinfo", &["-struct"], &format!("report-riverside-{kind}.pdf")) else { return };
        let is = |line: &str, tag: &str| {
            line.split_whitespace().next().is_some_and(|word| word.trim_end_matches(':') == tag)
        };
        let count = |tag: &str| heard.lines().filter(|line| is(line, tag)).count();
        assert_eq!(count("H1"), 1, "{kind}");
        assert_eq!(count("H2"), page.matches("<h2").count(), "{kind}");
        // Of answers that are drawn in two ways paper has the first.
        let drawn = page.matches("<svg").count() - page.matches("second-way").count();
        assert_eq!(count("Figure"), drawn, "{kind}");
        assert!(count("Table") > 0 && count("TH") > count("Table"), "{kind}: {heard}");
        assert_eq!(count("TOC"), usize::from(kind == "evaluator"));
    }
}

#[test]
fn small_and_odd_programmes_say_on_paper_and_to_the_funder_what_there_is_to_say() {
    let twelve = |child: i64| Some((3 + child % 2, 1));
    let (long, names) = long_names();
    let cases: [(&str, ReportInput, &[&str]); 5] = [
        ("told-three", of("Story Jobs", 3, |_| Some((4, 1))), &["Too few to say"]),
        ("told-none", programme(&["Story Jobs"]), &["No answers yet."]),
        ("told-twelve", of("Story Jobs", 12, twelve), &["Among 12 children who answered both"]),
        ("told-forty", of("Story Jobs", 40, |_| None), &["Nobody has answered both before and after yet"]),
        ("told-long", long, &names),
    ];
    for (name, input, says) in cases {
        let report = Report::build(&input);
        let [_, _] = papers(name, &report);
        let mut told =
            vec![words(&html::funder(&report).into_string()), words(&html::evaluator(&report).into_string())];
        for kind in ["evaluator", "funder"] {
            let said = poppler("pdftotext", &["-raw"], &format!("report-{name}-{kind}.pdf"));
            told.extend(said.map(|said| said.split_whitespace().collect::<Vec<_>>().join(" ")));
        }
        for said in told {
            assert!(says.iter().all(|words| said.contains(words)), "{name}: {says:?} in {said}");
        }
    }
}
