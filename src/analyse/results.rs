//! From counts to statistics, for everybody and for each group.

use std::collections::BTreeMap;
use std::thread;

use super::kind::Kind;
use super::read::Content;
use super::tally::Key;
use super::{AnalyseError, Dialect, Options, Problems, Rows};
use crate::statistics::{
    Caution, Claim, ClusterPairs, ClusterSums, Clustered, CountTable, Counts, Defined, Direction, Evidence, Interval,
    MeanChange, Named, PairTable, Paired, PercentChange, SignedRank, TopBox, Unit, Zeros, benjamini_hochberg, caution,
    claim, clustered, clustered_percent_change, counts, direction, mean_change, named_paired, percent_change, top_box,
    wilcoxon_signed_rank,
};

/// What a file says.
#[derive(Debug)]
pub struct Analysis {
    /// How the file was written.
    pub dialect: Dialect,
    /// Decimals are written 3,5.
    pub decimal_comma: bool,
    /// One row a person; else one row an answer.
    pub wide: bool,
    /// What happened to its rows.
    pub rows: Rows,
    /// Rows that could not be used.
    pub problems: Problems,
    /// Clusters have people of several groups.
    pub clusters_cross: bool,
    /// For each measure everybody first, then each group by name.
    pub results: Vec<GroupResult>,
}

/// One measure of one group.
#[derive(Debug)]
pub struct GroupResult {
    /// The measure's name; empty where the file has one measure.
    pub measure: String,
    /// The group; `None` for everybody.
    pub group: Option<String>,
    /// What its scores are.
    pub kind: Kind,
    /// The kind was not said but guessed.
    pub guessed: bool,
    /// Matched people.
    pub pairs: PairTable,
    /// Who could be matched.
    pub counts: Counts,
    /// Mean change with the naive interval.
    pub change: MeanChange,
    /// The same by cluster, where the file has clusters.
    pub clustered: Option<Clustered>,
    /// Percent change of means, for counts.
    pub percent: Option<PercentChange>,
    /// The claimed rise, for counts and where there is one.
    pub claim: Option<Claim>,
    /// Who rose, stayed and fell.
    pub direction: Direction,
    /// Who reached the top box, where there is one.
    pub top: Option<TopBox>,
    /// Signed-rank test, zeros ranked.
    pub pratt: SignedRank,
    /// The limits of the percent change by cluster, where there are at least two.
    pub percent_by_cluster: Option<Defined<Interval>>,
    /// The p to print: by cluster where there are at least two, else `p_independent`.
    pub p: Defined<f64>,
    /// The p for this kind of measure that takes people as independent.
    pub p_independent: Defined<f64>,
    /// `p` corrected for looking at every group (Benjamini & Hochberg); `None` for everybody.
    pub p_of_groups: Option<f64>,
    /// The sentence.
    pub caution: Caution,
    /// Every statistic under its short name.
    pub named: Named,
}

/// The counts of one measure in one group.
#[derive(Default)]
struct Part {
    pairs: Vec<(i64, i64, u64)>,
    pre_only: Vec<(i64, u64)>,
    post_only: Vec<(i64, u64)>,
    clusters: BTreeMap<u32, Vec<(i64, i64, u64)>>,
}

impl Part {
    fn add(&mut self, cluster: u32, pre: Option<i64>, post: Option<i64>, n: u64) {
        match (pre, post) {
            (Some(pre), Some(post)) => {
                self.pairs.push((pre, post, n));
                self.clusters.entry(cluster).or_default().push((pre, post, n));
            }
            (Some(pre), None) => self.pre_only.push((pre, n)),
            (None, Some(post)) => self.post_only.push((post, n)),
            (None, None) => {}
        }
    }
}

pub(super) fn results(content: Content, options: &Options) -> Result<Analysis, AnalyseError> {
    let counts = content.tally.sorted();
    if counts.is_empty() {
        return Err(nothing_used(&content));
    }
    check_names(content.measures.list(), options)?;
    let mut results = Vec::new();
    for (index, measure) in content.measures.list().iter().enumerate() {
        let own: Vec<(Key, u64)> = counts.iter().filter(|(key, _)| key.measure as usize == index).copied().collect();
        if !own.is_empty() {
            results.extend(of_measure(&content, options, measure, &own));
        }
    }
    let clusters_cross = content.has_clusters && content.has_groups && content.places.cross();
    results.sort_by(|a, b| (&a.measure, &a.group).cmp(&(&b.measure, &b.group)));
    Ok(Analysis {
        dialect: content.dialect,
        decimal_comma: content.decimal_comma,
        wide: content.wide,
        rows: content.rows,
        problems: content.problems,
        clusters_cross,
        results,
    })
}

/// What is said of a measure must be said of one there is.
fn check_names(measures: &[String], options: &Options) -> Result<(), AnalyseError> {
    let said = options.kinds.keys().chain(options.top_boxes.keys());
    match said.filter(|name| !name.is_empty()).find(|name| !measures.contains(name)) {
        Some(name) => Err(AnalyseError::NoMeasure { name: name.clone(), measures: measures.join(", ") }),
        None => Ok(()),
    }
}

fn nothing_used(content: &Content) -> AnalyseError {
    let first = match (content.problems.listed.first(), content.rows.other_waves.first()) {
        (Some(problem), _) => format!("; the first, line {}: {}", problem.line, problem.reason),
        (None, Some((wave, _))) => {
            format!("; the waves are not before and after but “{wave}”: say --pre-wave and --post-wave")
        }
        (None, None) => String::new(),
    };
    AnalyseError::NothingUsed {
        read: content.rows.read,
        problems: content.problems.total,
        unanswered: content.rows.unanswered + content.rows.blank,
        first,
    }
}

fn of_measure(content: &Content, options: &Options, measure: &str, counts: &[(Key, u64)]) -> Vec<GroupResult> {
    let decimals = counts
        .iter()
        .flat_map(|(key, _)| [key.pre, key.post])
        .filter_map(|number| content.values.get(number))
        .map(|decimal| decimal.decimals)
        .max()
        .unwrap_or(0);
    let unit = Unit::decimals(decimals);
    let stored = |number: u32| content.values.get(number).map(|decimal| decimal.scaled(decimals));
    let mut everybody = Part::default();
    let mut groups: BTreeMap<&str, Part> = BTreeMap::new();
    for &(key, n) in counts {
        let (pre, post) = (stored(key.pre), stored(key.post));
        let cluster = content.places.cluster(key.place);
        everybody.add(cluster, pre, post, n);
        if content.has_groups {
            groups.entry(content.places.group(key.place)).or_default().add(cluster, pre, post, n);
        }
    }
    let said = Options::of(&options.kinds, measure).copied();
    let all = PairTable::from_counts(unit, everybody.pairs.iter().copied());
    let context = Context {
        options,
        measure,
        unit,
        kind: said.unwrap_or_else(|| Kind::guess(&all)),
        guessed: said.is_none(),
        has_clusters: content.has_clusters,
    };
    let mut parts = vec![(None, &everybody)];
    parts.extend(groups.iter().map(|(group, part)| (Some((*group).to_owned()), part)));
    let mut results = side_by_side(&context, &parts);
    let p: Vec<Option<f64>> = results.iter().skip(1).map(|result| result.p.ok()).collect();
    for (result, p) in results.iter_mut().skip(1).zip(benjamini_hochberg(&p)) {
        result.p_of_groups = p;
    }
    results
}

/// The results of all parts, half of them on a second thread: after a quick reading they are what is waited for.
fn side_by_side(context: &Context<'_>, parts: &[(Option<String>, &Part)]) -> Vec<GroupResult> {
    let each = |parts: &[(Option<String>, &Part)]| -> Vec<GroupResult> {
        parts.iter().map(|(group, part)| context.result(group.clone(), part)).collect()
    };
    let (here, there) = parts.split_at(parts.len().div_ceil(2));
    if there.is_empty() {
        return each(here);
    }
    thread::scope(|scope| {
        let others = scope.spawn(|| each(there));
        let mut results = each(here);
        results.extend(others.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        results
    })
}

/// What all groups of a measure share.
struct Context<'a> {
    options: &'a Options,
    measure: &'a str,
    unit: Unit,
    kind: Kind,
    guessed: bool,
    has_clusters: bool,
}

impl Context<'_> {
    fn result(&self, group: Option<String>, part: &Part) -> GroupResult {
        let unit = self.unit;
        let pairs = PairTable::from_counts(unit, part.pairs.iter().copied());
        let pre_only = CountTable::from_counts(unit, part.pre_only.iter().copied());
        let post_only = CountTable::from_counts(unit, part.post_only.iter().copied());
        let clusters: Vec<PairTable> = if self.has_clusters {
            part.clusters.values().map(|cells| PairTable::from_counts(unit, cells.iter().copied())).collect()
        } else {
            Vec::new()
        };
        let cut = self.cut();
        let named = named_paired(&Paired {
            clusters: &clusters,
            cut,
            categories: matches!(self.kind, Kind::Ordinal | Kind::Binary),
            ..Paired::new(&pairs, &pre_only, &post_only)
        });
        let counts = counts(&pairs, &pre_only, &post_only);
        let change = mean_change(&pairs);
        let clustered = self
            .has_clusters
            .then(|| clustered(unit, &clusters.iter().map(ClusterSums::of_changes).collect::<Vec<_>>()));
        let by_cluster = clustered.as_ref().and_then(|clustered| clustered.cr2.ok());
        let is_count = self.kind == Kind::Count;
        let top = cut.map(|cut| top_box(&pairs, cut));
        let pratt = wilcoxon_signed_rank(&pairs, Zeros::Pratt);
        let independent = match self.kind {
            Kind::Binary => top.and_then(|top| top.mcnemar.ok()).map_or(pratt.p(), |mcnemar| Ok(mcnemar.p_mid)),
            Kind::Ordinal => pratt.p(),
            Kind::Count | Kind::Scale => change.test.map(|test| test.p),
        };
        let evidence = Evidence::of(&change, clustered.as_ref(), &counts, !self.options.lower_is_better);
        let name = if self.measure.is_empty() { "the score" } else { self.measure };
        GroupResult {
            measure: self.measure.to_owned(),
            group,
            kind: self.kind,
            guessed: self.guessed,
            counts,
            clustered,
            percent: is_count.then(|| percent_change(&pairs)),
            percent_by_cluster: (is_count && by_cluster.is_some()).then(|| {
                let sums: Vec<ClusterPairs> = clusters.iter().map(ClusterPairs::of).collect();
                clustered_percent_change(&sums).cr2.and_then(|fieller| fieller.interval())
            }),
            claim: self.options.target.filter(|_| is_count).map(|target| claim(&pairs, target)),
            direction: direction(&pairs, 1),
            p: by_cluster.map_or(independent, |robust| robust.test.map(|test| test.p)),
            p_independent: independent,
            top,
            pratt,
            p_of_groups: None,
            caution: caution(&evidence, name),
            change,
            named,
            pairs,
        }
    }

    /// The cut in stored steps: the lowest that is not below the code given; 1 for yes or no.
    fn cut(&self) -> Option<i64> {
        let given = Options::of(&self.options.top_boxes, self.measure).copied();
        let real = given.or((self.kind == Kind::Binary).then_some(1.0))?;
        #[expect(clippy::cast_possible_truncation, reason = "saturates")]
        Some((self.unit.stored(real) - 1e-9).ceil() as i64)
    }
}
