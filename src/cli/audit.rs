//! `pencilmark audit`

use std::process::ExitCode;

use clap::{Args, Subcommand};

use crate::store::{AuditVerdict, Deed, LogLine};
use crate::web::fit_for_the_log;

use super::{Place, now_us};

/// The log of what was done.
#[derive(Subcommand)]
pub enum Audit {
    /// Follow the chain of the log and say whether a line was changed or taken out
    Verify,
}

impl Audit {
    /// 0 where the chain is whole, 1 where it is broken.
    pub async fn run(&self, place: &Place) -> anyhow::Result<ExitCode> {
        let Audit::Verify = self;
        let store = place.open_existing().await?;
        match store.verify_audit().await? {
            AuditVerdict::Whole { rows, last } => {
                say!("All {rows} lines of the log follow one another. The last link is {last}.");
                say!("Keep it elsewhere: a later log in which it is missing was cut off.");
                Ok(ExitCode::SUCCESS)
            }
            AuditVerdict::Broken { at } => {
                say!("The log is broken at line {at}: it was changed or taken out from outside.");
                Ok(ExitCode::FAILURE)
            }
        }
    }
}

/// What the log says where `--why` is missing: a script that ran before it could be given goes on.
const UNSAID: &str = "from the command line, no reason given";

/// Why something is done, for whoever reads the log later.
#[derive(Args, Default)]
pub struct Why {
    /// Why, for the log; no name and no card's code, it stands there for good
    #[arg(long, value_name = "WORDS", default_value = "", hide_default_value = true, value_parser = fit_for_the_log)]
    why: String,
}

impl Why {
    /// The line in the log of what is done on the command line, with why.
    pub fn line(&self, what: &str, about: impl Into<String>) -> LogLine {
        let said = if self.why.is_empty() { UNSAID } else { &self.why };
        line_because(what, about.into(), said.to_owned())
    }
}

/// The line in the log of what is done on the command line and needs no explaining.
pub fn line(what: &str, about: impl Into<String>) -> LogLine {
    line_because(what, about.into(), String::new())
}

fn line_because(what: &str, about: String, reason: String) -> LogLine {
    let deed = Deed { who: "the command line".to_owned(), what: what.to_owned(), about, reason };
    LogLine::of(deed, now_us())
}
