//! Who may see staff pages, until sign-in exists: the machine itself, or whoever has the token printed at start.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};

use crate::account::Member;

use super::{App, Error};

/// The cookie that carries the token.
const COOKIE: &str = "pencilmark_staff";

/// Takes a token out of the address and keeps it in a cookie. A wrong one is said to be wrong, because
/// the token of yesterday's start is an easy mistake.
pub async fn token_first(State(app): State<App>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    match token_in_query(&parts.uri) {
        Some(token) if same(token, app.token()) => remember(&app, &parts.uri),
        Some(_) if member_behind(&app, &parts).is_none() => Error::StaffOnly.into_response(),
        _ => next.run(Request::from_parts(parts, body)).await,
    }
}

/// Who of the team sends this: whoever is at the machine itself, or carries the token.
pub fn member_behind(app: &App, request: &Parts) -> Option<Member> {
    if from_this_machine(app, request) {
        return Some(Member::without_account("somebody at this machine"));
    }
    let token = cookie(&request.headers).is_some_and(|token| same(token, app.token()));
    token.then(|| Member::without_account("somebody with the token"))
}

/// The machine itself: no proxy in between, and addressed by a name that only this machine or its
/// network gives it. A foreign page that a browser was tricked into fetching from here (DNS
/// rebinding) carries its own name in `Host`.
fn from_this_machine(app: &App, request: &Parts) -> bool {
    let forwarded = ["forwarded", "x-forwarded-for", "x-real-ip", "via"];
    if app.is_behind_proxy() || forwarded.iter().any(|name| request.headers.contains_key(*name)) {
        return false;
    }
    let Some(ConnectInfo(peer)) = request.extensions.get::<ConnectInfo<SocketAddr>>() else { return false };
    peer.ip().to_canonical().is_loopback()
        && host_of(request).is_some_and(|host| host == "localhost" || host.parse::<IpAddr>().is_ok())
}

fn host_of(request: &Parts) -> Option<&str> {
    let host = request.uri.host().or_else(|| request.headers.get(header::HOST)?.to_str().ok())?;
    Some(without_port(host))
}

/// `[::1]:8080` → `::1`, `localhost:8080` → `localhost`.
fn without_port(host: &str) -> &str {
    if let Some(rest) = host.strip_prefix('[') {
        return rest.split(']').next().unwrap_or(rest);
    }
    host.split([':', '/']).next().unwrap_or(host)
}

/// Whether a form was sent by one of our own pages: browsers name the page's origin with every POST,
/// on plain http too.
pub fn from_our_own_page(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    match (text(header::ORIGIN), text(header::HOST)) {
        (Some(origin), Some(host)) => origin.split_once("://").is_some_and(|(_, from)| from == host),
        _ => false,
    }
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split("; "))
        .find_map(|pair| pair.strip_prefix(COOKIE)?.strip_prefix('='))
}

fn token_in_query(uri: &Uri) -> Option<&str> {
    uri.query()?.split('&').find_map(|pair| pair.strip_prefix("token="))
}

/// Keeps the token in a cookie and takes it out of the address.
fn remember(app: &App, uri: &Uri) -> Response {
    let secure = if app.address().starts_with("https:") { "; Secure" } else { "" };
    let cookie = format!("{COOKIE}={}; Path=/; HttpOnly; SameSite=Strict{secure}", app.token());
    let mut response = Redirect::to(uri.path()).into_response();
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
    response
}

/// Compares in the same time wherever the difference is.
fn same(given: &str, token: &str) -> bool {
    given.len() == token.len() && given.bytes().zip(token.bytes()).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
}
