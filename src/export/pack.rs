//! Everything in one zip, made as it is sent: no file of it is ever whole in memory.
//!
//! People are gone through once (`pass`). The long file is sent as it grows; the others that have rows for people wait,
//! deflated, in nameless temporary files until their place in the zip comes.

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Zoned;
use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, ZipWriter};

use super::codebook::Tally;
use super::enclosed::{Enclosed, RESULTS};
use super::pass::{Meanwhile, Pass, aside, meanwhile};
use super::spool::{LEVEL, Spooled};
use super::{
    CHANGES, CODEBOOK_PAGE, Export, ExportError, File, Reader, Script, WORKBOOK, Writing, Written, changes,
    codebook_page, readme,
};

/// How hard a file is squeezed that is squeezed already, as a workbook is: as little as can be.
const SQUEEZED: u8 = 1;

/// Bytes of a finished file copied at once.
const PIECE: u64 = 256 * 1024;

/// A pack on its way out. Ask for bytes until there are none.
pub struct Packing {
    export: Arc<Export>,
    /// Taken when the pack is finished.
    zip: Option<Zip>,
    out: Pipe,
    parts: VecDeque<Part>,
    /// The file that is being written.
    writing: Option<Current>,
    enclosed: Enclosed,
    written: Vec<Written>,
    /// The codebook's rows, for its page: a few hundred lines however many people there are.
    codebook: Vec<u8>,
    tallies: Vec<Tally>,
    people: usize,
    made: Zoned,
    /// Names in the zip begin with it, so that unpacking makes one folder.
    folder: String,
}

/// Deflates as it is written to, where it keeps nobody waiting. Boxed, because it is tens of kilobytes large and
/// handed to and fro.
type Zip = Box<ZipWriter<StreamWriter<Pipe>>>;

/// A file that waits for its place.
type Kept = Box<dyn Read + Send>;

/// A file half-way into the zip.
enum Current {
    /// The long file, with those that are made beside it.
    Long(Pass),
    /// It is copied, a piece at a time.
    Copy(Kept),
}

/// What is still to be packed.
enum Part {
    /// The figures of the report.
    Results,
    /// And with it every other file that has rows for people.
    Long,
    /// A file that was made beside the long one, with its rows.
    Made(File, Kept, u64),
    /// A file without rows for people.
    Small(File),
    Script(Script),
    Workbook(Meanwhile<std::fs::File>),
    /// After the codebook it is made from.
    CodebookPage,
    /// The report, and what people wrote for it.
    Enclosed(Meanwhile<Vec<(&'static str, Vec<u8>)>>),
    /// What was altered after answers had come in.
    Changes,
    /// Last, because it counts the rows of the others.
    Readme,
}

impl Packing {
    /// Begins a pack in a folder of this name.
    pub fn new(export: Arc<Export>, folder: String, enclosed: Enclosed, made: Zoned) -> Packing {
        let out = Pipe::default();
        Packing {
            export,
            zip: Some(Box::new(ZipWriter::new_stream(out.clone()))),
            out,
            parts: VecDeque::from([Part::Results, Part::Long]),
            writing: None,
            enclosed,
            written: Vec::new(),
            codebook: Vec::new(),
            tallies: Vec::new(),
            people: 0,
            made,
            folder,
        }
    }

    /// The next bytes, or nothing where the pack is complete. Bytes may be empty while data are gathered.
    ///
    /// # Errors
    /// Where the database fails; what was handed out is then not a whole pack.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, ExportError> {
        let Some(zip) = self.zip.take() else { return Ok(None) };
        self.zip = match self.writing.take() {
            Some(Current::Long(mut pass)) => match pass.next().await {
                Some(piece) => {
                    self.people += piece.people;
                    self.writing = Some(Current::Long(pass));
                    Some(add(zip, piece.bytes).await?)
                }
                None => {
                    self.passed(pass).await?;
                    Some(zip)
                }
            },
            Some(Current::Copy(file)) => {
                let (zip, rest) = copy(zip, file).await?;
                self.writing = rest.map(Current::Copy);
                Some(zip)
            }
            None => match self.parts.pop_front() {
                Some(part) => Some(self.part(part, zip).await?),
                None => {
                    zip.finish()?;
                    None
                }
            },
        };
        Ok(Some(self.out.take()))
    }

    /// People whose rows have been written to every file.
    pub fn people(&self) -> usize {
        self.people
    }

    /// The long file is whole: what was made beside it follows. What takes longest to finish is begun now.
    async fn passed(&mut self, pass: Pass) -> Result<(), ExportError> {
        let passed = pass.finish().await?;
        self.written.push(Written { file: File::Long, rows: passed.long });
        let (export, enclosed) = (Arc::clone(&self.export), self.enclosed.clone());
        let (tallies, results) = (passed.tallies.clone(), self.enclosed.results().to_owned());
        let book = passed.book.map(|book| meanwhile(move || book.finish(export.columns(), &tallies, &results)));
        let report = meanwhile(move || Ok(enclosed.files()?.into()));
        self.tallies = passed.tallies;
        let made = |file, (spooled, rows): (Spooled, u64)| Part::Made(file, Box::new(spooled), rows);
        self.parts.extend([
            made(File::Wide, passed.wide),
            Part::Small(File::Codebook),
            made(File::Pairs, passed.pairs),
            Part::Small(File::Sessions),
            made(File::Attendance, passed.attendance),
            Part::Small(File::Measures),
            Part::Small(File::Links),
        ]);
        if self.export.reader() == Reader::Statistics {
            self.parts.extend(Script::ALL.map(Part::Script));
        }
        self.parts.push_back(Part::CodebookPage);
        self.parts.extend(book.map(Part::Workbook));
        self.parts.extend([Part::Enclosed(report), Part::Changes, Part::Readme]);
        Ok(())
    }

    async fn part(&mut self, part: Part, mut zip: Zip) -> Result<Zip, ExportError> {
        match part {
            Part::Results => {
                let results = self.enclosed.results_file()?;
                self.text(zip, RESULTS, results).await
            }
            Part::Long => {
                self.begin(&mut zip, File::Long.name(), LEVEL)?;
                self.writing = Some(Current::Long(Pass::begin(&self.export)));
                Ok(zip)
            }
            Part::Made(file, kept, rows) => {
                self.begin(&mut zip, file.name(), LEVEL)?;
                self.writing = Some(Current::Copy(kept));
                self.written.push(Written { file, rows });
                Ok(zip)
            }
            Part::Small(file) => {
                let mut writing = match file {
                    File::Codebook => self.export.codebook(std::mem::take(&mut self.tallies)),
                    _ => self.export.write(file),
                };
                let rows = whole(&mut writing).await?;
                self.written.push(Written { file, rows: writing.rows() });
                if file == File::Codebook {
                    self.codebook.clone_from(&rows);
                }
                self.text(zip, file.name(), rows).await
            }
            Part::Script(script) => {
                let text = script.text(&self.export, &moment(&self.made));
                self.text(zip, script.name(), text).await
            }
            Part::CodebookPage => {
                let rows = std::mem::take(&mut self.codebook);
                let programme = self.export.programme();
                let page = codebook_page(&rows, &programme.name, programme.sample, &words(&self.made))?;
                self.text(zip, CODEBOOK_PAGE, page).await
            }
            Part::Workbook(book) => {
                let file = book.result().await?;
                self.begin(&mut zip, WORKBOOK, SQUEEZED)?;
                self.writing = Some(Current::Copy(Box::new(file)));
                Ok(zip)
            }
            Part::Enclosed(report) => {
                let mut zip = zip;
                for (name, bytes) in report.result().await? {
                    zip = self.text(zip, name, bytes).await?;
                }
                Ok(zip)
            }
            Part::Changes => {
                let text = changes(&self.export, &self.enclosed, &words(&self.made)).await?;
                self.text(zip, CHANGES, text).await
            }
            Part::Readme => {
                let text = readme(&self.export, &self.written, &words(&self.made), env!("CARGO_PKG_VERSION"));
                self.text(zip, "README.txt", text).await
            }
        }
    }

    async fn text(&mut self, mut zip: Zip, name: &str, text: impl Into<Vec<u8>>) -> Result<Zip, ExportError> {
        self.begin(&mut zip, name, LEVEL)?;
        add(zip, text.into()).await
    }

    fn begin(&self, zip: &mut Zip, name: &str, level: u8) -> Result<(), ExportError> {
        // Files of more than four gigabytes are announced before their size is known.
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).large_file(true);
        let date = zip::DateTime::try_from(self.made.datetime()).unwrap_or_default();
        let options = options.compression_level(Some(i64::from(level))).last_modified_time(date);
        Ok(zip.start_file(format!("{}/{name}", self.folder), options)?)
    }
}

async fn add(mut zip: Zip, bytes: Vec<u8>) -> Result<Zip, ExportError> {
    aside(move || {
        zip.write_all(&bytes)?;
        Ok(zip)
    })
    .await
}

/// Copies a piece of a file, and gives the rest of it, where there is one.
async fn copy(mut zip: Zip, mut file: Kept) -> Result<(Zip, Option<Kept>), ExportError> {
    aside(move || {
        let copied = io::copy(&mut (&mut file).take(PIECE), &mut zip)?;
        Ok((zip, (copied == PIECE).then_some(file)))
    })
    .await
}

/// A file of a few hundred rows at the most.
async fn whole(writing: &mut Writing) -> Result<Vec<u8>, ExportError> {
    let mut bytes = Vec::new();
    while let Some(mut some) = writing.next().await? {
        bytes.append(&mut some);
    }
    Ok(bytes)
}

/// A moment as programs read it: ISO 8601 in UTC, to the second.
pub fn moment(made: &Zoned) -> String {
    made.timestamp().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// A moment as people read it.
pub fn words(made: &Zoned) -> String {
    made.strftime("%Y-%m-%d %H:%M %Z").to_string()
}

/// Where the zip writes to, and where its bytes are taken from.
#[derive(Clone, Default)]
struct Pipe(Arc<Mutex<Vec<u8>>>);

impl Pipe {
    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
