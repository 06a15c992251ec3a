//! What was asked afterwards only: opinions, not changes.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::person::Role;
use crate::statistics::share;
use crate::survey::{Comparison, Rule};

use super::estimate::Share;
use super::suppression::{self, Figure};
use super::tally::{Subject, Tally};

/// The share of positive answers to a question that has no before.
#[derive(Debug, Clone, Serialize)]
pub struct Described {
    /// The measure's id.
    pub measure: String,
    /// What people call it.
    pub title: String,
    /// Children or grown-ups.
    pub who: Role,
    /// What counts as positive: "great or best ever".
    pub positive_word: String,
    /// Positive answers of all answers.
    pub positive: Figure<Share>,
}

/// Every single question without a before that has a cut for a positive answer.
pub(super) fn of(tallies: &BTreeMap<Subject, Tally<'_>>) -> Vec<Described> {
    let after_only =
        tallies.values().filter(|tally| tally.subject.comparison == Comparison::After && tally.before() == 0);
    after_only
        .filter_map(|tally| {
            let measure = &tally.specs.first()?.measure;
            let has_cuts = tally.specs.iter().all(|spec| spec.measure.positive_from.is_some());
            let (positive, answered) = tally.positive_afters();
            let answered_signed = i64::try_from(answered).unwrap_or(i64::MAX);
            (measure.rule == Rule::Value && has_cuts && answered > 0).then(|| Described {
                measure: measure.id.clone(),
                title: measure.title.clone(),
                who: tally.subject.who,
                positive_word: measure.positive_word.clone().unwrap_or_default(),
                positive: suppression::if_enough(answered_signed, || Share::alone(share(positive, answered))),
            })
        })
        .collect()
}
