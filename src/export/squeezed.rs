//! Bytes squeezed as a zip holds them, with what a zip says of them: they go into one as they are, whether they were
//! squeezed a moment ago or wait in a file until their place comes.

use std::fs::File;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};

use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};
use rawzip::DataDescriptorOutput;

/// How hard bytes are squeezed, 1 to 9, here and in the workbook. Level 2 makes the pack a good third larger than level
/// 6 in a fifth of the time; level 1 is no quicker, because it writes more.
pub const LEVEL: u8 = 2;

/// For what is squeezed already, as a workbook is: its bytes are taken as they are.
pub const AS_IT_IS: u8 = 0;

/// Bytes that are squeezed as they are written.
pub struct Squeezing<W: Write> {
    into: DeflateEncoder<W>,
    crc: Crc,
    bytes: u64,
}

/// What a zip says of a file: its length before it was squeezed, and its checksum.
pub type Sum = DataDescriptorOutput;

impl<W: Write> Squeezing<W> {
    /// Begins to squeeze, as hard as `level` says.
    pub fn new(into: W, level: u8) -> Squeezing<W> {
        let into = DeflateEncoder::new(into, Compression::new(u32::from(level)));
        Squeezing { into, crc: Crc::new(), bytes: 0 }
    }

    /// Adds bytes.
    ///
    /// # Errors
    /// Where the disk is full.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.crc.update(bytes);
        self.bytes += bytes.len() as u64;
        self.into.write_all(bytes)
    }

    /// What they were squeezed into, whole.
    ///
    /// # Errors
    /// Where the disk is full.
    pub fn finish(self) -> io::Result<(W, Sum)> {
        Ok((self.into.finish()?, Sum::new(self.crc.sum(), self.bytes)))
    }
}

impl Squeezing<Vec<u8>> {
    /// Bytes that are squeezed so far and were not taken yet.
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(self.into.get_mut())
    }
}

/// A file of the pack while its rows are still being made: nameless, and gone when it is closed.
pub type Spool = Squeezing<BufWriter<File>>;

impl Spool {
    /// An empty one.
    ///
    /// # Errors
    /// Where no temporary file can be made.
    pub fn begin() -> io::Result<Spool> {
        Ok(Squeezing::new(BufWriter::with_capacity(64 * 1024, tempfile::tempfile()?), LEVEL))
    }

    /// What was written.
    ///
    /// # Errors
    /// Where the disk is full.
    pub fn close(self) -> io::Result<Spooled> {
        let (file, sum) = self.finish()?;
        let mut file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.seek(SeekFrom::Start(0))?;
        Ok(Spooled { file, sum })
    }
}

/// A file that waits for its place in the pack.
pub struct Spooled {
    /// Its squeezed bytes, to be read from their beginning.
    pub file: File,
    /// What the pack says of it.
    pub sum: Sum,
}
