//! Who is who: people proposed for an after without a before, questionnaires that may be two people's, and what was
//! decided, with taking it back. Nothing is ever linked by itself.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use maud::{Markup, html};
use serde::Deserialize;

use crate::account::Spot;
use crate::html::Page;
use crate::html::partials::{FieldError, error_summary};
use crate::pairing::links::{Confidence, Decision, Key};
use crate::pairing::seen::{Collision, Seen, Told, candidates, collisions};
use crate::person::{Animal, CardCode};
use crate::store::{LogLine, NewLink, SessionPlace, StoredLink};

use super::find::{clock, described};
use super::form::{NO_CODE, Posted, names_a_card};
use super::frame::{Part, crumbs, programme_page, refused};
use super::place::AtSession;
use super::reasons::{self, When};
use super::words::{moment, weekday};
use super::{App, Error, asking, why};

/// `/sessions/{session}/links`
pub fn routes() -> Router<App> {
    Router::new()
        .route("/sessions/{session}/links", get(show).post(decide))
        .route("/sessions/{session}/links/undo", post(undo))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct DecisionForm {
    /// Who answered the after: a person's key, or the id of a response whose card nobody knows.
    one: String,
    /// Who they are: a person's key.
    is: String,
    /// A response that is somebody else's, or is set aside.
    response: String,
    /// Whose it is: a picture of the same card, or nothing where it is set aside.
    animal: String,
    confidence: String,
    reason: String,
}

async fn show(State(app): State<App>, AtSession(at): AtSession) -> Result<Markup, Error> {
    draw(&app, &at, &[]).await
}

async fn draw(app: &App, at: &SessionPlace, errors: &[FieldError]) -> Result<Markup, Error> {
    let people = app.store().seen_at(at.session.id, &at.session.key).await?;
    let decided = decided_here(app, at).await?;
    let is_due = reasons::of_session(app, at, When::AnsweredAndOver).await?;
    programme_page(app, &at.programme, Part::Projects, page(at, (&people, &decided), is_due, errors)).await
}

/// What was decided in the programme, as far as it is theirs who ask: nobody sees a card of a project that is closed to
/// them, unless its family came to one of theirs.
async fn decided_here(app: &App, at: &SessionPlace) -> Result<Vec<StoredLink>, Error> {
    let mut theirs = Vec::new();
    for link in app.store().links(at.programme.id).await? {
        if is_theirs(app, at, &link.decision).await? {
            theirs.push(link);
        }
    }
    Ok(theirs)
}

/// Whether everything that a decision names is theirs who ask.
async fn is_theirs(app: &App, at: &SessionPlace, decision: &Decision) -> Result<bool, Error> {
    if reaches(&[Spot { programme: at.programme.id, project: None, organisation: None }]) {
        return Ok(true);
    }
    Ok(app.store().spots_of_decision(decision).await?.iter().all(|spots| reaches(spots)))
}

/// Whether whoever asks reaches all of one of these places. Where nobody asks, as in a test of a page by itself,
/// everything is theirs.
fn reaches(spots: &[Spot]) -> bool {
    asking::member().is_none_or(|member| spots.iter().any(|spot| member.reach.holds(spot)))
}

/// Whether a card may be named by whoever asks: it is of a project of theirs, or its family came to one.
///
/// # Errors
/// Where the database fails.
pub async fn is_card_of_theirs(app: &App, code: &CardCode) -> Result<bool, Error> {
    Ok(reaches(&app.store().spots_of_card(code).await?))
}

async fn decide(
    State(app): State<App>,
    AtSession(at): AtSession,
    Posted(form): Posted<DecisionForm>,
) -> Result<Response, Error> {
    let people = app.store().seen_at(at.session.id, &at.session.key).await?;
    let link = match read(&form, &people) {
        Ok(_) if names_a_card(&form.reason) => {
            return Ok(refused(draw(&app, &at, &[FieldError::new("decided", NO_CODE)]).await?));
        }
        Ok((decision, confidence)) => NewLink {
            programme_id: at.programme.id,
            decision,
            confidence,
            reason: form.reason.trim().chars().take(120).collect(),
            who: asking::name(),
        },
        Err(why) => return Ok(refused(draw(&app, &at, &[FieldError::new("decided", why)]).await?)),
    };
    let key = at.session.key.clone();
    // How somebody knows that two are one person is why they say so.
    let why = if link.reason.is_empty() { link.confidence.words() } else { &link.reason };
    LogLine::remark_on(move |id| format!("/sessions/{key}: decision {id}"), why);
    match app.store().link(link, app.now_us()).await? {
        Ok(_) => Ok(Redirect::to(&format!("/sessions/{}/links", at.session.key)).into_response()),
        Err(refusal) => Ok(refused(draw(&app, &at, &[FieldError::new("decided", refusal.to_string())]).await?)),
    }
}

/// What was decided, or what is missing. Only people and answers of this session can be meant.
fn read(form: &DecisionForm, people: &[Seen]) -> Result<(Decision, Confidence), &'static str> {
    const GONE: &str = "That has changed meanwhile. Look again.";
    let person = |id: &str| {
        let id: i64 = id.parse().ok()?;
        people.iter().find(|seen| seen.id == Some(id)).map(|seen| -> Key { (seen.family.clone(), seen.animal) })
    };
    if !form.response.is_empty() {
        if form.reason.trim().is_empty() {
            return Err("Say why, in a few words: it stands beside the decision.");
        }
        let mut told = people.iter().flat_map(|seen| &seen.told);
        let told = told.find(|told| told.response == form.response).ok_or(GONE)?;
        let response = told.response.clone();
        let decision = match Animal::from_code(&form.animal) {
            Some(animal) => Decision::Move { response, to: (told.card.clone(), animal) },
            None => Decision::Aside { response },
        };
        return Ok((decision, Confidence::Sure));
    }
    let to = person(&form.is).ok_or("Choose who it is.")?;
    let confidence = Confidence::from_code(&form.confidence).ok_or("Say how sure you are.")?;
    let stranger = people.iter().filter(|seen| seen.id.is_none()).flat_map(|seen| &seen.told);
    let decision = match stranger.into_iter().find(|told| told.response == form.one) {
        Some(told) => Decision::Move { response: told.response.clone(), to },
        None => Decision::Same { person: person(&form.one).ok_or(GONE)?, to },
    };
    Ok((decision, confidence))
}

#[derive(Deserialize)]
struct UndoForm {
    id: i64,
}

async fn undo(
    State(app): State<App>,
    AtSession(at): AtSession,
    Posted(UndoForm { id }): Posted<UndoForm>,
) -> Result<Response, Error> {
    let who = asking::name();
    if !decided_here(&app, &at).await?.iter().any(|link| link.id == id) {
        return Err(Error::NotFound);
    }
    LogLine::remark(format!("/sessions/{}: decision {id}", at.session.key), "");
    if !app.store().unlink(at.programme.id, id, who, app.now_us()).await? {
        return Err(Error::NotFound);
    }
    Ok(Redirect::to(&format!("/sessions/{}/links", at.session.key)).into_response())
}

fn page(at: &SessionPlace, (people, decided): (&[Seen], &[StoredLink]), is_due: bool, errors: &[FieldError]) -> Page {
    let home = format!("/sessions/{}", at.session.key);
    let action = format!("{home}/links");
    let alone: Vec<&Seen> = people.iter().filter(|seen| seen.lacks_a_before() || seen.id.is_none()).collect();
    let twice = collisions(people);
    let body = html! {
        (crumbs(&[("Programmes", "/"), (&weekday(&at.session.held_on), &home)]))
        (error_summary(errors))
        h1 #decided { "Who is who" }
        p.lead { "Nothing is put together by itself. You decide, and everything can be taken back." }
        p { a.button href={ (home) "/find" } { "Find the family of a lost card" } }
        section aria-labelledby="alone" {
            h2 #alone { "An after without a before" }
            @if alone.is_empty() { p { "Everybody who answered an after has a before." } }
            @for (n, seen) in alone.into_iter().enumerate() { (proposal(&action, n, seen, &candidates(seen, people))) }
        }
        section aria-labelledby="twice" {
            h2 #twice { "Two of one kind under one picture" }
            @if twice.is_empty() { p { "No picture has answered twice." } }
            @for (n, (seen, first, second, kind)) in twice.into_iter().enumerate() {
                (collision(&action, n, seen, (first, second), kind))
            }
        }
        section aria-labelledby="made" {
            h2 #made { "What was decided" }
            @if decided.is_empty() { p { "Nothing yet." } }
            ul.found { @for link in decided { (decision(&action, link, is_due)) } }
        }
    };
    Page::staff("Who is who", body).class("leader")
}

/// Somebody whose before may be on another card, with up to three who miss an after.
fn proposal(action: &str, n: usize, seen: &Seen, found: &[&Seen]) -> Markup {
    let one = seen.id.map_or_else(|| seen.told[0].response.clone(), |id| id.to_string());
    html! {
        div.card {
            h3 { (described(seen)) }
            p.small {
                "On card " (seen.family) @if seen.id.is_none() { ", which is not known here" }
                @if let Some(came) = seen.came_ms() { ", at " (clock(came)) } "."
            }
            @if found.is_empty() { p { "Nobody of this session fits. It stays as it is." } }
            @else {
                form action=(action) method="post" {
                    input type="hidden" name="one" value=(one);
                    fieldset.field {
                        legend { "May be the after of" }
                        @for other in found {
                            @let id = format!("is-{n}-{}", other.id.unwrap_or_default());
                            div.choice {
                                input #(id) type="radio" name="is" value=(other.id.unwrap_or_default());
                                label for=(id) { (described(other)) " on " (other.family) @if let Some(came) = other.came_ms() { ", came at " (clock(came)) } }
                            }
                        }
                    }
                    fieldset.field {
                        legend { "How do you know?" }
                        @for sure in Confidence::ALL {
                            @let id = format!("sure-{n}-{}", sure.code());
                            div.choice {
                                input #(id) type="radio" name="confidence" value=(sure.code());
                                label for=(id) { (sure.words()) }
                            }
                        }
                    }
                    button.button type="submit" { "They are the same person" }
                }
            }
        }
    }
}

fn collision(action: &str, n: usize, seen: &Seen, (first, second): (&Told, &Told), kind: Collision) -> Markup {
    let why = match kind {
        Collision::Years => "They say different school years: most likely two children.",
        Collision::AtOnce => "They were answered on two tablets at the same time: most likely two people.",
        Collision::Twice => "They were answered one after the other. The first counts.",
    };
    let others = Animal::ALL.into_iter().filter(|animal| animal.role() == seen.role() && *animal != seen.animal);
    html! {
        div.card {
            h3 { (seen.animal.name()) " on " (seen.family) ": two " (first.wave.word()) "s" }
            p { (why) }
            p.small { "At " (clock(first.span_ms.0)) " and at " (clock(second.span_ms.0)) ". Both are kept; the one begun first counts." }
            form action=(action) method="post" {
                input type="hidden" name="response" value=(second.response);
                div.field {
                    label for={ "whose-" (n) } { "The second one is" }
                    select id={ "whose-" (n) } name="animal" {
                        option value="" { "the same person’s again: set it aside" }
                        @for animal in others { option value=(animal.code()) { (animal.name()) "’s" } }
                    }
                }
                div.field {
                    label for={ "why-" (n) } { "Why" }
                    input id={ "why-" (n) } name="reason" maxlength="120" autocomplete="off";
                }
                button.button type="submit" { "Decide" }
            }
        }
    }
}

fn decision(action: &str, link: &StoredLink, is_due: bool) -> Markup {
    let key = |(card, animal): &Key| format!("{} on {card}", animal.name());
    let what = match &link.decision {
        Decision::Tie { card, to } => format!("Card {card} leads to the family of {to}"),
        Decision::Same { person, to } => format!("{} is {}", key(person), key(to)),
        Decision::Move { to, .. } => format!("An answer was given to {}", key(to)),
        Decision::Aside { .. } => "An answer was set aside".to_owned(),
    };
    html! {
        li.card {
            p { strong { (what) } }
            p.small {
                (moment(link.made_us)) ", " (link.who) ". " (link.confidence.words()) "."
                @if !link.reason.is_empty() { " “" (link.reason) "”" }
            }
            @match link.undone_us {
                Some(us) => p.small { "Taken back " (moment(us)) ", " (link.undone_by) "." },
                None => form action={ (action) "/undo" } method="post" {
                    input type="hidden" name="id" value=(link.id);
                    (why::needed_if(is_due, &format!("why-{}", link.id), &[]))
                    button.button.plain type="submit" { "Take it back" span.hidden { ": " (what) } }
                },
            }
        }
    }
}
