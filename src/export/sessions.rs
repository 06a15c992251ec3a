//! `sessions.csv`: one row for each session.

use super::cell::Cell;
use super::places::Places;
use crate::person::Role;
use crate::session::closing::{Food, SameLeader};

/// Its columns.
pub const HEADING: [&str; 11] = [
    "session",
    "project",
    "area",
    "delivery_model",
    "established",
    "date",
    "role",
    "refused_by_adult",
    "refused_by_child",
    "food",
    "same_leader",
];

/// Its rows, in the order of the keys.
pub fn rows(places: &Places) -> impl Iterator<Item = [Cell; 11]> {
    places.sessions().map(|(session, key)| {
        [
            Cell::Text(key.to_owned()),
            Cell::words(places.project(session.project_id)),
            Cell::words(places.area(session.project_id)),
            Cell::words(places.delivery_model(session.project_id)),
            places.established(session.project_id).map_or(Cell::Blank, |is| Cell::Integer(i64::from(is))),
            Cell::Text(session.held_on.clone()),
            Cell::Text(session.role.code().to_owned()),
            Cell::Integer(places.refused(session.id, Role::Adult)),
            Cell::Integer(places.refused(session.id, Role::Child)),
            Cell::words(places.notes(session.id).and_then(|notes| notes.food).map(Food::code)),
            Cell::words(places.notes(session.id).and_then(|notes| notes.same_leader).map(SameLeader::code)),
        ]
    })
}
