//! The family's own way to take its answers out, at an open session: the card's code, a look at what
//! goes, and a yes. Whoever tries codes by the dozen, or takes family after family out, is sent to the person who runs
//! the session.

use axum::extract::rejection::FormRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Form, Router};
use serde::Deserialize;

use crate::html::family::Place;
use crate::html::family::withdrawal::{self as pages, AskPage, SurePage};
use crate::person::CardCode;
use crate::store::{Deed, Held, LogLine, SessionPlace};

use super::{App, Error, family};

/// `/s/{key}/withdrawal`
pub fn routes() -> Router<App> {
    Router::new().route("/s/{key}/withdrawal", get(ask).post(step))
}

/// The code, and whether the family was asked and is sure.
#[derive(Deserialize)]
struct StepForm {
    #[serde(default)]
    code: String,
    sure: Option<String>,
}

async fn ask(State(app): State<App>, Path(key): Path<String>) -> Result<Response, Error> {
    let at = open_session(&app, &key).await?;
    // With script it is one of the tablet's own screens.
    Ok(family::shell_with(&app, &at, pages::ask_main(&ask_page(&at, "", None))).into_response())
}

async fn step(
    State(app): State<App>,
    Path(key): Path<String>,
    form: Result<Form<StepForm>, FormRejection>,
) -> Result<Response, Error> {
    let at = open_session(&app, &key).await?;
    let Form(form) = form.map_err(|_| Error::Bad("Something got lost on the way. Start again with the card."))?;
    let now_us = app.now_us();
    if !app.guesses().may_take_out(at.session.id, now_us) {
        return Ok(leave_it_to_the_leader(&at));
    }
    let code = match CardCode::parse(&form.code) {
        Ok(code) => code,
        Err(error) => return Ok(ask_again(&at, &form.code, Some(error.to_string()))),
    };
    let ours = app.store().project_of_card(&code).await?.is_some_and(|p| p.programme_id == at.programme.id);
    let Some(held) = (if ours { app.store().held(&code).await? } else { None }) else {
        if app.store().is_taken_out(&code).await? {
            return Ok(pages::gone(&place_of(&at), &home(&at), at.programme.made_up()).into_response());
        }
        app.guesses().was_wrong(Some(at.session.id), now_us);
        return Ok(ask_again(&at, &form.code, Some(UNKNOWN.to_owned())));
    };
    if held.is_kept() {
        return Ok(ask_again(&at, "", Some(KEPT.to_owned())));
    }
    if form.sure.as_deref() != Some("yes") {
        return Ok(sure(&at, &held).into_response());
    }
    if !app.guesses().takes_out(at.session.id, now_us) {
        return Ok(leave_it_to_the_leader(&at));
    }
    let store = app.store().clone();
    let deed = Deed {
        who: "the family itself".to_owned(),
        what: "Took a family’s answers out".to_owned(),
        about: format!("{}: at the session of {}", at.project.name, at.session.held_on),
        reason: String::new(),
    };
    // A task of its own: a tablet that goes away must not leave it half done.
    tokio::spawn(async move { LogLine::of(deed, now_us).over(store.take_out(&code, now_us)).await })
        .await
        .map_err(|_| Error::Bad("It could not be finished. Try again."))??;
    app.unwilling().forget_family(&held.cards);
    Ok(pages::gone(&place_of(&at), &home(&at), at.programme.made_up()).into_response())
}

// Why is not said here: whoever holds the card need not be who it is about.
const KEPT: &str = "We cannot delete these answers here today. Please ask the person who runs the session: they know whom to write to, and nobody need use your answers until then.";
const UNKNOWN: &str = "No card of this programme has this code. Look at each letter and number once more.";
const TOO_MANY: &str =
    "Too many codes were tried here. Please ask the person who runs the session: they can take your answers out.";

fn leave_it_to_the_leader(at: &SessionPlace) -> Response {
    let mut response = ask_again(at, "", Some(TOO_MANY.to_owned()));
    *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
    response
}

async fn open_session(app: &App, key: &str) -> Result<SessionPlace, Error> {
    app.store().session(key).await?.filter(|at| at.session.is_open()).ok_or(Error::NotFound)
}

fn ask_again(at: &SessionPlace, typed: &str, error: Option<String>) -> Response {
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    (status, pages::ask(&ask_page(at, typed, error))).into_response()
}

fn ask_page(at: &SessionPlace, typed: &str, error: Option<String>) -> AskPage {
    AskPage {
        place: place_of(at),
        action: format!("{}/withdrawal", home(at)),
        start: home(at),
        typed: typed.to_owned(),
        error,
        made_up: at.programme.made_up(),
    }
}

fn sure(at: &SessionPlace, held: &Held) -> maud::Markup {
    pages::sure(&SurePage {
        place: place_of(at),
        action: format!("{}/withdrawal", home(at)),
        start: home(at),
        code: held.code.clone(),
        people: held.people.iter().map(|person| person.animal).collect(),
        questionnaires: held.responses.len(),
        made_up: at.programme.made_up(),
    })
}

fn place_of(at: &SessionPlace) -> Place {
    Place { project: at.project.name.clone(), place: at.session.place.clone() }
}

fn home(at: &SessionPlace) -> String {
    format!("/s/{}", at.session.key)
}
