//! How a file was written: encoding, delimiter, decimal mark.

use std::io::{self, Cursor, Read};

/// Bytes looked at before reading in earnest.
const HEAD: usize = 64 * 1024;

/// What was found out about a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dialect {
    /// Between two cells.
    pub delimiter: u8,
    /// Lines before the headings: Excel's `sep=;`.
    pub skipped_lines: u64,
    /// UTF-16, as Excel's "Unicode text".
    pub utf16: bool,
}

/// The file from its headings on, as UTF-8 bytes, what its head says, and that head.
pub(super) struct Opened {
    pub dialect: Dialect,
    pub head: Vec<u8>,
    pub rest: Box<dyn Read>,
}

/// Looks at the first bytes and takes off byte-order marks and a `sep=` line.
pub(super) fn open(mut input: Box<dyn Read>, delimiter: Option<u8>) -> io::Result<Opened> {
    let mut head = fill(&mut input)?;
    let utf16 = Utf16Mark::of(&head);
    if let Some(Utf16Mark { little, length }) = utf16 {
        let rest = Cursor::new(head.split_off(length)).chain(input);
        input = Box::new(Utf16 { input: Box::new(rest), little, ready: Cursor::new(Vec::new()), high: None });
        head = fill(&mut input)?;
    }
    if head.starts_with(&[0xEF, 0xBB, 0xBF]) {
        head.drain(..3);
    }
    let mut named = None;
    let mut skipped_lines = 0;
    if head.len() >= 5 && head[..4].eq_ignore_ascii_case(b"sep=") {
        named = Some(head[4]);
        let end = head.iter().position(|&b| b == b'\n').map_or(head.len(), |at| at + 1);
        head.drain(..end);
        skipped_lines = 1;
    }
    let delimiter = delimiter.or(named).unwrap_or_else(|| guess_delimiter(&head));
    let rest = Box::new(Cursor::new(head.clone()).chain(input));
    Ok(Opened { dialect: Dialect { delimiter, skipped_lines, utf16: utf16.is_some() }, head, rest })
}

/// How UTF-16 shows.
struct Utf16Mark {
    little: bool,
    /// Bytes of the mark.
    length: usize,
}

impl Utf16Mark {
    /// A byte-order mark, or headings of which every other byte is zero.
    fn of(head: &[u8]) -> Option<Self> {
        match head {
            [0xFF, 0xFE, ..] => Some(Self { little: true, length: 2 }),
            [0xFE, 0xFF, ..] => Some(Self { little: false, length: 2 }),
            [1..=255, 0, 1..=255, 0, ..] => Some(Self { little: true, length: 0 }),
            [0, 1..=255, 0, 1..=255, ..] => Some(Self { little: false, length: 0 }),
            _ => None,
        }
    }
}

fn fill(input: &mut Box<dyn Read>) -> io::Result<Vec<u8>> {
    let mut head = Vec::with_capacity(HEAD);
    input.take(HEAD as u64).read_to_end(&mut head)?;
    Ok(head)
}

/// The mark that cuts the first lines into equally many cells, more than one; a comma if none does.
fn guess_delimiter(head: &[u8]) -> u8 {
    let lines: Vec<&[u8]> = head.split(|&b| b == b'\n').filter(|line| !line.trim_ascii().is_empty()).take(30).collect();
    let score = |mark: u8| {
        let counts: Vec<usize> = lines.iter().map(|line| outside_quotes(line, mark)).collect();
        let first = counts.first().copied().unwrap_or(0);
        let agreeing = counts.iter().filter(|&&count| count == first).count();
        if first == 0 { (0, 0) } else { (agreeing, first) }
    };
    // the last of equals wins, and a comma is the most usual
    *[b'|', b'\t', b';', b','].iter().max_by_key(|&&mark| score(mark)).unwrap_or(&b',')
}

fn outside_quotes(line: &[u8], mark: u8) -> usize {
    let mut quoted = false;
    line.iter()
        .filter(|&&byte| {
            quoted ^= byte == b'"';
            byte == mark && !quoted
        })
        .count()
}

/// UTF-16 turned into UTF-8 as it is read; what is not valid becomes U+FFFD.
struct Utf16 {
    input: Box<dyn Read>,
    little: bool,
    ready: Cursor<Vec<u8>>,
    /// The first half of a pair that a block ended on.
    high: Option<u16>,
}

impl Read for Utf16 {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.ready.read(out)?;
            if read > 0 || out.is_empty() {
                return Ok(read);
            }
            let mut block = Vec::with_capacity(32 * 1024);
            // an even number of bytes, so that no unit is torn
            (&mut self.input).take(32 * 1024).read_to_end(&mut block)?;
            if block.is_empty() && self.high.is_none() {
                return Ok(0);
            }
            let last = block.is_empty();
            let units = block.chunks(2).map(|pair| {
                let pair = [pair[0], pair.get(1).copied().unwrap_or(0)];
                if self.little { u16::from_le_bytes(pair) } else { u16::from_be_bytes(pair) }
            });
            let mut units: Vec<u16> = self.high.take().into_iter().chain(units).collect();
            if !last && units.last().is_some_and(|unit| (0xD800..0xDC00).contains(unit)) {
                self.high = units.pop();
            }
            let text: String = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
            self.ready = Cursor::new(text.into_bytes());
        }
    }
}
