//! Statistics of before/after pairs as pure functions of count tables.
//!
//! Nothing here ever sees a response: a [`PairTable`] of n\[before\]\[after\], [`CountTable`]s of people with
//! one side only, and per-cluster sums are enough for every method. Scores are integers, steps of a [`Unit`],
//! so differences, ties and zeros are exact; results are in real units. Change is always post − pre.
//! What cannot be computed says why ([`Undefined`]). Intervals are 95 %, tests two-sided unless named
//! otherwise. `docs/statistics.md` gives formulas, sources and what agrees with what.

mod agreement;
mod attrition;
mod bootstrap;
mod caution;
mod claim;
mod clustered_percent;
mod clusters;
mod columns;
mod comparison;
mod correlation;
mod counts;
mod descriptives;
mod direction;
pub mod distribution;
mod effect;
mod equivalence;
mod estimate;
mod factor;
mod hodges_lehmann;
mod marginal;
mod mean_change;
mod moments;
mod multiplicity;
mod named;
mod named_paired;
mod noncentral;
mod partial;
mod percent_change;
mod ranks;
mod reliability;
mod sign;
mod signed_rank;
mod table;
mod then_test;
mod top_box;
mod undefined;
mod unit;
mod unmatched;
pub mod verify;
mod waves;

pub use agreement::{Agreement, Kappa, agreement};
pub use attrition::{Attrition, attrition};
pub use bootstrap::{ratio_acceleration, ratio_bca};
pub use caution::{
    CLEAR_CLUSTERS, CLEAR_MATCH_RATE, CLEAR_PAIRS, Caution, Evidence, FEWEST_PAIRS, Grade, Reservation, caution,
};
pub use claim::{Claim, Threshold, claim};
pub use clustered_percent::{ClusteredPercent, clustered_percent_change};
pub use clusters::{
    ClusterInterval, ClusterPairs, ClusterSums, Clustered, clustered, clustered_change, clustered_difference,
    intraclass_correlation,
};
pub use columns::RowTable;
pub use comparison::{Ancova, ancova, difference_in_differences};
pub use correlation::{pearson, spearman};
pub use counts::{Counts, counts};
pub use descriptives::{Summary, summary};
pub use direction::{Direction, Share, direction, share};
pub use effect::{EffectSizes, effect_sizes};
pub use equivalence::{Equivalence, equivalence};
pub use estimate::{Interval, TTest};
pub use hodges_lehmann::{HodgesLehmann, hodges_lehmann};
pub use marginal::{ChiSquaredTest, MAX_CATEGORIES, MarginalTests, marginal_tests};
pub use mean_change::{MeanChange, mean_change};
pub use multiplicity::{benjamini_hochberg, holm};
pub use named::{Named, Stat};
pub use named_paired::{Paired, named_paired};
pub use noncentral::d_z_interval;
pub use partial::{PartiallyOverlapping, Variances, partially_overlapping};
pub use percent_change::{Fieller, FiellerSet, PercentChange, percent_change};
pub use reliability::{ItemReliability, Reliability, ScaleReliability, reliability, reliability_of_sums};
pub use sign::sign_test;
pub use signed_rank::{MAX_EXACT, NormalTest, SignedRank, Zeros, wilcoxon_signed_rank};
pub use table::{Cell, CountTable, PairTable, UnitsDiffer};
pub use then_test::{ThenTest, then_test};
pub use top_box::{McNemar, TopBox, top_box};
pub use undefined::{Defined, Undefined};
pub use unit::Unit;
pub use unmatched::{
    ExactMannWhitney, IndependentEffect, MannWhitney, Welch, independent_effect, mann_whitney, mann_whitney_exact,
    welch,
};
pub use waves::{Friedman, RepeatedMeasures, friedman, repeated_measures, trend};
