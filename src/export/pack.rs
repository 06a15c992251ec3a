//! Everything in one zip, made as it is sent: no file of it that grows with answers is ever whole in memory.
//!
//! People are gone through once (`pass`). The long file is sent as it grows; the others that have rows for people wait,
//! squeezed, in nameless temporary files until their place in the zip comes.

use std::io;
use std::sync::Arc;

use jiff::Zoned;
use tokio::sync::mpsc;

use super::enclosed::{Enclosed, RESULTS};
use super::parcel::{Parcel, Piece};
use super::pass::{Pass, Task, meanwhile};
use super::squeezed::Spooled;
use super::{
    CHANGES, CODEBOOK_PAGE, Export, ExportError, File, Reader, Script, WORKBOOK, Writing, Written, changes,
    codebook_page, readme,
};

/// Pieces that wait to be taken.
const WAITING: usize = 1;

/// A pack on its way out. Ask for bytes until there are none; where nobody asks, everything that makes it waits.
pub struct Packing {
    state: State,
    people: usize,
}

enum State {
    /// Nobody has asked yet.
    Waiting(Box<dyn FnOnce(mpsc::Sender<Piece>) -> Task<()> + Send>),
    UnderWay(mpsc::Receiver<Piece>, Task<()>),
    BrokenOff,
    Whole,
}

impl Packing {
    /// A pack whose names begin with this folder, so that unpacking makes one.
    pub fn new(export: Arc<Export>, folder: String, enclosed: Enclosed, made: Zoned) -> Packing {
        let begin = move |to| {
            let parcel = Parcel::new(folder, &made, to);
            tokio::spawn(pack(export, enclosed, made, parcel))
        };
        Packing { state: State::Waiting(Box::new(begin)), people: 0 }
    }

    /// The next bytes, or nothing where the pack is complete. Bytes may be empty while data are gathered.
    ///
    /// # Errors
    /// Where the database fails, the disk is full, or the report cannot be set; what was handed out is then not a whole
    /// pack, and never becomes one.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, ExportError> {
        loop {
            match &mut self.state {
                State::Whole => return Ok(None),
                State::BrokenOff => return Err(io::Error::other("the pack was broken off").into()),
                State::UnderWay(pieces, task) => {
                    if let Some(piece) = pieces.recv().await {
                        self.people += piece.people;
                        return Ok(Some(piece.bytes));
                    }
                    let ended = task.await.map_err(io::Error::from);
                    self.state = State::BrokenOff;
                    ended??;
                    self.state = State::Whole;
                }
                waiting => {
                    if let State::Waiting(begin) = std::mem::replace(waiting, State::BrokenOff) {
                        let (to, pieces) = mpsc::channel(WAITING);
                        *waiting = State::UnderWay(pieces, begin(to));
                    }
                }
            }
        }
    }

    /// People whose rows have been written to every file.
    pub fn people(&self) -> usize {
        self.people
    }
}

/// Packs one file after the other.
async fn pack(export: Arc<Export>, enclosed: Enclosed, made: Zoned, parcel: Parcel) -> Result<(), ExportError> {
    let mut pack = Pack { parcel, tables: Vec::new() };
    // What takes long and needs no rows is begun first.
    let report = enclosed.clone();
    let report = meanwhile(move || report.files());
    pack.parcel.whole(RESULTS, enclosed.results_file()?).await?;

    let passed = pack.parcel.growing(File::Long.name(), Pass::begin(&export)).await?;
    pack.tables.push(Written { file: File::Long, rows: passed.long });
    let (to_book, tallies, results) = (Arc::clone(&export), passed.tallies.clone(), enclosed.results().to_owned());
    let book = passed.book.map(|book| meanwhile(move || book.finish(to_book.columns(), &tallies, &results)));
    pack.spooled(File::Wide, passed.wide).await?;
    let codebook = pack.small(File::Codebook, export.codebook(passed.tallies)).await?;
    pack.spooled(File::Pairs, passed.pairs).await?;
    pack.small(File::Sessions, export.write(File::Sessions)).await?;
    pack.spooled(File::Attendance, passed.attendance).await?;
    pack.small(File::Measures, export.write(File::Measures)).await?;
    pack.small(File::Links, export.write(File::Links)).await?;

    let Pack { mut parcel, tables } = pack;
    if export.reader() == Reader::Statistics {
        for script in Script::ALL {
            parcel.whole(script.name(), script.text(&export, &moment(&made)).into()).await?;
        }
    }
    let programme = export.programme();
    let page = codebook_page(&codebook, &programme.name, programme.sample, &words(&made))?;
    parcel.whole(CODEBOOK_PAGE, page.into()).await?;
    if let Some(book) = book {
        parcel.as_it_is(WORKBOOK, book.result().await?).await?;
    }
    for (name, bytes) in report.result().await? {
        parcel.whole(name, bytes).await?;
    }
    let altered = changes(&export, &enclosed, &words(&made)).await?;
    parcel.whole(CHANGES, altered.into()).await?;
    // Last, because it counts the rows of the others.
    let about = readme(&export, &tables, &words(&made), env!("CARGO_PKG_VERSION"));
    parcel.whole("README.txt", about.into()).await?;
    parcel.close().await
}

/// The zip, and the tables that are in it so far.
struct Pack {
    parcel: Parcel,
    tables: Vec<Written>,
}

impl Pack {
    /// Adds a table that was made beside the long one.
    async fn spooled(&mut self, file: File, (spooled, rows): (Spooled, u64)) -> Result<(), ExportError> {
        self.tables.push(Written { file, rows });
        self.parcel.spooled(file.name(), spooled).await
    }

    /// Adds a table that has no rows for every person, and gives it.
    async fn small(&mut self, file: File, mut writing: Writing) -> Result<Vec<u8>, ExportError> {
        let mut bytes = Vec::new();
        while let Some(mut some) = writing.next().await? {
            bytes.append(&mut some);
        }
        self.tables.push(Written { file, rows: writing.rows() });
        self.parcel.whole(file.name(), bytes.clone()).await?;
        Ok(bytes)
    }
}

/// A moment as programs read it: ISO 8601 in UTC, to the second.
pub fn moment(made: &Zoned) -> String {
    made.timestamp().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// A moment as people read it.
pub fn words(made: &Zoned) -> String {
    made.strftime("%Y-%m-%d %H:%M %Z").to_string()
}
