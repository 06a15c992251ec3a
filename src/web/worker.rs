//! The service worker, with which tablets on https begin while the server is off.

use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::html::assets;

use super::{App, Error};

/// `GET /sw.js`
pub fn routes() -> Router<App> {
    Router::new().route("/sw.js", get(script))
}

/// What a family's page needs beside itself.
const FILES: [&str; 4] = ["tablet.js", "family.css", "icon.svg", "fonts/atkinson-hyperlegible-next.woff2"];

/// Asked for again each time: a release, or its withdrawal, reaches every tablet that is connected.
async fn script(State(app): State<App>) -> Result<Response, Error> {
    let name = if app.has_service_worker() { "sw.js" } else { "sw-gone.js" };
    let file = assets::get(name).ok_or(Error::NotFound)?;
    let code = String::from_utf8_lossy(&file.bytes).into_owned();
    let list: Vec<String> = FILES.iter().map(|name| format!("'{}'", assets::url(name))).collect();
    let release = format!("const RELEASE = '{}';\nconst FILES = [{}];\n", assets::hash(), list.join(", "));
    let headers = [(header::CONTENT_TYPE, file.content_type), (header::CACHE_CONTROL, "no-cache")];
    Ok((headers, release + &code).into_response())
}
