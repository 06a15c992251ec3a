//! The web edge: one file a screen, each with its routes, form types and handlers.

use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;

mod account;
mod afters;
mod altered;
mod app;
mod asking;
mod assets;
mod authority;
mod audit;
mod beat;
mod card_door;
mod cards;
mod crowd;
mod data_protection;
mod doors;
mod downloads;
mod error;
mod family;
mod find;
mod form;
mod frame;
mod funder_links;
mod gate;
mod guard;
mod guesses;
mod guide;
mod home;
mod hosts;
mod intake;
mod keying;
mod kit;
mod links;
mod made;
mod pairing;
mod paper;
mod people;
mod place;
mod printing;
mod privacy;
mod programme;
mod project;
mod protection;
mod reach;
mod report;
mod report_texts;
mod retention;
mod rights;
mod reader;
mod reasons;
mod rescue;
mod practice;
mod safeguarding;
mod sample;
mod second_keying;
mod serve;
mod session;
mod set_up;
mod sign_in;
mod sign_off;
mod sitting;
mod stall;
mod stamp;
mod tls;
mod troubles;
mod trust;
mod unwilling;
mod welcome;
mod why;
mod withdrawal;
mod words;
mod worker;

pub use app::{App, Moved};
pub use authority::{Authority, may_address};
pub use doors::{DOORS, Door, For};
pub use error::Error;
pub use reach::{Listening, Told};
pub use reasons::{Reason, When, reason_of};
pub use retention::keep_clocks;
pub use serve::{Reception, listen, receive, serve};
pub use tls::{Tls, TlsError};
pub use why::fit as fit_for_the_log;

/// The largest body anyone may send. A full questionnaire is about 2 kB.
const BODY_LIMIT: usize = 256 * 1024;

/// Nothing from elsewhere, nothing inline, no framing.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
    font-src 'self'; media-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Headers of every answer.
const HEADERS: [(HeaderName, &str); 5] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // Not `no-referrer`: under that a browser sends `Origin: null` with our own forms, and the guard refuses them.
    (header::REFERRER_POLICY, "same-origin"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
];

/// The whole application, for tests as the server has it.
pub fn router(app: App) -> Router {
    router_within(app, Reception::default().request_time)
}

/// The whole application, which gives up a request that takes longer than this.
fn router_within(app: App, request_time: Duration) -> Router {
    let staff = Router::new()
        .merge(programme::routes())
        .merge(project::routes())
        .merge(session::routes())
        .merge(guide::routes())
        .merge(afters::routes())
        .merge(find::routes())
        .merge(links::routes())
        .merge(paper::routes())
        .merge(keying::routes())
        .merge(cards::routes())
        .merge(downloads::routes())
        .merge(troubles::routes())
        .merge(practice::routes())
        .merge(sample::routes())
        .merge(second_keying::routes())
        .merge(report::routes())
        .merge(report_texts::routes())
        .merge(sign_off::routes())
        .merge(retention::routes())
        .merge(protection::routes())
        .merge(data_protection::routes())
        .merge(safeguarding::routes())
        .merge(rights::routes())
        .merge(rescue::routes())
        .merge(audit::routes())
        .merge(people::routes())
        .merge(account::routes())
        .merge(sign_in::routes())
        .merge(welcome::routes())
        .merge(funder_links::routes());
    let front = home::routes();
    let family = Router::new()
        .merge(family::routes())
        .merge(withdrawal::routes())
        .merge(kit::routes())
        .merge(intake::routes())
        .merge(beat::routes())
        .merge(pairing::routes())
        .merge(worker::routes())
        .merge(trust::routes())
        .merge(privacy::routes())
        .merge(assets::routes());
    let mut router = Router::new()
        .merge(front)
        .merge(staff)
        .merge(family)
        .layer(middleware::from_fn_with_state(app.clone(), gate::guard))
        .fallback(error::not_found)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        // Pages about people are never kept by a browser; files under a hashed address say so themselves.
        .layer(SetResponseHeaderLayer::if_not_present(header::CACHE_CONTROL, HeaderValue::from_static("no-store")))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, request_time))
        .layer(middleware::from_fn_with_state(app.clone(), trust::https_only))
        .layer(middleware::from_fn_with_state(app.clone(), hosts::ours_only))
        .layer(CatchPanicLayer::custom(error::after_panic))
        .layer(
            CompressionLayer::new().compress_when(
                // What is packed already only costs time.
                DefaultPredicate::new()
                    .and(NotForContentType::const_new("audio/"))
                    .and(NotForContentType::const_new("application/zip"))
                    .and(NotForContentType::const_new("application/pdf")),
            ),
        );
    for (name, value) in HEADERS {
        router = router.layer(SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value)));
    }
    // Where everybody believes the certificate, a browser never comes back by plain http.
    if app.address().starts_with("https:") && app.authority().is_none() {
        let year = HeaderValue::from_static("max-age=31536000");
        router = router.layer(SetResponseHeaderLayer::overriding(header::STRICT_TRANSPORT_SECURITY, year));
    }
    router.with_state(app)
}
