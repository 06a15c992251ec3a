//! The pages on which the team looks at what is kept under a card, and takes it out.

use maud::{Markup, html};

use crate::export::bundle;
use crate::html::Page;
use crate::html::partials::{Column, Field, FieldError, Input, button, error_summary, field, table};
use crate::store::{Held, HeldResponse, ResponseState, TakenOut};
use crate::web::asking::may;
use crate::web::frame::crumbs;
use crate::web::words::{count, day, how_many, moment};
use crate::web::{protection, why};

use super::REASONS;

/// Asks for a code, with what is wrong with the one that was typed.
pub(super) fn ask_page(typed: &str, errors: &[FieldError]) -> Page {
    let code = Field::text("code", "The code on the family’s card")
        .value(typed)
        .hint(
            "Six letters and numbers, like PEN-C4T. Without the card nobody’s answers can be found: no names are kept.",
        )
        .width("short")
        .required();
    Page::staff(
        "A family’s rights",
        html! {
            (crumbs(&[("Programmes", "/")]))
            (error_summary(errors))
            h1 { "A family’s rights" }
            p.lead { "A family may see everything that is kept about it, and may have it taken out." }
            form.wide action="/rights" method="post" novalidate {
                (field(&code, errors))
                (why::folded("why-found", errors))
                (button("Find the card"))
            }
        },
    )
}

/// How much is kept under a card and of whom, without an answer, and what can be done about it.
pub(super) fn found_page(held: &Held, errors: &[FieldError]) -> Page {
    let reasons = REASONS.iter().map(|(value, words)| ((*value).to_owned(), (*words).to_owned())).collect();
    let reason = Field::new("reason", "Why", Input::Radios(reasons)).required();
    let columns = [Column::words("Day"), Column::words("Who"), Column::words("What"), Column::words("Counted")];
    let rows: Vec<Vec<Markup>> = held
        .responses
        .iter()
        .map(|response| {
            vec![
                html! { (when(response)) },
                html! { (response.animal.map_or("not known", |animal| animal.name())) },
                html! { (response.wave.map_or("could not be read", |wave| wave.word())) },
                html! { @if response.state == Some(ResponseState::Counted) { "yes" } @else { "no, kept only" } },
            ]
        })
        .collect();
    // Only the form that was sent keeps what was said of why in it.
    let out =
        if errors.iter().any(|error| error.field == "reason" || error.field == "take-out") { errors } else { &[] };
    Page::staff(
        "What is kept under this card",
        html! {
            (crumbs(&[("Programmes", "/"), ("A family’s rights", "/rights")]))
            (error_summary(errors))
            h1 { "What is kept under " (held.code) }
            p.lead {
                (held.project) ", " (held.programme) ". "
                (count(how_many(&held.people), "person", "people")) ", "
                (count(how_many(&held.responses), "questionnaire", "questionnaires")) ". The card was printed on "
                (moment(held.issued_us)) "."
            }
            @if rows.is_empty() { p { "Nobody has answered with it." } }
            @else { (table("Questionnaires of this card", &columns, &rows)) }
            @if may("POST", "/rights/answers", None) { section aria-labelledby="see" {
                h2 #see { "To see everything" }
                p { "Every question and answer, as the family gave them. Open it only where the family has asked." }
                div.row {
                    form action="/rights/answers" method="post" { (code_field(held)) (why_once(errors, "why-shown")) (button("Show the answers")) }
                    form action="/rights/copy" method="post" {
                        (code_field(held))
                        (why_once(errors, "why-copied"))
                        button.link-button type="submit" { "Download everything as a file (JSON)" }
                    }
                }
            } }
            section aria-labelledby="take-out" {
                h2 #take-out { "To have it taken out" }
                @if held.is_kept() { p { strong { "Not now: it is kept from being deleted." } " An administrator or a project manager can end that on the programme’s page " em { "How long answers are kept" } "." @if may("POST", "/rights/protection", None) { " Until then it can be left out of every figure, below." } } }
                @else { p { "Everything above goes for good, with all that was worked out from it, and the figures change. The card stops being a card. Nobody can bring it back, and copies that a tablet sends later are refused." }
                form action="/rights/withdrawal" method="post" {
                    (code_field(held))
                    (field(&reason, errors))
                    (why::folded("why-out", out))
                    button.button.danger type="submit" { "Take the answers out for good" }
                } }
            }
            (protection::of_card(held, errors))
        },
    )
}

/// Why a family's answers are shown; what was said when its card was looked up is not asked for again.
fn why_once(errors: &[FieldError], id: &str) -> Markup {
    if errors.is_empty() { why::needed_again(id) } else { why::needed(id, &[]) }
}

fn when(response: &HeldResponse) -> String {
    response.held_on.as_deref().map_or_else(|| moment(response.received_us), day)
}

fn code_field(held: &Held) -> Markup {
    html! { input type="hidden" name="code" value=(held.code.as_str()); }
}

/// Everything, in words.
pub(super) fn answers_page(held: &Held, told: impl Fn(&HeldResponse) -> Vec<bundle::Told>) -> Page {
    let columns = [Column::words("Question"), Column::words("Answer")];
    Page::staff(
        "Everything that is kept",
        html! {
            (crumbs(&[("Programmes", "/"), ("A family’s rights", "/rights")]))
            h1 { "Everything kept under " (held.code) }
            section aria-labelledby="people" {
                h2 #people { "People" }
                @if held.people.is_empty() { p { "Nobody is known by this card." } }
                ul { @for person in &held.people {
                    li {
                        strong { (person.animal.name()) }
                        @if let Some(year) = person.school_year { ", school year " (year.number()) }
                        @for (held_on, place) in &person.sessions {
                            ", came on " (day(held_on)) @if !place.is_empty() { " to " (place) }
                        }
                    }
                } }
            }
            @if held.responses.iter().any(|response| response.unread) {
                p.notice { "Words that nobody has read yet are shown to whoever is named to read them, and to nobody else before: " em { "In their own words" } ", on the programme’s page." }
            }
            @for (index, response) in held.responses.iter().enumerate() {
                @let rows: Vec<Vec<Markup>> = told(response)
                    .into_iter()
                    .map(|told| vec![html! { (told.question) }, html! { (told.answer) }])
                    .collect();
                @let title = format!(
                    "{}, {}, {}",
                    response.animal.map_or("Not known whose", |animal| animal.name()),
                    response.wave.map_or("could not be read", |wave| wave.word()),
                    when(response)
                );
                section.titled aria-labelledby={ "response-" (index) } {
                    h2 id={ "response-" (index) } { (title) }
                    @if let Some(how) = bundle::agreed(response) { p.small { "They " (how) "." } }
                    @if !response.reason.is_empty() { p { "Not counted: " (response.reason) "." } }
                    @if rows.is_empty() { p { "These bytes cannot be read. The file holds them as they came." } }
                    @else { (table(&format!("Answers: {title}"), &columns, &rows)) }
                }
            }
            (beside(held))
            div.row {
                form action="/rights/copy" method="post" {
                    (code_field(held))
                    (why::needed_again("why-copied"))
                    (button("Download everything as a file (JSON)"))
                }
                form action="/rights" method="post" {
                    (code_field(held))
                    (why::carried())
                    button.link-button type="submit" { "Back to the card" }
                }
            }
        },
    )
}

/// What is kept beside people and answers; the file says it word by word.
fn beside(held: &Held) -> Markup {
    let lines = [
        (how_many(&held.decisions), "decision about who is who", "decisions about who is who"),
        (how_many(&held.second_keyings), "paper that was keyed in twice", "papers that were keyed in twice"),
        (
            how_many(&held.at_session),
            "note of who has begun or said no today",
            "notes of who has begun or said no today",
        ),
    ];
    let lines: Vec<String> =
        lines.into_iter().filter(|(n, ..)| *n > 0).map(|(n, one, many)| count(n, one, many)).collect();
    html! {
        @if !held.quotes.is_empty() || !lines.is_empty() {
            section aria-labelledby="beside" {
                h2 #beside { "What else is kept" }
                @for quote in &held.quotes {
                    blockquote { (quote.said) }
                    p.small { "Taken for a report: " (quote.state.words()) "." @if quote.words != quote.said { " Printed as: " (quote.words) } }
                }
                @if !lines.is_empty() { ul { @for line in &lines { li { (line) } } } }
                p.small { "The file below says each of these in full." }
            }
        }
    }
}

/// What is gone.
pub(super) fn gone_page(gone: TakenOut) -> Page {
    Page::staff(
        "The answers are out",
        html! {
            (crumbs(&[("Programmes", "/"), ("A family’s rights", "/rights")]))
            h1 { "The answers are out" }
            p.lead {
                (count(gone.responses, "questionnaire", "questionnaires")) " of "
                (count(gone.people, "person", "people")) " and everything worked out from them are gone. The card is no longer one."
            }
            ul {
                li { "A tablet that sends a copy later is told to forget it." }
                li { "Copies of the database made before now still hold the answers. Delete them when you can; restoring one takes the answers out again." }
                li { "Files that were downloaded before now are not in our hands." }
            }
            p { a href="/rights" { "Another card" } }
        },
    )
}
