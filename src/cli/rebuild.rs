//! `pencilmark rebuild`

use std::process::ExitCode;

use super::{Place, audit, progress};

/// Builds everything derived again.
pub async fn run(place: &Place) -> anyhow::Result<ExitCode> {
    let store = place.open_existing().await?;
    let bar = progress::bar(store.response_count().await?, "Scoring and pairing");
    let line = audit::line("Worked everything derived out again", "");
    let done = line.over(store.rebuild(|done| bar.set_position(u64::try_from(done).unwrap_or(0)))).await?;
    bar.finish_and_clear();
    say!("{done} responses were scored and paired again.");
    Ok(ExitCode::SUCCESS)
}
