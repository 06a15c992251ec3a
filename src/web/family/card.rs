//! A card where no session is chosen yet, typed or scanned; and what a code of no card is told.

use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::html::Pictures;
use crate::html::family::start::{self, StartPage};
use crate::html::family::who::{self, WhoPage};
use crate::html::family::{Place, Step, pass_on};
use crate::person::CardCode;
use crate::session::{MadeUp, Occasion};
use crate::web::card_door::{AtHome, CardDoor, door_of_card};
use crate::web::{App, Error, kit};

use super::visitor::Visitor;
use super::{CardForm, LOST, StepForm, contact_of, hall, shell, take_step};

/// `POST /card`: a code typed where no session is chosen yet.
pub(super) async fn card_typed(
    State(app): State<App>,
    form: Result<Form<CardForm>, FormRejection>,
) -> Result<Response, Error> {
    let Form(CardForm { code }) = form.map_err(|_| LOST)?;
    match open_card(&app, &code).await? {
        Ok((CardDoor::Hall(at), card)) => take_step(&app, &at, Some(hall(&at)), &StepForm::of_card(&card)).await,
        Ok((CardDoor::Home(home), card)) => take_step(&app, &home.at, None, &StepForm::of_card(&card)).await,
        Err(refused) => Ok(refused),
    }
}

/// `GET /c/{code}`: the address in a card's QR code. With script the tablet goes on by itself.
pub(super) async fn card_scanned(State(app): State<App>, Path(code): Path<String>) -> Result<Response, Error> {
    let (door, card) = match open_card(&app, &code).await? {
        Ok(found) => found,
        Err(refused) => return Ok(refused),
    };
    let (at, occasion) = match door {
        CardDoor::Hall(at) => {
            let occasion = hall(&at);
            (at, occasion)
        }
        CardDoor::Home(AtHome { at, afters }) => (at, Occasion::Home { afters }),
    };
    let members = app.store().family(&card).await?;
    let form = StepForm::of_card(&card);
    let visitor = Visitor::new(&app, &at, occasion, &form, card.clone(), members);
    let mut pictures = Pictures::default();
    let page = WhoPage { made_up: MadeUp::No, ..visitor.who_page() };
    let instead = who::who_main(&page, &mut pictures);
    Ok(shell(&app, &at, occasion, Some(&card), Some(instead)).into_response())
}

/// Finds the session a card is at, or the page that says why there is none.
async fn open_card(app: &App, typed: &str) -> Result<Result<(CardDoor, CardCode), Response>, Error> {
    let refuse = |why: String| {
        let page =
            StartPage { step: Step::to("/card"), typed: typed.to_owned(), error: Some(why), ..StartPage::default() };
        Ok(Err((StatusCode::UNPROCESSABLE_ENTITY, start::start(&page)).into_response()))
    };
    let code = match CardCode::parse(typed) {
        Ok(code) => code,
        Err(error) => return refuse(error.to_string()),
    };
    if !kit::look(app, None) {
        return refuse(TOO_MANY_CODES.to_owned());
    }
    let Some(project) = app.store().project_of_card(&code).await? else {
        app.guesses().was_wrong(None, app.now_us());
        return refuse(no_card(app, &code).await?.to_owned());
    };
    let Some(door) = door_of_card(app, &code, &project).await? else {
        let place = Place { project: project.name.clone(), place: String::new() };
        let made_up = app.store().programme(project.programme_id).await?.map_or(MadeUp::No, |of| of.made_up());
        let contact = contact_of(app, project.programme_id).await?;
        return Ok(Err((StatusCode::NOT_FOUND, pass_on::no_session(&place, made_up, &contact)).into_response()));
    };
    Ok(Ok((door, code)))
}

/// In the words of someone who wants to help a child find the mistake.
const UNKNOWN_CARD: &str =
    "No card has this code. Look at each letter and number once more, or ask the person who runs the session.";

pub(super) const TOO_MANY_CODES: &str =
    "Too many codes of no card were tried here. Try again in ten minutes, or ask the person who runs the session.";

/// Why a card is none of this session's.
pub(super) fn foreign_card(here: MadeUp, card: MadeUp) -> &'static str {
    match (here, card) {
        (_, MadeUp::Practice) => {
            "This is a card of a practice, and would not be counted here. Ask the person who runs the session for one of today’s."
        }
        (MadeUp::Practice, _) => "This is a practice. Use one of the practice cards, and keep your own for the day.",
        _ => "This card belongs to another programme. Ask the person who runs the session for one of today’s.",
    }
}

/// Why a code is no card's.
pub(super) async fn no_card(app: &App, code: &CardCode) -> Result<&'static str, Error> {
    Ok(if app.store().is_taken_out(code).await? { TAKEN_OUT } else { UNKNOWN_CARD })
}

const TAKEN_OUT: &str = "The answers of this card were taken out, and it is no longer a card. Ask the person who runs the session for a new one.";
