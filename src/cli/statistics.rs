//! `pencilmark statistics`

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;

use crate::statistics::Stat;
use crate::statistics::verify::{self, CaseOutcome};

/// Commands about the statistics engine.
#[derive(Subcommand)]
pub enum Statistics {
    /// Compute reference cases and compare with what R, SciPy or you expect
    Verify {
        /// Folder of cases, one JSON file each (form: docs/statistics.md)
        #[arg(value_name = "FOLDER")]
        folder: PathBuf,
        /// Write every computed value to standard output as JSON: {case: {statistic: number | null | "text"}}
        #[arg(long)]
        json: bool,
    },
}

impl Statistics {
    /// Verifies; exit code 1 where a value differs or a case cannot be read.
    pub fn run(&self) -> anyhow::Result<ExitCode> {
        let Statistics::Verify { folder, json } = self;
        let outcomes = verify::run(folder)?;
        let mut out = std::io::stdout().lock();
        if *json {
            serde_json::to_writer_pretty(&mut out, &verify::to_json(&outcomes))?;
            writeln!(out)?;
        } else {
            for outcome in &outcomes {
                write_case(&mut out, outcome)?;
            }
            writeln!(out, "{}", totals(&outcomes))?;
        }
        let wrong = outcomes.iter().any(|outcome| !outcome.failed.is_empty() || outcome.computed.is_err());
        Ok(if wrong { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }
}

fn write_case(out: &mut impl Write, outcome: &CaseOutcome) -> std::io::Result<()> {
    let CaseOutcome { id, passed, failed, not_implemented, computed } = outcome;
    if let Err(error) = computed {
        return writeln!(out, "{id}: {error}");
    }
    writeln!(out, "{id}: {passed} passed, {} failed, {} not implemented", failed.len(), not_implemented.len())?;
    for miss in failed {
        writeln!(out, "    {}: expected {}, got {}", miss.name, miss.expected, words(miss.got))?;
    }
    if !not_implemented.is_empty() {
        writeln!(out, "    not implemented: {}", not_implemented.join(", "))?;
    }
    Ok(())
}

fn words(stat: Stat) -> String {
    match stat {
        Stat::Number(number) => number.to_string(),
        Stat::Count(count) => count.to_string(),
        Stat::Word(word) => word.to_owned(),
        Stat::Undefined(reason) => format!("undefined ({reason})"),
    }
}

fn totals(outcomes: &[CaseOutcome]) -> String {
    let sum = |of: fn(&CaseOutcome) -> usize| outcomes.iter().map(of).sum::<usize>();
    format!(
        "{} cases: {} passed, {} failed, {} not implemented, {} unreadable",
        outcomes.len(),
        sum(|o| o.passed),
        sum(|o| o.failed.len()),
        sum(|o| o.not_implemented.len()),
        sum(|o| usize::from(o.computed.is_err()))
    )
}
