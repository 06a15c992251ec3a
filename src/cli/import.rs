//! `pencilmark import`

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;

use crate::response::read_rescue;
use crate::store::RescueReceipt;

use super::{Place, audit, now_us};

/// Takes in what tablets saved to files.
#[derive(Args)]
pub struct Import {
    /// Files that tablets saved (pencilmark-rescue-….json); the same one may be given as often as you like
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

impl Import {
    /// Takes each file in whole, or says why not.
    pub async fn run(&self, place: &Place) -> anyhow::Result<ExitCode> {
        let store = place.open_existing().await?;
        for path in &self.files {
            let named = path.display();
            let bytes = std::fs::read(path).with_context(|| format!("{named} cannot be read."))?;
            let items = read_rescue(&bytes).with_context(|| format!("{named} was not taken in"))?;
            let line = audit::line("Took in a tablet’s file", "");
            let receipt = line.over(store.take_in_rescued(items, now_us())).await?;
            say!("{named}: {}", words(receipt));
        }
        store.settle().await?;
        Ok(ExitCode::SUCCESS)
    }
}

/// What became of a file, as a sentence.
pub fn words(receipt: RescueReceipt) -> String {
    let mut parts = vec![format!("{} new", receipt.new), format!("{} here already", receipt.known)];
    if receipt.variants > 0 {
        parts.push(format!("{} with other content than before (both kept)", receipt.variants));
    }
    if receipt.notes > 0 {
        parts.push(format!("{} notes of a no or a stop", receipt.notes));
    }
    if receipt.erased > 0 {
        parts.push(format!("{} of families who have taken their answers out, not kept", receipt.erased));
    }
    if receipt.unplaced > 0 {
        parts.push(format!("{} about a session that is not known here", receipt.unplaced));
    }
    format!("{}.", parts.join(", "))
}
