//! What leaders' pages of a session show, kept up to date: computed once for all who look, whenever something
//! was written, and sent as the parts that changed. Where a browser cannot listen, it asks.

use std::collections::{BTreeMap, HashMap};
use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use futures_util::stream::{self, Stream};
use serde::{Deserialize, Serialize};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::{sleep, timeout};

use super::parts::{Parts, parts_of};
use crate::web::gate::Listening;
use crate::web::place::AtSession;
use crate::web::{App, Error};

pub fn routes() -> Router<App> {
    Router::new().route("/sessions/{session}/live", get(listen)).route("/sessions/{session}/now", get(ask))
}

/// Pages that may listen at a time: on the whole machine, and to one session. A page beyond that asks.
const LISTENERS: usize = 64;
const LISTENERS_OF_SESSION: usize = 16;

/// What arrives within so long of the first change is shown together.
const TOGETHER: Duration = Duration::from_millis(200);

/// The page is looked at anew this often even if nothing was written here: ages grow, and another program may
/// have written.
const TICK: Duration = Duration::from_secs(5);

/// A listener hears something this often, so that it knows that it is still connected.
const SIGN_OF_LIFE: Duration = Duration::from_secs(10);

/// So long after the last look a session is no longer followed.
const FORGET: Duration = Duration::from_secs(30);

/// The sessions that somebody looks at.
pub struct Live {
    feeds: Mutex<HashMap<String, Arc<Feed>>>,
    listeners: Arc<Semaphore>,
    stopping: watch::Sender<bool>,
}

/// One session that somebody looks at.
struct Feed {
    newest: watch::Sender<Arc<Parts>>,
    looked_at: Mutex<Instant>,
}

impl Default for Live {
    fn default() -> Live {
        let listeners = Arc::new(Semaphore::new(LISTENERS));
        Live { feeds: Mutex::default(), listeners, stopping: watch::Sender::new(false) }
    }
}

impl Live {
    /// Ends every stream, so that the server can stop.
    pub fn stop(&self) {
        self.stopping.send_replace(true);
    }

    fn feeds(&self) -> MutexGuard<'_, HashMap<String, Arc<Feed>>> {
        self.feeds.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Feed {
    fn touch(&self) {
        *self.looked_at.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    fn is_forgotten(&self) -> bool {
        let looked_at = *self.looked_at.lock().unwrap_or_else(PoisonError::into_inner);
        self.newest.receiver_count() == 0 && looked_at.elapsed() > FORGET
    }
}

/// The feed of a session, begun if nobody looks at it yet.
async fn feed(app: &App, key: &str) -> Result<Arc<Feed>, Error> {
    if let Some(feed) = app.live().feeds().get(key) {
        feed.touch();
        return Ok(Arc::clone(feed));
    }
    let parts = Arc::new(parts_of(app, key).await?.ok_or(Error::NotFound)?);
    let mut feeds = app.live().feeds();
    if let Some(feed) = feeds.get(key) {
        return Ok(Arc::clone(feed));
    }
    let feed = Arc::new(Feed { newest: watch::Sender::new(parts), looked_at: Mutex::new(Instant::now()) });
    feeds.insert(key.to_owned(), Arc::clone(&feed));
    tokio::spawn(follow(app.clone(), key.to_owned(), Arc::clone(&feed)));
    Ok(feed)
}

/// Looks again after every change, for as long as somebody wants to know.
async fn follow(app: App, key: String, feed: Arc<Feed>) {
    let mut changes = app.store().changes();
    let mut stopping = app.live().stopping.subscribe();
    loop {
        tokio::select! {
            _ = timeout(TICK, changes.changed()) => {}
            _ = stopping.wait_for(|stop| *stop) => break,
        }
        sleep(TOGETHER).await;
        changes.borrow_and_update();
        {
            let mut feeds = app.live().feeds();
            if feed.is_forgotten() {
                feeds.remove(&key);
                return;
            }
        }
        match parts_of(&app, &key).await {
            Ok(Some(parts)) => {
                // Whoever listens wakes up in any case: they may have been signed out.
                feed.newest.send_modify(|newest| {
                    if newest.version != parts.version {
                        *newest = Arc::new(parts);
                    }
                });
            }
            Ok(None) => break,
            Err(_) => tracing::warn!("a session’s live page could not be brought up to date"),
        }
    }
    app.live().feeds().remove(&key);
}

/// What a page is told: the parts that are not as it has them.
#[derive(Serialize)]
struct Update<'a> {
    version: &'a str,
    parts: BTreeMap<&'a str, &'a str>,
    /// The families' parts in the order of the board; one that is not in it has gone.
    families: &'a [String],
}

impl<'a> Update<'a> {
    fn since(before: Option<&Parts>, now: &'a Parts) -> Update<'a> {
        let same =
            |key: &str, html: &str| before.and_then(|before| before.html.get(key)).is_some_and(|old| old == html);
        let changed = now.html.iter().filter(|(key, html)| !same(key, html));
        Update {
            version: &now.version,
            parts: changed.map(|(key, html)| (key.as_str(), html.as_str())).collect(),
            families: &now.families,
        }
    }
}

#[derive(Deserialize)]
struct Has {
    /// What the page shows.
    #[serde(default)]
    version: String,
}

/// One page that listens.
struct Listener {
    app: App,
    who: Listening,
    heard: Instant,
    newest: watch::Receiver<Arc<Parts>>,
    stopping: watch::Receiver<bool>,
    has: Option<Arc<Parts>>,
    _place: OwnedSemaphorePermit,
}

const NOT_BUFFERED: (HeaderName, HeaderValue) =
    (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));

async fn listen(
    State(app): State<App>,
    AtSession(at): AtSession,
    Query(Has { version }): Query<Has>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let feed = feed(&app, &at.session.key).await?;
    let place = Arc::clone(&app.live().listeners).try_acquire_owned().ok();
    let Some(place) = place.filter(|_| feed.newest.receiver_count() < LISTENERS_OF_SESSION) else {
        return Ok((StatusCode::SERVICE_UNAVAILABLE, "Too many pages listen. Ask from time to time.").into_response());
    };
    let newest = feed.newest.subscribe();
    // After a lost connection the browser says what it heard last.
    let has = headers.get("last-event-id").and_then(|id| id.to_str().ok()).map_or(version, str::to_owned);
    let has = Some(Arc::clone(&newest.borrow())).filter(|parts| parts.version == has);
    let who = Listening::at("/sessions/{session}/live", format!("/sessions/{}/live", at.session.key));
    let heard = Instant::now();
    let listener = Listener {
        app: app.clone(),
        who,
        heard,
        newest,
        stopping: app.live().stopping.subscribe(),
        has,
        _place: place,
    };
    Ok(([NOT_BUFFERED], Sse::new(events(listener))).into_response())
}

fn events(listener: Listener) -> impl Stream<Item = Result<Event, Infallible>> + Send {
    stream::unfold(listener, |mut listener| async move {
        loop {
            if *listener.stopping.borrow() || !listener.who.may_go_on(&listener.app).await {
                return None;
            }
            let now = Arc::clone(&listener.newest.borrow_and_update());
            if listener.has.as_ref().is_none_or(|has| has.version != now.version) {
                let update = Update::since(listener.has.as_deref(), &now);
                let json = serde_json::to_string(&update).unwrap_or_default();
                let event = Event::default().event("board").id(&now.version).data(json);
                (listener.has, listener.heard) = (Some(now), Instant::now());
                return Some((Ok(event), listener));
            }
            tokio::select! {
                changed = listener.newest.changed() => if changed.is_err() { return None },
                _ = listener.stopping.changed() => {}
                () = sleep(SIGN_OF_LIFE.saturating_sub(listener.heard.elapsed())) => {
                    listener.heard = Instant::now();
                    return Some((Ok(Event::default().event("alive").data("yes")), listener));
                }
            }
        }
    })
}

/// The same for a page that cannot listen: nothing where it has the newest.
async fn ask(
    State(app): State<App>,
    AtSession(at): AtSession,
    Query(Has { version }): Query<Has>,
) -> Result<Response, Error> {
    let newest = Arc::clone(&feed(&app, &at.session.key).await?.newest.borrow());
    if newest.version == version {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    Ok(Json(Update::since(None, &newest)).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_told_what_changed_and_who_has_gone() {
        let parts = |list: &[(&str, &str)]| {
            let html = list.iter().map(|(key, html)| ((*key).to_owned(), (*html).to_owned())).collect();
            Parts::new(
                html,
                list.iter().map(|(key, _)| (*key).to_owned()).filter(|key| key.starts_with("family")).collect(),
            )
        };
        let before = parts(&[("numbers", "1"), ("family-1", "owes"), ("family-2", "owes")]);
        let now = parts(&[("numbers", "1"), ("family-1", "done")]);
        assert_ne!(before.version, now.version);
        let update = Update::since(Some(&before), &now);
        assert_eq!(update.parts, BTreeMap::from([("family-1", "done")]));
        assert_eq!(update.families, ["family-1"]);
        assert_eq!(Update::since(None, &now).parts.len(), 2, "whoever has nothing gets everything");
    }
}
