//! `README.txt`: what a folder of files is, for whoever opens it in five years.

use super::cell::Reader;
use super::{Export, File, Script, enclosed};

/// A file that was written, and how many rows it has.
#[derive(Debug, Clone, Copy)]
pub struct Written {
    /// The file.
    pub file: File,
    /// Rows below the heading.
    pub rows: u64,
}

/// The text. `made_at` is a moment in words, `software` the version of Pencilmark.
pub fn readme(export: &Export, written: &[Written], made_at: &str, software: &str) -> String {
    let programme = export.programme();
    let sample = if programme.sample { "\nThese are sample data: made up, nobody's real answers.\n" } else { "" };
    let made_for = match export.reader() {
        Reader::Statistics => {
            "R, SPSS and other statistics programs. Missing values are negative codes (see below): declare them\nmissing before you compute anything. Texts are exactly what was typed; do not open these files in a\nspreadsheet, where a text can be taken for a formula (make them with --for excel instead)."
        }
        Reader::Excel => {
            "Excel and other spreadsheets. Missing values are blank. A text that begins with = + - @ or a\ncontrol character has an apostrophe before it, so that it is shown and never run."
        }
    };
    let in_order = File::ALL.iter().filter_map(|file| written.iter().find(|one| one.file == *file));
    let files: String =
        in_order.map(|one| format!("{:<20} {:>9} rows   {}\n", one.file.name(), one.rows, one.file.words())).collect();
    let scripts = match export.reader() {
        Reader::Statistics => Script::ALL.map(|script| format!("{:<20} {}\n", script.name(), script.words())).concat(),
        Reader::Excel => String::new(),
    };
    let enclosed = enclosed::FILES.map(|(name, words)| format!("{name:<20} {words}\n")).concat();
    let surveys: String = export
        .versions()
        .map(|(version, n)| {
            let survey = &version.survey;
            format!(
                "{} version {} – {}\n  {n} responses, SHA-256 {}\n",
                survey.id, survey.version, survey.title, version.hash
            )
        })
        .collect();
    format!(
        "{name}
Data exported by Pencilmark {software} at {made_at}, {people} people.
{sample}
Made for {made_for}

FILES
{files}
workbook.xlsx        the wide file for a spreadsheet: in words, in codes, reasons for what is missing, codebook, results;
                     what is blank in codes and in reasons was not asked of that person, or they have no answers at
                     that time; a text that nobody typed, and what is not known of somebody, is blank, too
codebook.html        {page}
{enclosed}{scripts}{changes_name:<20} {changes_words}

They fit together by `person`, `family` and `session`. These keys were made for this export, in a
random order, and fit no other. No file holds a name, a card code or the id of a response or tablet.
All are UTF-8 with commas; nothing is weighted.

MISSING VALUES
-1 don't know; -2 would rather not say; -3 skipped (seen); -4 not reached; -8 not asked (version, wave
or route; in data_wide.csv also: no answers at this wave); -9 lost, or too few answers for a score.
In data_long.csv a row has a value, a text or a missing code, never two of them.

WHICH ANSWERS COUNT
A second response of a person at the same wave is kept in data_long.csv with counted = 0 and is in no
other file. In data_wide.csv and pairs.csv `post` is the best after there is: post_prog, else
post_same, post_home, post_exit; the column post_wave says which. In pairs.csv pre and post are
pre_units / denominator and post_units / denominator exactly, as percentages where the measure is one.

QUESTIONNAIRES
{surveys}",
        name = programme.name,
        page = super::CODEBOOK_PAGE_WORDS,
        changes_name = super::CHANGES,
        changes_words = super::CHANGES_WORDS,
        people = export.people(),
    )
}
