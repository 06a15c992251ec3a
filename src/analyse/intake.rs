//! From a row to what it says.

use super::columns::{Columns, Shape};
use super::labels::Labels;
use super::order::order_of;
use super::people::{Answer, Batch};
use super::places::Places;
use super::problems::{Problems, shown};
use super::read::Rows;
use super::records::Record;
use super::tally::{Key, Tally};
use super::value::{Cell, Values};
use super::waves::Waves;
use super::{Duplicates, Options};

/// Reads rows: those of a wide file into counts, those of a long one into a batch of answers.
pub(super) struct Intake<'a> {
    columns: &'a Columns,
    duplicates: Duplicates,
    pub values: Values,
    pub measures: Labels,
    pub places: Places,
    pub rows: Rows,
    pub problems: Problems,
    pub waves: Waves,
    pub tally: Tally,
    pub batch: Batch,
    code: Vec<u8>,
}

/// More than this in one line is a mistake, and sums of it would not be exact.
const MOST_PEOPLE: u64 = 1_000_000_000_000;
/// Between the parts of a code.
const SEPARATOR: u8 = 0x1F;

impl<'a> Intake<'a> {
    /// Nothing read yet.
    pub fn new(columns: &'a Columns, options: &Options, decimal_comma: bool) -> Self {
        Self {
            columns,
            duplicates: options.duplicates,
            values: Values::new(decimal_comma, options.yes_no(), &options.missing),
            measures: Labels::default(),
            places: Places::default(),
            rows: Rows::default(),
            problems: Problems::default(),
            waves: Waves::new(options.pre_wave.as_deref(), options.post_wave.as_deref()),
            tally: Tally::default(),
            batch: Batch::default(),
            code: Vec::new(),
        }
    }

    /// Takes in a row. What is wrong with it is noted.
    pub fn row(&mut self, record: &Record<'_>) {
        self.rows.read += 1;
        let width = self.columns.width;
        if record.len() != width {
            if is_blank(record) {
                self.rows.blank += 1;
                return;
            }
            // Excel leaves empty cells behind the last column
            if record.len() < width || record.cells().skip(width).any(|cell| !cell.trim_ascii().is_empty()) {
                let found = record.len();
                self.problems.add(record.line, || format!("has {found} cells where the headings have {width}"));
                return;
            }
        }
        let columns = self.columns;
        let read = match &columns.shape {
            Shape::Wide { pre, post, count } => self.wide(record, *pre, *post, *count),
            Shape::Long { person, wave, value, order } => self.long(record, person, *wave, *value, *order),
        };
        if let Err(reason) = read {
            self.problems.add(record.line, || reason);
        }
    }

    /// One row a person, or a line of a count table.
    fn wide(&mut self, record: &Record<'_>, pre: usize, post: usize, count: Option<usize>) -> Result<(), String> {
        let before = self.score(record.cell(pre))?;
        let after = self.score(record.cell(post))?;
        let n = count.map_or(Ok(1), |column| people(record.cell(column)))?;
        if before == 0 && after == 0 {
            self.skip_unanswered(record);
            return Ok(());
        }
        if n == 0 {
            return Ok(());
        }
        let (measure, place) = (self.measure(record), self.place(record));
        self.tally.add(Key { measure, place, pre: before, post: after }, n);
        Ok(())
    }

    /// One row an answer.
    fn long(
        &mut self,
        record: &Record<'_>,
        person: &[usize],
        wave: usize,
        value: usize,
        order: Option<usize>,
    ) -> Result<(), String> {
        let value = self.score(record.cell(value))?;
        if value == 0 {
            self.skip_unanswered(record);
            return Ok(());
        }
        self.code.clear();
        for (index, &column) in person.iter().enumerate() {
            let part = record.cell(column).trim_ascii();
            if part.is_empty() {
                return Err("no person".to_owned());
            }
            if index > 0 {
                self.code.push(SEPARATOR);
            }
            self.code.extend_from_slice(part);
        }
        let Some(wave) = self.waves.of(record.cell(wave)) else { return Ok(()) };
        let order = order.map_or(Ok(0), |column| {
            let text = record.cell(column).trim_ascii();
            order_of(text).ok_or_else(|| format!("neither a number nor an ISO date: {}", shown(text)))
        })?;
        let stamp = if self.duplicates == Duplicates::Refuse { record.line } else { order };
        let answer = Answer { wave, measure: self.measure(record), place: self.place(record), value, stamp };
        self.batch.push(&self.code, answer).map_err(|error| error.to_string())
    }

    /// The number of a score, 0 for none.
    fn score(&mut self, cell: &[u8]) -> Result<u32, String> {
        match self.values.read(cell) {
            Cell::Value(number) => Ok(number),
            Cell::Missing => Ok(0),
            Cell::NotANumber => Err(format!("not a number: {}", shown(cell))),
        }
    }

    fn skip_unanswered(&mut self, record: &Record<'_>) {
        if is_blank(record) {
            self.rows.blank += 1;
        } else {
            self.rows.unanswered += 1;
        }
    }

    fn measure(&mut self, record: &Record<'_>) -> u32 {
        self.columns.measure.map_or(0, |column| self.measures.number(record.cell(column)))
    }

    fn place(&mut self, record: &Record<'_>) -> u32 {
        let cell = |column: Option<usize>| column.map_or(&b""[..], |column| record.cell(column));
        self.places.number(cell(self.columns.group), cell(self.columns.cluster))
    }
}

fn is_blank(record: &Record<'_>) -> bool {
    record.cells().all(|cell| cell.trim_ascii().is_empty())
}

/// How many people a line stands for; spreadsheets write whole numbers with a decimal mark too.
fn people(cell: &[u8]) -> Result<u64, String> {
    let text = cell.trim_ascii();
    let whole = match text.iter().position(|byte| matches!(byte, b'.' | b',')) {
        Some(mark) if text[mark + 1..].iter().all(|&byte| byte == b'0') && text.len() < mark + 3 => &text[..mark],
        _ => text,
    };
    match std::str::from_utf8(whole).ok().and_then(|text| text.parse().ok()) {
        Some(count) if count <= MOST_PEOPLE => Ok(count),
        Some(count) => Err(format!("count is more people than there are: {count}")),
        None => Err(format!("count is not a whole number: {}", shown(cell))),
    }
}
