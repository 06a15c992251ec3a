//! The commands of the program. Messages for a person go to standard error, results to standard output.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::store::{ErasureList, Store, Target};
use crate::survey::{Library, Watchwords};
use crate::system;

/// Says a line to whoever sits at the terminal. Whoever started a server may have closed it since: that ends nothing.
macro_rules! say {
    ($($words:tt)*) => {{
        use std::io::Write as _;
        let _nobody_there = writeln!(std::io::stderr(), $($words)*);
    }};
}

mod address;
mod analyse;
mod audit;
mod backup;
mod clock;
mod export;
mod import;
mod demo;
mod progress;
mod rebuild;
mod report;
mod restore;
mod serve;
mod statistics;
mod surveys;
mod team;
mod withdraw;

pub use clock::now_us;
pub use report::find_programme;

/// Before/after questionnaires for children and parents, and honest evidence of change.
///
/// Without a command, the server starts.
#[derive(Parser)]
#[command(name = "pencilmark", version, about, max_term_width = 100, disable_help_subcommand = true)]
struct Cli {
    #[command(flatten)]
    place: Place,
    #[command(subcommand)]
    command: Option<Command>,
}

/// Where the data live and which surveys there are.
#[derive(Args, Clone)]
pub struct Place {
    /// Folder for the database and what belongs to it; made when it does not exist
    #[arg(long, env = "PENCILMARK_DATA", default_value = "pencilmark-data", value_name = "FOLDER", global = true)]
    pub data: PathBuf,
    /// Another database than the file in the data folder: sqlite:PATH or postgres://USER@HOST/NAME
    #[arg(long, env = "PENCILMARK_DATABASE", value_name = "ADDRESS", global = true, hide_env_values = true)]
    pub database: Option<String>,
    /// Folder with survey files of your own, used beside those that come with the program
    #[arg(long, env = "PENCILMARK_SURVEYS", value_name = "FOLDER", global = true)]
    pub surveys: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Command {
    /// Start the server (this is also what happens without a command)
    Serve(serve::Serve),
    /// Load made-up sample data to look around with, or take them away again
    Demo(demo::Demo),
    /// Check survey files
    #[command(subcommand)]
    Surveys(surveys::Surveys),
    /// Analyse a spreadsheet of before and after scores, without a server
    Analyse(Box<analyse::Analyse>),
    /// Check the statistics engine against reference values
    #[command(subcommand)]
    Statistics(statistics::Statistics),
    /// Print the figures of the report
    Report(report::ReportArgs),
    /// Write a programme's data as files for R, SPSS or Excel, with a codebook
    Export(export::Export),
    /// Take in what tablets saved to files because they could not send it
    Import(import::Import),
    /// Throw away scores and pairs and build them again from the stored responses
    Rebuild,
    /// Copy the database, while the server runs if need be, and verify the copy
    Backup(backup::Backup),
    /// Put a copy made by backup in the place of the database; withdrawn answers stay withdrawn
    Restore(restore::Restore),
    /// Check the log of what was done
    #[command(subcommand)]
    Audit(audit::Audit),
    /// List who can sign in, or let somebody choose a new password
    #[command(subcommand)]
    Team(team::Team),
    /// Take the answers of a family out for good, by the code of its card
    Withdraw(withdraw::Withdraw),
}

impl Place {
    /// The database to open.
    ///
    /// # Errors
    /// Where the address is not one of a database.
    pub fn target(&self) -> anyhow::Result<Target> {
        Ok(match &self.database {
            Some(address) => Target::parse(address)?,
            None => Target::in_folder(&self.data),
        })
    }

    /// The surveys in the binary and in the folder given. Refused files are named on standard error.
    ///
    /// # Errors
    /// Where the folder cannot be read.
    pub fn library(&self) -> anyhow::Result<Library> {
        let mut library = Library::embedded();
        if let Some(folder) = &self.surveys {
            library = library.with_folder(folder).map_err(|error| {
                anyhow::anyhow!("The survey folder {} cannot be read: {}.", folder.display(), system::why(&error))
            })?;
        }
        for refused in library.refused() {
            say!("{refused}\n");
        }
        let words = self.data.join("safeguarding.txt");
        if words.is_file() {
            let text = std::fs::read_to_string(&words).map_err(|error| {
                anyhow::anyhow!("The list of words {} cannot be read: {}.", words.display(), system::why(&error))
            })?;
            library = library.with_watchwords(Watchwords::read(&text));
        }
        Ok(library)
    }

    /// The list of withdrawn answers: beside a SQLite file, in the data folder for a server.
    fn erasures(&self, target: &Target) -> ErasureList {
        match target {
            Target::Sqlite(path) => ErasureList::beside(path),
            Target::Postgres(_) => ErasureList::at(self.data.join("pencilmark.erasures")),
        }
    }

    /// Opens a database that must be there already: a mistyped folder is not an empty programme.
    ///
    /// # Errors
    /// Where there is none, or it or the surveys cannot be used.
    pub async fn open_existing(&self) -> anyhow::Result<Store> {
        if let Target::Sqlite(path) = self.target()?
            && !path.exists()
        {
            anyhow::bail!(
                "There is no database at {}. Check --data; a new one is made by `pencilmark serve` or `pencilmark demo`.",
                path.display()
            );
        }
        self.open().await
    }

    /// Opens the database with the surveys, making it if there is none.
    ///
    /// # Errors
    /// Where either cannot be used.
    pub async fn open(&self) -> anyhow::Result<Store> {
        let target = self.target()?;
        Ok(Store::open_with(&target, self.library()?, now_us(), Some(self.erasures(&target))).await?)
    }
}

/// Reads the command line, does what it says and turns failure into words and an exit code: 0 done,
/// 1 failed, 2 misused.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            say!("Pencilmark could not start: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(dispatch(cli)) {
        Ok(code) => code,
        Err(error) if is_closed_pipe(&error) => ExitCode::from(141), // what the shell gives for SIGPIPE
        Err(error) => {
            say!("{}", sentence(&error));
            ExitCode::FAILURE
        }
    }
}

async fn dispatch(cli: Cli) -> anyhow::Result<ExitCode> {
    match cli.command.unwrap_or_else(|| Command::Serve(serve::Serve::default_from_env())) {
        Command::Serve(serve) => serve.run(&cli.place).await,
        Command::Demo(demo) => demo.run(&cli.place).await,
        Command::Surveys(surveys) => surveys.run(),
        Command::Analyse(analyse) => analyse.run(),
        Command::Statistics(statistics) => statistics.run(),
        Command::Report(report) => report.run(&cli.place).await,
        Command::Export(export) => export.run(&cli.place).await,
        Command::Import(import) => import.run(&cli.place).await,
        Command::Rebuild => rebuild::run(&cli.place).await,
        Command::Backup(backup) => backup.run(&cli.place).await,
        Command::Restore(restore) => restore.run(&cli.place).await,
        Command::Audit(audit) => audit.run(&cli.place).await,
        Command::Team(team) => team.run(&cli.place).await,
        Command::Withdraw(withdraw) => withdraw.run(&cli.place).await,
    }
}

/// Whether standard output was closed by its reader, as `head` does: nothing to complain about.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<std::io::Error>().is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}

/// The whole chain of an error as one line.
fn sentence(error: &anyhow::Error) -> String {
    let mut parts: Vec<String> = Vec::new();
    for cause in error.chain() {
        let cause = cause.to_string();
        if !parts.iter().any(|part| part.contains(&cause)) {
            parts.push(cause);
        }
    }
    parts.join(" ")
}
