//! Statistics of before/after pairs as pure functions of count tables.
//!
//! Nothing here ever sees a response: a [`PairTable`] of n\[before\]\[after\], [`CountTable`]s of people with
//! one side only, and per-cluster sums are enough for every method. Scores are integers, steps of a [`Unit`],
//! so differences, ties and zeros are exact; results are in real units. Change is always post − pre.
//! What cannot be computed says why ([`Undefined`]). Intervals are 95 %, tests two-sided unless named
//! otherwise. `docs/statistics.md` gives formulas, sources and what agrees with what.

mod claim;
mod counts;
mod descriptives;
mod direction;
pub mod distribution;
mod estimate;
mod mean_change;
mod moments;
mod percent_change;
mod table;
mod top_box;
mod undefined;
mod unit;

pub use claim::{Claim, Threshold, claim};
pub use counts::{Counts, counts};
pub use descriptives::{Summary, summary};
pub use direction::{Direction, Share, direction, share};
pub use estimate::{Interval, TTest};
pub use mean_change::{MeanChange, mean_change};
pub use percent_change::{Fieller, FiellerSet, PercentChange, percent_change};
pub use table::{Cell, CountTable, PairTable, UnitsDiffer};
pub use top_box::{McNemar, TopBox, top_box};
pub use undefined::{Defined, Undefined};
pub use unit::Unit;
