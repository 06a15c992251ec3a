//! `attendance.csv`: one row for each session that a person came to.

use crate::export::cell::Cell;
use crate::export::places::Places;
use crate::export::rekey::Person;

/// Its columns.
pub const HEADING: [&str; 4] = ["person", "family", "role", "session"];

/// One visit.
pub fn row(person: &Person, session_id: i64, places: &Places) -> [Cell; 4] {
    [
        Cell::Text(person.key()),
        Cell::Text(person.family_key()),
        Cell::Text(person.role.code().to_owned()),
        Cell::words(places.session(session_id)),
    ]
}
