//! `data_long.csv`: one row for each answer.

use crate::response::Answer;

use super::cell::Cell;
use super::places::Places;
use super::reading::Reading;
use super::rekey::Person;

/// Its columns.
pub const HEADING: [&str; 16] = [
    "person", "family", "role", "project", "session", "response", "counted", "wave", "survey", "version", "item",
    "value", "missing", "text", "quotable", "seconds",
];

/// A response's rows, in the order of the survey. What is not asked at the wave is no row. Seconds stand
/// in the first row of an item, so that their sum is time. A text says beside it whether a grown-up
/// allowed it to be used without a name.
pub fn rows(person: &Person, number: usize, response: &Reading, places: &Places) -> Vec<[Cell; 16]> {
    let envelope = &response.envelope;
    let beginning = [
        Cell::Text(person.key()),
        Cell::Text(person.family_key()),
        Cell::Text(person.role.code().to_owned()),
        Cell::words(places.project(person.project_id)),
        Cell::words(places.session(response.session_id)),
        Cell::Integer(i64::try_from(number).unwrap_or(i64::MAX)),
        Cell::Integer(i64::from(response.counted)),
        Cell::Text(response.wave().code().to_owned()),
        Cell::Text(response.survey.id.clone()),
        Cell::Text(short(response.survey.version, &envelope.version)),
    ];
    let mut timed: Option<&str> = None;
    let mut rows = Vec::new();
    for field in response.survey.fields_at(response.wave()) {
        let Some(answer) = envelope.answers.get(&field.name) else { continue };
        let (value, missing, text, quotable) = match answer {
            Answer::Value(value) => (Cell::Integer(i64::from(*value)), Cell::Blank, Cell::Blank, Cell::Blank),
            Answer::Missing(reason) => (Cell::Blank, Cell::Integer(i64::from(reason.code())), Cell::Blank, Cell::Blank),
            Answer::Text(text) => {
                let quotable = Cell::Integer(i64::from(envelope.words));
                (Cell::Blank, Cell::Blank, Cell::Text(text.clone()), quotable)
            }
        };
        let item = field.item.id.as_str();
        let seconds = envelope.seconds.get(item).filter(|_| timed != Some(item));
        timed = Some(item);
        let seconds = seconds.map_or(Cell::Blank, |seconds| Cell::Integer(i64::from(*seconds)));
        let [person, family, role, project, session, response, counted, wave, survey, version] = beginning.clone();
        rows.push([
            person,
            family,
            role,
            project,
            session,
            response,
            counted,
            wave,
            survey,
            version,
            Cell::Text(field.name),
            value,
            missing,
            text,
            quotable,
            seconds,
        ]);
    }
    rows
}

/// A version in a few characters that no program takes for a number: `v1-3fa9c2d1e0b4`.
pub fn short(version: u32, hash: &str) -> String {
    format!("v{version}-{}", hash.get(..12).unwrap_or(hash))
}
