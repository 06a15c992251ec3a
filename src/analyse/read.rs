//! From a file to counts.
//!
//! One thread reads, cuts and understands rows; for a long file a second one looks people up, which is mostly
//! waiting for memory. The two take about as long, so that a long file takes half the time it would.

use std::io::Read;
use std::sync::mpsc::{channel, sync_channel};
use std::thread;

use super::columns::{Columns, Shape};
use super::dialect::{self, Dialect};
use super::intake::Intake;
use super::labels::Labels;
use super::people::{Batch, People};
use super::places::Places;
use super::problems::Problems;
use super::records::Records;
use super::tally::Tally;
use super::value::Values;
use super::{AnalyseError, Options};

/// Answers handed over at once.
const BATCH: usize = 4096;
/// Batches that may wait.
const WAITING: usize = 4;
/// More than this are no measures, but a column named by mistake.
const MEASURES: usize = 1000;
/// Rows between two reports of progress.
const STRIDE: u64 = 1 << 16;

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
    pub places: Places,
    pub tally: Tally,
}

/// Reads all rows. `advance` is told how many bytes have been read, now and then.
pub(super) fn read(
    input: Box<dyn Read>,
    options: &Options,
    advance: &mut dyn FnMut(u64),
) -> Result<Content, AnalyseError> {
    let opened = dialect::open(input, options.delimiter)?;
    // what Excel, LibreOffice and old Excel begin their own files with
    if opened.head.starts_with(b"PK\x03\x04") || opened.head.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        return Err(AnalyseError::Workbook);
    }
    let mut records = Records::new(opened.rest, opened.dialect.delimiter, opened.dialect.skipped_lines + 1);
    let columns = match records.next()? {
        Some(headings) => Columns::find(headings.cells(), &options.columns)?,
        None => return Err(AnalyseError::Empty),
    };
    let decimal_comma = match options.decimal_comma {
        Some(comma) => comma,
        None => has_decimal_comma(&opened.head, opened.dialect.delimiter, &columns)?,
    };
    let mut intake = Intake::new(&columns, options, decimal_comma);
    let people = read_rows(&mut records, &mut intake, People::new(options.duplicates), advance)?;
    advance(records.bytes());
    if !people.doubles.is_empty() {
        return Err(AnalyseError::Duplicates { lines: people.doubles, total: people.superseded });
    }
    if matches!(columns.shape, Shape::Long { .. }) {
        intake.tally = people.tally();
    }
    if columns.measure.is_none() {
        intake.measures.number(b"");
    }
    Ok(Content {
        dialect: opened.dialect,
        decimal_comma,
        wide: matches!(columns.shape, Shape::Wide { .. }),
        has_groups: columns.group.is_some(),
        has_clusters: columns.cluster.is_some(),
        rows: Rows { other_waves: intake.waves.other(), superseded: people.superseded, ..intake.rows },
        problems: intake.problems,
        values: intake.values,
        measures: intake.measures,
        places: intake.places,
        tally: intake.tally,
    })
}

/// Takes in every row here, and gives answers to people over there.
fn read_rows<R: Read>(
    records: &mut Records<R>,
    intake: &mut Intake<'_>,
    mut people: People,
    advance: &mut dyn FnMut(u64),
) -> Result<People, AnalyseError> {
    thread::scope(|scope| {
        let (full, filled) = sync_channel::<Batch>(WAITING);
        let (empty, emptied) = channel::<Batch>();
        let keeper = scope.spawn(move || {
            for mut batch in filled {
                people.take(&batch)?;
                batch.clear();
                // nobody wants it back once all rows are read
                let _ = empty.send(batch);
            }
            Ok(people)
        });
        while let Some(record) = records.next()? {
            intake.row(&record);
            if intake.measures.list().len() > MEASURES {
                return Err(AnalyseError::TooManyMeasures(MEASURES));
            }
            if intake.rows.read.is_multiple_of(STRIDE) {
                advance(records.bytes());
            }
            if intake.batch.len() == BATCH {
                let next = emptied.try_recv().unwrap_or_default();
                if full.send(std::mem::replace(&mut intake.batch, next)).is_err() {
                    break; // the keeper has stopped, and says why below
                }
            }
        }
        let _ = full.send(std::mem::take(&mut intake.batch));
        drop(full);
        keeper.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// Whether the scores in the head of the file have commas and no points.
fn has_decimal_comma(head: &[u8], delimiter: u8, columns: &Columns) -> Result<bool, AnalyseError> {
    let mut records = Records::new(head, delimiter, 1);
    let (mut commas, mut points) = (false, false);
    while let Some(record) = records.next()? {
        for cell in columns.scores().into_iter().map(|column| record.cell(column)) {
            commas |= cell.contains(&b',');
            points |= cell.contains(&b'.') && cell.len() > 1;
        }
    }
    Ok(commas && !points)
}
