//! `data_wide.csv`: one row for each person.

use crate::person::{Role, SchoolYear};
use crate::response::{Answer, Missing, Mode};
use crate::survey::Rule;

use super::ExportError;
use super::cell::Cell;
use super::column::{Attribute, Column, Fact, Kind, Shape, Source};
use super::places::Places;
use super::plan::{Plan, is_asked};
use super::reading::Reading;
use super::rekey::Person;
use super::slot::Slot;

/// A person with the responses that count for them.
struct Story<'a> {
    person: &'a Person,
    places: &'a Places,
    /// For each of [`Slot::ALL`] the counted responses, the best first.
    told: [Vec<&'a Reading<'a>>; 4],
}

/// A person's row.
///
/// # Errors
/// Where a response answers a version that the columns were not made for.
pub fn row(plan: &Plan, places: &Places, person: &Person, responses: &[Reading]) -> Result<Vec<Cell>, ExportError> {
    let told = Slot::ALL.map(|slot| {
        // Of feedback on several events, each of which counts, the one that is in the results.
        let order = |one: &&Reading| (!one.envelope.is_complete(), one.envelope.started_ms, one.envelope.id.clone());
        let counts = |wave| responses.iter().filter(move |one| one.counted && one.wave() == wave).min_by_key(order);
        slot.waves().iter().filter_map(|&wave| counts(wave)).collect()
    });
    let story = Story { person, places, told };
    let mut row: Vec<Cell> = plan.columns.iter().map(|column| story.cell(&column.source)).collect();
    for response in Slot::ALL.into_iter().filter_map(|slot| story.best(slot)) {
        let key = (response.envelope.version.clone(), response.wave());
        for &(index, when_absent) in plan.asked.get(&key).ok_or(ExportError::NewVersion)? {
            row[index] = answer(&plan.columns[index], response, when_absent);
        }
    }
    Ok(row)
}

impl<'a> Story<'a> {
    /// The response that stands in a place.
    fn best(&self, slot: Slot) -> Option<&'a Reading<'a>> {
        self.told[slot as usize].first().copied()
    }

    fn cell(&self, source: &Source) -> Cell {
        match source {
            Source::Person(attribute) => self.attribute(*attribute),
            Source::About(slot, fact) => self.fact(*slot, *fact),
            Source::Flag(slot, code) => match self.best(*slot) {
                Some(response) => Cell::Integer(i64::from(response.flags.iter().any(|flag| flag == code))),
                None => Cell::Missing(Missing::NotAsked),
            },
            Source::Score(slot, measure, shape) => self.score(*slot, measure, *shape),
            // Filled in where it was asked.
            Source::Answer(..) => Cell::Missing(Missing::NotAsked),
            Source::Typed(slot, field) => {
                match self.best(*slot).and_then(|response| response.envelope.answers.get(field)) {
                    Some(Answer::Text(text)) => Cell::Text(on_one_line(text)),
                    _ => Cell::Blank,
                }
            }
        }
    }

    fn attribute(&self, attribute: Attribute) -> Cell {
        let person = self.person;
        match attribute {
            Attribute::Person => Cell::Text(person.key()),
            Attribute::Family => Cell::Text(person.family_key()),
            Attribute::Role => Cell::Text(person.role.code().to_owned()),
            Attribute::SchoolYear => match (person.school_year, person.role) {
                (Some(year), _) => Cell::Integer(i64::from(year.number())),
                (None, Role::Adult) => Cell::Missing(Missing::NotAsked),
                (None, Role::Child) => Cell::Missing(Missing::Lost),
            },
            Attribute::KeyStage => Cell::words(person.school_year.map(SchoolYear::key_stage).map(|stage| stage.code())),
            Attribute::Project => Cell::words(self.places.project(person.project_id)),
            Attribute::Area => Cell::words(self.places.area(person.project_id)),
            Attribute::Sessions => Cell::Integer(person.sessions),
        }
    }

    fn fact(&self, slot: Slot, fact: Fact) -> Cell {
        let response = self.best(slot);
        match fact {
            Fact::Session => Cell::words(response.and_then(|r| self.places.session(r.session_id))),
            Fact::Wave => Cell::words(response.map(|r| r.wave().code())),
            Fact::Survey => Cell::words(response.map(|r| r.survey.id.as_str())),
            Fact::Language => Cell::words(response.map(|r| r.envelope.language.as_str())),
            Fact::Mode => Cell::words(response.map(|r| r.envelope.mode.code())),
            Fact::OwnYes => Cell::words(response.and_then(|r| r.envelope.assent).map(Mode::code)),
            Fact::Helper => Cell::words(response.and_then(|r| r.envelope.helper).map(|helper| helper.code())),
            Fact::Words => match response {
                Some(response) => Cell::Integer(i64::from(response.envelope.words)),
                None => Cell::Missing(Missing::NotAsked),
            },
            Fact::Seconds => match response.map(Reading::seconds) {
                None => Cell::Missing(Missing::NotAsked),
                Some(None) => Cell::Missing(Missing::Lost),
                Some(Some(seconds)) => Cell::Integer(seconds),
            },
        }
    }

    /// The first score of a measure in the order of the place's waves, which is how before and after are
    /// set side by side for reports.
    fn score(&self, slot: Slot, id: &str, shape: Shape) -> Cell {
        let mut asked = false;
        for response in &self.told[slot as usize] {
            let Some(measure) = response.survey.measure(id) else { continue };
            let fits = (measure.rule == Rule::Value) == (shape != Shape::Index);
            asked |= fits && is_asked(response.survey, measure, response.wave());
            let Some(score) = response.scores.iter().find(|score| score.measure == id) else { continue };
            match (shape, measure.positive_from) {
                _ if !fits => return Cell::Missing(Missing::NotAsked),
                (Shape::Index, _) => return Cell::percent(score.value, score.denominator),
                (Shape::Code, _) => return Cell::Integer(score.value),
                (Shape::Positive, Some(from)) => return Cell::Integer(i64::from(score.value >= i64::from(from))),
                (Shape::Positive, None) => return Cell::Missing(Missing::NotAsked),
            }
        }
        Cell::Missing(if asked { Missing::Lost } else { Missing::NotAsked })
    }
}

/// A text without line breaks: SPSS reads a file line by line, whatever is quoted. The long file has it whole.
fn on_one_line(text: &str) -> String {
    text.split(['\r', '\n']).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

fn answer(column: &Column, response: &Reading, when_absent: Missing) -> Cell {
    let Source::Answer(_, Kind { field, turned, typed }) = &column.source else { return Cell::Blank };
    match (response.envelope.answers.get(field), turned, typed) {
        (Some(Answer::Value(value)), Some(sum), _) => Cell::Integer(i64::from(sum - value)),
        (Some(Answer::Value(value)), None, _) => Cell::Integer(i64::from(*value)),
        (Some(Answer::Text(_)), _, Some(code)) => Cell::Integer(i64::from(*code)),
        (Some(Answer::Text(_)), _, None) => Cell::Missing(Missing::Lost),
        (Some(Answer::Missing(reason)), ..) => Cell::Missing(*reason),
        (None, ..) => Cell::Missing(when_absent),
    }
}
