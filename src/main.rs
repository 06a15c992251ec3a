//! The command line: one word a task.

use std::process::ExitCode;

fn main() -> ExitCode {
    pencilmark::cli::run()
}
