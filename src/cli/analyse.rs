//! `pencilmark analyse`

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::str::FromStr;

use anyhow::bail;
use clap::{Args, ValueEnum};

use super::progress;
use crate::analyse::{ColumnNames, Duplicates, Kind, Options, analyse, to_csv, to_json, to_text};
use crate::statistics::Threshold;
use crate::system;

/// Analyses a spreadsheet of before and after scores, saved as CSV.
#[derive(Args)]
pub struct Analyse {
    /// The file; - reads standard input
    #[arg(value_name = "FILE.csv")]
    file: PathBuf,
    /// What the scores are: count, ordinal, binary or scale; NAME=KIND where a file has several measures
    #[arg(long, value_name = "KIND", value_delimiter = ',', value_parser = said::<Word<Kind>>)]
    measure: Vec<(String, Word<Kind>)>,
    /// A rise that was claimed or hoped for, such as 50%
    #[arg(long, value_name = "PERCENT", value_parser = target)]
    target: Option<Threshold>,
    /// Lowest code that counts as the top box, or NAME=CODE
    #[arg(long, value_name = "CODE", value_delimiter = ',', value_parser = said::<f64>)]
    top_box: Vec<(String, f64)>,
    /// Scores that stand for no answer, such as --missing=-9,-8; blanks, NA, #N/A and . always do
    #[arg(long, value_name = "CODE", value_delimiter = ',', allow_hyphen_values = true)]
    missing: Vec<String>,
    /// A lower score is better
    #[arg(long)]
    lower_is_better: bool,
    /// Which answer counts where a person answered twice at a wave; without it, that is an error
    #[arg(long, value_name = "WHICH", value_parser = duplicates)]
    duplicates: Option<Duplicates>,
    /// How to write the result
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    columns: ColumnArgs,
    /// Name of the wave before [pre, before or baseline]
    #[arg(long, value_name = "NAME")]
    pre_wave: Option<String>,
    /// Name of the wave after [post, after or endline]
    #[arg(long, value_name = "NAME")]
    post_wave: Option<String>,
    /// Mark between cells, where it is not found out: , ; | or tab
    #[arg(long, value_name = "MARK", value_parser = delimiter)]
    delimiter: Option<u8>,
    /// Decimal mark, where it is not found out
    #[arg(long, value_name = "MARK", value_parser = ["comma", "point"])]
    decimal: Option<String>,
}

/// Headings of columns; usual ones are found.
#[derive(Args)]
#[command(next_help_heading = "Columns, by heading")]
struct ColumnArgs {
    /// Score before, in a file with one row a person
    #[arg(long, value_name = "HEADING")]
    pre: Option<String>,
    /// Score after
    #[arg(long, value_name = "HEADING")]
    post: Option<String>,
    /// How many people a row stands for
    #[arg(long, value_name = "HEADING")]
    count: Option<String>,
    /// Who answered, in a file with one row an answer; several headings make one code together
    #[arg(long, value_name = "HEADING", value_delimiter = ',')]
    person: Vec<String>,
    /// When they answered
    #[arg(long, value_name = "HEADING")]
    wave: Option<String>,
    /// Their score
    #[arg(long, value_name = "HEADING")]
    value: Option<String>,
    /// Report each of these groups too
    #[arg(long, value_name = "HEADING")]
    group: Option<String>,
    /// Session, class or family: people in one may be alike
    #[arg(long, value_name = "HEADING")]
    cluster: Option<String>,
    /// What was measured, where a file has several measures
    #[arg(long, value_name = "HEADING")]
    measure_column: Option<String>,
    /// A number or ISO date that says which of two answers came later
    #[arg(long, value_name = "HEADING")]
    order: Option<String>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// A page to read
    Text,
    /// Every statistic, with the reason where there is none
    Json,
    /// One row for each measure and group
    Csv,
}

impl Analyse {
    /// Prints the analysis to standard output.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let (input, length) = self.open()?;
        let format = self.format;
        let options = self.options();
        let bar = progress::bar(i64::try_from(length).unwrap_or(i64::MAX), "Reading");
        let analysis = analyse(input, &options, &mut |bytes| bar.set_position(bytes));
        bar.finish_and_clear();
        let analysis = analysis?;
        let text = match format {
            Format::Text => to_text(&analysis),
            Format::Json => format!("{:#}\n", to_json(&analysis)),
            Format::Csv => to_csv(&analysis)?,
        };
        std::io::stdout().lock().write_all(text.as_bytes())?;
        Ok(ExitCode::SUCCESS)
    }

    fn open(&self) -> anyhow::Result<(Box<dyn Read>, u64)> {
        if self.file.as_os_str() == "-" {
            return Ok((Box::new(std::io::stdin()), 0));
        }
        let name = self.file.display();
        if self.file.extension().is_some_and(|e| ["xlsx", "xls", "ods"].iter().any(|x| e.eq_ignore_ascii_case(x))) {
            bail!("{name} is a workbook. Save the sheet as CSV and analyse that.");
        }
        let file = File::open(&self.file)
            .map_err(|error| anyhow::anyhow!("{name} cannot be opened: {}.", system::why(&error)))?;
        let length = file.metadata().map_or(0, |data| data.len());
        Ok((Box::new(file), length))
    }

    fn options(self) -> Options {
        let columns = self.columns;
        Options {
            columns: ColumnNames {
                pre: columns.pre,
                post: columns.post,
                count: columns.count,
                person: columns.person,
                wave: columns.wave,
                value: columns.value,
                group: columns.group,
                cluster: columns.cluster,
                measure: columns.measure_column,
                order: columns.order,
            },
            kinds: self.measure.into_iter().map(|(name, kind)| (name, kind.0)).collect(),
            top_boxes: self.top_box.into_iter().collect::<BTreeMap<_, _>>(),
            target: self.target,
            duplicates: self.duplicates.unwrap_or(Duplicates::Refuse),
            pre_wave: self.pre_wave,
            post_wave: self.post_wave,
            delimiter: self.delimiter,
            decimal_comma: self.decimal.map(|mark| mark == "comma"),
            missing: self.missing,
            lower_is_better: self.lower_is_better,
        }
    }
}

/// A word of the command line that stands for a value.
#[derive(Clone, Copy)]
struct Word<T>(T);

impl FromStr for Word<Kind> {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let kinds = [Kind::Count, Kind::Ordinal, Kind::Binary, Kind::Scale];
        let found = kinds.into_iter().find(|kind| kind.name() == text);
        found.map(Word).ok_or_else(|| "one of count, ordinal, binary, scale".to_owned())
    }
}

/// `VALUE`, or `NAME=VALUE` for one measure.
fn said<T: FromStr>(text: &str) -> Result<(String, T), String>
where
    T::Err: std::fmt::Display,
{
    let (name, value) = text.rsplit_once('=').unwrap_or(("", text));
    value.parse().map(|value| (name.to_owned(), value)).map_err(|error: T::Err| error.to_string())
}

fn target(text: &str) -> Result<Threshold, String> {
    let percent = text.trim().trim_end_matches('%').trim();
    percent
        .parse()
        .ok()
        .and_then(Threshold::percent_more)
        .ok_or_else(|| "a whole number of percent, such as 50%".to_owned())
}

fn duplicates(text: &str) -> Result<Duplicates, String> {
    match text {
        "first" => Ok(Duplicates::First),
        "last" => Ok(Duplicates::Last),
        _ => Err("first or last".to_owned()),
    }
}

fn delimiter(text: &str) -> Result<u8, String> {
    match text {
        "tab" | "\\t" | "\t" => Ok(b'\t'),
        "," | ";" | "|" => Ok(text.as_bytes()[0]),
        _ => Err("one of , ; | tab".to_owned()),
    }
}
