//! One cell of a file, and the page of rows that makes cells safe for whoever opens it.

use std::fmt;
use std::io::Write;
use std::ops::Range;

use crate::report::reads_as_formula;
use crate::response::Missing;

/// The program that a file is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reader {
    /// R, SPSS, Python: missing values are negative codes, texts are exactly what was typed.
    #[default]
    Statistics,
    /// Excel and other spreadsheets: missing values are blank, because a spreadsheet averages a −9
    /// without a word, and no text can be taken for a formula.
    Excel,
}

/// What stands in a cell. There is no `Debug`: answers do not belong in logs.
#[derive(Clone, PartialEq)]
pub enum Cell {
    /// Nothing.
    Blank,
    /// A whole number, or a code.
    Integer(i64),
    /// A number with decimals.
    Decimal(f64),
    /// Words.
    Text(String),
    /// Why there is no number.
    Missing(Missing),
}

impl Cell {
    /// Words that are there, or nothing.
    pub fn words(text: Option<impl Into<String>>) -> Cell {
        text.map_or(Cell::Blank, |text| Cell::Text(text.into()))
    }

    /// A share of a whole as a percentage.
    pub fn percent(value: i64, denominator: i64) -> Cell {
        Cell::Decimal(100.0 * ratio(value, denominator))
    }
}

/// `value / denominator`.
#[expect(clippy::cast_precision_loss, reason = "scores and their denominators are far below 2^52")]
pub fn ratio(value: i64, denominator: i64) -> f64 {
    value as f64 / denominator as f64
}

/// Some rows on their way out, as bytes of CSV.
pub struct Page {
    bytes: Vec<u8>,
    reader: Reader,
    /// Whether the row has a cell before the next one.
    begun: bool,
}

impl Page {
    /// An empty page. The first of a file for spreadsheets begins with the mark that says UTF-8, without
    /// which Excel reads another alphabet.
    pub fn new(reader: Reader, first: bool) -> Page {
        let bytes = if first && reader == Reader::Excel { b"\xef\xbb\xbf".to_vec() } else { Vec::new() };
        Page { bytes, reader, begun: false }
    }

    /// Adds the heading.
    pub fn heading<'a>(&mut self, names: impl IntoIterator<Item = &'a str>) {
        for name in names {
            self.next();
            self.quoted(name);
        }
        self.end();
    }

    /// Adds a row.
    pub fn row(&mut self, cells: &[Cell]) {
        cells.iter().for_each(|cell| self.cell(cell));
        self.end();
    }

    /// Adds a cell to the row.
    pub fn cell(&mut self, cell: &Cell) {
        match (cell, self.reader) {
            (Cell::Blank, _) | (Cell::Missing(_), Reader::Excel) => self.blank(),
            (Cell::Integer(value), _) => self.integer(*value),
            (Cell::Missing(reason), Reader::Statistics) => self.integer(i64::from(reason.code())),
            (Cell::Decimal(value), _) => {
                self.next();
                decimal(&mut self.bytes, *value);
            }
            (Cell::Text(text), _) => self.text(text),
        }
    }

    /// Adds an empty cell.
    pub fn blank(&mut self) {
        self.next();
    }

    /// Adds a whole number.
    pub fn integer(&mut self, value: i64) {
        self.next();
        integer(&mut self.bytes, value);
    }

    /// Adds a number that is written already.
    pub fn digits(&mut self, digits: &str) {
        self.next();
        self.bytes.extend_from_slice(digits.as_bytes());
    }

    /// Adds words.
    pub fn text(&mut self, text: &str) {
        self.next();
        if self.reader == Reader::Excel && reads_as_formula(text) {
            self.quoted(&format!("'{text}"));
        } else {
            self.quoted(text);
        }
    }

    /// Adds words that are there, or an empty cell.
    pub fn words(&mut self, text: Option<&str>) {
        match text {
            Some(text) => self.text(text),
            None => self.blank(),
        }
    }

    /// Where the next byte will stand.
    pub fn place(&self) -> usize {
        self.bytes.len()
    }

    /// Begins a row with cells that another row of this page began with.
    pub fn begin_like(&mut self, cells: Range<usize>) {
        self.bytes.extend_from_within(cells);
        self.begun = true;
    }

    /// Ends the row.
    pub fn end(&mut self) {
        self.bytes.push(b'\n');
        self.begun = false;
    }

    /// The bytes.
    pub fn finish(self) -> Vec<u8> {
        self.bytes
    }

    fn next(&mut self) {
        if self.begun {
            self.bytes.push(b',');
        }
        self.begun = true;
    }

    /// A text in quotes where a reader would take it for more than one cell otherwise, as RFC 4180 has it.
    fn quoted(&mut self, text: &str) {
        if !text.bytes().any(|byte| matches!(byte, b',' | b'"' | b'\r' | b'\n')) {
            self.bytes.extend_from_slice(text.as_bytes());
            return;
        }
        self.bytes.push(b'"');
        for (at, part) in text.split('"').enumerate() {
            if at > 0 {
                self.bytes.extend_from_slice(b"\"\"");
            }
            self.bytes.extend_from_slice(part.as_bytes());
        }
        self.bytes.push(b'"');
    }
}

/// A whole number in digits.
pub fn integer(into: &mut Vec<u8>, value: i64) {
    if let Ok(digit @ 0..=9) = u8::try_from(value) {
        into.push(b'0' + digit);
    } else {
        formatted(into, format_args!("{value}"));
    }
}

/// Writes what was formatted.
pub fn formatted(into: &mut Vec<u8>, value: fmt::Arguments) {
    // Memory never refuses to be written to.
    let _never_fails = into.write_fmt(value);
}

/// Six decimals at the most, without zeros that say nothing: `41.666667`, `50`, `2.5`.
fn decimal(into: &mut Vec<u8>, value: f64) {
    formatted(into, format_args!("{value:.6}"));
    let zeros = into.iter().rev().take_while(|byte| **byte == b'0').count();
    into.truncate(into.len() - zeros);
    if into.last() == Some(&b'.') {
        into.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(reader: Reader, cells: &[Cell]) -> String {
        let mut page = Page::new(reader, false);
        page.row(cells);
        String::from_utf8(page.finish()).expect("UTF-8")
    }

    #[test]
    fn a_missing_value_is_a_code_for_statistics_and_blank_for_a_spreadsheet() {
        let cells = [Cell::Integer(3), Cell::Missing(Missing::Lost), Cell::Blank, Cell::Decimal(41.666_666_7)];
        assert_eq!(written(Reader::Statistics, &cells), "3,-9,,41.666667\n");
        assert_eq!(written(Reader::Excel, &cells), "3,,,41.666667\n");
    }

    #[test]
    fn decimals_carry_no_empty_zeros() {
        let cells = [0.0, 100.0, 2.5, 33.333_333_333].map(Cell::Decimal);
        assert_eq!(written(Reader::Statistics, &cells), "0,100,2.5,33.333333\n");
    }

    #[test]
    fn no_text_is_a_formula_in_a_spreadsheet_and_every_text_is_faithful_elsewhere() {
        for start in ["=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠"] {
            let text = format!("{start}1+1");
            for (reader, expected) in [(Reader::Statistics, text.clone()), (Reader::Excel, format!("'{text}"))] {
                let bytes = written(reader, &[Cell::Text(text.clone()), Cell::Integer(1)]);
                let mut rows = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes.as_bytes());
                let row = rows.records().next().expect("a row").expect("readable");
                assert_eq!(&row[0], expected);
            }
        }
        assert_eq!(written(Reader::Excel, &[Cell::Text("a=b".to_owned()), Cell::Blank]), "a=b,\n");
    }

    #[test]
    fn a_text_is_quoted_exactly_where_the_csv_crate_quotes_it() {
        for text in ["", " ", "a,b", "\"", "a\"\"b\"", "\r", "x\ny", "\r\n", "ż;🦊\t", "'", "-1", "#", "\\"] {
            let mut known = csv::Writer::from_writer(Vec::new());
            known.write_record(["first", text, ""]).expect("a row");
            let known = String::from_utf8(known.into_inner().expect("in memory")).expect("UTF-8");
            let cells = [Cell::Text("first".to_owned()), Cell::Text(text.to_owned()), Cell::Blank];
            assert_eq!(written(Reader::Statistics, &cells), known);
        }
    }

    #[test]
    fn whole_numbers_have_all_their_digits() {
        let cells = [0, 9, 10, -1, -9, 1_234_567, i64::MAX, i64::MIN].map(Cell::Integer);
        let known = format!("0,9,10,-1,-9,1234567,{},{}\n", i64::MAX, i64::MIN);
        assert_eq!(written(Reader::Statistics, &cells), known);
    }
}
