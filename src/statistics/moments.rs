//! Means, variances and covariances from integer sums, so that nothing cancels.

use super::table::{CountTable, PairTable};
use super::undefined::{Defined, Undefined};

/// n, mean and sum of squares about the mean of weighted integers, in stored steps.
///
/// Sums are exact in i128 after shifting by a whole number near the mean, and SS = S₂ − S₁²/n is then split
/// into its whole and fractional part, so a value of 10⁷ with changes of 0.1 keeps every digit. Only where
/// i128 would overflow does a two-pass sum in f64 take over.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Moments {
    /// People.
    pub n: u64,
    /// Mean; 0 where nobody is counted.
    pub mean: f64,
    /// A whole number near the mean, and what the mean exceeds it by.
    near: (i128, f64),
    /// Sum of squared deviations from the mean.
    pub ss: f64,
}

impl Moments {
    /// Of (value, people).
    pub(crate) fn of(values: impl Iterator<Item = (i128, u64)> + Clone) -> Self {
        let n = values.clone().fold(0_u64, |sum, (_, n)| sum.saturating_add(n));
        let sums = Shifted::of(values.clone().map(|(x, n)| (x, x, n)), n);
        let mean = sums.as_ref().map_or_else(|| float_mean(values.clone(), n), |s| s.mean_x(n));
        let near = sums.as_ref().map_or((0, mean), |s| (s.shift_x, s.x as f64 / n.max(1) as f64));
        let ss = sums
            .and_then(|s| s.co_deviation(n))
            .unwrap_or_else(|| values.map(|(x, count)| (x as f64 - mean) * (x as f64 - mean) * count as f64).sum());
        Self { n, mean, near, ss }
    }

    /// Of one margin or of the changes.
    pub(crate) fn of_table(table: &CountTable) -> Self {
        Self::of(table.cells().iter().map(|&(value, n)| (i128::from(value), n)))
    }

    /// The sum of squares about the mean from n, Σx and Σx².
    pub(crate) fn ss_from_sums(n: u64, sum: i128, squares: i128) -> f64 {
        if n == 0 {
            return 0.0;
        }
        // Shifting by the whole part c of the mean: Σ(x−c)² = Σx² − 2cΣx + nc²
        let total = i128::from(n);
        let shift = sum / total;
        let rest = sum - shift * total;
        let xy = shift.checked_mul(sum.saturating_add(rest)).and_then(|part| squares.checked_sub(part));
        xy.and_then(|xy| Shifted { shift_x: shift, x: rest, y: rest, xy }.co_deviation(n))
            .unwrap_or_else(|| squares as f64 - sum as f64 * (sum as f64 / n as f64))
            .max(0.0)
    }

    /// Difference of two means, subtracted as whole numbers first: large means cost no digits.
    pub(crate) fn mean_above(&self, other: &Self) -> f64 {
        (self.near.0 - other.near.0) as f64 + (self.near.1 - other.near.1)
    }

    /// Variance with n − 1.
    pub(crate) fn variance(&self) -> Defined<f64> {
        if self.n < 2 { Err(Undefined::FewerThan(2)) } else { Ok(self.ss / (self.n - 1) as f64) }
    }
}

/// Moments of before, after and change together, in stored steps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct PairMoments {
    pub pre: Moments,
    pub post: Moments,
    pub change: Moments,
    /// Sum of products of deviations of before and change.
    pub pre_change: f64,
    /// Sum of products of deviations of before and after.
    pub pre_post: f64,
}

impl PairMoments {
    pub(crate) fn of(table: &PairTable) -> Self {
        let cells = table.cells();
        let pre = cells.iter().map(|c| (i128::from(c.pre), c.n));
        let post = cells.iter().map(|c| (i128::from(c.post), c.n));
        let change = cells.iter().map(|c| (i128::from(c.post) - i128::from(c.pre), c.n));
        Self {
            pre_change: co_deviation(pre.clone().zip(change.clone()).map(|((x, n), (y, _))| (x, y, n))),
            pre_post: co_deviation(pre.clone().zip(post.clone()).map(|((x, n), (y, _))| (x, y, n))),
            pre: Moments::of(pre),
            post: Moments::of(post),
            change: Moments::of(change),
        }
    }

    /// n − 1 as a float.
    pub(crate) fn df(&self) -> f64 {
        self.pre.n.saturating_sub(1) as f64
    }
}

/// Sum of products of deviations from the means of weighted integer pairs.
pub(crate) fn co_deviation(values: impl Iterator<Item = (i128, i128, u64)> + Clone) -> f64 {
    let n = values.clone().fold(0_u64, |sum, v| sum.saturating_add(v.2));
    Shifted::of(values.clone(), n).and_then(|s| s.co_deviation(n)).unwrap_or_else(|| {
        let mean_x = float_mean(values.clone().map(|(x, _, n)| (x, n)), n);
        let mean_y = float_mean(values.clone().map(|(_, y, n)| (y, n)), n);
        values.map(|(x, y, count)| (x as f64 - mean_x) * (y as f64 - mean_y) * count as f64).sum()
    })
}

/// Exact sums of integers after subtracting a whole number near each mean.
struct Shifted {
    shift_x: i128,
    x: i128,
    y: i128,
    xy: i128,
}

impl Shifted {
    /// `None` if a sum does not fit i128.
    fn of(values: impl Iterator<Item = (i128, i128, u64)> + Clone, n: u64) -> Option<Self> {
        if n == 0 {
            return Some(Self { shift_x: 0, x: 0, y: 0, xy: 0 });
        }
        let (mut x, mut y) = (0_i128, 0_i128);
        for (vx, vy, count) in values.clone() {
            x = x.checked_add(vx.checked_mul(i128::from(count))?)?;
            y = y.checked_add(vy.checked_mul(i128::from(count))?)?;
        }
        let total = i128::from(n);
        let (shift_x, shift_y) = (x / total, y / total);
        let mut xy = 0_i128;
        for (vx, vy, count) in values {
            let product = vx.checked_sub(shift_x)?.checked_mul(vy.checked_sub(shift_y)?)?;
            xy = xy.checked_add(product.checked_mul(i128::from(count))?)?;
        }
        Some(Self { shift_x, x: x - shift_x * total, y: y - shift_y * total, xy })
    }

    fn mean_x(&self, n: u64) -> f64 {
        if n == 0 {
            return 0.0;
        }
        // the whole sum in one division keeps the mean correctly rounded where it fits an f64
        match self.shift_x.checked_mul(i128::from(n)).and_then(|whole| whole.checked_add(self.x)) {
            Some(sum) => sum as f64 / n as f64,
            None => self.shift_x as f64 + self.x as f64 / n as f64,
        }
    }

    /// xy − x·y/n without cancellation: `None` if x·y does not fit.
    fn co_deviation(&self, n: u64) -> Option<f64> {
        if n == 0 {
            return Some(0.0);
        }
        let total = i128::from(n);
        let product = self.x.checked_mul(self.y)?;
        let (quotient, rest) = (product.div_euclid(total), product.rem_euclid(total));
        let whole = self.xy.checked_sub(quotient)?;
        Some(match whole.checked_mul(total).and_then(|scaled| scaled.checked_sub(rest)) {
            Some(scaled) => scaled as f64 / n as f64,
            None => whole as f64 - rest as f64 / n as f64,
        })
    }
}

fn float_mean(values: impl Iterator<Item = (i128, u64)>, n: u64) -> f64 {
    if n == 0 { 0.0 } else { values.map(|(x, count)| x as f64 * (count as f64 / n as f64)).sum() }
}
