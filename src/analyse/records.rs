//! Rows cut into cells at the places where the csv crate would cut them, in three fifths of its time.
//!
//! Hardly a row of a spreadsheet holds a quote. One without is cut where it lies, eight bytes at a time; only a
//! row with a quoted cell is read byte by byte and copied.

use std::io::{self, Read};

/// Bytes read at once.
const BLOCK: usize = 256 * 1024;
/// A row longer than this is a quote that was opened and not closed.
const LONGEST: usize = 16 * 1024 * 1024;

/// Where a cell begins and ends.
type Span = (u32, u32);

/// The rows of a table, one after another. Empty lines are passed over.
pub(super) struct Records<R> {
    input: R,
    delimiter: u8,
    buffer: Vec<u8>,
    /// What is in the buffer and not yet handed out.
    rest: std::ops::Range<usize>,
    ended: bool,
    line: u64,
    bytes: u64,
    cells: Vec<Span>,
    unquoted: Vec<u8>,
}

/// One row.
#[derive(Clone, Copy)]
pub(super) struct Record<'a> {
    text: &'a [u8],
    cells: &'a [Span],
    /// The line it begins at, from 1.
    pub line: u64,
}

impl<'a> Record<'a> {
    /// How many cells.
    pub fn len(&self) -> usize {
        self.cells.len()
    }

    /// A cell; empty where the row is shorter.
    pub fn cell(&self, column: usize) -> &'a [u8] {
        self.cells.get(column).map_or(&[], |&(start, end)| &self.text[start as usize..end as usize])
    }

    /// All cells.
    pub fn cells(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let record = *self;
        (0..self.len()).map(move |column| record.cell(column))
    }
}

impl<R: Read> Records<R> {
    /// Cuts what `input` holds, whose first line counts as line `line`.
    pub fn new(input: R, delimiter: u8, line: u64) -> Self {
        Self {
            input,
            delimiter,
            buffer: vec![0; 2 * BLOCK],
            rest: 0..0,
            ended: false,
            line,
            bytes: 0,
            cells: Vec::new(),
            unquoted: Vec::new(),
        }
    }

    /// Bytes handed out so far.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The next row.
    ///
    /// # Errors
    /// Where the input cannot be read, or a quoted cell does not end.
    pub fn next(&mut self) -> io::Result<Option<Record<'_>>> {
        loop {
            let text = &self.buffer[self.rest.clone()];
            if text.is_empty() {
                if self.ended {
                    return Ok(None);
                }
                self.fill()?;
                continue;
            }
            let (row, quoted) = match plain_row(text, self.delimiter, &mut self.cells) {
                Cut::Quoted => (quoted_row(text, self.delimiter, &mut self.cells, &mut self.unquoted), true),
                plain => (plain, false),
            };
            let (length, end) = match row {
                Cut::Row(length) => match line_end(&text[length..]) {
                    // a carriage return may have its line feed in the next block
                    b"\r" if text.len() == length + 1 && !self.ended => {
                        self.fill()?;
                        continue;
                    }
                    mark => (length, mark.len()),
                },
                _ if self.ended => (text.len(), 0),
                _ => {
                    self.fill()?;
                    continue;
                }
            };
            let (line, start) = (self.line, self.rest.start);
            self.line += 1 + if quoted { lines_within(&text[..length]) } else { 0 };
            self.bytes += (length + end) as u64;
            self.rest.start += length + end;
            if length > 0 {
                let text = if quoted { &self.unquoted[..] } else { &self.buffer[start..start + length] };
                return Ok(Some(Record { text, cells: &self.cells, line }));
            }
        }
    }

    /// Reads on behind what is left.
    fn fill(&mut self) -> io::Result<()> {
        self.buffer.copy_within(self.rest.clone(), 0);
        self.rest = 0..self.rest.len();
        if self.rest.end > LONGEST {
            let reason = format!("the row at line {} does not end: a quote in it is not closed", self.line);
            return Err(io::Error::new(io::ErrorKind::InvalidData, reason));
        }
        if self.rest.end + BLOCK > self.buffer.len() {
            self.buffer.resize(self.rest.end * 2, 0);
        }
        let read = loop {
            match self.input.read(&mut self.buffer[self.rest.end..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other?,
            }
        };
        self.ended = read == 0;
        self.rest.end += read;
        Ok(())
    }
}

/// What the beginning of a text is.
enum Cut {
    /// A row of so many bytes, not counting the mark that ends its line.
    Row(usize),
    /// A row with a cell that begins with a quote.
    Quoted,
    /// A row that goes on to the end of the text, and perhaps beyond.
    Unfinished,
}

/// Cuts a row without quoted cells.
fn plain_row(text: &[u8], delimiter: u8, cells: &mut Vec<Span>) -> Cut {
    cells.clear();
    let mut start = 0;
    // what is done at a mark; true at the end of the row or at a quoted cell
    let mut at_mark = |at: usize| {
        let mark = text[at];
        if mark == b'"' {
            return (at == start).then_some(Cut::Quoted);
        }
        cells.push(span(start, at));
        start = at + 1;
        (mark != delimiter).then_some(Cut::Row(at))
    };
    let (words, tail) = text.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        let mut marks = marks(u64::from_le_bytes(*word), delimiter);
        while marks != 0 {
            if let Some(cut) = at_mark(index * 8 + marks.trailing_zeros() as usize / 8) {
                return cut;
            }
            marks &= marks - 1;
        }
    }
    for (at, &byte) in tail.iter().enumerate() {
        if (byte == delimiter || matches!(byte, b'\n' | b'\r' | b'"'))
            && let Some(cut) = at_mark(words.len() * 8 + at)
        {
            return cut;
        }
    }
    cells.push(span(start, text.len()));
    Cut::Unfinished
}

/// The highest bit of each byte that is a delimiter, a quote or the end of a line.
fn marks(word: u64, delimiter: u8) -> u64 {
    const LOW: u64 = 0x7F7F_7F7F_7F7F_7F7F;
    let is = |mark: u8| {
        let differs = word ^ (u64::from(mark) * 0x0101_0101_0101_0101);
        // adding 127 to seven bits carries into the eighth unless they are zero
        !(((differs & LOW) + LOW) | differs | LOW)
    };
    is(delimiter) | is(b'\n') | is(b'\r') | is(b'"')
}

/// Cuts a row with quoted cells, whose contents go to `unquoted`: a doubled quote is a quote, delimiters and line
/// ends are letters, and what follows a closing quote still belongs to the cell.
fn quoted_row(text: &[u8], delimiter: u8, cells: &mut Vec<Span>, unquoted: &mut Vec<u8>) -> Cut {
    cells.clear();
    unquoted.clear();
    let (mut start, mut quoted, mut opened, mut at) = (0, false, true, 0);
    while let Some(&byte) = text.get(at) {
        at += 1;
        match byte {
            b'"' if opened => quoted = true,
            b'"' if quoted && text.get(at) == Some(&b'"') => {
                unquoted.push(b'"');
                at += 1;
            }
            b'"' if quoted => quoted = false,
            _ if quoted => unquoted.push(byte),
            _ if byte == delimiter => {
                cells.push(span(start, unquoted.len()));
                start = unquoted.len();
                opened = true;
                continue;
            }
            b'\n' | b'\r' => {
                cells.push(span(start, unquoted.len()));
                return Cut::Row(at - 1);
            }
            _ => unquoted.push(byte),
        }
        opened = false;
    }
    cells.push(span(start, unquoted.len()));
    Cut::Unfinished
}

/// The mark at the beginning of the text that ends a line.
fn line_end(text: &[u8]) -> &[u8] {
    match text {
        [b'\r', b'\n', ..] => &text[..2],
        [b'\r' | b'\n', ..] => &text[..1],
        _ => &[],
    }
}

/// Line ends inside a quoted cell.
fn lines_within(row: &[u8]) -> u64 {
    let lone_returns = row.windows(2).filter(|pair| pair[0] == b'\r' && pair[1] != b'\n').count();
    (row.iter().filter(|&&byte| byte == b'\n').count() + lone_returns) as u64
}

/// Rows are shorter than [`LONGEST`] and a block.
fn span(start: usize, end: usize) -> Span {
    (u32::try_from(start).unwrap_or(u32::MAX), u32::try_from(end).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Gives a few bytes at a time.
    struct Trickle<'a>(&'a [u8], usize);

    impl Read for Trickle<'_> {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let n = self.1.min(self.0.len()).min(out.len());
            out[..n].copy_from_slice(&self.0[..n]);
            self.0 = &self.0[n..];
            Ok(n)
        }
    }

    fn cut(text: &[u8], step: usize) -> Vec<(u64, Vec<Vec<u8>>)> {
        let mut records = Records::new(Trickle(text, step), b',', 1);
        let mut rows = Vec::new();
        while let Some(record) = records.next().expect("memory") {
            rows.push((record.line, record.cells().map(<[u8]>::to_vec).collect()));
        }
        assert_eq!(records.bytes(), text.len() as u64);
        rows
    }

    proptest! {
        #[test]
        fn rows_are_cut_where_the_csv_crate_cuts_them(
            text in proptest::collection::vec(prop::sample::select(b"ab,,\"\"\n\r;\xFF".to_vec()), 0..80),
            step in 1_usize..20,
        ) {
            let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(&text[..]);
            let expected: Vec<Vec<Vec<u8>>> =
                reader.byte_records().map(|row| row.expect("memory").iter().map(<[u8]>::to_vec).collect()).collect();
            let got: Vec<Vec<Vec<u8>>> = cut(&text, step).into_iter().map(|(_, row)| row).collect();
            prop_assert_eq!(got, expected);
        }
    }

    #[test]
    fn a_row_knows_its_line_whatever_ends_lines() {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["a,b", "1,2", "", "\"x", "y\",3", "4,5"].join(end);
            let lines: Vec<u64> = cut(text.as_bytes(), 3).into_iter().map(|(line, _)| line).collect();
            assert_eq!(lines, [1, 2, 4, 6], "{end:?}");
        }
    }

    #[test]
    fn a_quote_that_is_never_closed_is_an_error_and_not_all_memory() {
        let text = io::Read::chain(&b"a,b\n1,\"2\n"[..], io::repeat(b'x'));
        let mut records = Records::new(text, b',', 1);
        records.next().expect("headings");
        let error = records.next().map(|row| row.is_some()).expect_err("no end");
        assert!(error.to_string().contains("line 2"), "{error}");
    }
}
