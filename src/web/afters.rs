//! Start afters: one button for the last quarter of an hour, from which every tablet proposes the after.

use axum::Router;
use axum::extract::State;
use axum::response::Redirect;
use axum::routing::{get, post};
use maud::{Markup, html};

use crate::html::Page;
use crate::session::Occasion;
use crate::store::SessionPlace;

use super::frame::{Part, crumbs, programme_page};
use super::place::AtSession;
use super::reach::{only_here, opens_at_home};
use super::words::{moment, weekday};
use super::{App, Error};

/// `/sessions/{session}/afters`
pub fn routes() -> Router<App> {
    Router::new()
        .route("/sessions/{session}/afters", get(show).post(start))
        .route("/sessions/{session}/afters/pause", post(pause))
}

async fn show(State(app): State<App>, AtSession(at): AtSession) -> Result<Markup, Error> {
    programme_page(&app, &at.programme, Part::Projects, page(&at, app.address())).await
}

async fn start(State(app): State<App>, AtSession(at): AtSession) -> Result<Redirect, Error> {
    if at.session.afters_us.is_none() {
        app.store().start_afters(at.session.id, Some(app.now_us())).await?;
    }
    Ok(Redirect::to(&address(&at)))
}

async fn pause(State(app): State<App>, AtSession(at): AtSession) -> Result<Redirect, Error> {
    app.store().start_afters(at.session.id, None).await?;
    Ok(Redirect::to(&address(&at)))
}

fn address(at: &SessionPlace) -> String {
    format!("/sessions/{}/afters", at.session.key)
}

fn page(at: &SessionPlace, families: &str) -> Page {
    let home = format!("/sessions/{}", at.session.key);
    let day = weekday(&at.session.held_on);
    let asks = Occasion::Session { role: at.session.role, afters: true }.leaving() == Occasion::Leaving;
    let body = html! {
        (crumbs(&[("Programmes", "/"), (&day, &home)]))
        @match at.session.afters_us {
            _ if !asks => {
                h1 { "No afters here" }
                p.lead { "At an event and at a follow-up everybody is asked once, whenever they come." }
            }
            None => {
                h1 { "Start the afters" }
                p.lead { "About fifteen minutes before the end. From then on every tablet asks for the after. Whoever comes only now answers the after alone: it is too late for a before." }
                form.leader action=(address(at)) method="post" { button.button.huge type="submit" { "Start afters" } }
                ul {
                    li { "Tablets on the network hear of it within fifteen seconds." }
                    li { "On a tablet without network: hold its corner for two seconds, then “Start the afters on this tablet”." }
                    li { "A family that goes before: its card, then “Leaving now?”. Three quick questions at most." }
                }
            }
            Some(since) => {
                h1 { "Afters have started" }
                p.lead { "Since " (moment(since)) ". Every tablet now asks for the after." }
                p { a.button.huge href=(home) { "Back to the session" } }
                ul {
                    li { "Ask families in turns: three tables at a time, children and grown-ups side by side." }
                    @if opens_at_home(families) {
                        li { "Grown-ups may answer on their own phone: the square on their card leads there." }
                        li { "Whoever misses it can answer at home for two days, from the square on their card, or next time they come." }
                    } @else {
                        @if !only_here(families) { li { "Grown-ups may answer on their own phone while it is on this wifi: the square on their card leads there." } }
                        li { "Whoever misses it can answer the next time they come." }
                    }
                }
                form action={ (address(at)) "/pause" } method="post" {
                    button.link-button type="submit" { "That was too early: take it back" }
                }
            }
        }
    };
    Page::staff("Afters", body).class("leader")
}
