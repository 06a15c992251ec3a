//! How well the items of scales hang together.

use serde::Serialize;

use crate::pairing::{ItemSums, Moment};
use crate::statistics::reliability_of_sums;

use super::estimate::{Estimate, defined};
use super::groups::Groups;
use super::input::{ReportInput, SurveyMeasure};
use super::number::Number;
use super::suppression::Figure;
use super::wording;

/// People from which a coefficient is printed: below, it says little.
const FEWEST: i64 = 30;

/// A scale of one questionnaire at one time.
#[derive(Debug, Clone, Serialize)]
pub struct Reliability {
    /// Unique in the report: `reliability.CNF.ks2.pre`.
    pub id: String,
    /// The measure's id.
    pub measure: String,
    /// What people call it.
    pub title: String,
    /// The questionnaire's title.
    pub survey: String,
    /// When it was answered, for programs: `pre`.
    pub moment: &'static str,
    /// Items.
    pub items: usize,
    /// People who answered all of them.
    pub n: Figure<i64>,
    /// Cronbach's alpha with Feldt's interval.
    pub alpha: Figure<Estimate>,
    /// McDonald's omega.
    pub omega: Figure<Number>,
}

/// Every scale that thirty people answered whole, before and after.
pub(super) fn reliabilities(input: &ReportInput, groups: &Groups<'_>) -> Vec<Reliability> {
    let mut scales: Vec<&SurveyMeasure> = input.measures.iter().filter(|spec| spec.is_scale()).collect();
    scales.sort_by_key(|spec| wording::place(&spec.measure.id));
    let of = |spec: &&SurveyMeasure, moment: Moment| {
        let fits = |sum: &&super::input::ScaleSum| {
            (sum.survey.as_str(), sum.measure.as_str(), sum.moment) == (&spec.survey, &spec.measure.id, moment)
                && groups.includes(sum.project_id)
        };
        let mut sums = ItemSums::none(spec.measure.items.len());
        input.scales.iter().filter(fits).for_each(|sum| sums.join(&sum.sums));
        (sums.n >= FEWEST).then(|| Reliability::of(spec, moment, &sums))
    };
    let both = scales.iter().flat_map(|spec| [Moment::Before, Moment::After].map(|moment| of(spec, moment)));
    both.flatten().collect()
}

impl Reliability {
    fn of(spec: &SurveyMeasure, moment: Moment, sums: &ItemSums) -> Reliability {
        let found = reliability_of_sums(sums.n, &sums.totals, &sums.products);
        let limits = (found.interval, "Feldt");
        Reliability {
            id: ["reliability", &spec.measure.id, &spec.survey, moment.code()].join("."),
            measure: spec.measure.id.clone(),
            title: spec.measure.title.clone(),
            survey: spec.survey_title.clone(),
            moment: moment.code(),
            items: spec.measure.items.len(),
            n: Figure::Shown(sums.n),
            alpha: defined(found.alpha.map(|alpha| Estimate::alone(alpha, limits, Number::coefficient))),
            omega: defined(found.omega.map(Number::coefficient)),
        }
    }
}
