//! The family's way: card, picture, permission, questions, pass it on.
//!
//! Every step posts to the session's address and carries what was said so far, so that nothing about
//! a family stands in an address or a cookie. A card only ever opens a blank questionnaire.

use axum::extract::rejection::FormRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Form, Router};
use maud::Markup;
use serde::Deserialize;

use crate::html::family::pass_on::{self, PassOnPage};
use crate::html::family::shell::ShellPage;
use crate::html::family::start::{self, StartPage};
use crate::html::family::{Place, Step};
use crate::person::CardCode;
use crate::session::{Occasion, next_screen};
use crate::store::SessionPlace;
use crate::survey::Library;

use super::card_door::at_home;
use super::{App, Error, kit};

mod card;
mod visitor;

use card::{TOO_MANY_CODES, card_scanned, card_typed, foreign_card, no_card};
use visitor::{Visitor, said};

/// Everything a family sees before and after the questions.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/card", get(|| async { Redirect::to("/") }).post(card_typed))
        .route("/c/{code}", get(card_scanned))
        .route("/s/{key}", get(begin).post(step))
        .route("/s/{key}/home", get(begin_at_home).post(step_at_home))
        .route("/s/{key}/pass", get(pass))
}

/// The first page of a tablet that has no session's address: type a card, and its session is found.
pub fn front_door() -> Markup {
    start::start(&StartPage { step: Step::to("/card"), ..StartPage::default() })
}

/// What a step's form carries.
#[derive(Deserialize)]
struct StepForm {
    code: String,
    animal: Option<String>,
    school_year: Option<u8>,
    permission: Option<String>,
    words: Option<String>,
    assent: Option<String>,
    /// `yes` from a family that goes early.
    leaving: Option<String>,
    /// Names this screen, so that reloading what follows it counts a "No" once.
    turn: Option<String>,
}

impl StepForm {
    /// A card and nothing said yet.
    fn of_card(code: &CardCode) -> StepForm {
        StepForm {
            code: code.to_string(),
            animal: None,
            school_year: None,
            permission: None,
            words: None,
            assent: None,
            leaving: None,
            turn: None,
        }
    }
}

#[derive(Deserialize)]
struct CardForm {
    code: String,
}

/// `GET /s/{key}`: the start page of a session.
async fn begin(State(app): State<App>, Path(key): Path<String>) -> Result<Response, Error> {
    let at = find_session(&app, &key).await?;
    if !at.session.is_open() {
        return closed(&app, &at).await;
    }
    // It holds nothing about a family, so a tablet may keep it and begin with it when the server is off.
    let kept = [(header::CACHE_CONTROL, HeaderValue::from_static(KEPT_TWO_DAYS)), (SHELL, shell_header(&app, &at))];
    Ok((kept, shell(&app, &at, hall(&at), None, None)).into_response())
}

/// A tablet that was made ready the day before still begins; a newer page is taken up while nobody is on it.
const KEPT_TWO_DAYS: &str = "private, max-age=172800";

/// Tells the start page from a portal's.
const SHELL: HeaderName = HeaderName::from_static("pencilmark-shell");

fn shell_header(app: &App, at: &SessionPlace) -> HeaderValue {
    HeaderValue::from_str(&shell_hash(app, at)).unwrap_or(HeaderValue::from_static("unknown"))
}

/// What people are asked in the hall.
fn hall(at: &SessionPlace) -> Occasion {
    Occasion::Session { role: at.session.role, afters: at.session.afters_us.is_some() }
}

/// `GET /s/{key}/home`: the same for a family's own phone, after the session.
async fn begin_at_home(State(app): State<App>, Path(key): Path<String>) -> Result<Response, Error> {
    let at = find_session(&app, &key).await?;
    let named = [(SHELL, shell_header(&app, &at))];
    Ok((named, shell(&app, &at, Occasion::Home { afters: false }, None, None)).into_response())
}

/// `POST /s/{key}/home`: one step on, at home.
async fn step_at_home(
    State(app): State<App>,
    Path(key): Path<String>,
    form: Result<Form<StepForm>, FormRejection>,
) -> Result<Response, Error> {
    let at = find_session(&app, &key).await?;
    let Form(form) = form.map_err(|_| LOST)?;
    take_step(&app, &at, None, &form).await
}

fn shell_page<'a>(at: &'a SessionPlace, occasion: Occasion, library: &'a Library) -> ShellPage<'a> {
    ShellPage {
        key: &at.session.key,
        occasion,
        place: place_of(at),
        library,
        card: None,
        instead: None,
        school_notice: at.school_notice && !matches!(occasion, Occasion::Home { .. }),
        made_up: at.programme.made_up(),
        programme: &at.programme.name,
        basis: at.basis.as_ref(),
    }
}

fn shell(app: &App, at: &SessionPlace, occasion: Occasion, card: Option<&CardCode>, instead: Option<Markup>) -> Markup {
    ShellPage { card, instead, ..shell_page(at, occasion, &app.store().library()) }.page()
}

/// The start page of a session in the hall with another of its screens on it, for whoever has no script.
pub fn shell_with(app: &App, at: &SessionPlace, instead: Markup) -> Markup {
    shell(app, at, hall(at), None, Some(instead))
}

/// Names the start page of a session in this release.
pub fn shell_hash(app: &App, at: &SessionPlace) -> String {
    shell_page(at, hall(at), &app.store().library()).hash()
}

/// `POST /s/{key}`: one step on.
async fn step(
    State(app): State<App>,
    Path(key): Path<String>,
    form: Result<Form<StepForm>, FormRejection>,
) -> Result<Response, Error> {
    let at = find_session(&app, &key).await?;
    if !at.session.is_open() {
        return closed(&app, &at).await;
    }
    let Form(form) = form.map_err(|_| LOST)?;
    take_step(&app, &at, Some(hall(&at)), &form).await
}

/// `GET /s/{key}/pass`: the answers are safe, pass the tablet on.
async fn pass(State(app): State<App>, Path(key): Path<String>) -> Result<Response, Error> {
    let at = find_session(&app, &key).await?;
    let start = if at.session.is_open() { address_of(&at) } else { format!("{}/home", address_of(&at)) };
    let page = PassOnPage { place: place_of(&at), start, made_up: at.programme.made_up() };
    Ok(pass_on::pass_on(&page).into_response())
}

/// A form that a browser garbled.
const LOST: Error = Error::Bad("Something got lost on the way. Start again with the card.");

/// A session by its key.
///
/// # Errors
/// Where there is none, or it was a practice that is over.
pub async fn find_session(app: &App, key: &str) -> Result<SessionPlace, Error> {
    match app.store().session(key).await? {
        Some(at) => Ok(at),
        None if app.store().practice_is_over(key).await? => Err(Error::PracticeOver),
        None => Err(Error::NotFound),
    }
}

/// Draws the screen that follows from what was said, in the hall or, without an occasion, at home.
async fn take_step(
    app: &App,
    at: &SessionPlace,
    occasion: Option<Occasion>,
    form: &StepForm,
) -> Result<Response, Error> {
    let refuse = |why: String| {
        Ok((StatusCode::UNPROCESSABLE_ENTITY, start_page(at, form.code.clone(), Some(why))).into_response())
    };
    let card = match CardCode::parse(&form.code) {
        Ok(card) => card,
        Err(error) => return refuse(error.to_string()),
    };
    if !kit::look(app, Some(at)) {
        return refuse(TOO_MANY_CODES.to_owned());
    }
    match app.store().project_of_card(&card).await? {
        None => {
            app.guesses().was_wrong(Some(at.session.id), app.now_us());
            return refuse(no_card(app, &card).await?.to_owned());
        }
        Some(project) if project.programme_id != at.programme.id => {
            let of = app.store().programme(project.programme_id).await?.map(|programme| programme.made_up());
            return refuse(foreign_card(at.programme.made_up(), of.unwrap_or_default()).to_owned());
        }
        Some(_) => {}
    }
    let members = app.store().family(&card).await?;
    let occasion = match occasion {
        Some(occasion) => occasion,
        None => match at_home(app, &card, &members).await?.filter(|home| home.at.session.id == at.session.id) {
            Some(home) => home.occasion(),
            None => return closed(app, at).await,
        },
    };
    // A permission of the day holds; weeks later a grown-up is asked again.
    let at_home = matches!(occasion, Occasion::Home { .. });
    let permitted = (kit::permitted(&members, at) && occasion != Occasion::Home { afters: false })
        || (at.school_notice && !at_home);
    let said = said(form)?;
    let visit = Visitor::new(app, at, occasion, form, card, members);
    visit.show(next_screen(&said, &visit.family, occasion, permitted)).await
}

fn place_of(at: &SessionPlace) -> Place {
    Place { project: at.project.name.clone(), place: at.session.place.clone() }
}

fn address_of(at: &SessionPlace) -> String {
    format!("/s/{}", at.session.key)
}

/// The start page with what was wrong with the code. With script the tablet says so itself.
fn start_page(at: &SessionPlace, typed: String, error: Option<String>) -> Markup {
    start::start(&StartPage {
        place: place_of(at),
        step: Step::to(address_of(at)),
        typed,
        error,
        made_up: at.programme.made_up(),
    })
}

async fn closed(app: &App, at: &SessionPlace) -> Result<Response, Error> {
    let contact = contact_of(app, at.programme.id).await?;
    Ok((StatusCode::GONE, pass_on::no_session(&place_of(at), at.programme.made_up(), &contact)).into_response())
}

/// Whom a programme's families write to; empty where nobody said.
async fn contact_of(app: &App, programme: i64) -> Result<String, Error> {
    Ok(app.store().lawful_basis(programme).await?.map(|basis| basis.contact).unwrap_or_default())
}
