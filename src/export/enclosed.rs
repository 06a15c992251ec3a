//! What goes with the rows: the report they lead to, what it cost, and what may be quoted.

use std::sync::Arc;

use crate::html::alone::alone;
use crate::pdf;
use crate::report::html::evaluator;
use crate::report::{CostLine, RESULT_COLUMNS, RESULT_NUMBERS, Report, ReportInput, SignedOff, Voice};

use super::ExportError;
use super::cell::{Cell, Page, Reader};

/// The files, with what each holds in a sentence.
pub const FILES: [(&str, &str); 5] = [
    (RESULTS, "every figure of the report, with its interval and method"),
    (REPORT, "the report itself, as it stood when these files were made"),
    (REPORT_PAGE, "the same to read in any browser"),
    (COSTS, "what each strand was to cost and has cost, in pounds"),
    (QUOTES, "words that were screened and approved, with how far their speakers let them go"),
];

/// The name of the report's figures.
pub const RESULTS: &str = "results.csv";
const REPORT: &str = "report.pdf";
const REPORT_PAGE: &str = "report.html";
/// The name of the costs.
pub const COSTS: &str = "costs.csv";
/// The name of the quotes.
pub const QUOTES: &str = "quotes_screened.csv";

/// What stands in a row of the costs.
pub const COST_COLUMNS: [&str; 4] = ["strand", "what", "budget", "spent"];
/// What stands in a row of the quotes.
pub const QUOTE_COLUMNS: [&str; 3] = ["speaker", "words", "consent"];

/// A programme's report and what people wrote for it.
#[derive(Clone)]
pub struct Enclosed {
    report: Arc<Report>,
    reader: Reader,
    results: String,
    costs: Vec<u8>,
    quotes: Vec<u8>,
}

impl Enclosed {
    /// Makes them for one kind of program; the report says that they were made for `asker`.
    ///
    /// # Errors
    /// Where the figures cannot be written.
    pub fn of(input: &ReportInput, reader: Reader, asker: &str) -> Result<Enclosed, ExportError> {
        let report = Report::build(input);
        let results = report.to_csv()?;
        let report = report.with_results(asker, &results)?;
        Ok(Enclosed {
            results,
            reader,
            costs: costs(&input.written.costs, reader),
            quotes: quotes(&report.voices.quotes, reader),
            report: Arc::new(report),
        })
    }

    /// The figures of the report, as CSV: what its hash is of.
    pub fn results(&self) -> &str {
        &self.results
    }

    /// Who signed the report off, and whether these are the figures they had before them.
    pub(super) fn signed_off(&self) -> Option<&SignedOff> {
        self.report.provenance.as_ref()?.signed_off.as_ref()
    }

    /// What was altered of the targets after answers were in, in sentences.
    pub(super) fn altered(&self) -> Vec<String> {
        self.report.targets.altered_words()
    }

    /// The same as a file for the program that these were made for.
    ///
    /// # Errors
    /// Where the figures are no CSV.
    pub fn results_file(&self) -> Result<Vec<u8>, ExportError> {
        if self.reader == Reader::Statistics {
            return Ok(self.results.clone().into_bytes());
        }
        let mut page = Page::new(self.reader, true);
        page.heading(RESULT_COLUMNS);
        for row in csv::Reader::from_reader(self.results.as_bytes()).records() {
            for (column, cell) in RESULT_COLUMNS.iter().zip(&row?) {
                match cell {
                    "" => page.blank(),
                    digits if RESULT_NUMBERS.contains(column) => page.digits(digits),
                    words => page.text(words),
                }
            }
            page.end();
        }
        Ok(page.finish())
    }

    /// Everything but the figures, by name. Setting the report takes a good half second.
    ///
    /// # Errors
    /// Where the report cannot be set.
    pub fn files(self) -> Result<[(&'static str, Vec<u8>); 4], ExportError> {
        let report = pdf::evaluator(&self.report)?;
        Ok([(REPORT, report), (REPORT_PAGE, page(&self.report)), (COSTS, self.costs), (QUOTES, self.quotes)])
    }
}

/// The report as a page that needs no server: of everyone, as nobody can ask it for a part.
fn page(report: &Report) -> Vec<u8> {
    let report = Report { parts: Vec::new(), ..report.clone() };
    alone(&format!("What changed: {}", report.programme), &evaluator(&report)).into_string().into_bytes()
}

fn costs(lines: &[CostLine], reader: Reader) -> Vec<u8> {
    let mut page = Page::new(reader, true);
    page.heading(COST_COLUMNS);
    for CostLine { strand, what, budget_pence, spent_pence } in lines {
        page.row(&[text(strand), text(what), pounds(*budget_pence), pounds(*spent_pence)]);
    }
    page.finish()
}

/// Those that the report prints, with no more about who said them than it prints.
fn quotes(quotes: &[Voice], reader: Reader) -> Vec<u8> {
    let mut page = Page::new(reader, true);
    page.heading(QUOTE_COLUMNS);
    for quote in quotes {
        page.row(&[text(&quote.speaker), text(&quote.words), text(quote.consent.words())]);
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
