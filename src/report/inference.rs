//! Intervals and tests of a change, by cluster wherever there are two.

use crate::statistics::{
    self, Defined, PairTable, TopBox, Undefined, clustered_change, clustered_percent_change, mean_change,
    percent_change,
};

use super::clusters::{Cluster, ClusterTally};
use super::estimate::{Limits, defined};
use super::suppression::{Figure, Withheld};
use super::tally::Tally;

/// The interval of a share whose befores and afters are taken for different people.
pub const UNPAIRED: &str = "Newcombe’s method 10, unpaired";

/// A standard error and its degrees of freedom.
pub(super) type Error = Defined<(f64, f64)>;

/// What is known of a change beside its size.
pub(super) struct Inference {
    /// The interval that is printed.
    pub limits: Limits,
    /// Its standard error.
    pub error: Error,
    /// Test of no change, two-sided, with its name.
    pub test: NamedTest,
    /// The interval that treats every person as independent; `None` is withheld.
    pub naive: Option<Limits>,
    /// The same of the test.
    pub naive_test: NamedTest,
    /// Whether limits may be given no finer than they are printed.
    pub coarse: bool,
    /// Whether sessions and families do not differ at all, so that an interval of independent people stands in.
    pub alike: bool,
}

/// A p value with the name of its test.
pub(super) type NamedTest = (Figure<f64>, &'static str);

/// The standard normal quantile at 97.5 %.
const Z_975: f64 = 1.959_963_984_540_054;

/// What stands in the appendix, and in the place of an interval by cluster where there is one cluster.
struct Naive {
    limits: Defined<statistics::Interval>,
    error: Error,
    test: NamedTest,
    /// Its method, and the same said of one session.
    methods: [&'static str; 2],
    /// Its method where clusters do not differ, for what can be judged by the number of people alone.
    when_alike: Option<&'static str>,
}

impl Inference {
    /// Of a mean change.
    pub fn of_means(table: &PairTable, clusters: &ClusterTally) -> Inference {
        let change = mean_change(table);
        let naive = Naive {
            limits: if change.collapsed { Err(Undefined::AllChangesEqual) } else { change.interval },
            error: change.se.map(|se| (se, table.n().saturating_sub(1) as f64)),
            test: (defined(change.test.map(|test| test.p)), "paired t-test"),
            methods: ["Student’s t", "Student’s t, one session"],
            when_alike: None,
        };
        Inference::by_cluster(table, clusters, naive)
    }

    /// Of the share of people at or above a cut; `positives` is their table.
    ///
    /// Where who changed sides is not shown, neither is what would tell it: together with the levels, an interval
    /// of single people's changes gives the number of those who crossed. Then the interval is by session, or else
    /// one that depends on the levels alone.
    pub fn of_shares(positives: &PairTable, cut: &TopBox, clusters: &ClusterTally, switch_is_shown: bool) -> Inference {
        let naive = Naive {
            limits: cut.interval,
            error: cut.interval.map(normal_error),
            test: (defined(cut.mcnemar.map(|test| test.p_mid)), "McNemar’s mid-p test"),
            methods: ["Newcombe’s method 10", "Newcombe’s method 10, one session"],
            // A share has an interval even where everybody changed sides.
            when_alike: Some("Newcombe’s method 10, all alike"),
        };
        let found = Inference::by_cluster(positives, clusters, naive);
        if switch_is_shown { found } else { found.without_switches(cut, clusters) }
    }

    /// The same without what tells who changed sides.
    pub fn without_switches(mut self, cut: &TopBox, clusters: &ClusterTally) -> Inference {
        let withheld = || Figure::Withheld(Withheld::ProtectsAnother);
        self.naive = None;
        self.naive_test.0 = withheld();
        self.coarse = true;
        if clusters.tells_of_people() || self.alike || self.limits.0.is_err() {
            self.limits = (cut.unpaired, UNPAIRED);
            self.error = cut.unpaired.map(normal_error);
            self.test.0 = withheld();
        }
        self
    }

    /// CR2 with Satterthwaite's degrees of freedom; with one cluster the naive interval.
    fn by_cluster(table: &PairTable, clusters: &ClusterTally, naive: Naive) -> Inference {
        let [method, one_session] = naive.methods;
        let robust = clustered_change(table.unit(), &clusters.sums);
        let alike_method = naive.when_alike.filter(|_| robust.is_ok_and(|robust| robust.test.is_err()));
        let (limits, error, test) = match (robust, alike_method) {
            (Err(_), _) => ((naive.limits, one_session), naive.error, naive.test.clone()),
            (Ok(_), Some(method)) => ((naive.limits, method), naive.error, naive.test.clone()),
            (Ok(robust), None) => {
                let limits = robust.test.map(|_| robust.interval).map_err(|_| alike(table));
                let test = (defined(robust.test.map(|test| test.p)), "t-test with CR2");
                ((limits, cr2(clusters.unit())), limits.map(|_| (robust.se, robust.df)), test)
            }
        };
        Inference {
            limits,
            error,
            test,
            naive: Some((naive.limits, method)),
            naive_test: naive.test,
            coarse: false,
            alike: alike_method.is_some(),
        }
    }
}

/// Why an interval by cluster has no width.
fn alike(table: &PairTable) -> Undefined {
    if mean_change(table).collapsed { Undefined::AllChangesEqual } else { Undefined::ClustersAlike }
}

/// A standard error as a normal interval of this width would have.
fn normal_error(limits: statistics::Interval) -> (f64, f64) {
    ((limits.high - limits.low) / (2.0 * Z_975), f64::from(u32::MAX))
}

/// The relative change of the mean with Fieller's limits, by cluster and naive: value, printed, appendix.
pub(super) fn of_percent(tally: &Tally<'_>, clusters: &ClusterTally) -> (Defined<f64>, Limits, Limits) {
    let table = tally.percents();
    let found = percent_change(&table);
    let limits = |fieller: Defined<statistics::Fieller>| {
        let bounded = fieller.and_then(|fieller| fieller.interval());
        // No width comes from changes without spread: it is no certainty.
        bounded.and_then(|limits| if limits.high - limits.low > 1e-9 { Ok(limits) } else { Err(alike(&table)) })
    };
    let naive = limits(found.fieller);
    let printed = match clustered_percent_change(&clusters.sums).cr2 {
        Err(Undefined::OneCluster) => (naive, "Fieller, one session"),
        robust => (limits(robust), fieller_cr2(clusters.unit())),
    };
    (found.value, printed, (naive, "Fieller"))
}

fn cr2(unit: Cluster) -> &'static str {
    match unit {
        Cluster::Session => "CR2 by session",
        Cluster::Family => "CR2 by family",
        Cluster::SessionOrFamily => "CR2 by session and family",
    }
}

fn fieller_cr2(unit: Cluster) -> &'static str {
    match unit {
        Cluster::Session => "Fieller with CR2 by session",
        Cluster::Family => "Fieller with CR2 by family",
        Cluster::SessionOrFamily => "Fieller with CR2 by session and family",
    }
}
