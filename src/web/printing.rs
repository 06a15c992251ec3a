//! Reports as PDF. Setting a long one takes the processor for a moment: it is done beside the server's own work, and
//! never for more than two at a time.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use tokio::sync::Semaphore;

use crate::export::slug;
use crate::pdf::{self, PdfError};
use crate::report::Report;

use super::Error;

/// How many are set at the same time; who comes later waits.
static PRESSES: Semaphore = Semaphore::const_new(2);

/// Whose page is printed.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// Everything.
    Evaluator,
    /// One side of A4.
    Funder,
}

/// The page of a report as a file to keep.
///
/// # Errors
/// Where it cannot be set; that is logged here.
pub async fn print(report: Report, kind: Kind) -> Result<Response, Error> {
    let word = match kind {
        Kind::Evaluator => "report",
        Kind::Funder => "at-a-glance",
    };
    let filename = format!("pencilmark-{}-{word}.pdf", slug(&report.programme));
    let _one_of_two = PRESSES.acquire().await.map_err(|_| FAILED)?;
    let set = move || match kind {
        Kind::Evaluator => pdf::evaluator(&report),
        Kind::Funder => pdf::funder(&report),
    };
    let file = tokio::task::spawn_blocking(set).await.map_err(|_| FAILED)??;
    let headers = [
        (header::CONTENT_TYPE, "application/pdf".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{filename}\"")),
    ];
    Ok((headers, file).into_response())
}

const FAILED: Error = Error::Failed("The PDF cannot be made just now. Try again, or print the page instead.");

impl From<PdfError> for Error {
    fn from(error: PdfError) -> Error {
        tracing::error!(%error, "a report could not be set");
        FAILED
    }
}
