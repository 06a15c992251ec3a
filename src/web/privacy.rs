//! What happens with the answers, in plain words, for whoever is asked for permission.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use maud::Markup;

use crate::html::Page;
use crate::html::family::notice;

use super::frame::staff_page;
use super::{App, Error};

/// `GET /privacy`
pub fn routes() -> Router<App> {
    Router::new().route("/privacy", get(show))
}

async fn show(State(app): State<App>) -> Result<Markup, Error> {
    staff_page(&app, Page::family("What happens with the answers", notice::privacy()).class("target-48")).await
}
