//! `workbook.xlsx`: the wide file for people with a spreadsheet, once in words, once in codes, with the reasons
//! why something is missing on a sheet of their own, because a spreadsheet averages a −9 without a word. What was not
//! asked of somebody is blank there too: nineteen of twenty cells, of every questionnaire but their own, among which
//! nobody would find the others.
//!
//! Rows go through nameless temporary files, which the system removes when they are closed: memory stays flat.

use std::fs::File;
use std::io::{self, BufReader, Cursor, Seek, SeekFrom};
use std::sync::Arc;

use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};
use zip::{ZipArchive, ZipWriter};

use super::cell::Cell;
use super::codebook::{self, Tally};
use super::column::Column;
use super::sheet::{Sheet, Words};
use super::squeezed::LEVEL;
use super::writing::ids;
use super::{Export, ExportError, rows};
use crate::report::RESULT_NUMBERS;
use crate::response::Missing;

/// Its name.
pub const WORKBOOK: &str = "workbook.xlsx";

/// People written at once.
const TOGETHER: usize = 200;

/// A sheet has 1,048,576 rows, one of them the heading.
const MOST_PEOPLE: usize = 1_048_575;

/// The sheets, in order.
const SHEETS: [&str; 6] = ["Labels", "Codes", "Reasons", "Codebook", "Flow", "Results"];
const WIDE: usize = 3; // the first three have a row for each person
const CODEBOOK: usize = 3;
const FLOW: usize = 4;
const RESULTS: usize = 5;

/// A workbook whose rows come from elsewhere.
pub struct Book {
    /// The labels, the codes and the reasons.
    wide: [Sheet; WIDE],
    labels: Vec<Labels>,
    /// Each reason in words.
    reasons: [Words; Missing::ALL.len()],
    /// People written.
    people: u32,
}

/// What a column's codes say, as cells.
struct Labels {
    codes: Vec<(i64, Words)>,
    words: Vec<(String, Words)>,
}

impl Book {
    /// Begins a workbook; `None` where there are more people than a sheet has rows.
    ///
    /// # Errors
    /// Where no temporary file can be made.
    pub fn begin(export: &Export) -> Result<Option<Book>, ExportError> {
        if export.people() > MOST_PEOPLE {
            return Ok(None);
        }
        let columns = export.columns();
        let mut empty = ZipArchive::new(Cursor::new(headed(columns)?.save_to_buffer()?))?;
        let mut sheet = |place| {
            let xml = io::read_to_string(empty.by_name(&path(place))?)?;
            Sheet::begin(&path(place), &xml, export.people() + 1, columns.len())
        };
        let wide = [sheet(0)?, sheet(1)?, sheet(2)?];
        let reasons = Missing::ALL.map(|reason| Words::of(reason.label()));
        Ok(Some(Book { wide, labels: columns.iter().map(Labels::of).collect(), reasons, people: 0 }))
    }

    /// Adds rows of the wide file.
    ///
    /// # Errors
    /// Where a sheet cannot be written.
    pub fn add(&mut self, rows: &[Vec<Cell>]) -> Result<(), ExportError> {
        let [labels, codes, reasons] = &mut self.wide;
        for row in rows {
            self.people += 1;
            let line = self.people + 1; // the heading stands in line 1
            let cells = || row.iter().enumerate();
            labels.row(line, |sheet| {
                for ((at, cell), column) in cells().zip(&self.labels) {
                    match column.of_cell(cell) {
                        Some(label) => sheet.words(at, label),
                        None => put(sheet, at, cell),
                    }
                }
            });
            codes.row(line, |sheet| cells().for_each(|(at, cell)| put(sheet, at, cell)));
            reasons.row(line, |sheet| {
                for (at, cell) in cells() {
                    let Cell::Missing(reason) = cell else { continue };
                    if *reason != Missing::NotAsked {
                        let known = Missing::ALL.iter().zip(&self.reasons).find(|(known, _)| *known == reason);
                        known.into_iter().for_each(|(_, words)| sheet.words(at, words));
                    }
                }
            });
        }
        self.wide.iter_mut().try_for_each(Sheet::squeeze)
    }

    /// Writes the codebook, the flow and the results, and gives the file, ready to be read from its beginning.
    /// `results` is `results.csv`.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn finish(self, columns: &[Column], tallies: &[Tally], results: &str) -> Result<File, ExportError> {
        let mut book = headed(columns)?;
        codebook_sheet(&mut book, columns, tallies)?;
        figures(&mut book, FLOW, results, |id| id.starts_with("flow.") || id.starts_with("reach."))?;
        figures(&mut book, RESULTS, results, |_| true)?;
        let mut rest = tempfile::tempfile()?;
        book.save_to_writer(&rest)?;
        rest.seek(SeekFrom::Start(0))?;
        let mut rest = ZipArchive::new(BufReader::new(rest))?;
        let mut zip = ZipWriter::new(tempfile::tempfile()?);
        let mut wide = self.wide.map(Some);
        for at in 0..rest.len() {
            let name = rest.by_index_raw(at)?.name()?.into_owned();
            match (0..WIDE).find(|place| path(*place) == name).and_then(|place| wide[place].take()) {
                Some(sheet) => zip.raw_copy_file(sheet.finish()?.by_index_raw(0)?)?,
                None => zip.raw_copy_file(rest.by_index_raw(at)?)?,
            }
        }
        let mut file = zip.finish()?;
        file.seek(SeekFrom::Start(0))?;
        Ok(file)
    }
}

impl Labels {
    fn of(column: &Column) -> Labels {
        Labels {
            codes: column.codes.iter().map(|(code, label)| (i64::from(*code), Words::of(label))).collect(),
            words: column.words.iter().map(|(word, label)| (word.clone(), Words::of(label))).collect(),
        }
    }

    /// A coded answer in its words.
    fn of_cell(&self, cell: &Cell) -> Option<&Words> {
        match cell {
            Cell::Integer(code) => self.codes.iter().find(|(known, _)| known == code).map(|(_, label)| label),
            Cell::Text(word) => self.words.iter().find(|(known, _)| known == word).map(|(_, label)| label),
            _ => None,
        }
    }
}

/// Where a sheet stands in a workbook, which is a zip.
fn path(place: usize) -> String {
    format!("xl/worksheets/sheet{}.xml", place + 1)
}

/// A workbook of nothing but the headings of the wide sheets.
fn headed(columns: &[Column]) -> Result<Workbook, ExportError> {
    let mut book = Workbook::new();
    book.set_zip_compression_level(LEVEL);
    let bold = Format::new().set_bold();
    for (place, name) in SHEETS.into_iter().enumerate() {
        let sheet = book.add_worksheet_with_constant_memory()?;
        sheet.set_name(name)?.set_freeze_panes(1, 0)?;
        if place < WIDE {
            for (at, column) in (0_u16..).zip(columns) {
                sheet.write_with_format(0, at, column.name.as_str(), &bold)?;
            }
        }
    }
    Ok(book)
}

/// A cell of a wide sheet; what is missing stays blank, and no text is ever a formula.
fn put(sheet: &mut Sheet, at: usize, cell: &Cell) {
    match cell {
        Cell::Blank | Cell::Missing(_) => {}
        Cell::Integer(number) => sheet.integer(at, *number),
        Cell::Decimal(number) => sheet.decimal(at, *number),
        Cell::Text(text) => sheet.words(at, &Words::of(text)),
    }
}

fn codebook_sheet(book: &mut Workbook, columns: &[Column], tallies: &[Tally]) -> Result<(), ExportError> {
    let bold = Format::new().set_bold();
    let sheet = book.worksheet_from_index(CODEBOOK)?;
    for (at, name) in (0_u16..).zip(codebook::HEADING) {
        sheet.write_with_format(0, at, name, &bold)?;
    }
    for (line, (column, tally)) in (1_u32..).zip(columns.iter().zip(tallies)) {
        for (at, cell) in (0_u16..).zip(codebook::row(column, tally)) {
            write(sheet, line, at, &cell)?;
        }
    }
    Ok(())
}

/// The figures whose id fits, with numbers as numbers.
fn figures(book: &mut Workbook, sheet: usize, results: &str, fits: impl Fn(&str) -> bool) -> Result<(), ExportError> {
    let bold = Format::new().set_bold();
    let sheet = book.worksheet_from_index(sheet)?;
    let mut reader = csv::Reader::from_reader(results.as_bytes());
    let heading = reader.headers()?.clone();
    for (at, name) in (0_u16..).zip(&heading) {
        sheet.write_with_format(0, at, name, &bold)?;
    }
    let rows = reader.records().collect::<Result<Vec<_>, _>>()?;
    for (line, row) in (1_u32..).zip(rows.iter().filter(|row| row.get(0).is_some_and(&fits))) {
        for (at, (name, cell)) in (0_u16..).zip(heading.iter().zip(row)) {
            match cell.parse::<f64>() {
                Ok(number) if RESULT_NUMBERS.contains(&name) => sheet.write(line, at, number)?,
                _ if cell.is_empty() => sheet,
                _ => sheet.write(line, at, cell)?,
            };
        }
    }
    Ok(())
}

/// A workbook by itself: call [`WorkbookWriting::next`] until it is done, then take the file.
pub struct WorkbookWriting {
    export: Arc<Export>,
    book: Book,
    place: usize,
    tallies: Vec<Tally>,
    /// `results.csv`.
    results: String,
}

impl WorkbookWriting {
    /// Begins a workbook; `None` where there are more people than a sheet has rows. `results` is `results.csv`.
    ///
    /// # Errors
    /// Where no temporary file can be made.
    pub fn begin(export: Arc<Export>, results: String) -> Result<Option<WorkbookWriting>, ExportError> {
        let tallies = vec![Tally::default(); export.columns().len()];
        let book = Book::begin(&export)?;
        Ok(book.map(|book| WorkbookWriting { export, book, place: 0, tallies, results }))
    }

    /// Writes some people; false when all are written.
    ///
    /// # Errors
    /// Where the database fails or a sheet cannot be written.
    pub async fn next(&mut self) -> Result<bool, ExportError> {
        let export = Arc::clone(&self.export);
        let Some(people) = export.some_people(self.place, TOGETHER) else { return Ok(false) };
        let told = rows::told(&export, export.store.responses_of(&ids(people)).await?)?;
        let rows = rows::wide(&export, people, &told)?;
        rows.iter().for_each(|row| codebook::count(&mut self.tallies, row));
        self.book.add(&rows)?;
        self.place += people.len();
        Ok(true)
    }

    /// People written so far.
    pub fn people(&self) -> usize {
        self.place
    }

    /// Writes the codebook, the flow and the results, and gives the file, ready to be read from its beginning.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn finish(self) -> Result<File, ExportError> {
        self.book.finish(self.export.columns(), &self.tallies, &self.results)
    }
}

/// A cell; what is missing stays blank, and no text is ever a formula.
#[expect(clippy::cast_precision_loss, reason = "codes and counts are far below 2^52")]
fn write(sheet: &mut Worksheet, line: u32, at: u16, cell: &Cell) -> Result<(), XlsxError> {
    match cell {
        Cell::Blank | Cell::Missing(_) => return Ok(()),
        Cell::Integer(number) => sheet.write_number(line, at, *number as f64)?,
        Cell::Decimal(number) => sheet.write_number(line, at, *number)?,
        Cell::Text(text) => sheet.write_string(line, at, text)?,
    };
    Ok(())
}
