//! `pencilmark report`

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};

use crate::pdf;
use crate::report::{Group, Report};
use crate::session::Programme;
use crate::store::Store;

use super::{Place, audit};

/// Prints the figures of the report, or sets it as a PDF.
#[derive(Args)]
pub struct ReportArgs {
    /// The programme, by name or number; needed only where there are several
    #[arg(long, value_name = "NAME")]
    programme: Option<String>,
    /// Only what the report shows of one project, area or key stage: its name, or its code as in `project.5`. Given
    /// several times, of those who are in each: one place, one key stage and one term
    #[arg(long, value_name = "NAME")]
    part: Vec<String>,
    /// One row for each figure, or the whole report as one value
    #[arg(long, value_enum, default_value_t = Format::Json)]
    format: Format,
    /// Whose page a PDF holds
    #[arg(long, value_enum, default_value_t = Reader::Evaluator)]
    page: Reader,
    #[command(flatten)]
    why: audit::Why,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// Everything the report says, with numbers and words
    Json,
    /// One row for each figure, for statistics programs: names stand as they were typed. `export --for excel` writes one
    /// that is safe to open in a spreadsheet
    Csv,
    /// A page as a document to print and keep; send it to a file with `>`
    Pdf,
}

#[derive(Clone, Copy, ValueEnum)]
enum Reader {
    /// All sections, with contents
    Evaluator,
    /// One side of A4
    Funder,
}

impl ReportArgs {
    /// Writes exactly the numbers of the page to standard output, or the page, once the log has its line.
    pub async fn run(&self, place: &Place) -> anyhow::Result<ExitCode> {
        let store = place.open_existing().await?;
        store.settle().await?;
        let programme = find_programme(&store, self.programme.as_deref()).await?;
        let now = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let input = store.report_input(programme.id, now).await?.context("The programme is gone.")?;
        let report = Report::build(&input).run_by("the command line")?;
        let mut parts: Vec<Group> = Vec::new();
        for wanted in &self.part {
            let named = || report.parts.iter().map(|p| format!("  {}  {}", p.code(), p.name)).collect::<Vec<_>>();
            let missing = || format!("There is no part “{wanted}”. There are:\n{}", named().join("\n"));
            parts.push(report.part_called(wanted).with_context(missing)?);
        }
        let report = report.told_of(&input, &parts).with_context(
            || "These parts cannot be crossed: name one project, area or delivery model, one key stage and one term.",
        )?;
        let bytes = match (self.format, self.page) {
            (Format::Json, _) => report.to_json()?.into_bytes(),
            (Format::Csv, _) => report.to_csv()?.into_bytes(),
            (Format::Pdf, _) if std::io::stdout().is_terminal() => {
                bail!("A PDF cannot be read here. Send it to a file: pencilmark report --format pdf > report.pdf")
            }
            (Format::Pdf, Reader::Evaluator) => pdf::evaluator(&report)?,
            (Format::Pdf, Reader::Funder) => pdf::funder(&report)?,
        };
        self.why.line(self.deed(), programme.name).over(store.write_line()).await?;
        let mut out = std::io::stdout().lock();
        out.write_all(&bytes)?;
        if !matches!(self.format, Format::Pdf) && !bytes.ends_with(b"\n") {
            out.write_all(b"\n")?;
        }
        Ok(ExitCode::SUCCESS)
    }

    /// What the log says was handed out.
    fn deed(&self) -> &'static str {
        match (self.format, self.page) {
            (Format::Json | Format::Csv, _) => "Wrote the report’s figures out",
            (Format::Pdf, Reader::Evaluator) => "Wrote the report out as a PDF",
            (Format::Pdf, Reader::Funder) => "Wrote the funder’s page out as a PDF",
        }
    }
}

/// The programme that is meant: the only one, or the one with this name or number.
///
/// # Errors
/// Where there is none, several and no choice, or none of that name.
pub async fn find_programme(store: &Store, wanted: Option<&str>) -> anyhow::Result<Programme> {
    let programmes = store.programmes().await?;
    let names = || programmes.iter().map(|p| format!("  {}  {}", p.id, p.name)).collect::<Vec<_>>().join("\n");
    match (wanted, programmes.as_slice()) {
        (_, []) => {
            bail!("There is no programme yet. Set one up in the browser, or load the sample with `pencilmark demo`.")
        }
        (None, [only]) => Ok(only.clone()),
        (None, _) => bail!("There are several programmes; say which with --programme:\n{}", names()),
        (Some(wanted), _) => programmes
            .iter()
            .find(|p| p.name.eq_ignore_ascii_case(wanted) || p.id.to_string() == wanted)
            .cloned()
            .with_context(|| format!("There is no programme “{wanted}”. There are:\n{}", names())),
    }
}
