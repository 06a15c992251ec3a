//! The leader's guide: one side of A4 that a volunteer can follow without us.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use maud::{Markup, html};

use crate::html::{Page, Pictures};
use crate::person::Animal;

use super::frame::{crumbs, staff_page};
use super::{App, Error, rescue};

/// `GET /guide`
pub fn routes() -> Router<App> {
    Router::new().route("/guide", get(show))
}

async fn show(State(app): State<App>) -> Result<Markup, Error> {
    staff_page(&app, page()).await
}

fn page() -> Page {
    let before = [
        "Never done this? On the project’s page, “Begin a practice session”, and try all of it. Nothing there is counted.",
        "Open the session’s home and work down its list: cards, tablets, each ready for a time without wifi.",
        "Point each tablet at the big square. It shows two words. Say yes beside the same two words on your screen (1).",
        "Put one tablet at the welcome table, the others where families sit.",
    ];
    let welcome = [
        "Say: “Here’s your card, keep it safe.” One card for each family (2).",
        "The tablet asks “Which card is yours?” Scan the square, or type the code.",
        "“Who is answering?” Everybody picks a picture (3). A new child taps the school year.",
        "“For the grown-up”: a grown-up reads one screen and taps Yes, once for the family.",
        "“This is Fox’s before”: hand the tablet to that child. If it is somebody else’s turn, “I am not Fox”.",
        "At the end it says whom to pass it to: hold that button for two seconds. Read to young children, look away while they tap.",
    ];
    let during = [
        "Watch the live board. Whoever owes a before stands first; tap the family to hand it a tablet.",
        "After a quarter of an hour a line says “late”: ask those families next.",
        "A family goes early? Its card, then “Leaving now?”: three quick questions at most.",
        "No network? Go on. Answers wait on the tablet and go by themselves later.",
    ];
    let end = [
        html! { "Fifteen minutes before the end: Start the afters." },
        html! { "Count heads. Close the session: note the day in a minute, then “Collect the tablets”." },
        html! { "Keep tablets on until the light says “Safe to pack away”. Then switch off." },
        html! { "Not green? The line of each tablet says what to do. If nothing helps, hold the number in its corner, save to a file, take it to " (rescue::link()) ", and give a reason." },
    ];
    let help = [
        ("A child wants to stop", "Tap Stop. Nothing tapped is kept. Thank the child."),
        ("A code is refused", "Look at each letter and number again. Otherwise give a new card."),
        ("Wrong picture or card", "“I am not Fox”, or “Another card”."),
        ("A card is lost", "“Find a family”, then a spare card: it leads to the same family."),
        ("Somebody would rather write", "“On paper”: print, and key in afterwards."),
        ("A tablet dies", "Go on with another. Charge the first and switch it on: it sends what it holds."),
        (
            "A child tells you something worrying",
            "Follow your organisation’s safeguarding rules at once. Do not write it into Pencilmark.",
        ),
    ];
    let body = html! {
        (crumbs(&[("Programmes", "/")]))
        h1 { "A session, step by step" }
        p.lead { "One page for the person who runs it. Families give no names; a card and a picture stand for each person." }
        (pictured())
        div.guide {
            (part("Before families come", &before.map(plain)))
            (part("Welcome: thirty seconds a family", &welcome.map(plain)))
            (part("While it runs", &during.map(plain)))
            (part("The last fifteen minutes", &end))
            section.wide { h2 { "When something goes wrong" } dl { @for (what, deed) in help { div { dt { (what) } dd { (deed) } } } } }
        }
        p.no-print { button.button type="button" data-print hidden { "Print this page" } }
    };
    Page::staff("A session, step by step", body).class("leader guide-page").script("print.js")
}

/// What to look for: the same two words on both screens, the card, and the pictures on a tablet.
fn pictured() -> Markup {
    let mut pictures = Pictures::default();
    html! {
        div.guide-pictures {
            figure {
                div.two-screens {
                    p.guide-tablet { "To pair this tablet, the leader looks for " strong { "happy teapot" } }
                    p.guide-phone { strong { "happy teapot" } span.guide-yes { "Yes, it is the Red tablet" } }
                }
                figcaption { "1  The same two words: yes" }
            }
            figure {
                p.guide-card { small { "Bring me back!" } strong { "PEN-C4T" } }
                figcaption { "2  A family’s card and its code" }
            }
            figure {
                p.guide-tablet { "Who is answering?" span.guide-animals { @for animal in Animal::ALL { (pictures.animal(animal)) } } }
                figcaption { "3  A picture each, the same every time" }
            }
            (pictures.sheet())
        }
    }
}

fn plain(step: &str) -> Markup {
    html! { (step) }
}

fn part(title: &str, steps: &[Markup]) -> Markup {
    html! { section { h2 { (title) } ol { @for step in steps { li { (step) } } } } }
}
