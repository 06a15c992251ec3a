//! The answers behind a result, choice by choice, before and after.

use serde::Serialize;

use crate::statistics::{self, CountTable};

use super::finding::{Finding, Share};
use super::input::SurveyMeasure;
use super::suppression::{self, Figure};
use super::tally::Tally;

/// How the matched of one questionnaire answered a single question.
#[derive(Debug, Clone, Serialize)]
pub struct Distribution {
    /// Short name of the questionnaire.
    pub survey: String,
    /// What people call it.
    pub title: String,
    /// The question's wording.
    pub question: String,
    /// Matched people.
    pub matched: Figure<i64>,
    /// Their answers by choice, lowest first.
    pub answers: Figure<Vec<OptionShares>>,
}

/// How many chose one option.
#[derive(Debug, Clone, Serialize)]
pub struct OptionShares {
    /// The stored value.
    pub value: i32,
    /// What people read.
    pub label: String,
    /// At or above the measure's cut.
    pub positive: bool,
    /// Before.
    pub before: Figure<Share>,
    /// After, of the same people.
    pub after: Figure<Share>,
}

/// One distribution for each questionnaire of a single question, shown where its finding is.
pub(super) fn distributions(tally: &Tally<'_>, by_survey: &[Finding]) -> Vec<Distribution> {
    let with_options = tally.specs.iter().zip(by_survey).filter(|(spec, _)| !spec.options.is_empty());
    with_options
        .map(|(spec, finding)| Distribution {
            survey: spec.survey.clone(),
            title: finding.group.name.clone(),
            question: spec.question.clone(),
            matched: finding.base.matched.clone(),
            answers: finding
                .change
                .clone()
                .map(|_| option_shares(spec, &tally.only(|_, survey| survey == spec.survey))),
        })
        .collect()
}

/// The choices with their counts. The share of positive answers is shown elsewhere, so each side of the
/// cut is a row whose total is known.
fn option_shares(spec: &SurveyMeasure, tally: &Tally<'_>) -> Vec<OptionShares> {
    let codes = tally.codes();
    let positive = |value: i32| spec.is_positive(i64::from(value));
    let shares = |table: &CountTable| -> Vec<Figure<Share>> {
        let count = |value: i32| i64::try_from(table.count(|code| code == i64::from(value))).unwrap_or(i64::MAX);
        let side = |wanted: bool| -> Vec<i64> {
            spec.options.iter().filter(|o| positive(o.value) == wanted).map(|o| count(o.value)).collect()
        };
        let protected = suppression::counts(&side(false)).into_iter().chain(suppression::counts(&side(true)));
        let people = |n: i64| u64::try_from(n).unwrap_or(0);
        protected.map(|n| n.and_then(|n| Share::any(statistics::share(people(n), table.n())))).collect()
    };
    let (before, after) = (shares(&codes.pre()), shares(&codes.post()));
    let rows = spec.options.iter().zip(before.into_iter().zip(after));
    rows.map(|(option, (before, after))| OptionShares {
        value: option.value,
        label: option.label.clone(),
        positive: positive(option.value),
        before,
        after,
    })
    .collect()
}
