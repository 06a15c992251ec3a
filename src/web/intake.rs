//! Where tablets leave responses: stored first, judged later. With script as bytes that the tablet
//! froze, without script as a posted form.

use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, FormRejection};
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::put;
use axum::{Form, Json, Router};
use serde::Serialize;

use crate::response::ResponseId;
use crate::response::form::read_form;

use super::{App, Error};

/// `PUT` and `POST /r/{id}`
pub fn routes() -> Router<App> {
    Router::new().route("/r/{id}", put(take_in).post(take_in_form))
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

/// Why nothing was stored.
#[derive(Serialize)]
struct Refusal {
    error: &'static str,
    /// Whether sending the same again later can help.
    retry: bool,
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
        Err(error) => {
            tracing::error!(%error, "a response could not be stored");
            let mut refusal = refuse(
                StatusCode::SERVICE_UNAVAILABLE,
                "It could not be stored just now. Keep it and try again.",
                true,
            );
            refusal.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
            refusal
        }
    }
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
    app.store().take_in(id, bytes, received_us).await?;
    // A key is letters and digits; anything else was not ours and leads to a page that says so.
    let known = session.bytes().all(|byte| byte.is_ascii_alphanumeric());
    Ok(Redirect::to(&if known { format!("/s/{session}/pass") } else { "/".to_owned() }).into_response())
}
