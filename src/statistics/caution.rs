//! From an estimate to a sentence that is as sure as the data allow, and no surer.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::clusters::Clustered;
use super::counts::Counts;
use super::distribution::student_t_quantile;
use super::estimate::Interval;
use super::mean_change::MeanChange;
use super::undefined::{Defined, Undefined};

/// Fewer pairs than this say nothing.
pub const FEWEST_PAIRS: u64 = 10;
/// A clear grade needs this many pairs,
pub const CLEAR_PAIRS: u64 = 30;
/// this share of the people seen, in percent,
pub const CLEAR_MATCH_RATE: f64 = 60.0;
/// and, where clusters are known, this many of them.
pub const CLEAR_CLUSTERS: u64 = 10;

/// How sure a sentence may sound. A gain is a change for the better, which may be a fall of the score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// The interval lies on the worse side, and nothing speaks against trusting it.
    ClearFall,
    /// The interval lies on the worse side, with a reservation.
    LikelyFall,
    /// Too few, no interval, or an interval with zero in it.
    CannotTell,
    /// The interval lies on the better side, with a reservation.
    LikelyGain,
    /// The interval lies on the better side, and nothing speaks against trusting it.
    ClearGain,
}

impl Grade {
    /// Its name: "clear gain".
    pub fn name(self) -> String {
        say("grade", self.code(), &[])
    }

    /// Its code in downloads: `clear_gain`.
    pub fn code(self) -> &'static str {
        match self {
            Grade::ClearGain => "clear_gain",
            Grade::LikelyGain => "likely_gain",
            Grade::CannotTell => "cannot_tell",
            Grade::LikelyFall => "likely_fall",
            Grade::ClearFall => "clear_fall",
        }
    }
}

/// What keeps a grade from being clear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reservation {
    /// Fewer than [`CLEAR_PAIRS`] pairs.
    FewPairs,
    /// Less than [`CLEAR_MATCH_RATE`] percent matched.
    LowMatch,
    /// Fewer than [`CLEAR_CLUSTERS`] clusters.
    FewClusters,
}

impl Reservation {
    /// Its key among the words.
    pub fn key(self) -> &'static str {
        match self {
            Reservation::FewPairs => "few_pairs",
            Reservation::LowMatch => "low_match",
            Reservation::FewClusters => "few_clusters",
        }
    }
}

/// What a grade is given for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Evidence {
    /// Mean change, post − pre.
    pub mean: Defined<f64>,
    /// Its 95 % interval: by cluster where clusters are known.
    pub interval: Defined<Interval>,
    /// The standard error and degrees of freedom of that interval.
    pub error: Defined<(f64, f64)>,
    /// All changes are equal.
    pub collapsed: bool,
    /// Matched people.
    pub pairs: u64,
    /// Matched of all people seen, in percent.
    pub match_rate: Defined<f64>,
    /// Clusters, where they are known.
    pub clusters: Option<u64>,
    /// Whether a higher score is better.
    pub higher_is_better: bool,
}

impl Evidence {
    /// From a mean change, by cluster where there are at least two.
    pub fn of(change: &MeanChange, clustered: Option<&Clustered>, counts: &Counts, higher_is_better: bool) -> Self {
        let naive = change.se.map(|se| (se, change.n.saturating_sub(1) as f64));
        let robust = clustered.and_then(|c| c.cr2.ok());
        Self {
            mean: change.mean,
            interval: robust.map_or(change.interval, |c| Ok(c.interval)),
            error: robust.map_or(naive, |c| Ok((c.se, c.df))),
            collapsed: change.collapsed,
            pairs: counts.pairs,
            match_rate: counts.match_rate.percent,
            clusters: clustered.map(|c| c.clusters),
            higher_is_better,
        }
    }

    /// The grade.
    ///
    /// *Cannot tell*: fewer than [`FEWEST_PAIRS`] pairs, no interval, one of no width, or zero within it.
    /// *Clear*: at least [`CLEAR_PAIRS`] pairs, [`CLEAR_MATCH_RATE`] percent matched and, where clusters are
    /// known, [`CLEAR_CLUSTERS`] of them. *Likely*: anything between.
    pub fn grade(&self) -> Grade {
        let Ok(interval) = self.interval else { return Grade::CannotTell };
        let width = interval.high - interval.low;
        if self.pairs < FEWEST_PAIRS || self.collapsed || width <= 0.0 || interval.contains(0.0) {
            return Grade::CannotTell;
        }
        match ((interval.low > 0.0) == self.higher_is_better, self.reservations().is_empty()) {
            (true, true) => Grade::ClearGain,
            (true, false) => Grade::LikelyGain,
            (false, true) => Grade::ClearFall,
            (false, false) => Grade::LikelyFall,
        }
    }

    /// The change that would have been seen four times in five: (t.975 + t.80) · SE, in real units.
    ///
    /// Undefined without a standard error above zero.
    pub fn smallest_detectable(&self) -> Defined<f64> {
        let (se, df) = self.error?;
        if se > 0.0 {
            Ok((student_t_quantile(0.975, df) + student_t_quantile(0.8, df)) * se)
        } else {
            Err(Undefined::AllChangesEqual)
        }
    }

    /// What keeps a grade from being clear.
    pub fn reservations(&self) -> Vec<Reservation> {
        let mut reservations = Vec::new();
        if self.pairs < CLEAR_PAIRS {
            reservations.push(Reservation::FewPairs);
        }
        if self.match_rate.is_ok_and(|rate| rate < CLEAR_MATCH_RATE) {
            reservations.push(Reservation::LowMatch);
        }
        if self.clusters.is_some_and(|clusters| clusters < CLEAR_CLUSTERS) {
            reservations.push(Reservation::FewClusters);
        }
        reservations
    }
}

/// A grade with its name and sentence.
#[derive(Debug, Clone, PartialEq)]
pub struct Caution {
    /// The grade.
    pub grade: Grade,
    /// Its name: "clear gain".
    pub name: String,
    /// What may be said.
    pub sentence: String,
}

/// Says what changed, as surely as the evidence allows.
///
/// `measure` begins the sentence ("Job roles known"). Words are data, `reports/caution.toml`.
///
/// ```
/// use pencilmark::statistics::{CountTable, Evidence, Grade, PairTable, Unit, caution, counts, mean_change};
/// let nine_of_nine_up = PairTable::from_counts(Unit::ONE, [(1, 2, 5), (1, 3, 4)]);
/// let nobody = CountTable::empty(Unit::ONE);
/// let evidence = Evidence::of(&mean_change(&nine_of_nine_up), None, &counts(&nine_of_nine_up, &nobody, &nobody), true);
/// assert_eq!(evidence.grade(), Grade::CannotTell); // however striking, nine are too few
/// assert_eq!(caution(&evidence, "Confidence").sentence, "Too few to tell: 9 people answered both times.");
/// ```
pub fn caution(evidence: &Evidence, measure: &str) -> Caution {
    let grade = evidence.grade();
    let name = grade.name();
    let (Ok(mean), Ok(interval)) = (evidence.mean, evidence.interval) else {
        return Caution { grade, name, sentence: few(evidence) };
    };
    let moved = match mean.total_cmp(&0.0) {
        _ if mean.abs() < f64::MIN_POSITIVE => "none",
        std::cmp::Ordering::Greater => "up",
        _ => "down",
    };
    let pairs = evidence.pairs.to_string();
    let fills = [
        ("measure", measure.to_owned()),
        ("moved", say("moved", moved, &[])),
        ("size", number(mean.abs())),
        ("low", number(interval.low)),
        ("high", number(interval.high)),
        ("pairs", pairs.clone()),
        ("grade", name.clone()),
        ("smallest", evidence.smallest_detectable().map_or_else(|_| "?".to_owned(), number)),
        ("match_rate", evidence.match_rate.map_or_else(|_| "?".to_owned(), |rate| format!("{rate:.0} %"))),
        ("clusters", evidence.clusters.unwrap_or(0).to_string()),
        ("cluster_word", if evidence.clusters == Some(1) { "session" } else { "sessions" }.to_owned()),
    ];
    let sentence = match grade {
        _ if evidence.pairs < FEWEST_PAIRS => few(evidence),
        Grade::CannotTell if evidence.collapsed || interval.high <= interval.low => {
            say("sentence", "same_for_all", &fills)
        }
        Grade::CannotTell => say("sentence", "unclear", &fills),
        Grade::ClearGain | Grade::ClearFall => say("sentence", "clear", &fills),
        Grade::LikelyGain | Grade::LikelyFall => {
            let reservations: Vec<String> =
                evidence.reservations().into_iter().map(|why| say("reservations", why.key(), &fills)).collect();
            say("sentence", "likely", &fills).replace("{reservations}", &reservations.join(", and "))
        }
    };
    Caution { grade, name, sentence: begun(&sentence) }
}

/// With a capital: a sentence may begin with a measure's name.
fn begun(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn few(evidence: &Evidence) -> String {
    let answered = match evidence.pairs {
        0 => return say("sentence", "nobody", &[]),
        1 => "1 person answered".to_owned(),
        n => format!("{n} people answered"),
    };
    say("sentence", "too_few", &[("pairs_answered", answered)])
}

/// Three significant digits or so, with a true minus.
fn number(value: f64) -> String {
    let places = if value.abs() >= 100.0 {
        0
    } else if value.abs() >= 10.0 {
        1
    } else {
        2
    };
    let text = format!("{value:.places$}");
    match text.strip_prefix('-') {
        Some(zero) if zero.bytes().all(|b| b == b'0' || b == b'.') => zero.to_owned(),
        Some(size) => format!("−{size}"),
        None => text,
    }
}

/// The words, by section and key.
#[derive(Deserialize)]
#[serde(transparent)]
struct Words(BTreeMap<String, BTreeMap<String, String>>);

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    toml::from_str(include_str!("../../reports/caution.toml")).expect("a test reads reports/caution.toml")
});

/// A sentence with its braces filled; a missing one shows its name, and a test refuses that.
fn say(section: &str, key: &str, fills: &[(&str, String)]) -> String {
    let sentence = WORDS.0.get(section).and_then(|words| words.get(key));
    let Some(sentence) = sentence else { return format!("{section}.{key}") };
    fills.iter().fold(sentence.clone(), |text, (name, fill)| text.replace(&format!("{{{name}}}"), fill))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evidence() -> Evidence {
        Evidence {
            mean: Ok(0.5),
            interval: Ok(Interval { low: 0.25, high: 0.75 }),
            error: Ok((0.125, 40.0)),
            collapsed: false,
            pairs: 41,
            match_rate: Ok(80.0),
            clusters: None,
            higher_is_better: true,
        }
    }

    #[test]
    fn every_grade_has_its_sentence_and_no_brace_is_left() {
        let zero_within = Interval { low: -0.25, high: 0.75 };
        let below = Interval { low: -0.75, high: -0.25 };
        let cases = [
            (evidence(), Grade::ClearGain, "rose by 0.50"),
            (Evidence { pairs: 18, ..evidence() }, Grade::LikelyGain, "only 18 people answered both times"),
            (Evidence { match_rate: Ok(43.4), ..evidence() }, Grade::LikelyGain, "only 43 % of the people seen"),
            (Evidence { clusters: Some(6), ..evidence() }, Grade::LikelyGain, "only 6 sessions"),
            (Evidence { interval: Ok(zero_within), ..evidence() }, Grade::CannotTell, "a change of about 0.36 or more"),
            (Evidence { pairs: 9, ..evidence() }, Grade::CannotTell, "9 people answered both times"),
            (
                Evidence { pairs: 1, interval: Err(Undefined::FewerThan(2)), ..evidence() },
                Grade::CannotTell,
                "1 person",
            ),
            (Evidence { pairs: 0, mean: Err(Undefined::NoValues), ..evidence() }, Grade::CannotTell, "Nobody answered"),
            (Evidence { collapsed: true, ..evidence() }, Grade::CannotTell, "the same 0.50"),
            (
                Evidence { mean: Ok(-0.5), interval: Ok(below), ..evidence() },
                Grade::ClearFall,
                "fell by 0.50 on average (95 % interval −0.75 to −0.25)",
            ),
            (
                Evidence { mean: Ok(-0.5), interval: Ok(below), pairs: 12, ..evidence() },
                Grade::LikelyFall,
                "A likely fall",
            ),
        ];
        for (evidence, grade, part) in cases {
            let caution = caution(&evidence, "Confidence");
            assert!(caution.sentence.contains(part), "{}", caution.sentence);
            assert!(!caution.sentence.contains(['{', '?']), "{}", caution.sentence);
            if evidence.mean.is_ok() {
                assert_eq!(caution.grade, grade, "{}", caution.sentence);
            }
        }
    }

    #[test]
    fn a_falling_score_is_a_gain_where_lower_is_better() {
        let fell = Evidence { mean: Ok(-0.5), interval: Ok(Interval { low: -0.75, high: -0.25 }), ..evidence() };
        assert_eq!(Evidence { higher_is_better: false, ..fell }.grade(), Grade::ClearGain);
        assert_eq!(fell.grade(), Grade::ClearFall);
    }

    #[test]
    fn an_interval_that_touches_zero_cannot_tell() {
        let touching = Evidence { interval: Ok(Interval { low: 0.0, high: 1.0 }), ..evidence() };
        assert_eq!(touching.grade(), Grade::CannotTell);
    }
}
