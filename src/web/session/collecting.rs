//! Collecting the tablets: once the last family has answered, each of them takes no new family and says so. That is
//! what makes the light of a session exact.

use axum::Router;
use axum::extract::State;
use axum::response::Redirect;
use axum::routing::post;
use maud::{Markup, html};

use crate::web::place::AtSession;
use crate::web::words::moment;
use crate::web::{App, Error};

use super::parts::Scene;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/sessions/{session}/collecting", post(collect))
        .route("/sessions/{session}/collecting/pause", post(go_on))
}

async fn collect(State(app): State<App>, AtSession(at): AtSession) -> Result<Redirect, Error> {
    if at.session.is_open() {
        app.store().collect(at.session.id, Some(app.now_us())).await?;
    }
    Ok(to_closure(&at.session.key))
}

async fn go_on(State(app): State<App>, AtSession(at): AtSession) -> Result<Redirect, Error> {
    app.store().collect(at.session.id, None).await?;
    Ok(to_closure(&at.session.key))
}

fn to_closure(key: &str) -> Redirect {
    Redirect::to(&format!("/sessions/{key}/closure"))
}

/// The button, or since when they are collected.
pub fn collecting(scene: &Scene) -> Markup {
    let address = format!("/sessions/{}/collecting", scene.at.session.key);
    html! {
        div.stack data-part="collecting" {
            @match scene.collecting {
                _ if !scene.at.session.is_open() => {},
                None => {
                    form.leader action=(address) method="post" { button.button.huge type="submit" { "Collect the tablets" } }
                    p { "Once the last family has answered. No tablet then starts with a new family; whoever is answering finishes." }
                }
                Some(since_us) => {
                    p { "Tablets are collected since " (moment(since_us)) ". Each hears of it within fifteen seconds, or once its family is done." }
                    form action={ (address) "/pause" } method="post" {
                        button.link-button type="submit" { "A family still wants to answer: go on" }
                    }
                }
            }
        }
    }
}
