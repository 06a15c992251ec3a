//! A zip on its way: files go in one after the other, and its bytes are handed on as they come.

use std::fs::File;
use std::io::{self, Read, Write};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Zoned;
use rawzip::time::UtcDateTime;
use rawzip::{CompressionMethod, ZipArchiveWriter, ZipEntryWriter};
use tokio::sync::mpsc;

use super::ExportError;
use super::pass::{Pass, Passed, aside};
use super::squeezed::{AS_IT_IS, LEVEL, Spooled, Squeezing};

/// Bytes of a finished file copied at once.
const PIECE: u64 = 256 * 1024;

/// Some bytes of the zip.
pub struct Piece {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// How many more people are in all its files.
    pub people: usize,
}

/// A zip that is handed on as it is made.
pub struct Parcel {
    zip: ZipArchiveWriter<Pipe>,
    out: Out,
    /// Names begin with it.
    folder: String,
    made: Option<UtcDateTime>,
}

impl Parcel {
    /// An empty one, handed on to whoever takes its pieces.
    pub fn new(folder: String, made: &Zoned, to: mpsc::Sender<Piece>) -> Parcel {
        let pipe = Pipe::default();
        let out = Out { pipe: pipe.clone(), to };
        Parcel { zip: ZipArchiveWriter::new(pipe), out, folder, made: on_the_clock(made) }
    }

    /// Adds a file that is there already.
    ///
    /// # Errors
    /// Where nobody takes it.
    pub async fn whole(&mut self, name: &str, bytes: Vec<u8>) -> Result<(), ExportError> {
        let (squeezed, sum) = aside(move || {
            let mut squeezing = Squeezing::new(Vec::new(), LEVEL);
            squeezing.write(&bytes)?;
            Ok(squeezing.finish()?)
        })
        .await?;
        let (mut entry, out) = self.begin(name)?;
        entry.write_all(&squeezed)?;
        entry.finish(sum)?;
        out.hand_on(0).await
    }

    /// Adds the long file as it grows, and gives what was made beside it.
    ///
    /// # Errors
    /// Where the rows cannot be made, or nobody takes it.
    pub async fn growing(&mut self, name: &str, mut pass: Pass) -> Result<Passed, ExportError> {
        let (mut entry, out) = self.begin(name)?;
        let mut squeezing = Squeezing::new(Vec::new(), LEVEL);
        while let Some(rows) = pass.next().await {
            squeezing = aside(move || {
                squeezing.write(&rows.bytes)?;
                Ok(squeezing)
            })
            .await?;
            entry.write_all(&squeezing.take())?;
            out.hand_on(rows.people).await?;
        }
        let passed = pass.finish().await?;
        let (rest, sum) = squeezing.finish()?;
        entry.write_all(&rest)?;
        entry.finish(sum)?;
        out.hand_on(0).await?;
        Ok(passed)
    }

    /// Adds a file that waited, squeezed, for its place.
    ///
    /// # Errors
    /// Where it cannot be read, or nobody takes it.
    pub async fn spooled(&mut self, name: &str, Spooled { file, sum }: Spooled) -> Result<(), ExportError> {
        let (mut entry, out) = self.begin(name)?;
        let mut some = read(file).await?;
        while let Some((file, piece)) = some {
            entry.write_all(&piece)?;
            out.hand_on(0).await?;
            some = read(file).await?;
        }
        entry.finish(sum)?;
        out.hand_on(0).await
    }

    /// Adds a file that is squeezed in itself.
    ///
    /// # Errors
    /// Where it cannot be read, or nobody takes it.
    pub async fn as_it_is(&mut self, name: &str, file: File) -> Result<(), ExportError> {
        let (mut entry, out) = self.begin(name)?;
        let mut squeezing = Squeezing::new(Vec::new(), AS_IT_IS);
        let mut some = read(file).await?;
        while let Some((file, piece)) = some {
            squeezing.write(&piece)?;
            entry.write_all(&squeezing.take())?;
            out.hand_on(0).await?;
            some = read(file).await?;
        }
        let (rest, sum) = squeezing.finish()?;
        entry.write_all(&rest)?;
        entry.finish(sum)?;
        out.hand_on(0).await
    }

    /// Ends the zip with its list of what is in it.
    ///
    /// # Errors
    /// Where nobody takes it.
    pub async fn close(self) -> Result<(), ExportError> {
        self.zip.finish()?;
        self.out.hand_on(0).await
    }

    fn begin(&mut self, name: &str) -> Result<(ZipEntryWriter<'_, Pipe>, &Out), ExportError> {
        let file = self.zip.new_file(format!("{}/{name}", self.folder));
        let file = file.compression_method(CompressionMethod::DEFLATE);
        let file = match self.made {
            Some(made) => file.last_modified(made),
            None => file,
        };
        let (entry, _) = file.start()?;
        Ok((entry, &self.out))
    }
}

/// A moment as a zip has it: what the clock on the wall says, which whoever unpacks takes for their own.
fn on_the_clock(made: &Zoned) -> Option<UtcDateTime> {
    let part = |part: i8| u8::try_from(part).ok();
    let year = u16::try_from(made.year()).ok()?;
    let [month, day, hour] = [part(made.month())?, part(made.day())?, part(made.hour())?];
    UtcDateTime::from_components(year, month, day, hour, part(made.minute())?, part(made.second())?, 0)
}

/// The next bytes of a file, with the file they are of; nothing where there are no more.
async fn read(mut file: File) -> Result<Option<(File, Vec<u8>)>, ExportError> {
    aside(move || {
        let mut piece = Vec::new();
        (&mut file).take(PIECE).read_to_end(&mut piece)?;
        Ok((!piece.is_empty()).then_some((file, piece)))
    })
    .await
}

/// Where a zip's bytes go.
struct Out {
    pipe: Pipe,
    to: mpsc::Sender<Piece>,
}

impl Out {
    /// Hands on what has been written, and waits until there is room for it.
    async fn hand_on(&self, people: usize) -> Result<(), ExportError> {
        let piece = Piece { bytes: self.pipe.take(), people };
        let nobody = |_| io::Error::new(io::ErrorKind::BrokenPipe, "nobody takes it any more");
        Ok(self.to.send(piece).await.map_err(nobody)?)
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_dated_by_the_clock_on_the_wall() {
        let made: Zoned = "2026-06-30T23:30:05+01:00[Europe/London]".parse().expect("a moment");
        let dated = on_the_clock(&made).expect("a date");
        assert_eq!((dated.year(), dated.month(), dated.day()), (2026, 6, 30));
        assert_eq!((dated.hour(), dated.minute(), dated.second()), (23, 30, 5));
    }
}
