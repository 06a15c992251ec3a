//! What is the leader's on a family's tablet: the words that pair it, and behind its corner what waits.

use maud::{Markup, html};

/// Under the start page: the words that the leader looks for, and once it is paired the tablet's name.
pub(super) fn pairing() -> Markup {
    html! {
        p.pairing data-pairing role="status" hidden {
            span data-pairing-says {} " " strong data-pairing-words {}
        }
    }
}

/// How many answers wait on this tablet: a number in the corner, for whoever looks after it.
pub(super) fn corner() -> Markup {
    html! {
        button.corner type="button" data-corner data-hold {
            span aria-hidden="true" data-waiting { "✓" }
            span.hidden data-corner-words { "For the leader: hold." }
        }
    }
}

pub(super) fn panel(session: &str, has_afters: bool) -> Markup {
    html! {
        section.cover data-panel data-session=(session) data-afters=(if has_afters { "yes" } else { "no" }) role="dialog" aria-labelledby="panel-heading" hidden {
            div.card.stack {
                h2 #panel-heading tabindex="-1" { "For the leader" }
                p.lead data-panel-waiting role="status" {}
                p.error data-panel-parked {}
                p data-panel-erased {}
                p data-panel-drafts {}
                p data-panel-storage {}
                p data-panel-voice hidden { "This tablet has no voice: read along with the youngest, or add a voice in its settings." }
                p data-panel-afters {}
                p.small data-panel-name {}
                p.panel-said data-panel-said role="status" {}
                div.row {
                    button.button type="button" data-send-now { "Send now" }
                    button.button.plain type="button" data-save-file { "Save to a file" }
                    button.button.plain type="button" data-open-draft hidden {}
                    button.button.plain type="button" data-start-afters hidden { "Start the afters on this tablet" }
                    button.button.quiet type="button" data-close { "Close" }
                }
            }
        }
    }
}
