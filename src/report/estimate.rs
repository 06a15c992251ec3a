//! A value with its intervals, and a count of people as a share.

use serde::Serialize;

use crate::statistics::{self, Defined};

use super::breakdown::signed;
use super::number::Number;
use super::suppression::{Figure, Withheld, is_small};
use super::tally::people;

/// A value with its intervals.
#[derive(Debug, Clone, Serialize)]
pub struct Estimate {
    /// The value.
    pub value: Number,
    /// Its 95 % interval, which takes sessions and families as the units that vary wherever there are two.
    pub interval: Figure<Interval>,
    /// The 95 % interval that treats every person as independent, for the appendix.
    pub naive_interval: Figure<Interval>,
}

/// A 95 % interval and the method that gave it.
#[derive(Debug, Clone, Serialize)]
pub struct Interval {
    /// Lower limit.
    pub low: Number,
    /// Upper limit.
    pub high: Number,
    /// The method, by the name a statistician would search for.
    pub method: &'static str,
}

/// A count of people out of a number of people.
#[derive(Debug, Clone, Serialize)]
pub struct Share {
    /// People counted.
    pub count: i64,
    /// Of how many.
    pub of: i64,
    /// In percent.
    pub percent: Number,
    /// 95 % interval of the percent.
    pub interval: Figure<Interval>,
}

/// Limits with the name of their method, before they are printed.
pub(super) type Limits = (Defined<statistics::Interval>, &'static str);

impl Estimate {
    /// A value with both intervals, all printed the same way.
    pub(super) fn new(value: f64, limits: Limits, naive: Limits, print: fn(f64) -> Number) -> Estimate {
        let figure = |(limits, method)| interval(limits, print, method);
        Estimate { value: print(value), interval: figure(limits), naive_interval: figure(naive) }
    }

    /// A value that has one interval, and none that treats every person as independent.
    pub(super) fn alone(value: f64, limits: Limits, print: fn(f64) -> Number) -> Estimate {
        let naive_interval = Figure::Undefined("not given here".to_owned());
        Estimate { naive_interval, ..Estimate::new(value, limits, limits, print) }
    }

    /// The same with both intervals withheld: where there is none, that tells.
    pub(super) fn hide_intervals(&mut self) {
        self.interval = Figure::Withheld(Withheld::ProtectsAnother);
        self.naive_interval = Figure::Withheld(Withheld::ProtectsAnother);
    }
}

impl Interval {
    /// The same with its limits no finer than they are printed.
    pub(super) fn coarse(self, print: fn(f64) -> Number) -> Interval {
        let coarse = |limit: &Number| print((limit.value * 10.0).round() / 10.0);
        Interval { low: coarse(&self.low), high: coarse(&self.high), ..self }
    }
}

impl Share {
    /// A share that stands alone: withheld where it tells of one to four people.
    pub(super) fn alone(share: statistics::Share) -> Figure<Share> {
        if tells_of_few(&share) { Figure::Withheld(Withheld::FewerThanFive) } else { Share::any(share) }
    }

    /// People among others, both of which the caller has protected.
    pub(super) fn counted(n: i64, of: i64) -> Figure<Share> {
        Share::any(share_of(n, of))
    }

    /// A share whose counts the caller has protected.
    pub(super) fn any(share: statistics::Share) -> Figure<Share> {
        defined(share.percent.map(|percent| Share {
            count: signed(share.count),
            of: signed(share.n),
            percent: Number::percent(percent),
            interval: interval(share.interval, Number::percent, "Wilson"),
        }))
    }
}

fn interval(limits: Defined<statistics::Interval>, print: fn(f64) -> Number, method: &'static str) -> Figure<Interval> {
    defined(limits.map(|limits| Interval { low: print(limits.low), high: print(limits.high), method }))
}

/// A statistic's own reason for having no value, in the words that exports carry.
pub(super) fn defined<T>(value: Defined<T>) -> Figure<T> {
    match value {
        Ok(value) => Figure::Shown(value),
        Err(reason) => Figure::Undefined(reason.to_string()),
    }
}

/// People among others, as the statistics take them.
pub(super) fn share_of(n: i64, of: i64) -> statistics::Share {
    statistics::share(people(n), people(of))
}

/// Whether a share of people tells of one to four of them.
pub(super) fn tells_of_few(share: &statistics::Share) -> bool {
    is_small(signed(share.count)) || is_small(signed(share.n - share.count))
}
