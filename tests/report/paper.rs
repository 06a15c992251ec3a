//! The pages as PDF: how many sides, what stands on them, and what is said to those who listen.
//!
//! The documents are also written to `CARGO_TARGET_TMPDIR`, for people who want to look at them.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use pencilmark::pdf;
use pencilmark::person::KeyStage;
use pencilmark::report::{Consent, Passage, Quote, QuoteState, Report, ReportInput, Speaker, Status, TargetRow, html};

use crate::cohort::{Answerer, fifteen_children, programme, registered};
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

/// The funder's page as it is set on paper.
fn on_paper(report: &Report) -> String {
    html::funder_within(report, pdf::room_of_funder(report).expect("set")).into_string()
}

/// Projects with long names and targets of their own, in so many areas, with quotes and everything a team can write.
fn crowded(projects: usize, areas: i64) -> ReportInput {
    let long = "Międzypokoleniowe Spotkania o Zawodach Przyszłości i Rzemiośle Dzielnicy Nad Rzeką Żółwią";
    let names: Vec<String> = (1..=projects).map(|n| format!("{n}. {long}")).collect();
    let mut input = programme(&names.iter().map(String::as_str).collect::<Vec<_>>());
    long.clone_into(&mut input.programme.name);
    for (place, project) in (0_i64..).zip(&mut input.projects) {
        project.area_id = Some(place % areas + 1);
        project.awareness_target = Some(30 + place);
        project.target_children = if place % 4 == 3 { 80 } else { 30 + place };
    }
    for area in &mut input.areas {
        area.name = format!("Dzielnica Nad Rzeką Żółwią, okręg {}", area.id);
    }
    for project in 1..=i64::try_from(projects).expect("few") {
        registered(&mut input, project, 24 + project);
        for (n, pair) in [(12, (8, 9 + project % 7)), (12, (6, 12))] {
            Answerer::child(project, KeyStage::Ks2).times(n).matched(&mut input, "AWR", 20, pair);
        }
        for (n, pair) in [(12, (2, 2)), (12, (2, 3))] {
            Answerer::child(project, KeyStage::Ks2).times(n).matched(&mut input, "CNF-JOB", 1, pair);
        }
        let words =
            format!("We talked all the way home about what she could do with her drawing, {project} times over.");
        input.written.quotes.push(Quote {
            id: project,
            project_id: Some(project),
            speaker: Speaker::Adult,
            said: words.clone(),
            words,
            consent: Consent::RoleAndArea,
            state: QuoteState::Approved,
        });
    }
    let paragraphs =
        "Families came back to people they knew. Where the provider was new, it took three sessions. ".repeat(6);
    input.written.texts.insert(Passage::Learning, paragraphs);
    let list = "- Pay new providers for two open evenings.\n- Put food into every budget.\n- Plan the reunion early.\n";
    input.written.texts.insert(Passage::Recommendations, list.repeat(4));
    input
}

/// What may give way on paper: rows, and what people wrote and said.
fn without_what_gives_way(page: &str) -> String {
    let drop = |page: String, from: &str, to: &str| {
        let mut parts = page.split(from);
        let kept = parts.next().unwrap_or_default().to_owned();
        parts.fold(kept, |kept, part| kept + part.split_once(to).map_or("", |(_, rest)| rest))
    };
    let page = drop(page.to_owned(), "<tbody>", "</tbody>");
    drop(drop(page, "<section class=\"learnt\"", "</section>"), "<section class=\"said\"", "</section>")
}

#[test]
fn much_gives_way_on_one_side_in_readable_type_and_no_caveat_and_no_base_does() {
    for (name, projects, areas) in [("crowded", 12, 8), ("sixty", 60, 20)] {
        let report = Report::build(&crowded(projects, areas));
        let [_, funder] = papers(name, &report);
        assert_eq!(sides(&funder), 1, "{name}");
        let (page, whole) = (on_paper(&report), html::funder(&report).into_string());
        let (said, all) = (words(&page), words(&whole));
        // What gives way is said, and stands on the web.
        let told = |row: &TargetRow| said.contains(&format!(" {} ", row.name));
        let (shown, left): (Vec<_>, Vec<_>) = report.targets.projects.iter().partition(|row| told(row));
        assert!(shown.len() >= 3 && !left.is_empty(), "{name}: {said}");
        for words in
            [format!("All {projects} projects are on this page on the web"), "on this page on the web.".to_owned()]
        {
            assert!(said.contains(&words) && !all.contains(&words), "{name}: {words}");
        }
        assert!(said.contains("All that the team wrote is on this page on the web."), "{name}: {said}");
        let second = &report.voices.quotes[1].words;
        assert!(said.contains(second) || said.contains("More is on this page on the web."), "{name}: {said}");
        assert!(report.targets.projects.iter().all(|row| all.contains(&row.name)), "{name}");
        assert!(all.contains(&report.voices.quotes[1].words), "{name}");
        // Whoever is behind stays before others.
        let behind = |row: &&TargetRow| [row.awareness_status, row.reached_status].contains(&Status::Behind);
        let kept = shown.iter().copied().filter(behind).count();
        assert!(kept > 0 && (kept == shown.len() || !left.iter().copied().any(|row| behind(&row))), "{name}");
        // Every other paragraph is there: sentences with their bases, caveats, what is withheld, what the words mean.
        let paper = poppler("pdftotext", &["-raw"], &format!("report-{name}-funder.pdf"));
        let squeezed = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        let paragraphs = without_what_gives_way(&whole);
        let paragraphs = paragraphs.split("<p").skip(1).filter_map(|rest| rest.split_once("</p>"));
        let mut count = 0;
        for (paragraph, _) in paragraphs {
            let paragraph = words(&format!("<p{paragraph}"));
            assert!(said.contains(&paragraph), "{name}: {paragraph}");
            let on_paper = paper.as_ref().is_none_or(|paper| squeezed(paper).contains(&squeezed(&paragraph)));
            assert!(on_paper, "{name}: {paragraph}");
            count += 1;
        }
        assert!(count > 10, "{name}: {count} paragraphs");
        assert!(said.contains(&report.targets.programme.name) && said.contains(&report.targets.legend), "{name}");
    }
}

/// The sizes of the words on a side whose foot is set in 7.6 points, as it always is; shapes are of another typeface.
fn sizes(file: &str) -> Option<Vec<(f32, String)>> {
    let said = poppler("pdftotext", &["-bbox"], file)?;
    let words = said.lines().filter_map(|line| {
        let number = |name: &str| line.split_once(&format!("{name}=\""))?.1.split('"').next()?.parse::<f32>().ok();
        let word = line.split_once("\">")?.1.split('<').next()?;
        let letters = word.chars().all(|c| c.is_ascii_alphanumeric() || ".,%".contains(c));
        letters.then_some(())?;
        Some((number("yMax")? - number("yMin")?, word.to_owned()))
    });
    let words: Vec<(f32, String)> = words.collect();
    let foot = words.iter().rev().find(|(_, word)| word == "Page").map(|(height, _)| *height).expect("a foot");
    Some(words.into_iter().map(|(height, word)| (height / foot * 7.6, word)).collect())
}

#[test]
fn nothing_on_the_funders_side_is_smaller_than_a_funder_reads_forty_of() {
    let cases = [("crowded-type", crowded(12, 8)), ("polish-type", polish()), ("long-type", long_names().0)];
    let mut files: Vec<String> = Vec::new();
    for (name, input) in cases {
        let _: [Vec<u8>; 2] = papers(name, &Report::build(&input));
        files.push(format!("report-{name}-funder.pdf"));
    }
    LazyLock::force(&RIVERSIDE);
    files.push("report-riverside-funder.pdf".to_owned());
    files.push(concat!(env!("CARGO_MANIFEST_DIR"), "/reports/specimen/funder.pdf").to_owned());
    for file in files {
        let Some(sizes) = sizes(&file) else { return };
        let (least, word) = sizes.iter().min_by(|a, b| a.0.total_cmp(&b.0)).expect("words");
        assert!(sizes.len() > 80 && *least > 7.35, "{file}: “{word}” is set in {least} points");
        let running = sizes.iter().filter(|(_, word)| word == "Among").map(|(size, _)| *size).fold(f32::MAX, f32::min);
        assert!(running > 8.4, "{file}: running text is set in {running} points");
    }
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
    let pages = [html::evaluator(report).into_string(), on_paper(report)].map(seen);
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
    for (kind, page) in [("evaluator", html::evaluator(report).into_string()), ("funder", on_paper(report))] {
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
