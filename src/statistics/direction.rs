//! How many improved, stayed the same and declined.

use super::distribution::Z_975;
use super::estimate::Interval;
use super::table::PairTable;
use super::undefined::{Defined, Undefined};

/// A count of a total, in percent with Wilson's interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    /// People counted.
    pub count: u64,
    /// Of how many.
    pub n: u64,
    /// 100 · count / n.
    pub percent: Defined<f64>,
    /// Wilson's 95 % interval in percent; exactly 0 or 100 where nobody or everybody is counted.
    pub interval: Defined<Interval>,
}

impl Share {
    /// The same with `no pairs` as the reason when n is 0.
    pub(crate) fn of_pairs(self) -> Self {
        let reason = |_| Undefined::NoPairs;
        Self { percent: self.percent.map_err(reason), interval: self.interval.map_err(reason), ..self }
    }
}

/// A share with Wilson's 95 % interval (Wilson 1927), without continuity correction
/// (recommended by Brown, Cai & DasGupta 2001). Agrees with R's `prop.test(x, n, correct = FALSE)`.
///
/// `n = 0` is undefined (`no values`); a count above n counts as n.
///
/// ```
/// use pencilmark::statistics::share;
/// let nobody = share(0, 12);
/// assert_eq!(nobody.interval.unwrap().low, 0.0); // a limit, not a rounding
/// assert!((nobody.interval.unwrap().high - 24.249_400_665_524_09).abs() < 1e-9);
/// ```
pub fn share(count: u64, n: u64) -> Share {
    let count = count.min(n);
    if n == 0 {
        return Share { count, n, percent: Err(Undefined::NoValues), interval: Err(Undefined::NoValues) };
    }
    let wilson = wilson(count, n);
    Share {
        count,
        n,
        percent: Ok(100.0 * count as f64 / n as f64),
        interval: Ok(Interval { low: 100.0 * wilson.low, high: 100.0 * wilson.high }),
    }
}

/// Wilson's 95 % limits as proportions, for n > 0 and count ≤ n.
pub(crate) fn wilson(count: u64, n: u64) -> Interval {
    let (x, size, square) = (count as f64, n as f64, Z_975 * Z_975);
    let centre = x + square / 2.0;
    let half = Z_975 * (x * ((n - count) as f64) / size + square / 4.0).sqrt();
    Interval {
        low: if count == 0 { 0.0 } else { (centre - half) / (size + square) },
        high: if count == n { 1.0 } else { (centre + half) / (size + square) },
    }
}

/// Shares of pairs whose score rose, stayed and fell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Direction {
    /// post > pre.
    pub improved: Share,
    /// post = pre.
    pub same: Share,
    /// post < pre.
    pub declined: Share,
}

/// Shares that rose, stayed and fell by `at_least` stored steps or more (1 for any change).
///
/// "Improved" is a higher score; where lower is better the caller swaps the words, never the sign.
/// A change smaller than `at_least` counts as the same. Without pairs the shares are undefined (`no pairs`).
pub fn direction(table: &PairTable, at_least: u64) -> Direction {
    let least = i128::from(at_least.max(1));
    let by = |pre: i64, post: i64| i128::from(post) - i128::from(pre);
    let improved = table.count(|pre, post| by(pre, post) >= least);
    let declined = table.count(|pre, post| by(pre, post) <= -least);
    let of = |count| share(count, table.n()).of_pairs();
    Direction {
        improved: of(improved),
        same: of(table.n().saturating_sub(improved).saturating_sub(declined)),
        declined: of(declined),
    }
}
