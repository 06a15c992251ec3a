//! How before and after go together.

use super::moments::{PairMoments, co_deviation};
use super::ranks::doubled_midranks;
use super::table::{CountTable, PairTable};
use super::undefined::{Defined, Undefined};

/// Pearson's correlation of before and after. Undefined below two pairs and where a side has no spread.
pub fn pearson(table: &PairTable) -> Defined<f64> {
    let moments = PairMoments::of(table);
    ratio(table, moments.pre_post, moments.pre.ss, moments.post.ss)
}

/// Spearman's correlation: Pearson's of the midranks. Undefined as [`pearson`].
pub fn spearman(table: &PairTable) -> Defined<f64> {
    let ranks = |margin: &CountTable| -> Vec<(i64, i128)> {
        doubled_midranks(margin.cells(), 0).into_iter().map(|(value, _, rank)| (value, rank)).collect()
    };
    let (before, after) = (ranks(&table.pre()), ranks(&table.post()));
    let of = |ranks: &[(i64, i128)], value: i64| {
        ranks.binary_search_by_key(&value, |r| r.0).map_or(0, |index| ranks[index].1)
    };
    let pairs: Vec<(i128, i128, u64)> =
        table.cells().iter().map(|c| (of(&before, c.pre), of(&after, c.post), c.n)).collect();
    let together = co_deviation(pairs.iter().copied());
    let first = co_deviation(pairs.iter().map(|p| (p.0, p.0, p.2)));
    let second = co_deviation(pairs.iter().map(|p| (p.1, p.1, p.2)));
    ratio(table, together, first, second)
}

fn ratio(table: &PairTable, together: f64, before: f64, after: f64) -> Defined<f64> {
    if table.n() < 2 {
        Err(Undefined::FewerThan(2))
    } else if before <= 0.0 || after <= 0.0 {
        Err(Undefined::PreOrPostConstant)
    } else {
        Ok((together / before.sqrt() / after.sqrt()).clamp(-1.0, 1.0))
    }
}
