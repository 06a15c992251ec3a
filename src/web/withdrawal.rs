//! The family's own way to take its answers out, at an open session or at home: the card's code, a look at what
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
use crate::session::MadeUp;
use crate::store::{Deed, Held, LogLine, SessionPlace, WITHDRAWN};

use super::guesses::AT_HOME;
use super::{App, Error, family};

/// `/s/{key}/withdrawal` and `/card/withdrawal`
pub fn routes() -> Router<App> {
    Router::new()
        .route("/s/{key}/withdrawal", get(ask).post(step))
        .route("/card/withdrawal", get(ask_at_home).post(step_at_home))
}

/// Where a family takes its answers out.
struct Spot {
    /// The session they are at; none at home.
    at: Option<SessionPlace>,
    place: Place,
    /// The page they came from.
    start: String,
    made_up: MadeUp,
}

impl Spot {
    fn session(at: SessionPlace) -> Spot {
        let place = Place { project: at.project.name.clone(), place: at.session.place.clone() };
        Spot { place, start: format!("/s/{}", at.session.key), made_up: at.programme.made_up(), at: Some(at) }
    }

    fn home() -> Spot {
        Spot { at: None, place: Place::default(), start: "/card".to_owned(), made_up: MadeUp::default() }
    }

    /// What codes are counted under. Everybody at home is counted together.
    fn counted(&self) -> i64 {
        self.at.as_ref().map_or(AT_HOME, |at| at.session.id)
    }

    /// Whether a card of this programme can go here: at a session its own, at home any.
    fn takes(&self, programme_id: i64) -> bool {
        self.at.as_ref().is_none_or(|at| at.programme.id == programme_id)
    }
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
    Ok(family::shell_with(&app, &at, pages::ask_main(&ask_page(&Spot::session(at.clone()), "", None))).into_response())
}

async fn ask_at_home() -> Response {
    pages::ask(&ask_page(&Spot::home(), "", None)).into_response()
}

async fn step_at_home(State(app): State<App>, form: Result<Form<StepForm>, FormRejection>) -> Result<Response, Error> {
    take(&app, &Spot::home(), form).await
}

async fn step(
    State(app): State<App>,
    Path(key): Path<String>,
    form: Result<Form<StepForm>, FormRejection>,
) -> Result<Response, Error> {
    let spot = Spot::session(open_session(&app, &key).await?);
    take(&app, &spot, form).await
}

/// The code, then a look at what goes, then it goes.
async fn take(app: &App, spot: &Spot, form: Result<Form<StepForm>, FormRejection>) -> Result<Response, Error> {
    let Form(form) = form.map_err(|_| Error::Bad("Something got lost on the way. Start again with the card."))?;
    let now_us = app.now_us();
    if !app.guesses().may_take_out(spot.counted(), now_us) {
        return Ok(leave_it_to_somebody(spot));
    }
    let code = match CardCode::parse(&form.code) {
        Ok(code) => code,
        Err(error) => return Ok(ask_again(spot, &form.code, Some(error.to_string()))),
    };
    let project = app.store().project_of_card(&code).await?.filter(|project| spot.takes(project.programme_id));
    let Some((project, held)) = (match project {
        Some(project) => app.store().held(&code).await?.map(|held| (project, held)),
        None => None,
    }) else {
        if app.store().is_taken_out(&code).await? {
            return Ok(pages::gone(&spot.place, &spot.start, spot.made_up).into_response());
        }
        app.guesses().was_wrong(Some(spot.counted()), now_us);
        return Ok(ask_again(spot, &form.code, Some(UNKNOWN.to_owned())));
    };
    if held.is_kept() {
        return Ok(ask_again(spot, "", Some(KEPT.to_owned())));
    }
    if form.sure.as_deref() != Some("yes") {
        return Ok(sure(spot, &held).into_response());
    }
    if !app.guesses().takes_out(spot.counted(), now_us) {
        return Ok(leave_it_to_somebody(spot));
    }
    let store = app.store().clone();
    let deed = Deed {
        who: "the family itself".to_owned(),
        what: WITHDRAWN.to_owned(),
        about: match &spot.at {
            Some(at) => format!("{}: at the session of {}", at.project.name, at.session.held_on),
            None => format!("{}: at home", project.name),
        },
        reason: String::new(),
    };
    // A task of its own: a tablet that goes away must not leave it half done.
    tokio::spawn(async move { LogLine::of(deed, now_us).over(store.take_out(&code, now_us)).await })
        .await
        .map_err(|_| Error::Bad("It could not be finished. Try again."))??;
    app.unwilling().forget_family(&held.cards);
    Ok(pages::gone(&spot.place, &spot.start, spot.made_up).into_response())
}

// Why is not said here: whoever holds the card need not be who it is about.
const KEPT: &str = "We cannot delete these answers here today. Please ask the person who runs the session: they know whom to write to, and nobody need use your answers until then.";
const UNKNOWN: &str = "No card has this code here. Look at each letter and number once more.";
const TOO_MANY: &str =
    "Too many codes were tried here. Please ask the person who runs the session: they can take your answers out.";

const TOO_MANY_AT_HOME: &str = "Too many codes were tried just now. Try again later, or tell whoever gave you the card: they can take your answers out.";

fn leave_it_to_somebody(spot: &Spot) -> Response {
    let words = if spot.at.is_some() { TOO_MANY } else { TOO_MANY_AT_HOME };
    let mut response = ask_again(spot, "", Some(words.to_owned()));
    *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
    response
}

async fn open_session(app: &App, key: &str) -> Result<SessionPlace, Error> {
    app.store().session(key).await?.filter(|at| at.session.is_open()).ok_or(Error::NotFound)
}

fn ask_again(spot: &Spot, typed: &str, error: Option<String>) -> Response {
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    (status, pages::ask(&ask_page(spot, typed, error))).into_response()
}

fn ask_page(spot: &Spot, typed: &str, error: Option<String>) -> AskPage {
    AskPage {
        place: spot.place.clone(),
        action: format!("{}/withdrawal", spot.start),
        start: spot.start.clone(),
        typed: typed.to_owned(),
        error,
        made_up: spot.made_up,
    }
}

fn sure(spot: &Spot, held: &Held) -> maud::Markup {
    pages::sure(&SurePage {
        place: spot.place.clone(),
        action: format!("{}/withdrawal", spot.start),
        start: spot.start.clone(),
        code: held.code.clone(),
        people: held.people.iter().map(|person| person.animal).collect(),
        questionnaires: held.responses.len(),
        made_up: spot.made_up,
    })
}
