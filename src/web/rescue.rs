//! Taking in a file that a tablet saved, when it could not send what waited on it.

use axum::Router;
use axum::extract::{DefaultBodyLimit, Multipart, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use maud::{Markup, html};

use crate::html::Page;
use crate::html::partials::button;
use crate::response::{Rescued, read_rescue};
use crate::store::RescueReceipt;

use super::asking::may;
use super::frame::{crumbs, staff_page};
use super::words::count;
use super::{App, Error, sitting};

/// Some thousand questionnaires.
const FILE_LIMIT: usize = 16 * 1024 * 1024;

/// `GET` and `POST /rescue`
pub fn routes() -> Router<App> {
    Router::new().route("/rescue", get(show).post(take_in).layer(DefaultBodyLimit::max(FILE_LIMIT)))
}

async fn show(State(app): State<App>) -> Result<Markup, Error> {
    staff_page(&app, rescue_page(&html! {})).await
}

async fn take_in(State(app): State<App>, mut form: Multipart) -> Result<Response, Error> {
    const LOST: Error = Error::Bad("The file did not arrive whole. Choose it again.");
    let mut bytes = None;
    while let Some(field) = form.next_field().await.map_err(|_| LOST)? {
        if field.name() == Some("file") {
            bytes = Some(field.bytes().await.map_err(|_| LOST)?);
        }
    }
    let items = match read_rescue(&bytes.ok_or(LOST)?) {
        Ok(items) => items,
        Err(error) => {
            let said = html! { p.error role="alert" { "Nothing was taken in: " (error.to_string()) "." } };
            let page = staff_page(&app, rescue_page(&said)).await?;
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
        }
    };
    // Answers first: whoever answered before is known when their *No* to the next is counted.
    let (noes, items): (Vec<_>, Vec<_>) = items.into_iter().partition(|item| matches!(item, Rescued::No(_)));
    for item in &items {
        if let Rescued::Withdrawal(note) = item {
            sitting::stopped(&app, note).await?;
        }
    }
    let mut receipt = app.store().take_in_rescued(items, app.now_us()).await?;
    for item in noes {
        let Rescued::No(note) = item else { continue };
        let Some(no) = note.no() else { continue };
        receipt.notes += 1;
        receipt.unplaced += usize::from(!sitting::said_no(&app, &note, no).await?);
    }
    Ok(staff_page(&app, rescue_page(&taken(receipt))).await?.into_response())
}

/// The page's name: tablets say it, so no link may call it anything else.
pub const NAME: &str = "Answers from a tablet’s file";

/// Its name, for whoever may open it as a link.
pub fn link() -> Markup {
    html! { @if may("GET", "/rescue", None) { a href="/rescue" { (NAME) } } @else { (NAME) } }
}

/// The way in, wherever a tablet may hold answers that it cannot send.
pub fn door() -> Markup {
    html! {
        @if may("GET", "/rescue", None) {
            p { (link()) span.quiet { " – when a tablet cannot send what waits on it" } }
        }
    }
}

fn taken(receipt: RescueReceipt) -> Markup {
    let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    html! {
        div.notice role="status" {
            p { strong { (count(number(receipt.new), "response", "responses")) " taken in." } }
            @if receipt.known > 0 { p { (count(number(receipt.known), "was", "were")) " here already; nothing is counted twice." } }
            @if receipt.variants > 0 { p { (count(number(receipt.variants), "differs", "differ")) " from what came first under the same number; both are kept." } }
            @if receipt.erased > 0 { p { (count(number(receipt.erased), "was", "were")) " of a family that has taken its answers out, and not kept." } }
            @if receipt.notes > 0 { p { (count(number(receipt.notes), "note", "notes")) " that somebody stopped or said no." } }
            @if receipt.unplaced > 0 { p { (count(number(receipt.unplaced), "note is", "notes are")) " about a session that is not known here." } }
        }
    }
}

fn rescue_page(said: &Markup) -> Page {
    Page::staff(
        NAME,
        html! {
            (crumbs(&[("Programmes", "/")]))
            h1 { (NAME) }
            (said)
            p.lead { "For a tablet that cannot send what waits on it." }
            ol.how {
                li { "On the tablet, hold the number in the corner for two seconds and choose “Save to a file”." }
                li { "Bring the file here, on a stick or by cable, and choose it below." }
                li { "Do not clear the tablet before it says that nothing waits. The same file may be taken in as often as you like." }
            }
            form.wide action="/rescue" method="post" enctype="multipart/form-data" {
                p { label for="file" { "The file, " code { "pencilmark-rescue-….json" } } }
                p { input #file type="file" name="file" accept=".json,application/json" required; }
                (button("Take it in"))
            }
        },
    )
}
