//! The columns of scores.

use std::collections::{BTreeMap, BTreeSet};

use crate::export::column::{Column, Lacks, Shape, Source};
use crate::export::rule;
use crate::export::slot::Slot;
use crate::survey::{Measure, Rule, Survey, SurveyVersion, Wave};

use super::{Drawing, blank, form_of, in_order, joined};

impl<'a> Drawing<'a> {
    pub(super) fn scores(&mut self) {
        for id in self.measure_ids() {
            let measured: Vec<(&'a SurveyVersion, &'a Measure)> =
                self.versions.iter().filter_map(|v| v.survey.measure(&id).map(|measure| (*v, measure))).collect();
            for shape in [Shape::Index, Shape::Code, Shape::Positive] {
                for slot in Slot::ALL {
                    let here: Vec<_> = measured
                        .iter()
                        .copied()
                        .filter(|(version, measure)| has_shape(measure, shape) && asks(&version.survey, measure, slot))
                        .collect();
                    if !here.is_empty() {
                        self.score(&id, shape, slot, &here);
                    }
                }
            }
        }
    }

    fn score(&mut self, id: &str, shape: Shape, slot: Slot, here: &[(&SurveyVersion, &Measure)]) {
        let (base, level) = match shape {
            Shape::Index => (format!("{id}_idx"), "scale"),
            Shape::Code => (id.to_owned(), "ordinal"),
            Shape::Positive => (format!("{id}_pos"), "nominal"),
        };
        let mut notes: Vec<String> = Vec::new();
        let mut codes: BTreeMap<i32, BTreeSet<String>> = BTreeMap::new();
        for (version, measure) in here {
            let survey = &version.survey;
            let words = match (shape, measure.positive_from) {
                (Shape::Positive, Some(from)) => rule::cut_in_words(measure, from),
                _ => rule::in_words(survey, measure),
            };
            notes.push(format!("{}: {words}", form_of(version)));
            let item = measure.items.first().and_then(|id| survey.item(id));
            for option in item.map_or(&[][..], |item| survey.options_of(item)) {
                if shape == Shape::Code && measure.reversed.is_empty() {
                    codes.entry(option.value).or_default().insert(option.label.clone());
                }
            }
        }
        if shape == Shape::Code && here.len() > 1 {
            notes.push(
                "Codes of different questionnaires are not the same scale: never average them together.".to_owned(),
            );
        }
        if slot == Slot::Post {
            notes.push("From the first after that has this score, in the order of post_wave.".to_owned());
        }
        let codes = match shape {
            Shape::Positive => vec![(0, "no".to_owned()), (1, "yes".to_owned())],
            _ => codes.into_iter().map(|(value, labels)| (value, joined(labels, " / "))).collect(),
        };
        let what = match shape {
            Shape::Index => ", 0 to 100",
            Shape::Code => "",
            Shape::Positive => ", at or above the cut",
        };
        let column = Column {
            form: joined(here.iter().map(|(version, _)| version.survey.id.clone()), " "),
            item: id.to_owned(),
            codes,
            ..blank(
                &format!("{}{what} ({})", here[0].1.title, slot.word()),
                level,
                Lacks::Score,
                &notes.join(" "),
                Source::Score(slot, id.to_owned(), shape),
            )
        };
        self.add(&base, column);
    }

    fn measure_ids(&self) -> Vec<String> {
        in_order(self.versions.iter().flat_map(|version| version.survey.measures.iter().map(|m| m.id.clone())))
    }
}

/// Whether a measure's score can be written so.
pub(super) fn has_shape(measure: &Measure, shape: Shape) -> bool {
    match shape {
        Shape::Index => measure.rule != Rule::Value,
        Shape::Code => measure.rule == Rule::Value,
        Shape::Positive => measure.rule == Rule::Value && measure.positive_from.is_some(),
    }
}

/// Whether a measure has an item that is asked at a wave of the place.
fn asks(survey: &Survey, measure: &Measure, slot: Slot) -> bool {
    slot.waves().iter().any(|&wave| is_asked(survey, measure, wave))
}

/// Whether a measure has an item that is asked at a wave.
pub fn is_asked(survey: &Survey, measure: &Measure, wave: Wave) -> bool {
    measure.items.iter().filter_map(|id| survey.item(id)).any(|item| item.waves.contains(&wave))
}
