//! Counts by measure, place, before and after: all that is kept of a file's rows.

use std::collections::HashMap;

use foldhash::fast::FixedState;

/// Measure, place (group and cluster), value before and after by number; 0 is "not answered".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Key {
    pub measure: u32,
    pub place: u32,
    pub pre: u32,
    pub post: u32,
}

/// People by [`Key`].
#[derive(Default)]
pub(super) struct Tally {
    counts: HashMap<Key, u64, FixedState>,
}

impl Tally {
    pub fn add(&mut self, key: Key, n: u64) {
        let count = self.counts.entry(key).or_default();
        *count = count.saturating_add(n);
    }

    /// Adds what another has counted.
    pub fn append(&mut self, other: Tally) {
        for (key, n) in other.counts {
            self.add(key, n);
        }
    }

    /// All counts in a fixed order.
    pub fn sorted(&self) -> Vec<(Key, u64)> {
        let mut counts: Vec<(Key, u64)> = self.counts.iter().map(|(key, n)| (*key, *n)).collect();
        counts.sort_unstable();
        counts
    }
}
