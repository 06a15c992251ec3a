//! `pencilmark audit`

use std::process::ExitCode;

use clap::Subcommand;

use crate::store::{AuditVerdict, Deed, LogLine};

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

/// The line in the log of what is done on the command line.
pub fn line(what: &str, about: impl Into<String>) -> LogLine {
    let deed =
        Deed { who: "the command line".to_owned(), what: what.to_owned(), about: about.into(), reason: String::new() };
    LogLine::of(deed, now_us())
}
