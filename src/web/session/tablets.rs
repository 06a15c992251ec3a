//! A session's tablets: what each says of itself, whether they may be packed away, and what they are called.

use axum::Router;
use axum::extract::{RawPathParams, State};
use axum::response::Redirect;
use axum::routing::{get, post};
use maud::{Markup, html};

use crate::session::pack_away::NotSafe;
use crate::store::SessionTablet;
use crate::web::frame::{Part, programme_page};
use crate::web::place::AtSession;
use crate::web::words::{count, how_many, word};
use crate::web::{App, Error, reach, rescue};

use super::pairings::{self, name_tag, short_device};
use super::parts::Scene;
use super::{crumbs_to, door, live_page};

pub fn routes() -> Router<App> {
    Router::new()
        .route("/sessions/{session}/tablets", get(show))
        .route("/sessions/{session}/tablets/{device}/own", post(call_own))
        .route("/sessions/{session}/tablets/{device}/ours", post(call_ours))
}

async fn show(State(app): State<App>, AtSession(at): AtSession) -> Result<Markup, Error> {
    let scene = Scene::of(&app, at).await?;
    let key = scene.at.session.key.clone();
    let body = html! {
        (crumbs_to(&scene.at, true))
        h1 { "Tablets" }
        (pairings::requests(&scene))
        (list(&scene))
        @if scene.at.session.is_open() {
            (door("Open this on every tablet", &format!("{}/s/{key}", app.address()), &format!("/s/{key}"), reach::unreached(&app).as_ref()))
            p { "A tablet asks by itself when it opens the address: it shows two words. Say yes here beside the same two. A family’s own telephone need not be paired." }
        }
        (rescue::door())
        @if !scene.tablets.is_empty() || scene.pairings.iter().any(|one| one.refused_us.is_some()) { section aria-labelledby="change" {
            h2 #change { "Change something" }
            @for tablet in &scene.tablets { (deeds(&key, tablet)) }
            @for one in scene.pairings.iter().filter(|one| one.refused_us.is_some()) {
                form.row action={ "/sessions/" (key) "/pairings/" (one.id) } method="post" {
                    span { "Refused: " strong { (one.words) } }
                    button.button.plain type="submit" { "Pair it after all" }
                }
            }
        } }
    };
    let version = scene.parts().version;
    programme_page(&app, &scene.at.programme, Part::Projects, live_page("Tablets".to_owned(), &key, &version, &body))
        .await
}

/// What a leader can do about one tablet.
fn deeds(key: &str, tablet: &SessionTablet) -> Markup {
    let home = format!("/sessions/{key}");
    let device = format!("{home}/tablets/{}", tablet.device);
    let (action, words) = match tablet.pairing {
        Some(pairing) => (format!("{home}/pairings/{pairing}/end"), "End its pairing"),
        None if tablet.gone_home => (format!("{device}/ours"), "It is ours after all"),
        None => (format!("{device}/own"), "It is a family’s own and went home with them"),
    };
    html! {
        form.row action=(action) method="post" {
            (name_of(tablet))
            button.button.plain type="submit" { (words) span.hidden { ": " (tablet.name.as_deref().unwrap_or(&tablet.device)) } }
        }
    }
}

async fn call_own(State(app): State<App>, AtSession(at): AtSession, params: RawPathParams) -> Result<Redirect, Error> {
    said(&app, at.session.id, &at.session.key, &params, Some(app.now_us())).await
}

async fn call_ours(State(app): State<App>, AtSession(at): AtSession, params: RawPathParams) -> Result<Redirect, Error> {
    said(&app, at.session.id, &at.session.key, &params, None).await
}

async fn said(
    app: &App,
    session_id: i64,
    key: &str,
    params: &RawPathParams,
    own_us: Option<i64>,
) -> Result<Redirect, Error> {
    let device = params.iter().find(|(name, _)| *name == "device").map(|(_, device)| device.to_owned());
    let device = device.filter(|device| device.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    let known = app.store().call_own_device(session_id, device.ok_or(Error::NotFound)?, own_us).await?;
    if known { Ok(Redirect::to(&format!("/sessions/{key}/tablets"))) } else { Err(Error::NotFound) }
}

fn name_of(tablet: &SessionTablet) -> Markup {
    html! {
        @match &tablet.name {
            Some(name) => (name_tag(name)),
            None => span.tablet-name { "Not paired" },
        }
        span.small { " " (short_device(&tablet.device)) }
    }
}

/// What each tablet says of itself.
pub fn list(scene: &Scene) -> Markup {
    html! {
        div data-part="tablets" {
            @if scene.tablets.is_empty() {
                p { "None has opened the session’s address yet." }
            } @else {
                ul.tablets { @for tablet in &scene.tablets { (line(tablet, scene)) } }
            }
            @let unpaired: i64 = scene.tablets.iter().filter(|one| one.name.is_none()).map(|one| one.sent).sum();
            @if unpaired > 0 {
                p.small { (count(unpaired, "answer", "answers")) " came from tablets or telephones that are not paired. " (word(unpaired, "It counts like any other.", "They count like all others.")) }
            }
        }
    }
}

fn line(tablet: &SessionTablet, scene: &Scene) -> Markup {
    let safe = scene.check(tablet);
    html! {
        li.safe[safe.is_ok()] {
            p { (name_of(tablet)) @if tablet.gone_home && tablet.pairing.is_none() { " – a family’s own" } }
            p.verdict {
                @match safe { Ok(()) => "✓ everything is here", Err(why) => (words(why, scene.collecting.is_some())) }
                @if safe.is_err_and(NotSafe::may_need_the_file) { " and take that in at " a href="/rescue" { (rescue::NAME) } }
            }
            @if let Some((beat, seen_us)) = &tablet.beat {
                p.small {
                    // Whoever is silent is told so above.
                    @if !matches!(safe, Err(NotSafe::Silent(_))) { "It last spoke " (ago(scene.now_us - seen_us)) ". " }
                    @if beat.waiting > 0 { "The oldest has waited " (length(beat.oldest_ms * 1000)) ". " }
                    @if beat.parked > 0 { (count(beat.parked, "was", "were")) " refused by the server. " }
                    (storage_words(&beat.storage)) " " (clock_words(beat.clock_off_ms))
                }
            }
        }
    }
}

/// Why a tablet may not be packed away, and what to do.
fn words(why: NotSafe, collecting: bool) -> String {
    match why {
        NotSafe::Open if collecting => {
            "Everything so far is here, but a family may still have it: bring it to its first page (“We are all done”, or “Another card”), or wait".to_owned()
        }
        NotSafe::Open => "Everything so far is here, by its last word".to_owned(),
        NotSafe::NeverHeard => "Never heard of here: open the session’s address on it".to_owned(),
        NotSafe::Waiting(n) => format!(
            "{} on it: keep it on and on the wifi, or save {} to a file",
            count(n, "answer waits", "answers wait"),
            word(n, "it", "them")
        ),
        NotSafe::Unfinished(n) => {
            let begun = count(n, "questionnaire is not finished", "questionnaires are not finished");
            format!("{begun} on it: finish, or tap “None of us. Start fresh”, or wait a quarter of an hour")
        }
        NotSafe::SaidTooLittle => "Newer answers are here than it has told of: wait a moment".to_owned(),
        NotSafe::Missing(n) => {
            let begun = count(n, "questionnaire was", "questionnaires were");
            format!("{begun} begun on it and never arrived: if it still has {}, save to a file", word(n, "it", "them"))
        }
        NotSafe::Silent(us) => format!(
            "Silent for {}, and may hold answers: switch it on, or bring it back to the wifi; or save its answers to a file",
            length(us)
        ),
    }
}

/// Whether everything may be packed away, in one sentence and one colour.
pub fn away(scene: &Scene) -> Markup {
    // Before they are collected, one that only goes on is no trouble.
    let is_trouble = |why: &NotSafe| scene.collecting.is_some() || *why != NotSafe::Open;
    let pressing: Vec<NotSafe> = scene.open_tablets().into_iter().filter(is_trouble).collect();
    html! {
        div.away.safe[scene.is_safe()] data-part="away" role="status" {
            @if scene.is_safe() {
                p.light { "✓ Safe to pack away" }
                @if scene.tablets.is_empty() { p { "No tablet has been here." } }
                @else { p { "Every tablet takes no more families and says that nothing waits on it, and everything begun on it is here." } }
            } @else {
                p.light { "Not safe to pack away yet" }
                @if pressing.is_empty() { p { "Everything so far is here." } }
                @if scene.collecting.is_none() { p { "Families can still answer, until you collect the tablets." } }
                @if !pressing.is_empty() {
                    p { (count(how_many(&pressing), "tablet is", "tablets are")) " not known to be empty. The line of each tablet says what to do." }
                }
            }
        }
    }
}

fn storage_words(code: &str) -> &'static str {
    match code {
        "persistent" => "Keeps what waits on it.",
        "database" => "Keeps what waits on it, unless somebody clears its browser.",
        "local" => "Keeps answers, with little room: leave it on the wifi.",
        _ => "Cannot keep answers: do not close its page.",
    }
}

/// A clock that is wrong enough to matter to people reading times.
fn clock_words(off_ms: i64) -> String {
    let words = length(off_ms.abs() * 1000);
    match off_ms {
        -120_000..=120_000 => String::new(),
        ..-120_000 => format!("Its clock is {words} slow."),
        _ => format!("Its clock is {words} fast."),
    }
}

fn ago(us: i64) -> String {
    if us < 60_000_000 { "just now".to_owned() } else { format!("{} ago", length(us)) }
}

/// A length of time, as coarse as anybody needs it, so that a page changes no more often than it must.
fn length(us: i64) -> String {
    let minutes = us / 60_000_000;
    match minutes {
        0 => "less than a minute".to_owned(),
        1..=119 => count(minutes, "minute", "minutes"),
        120..=2879 => count(minutes / 60, "hour", "hours"),
        _ => count(minutes / 1440, "day", "days"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_and_clocks_are_said_as_people_say_them() {
        let minute = 60_000_000;
        assert_eq!(length(59_999_999), "less than a minute");
        assert_eq!(length(minute), "1 minute");
        assert_eq!(length(119 * minute), "119 minutes");
        assert_eq!(length(120 * minute), "2 hours");
        assert_eq!(length(3 * 24 * 60 * minute), "3 days");
        assert_eq!(clock_words(-119_000), "");
        assert_eq!(clock_words(5 * 60_000), "Its clock is 5 minutes fast.");
        assert_eq!(clock_words(-24 * 3_600_000), "Its clock is 24 hours slow.");
        assert_eq!(ago(59_999_999), "just now");
    }
}
