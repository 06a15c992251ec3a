//! Pairing a tablet: it asks, shows two words, and is told what the leader said. Nothing waits for it: cards
//! open and answers are taken in without.

use axum::extract::{Path, State};
use axum::routing::post;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::session::pairing::{colour_of, matching_words};
use crate::store::{Ask, Asked};

use super::family::find_session;
use super::{App, Error};

/// `POST /s/{key}/pairing`
pub fn routes() -> Router<App> {
    Router::new().route("/s/{key}/pairing", post(ask))
}

/// Pairs of words drawn for one request, so that one of them is shown by nobody else.
const DRAWS: usize = 8;

#[derive(Deserialize)]
struct Asking {
    device: String,
    /// 32 hexadecimal digits that only this tablet knows.
    token: String,
}

/// What a tablet is told. Never anything about a family or another tablet.
#[derive(Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
enum Told {
    Waits { words: String },
    Paired { name: String, colour: String },
    Refused,
    Full,
}

async fn ask(
    State(app): State<App>,
    Path(key): Path<String>,
    Json(Asking { device, token }): Json<Asking>,
) -> Result<Json<Told>, Error> {
    let hex = |text: &str, length: usize| text.len() == length && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !hex(&device, 16) || !hex(&token, 32) {
        return Err(Error::Bad("This is no request of a tablet."));
    }
    let at = find_session(&app, &key).await?;
    let mut random = [0_u8; 2 * DRAWS];
    getrandom::fill(&mut random)?;
    let words = random.chunks(2).map(|two| matching_words([two[0], two[1]])).collect();
    let ask = Ask { device, token_sha256: token_hash(&token) };
    Ok(Json(match app.store().ask_to_pair(at.session.id, ask, words, app.now_us()).await? {
        Asked::Waits { words } => Told::Waits { words },
        Asked::Paired { name } => Told::Paired { colour: colour_of(&name), name },
        Asked::Refused => Told::Refused,
        Asked::Full => Told::Full,
    }))
}

/// What is kept of a tablet's token.
pub fn token_hash(token: &str) -> String {
    crate::system::hex(&Sha256::digest(token))
}
