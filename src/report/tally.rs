//! The counts of a report, sorted by what they are about and brought to one unit.

use std::collections::{BTreeMap, BTreeSet};

use crate::pairing::{Doubts, FamilySums, PairCount};
use crate::person::Role;
use crate::statistics::PairTable;
use crate::survey::{Comparison, Rule};

use super::input::{ReportInput, SurveyMeasure};

pub(super) use scale::Scale;

mod scale;

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
    rows: Vec<Row<'a>>,
    /// For a later comparison, everyone with a before, whether or not they were asked again.
    befores: Vec<Row<'a>>,
    families: Vec<Family<'a>>,
    denominator: i64,
}

/// A count with what its survey measures.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row<'a> {
    pub count: &'a PairCount,
    pub spec: &'a SurveyMeasure,
    /// Whether the session is the only one, so that families and not sessions are alike.
    pub one_off: bool,
}

/// Families of one composition, and those of their parts that are counted here.
#[derive(Debug, Clone)]
struct Family<'a> {
    sums: &'a FamilySums,
    parts: Vec<(usize, &'a SurveyMeasure)>,
}

impl<'a> Tally<'a> {
    /// Sorts the counts of projects that `includes` accepts into subjects. A count without a known
    /// survey measure is left out: it cannot be named.
    pub fn all(input: &'a ReportInput, includes: impl Fn(i64) -> bool) -> BTreeMap<Subject, Tally<'a>> {
        let specs: BTreeMap<(&str, &str), &SurveyMeasure> =
            input.measures.iter().map(|spec| ((spec.survey.as_str(), spec.measure.id.as_str()), spec)).collect();
        let one_off: BTreeSet<i64> =
            input.sessions.iter().filter(|session| session.role.is_one_off()).map(|session| session.id).collect();
        let mut tallies: BTreeMap<Subject, Tally<'a>> = BTreeMap::new();
        for count in input.counts.iter().filter(|count| count.n > 0 && includes(count.group.project_id)) {
            let Some(&spec) = specs.get(&(count.survey.as_str(), count.measure.as_str())) else { continue };
            let subject =
                Subject { measure: count.measure.clone(), who: count.group.role, comparison: count.comparison };
            let row = Row { count, spec, one_off: one_off.contains(&count.group.session_id) };
            tallies.entry(subject.clone()).or_insert_with(|| Tally::empty(subject)).rows.push(row);
        }
        for sums in input.family_sums.iter().filter(|sums| includes(sums.project_id)) {
            let subject = Subject { measure: sums.measure.to_string(), who: sums.role, comparison: sums.comparison };
            let Some(tally) = tallies.get_mut(&subject) else { continue };
            let counted = sums.parts.iter().enumerate().filter(|(_, part)| one_off.contains(&part.session_id));
            let named =
                counted.filter_map(|(place, part)| Some((place, *specs.get(&(&*part.survey, &*sums.measure))?)));
            tally.families.push(Family { sums, parts: named.collect() });
        }
        let with_before =
            |tally: &Tally<'a>| tally.rows.iter().copied().filter(|row| row.count.pre.is_some()).collect();
        let asked: BTreeMap<Subject, Vec<Row<'a>>> =
            tallies.iter().map(|(subject, tally)| (subject.clone(), with_before(tally))).collect();
        for tally in tallies.values_mut() {
            if tally.subject.comparison == Comparison::Later {
                let first = Subject { comparison: Comparison::After, ..tally.subject.clone() };
                tally.befores = asked.get(&first).cloned().unwrap_or_default();
            }
            let rows = || tally.rows.iter().chain(&tally.befores);
            let used: BTreeSet<&str> = rows().map(|row| row.count.survey.as_str()).collect();
            let of_measure = input.measures.iter().filter(|spec| spec.measure.id == tally.subject.measure);
            tally.specs = of_measure.filter(|spec| used.contains(spec.survey.as_str())).collect();
            tally.denominator = rows().fold(1, |so_far, row| lcm(so_far, row.count.denominator));
        }
        tallies
    }

    fn empty(subject: Subject) -> Tally<'a> {
        Tally {
            subject,
            specs: Vec::new(),
            rows: Vec::new(),
            befores: Vec::new(),
            families: Vec::new(),
            denominator: 1,
        }
    }

    /// The counts that a test on project and survey accepts, in the same common unit as the whole.
    pub fn only(&self, includes: impl Fn(i64, &str) -> bool) -> Tally<'a> {
        let of = |rows: &[Row<'a>]| -> Vec<Row<'a>> {
            let fits = |row: &&Row<'_>| includes(row.count.group.project_id, &row.count.survey);
            rows.iter().filter(fits).copied().collect()
        };
        let families = self.families.iter().map(|family| {
            let fits = |(_, spec): &&(usize, &SurveyMeasure)| includes(family.sums.project_id, &spec.survey);
            Family { sums: family.sums, parts: family.parts.iter().filter(fits).copied().collect() }
        });
        Tally {
            subject: self.subject.clone(),
            specs: self.specs.clone(),
            rows: of(&self.rows),
            befores: of(&self.befores),
            families: families.collect(),
            denominator: self.denominator,
        }
    }

    /// The matched of whose doubts a test holds, in the same unit.
    pub fn which(&self, holds: impl Fn(Doubts) -> bool) -> Tally<'a> {
        let fits = |row: &&Row<'_>| row.count.pre.is_some() && row.count.post.is_some() && holds(row.count.doubts);
        let families = self.families.iter().map(|family| {
            let fits = |(place, _): &&(usize, &SurveyMeasure)| {
                Doubts::from_bits(family.sums.parts[*place].doubts).is_some_and(&holds)
            };
            Family { sums: family.sums, parts: family.parts.iter().filter(fits).copied().collect() }
        });
        let rows = self.rows.iter().filter(fits).copied().collect();
        Tally { rows, befores: Vec::new(), families: families.collect(), specs: self.specs.clone(), ..self.bare() }
    }

    /// The matched of whose number of sessions a test holds, in the same unit. Whoever answered the before at a one-off
    /// session stands alone.
    pub fn who_came(&self, holds: impl Fn(i64) -> bool) -> Tally<'a> {
        let fits = |row: &&Row<'_>| row.count.visits.is_some_and(&holds);
        let rows = self.rows.iter().filter(fits).copied().collect();
        Tally { rows, specs: self.specs.clone(), ..self.bare() }
    }

    fn bare(&self) -> Tally<'a> {
        Tally { denominator: self.denominator, ..Tally::empty(self.subject.clone()) }
    }

    /// How the items became a number; of the first survey, as all of one measure share it.
    pub fn rule(&self) -> Option<Rule> {
        self.specs.first().map(|spec| spec.measure.rule)
    }

    /// Whether a higher score is better.
    pub fn higher_is_better(&self) -> bool {
        self.specs.first().is_none_or(|spec| spec.measure.higher_is_better)
    }

    /// Whether there are two answers or two scores only: then how people moved is who changed sides.
    pub fn has_two_values(&self) -> bool {
        match self.rule() {
            Some(Rule::Value) => self.specs.iter().any(|spec| spec.options.len() < 3),
            Some(_) => self.denominator == 1,
            None => false,
        }
    }

    /// The matched as 1 or 0 by the side they stand on, of a cut or of a score that has two values; `None` for scores of
    /// more, of which a level tells no count.
    pub fn on_sides(&self) -> Option<PairTable> {
        match self.rule() {
            Some(Rule::Value) => self.positives(),
            _ if self.has_two_values() => Some(self.percents()),
            _ => None,
        }
    }

    /// Matched people.
    pub fn matched(&self) -> i64 {
        people_in(&self.rows, |count| count.pre.is_some() && count.post.is_some())
    }

    /// People with a before, for a later comparison whether or not they were asked again.
    pub fn before(&self) -> i64 {
        people_in(&self.befores, |_| true).max(people_in(&self.rows, |count| count.pre.is_some()))
    }

    /// People with an after (or later) answer.
    pub fn after(&self) -> i64 {
        people_in(&self.rows, |count| count.post.is_some())
    }

    /// People with a before or an after: whom the matched are a part of.
    pub fn seen(&self) -> i64 {
        self.before() + people_in(&self.rows, |count| count.pre.is_none())
    }

    /// Later answers at or above the cut, and all later answers, matched or not.
    pub fn positive_afters(&self) -> (u64, u64) {
        let with_post = || self.rows.iter().filter_map(|row| Some((row.count.post?, people(row.count.n), row.spec)));
        let positive = with_post().filter(|&(post, _, spec)| spec.is_positive(post)).map(|(_, n, _)| n).sum();
        (positive, with_post().map(|(_, n, _)| n).sum())
    }
}

fn people_in(rows: &[Row<'_>], holds: impl Fn(&PairCount) -> bool) -> i64 {
    rows.iter().filter(|row| holds(row.count)).map(|row| row.count.n).sum()
}

/// A count of the store as the statistics take it; never negative.
pub(super) fn people(n: i64) -> u64 {
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
