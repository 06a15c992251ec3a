//! Where tablets leave responses: stored first, judged later.

use axum::Json;
use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::put;
use serde::Serialize;

use crate::response::ResponseId;

use super::App;

/// `PUT /r/{id}`
pub fn routes() -> Router<App> {
    Router::new().route("/r/{id}", put(take_in))
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
            refusal.headers_mut().insert("retry-after", axum::http::HeaderValue::from_static("5"));
            refusal
        }
    }
}
