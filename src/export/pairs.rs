//! `pairs.csv`: one row for each before and after of one person and measure.

use crate::pairing::Pair;
use crate::person::SchoolYear;

use super::cell::{Cell, Page, ratio};
use super::places::Places;
use super::rekey::Person;

/// Its columns.
pub const HEADING: [&str; 16] = [
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
    "doubts",
    "visits",
];

/// Writes a person's stored pairs, a row for each: `pre` and `post` as percentages or codes, and the exact units over
/// the denominator that they are made from. Of the matched of main results also what may speak against relying on them,
/// by its codes, and how many sessions they came to, no more than eight. Says how many rows.
pub fn write(
    page: &mut Page,
    person: &Person,
    pairs: &[Pair],
    places: &Places,
    is_percent: impl Fn(&Pair) -> bool,
) -> u64 {
    let mut beginning = None;
    for pair in pairs {
        match beginning.clone() {
            Some(cells) => page.begin_like(cells),
            None => {
                let from = page.place();
                page.text(&person.key());
                page.text(&person.family_key());
                page.text(person.role.code());
                page.words(person.school_year.map(SchoolYear::key_stage).map(|stage| stage.code()));
                page.words(places.project(person.project_id));
                beginning = Some(from..page.place());
            }
        }
        page.words(places.session(pair.session_id));
        page.text(&pair.measure);
        page.text(pair.comparison.code());
        page.text(&pair.survey);
        let is_percent = is_percent(pair);
        for units in [pair.pre, pair.post] {
            page.cell(&match units {
                None => Cell::Blank,
                Some(units) if is_percent => Cell::percent(units, pair.denominator),
                Some(units) => Cell::Decimal(ratio(units, pair.denominator)),
            });
        }
        for units in [pair.pre, pair.post] {
            page.cell(&units.map_or(Cell::Blank, Cell::Integer));
        }
        page.integer(pair.denominator);
        page.text(&pair.doubts.codes());
        page.cell(&pair.visits.map_or(Cell::Blank, Cell::Integer));
        page.end();
    }
    pairs.len() as u64
}
