//! Every number that the pages print is in `results.csv`: as it is printed, or as the value that rounds to it. And the
//! specimens in `reports/specimen/` still say what the sample says.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use pencilmark::report::{Block, Report, html, print};
use pencilmark::store::Target;

use crate::common::{open, run_program};
use crate::{load, report};

/// A line of `results.csv` by its columns.
type Row = BTreeMap<String, String>;

/// Numbers that are no results: the ends and marks of scales, and the level of intervals in heads of tables.
const MARKS: [&str; 6] = ["0", "25", "50", "75", "100", "95"];

/// What is printed of a page, without the marks of its sections, without what people typed and without what sentences
/// say of every report; what is only said aloud, chosen from or machines read is left out.
fn printed(page: &str, said: &[String]) -> String {
    let page = page.split("<span class=\"mark-of\">").enumerate();
    let unmarked = page
        .map(|(place, part)| if place == 0 { part } else { part.split_once("</span>").map_or("", |(_, rest)| rest) });
    let mut page = unmarked.collect::<Vec<_>>().join(" ");
    for tag in ["desc", "title", "option", "code", "time"] {
        let (opens, closes) = (format!("<{tag}"), format!("</{tag}>"));
        page = page
            .split(&opens)
            .enumerate()
            .map(|(place, part)| if place == 0 { part } else { part.split_once(&closes).map_or("", |(_, rest)| rest) })
            .collect::<Vec<_>>()
            .join(" ");
    }
    let parts = page.split('<').enumerate();
    let words =
        parts.map(|(place, part)| if place == 0 { part } else { part.split_once('>').map_or("", |(_, rest)| rest) });
    let words = words.collect::<Vec<_>>().join(" ");
    let words = words.replace("&quot;", "\"").replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">");
    said.iter().fold(words, |words, said| words.replace(said.as_str(), " "))
}

/// The parts of sentences that hold a number of their own, from every text of the wording between its braces, and what
/// people typed: names, texts, lessons, costs, quotes. The longest come first, so that none is cut by a shorter one.
fn said_of_every_report(report: &Report) -> Vec<String> {
    fn texts(value: &toml::Value, found: &mut Vec<String>) {
        match value {
            toml::Value::String(text) => found.push(text.clone()),
            toml::Value::Array(values) => values.iter().for_each(|value| texts(value, found)),
            toml::Value::Table(table) => table.values().for_each(|value| texts(value, found)),
            _ => {}
        }
    }
    let wording = std::fs::read_to_string("reports/wording.toml").expect("the wording");
    let mut sentences = Vec::new();
    texts(&wording.parse().map(toml::Value::Table).expect("toml"), &mut sentences);
    let constants =
        sentences.iter().flat_map(|text| text.split('{').map(|part| part.rsplit('}').next().unwrap_or(part)));
    let blocks = report.texts.iter().flat_map(|text| &text.blocks);
    let typed = blocks.flat_map(|block| match block {
        Block::Paragraph(words) => vec![words.clone()],
        Block::List(entries) => entries.clone(),
    });
    let lessons = report.learning.lessons.iter().flat_map(|lesson| [lesson.note.clone(), lesson.action.clone()]);
    let costs = report.costs.iter().flat_map(|costs| &costs.strands).flat_map(|strand| strand.what.clone());
    let quotes = report.voices.quotes.iter().map(|voice| voice.words.clone());
    let asked = report.primary.iter().chain(&report.secondary).flat_map(|outcome| &outcome.distributions);
    let asked = asked.map(|one| one.question.clone());
    // Questions, codes and rules are those of the questionnaires, not results.
    let items = report.instruments.iter().flat_map(|one| &one.items);
    let items = items.flat_map(|item| [Some(item.wording.clone()), item.after.clone()].into_iter().flatten());
    let rules = report.instruments.iter().flat_map(|one| [Some(one.scoring.clone()), one.cut.clone()]);
    let typed = typed.chain(lessons).chain(costs).chain(quotes).chain(asked).chain(items).chain(rules.flatten());
    let days = report.delivery.disruptions.iter().map(|one| print::day(&one.held_on));
    let mut said: Vec<String> = constants.map(str::to_owned).chain(typed).chain(days).collect();
    said.retain(|text| text.chars().any(|c| c.is_ascii_digit()));
    said.sort_by_key(|text| std::cmp::Reverse(text.len()));
    said
}

fn numbers(text: &str) -> BTreeSet<String> {
    let split = text.split(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',')));
    let bare = split.map(|word| word.trim_matches(['.', ',']).replace(',', ""));
    bare.filter(|word| !word.is_empty()).collect()
}

/// What a number may stand for: unrounded values, and texts as they are printed.
struct Results {
    values: Vec<f64>,
    texts: BTreeSet<String>,
}

impl Results {
    fn of<'a>(rows: impl Iterator<Item = &'a Row>) -> Results {
        let mut results = Results { values: Vec::new(), texts: MARKS.iter().map(|mark| (*mark).to_owned()).collect() };
        for row in rows {
            let value = |column: &str| row[column].parse::<f64>().ok();
            results
                .values
                .extend(["n", "value", "low", "high"].iter().filter_map(|column| value(column)).map(f64::abs));
            // A share is printed with how many it is.
            if let (Some(n), Some(percent)) = (value("n"), value("value")) {
                let people = n * percent / 100.0;
                results.values.extend(Some(people.round()).filter(|whole| (whole - people).abs() < 1e-6));
            }
            for column in ["shown", "group", "title"] {
                results.texts.extend(numbers(&row[column]));
            }
        }
        results
    }

    fn hold(&self, number: &str) -> bool {
        let decimals = number.split_once('.').map_or(0, |(_, part)| i32::try_from(part.len()).unwrap_or(i32::MAX));
        let half = 0.5 * 10_f64.powi(-decimals) + 1e-9;
        let rounds = |value: f64| number.parse::<f64>().is_ok_and(|printed| (printed - value).abs() <= half);
        self.texts.contains(number) || self.values.iter().any(|value| rounds(*value))
    }

    fn lacking(&self, text: &str) -> Vec<String> {
        numbers(text).into_iter().filter(|number| !self.hold(number)).collect()
    }
}

/// The rows that a section may take its numbers from: those of its own measure, or all.
fn rows_of<'a>(section: &str, all: &'a [Row]) -> Vec<&'a Row> {
    let measure_of = |row: &Row| row["measure"].trim_end_matches("~clean").to_lowercase();
    let own = |row: &&Row| !row["measure"].is_empty() && section.starts_with(&format!("{}-", measure_of(row)));
    let rows: Vec<&Row> = all.iter().filter(own).collect();
    if rows.is_empty() { all.iter().collect() } else { rows }
}

/// All sections with their ids.
fn sections(page: &str) -> Vec<(&str, &str)> {
    let sections = page.split("<section id=\"").skip(1).filter_map(|rest| rest.split_once('"'));
    sections.map(|(id, rest)| (id, rest.split("</section>").next().unwrap_or_default())).collect()
}

#[tokio::test]
async fn every_number_of_both_pages_is_in_the_results() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(&Target::in_folder(folder.path())).await;
    let programme_id = load(&store).await;
    let report = report(&store, programme_id).await;
    let csv = report.to_csv().expect("results");
    let rows: Vec<Row> =
        csv::Reader::from_reader(csv.as_bytes()).deserialize().collect::<Result<_, _>>().expect("rows");
    let everything = Results::of(rows.iter());

    let evaluator = html::evaluator(&report).into_string();
    let measures: BTreeSet<String> = report.primary.iter().map(|outcome| outcome.measure.to_lowercase()).collect();
    let said = said_of_every_report(&report);
    let found = sections(&evaluator);
    let told: Vec<&str> = found.iter().map(|(id, _)| *id).collect();
    for id in ["summary", "aims", "method", "flow", "dose", "delivery", "money", "evidence", "learning", "voices"] {
        assert!(told.contains(&id), "#{id} is not among {told:?}");
    }
    let (mut of_their_own, mut traced) = (0, 0);
    for (id, section) in found {
        let own = rows_of(id, &rows);
        of_their_own += usize::from(own.len() < rows.len());
        let text = printed(section, &said);
        traced += numbers(&text).len();
        let lacking = Results::of(own.into_iter()).lacking(&text);
        assert!(lacking.is_empty(), "#{id} prints {lacking:?}, which its results do not hold");
    }
    assert_eq!(of_their_own, measures.len(), "each main result is held against its own rows");
    assert!(traced > 1_000, "only {traced} numbers were traced");

    let dates = numbers(&format!("{} {} {}", report.starts_on, report.ends_on, report.grant_reference));
    let foreign = |number: &String| !dates.contains(number);
    let funder = printed(&html::funder(&report).into_string(), &said);
    let version = numbers(report.made_by);
    let lacking: Vec<String> =
        everything.lacking(&funder).into_iter().filter(foreign).filter(|number| !version.contains(number)).collect();
    assert!(lacking.is_empty(), "the funder's page prints {lacking:?}");
    assert!(!everything.hold("98765") && !everything.hold("1501.5"), "a wrong number would be found");

    every_traced_figure_is_its_own_row(&rows, &evaluator);
    paper_says_what_the_page_says(&report, &evaluator);
    specimens(&everything, &dates, &said);
}

/// Figures of a page that name their row: id and statistic with what is printed.
fn traced(page: &str) -> Vec<((&str, &str), String)> {
    let named = page.split("<span data-figure=\"").skip(1).filter_map(|rest| rest.split_once("\">"));
    named
        .filter_map(|(name, rest)| {
            let inside = rest.split("</span>").next()?;
            let words = inside
                .split('<')
                .enumerate()
                .map(|(place, part)| if place == 0 { part } else { part.split_once('>').map_or("", |(_, rest)| rest) });
            // A count of one to four is printed as such, whatever it is.
            let words: String = words.collect();
            Some((name.rsplit_once(':')?, words.replace("&lt;5", "")))
        })
        .collect()
}

/// Whether what is printed is this row and nothing else: its value, limits, or how many of how many.
fn is_of(row: &Row, printed: &str) -> bool {
    let value = |column: &str| row[column].parse::<f64>().ok().map(f64::abs);
    let people = value("n").zip(value("value")).map(|(n, percent)| n * percent / 100.0);
    let people = people.filter(|people| (people.round() - people).abs() < 1e-6);
    let rounds = |number: &str, figure: Option<f64>| {
        let decimals = number.split_once('.').map_or(0, |(_, part)| i32::try_from(part.len()).unwrap_or(i32::MAX));
        let half = 0.5 * 10_f64.powi(-decimals) + 1e-9;
        figure.is_some_and(|figure| number.parse::<f64>().is_ok_and(|printed| (printed - figure).abs() <= half))
    };
    let found = numbers(printed);
    let known = [value("value"), value("low"), value("high"), people];
    let all_known = found.iter().all(|number| known.iter().any(|figure| rounds(number, *figure)));
    let has_value = value("value").is_none() || found.iter().any(|number| rounds(number, value("value")));
    let words = value("value").is_some() || row["shown"].is_empty() || !found.is_empty() || {
        let reason = ["withheld", "<5", "undefined"].iter().any(|why| row["shown"].starts_with(why));
        reason || printed.contains(&row["shown"])
    };
    all_known && has_value && words
}

/// Each is the very row it names, and would not be if that row were another: every one is changed, and missed.
fn every_traced_figure_is_its_own_row(rows: &[Row], page: &str) {
    let by_name: BTreeMap<(&str, &str), &Row> =
        rows.iter().map(|row| ((row["id"].as_str(), row["statistic"].as_str()), row)).collect();
    let mut changed = 0;
    let found = traced(page);
    for (name, printed) in &found {
        let row = by_name.get(name).unwrap_or_else(|| panic!("{name:?} is no row of the results"));
        assert!(is_of(row, printed), "{name:?} is printed as {printed}: {row:?}");
        for column in ["value", "low", "high"] {
            let Ok(value) = row[column].parse::<f64>() else { continue };
            let is_printed = column == "value" || printed.contains(" to ");
            let mut other: Row = (*row).clone();
            other.insert(column.to_owned(), (value + 1.0 + value.abs() / 3.0).to_string());
            assert!(!is_printed || !is_of(&other, printed), "{name:?}: nobody would miss its {column} of {value}");
            changed += usize::from(is_printed);
        }
    }
    assert!(found.len() > 900 && changed > 900, "{} figures are traced, {changed} were changed", found.len());
}

/// Numbers of the page are on paper, and those on paper on the page, but for the numbers of its sheets.
fn paper_says_what_the_page_says(report: &Report, page: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("report.pdf"), pencilmark::pdf::evaluator(report).expect("set"))
        .expect("written");
    let Some((paper, read)) = run_program(folder.path(), "pdftotext", &["-raw", "report.pdf", "-"]) else { return };
    assert!(read, "{paper}");
    let hashes = report.method.questionnaires.iter().map(|one| one.hash.as_str());
    let flat: String = paper.split_whitespace().collect::<Vec<_>>().join(" ");
    // What is seen: without what is only heard, chosen from, or drawn a second way, which paper leaves out.
    let mut seen = page.to_owned();
    for (opens, closes) in [("<desc", "</desc>"), ("<title", "</title>"), ("<option", "</option>")] {
        let parts = seen.split(opens).enumerate();
        let kept =
            parts.map(|(at, part)| if at == 0 { part } else { part.split_once(closes).map_or("", |(_, rest)| rest) });
        seen = kept.collect::<Vec<_>>().join(" ");
    }
    let parts = seen.split('<').enumerate();
    let seen: String = parts
        .map(|(at, part)| if at == 0 { part } else { part.split_once('>').map_or("", |(_, rest)| rest) })
        .collect::<Vec<_>>()
        .join(" ");
    let seen = hashes.fold(seen, |seen, hash| seen.replace(hash, " "));
    let (on_page, on_paper) = (numbers(&seen), numbers(&flat));
    let missing: Vec<&String> = on_page.difference(&on_paper).collect();
    assert!(missing.is_empty(), "{missing:?} are not on paper");
    let sheets = paper.matches('\u{c}').count();
    let is_sheet = |number: &String| number.parse::<usize>().is_ok_and(|number| number <= sheets);
    // A hash is broken over lines, and the pieces of it read like numbers.
    let of_hash = |number: &String| report.method.questionnaires.iter().any(|one| one.hash.contains(number.as_str()));
    let more: Vec<&String> =
        on_paper.difference(&on_page).filter(|number| !is_sheet(number) && !of_hash(number)).collect();
    assert!(more.is_empty(), "{more:?} are on paper and not on the page");
    for outcome in report.primary.iter().chain(&report.secondary) {
        assert!(flat.contains(outcome.sentence.as_str()) || !page.contains(&outcome.sentence), "{}", outcome.sentence);
    }
    for caveat in &report.evidence.caveats {
        assert!(flat.contains(caveat.as_str()), "{caveat}");
    }
}

/// The specimens are made by `reports/specimen/make`; where this fails, make them again.
fn specimens(results: &Results, dates: &BTreeSet<String>, said: &[String]) {
    let folder = Path::new("reports/specimen");
    let Some((text, read)) = run_program(folder, "pdftotext", &["-raw", "funder.pdf", "-"]) else { return };
    assert!(read, "{text}");
    let body = text.split("Made by").next().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    let body = said.iter().fold(body, |body, said| body.replace(said.trim(), " "));
    let lacking: Vec<String> = results.lacking(&body).into_iter().filter(|number| !dates.contains(number)).collect();
    assert!(lacking.is_empty() && numbers(&body).len() > 60, "the specimen for the funder is old: {lacking:?}");
    let (text, read) = run_program(folder, "pdftotext", &["-raw", "evaluator.pdf", "-"]).expect("it ran before");
    assert!(read && text.contains("How sure are we?"), "{text}");
}
