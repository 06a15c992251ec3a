//! Befores that were begun once the activity was under way: what they say may be an *after* already.
//!
//! Nobody types when a session began, so its first before says it. Clocks are the tablets' own; one that cannot be
//! right is not believed, and nothing is decided by any: a late before is marked in the downloads, and counts.

use std::collections::{BTreeMap, BTreeSet};

use super::days_between;

/// So long after the first before of its session was begun, a before is late.
const LATE_MS: i64 = 15 * 60 * 1000;

/// A before that was answered on a screen, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BegunBefore {
    /// The response's id.
    pub response: String,
    /// The session's key in the store.
    pub session_id: i64,
    /// The session's day.
    pub held_on: String,
    /// When it was begun on its tablet's clock, milliseconds since 1970.
    pub started_ms: i64,
    /// When it arrived here, microseconds since 1970.
    pub received_us: i64,
}

impl BegunBefore {
    /// Whether the clock may have been right: the session's day, give or take a time zone, and not later than here.
    fn is_believed(&self) -> bool {
        let Ok(begun) = jiff::Timestamp::from_millisecond(self.started_ms) else { return false };
        let day = begun.to_zoned(jiff::tz::TimeZone::UTC).date().to_string();
        (-1..=1).contains(&days_between(&self.held_on, &day)) && self.started_ms <= self.received_us / 1000
    }
}

/// The ids of those that are late.
pub fn late_befores(befores: &[BegunBefore]) -> BTreeSet<String> {
    let mut first: BTreeMap<i64, i64> = BTreeMap::new();
    for one in befores.iter().filter(|one| one.is_believed()) {
        let begun = first.entry(one.session_id).or_insert(one.started_ms);
        *begun = one.started_ms.min(*begun);
    }
    let is_late = |one: &&BegunBefore| {
        one.is_believed() && first.get(&one.session_id).is_some_and(|first| one.started_ms - first > LATE_MS)
    };
    befores.iter().filter(is_late).map(|one| one.response.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two o'clock on 16 May 2026.
    const TWO: i64 = 1_778_940_000_000;
    const MINUTE: i64 = 60_000;

    /// What happened; session and minutes after two for each before; the late ones by their place.
    type Case = (&'static str, &'static [(i64, i64)], &'static [usize]);

    fn before(place: usize, session_id: i64, minutes: i64) -> BegunBefore {
        BegunBefore {
            response: place.to_string(),
            session_id,
            held_on: "2026-05-16".to_owned(),
            started_ms: TWO + minutes * MINUTE,
            received_us: (TWO + 300 * MINUTE) * 1000,
        }
    }

    #[test]
    fn a_before_is_late_a_quarter_of_an_hour_after_the_first_of_its_session() {
        const DAY: i64 = 24 * 60;
        const YEAR: i64 = 365 * DAY;
        let cases: [Case; 10] = [
            ("nobody", &[], &[]),
            ("one family alone is never late", &[(1, 40)], &[]),
            ("while families arrive", &[(1, 0), (1, 7), (1, 15)], &[]),
            ("once the activity is under way", &[(1, 0), (1, 16), (1, 50)], &[1, 2]),
            ("in whatever order they arrived", &[(1, 16), (1, 0)], &[0]),
            ("each session has its own start", &[(1, 0), (2, 30), (2, 40), (1, 20)], &[3]),
            ("a clock of last year is no start", &[(1, -YEAR), (1, 0), (1, 10)], &[]),
            ("nor one of 1970", &[(1, -TWO / MINUTE), (1, 0), (1, 20)], &[2]),
            ("a clock of next year makes nobody late", &[(1, 0), (1, YEAR)], &[]),
            ("nor one that is ahead of the moment it arrived", &[(1, 0), (1, 301)], &[]),
        ];
        for (what, begun, late) in cases {
            let befores: Vec<BegunBefore> =
                begun.iter().enumerate().map(|(place, (session, minutes))| before(place, *session, *minutes)).collect();
            let expected: BTreeSet<String> = late.iter().map(ToString::to_string).collect();
            assert_eq!(late_befores(&befores), expected, "{what}");
        }
    }
}
