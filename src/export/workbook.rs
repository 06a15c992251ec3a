//! `workbook.xlsx`: the wide file for people with a spreadsheet, once in words, once in codes, with the reasons
//! why something is missing on a sheet of their own, because a spreadsheet averages a −9 without a word.
//!
//! Rows go through nameless temporary files, which the system removes when they are closed: memory stays flat. The
//! three sheets with a row for each person are written here (`sheet`); everything else, and what frames their rows,
//! is `rust_xlsxwriter`'s.

use std::fs::File;
use std::io::{BufWriter, Cursor, Read, Seek, SeekFrom, Write};
use std::sync::Arc;

use flate2::Crc;
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};
use zip::ZipArchive;

use super::archive::{Archive, Measured, Method};
use super::cell::Cell;
use super::codebook::{self, Tally};
use super::column::Column;
use super::sheet::{Sheet, WIDE, letters};
use super::spool::{Spool, Spooled};
use super::writing::ids;
use super::{Export, ExportError, rows};

/// Its name.
pub const WORKBOOK: &str = "workbook.xlsx";

/// People written at once.
const TOGETHER: usize = 200;

/// A sheet has 1,048,576 rows, one of them the heading.
const MOST_PEOPLE: usize = 1_048_575;

/// The sheets, in order; the first have a row for each person.
const SHEETS: [&str; 6] = ["Labels", "Codes", "Reasons", "Codebook", "Flow", "Results"];
const CODEBOOK: usize = 3;
const FLOW: usize = 4;
const RESULTS: usize = 5;

/// Bytes copied at once.
const PIECE: usize = 256 * 1024;

/// A workbook whose rows come from elsewhere.
pub struct Book {
    sheet: Sheet,
    sheets: [Spool; WIDE],
    /// What stands below the rows of each.
    endings: [String; WIDE],
    /// Reused for every batch.
    pieces: [Vec<u8>; WIDE],
    /// Rows with the heading.
    rows: usize,
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
        let mut zip = ZipArchive::new(Cursor::new(frame(columns)?.save_to_buffer()?))?;
        let last = letters(columns.len().saturating_sub(1));
        let mut sheets = [Spool::new()?, Spool::new()?, Spool::new()?];
        let mut endings = [const { String::new() }; WIDE];
        for (place, (sheet, ending)) in sheets.iter_mut().zip(&mut endings).enumerate() {
            let mut xml = String::new();
            zip.by_name(&member(place))?.read_to_string(&mut xml)?;
            let (beginning, below) = xml.split_once("</sheetData>").ok_or_else(unframed)?;
            let (before, after) = beginning.split_once("<dimension ref=\"").ok_or_else(unframed)?;
            let (_, after) = after.split_once('"').ok_or_else(unframed)?;
            sheet.write(format!("{before}<dimension ref=\"A1:{last}{}\"{after}", export.people() + 1).as_bytes())?;
            *ending = format!("</sheetData>{below}");
        }
        let pieces = [const { Vec::new() }; WIDE];
        Ok(Some(Book { sheet: Sheet::new(columns), sheets, endings, pieces, rows: 1 }))
    }

    /// Adds rows of the wide file.
    ///
    /// # Errors
    /// Where the disk is full.
    pub fn add(&mut self, rows: &[Vec<Cell>]) -> Result<(), ExportError> {
        for row in rows {
            self.rows += 1;
            self.sheet.row(self.rows, row, &mut self.pieces);
            for (sheet, piece) in self.sheets.iter_mut().zip(&mut self.pieces) {
                sheet.write(piece)?;
                piece.clear();
            }
        }
        Ok(())
    }

    /// Writes the codebook, the flow and the results, and gives the file, ready to be read from its beginning.
    /// `results` is `results.csv`.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn finish(self, columns: &[Column], tallies: &[Tally], results: &str) -> Result<Spooled, ExportError> {
        let mut book = frame(columns)?;
        codebook_sheet(&mut book, columns, tallies)?;
        figures(&mut book, FLOW, results, |id| id.starts_with("flow.") || id.starts_with("reach."))?;
        figures(&mut book, RESULTS, results, |_| true)?;
        let mut framed = ZipArchive::new(Cursor::new(book.save_to_buffer()?))?;
        let mut wide = Vec::new();
        for ((mut sheet, ending), place) in self.sheets.into_iter().zip(&self.endings).zip(0..) {
            sheet.write(ending.as_bytes())?;
            wide.push((member(place), sheet.finish()?));
        }
        let mut out = Out { file: BufWriter::new(tempfile::tempfile()?), crc: Crc::new(), size: 0 };
        let mut archive = Archive::new(zip::DateTime::default());
        for at in 0..framed.len() {
            let mut known = framed.by_index_raw(at)?;
            let name = known.name()?.into_owned();
            if let Some((_, Spooled { file, measured })) = wide.iter_mut().find(|(member, _)| *member == name) {
                archive.begin(&name, *measured);
                out.put(&archive.take())?;
                let mut piece = vec![0; PIECE];
                loop {
                    let read = file.read(&mut piece)?;
                    if read == 0 {
                        break;
                    }
                    archive.add(&piece[..read]);
                    out.put(&archive.take())?;
                }
            } else {
                let stored = known.compression() == zip::CompressionMethod::Stored;
                let method = if stored { Method::Stored } else { Method::Deflated };
                let (size, packed) = (known.size(), known.compressed_size());
                archive.begin(&name, Measured { method, crc: known.crc32(), size, packed });
                let mut bytes = Vec::new();
                known.read_to_end(&mut bytes)?;
                archive.add(&bytes);
            }
        }
        archive.finish();
        out.put(&archive.take())?;
        out.finish()
    }
}

/// The workbook's own file, measured for the zip that it goes into as it is: it is a zip itself.
struct Out {
    file: BufWriter<File>,
    crc: Crc,
    size: u64,
}

impl Out {
    fn put(&mut self, bytes: &[u8]) -> Result<(), ExportError> {
        self.crc.update(bytes);
        self.size += bytes.len() as u64;
        Ok(self.file.write_all(bytes)?)
    }

    fn finish(self) -> Result<Spooled, ExportError> {
        let mut file = self.file.into_inner().map_err(std::io::IntoInnerError::into_error)?;
        file.seek(SeekFrom::Start(0))?;
        let (crc, size) = (self.crc.sum(), self.size);
        Ok(Spooled { file, measured: Measured { method: Method::Stored, crc, size, packed: size } })
    }
}

/// A workbook with the headings of its wide sheets and nothing else.
fn frame(columns: &[Column]) -> Result<Workbook, ExportError> {
    let mut book = Workbook::new();
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

/// Where a sheet stands in the file.
fn member(place: usize) -> String {
    format!("xl/worksheets/sheet{}.xml", place + 1)
}

fn unframed() -> ExportError {
    XlsxError::UnknownWorksheetNameOrIndex(SHEETS[..WIDE].join(", ")).into()
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
        Ok(self.book.finish(self.export.columns(), &self.tallies, &self.results)?.file)
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
