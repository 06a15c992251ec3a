//! `pencilmark backup`

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::Place;

/// Copies the database.
#[derive(Args)]
pub struct Backup {
    /// The file to write; it must not exist yet
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

impl Backup {
    /// Writes and verifies the copy.
    pub async fn run(&self, place: &Place) -> anyhow::Result<ExitCode> {
        let store = place.open_existing().await?;
        store.copy_to(&self.file).await?;
        super::audit::note(&store, "Copied the database", String::new()).await?;
        let responses = store.response_count().await?;
        eprintln!("{} holds a verified copy with {responses} responses.", self.file.display());
        Ok(ExitCode::SUCCESS)
    }
}
