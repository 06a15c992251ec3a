//! Wilcoxon's signed-rank test under both conventions for people who did not change.

use std::collections::BTreeMap;

use super::distribution::{normal_ln_two_sided, normal_two_sided};
use super::ranks::doubled_midranks;
use super::table::PairTable;
use super::undefined::{Defined, Undefined};

/// The exact p is counted up to this many non-zero changes.
pub const MAX_EXACT: u64 = 400;

/// What is done with people who did not change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zeros {
    /// Left out before ranking (Wilcoxon 1945): R's `wilcox.test`, SciPy's `zero_method="wilcox"`.
    Dropped,
    /// Ranked with the others, their ranks then dropped (Pratt 1959): coin's default, SciPy's `"pratt"`.
    /// The one to print: with many unchanged answers, dropping them overstates the evidence.
    Pratt,
}

/// A signed-rank test of no change.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SignedRank {
    /// People who changed.
    pub n_nonzero: u64,
    /// Sum of the ranks of increases.
    pub w_plus: f64,
    /// Sum of the ranks of decreases.
    pub w_minus: f64,
    /// Normal approximation with the variance given the ties, no continuity correction; undefined
    /// where nobody changed.
    pub approximate: Defined<NormalTest>,
    /// Two-sided p with a correction of 0.5 toward the mean, as R's `correct = TRUE`.
    pub p_corrected: Defined<f64>,
    /// Exact two-sided p over all sign flips given the midranks; 1 where nobody changed.
    pub p_exact: Defined<f64>,
    /// Exact one-sided p for an increase.
    pub p_exact_greater: Defined<f64>,
    /// Matched-pairs rank-biserial correlation (W₊ − W₋)/(W₊ + W₋) (Kerby 2014): −1 all fell, +1 all rose.
    pub rank_biserial: Defined<f64>,
}

/// A test by a standard normal statistic.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NormalTest {
    /// The statistic; positive for an increase.
    pub z: f64,
    /// Two-sided p.
    pub p: f64,
    /// log₁₀ of `p`, which keeps its digits where `p` underflows to 0.
    pub log10_p: f64,
}

impl NormalTest {
    pub(crate) fn new(z: f64) -> Self {
        let ln_p = normal_ln_two_sided(z);
        Self { z, p: ln_p.exp(), log10_p: ln_p / std::f64::consts::LN_10 }
    }
}

impl SignedRank {
    /// The p to print: exact up to 200 people who changed, the approximation above.
    pub fn p(&self) -> Defined<f64> {
        if self.n_nonzero <= 200 { self.p_exact } else { self.approximate.map(|test| test.p) }
    }
}

/// Signed-rank test of the changes, with midranks for ties.
///
/// The exact p counts sign flips given the midranks (Streitberg & Röhmel 1986), so it is exact with ties too:
/// SciPy's `method="exact"` ignores them. Defined for up to [`MAX_EXACT`] non-zero changes.
///
/// ```
/// use pencilmark::statistics::{PairTable, Unit, Zeros, wilcoxon_signed_rank};
/// let table = PairTable::from_counts(Unit::ONE, [(3, 3, 10), (3, 4, 5), (4, 3, 1)]);
/// let dropped = wilcoxon_signed_rank(&table, Zeros::Dropped);
/// let pratt = wilcoxon_signed_rank(&table, Zeros::Pratt);
/// assert_eq!(dropped.w_plus, 17.5); // six people share ranks 1 to 6
/// assert_eq!(pratt.w_plus, 67.5); // and ranks 11 to 16 with the unchanged below them
/// ```
pub fn wilcoxon_signed_rank(table: &PairTable, zeros: Zeros) -> SignedRank {
    let ranks = ranks(table, zeros);
    let n_nonzero = ranks.iter().fold(0_u64, |sum, r| sum.saturating_add(r.up).saturating_add(r.down));
    let plus: i128 = ranks.iter().map(|r| r.doubled * i128::from(r.up)).sum();
    let minus: i128 = ranks.iter().map(|r| r.doubled * i128::from(r.down)).sum();
    let sd = ranks.iter().map(|r| (r.doubled as f64).powi(2) * (r.up as f64 + r.down as f64)).sum::<f64>().sqrt();
    let changed = if n_nonzero == 0 { Err(Undefined::NoChange) } else { Ok(()) };
    let exact = exact(&ranks, n_nonzero, plus, minus, table.n());
    SignedRank {
        n_nonzero,
        w_plus: plus as f64 / 2.0,
        w_minus: minus as f64 / 2.0,
        approximate: changed.map(|()| NormalTest::new((plus - minus) as f64 / sd)),
        p_corrected: changed.map(|()| {
            // 0.5 of W is 2 of the doubled difference W₊ − W₋
            let gap = (plus - minus) as f64;
            normal_two_sided((gap - 2.0 * gap.signum() * f64::from(u8::from(plus != minus))) / sd)
        }),
        p_exact: exact.map(|e| e.0),
        p_exact_greater: exact.map(|e| e.1),
        rank_biserial: changed.map(|()| (plus - minus) as f64 / (plus + minus) as f64),
    }
}

/// People who rose and fell by one absolute change, with twice its midrank.
struct Rank {
    doubled: i128,
    up: u64,
    down: u64,
}

fn ranks(table: &PairTable, zeros: Zeros) -> Vec<Rank> {
    let mut by_size: BTreeMap<u64, (u64, u64)> = BTreeMap::new();
    for &(change, n) in table.changes().cells() {
        let entry = by_size.entry(change.unsigned_abs()).or_default();
        let side = if change > 0 { &mut entry.0 } else { &mut entry.1 };
        *side = side.saturating_add(n);
    }
    let unchanged = by_size.remove(&0).map_or(0, |entry| entry.1);
    let sizes: Vec<((u64, u64), u64)> = by_size.into_values().map(|e| (e, e.0.saturating_add(e.1))).collect();
    let below = if zeros == Zeros::Pratt { unchanged } else { 0 };
    doubled_midranks(&sizes, below).into_iter().map(|((up, down), _, doubled)| Rank { doubled, up, down }).collect()
}

/// (two-sided, greater): the lower tail of W over all sign flips is counted up to the smaller sum.
fn exact(ranks: &[Rank], n_nonzero: u64, plus: i128, minus: i128, n: u64) -> Defined<(f64, f64)> {
    if n == 0 {
        return Err(Undefined::NoPairs);
    }
    if n_nonzero > MAX_EXACT {
        return Err(Undefined::TooManyForExact(MAX_EXACT));
    }
    let step = ranks.iter().map(|r| r.doubled).fold(0, gcd).max(1);
    let weights = ranks.iter().flat_map(|r| {
        let weight = usize::try_from(r.doubled / step).unwrap_or(usize::MAX);
        (0..r.up + r.down).map(move |_| weight)
    });
    let least = usize::try_from(plus.min(minus) / step).unwrap_or(usize::MAX);
    let tail = sign_flip_tail(weights, least);
    let (below, at): (f64, f64) = (tail[..least].iter().sum(), tail[least]);
    let lower = below + at; // P(W ≤ the smaller sum), and by symmetry P(W ≥ the larger)
    Ok(((2.0 * lower).min(1.0), if plus >= minus { lower.min(1.0) } else { 1.0 - below }))
}

/// P(W = w) for w ≤ limit, where each of at most 1000 weights counts with probability one half.
///
/// Coefficients of ∏ (1 + x^weight) as counts, divided by 2^weights at the end: 2¹⁰⁰⁰ fits an f64.
pub(crate) fn sign_flip_tail(weights: impl Iterator<Item = usize>, limit: usize) -> Vec<f64> {
    let mut tail = vec![0.0; limit + 1];
    tail[0] = 1.0;
    let (mut reached, mut flips) = (0_usize, 0_i32);
    for weight in weights {
        flips += 1;
        reached = reached.saturating_add(weight).min(limit);
        // from the top in blocks of one weight, so that source and target never overlap and the loop is vectorised
        let mut end = reached + 1;
        while end > weight {
            let start = end.saturating_sub(weight).max(weight);
            let (source, target) = tail.split_at_mut(start);
            for (to, from) in target[..end - start].iter_mut().zip(&source[start - weight..]) {
                *to += from;
            }
            end = start;
        }
    }
    let scale = 0.5_f64.powi(flips);
    tail.iter_mut().for_each(|ways| *ways *= scale);
    tail
}

fn gcd(a: i128, b: i128) -> i128 {
    if b == 0 { a } else { gcd(b, a % b) }
}
