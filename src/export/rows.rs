//! The rows of some people, in the order of their keys: the same for a file by itself and for a pack.

use std::collections::HashMap;

use crate::pairing::Pair;
use crate::store::{PairRow, RawResponse};

use super::cell::{Cell, Page};
use super::reading::Reading;
use super::rekey::Person;
use super::{Export, ExportError, attendance, long, pairs, wide};

/// What some people answered, by the person's key in the store.
pub type Told<'e> = HashMap<i64, Vec<Reading<'e>>>;

/// Reads stored responses back, each person's in the order of arrival.
///
/// # Errors
/// Where one is no longer what it was.
pub fn told(export: &Export, stored: Vec<RawResponse>) -> Result<Told<'_>, ExportError> {
    let mut told = Told::new();
    for raw in stored {
        told.entry(raw.person_id)
            .or_default()
            .push(Reading::of(raw, &export.library)?.noting_late_befores(&export.places));
    }
    Ok(told)
}

/// Rows of `data_wide.csv`.
///
/// # Errors
/// Where a response answers a version that the columns were not made for.
pub fn wide(export: &Export, people: &[Person], told: &Told) -> Result<Vec<Vec<Cell>>, ExportError> {
    let responses = |person: &Person| told.get(&person.id).map_or(&[][..], Vec::as_slice);
    people.iter().map(|person| wide::row(&export.plan, &export.places, person, responses(person))).collect()
}

/// Writes rows of `data_long.csv`, and says how many.
pub fn long<'e>(export: &'e Export, people: &[Person], told: &Told<'e>, page: &mut Page) -> u64 {
    let mut asked = long::Asked::default();
    let mut rows = 0;
    for person in people {
        for (response, number) in told.get(&person.id).map_or(&[][..], Vec::as_slice).iter().zip(1..) {
            rows += long::write(page, person, number, response, &export.places, &mut asked);
        }
    }
    rows
}

/// Writes rows of `pairs.csv`, and says how many.
pub fn pairs(export: &Export, people: &[Person], stored: Vec<PairRow>, page: &mut Page) -> u64 {
    let mut by_person: HashMap<i64, Vec<Pair>> = HashMap::new();
    for row in stored {
        by_person.entry(row.person_id).or_default().push(row.pair);
    }
    let is_percent = |pair: &Pair| export.plan.is_percent(&pair.survey, &pair.measure);
    let mut rows = 0;
    for person in people {
        let theirs = by_person.get(&person.id).map_or(&[][..], Vec::as_slice);
        rows += pairs::write(page, person, theirs, &export.places, is_percent);
    }
    rows
}

/// Writes rows of `attendance.csv`, and says how many.
pub fn attendance(export: &Export, people: &[Person], stored: Vec<(i64, i64)>, page: &mut Page) -> u64 {
    let mut visits: HashMap<i64, Vec<i64>> = HashMap::new();
    for (person_id, session_id) in stored {
        visits.entry(person_id).or_default().push(session_id);
    }
    let mut rows = 0;
    for person in people {
        for session_id in visits.remove(&person.id).unwrap_or_default() {
            page.row(&attendance::row(person, session_id, &export.places));
            rows += 1;
        }
    }
    rows
}
