//! Downloads for evaluators: what people answered, one file to a question that is asked of it.
//!
//! [`File::Long`] has a row for each answer, [`File::Wide`] one for each person, [`File::Codebook`] one
//! for each column of the wide file, [`File::Pairs`] one for each before and after that a reported figure
//! is counted from, [`File::Sessions`] one for each session. What stands in a row is decided by pure
//! functions (`long`, `wide`, `pairs`, …); [`Writing`] fetches some people at a time and hands out bytes of
//! one file, [`Packing`] goes through them once for all files of a zip, and no file is ever held in memory.
//! People and sessions get keys of their own in every export (`rekey`), and no card code, response id, session
//! address or tablet leaves in any of them.

use std::fmt;

use thiserror::Error;

use crate::store::StoreError;

mod attendance;
pub mod bundle;
mod cell;
mod changes;
mod codebook;
mod codebook_page;
mod column;
mod enclosed;
mod labels;
mod links;
mod long;
mod measures;
mod naming;
mod pack;
mod pairs;
mod parcel;
mod pass;
mod places;
mod plan;
mod quotes;
mod readme;
mod reading;
mod rekey;
mod rows;
mod script;
mod sessions;
mod sheet;
mod slot;
mod squeezed;
mod wide;
mod workbook;
mod writing;

pub use cell::Reader;
pub use changes::{CHANGES, CHANGES_WORDS, changes};
pub use codebook_page::{CODEBOOK_PAGE, CODEBOOK_PAGE_WORDS, codebook_page};
pub use enclosed::{Enclosed, RESULTS};
pub use pack::{Packing, moment, words};
pub use quotes::quotable;
pub use readme::{Written, readme};
pub use script::Script;
pub use workbook::{WORKBOOK, WorkbookWriting};
pub use writing::{Export, Writing};

/// One file of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum File {
    /// One row for each person.
    Wide,
    /// One row for each answer.
    Long,
    /// One row for each column of the wide file.
    Codebook,
    /// One row for each before and after.
    Pairs,
    /// One row for each session.
    Sessions,
    /// One row for each visit of a person.
    Attendance,
    /// One row for each measure of a questionnaire.
    Measures,
    /// One row for each person whose answers were brought together by hand.
    Links,
}

impl File {
    /// Every file, in the order they are written.
    pub const ALL: [File; 8] = [
        File::Wide,
        File::Codebook,
        File::Long,
        File::Pairs,
        File::Sessions,
        File::Attendance,
        File::Measures,
        File::Links,
    ];

    /// Its short name, in addresses and in the names of downloads.
    pub fn word(self) -> &'static str {
        match self {
            File::Wide => "wide",
            File::Long => "long",
            File::Codebook => "codebook",
            File::Pairs => "pairs",
            File::Sessions => "sessions",
            File::Attendance => "attendance",
            File::Measures => "measures",
            File::Links => "links",
        }
    }

    /// Its name in a folder.
    pub fn name(self) -> &'static str {
        match self {
            File::Wide => "data_wide.csv",
            File::Long => "data_long.csv",
            File::Codebook => "codebook.csv",
            File::Pairs => "pairs.csv",
            File::Sessions => "sessions.csv",
            File::Attendance => "attendance.csv",
            File::Measures => "measures.csv",
            File::Links => "links.csv",
        }
    }

    /// What it holds, in a sentence.
    pub fn words(self) -> &'static str {
        match self {
            File::Wide => {
                "One row for each person: what they answered before, after and later, their scores, and signs of doubt."
            }
            File::Long => {
                "One row for each answer, texts included. Values and reasons why there is none stand in columns of their own."
            }
            File::Codebook => {
                "One row for each column of data_wide.csv: the wording, the codes, how often each reason for a missing value occurs, how scores are made."
            }
            File::Pairs => {
                "One row for each before and after of one person and measure: what every reported figure is computed from."
            }
            File::Sessions => {
                "One row for each session: its key in these files, project, area, day and role, how many said no, and what its leader noted of the day in counts and codes."
            }
            File::Attendance => "One row for each session that a person came to.",
            File::Measures => {
                "One row for each measure of a questionnaire: the rule its scores are made by, and what counts as positive."
            }
            File::Links => {
                "One row for each person whose answers somebody brought together by hand: what was decided, how sure they were, and when."
            }
        }
    }

    /// Reads a short name; `None` for anything else.
    pub fn from_word(word: &str) -> Option<File> {
        File::ALL.into_iter().find(|file| file.word() == word)
    }
}

impl fmt::Display for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Why a file could not be written to its end.
#[derive(Debug, Error)]
pub enum ExportError {
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An answer arrived meanwhile on a questionnaire that the columns were not made for.
    #[error("Answers to another questionnaire arrived while the file was being written. Start the export again.")]
    NewVersion,
    /// A stored response does not read back; only a change from outside can do that.
    #[error("A stored response could not be read back. Run `pencilmark rebuild` and start the export again.")]
    Unreadable,
    /// A row could not be written.
    #[error("A row could not be written: {0}")]
    Csv(#[from] csv::Error),
    /// The zip could not be written.
    #[error("The zip could not be written: {0}")]
    Zip(#[from] rawzip::Error),
    /// The sheets of the workbook could not be put together.
    #[error("The workbook could not be put together: {0}")]
    Sheets(#[from] zip::result::ZipError),
    /// The workbook could not be written.
    #[error("The workbook could not be written: {0}")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
    /// The report could not be set.
    #[error("The report could not be set: {0}")]
    Pdf(#[from] crate::pdf::PdfError),
    /// Bytes could not be written.
    #[error("The file could not be written: {0}")]
    Io(#[from] std::io::Error),
}

/// A programme's name as part of a file name: `riverside-2026`. Letters outside English are written with English ones:
/// `Międzypokoleniowy` becomes `miedzypokoleniowy`.
pub fn slug(name: &str) -> String {
    let words: Vec<String> = deunicode::deunicode(name)
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    let slug: String = words.join("-").chars().take(40).collect();
    if slug.is_empty() { "programme".to_owned() } else { slug.trim_end_matches('-').to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_is_plain_whatever_the_programme_is_called() {
        assert_eq!(slug("Riverside: Jobs & Dreams (2026)"), "riverside-jobs-dreams-2026");
        assert_eq!(slug("../../etc/passwd\r\nX: y"), "etc-passwd-x-y");
        // Until now these letters were left out, and three of them made no name at all.
        assert_eq!(slug("ŁÓŻ"), "loz");
        assert_eq!(slug("Gęśle, Świt i Źdźbło – Łąka"), "gesle-swit-i-zdzblo-laka");
        assert_eq!(slug("Grüße aus Ærø"), "grusse-aus-aero");
        assert_eq!(slug("…!?"), "programme");
        assert!(slug(&"ß".repeat(60)).len() <= 40);
    }
}
