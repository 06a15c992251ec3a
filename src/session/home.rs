//! After a session: how long its after may still be answered at home, from the card's own address.

use super::Session;

/// Two days.
const HOME_US: i64 = 48 * 3600 * 1_000_000;

/// The same where nobody started the afters and nobody closed the session: then only its day is known.
const HOME_DAYS: i64 = 2;

/// Whether the after of a session may be answered at home: within 48 hours of its close, or of the start of its
/// afters where it was never closed. A session that was never closed is over when its day is.
///
/// ```
/// # use pencilmark::session::{Session, SessionRole, is_open_at_home};
/// # let hour = 3_600_000_000_i64;
/// # let mut session = Session { id: 1, key: String::new(), project_id: 1, held_on: "2026-05-16".into(),
/// #     place: String::new(), role: SessionRole::Single, closed_at_us: None, afters_us: None };
/// assert!(!is_open_at_home(&session, "2026-05-16", 100 * hour), "it is still going on");
/// session.closed_at_us = Some(100 * hour);
/// assert!(is_open_at_home(&session, "2026-05-18", 148 * hour));
/// assert!(!is_open_at_home(&session, "2026-05-18", 149 * hour));
/// ```
pub fn is_open_at_home(session: &Session, today: &str, now_us: i64) -> bool {
    match session.closed_at_us.max(session.afters_us) {
        Some(since_us) => (0..=HOME_US).contains(&(now_us - since_us)),
        None => (1..=HOME_DAYS).contains(&days_between(&session.held_on, today)),
    }
}

/// Days from one ISO date to another; 0 where either is none.
pub fn days_between(then: &str, today: &str) -> i64 {
    let day = |text: &str| text.parse::<jiff::civil::Date>().ok();
    match (day(today), day(then)) {
        (Some(today), Some(then)) => i64::from((today - then).get_days()),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::SessionRole;

    #[test]
    fn the_after_may_be_answered_at_home_for_two_days() {
        const HOUR: i64 = 3_600_000_000;
        let noon = 1_000 * HOUR;
        // Afters started, closed, hours since noon, today → open at home?
        let cases = [
            (None, None, 1, "2026-05-16", false),
            (Some(0), None, 0, "2026-05-16", true),
            (Some(0), None, 48, "2026-05-18", true),
            (Some(0), None, 49, "2026-05-18", false),
            (Some(0), Some(2), 50, "2026-05-18", true),
            (Some(0), Some(2), 51, "2026-05-18", false),
            (None, Some(0), 48, "2026-05-18", true),
            (None, Some(3), 1, "2026-05-16", false),
            (None, None, 20, "2026-05-17", true),
            (None, None, 60, "2026-05-18", true),
            (None, None, 61, "2026-05-19", false),
        ];
        for (afters, closed, hours, today, open) in cases {
            let at = |hours: Option<i64>| hours.map(|hours| noon + hours * HOUR);
            let session = Session {
                id: 1,
                key: "abcd2346".to_owned(),
                project_id: 1,
                held_on: "2026-05-16".to_owned(),
                place: String::new(),
                role: SessionRole::Single,
                closed_at_us: at(closed),
                afters_us: at(afters),
            };
            let found = is_open_at_home(&session, today, noon + hours * HOUR);
            assert_eq!(found, open, "afters {afters:?}, closed {closed:?}, {hours} hours later");
        }
    }
}
