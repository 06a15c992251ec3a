//! How sure a sentence about a change may sound, and the tests of the main results.

use serde::Serialize;

use crate::statistics::{Evidence, Grade, Interval, Reservation, Undefined, holm};
use crate::survey::Rule;

use super::change::{Change, Direction};
use super::estimate::{defined, share_of};
use super::inference::Inference;
use super::number::Number;
use super::outcome::Outcome;
use super::suppression::{Figure, Withheld};
use super::tally::Tally;
use super::tally::people;
use super::wording::say;

/// Adjusted p values below this are called significant.
const SIGNIFICANT: f64 = 0.05;

/// What may be said of a change, and how surely: the grades of `statistics::Evidence`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Judgement {
    /// The grade.
    pub grade: Grade,
    /// Its name: "clear gain".
    pub name: String,
    /// What keeps it from being clear, in words; empty where it cannot be told.
    pub reservations: Vec<String>,
    /// The change in points that as many people would have shown four times in five.
    pub smallest: Figure<Number>,
}

/// The tests of a main result against no change, corrected for the other main results.
#[derive(Debug, Clone, Serialize)]
pub struct Test {
    /// Two-sided p, by cluster.
    pub p: Figure<Number>,
    /// The same after Holm's correction in the family of all main results.
    pub adjusted: Figure<Number>,
    /// Main results with a p.
    pub family: usize,
    /// Whether the adjusted p is below 5 %.
    pub significant: bool,
    /// The test's name.
    pub method: &'static str,
    /// Two-sided p of a test that treats every person as independent, for the appendix.
    pub naive_p: Figure<Number>,
    /// That test's name.
    pub naive_method: &'static str,
}

impl Judgement {
    /// Grades a change in points.
    pub(super) fn of(
        tally: &Tally<'_>,
        points: f64,
        found: &Inference,
        direction: &Direction,
        clusters: u64,
    ) -> Judgement {
        let same_for_all = matches!(found.limits.0, Err(Undefined::AllChangesEqual));
        let evidence = Evidence {
            mean: Ok(points),
            interval: if same_for_all { direction.of_everybody(points) } else { found.limits.0 },
            error: found.error,
            collapsed: false,
            pairs: people(tally.matched()),
            match_rate: share_of(tally.matched(), tally.seen()).percent,
            clusters: Some(clusters),
            higher_is_better: tally.higher_is_better(),
        };
        let mut grade = evidence.grade();
        if tally.rule() == Some(Rule::Value) && !direction.allows(grade) {
            grade = Grade::CannotTell;
        }
        // That everybody moved one way may be sure; by how much is not, and so it is never called clear.
        grade = match grade {
            Grade::ClearGain if same_for_all => Grade::LikelyGain,
            Grade::ClearFall if same_for_all => Grade::LikelyFall,
            grade => grade,
        };
        let words = |why: Reservation| say("grade", why.key(), &[]);
        let same = same_for_all.then(|| say("grade", "same_for_all", &[]));
        let mut smallest = defined(evidence.smallest_detectable().map(Number::level));
        if found.coarse {
            smallest = smallest.map(|change| Number::level((change.value * 10.0).round() / 10.0));
        }
        Judgement {
            grade,
            name: grade.name(),
            reservations: match grade {
                Grade::LikelyGain | Grade::LikelyFall => {
                    same.into_iter().chain(evidence.reservations().into_iter().map(words)).collect()
                }
                _ => Vec::new(),
            },
            smallest,
        }
    }

    /// Of a change whose spread is withheld: nothing is said of it.
    pub(super) fn withheld() -> Judgement {
        Judgement {
            grade: Grade::CannotTell,
            name: Grade::CannotTell.name(),
            reservations: Vec::new(),
            smallest: Figure::Withheld(Withheld::ProtectsAnother),
        }
    }

    /// Whether anything but "cannot tell" may be said.
    pub fn tells(&self) -> bool {
        self.grade != Grade::CannotTell
    }

    /// The grade in a sentence; nothing where an interval is missing, which is said elsewhere.
    pub(super) fn sentence(&self, who: &str, n: &str) -> Option<String> {
        let mut fills = vec![("grade", self.name.clone()), ("who", who.to_owned()), ("n", n.to_owned())];
        match (self.tells(), self.smallest.shown()) {
            (true, _) if self.reservations.is_empty() => Some(say("grade", "clear", &fills)),
            (true, _) => {
                fills.push(("reservations", self.reservations.join(", and ")));
                Some(say("grade", "likely", &fills))
            }
            (false, Some(smallest)) => {
                fills.push(("smallest", smallest.text.clone()));
                Some(say("grade", "cannot_tell", &fills))
            }
            (false, None) => None,
        }
    }
}

impl Direction {
    /// Where everybody moved by the same, there is no interval of how far, but one of the share who moved that way
    /// (Wilson): here as those who moved with the change less those who moved against it, in points of 100.
    fn of_everybody(&self, points: f64) -> Result<Interval, Undefined> {
        let moved = [&self.improved, &self.lower].into_iter().filter_map(Figure::shown);
        let mut all = moved.filter(|share| share.count == share.of && share.count > 0);
        let limits = all.next().and_then(|share| share.interval.shown()).ok_or(Undefined::AllChangesEqual)?;
        let least = 2.0 * limits.low.value - 100.0;
        Ok(if points > 0.0 { Interval { low: least, high: 100.0 } } else { Interval { low: -100.0, high: -least } })
    }

    /// More must have moved the way a grade says than the other way. Withheld counts leave the interval to decide:
    /// the page cannot show what it was decided by.
    fn allows(&self, grade: Grade) -> bool {
        let moved = [&self.improved, &self.lower].map(|share| share.shown().map(|share| share.count));
        let [Some(better), Some(worse)] = moved else { return true };
        match grade {
            Grade::ClearGain | Grade::LikelyGain => better > worse,
            Grade::ClearFall | Grade::LikelyFall => worse > better,
            Grade::CannotTell => true,
        }
    }
}

/// Tests the main results against no change, as one family declared beforehand (Holm).
pub(super) fn test_all(primary: &mut [Outcome]) {
    let raw: Vec<Option<Change>> = primary.iter().map(|outcome| outcome.headline.change.shown().cloned()).collect();
    let p = |change: &Option<Change>| change.as_ref().and_then(|change| change.tests[0].0.shown().copied());
    let family: Vec<Option<f64>> = raw.iter().map(p).collect();
    let tests = family.iter().flatten().count();
    for ((outcome, change), adjusted) in primary.iter_mut().zip(raw).zip(holm(&family)) {
        let Some(Change { tests: [(p, method), (naive_p, naive_method)], .. }) = change else { continue };
        let adjusted_p = p.clone().map(|p| adjusted.unwrap_or(p));
        let test = Test {
            significant: adjusted_p.shown().is_some_and(|&p| p < SIGNIFICANT),
            p: p.map(Number::p_value),
            adjusted: adjusted_p.map(Number::p_value),
            family: tests,
            method,
            naive_p: naive_p.map(Number::p_value),
            naive_method,
        };
        outcome.sentences.extend(test.sentence());
        outcome.test = Some(test);
    }
}

impl Test {
    fn sentence(&self) -> Option<String> {
        let fills = [
            ("p", self.p.shown()?.text.clone()),
            ("adjusted", self.adjusted.shown()?.text.clone()),
            ("family", self.family.to_string()),
            ("method", self.method.to_owned()),
        ];
        let key = match (self.significant, self.family) {
            (true, 1) => "significant_alone",
            (true, _) => "significant",
            (false, 1) => "not_significant_alone",
            (false, _) => "not_significant",
        };
        Some(say("test", key, &fills))
    }
}
