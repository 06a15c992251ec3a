//! Who had a report made, and how its figures can be known again.

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{Report, print};

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
    /// Who signed the report off as final, and on which day, where anybody did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signed_off: Option<SignedOff>,
}

/// Somebody's word that a report may go out as final.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignOff {
    /// Who signed it.
    pub who: String,
    /// SHA-256 of the figures they had before them, hexadecimal.
    pub figures: String,
    /// When, microseconds since 1970.
    pub signed_us: i64,
}

/// The same beside the figures of now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SignedOff {
    /// Who signed.
    pub who: String,
    /// On which day, ISO 8601, UTC.
    pub on: String,
    /// The figures of now are those that were signed off.
    pub same_figures: bool,
}

impl SignOff {
    fn beside(&self, lasting_sha256: &str) -> SignedOff {
        let day = jiff::Timestamp::from_microsecond(self.signed_us);
        let on = day.map_or_else(|_| String::new(), |at| at.strftime("%Y-%m-%d").to_string());
        SignedOff { who: self.who.clone(), on, same_figures: self.figures == lasting_sha256 }
    }
}

impl SignedOff {
    /// The day, and who signed: only where the figures are still those they had before them.
    pub(super) fn words(&self) -> String {
        match self.same_figures {
            true => format!("on {} by {}", print::day(&self.on), self.who),
            false => format!("on {} with other figures", print::day(&self.on)),
        }
    }
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
        let signed_off = self.signed_off.as_ref().map(|word| word.beside(&lasting_sha256));
        self.provenance = Some(Provenance { run_by: who.to_owned(), results_sha256, lasting_sha256, signed_off });
        Ok(self)
    }
}

fn hexadecimal(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}
