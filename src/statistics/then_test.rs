//! Did people change, or did they come to judge their earlier selves differently?

use super::table::PairTable;
use super::unit::Unit;

/// Conventional and retrospective change side by side, each a table for
/// [`mean_change`](super::mean_change()) and [`effect_sizes`](super::effect_sizes); never only the retrospective one.
#[derive(Debug, Clone, PartialEq)]
pub struct ThenTest {
    /// after − before.
    pub conventional: PairTable,
    /// after − then: against the before as remembered afterwards.
    pub retrospective: PairTable,
    /// then − before: response shift (Howard 1980; Schwartz & Sprangers 1999).
    pub shift: PairTable,
}

/// Splits (before, then, after, people), in stored steps, into the three comparisons.
///
/// ```
/// use pencilmark::statistics::{Unit, mean_change, then_test};
/// // two people felt no more confident, and now say they had been less so than they thought
/// let test = then_test(Unit::ONE, &[(4, 3, 4, 2)]);
/// assert_eq!(mean_change(&test.conventional).mean, Ok(0.0));
/// assert_eq!(mean_change(&test.retrospective).mean, Ok(1.0));
/// assert_eq!(mean_change(&test.shift).mean, Ok(-1.0));
/// ```
pub fn then_test(unit: Unit, rows: &[(i64, i64, i64, u64)]) -> ThenTest {
    ThenTest {
        conventional: PairTable::from_counts(unit, rows.iter().map(|r| (r.0, r.2, r.3))),
        retrospective: PairTable::from_counts(unit, rows.iter().map(|r| (r.1, r.2, r.3))),
        shift: PairTable::from_counts(unit, rows.iter().map(|r| (r.0, r.1, r.3))),
    }
}
