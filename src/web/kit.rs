//! What a tablet takes with it when a session opens, and what it asks while it is connected: who has come
//! with a card, and what they have answered already. Never an answer, and a card's code only as a hash.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::person::{Animal, CardCode, Role, SchoolYear};
use crate::session::days_between;
use crate::store::{FamilyMember, SessionPlace};
use crate::survey::Wave;

use super::card_door::{at_home, attended_before, door_of_card};
use super::family::{find_session, shell_hash};
use super::intake::Refusal;
use super::{App, Error};

/// `/s/{key}/kit`, `/s/{key}/card`, `/card/session`
pub fn routes() -> Router<App> {
    Router::new()
        .route("/s/{key}/kit", get(kit))
        .route("/s/{key}/card", post(card))
        .route("/card/session", post(session_for_card))
}

/// A session for a tablet that may be alone with it for hours.
#[derive(Serialize)]
struct Kit {
    session: String,
    /// Names the start page that belongs to this release and session.
    shell: String,
    open: bool,
    /// Whether the leader has started the afters.
    afters: bool,
    /// By [`card_hash`]: every card of the session's project, and those that were used at one of its sessions. None
    /// once the session is closed.
    cards: BTreeMap<String, Family>,
}

/// A family as a tablet needs it.
#[derive(Serialize)]
struct Family {
    people: Vec<Person>,
    /// Whether a grown-up has said yes for the children at this session.
    permitted: bool,
}

#[derive(Serialize)]
struct Person {
    animal: Animal,
    #[serde(skip_serializing_if = "Option::is_none")]
    school_year: Option<SchoolYear>,
    visits: Vec<Visit>,
    /// Earlier sessions they came to.
    attended: i64,
}

#[derive(Serialize)]
struct Visit {
    wave: Wave,
    days_ago: i64,
    survey: String,
}

#[derive(Deserialize)]
struct AskedCard {
    code: CardCode,
    /// Whether a family's own phone asks, after the session.
    #[serde(default)]
    home: bool,
}

/// What is known of a card.
#[derive(Serialize)]
struct KnownCard {
    /// `here`, `elsewhere` for another programme's, `unknown`.
    known: &'static str,
    open: bool,
    /// Whether afters are proposed: the leader has started them, or at home they may still be answered.
    afters: bool,
    #[serde(flatten)]
    family: Family,
}

#[derive(Serialize)]
struct FoundSession {
    /// The address where the card's family answers.
    address: Option<String>,
}

async fn kit(State(app): State<App>, Path(key): Path<String>) -> Result<Json<Kit>, Error> {
    let at = find_session(&app, &key).await?;
    let families = match at.session.is_open() {
        true => app.store().families_for(at.programme.id, at.project.id).await?,
        false => Vec::new(),
    };
    let cards = families
        .iter()
        .map(|(code, members)| (card_hash(&at.session.key, code), family_of(members, &at, &at.session.held_on)));
    Ok(Json(Kit {
        session: at.session.key.clone(),
        shell: shell_hash(&app, &at),
        open: at.session.is_open(),
        afters: at.session.afters_us.is_some(),
        cards: cards.collect(),
    }))
}

async fn card(
    State(app): State<App>,
    Path(key): Path<String>,
    Json(AskedCard { code, home }): Json<AskedCard>,
) -> Result<Response, Error> {
    let at = find_session(&app, &key).await?;
    if !look(&app, Some(&at)) {
        return Ok(asked_too_often());
    }
    let known = match app.store().project_of_card(&code).await? {
        None => {
            app.guesses().was_wrong(Some(at.session.id), app.now_us());
            "unknown"
        }
        Some(project) if project.programme_id != at.programme.id => "elsewhere",
        Some(_) => "here",
    };
    let members = if known == "here" { app.store().family(&code).await? } else { Vec::new() };
    if home {
        let home = at_home(&app, &code, &members).await?.filter(|home| home.at.session.id == at.session.id);
        let afters = home.as_ref().is_some_and(|home| home.afters);
        let mut family = family_of(&members, &at, &app.today());
        family.permitted &= afters; // weeks later a grown-up is asked again
        return Ok(Json(KnownCard { known, open: home.is_some(), afters, family }).into_response());
    }
    let family = family_of(&members, &at, &at.session.held_on);
    let known = KnownCard { known, open: at.session.is_open(), afters: at.session.afters_us.is_some(), family };
    Ok(Json(known).into_response())
}

async fn session_for_card(
    State(app): State<App>,
    Json(AskedCard { code, .. }): Json<AskedCard>,
) -> Result<Response, Error> {
    if !look(&app, None) {
        return Ok(asked_too_often());
    }
    let address = match app.store().project_of_card(&code).await? {
        Some(project) => door_of_card(&app, &code, &project).await?.map(|door| door.address()),
        None => {
            app.guesses().was_wrong(None, app.now_us());
            None
        }
    };
    Ok(Json(FoundSession { address }).into_response())
}

/// Whether a card may still be told from another code: at a session, or where none is chosen yet.
pub(super) fn look(app: &App, at: Option<&SessionPlace>) -> bool {
    app.guesses().may_look(at.map(|at| at.session.id), app.now_us())
}

/// A tablet that is told this goes by what it knows itself, as without a connection.
fn asked_too_often() -> Response {
    let error = "Too many codes of no card were tried. Try again in ten minutes.";
    (StatusCode::TOO_MANY_REQUESTS, Json(Refusal { error, retry: true })).into_response()
}

/// A card's code as a tablet keeps it between families. The codes are few (6.4 million), so this hides
/// one from a curious eye, not from somebody who tries them all; what a code opens is a blank form, and how many
/// families codes alone take out is counted ([`super::guesses`]).
pub(super) fn card_hash(session: &str, code: &CardCode) -> String {
    let digest = Sha256::digest(format!("{session} {}", code.as_str()));
    digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// Days are counted between the sessions' dates, at home up to `today`: no clock of a tablet has a say in them.
fn family_of(members: &[FamilyMember], at: &SessionPlace, today: &str) -> Family {
    let people = members
        .iter()
        .map(|member| Person {
            animal: member.animal,
            school_year: member.school_year,
            visits: member
                .visits
                .iter()
                .map(|visit| Visit {
                    wave: visit.wave,
                    days_ago: days_between(&visit.held_on, today),
                    survey: visit.survey.clone(),
                })
                .collect(),
            attended: attended_before(member, at),
        })
        .collect();
    Family { people, permitted: permitted(members, at) }
}

/// A permission given at a session holds for brothers and sisters: a child has answered here before.
pub fn permitted(members: &[FamilyMember], at: &SessionPlace) -> bool {
    members.iter().any(|m| m.role == Role::Child && m.visits.iter().any(|visit| visit.held_on == at.session.held_on))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_has_another_hash_at_each_session() {
        let card = CardCode::parse("PEN-C4T").expect("a code of the brief");
        // As `cardHash` of static/tablet/kit.js gives it: tests/js/journey.test.cjs.
        assert_eq!(card_hash("abcd2346", &card), "97468c59925d6ccb");
        assert_ne!(card_hash("abcd2346", &card), card_hash("abcd2347", &card));
    }
}
