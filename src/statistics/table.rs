//! Counts of scores: all that any statistic here needs to see.

use std::collections::BTreeMap;

use super::unit::Unit;

/// How many people have this before and this after, in stored steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell {
    /// Score before.
    pub pre: i64,
    /// Score after.
    pub post: i64,
    /// People.
    pub n: u64,
}

/// Distinct (before, after) pairs of one measure in one group, with how many people have each.
///
/// Sorted by before, then after; each pair once; no empty cells. The table never says who: 441 cells hold
/// a 0..20 count of a million people. Scores are stored steps of a [`Unit`], exact for |score| ≤ 10⁹ and
/// counts ≤ 10⁹ a cell; beyond that sums saturate or fall back to floating point rather than overflow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PairTable {
    unit: Unit,
    cells: Vec<Cell>,
    n: u64,
}

/// Two tables that cannot be added because a step is not worth the same in both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("tables of different units cannot be merged")]
pub struct UnitsDiffer;

impl PairTable {
    /// From any number of (before, after, people) in any order; equal pairs are added, zero counts dropped.
    ///
    /// ```
    /// use pencilmark::statistics::{PairTable, Unit};
    /// let table = PairTable::from_counts(Unit::ONE, [(2, 3, 4), (1, 1, 1), (2, 3, 1)]);
    /// assert_eq!(table.n(), 6);
    /// assert_eq!(table.cells().len(), 2);
    /// ```
    pub fn from_counts(unit: Unit, counts: impl IntoIterator<Item = (i64, i64, u64)>) -> Self {
        let mut cells: Vec<Cell> =
            counts.into_iter().filter(|c| c.2 > 0).map(|(pre, post, n)| Cell { pre, post, n }).collect();
        cells.sort_unstable();
        cells.dedup_by(|next, kept| {
            let same = (next.pre, next.post) == (kept.pre, kept.post);
            if same {
                kept.n = kept.n.saturating_add(next.n);
            }
            same
        });
        let n = cells.iter().fold(0_u64, |sum, cell| sum.saturating_add(cell.n));
        Self { unit, cells, n }
    }

    /// From one (before, after) per person.
    pub fn from_pairs(unit: Unit, pairs: impl IntoIterator<Item = (i64, i64)>) -> Self {
        let mut counts: BTreeMap<(i64, i64), u64> = BTreeMap::new();
        for pair in pairs {
            *counts.entry(pair).or_default() += 1;
        }
        Self::from_counts(unit, counts.into_iter().map(|((pre, post), n)| (pre, post, n)))
    }

    /// The people of both tables.
    pub fn merge(&self, other: &Self) -> Result<Self, UnitsDiffer> {
        if self.unit != other.unit {
            return Err(UnitsDiffer);
        }
        Ok(Self::from_counts(self.unit, self.cells.iter().chain(&other.cells).map(|c| (c.pre, c.post, c.n))))
    }

    /// Before and after exchanged.
    pub fn swapped(&self) -> Self {
        Self::from_counts(self.unit, self.cells.iter().map(|c| (c.post, c.pre, c.n)))
    }

    /// What a step is worth.
    pub fn unit(&self) -> Unit {
        self.unit
    }

    /// The distinct pairs in order.
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// Matched people.
    pub fn n(&self) -> u64 {
        self.n
    }

    /// Whether nobody is matched.
    pub fn is_empty(&self) -> bool {
        self.n == 0
    }

    /// The before scores of the matched.
    pub fn pre(&self) -> CountTable {
        CountTable::from_counts(self.unit, self.cells.iter().map(|c| (c.pre, c.n)))
    }

    /// The after scores of the matched.
    pub fn post(&self) -> CountTable {
        CountTable::from_counts(self.unit, self.cells.iter().map(|c| (c.post, c.n)))
    }

    /// Changes, post − pre: positive is an increase, whether or not higher is better.
    pub fn changes(&self) -> CountTable {
        CountTable::from_counts(self.unit, self.cells.iter().map(|c| (c.post.saturating_sub(c.pre), c.n)))
    }

    /// Every score that anybody had before or after, in order.
    pub fn categories(&self) -> Vec<i64> {
        let mut seen: Vec<i64> = self.cells.iter().flat_map(|c| [c.pre, c.post]).collect();
        seen.sort_unstable();
        seen.dedup();
        seen
    }

    /// People for whom the test holds.
    pub fn count(&self, mut holds: impl FnMut(i64, i64) -> bool) -> u64 {
        self.cells.iter().filter(|c| holds(c.pre, c.post)).fold(0_u64, |sum, c| sum.saturating_add(c.n))
    }
}

/// Distinct scores of one margin with how many people have each: before-only people, after-only people,
/// one side of a [`PairTable`], or its changes. Sorted, each score once, no empty cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountTable {
    unit: Unit,
    cells: Vec<(i64, u64)>,
    n: u64,
}

impl CountTable {
    /// Nobody.
    pub fn empty(unit: Unit) -> Self {
        Self { unit, cells: Vec::new(), n: 0 }
    }

    /// From any number of (score, people) in any order; equal scores are added, zero counts dropped.
    pub fn from_counts(unit: Unit, counts: impl IntoIterator<Item = (i64, u64)>) -> Self {
        let mut cells: Vec<(i64, u64)> = counts.into_iter().filter(|c| c.1 > 0).collect();
        if let Some(dense) = add_up_dense(&cells) {
            cells = dense;
        } else {
            cells.sort_unstable();
            cells.dedup_by(|next, kept| {
                let same = next.0 == kept.0;
                if same {
                    kept.1 = kept.1.saturating_add(next.1);
                }
                same
            });
        }
        let n = cells.iter().fold(0_u64, |sum, cell| sum.saturating_add(cell.1));
        Self { unit, cells, n }
    }

    /// The people of both tables.
    pub fn merge(&self, other: &Self) -> Result<Self, UnitsDiffer> {
        if self.unit != other.unit {
            return Err(UnitsDiffer);
        }
        Ok(Self::from_counts(self.unit, self.cells.iter().chain(&other.cells).copied()))
    }

    /// What a step is worth.
    pub fn unit(&self) -> Unit {
        self.unit
    }

    /// The distinct scores in order.
    pub fn cells(&self) -> &[(i64, u64)] {
        &self.cells
    }

    /// People.
    pub fn n(&self) -> u64 {
        self.n
    }

    /// Whether nobody is counted.
    pub fn is_empty(&self) -> bool {
        self.n == 0
    }

    /// People whose score passes the test.
    pub fn count(&self, mut holds: impl FnMut(i64) -> bool) -> u64 {
        self.cells.iter().filter(|c| holds(c.0)).fold(0_u64, |sum, c| sum.saturating_add(c.1))
    }
}

/// Adds up by position where scores are close together, as the changes of a large table are; `None` elsewhere.
fn add_up_dense(cells: &[(i64, u64)]) -> Option<Vec<(i64, u64)>> {
    let (low, high) = (cells.iter().map(|c| c.0).min()?, cells.iter().map(|c| c.0).max()?);
    let width = usize::try_from(high.checked_sub(low)?).ok()?;
    if width >= 2 * cells.len() {
        return None;
    }
    let mut sums = vec![0_u64; width + 1];
    for &(value, n) in cells {
        let at = usize::try_from(value - low).ok()?;
        sums[at] = sums[at].saturating_add(n);
    }
    Some((low..=high).zip(sums).filter(|cell| cell.1 > 0).collect())
}
