//! The first screen: type the code of the card.

use maud::{Markup, html};

use super::{Place, Step};
use crate::html::{Page, Pictures, page};
use crate::person::Animal;
use crate::session::MadeUp;

/// The start page of an open session.
#[derive(Debug, Clone, Default)]
pub struct StartPage {
    /// Where we are.
    pub place: Place,
    /// Where the code goes, in the field `code`.
    pub step: Step,
    /// What was typed before, exactly.
    pub typed: String,
    /// Why it was refused, in the words of [`crate::person::CardCodeError`] or as kind.
    pub error: Option<String>,
    /// Whether what is shown here is real.
    pub made_up: MadeUp,
}

/// Draws it as a page of its own, where no session is known yet.
pub fn start(start: &StartPage) -> Markup {
    let mut pictures = Pictures::default();
    let body = html! { div data-front-door { (main(start, &mut pictures)) } (pictures.sheet()) };
    page(&Page::family("Your card", body).made_up(start.made_up).class("target-56").script("tablet.js"))
}

/// What stands on it.
pub fn main(start: &StartPage, pictures: &mut Pictures) -> Markup {
    let error = start.error.as_deref();
    html! {
        (start.place.line())
        div.hero.turned { div.welcome.stack {
            h1 { "Hello! Which card is yours?" }
            (start.step.form(&html! {
                div {
                    label.lead for="code" { "Type the six letters and numbers on your card" }
                    p.hint #code-hint { "Small letters are fine, and so is leaving out the dash." }
                    p.error #code-error role="alert" data-error hidden[error.is_none()] { (error.unwrap_or_default()) }
                }
                input.code #code type="text" name="code" value=(start.typed) placeholder="PEN-C4T" maxlength="16"
                    autocomplete="off" autocorrect="off" autocapitalize="characters" spellcheck="false" enterkeyhint="go"
                    aria-describedby="code-hint code-error"
                    aria-invalid=[error.map(|_| "true")] autofocus[error.is_some()];
                button.button type="submit" { "Open my card" }
            }))
            p.small { "No card yet, or forgotten it? Ask the person who runs the session." }
            @if start.step.action.starts_with("/s/") && !start.step.action.ends_with("/home") {
                p.small { a href={ (start.step.action) "/withdrawal" } data-take-out { (TAKE_OUT) } }
            } @else {
                p.small { a href="/card/withdrawal" { (TAKE_OUT) } }
            }
        } (card_picture(pictures)) }
    }
}

const TAKE_OUT: &str = "Changed your mind? Take our answers out";

/// Where on the card the code stands.
fn card_picture(pictures: &mut Pictures) -> Markup {
    html! {
        div.card-picture aria-hidden="true" {
            p { "Bring me back!" }
            strong { "PEN-C4T" }
            div.row { @for animal in Animal::ALL.into_iter().take(6) { (pictures.animal(animal)) } }
        }
    }
}
