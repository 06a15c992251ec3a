//! Whom an interval takes as the units that vary: sessions, and families where a session is one-off.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::statistics::{CLEAR_CLUSTERS, ClusterPairs};

use super::breakdown::signed;
use super::suppression::{Figure, Withheld, lone_count};
use super::tally::{Scale, Tally};

/// Below this many clusters no interval by cluster is to be trusted.
const FEWEST_CLUSTERS: u64 = 4;

/// People to a cluster, on average, from which an interval by cluster no longer follows from counts of people.
const HIDES_PEOPLE: u64 = 2;

/// The clusters behind an interval.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Clusters {
    /// What they are.
    pub unit: Cluster,
    /// How many. Families are counted for everyone only: of a group that is not shown they would tell how
    /// many people it has at least.
    pub count: Figure<i64>,
    /// Whether they are enough.
    pub standing: Standing,
    /// Whether they do not differ at all, so that the interval treats everybody as independent.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub alike: bool,
}

/// What a cluster is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Cluster {
    /// People whose before was answered at the same session.
    Session,
    /// People of one family, where all befores were answered at one-off sessions.
    Family,
    /// Both, some people of each kind.
    SessionOrFamily,
}

/// Whether clusters are enough for an interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// One: no interval by cluster, so the naive one stands in its place.
    One,
    /// Two or three: an interval, but none to be trusted.
    FewerThanFour,
    /// Four to nine: a rough one.
    FewerThanTen,
    /// Ten or more.
    Enough,
}

impl Standing {
    /// Its key among the words.
    pub fn key(self) -> &'static str {
        match self {
            Standing::One => "one",
            Standing::FewerThanFour => "fewer_than_four",
            Standing::FewerThanTen => "fewer_than_ten",
            Standing::Enough => "enough",
        }
    }
}

/// What the clusters of a tally contribute.
pub(super) struct ClusterTally {
    pub sums: Vec<ClusterPairs>,
    sessions: u64,
    families: u64,
    people: u64,
}

impl ClusterTally {
    /// Sums by session, and by family where the session is one-off. Who is in no family of two or more is a
    /// family of one.
    pub fn of(tally: &Tally<'_>, scale: Scale) -> ClusterTally {
        let mut sessions: BTreeMap<i64, (u64, i128, i128)> = BTreeMap::new();
        let mut alone = ClusterPairs { size: 1, ..ClusterPairs::default() };
        for (row, pre, post, n) in tally.matched_rows(scale) {
            let (before, change) = (i128::from(pre), i128::from(post - pre));
            if row.one_off {
                alone = alone + ClusterPairs::one(1, before, change) * n;
            } else {
                let (people, befores, changes) = sessions.entry(row.count.group.session_id).or_default();
                *people += n;
                *befores += before * i128::from(n);
                *changes += change * i128::from(n);
            }
        }
        let mut families: BTreeMap<u64, ClusterPairs> = BTreeMap::new();
        for (family, people) in tally.matched_families(scale) {
            alone = alone - people;
            families.entry(family.size).and_modify(|others| *others = *others + family).or_insert(family);
        }
        let of_sessions = sessions.values().map(|&(size, before, change)| ClusterPairs::one(size, before, change));
        let of_families = || families.values().chain([&alone]);
        let sums: Vec<ClusterPairs> = of_sessions.chain(of_families().copied()).collect();
        ClusterTally {
            people: sums.iter().map(|group| group.size * group.clusters).sum(),
            sessions: sessions.len() as u64,
            families: of_families().map(|group| group.clusters).sum(),
            sums,
        }
    }

    /// Clusters.
    pub fn count(&self) -> u64 {
        self.sessions + self.families
    }

    /// Whether clusters are so small that an interval by cluster tells nearly as much about counts of people as
    /// a naive one.
    pub fn tells_of_people(&self) -> bool {
        self.count() < 2 || self.people < HIDES_PEOPLE * self.count()
    }

    pub fn unit(&self) -> Cluster {
        match (self.sessions, self.families) {
            (_, 0) => Cluster::Session,
            (0, _) => Cluster::Family,
            _ => Cluster::SessionOrFamily,
        }
    }

    /// What a report says of them, of everyone or of a group.
    pub fn shown(&self, everyone: bool) -> Clusters {
        let count = signed(self.count());
        Clusters {
            unit: self.unit(),
            count: match self.unit() {
                Cluster::Session => Figure::Shown(count),
                _ if everyone => lone_count(count),
                _ => Figure::Withheld(Withheld::ProtectsAnother),
            },
            standing: match self.count() {
                0 | 1 => Standing::One,
                n if n < FEWEST_CLUSTERS => Standing::FewerThanFour,
                n if n < CLEAR_CLUSTERS => Standing::FewerThanTen,
                _ => Standing::Enough,
            },
            alike: false,
        }
    }
}
