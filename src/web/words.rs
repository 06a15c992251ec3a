//! Dates, sums and numbers as people read them.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

pub use crate::report::number::count as number;
pub use crate::report::print::day;

/// `2026-05-16` → `Saturday 16 May 2026`. What is not a date is shown as it is.
pub fn weekday(iso: &str) -> String {
    iso.parse::<Date>().map_or_else(|_| iso.to_owned(), |date| date.strftime("%A %-d %B %Y").to_string())
}

/// Microseconds since 1970 → `16 May 2026, 14:05`, on this machine's clock.
pub fn moment(us: i64) -> String {
    Timestamp::from_microsecond(us).map_or_else(
        |_| "an unknown moment".to_owned(),
        |at| at.to_zoned(TimeZone::system()).strftime("%-d %B %Y, %H:%M").to_string(),
    )
}

/// `1000000` → `£10,000`; pence are shown only where there are any. A sum that was agreed is not rounded,
/// unlike one that was computed.
pub fn pounds(pence: i64) -> String {
    match pence % 100 {
        0 => format!("£{}", number(pence / 100)),
        rest => format!("£{}.{rest:02}", number(pence / 100)),
    }
}

/// `(1, "card", "cards")` → `1 card`; every other number takes the second word.
pub fn count(n: i64, one: &str, many: &str) -> String {
    format!("{} {}", number(n), word(n, one, many))
}

/// The word alone, where the number stands elsewhere.
pub fn word<'a>(n: i64, one: &'a str, many: &'a str) -> &'a str {
    if n == 1 { one } else { many }
}

/// The length of a list, as a number to show.
pub fn how_many<T>(list: &[T]) -> i64 {
    i64::try_from(list.len()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_as_it_is_said() {
        assert_eq!(day("2026-05-16"), "16 May 2026");
        assert_eq!(weekday("2026-05-06"), "Wednesday 6 May 2026");
        assert_eq!(day(""), "");
        assert_eq!(day("soon"), "soon");
    }

    #[test]
    fn sums_and_counts_are_grouped_in_threes() {
        assert_eq!(pounds(0), "£0");
        assert_eq!(pounds(1_000_000), "£10,000");
        assert_eq!(pounds(12_345_678_905), "£123,456,789.05");
        assert_eq!(count(1, "card", "cards"), "1 card");
        assert_eq!(count(1_200, "card", "cards"), "1,200 cards");
    }
}
