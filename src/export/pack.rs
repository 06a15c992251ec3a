//! Everything in one zip, made as it is sent: no file of it is ever whole in memory.
//!
//! People are gone through once (`pass`). The wide file is sent as it grows; the others that have rows for people wait,
//! deflated, in nameless temporary files until their place in the zip comes.

use std::collections::VecDeque;
use std::fs;
use std::io::Read;
use std::sync::Arc;

use jiff::Zoned;

use super::archive::Archive;
use super::codebook::Tally;
use super::pass::{Pass, aside};
use super::spool::Spooled;
use super::workbook::Book;
use super::{
    CODEBOOK_PAGE, Export, ExportError, File, Reader, Script, WORKBOOK, Writing, Written, codebook_page, readme,
};

/// The name of the report's figures.
pub const RESULTS: &str = "results.csv";

/// Bytes of a finished file copied at once.
const PIECE: usize = 256 * 1024;

/// A pack on its way out. Ask for bytes until there are none.
pub struct Packing {
    export: Arc<Export>,
    /// Taken when the pack is finished.
    zip: Option<Archive>,
    parts: VecDeque<Part>,
    /// The file that is being written.
    writing: Option<Current>,
    /// `results.csv`, for the workbook.
    results: String,
    written: Vec<Written>,
    /// The codebook's rows, for its page: a few hundred lines however many people there are.
    codebook: Vec<u8>,
    tallies: Vec<Tally>,
    people: usize,
    made: Zoned,
    /// Names in the zip begin with it, so that unpacking makes one folder.
    folder: String,
}

/// A file half-way into the zip.
enum Current {
    /// The wide file, with those that are made beside it.
    Wide(Pass),
    /// It is copied, a piece at a time.
    Copy(fs::File),
}

/// What is still to be packed.
enum Part {
    /// A text that is ready.
    Text(&'static str, String),
    /// And with it every other file that has rows for people.
    Wide,
    /// A file that was made beside the wide one, with its rows.
    Made(File, Spooled, u64),
    /// A file without rows for people.
    Small(File),
    Script(Script),
    Workbook(Box<Book>),
    /// After the codebook it is made from.
    CodebookPage,
    /// Last, because it counts the rows of the others.
    Readme,
}

impl Packing {
    /// Begins a pack in a folder of this name. `results` is what the report gives as CSV.
    pub fn new(export: Arc<Export>, folder: String, results: String, made: Zoned) -> Packing {
        let date = zip::DateTime::try_from(made.datetime()).unwrap_or_default();
        Packing {
            export,
            zip: Some(Archive::new(date)),
            parts: VecDeque::from([Part::Text(RESULTS, results.clone()), Part::Wide]),
            writing: None,
            results,
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
        let Some(mut zip) = self.zip.take() else { return Ok(None) };
        match self.writing.take() {
            Some(Current::Wide(mut pass)) => match pass.next().await {
                Some(piece) => {
                    self.people += piece.people;
                    zip.add(&piece.bytes);
                    self.writing = Some(Current::Wide(pass));
                }
                None => self.passed(pass, &mut zip).await?,
            },
            Some(Current::Copy(mut file)) => {
                let mut piece = vec![0; PIECE];
                let read = file.read(&mut piece)?;
                if read > 0 {
                    zip.add(&piece[..read]);
                    self.writing = Some(Current::Copy(file));
                }
            }
            None => match self.parts.pop_front() {
                Some(part) => self.part(part, &mut zip).await?,
                None => {
                    zip.finish();
                    return Ok(Some(zip.take()));
                }
            },
        }
        let bytes = zip.take();
        self.zip = Some(zip);
        Ok(Some(bytes))
    }

    /// People whose rows have been written to every file.
    pub fn people(&self) -> usize {
        self.people
    }

    /// The wide file is whole: what was made beside it follows.
    async fn passed(&mut self, pass: Pass, zip: &mut Archive) -> Result<(), ExportError> {
        let passed = pass.finish().await?;
        zip.end(passed.wide);
        self.written.push(Written { file: File::Wide, rows: self.people as u64 });
        self.tallies = passed.tallies;
        let made = |file, (spooled, rows)| Part::Made(file, spooled, rows);
        self.parts.extend([
            Part::Small(File::Codebook),
            made(File::Long, passed.long),
            made(File::Pairs, passed.pairs),
            Part::Small(File::Sessions),
            made(File::Attendance, passed.attendance),
            Part::Small(File::Measures),
        ]);
        if self.export.reader() == Reader::Statistics {
            self.parts.extend(Script::ALL.map(Part::Script));
        }
        self.parts.push_back(Part::CodebookPage);
        self.parts.extend(passed.book.map(|book| Part::Workbook(Box::new(book))));
        self.parts.push_back(Part::Readme);
        Ok(())
    }

    async fn part(&mut self, part: Part, zip: &mut Archive) -> Result<(), ExportError> {
        match part {
            Part::Text(name, text) => zip.text(&self.name(name), text.as_bytes())?,
            Part::Wide => {
                zip.begin_unmeasured(&self.name(File::Wide.name()));
                self.writing = Some(Current::Wide(Pass::begin(&self.export)));
            }
            Part::Made(file, spooled, rows) => {
                self.copy(file.name(), spooled, zip);
                self.written.push(Written { file, rows });
            }
            Part::Small(file) => {
                let mut writing = match file {
                    File::Codebook => self.export.codebook(self.tallies.clone()),
                    _ => self.export.write(file),
                };
                let rows = whole(&mut writing).await?;
                zip.text(&self.name(file.name()), &rows)?;
                self.written.push(Written { file, rows: writing.rows() });
                if file == File::Codebook {
                    self.codebook = rows;
                }
            }
            Part::Script(script) => {
                zip.text(&self.name(script.name()), script.text(&self.export, &moment(&self.made)).as_bytes())?;
            }
            Part::CodebookPage => {
                let rows = std::mem::take(&mut self.codebook);
                let programme = self.export.programme();
                let page = codebook_page(&rows, &programme.name, programme.sample, &words(&self.made))?;
                zip.text(&self.name(CODEBOOK_PAGE), page.as_bytes())?;
            }
            Part::Workbook(book) => {
                let (export, results) = (Arc::clone(&self.export), std::mem::take(&mut self.results));
                let tallies = std::mem::take(&mut self.tallies);
                let spooled = aside(move || book.finish(export.columns(), &tallies, &results)).await?;
                self.copy(WORKBOOK, spooled, zip);
            }
            Part::Readme => {
                let text = readme(&self.export, &self.written, &words(&self.made), env!("CARGO_PKG_VERSION"));
                zip.text(&self.name("README.txt"), text.as_bytes())?;
            }
        }
        Ok(())
    }

    fn copy(&mut self, name: &str, Spooled { file, measured }: Spooled, zip: &mut Archive) {
        zip.begin(&self.name(name), measured);
        self.writing = Some(Current::Copy(file));
    }

    fn name(&self, name: &str) -> String {
        format!("{}/{name}", self.folder)
    }
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
