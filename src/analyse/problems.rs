//! Rows that could not be used: counted always, listed up to a limit.

/// Rows listed one by one; beyond it they are only counted.
pub const LISTED: usize = 10_000;

/// A row that was not used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Line of the file, the headings being line 1.
    pub line: u64,
    /// Why.
    pub reason: String,
}

/// All rows that could not be used.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Problems {
    /// The first [`LISTED`].
    pub listed: Vec<Problem>,
    /// How many there are.
    pub total: u64,
}

impl Problems {
    pub(super) fn add(&mut self, line: u64, reason: impl FnOnce() -> String) {
        self.total += 1;
        if self.listed.len() < LISTED {
            self.listed.push(Problem { line, reason: reason() });
        }
    }
}

/// The beginning of a cell as a message may show it.
pub(super) fn shown(cell: &[u8]) -> String {
    printable(cell).chars().take(40).collect()
}

/// Text that cannot steer a terminal.
pub(super) fn printable(cell: &[u8]) -> String {
    String::from_utf8_lossy(cell)
        .chars()
        .map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c })
        .collect()
}
