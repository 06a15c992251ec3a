//! Style, script, type and pictures, under addresses that change with their content.

use axum::Router;
use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::html::assets;

use super::{App, Error};

/// `GET /static/{hash}/{name}`
pub fn routes() -> Router<App> {
    Router::new().route("/static/{hash}/{*name}", get(file))
}

/// A file of another release is not served under its old address: a page is never half one and half the other.
async fn file(Path((hash, name)): Path<(String, String)>) -> Result<Response, Error> {
    if hash != assets::hash() {
        return Err(Error::NotFound);
    }
    let asset = assets::get(&name).ok_or(Error::NotFound)?;
    let headers =
        [(header::CONTENT_TYPE, asset.content_type), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")];
    Ok((headers, asset.bytes.into_owned()).into_response())
}
