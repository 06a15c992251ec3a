//! `links.csv`: one row for each person whose answers were brought together by hand, and how sure that was.

use super::cell::Cell;
use super::places::Places;
use super::rekey::Person;
use crate::store::LinkedPerson;

/// Its columns.
pub const HEADING: [&str; 6] = ["person", "family", "project", "decision", "confidence", "date"];

/// What a column means, in words.
pub fn label(column: &str) -> &'static str {
    match column {
        "person" => "Person, numbered for these files",
        "family" => "Family, numbered for these files",
        "project" => "Project of the family's card",
        "decision" => {
            "What was decided: two cards are one family, two people are one, or a response is another person's"
        }
        "confidence" => "How sure whoever decided it was",
        _ => "Day of the decision",
    }
}

/// A person and a decision that stands.
pub fn row(person: &Person, link: &LinkedPerson, places: &Places) -> [Cell; 6] {
    [
        Cell::Text(person.key()),
        Cell::Text(person.family_key()),
        Cell::words(places.project(person.project_id)),
        Cell::Text(link.decision.clone()),
        Cell::Text(link.confidence.code().to_owned()),
        Cell::words(day(link.made_us)),
    ]
}

/// A moment's day in UTC.
fn day(moment_us: i64) -> Option<String> {
    let moment = jiff::Timestamp::from_microsecond(moment_us).ok()?;
    Some(moment.strftime("%Y-%m-%d").to_string())
}
