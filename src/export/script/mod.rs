//! Texts that open the files in other programs: R, SPSS, and whatever reads a Frictionless package.
//!
//! Each is made from the same columns as the codebook, so that no label is written twice.

mod datapackage;
mod r;
mod spss;

use super::Export;

/// A text that opens the data files in another program. All belong to files made for statistics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Script {
    /// For R.
    R,
    /// For SPSS and PSPP.
    Spss,
    /// For programs that read Frictionless Data Packages.
    Datapackage,
    /// For whoever doubts a figure.
    Reproduce,
}

impl Script {
    /// Every script, in the order they are offered.
    pub const ALL: [Script; 4] = [Script::R, Script::Spss, Script::Datapackage, Script::Reproduce];

    /// Its name in a folder and in addresses.
    pub fn name(self) -> &'static str {
        match self {
            Script::R => "import.R",
            Script::Spss => "import.sps",
            Script::Datapackage => "datapackage.json",
            Script::Reproduce => "reproduce.R",
        }
    }

    /// What it does, in a sentence.
    pub fn words(self) -> &'static str {
        match self {
            Script::R => "Opens the files in R, with labels, missing values declared and their reasons kept.",
            Script::Spss => {
                "Opens the sessions and the wide file in SPSS or PSPP, with labels and missing values declared."
            }
            Script::Datapackage => "Describes every file and column for programs (Frictionless Data Package).",
            Script::Reproduce => {
                "Computes every figure of results.csv again in R from the rows, and says PASS or FAIL."
            }
        }
    }

    /// Reads a name; `None` for anything else.
    pub fn from_name(name: &str) -> Option<Script> {
        Script::ALL.into_iter().find(|script| script.name() == name)
    }

    /// The text. `made_at` is a moment, ISO 8601.
    pub fn text(self, export: &Export, made_at: &str) -> String {
        match self {
            Script::R => r::import_r(export),
            Script::Spss => spss::import_sps(export),
            Script::Datapackage => datapackage::datapackage(export, made_at),
            Script::Reproduce => include_str!("reproduce.R").to_owned(),
        }
    }
}

/// At most so many bytes of a text, cut between two characters, on one line.
fn cut(text: &str, bytes: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut end = line.len().min(bytes);
    while !line.is_char_boundary(end) {
        end -= 1;
    }
    line[..end].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_characters_and_stands_on_one_line() {
        assert_eq!(cut("a\n  b", 10), "a b");
        assert_eq!(cut("żółw", 3), "ż");
    }
}
