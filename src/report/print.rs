//! Figures in the words that pages print, withheld and undefined ones too.

use jiff::civil::Date;

use super::change::Change;
use super::estimate::{Estimate, Interval, Share};
use super::finding::Base;
use super::number::{self, Number};
use super::suppression::{Figure, Withheld};

/// What a page prints in place of a figure that is not shown.
pub fn not_shown<T>(figure: &Figure<T>) -> String {
    match figure {
        Figure::Shown(_) => String::new(),
        Figure::Withheld(Withheld::FewerThanTen) => "too few to say".to_owned(),
        Figure::Withheld(Withheld::FewerThanFive) => "<5".to_owned(),
        Figure::Withheld(Withheld::ProtectsAnother) => "withheld".to_owned(),
        Figure::Undefined(_) => "–".to_owned(),
    }
}

/// What a table prints in place of a change: a count's `<5` would read as the change itself.
pub fn no_change<T>(figure: &Figure<T>) -> &'static str {
    match figure {
        Figure::Shown(_) => "",
        Figure::Withheld(Withheld::FewerThanTen) => "too few to say",
        Figure::Withheld(_) => "withheld",
        Figure::Undefined(_) => "–",
    }
}

/// The same with its reason, where there is room.
pub fn why_no_change<T>(figure: &Figure<T>) -> &'static str {
    match figure {
        Figure::Shown(_) => "",
        Figure::Withheld(Withheld::FewerThanTen) => "too few to say: fewer than ten answered both times",
        Figure::Withheld(Withheld::FewerThanFive) => "withheld: fewer than five answered one way",
        Figure::Withheld(Withheld::ProtectsAnother) => "withheld: it would tell of a smaller group",
        Figure::Undefined(_) => "nobody answered both times",
    }
}

/// A count: `1,500`, `<5`, `withheld`.
pub fn count(figure: &Figure<i64>) -> String {
    figure.shown().map_or_else(|| not_shown(figure), |&n| number::count(n))
}

/// A count with its word: `1 session`, `60 sessions`.
pub fn counted(n: i64, one: &str, many: &str) -> String {
    format!("{} {}", number::count(n), if n == 1 { one } else { many })
}

/// Names one after the other: `Staff, Employers and Events`.
pub fn listed<T: AsRef<str>>(names: &[T]) -> String {
    match names {
        [] => String::new(),
        [only] => only.as_ref().to_owned(),
        [first @ .., last] => {
            let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", first.join(", "), last.as_ref())
        }
    }
}

/// A number as it is printed in tables.
pub fn number(figure: &Figure<Number>) -> String {
    figure.shown().map_or_else(|| not_shown(figure), |number| number.text.clone())
}

/// A value with its interval: `+58.7% (55.1 to 62.4)`.
pub fn estimate(estimate: &Estimate) -> String {
    format!("{} ({})", estimate.value.text, interval(estimate))
}

/// The size of a change with what it is measured in: `+58.7%`, `+12.0 points`.
pub fn change(change: &Change) -> String {
    format!("{}{}", change.headline().value.text, if change.has_percent() { "" } else { " points" })
}

/// An interval alone: `55.1 to 62.4`, or that there is none.
pub fn interval(estimate: &Estimate) -> String {
    limits(&estimate.interval)
}

/// The same of any interval.
pub fn limits(interval: &Figure<Interval>) -> String {
    match interval {
        Figure::Shown(interval) => format!("{} to {}", bare(&interval.low), bare(&interval.high)),
        Figure::Undefined(reason) => reason.clone(),
        withheld => not_shown(withheld),
    }
}

/// A share of people in a table: `750 (83.1%)`.
pub fn share(figure: &Figure<Share>) -> String {
    let print = |share: &Share| format!("{} ({})", number::count(share.count), share.percent.text);
    figure.shown().map_or_else(|| not_shown(figure), print)
}

/// The people behind a figure: `902 matched of 1,500 registered`; the matched alone where the others are not counted.
pub fn base(base: &Base) -> String {
    let matched = format!("{} matched", count(&base.matched));
    match &base.registered {
        Figure::Undefined(_) => matched,
        registered => format!("{matched} of {} registered", count(registered)),
    }
}

/// `2026-05-16` → `16 May 2026`. What is not a date is shown as it is.
pub fn day(iso: &str) -> String {
    iso.parse::<Date>().map_or_else(|_| iso.to_owned(), |date| date.strftime("%-d %B %Y").to_string())
}

/// The same words with a capital first letter.
pub fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The same words with a small first letter.
pub fn small(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// A limit without its sign of percent, which stands once at the value.
fn bare(number: &Number) -> &str {
    number.text.trim_end_matches('%')
}
