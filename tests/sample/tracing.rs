//! Every number that the pages print is one of the rows of `results.csv` that its place on the page names, as it is
//! printed or as the value that rounds to it. A number that is changed by one unit is missed.

use std::collections::{BTreeMap, BTreeSet};

use pencilmark::report::{Block, Report, html, print};
use pencilmark::store::Target;

use super::page::{Node, Piece, pieces};
use super::printed::{Column, Held, Printed, Row, figures, numbers, unpaired};
use crate::common::open;
use crate::{load, report};

/// Percent of changed numbers of a kind that may be another number of the same rows, by chance; one of a kind always may.
/// On the sample it is 37 of 6,000 in all. They stand where figures of nearly the same size are named and not each of them
/// is printed: bars of 21% and 22%, of which one has no room for its number; the children of the first and the last
/// session, drawn, of all sessions, named; a count of 25 people that is named with its level of 26.
const MOST_UNMISSED: usize = 5;

/// So many rows are the whole of a table, of which a sentence lists some.
const A_LONG_LIST: usize = 40;

/// Numbers of the method that the pages say in so many words, and of the scales they are measured on.
const OF_THE_METHOD: [&str; 16] = [
    "from 61 to 79 can be a change of 17",
    "95% interval",
    "(95%)",
    "out of 100",
    "of 100",
    "of every 100",
    "From 0 to 100%",
    "SHA-256",
    "(R5)",
    "Newcombe’s method 10",
    "significant at 5%",
    // The steps of Nesta’s standards.
    "Step 1:",
    "Step 2:",
    "Step 3:",
    "Step 4:",
    "Step 5:",
];

/// What is no figure in any text: parts of sentences that are the same in every report, what people typed, names of
/// groups, wordings of questions, days. The longest come first, so that none is cut by a shorter one.
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
    let quotes = report.voices.quotes.iter().flat_map(|voice| [voice.words.clone(), voice.speaker.clone()]);
    let asked = report.primary.iter().chain(&report.secondary).flat_map(|outcome| &outcome.distributions);
    let asked = asked.flat_map(|one| [one.question.clone(), one.title.clone()]);
    let cuts = report.primary.iter().chain(&report.secondary).flat_map(|outcome| outcome.cuts.clone());
    // Questions, codes and rules are those of the questionnaires, not results.
    let items = report.instruments.iter().flat_map(|one| &one.items);
    let items = items.flat_map(|item| {
        let codes: Vec<String> = item.codes.iter().map(|(code, label)| format!("{code} = {label}")).collect();
        [Some(item.wording.clone()), item.after.clone(), Some(codes.join(" · "))].into_iter().flatten()
    });
    let rules = report.instruments.iter().flat_map(|one| [Some(one.scoring.clone()), one.cut.clone()]).flatten();
    let surveys = report.method.questionnaires.iter().map(|one| one.title.clone());
    let groups = report.parts.iter().map(|part| part.name.clone());
    let titles = report.primary.iter().chain(&report.secondary).map(|outcome| outcome.title.clone());
    let titles =
        titles.chain(report.described.iter().map(|one| one.title.clone())).chain(report.aims.secondary.clone());
    let about = [report.programme.clone(), report.funder.clone(), report.grant_reference.clone()];
    let made = [report.made_by.to_owned(), print::day(&report.starts_on), print::day(&report.ends_on)];
    let at = &report.generated_at;
    let stood = [print::day(&at[..10]), format!("{} UTC", &at[11..16])];
    let days = report.delivery.disruptions.iter().map(|one| print::day(&one.held_on));
    let typed = typed.chain(lessons).chain(costs).chain(quotes).chain(asked).chain(cuts).chain(items).chain(rules);
    let names = surveys.chain(groups).chain(titles).chain(about).chain(made).chain(stood).chain(days);
    let mut said: Vec<String> = constants.map(str::to_owned).chain(typed).chain(names).collect();
    said.extend(OF_THE_METHOD.map(str::to_owned));
    said.retain(|text| text.chars().any(|c| c.is_ascii_digit()) && text.trim().len() > 2);
    said.sort_by_key(|text| std::cmp::Reverse(text.len()));
    said.dedup();
    said
}

/// All rows by their ids.
#[derive(Clone)]
struct Results {
    rows: Vec<Row>,
    by_id: BTreeMap<String, Vec<usize>>,
    said: Vec<String>,
}

impl Results {
    fn of(report: &Report) -> Results {
        let csv = report.to_csv().expect("results");
        let rows: Vec<Row> =
            csv::Reader::from_reader(csv.as_bytes()).deserialize().collect::<Result<_, _>>().expect("rows");
        let mut by_id: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (place, row) in rows.iter().enumerate() {
            by_id.entry(row["id"].clone()).or_default().push(place);
        }
        Results { rows, by_id, said: said_of_every_report(report) }
    }

    /// The rows that a page names: `id`, `start-of-ids*`, and after a colon the statistics of it.
    fn named(&self, name: &str) -> Vec<&Row> {
        // A statistic can have a colon of its own, an id has none.
        let (id, statistics) = name.split_once(':').map_or((name, None), |(id, these)| (id, Some(these)));
        let ids: Vec<&Vec<usize>> = match id.split_once('*') {
            Some((start, end)) => {
                let begin = self.by_id.range(start.to_owned()..).take_while(|(id, _)| id.starts_with(start));
                begin
                    .filter(|(id, _)| id.len() >= start.len() + end.len() && id.ends_with(end))
                    .map(|(_, rows)| rows)
                    .collect()
            }
            None => self.by_id.get(id).into_iter().collect(),
        };
        let is = |one: &str, statistic: &str| match one.strip_suffix('*') {
            Some(start) => statistic.starts_with(start),
            None => one == statistic,
        };
        let wanted = |row: &&Row| {
            statistics.is_none_or(|these| {
                is(these, &row["statistic"]) || these.split(',').any(|one| is(one, &row["statistic"]))
            })
        };
        ids.into_iter().flatten().map(|place| &self.rows[*place]).filter(wanted).collect()
    }

    /// The numbers of a text that are none of the rows it names.
    fn lacking(&self, piece: &Piece) -> Vec<String> {
        if !piece.words.chars().any(|c| c.is_ascii_digit()) {
            return Vec::new();
        }
        if !piece.heard {
            let rows = self.rows_of(piece.rows.iter());
            // In a long list every entry is one row.
            if rows.len() > A_LONG_LIST && piece.words.matches("; ").count() > 2 {
                let of_entry = |entry: &str| {
                    let each = rows.iter().map(|row| self.lacking_of(entry, &[row], &piece.classes));
                    each.min_by_key(Vec::len).unwrap_or_default()
                };
                return piece.words.split("; ").flat_map(of_entry).collect();
            }
            return self.lacking_of(&piece.words, &rows, &piece.classes);
        }
        // Of what is only heard every sentence is about one row of the chart, or one answer of it.
        let each: Vec<Vec<&Row>> = piece.rows.iter().map(|rows| self.rows_of(rows.split(' '))).collect();
        let all: Vec<&Row> = each.iter().flatten().copied().collect();
        let of_sentence = |sentence: &str| {
            let answer = sentence.split_once(": ").map_or("", |(answer, _)| answer);
            let ends = format!(": {answer}");
            let of_answer = all.iter().copied().filter(|row| row["statistic"].ends_with(&ends)).collect();
            let scopes = each.iter().chain([&of_answer]);
            let lacking = scopes.map(|rows| self.lacking_of(sentence, rows, &piece.classes)).min_by_key(Vec::len);
            lacking.unwrap_or_default()
        };
        piece.words.split_inclusive(". ").flat_map(of_sentence).collect()
    }

    fn rows_of(&self, names: impl Iterator<Item = impl AsRef<str>>) -> Vec<&Row> {
        names.flat_map(|name| self.named(name.as_ref())).collect()
    }

    fn lacking_of(&self, words: &str, rows: &[&Row], classes: &[String]) -> Vec<String> {
        // A limit that stands alone is printed with what it is.
        let alone = ["lower end", "lower limit"].iter().any(|said| words.contains(said));
        let held: Vec<Held> = rows.iter().flat_map(|row| figures(row)).collect();
        let bare = self.bare(words, rows, classes);
        let found = numbers(&bare);
        let fits = |printed: &Printed, figure: &Held| {
            printed.is(figure) && (figure.column != Column::Limit || printed.is_limit || alone)
        };
        let may: Vec<Vec<usize>> = found
            .iter()
            .map(|printed| (0..held.len()).filter(|place| fits(printed, &held[*place])).collect())
            .collect();
        unpaired(&may, held.len()).into_iter().map(|place| bare[found[place].at.clone()].to_owned()).collect()
    }

    /// A text without what is no figure, in it or in the rows it names.
    fn bare(&self, words: &str, rows: &[&Row], classes: &[String]) -> String {
        let mut bare = words.to_owned();
        let shorter = self.said.partition_point(|said| said.len() > words.len());
        for said in self.said[shorter..].iter().chain(classes) {
            if bare.contains(said.as_str()) {
                bare = bare.replace(said.as_str(), " … ");
            }
        }
        for row in rows {
            // What is not shown has its reason there: `<5`.
            let why = if row["value"].is_empty() { row["shown"].as_str() } else { "" };
            for label in [row["group"].as_str(), row["title"].as_str(), why] {
                let names = label.chars().any(|c| c.is_ascii_digit()) && label.chars().any(|c| !c.is_ascii_digit());
                if names && bare.contains(label) {
                    bare = bare.replace(label, " … ");
                }
            }
        }
        bare
    }
}

/// What kind of place a text stands in, for counting.
fn kind(piece: &Piece) -> &'static str {
    let place = piece.place.as_str();
    let within = |names: &[&str]| names.iter().any(|name| place.contains(name));
    match () {
        () if within(&["desc "]) => "heard",
        () if within(&["svg"]) => "chart",
        () if within(&["figcaption"]) => "caption",
        () if within(&["dl.counts", "big-number"]) => "tile",
        () if within(&["div.stat "]) => "card",
        () if within(&["td", "th "]) => "cell",
        () if within(&["dd "]) => "fact",
        () if within(&["li "]) => "bullet",
        () => "sentence",
    }
}

/// The texts of a page whose numbers are not of the rows that their places name.
fn untraced(found: &[Piece], results: &Results) -> Vec<String> {
    let lacking = found.iter().filter_map(|piece| {
        let lacking = results.lacking(piece);
        let said = || format!("{lacking:?} of “{}”\n    at {}\n    of {:?}", piece.words, piece.place, piece.rows);
        (!lacking.is_empty()).then(said)
    });
    lacking.collect()
}

/// A text without what is no figure, and each of its numbers one unit of its last place higher and lower.
fn moved<'a>(piece: &'a Piece, results: &'a Results) -> impl Iterator<Item = (String, [Piece; 2])> + 'a {
    let rows = results.rows_of(if piece.heard {
        piece.rows.iter().flat_map(|names| names.split(' ')).collect::<Vec<_>>().into_iter()
    } else {
        piece.rows.iter().map(String::as_str).collect::<Vec<_>>().into_iter()
    });
    let bare = results.bare(&piece.words, &rows, &piece.classes);
    let numbers = numbers(&bare);
    numbers.into_iter().map(move |printed| {
        let said = format!("{} of “{}”", &bare[printed.at.clone()], piece.words);
        (said, [true, false].map(|up| Piece { words: printed.moved(&bare, up), ..piece.clone() }))
    })
}

/// Every number is changed by one unit, up and down: how many there are of each kind, and which of them nobody would
/// miss, because the same row has the other number too.
fn unmissed(found: &[Piece], results: &Results) -> BTreeMap<&'static str, (usize, Vec<String>)> {
    // What is no figure is out of these texts already.
    let bare = Results { said: Vec::new(), ..results.clone() };
    let mut by_kind: BTreeMap<&'static str, (usize, Vec<String>)> = BTreeMap::new();
    for piece in found {
        for (said, moved) in moved(piece, results) {
            let (all, missed) = by_kind.entry(kind(piece)).or_default();
            *all += 1;
            let passes = moved.iter().any(|piece| bare.lacking(piece).is_empty());
            missed.extend(passes.then(|| format!("{said} at {}", piece.place)));
        }
    }
    by_kind
}

/// One number of each kind is changed in a copy of the page, and the copy is not traced.
fn a_wrong_number_of_each_kind_is_found(page: &str, found: &[Piece], results: &Results) {
    let escaped =
        |words: &str| words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    let mut done: Vec<&str> = Vec::new();
    for piece in found.iter().filter(|piece| !piece.rows.is_empty()) {
        let whole = numbers(&piece.words);
        let (Some(printed), false) = (whole.last(), done.contains(&kind(piece))) else { continue };
        let other = printed.moved(&piece.words, true);
        let (text, wrong) = (format!(">{}<", escaped(&piece.words)), format!(">{}<", escaped(&other)));
        let all_moved = moved(piece, results).last().is_some_and(|(_, [up, _])| !results.lacking(&up).is_empty());
        if !all_moved || page.matches(&text).count() != 1 {
            continue;
        }
        done.push(kind(piece));
        let copy = pieces(&Node::read(&page.replace(&text, &wrong)));
        assert_eq!(untraced(&copy, results).len(), 1, "“{other}” instead of “{}” is found", piece.words);
    }
    for kind in ["sentence", "caption", "cell", "chart", "heard"] {
        assert!(done.contains(&kind) || kind == "caption" && done.contains(&"tile"), "no {kind} among {done:?}");
    }
}

#[tokio::test]
async fn every_number_of_both_pages_is_of_the_rows_it_names() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(&Target::in_folder(folder.path())).await;
    let programme_id = load(&store).await;
    let report = report(&store, programme_id).await;
    let results = Results::of(&report);
    every_row_is_known_by_its_id_and_statistic(&results);
    for (name, page, least) in
        [("the evaluator’s page", html::evaluator(&report), 5_000), ("the funder’s page", html::funder(&report), 140)]
    {
        let page = page.into_string();
        let found = pieces(&Node::read(&page));
        let lacking = untraced(&found, &results);
        let all = lacking.join("\n");
        assert!(
            lacking.is_empty(),
            "{name} has {} texts with numbers that are not of their rows:\n{all}",
            lacking.len()
        );
        a_wrong_number_of_each_kind_is_found(&page, &found, &results);
        let kinds = unmissed(&found, &results);
        let traced: usize = kinds.values().map(|(all, _)| all).sum();
        assert!(traced >= least, "{name}: {traced} numbers are traced");
        for (kind, (all, missed)) in &kinds {
            let few = missed.len() <= 1.max(all * MOST_UNMISSED / 100);
            assert!(
                few,
                "{name}, {kind}: of {all} wrong numbers nobody would miss {}:\n{}",
                missed.len(),
                missed.join("\n")
            );
        }
    }
}

/// Rows can be joined by id and statistic, and every share and every figure with limits says of how many it is.
fn every_row_is_known_by_its_id_and_statistic(results: &Results) {
    let mut known = BTreeSet::new();
    for row in &results.rows {
        let name = (row["id"].as_str(), row["statistic"].as_str());
        assert!(known.insert(name), "{name:?} are two rows");
        let has_base = !row["low"].is_empty() || row["shown"].ends_with('%');
        let is_of_money_or_time =
            ["cost.", "target.programme.children_due", "lever."].iter().any(|id| name.0.starts_with(id));
        assert!(!has_base || is_of_money_or_time || !row["n"].is_empty(), "{name:?} has no n");
    }
}
