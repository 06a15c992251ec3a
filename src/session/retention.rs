//! How long answers are kept: the days on which codes are cut from them and on which they are deleted, and the two
//! warnings before. Nothing goes in silence: however late the clock is looked at, both warnings come first, and each is
//! shown to somebody who can act on it a week before what follows.

use serde::{Deserialize, Serialize};

use super::days_between;

coded! {
    /// What is cleared.
    Clearing {
        /// What families wrote in their own words goes from each answer, once somebody has read it; everything that was
        /// tapped stays.
        Texts = "texts", "What families wrote is deleted";
        /// The card's code goes from each answer: nobody can tell any more which family's it is.
        Cut = "cut", "Codes are cut from answers";
        /// Answers and people go.
        Delete = "delete", "Answers are deleted";
    }
}

/// The first warning comes so many days before.
pub const FIRST_DAYS: i64 = 30;
/// The second so many days before, and so many after the first; so many again pass before anything goes.
pub const SECOND_DAYS: i64 = 7;

/// One day that was set, and what has happened towards it. Days are ISO 8601, empty where there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clock {
    /// What goes.
    pub clearing: Clearing,
    /// The day that was set.
    pub due_on: String,
    /// When the first warning was given.
    pub first_on: String,
    /// When somebody who can act on it was shown it.
    pub first_seen_on: String,
    /// When the second was given.
    pub second_on: String,
    /// When somebody was shown that.
    pub second_seen_on: String,
    /// When it went.
    pub done_on: String,
    /// What went, in numbers; what went before stands first.
    pub receipt: String,
    /// When it went last, microseconds since 1970; 0 where it never did.
    pub cleared_us: i64,
}

/// What a clock has to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tick {
    /// Warn for the first time.
    WarnFirst,
    /// Warn for the second time.
    WarnSecond,
    /// Clear.
    Clear,
}

impl Clock {
    /// A clock that was just set.
    pub fn set(clearing: Clearing, due_on: String) -> Clock {
        let nothing = String::new;
        Clock {
            clearing,
            due_on,
            first_on: nothing(),
            first_seen_on: nothing(),
            second_on: nothing(),
            second_seen_on: nothing(),
            done_on: nothing(),
            receipt: nothing(),
            cleared_us: 0,
        }
    }

    /// What there is to do on a day, if anything.
    pub fn tick(&self, today: &str) -> Option<Tick> {
        let left = days_between(today, &self.due_on);
        let a_week_since = |seen: &str| !seen.is_empty() && days_between(seen, today) >= SECOND_DAYS;
        if self.due_on.is_empty() || !self.done_on.is_empty() {
            None
        } else if self.first_on.is_empty() {
            (left <= FIRST_DAYS).then_some(Tick::WarnFirst)
        } else if self.second_on.is_empty() {
            (left <= SECOND_DAYS && a_week_since(&self.first_seen_on)).then_some(Tick::WarnSecond)
        } else {
            (left <= 0 && a_week_since(&self.second_seen_on)).then_some(Tick::Clear)
        }
    }

    /// The first day on which it can go, looked at on `today`: the day that was set, or later where warnings are late.
    pub fn goes_on(&self, today: &str) -> String {
        let seen = |day: &str| if day.is_empty() { today.to_owned() } else { day.to_owned() };
        let second = later(&seen(&self.first_seen_on), SECOND_DAYS).max(today.to_owned());
        let weeks = match (self.first_on.is_empty(), self.second_on.is_empty()) {
            (true, _) => later(today, 2 * SECOND_DAYS),
            (_, true) => later(&second, SECOND_DAYS),
            _ => later(&seen(&self.second_seen_on), SECOND_DAYS),
        };
        self.due_on.clone().max(weeks)
    }

    /// Whether a warning stands that nobody who can act on it was shown.
    pub fn waits_to_be_seen(&self) -> bool {
        self.warns()
            && (self.first_seen_on.is_empty() || (!self.second_on.is_empty() && self.second_seen_on.is_empty()))
    }

    /// Whether it was cleared at least once, though it may be to come again.
    pub fn cleared_on_some_day(&self) -> bool {
        !self.receipt.is_empty()
    }

    /// Whether a warning stands.
    pub fn warns(&self) -> bool {
        !self.first_on.is_empty() && self.done_on.is_empty()
    }
}

/// So many days after; the same where it is no day.
pub fn later(day: &str, days: i64) -> String {
    let date = day.parse::<jiff::civil::Date>().ok();
    date.and_then(|date| date.checked_add(jiff::Span::new().days(days)).ok())
        .map_or(day.to_owned(), |date| date.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock(due: &str, first: &str, second: &str) -> Clock {
        // Each was shown on the day on which it was given.
        Clock {
            first_on: first.into(),
            first_seen_on: first.into(),
            second_on: second.into(),
            second_seen_on: second.into(),
            ..Clock::set(Clearing::Cut, due.into())
        }
    }

    #[test]
    fn two_warnings_come_before_anything_goes() {
        let due = "2027-06-30";
        assert_eq!(clock(due, "", "").tick("2027-05-30"), None);
        assert_eq!(clock(due, "", "").tick("2027-05-31"), Some(Tick::WarnFirst));
        assert_eq!(clock(due, "2027-05-31", "").tick("2027-06-22"), None);
        assert_eq!(clock(due, "2027-05-31", "").tick("2027-06-23"), Some(Tick::WarnSecond));
        assert_eq!(clock(due, "2027-05-31", "2027-06-23").tick("2027-06-29"), None);
        assert_eq!(clock(due, "2027-05-31", "2027-06-23").tick("2027-06-30"), Some(Tick::Clear));
        assert_eq!(Clock { done_on: due.into(), ..clock(due, "x", "x") }.tick("2027-07-30"), None);
        assert_eq!(clock("", "", "").tick("2027-06-30"), None, "no day was set");
    }

    #[test]
    fn a_laptop_that_was_off_for_a_year_warns_for_two_weeks_first() {
        let due = "2026-01-01";
        assert_eq!(clock(due, "", "").tick("2027-01-10"), Some(Tick::WarnFirst));
        assert_eq!(clock(due, "2027-01-10", "").tick("2027-01-16"), None);
        assert_eq!(clock(due, "2027-01-10", "").tick("2027-01-17"), Some(Tick::WarnSecond));
        assert_eq!(clock(due, "2027-01-10", "2027-01-17").tick("2027-01-23"), None);
        assert_eq!(clock(due, "2027-01-10", "2027-01-17").tick("2027-01-24"), Some(Tick::Clear));
    }

    #[test]
    fn the_day_it_goes_is_never_said_too_early() {
        for (first, second, today, goes) in [
            ("", "", "2027-01-01", "2027-06-30"),
            ("", "", "2027-06-29", "2027-07-13"),
            ("2027-06-20", "", "2027-06-21", "2027-07-04"),
            ("2027-06-01", "", "2027-08-01", "2027-08-08"),
            ("2027-05-31", "2027-06-23", "2027-06-24", "2027-06-30"),
        ] {
            assert_eq!(clock("2027-06-30", first, second).goes_on(today), goes, "{first} {second} {today}");
        }
    }

    #[test]
    fn a_warning_that_nobody_was_shown_does_not_count() {
        let due = "2027-06-30";
        let unseen = Clock { first_seen_on: String::new(), ..clock(due, "2027-05-31", "") };
        for day in ["2027-06-23", "2027-06-30", "2028-06-30"] {
            assert_eq!(unseen.tick(day), None, "{day}");
        }
        assert!(unseen.waits_to_be_seen() && unseen.goes_on("2028-06-30") == "2028-07-14");
        let seen = Clock { first_seen_on: "2028-07-01".into(), ..unseen };
        assert!(!seen.waits_to_be_seen());
        assert_eq!(seen.tick("2028-07-07"), None);
        assert_eq!(seen.tick("2028-07-08"), Some(Tick::WarnSecond));
        let second = Clock { second_on: "2028-07-08".into(), ..seen };
        assert!(second.waits_to_be_seen() && second.tick("2028-08-08").is_none());
        assert_eq!(second.goes_on("2028-08-08"), "2028-08-15");
        let both = Clock { second_seen_on: "2028-08-08".into(), ..second };
        assert_eq!((both.tick("2028-08-14"), both.tick("2028-08-15")), (None, Some(Tick::Clear)));
    }
}
