//! `data_long.csv`: one row for each answer.

use std::collections::HashMap;

use crate::response::Answer;
use crate::survey::{Field, Wave};

use super::cell::Page;
use super::places::Places;
use super::reading::Reading;
use super::rekey::Person;

/// Its columns.
pub const HEADING: [&str; 16] = [
    "person", "family", "role", "project", "session", "response", "counted", "wave", "survey", "version", "item",
    "value", "missing", "text", "quotable", "seconds",
];

/// What each version asks at each wave, looked up once for many responses.
#[derive(Default)]
pub struct Asked<'l>(HashMap<(&'l str, Wave), Vec<Field<'l>>>);

impl<'l> Asked<'l> {
    fn of(&mut self, response: &Reading<'l>) -> &[Field<'l>] {
        let (survey, wave) = (response.survey, response.wave());
        let key = (response.hash, wave);
        self.0.entry(key).or_insert_with(|| survey.fields_at(wave).collect())
    }
}

/// Writes a response's rows, in the order of the survey, and says how many. What is not asked at the wave is no row.
/// Seconds stand in the first row of an item, so that their sum is time. A text says beside it whether a grown-up
/// allowed it to be used without a name.
pub fn write<'l>(
    page: &mut Page,
    person: &Person,
    number: usize,
    response: &Reading<'l>,
    places: &Places,
    asked: &mut Asked<'l>,
) -> u64 {
    let envelope = &response.envelope;
    let mut beginning = None;
    let mut timed: Option<&str> = None;
    let mut rows = 0;
    for field in asked.of(response) {
        let Some(answer) = envelope.answers.get(&field.name) else { continue };
        match beginning.clone() {
            Some(cells) => page.begin_like(cells),
            None => {
                let from = page.place();
                begin(page, person, number, response, places);
                beginning = Some(from..page.place());
            }
        }
        page.text(&field.name);
        match answer {
            Answer::Value(value) => {
                page.integer(i64::from(*value));
                page.blank();
                page.blank();
                page.blank();
            }
            Answer::Missing(reason) => {
                page.blank();
                page.integer(i64::from(reason.code()));
                page.blank();
                page.blank();
            }
            Answer::Text(text) => {
                page.blank();
                page.blank();
                page.text(text);
                page.integer(i64::from(envelope.words));
            }
        }
        let item = field.item.id.as_str();
        match envelope.seconds.get(item).filter(|_| timed != Some(item)) {
            Some(seconds) => page.integer(i64::from(*seconds)),
            None => page.blank(),
        }
        timed = Some(item);
        page.end();
        rows += 1;
    }
    rows
}

/// The cells that are the same in every row of a response.
fn begin(page: &mut Page, person: &Person, number: usize, response: &Reading, places: &Places) {
    page.text(&person.key());
    page.text(&person.family_key());
    page.text(person.role.code());
    page.words(places.project(person.project_id));
    page.words(places.session(response.session_id));
    page.integer(i64::try_from(number).unwrap_or(i64::MAX));
    page.integer(i64::from(response.counted));
    page.text(response.wave().code());
    page.text(&response.survey.id);
    page.text(&short(response.survey.version, &response.envelope.version));
}

/// A version in a few characters that no program takes for a number: `v1-3fa9c2d1e0b4`.
pub fn short(version: u32, hash: &str) -> String {
    format!("v{version}-{}", hash.get(..12).unwrap_or(hash))
}
