//! What comes after: pass the tablet on, thank you for a *no*, and the pages nobody hopes to see.

use maud::{Markup, html};

use super::{Place, Step};
use crate::html::{Page, Pictures, page};
use crate::person::Animal;

/// Pass the tablet to the next person.
#[derive(Debug, Clone, Default)]
pub struct PassOnPage {
    /// Where we are.
    pub place: Place,
    /// The session's address: the start page, and where a family goes on with its code.
    pub start: String,
    /// Whether sample data is loaded.
    pub sample: bool,
}

/// Draws it. Whether answers still wait on the tablet is said by `outbox.js`; without script they
/// came with the form, and are received. `pass-on.js` opens the way for the same family.
pub fn pass_on(pass: &PassOnPage) -> Markup {
    let mut pictures = Pictures::default();
    let body = html! {
        (pass.place.line())
        div.hero { (crowd(&mut pictures)) div.welcome.stack {
            h1 { "Thank you! Pass to the next person" }
            p.saved.received data-outbox data-saved="Saved on this tablet. Sending…" data-received="Received" role="status" { "Received" }
            form method="post" action=(pass.start) autocomplete="off" data-same-family hidden {
                input type="hidden" name="code" value="";
                button.button type="submit" { "Next in our family" }
            }
            p { a.button href=(pass.start) data-next-family data-done="We are all done" { "Next person" } }
        } }
        (pictures.sheet())
    };
    page(&Page::family("Thank you", body).sample(pass.sample).class("target-56").script("pass-on.js"))
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

/// Thanks for a *no*: as warm as for a yes, and nothing is asked again. `same_family` leads brothers
/// and sisters on after one person's *no*.
pub fn declined(place: &Place, who: Declined, same_family: &Step, start: &str, sample: bool) -> Markup {
    let words = match who {
        Declined::Family => "That is fine. No child in your family will be asked anything. Enjoy the session!",
        Declined::Later => "That is fine. Come back to this screen whenever you like.",
        Declined::Person => "That is fine. You do not have to. Enjoy the session!",
    };
    let body = html! {
        (place.line())
        div.welcome.stack {
            h1 { "Thank you for telling us" }
            p.lead { (words) }
            @if who == Declined::Person {
                (same_family.form(&html! { button.button type="submit" { "Next in our family" } }))
                p { a.button.plain href=(start) { "We are all done" } }
            } @else {
                p { a.button href=(start) { "Next person" } }
            }
        }
    };
    page(&Page::family("Thank you", body).sample(sample).class("target-56"))
}

/// No session takes answers at this address.
pub fn no_session(place: &Place, sample: bool) -> Markup {
    let body = html! {
        (place.line())
        div.welcome.stack {
            h1 { "No session is open here" }
            p.lead { "It may be over, or not have begun. Your card stays good: keep it for next time." }
            p { "Running a session? Open it on the team’s pages, then try again." }
            p.saved data-outbox data-saved="Answers saved on this tablet. Sending…" data-received="Nothing waits on this tablet" role="status" {}
        }
    };
    page(&Page::family("No session is open", body).sample(sample).class("target-56"))
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
    page(&Page::family(title, body).class("target-48"))
}
