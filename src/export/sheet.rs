//! A sheet of the workbook that has a row for each person, written as the rows come.
//!
//! Three such sheets are most of the bytes that a pack is made of. What is the same in every row, as the letters of a
//! column or the label of a code, is made once, and rows are squeezed as they are written: the sheet is whole as soon as
//! its last row is. Cells are written as ECMA-376 (18.3.1) has them, words within their cells.

use std::fs::File;
use std::io::{BufReader, BufWriter, Seek, SeekFrom, Write};

use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::ExportError;
use super::cell::{formatted, integer};
use super::squeezed::LEVEL;

/// What stands after the rows in a sheet's XML.
const END_OF_ROWS: &str = "</sheetData>";

/// A sheet on its way into a nameless temporary file, which is a zip of it alone: from one zip into another a file goes
/// as it is, without being squeezed again.
pub struct Sheet {
    zip: ZipWriter<StreamWriter<BufWriter<File>>>,
    /// Rows that are not squeezed yet.
    rows: Vec<u8>,
    /// The letters of each column.
    letters: Vec<String>,
    /// The row that is being written, in digits.
    line: String,
    /// What follows the rows.
    end: String,
}

impl Sheet {
    /// Begins a sheet of so many rows and columns. `empty` is its XML with the heading alone.
    ///
    /// # Errors
    /// Where no temporary file can be made.
    pub fn begin(name: &str, empty: &str, lines: usize, columns: usize) -> Result<Sheet, ExportError> {
        // Sizes of 64 bits only where 4 GB could be reached, some 60 bytes a cell: readers that are strict refuse a file
        // that has them and does not need them.
        let large = lines.saturating_mul(columns) > 1 << 25;
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).large_file(large);
        let mut zip = ZipWriter::new_stream(BufWriter::with_capacity(64 * 1024, tempfile::tempfile()?));
        zip.start_file(name, options.compression_level(Some(i64::from(LEVEL))))?;
        let letters: Vec<String> = (0..columns).map(letters).collect();
        let (head, end) = empty.split_at(empty.find(END_OF_ROWS).unwrap_or(empty.len()));
        let last = letters.last().map_or("A", String::as_str);
        zip.write_all(head.replacen(&format!(":{last}1\""), &format!(":{last}{lines}\""), 1).as_bytes())?;
        Ok(Sheet { zip, rows: Vec::new(), letters, line: String::new(), end: end.to_owned() })
    }

    /// Adds row number `line`, counted from 1, with the cells that `fill` gives it; a row without any is left out.
    pub fn row(&mut self, line: u32, fill: impl FnOnce(&mut Sheet)) {
        let before = self.rows.len();
        self.line = line.to_string();
        formatted(&mut self.rows, format_args!("<row r=\"{line}\">"));
        let empty = self.rows.len();
        fill(self);
        if self.rows.len() == empty {
            self.rows.truncate(before);
        } else {
            self.rows.extend_from_slice(b"</row>");
        }
    }

    /// Adds a whole number.
    pub fn integer(&mut self, column: usize, value: i64) {
        self.cell(column, b"\"><v>");
        integer(&mut self.rows, value);
        self.rows.extend_from_slice(b"</v></c>");
    }

    /// Adds a number with decimals.
    pub fn decimal(&mut self, column: usize, value: f64) {
        self.cell(column, b"\"><v>");
        formatted(&mut self.rows, format_args!("{value}"));
        self.rows.extend_from_slice(b"</v></c>");
    }

    /// Adds words.
    pub fn words(&mut self, column: usize, words: &Words) {
        self.cell(column, words.0.as_bytes());
    }

    /// Squeezes the rows that were added.
    ///
    /// # Errors
    /// Where the disk is full.
    pub fn squeeze(&mut self) -> Result<(), ExportError> {
        self.zip.write_all(&self.rows)?;
        self.rows.clear();
        Ok(())
    }

    /// The zip that holds the sheet alone.
    ///
    /// # Errors
    /// Where the disk is full.
    pub fn finish(mut self) -> Result<ZipArchive<BufReader<File>>, ExportError> {
        self.squeeze()?;
        self.zip.write_all(self.end.as_bytes())?;
        let mut file = self.zip.finish()?.into_inner().into_inner().map_err(std::io::IntoInnerError::into_error)?;
        file.seek(SeekFrom::Start(0))?;
        Ok(ZipArchive::new(BufReader::with_capacity(64 * 1024, file))?)
    }

    fn cell(&mut self, column: usize, rest: &[u8]) {
        self.rows.extend_from_slice(b"<c r=\"");
        self.rows.extend_from_slice(self.letters.get(column).map_or("", String::as_str).as_bytes());
        self.rows.extend_from_slice(self.line.as_bytes());
        self.rows.extend_from_slice(rest);
    }
}

/// Words as the end of a cell, made once for many cells. They are never a formula.
pub struct Words(String);

impl Words {
    /// Makes them.
    pub fn of(text: &str) -> Words {
        // Without this a reader of XML may leave spaces at either end out.
        let space = if text.trim() == text { "" } else { " xml:space=\"preserve\"" };
        Words(format!("\" t=\"inlineStr\"><is><t{space}>{}</t></is></c>", escaped(text)))
    }
}

/// A text as XML can hold it: what XML has no character for is `_x0007_` (ECMA-376, 22.9.2.19), and what happens to be
/// spelt so gets its first line spelt out.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for (at, letter) in text.char_indices() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '_' if is_spelt_out(&text[at..]) => escaped.push_str("_x005F_"),
            '\t' | '\n' => escaped.push(letter),
            '\0'..='\x1f' | '\u{fffe}' | '\u{ffff}' => escaped.push_str(&format!("_x{:04X}_", u32::from(letter))),
            _ => escaped.push(letter),
        }
    }
    escaped
}

/// Whether a text begins as a character that is spelt out: `_x0007_`, of which the last line may come from what follows.
fn is_spelt_out(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.starts_with(b"_x") && bytes.get(2..6).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
}

/// The letters of a column, counted from 0: `A`, `Z`, `AA`.
fn letters(column: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = Some(column);
    while let Some(column) = rest {
        letters.push(char::from(b'A' + u8::try_from(column % 26).unwrap_or(0)));
        rest = (column / 26).checked_sub(1);
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_named_as_a_spreadsheet_names_them() {
        for (column, name) in [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA"), (16_383, "XFD")] {
            assert_eq!(letters(column), name);
        }
    }

    #[test]
    fn a_text_comes_back_as_it_was_typed_whatever_is_in_it() {
        for (typed, written) in [
            ("a < b & c > d", "a &lt; b &amp; c &gt; d"),
            ("bell\x07", "bell_x0007_"),
            ("_x0007_ and _x", "_x005F_x0007_ and _x"),
            ("_x0041\x07", "_x005F_x0041_x0007_"),
            ("_xżółw_", "_xżółw_"),
            ("two\nlines", "two\nlines"),
            ("\u{ffff}", "_xFFFF_"),
        ] {
            assert_eq!(escaped(typed), written);
        }
        assert!(Words::of(" ends with a space ").0.contains("preserve"));
    }
}
