//! `pencilmark rebuild`

use std::process::ExitCode;

use super::{Place, progress};

/// Builds everything derived again.
pub async fn run(place: &Place) -> anyhow::Result<ExitCode> {
    let store = place.open_existing().await?;
    let bar = progress::bar(store.response_count().await?, "Scoring and pairing");
    let done = store.rebuild(|done| bar.set_position(u64::try_from(done).unwrap_or(0))).await?;
    bar.finish_and_clear();
    super::audit::note(&store, "Worked everything derived out again", format!("{done} responses")).await?;
    eprintln!("{done} responses were scored and paired again.");
    Ok(ExitCode::SUCCESS)
}
