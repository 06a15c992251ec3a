//! A session's page for its leader: the address for the tablets, and how many have answered. No
//! results: they would influence the answers that are still to come.

use axum::Router;
use axum::extract::State;
use axum::response::Redirect;
use axum::routing::{get, post};
use maud::{Markup, html};

use crate::html::partials::{button_link, stat};
use crate::html::{Page, qr};
use crate::session::SessionRole;
use crate::store::{CardStock, Pairing, Presence, ResponseState, SessionPlace, StateCount};
use crate::survey::Wave;

use super::frame::{Part, crumbs, programme_page};
use super::place::AtSession;
use super::project::{state_chip, stock_words};
use super::troubles::sentence;
use super::words::{count, moment, number, weekday};
use super::{App, Error};

mod form;
mod more;
mod pairings;

/// `/sessions/…` and the form for a new one
pub fn routes() -> Router<App> {
    Router::new()
        .route("/sessions/{session}", get(show))
        .route("/sessions/{session}/closure", post(close))
        .route("/sessions/{session}/reopening", post(reopen))
        .merge(form::routes())
        .merge(pairings::routes())
}

async fn close(State(app): State<App>, AtSession(at): AtSession) -> Result<Redirect, Error> {
    if at.session.is_open() {
        app.store().close_session(at.session.id, Some(app.now_us())).await?;
    }
    Ok(Redirect::to(&format!("/sessions/{}", at.session.key)))
}

async fn reopen(State(app): State<App>, AtSession(at): AtSession) -> Result<Redirect, Error> {
    app.store().close_session(at.session.id, None).await?;
    Ok(Redirect::to(&format!("/sessions/{}", at.session.key)))
}

async fn show(State(app): State<App>, AtSession(at): AtSession) -> Result<Markup, Error> {
    let shown = Shown {
        address: format!("{}/s/{}", app.address(), at.session.key),
        start_page: format!("/s/{}", at.session.key),
        states: app.store().states_of_session(at.session.id).await?,
        presence: app.store().presence(at.session.id).await?,
        stock: app.store().card_stock(at.project.id).await?,
        pairings: app.store().pairings(at.session.id).await?,
        at: &at,
    };
    programme_page(&app, &at.programme, Part::Projects, shown.page()).await
}

/// Everything the page shows.
struct Shown<'a> {
    at: &'a SessionPlace,
    /// The families' address, as a tablet types it.
    address: String,
    /// The same page from here, where the network's name for this machine may not work.
    start_page: String,
    states: Vec<StateCount>,
    presence: Presence,
    stock: CardStock,
    pairings: Vec<Pairing>,
}

impl Shown<'_> {
    fn page(&self) -> Page {
        let SessionPlace { session, project, programme } = self.at;
        let title = format!("{}, {}", project.name, weekday(&session.held_on));
        let above = format!("/programmes/{}", programme.id);
        let project_page = format!("/projects/{}", project.id);
        let body = html! {
            (crumbs(&[("Programmes", "/"), (&programme.name, &above), (&project.name, &project_page)]))
            div.heading {
                h1 { (weekday(&session.held_on)) @if !session.place.is_empty() { ", " (session.place) } }
                a href={ "/sessions/" (session.key) "/edit" } { "Change" span.hidden { " the session" } }
            }
            p.row { (state_chip(session)) span { (session.role.words()) } }
            @match session.closed_at_us {
                None => (self.door()),
                Some(at_us) => (self.closed(at_us)),
            }
            (self.tablets())
            section aria-labelledby="so-far" {
                h2 #so-far { "So far" }
                (self.counts())
                (self.notes())
                p.small { "What people answered is not shown during a session. Load the page again for newer counts." }
            }
            (more::links(&self.at.session))
            section aria-labelledby="cards" {
                h2 #cards { "Family cards" }
                p { (stock_words(self.stock)) " " a href={ (project_page) "/cards" } { "Print cards" } }
            }
            @if session.is_open() {
                section aria-labelledby="end" {
                    h2 #end { "At the end" }
                    p { "Close the session when the last family has answered. Answers that arrive late from a tablet are still kept." }
                    form action={ "/sessions/" (session.key) "/closure" } method="post" {
                        button.button.plain type="submit" { "Close the session" }
                    }
                }
            }
        };
        Page::staff(title, body)
    }

    /// The address for the tablets, big enough to read across a table.
    fn door(&self) -> Markup {
        html! {
            section.session-door aria-labelledby="door" {
                div.qr { (qr(&self.address)) }
                div.stack {
                    h2 #door { "Open this on every tablet" }
                    p.address { (self.address) }
                    p { "Point the tablet’s camera at the square, or type the address." }
                    @if only_here(&self.address) {
                        p.notice { "This address works on this machine only. For tablets, start Pencilmark so that the network can reach it: " code { "pencilmark serve --listen 0.0.0.0:8080" } }
                    }
                    @if self.stock.issued == 0 {
                        p { (button_link("Print family cards", &format!("/projects/{}/cards", self.at.project.id))) }
                        p.small { "Families need a card before they can answer. " a href=(self.start_page) { "See their start page" } }
                    } @else {
                        p { (button_link("Open the families’ start page", &self.start_page)) }
                    }
                }
            }
        }
    }

    /// Who asks to be paired, and who is.
    fn tablets(&self) -> Markup {
        let key = &self.at.session.key;
        let paired: Vec<(&Pairing, &String)> =
            self.pairings.iter().filter(|one| one.holds()).filter_map(|one| Some((one, one.name.as_ref()?))).collect();
        html! {
            section aria-labelledby="tablets" {
                h2 #tablets { "Tablets" }
                (pairings::requests(key, &self.pairings))
                @if paired.is_empty() {
                    p { "None is paired yet. A tablet that opens the address asks by itself: its two words appear here." }
                } @else {
                    ul.paired {
                        @for (pairing, name) in paired {
                            li { (pairings::name_tag(name)) span.small { "shows " (pairings::short_device(&pairing.device)) } }
                        }
                    }
                }
            }
        }
    }

    fn closed(&self, at_us: i64) -> Markup {
        html! {
            section.notice aria-labelledby="closed" {
                h2 #closed { "Closed on " (moment(at_us)) }
                p { "No family can start now. Answers that were under way on a tablet are still kept when they arrive." }
                form action={ "/sessions/" (self.at.session.key) "/reopening" } method="post" {
                    button.button type="submit" { "Open it again" }
                }
            }
        }
    }

    fn counts(&self) -> Markup {
        let refused = self.presence.children_refused + self.presence.adults_refused;
        let counted = |wave: fn(Wave) -> bool| -> i64 {
            let counted = self.states.iter().filter(|count| count.state == ResponseState::Counted);
            counted.filter(|count| count.wave.is_some_and(wave)).map(|count| count.n).sum()
        };
        let befores = counted(|wave| wave == Wave::Pre);
        let afters = counted(|wave| Wave::AFTERS.contains(&wave));
        html! {
            div.stats.few {
                (stat(&number(self.presence.families), if self.presence.families == 1 { "family in" } else { "families in" },
                    &count(self.presence.people, "person", "people")))
                @match self.at.session.role {
                    SessionRole::Event => (stat(&number(counted(|wave| wave == Wave::Event)), "with feedback", "")),
                    SessionRole::FollowUp => (stat(&number(counted(|wave| wave == Wave::FollowUp)), "asked again", "")),
                    SessionRole::First | SessionRole::Middle => (stat(&number(befores), "befores done", "")),
                    SessionRole::Last | SessionRole::Single => {
                        (stat(&number(befores), "befores done", ""))
                        (stat(&number(afters), "afters done", ""))
                    }
                }
                (stat(&number(refused), "said no", &refusals(self.presence)))
            }
        }
    }

    /// What was kept and not counted, in plain words.
    fn notes(&self) -> Markup {
        let notes: Vec<String> =
            self.states.iter().filter(|count| count.state != ResponseState::Counted).map(sentence).collect();
        html! { @if !notes.is_empty() { ul.notice { @for note in notes { li { (note) } } } } }
    }
}

fn refusals(presence: Presence) -> String {
    match (presence.children_refused, presence.adults_refused) {
        (0, 0) => String::new(),
        (children, adults) => {
            format!("{}, {}", count(children, "child", "children"), count(adults, "grown-up", "grown-ups"))
        }
    }
}

/// Whether an address names the machine it is opened on, so that a tablet would look at itself.
fn only_here(address: &str) -> bool {
    let host = address.split_once("://").map_or(address, |(_, rest)| rest);
    ["localhost", "127.", "[::1]"].iter().any(|own| host.starts_with(own))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_the_machine_itself_is_no_use_to_tablets() {
        let only_here = |host: &str| only_here(&format!("http://{host}:8080/s/abcd2346"));
        assert!(only_here("127.0.0.1") && only_here("localhost") && only_here("[::1]"));
        assert!(!only_here("192.168.1.20") && !only_here("pencil.example.org"));
    }
}
