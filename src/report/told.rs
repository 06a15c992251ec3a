//! Numbers that sentences print and no table holds, so that files can hold them too.

use serde::Serialize;

use super::estimate::Share;
use super::{Report, number};

/// A number of a sentence.
#[derive(Debug, Clone, Serialize)]
pub struct Told {
    /// What it is about: `caveat.ceiling`.
    pub id: String,
    /// What is counted.
    pub statistic: &'static str,
    /// The measure's id, where it is of one.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub measure: String,
    /// How many.
    pub count: i64,
    /// The same as a share of people, where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share: Option<Share>,
}

impl Told {
    /// So many.
    pub(super) fn count(id: impl Into<String>, statistic: &'static str, count: i64) -> Told {
        Told { id: id.into(), statistic, measure: String::new(), count, share: None }
    }

    /// So many of a number of people.
    pub(super) fn share(id: impl Into<String>, statistic: &'static str, share: &Share) -> Told {
        Told { share: Some(share.clone()), ..Told::count(id, statistic, share.count) }
    }

    /// The same of a measure.
    pub(super) fn of_measure(self, measure: &str) -> Told {
        Told { measure: measure.to_owned(), ..self }
    }

    /// As sentences print it: the percent of a share, or how many.
    pub(super) fn words(&self) -> String {
        self.share.as_ref().map_or_else(|| number::count(self.count), |share| share.percent.whole())
    }
}

impl Report {
    /// Every such number of the report.
    pub(super) fn told(&self) -> impl Iterator<Item = &Told> {
        let Report { method, evidence, visits, delivery, .. } = self;
        [&method.told, &evidence.told, &visits.told, &delivery.told].into_iter().flatten()
    }
}
