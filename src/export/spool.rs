//! A file of the pack while its rows are still being made: deflated at once, and kept where it takes no memory.

use std::fs::File;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};

use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};

use super::archive::{Measured, Method};

/// How hard bytes are squeezed, 1 to 9. Level 2 makes the pack a good third larger than level 6 in a fifth of the
/// time; level 1 is no quicker, because it writes more.
const LEVEL: u32 = 2;

/// Bytes that are deflated on their way to somewhere else, measured as a zip wants them.
pub struct Deflating<W: Write> {
    encoder: DeflateEncoder<W>,
    crc: Crc,
}

impl<W: Write> Deflating<W> {
    /// Deflates into `to`.
    pub fn new(to: W) -> Deflating<W> {
        Deflating { encoder: DeflateEncoder::new(to, Compression::new(LEVEL)), crc: Crc::new() }
    }

    /// Adds bytes.
    ///
    /// # Errors
    /// Where they cannot be passed on.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.crc.update(bytes);
        self.encoder.write_all(bytes)
    }

    /// What they were deflated into, whole, with its measures.
    ///
    /// # Errors
    /// Where the last bytes cannot be passed on.
    pub fn finish(mut self) -> io::Result<(W, Measured)> {
        self.encoder.try_finish()?;
        let (size, packed) = (self.encoder.total_in(), self.encoder.total_out());
        let measured = Measured { method: Method::Deflated, crc: self.crc.sum(), size, packed };
        Ok((self.encoder.finish()?, measured))
    }
}

impl Deflating<Vec<u8>> {
    /// The deflated bytes so far.
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(self.encoder.get_mut())
    }
}

/// A nameless temporary file, gone when it is closed, that is deflated as it is written.
pub struct Spool(Deflating<BufWriter<File>>);

impl Spool {
    /// An empty one.
    ///
    /// # Errors
    /// Where no temporary file can be made.
    pub fn new() -> io::Result<Spool> {
        Ok(Spool(Deflating::new(BufWriter::with_capacity(64 * 1024, tempfile::tempfile()?))))
    }

    /// Adds bytes.
    ///
    /// # Errors
    /// Where the disk is full.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.write(bytes)
    }

    /// The deflated file, ready to be read from its beginning.
    ///
    /// # Errors
    /// Where the disk is full.
    pub fn finish(self) -> io::Result<Spooled> {
        let (file, measured) = self.0.finish()?;
        let mut file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.seek(SeekFrom::Start(0))?;
        Ok(Spooled { file, measured })
    }
}

/// A file that waits to be copied into a zip.
pub struct Spooled {
    /// Its bytes as they stand in the zip.
    pub file: File,
    /// What the zip says about them.
    pub measured: Measured,
}
