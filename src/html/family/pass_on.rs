//! What comes after: pass the tablet on, thank you for a *no*, and the pages nobody hopes to see.

use maud::{Markup, html};

use super::{Place, Step};
use crate::html::{Page, Pictures, page};
use crate::person::Animal;
use crate::session::MadeUp;

/// Pass the tablet to the next person, without script: the answers came with the form, and are received.
#[derive(Debug, Clone, Default)]
pub struct PassOnPage {
    /// Where we are.
    pub place: Place,
    /// The session's start page.
    pub start: String,
    /// Whether what is shown here is real.
    pub made_up: MadeUp,
}

/// Draws it.
pub fn pass_on(pass: &PassOnPage) -> Markup {
    let mut pictures = Pictures::default();
    let body = html! {
        (pass.place.line())
        div.hero { (crowd(&mut pictures)) div.welcome.stack {
            h1 { "Thank you! Pass to the next person" }
            p.saved.received { (saved_picture()) "Received" }
            p { a.button href=(pass.start) { "Next person" } }
        } }
        (pictures.sheet())
    };
    page(&Page::family("Thank you", body).made_up(pass.made_up).class("target-56"))
}

/// The tablet's own screen after somebody's questions: who is next, and where the answers are.
pub fn pass_on_template(place: &Place, pictures: &mut Pictures) -> Markup {
    html! {
        (place.line())
        ol.family-bar.large data-bar aria-label="Your family" hidden {}
        div.hero.thanks { div.picture-box data-animal-picture { (pictures.animal(Animal::Fox)) } div.welcome.stack {
            h1 { "Thank you!" span data-pass-heading {} }
            p.lead data-closing data-stopped="That is fine. Nothing you tapped is kept." {}
            (saved("Saved on this tablet", "Received"))
            p.lead data-keep-open hidden { strong { "Please do not close this page: " } "this tablet cannot keep answers by itself." }
            p.lead data-back-to-leader { "Everybody done? Give the tablet back to the person who runs the session." }
            div.row {
                button.button.hold type="button" data-pass-to data-hold {
                    span.picture-box data-animal-picture { (pictures.animal(Animal::Fox)) }
                    span { "Pass to " span data-animal-name {} small { "hold for two seconds" } }
                }
                (next_in_family("Next in our family"))
                button.button.plain type="button" data-all-done { "We are all done" }
            }
        } }
    }
}

/// Leads to the family's pictures. Held, like everything that hands the tablet on.
fn next_in_family(words: &str) -> Markup {
    html! { button.button.hold type="button" data-who data-hold { span { span data-who-words { (words) } small { "hold for two seconds" } } } }
}

/// Where the answers are, in a word and a picture: *saved on this tablet* and *received* are different
/// promises and look different.
pub(super) fn saved(waiting: &str, received: &str) -> Markup {
    html! {
        p.saved role="status" data-outbox data-saved=(waiting) data-received=(received) { (saved_picture()) span data-outbox-words {} }
    }
}

/// A tablet holding answers; with `.received` a tick on a shelf takes its place.
fn saved_picture() -> Markup {
    html! {
        svg.picture.on-tablet viewBox="0 0 32 32" aria-hidden="true" focusable="false" {
            path fill="#1b2f5b" d="M8 2h16a3 3 0 0 1 3 3v22a3 3 0 0 1-3 3H8a3 3 0 0 1-3-3V5a3 3 0 0 1 3-3z" {}
            path fill="#ffeab0" d="M8 6h16v19H8z" {}
            path fill="#fff8e7" d="M16 26.200a1.300 1.300 0 1 1 0 2.600 1.300 1.300 0 0 1 0-2.600z" {}
            path fill="none" stroke="#1b2f5b" stroke-width="2" stroke-linecap="round" d="M11 11h10M11 15.500h10M11 20h6" {}
        }
        svg.picture.arrived viewBox="0 0 32 32" aria-hidden="true" focusable="false" {
            path fill="#17603b" d="M16 2a14 14 0 1 1 0 28 14 14 0 0 1 0-28z" {}
            path fill="none" stroke="#fff" stroke-width="4" stroke-linecap="round" stroke-linejoin="round" d="m9 16.500 5 5 9.500-11" {}
        }
    }
}

/// Everybody a card may have, waiting for their turn.
fn crowd(pictures: &mut Pictures) -> Markup {
    let animals = [Animal::Owl, Animal::Fox, Animal::Frog, Animal::Whale, Animal::Sun, Animal::Cat];
    html! { div.crowd { @for animal in animals { (pictures.animal(animal)) } } }
}

/// Who said no.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Declined {
    /// A grown-up, for the children of the family.
    Family,
    /// A grown-up who wants to be asked again.
    Later,
    /// One person, for themselves.
    Person,
}

impl Declined {
    /// How the tablet's templates call it.
    fn code(self) -> &'static str {
        match self {
            Declined::Family => "family",
            Declined::Later => "later",
            Declined::Person => "person",
        }
    }

    fn words(self) -> &'static str {
        match self {
            Declined::Family => "That is fine. No child in your family will be asked anything. Enjoy the session!",
            Declined::Later => "That is fine. Whenever you like, type your card’s code on the first page again.",
            Declined::Person => "That is fine. You do not have to. Enjoy the session!",
        }
    }
}

/// Thanks for a *no*: as warm as for a yes, and nothing is asked again. `same_family` leads brothers
/// and sisters on after one person's *no*.
pub fn declined(place: &Place, who: Declined, same_family: &Step, start: &str, made_up: MadeUp) -> Markup {
    let mut pictures = Pictures::default();
    let body = html! {
        (place.line())
        div.hero { (pictures.animal(Animal::Whale)) div.welcome.stack {
            h1 { "Thank you for telling us" }
            p.lead { (who.words()) }
            @if who == Declined::Person {
                (same_family.form(&html! { button.button type="submit" { "Next in our family" } }))
                p { a.button.plain href=(start) { "We are all done" } }
            } @else {
                p { a.button href=(start) { "Next person" } }
            }
        } }
        (pictures.sheet())
    };
    page(&Page::family("Thank you", body).made_up(made_up).class("target-56"))
}

/// The same on the tablet: `data-when` says which parts stay.
pub fn declined_template(place: &Place, pictures: &mut Pictures) -> Markup {
    html! {
        (place.line())
        div.hero { div.picture-box data-animal-picture { (pictures.animal(Animal::Whale)) } div.welcome.stack {
            h1 { "Thank you for telling us" }
            @for who in [Declined::Family, Declined::Later, Declined::Person] {
                div.stack data-when=(who.code()) {
                    p.lead { (who.words()) }
                    div.row {
                        (next_in_family("Next in our family"))
                        button.button.plain type="button" data-all-done { "We are all done" }
                    }
                }
            }
        } }
    }
}

/// No session takes answers at this address. Whoever wants theirs out is told whom to ask: `contact`, where the programme
/// says one.
pub fn no_session(place: &Place, made_up: MadeUp, contact: &str) -> Markup {
    let mut pictures = Pictures::default();
    let body = html! {
        (no_session_main(place, &mut pictures))
        p.small {
            "Changed your mind? At any time you may " a href="/card/withdrawal" { "take your answers out" } " with the code on your card. To see what is kept of your family, "
            @if contact.is_empty() { "ask whoever gave you the card." } @else { "write to " (contact) "." }
        }
        (pictures.sheet())
    };
    page(&Page::family("No session is open", body).made_up(made_up).class("target-56").script("tablet.js"))
}

/// What stands on it.
pub fn no_session_main(place: &Place, pictures: &mut Pictures) -> Markup {
    html! {
        (place.line())
        div.hero { (pictures.animal(Animal::Owl)) div.welcome.stack {
            h1 { "No session is open here" }
            p.lead { "It may be over, or not have begun. Your card stays good: keep it for next time." }
            p { "Running a session? Open it on the team’s pages, then try again." }
            (saved("Answers saved on this tablet. Sending…", "Nothing waits on this tablet"))
        } }
    }
}

/// Something cannot be done; for families and, where nothing better is known, for anyone.
pub fn trouble(title: &str, words: &str) -> Markup {
    let body = html! {
        (Place::default().line())
        div.welcome.stack {
            h1 { (title) }
            p.lead { (words) }
            p { a.button.plain href="/" { "Back to the beginning" } }
        }
    };
    page(&Page::family(title, body).class("target-48").script("tablet.js"))
}
