//! Which deeds say why. The rule: what already counts, or who may see it, is changed or taken away with a reason, and
//! answers leave row by row with one. What is added, and what is pressed while families wait, nobody is asked to explain;
//! and nothing is asked of what nobody answered, but that a closed session opens again after its day. The gate holds it,
//! so that no handler has to.

use maud::{Markup, html};

use crate::html::Page;
use crate::report::QuoteState;
use crate::session::MadeUp;
use crate::store::{SessionPlace, StoreError};

use super::doors::{DOORS, Door};
use super::family::find_session;
use super::frame::{crumbs, staff_page};
use super::gate::place_in;
use super::why::{self, Said};
use super::{App, Error};

mod table;

use table::{ELSEWHERE, REASONS};
pub use table::{Reason, When};

/// How the deed of a door comes to its reason; nothing where it only shows something.
pub fn reason_of(door: &Door) -> Option<Reason> {
    let found = REASONS.iter().find(|(method, route, _)| *route == door.route && *method == door.method);
    found.map(|(_, _, reason)| *reason)
}

/// The page that stops a deed: why is missing where it is due, or cannot stand in the log. It holds what was typed, does
/// it once why is mended, and nothing before.
///
/// # Errors
/// Where the database fails, or a password was typed: no page shows it again.
pub async fn stops(app: &App, door: &Door, path: &str, said: &Said) -> Result<Option<Markup>, Error> {
    if said.why.as_ref().is_ok_and(|why| !why.is_empty()) {
        return Ok(None);
    }
    let reason = reason_of(door);
    let is_due = match reason {
        Some(Reason::Must(when)) => is_due(app, (door.route, path), said, when).await?,
        _ => false,
    };
    // A form that asks by itself may not go on without.
    let is_needed = is_due || matches!(reason, Some(Reason::Own(_)));
    let wrong = match said.why {
        Err(wrong) => wrong,
        Ok(_) if is_due => why::DUE,
        Ok(_) => return Ok(None),
    };
    let lead = if is_due {
        "This changes what counts already, or who may see it. What you typed is kept here, and done once you say why."
    } else {
        "What you typed is kept here, and done once why is mended."
    };
    let body = html! {
        (crumbs(&[("Programmes", "/")]))
        (said.summary(wrong))
        h1 { "Say why" }
        p.lead { (lead) }
        @if let Some(deed) = door.deed { p { "The log will say: “" (deed) "”." } }
        (said.once_more(path, is_needed, wrong)?)
    };
    Ok(Some(staff_page(app, Page::staff("Mend this: Say why", body)).await?))
}

async fn is_due(app: &App, (route, path): (&str, &str), said: &Said, when: When) -> Result<bool, Error> {
    let Some((kind, which)) = place_in(route, path) else { return Ok(when == When::Always) };
    if kind == "session" {
        return Ok(of_session(app, &find_session(app, which).await?, when).await?);
    }
    let (id, store) = (which.parse::<i64>().unwrap_or_default(), app.store());
    if kind == "programme" && !is_real(app, id).await? {
        return Ok(false);
    }
    // A number that is spelt in any other way is not taken for none.
    let is_it =
        |known: i64| path.rsplit('/').next().and_then(|last| last.parse::<i64>().ok()).is_none_or(|last| known == last);
    Ok(match when {
        When::Always => true,
        When::Approved => {
            let quotes = store.quotes(id).await?;
            let stays = |words: &str| said.of("words").is_none_or(|typed| typed == words);
            let to_print = said.of("state") == Some(QuoteState::Used.code());
            quotes.iter().any(|one| is_it(one.id) && one.is_approved() && !(to_print && stays(&one.words)))
        }
        When::Settled => store.complaints(id).await?.iter().any(|one| is_it(one.id) && !one.closed_on.is_empty()),
        _ => of_programme(app, id, when).await?,
    })
}

/// Whether anything of a programme, or of one of its projects, counts already: sample data count nowhere.
///
/// # Errors
/// Where the database fails.
pub async fn counts(app: &App, programme: i64, project: Option<i64>) -> Result<bool, StoreError> {
    Ok(is_real(app, programme).await? && app.store().answers_are_in(programme, project).await?)
}

async fn is_real(app: &App, programme: i64) -> Result<bool, StoreError> {
    Ok(app.store().programme(programme).await?.is_some_and(|one| one.made_up() == MadeUp::No))
}

/// Whether a change to what is set of a programme, or a file of it, has to say why.
///
/// # Errors
/// Where the database fails.
pub async fn of_programme(app: &App, programme: i64, when: When) -> Result<bool, StoreError> {
    let store = app.store();
    // A report that was signed off stays what it was, also when the answers have gone.
    let signed_off = store.signed_off(programme).await?.is_some();
    let stands = match when {
        When::Real => return is_real(app, programme).await,
        When::Days => store.clocks(programme).await?.iter().any(|clock| !clock.due_on.is_empty()),
        When::Ground => store.lawful_basis(programme).await?.is_some(),
        When::Reader => store.safeguarding(programme).await?.is_some(),
        When::SignedOff => signed_off,
        _ => true,
    };
    let counted = signed_off && is_real(app, programme).await?;
    Ok(stands && (counted || counts(app, programme, None).await?))
}

/// Whether a change to a session has to say why: until its day is over its leader has families before them, and what is
/// practised counts nowhere.
///
/// # Errors
/// Where the database fails.
pub async fn of_session(app: &App, at: &SessionPlace, when: When) -> Result<bool, StoreError> {
    if at.programme.made_up() != MadeUp::No {
        return Ok(false);
    }
    let store = app.store();
    match when {
        When::Over => Ok(is_over(app, at)),
        When::Noted => Ok(is_over(app, at) && store.day_notes(at.session.id).await?.is_some()),
        _ if is_to_come(app, at) && at.session.is_open() => Ok(false),
        _ => {
            // What a tablet has just sent counts, too.
            store.settle().await?;
            store.answered_at(at.session.id).await
        }
    }
}

/// Whether a session was closed, and its day is over: what its pages ask why of without looking further.
pub fn is_over(app: &App, at: &SessionPlace) -> bool {
    at.programme.made_up() == MadeUp::No && !at.session.is_open() && !is_to_come(app, at)
}

/// Whether a session's day is today, or later; a day that was mistyped is mended in the hall, too.
fn is_to_come(app: &App, at: &SessionPlace) -> bool {
    at.session.held_on >= app.today()
}

/// What the log shows where no reason stands beside a deed.
pub fn in_words(deed: &str) -> String {
    let not_asked = |words: &str| if words.is_empty() { NOBODY.to_owned() } else { format!("not asked: {words}") };
    if let Some((_, words)) = ELSEWHERE.iter().find(|(what, _)| *what == deed) {
        return not_asked(words);
    }
    match DOORS.iter().find(|door| door.deed == Some(deed)).and_then(reason_of) {
        Some(Reason::Own(words) | Reason::Stands(words)) => not_asked(words),
        Some(Reason::Must(When::Always | When::Real)) | None => NOBODY.to_owned(),
        // What an older version wrote down did not have to be explained either.
        Some(Reason::Must(_)) => "nobody had to say".to_owned(),
    }
}

const NOBODY: &str = "nobody said";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_may_change_something_has_to_say_why_asks_itself_or_says_why_it_needs_no_reason() {
        let may_change = |door: &&Door| door.method != "GET" || door.deed.is_some();
        let missing: Vec<&Door> = DOORS.iter().filter(may_change).filter(|door| reason_of(door).is_none()).collect();
        assert!(missing.is_empty(), "say in reasons/table.rs how these come to a reason: {missing:#?}");
        for (n, (method, route, _)) in REASONS.iter().enumerate() {
            let door = DOORS.iter().filter(may_change).any(|door| door.route == *route && door.method == *method);
            assert!(door, "{method} {route} is no deed");
            let again = REASONS[..n].iter().any(|(other, twin, _)| other == method && twin == route);
            assert!(!again, "{method} {route} stands twice");
        }
    }

    #[test]
    fn what_has_to_say_why_is_a_door_of_the_team_alone() {
        let must = DOORS.iter().filter(|door| matches!(reason_of(door), Some(Reason::Must(_) | Reason::Own(_))));
        for door in must {
            assert!(door.is_for_team() && door.deed.is_some(), "{} {}", door.method, door.route);
        }
    }

    #[test]
    fn the_log_says_why_nobody_was_asked() {
        for (deed, words) in [
            ("Started the afters", "not asked: families were waiting"),
            ("Signed in", "not asked: their own sign-in"),
            ("Added somebody to the team", "not asked: they joined the team"),
            ("Took a family’s answers out", "not asked: the family did it themselves"),
            ("Opened a session again", "nobody had to say"),
            ("Took a funder’s link back", "nobody said"),
            ("Decided who is who", "nobody said"),
            ("something of long ago", "nobody said"),
        ] {
            assert_eq!(in_words(deed), words, "{deed}");
        }
    }
}
