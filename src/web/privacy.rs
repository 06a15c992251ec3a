//! What happens with the answers, in plain words, for whoever is asked for permission.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use maud::{Markup, html};

use crate::html::Page;

use super::frame::staff_page;
use super::{App, Error};

/// `GET /privacy`
pub fn routes() -> Router<App> {
    Router::new().route("/privacy", get(notice))
}

async fn notice(State(app): State<App>) -> Result<Markup, Error> {
    let body = html! {
        h1 { "What happens with the answers" }
        h2 { "For children" }
        p { "We ask what you think about jobs. It is not a test. You can skip any question and stop whenever you like. We do not ask your name." }
        h2 { "For grown-ups" }
        ul {
            li { "We ask a few questions before and after, to see whether the sessions help." }
            li { "No names, birthdays or addresses. A card code and a picture stand for each person; only your family knows who is who." }
            li { "What we keep: the answers, a child’s school year, the day and place of the session." }
            li { "Who sees it: the people who run and evaluate the programme. Reports show groups, never one person." }
            li { "Your words are used in reports only if you say so, and never with a name." }
            li { "Changed your mind? On the first page of a tablet at any session choose “Take our answers out” and type the code on your card, or ask the person who runs the session to do it. Everything is then deleted for good. They can also show you everything that is kept." }
        }
    };
    staff_page(&app, Page::family("What happens with the answers", body).class("target-48")).await
}
