//! The questions behind main results and scales, in full: wording, codes, and how answers become a score.

use serde::Serialize;

use crate::scoring::FEWEST_ITEMS;
use crate::survey::{Rank, Rule, Survey, Wave};

use super::input::{ItemWords, ReportInput, SurveyMeasure};

/// A measure as one questionnaire asks it.
#[derive(Debug, Clone, Serialize)]
pub struct Instrument {
    /// The measure's id.
    pub measure: String,
    /// What people call it.
    pub title: String,
    /// The questionnaire's title.
    pub survey: String,
    /// How answers become a score.
    pub scoring: String,
    /// What counts as positive or regular, where there is such a cut.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cut: Option<String>,
    /// Its questions.
    pub items: Vec<ItemWords>,
}

impl SurveyMeasure {
    /// Whether it is a scale: enough items that it says something how well they hang together.
    pub fn is_scale(&self) -> bool {
        matches!(self.measure.rule, Rule::MeanPomp | Rule::ShareAtLeast) && self.measure.items.len() >= FEWEST_ITEMS
    }
}

/// Those of main results and of scales that somebody answered, in the order of the surveys.
pub(super) fn instruments(input: &ReportInput, is_answered: impl Fn(&SurveyMeasure) -> bool) -> Vec<Instrument> {
    let told = |spec: &&SurveyMeasure| spec.measure.rank == Rank::Primary || spec.is_scale();
    let mut found: Vec<&SurveyMeasure> = input.measures.iter().filter(told).filter(|spec| is_answered(spec)).collect();
    found.sort_by_key(|spec| super::wording::place(&spec.measure.id));
    found
        .into_iter()
        .map(|spec| Instrument {
            measure: spec.measure.id.clone(),
            title: spec.measure.title.clone(),
            survey: spec.survey_title.clone(),
            scoring: spec.scoring.clone(),
            cut: spec.cut.clone(),
            items: spec.items.clone(),
        })
        .collect()
}

impl ItemWords {
    /// Of an item; `None` where the survey has no such item.
    pub(super) fn of(survey: &Survey, id: &str) -> Option<ItemWords> {
        let item = survey.item(id)?;
        let (first, after) = (item.text_at(Wave::Pre), item.text_at(Wave::PostProg));
        let jobs = |foil: bool| -> Vec<String> {
            let of_kind = item.jobs.iter().filter_map(|job| survey.jobs.get(job)).filter(|job| job.foil == foil);
            of_kind.map(|job| job.label.clone()).collect()
        };
        let mut codes: Vec<(i32, String)> =
            survey.options_of(item).iter().map(|option| (option.value, option.label.clone())).collect();
        codes.sort();
        Some(ItemWords {
            id: item.id.clone(),
            wording: first.to_owned(),
            after: (after != first).then(|| after.to_owned()),
            codes,
            jobs: jobs(false),
            foils: jobs(true),
        })
    }
}
