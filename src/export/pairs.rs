//! `pairs.csv`: one row for each before and after of one person and measure.

use crate::pairing::Pair;
use crate::person::SchoolYear;

use super::cell::{Cell, ratio};
use super::places::Places;
use super::rekey::Person;

/// Its columns.
pub const HEADING: [&str; 14] = [
    "person",
    "family",
    "role",
    "key_stage",
    "project",
    "session",
    "measure",
    "comparison",
    "survey",
    "pre",
    "post",
    "pre_units",
    "post_units",
    "denominator",
];

/// A stored pair as a row: `pre` and `post` as percentages or codes, and the exact units over the
/// denominator that they are made from.
pub fn row(person: &Person, pair: &Pair, is_percent: bool, places: &Places) -> [Cell; 14] {
    let score = |units: Option<i64>| match units {
        None => Cell::Blank,
        Some(units) if is_percent => Cell::percent(units, pair.denominator),
        Some(units) => Cell::Decimal(ratio(units, pair.denominator)),
    };
    let units = |units: Option<i64>| units.map_or(Cell::Blank, Cell::Integer);
    [
        Cell::Text(person.key()),
        Cell::Text(person.family_key()),
        Cell::Text(person.role.code().to_owned()),
        Cell::words(person.school_year.map(SchoolYear::key_stage).map(|stage| stage.code())),
        Cell::words(places.project(person.project_id)),
        Cell::words(places.session(pair.session_id)),
        Cell::Text(pair.measure.clone()),
        Cell::Text(pair.comparison.code().to_owned()),
        Cell::Text(pair.survey.clone()),
        score(pair.pre),
        score(pair.post),
        units(pair.pre),
        units(pair.post),
        Cell::Integer(pair.denominator),
    ]
}
