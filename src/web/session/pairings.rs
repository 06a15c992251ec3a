//! Tablets on a session's home: those that ask, each with its two words, and those that are paired.

use axum::Router;
use axum::extract::{FromRef, FromRequestParts, RawPathParams, State};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use maud::{Markup, html};
use serde::Deserialize;

use crate::session::pairing::{colour_of, next_name};
use crate::store::{LogLine, SessionPlace};
use crate::web::form::Posted;
use crate::web::place::AtSession;
use crate::web::{App, Error};

use super::parts::Scene;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/sessions/{session}/pairings/{pairing}", post(approve))
        .route("/sessions/{session}/pairings/{pairing}/refusal", post(refuse))
        .route("/sessions/{session}/pairings/{pairing}/end", post(end))
}

/// The request that `{pairing}` in the route names, at its session.
struct AtPairing {
    at: SessionPlace,
    pairing: i64,
}

impl<S: Send + Sync> FromRequestParts<S> for AtPairing
where
    App: FromRef<S>,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<AtPairing, Error> {
        let AtSession(at) = AtSession::from_request_parts(parts, state).await?;
        let params = RawPathParams::from_request_parts(parts, state).await.map_err(|_| Error::NotFound)?;
        let id = params.iter().find(|(name, _)| *name == "pairing").and_then(|(_, id)| id.parse().ok());
        Ok(AtPairing { at, pairing: id.ok_or(Error::NotFound)? })
    }
}

/// What the button said that was pressed.
#[derive(Deserialize)]
struct Wish {
    #[serde(default)]
    name: String,
}

async fn approve(
    State(app): State<App>,
    AtPairing { at, pairing }: AtPairing,
    Posted(Wish { name }): Posted<Wish>,
) -> Result<Response, Error> {
    remark_its_name(&at);
    app.store().pair_tablet(at.session.id, pairing, name, app.now_us()).await?.ok_or(Error::NotFound)?;
    Ok(back(&at))
}

async fn refuse(State(app): State<App>, AtPairing { at, pairing }: AtPairing) -> Result<Response, Error> {
    // What was refused or taken meanwhile is done; what another session was asked is not ours to answer.
    let asked_here = app.store().pairings(at.session.id).await?.iter().any(|one| one.id == pairing);
    LogLine::remark(home(&at), "");
    if !app.store().refuse_pairing(at.session.id, pairing, app.now_us()).await? && !asked_here {
        return Err(Error::NotFound);
    }
    Ok(back(&at))
}

async fn end(State(app): State<App>, AtPairing { at, pairing }: AtPairing) -> Result<Response, Error> {
    remark_its_name(&at);
    app.store().end_pairing(at.session.id, pairing, app.now_us()).await?.ok_or(Error::NotFound)?;
    Ok(back(&at))
}

/// The log says which tablet it was.
fn remark_its_name(at: &SessionPlace) {
    let home = home(at);
    LogLine::remark_on(move |name| format!("{name} tablet, {home}"), "");
}

fn home(at: &SessionPlace) -> String {
    format!("/sessions/{}", at.session.key)
}

fn back(at: &SessionPlace) -> Response {
    Redirect::to(&format!("{}#tablets", home(at))).into_response()
}

/// The tablets that ask, with the same two words that each of them shows.
pub fn requests(scene: &Scene) -> Markup {
    let (key, pairings) = (&scene.at.session.key, &scene.pairings);
    let mut taken: Vec<String> = pairings.iter().filter_map(|one| one.name.clone()).collect();
    // Each that waits is offered a colour of its own, and is called what its button said.
    let mut waiting = Vec::new();
    for one in pairings.iter().filter(|one| one.waits()) {
        let before = pairings.iter().filter(|other| other.device == one.device).find_map(|other| other.name.clone());
        let name = before.unwrap_or_else(|| next_name(&taken));
        taken.push(name.clone());
        waiting.push((one, name));
    }
    html! {
        ul.requests data-part="requests" aria-label="Tablets that ask to be paired" {
            @for (one, name) in &waiting {
                li.request {
                    p { "A tablet shows these words:" }
                    p.words { (one.words) }
                    div.row {
                        form action={ "/sessions/" (key) "/pairings/" (one.id) } method="post" {
                            input type="hidden" name="name" value=(name);
                            button.button type="submit" { "Yes, it is the " (name) " tablet" }
                        }
                        form action={ "/sessions/" (key) "/pairings/" (one.id) "/refusal" } method="post" {
                            button.button.plain type="submit" { "Not ours" span.hidden { ": " (one.words) } }
                        }
                    }
                }
            }
        }
    }
}

/// A tablet's name with a spot of its colour; the colour never says it alone.
pub fn name_tag(name: &str) -> Markup {
    html! { span class={ "tablet-name " (colour_of(name)) } { (name) } }
}

/// The first four symbols of a tablet's own name, as its leader's panel shows them.
pub fn short_device(device: &str) -> String {
    device.chars().take(4).collect::<String>().to_uppercase()
}
