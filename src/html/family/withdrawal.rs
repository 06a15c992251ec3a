//! Taking a family's answers out: the code, are you sure, and gone.

use maud::{Markup, html};

use super::Place;
use crate::html::{Page, Pictures, page};
use crate::person::{Animal, CardCode};
use crate::session::MadeUp;

/// Which card?
#[derive(Debug, Clone, Default)]
pub struct AskPage {
    /// Where we are.
    pub place: Place,
    /// Where the code goes, in the field `code`.
    pub action: String,
    /// The session's start page.
    pub start: String,
    /// What was typed before, exactly.
    pub typed: String,
    /// Why it was refused.
    pub error: Option<String>,
    /// Whether what is shown here is real.
    pub made_up: MadeUp,
}

/// Draws it as a page of its own, for browsers without script.
pub fn ask(ask: &AskPage) -> Markup {
    let body = ask_main(ask);
    page(&Page::family("Take our answers out", body).made_up(ask.made_up).class("target-48"))
}

/// What stands on it. On a tablet it is one of the screens of the start page, and what the server answers takes the
/// place of `data-withdrawal`: so no page of it stays in the browser's history, where a reload would send it again.
pub fn ask_main(ask: &AskPage) -> Markup {
    let error = ask.error.as_deref();
    html! {
        (ask.place.line())
        div.welcome.stack data-withdrawal {
            h1 { "Take our answers out" }
            p.lead { "You may change your mind. Then everything your family answered here is deleted, and nobody can bring it back." }
            form.stack method="post" action=(ask.action) autocomplete="off" data-takes-out {
                p.error role="alert" data-unreachable hidden { (UNREACHABLE) }
                div {
                    label.lead for="code" { "Type the six letters and numbers on your card" }
                    @if let Some(error) = error { p.error #code-error role="alert" { (error) } }
                }
                input.code #code type="text" name="code" value=(ask.typed) maxlength="16"
                    autocomplete="off" autocorrect="off" autocapitalize="characters" spellcheck="false" enterkeyhint="go"
                    aria-describedby=[error.map(|_| "code-error")] aria-invalid=[error.map(|_| "true")]
                    autofocus[error.is_some()];
                button.button type="submit" { "Go on" }
            }
            p { a.button.plain href=(ask.start) data-all-done { "No, go back" } }
            p.small { "Lost the card? Ask the person who runs the session: they may find it by the day and the pictures. We keep no names." }
        }
    }
}

/// Answers can only be taken out where they are.
const UNREACHABLE: &str = "The laptop that keeps your answers cannot be reached just now, so they cannot be taken out from here. Try again in a moment, or tell the person who runs the session: they can do it for you, today or later.";

/// Are you sure?
#[derive(Debug, Clone)]
pub struct SurePage {
    /// Where we are.
    pub place: Place,
    /// Where the yes goes, with the code.
    pub action: String,
    /// The session's start page.
    pub start: String,
    /// The card.
    pub code: CardCode,
    /// Who is known by it.
    pub people: Vec<Animal>,
    /// How much was answered.
    pub questionnaires: usize,
    /// Whether what is shown here is real.
    pub made_up: MadeUp,
}

/// Draws it. The way back is the larger button: a child may have come here by mistake.
pub fn sure(sure: &SurePage) -> Markup {
    let mut pictures = Pictures::default();
    let n = sure.questionnaires;
    let body = html! {
        (sure.place.line())
        div.welcome.stack data-withdrawal {
            h1 { "Shall we delete everything?" }
            p.lead {
                @match n {
                    0 => "Nobody has answered with this card yet. The card would stop working.",
                    1 => "One questionnaire would be gone for good, and the card would stop working.",
                    _ => { (n) " questionnaires would be gone for good, and the card would stop working." },
                }
            }
            @if !sure.people.is_empty() {
                ul.row.plain-list { @for animal in &sure.people { li { (pictures.animal(*animal)) " " (animal.name()) } } }
            }
            p { a.button href=(sure.start) data-all-done { "No, keep them" } }
            form method="post" action=(sure.action) autocomplete="off" data-takes-out {
                input type="hidden" name="code" value=(sure.code.as_str());
                input type="hidden" name="sure" value="yes";
                button.button.plain type="submit" { "Yes, delete everything" }
            }
        }
        (pictures.sheet())
    };
    page(&Page::family("Shall we delete everything?", body).made_up(sure.made_up).class("target-48"))
}

/// It is done.
pub fn gone(place: &Place, start: &str, made_up: MadeUp) -> Markup {
    let body = html! {
        (place.line())
        div.welcome.stack data-withdrawal {
            h1 { "Your answers are gone" }
            p.lead { "Nothing is kept under this card any more. Thank you for telling us. You are still welcome at every session." }
            p { a.button href=(start) data-all-done { "Done" } }
        }
    };
    page(&Page::family("Your answers are gone", body).made_up(made_up).class("target-48"))
}
