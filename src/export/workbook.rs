//! `workbook.xlsx`: the wide file for people with a spreadsheet, once in words, once in codes, with the reasons
//! why something is missing on a sheet of their own, because a spreadsheet averages a −9 without a word.
//!
//! Rows go through nameless temporary files, which the system removes when they are closed: memory stays flat.

use std::fs::File;
use std::io::{Seek, SeekFrom};
use std::sync::Arc;

use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use super::cell::Cell;
use super::codebook::{self, Tally};
use super::column::Column;
use super::rekey::Person;
use super::writing::wide_rows;
use super::{Export, ExportError};

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

/// A workbook in the making: call [`WorkbookWriting::next`] until it is done, then take the file.
pub struct WorkbookWriting {
    export: Arc<Export>,
    book: Workbook,
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
        if export.people() > MOST_PEOPLE {
            return Ok(None);
        }
        let mut book = Workbook::new();
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
        let tallies = vec![Tally::default(); export.columns().len()];
        Ok(Some(WorkbookWriting { export, book, place: 0, tallies, results }))
    }

    /// Writes some people; false when all are written.
    ///
    /// # Errors
    /// Where the database fails or a sheet cannot be written.
    pub async fn next(&mut self) -> Result<bool, ExportError> {
        let export = Arc::clone(&self.export);
        let Some(people) = export.some_people(self.place, TOGETHER) else { return Ok(false) };
        let rows = wide_rows(&export, people).await?;
        self.write(&export, people, &rows)?;
        self.place += people.len();
        Ok(true)
    }

    fn write(&mut self, export: &Export, people: &[Person], rows: &[Vec<Cell>]) -> Result<(), ExportError> {
        for (row, number) in rows.iter().zip(self.place + 1..) {
            let line = u32::try_from(number).unwrap_or(u32::MAX);
            for (at, (cell, column)) in (0_u16..).zip(row.iter().zip(export.columns())) {
                let [labels, codes, reasons] = self.wide_sheets()?;
                write_label(labels, line, at, cell, column)?;
                if let Cell::Missing(reason) = cell {
                    reasons.write(line, at, reason.label())?;
                } else {
                    write(codes, line, at, cell)?;
                }
            }
            self.tallies.iter_mut().zip(row).for_each(|(tally, cell)| tally.count(cell));
        }
        debug_assert_eq!(people.len(), rows.len());
        Ok(())
    }

    fn wide_sheets(&mut self) -> Result<[&mut Worksheet; 3], ExportError> {
        match self.book.worksheets_mut().as_mut_slice() {
            [labels, codes, reasons, ..] => Ok([labels, codes, reasons]),
            _ => Err(XlsxError::UnknownWorksheetNameOrIndex(SHEETS.join(", ")).into()),
        }
    }

    /// People written so far.
    pub fn people(&self) -> usize {
        self.place
    }

    /// Writes the codebook, the flow and the results, and gives the file, ready to be read from its beginning.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn finish(mut self) -> Result<File, ExportError> {
        let bold = Format::new().set_bold();
        let codebook = self.book.worksheet_from_index(CODEBOOK)?;
        for (at, name) in (0_u16..).zip(codebook::HEADING) {
            codebook.write_with_format(0, at, name, &bold)?;
        }
        for (line, (column, tally)) in (1_u32..).zip(self.export.columns().iter().zip(&self.tallies)) {
            for (at, cell) in (0_u16..).zip(codebook::row(column, tally)) {
                write(codebook, line, at, &cell)?;
            }
        }
        self.figures(FLOW, |id| id.starts_with("flow.") || id.starts_with("reach."))?;
        self.figures(RESULTS, |_| true)?;
        let mut file = tempfile::tempfile()?;
        self.book.save_to_writer(&file)?;
        file.seek(SeekFrom::Start(0))?;
        Ok(file)
    }

    /// The figures whose id fits, with numbers as numbers.
    fn figures(&mut self, sheet: usize, fits: impl Fn(&str) -> bool) -> Result<(), ExportError> {
        let bold = Format::new().set_bold();
        let sheet = self.book.worksheet_from_index(sheet)?;
        let mut reader = csv::Reader::from_reader(self.results.as_bytes());
        let heading = reader.headers()?.clone();
        for (at, name) in (0_u16..).zip(&heading) {
            sheet.write_with_format(0, at, name, &bold)?;
        }
        let numbers = ["n", "value", "low", "high"];
        let rows = reader.records().collect::<Result<Vec<_>, _>>()?;
        for (line, row) in (1_u32..).zip(rows.iter().filter(|row| row.get(0).is_some_and(&fits))) {
            for (at, (name, cell)) in (0_u16..).zip(heading.iter().zip(row)) {
                match cell.parse::<f64>() {
                    Ok(number) if numbers.contains(&name) => sheet.write(line, at, number)?,
                    _ if cell.is_empty() => sheet,
                    _ => sheet.write(line, at, cell)?,
                };
            }
        }
        Ok(())
    }
}

/// A coded answer in its words, anything else as it is.
fn write_label(sheet: &mut Worksheet, line: u32, at: u16, cell: &Cell, column: &Column) -> Result<(), XlsxError> {
    let label = match cell {
        Cell::Integer(code) => column.codes.iter().find(|(value, _)| i64::from(*value) == *code),
        _ => None,
    };
    match label {
        Some((_, label)) => sheet.write(line, at, label.as_str()).map(|_| ()),
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
