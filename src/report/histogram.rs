//! How far people moved: changes put into ranges ten points wide, apart from those who did not move.

use serde::Serialize;

use crate::statistics;

use super::breakdown::signed;
use super::change::Direction;
use super::estimate::Share;
use super::suppression::{self, Figure, is_small};
use super::tally::Tally;
use super::tally::people;

/// The ranges begin and end at these points of 100, on both sides of no change.
const EDGES: [i64; 6] = [0, 10, 20, 30, 40, 50];

/// Changes of everyone matched, from the lowest to the highest.
#[derive(Debug, Clone, Serialize)]
pub struct Histogram {
    /// The ranges.
    pub ranges: Vec<Range>,
}

/// People whose change lies in a range.
#[derive(Debug, Clone, Serialize)]
pub struct Range {
    /// The lower end in points; `None` for no end.
    pub above: Option<i64>,
    /// The upper end in points; `None` for no end.
    pub to: Option<i64>,
    /// People.
    pub people: Figure<Share>,
}

impl Range {
    /// In words: `10 to 20`, `no change`.
    pub fn words(&self) -> String {
        let n = |points: i64| if points < 0 { format!("−{}", -points) } else { points.to_string() };
        match (self.above, self.to) {
            (Some(0), Some(0)) => "no change".to_owned(),
            (Some(above), Some(to)) => format!("{} to {}", n(above), n(to)),
            (Some(above), None) => format!("more than {}", n(above)),
            (None, Some(to)) => format!("below {}", n(to)),
            (None, None) => "any".to_owned(),
        }
    }

    /// For programs: `change_above_10_to_20`, `change_below_0_from_-10`, `change_0`, `change_below_-50`.
    pub fn code(&self) -> String {
        match (self.above, self.to) {
            (Some(0), Some(0)) => "change_0".to_owned(),
            (Some(above), Some(to)) if above >= 0 => format!("change_above_{above}_to_{to}"),
            (Some(above), Some(to)) => format!("change_below_{to}_from_{above}"),
            (Some(above), None) => format!("change_above_{above}"),
            (None, to) => format!("change_below_{}", to.unwrap_or(0)),
        }
    }
}

impl Histogram {
    /// Ranges of everyone's change in points of 100. How many got lower, stayed and improved are shown elsewhere, so
    /// each of the three is protected by itself; where one of them is withheld, it is one range here, withheld too.
    /// Ranges at an end that hold few people are put together with the next.
    pub(super) fn of(tally: &Tally<'_>, direction: &Direction) -> Histogram {
        let table = tally.percents();
        let whole = i64::try_from(table.unit().denominator()).unwrap_or(i64::MAX);
        let all = table.n();
        // In steps of the common unit, so that a change of exactly ten points is one.
        let count = |fits: &dyn Fn(i64) -> bool| signed(table.count(|pre, post| fits(100 * (post - pre))));
        let side = |sign: i64, shown: bool| -> Vec<Range> {
            let mut ends: Vec<(i64, Option<i64>)> = EDGES.windows(2).map(|two| (two[0], Some(two[1]))).collect();
            ends.push((EDGES[EDGES.len() - 1], None));
            let beyond = |low: i64, high: Option<i64>| {
                count(&|change| {
                    let size = sign * change;
                    size > low * whole && high.is_none_or(|high| size <= high * whole)
                })
            };
            let mut ranges: Vec<(i64, Option<i64>, i64)> =
                ends.into_iter().map(|(low, high)| (low, high, beyond(low, high))).collect();
            while ranges.len() > 1 && ranges.last().is_some_and(|(.., n)| *n == 0 || is_small(*n)) {
                let (.., n) = ranges.pop().unwrap_or_default();
                if let Some(last) = ranges.last_mut() {
                    *last = (last.0, None, last.2 + n);
                }
            }
            if !shown {
                ranges = vec![(0, None, ranges.iter().map(|(.., n)| n).sum())];
            }
            let figures = suppression::counts(&ranges.iter().map(|(.., n)| *n).collect::<Vec<_>>());
            let mut ranges: Vec<Range> = ranges
                .into_iter()
                .zip(figures)
                .map(|((low, high, n), figure)| {
                    let figure = match (shown, figure) {
                        (false, _) => Figure::Withheld(super::Withheld::ProtectsAnother),
                        (true, figure) => figure,
                    };
                    let people = figure.and_then(|_| Share::any(statistics::share(people(n), all)));
                    let (above, to) = if sign > 0 { (Some(low), high) } else { (high.map(|high| -high), Some(-low)) };
                    Range { above, to, people }
                })
                .collect();
            if sign < 0 {
                ranges.reverse();
            }
            ranges
        };
        let better = if tally.higher_is_better() { 1 } else { -1 };
        let [lower, higher] =
            if better > 0 { [&direction.lower, &direction.improved] } else { [&direction.improved, &direction.lower] };
        let mut ranges = side(-1, lower.shown().is_some());
        ranges.push(Range { above: Some(0), to: Some(0), people: direction.same.clone() });
        ranges.extend(side(1, higher.shown().is_some()));
        Histogram { ranges }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_have_words_for_people_and_for_programs() {
        let of = |above, to| {
            let range = Range { above, to, people: Figure::Undefined(String::new()) };
            (range.words(), range.code())
        };
        assert_eq!(of(Some(10), Some(20)), ("10 to 20".to_owned(), "change_above_10_to_20".to_owned()));
        assert_eq!(of(Some(-10), Some(0)), ("−10 to 0".to_owned(), "change_below_0_from_-10".to_owned()));
        assert_eq!(of(Some(0), Some(0)), ("no change".to_owned(), "change_0".to_owned()));
        assert_eq!(of(Some(50), None), ("more than 50".to_owned(), "change_above_50".to_owned()));
        assert_eq!(of(None, Some(-20)), ("below −20".to_owned(), "change_below_-20".to_owned()));
    }
}
