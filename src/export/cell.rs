//! One cell of a file, and the page of rows that makes cells safe for whoever opens it.

use std::fmt::Write;

use crate::response::Missing;

use super::ExportError;

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
    writer: csv::Writer<Vec<u8>>,
    reader: Reader,
    /// Reused for every number.
    number: String,
}

impl Page {
    /// An empty page. The first of a file for spreadsheets begins with the mark that says UTF-8, without
    /// which Excel reads another alphabet.
    pub fn new(reader: Reader, first: bool) -> Page {
        let bytes = if first && reader == Reader::Excel { b"\xef\xbb\xbf".to_vec() } else { Vec::new() };
        Page { writer: csv::Writer::from_writer(bytes), reader, number: String::new() }
    }

    /// Adds the heading.
    ///
    /// # Errors
    /// Never for a page in memory, but the writer's type says it could.
    pub fn heading<'a>(&mut self, names: impl IntoIterator<Item = &'a str>) -> Result<(), ExportError> {
        Ok(self.writer.write_record(names)?)
    }

    /// Adds a row.
    ///
    /// # Errors
    /// Where it has more or fewer cells than the rows above it.
    pub fn row(&mut self, cells: &[Cell]) -> Result<(), ExportError> {
        for cell in cells {
            self.number.clear();
            match (cell, self.reader) {
                (Cell::Blank, _) | (Cell::Missing(_), Reader::Excel) => {}
                (Cell::Integer(value), _) => number(&mut self.number, format_args!("{value}")),
                (Cell::Missing(reason), Reader::Statistics) => {
                    number(&mut self.number, format_args!("{}", reason.code()));
                }
                (Cell::Decimal(value), _) => decimal(&mut self.number, *value),
                (Cell::Text(text), Reader::Excel) if reads_as_formula(text) => {
                    self.number.push('\'');
                    self.number.push_str(text);
                }
                (Cell::Text(text), _) => {
                    self.writer.write_field(text)?;
                    continue;
                }
            }
            self.writer.write_field(&self.number)?;
        }
        Ok(self.writer.write_record(None::<&[u8]>)?)
    }

    /// The bytes.
    ///
    /// # Errors
    /// Never for a page in memory, but the writer's type says it could.
    pub fn finish(self) -> Result<Vec<u8>, ExportError> {
        self.writer.into_inner().map_err(|error| ExportError::Csv(error.into_error().into()))
    }
}

fn number(into: &mut String, value: std::fmt::Arguments) {
    // A string never refuses to be written to.
    let _never_fails = into.write_fmt(value);
}

/// Six decimals at the most, without zeros that say nothing: `41.666667`, `50`, `2.5`.
fn decimal(into: &mut String, value: f64) {
    number(into, format_args!("{value:.6}"));
    let kept = into.trim_end_matches('0').trim_end_matches('.').len();
    into.truncate(kept);
}

/// Whether a spreadsheet could run a text instead of showing it: OWASP ASVS 1.2.10, with the
/// full-width forms that some spreadsheets read alike.
fn reads_as_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\0', '＝', '＋', '－', '＠'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(reader: Reader, cells: &[Cell]) -> String {
        let mut page = Page::new(reader, false);
        page.row(cells).expect("a row");
        String::from_utf8(page.finish().expect("bytes")).expect("UTF-8")
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
}
