//! https in a hall: whoever comes by plain http is led to it, and a tablet that does not trust this machine's
//! authority yet is helped to.

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use maud::{Markup, html};

use crate::html::partials::button_link;
use crate::html::{Page, page, qr};

use super::guard::{Encrypted, from_this_machine};
use super::{App, Error};

/// `GET /trust` and `GET /trust/authority.crt`
pub fn routes() -> Router<App> {
    Router::new().route("/trust", get(help)).route("/trust/authority.crt", get(certificate))
}

/// Where this server has https, plain http from elsewhere shows how to trust it and leads there, and
/// answers nothing else.
pub async fn https_only(State(app): State<App>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path();
    let plain = app.is_encrypted() && parts.extensions.get::<Encrypted>().is_none();
    // The machine itself needs no encryption to reach itself, and its browser may not trust it either.
    let open = path == "/trust" || path.starts_with("/trust/") || path.starts_with("/static/");
    if !plain || open || from_this_machine(&app, &parts) {
        return next.run(Request::from_parts(parts, body)).await;
    }
    if app.authority().is_some() && path == "/" {
        return Redirect::to("/trust").into_response();
    }
    if [Method::GET, Method::HEAD].contains(&parts.method) {
        let rest = parts.uri.path_and_query().map_or("/", axum::http::uri::PathAndQuery::as_str);
        return Redirect::temporary(&format!("{}{rest}", app.address())).into_response();
    }
    Error::Bad("This server is reached by https. Nothing was taken in.").into_response()
}

async fn certificate(State(app): State<App>) -> Result<Response, Error> {
    let authority = app.authority().ok_or(Error::NotFound)?;
    // iOS and Android open their settings for this type.
    Ok(([(header::CONTENT_TYPE, "application/x-x509-ca-cert")], authority.der.clone()).into_response())
}

async fn help(State(app): State<App>) -> Result<Markup, Error> {
    let authority = app.authority().ok_or(Error::NotFound)?;
    let body = html! {
        h1 { "Make this tablet trust the laptop" }
        p.lead { "Once for each tablet. After that everything it sends here is encrypted, and it can begin while the laptop is off." }
        p { (button_link("1. Take the certificate", "/trust/authority.crt")) }
        section aria-labelledby="then" {
            h2 #then { "2. Then, on this tablet" }
            h3 { "iPad or iPhone" }
            ol.how {
                li { "Settings → “Profile downloaded” → Install." }
                li { "Settings → General → About → Certificate Trust Settings: turn on “Pencilmark in this hall”." }
            }
            h3 { "Android" }
            ol.how { li { "Settings → Security → Encryption and credentials → Install a certificate → CA certificate, and choose the file." } }
            h3 { "Windows, Mac, Chromebook, Firefox" }
            ol.how { li { "Open the file and add it to the trusted root authorities; Firefox and Chromebooks have their own list under Settings → Privacy and security → Certificates." } }
        }
        section aria-labelledby="same" {
            h2 #same { "3. Is it the right one?" }
            p { "The laptop printed these figures when it started. They must be the same here:" }
            p.one-line { code { (authority.fingerprint) } }
            p.small { "It can vouch for addresses of private networks and names like laptop.local, and for nothing on the internet. Take it off the tablet again when the programme is over." }
        }
        section aria-labelledby="go" {
            h2 #go { "4. Go on" }
            p { (button_link("Open Pencilmark encrypted", app.address())) }
            div.second-step { div.code-picture { (qr(app.address())) } }
        }
    };
    Ok(page(&Page::staff("Trust this laptop", body)))
}
