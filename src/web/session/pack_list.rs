//! What to have ready before families come: cards, tablets, questionnaires, and a copy of it all on each tablet.

use maud::{Markup, html};

use crate::store::SessionTablet;
use crate::web::project::stock_words;
use crate::web::words::{count, how_many, number};

use super::pairings::{name_tag, short_device};
use super::parts::Scene;

/// The list; each line says what there is and what to do about it.
pub fn pack_list(scene: &Scene) -> Markup {
    let paired: Vec<&SessionTablet> = scene.tablets.iter().filter(|tablet| tablet.pairing.is_some()).collect();
    let ready = how_many(&paired.iter().filter(|tablet| has_copy(scene, tablet)).collect::<Vec<_>>());
    let enough_cards = scene.stock.unused > 0;
    html! {
        ul.checks data-part="pack-list" {
            li.ready[enough_cards] {
                strong { (count(scene.stock.unused, "card", "cards")) " left" } ". " (stock_words(scene.stock)) " "
                a href={ "/projects/" (scene.at.project.id) "/cards" } { "Print cards" }
            }
            li.ready[!paired.is_empty()] {
                strong { (count(how_many(&paired), "tablet", "tablets")) " paired" } "."
                @if paired.is_empty() { " Open the address on each." }
            }
            li.ready[!paired.is_empty() && ready == how_many(&paired)] {
                strong {
                    "Ready for a time without wifi"
                    @if !paired.is_empty() { ": " (number(ready)) " of " (number(how_many(&paired))) " ready" }
                } "."
                @if paired.is_empty() { " A tablet makes itself ready when it opens the address." }
                @for tablet in paired.iter().filter(|tablet| !has_copy(scene, tablet)) {
                    " " @match &tablet.name { Some(name) => (name_tag(name)), None => { (short_device(&tablet.device)) } }
                    " needs the session’s page open for a moment while it is on the wifi."
                }
            }
        }
    }
}

/// Whether a tablet could go on without the server from here: its page and its list of cards are the newest.
fn has_copy(scene: &Scene, tablet: &SessionTablet) -> bool {
    tablet.beat.as_ref().is_some_and(|(beat, _)| beat.shell == scene.shell && beat.cards == scene.cards)
}
