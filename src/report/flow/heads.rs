//! Who was in the room and not seen by a card: heads that leaders counted, beside cards.

use crate::person::Role;
use crate::report::groups::Groups;
use crate::report::number;
use crate::report::print;
use crate::report::suppression::is_small;
use crate::report::told::Told;
use crate::report::wording::say;
use crate::session::SessionRole;

use super::Heads;

/// Children in the room beside children seen by their cards, over the sessions at which heads were counted. Nothing where
/// none were, where more cards were seen than heads, or where few were seen by no card.
pub(super) fn counted(who: Role, groups: &Groups<'_>) -> Option<Heads> {
    if who != Role::Child {
        return None;
    }
    let held = groups.held().filter(|session| session.role != SessionRole::FollowUp);
    let held: Vec<i64> = held.map(|session| session.id).collect();
    let noted = groups.attended().notes.iter().filter(|(id, _)| held.contains(id));
    let heads: Vec<(i64, i64)> = noted.filter_map(|(id, notes)| Some((*id, notes.children?))).collect();
    let seen = |id: i64| -> i64 {
        let sessions = groups.attended().sessions.iter().filter(|visits| visits.session_id == id);
        sessions.map(|visits| visits.children).sum()
    };
    let in_the_room: i64 = heads.iter().map(|(_, n)| n).sum();
    let by_card: i64 = heads.iter().map(|(id, _)| seen(*id)).sum();
    let without = in_the_room - by_card;
    if heads.is_empty() || without < 0 || is_small(without) || is_small(by_card) {
        return None;
    }
    let sessions = i64::try_from(heads.len()).unwrap_or(i64::MAX);
    let all = i64::try_from(held.len()).unwrap_or(i64::MAX);
    let fills = [
        ("sessions", number::count(sessions)),
        ("all", print::counted(all, "session", "sessions")),
        ("heads", number::count(in_the_room)),
        ("seen", number::count(by_card)),
        ("without", number::count(without)),
    ];
    let key = if without == 0 { "heads_all" } else { "heads" };
    let told = |statistic: &'static str, count: i64| Told::count("flow.heads", statistic, count);
    Some(Heads {
        sentence: say("flow", key, &fills),
        told: vec![
            told("sessions_held", all),
            told("sessions_with_heads_counted", sessions),
            told("heads_counted", in_the_room),
            told("seen_by_card", by_card),
            told("seen_by_no_card", without),
        ],
    })
}
