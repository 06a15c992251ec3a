//! What else a leader may want on the day: one line to a screen.

use maud::{Markup, html};

use crate::session::Session;

/// The list of links below a session's counts.
pub fn links(session: &Session) -> Markup {
    let screens = [
        ("afters", if session.afters_us.is_some() { "Afters have started" } else { "Start the afters" }),
        ("find", "Find a family: a card is lost"),
        ("links", "Who is who: put together, take apart"),
        ("paper", "On paper: print, key in"),
        ("permission", "Permission: who is asked, and what was said"),
    ];
    html! {
        section aria-labelledby="more" {
            h2 #more { "More" }
            ul.more { @for (screen, words) in screens {
                li { a href={ "/sessions/" (session.key) "/" (screen) } { (words) } }
            } }
        }
    }
}
