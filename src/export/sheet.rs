//! The rows of the workbook's wide sheets, as XML: a thousand million bytes for fifty thousand people, so each cell is
//! put together from pieces that are made once. What frames the rows is made by `rust_xlsxwriter` (see `workbook`), and
//! a test holds every cell against what that would have written.

use std::fmt::Write as _;

use crate::response::Missing;

use super::cell::{Cell, formatted, integer};
use super::column::Column;

/// The sheets with a row for each person: words, codes, reasons.
pub const WIDE: usize = 3;

/// A column's pieces.
struct Place {
    /// `<c r="AB`, which its row's number follows.
    begin: String,
    /// What follows that for each of its codes.
    labels: Vec<(i64, String)>,
}

/// The pieces that cells are put together from.
pub struct Sheet {
    places: Vec<Place>,
    reasons: [String; Missing::ALL.len()],
}

impl Sheet {
    /// Sheets with these columns.
    pub fn new(columns: &[Column]) -> Sheet {
        let labels =
            |column: &Column| column.codes.iter().map(|(code, label)| (i64::from(*code), text(label))).collect();
        let place = |(at, column)| Place { begin: format!("<c r=\"{}", letters(at)), labels: labels(column) };
        Sheet {
            places: columns.iter().enumerate().map(place).collect(),
            reasons: Missing::ALL.map(|one| text(one.label())),
        }
    }

    /// Adds a row to each sheet; one without cells is left out.
    pub fn row(&self, number: usize, cells: &[Cell], sheets: &mut [Vec<u8>; WIDE]) {
        let number = number.to_string();
        let begins = sheets.each_ref().map(Vec::len);
        for sheet in sheets.iter_mut() {
            put(sheet, &["<row r=\"", &number, "\">"]);
        }
        let empty = sheets.each_ref().map(Vec::len);
        let [labels, codes, reasons] = sheets;
        for (cell, Place { begin, labels: words }) in cells.iter().zip(&self.places) {
            match cell {
                Cell::Blank => {}
                Cell::Missing(reason) => {
                    let place = Missing::ALL.iter().position(|known| known == reason).unwrap_or_default();
                    put(reasons, &[begin, &number, &self.reasons[place]]);
                }
                Cell::Text(words) => {
                    let words = text(words);
                    if !words.is_empty() {
                        put(labels, &[begin, &number, &words]);
                        put(codes, &[begin, &number, &words]);
                    }
                }
                Cell::Integer(code) => {
                    whole(codes, begin, &number, *code);
                    match words.iter().find(|(known, _)| known == code) {
                        Some((_, words)) if words.is_empty() => {}
                        Some((_, words)) => put(labels, &[begin, &number, words]),
                        None => whole(labels, begin, &number, *code),
                    }
                }
                Cell::Decimal(value) => {
                    let from = codes.len();
                    put(codes, &[begin, &number, "\"><v>"]);
                    formatted(codes, format_args!("{value}"));
                    put(codes, &["</v></c>"]);
                    labels.extend_from_slice(&codes[from..]);
                }
            }
        }
        for (sheet, (begins, empty)) in sheets.iter_mut().zip(begins.into_iter().zip(empty)) {
            if sheet.len() == empty {
                sheet.truncate(begins);
            } else {
                put(sheet, &["</row>"]);
            }
        }
    }
}

/// A column's letters: `A`, `Z`, `AA`.
pub fn letters(mut at: usize) -> String {
    let mut name = Vec::new();
    loop {
        name.push(char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"[at % 26]));
        match at / 26 {
            0 => return name.into_iter().rev().collect(),
            more => at = more - 1,
        }
    }
}

fn put(into: &mut Vec<u8>, pieces: &[&str]) {
    pieces.iter().for_each(|piece| into.extend_from_slice(piece.as_bytes()));
}

fn whole(into: &mut Vec<u8>, begin: &str, number: &str, value: i64) {
    put(into, &[begin, number, "\"><v>"]);
    integer(into, value);
    put(into, &["</v></c>"]);
}

/// What follows the row's number in a cell of words; nothing where there are none, because that is no cell.
fn text(words: &str) -> String {
    if words.is_empty() {
        return String::new();
    }
    let blank = ['\t', '\n', ' '];
    let keeps = if words.starts_with(blank) || words.ends_with(blank) { " xml:space=\"preserve\"" } else { "" };
    let mut cell = format!("\" t=\"inlineStr\"><is><t{keeps}>");
    for (at, symbol) in words.char_indices() {
        match symbol {
            '&' => cell.push_str("&amp;"),
            '<' => cell.push_str("&lt;"),
            '>' => cell.push_str("&gt;"),
            // Excel's way to write what XML cannot, and so also what looks like that.
            '_' if is_escape(&words[at..]) => cell.push_str("_x005F_"),
            '\t' | '\n' => cell.push(symbol),
            '\0'..='\x1f' | '\u{fffe}' | '\u{ffff}' => {
                let _never_fails = write!(cell, "_x{:04X}_", u32::from(symbol));
            }
            _ => cell.push(symbol),
        }
    }
    cell.push_str("</t></is></c>");
    cell
}

/// Whether words begin like `_x000D_`.
fn is_escape(words: &str) -> bool {
    let digits = words.strip_prefix("_x").and_then(|rest| rest.split_once('_')).map(|(digits, _)| digits);
    digits.is_some_and(|digits| digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read};

    use rust_xlsxwriter::Workbook;

    use super::*;

    /// The rows of the only sheet of a book.
    fn rows_of(mut book: Workbook) -> String {
        let bytes = book.save_to_buffer().expect("a workbook");
        let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).expect("a zip");
        let mut xml = String::new();
        zip.by_name("xl/worksheets/sheet1.xml").expect("a sheet").read_to_string(&mut xml).expect("text");
        let (_, rows) = xml.split_once("<sheetData>").expect("rows");
        rows.split_once("</sheetData>").expect("rows").0.to_owned()
    }

    #[test]
    fn every_cell_is_written_as_the_library_writes_it() {
        let texts = [
            "vet",
            "",
            " ",
            "two\nlines ",
            "\ttab",
            "a & b < c > d \"e\" 'f'",
            "_x000D_ _xZZZZ_ _x00_ _x0041_x0042_",
            "\r\u{1}\u{b}",
            "ż 🦊 \u{fffe}",
            "=1+1",
            "_x000D",
            "__x0041_",
        ];
        let numbers = [0.0, 1.0, 41.666_666_666_666_67, 100.0 / 3.0, 1e-7, 123_456_789.0];
        let mut book = Workbook::new();
        let sheet = book.add_worksheet_with_constant_memory().expect("a sheet");
        let cells: Vec<Cell> = texts
            .iter()
            .map(|text| Cell::Text((*text).to_owned()))
            .chain(numbers.map(Cell::Decimal))
            .chain([0, 7, 10, 240, 12_345].map(Cell::Integer))
            .collect();
        for (at, cell) in (0_u16..).zip(&cells) {
            match cell {
                Cell::Text(text) => sheet.write_string(4, at, text).map(|_| ()),
                Cell::Decimal(value) => sheet.write_number(4, at, *value).map(|_| ()),
                Cell::Integer(value) => {
                    sheet.write_number(4, at, f64::from(i32::try_from(*value).expect("small"))).map(|_| ())
                }
                _ => Ok(()),
            }
            .expect("written");
        }
        let place = |at| Place { begin: format!("<c r=\"{}", letters(at)), labels: Vec::new() };
        let own = Sheet { places: (0..cells.len()).map(place).collect(), reasons: Default::default() };
        let mut sheets = [const { Vec::new() }; WIDE];
        own.row(5, &cells, &mut sheets);
        let [labels, codes, reasons] = sheets.map(|sheet| String::from_utf8(sheet).expect("UTF-8"));
        let known = rows_of(book);
        assert_eq!((&labels, &codes, &*reasons), (&known, &known, ""));
    }

    #[test]
    fn columns_are_called_as_spreadsheets_call_them() {
        let known =
            [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA"), (16_383, "XFD")];
        for (at, name) in known {
            assert_eq!(letters(at), name);
        }
    }
}
