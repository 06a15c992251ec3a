//! An evaluator's old spreadsheet, with the same rigour and without a server.
//!
//! ```text
//! file ─► dialect ─► records ─► columns ─► intake ─► people (long) ─► tally ─► results ─► text · json · csv
//! ```
//!
//! A wide file (one row a person) is only ever counts; a long one (one row an answer) also remembers each
//! person's two answers. No row is dropped silently: see [`Rows`] and [`Problems`].

mod codes;
mod columns;
mod dialect;
mod intake;
mod kind;
mod labels;
mod order;
mod people;
mod places;
mod problems;
mod read;
mod records;
mod results;
mod tally;
mod value;
mod waves;
mod write_csv;
mod write_json;
mod write_text;

use std::collections::BTreeMap;
use std::io::Read;

pub use columns::ColumnNames;
pub use dialect::Dialect;
pub use kind::Kind;
pub use problems::{LISTED, Problem, Problems};
pub use read::Rows;
pub use results::{Analysis, GroupResult};
pub use write_csv::to_csv;
pub use write_json::to_json;
pub use write_text::to_text;

use crate::statistics::Threshold;

/// What the user said about a file.
#[derive(Debug, Clone)]
pub struct Options {
    /// Names of columns.
    pub columns: ColumnNames,
    /// What the scores are, by measure or (under `""`) for every measure.
    pub kinds: BTreeMap<String, Kind>,
    /// Lowest code of the top box, by measure or for every measure.
    pub top_boxes: BTreeMap<String, f64>,
    /// A claimed rise.
    pub target: Option<Threshold>,
    /// What to do with a second answer of the same person at the same wave.
    pub duplicates: Duplicates,
    /// The name of the wave before.
    pub pre_wave: Option<String>,
    /// The name of the wave after.
    pub post_wave: Option<String>,
    /// Between cells; found out where not given.
    pub delimiter: Option<u8>,
    /// Decimals are written 3,5; found out where not given.
    pub decimal_comma: Option<bool>,
    /// Scores that stand for "no answer", such as -9.
    pub missing: Vec<String>,
    /// A lower score is better.
    pub lower_is_better: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            columns: ColumnNames::default(),
            kinds: BTreeMap::new(),
            top_boxes: BTreeMap::new(),
            target: None,
            duplicates: Duplicates::Refuse,
            pre_wave: None,
            post_wave: None,
            delimiter: None,
            decimal_comma: None,
            missing: Vec::new(),
            lower_is_better: false,
        }
    }
}

impl Options {
    /// What is said for a measure, or else for every measure.
    fn of<'a, T>(said: &'a BTreeMap<String, T>, measure: &str) -> Option<&'a T> {
        said.get(measure).or_else(|| said.get(""))
    }

    /// Whether yes and no are answers.
    fn yes_no(&self) -> bool {
        self.kinds.values().any(|kind| *kind == Kind::Binary)
    }
}

/// What to do with a second answer of the same person at the same wave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Duplicates {
    /// Stop and name the lines.
    Refuse,
    /// The first counts: by the order column where there is one, else by line.
    First,
    /// The last counts.
    Last,
}

/// Why a file cannot be analysed.
#[derive(Debug, thiserror::Error)]
pub enum AnalyseError {
    /// The file cannot be read.
    #[error("the file cannot be read: {}", crate::system::why(.0))]
    Io(#[from] std::io::Error),
    /// The file holds no line.
    #[error("the file is empty")]
    Empty,
    /// The measure column holds something else.
    #[error("there are more than {0} measures: name the column that says what was measured with --measure-column")]
    TooManyMeasures(usize),
    /// More codes than memory should hold.
    #[error("the codes of people take more than 4 GB together: give --person a shorter one")]
    TooManyCodes(#[from] codes::TooManyCodes),
    /// A column that was asked for is not there.
    #[error("there is no column “{name}”; the headings are: {headings}")]
    NoColumn {
        /// What was asked for.
        name: String,
        /// What there is.
        headings: String,
    },
    /// Two columns have the heading that was asked for, or found.
    #[error("two columns are called “{name}”: rename one of them")]
    TwoColumns {
        /// The heading.
        name: String,
    },
    /// Something is said of a measure that the file does not have.
    #[error("there is no measure “{name}”; the measures are: {measures}")]
    NoMeasure {
        /// What was said.
        name: String,
        /// What there is.
        measures: String,
    },
    /// A spreadsheet program's own file.
    #[error("this is a workbook, whatever its name: save the sheet as CSV and analyse that")]
    Workbook,
    /// Neither kind of file.
    #[error(
        "needs columns pre and post (one row a person), or person, wave and value (one row an answer); \
         name them with --pre, --post, --person, --wave, --value. The headings are: {headings}"
    )]
    NoShape {
        /// What there is.
        headings: String,
    },
    /// The same person answered twice at the same wave.
    #[error(
        "{total} answers are a second answer of the same person at the same wave, at lines {}. \
         Say which counts: --duplicates first or --duplicates last",
        pairs_of_lines(.lines, *.total)
    )]
    Duplicates {
        /// Lines of the first few, both of each.
        lines: Vec<(u64, u64)>,
        /// How many there are.
        total: u64,
    },
    /// No row could be used.
    #[error(
        "no row could be used: {read} rows read, {problems} of them with problems, \
         {unanswered} without an answer{first}"
    )]
    NothingUsed {
        /// Rows below the headings.
        read: u64,
        /// Rows that could not be read.
        problems: u64,
        /// Rows without any score.
        unanswered: u64,
        /// The first of them, or waves that are not known.
        first: String,
    },
}

fn pairs_of_lines(lines: &[(u64, u64)], total: u64) -> String {
    let listed: Vec<String> = lines.iter().map(|(first, second)| format!("{first} and {second}")).collect();
    let more = total.saturating_sub(lines.len() as u64);
    if more > 0 { format!("{}, and {more} more", listed.join("; ")) } else { listed.join("; ") }
}

/// Reads a file and computes every statistic of every measure, for everybody and for each group.
///
/// `advance` is told how many bytes have been read, now and then. Memory grows with the distinct pairs of
/// scores for a wide file, and by about 20 bytes, a code and 32 bytes a measure for each person of a long one.
///
/// # Errors
/// Where the file cannot be read, its columns cannot be told, no row can be used, or a person answered
/// twice and the options do not say which counts.
pub fn analyse(
    input: Box<dyn Read>,
    options: &Options,
    advance: &mut dyn FnMut(u64),
) -> Result<Analysis, AnalyseError> {
    let content = read::read(input, options, advance)?;
    results::results(content, options)
}
