//! From a file to counts.

use std::io::Read;

use csv::{ByteRecord, ReaderBuilder};

use super::columns::{Columns, Shape};
use super::dialect::{self, Dialect};
use super::labels::Labels;
use super::people::{Answer, People};
use super::problems::Problems;
use super::tally::{Key, Tally};
use super::value::{Cell, Values};
use super::{AnalyseError, Duplicates, Options};

/// Words for a wave before and after that need not be given.
const BEFORE: &[&str] = &["pre", "before", "baseline"];
const AFTER: &[&str] = &["post", "after", "endline"];

/// What happened to the rows of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rows {
    /// Rows below the headings.
    pub read: u64,
    /// Rows whose score, or both scores, are blank.
    pub unanswered: u64,
    /// Rows without anything in any cell.
    pub blank: u64,
    /// Rows of other waves, by name.
    pub other_waves: Vec<(String, u64)>,
    /// Answers set aside because another of the same person and wave counts.
    pub superseded: u64,
}

/// Everything that is kept of a file.
pub(super) struct Content {
    pub dialect: Dialect,
    pub decimal_comma: bool,
    pub wide: bool,
    pub has_groups: bool,
    pub has_clusters: bool,
    pub rows: Rows,
    pub problems: Problems,
    pub values: Values,
    pub measures: Labels,
    pub groups: Labels,
    /// Group of each place.
    pub places: Vec<u32>,
    pub tally: Tally,
}

/// Reads all rows. `advance` is told how many bytes have been read, now and then.
pub(super) fn read(
    input: Box<dyn Read>,
    options: &Options,
    advance: &mut dyn FnMut(u64),
) -> Result<Content, AnalyseError> {
    let opened = dialect::open(input, options.delimiter)?;
    let mut reader = ReaderBuilder::new()
        .delimiter(opened.dialect.delimiter)
        .flexible(true)
        .buffer_capacity(1 << 16)
        .from_reader(opened.rest);
    let columns = Columns::find(reader.byte_headers()?, &options.columns)?;
    let decimal_comma =
        options.decimal_comma.unwrap_or_else(|| has_decimal_comma(&opened.head, opened.dialect.delimiter, &columns));
    let mut intake = Intake {
        values: Values::new(decimal_comma, options.yes_no()),
        measures: Labels::default(),
        places: Places::default(),
        rows: Rows::default(),
        problems: Problems::default(),
        people: People::default(),
        tally: Tally::default(),
        waves: Waves::new(options),
        doubles: Vec::new(),
        doubled: 0,
        code: Vec::new(),
    };
    let mut record = ByteRecord::new();
    while reader.read_byte_record(&mut record)? {
        intake.rows.read += 1;
        if intake.rows.read.is_multiple_of(65_536) {
            advance(reader.position().byte());
        }
        let line = record.position().map_or(0, csv::Position::line) + opened.dialect.skipped_lines;
        intake.row(&record, line, &columns, options);
    }
    advance(reader.position().byte());
    intake.finish(opened.dialect, decimal_comma, &columns)
}

/// Whether the scores in the head of the file have commas and no points.
fn has_decimal_comma(head: &[u8], delimiter: u8, columns: &Columns) -> bool {
    let mut reader = ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(head);
    let (mut commas, mut points) = (false, false);
    for record in reader.byte_records().filter_map(Result::ok) {
        for cell in columns.scores().into_iter().filter_map(|column| record.get(column)) {
            commas |= cell.contains(&b',');
            points |= cell.contains(&b'.') && cell.len() > 1;
        }
    }
    commas && !points
}

/// The work in hand.
struct Intake {
    values: Values,
    measures: Labels,
    places: Places,
    rows: Rows,
    problems: Problems,
    people: People,
    tally: Tally,
    waves: Waves,
    /// Lines of answers that the same person gave twice, the first few.
    doubles: Vec<(u64, u64)>,
    doubled: u64,
    code: Vec<u8>,
}

impl Intake {
    fn row(&mut self, record: &ByteRecord, line: u64, columns: &Columns, options: &Options) {
        if record.len() != columns.width {
            if record.iter().all(|cell| cell.trim_ascii().is_empty()) {
                self.rows.blank += 1;
                return;
            }
            // Excel leaves empty cells behind the last column
            if record.len() < columns.width || record.iter().skip(columns.width).any(|c| !c.trim_ascii().is_empty()) {
                let (found, width) = (record.len(), columns.width);
                self.problems.add(line, || format!("has {found} cells where the headings have {width}"));
                return;
            }
        }
        match &columns.shape {
            Shape::Wide { pre, post, count } => self.wide(record, line, columns, (*pre, *post, *count)),
            Shape::Long { person, wave, value, order } => {
                self.long(record, line, columns, (person, *wave, *value, *order), options.duplicates);
            }
        }
    }

    /// One row a person, or a line of a count table.
    fn wide(
        &mut self,
        record: &ByteRecord,
        line: u64,
        columns: &Columns,
        (pre, post, count): (usize, usize, Option<usize>),
    ) {
        let (Some(before), Some(after)) = (self.score(record, line, pre), self.score(record, line, post)) else {
            return;
        };
        let n = match count.map(|column| cell(record, column).trim_ascii()) {
            None => 1,
            Some(text) => match std::str::from_utf8(text).ok().and_then(|text| text.parse().ok()) {
                Some(n) => n,
                None => {
                    self.problems.add(line, || format!("count is not a whole number: {}", shown(text)));
                    return;
                }
            },
        };
        if before == 0 && after == 0 {
            self.skip_unanswered(record);
            return;
        }
        let (measure, place) = self.measure_and_place(record, columns);
        self.tally.add(Key { measure, place, pre: before, post: after }, n);
    }

    /// One row an answer.
    fn long(
        &mut self,
        record: &ByteRecord,
        line: u64,
        columns: &Columns,
        (person, wave, value, order): (&[usize], usize, usize, Option<usize>),
        duplicates: Duplicates,
    ) {
        let Some(value) = self.score(record, line, value) else { return };
        if value == 0 {
            self.skip_unanswered(record);
            return;
        }
        self.code.clear();
        for (index, &column) in person.iter().enumerate() {
            let part = cell(record, column).trim_ascii();
            if part.is_empty() {
                self.problems.add(line, || "no person".to_owned());
                return;
            }
            if index > 0 {
                self.code.push(0x1F);
            }
            self.code.extend_from_slice(part);
        }
        let Some(wave) = self.waves.of(cell(record, wave)) else { return };
        let order = match order.map(|column| cell(record, column)) {
            None => None,
            Some(text) => match order_of(text.trim_ascii()) {
                Some(order) => Some(order),
                None => {
                    let text = text.to_vec();
                    self.problems.add(line, || format!("neither a number nor an ISO date: {}", shown(&text)));
                    return;
                }
            },
        };
        let (measure, place) = self.measure_and_place(record, columns);
        let answer = Answer { value, line: u32::try_from(line).unwrap_or(u32::MAX), place };
        let entry = self.people.entry(&self.code, measure);
        let known = entry.answers[wave];
        if known.value != 0 {
            self.rows.superseded += 1;
            let earlier = order.is_some_and(|order| order < entry.orders[wave]);
            let keeps = match duplicates {
                Duplicates::Refuse => {
                    self.doubled += 1;
                    if self.doubles.len() < 20 {
                        self.doubles.push((u64::from(known.line), line));
                    }
                    return;
                }
                Duplicates::First => !earlier,
                Duplicates::Last => earlier,
            };
            if keeps {
                return;
            }
        }
        entry.answers[wave] = answer;
        entry.orders[wave] = order.unwrap_or(0);
    }

    /// The number of a score, 0 for none; `None` where it cannot be read, which is noted.
    fn score(&mut self, record: &ByteRecord, line: u64, column: usize) -> Option<u32> {
        let text = cell(record, column);
        match self.values.read(text) {
            Cell::Value(number) => Some(number),
            Cell::Missing => Some(0),
            Cell::NotANumber => {
                self.problems.add(line, || format!("not a number: {}", shown(text)));
                None
            }
        }
    }

    fn skip_unanswered(&mut self, record: &ByteRecord) {
        if record.iter().all(|cell| cell.trim_ascii().is_empty()) {
            self.rows.blank += 1;
        } else {
            self.rows.unanswered += 1;
        }
    }

    fn measure_and_place(&mut self, record: &ByteRecord, columns: &Columns) -> (u32, u32) {
        let measure = columns.measure.map_or(0, |column| self.measures.number(cell(record, column)));
        let group = columns.group.map_or(&b""[..], |column| cell(record, column));
        let cluster = columns.cluster.map_or(&b""[..], |column| cell(record, column));
        (measure, self.places.number(group, cluster))
    }

    fn finish(mut self, dialect: Dialect, decimal_comma: bool, columns: &Columns) -> Result<Content, AnalyseError> {
        if self.doubled > 0 {
            return Err(AnalyseError::Duplicates { lines: self.doubles, total: self.doubled });
        }
        for (measure, [before, after]) in self.people.pairs() {
            if before.value != 0 || after.value != 0 {
                let place = if before.value != 0 { before.place } else { after.place };
                self.tally.add(Key { measure, place, pre: before.value, post: after.value }, 1);
            }
        }
        self.rows.other_waves = self.waves.other();
        if columns.measure.is_none() {
            self.measures.number(b"");
        }
        Ok(Content {
            dialect,
            decimal_comma,
            wide: matches!(columns.shape, Shape::Wide { .. }),
            has_groups: columns.group.is_some(),
            has_clusters: columns.cluster.is_some(),
            rows: self.rows,
            problems: self.problems,
            values: self.values,
            measures: self.measures,
            groups: self.places.groups,
            places: self.places.group_of,
            tally: self.tally,
        })
    }
}

fn cell(record: &ByteRecord, column: usize) -> &[u8] {
    record.get(column).unwrap_or_default()
}

/// A cell as a message may show it.
fn shown(cell: &[u8]) -> String {
    String::from_utf8_lossy(cell).chars().take(40).collect()
}

/// Groups with their clusters: the same class name in two schools is two clusters.
#[derive(Default)]
struct Places {
    groups: Labels,
    clusters: Labels,
    numbers: std::collections::HashMap<(u32, u32), u32, foldhash::fast::FixedState>,
    group_of: Vec<u32>,
}

impl Places {
    fn number(&mut self, group: &[u8], cluster: &[u8]) -> u32 {
        let (group, cluster) = (self.groups.number(group), self.clusters.number(cluster));
        *self.numbers.entry((group, cluster)).or_insert_with(|| {
            self.group_of.push(group);
            u32::try_from(self.group_of.len() - 1).unwrap_or(u32::MAX)
        })
    }
}

/// Before, after, and other waves that are counted and left out.
struct Waves {
    before: Vec<String>,
    after: Vec<String>,
    other: std::collections::BTreeMap<String, u64>,
}

impl Waves {
    fn new(options: &Options) -> Self {
        let names = |given: &Option<String>, usual: &[&str]| match given {
            Some(name) => vec![name.trim().to_lowercase()],
            None => usual.iter().map(|&name| name.to_owned()).collect(),
        };
        Self {
            before: names(&options.pre_wave, BEFORE),
            after: names(&options.post_wave, AFTER),
            other: std::collections::BTreeMap::new(),
        }
    }

    /// 0 before, 1 after.
    fn of(&mut self, name: &[u8]) -> Option<usize> {
        let name = name.trim_ascii();
        let is = |names: &[String]| names.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes()));
        if is(&self.before) {
            Some(0)
        } else if is(&self.after) {
            Some(1)
        } else {
            // a column that is no wave at all could hold anything: names are kept up to a limit
            let name = if self.other.len() < 100 { shown(name) } else { "others".to_owned() };
            *self.other.entry(name).or_default() += 1;
            None
        }
    }

    fn other(self) -> Vec<(String, u64)> {
        self.other.into_iter().collect()
    }
}

/// A number that grows with time: a whole number as it is, an ISO date by its digits.
fn order_of(text: &[u8]) -> Option<u64> {
    let digits = |limit: usize| {
        let only = text.iter().filter(|b| b.is_ascii_digit()).take(limit);
        only.fold((0_u64, 0_u32), |(value, count), b| (value * 10 + u64::from(b - b'0'), count + 1))
    };
    if text.iter().all(u8::is_ascii_digit) && (1..=19).contains(&text.len()) {
        return Some(digits(19).0);
    }
    let date = text.len() >= 10 && text[..4].iter().all(u8::is_ascii_digit) && text[4] == b'-' && text[7] == b'-';
    let (value, count) = digits(17);
    date.then(|| value * 10_u64.pow(17 - count))
}
