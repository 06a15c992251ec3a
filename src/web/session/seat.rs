//! One family at a session: who has done what, and its card large enough to hand a tablet over with.

use axum::Router;
use axum::extract::{RawPathParams, State};
use axum::routing::get;
use maud::{Markup, html};

use crate::html::partials::button_link;
use crate::html::{Page, qr};
use crate::session::board::FamilyAtSession;
use crate::web::frame::{Part, programme_page};
use crate::web::place::AtSession;
use crate::web::{App, Error};

use super::board::{every_animal, family};
use super::parts::{Parts, Scene};
use super::{crumbs_to, live_page};

pub fn routes() -> Router<App> {
    Router::new().route("/sessions/{session}/families/{family}", get(show))
}

async fn show(State(app): State<App>, AtSession(at): AtSession, params: RawPathParams) -> Result<Markup, Error> {
    let wanted = params.iter().find(|(name, _)| *name == "family").and_then(|(_, id)| id.parse::<i64>().ok());
    let scene = Scene::of(&app, at).await?;
    let found =
        scene.board.families.iter().find(|family| wanted.is_some() && family.id == wanted).ok_or(Error::NotFound)?;
    let page = page(&scene, found, &scene.parts(), app.address());
    programme_page(&app, &scene.at.programme, Part::Projects, page).await
}

fn page(scene: &Scene, seat: &FamilyAtSession, parts: &Parts, address: &str) -> Page {
    let key = &scene.at.session.key;
    let body = html! {
        (crumbs_to(&scene.at, true))
        h1 { "Family " (seat.card) }
        ul.families.one aria-label="Who has answered" { (family(key, seat)) }
        @if scene.at.session.is_open() {
            section.session-door aria-labelledby="hand" {
                div.qr { (qr(&format!("{address}/c/{}", seat.card.as_str()))) }
                div.stack {
                    h2 #hand { "Hand them a tablet" }
                    p { "Scan the square with it, or type the code on its start page:" }
                    p.address { (seat.card) }
                    p { (button_link("Open their card on this device", &format!("/c/{}", seat.card.as_str()))) }
                }
            }
        }
        p { a href={ "/sessions/" (key) "/board" } { "Back to the live board" } }
        (every_animal())
    };
    // The code stays out of the title: titles stand in a browser's history.
    live_page("A family".to_owned(), key, &parts.version, &body)
}
