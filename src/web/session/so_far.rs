//! How many have answered: the counts on a session's home, and what was kept but not counted.

use maud::{Markup, html};

use crate::html::partials::stat;
use crate::session::SessionRole;
use crate::store::{Presence, ResponseState, StateCount};
use crate::survey::Wave;
use crate::web::troubles::sentence;
use crate::web::words::{count, how_many, number, word};

use super::board;
use super::parts::Scene;

/// Draws them.
pub fn so_far(scene: &Scene) -> Markup {
    let presence = scene.presence;
    let families = how_many(&scene.board.families);
    let people = scene.board.families.iter().map(|family| how_many(&family.seats)).sum();
    let refused = presence.children_refused + presence.adults_refused;
    let alone = board::alone(&scene.board).unwrap_or_default();
    let counted = |wave: fn(Wave) -> bool| -> i64 {
        let counted = scene.states.iter().filter(|count| count.state == ResponseState::Counted);
        counted.filter(|count| count.wave.is_some_and(wave)).map(|count| count.n).sum()
    };
    let befores = counted(|wave| wave == Wave::Pre);
    let afters = counted(|wave| Wave::AFTERS.contains(&wave));
    html! {
        div.stack data-part="so-far" {
            div.stats.few {
                (stat(&number(families), word(families, "family in", "families in"),
                    &count(people, "person", "people")))
                @match scene.at.session.role {
                    SessionRole::Event => (stat(&number(counted(|wave| wave == Wave::Event)), "with feedback", "")),
                    SessionRole::FollowUp => (stat(&number(counted(|wave| wave == Wave::FollowUp)), "asked again", "")),
                    SessionRole::First | SessionRole::Middle => (stat(&number(befores), word(befores, "before done", "befores done"), "")),
                    SessionRole::Last | SessionRole::Single => {
                        (stat(&number(befores), word(befores, "before done", "befores done"), ""))
                        (stat(&number(afters), word(afters, "after done", "afters done"), &alone))
                    }
                }
                (stat(&number(refused), "said no", &refusals(presence)))
                @if scene.stopped > 0 { (stat(&number(scene.stopped), "stopped", "nothing of theirs is kept")) }
            }
            (notes(&scene.states))
            @if scene.unpermitted > 0 {
                p.notice {
                    (count(scene.unpermitted, "child’s answer", "children’s answers")) " came without a record of permission. "
                    a href={ "/sessions/" (scene.at.session.key) "/permission#not-recorded" } { "Say how it was given, or leave them out" }
                }
            }
            @if scene.late > 0 { p.notice { (count(scene.late, "answer", "answers")) " arrived after the session was closed. " (word(scene.late, "It counts", "They count")) ", marked late." } }
        }
    }
}

/// What a closed session says of those who did not want to answer: they stand on its board while it runs, and from its
/// end on nobody can tell who they were.
pub fn only_numbers(scene: &Scene) -> Markup {
    let presence = scene.presence;
    let refused = presence.children_refused + presence.adults_refused;
    let people = [(refused, "said no"), (scene.stopped, "stopped")];
    let said: Vec<String> =
        people.iter().filter(|(n, _)| *n > 0).map(|(n, how)| format!("{} {how}", number(*n))).collect();
    html! {
        @if !scene.at.session.is_open() && !said.is_empty() {
            p {
                strong { (said.join(", ")) ". " }
                "Since the session was closed that is a number and nothing else: who it was is not kept, so they stand on no line of the board. A family of which nobody answered is no longer among the families that came in."
            }
        }
    }
}

/// What was kept and not counted, in plain words.
fn notes(states: &[StateCount]) -> Markup {
    let notes: Vec<String> =
        states.iter().filter(|count| count.state != ResponseState::Counted).map(sentence).collect();
    html! { @if !notes.is_empty() { ul.notice { @for note in notes { li { (note) } } } } }
}

fn refusals(presence: Presence) -> String {
    match (presence.children_refused, presence.adults_refused) {
        (0, 0) => String::new(),
        (children, adults) => {
            format!("{}, {}", count(children, "child", "children"), count(adults, "grown-up", "grown-ups"))
        }
    }
}
