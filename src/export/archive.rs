//! A zip as its bytes come, without a second look at any of them: files that are deflated already go in as they are.
//!
//! The `zip` crate copies a finished member in one go, through memory; here a member is announced, and its bytes
//! follow in pieces of any size. Layout: APPNOTE 6.3.9, with the 64-bit extension where a size needs it.

/// How the bytes of a member stand in the zip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// As they are.
    Stored,
    /// Deflated.
    Deflated,
}

/// What a zip says about the bytes of a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measured {
    /// How they stand in the zip.
    pub method: Method,
    /// The check sum of the bytes as they were.
    pub crc: u32,
    /// How many there were.
    pub size: u64,
    /// How many stand in the zip.
    pub packed: u64,
}

/// A member that was announced, for the directory at the end.
struct Member {
    name: String,
    measured: Measured,
    offset: u64,
    flags: u16,
}

/// A zip in the making. Take its bytes whenever there are some.
pub struct Archive {
    out: Vec<u8>,
    /// Bytes taken and waiting.
    written: u64,
    members: Vec<Member>,
    /// When its members were made, as MS-DOS counts: time, date.
    made: (u16, u16),
}

/// The largest number that the first layout of the format holds; itself it means *look in the extension*.
const FULL: u64 = u32::MAX as u64;

/// A name in UTF-8; sizes that follow the bytes.
const UTF8: u16 = 1 << 11;
const SIZES_FOLLOW: u16 = 1 << 3;

/// What is needed to read it: 2.0 for deflate, 4.5 for the extension. It was made under Unix.
const DEFLATE: u16 = 20;
const LARGE: u16 = 45;
const UNIX: u16 = 3 << 8;

/// A regular file that its owner writes and everybody reads.
const MODE: u32 = 0o100_644 << 16;

impl Archive {
    /// An empty zip.
    pub fn new(made: zip::DateTime) -> Archive {
        let made = (made.timepart(), made.datepart());
        Archive { out: Vec::new(), written: 0, members: Vec::new(), made }
    }

    /// Announces a member whose bytes are at hand, deflated or not; they follow through [`Archive::add`].
    pub fn begin(&mut self, name: &str, measured: Measured) {
        self.header(name, measured, 0);
    }

    /// Announces a member that is deflated while it is added; [`Archive::end`] says what it came to.
    pub fn begin_unmeasured(&mut self, name: &str) {
        let unknown = Measured { method: Method::Deflated, crc: 0, size: 0, packed: 0 };
        self.header(name, unknown, SIZES_FOLLOW);
    }

    /// Ends a member that was announced without its sizes.
    pub fn end(&mut self, measured: Measured) {
        let mut follows = Vec::with_capacity(24);
        put32(&mut follows, 0x0807_4b50);
        put32(&mut follows, measured.crc);
        put64(&mut follows, measured.packed);
        put64(&mut follows, measured.size);
        self.add(&follows);
        if let Some(member) = self.members.last_mut() {
            member.measured = measured;
        }
    }

    /// A small member from beginning to end.
    ///
    /// # Errors
    /// Never in memory, but the compressor's type says it could.
    pub fn text(&mut self, name: &str, bytes: &[u8]) -> std::io::Result<()> {
        let mut deflating = super::spool::Deflating::new(Vec::new());
        deflating.write(bytes)?;
        let (packed, measured) = deflating.finish()?;
        self.begin(name, measured);
        self.add(&packed);
        Ok(())
    }

    /// Adds bytes of the member that was announced last.
    pub fn add(&mut self, bytes: &[u8]) {
        self.written += bytes.len() as u64;
        self.out.extend_from_slice(bytes);
    }

    /// Writes the directory. Nothing may be added after it.
    pub fn finish(&mut self) {
        let begins = self.written;
        let members = std::mem::take(&mut self.members);
        for member in &members {
            self.entry(member);
        }
        let (length, count) = (self.written - begins, members.len() as u64);
        let mut end = Vec::new();
        if count >= u64::from(u16::MAX) || begins >= FULL || length >= FULL {
            let there = self.written;
            put32(&mut end, 0x0606_4b50);
            put64(&mut end, 44);
            put16(&mut end, UNIX | LARGE);
            put16(&mut end, LARGE);
            put64(&mut end, 0); // this disk, and the directory's
            [count, count, length, begins].into_iter().for_each(|number| put64(&mut end, number));
            put32(&mut end, 0x0706_4b50);
            put32(&mut end, 0);
            put64(&mut end, there);
            put32(&mut end, 1);
        }
        put32(&mut end, 0x0605_4b50);
        put32(&mut end, 0);
        [count, count].into_iter().for_each(|number| put16(&mut end, u16::try_from(number).unwrap_or(u16::MAX)));
        [length, begins].into_iter().for_each(|number| put32(&mut end, low(number)));
        put16(&mut end, 0); // no comment
        self.add(&end);
    }

    /// The bytes since they were taken last.
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.out)
    }

    fn header(&mut self, name: &str, measured: Measured, flags: u16) {
        let flags = flags | if name.is_ascii() { 0 } else { UTF8 };
        let large = flags & SIZES_FOLLOW != 0 || measured.size >= FULL || measured.packed >= FULL;
        let offset = self.written;
        let mut header = Vec::with_capacity(50 + name.len());
        put32(&mut header, 0x0403_4b50);
        put16(&mut header, if large { LARGE } else { DEFLATE });
        self.described(&mut header, measured, flags);
        put32(&mut header, if large { u32::MAX } else { low(measured.packed) });
        put32(&mut header, if large { u32::MAX } else { low(measured.size) });
        put16(&mut header, length(name));
        put16(&mut header, if large { 20 } else { 0 });
        header.extend_from_slice(name.as_bytes());
        if large {
            put16(&mut header, 1);
            put16(&mut header, 16);
            put64(&mut header, measured.size);
            put64(&mut header, measured.packed);
        }
        self.add(&header);
        self.members.push(Member { name: name.to_owned(), measured, offset, flags });
    }

    /// A line of the directory.
    fn entry(&mut self, Member { name, measured, offset, flags }: &Member) {
        let mut extension = Vec::new();
        for number in [measured.size, measured.packed, *offset].into_iter().filter(|number| *number >= FULL) {
            put64(&mut extension, number);
        }
        let large = !extension.is_empty() || flags & SIZES_FOLLOW != 0;
        let needed = if large { LARGE } else { DEFLATE };
        let mut entry = Vec::with_capacity(80 + name.len());
        put32(&mut entry, 0x0201_4b50);
        put16(&mut entry, UNIX | needed);
        put16(&mut entry, needed);
        self.described(&mut entry, *measured, *flags);
        put32(&mut entry, low(measured.packed));
        put32(&mut entry, low(measured.size));
        put16(&mut entry, length(name));
        let extended = u16::try_from(extension.len()).unwrap_or(0);
        put16(&mut entry, if extended == 0 { 0 } else { extended + 4 });
        put16(&mut entry, 0); // no comment
        put32(&mut entry, 0); // this disk; nothing about its kind
        put32(&mut entry, MODE);
        put32(&mut entry, low(*offset));
        entry.extend_from_slice(name.as_bytes());
        if extended > 0 {
            put16(&mut entry, 1);
            put16(&mut entry, extended);
            entry.extend_from_slice(&extension);
        }
        self.add(&entry);
    }

    fn described(&self, into: &mut Vec<u8>, measured: Measured, flags: u16) {
        put16(into, flags);
        put16(into, if measured.method == Method::Deflated { 8 } else { 0 });
        put16(into, self.made.0);
        put16(into, self.made.1);
        put32(into, measured.crc);
    }
}

fn put16(into: &mut Vec<u8>, number: u16) {
    into.extend_from_slice(&number.to_le_bytes());
}

fn put32(into: &mut Vec<u8>, number: u32) {
    into.extend_from_slice(&number.to_le_bytes());
}

fn put64(into: &mut Vec<u8>, number: u64) {
    into.extend_from_slice(&number.to_le_bytes());
}

/// A number in the first layout, which says *look in the extension* where it is too small for it.
fn low(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn length(name: &str) -> u16 {
    u16::try_from(name.len()).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Seek, SeekFrom, Write};

    use super::super::spool::Deflating;
    use super::*;

    #[test]
    fn another_program_s_reader_finds_every_member_whole() {
        let mut archive = Archive::new(zip::DateTime::default());
        archive.text("a/first.txt", b"first").expect("in memory");
        archive.begin_unmeasured("a/żółw.csv");
        let mut deflating = Deflating::new(Vec::new());
        let mut bytes = Vec::new();
        for line in 0..10_000 {
            deflating.write(format!("{line},{}\n", line % 7).as_bytes()).expect("in memory");
            archive.add(&deflating.take());
            bytes.append(&mut archive.take());
        }
        let (rest, measured) = deflating.finish().expect("in memory");
        archive.add(&rest);
        archive.end(measured);
        let stored = Measured { method: Method::Stored, crc: crc_of(b"as it is"), size: 8, packed: 8 };
        archive.begin("a/stored.bin", stored);
        archive.add(b"as it is");
        archive.finish();
        bytes.append(&mut archive.take());
        let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("a zip");
        let mut read = |name: &str| {
            let mut text = String::new();
            // The reader checks each sum.
            zip.by_name(name).expect("in the zip").read_to_string(&mut text).expect("whole");
            text
        };
        assert_eq!((read("a/first.txt"), read("a/stored.bin")), ("first".to_owned(), "as it is".to_owned()));
        assert!(read("a/żółw.csv").starts_with("0,0\n1,1\n") && read("a/żółw.csv").ends_with("9999,3\n"));
    }

    #[test]
    fn members_and_places_beyond_four_gigabytes_are_found() {
        const FIVE: u64 = 5 << 30;
        let mut file = tempfile::tempfile().expect("a file");
        let mut archive = Archive::new(zip::DateTime::default());
        archive.begin("large", Measured { method: Method::Stored, crc: 0, size: FIVE, packed: FIVE });
        file.write_all(&archive.take()).expect("written");
        // Five gigabytes of nothing take no room on the disk.
        file.seek(SeekFrom::Current(FIVE.cast_signed())).expect("a place");
        archive.written += FIVE;
        archive.text("after", b"it is here").expect("in memory");
        archive.finish();
        file.write_all(&archive.take()).expect("written");
        let mut zip = zip::ZipArchive::new(file).expect("a zip");
        assert_eq!(zip.by_name("large").expect("in the zip").size(), FIVE);
        let mut text = String::new();
        zip.by_name("after").expect("in the zip").read_to_string(&mut text).expect("whole");
        assert_eq!(text, "it is here");
    }

    fn crc_of(bytes: &[u8]) -> u32 {
        let mut crc = flate2::Crc::new();
        crc.update(bytes);
        crc.sum()
    }
}
