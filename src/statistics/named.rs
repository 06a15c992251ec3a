//! Every statistic under its short name, for machines: the same names as the reference cases.

use super::undefined::{Defined, Undefined};

/// A named result.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Stat {
    /// A finite number.
    Number(f64),
    /// A count.
    Count(u64),
    /// A word, such as the shape of Fieller's set.
    Word(&'static str),
    /// Why there is no number.
    Undefined(Undefined),
}

/// A part of a result and its name.
pub(crate) type Part<T, V> = (&'static str, fn(T) -> V);

/// Named results in order of computation; each name once.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Named {
    stats: Vec<(String, Stat)>,
}

impl Named {
    /// The names and results in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Stat)> {
        self.stats.iter().map(|(name, stat)| (name.as_str(), *stat))
    }

    /// One result.
    pub fn get(&self, name: &str) -> Option<Stat> {
        self.stats.iter().find(|(known, _)| known == name).map(|(_, stat)| *stat)
    }

    pub(crate) fn count(&mut self, name: impl Into<String>, count: u64) {
        self.stats.push((name.into(), Stat::Count(count)));
    }

    pub(crate) fn word(&mut self, name: impl Into<String>, word: &'static str) {
        self.stats.push((name.into(), Stat::Word(word)));
    }

    /// A number or its reason; what is not finite is out of range, never NaN.
    pub(crate) fn put(&mut self, name: impl Into<String>, value: Defined<f64>) {
        let stat = match value {
            Ok(number) if number.is_finite() => Stat::Number(number),
            Ok(_) => Stat::Undefined(Undefined::OutOfRange),
            Err(reason) => Stat::Undefined(reason),
        };
        self.stats.push((name.into(), stat));
    }

    /// Several parts of one result, all undefined for the same reason.
    pub(crate) fn parts<T: Copy>(&mut self, group: &str, value: Defined<T>, parts: &[Part<T, f64>]) {
        for (name, part) in parts {
            self.put(format!("{group}.{name}"), value.map(part));
        }
    }
}
