//! The reports on paper say what the pages say, text by text in the same order; and the specimens in
//! `reports/specimen/` are what the program makes today.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use pencilmark::pdf;
use pencilmark::report::html;
use pencilmark::store::Target;

use super::page::Node;
use crate::common::{open, run_program};
use crate::{load, report};

/// Without blanks, which lines of paper break anywhere.
fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// Text that is set on paper: what is only heard, or only for the screen, is not.
fn seen(node: &Node) -> String {
    match node {
        Node::Text(words) => words.clone(),
        hidden if hidden.has_class("hidden") || hidden.has_class("no-print") => String::new(),
        element => element.children().iter().map(seen).collect(),
    }
}

/// The texts of a page in order: a heading, a paragraph, an entry of a list, a row of a table, a word of a chart.
#[derive(Default)]
struct Texts {
    found: Vec<String>,
    /// Column headings, which stand again on every sheet, and titles of sections, which stand in the contents.
    again: BTreeSet<String>,
    tables: BTreeSet<String>,
    one_side: bool,
}

impl Texts {
    fn of(page: &Node) -> Texts {
        let mut texts = Texts::default();
        texts.read(page);
        texts
    }

    fn read(&mut self, node: &Node) {
        let screen = ["no-print", "contents", "twice", "hidden"].iter().any(|class| node.has_class(class));
        if screen || ["form", "option", "title", "desc", "defs", "input", "label"].contains(&node.name()) {
            return;
        }
        self.one_side |= node.has_class("one-page");
        match node.name() {
            "table" => self.table(node),
            "details" | "figure" => self.unfolded(node),
            "h2" => {
                self.again.insert(squeezed(&seen(node)));
                self.put(node);
            }
            "figcaption" => {
                for part in node.children() {
                    self.put(part);
                }
            }
            // On one side the figure stands over what it counts.
            "div" if node.children().len() == 2 && node.children()[0].name() == "dt" => {
                self.put(&node.children()[1]);
                self.put(&node.children()[0]);
            }
            "h1" | "h3" | "h4" | "p" | "dt" | "dd" | "summary" | "text" => self.put(node),
            "li" if !node.children().iter().any(|child| ["h3", "p", "ul"].contains(&child.name())) => self.put(node),
            _ => node.children().iter().for_each(|child| self.read(child)),
        }
    }

    fn put(&mut self, node: &Node) {
        let words = squeezed(&seen(node));
        if !words.is_empty() {
            self.found.push(words);
        }
    }

    /// What opens a folded part is not said twice: a table's caption says it.
    fn unfolded(&mut self, node: &Node) {
        let caption = caption_of(node);
        for child in node.children() {
            let said = child.name() == "summary" && (seen(child) == "The numbers" || Some(seen(child)) == caption);
            if !said {
                self.read(child);
            }
        }
    }

    /// Of two tables alike the second is a line that leads to the first.
    fn table(&mut self, node: &Node) {
        let parts = |name: &str| -> Vec<&Node> {
            let part = node.children().iter().find(|part| part.name() == name);
            part.map(|part| part.children().iter().collect()).unwrap_or_default()
        };
        let (heads, rows) = (parts("thead"), parts("tbody"));
        let line = |row: &Node| squeezed(&seen(row));
        let all: String = heads.iter().chain(&rows).map(|row| line(row)).collect();
        if !self.tables.insert(all) && rows.len() > 1 {
            return;
        }
        if let Some(caption) = node.children().iter().find(|part| part.name() == "caption")
            && !self.one_side
        {
            self.put(caption);
        }
        for head in &heads {
            self.again.insert(line(head));
        }
        heads.iter().chain(&rows).for_each(|row| self.put(row));
    }
}

fn caption_of(node: &Node) -> Option<String> {
    node.children()
        .iter()
        .find_map(|child| if child.name() == "caption" { Some(seen(child)) } else { caption_of(child) })
}

/// The text of a PDF in the order it was set, without what stands below every sheet.
fn set(folder: &Path, file: &str) -> Option<String> {
    let (text, read) = run_program(folder, "pdftotext", &["-raw", file, "-"])?;
    assert!(read, "{text}");
    let foot = |line: &&str| line.contains("Page ") && line.contains(" of ") && line.contains("sample data: invented");
    Some(squeezed(&text.lines().filter(|line| !foot(line)).collect::<Vec<_>>().join("\n")))
}

#[tokio::test]
async fn paper_says_what_the_pages_say_text_by_text_in_order() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(&Target::in_folder(folder.path())).await;
    let programme_id = load(&store).await;
    let report = report(&store, programme_id).await;
    for (name, page, paper) in [
        ("evaluator", html::evaluator(&report), pdf::evaluator(&report)),
        ("funder", html::funder_within(&report, pdf::room_of_funder(&report).expect("set")), pdf::funder(&report)),
    ] {
        std::fs::write(folder.path().join("report.pdf"), paper.expect("set")).expect("written");
        let Some(paper) = set(folder.path(), "report.pdf") else { return };
        let texts = Texts::of(&Node::read(&page.into_string()));
        let (mut at, mut missing, mut between) = (0, Vec::new(), Vec::new());
        for text in &texts.found {
            match paper[at..].find(text.as_str()) {
                Some(gap) => {
                    between.push(&paper[at..at + gap]);
                    at += gap + text.len();
                }
                None => missing.push(text),
            }
        }
        between.push(&paper[at..]);
        let found = texts.found.len();
        assert!(
            missing.is_empty(),
            "{name}: {} of {found} texts are not on paper in their order: {missing:#?}",
            missing.len()
        );
        assert!(found > if name == "funder" { 80 } else { 2_000 }, "{name}: {found} texts");
        // The longest come first, so that none is cut by a shorter one.
        let mut again: Vec<&String> = texts.again.iter().collect();
        again.sort_by_key(|text| std::cmp::Reverse(text.len()));
        // The contents have the titles of all sections, with the sheets on which they begin.
        let contents = |gap: &&&str| again.iter().filter(|title| gap.contains(title.as_str())).count() > 10;
        let more = between.iter().filter(|gap| !contents(gap));
        let more = more.map(|gap| again.iter().fold((*gap).to_owned(), |gap, head| gap.replace(head.as_str(), "")));
        let more: Vec<String> = more.filter(|gap| gap.chars().any(|c| c.is_ascii_digit())).collect();
        assert!(more.is_empty(), "{name} has on paper and not on the page: {more:#?}");
    }
}

/// Lines of a PDF without what another day or computer changes: when and by what it was made, of which rows.
fn lasting(folder: &Path, file: &str) -> Option<Vec<String>> {
    let (text, read) = run_program(folder, "pdftotext", &["-layout", file, "-"])?;
    assert!(read, "{text}");
    let is_hash = |line: &str| line.len() > 3 && line.chars().all(|c| c.is_ascii_hexdigit());
    let passing = |line: &&str| {
        let made = ["Data as they stood", "Made by", "results.csv of these answers has the SHA-256"];
        made.iter().any(|words| line.contains(words)) || is_hash(line.trim())
    };
    let lines = text.lines().filter(|line| !passing(line));
    let tidy = lines.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    Some(tidy.filter(|line| !line.is_empty()).collect())
}

/// Where this fails after a change that was meant, `reports/specimen/make` makes the specimens again.
#[test]
fn the_specimens_are_what_is_made_today_with_the_summary_on_the_first_side() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = |arguments: &[&str]| {
        let data = folder.path().display().to_string();
        let program = Command::new(env!("CARGO_BIN_EXE_pencilmark")).args(arguments).args(["--data", &data]).output();
        let program = program.expect("the program runs");
        assert!(program.status.success(), "{program:?}");
        program.stdout
    };
    if std::env::var("PENCILMARK_TEST_PROGRAMS").is_err() {
        return;
    }
    run(&["demo"]);
    for page in ["evaluator", "funder"] {
        let file = format!("{page}.pdf");
        std::fs::write(folder.path().join(&file), run(&["report", "--format", "pdf", "--page", page]))
            .expect("written");
        let made = lasting(folder.path(), &file).expect("programs");
        let pinned = lasting(Path::new("reports/specimen"), &file).expect("programs");
        if page == "evaluator" {
            let (side, read) = run_program(folder.path(), "pdftotext", &["-l", "1", &file, "-"]).expect("programs");
            assert!(
                read && side.contains("children and 873 grown-ups"),
                "the summary is whole on the first side: {side}"
            );
        }
        let apart = made.iter().zip(&pinned).position(|(made, pinned)| made != pinned);
        let apart = apart.unwrap_or_else(|| made.len().min(pinned.len()));
        assert!(
            made == pinned,
            "{file} is another from line {apart} on; `reports/specimen/make` makes it again.\nnow:    {:#?}\npinned: {:#?}",
            made.iter().skip(apart).take(4).collect::<Vec<_>>(),
            pinned.iter().skip(apart).take(4).collect::<Vec<_>>()
        );
    }
}
