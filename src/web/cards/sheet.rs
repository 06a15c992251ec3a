//! A sheet of cards to print on A4, four or eight to a page, and to cut.

use axum::Router;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::routing::get;
use maud::{Markup, html};
use serde::Deserialize;

use crate::html::layout::mark;
use crate::html::{Page, Pictures, qr};
use crate::person::{Animal, CardCode};
use crate::session::{MadeUp, Programme, Project, Session};
use crate::web::frame::{Part, crumbs_up, programme_page, way_up};
use crate::web::place::InProject;
use crate::web::words::{count, day, how_many};
use crate::web::{App, Error, reach};

pub fn routes() -> Router<App> {
    Router::new().route("/projects/{project}/cards/{issued}", get(show))
}

/// How many cards stand on a page.
#[derive(Deserialize)]
struct Layout {
    #[serde(default)]
    each: Each,
}

/// Four large cards or eight small ones.
#[derive(Deserialize, Clone, Copy, Default, PartialEq, Eq)]
enum Each {
    #[default]
    #[serde(rename = "4")]
    Four,
    #[serde(rename = "8")]
    Eight,
}

impl Each {
    fn number(self) -> usize {
        match self {
            Each::Four => 4,
            Each::Eight => 8,
        }
    }
}

async fn show(
    State(app): State<App>,
    InProject { project, programme }: InProject,
    Path((_, issued)): Path<(String, String)>,
    layout: Result<Query<Layout>, QueryRejection>,
) -> Result<Markup, Error> {
    let issued_us: i64 = issued.parse().map_err(|_| Error::NotFound)?;
    let codes: Vec<CardCode> =
        app.store().cards(project.id, Some(issued_us)).await?.into_iter().map(|(code, _)| code).collect();
    if codes.is_empty() {
        return Err(Error::NotFound);
    }
    let sheet = Sheet {
        address: app.address(),
        programme: &programme,
        open: app.store().open_sessions(project.id).await?.into_iter().next(),
        project: &project,
        codes,
        each: layout.map(|Query(layout)| layout.each).unwrap_or_default(),
        unreached: reach::unreached(&app),
    };
    programme_page(&app, &programme, Part::Projects, sheet.page()).await
}

/// Everything the page shows.
struct Sheet<'a> {
    address: &'a str,
    programme: &'a Programme,
    project: &'a Project,
    open: Option<Session>,
    codes: Vec<CardCode>,
    each: Each,
    /// What to do so that tablets can open the address, where they cannot.
    unreached: Option<Markup>,
}

impl Sheet<'_> {
    fn page(&self) -> Page {
        let title = format!("{} for {}", count(how_many(&self.codes), "card", "cards"), self.project.name);
        let mut pictures = Pictures::default();
        let cards = self.cards(&mut pictures);
        let body = html! {
            // Before the cards: after them it would begin an empty page on paper.
            (pictures.sheet())
            (self.instructions(&title))
            (cards)
        };
        Page::staff(title, body).class("cards-sheet").style("cards.css").script("print.js")
    }

    /// What stands above the cards on the screen, and not on paper.
    fn instructions(&self, title: &str) -> Markup {
        let mut way = way_up(self.programme, self.project);
        way.push(("Family cards", format!("/projects/{}/cards", self.project.id)));
        let pages: Vec<_> = self.codes.chunks(self.each.number()).collect();
        html! {
            div.no-print.stack {
                (crumbs_up(&way))
                h1 { (title) }
                @if let Some(unreached) = &self.unreached {
                    div.notice.stack {
                        p { strong { "Do not print yet. " } "The squares on these cards lead to this machine only, and no tablet or phone could open them." }
                        (unreached)
                    }
                }
                div.row { (self.size(Each::Four)) (self.size(Each::Eight)) }
                p {
                    "Print this page (Ctrl P) on " (count(how_many(&pages), "sheet", "sheets")) " of A4, at 100%, without margins. "
                    "Cut along the dashes. Hand each family a card and keep its stub, in the order families came."
                }
                p.row {
                    button.button type="button" data-print hidden { "Print" }
                    @if let Some(session) = &self.open {
                        a.button.plain href={ "/sessions/" (session.key) } { "Then: open the session" }
                    }
                }
            }
        }
    }

    fn cards(&self, pictures: &mut Pictures) -> Markup {
        html! {
            div.cards.{ "of-" (self.each.number()) } role="region" tabindex="0" aria-label="The cards" {
                @for (index, page) in self.codes.chunks(self.each.number()).enumerate() {
                    div.a4 role="group" aria-label={ "Page " (index + 1) } {
                        @for code in page { (self.card(code, pictures)) }
                    }
                }
            }
        }
    }

    /// The way to the other size; the page keeps its cards.
    fn size(&self, each: Each) -> Markup {
        let current = (each == self.each).then_some("true");
        html! { a.choice-link href={ "?each=" (each.number()) } aria-current=[current] { (each.number()) " to a page" } }
    }

    fn card(&self, code: &CardCode, pictures: &mut Pictures) -> Markup {
        let address = format!("{}/c/{}", self.address, code.as_str());
        html! {
            section.family-card aria-label={ "Card " (code) } {
                div.head {
                    (mark())
                    p.project { strong { (self.project.name) } span { (self.programme.name) } }
                    p.back { @match self.programme.made_up() {
                        MadeUp::No => "Bring me back!",
                        MadeUp::Sample => "Sample, not for use",
                        MadeUp::Practice => "For practice only",
                    } }
                }
                p.code { (code) }
                div.qr { (qr(&address)) }
                p.address { "Scan the square, or type " strong { (typed(self.address)) wbr; "/c/" (code.as_str()) } }
                div.who {
                    p { "Who is this? Pencil it in, at home." }
                    ul { @for animal in Animal::ALL {
                        li { (pictures.animal(animal)) (animal.name()) span.line {} }
                    } }
                }
                p.privacy { (privacy(self.programme, self.address)) }
                p.stub { "Leader" strong { (code) } span { "Day" } span.day {} span { "No names" } }
            }
        }
    }
}

/// An address as one types it.
fn typed(address: &str) -> &str {
    address.strip_prefix("http://").unwrap_or(address)
}

/// What a family has to know, in sixty words at the most.
fn privacy(programme: &Programme, address: &str) -> String {
    let until = if programme.ends_on.is_empty() { String::new() } else { format!(" by {}", day(&programme.ends_on)) };
    format!(
        "We ask what you think before and after, to learn what helps. This code and a picture stand for you: we ask no \
         names. You may skip any question, or stop. Reports show groups, never one person. To have your answers taken \
         out, show this card at a session{until}. More: {}/privacy",
        typed(address)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::TargetReading;

    fn programme() -> Programme {
        Programme {
            id: 1,
            name: "Bright Futures".to_owned(),
            funder: String::new(),
            grant_reference: String::new(),
            starts_on: String::new(),
            ends_on: "2026-12-31".to_owned(),
            awareness_target: 50,
            awareness_reading: TargetReading::Overall,
            sample: false,
            practice_of: None,
        }
    }

    #[test]
    fn the_privacy_notice_has_sixty_words_at_the_most_and_says_how_to_withdraw() {
        let text = privacy(&programme(), "192.168.1.20:8080");
        assert!(text.split_whitespace().count() <= 60, "{} words", text.split_whitespace().count());
        assert!(text.contains("show this card at a session by 31 December 2026"));
        assert!(text.ends_with("More: 192.168.1.20:8080/privacy"));
    }
}
