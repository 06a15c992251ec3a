//! `pencilmark surveys`

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;

use crate::survey::{Library, check, check_recordings};

/// Commands about surveys.
#[derive(Subcommand)]
pub enum Surveys {
    /// Check survey files, or without a file those that come with the program
    Check {
        /// Survey files
        #[arg(value_name = "FILE")]
        files: Vec<PathBuf>,
    },
}

impl Surveys {
    /// Checks and says what is wrong; exit code 1 where anything is.
    pub fn run(&self) -> anyhow::Result<ExitCode> {
        let Surveys::Check { files } = self;
        let mut out = std::io::stdout().lock();
        if files.is_empty() {
            for version in Library::embedded().all() {
                let survey = &version.survey;
                writeln!(
                    out,
                    "{} version {}: {} questions, {} measures, {}",
                    survey.id,
                    survey.version,
                    survey.items.len(),
                    survey.measures.len(),
                    version.hash
                )?;
            }
            return Ok(ExitCode::SUCCESS);
        }
        let mut broken = false;
        for file in files {
            let name = file.display().to_string();
            let text = match std::fs::read(file) {
                Ok(bytes) => match String::from_utf8(bytes) {
                    Ok(text) => text,
                    Err(_) => {
                        broken = true;
                        say!("{name}: this is not plain text in UTF-8. Save it as text.");
                        continue;
                    }
                },
                Err(error) => {
                    broken = true;
                    say!("{name} cannot be read: {}.", crate::system::why(&error));
                    continue;
                }
            };
            match check(&name, &text) {
                Ok(survey) => {
                    let version = survey.seal();
                    let survey = &version.survey;
                    writeln!(
                        out,
                        "{name}: good. {} version {}, {} questions, {}",
                        survey.id,
                        survey.version,
                        survey.items.len(),
                        version.hash
                    )?;
                    for stray in check_recordings(file, survey) {
                        broken = true;
                        say!("{stray}");
                    }
                }
                Err(problems) => {
                    broken = true;
                    for problem in problems {
                        say!("{problem}");
                    }
                }
            }
        }
        Ok(if broken { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }
}
