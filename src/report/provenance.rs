//! Who had a report made, and how its figures can be known again.

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::Report;

/// Who had a report made, and which figures it shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Provenance {
    /// Who was signed in, or that it was the command line.
    pub run_by: String,
    /// Lower-case hexadecimal SHA-256 of the `results.csv` of everyone that was true at that moment: the same as of
    /// the file in a pack that was made of the same answers on the same day.
    pub results_sha256: String,
    /// The same of the figures but for those that the calendar alone moves, so that what was signed off stays signed
    /// off while nothing that was answered or set is another.
    #[serde(skip)]
    pub lasting_sha256: String,
}

impl Report {
    /// The same report with who had it made. Of a report that is narrowed afterwards the hash stays that of everyone's
    /// figures.
    ///
    /// # Errors
    /// Only when memory runs out.
    pub fn run_by(self, who: &str) -> Result<Report, csv::Error> {
        let results = self.to_csv()?;
        self.with_results(who, &results)
    }

    /// The same where its `results.csv` is at hand.
    ///
    /// # Errors
    /// Only when memory runs out.
    pub fn with_results(mut self, who: &str, results: &str) -> Result<Report, csv::Error> {
        let (results_sha256, lasting_sha256) = (hexadecimal(results), hexadecimal(&self.lasting_csv()?));
        self.provenance = Some(Provenance { run_by: who.to_owned(), results_sha256, lasting_sha256 });
        Ok(self)
    }
}

fn hexadecimal(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}
