//! What goes with the rows: the report they lead to, what it cost, and what may be quoted.

use std::sync::Arc;

use crate::pdf;
use crate::report::{CostLine, Quote, QuoteState, Report, ReportInput, Scope};
use crate::session::Project;

use super::ExportError;
use super::cell::{Cell, Page, Reader};

/// The files, with what each holds in a sentence.
pub const FILES: [(&str, &str); 4] = [
    (RESULTS, "every figure of the report, with its interval and method"),
    (REPORT, "the report itself, as it stood when these files were made"),
    (COSTS, "what each strand was to cost and has cost, in pounds"),
    (QUOTES, "words that were screened and approved, with how far their speakers let them go"),
];

/// The name of the report's figures.
pub const RESULTS: &str = "results.csv";
const REPORT: &str = "report.pdf";
/// The name of the costs.
pub const COSTS: &str = "costs.csv";
/// The name of the quotes.
pub const QUOTES: &str = "quotes_screened.csv";

/// What stands in a row of the costs.
pub const COST_COLUMNS: [&str; 4] = ["strand", "what", "budget", "spent"];
/// What stands in a row of the quotes.
pub const QUOTE_COLUMNS: [&str; 5] = ["project", "speaker", "words", "consent", "state"];

/// A programme's report and what people wrote for it.
#[derive(Clone)]
pub struct Enclosed {
    report: Arc<Report>,
    results: String,
    costs: Vec<u8>,
    quotes: Vec<u8>,
}

impl Enclosed {
    /// Makes them for one kind of program.
    ///
    /// # Errors
    /// Where the figures cannot be written.
    pub fn of(input: &ReportInput, reader: Reader) -> Result<Enclosed, ExportError> {
        let report = Report::build(input, Scope::Programme);
        Ok(Enclosed {
            results: report.to_csv()?,
            report: Arc::new(report),
            costs: costs(&input.written.costs, reader),
            quotes: quotes(&input.written.quotes, &input.projects, reader),
        })
    }

    /// The figures of the report, as CSV.
    pub fn results(&self) -> &str {
        &self.results
    }

    /// Everything but the figures, by name. Setting the report takes a good half second.
    ///
    /// # Errors
    /// Where the report cannot be set.
    pub fn files(self) -> Result<[(&'static str, Vec<u8>); 3], ExportError> {
        let report = pdf::evaluator(&self.report)?;
        Ok([(REPORT, report), (COSTS, self.costs), (QUOTES, self.quotes)])
    }
}

fn costs(lines: &[CostLine], reader: Reader) -> Vec<u8> {
    let mut page = Page::new(reader, true);
    page.heading(COST_COLUMNS);
    for CostLine { strand, what, budget_pence, spent_pence } in lines {
        page.row(&[text(strand), text(what), pounds(*budget_pence), pounds(*spent_pence)]);
    }
    page.finish()
}

fn quotes(quotes: &[Quote], projects: &[Project], reader: Reader) -> Vec<u8> {
    let mut page = Page::new(reader, true);
    page.heading(QUOTE_COLUMNS);
    for quote in quotes.iter().filter(|quote| matches!(quote.state, QuoteState::Approved | QuoteState::Used)) {
        let project = projects.iter().find(|project| Some(project.id) == quote.project_id);
        page.row(&[
            project.map_or(Cell::Blank, |project| text(&project.name)),
            text(quote.speaker.words()),
            text(&quote.words),
            text(quote.consent.words()),
            text(quote.state.code()),
        ]);
    }
    page.finish()
}

fn text(words: &str) -> Cell {
    if words.is_empty() { Cell::Blank } else { Cell::Text(words.to_owned()) }
}

#[expect(clippy::cast_precision_loss, reason = "no charity has 2^52 pence")]
fn pounds(pence: i64) -> Cell {
    Cell::Decimal(pence as f64 / 100.0)
}
