//! One way through the people for every file that has rows for them.
//!
//! Four tasks hand each other some people at a time: one fetches, one reads what was fetched and makes rows, one
//! puts the CSV files by, one writes the workbook's sheets. At most one batch waits between two of them, so that
//! memory is the same however many people there are, and all of them work at once. Work that takes time is done on
//! threads that may be kept busy, never on those that answer requests. The long file, by far the largest, is handed out
//! as it grows; where nobody takes it, every task waits, with no connection to the database and no thread.

use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::task::{JoinHandle, spawn_blocking};

use crate::store::{PairRow, RawResponse};

use super::cell::{Cell, Page};
use super::codebook::{self, Tally};
use super::squeezed::{Spool, Spooled};
use super::workbook::Book;
use super::writing::ids;
use super::{Export, ExportError, File, rows};

/// People fetched and written together. They are looked up in the order of their keys in the store, and the more of
/// them there are the fewer pages of the database are read twice.
const TOGETHER: usize = 400;

/// Batches that wait between two tasks.
const WAITING: usize = 1;

/// A pass under way.
pub struct Pass {
    long: mpsc::Receiver<LongRows>,
    fetching: Task<()>,
    making: Task<Made>,
    keeping: Task<[Spooled; 3]>,
    writing: Task<Option<Book>>,
}

/// Something that is done beside the rest.
pub type Task<T> = JoinHandle<Result<T, ExportError>>;

/// Some bytes of the long file, and how many people they end.
pub struct LongRows {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// How many more people are in all the files.
    pub people: usize,
}

/// What a pass leaves behind when the long file has been handed out.
pub struct Passed {
    /// Rows of the long file.
    pub long: u64,
    /// The wide file, with its rows.
    pub wide: (Spooled, u64),
    /// The pairs.
    pub pairs: (Spooled, u64),
    /// The visits.
    pub attendance: (Spooled, u64),
    /// What was counted of each column of the wide file.
    pub tallies: Vec<Tally>,
    /// The workbook, with its wide sheets written; `None` where there are more people than a sheet has rows.
    pub book: Option<Book>,
}

/// What the store gave for some people.
struct Fetched {
    place: usize,
    responses: Vec<RawResponse>,
    pairs: Vec<PairRow>,
    visits: Vec<(i64, i64)>,
}

/// Some rows of every CSV file.
struct Csv {
    wide: Vec<u8>,
    long: Vec<u8>,
    pairs: Vec<u8>,
    attendance: Vec<u8>,
    people: usize,
}

/// What is counted while rows are made.
struct Made {
    tallies: Vec<Tally>,
    wide: u64,
    long: u64,
    pairs: u64,
    attendance: u64,
}

impl Pass {
    /// Sets out. Dropping it stops every task at its next batch.
    pub fn begin(export: &Arc<Export>) -> Pass {
        let (fetched, to_make) = mpsc::channel(WAITING);
        let (csv, to_keep) = mpsc::channel(WAITING);
        let (cells, to_write) = mpsc::channel(WAITING);
        let (pieces, long) = mpsc::channel(WAITING);
        Pass {
            long,
            fetching: tokio::spawn(fetch(Arc::clone(export), fetched)),
            making: tokio::spawn(make(Arc::clone(export), to_make, csv, cells)),
            keeping: tokio::spawn(keep(to_keep, pieces)),
            writing: tokio::spawn(write(Arc::clone(export), to_write)),
        }
    }

    /// The next bytes of the long file; nothing where there are no more, because it is whole or because something
    /// failed: [`Pass::finish`] tells.
    pub async fn next(&mut self) -> Option<LongRows> {
        self.long.recv().await
    }

    /// What it leaves behind.
    ///
    /// # Errors
    /// What went wrong first in the order of the tasks.
    pub async fn finish(self) -> Result<Passed, ExportError> {
        drop(self.long);
        self.fetching.await.map_err(std::io::Error::from)??;
        let made = self.making.await.map_err(std::io::Error::from)??;
        let [wide, pairs, attendance] = self.keeping.await.map_err(std::io::Error::from)??;
        let book = self.writing.await.map_err(std::io::Error::from)??;
        Ok(Passed {
            long: made.long,
            wide: (wide, made.wide),
            pairs: (pairs, made.pairs),
            attendance: (attendance, made.attendance),
            tallies: made.tallies,
            book,
        })
    }
}

/// Does work that takes time where it keeps nobody waiting.
pub async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ExportError> + Send + 'static,
) -> Result<T, ExportError> {
    meanwhile(work).result().await
}

/// Begins work that takes time, beside whatever else is done until its result is wanted.
pub fn meanwhile<T: Send + 'static>(work: impl FnOnce() -> Result<T, ExportError> + Send + 'static) -> Meanwhile<T> {
    Meanwhile(spawn_blocking(work))
}

/// Work under way.
pub struct Meanwhile<T>(Task<T>);

impl<T> Meanwhile<T> {
    /// What comes of it.
    ///
    /// # Errors
    /// What went wrong.
    pub async fn result(self) -> Result<T, ExportError> {
        self.0.await.map_err(std::io::Error::from)?
    }
}

/// Fetches people batch by batch, and stops where nobody takes them any more.
async fn fetch(export: Arc<Export>, to: mpsc::Sender<Fetched>) -> Result<(), ExportError> {
    let (store, mut place) = (&export.store, 0);
    while let Some(people) = export.some_people(place, TOGETHER) {
        let mut ids = ids(people);
        ids.sort_unstable();
        let responses = store.responses_of(&ids).await?;
        let (pairs, visits) = (store.pairs_of(&ids).await?, store.attendance_of(&ids).await?);
        if to.send(Fetched { place, responses, pairs, visits }).await.is_err() {
            break;
        }
        place += people.len();
    }
    Ok(())
}

/// Makes rows of what was fetched.
async fn make(
    export: Arc<Export>,
    mut from: mpsc::Receiver<Fetched>,
    csv: mpsc::Sender<Csv>,
    cells: mpsc::Sender<Vec<Vec<Cell>>>,
) -> Result<Made, ExportError> {
    let tallies = vec![Tally::default(); export.columns().len()];
    let mut made = Made { tallies, wide: 0, long: 0, pairs: 0, attendance: 0 };
    let mut first = true;
    loop {
        let fetched = from.recv().await;
        if fetched.is_none() && !first {
            return Ok(made);
        }
        let export = Arc::clone(&export);
        let last = fetched.is_none();
        let (counted, files, rows) = aside(move || some(&export, made, fetched, first)).await?;
        (made, first) = (counted, false);
        // Where either has failed, it says so itself.
        if csv.send(files).await.is_err() || cells.send(rows).await.is_err() || last {
            return Ok(made);
        }
    }
}

/// The rows of one batch; with the first come the headings, with nobody in it the headings alone.
fn some(
    export: &Export,
    mut made: Made,
    fetched: Option<Fetched>,
    first: bool,
) -> Result<(Made, Csv, Vec<Vec<Cell>>), ExportError> {
    let page = |file| {
        let mut page = Page::new(export.reader(), first);
        if first {
            export.heading(file, &mut page);
        }
        page
    };
    let [mut wide, mut long, mut pairs, mut attendance] =
        [File::Wide, File::Long, File::Pairs, File::Attendance].map(page);
    let (mut cells, mut count) = (Vec::new(), 0);
    if let Some(Fetched { place, responses, pairs: stored, visits }) = fetched {
        let people = export.some_people(place, TOGETHER).unwrap_or_default();
        count = people.len();
        let told = rows::told(export, responses)?;
        cells = rows::wide(export, people, &told)?;
        for row in &cells {
            codebook::count(&mut made.tallies, row);
            wide.row(row);
        }
        made.wide += cells.len() as u64;
        made.long += rows::long(export, people, &told, &mut long);
        made.pairs += rows::pairs(export, people, stored, &mut pairs);
        made.attendance += rows::attendance(export, people, visits, &mut attendance);
    }
    let [wide, long, pairs, attendance] = [wide, long, pairs, attendance].map(Page::finish);
    Ok((made, Csv { wide, long, pairs, attendance, people: count }, cells))
}

/// Hands the long file out, and keeps the wide file, the pairs and the visits.
async fn keep(mut from: mpsc::Receiver<Csv>, to: mpsc::Sender<LongRows>) -> Result<[Spooled; 3], ExportError> {
    let mut spools = [Spool::begin()?, Spool::begin()?, Spool::begin()?];
    while let Some(Csv { wide, long, pairs, attendance, people }) = from.recv().await {
        spools = aside(move || {
            for (spool, rows) in spools.iter_mut().zip([wide, pairs, attendance]) {
                spool.write(&rows)?;
            }
            Ok(spools)
        })
        .await?;
        if to.send(LongRows { bytes: long, people }).await.is_err() {
            break; // nobody waits for the rest
        }
    }
    let [wide, pairs, attendance] = spools;
    Ok([wide.close()?, pairs.close()?, attendance.close()?])
}

/// Writes the workbook's wide sheets.
async fn write(export: Arc<Export>, mut from: mpsc::Receiver<Vec<Vec<Cell>>>) -> Result<Option<Book>, ExportError> {
    let mut book = aside(move || Book::begin(&export)).await?;
    while let Some(rows) = from.recv().await {
        book = aside(move || {
            if let Some(book) = &mut book {
                book.add(&rows)?;
            }
            Ok(book)
        })
        .await?;
    }
    Ok(book)
}
