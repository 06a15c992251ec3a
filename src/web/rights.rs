//! What a family may ask of whoever keeps its answers: to see everything, and to have it taken out. The
//! code is posted from page to page and stands in no address.

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use maud::{Markup, html};
use serde::Deserialize;

use crate::account::Hold;
use crate::export::bundle;
use crate::html::Page;
use crate::html::partials::{Column, Field, FieldError, Input, button, error_summary, field, table};
use crate::person::CardCode;
use crate::store::{Held, HeldPresence, HeldResponse, LogLine, ResponseState, TakenOut};

use super::asking::{self, may};
use super::form::Posted;
use super::frame::{crumbs, refused, staff_page};
use super::gate::spot_of_project;
use super::words::{count, day, how_many, moment};
use super::{App, Error, protection, safeguarding, why};

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

fn ask_page(typed: &str, errors: &[FieldError]) -> Page {
    let code = Field::text("code", "The code on the family’s card")
        .value(typed)
        .hint(
            "Six letters and numbers, like PEN-C4T. Without the card nobody’s answers can be found: no names are kept.",
        )
        .width("short")
        .required();
    Page::staff(
        "A family’s rights",
        html! {
            (crumbs(&[("Programmes", "/")]))
            (error_summary(errors))
            h1 { "A family’s rights" }
            p.lead { "A family may see everything that is kept about it, and may have it taken out." }
            form.wide action="/rights" method="post" novalidate {
                (field(&code, errors))
                (why::folded("why-found"))
                (button("Find the card"))
            }
        },
    )
}

fn found_page(held: &Held, errors: &[FieldError]) -> Page {
    let reasons = REASONS.iter().map(|(value, words)| ((*value).to_owned(), (*words).to_owned())).collect();
    let reason = Field::new("reason", "Why", Input::Radios(reasons)).required();
    let columns = [Column::words("Day"), Column::words("Who"), Column::words("What"), Column::words("Counted")];
    let rows: Vec<Vec<Markup>> = held
        .responses
        .iter()
        .map(|response| {
            vec![
                html! { (when(response)) },
                html! { (response.animal.map_or("not known", |animal| animal.name())) },
                html! { (response.wave.map_or("could not be read", |wave| wave.word())) },
                html! { @if response.state == Some(ResponseState::Counted) { "yes" } @else { "no, kept only" } },
            ]
        })
        .collect();
    Page::staff(
        "What is kept under this card",
        html! {
            (crumbs(&[("Programmes", "/"), ("A family’s rights", "/rights")]))
            (error_summary(errors))
            h1 { "What is kept under " (held.code) }
            p.lead {
                (held.project) ", " (held.programme) ". "
                (count(how_many(&held.people), "person", "people")) ", "
                (count(how_many(&held.responses), "questionnaire", "questionnaires")) ". The card was printed on "
                (moment(held.issued_us)) "."
            }
            @if rows.is_empty() { p { "Nobody has answered with it." } }
            @else { (table("Questionnaires of this card", &columns, &rows)) }
            @if may("POST", "/rights/answers", None) { section aria-labelledby="see" {
                h2 #see { "To see everything" }
                p { "Every question and answer, as the family gave them. Open it only where the family has asked." }
                div.row {
                    form action="/rights/answers" method="post" { (code_field(held)) (why::folded("why-shown")) (button("Show the answers")) }
                    form action="/rights/copy" method="post" {
                        (code_field(held))
                        (why::folded("why-copied"))
                        button.link-button type="submit" { "Download everything as a file (JSON)" }
                    }
                }
            } }
            section aria-labelledby="take-out" {
                h2 #take-out { "To have it taken out" }
                @if held.is_kept() { p { strong { "Not now: it is kept from being deleted." } " An administrator or a project manager can end that on the programme’s page " em { "How long answers are kept" } "." @if may("POST", "/rights/protection", None) { " Until then it can be left out of every figure, below." } } }
                @else { p { "Everything above goes for good, with all that was worked out from it, and the figures change. The card stops being a card. Nobody can bring it back, and copies that a tablet sends later are refused." }
                form action="/rights/withdrawal" method="post" {
                    (code_field(held))
                    (field(&reason, errors))
                    (why::folded("why-out"))
                    button.button.danger type="submit" { "Take the answers out for good" }
                } }
            }
            (protection::of_card(held, errors))
        },
    )
}

fn when(response: &HeldResponse) -> String {
    response.held_on.as_deref().map_or_else(|| moment(response.received_us), day)
}

fn code_field(held: &Held) -> Markup {
    html! { input type="hidden" name="code" value=(held.code.as_str()); }
}

fn answers_page(held: &Held, told: impl Fn(&HeldResponse) -> Vec<bundle::Told>) -> Page {
    let columns = [Column::words("Question"), Column::words("Answer")];
    Page::staff(
        "Everything that is kept",
        html! {
            (crumbs(&[("Programmes", "/"), ("A family’s rights", "/rights")]))
            h1 { "Everything kept under " (held.code) }
            section aria-labelledby="people" {
                h2 #people { "People" }
                @if held.people.is_empty() { p { "Nobody is known by this card." } }
                ul { @for person in &held.people {
                    li {
                        strong { (person.animal.name()) }
                        @if let Some(year) = person.school_year { ", school year " (year.number()) }
                        @for (held_on, place) in &person.sessions {
                            ", came on " (day(held_on)) @if !place.is_empty() { " to " (place) }
                        }
                    }
                } }
            }
            @if held.responses.iter().any(|response| response.unread) {
                p.notice { "Words that nobody has read yet are shown to whoever is named to read them, and to nobody else before: " em { "In their own words" } ", on the programme’s page." }
            }
            @for (index, response) in held.responses.iter().enumerate() {
                @let rows: Vec<Vec<Markup>> = told(response)
                    .into_iter()
                    .map(|told| vec![html! { (told.question) }, html! { (told.answer) }])
                    .collect();
                @let title = format!(
                    "{}, {}, {}",
                    response.animal.map_or("Not known whose", |animal| animal.name()),
                    response.wave.map_or("could not be read", |wave| wave.word()),
                    when(response)
                );
                section.titled aria-labelledby={ "response-" (index) } {
                    h2 id={ "response-" (index) } { (title) }
                    @if let Some(how) = bundle::agreed(response) { p.small { "They " (how) "." } }
                    @if !response.reason.is_empty() { p { "Not counted: " (response.reason) "." } }
                    @if rows.is_empty() { p { "These bytes cannot be read. The file holds them as they came." } }
                    @else { (table(&format!("Answers: {title}"), &columns, &rows)) }
                }
            }
            (beside(held))
            div.row {
                form action="/rights/copy" method="post" {
                    (code_field(held))
                    (why::folded("why-copied"))
                    (button("Download everything as a file (JSON)"))
                }
                form action="/rights" method="post" {
                    (code_field(held))
                    button.link-button type="submit" { "Back to the card" }
                }
            }
        },
    )
}

/// What is kept beside people and answers; the file says it word by word.
fn beside(held: &Held) -> Markup {
    let lines = [
        (how_many(&held.decisions), "decision about who is who", "decisions about who is who"),
        (how_many(&held.second_keyings), "paper that was keyed in twice", "papers that were keyed in twice"),
        (
            how_many(&held.at_session),
            "note of who has begun or said no today",
            "notes of who has begun or said no today",
        ),
    ];
    let lines: Vec<String> =
        lines.into_iter().filter(|(n, ..)| *n > 0).map(|(n, one, many)| count(n, one, many)).collect();
    html! {
        @if !held.quotes.is_empty() || !lines.is_empty() {
            section aria-labelledby="beside" {
                h2 #beside { "What else is kept" }
                @for quote in &held.quotes {
                    blockquote { (quote.said) }
                    p.small { "Taken for a report: " (quote.state.words()) "." @if quote.words != quote.said { " Printed as: " (quote.words) } }
                }
                @if !lines.is_empty() { ul { @for line in &lines { li { (line) } } } }
                p.small { "The file below says each of these in full." }
            }
        }
    }
}

fn gone_page(gone: TakenOut) -> Page {
    Page::staff(
        "The answers are out",
        html! {
            (crumbs(&[("Programmes", "/"), ("A family’s rights", "/rights")]))
            h1 { "The answers are out" }
            p.lead {
                (count(gone.responses, "questionnaire", "questionnaires")) " of "
                (count(gone.people, "person", "people")) " and everything worked out from them are gone. The card is no longer one."
            }
            ul {
                li { "A tablet that sends a copy later is told to forget it." }
                li { "Copies of the database made before now still hold the answers. Delete them when you can; restoring one takes the answers out again." }
                li { "Files that were downloaded before now are not in our hands." }
            }
            p { a href="/rights" { "Another card" } }
        },
    )
}
