//! `pencilmark withdraw`

use std::io::{self, BufRead, IsTerminal, Write};
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::Args;

use crate::person::CardCode;
use crate::store::WITHDRAWN;

use super::{Place, audit, now_us};

/// Takes a family's answers out.
#[derive(Args)]
pub struct Withdraw {
    /// The code on the family's card; asked for where it is not given, which keeps it out of the shell's history
    #[arg(value_name = "CODE")]
    code: Option<String>,
    /// Do not ask whether that is meant
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    why: audit::Why,
}

impl Withdraw {
    /// Says what is kept, asks, and takes it out. Works while the server runs.
    pub async fn run(&self, place: &Place) -> anyhow::Result<ExitCode> {
        let typed = match &self.code {
            Some(code) => code.clone(),
            None => asked("The code on the card: ")?,
        };
        let code = CardCode::parse(&typed)?;
        let store = place.open_existing().await?;
        let Some(held) = store.held(&code).await? else {
            if store.is_taken_out(&code).await? {
                say!("The answers of this card were taken out before. Nothing is kept under it.");
                return Ok(ExitCode::SUCCESS);
            }
            bail!("No card has this code. Nothing was changed.");
        };
        if !self.yes {
            if !io::stdin().is_terminal() {
                bail!("Nobody can be asked here. Say --yes to take the answers out; nothing was changed.");
            }
            say!(
                "{} of {} of {} ({}) go for good, with everything worked out from them.",
                counted(held.responses.len(), "questionnaire", "questionnaires"),
                counted(held.people.len(), "person", "people"),
                held.project,
                held.programme
            );
            if asked("Type yes to go on: ")?.trim() != "yes" {
                say!("Nothing was changed.");
                return Ok(ExitCode::FAILURE);
            }
        }
        let about = format!(
            "{}: {} of {}",
            held.project,
            counted(held.responses.len(), "questionnaire", "questionnaires"),
            counted(held.people.len(), "person", "people")
        );
        let line = self.why.line(WITHDRAWN, about);
        let gone = line.over(store.take_out(&code, now_us())).await?.context("The card went in the meantime.")?;
        say!(
            "{} and {} are gone. The card is no longer one, and copies that tablets send later are refused.",
            counted(usize::try_from(gone.responses)?, "questionnaire", "questionnaires"),
            counted(usize::try_from(gone.people)?, "person", "people")
        );
        say!(
            "Copies of the database made before now still hold them: delete those, or keep them for `pencilmark restore` only, which takes them out again."
        );
        Ok(ExitCode::SUCCESS)
    }
}

fn counted(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

fn asked(question: &str) -> io::Result<String> {
    eprint!("{question}");
    io::stderr().flush()?;
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok(line)
}
