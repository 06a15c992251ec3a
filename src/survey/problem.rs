//! What is wrong with a survey file, where, and how to mend it.

use std::fmt;

/// One thing wrong with a survey file.
///
/// Its `Display` is one readable paragraph:
/// `mine.v1.toml, line 14, item K2-CF1, scale: there is no scale “agree6”. Did you mean “agree5”?`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file, as it was named to us.
    pub file: String,
    /// Line, from 1; 0 where it is about the file as a whole.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What it is about: `item K2-CF1, scale`. Empty where only the position is known.
    pub place: String,
    /// What is wrong, as a sentence.
    pub what: String,
    /// What to do about it, as a sentence.
    pub mend: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if self.line > 0 {
            write!(f, ", line {}, column {}", self.line, self.column)?;
        }
        if !self.place.is_empty() {
            write!(f, ", {}", self.place)?;
        }
        write!(f, ": {} {}", self.what, self.mend)
    }
}

/// "Did you mean …?" where a known name is close, or else the `otherwise` sentence.
pub(super) fn did_you_mean<'a>(
    wrong: &str,
    known: impl IntoIterator<Item = &'a str>,
    otherwise: impl Into<String>,
) -> String {
    let closeness = |name: &&str| strsim::normalized_damerau_levenshtein(wrong, name);
    known
        .into_iter()
        .max_by(|a, b| closeness(a).total_cmp(&closeness(b)))
        .filter(|name| closeness(name) >= 0.5)
        .map_or_else(|| otherwise.into(), |name| format!("Did you mean “{name}”?"))
}
