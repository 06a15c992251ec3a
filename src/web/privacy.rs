//! What happens with the answers, in plain words, for whoever is asked for permission.

use axum::Router;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::routing::get;
use maud::{Markup, html};
use serde::Deserialize;

use crate::html::Page;
use crate::html::family::notice;

use super::frame::staff_page;
use super::{App, Error};

/// `GET /privacy`
pub fn routes() -> Router<App> {
    Router::new().route("/privacy", get(show))
}

/// At which session somebody asks.
#[derive(Deserialize, Default)]
struct Asked {
    at: Option<String>,
}

async fn show(State(app): State<App>, asked: Result<Query<Asked>, QueryRejection>) -> Result<Markup, Error> {
    let at = asked.ok().and_then(|Query(asked)| asked.at);
    let ground = match at.filter(|key| key.bytes().all(|byte| byte.is_ascii_alphanumeric())) {
        Some(key) => ground(&app, &key).await?,
        None => html! {},
    };
    let words = html! { (notice::privacy()) (ground) };
    staff_page(&app, Page::family("What happens with the answers", words).class("target-48")).await
}

/// On what ground of the law a session's programme keeps answers, where that was written down. Programmes of others
/// stand on no page: whoever has a session's address knows its programme.
async fn ground(app: &App, key: &str) -> Result<Markup, Error> {
    let Some(at) = app.store().session(key).await? else { return Ok(html! {}) };
    Ok(notice::law(&at.programme.name, at.basis.as_ref()))
}
