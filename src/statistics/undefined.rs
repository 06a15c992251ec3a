//! Why a statistic has no value.

/// The reason a statistic is undefined for a table; never NaN, 0, ∞ or an empty cell.
///
/// [`Display`](std::fmt::Display) gives the words that exports carry: `{"undefined":"n < 2"}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Undefined {
    /// Nothing was counted.
    #[error("no values")]
    NoValues,
    /// Nobody has both a before and an after.
    #[error("no pairs")]
    NoPairs,
    /// Fewer people than the method needs.
    #[error("n < {0}")]
    FewerThan(u64),
    /// The changes have no spread, so there is nothing to compare their mean with.
    #[error("all changes equal")]
    AllChangesEqual,
    /// A percent change needs a before mean above zero.
    #[error("pre mean not positive")]
    PreMeanNotPositive,
    /// A log ratio needs an after mean above zero.
    #[error("post mean not positive")]
    PostMeanNotPositive,
    /// `post − threshold × pre` has no spread.
    #[error("all values of post − threshold × pre equal")]
    AllEqualAtThreshold,
    /// Nobody changed.
    #[error("no non-zero change")]
    NoChange,
    /// Nobody crossed the cut in either direction.
    #[error("no discordant pair")]
    NoDiscordantPair,
    /// Neither before nor after has any spread.
    #[error("pre and post constant")]
    BothConstant,
    /// A correlation needs spread on both sides.
    #[error("pre or post constant")]
    PreOrPostConstant,
    /// Welch's t needs spread on one side at least.
    #[error("both sides constant")]
    SidesConstant,
    /// All values are tied, so there are no ranks.
    #[error("all values equal")]
    AllValuesEqual,
    /// Inverse-probability weights need a completer beside every drop-out.
    #[error("a pre value of drop-outs has no completer")]
    NoCompleterAtPreValue,
    /// Bhapkar's statistic divides by zero when everyone moved the same way.
    #[error("infinite: every pair changed in one direction")]
    OneDirection,
    /// One cluster says nothing about variation between clusters.
    #[error("fewer than 2 clusters")]
    OneCluster,
    /// The mean change is the same in every cluster: nothing varies between them.
    #[error("the same mean change in every cluster")]
    ClustersAlike,
    /// Every cluster holds one person: nothing varies within clusters.
    #[error("no cluster has 2 members")]
    SingletonClusters,
    /// Too few categories were used.
    #[error("fewer than 2 categories")]
    OneCategory,
    /// More categories than the method is meant for.
    #[error("more than {0} categories")]
    TooManyCategories(u64),
    /// The exact test counts by enumeration, which is bounded.
    #[error("more than {0} non-zero changes for the exact test")]
    TooManyForExact(u64),
    /// Items or waves without spread in their sum.
    #[error("no variation")]
    NoVariation,
    /// Fewer items or waves than the method needs.
    #[error("fewer than {0} columns")]
    FewColumns(u64),
    /// An iteration did not settle.
    #[error("did not converge")]
    NotConverged,
    /// A result beyond floating point.
    #[error("beyond the range of numbers")]
    OutOfRange,
    /// A limit of the scale is not declared.
    #[error("limits of the scale not known")]
    NoScaleLimits,
    /// Group means of the covariate cannot be told apart from the group.
    #[error("no variation of pre within groups")]
    NoCovariateVariation,
    /// Fieller's set is not an interval: the before mean is too uncertain.
    #[error("cannot be bounded")]
    CannotBeBounded,
}

/// A value, or the reason there is none.
pub type Defined<T> = Result<T, Undefined>;
