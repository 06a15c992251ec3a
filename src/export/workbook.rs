//! `workbook.xlsx`: the wide file for people with a spreadsheet, once in words, once in codes, with the reasons
//! why something is missing on a sheet of their own, because a spreadsheet averages a −9 without a word. What was not
//! asked of somebody is blank there too: nineteen of twenty cells, of every questionnaire but their own, among which
//! nobody would find the others.
//!
//! Rows go through nameless temporary files, which the system removes when they are closed: memory stays flat.

use std::fs::File;
use std::io::{Seek, SeekFrom};
use std::sync::Arc;

use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use super::cell::Cell;
use super::codebook::{self, Tally};
use super::column::Column;
use super::spool::LEVEL;
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
    book: Workbook,
    /// People written.
    people: u32,
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
        let mut book = Workbook::new();
        book.set_zip_compression_level(LEVEL);
        let bold = Format::new().set_bold();
        for (place, name) in SHEETS.into_iter().enumerate() {
            let sheet = book.add_worksheet_with_constant_memory()?;
            sheet.set_name(name)?.set_freeze_panes(1, 0)?;
            if place < WIDE {
                for (at, column) in (0_u16..).zip(export.columns()) {
                    sheet.write_with_format(0, at, column.name.as_str(), &bold)?;
                }
            }
        }
        Ok(Some(Book { book, people: 0 }))
    }

    /// Adds rows of the wide file.
    ///
    /// # Errors
    /// Where a sheet cannot be written.
    pub fn add(&mut self, columns: &[Column], rows: &[Vec<Cell>]) -> Result<(), ExportError> {
        let mut sheets = self.book.worksheets_mut().iter_mut();
        let (Some(labels), Some(codes), Some(reasons)) = (sheets.next(), sheets.next(), sheets.next()) else {
            return Err(XlsxError::UnknownWorksheetNameOrIndex(SHEETS.join(", ")).into());
        };
        for row in rows {
            self.people += 1; // and the heading stands in line 0
            for (at, (cell, column)) in (0_u16..).zip(row.iter().zip(columns)) {
                write_label(labels, self.people, at, cell, column)?;
                match cell {
                    Cell::Missing(Missing::NotAsked) => {}
                    Cell::Missing(reason) => {
                        reasons.write(self.people, at, reason.label())?;
                    }
                    _ => write(codes, self.people, at, cell)?,
                }
            }
        }
        Ok(())
    }

    /// Writes the codebook, the flow and the results, and gives the file, ready to be read from its beginning.
    /// `results` is `results.csv`.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn finish(mut self, columns: &[Column], tallies: &[Tally], results: &str) -> Result<File, ExportError> {
        codebook_sheet(&mut self.book, columns, tallies)?;
        figures(&mut self.book, FLOW, results, |id| id.starts_with("flow.") || id.starts_with("reach."))?;
        figures(&mut self.book, RESULTS, results, |_| true)?;
        let mut file = tempfile::tempfile()?;
        self.book.save_to_writer(&file)?;
        file.seek(SeekFrom::Start(0))?;
        Ok(file)
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
        self.book.add(export.columns(), &rows)?;
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

/// A coded answer in its words, anything else as it is.
fn write_label(sheet: &mut Worksheet, line: u32, at: u16, cell: &Cell, column: &Column) -> Result<(), XlsxError> {
    let label = match cell {
        Cell::Integer(code) => {
            column.codes.iter().find(|(value, _)| i64::from(*value) == *code).map(|(_, label)| label)
        }
        Cell::Text(word) => column.words.iter().find(|(known, _)| known == word).map(|(_, label)| label),
        _ => None,
    };
    match label {
        Some(label) => sheet.write(line, at, label.as_str()).map(|_| ()),
        None => write(sheet, line, at, cell),
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
