//! What a family may ask of whoever keeps its answers: to see everything, and to have it taken out. The
//! code is posted from page to page and stands in no address.

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use maud::Markup;
use serde::Deserialize;

use crate::account::Hold;
use crate::export::bundle;
use crate::html::partials::FieldError;
use crate::person::CardCode;
use crate::store::{Held, HeldPresence, LogLine};

use super::asking;
use super::form::Posted;
use super::frame::{refused, staff_page};
use super::gate::spot_of_project;
use super::words::{count, how_many};
use super::{App, Error, safeguarding};

mod pages;

use pages::{answers_page, ask_page, found_page, gone_page};

/// `/rights…`
pub fn routes() -> Router<App> {
    Router::new()
        .route("/rights", get(ask).post(find))
        .route("/rights/answers", post(show))
        .route("/rights/copy", post(copy))
        .route("/rights/withdrawal", post(withdraw))
}

/// The code that was typed.
#[derive(Deserialize)]
struct CardForm {
    #[serde(default)]
    code: String,
    #[serde(default)]
    reason: String,
}

/// What the log says of a card: its project and how much there was, never its code.
fn remark(held: &Held, reason: &str) {
    let (people, responses) = (how_many(&held.people), how_many(&held.responses));
    let about = format!(
        "{}: {} of {}",
        held.project,
        count(responses, "questionnaire", "questionnaires"),
        count(people, "person", "people")
    );
    LogLine::remark(about, reason);
}

async fn ask(State(app): State<App>) -> Result<Markup, Error> {
    staff_page(&app, ask_page("", &[])).await
}

/// What is kept under a card: how much and of whom, no answers.
async fn find(State(app): State<App>, Posted(form): Posted<CardForm>) -> Result<Response, Error> {
    if let Ok(held) = held(&app, &form.code).await? {
        remark(&held, "");
    }
    found(&app, &form.code).await
}

/// The page of a card by its code as it was typed.
///
/// # Errors
/// Where the database fails.
pub async fn found(app: &App, typed: &str) -> Result<Response, Error> {
    match held(app, typed).await? {
        Ok(held) => Ok(staff_page(app, found_page(&held, &[])).await?.into_response()),
        Err(why) => not_found(app, typed, &why).await,
    }
}

/// The same with what was wrong in one of its forms.
///
/// # Errors
/// Where the database fails.
pub async fn refused_page(app: &App, held: &Held, errors: &[FieldError]) -> Result<Response, Error> {
    Ok(refused(staff_page(app, found_page(held, errors)).await?))
}

/// The same with the answers, in words.
async fn show(State(app): State<App>, Posted(form): Posted<CardForm>) -> Result<Response, Error> {
    match held_for_asker(&app, &form.code).await? {
        Ok(held) => {
            let shown = answers_page(&held, |response| bundle::told(response, &app.store().library()));
            remark(&held, "");
            Ok(staff_page(&app, shown).await?.into_response())
        }
        Err(why) => not_found(&app, &form.code, &why).await,
    }
}

/// The same as a file.
async fn copy(State(app): State<App>, Posted(form): Posted<CardForm>) -> Result<Response, Error> {
    match held_for_asker(&app, &form.code).await? {
        Ok(held) => {
            let notices: Vec<_> = app.store().notices().await?.into_iter().map(|(notice, _)| notice).collect();
            let file = Json(bundle::json(&held, &app.store().library(), &notices));
            remark(&held, "");
            let mut response = file.into_response();
            // The name says nothing of the card.
            let name = HeaderValue::from_static("attachment; filename=\"what-is-kept.json\"");
            response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
            Ok(response)
        }
        Err(why) => not_found(&app, &form.code, &why).await,
    }
}

/// Why a family's answers are taken out: (value, words).
const REASONS: [(&str, &str); 3] = [
    ("asked", "The family asked for it"),
    ("trial", "It was a trial, or answered by mistake"),
    ("other", "Another reason, noted elsewhere"),
];

async fn withdraw(State(app): State<App>, Posted(form): Posted<CardForm>) -> Result<Response, Error> {
    let held = match held(&app, &form.code).await? {
        Ok(held) => held,
        Err(why) => return not_found(&app, &form.code, &why).await,
    };
    let Some((_, reason)) = REASONS.iter().find(|(value, _)| *value == form.reason) else {
        let errors = [FieldError::new("reason", "Choose why the answers are taken out.")];
        return refused_page(&app, &held, &errors).await;
    };
    if held.is_kept() {
        return refused_page(&app, &held, &[FieldError::new("take-out", KEPT)]).await;
    }
    let code = CardCode::parse(&form.code).map_err(|_| Error::NotFound)?;
    let now_us = app.now_us();
    // A task of its own: a browser that goes away must not leave it half done.
    let store = app.store().clone();
    remark(&held, reason);
    let gone = LogLine::in_task(async move { store.take_out(&code, now_us).await })
        .await
        .map_err(|_| Error::Bad("It could not be finished. Try again."))??;
    app.unwilling().forget_family(&held.cards);
    let gone = gone.unwrap_or_default();
    Ok(staff_page(&app, gone_page(gone)).await?.into_response())
}

const KEPT: &str = "These answers are kept from being deleted for now. Nothing was taken out.";

/// What is kept under a code as it was typed, or why there is nothing.
///
/// # Errors
/// Where the database fails.
pub async fn held(app: &App, typed: &str) -> Result<Result<Held, String>, Error> {
    let code = match CardCode::parse(typed) {
        Ok(code) => code,
        Err(error) => return Ok(Err(error.to_string())),
    };
    // A card behind a wall is as unknown as one that was never printed.
    let ours = match app.store().project_of_card(&code).await? {
        Some(project) => asking::reach(&spot_of_project(&project)) == Hold::Whole,
        None => false,
    };
    if ours && let Some(mut held) = app.store().held(&code).await? {
        let unwilling = app.unwilling().of_family(&held.cards, &app.today());
        held.at_session.extend(unwilling.into_iter().map(|(held_on, one)| HeldPresence {
            animal: one.animal,
            wave: one.wave,
            held_on,
            how: Some(one.how),
        }));
        return Ok(Ok(held));
    }
    Ok(Err(if app.store().is_taken_out(&code).await? {
        "The answers of this card were taken out. Nothing is kept under it any more.".to_owned()
    } else if app.store().is_cut(&code).await? {
        "The code of this card was cut from its answers on the day that was set for it, or they were deleted. Nobody can tell any more which were this family’s.".to_owned()
    } else {
        "No card has this code. Look at each letter and number once more.".to_owned()
    }))
}

/// The same for whoever asks to see it: words that were not read yet are for whoever is named to read them.
async fn held_for_asker(app: &App, typed: &str) -> Result<Result<Held, String>, Error> {
    // What has only just arrived is looked at first: words may be in it.
    app.store().settle().await?;
    let held = match held(app, typed).await? {
        Ok(held) => held,
        Err(why) => return Ok(Err(why)),
    };
    let Some(project) = app.store().project_of_card(&held.code).await? else { return Err(Error::NotFound) };
    let made_up = app.store().programme(project.programme_id).await?.is_some_and(|one| one.sample);
    if made_up || safeguarding::is_lead(app, project.programme_id).await? {
        return Ok(Ok(held));
    }
    Ok(Ok(bundle::without_unread(held)))
}

/// The page that asks for a code again, with why there is nothing under this one.
///
/// # Errors
/// Where the database fails.
pub async fn not_found(app: &App, typed: &str, why: &str) -> Result<Response, Error> {
    Ok(refused(staff_page(app, ask_page(typed, &[FieldError::new("code", why)])).await?))
}
