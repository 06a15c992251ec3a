//! `import.R`: the files as data frames, labelled, with missing codes as `NA` and their reasons kept.

use std::fmt::Write;

use crate::export::Export;
use crate::export::column::Column;
use crate::export::sessions;

/// The script. Base R is enough.
pub fn import_r(export: &Export) -> String {
    let mut text = String::from(HEAD);
    let columns = export.columns();
    list(&mut text, "labels", columns.iter().map(|column| (column, quoted(&column.label))));
    let coded = columns.iter().filter(|column| !column.codes.is_empty() || !column.words.is_empty());
    list(&mut text, "codes", coded.map(|column| (column, codes(column))));
    let ordered = columns.iter().filter(|column| column.level == "ordinal").map(|column| quoted(&column.name));
    let _never_fails = writeln!(text, "ordinal <- c({})\n", wrapped(ordered));
    let texts = columns.iter().filter(|column| column.is_text()).map(|column| quoted(&column.name));
    let _never_fails = writeln!(text, "texts <- c({})\n", wrapped(texts));
    let of_sessions = sessions::HEADING.map(|column| format!("  {column} = {}", quoted(sessions::label(column))));
    let _never_fails = writeln!(text, "session_labels <- list(\n{})\n", of_sessions.join(",\n"));
    text.push_str(BODY);
    text
}

const HEAD: &str = r#"# Opens the files of this folder in R. Base R is enough:
#   setwd("the folder"); source("import.R", encoding = "UTF-8")
# gives `wide`, `long`, `pairs`, `sessions`, and `reasons`: the missing codes of `wide`, where its cells are NA.
# Each column of `wide` carries its wording as attr(, "label") and its codes as attr(, "labels"), and as_haven(wide)
# is the same in the class of the packages haven and labelled. Columns of `sessions` carry their wording alike.
# The other files of this folder open with read_utf8("attendance.csv") and so on.

"#;

const BODY: &str = r#"read_utf8 <- function(file, ...)
  read.csv(file, encoding = "UTF-8", check.names = FALSE, stringsAsFactors = FALSE, na.strings = "", ...)

wide <- read_utf8("data_wide.csv", colClasses = c(setNames(rep("character", length(texts)), texts)))
long <- read_utf8("data_long.csv")
pairs <- read_utf8("pairs.csv")
sessions <- read_utf8("sessions.csv")
for (name in names(sessions)) attr(sessions[[name]], "label") <- session_labels[[name]]

reasons <- wide
for (name in names(wide)) {
  column <- wide[[name]]
  if (!name %in% texts) {
    reasons[[name]] <- ifelse(!is.na(column) & column < 0, column, NA)
    column[!is.na(column) & column < 0] <- NA
  } else {
    reasons[[name]] <- NA
  }
  attr(column, "label") <- labels[[name]]
  if (name %in% names(codes)) attr(column, "labels") <- codes[[name]]
  wide[[name]] <- column
}
for (name in c("value", "missing")) long[[name]] <- as.integer(long[[name]])

# Coded columns as haven_labelled, for haven::as_factor(), labelled::val_labels(), haven::write_sav() and the like.
as_haven <- function(data) {
  for (name in intersect(names(codes), names(data)))
    class(data[[name]]) <- c("haven_labelled", "vctrs_vctr", typeof(data[[name]]))
  data
}

# A coded column as an R factor, in the order of its codes: as_labelled("k2_cf1_pre").
as_labelled <- function(name)
  factor(wide[[name]], levels = codes[[name]], labels = names(codes[[name]]), ordered = name %in% ordinal)
"#;

/// `name <- list(\n  column = value, …)`.
fn list<'c>(text: &mut String, name: &str, values: impl Iterator<Item = (&'c Column, String)>) {
    let lines: Vec<String> = values.map(|(column, value)| format!("  {} = {value}", column.name)).collect();
    let _never_fails = writeln!(text, "{name} <- list(\n{})\n", lines.join(",\n"));
}

/// `c("no" = 0L, "yes" = 1L)`, `c("Child or young person" = "child")`: of the kind that the column is, as haven wants them.
fn codes(column: &Column) -> String {
    let kind = if column.level == "scale" { "" } else { "L" };
    let codes = column.codes.iter().map(|(value, label)| format!("{} = {value}{kind}", quoted(label)));
    let words = column.words.iter().map(|(word, label)| format!("{} = {}", quoted(label), quoted(word)));
    format!("c({})", codes.chain(words).collect::<Vec<_>>().join(", "))
}

/// Names with line breaks between them: R reads lines of 4,095 bytes at the most from a terminal.
fn wrapped(names: impl Iterator<Item = String>) -> String {
    names.collect::<Vec<_>>().join(",\n  ")
}

/// A text as R spells it.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' | '\r' | '\t' => quoted.push(' '),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_with_quotes_and_backslashes_is_spelt_as_r_reads_it() {
        assert_eq!(quoted("a \"vet\"\\n"), r#""a \"vet\"\\n""#);
    }
}
