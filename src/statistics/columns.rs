//! Several answers of the same people, as counts of distinct rows: items of a scale, or waves.

use super::moments::{Moments, co_deviation};
use super::unit::Unit;

/// Distinct rows of equally many scores with how many people gave each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowTable {
    unit: Unit,
    columns: usize,
    rows: Vec<(Vec<i64>, u64)>,
}

impl RowTable {
    /// From (scores, people) in stored steps. Rows of another length than `columns` are left out.
    pub fn from_counts(unit: Unit, columns: usize, counts: impl IntoIterator<Item = (Vec<i64>, u64)>) -> Self {
        let mut rows: Vec<(Vec<i64>, u64)> =
            counts.into_iter().filter(|(scores, n)| scores.len() == columns && *n > 0).collect();
        rows.sort_unstable();
        rows.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 = kept.1.saturating_add(next.1);
            }
            same
        });
        Self { unit, columns, rows }
    }

    /// What a step is worth.
    pub fn unit(&self) -> Unit {
        self.unit
    }

    /// Scores in a row.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The distinct rows.
    pub fn rows(&self) -> &[(Vec<i64>, u64)] {
        &self.rows
    }

    /// People.
    pub fn n(&self) -> u64 {
        self.rows.iter().fold(0, |sum, row| sum.saturating_add(row.1))
    }

    /// Moments of one column.
    pub(crate) fn column(&self, index: usize) -> Moments {
        Moments::of(self.rows.iter().map(|(scores, n)| (i128::from(scores[index]), *n)))
    }

    /// Sums of products of deviations of every two columns, in stored steps squared.
    pub(crate) fn co_deviations(&self) -> Vec<Vec<f64>> {
        let of = |i: usize, j: usize| {
            co_deviation(self.rows.iter().map(|(scores, n)| (i128::from(scores[i]), i128::from(scores[j]), *n)))
        };
        let half: Vec<Vec<f64>> = (0..self.columns).map(|i| (0..=i).map(|j| of(i, j)).collect()).collect();
        let at = |i: usize, j: usize| if j <= i { half[i][j] } else { half[j][i] };
        (0..self.columns).map(|i| (0..self.columns).map(|j| at(i, j)).collect()).collect()
    }
}
