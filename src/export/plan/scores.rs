//! The columns of scores.

use std::collections::BTreeMap;

use crate::export::column::{Column, Lacks, Shape, Source};
use crate::export::slot::Slot;
use crate::scoring::words;
use crate::survey::{Measure, Rule, Survey, SurveyVersion, Wave};

use super::{Drawing, blank, form_of, in_order, joined, no_or_yes};

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
        let mut notes: Vec<String> = here.iter().map(|(version, measure)| rule_of(version, measure, shape)).collect();
        let (ending, what, mut level, codes) = match shape {
            Shape::Index => ("_idx", ", 0 to 100", "scale", Vec::new()),
            Shape::Code => ("", "", "ordinal", codes_of(here)),
            Shape::Positive => ("_pos", ", at or above the cut", "nominal", no_or_yes()),
        };
        if codes.iter().any(|(_, label)| label.contains(BETWEEN)) {
            level = "nominal";
            notes.push("The questionnaires' codes are not one scale: never average them together.".to_owned());
        }
        if slot == Slot::Post {
            notes.push("From the first after that has this score, in the order of post_wave.".to_owned());
        }
        let label = format!("{}{what} ({})", here[0].1.title, slot.word());
        let source = Source::Score(slot, id.to_owned(), shape);
        let column = Column {
            form: joined(here.iter().map(|(version, _)| version.survey.id.clone()), " "),
            item: id.to_owned(),
            codes,
            ..blank(&label, level, Lacks::Score, &notes.join(" "), source)
        };
        self.add(id, ending, column);
    }

    fn measure_ids(&self) -> Vec<String> {
        in_order(self.versions.iter().flat_map(|version| version.survey.measures.iter().map(|m| m.id.clone())))
    }
}

/// Stands between the labels that questionnaires give to one code.
const BETWEEN: &str = " / ";

/// Every code of a measure that is one item's code. Where questionnaires differ, each label says whose it is.
fn codes_of(here: &[(&SurveyVersion, &Measure)]) -> Vec<(i32, String)> {
    let mut codes: BTreeMap<i32, BTreeMap<&str, Vec<String>>> = BTreeMap::new();
    for (SurveyVersion { survey, .. }, measure) in here {
        let item = measure.items.first().and_then(|id| survey.item(id)).filter(|_| measure.reversed.is_empty());
        for option in item.map_or(&[][..], |item| survey.options_of(item)) {
            codes.entry(option.value).or_default().entry(&option.label).or_default().push(survey.id.clone());
        }
    }
    let differ = codes.values().any(|labels| labels.len() > 1);
    let said = |(label, surveys): (&str, Vec<String>)| match differ {
        true => format!("{label} ({})", joined(surveys, " ")),
        false => label.to_owned(),
    };
    codes.into_iter().map(|(value, labels)| (value, joined(labels.into_iter().map(said), BETWEEN))).collect()
}

/// How a version makes the score, in words.
fn rule_of(version: &SurveyVersion, measure: &Measure, shape: Shape) -> String {
    let words = match (shape, measure.positive_from) {
        (Shape::Positive, Some(from)) => words::cut_in_words(measure, from),
        _ => words::in_words(&version.survey, measure),
    };
    format!("{}: {words}", form_of(version))
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
