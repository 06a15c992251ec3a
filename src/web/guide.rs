//! The leader's guide: one side of A4 that a volunteer can follow without us.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use maud::{Markup, html};

use crate::html::Page;

use super::frame::{crumbs, staff_page};
use super::{App, Error};

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
        "Open the session’s home and work down its list: cards, tablets, a copy on each tablet.",
        "Point each tablet at the big square. It shows two words. Say yes beside the same two words: now it is the Red, Blue or Green tablet.",
        "Put one tablet at the welcome table, the others where families sit.",
    ];
    let welcome = [
        "“Hi! Here’s your card, keep it safe.” Give each family one card.",
        "Type its code on a tablet, or scan it. “Who’s who? Pick a picture each.” A new child says the school year.",
        "A grown-up reads one screen and taps Yes, once for the family.",
        "Hand the tablet to the child. The picture on the screen is theirs: “Are you Fox?”",
        "Pass it on within the family; hold the button for two seconds. Read to young children, look away while they tap.",
    ];
    let during = [
        "Watch the live board. Whoever owes a before stands first; tap the family to hand it a tablet.",
        "After a quarter of an hour a line says “late”: ask those families next.",
        "A family goes early? Its card, then “Leaving now?”: a few questions each.",
        "No network? Go on. Answers wait on the tablet and go by themselves later.",
    ];
    let end = [
        "Fifteen minutes before the end: Start the afters. Lines turn to “after”; they go green as they land.",
        "Count heads. Close the session: note the day in a minute, then “Collect the tablets”.",
        "Keep tablets on until the light says “Safe to pack away”. Then switch off.",
        "Still not green? The line of each tablet says what to do. If nothing helps, hold the number in its corner, save to a file, and give a reason.",
    ];
    let help = [
        ("A child wants to stop", "Tap Stop. Nothing tapped is kept. Thank the child."),
        (
            "A code is refused",
            "Look at each letter and number again; the screen says what no card has. Otherwise give a new card.",
        ),
        ("Wrong picture", "Somebody else: go back and pick the right one."),
        (
            "A card is lost",
            "“Find a family”, by picture, year and time. Give a spare card: it leads to the same family.",
        ),
        (
            "Somebody would rather write",
            "“On paper”: print sheets, with the card’s code on them if you like. Key them in afterwards; keying again shows slips.",
        ),
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
        div.guide {
            (part("Before families come", &before))
            (part("Welcome: thirty seconds a family", &welcome))
            (part("While it runs", &during))
            (part("The last fifteen minutes", &end))
            section { h2 { "When something goes wrong" } dl { @for (what, deed) in help { dt { (what) } dd { (deed) } } } }
        }
        p.no-print { button.button type="button" data-print hidden { "Print this page" } }
    };
    Page::staff("A session, step by step", body).class("leader").script("print.js")
}

fn part(title: &str, steps: &[&str]) -> Markup {
    html! { section { h2 { (title) } ol { @for step in steps { li { (step) } } } } }
}
