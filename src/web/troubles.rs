//! Responses that are kept but not counted, and why. Nothing of what was answered.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use maud::{Markup, html};

use crate::html::Page;
use crate::html::partials::{Column, table};
use crate::store::{ResponseState, StateCount};

use super::frame::{crumbs, staff_page};
use super::words::{count, number};
use super::{App, Error};

/// `GET /troubles`
pub fn routes() -> Router<App> {
    Router::new().route("/troubles", get(show))
}

async fn show(State(app): State<App>) -> Result<Markup, Error> {
    let troubles = app.store().troubles().await?;
    staff_page(&app, troubles_page(&troubles)).await
}

fn troubles_page(troubles: &[StateCount]) -> Page {
    let columns = [Column::words("What happened"), Column::words("Reason"), Column::figures("Responses")];
    let rows: Vec<Vec<Markup>> = troubles
        .iter()
        .map(|trouble| vec![html! { (what(trouble.state)) }, html! { (trouble.reason) }, html! { (number(trouble.n)) }])
        .collect();
    Page::staff(
        "Kept but not counted",
        html! {
            (crumbs(&[("Programmes", "/")]))
            h1 { "Kept but not counted" }
            @if rows.is_empty() {
                p { "Every response that arrived could be read and placed." }
            } @else {
                p.lead { "These responses arrived and are stored as they came. None of them is in a figure of a report." }
                (table("Responses that are not counted, by reason", &columns, &rows))
                h2 { "What can be done" }
                p { "Often nothing: one response too many is better kept apart than lost. Where a session, a card or a questionnaire was unknown and has been added since, stop Pencilmark and run " code { "pencilmark rebuild" } ": everything is judged again." }
            }
        },
    )
}

/// A state in words.
fn what(state: ResponseState) -> &'static str {
    match state {
        ResponseState::Counted => "Counted",
        ResponseState::Superseded => {
            "The person had answered this before, or was asked again within four weeks of a before"
        }
        ResponseState::Variant => "Arrived a second time with other answers; the first counts",
        ResponseState::Invalid => "Could not be read, or holds an answer its questionnaire does not have",
        ResponseState::Unplaced => "Belongs to no session, card or questionnaire that is known here",
        ResponseState::Withdrawn => "Taken back by the person who had begun it; nothing of it is kept",
    }
}

/// A number of uncounted responses and why, as a sentence for the session's leader.
pub fn sentence(trouble: &StateCount) -> String {
    let n = count(trouble.n, "response is", "responses are");
    let wave = trouble.wave.map(|wave| format!(" ({})", wave.word())).unwrap_or_default();
    let reason = if trouble.reason.is_empty() { String::new() } else { format!(" ({})", trouble.reason) };
    format!("{n} kept but not counted{wave}: {}{reason}.", lower(what(trouble.state)))
}

fn lower(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::survey::Wave;

    #[test]
    fn a_second_after_is_explained_to_the_leader() {
        let trouble =
            StateCount { state: ResponseState::Superseded, wave: Some(Wave::PostSame), reason: String::new(), n: 1 };
        assert_eq!(
            sentence(&trouble),
            "1 response is kept but not counted (after): the person had answered this before, or was asked again within four weeks of a before."
        );
    }

    #[test]
    fn a_reason_is_shown_with_its_number() {
        let trouble = StateCount {
            state: ResponseState::Unplaced,
            wave: None,
            reason: "its card is not known here".into(),
            n: 3,
        };
        let text = troubles_page(&[trouble]).body.into_string();
        assert!(text.contains("its card is not known here") && text.contains(">3<"), "{text}");
        assert!(troubles_page(&[]).body.into_string().contains("could be read and placed"));
    }
}
