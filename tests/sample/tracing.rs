//! Every number that the pages print is in `results.csv`: as it is printed, or as the value that rounds to it. And the
//! specimens in `reports/specimen/` still say what the sample says.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use pencilmark::report::html;
use pencilmark::store::Target;

use crate::common::{open, run_program};
use crate::{load, report};

/// A line of `results.csv` by its columns.
type Row = BTreeMap<String, String>;

/// Numbers that are no results: ends and marks of scales, the level of intervals, and the threshold and the years of
/// publications that notes quote.
const NOTES: [&str; 10] = ["0", "25", "50", "75", "100", "95", "0.25", "2000", "2002", "2020"];

/// What is printed of a page; what is only said aloud, chosen from or machines read is left out.
fn printed(page: &str) -> String {
    let mut page = page.to_owned();
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
    words.collect::<Vec<_>>().join(" ")
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
        let mut results = Results { values: Vec::new(), texts: NOTES.iter().map(|note| (*note).to_owned()).collect() };
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

/// Sections that tell results of everyone. Designs, costs, texts and days are told by what people wrote down.
const OF_EVERYONE: [&str; 6] = ["summary", "flow", "lost", "secondary", "groups", "appendix"];

/// Sections with their ids: those of everyone, and those of a main result.
fn sections<'a>(page: &'a str, measures: &BTreeSet<String>) -> Vec<(&'a str, &'a str)> {
    let sections = page.split("<section id=\"").skip(1).filter_map(|rest| rest.split_once('"'));
    let of_measure = |id: &str| measures.iter().any(|measure| id.starts_with(&format!("{measure}-")));
    sections
        .map(|(id, rest)| (id, rest.split("</section>").next().unwrap_or_default()))
        .filter(|(id, _)| OF_EVERYONE.contains(id) || of_measure(id))
        .collect()
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
    let found = sections(&evaluator, &measures);
    assert!(found.len() > measures.len() + 3, "the sections were not understood");
    let mut of_their_own = 0;
    for (id, section) in found {
        let own = rows_of(id, &rows);
        of_their_own += usize::from(own.len() < rows.len());
        let lacking = Results::of(own.into_iter()).lacking(&printed(section));
        assert!(lacking.is_empty(), "#{id} prints {lacking:?}, which its results do not hold");
    }
    assert_eq!(of_their_own, measures.len(), "each main result is held against its own rows");

    let dates = numbers(&format!("{} {} {}", report.starts_on, report.ends_on, report.grant_reference));
    let foreign = |number: &String| !dates.contains(number);
    let funder = printed(&html::funder(&report).into_string());
    let version = numbers(report.made_by);
    let lacking: Vec<String> =
        everything.lacking(&funder).into_iter().filter(foreign).filter(|number| !version.contains(number)).collect();
    assert!(lacking.is_empty(), "the funder's page prints {lacking:?}");
    assert!(!everything.hold("98765") && !everything.hold("1501.5"), "a wrong number would be found");

    specimens(&everything, &dates);
}

/// The specimens are made by `reports/specimen/make`; where this fails, make them again.
fn specimens(results: &Results, dates: &BTreeSet<String>) {
    let folder = Path::new("reports/specimen");
    let Some((text, read)) = run_program(folder, "pdftotext", &["-raw", "funder.pdf", "-"]) else { return };
    assert!(read, "{text}");
    let body = text.split("Made by").next().unwrap_or_default();
    let lacking: Vec<String> = results.lacking(body).into_iter().filter(|number| !dates.contains(number)).collect();
    assert!(lacking.is_empty() && numbers(body).len() > 60, "the specimen for the funder is old: {lacking:?}");
    let (text, read) = run_program(folder, "pdftotext", &["-raw", "evaluator.pdf", "-"]).expect("it ran before");
    assert!(read && text.contains("How sure are we?"), "{text}");
}
