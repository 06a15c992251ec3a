//! `import.sps`: the sessions and the wide file in SPSS (or PSPP), with labels, missing values and levels of measurement.

use std::fmt::Write;

use crate::export::Export;
use crate::export::column::Column;
use crate::export::sessions;

use super::cut;

/// Limits of SPSS, in bytes.
const VARIABLE_LABEL: usize = 255;
const VALUE_LABEL: usize = 120;

/// The syntax. Every negative number is a missing value, whichever reason it stands for.
pub fn import_sps(export: &Export) -> String {
    let columns = export.columns();
    let mut text = String::from(HEAD);
    text.push_str(&open_sessions());
    text.push_str(WIDE);
    for column in columns {
        let _never_fails = writeln!(text, "  {} {}", column.name, format_of(column));
    }
    text.push_str("  .\n\nVARIABLE LABELS\n");
    let labels = columns.iter().map(|column| format!("  {} {}", column.name, quoted(&column.label, VARIABLE_LABEL)));
    text.push_str(&labels.collect::<Vec<_>>().join("\n"));
    text.push_str(".\n");
    for column in columns.iter().filter(|column| !column.words.is_empty()) {
        let labels: Vec<String> = (column.words.iter())
            .map(|(word, label)| format!("{} {}", quoted(word, word.len()), quoted(label, VALUE_LABEL)))
            .collect();
        let _never_fails = write!(text, "\nVALUE LABELS {}\n  {}.", column.name, labels.join("\n  "));
    }
    for column in columns.iter().filter(|column| !column.is_text()) {
        let known = column.codes.iter().map(|(value, label)| (*value, label.clone()));
        let lacks = column.lacks.codes().into_iter().map(|(missing, words)| (missing.code(), words.to_owned()));
        let labels: Vec<String> = known
            .chain(lacks)
            .map(|(value, label): (i32, String)| format!("{value} {}", quoted(&label, VALUE_LABEL)))
            .collect();
        if !labels.is_empty() {
            let _never_fails = write!(text, "\nVALUE LABELS {}\n  {}.", column.name, labels.join("\n  "));
        }
    }
    let can_lack = columns.iter().filter(|column| !column.is_text() && !column.lacks.codes().is_empty());
    text.push_str("\n\nMISSING VALUES\n");
    text.push_str(&names(can_lack));
    text.push_str(" (LO THRU -1).\n");
    for (level, word) in [("nominal", "NOMINAL"), ("text", "NOMINAL"), ("ordinal", "ORDINAL"), ("scale", "SCALE")] {
        let of_level: Vec<&Column> = columns.iter().filter(|column| column.level == level).collect();
        if !of_level.is_empty() {
            let _never_fails = write!(text, "\nVARIABLE LEVEL\n{} ({word}).\n", names(of_level.into_iter()));
        }
    }
    text.push_str("\nSAVE OUTFILE='data_wide.sav'.\n");
    text
}

const HEAD: &str =
    "* Opens sessions.csv and data_wide.csv in SPSS. Set the folder of these files as the working directory first:
* CD 'the folder'.
* Every negative code is a reason why there is no value, and is declared missing below.
* Labels longer than SPSS takes are cut; codebook.csv has them whole.
SET DECIMAL=DOT.
";

/// The other file that is opened, first, so that people's answers stay open at the end.
const SESSIONS: &str = "
* One row for each session, kept as sessions.sav.
GET DATA
  /TYPE=TXT
  /FILE='sessions.csv'
  /ENCODING='UTF8'
  /ARRANGEMENT=DELIMITED
  /DELIMITERS=','
  /QUALIFIER='\"'
  /FIRSTCASE=2
  /VARIABLES=
";

const WIDE: &str = "
* One row for each person.
GET DATA
  /TYPE=TXT
  /FILE='data_wide.csv'
  /ENCODING='UTF8'
  /ARRANGEMENT=DELIMITED
  /DELIMITERS=','
  /QUALIFIER='\"'
  /FIRSTCASE=2
  /VARIABLES=
";

/// Opens `sessions.csv`. What is blank there is system-missing.
fn open_sessions() -> String {
    let mut text = String::from(SESSIONS);
    for column in sessions::HEADING {
        let format = if sessions::WHOLE.contains(&column) { "F5.0" } else { "A200" };
        let _never_fails = writeln!(text, "  {column} {format}");
    }
    text.push_str("  .\n\nVARIABLE LABELS\n");
    let labels =
        sessions::HEADING.map(|column| format!("  {column} {}", quoted(sessions::label(column), VARIABLE_LABEL)));
    let _never_fails = writeln!(text, "{}.", labels.join("\n"));
    for column in sessions::HEADING {
        let words = sessions::words_of(column).into_iter().map(|(code, label)| (format!("'{code}'"), label));
        let codes = sessions::codes_of(column).into_iter().map(|(code, label)| (code.to_string(), label));
        let labels: Vec<String> =
            words.chain(codes).map(|(code, label)| format!("{code} {}", quoted(label, VALUE_LABEL))).collect();
        if !labels.is_empty() {
            let _never_fails = write!(text, "\nVALUE LABELS {column}\n  {}.", labels.join("\n  "));
        }
    }
    text.push_str("\n\nSAVE OUTFILE='sessions.sav'.\n");
    text
}

/// Texts that people typed are up to 2,000 bytes; keys and names are short. One of a few words is as wide as the longest
/// of them, so that tables have room for its label.
fn format_of(column: &Column) -> String {
    let longest = column.words.iter().map(|(word, _)| word.len()).max();
    match (column.level, longest) {
        (_, Some(bytes)) => format!("A{bytes}"),
        ("text", None) if column.name.contains("_txt") => "A2000".to_owned(),
        ("text", None) => "A200".to_owned(),
        ("scale", None) => "F14.6".to_owned(),
        (_, None) => "F5.0".to_owned(),
    }
}

/// Names, some on a line.
fn names<'c>(columns: impl Iterator<Item = &'c Column>) -> String {
    let names: Vec<&str> = columns.map(|column| column.name.as_str()).collect();
    names.chunks(6).map(|line| format!("  {}", line.join(" "))).collect::<Vec<_>>().join("\n")
}

/// A text as SPSS spells it.
fn quoted(text: &str, bytes: usize) -> String {
    format!("'{}'", cut(text, bytes).replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_apostrophe_is_doubled_and_a_long_label_is_cut_to_what_spss_takes() {
        assert_eq!(quoted("don't know", 99), "'don''t know'");
        assert_eq!(quoted(&"ż".repeat(200), 255).len(), 254 + 2);
    }
}
