//! A session's home for its leader: the address for the tablets, what to pack, how many have answered. No
//! results: they would influence the answers that are still to come.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use maud::{Markup, html};

use crate::html::{Page, qr};
use crate::person::CardCode;
use crate::session::SessionRole;
use crate::session::closing::Closing;
use crate::store::{Presence, SessionPlace};
use crate::survey::Audience;

use super::frame::{Part, crumbs_up, programme_page, way_up};
use super::place::AtSession;
use super::practice;
use super::project::state_chip;
use super::words::weekday;
use super::{App, Error, reach, reader, rescue};

mod board;
mod closure;
mod collecting;
mod form;
pub mod live;
mod more;
mod notes;
mod pack_list;
mod pairings;
mod parts;
mod permission;
mod seat;
mod so_far;
mod tablets;

pub use parts::Scene;

/// `/sessions/…` and the form for a new one
pub fn routes() -> Router<App> {
    Router::new()
        .route("/sessions/{session}", get(show))
        .merge(closure::routes())
        .merge(collecting::routes())
        .merge(form::routes())
        .merge(notes::routes())
        .merge(permission::routes())
        .merge(pairings::routes())
        .merge(live::routes())
        .merge(board::routes())
        .merge(seat::routes())
        .merge(tablets::routes())
}

async fn show(State(app): State<App>, AtSession(at): AtSession) -> Result<Markup, Error> {
    let scene = Scene::of(&app, at).await?;
    let version = scene.parts().version;
    let home = Home {
        address: format!("{}/s/{}", app.address(), scene.at.session.key),
        start_page: format!("/s/{}", scene.at.session.key),
        questionnaires: questionnaires(&app, &scene.at),
        nobody_reads: reader::nobody_reads_here(&app, &scene.at.programme, &scene.at.session).await?,
        contact: app.store().safeguarding(scene.at.programme.id).await?.unwrap_or_default().contact,
        closing: app.store().closing(scene.at.session.id).await?,
        practice: match scene.at.programme.practice_of {
            Some(_) => app.store().cards(scene.at.project.id, None).await?.into_iter().map(|(card, _)| card).collect(),
            None => Vec::new(),
        },
        unreached: reach::unreached(&app),
        scene: &scene,
    };
    programme_page(&app, &scene.at.programme, Part::Projects, home.page(&version)).await
}

/// What a session of this kind may ask: title, version and language.
fn questionnaires(app: &App, at: &SessionPlace) -> Vec<(String, u32, String)> {
    let library = app.store().library();
    let feedback = at.session.role == SessionRole::Event;
    let asked = library.newest_of_each().filter(|v| (v.survey.audience == Audience::Event) == feedback);
    asked.map(|version| &version.survey).map(|s| (s.title.clone(), s.version, s.language.clone())).collect()
}

/// Everything the page shows.
struct Home<'a> {
    scene: &'a Scene,
    /// The families' address, as a tablet types it.
    address: String,
    /// The same page from here, where the network's name for this machine may not work.
    start_page: String,
    questionnaires: Vec<(String, u32, String)>,
    /// Whom a leader turns to who worries about a child; may be empty.
    contact: String,
    /// That nobody reads what families write, where that is so.
    nobody_reads: Markup,
    /// How it was closed.
    closing: Option<Closing>,
    /// The cards of a practice.
    practice: Vec<CardCode>,
    /// What to do so that tablets can open the address, where they cannot.
    unreached: Option<Markup>,
}

impl Home<'_> {
    fn page(&self, version: &str) -> Page {
        let SessionPlace { session, project, .. } = &self.scene.at;
        let title = format!("{}, {}", project.name, weekday(&session.held_on));
        let here = format!("/sessions/{}", session.key);
        let body = html! {
            (crumbs_to(&self.scene.at, false))
            div.heading {
                h1 { (weekday(&session.held_on)) @if !session.place.is_empty() { ", " (session.place) } }
                a href={ (here) "/edit" } { "Change" span.hidden { " the session" } }
            }
            p.row { (state_chip(session)) span { (session.role.words()) } a href="/guide" { "How a session runs, on one page" } }
            (practice::notice(&self.scene.at, &self.practice))
            @if !self.contact.is_empty() { p.notice { strong { "Worried about a child? " } (self.contact) } }
            (self.nobody_reads)
            (pairings::requests(self.scene))
            @match session.closed_at_us {
                Some(at_us) => {
                    (closure::closed(self.scene, at_us, self.closing.as_ref()))
                    (self.so_far())
                    (self.tablets())
                    (more::links(session))
                },
                // Before the first family there is something to make ready, then something to watch.
                None if self.nobody_yet() => {
                    (self.next())
                    (self.door("Open this on every tablet"))
                    section aria-labelledby="pack" {
                        h2 #pack { "What to have ready" }
                        (self.pack())
                    }
                    (self.tablets())
                    (more::links(session))
                },
                None => {
                    (self.next())
                    (self.so_far())
                    (more::links(session))
                    (self.tablets())
                    details.fold { summary { "One more tablet: the address" } (self.door("Open this on the tablet")) }
                    details.fold { summary { "What to have ready" } (self.pack()) }
                },
            }
            @if session.is_open() {
                section aria-labelledby="end" {
                    h2 #end { "At the end" }
                    p { "Close the session when the last family has answered. Answers that arrive late from a tablet are still kept." }
                    p { a.button.plain href={ (here) "/notes" } { "Close the session" } }
                }
            }
        };
        live_page(title, &session.key, version, &body)
    }

    fn nobody_yet(&self) -> bool {
        let Presence { families, children_refused, adults_refused, .. } = self.scene.presence;
        families + children_refused + adults_refused == 0 && self.scene.states.is_empty()
    }

    fn so_far(&self) -> Markup {
        html! {
            section aria-labelledby="so-far" {
                h2 #so-far { "So far" }
                (so_far::so_far(self.scene))
                p.small { "What people answered is not shown during a session." }
            }
        }
    }

    /// What a leader does next, unless a tablet asks just now: cards, then tablets, then the board with what comes at
    /// its time.
    fn next(&self) -> Markup {
        let Scene { at, stock, tablets, .. } = self.scene;
        let here = format!("/sessions/{}", at.session.key);
        let asks_afters = at.session.role.asks_the_after();
        let (nobody, paired) = (self.nobody_yet(), tablets.iter().any(|tablet| tablet.pairing.is_some()));
        html! {
            p.row {
                @if nobody && stock.issued == 0 {
                    a.button.to-board href={ "/projects/" (at.project.id) "/cards" } { "Print family cards" }
                    span { "Families need a card before they can answer." }
                } @else if nobody && !paired {
                    a.button.to-board href={ (here) "/tablets" } { "Pair the tablets" }
                    a.button.plain href={ (here) "/board" } { (BOARD) }
                } @else {
                    a.button.to-board href={ (here) "/board" } { (BOARD) }
                    @if !nobody && asks_afters && at.session.afters_us.is_none() { a.button.plain href={ (here) "/afters" } { "Start the afters" } }
                    @if !nobody { a.button.plain href={ (here) "/find" } { "Find a family" } }
                }
            }
        }
    }

    fn tablets(&self) -> Markup {
        html! {
            section aria-labelledby="tablets" {
                h2 #tablets { "Tablets" }
                (tablets::list(self.scene))
                p { a href={ "/sessions/" (self.scene.at.session.key) "/tablets" } { "Pair or name tablets" } }
                (rescue::door())
            }
        }
    }

    fn pack(&self) -> Markup {
        html! {
            (pack_list::pack_list(self.scene))
            details {
                summary { "Questionnaires that may be asked" }
                ul { @for (title, number, language) in &self.questionnaires { li { (title) ", version " (number) ", " (language_name(language)) } } }
            }
        }
    }

    fn door(&self, title: &str) -> Markup {
        door(title, &self.address, &self.start_page, self.unreached.as_ref())
    }
}

/// The address for the tablets, big enough to read across a table.
fn door(title: &str, address: &str, start_page: &str, unreached: Option<&Markup>) -> Markup {
    html! {
        section.session-door aria-labelledby="door" {
            div.qr { (qr(address)) }
            div.stack {
                h2 #door { (title) }
                p.address { (address) }
                p { "Point the tablet’s camera at the square, or type the address." }
                @if let Some(unreached) = unreached {
                    div.notice.stack { (unreached) }
                }
                p { a href=(start_page) { "Open the families’ start page" } }
            }
        }
    }
}

/// What leads to the board.
const BOARD: &str = "Live board: who has answered";

/// The way up from a session's pages; from those below its home, to that too.
fn crumbs_to(SessionPlace { session, project, programme, .. }: &SessionPlace, below: bool) -> Markup {
    let day = weekday(&session.held_on);
    let mut way = way_up(programme, project);
    if below {
        way.push((&day, format!("/sessions/{}", session.key)));
    }
    crumbs_up(&way)
}

/// A page of a session that keeps itself up to date, with a lamp that says whether it does. Without script it
/// says how to load it again.
fn live_page(title: String, key: &str, version: &str, body: &Markup) -> Page {
    let body = html! {
        div.live data-live=(key) data-version=(version) {
            p.lamp data-lamp role="status" hidden {}
            // What the forms of parts that are drawn later carry: see stamp.rs and live.js.
            form hidden method="post" data-page-token {}
            p.small data-still { "This page does not change by itself. Load it again for newer numbers." }
            (body)
        }
    };
    Page::staff(title, body).script("live.js").class("leader")
}

/// A language as the team says it.
fn language_name(code: &str) -> &str {
    match code.split('-').next() {
        Some("en") => "English",
        _ => code,
    }
}
