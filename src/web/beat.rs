//! A tablet's beat: every quarter of a minute it says what it holds, so that somebody can tell whether it
//! may be packed away.

use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};

use crate::store::TabletBeat;

use super::pairing::token_hash;
use super::{App, Error, sitting};

/// `POST /beat`
pub fn routes() -> Router<App> {
    Router::new().route("/beat", post(beat))
}

/// Words a tablet has for where it keeps answers.
const STORAGE: [&str; 4] = ["persistent", "database", "local", "page"];

#[derive(Deserialize)]
struct Beat {
    device: String,
    session: String,
    sequence: i64,
    waiting: i64,
    parked: i64,
    drafts: i64,
    storage: String,
    oldest_ms: i64,
    shell: String,
    clock_ms: i64,
    /// What a paired tablet proves itself with; nobody else is believed to be it.
    #[serde(default)]
    grant: String,
    /// Cards in its offline copy of the session.
    #[serde(default = "not_said")]
    cards: i64,
    /// The collecting under which it takes no more families.
    #[serde(default)]
    stopped: Option<i64>,
    /// Who has begun on it and has not finished.
    #[serde(default)]
    sitting: Vec<sitting::Said>,
}

fn not_said() -> i64 {
    -1
}

impl Beat {
    /// Whether every part is what a tablet of ours sends; anything else is not kept.
    fn is_sound(&self) -> bool {
        let hex = |text: &str, most: usize| text.len() <= most && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let counts = [self.sequence, self.waiting, self.parked, self.drafts, self.oldest_ms];
        hex(&self.device, 16)
            && hex(&self.shell, 16)
            && STORAGE.contains(&self.storage.as_str())
            && counts.iter().all(|count| *count >= 0)
            && self.cards >= -1
            && self.sitting.len() <= sitting::MOST
    }
}

#[derive(Serialize)]
struct Heard {
    server_ms: i64,
    /// Whether the leader has started the afters.
    afters: bool,
    /// What the tablet is to stop under; nothing while families may answer.
    collecting: Option<i64>,
}

const ODD: Error = Error::Bad("This is no beat of a tablet.");

async fn beat(State(app): State<App>, Json(beat): Json<Beat>) -> Result<Json<Heard>, Error> {
    let now_us = app.now_us();
    if !beat.is_sound() {
        return Err(ODD);
    }
    let at = app.store().session(&beat.session).await?.ok_or(ODD)?;
    let holds = TabletBeat {
        device: beat.device,
        sequence: beat.sequence,
        waiting: beat.waiting,
        parked: beat.parked,
        drafts: beat.drafts,
        storage: beat.storage,
        oldest_ms: beat.oldest_ms,
        shell: beat.shell,
        clock_off_ms: beat.clock_ms.saturating_sub(now_us / 1000),
        cards: beat.cards,
        stopped_under: beat.stopped,
    };
    if app.store().may_speak(at.session.id, &holds.device, &token_hash(&beat.grant)).await? {
        let device = holds.device.clone();
        app.store().beat(at.session.id, holds, now_us).await?;
        sitting::seat(&app, &at, &device, &beat.sitting).await?;
    }
    let collecting = app.store().collecting(at.session.id).await?;
    Ok(Json(Heard { server_ms: now_us / 1000, afters: at.session.afters_us.is_some(), collecting }))
}
