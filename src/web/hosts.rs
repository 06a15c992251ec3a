//! Under which names this server answers. A foreign page can make a browser ask here (DNS rebinding), but
//! the request carries the foreign page's name, and is sent away before anything looks at it.

use std::net::IpAddr;

use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::App;

/// Answers 421 to a name that is not ours.
pub async fn ours_only(State(app): State<App>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    match host_of(&parts) {
        Some(host) if is_ours(&app, host) => next.run(Request::from_parts(parts, body)).await,
        _ => (
            StatusCode::MISDIRECTED_REQUEST,
            "This server does not answer under that name. Start it with --name to add one.\n",
        )
            .into_response(),
    }
}

/// The name a request was sent to, without the port.
pub fn host_of(request: &Parts) -> Option<&str> {
    let host = request.uri.host().or_else(|| request.headers.get(header::HOST)?.to_str().ok())?;
    Some(without_port(host))
}

/// An address in figures, this machine's own names, the address that was given, and names that were added.
/// A name without a dot, or in `.local`, is one that only this network gives: no page elsewhere has it.
fn is_ours(app: &App, host: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let of_this_network = !host.is_empty() && (!host.contains('.') || host.ends_with(".local"));
    let plain = host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'));
    host.parse::<IpAddr>().is_ok()
        || (plain && (of_this_network || host.ends_with(".localhost") || given(app).any(|name| name == host)))
}

fn given(app: &App) -> impl Iterator<Item = String> + '_ {
    let address = app.address().split_once("://").map(|(_, rest)| without_port(rest).to_ascii_lowercase());
    address.into_iter().chain(app.names().iter().map(|name| name.to_ascii_lowercase()))
}

/// `[::1]:8080` → `::1`, `localhost:8080` → `localhost`.
fn without_port(host: &str) -> &str {
    if let Some(rest) = host.strip_prefix('[') {
        return rest.split(']').next().unwrap_or(rest);
    }
    host.split([':', '/']).next().unwrap_or(host)
}
