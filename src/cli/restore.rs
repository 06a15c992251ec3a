//! `pencilmark restore`

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::bail;
use clap::Args;

use crate::store::{Restored, Target, restore};

use super::{Place, audit, now_us};

/// Puts a copy in the place of the database.
#[derive(Args)]
pub struct Restore {
    /// A copy written by `pencilmark backup`
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Replace the database that is there; what is in it and not in the copy is lost
    #[arg(long)]
    overwrite: bool,
    #[command(flatten)]
    why: audit::Why,
}

impl Restore {
    /// Checks the copy, takes withdrawn answers out of it, and only then puts it in place.
    pub async fn run(&self, place: &Place) -> anyhow::Result<ExitCode> {
        let Target::Sqlite(path) = place.target()? else {
            bail!(
                "A PostgreSQL database is restored with pg_restore. Withdrawn answers are taken out of it again when Pencilmark next starts."
            );
        };
        if path.exists() && !self.overwrite {
            bail!(
                "There is a database at {} already. Copy it first (`pencilmark backup FILE`), then say --overwrite to replace it.",
                path.display()
            );
        }
        // The line is in the copy before it is put in place.
        let line = self.why.line("Put a copy in the place of the database", "");
        let Restored { responses, protected_again, unprotected, knows_withdrawn, shut_again } =
            line.over(restore(&self.file, &path, place.library()?, now_us())).await?;
        say!("{} is in place, with {responses} responses.", path.display());
        if knows_withdrawn {
            say!("What was withdrawn stayed out, as far as the list beside the database says.");
        } else {
            say!(
                "Nobody knows here what was withdrawn after the copy was made: no list of it ({}) lies beside the database. Ask, and take it out again.",
                path.with_extension("erasures").display()
            );
        }
        say!("Everybody signs in anew, and links for passwords that were not used have ended.");
        if shut_again {
            say!(
                "Who was taken off the team since, links for funders that were taken back and passwords are as they were. Look at “The team” for what each may do."
            );
        } else {
            say!(
                "Who was taken off the team since, which links for funders were taken back and which passwords were changed is not known here: look at “The team” and at the links, and see to it."
            );
        }
        match protected_again {
            None => say!(
                "What was kept from deletion, or left out of figures, since the copy was made is not so any more: look under “How long answers are kept”."
            ),
            Some(0) if unprotected == 0 => say!(
                "Nothing more was kept from deletion, or left out of figures, since the copy was made: see “How long answers are kept”."
            ),
            Some(again) => say!(
                "{again} that were kept from deletion, or left out of figures, since the copy was made are so again: see “How long answers are kept”."
            ),
        }
        if unprotected > 0 {
            say!(
                "{unprotected} that were kept from deletion, or left out of figures, could not be found in the copy, under another code or name as they may be there: look under “How long answers are kept”."
            );
        }
        Ok(ExitCode::SUCCESS)
    }
}
