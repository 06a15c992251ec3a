//! Data files for evaluators: the page that offers them, and the files as they are read from the database.

use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use maud::{Markup, html};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::export::{Enclosed, Export, ExportError, File, Packing, Reader, Script, slug};
use crate::html::Page;
use crate::html::partials::{Column, FieldError, error_summary, table};
use crate::session::Programme;
use crate::store::LogLine;

use super::frame::{Part, crumbs, programme_page, refused};
use super::place::InProgramme;
use super::reasons::{self, When};
use super::{App, Error, why};

pub mod packs;
mod stream;

use packs::Packed;
use stream::{Followed, Source, stream};

/// `GET /programmes/{programme}/downloads`, `…/downloads/{file}` and `…/downloads/{file}/progress`
pub fn routes() -> Router<App> {
    Router::new()
        .route("/programmes/{programme}/downloads", get(offer))
        .route("/programmes/{programme}/downloads/{file}", get(download))
        .route("/programmes/{programme}/downloads/{file}/progress", get(progress))
}

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

impl Wanted {
    fn reader(&self) -> Result<Reader, Error> {
        match self.reader.as_deref() {
            None | Some("statistics") => Ok(Reader::Statistics),
            Some("excel") => Ok(Reader::Excel),
            Some(_) => Err(Error::Bad("Files are made for excel or for statistics.")),
        }
    }

    fn ticket(&self) -> Result<Option<Ticket>, Error> {
        let damaged = "The address of this file is damaged. Go back to the downloads page and take it from there.";
        let Some(text) = self.export.as_deref() else { return Ok(None) };
        Ticket::read(text).map(Some).ok_or(Error::Bad(damaged))
    }
}

/// What a pack's progress is asked for with.
fn key(programme_id: i64, ticket: &Ticket, reader: Reader) -> String {
    format!("{programme_id}/{}/{reader:?}", ticket.text())
}

/// How far a pack is, by the ticket it is downloaded with. A file by itself is there too soon to be asked about.
async fn progress(
    State(app): State<App>,
    InProgramme(programme): InProgramme,
    Path((_, name)): Path<(String, String)>,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Packed>, Error> {
    let is_pack = matches!(Download::of(&name).ok_or(Error::NotFound)?, Download::Pack);
    let (reader, ticket) = (wanted.reader()?, wanted.ticket()?.filter(|_| is_pack));
    let key = ticket.map_or_else(String::new, |ticket| key(programme.id, &ticket, reader));
    Ok(Json(app.packs().of(&key)))
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

/// What the page is asked for with, once somebody has said why.
#[derive(Debug, Deserialize)]
struct Offered {
    /// The ticket of the page it was said on: files that were taken before still fit.
    export: Option<String>,
    #[serde(default)]
    why: String,
}

async fn offer(
    State(app): State<App>,
    InProgramme(programme): InProgramme,
    Query(offered): Query<Offered>,
) -> Result<Response, Error> {
    let ticket = match offered.export.as_deref().and_then(Ticket::read) {
        None => Ticket::new(&app, &programme).await?,
        Some(ticket) => ticket,
    };
    let why = why::fit(&offered.why);
    let errors: Vec<FieldError> = why.as_ref().err().map(|message| why::along_refused(message)).into_iter().collect();
    let said = why.unwrap_or_default();
    let is_due = reasons::of_programme(&app, programme.id, When::Real).await?;
    let title = if errors.is_empty() { "Downloads" } else { "Mend this: Downloads" };
    let typed = if errors.is_empty() { &said } else { &offered.why };
    let body = html! {
        (crumbs(&[("Programmes", "/"), (&programme.name, &format!("/programmes/{}", programme.id))]))
        (error_summary(&errors))
        h1 { "Downloads" }
        p.lead { (programme.name) ": what people answered, row by row, for evaluators. Keep these files as carefully as the answers themselves." }
        form.wide action={ "/programmes/" (programme.id) "/downloads" } method="get" {
            input type="hidden" name="export" value=(ticket.text());
            (why::along(typed, is_due, &errors))
            button.button.plain type="submit" { "Say it with each file" }
        }
        @if !said.is_empty() { p role="status" { "Each file that you take from this page says so in the log." } }
        @else if is_due { p { "A file that you take before you said it asks for it first." } }
        (files(&programme, &ticket, &why::in_link(&said), is_due && said.is_empty()))
    };
    let shown = Page::staff(format!("{title} – {}", programme.name), body).script("pack.js");
    let page = programme_page(&app, &programme, Part::Downloads, shown).await?;
    Ok(if errors.is_empty() { page.into_response() } else { refused(page) })
}

/// Every file, under an address that ends with why it is taken. Where that has to be said yet, an address leads to a page
/// that asks for it, and is no file to keep.
fn files(programme: &Programme, ticket: &Ticket, why: &str, asks: bool) -> Markup {
    let link = |file: &str, words: &str, name: &str| {
        let joint = if file.contains('?') { '&' } else { '?' };
        let address = format!("/programmes/{}/downloads/{file}{joint}export={}{why}", programme.id, ticket.text());
        html! { a href=(address) download[!asks] { (words) span.hidden { ": " (name) } } }
    };
    let pack = |end: &str, reader: &str| {
        format!("/programmes/{}/downloads/pack.zip{end}?{reader}export={}", programme.id, ticket.text())
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
        p { a.button href={ (pack("", "")) (why) } data-pack=[(!asks).then(|| pack("/progress", ""))] download[!asks] { "Download everything (.zip)" } }
        p.quiet { "For a spreadsheet instead: " a href={ (pack("", "for=excel&")) (why) } data-pack=[(!asks).then(|| pack("/progress", "for=excel&"))] download[!asks] { "everything for Excel (.zip)" } "." }
        div.progress data-packing hidden { progress aria-label="How far the pack is" {} span role="status" {} }
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
    let reader = wanted.reader()?;
    let ticket = match wanted.ticket()? {
        None => Ticket::new(&app, &programme).await?,
        Some(ticket) => ticket,
    };
    tracing::info!(programme = programme.id, file = %name, "row data are downloaded");
    LogLine::remark(format!("{}: {name}", programme.name), "");
    let (programme_id, slug) = (programme.id, slug(&programme.name));
    let export = Export::prepare(app.store(), programme, reader, ticket.seed(&app), ticket.newest).await?;
    let (filename, kind, body) = match wanted_file {
        Download::Pack => {
            let folder = format!("pencilmark-{slug}");
            let (key, of) = (key(programme_id, &ticket, reader), export.people());
            // Whoever downloads it again is not told of the one before.
            app.packs().note(&key, Packed { people: 0, of: 0, state: packs::State::NotBegun });
            let input = app.store().report_input(programme_id, app.now_utc()).await?.ok_or(Error::NotFound)?;
            let enclosed = Enclosed::of(&input, reader, &super::asking::name())?;
            let packing = Packing::new(export, folder.clone(), enclosed, jiff::Zoned::now());
            let followed = Followed { packing, app: app.clone(), key, of };
            (format!("{folder}.zip"), "application/zip", Body::new(stream(Source::Pack(Box::new(followed)))))
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
