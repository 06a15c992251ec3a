//! On what ground of the law a programme holds what families gave: the controller's choice, written down once.

use serde::{Deserialize, Serialize};

coded! {
    /// A ground of Article 6 of the UK GDPR.
    Ground {
        /// 6(1)(e).
        PublicTask = "public_task", "Public task: a council or another public body does what it is there for";
        /// 6(1)(f).
        LegitimateInterests = "legitimate_interests", "Legitimate interests: a charity has weighed them against those of families";
        /// 6(1)(a).
        Consent = "consent", "Consent: seldom right here; the yes that families give is about taking part";
        /// Anything else, as 6(1)(c).
        Another = "another", "Another ground, written down in our own papers";
    }
}

impl Ground {
    /// What families read.
    pub fn plain(self) -> &'static str {
        match self {
            Ground::PublicTask => "it is part of a public body’s task (public task)",
            Ground::LegitimateInterests => {
                "there is a good reason for it that was weighed against your interests (legitimate interests)"
            }
            Ground::Consent => "you said yes to it (consent)",
            Ground::Another => "of another ground of the law, which whoever runs the programme will tell you",
        }
    }
}

/// The record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LawfulBasis {
    /// The ground.
    pub ground: Ground,
    /// Who decided.
    pub decided_by: String,
    /// When, ISO 8601; may be empty.
    pub decided_on: String,
    /// Where the assessment is kept; may be empty.
    pub written_in: String,
    /// Whom families write to; may be empty.
    pub contact: String,
}

/// A complaint about how what families gave is handled. No names: letters hold them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Complaint {
    /// Key in the store.
    pub id: i64,
    /// The day it came, ISO 8601.
    pub received_on: String,
    /// What it is about, in a few words.
    pub about: String,
    /// The day it was acknowledged; empty while it was not.
    pub acknowledged_on: String,
    /// What was done about it; may be empty.
    pub done: String,
    /// The day it was closed; empty while it is open.
    pub closed_on: String,
}

/// So many days there are to acknowledge one: Data (Use and Access) Act 2025, from 19 June 2026.
pub const ACKNOWLEDGED_IN_DAYS: i64 = 30;

impl Complaint {
    /// The last day to acknowledge it; none once that is done.
    pub fn to_acknowledge_by(&self) -> Option<String> {
        (self.acknowledged_on.is_empty() && self.closed_on.is_empty())
            .then(|| super::retention::later(&self.received_on, ACKNOWLEDGED_IN_DAYS))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_complaint_is_to_be_acknowledged_within_thirty_days_of_its_coming() {
        let came = Complaint { received_on: "2026-06-19".into(), ..Complaint::default() };
        assert_eq!(came.to_acknowledge_by().as_deref(), Some("2026-07-19"));
        assert_eq!(Complaint { acknowledged_on: "2026-06-20".into(), ..came.clone() }.to_acknowledge_by(), None);
        assert_eq!(Complaint { closed_on: "2026-06-20".into(), ..came }.to_acknowledge_by(), None);
    }
}
