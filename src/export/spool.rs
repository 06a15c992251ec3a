//! A file of the pack while its rows are still being made: kept where it takes no memory, and little room.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Seek, SeekFrom, Write};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;

/// How hard bytes are squeezed, 1 to 9, here and in the pack. Level 2 makes the pack a good third larger than level 6
/// in a fifth of the time; level 1 is no quicker, because it writes more.
pub const LEVEL: u8 = 2;

/// A nameless temporary file, gone when it is closed, that is deflated as it is written.
pub struct Spool(DeflateEncoder<BufWriter<File>>);

impl Spool {
    /// An empty one.
    ///
    /// # Errors
    /// Where no temporary file can be made.
    pub fn new() -> io::Result<Spool> {
        let file = BufWriter::with_capacity(64 * 1024, tempfile::tempfile()?);
        Ok(Spool(DeflateEncoder::new(file, Compression::new(u32::from(LEVEL)))))
    }

    /// Adds bytes.
    ///
    /// # Errors
    /// Where the disk is full.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.write_all(bytes)
    }

    /// What was written, to be read from its beginning.
    ///
    /// # Errors
    /// Where the disk is full.
    pub fn finish(self) -> io::Result<Spooled> {
        let mut file = self.0.finish()?.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.seek(SeekFrom::Start(0))?;
        Ok(DeflateDecoder::new(BufReader::with_capacity(64 * 1024, file)))
    }
}

/// A file that waits for its place in the pack, as it was written.
pub type Spooled = DeflateDecoder<BufReader<File>>;
