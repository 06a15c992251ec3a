//! Everything in one zip, made as it is sent: no file of it is ever whole in memory or on disk.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Zoned;
use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, ZipWriter};

use super::{
    CODEBOOK_PAGE, Export, ExportError, File, Reader, Script, WORKBOOK, WorkbookWriting, Writing, Written,
    codebook_page, readme,
};

/// The name of the report's figures.
pub const RESULTS: &str = "results.csv";

/// Bytes of the workbook copied at once.
const PIECE: usize = 256 * 1024;

/// A pack on its way out. Ask for bytes until there are none.
pub struct Packing {
    export: Arc<Export>,
    /// Taken when the pack is finished.
    zip: Option<ZipWriter<StreamWriter<Pipe>>>,
    out: Pipe,
    parts: VecDeque<Part>,
    /// The file that is being written.
    writing: Option<Current>,
    /// `results.csv`, for the workbook.
    results: String,
    written: Vec<Written>,
    /// The codebook's rows, for its page: a few hundred lines however many people there are.
    codebook: Vec<u8>,
    people: usize,
    made: Zoned,
    /// Names in the zip begin with it, so that unpacking makes one folder.
    folder: String,
}

/// A file half-way into the zip.
enum Current {
    Data(File, Writing),
    /// Its sheets are being written.
    Workbook(Box<WorkbookWriting>),
    /// It is copied, a piece at a time.
    Copy(std::fs::File),
}

/// What is still to be packed.
enum Part {
    /// A text that is ready.
    Text(&'static str, String),
    Data(File),
    Script(Script),
    Workbook,
    /// After the codebook it is made from.
    CodebookPage,
    /// Last, because it counts the rows of the others.
    Readme,
}

impl Packing {
    /// Begins a pack in a folder of this name. `results` is what the report gives as CSV.
    pub fn new(export: Arc<Export>, folder: String, results: String, made: Zoned) -> Packing {
        let out = Pipe::default();
        let mut parts = VecDeque::from([Part::Text(RESULTS, results.clone())]);
        parts.extend(File::ALL.map(Part::Data));
        if export.reader() == Reader::Statistics {
            parts.extend(Script::ALL.map(Part::Script));
        }
        parts.extend([Part::CodebookPage, Part::Workbook, Part::Readme]);
        Packing {
            export,
            zip: Some(ZipWriter::new_stream(out.clone())),
            out,
            parts,
            writing: None,
            results,
            written: Vec::new(),
            codebook: Vec::new(),
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
        if self.zip.is_none() {
            return Ok(None);
        }
        match self.writing.take() {
            Some(Current::Workbook(mut book)) => {
                let before = book.people();
                if book.next().await? {
                    self.people += book.people() - before;
                    self.writing = Some(Current::Workbook(book));
                } else {
                    self.begin(WORKBOOK)?;
                    self.writing = Some(Current::Copy(book.finish()?));
                }
            }
            Some(Current::Copy(mut file)) => {
                let mut piece = vec![0; PIECE];
                let read = io::Read::read(&mut file, &mut piece)?;
                if read > 0 {
                    self.add(&piece[..read])?;
                    self.writing = Some(Current::Copy(file));
                }
            }
            Some(Current::Data(file, mut writing)) => {
                let before = writing.people();
                if let Some(bytes) = writing.next().await? {
                    self.people += writing.people() - before;
                    self.add(&bytes)?;
                    if file == File::Codebook {
                        self.codebook.extend_from_slice(&bytes);
                    }
                    self.writing = Some(Current::Data(file, writing));
                } else {
                    self.written.push(Written { file, rows: writing.rows() });
                    // The wide file has been counted: its codebook needs no second reading.
                    if file == File::Wide && matches!(self.parts.front(), Some(Part::Data(File::Codebook))) {
                        self.parts.pop_front();
                        self.begin(File::Codebook.name())?;
                        self.writing = Some(Current::Data(File::Codebook, writing.into_codebook()));
                    }
                }
            }
            None => self.next_part()?,
        }
        Ok(Some(self.out.take()))
    }

    /// People written so far, once for each file that has rows for them.
    pub fn people(&self) -> usize {
        self.people
    }

    fn next_part(&mut self) -> Result<(), ExportError> {
        match self.parts.pop_front() {
            Some(Part::Data(file)) => {
                self.begin(file.name())?;
                self.writing = Some(Current::Data(file, self.export.write(file)));
                Ok(())
            }
            Some(Part::Workbook) => {
                let results = std::mem::take(&mut self.results);
                let book = WorkbookWriting::begin(Arc::clone(&self.export), results)?;
                self.writing = book.map(|book| Current::Workbook(Box::new(book)));
                Ok(())
            }
            Some(Part::CodebookPage) => {
                let rows = std::mem::take(&mut self.codebook);
                let programme = self.export.programme();
                let page = codebook_page(&rows, &programme.name, programme.sample, &words(&self.made))?;
                self.text(CODEBOOK_PAGE, &page)
            }
            Some(Part::Text(name, text)) => self.text(name, &text),
            Some(Part::Script(script)) => self.text(script.name(), &script.text(&self.export, &moment(&self.made))),
            Some(Part::Readme) => {
                let text = readme(&self.export, &self.written, &words(&self.made), env!("CARGO_PKG_VERSION"));
                self.text("README.txt", &text)
            }
            None => {
                if let Some(zip) = self.zip.take() {
                    zip.finish()?;
                }
                Ok(())
            }
        }
    }

    fn text(&mut self, name: &str, text: &str) -> Result<(), ExportError> {
        self.begin(name)?;
        self.add(text.as_bytes())
    }

    fn begin(&mut self, name: &str) -> Result<(), ExportError> {
        // Files of more than four gigabytes are announced before their size is known.
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).large_file(true);
        let date = zip::DateTime::try_from(self.made.datetime()).unwrap_or_default();
        let options = options.last_modified_time(date);
        match &mut self.zip {
            Some(zip) => Ok(zip.start_file(format!("{}/{name}", self.folder), options)?),
            None => Ok(()),
        }
    }

    fn add(&mut self, bytes: &[u8]) -> Result<(), ExportError> {
        match &mut self.zip {
            Some(zip) => Ok(zip.write_all(bytes)?),
            None => Ok(()),
        }
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
