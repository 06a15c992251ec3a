//! The live board: who has answered and who still owes what, one line to a family. No results: they would
//! influence the answers that are still to come.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use maud::{Markup, html};

use crate::html::partials::stat;
use crate::html::{Page, Pictures};
use crate::person::Animal;
use crate::session::SessionRole;
use crate::session::board::{Board, FamilyAtSession, Seat, Standing, Tally};
use crate::web::frame::{Part, programme_page};
use crate::web::place::AtSession;
use crate::web::words::{how_many, number, weekday, word};
use crate::web::{App, Error};

use super::parts::{Parts, Scene};
use super::{crumbs_to, live_page, more, so_far, tablets};

pub fn routes() -> Router<App> {
    Router::new().route("/sessions/{session}/board", get(show))
}

async fn show(State(app): State<App>, AtSession(at): AtSession) -> Result<Markup, Error> {
    let scene = Scene::of(&app, at).await?;
    let parts = scene.parts();
    programme_page(&app, &scene.at.programme, Part::Projects, page(&scene, &parts)).await
}

fn page(scene: &Scene, parts: &Parts) -> Page {
    let key = &scene.at.session.key;
    let title = format!("Live board, {}", weekday(&scene.at.session.held_on));
    let body = html! {
        (crumbs_to(&scene.at, true))
        h1 { "Live board" }
        (numbers(scene))
        (so_far::only_numbers(scene))
        section aria-labelledby="families" {
            h2 #families { "Families" }
            p.small { "Tap a family to hand it a tablet." }
            ul.families data-families aria-label="Families, those who owe something first" {
                @for one in &scene.board.families { (family(key, one)) }
            }
            p.nobody { "No family has come in yet. One comes in with its first card." }
        }
        section aria-labelledby="tablets" {
            h2 #tablets { "Tablets" }
            (tablets::list(scene))
            p { a href={ "/sessions/" (key) "/tablets" } { "Pair or name tablets" } }
        }
        (more::links(&scene.at.session))
        (tablets::away(scene))
        @if scene.at.session.is_open() {
            p { a.button.plain href={ "/sessions/" (key) "/notes" } { "Close the session" } }
        }
        (every_animal())
    };
    live_page(title, key, &parts.version, &body)
}

/// The numbers a leader needs, and no more.
pub fn numbers(scene: &Scene) -> Markup {
    let board = &scene.board;
    let role = scene.at.session.role;
    let after = match role {
        SessionRole::Event => "with feedback",
        SessionRole::FollowUp => "asked again",
        _ => word(board.afters.done, "after done", "afters done"),
    };
    let families = how_many(&board.families);
    let asks_befores = !matches!(role, SessionRole::Event | SessionRole::FollowUp);
    let asks_afters = !matches!(role, SessionRole::First | SessionRole::Middle) || board.afters != Tally::default();
    html! {
        div.stats.few data-part="numbers" {
            (stat(&number(families), word(families, "family in", "families in"), ""))
            @if asks_befores {
                (stat(&number(board.befores.done), word(board.befores.done, "before done", "befores done"), &owed(board.befores)))
            }
            @if asks_afters { (stat(&number(board.afters.done), after, &afters_owed(board))) }
        }
    }
}

fn owed(tally: Tally) -> String {
    let mut words = match tally {
        Tally { owed: 0, to_come: 0, .. } => "nobody owes one".to_owned(),
        Tally { owed: 0, to_come, .. } => format!("{} later", number(to_come)),
        Tally { owed, late: 0, .. } => format!("{} still owed", number(owed)),
        Tally { owed, late, .. } => format!("{} still owed, {} late", number(owed), number(late)),
    };
    if tally.missed > 0 {
        words.push_str(&format!("; {} without one", number(tally.missed)));
    }
    if tally.without > 0 {
        words.push_str(&format!("; {} stopped or said no", number(tally.without)));
    }
    words
}

/// The same of the afters, and how many of those that are here have no before to stand beside.
fn afters_owed(board: &Board) -> String {
    match alone(board) {
        None => owed(board.afters),
        Some(alone) => format!("{}; {alone}", owed(board.afters)),
    }
}

/// How many afters stand alone, in words.
pub fn alone(board: &Board) -> Option<String> {
    (board.after_only > 0).then(|| format!("{} after only", number(board.after_only)))
}

/// The name of a family's part; of one of which nobody is known yet it is named by the card that the line shows.
pub fn part_of(family: &FamilyAtSession) -> String {
    match family.id {
        Some(id) => format!("family-{id}"),
        None => format!("family-new-{}", family.card.as_str()),
    }
}

/// A family's line; the whole of it opens its seat, once somebody of it is known.
pub fn family(key: &str, family: &FamilyAtSession) -> Markup {
    let state = match family.worst() {
        Standing::Late => "late",
        Standing::Owed => "owed",
        Standing::ToCome => "later",
        Standing::Done if !family.misses_something() => "done",
        Standing::Done | Standing::Missed | Standing::Without(_) | Standing::NotAsked => "part",
    };
    html! {
        li class={ "family-line " (state) } data-part=(part_of(family)) {
            @match family.id {
                Some(id) => a href={ "/sessions/" (key) "/families/" (id) } { (who(family, state)) },
                None => div { (who(family, state)) },
            }
        }
    }
}

fn who(family: &FamilyAtSession, state: &str) -> Markup {
    html! {
        span.card-code { (family.card) }
        span.seats { @for seat in &family.seats { (seat_words(seat)) } }
        @if state == "late" { span.chip.late { "late" } }
    }
}

/// A person: picture, and what is done, owed or still to come.
fn seat_words(seat: &Seat) -> Markup {
    html! {
        span.seat {
            (animal(seat.animal))
            span.hidden { (seat.animal.name()) ": " }
            span.states {
                @for (word, standing) in [("before", seat.before), ("after", seat.after)] {
                    @if let Some((class, sign, heard)) = said_of(standing) {
                        span class=(class) { span aria-hidden="true" { (sign) } (word) (heard) } " "
                    }
                }
                @if let Some(tablet) = &seat.sits_at { span.sits { "answering on " (tablet) } }
            }
        }
    }
}

/// How a standing looks, and what it adds for those who hear it.
fn said_of(standing: Standing) -> Option<(&'static str, &'static str, Markup)> {
    let hidden = |words: &str| html! { span.hidden { (words) } };
    match standing {
        Standing::NotAsked => None,
        Standing::Missed => Some(("is-without", "– ", html! { ": none" })),
        Standing::Without(how) => Some(("is-without", "– ", html! { ": " (how.words()) })),
        Standing::Done => Some(("is-done", "✓ ", hidden(" done"))),
        Standing::ToCome => Some(("is-later", "", html! { " later" })),
        Standing::Owed => Some(("is-owed", "● ", html! { " still owed" })),
        // The line says “late” for those who see it.
        Standing::Late => Some(("is-owed", "● ", html! { " still owed" (hidden(", late")) })),
    }
}

/// A picture out of [`every_animal`].
fn animal(animal: Animal) -> Markup {
    Pictures::default().animal(animal)
}

/// The drawings that a family's line refers to: all of them, because any may come in later.
pub fn every_animal() -> Markup {
    let mut pictures = Pictures::default();
    for animal in Animal::ALL {
        let _drawn_in_the_lines = pictures.animal(animal);
    }
    pictures.sheet()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::person::CardCode;

    #[test]
    fn a_line_says_who_owes_what_in_words_and_names_no_code_in_its_address() {
        let seats = vec![
            Seat {
                animal: Animal::Fox,
                sits_at: Some("Red".to_owned()),
                before: Standing::Done,
                after: Standing::Late,
            },
            Seat { animal: Animal::Sun, sits_at: None, before: Standing::Done, after: Standing::Done },
        ];
        let card = CardCode::parse("PEN-C4T").expect("a code of the brief");
        let mut known = FamilyAtSession { id: Some(7), card, seats };
        let line = family("single22", &known).into_string();
        assert!(line.contains("href=\"/sessions/single22/families/7\"") && line.contains("PEN-C4T"), "{line}");
        for words in [
            "answering on Red",
            "Fox: ",
            "after still owed<span class=\"hidden\">, late",
            "Sun: ",
            "class=\"family-line late\"",
        ] {
            assert!(line.contains(words), "{words}: {line}");
        }
        known.id = None;
        let line = family("single22", &known).into_string();
        assert!(!line.contains("<a ") && line.contains("PEN-C4T"), "nobody of it is known yet: {line}");
    }

    #[test]
    fn what_is_owed_is_said_in_words() {
        let tally = |done, owed, late, to_come| super::owed(Tally { done, owed, late, to_come, ..Tally::default() });
        assert_eq!(tally(4, 0, 0, 0), "nobody owes one");
        assert_eq!(tally(4, 0, 0, 3), "3 later");
        assert_eq!(tally(4, 2, 0, 3), "2 still owed");
        assert_eq!(tally(4, 2, 1, 0), "2 still owed, 1 late");
        let short = Tally { done: 6, missed: 8, without: 1, ..Tally::default() };
        assert_eq!(super::owed(short), "nobody owes one; 8 without one; 1 stopped or said no");
        let board = Board { afters: Tally { done: 12, ..Tally::default() }, after_only: 8, ..Board::default() };
        assert_eq!(afters_owed(&board), "nobody owes one; 8 after only");
    }
}
