//! `pencilmark backup`

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::{Place, audit};

/// Copies the database.
#[derive(Args)]
pub struct Backup {
    /// The file to write; it must not exist yet
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    why: audit::Why,
}

impl Backup {
    /// Writes and verifies the copy.
    pub async fn run(&self, place: &Place) -> anyhow::Result<ExitCode> {
        let store = place.open_existing().await?;
        store.copy_to(&self.file).await?;
        if let Err(error) = self.why.line("Copied the database", "").over(store.write_line()).await {
            // A copy that nobody wrote down is none.
            std::fs::remove_file(&self.file)?;
            return Err(error.into());
        }
        let responses = store.response_count().await?;
        say!("{} holds a verified copy with {responses} responses.", self.file.display());
        Ok(ExitCode::SUCCESS)
    }
}
