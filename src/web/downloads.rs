//! Data files for evaluators: the page that offers them, and the files as they are read from the database.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use hyper::body::Frame;
use maud::{Markup, html};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;

use crate::export::{Enclosed, Export, ExportError, File, Packing, Reader, Script, Writing, slug};
use crate::html::Page;
use crate::html::partials::{Column, table};
use crate::session::Programme;

use super::frame::{Part, crumbs, programme_page};
use super::place::InProgramme;
use super::{App, Error};

/// `GET /programmes/{programme}/downloads` and `GET /programmes/{programme}/downloads/{file}`
pub fn routes() -> Router<App> {
    Router::new()
        .route("/programmes/{programme}/downloads", get(offer))
        .route("/programmes/{programme}/downloads/{file}", get(download))
}

/// Pieces of a file that may wait for a slow reader.
const AHEAD: usize = 4;

/// What binds the files of one visit together: people have the same keys in files with the same ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Ticket {
    /// Random, new with every visit to the page.
    nonce: String,
    /// The newest person at that moment.
    newest: i64,
}

impl Ticket {
    async fn new(app: &App, programme: &Programme) -> Result<Ticket, Error> {
        let mut bytes = [0_u8; 16];
        getrandom::fill(&mut bytes)?;
        let nonce = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Ticket { nonce, newest: app.store().newest_person(programme.id).await? })
    }

    /// Reads `NONCE-NEWEST`.
    fn read(text: &str) -> Option<Ticket> {
        let (nonce, newest) = text.split_once('-')?;
        let is_nonce = nonce.len() == 32 && nonce.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_nonce.then(|| Some(Ticket { nonce: nonce.to_owned(), newest: newest.parse().ok()? })).flatten()
    }

    fn text(&self) -> String {
        format!("{}-{}", self.nonce, self.newest)
    }

    /// What the keys are made from. The address alone does not give it away.
    fn seed(&self, app: &App) -> [u8; 32] {
        Sha256::new().chain_update("export keys").chain_update(app.token()).chain_update(&self.nonce).finalize().into()
    }
}

/// What a download is asked for with.
#[derive(Debug, Deserialize)]
struct Wanted {
    /// The ticket of the page; without one the keys fit no other file.
    export: Option<String>,
    /// `excel`, or nothing.
    #[serde(rename = "for")]
    reader: Option<String>,
}

/// What can be downloaded.
enum Download {
    /// Everything, in one zip.
    Pack,
    Data(File),
    Script(Script),
}

impl Download {
    fn of(name: &str) -> Option<Download> {
        if name == "pack.zip" {
            return Some(Download::Pack);
        }
        let data = name.strip_suffix(".csv").and_then(File::from_word).map(Download::Data);
        data.or_else(|| Script::from_name(name).map(Download::Script))
    }
}

async fn offer(State(app): State<App>, InProgramme(programme): InProgramme) -> Result<Markup, Error> {
    let ticket = Ticket::new(&app, &programme).await?;
    let shown = Page::staff(format!("Downloads – {}", programme.name), body(&programme, &ticket));
    programme_page(&app, &programme, Part::Downloads, shown).await
}

fn body(programme: &Programme, ticket: &Ticket) -> Markup {
    let link = |file: &str, words: &str, name: &str| {
        let joint = if file.contains('?') { '&' } else { '?' };
        let address = format!("/programmes/{}/downloads/{file}{joint}export={}", programme.id, ticket.text());
        html! { a href=(address) download { (words) span.hidden { ": " (name) } } }
    };
    let columns = [
        Column::words("File"),
        Column::words("What it holds"),
        Column::words("For R or SPSS"),
        Column::words("For Excel"),
    ];
    let mut rows: Vec<Vec<Markup>> = File::ALL
        .into_iter()
        .map(|file| {
            vec![
                html! { (file.word()) },
                html! { (file.words()) },
                link(&format!("{}.csv", file.word()), "CSV", file.word()),
                link(&format!("{}.csv?for=excel", file.word()), "CSV for Excel", file.word()),
            ]
        })
        .collect();
    rows.extend(Script::ALL.map(|script| {
        vec![
            html! { (script.name()) },
            html! { (script.words()) },
            link(script.name(), "Script", script.name()),
            html! {},
        ]
    }));
    html! {
        (crumbs(&[("Programmes", "/"), (&programme.name, &format!("/programmes/{}", programme.id))]))
        h1 { "Downloads" }
        p.lead { (programme.name) ": what people answered, row by row, for evaluators. Keep these files as carefully as the answers themselves." }
        p { a.button href={ "/programmes/" (programme.id) "/downloads/pack.zip?export=" (ticket.text()) } download { "Download everything (.zip)" } }
        p.quiet { "For a spreadsheet instead: " a href={ "/programmes/" (programme.id) "/downloads/pack.zip?for=excel&export=" (ticket.text()) } download { "everything for Excel (.zip)" } "." }
        details {
            summary { "One file at a time" }
            (table("Data files", &columns, &rows))
        }
        h2 { "Before you open them" }
        ul {
            li { "People and families have keys that were made for this visit. Files from this page fit together; load the page again and new ones no longer fit these." }
            li { "No file holds a name, a card code or the id of a tablet." }
            li { "For R and SPSS a missing answer in the wide and long files is a negative code, from −1 don’t know to −9 lost: declare them missing first. In pairs a score that could not be formed is blank." }
            li { "For Excel a missing answer is blank, and a text that a spreadsheet could run has an apostrophe before it." }
            li { "Small groups are suppressed in reports, not here. Do not publish rows." }
        }
    }
}

async fn download(
    State(app): State<App>,
    InProgramme(programme): InProgramme,
    Path((_, name)): Path<(String, String)>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Error> {
    let wanted_file = Download::of(&name).ok_or(Error::NotFound)?;
    let reader = match wanted.reader.as_deref() {
        None | Some("statistics") => Reader::Statistics,
        Some("excel") => Reader::Excel,
        Some(_) => return Err(Error::Bad("Files are made for excel or for statistics.")),
    };
    let ticket = match wanted.export.as_deref() {
        None => Ticket::new(&app, &programme).await?,
        Some(text) => Ticket::read(text).ok_or(Error::Bad(
            "The address of this file is damaged. Go back to the downloads page and take it from there.",
        ))?,
    };
    tracing::info!(programme = programme.id, file = %name, "row data are downloaded");
    let (programme_id, slug) = (programme.id, slug(&programme.name));
    let export = Export::prepare(app.store(), programme, reader, ticket.seed(&app), ticket.newest).await?;
    let (filename, kind, body) = match wanted_file {
        Download::Pack => {
            let folder = format!("pencilmark-{slug}");
            let input = app.store().report_input(programme_id, app.now_utc()).await?.ok_or(Error::NotFound)?;
            let enclosed = Enclosed::of(&input, reader, &super::asking::name())?;
            let packing = Packing::new(export, folder.clone(), enclosed, jiff::Zoned::now());
            (format!("{folder}.zip"), "application/zip", Body::new(stream(Source::Pack(Box::new(packing)))))
        }
        Download::Data(file) => {
            // Scripts and description name the files as they are called in a folder.
            let filename = match reader {
                Reader::Statistics => file.name().to_owned(),
                Reader::Excel => format!("pencilmark-{slug}-{}-excel.csv", file.word()),
            };
            (filename, "text/csv; charset=utf-8", Body::new(stream(Source::Data(export.write(file)))))
        }
        Download::Script(script) => {
            let text = script.text(&export, &app.now_utc());
            (script.name().to_owned(), "text/plain; charset=utf-8", Body::from(text))
        }
    };
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{filename}\"")),
    ];
    Ok((headers, body).into_response())
}

impl From<ExportError> for Error {
    fn from(error: ExportError) -> Error {
        match error {
            ExportError::Store(error) => Error::Store(error),
            error => {
                tracing::error!(%error, "an export could not begin");
                Error::Bad("The files cannot be made just now. Try again.")
            }
        }
    }
}

/// What a download is read from.
enum Source {
    Data(Writing),
    Pack(Box<Packing>),
}

impl Source {
    async fn next(&mut self) -> Result<Option<Vec<u8>>, ExportError> {
        match self {
            Source::Data(writing) => writing.next().await,
            Source::Pack(packing) => packing.next().await,
        }
    }
}

/// Writes a file ahead of its reader. A reader who leaves stops the writing, and one who is slow keeps
/// nothing but a few pieces of it waiting: no connection to the database is held.
fn stream(mut source: Source) -> Pieces {
    let (sender, receiver) = mpsc::channel(AHEAD);
    tokio::spawn(async move {
        loop {
            let piece = match source.next().await {
                // Nothing to send says nothing about whoever left.
                Ok(Some(bytes)) if bytes.is_empty() && !sender.is_closed() => continue,
                Ok(Some(bytes)) => Piece::Bytes(bytes.into()),
                Ok(None) => Piece::End,
                Err(error) => {
                    tracing::error!(%error, "a download was broken off");
                    return;
                }
            };
            let is_last = matches!(piece, Piece::End);
            if sender.send(piece).await.is_err() || is_last {
                return;
            }
        }
    });
    Pieces { receiver, whole: false }
}

/// A piece of a file on its way.
enum Piece {
    Bytes(Bytes),
    /// The file is whole.
    End,
}

/// A body that breaks the connection where its file was not written to the end, for whatever reason, so
/// that half a file never looks whole.
struct Pieces {
    receiver: mpsc::Receiver<Piece>,
    /// The end was handed out: whoever asks again, as compression does, hears the same.
    whole: bool,
}

/// The file was not written to its end.
#[derive(Debug, thiserror::Error)]
#[error("the file was not written to its end")]
struct BrokenOff;

impl hyper::body::Body for Pieces {
    type Data = Bytes;
    type Error = BrokenOff;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context) -> Poll<Option<Result<Frame<Bytes>, BrokenOff>>> {
        let pieces = self.get_mut();
        if pieces.whole {
            return Poll::Ready(None);
        }
        pieces.receiver.poll_recv(context).map(|piece| match piece {
            Some(Piece::Bytes(bytes)) => Some(Ok(Frame::data(bytes))),
            Some(Piece::End) => {
                pieces.whole = true;
                None
            }
            None => Some(Err(BrokenOff)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_is_read_as_it_was_written_and_nothing_else_is_one() {
        let ticket = Ticket { nonce: "0123456789abcdef".repeat(2), newest: 42 };
        assert_eq!(Ticket::read(&ticket.text()), Some(ticket));
        for damaged in ["", "-", "abc-1", &format!("{}-", "a".repeat(32)), &format!("{}-x", "a".repeat(32))] {
            assert_eq!(Ticket::read(damaged), None, "{damaged}");
        }
    }
}
