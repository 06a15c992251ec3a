//! `sessions.csv`: one row for each session.

use super::cell::Cell;
use super::places::Places;

/// Its columns.
pub const HEADING: [&str; 5] = ["session", "project", "area", "date", "role"];

/// Its rows, in the order of the keys.
pub fn rows(places: &Places) -> impl Iterator<Item = [Cell; 5]> {
    places.sessions().map(|(session, key)| {
        [
            Cell::Text(key.to_owned()),
            Cell::words(places.project(session.project_id)),
            Cell::words(places.area(session.project_id)),
            Cell::Text(session.held_on.clone()),
            Cell::Text(session.role.code().to_owned()),
        ]
    })
}
