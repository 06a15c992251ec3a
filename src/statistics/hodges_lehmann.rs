//! The middle of all pairwise averages of the changes.

use super::distribution::Z_975;
use super::estimate::Interval;
use super::signed_rank::sign_flip_tail;
use super::table::{CountTable, PairTable};
use super::undefined::{Defined, Undefined};

/// Pseudo-median of the changes, in real units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HodgesLehmann {
    /// Median of (dᵢ + dⱼ)/2 over i ≤ j, unchanged people kept.
    pub estimate: Defined<f64>,
    /// 95 % interval from order statistics of the same averages; conservative with ties.
    pub interval: Defined<Interval>,
}

/// Hodges–Lehmann (1963) estimate of the typical change.
///
/// R's `wilcox.test(conf.int = TRUE)` drops unchanged people and inverts a normal approximation; this keeps
/// them. Selection counts pairs below a value instead of listing them, so a million pairs cost no more than
/// the distinct changes. No pairs: undefined.
///
/// ```
/// use pencilmark::statistics::{PairTable, Unit, hodges_lehmann};
/// let two = hodges_lehmann(&PairTable::from_pairs(Unit::ONE, [(1, 3), (4, 3)]));
/// assert_eq!(two.estimate, Ok(0.5)); // of −1, 0.5 and 2
/// ```
pub fn hodges_lehmann(table: &PairTable) -> HodgesLehmann {
    let walsh = Walsh::of(&table.changes());
    let n = u128::from(table.n());
    if n == 0 {
        return HodgesLehmann { estimate: Err(Undefined::NoPairs), interval: Err(Undefined::NoPairs) };
    }
    let averages = n * (n + 1) / 2;
    let real = |sum: i128| table.unit().real(sum as f64 / 2.0);
    let (lower, upper) = (walsh.sum_at(averages.div_ceil(2)), walsh.sum_at(averages / 2 + 1));
    let tail = tail_rank(table.n());
    HodgesLehmann {
        estimate: Ok(table.unit().real((lower + upper) as f64 / 4.0)),
        interval: Ok(Interval { low: real(walsh.sum_at(tail)), high: real(walsh.sum_at(averages + 1 - tail)) }),
    }
}

/// Sums of two changes, never listed.
struct Walsh {
    changes: Vec<(i128, u128)>,
    /// People up to and including each change.
    up_to: Vec<u128>,
}

impl Walsh {
    fn of(changes: &CountTable) -> Self {
        let changes: Vec<(i128, u128)> = changes.cells().iter().map(|&(d, n)| (i128::from(d), u128::from(n))).collect();
        let up_to = changes
            .iter()
            .scan(0, |sum, c| {
                *sum += c.1;
                Some(*sum)
            })
            .collect();
        Self { changes, up_to }
    }

    /// Pairs of people i ≤ j whose changes sum to at most `limit`.
    fn at_most(&self, limit: i128) -> u128 {
        let (mut ordered, mut with_self) = (0_u128, 0_u128);
        let mut partner = self.changes.len();
        for &(d, n) in &self.changes {
            while partner > 0 && self.changes[partner - 1].0 + d > limit {
                partner -= 1;
            }
            if partner > 0 {
                ordered += n * self.up_to[partner - 1];
            }
            if 2 * d <= limit {
                with_self += n;
            }
        }
        (ordered + with_self) / 2
    }

    /// The sum at a rank from 1, by bisection on its value.
    fn sum_at(&self, rank: u128) -> i128 {
        let (Some(first), Some(last)) = (self.changes.first(), self.changes.last()) else { return 0 };
        let (mut low, mut high) = (2 * first.0, 2 * last.0);
        while low < high {
            let middle = low + (high - low).div_euclid(2);
            if self.at_most(middle) >= rank {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        low
    }
}

/// The rank K of the lower limit: R's qsignrank(.025, n) up to 300 people, its normal order above; at least 1.
fn tail_rank(n: u64) -> u128 {
    let size = n as f64;
    if n > 300 {
        let rank = size * (size + 1.0) / 4.0 - Z_975 * (size * (size + 1.0) * (2.0 * size + 1.0) / 24.0).sqrt();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "floor of a positive rank")]
        return (rank.floor() as u128).max(1);
    }
    let ranks = 1..=usize::try_from(n).unwrap_or(0);
    let half = ranks.clone().sum::<usize>() / 2;
    let tail = sign_flip_tail(ranks, half);
    let mut below = 0.0;
    let quantile = tail.iter().position(|p| {
        below += p;
        below >= 0.025 - 10.0 * f64::EPSILON // R's fuzz
    });
    quantile.unwrap_or(half).max(1) as u128
}
