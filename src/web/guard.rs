//! Who asks: by the cookie of a sign-in, or, while there is no account, by being at the machine or having
//! the token that was printed at the start.

use std::net::{IpAddr, SocketAddr};

use axum::extract::ConnectInfo;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};

use crate::account::{Member, Secret, SignIn};

use super::asking::Asked;
use super::hosts::host_of;
use super::{App, Error};

/// The cookie that carries the token.
const TOKEN_COOKIE: &str = "pencilmark_staff";

/// The request came over https of our own.
#[derive(Debug, Clone, Copy)]
pub struct Encrypted;

/// Takes a token out of the address of a page of the team and keeps it in a cookie; nothing where there is none to take.
/// A wrong one is said to be wrong, because the token of yesterday's start is an easy mistake. With the first account the
/// token opens nothing.
pub async fn token_first(app: &App, request: &Parts) -> Option<Response> {
    let token = token_in_query(&request.uri)?;
    match app.has_accounts().await {
        Ok(true) => Some(Redirect::to(request.uri.path()).into_response()),
        Ok(false) if same(token, app.token()) => Some(remember(app, request)),
        Ok(false) if from_this_machine(app, request) => None,
        Ok(false) => Some(Error::StaffOnly.into_response()),
        Err(error) => Some(Error::Store(error).into_response()),
    }
}

/// Who of the team sends this, if it is one of the team.
///
/// # Errors
/// Where the database fails.
pub async fn asked_by(app: &App, request: &Parts) -> Result<Option<Asked>, Error> {
    if let Some(secret) = secret_of(app, request)
        && let Some(sign_in) = standing(app, &secret).await?
        && !sign_in.half_way
        && let Some(account) = app.store().account(sign_in.account).await?
    {
        if sign_in.is_worth_noting(app.now_us()) {
            app.store().note_sign_in_used(sign_in.digest.clone(), app.now_us()).await?;
        }
        let member = Member::from(account);
        return Ok(Some(Asked { member, form_token: secret.for_forms(), sign_in: Some(sign_in.digest) }));
    }
    if app.has_accounts().await? {
        return Ok(None);
    }
    let member = if from_this_machine(app, request) {
        Member::without_account("somebody at this machine")
    } else if cookie(&request.headers, TOKEN_COOKIE).is_some_and(|token| same(token, app.token())) {
        Member::without_account("somebody with the token")
    } else {
        return Ok(None);
    };
    Ok(Some(Asked { member, form_token: app.form_token(), sign_in: None }))
}

/// Who asks now with what came with an earlier request; `None` once that opens nothing any more.
///
/// # Errors
/// Where the database fails.
pub async fn asks_still(app: &App, asked: &Asked) -> Result<Option<Member>, Error> {
    let Some(digest) = &asked.sign_in else {
        return Ok((!app.has_accounts().await?).then(|| asked.member.clone()));
    };
    let standing = app.store().sign_in(digest).await?.filter(|found| found.stands(app.now_us()) && !found.half_way);
    let Some(sign_in) = standing else { return Ok(None) };
    Ok(app.store().account(sign_in.account).await?.map(Member::from))
}

/// The sign-in of a cookie, half-way or whole, if it still stands.
///
/// # Errors
/// Where the database fails.
pub async fn standing(app: &App, secret: &Secret) -> Result<Option<SignIn>, Error> {
    Ok(app.store().sign_in(&secret.digest()).await?.filter(|found| found.stands(app.now_us())))
}

/// The secret in a request's cookie.
pub fn secret_of(app: &App, request: &Parts) -> Option<Secret> {
    Secret::parse(cookie(&request.headers, sign_in_cookie(is_secure(app, request)))?)
}

/// On https a name that no other host and no plain page can set.
fn sign_in_cookie(secure: bool) -> &'static str {
    if secure { "__Host-pencilmark" } else { "pencilmark" }
}

/// Gives a browser the secret of its sign-in, or takes it away. It goes when the browser is closed.
pub fn with_sign_in(app: &App, request: &Parts, secret: Option<&Secret>, mut response: Response) -> Response {
    let secure = is_secure(app, request);
    let (value, age) = secret.map_or(("", "; Max-Age=0"), |secret| (secret.as_str(), ""));
    let flags = if secure { "; Secure" } else { "" };
    // Lax, so that an address in a message opens for somebody who is signed in. Forms have a token besides.
    let text = format!("{}={value}; Path=/; HttpOnly; SameSite=Lax{flags}{age}", sign_in_cookie(secure));
    if let Ok(value) = HeaderValue::from_str(&text) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

/// Whether nobody on the way can read along: https of our own, or of the proxy in front.
pub fn is_secure(app: &App, request: &Parts) -> bool {
    request.extensions.get::<Encrypted>().is_some() || (app.is_behind_proxy() && app.address().starts_with("https:"))
}

/// The machine itself: no proxy in between, and addressed by a name that only this machine or its
/// network gives it. A foreign page that a browser was tricked into fetching from here (DNS
/// rebinding) carries its own name in `Host`.
pub fn from_this_machine(app: &App, request: &Parts) -> bool {
    let forwarded = ["forwarded", "x-forwarded-for", "x-real-ip", "via"];
    if app.is_behind_proxy() || forwarded.iter().any(|name| request.headers.contains_key(*name)) {
        return false;
    }
    let Some(ConnectInfo(peer)) = request.extensions.get::<ConnectInfo<SocketAddr>>() else { return false };
    peer.ip().to_canonical().is_loopback()
        && host_of(request).is_some_and(|host| host == "localhost" || host.parse::<IpAddr>().is_ok())
}

/// Whether a form was sent by one of our own pages: browsers name the page's origin with every POST,
/// on plain http too (`Sec-Fetch-Site` they send on https alone). The origin is the address in `Host`,
/// which was looked at before, or the one that was given, because a proxy may say another `Host`.
pub fn from_our_own_page(app: &App, request: &Parts) -> bool {
    let text = |name| request.headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let Some(origin) = text(header::ORIGIN) else { return false };
    if app.is_behind_proxy() && origin == app.address() {
        return true;
    }
    let Some((scheme, from)) = origin.split_once("://") else { return false };
    let encrypted = request.extensions.get::<Encrypted>().is_some();
    text(header::HOST).is_some_and(|host| host == from) && (scheme == "https" || (scheme == "http" && !encrypted))
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split("; "))
        .find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
}

fn token_in_query(uri: &Uri) -> Option<&str> {
    uri.query()?.split('&').find_map(|pair| pair.strip_prefix("token="))
}

/// Keeps the token in a cookie and takes it out of the address.
fn remember(app: &App, request: &Parts) -> Response {
    let secure = if is_secure(app, request) { "; Secure" } else { "" };
    let cookie = format!("{TOKEN_COOKIE}={}; Path=/; HttpOnly; SameSite=Strict{secure}", app.token());
    let mut response = Redirect::to(request.uri.path()).into_response();
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
    response
}

/// Compares in the same time wherever the difference is.
pub fn same(given: &str, token: &str) -> bool {
    given.len() == token.len() && given.bytes().zip(token.bytes()).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
}
