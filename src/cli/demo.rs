//! `pencilmark demo`

use std::process::ExitCode;

use clap::Args;

use crate::demo;
use crate::session::SessionRole;
use crate::survey::Library;

use super::{Place, audit, now_us, progress};

/// Loads or removes the sample data.
#[derive(Args)]
pub struct Demo {
    /// Take the sample data away again
    #[arg(long)]
    remove: bool,
}

impl Demo {
    /// Loads the sample through the same intake as real responses, or takes it away.
    pub async fn run(&self, place: &Place) -> anyhow::Result<ExitCode> {
        let store = place.open().await?;
        if self.remove {
            match audit::line("Took the sample data away", "").over(demo::unload(&store)).await? {
                Some(responses) => say!("The sample data with its {responses} responses are gone."),
                None => say!("There are no sample data here; nothing was changed."),
            }
            return Ok(ExitCode::SUCCESS);
        }
        let sample = demo::sample(&Library::embedded(), demo::SEED)?;
        let bar = progress::bar(i64::try_from(sample.responses.len()).unwrap_or(0), "Loading sample data");
        let loading = demo::load(&store, &sample, now_us(), |stored, _scored| {
            bar.set_position(u64::try_from(stored).unwrap_or(0));
        });
        audit::line("Loaded the sample data", "").over(loading).await?;
        bar.finish_and_clear();
        let again = sample.sessions.iter().filter(|session| session.role == SessionRole::FollowUp).count();
        say!(
            "Sample data are loaded: {} projects, {} sessions and {again} reunions that ask again, {} people, {} responses.",
            sample.projects.len(),
            sample.sessions.len() - again,
            sample.people.len(),
            sample.responses.len()
        );
        say!("Start the server and open it to look around; `pencilmark demo --remove` takes them away.");
        Ok(ExitCode::SUCCESS)
    }
}
