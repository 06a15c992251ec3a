//! The counts of a report, sorted by what they are about and brought to one unit.

use std::collections::{BTreeMap, BTreeSet};

use crate::pairing::PairCount;
use crate::person::Role;
use crate::statistics::{CountTable, PairTable, Unit};
use crate::survey::{Comparison, Rule};

use super::input::{ReportInput, SurveyMeasure};

/// What one set of findings is about: a measure, who answered, and what the before is compared with.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Subject {
    pub measure: String,
    pub who: Role,
    pub comparison: Comparison,
}

/// The pair counts of one subject with the surveys they were answered on.
#[derive(Debug, Clone)]
pub(super) struct Tally<'a> {
    pub subject: Subject,
    /// The measure in each survey that has a count here, in the order the surveys are given.
    pub specs: Vec<&'a SurveyMeasure>,
    rows: Vec<(&'a PairCount, &'a SurveyMeasure)>,
    denominator: i64,
}

impl<'a> Tally<'a> {
    /// Sorts the counts of projects that `includes` accepts into subjects. A count without a known
    /// survey measure is left out: it cannot be named.
    pub fn all(input: &'a ReportInput, includes: impl Fn(i64) -> bool) -> BTreeMap<Subject, Tally<'a>> {
        let specs: BTreeMap<(&str, &str), &SurveyMeasure> =
            input.measures.iter().map(|spec| ((spec.survey.as_str(), spec.measure.id.as_str()), spec)).collect();
        let mut tallies: BTreeMap<Subject, Tally<'a>> = BTreeMap::new();
        for count in input.counts.iter().filter(|count| count.n > 0 && includes(count.group.project_id)) {
            let Some(&spec) = specs.get(&(count.survey.as_str(), count.measure.as_str())) else { continue };
            let subject =
                Subject { measure: count.measure.clone(), who: count.group.role, comparison: count.comparison };
            let empty = || Tally { subject: subject.clone(), specs: Vec::new(), rows: Vec::new(), denominator: 1 };
            tallies.entry(subject.clone()).or_insert_with(empty).rows.push((count, spec));
        }
        for tally in tallies.values_mut() {
            let used: BTreeSet<&str> = tally.rows.iter().map(|(count, _)| count.survey.as_str()).collect();
            let of_measure = input.measures.iter().filter(|spec| spec.measure.id == tally.subject.measure);
            tally.specs = of_measure.filter(|spec| used.contains(spec.survey.as_str())).collect();
            tally.denominator = tally.rows.iter().fold(1, |so_far, (count, _)| lcm(so_far, count.denominator));
        }
        tallies
    }

    /// The counts that a test on project and survey accepts, in the same common unit as the whole.
    pub fn only(&self, includes: impl Fn(i64, &str) -> bool) -> Tally<'a> {
        let rows = self.rows.iter().filter(|(count, _)| includes(count.group.project_id, &count.survey));
        Tally { rows: rows.copied().collect(), ..self.clone() }
    }

    /// How the items became a number; of the first survey, as all of one measure share it.
    pub fn rule(&self) -> Option<Rule> {
        self.specs.first().map(|spec| spec.measure.rule)
    }

    /// Matched people.
    pub fn matched(&self) -> i64 {
        self.people(|count| count.pre.is_some() && count.post.is_some())
    }

    /// People with a before.
    pub fn before(&self) -> i64 {
        self.people(|count| count.pre.is_some())
    }

    /// People with an after (or later) answer.
    pub fn after(&self) -> i64 {
        self.people(|count| count.post.is_some())
    }

    fn people(&self, holds: impl Fn(&PairCount) -> bool) -> i64 {
        self.rows.iter().filter(|(count, _)| holds(count)).map(|(count, _)| count.n).sum()
    }

    /// The matched in percent of the maximum, pooled over surveys on their least common denominator.
    pub fn percents(&self) -> PairTable {
        let unit = Unit::new(100, self.denominator).unwrap_or(Unit::ONE);
        self.table(unit, |value, count, _| value * (self.denominator / count.denominator.max(1)))
    }

    /// The matched as the answers' own codes or counts: only differences and one survey's levels mean anything.
    pub fn codes(&self) -> PairTable {
        self.table(Unit::ONE, |value, _, _| value)
    }

    /// The matched as 1 at or above their survey's cut and 0 below; `None` where a survey has no cut.
    pub fn positives(&self) -> Option<PairTable> {
        let has_cuts = self.specs.iter().all(|spec| spec.measure.positive_from.is_some());
        has_cuts.then(|| self.table(Unit::ONE, |value, _, spec| i64::from(spec.is_positive(value))))
    }

    fn table(&self, unit: Unit, value: impl Fn(i64, &PairCount, &SurveyMeasure) -> i64) -> PairTable {
        let cells = self.rows.iter().filter_map(|&(count, spec)| {
            let (pre, post) = (count.pre?, count.post?);
            Some((value(pre, count, spec), value(post, count, spec), people(count.n)))
        });
        PairTable::from_counts(unit, cells)
    }

    /// Befores in percent of the maximum of those who have no later answer.
    pub fn percents_of_lost(&self) -> CountTable {
        let unit = Unit::new(100, self.denominator).unwrap_or(Unit::ONE);
        let lost = self.rows.iter().filter(|(count, _)| count.post.is_none()).filter_map(|(count, _)| {
            Some((count.pre? * (self.denominator / count.denominator.max(1)), people(count.n)))
        });
        CountTable::from_counts(unit, lost)
    }

    /// Later answers at or above the cut, and all later answers, matched or not.
    pub fn positive_afters(&self) -> (u64, u64) {
        let with_post = || self.rows.iter().filter_map(|&(count, spec)| Some((count.post?, people(count.n), spec)));
        let positive = with_post().filter(|&(post, _, spec)| spec.is_positive(post)).map(|(_, n, _)| n).sum();
        (positive, with_post().map(|(_, n, _)| n).sum())
    }
}

/// A count of the store as the statistics take it; never negative.
fn people(n: i64) -> u64 {
    u64::try_from(n).unwrap_or(0)
}

fn lcm(a: i64, b: i64) -> i64 {
    let (mut x, mut y) = (a.max(1), b.max(1));
    while y != 0 {
        (x, y) = (y, x % y);
    }
    a.max(1) / x * b.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_twelve_twenty_and_sixteen_jobs_meet_at_two_hundred_and_forty() {
        assert_eq!([12, 20, 16].into_iter().fold(1, lcm), 240);
        assert_eq!(lcm(0, 5), 5);
    }
}
