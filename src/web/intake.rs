//! Where tablets leave responses: stored first, judged later. With script as bytes that the tablet
//! froze, without script as a posted form. The notes that somebody stopped or said no come the same way.

use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, FormRejection};
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::put;
use axum::{Form, Json, Router};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::response::form::read_form;
use crate::response::{Note, ResponseId, is_key};
use crate::store::{Come, StoreError, Withdrawal};

use super::{App, Error, sitting};

/// `PUT` and `POST /r/{id}`, `PUT /r/{id}/withdrawal`, `PUT /no/{id}`
pub fn routes() -> Router<App> {
    Router::new()
        .route("/r/{id}", put(take_in).post(take_in_form))
        .route("/r/{id}/withdrawal", put(withdraw))
        .route("/no/{id}", put(say_no))
}

/// What a tablet is told once the bytes are durable. It deletes its copy only if `sha256` is that of
/// what it sent.
#[derive(Serialize)]
struct Acknowledgement {
    id: String,
    sha256: String,
    durable: bool,
    /// The same bytes were here before.
    known: bool,
    /// Other bytes are here under the same id; both are kept.
    variant: bool,
}

/// What a tablet is told when the family has taken its answers out: nothing was stored, and nothing is
/// to be kept. It deletes its copy only if `sha256` is that of what it sent.
#[derive(Serialize)]
struct Erased {
    id: String,
    sha256: String,
    erased: bool,
}

/// Why nothing was stored.
#[derive(Serialize)]
pub struct Refusal {
    /// What was wrong, for whoever reads a tablet's console.
    pub error: &'static str,
    /// Whether sending the same again later can help.
    pub retry: bool,
}

fn refuse(status: StatusCode, error: &'static str, retry: bool) -> Response {
    (status, Json(Refusal { error, retry })).into_response()
}

async fn take_in(State(app): State<App>, Path(id): Path<String>, body: Result<Bytes, BytesRejection>) -> Response {
    let Ok(id) = ResponseId::parse(&id) else {
        return refuse(StatusCode::BAD_REQUEST, "A response is sent under an id of 32 hexadecimal digits.", false);
    };
    let body = match body {
        Ok(body) if body.is_empty() => return refuse(StatusCode::BAD_REQUEST, "There is nothing in it.", false),
        Ok(body) => body,
        Err(BytesRejection::FailedToBufferBody(error)) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            return refuse(StatusCode::PAYLOAD_TOO_LARGE, "A response may have 256 kB at the most.", false);
        }
        Err(_) => return refuse(StatusCode::BAD_REQUEST, "The response did not arrive whole. Send it again.", true),
    };
    match app.store().take_in(id.clone(), body.to_vec(), app.now_us()).await {
        Ok(receipt) if receipt.erased => {
            (StatusCode::GONE, Json(Erased { id: id.as_str().to_owned(), sha256: receipt.sha256, erased: true }))
                .into_response()
        }
        Ok(receipt) => {
            let status = if receipt.known { StatusCode::OK } else { StatusCode::CREATED };
            let acknowledgement = Acknowledgement {
                id: id.as_str().to_owned(),
                sha256: receipt.sha256,
                durable: true,
                known: receipt.known,
                variant: receipt.variant,
            };
            (status, Json(acknowledgement)).into_response()
        }
        Err(error) => not_stored(&error),
    }
}

const NOT_A_NOTE: &str = "This is no note of a tablet.";

/// Somebody stopped: what came under this id of the same tablet and session is forgotten.
async fn withdraw(State(app): State<App>, Path(id): Path<String>, body: Bytes) -> Response {
    let Some(note) = Note::read(&id, &body) else { return refuse(StatusCode::BAD_REQUEST, NOT_A_NOTE, false) };
    let withdrawal = Withdrawal::of(&note);
    let done = match come_under(&app, &note, &withdrawal).await {
        Ok(Some(Come::OfAnother)) => Ok(()),
        Ok(Some(Come::Nothing | Come::Theirs)) => stop(&app, &note, withdrawal).await,
        Ok(None) => return refuse(StatusCode::SERVICE_UNAVAILABLE, "Too much was emptied here. Send it later.", true),
        Err(error) => Err(error),
    };
    note_taken(&note.id, &body, done)
}

async fn stop(app: &App, note: &Note, withdrawal: Withdrawal) -> Result<(), StoreError> {
    sitting::stopped(app, note).await?;
    app.store().withdraw(note.id.clone(), withdrawal, app.now_us()).await
}

/// What has come that a note would take out; `None` where so much was emptied at its session lately that it has to wait.
async fn come_under(app: &App, note: &Note, withdrawal: &Withdrawal) -> Result<Option<Come>, StoreError> {
    let come = app.store().has_come(&note.id, withdrawal).await?;
    if come != Come::Theirs {
        return Ok(Some(come));
    }
    let at = app.store().session(&note.session).await?;
    Ok(at.is_none_or(|at| app.guesses().empties(at.session.id, app.now_us())).then_some(come))
}

/// Somebody said no: one more in a count.
async fn say_no(State(app): State<App>, Path(id): Path<String>, body: Bytes) -> Response {
    let note = Note::read(&id, &body).and_then(|note| note.no().map(|no| (note, no)));
    let Some((note, no)) = note else { return refuse(StatusCode::BAD_REQUEST, NOT_A_NOTE, false) };
    let counted = match sitting::said_no(&app, &note, no).await {
        Ok(true) => Ok(()),
        Ok(false) => match app.store().practice_is_over(&note.session).await {
            Ok(false) => return refuse(StatusCode::NOT_FOUND, "Its session is not known here.", false),
            over => over.map(|_| ()),
        },
        Err(error) => Err(error),
    };
    note_taken(&note.id, &body, counted)
}

fn note_taken(id: &ResponseId, body: &Bytes, done: Result<(), StoreError>) -> Response {
    match done {
        Ok(()) => {
            let sha256 = crate::system::hex(&Sha256::digest(body));
            let acknowledgement =
                Acknowledgement { id: id.as_str().to_owned(), sha256, durable: true, known: false, variant: false };
            (StatusCode::OK, Json(acknowledgement)).into_response()
        }
        Err(error) => not_stored(&error),
    }
}

/// Nothing was acknowledged: the tablet keeps it and tries again.
fn not_stored(error: &StoreError) -> Response {
    tracing::error!(%error, "what a tablet sent could not be stored");
    let words = "It could not be stored just now. Keep it and try again.";
    let mut refusal = refuse(StatusCode::SERVICE_UNAVAILABLE, words, true);
    refusal.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    refusal
}

/// The questionnaire of a browser without script. It is stored as the same kind of envelope; pressing
/// *Finish* twice sends it twice under one id.
async fn take_in_form(
    State(app): State<App>,
    Path(id): Path<String>,
    form: Result<Form<Vec<(String, String)>>, FormRejection>,
) -> Result<Response, Error> {
    const LOST: Error = Error::Bad("The answers did not arrive whole. Go back and press Finish once more.");
    let id = ResponseId::parse(&id).map_err(|_| LOST)?;
    let Form(posted) = match form {
        Ok(form) => form,
        Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => return Err(Error::TooLarge),
        Err(_) => return Err(LOST),
    };
    let library = app.store().library();
    let received_us = app.now_us();
    // No clock of ours goes into the bytes: pressed twice, the form must be the same response.
    let envelope =
        read_form(&posted, 0, |hash| library.by_hash(hash).map(|version| &version.survey)).map_err(|_| LOST)?;
    if envelope.id != id {
        return Err(LOST);
    }
    let session = envelope.session.clone();
    let bytes = serde_json::to_vec(&envelope).map_err(|_| LOST)?;
    if app.store().take_in(id, bytes, received_us).await?.erased {
        return Err(Error::Bad(
            "These were not kept: the family’s answers were taken out, or it was a practice that is over.",
        ));
    }
    // Anything but a key was not ours and leads to a page that says so.
    Ok(Redirect::to(&if is_key(&session) { format!("/s/{session}/pass") } else { "/".to_owned() }).into_response())
}
