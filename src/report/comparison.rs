//! Change beside the change of people who took no part: a comparison group, kept out of every other figure.

use serde::Serialize;

use crate::person::Role;
use crate::statistics::{CLEAR_CLUSTERS, Undefined, clustered_difference, difference_in_differences, summary};
use crate::survey::{Comparison, Rule};

use super::breakdown;
use super::change::Change;
use super::clusters::{Cluster, ClusterTally};
use super::estimate::{Estimate, defined};
use super::finding::{Cut, Group};
use super::groups::Groups;
use super::input::ReportInput;
use super::number::{self, Number};
use super::outcome::Outcome;
use super::suppression::{Figure, SMALLEST_GROUP, Withheld, if_enough, is_small, lone_count};
use super::tally::{Scale, Tally};
use super::wording::{self, say};

/// The parts that are set beside a comparison group.
const PLACES: [Cut; 4] = [Cut::Project, Cut::Area, Cut::Model, Cut::Term];

/// Every main result beside the comparison group's.
#[derive(Debug, Clone, Serialize)]
pub struct BesideOthers {
    /// Main result by main result.
    pub results: Vec<Beside>,
    /// The same of each part whose change is shown; no key stages, which would stand beside children of other ages.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Beside>,
    /// How to read them.
    pub note: String,
}

/// One main result beside the comparison group's.
#[derive(Debug, Clone, Serialize)]
pub struct Beside {
    /// Unique in the report: `did.AWR.child.after`, `did.AWR.child.after.project.5`.
    pub id: String,
    /// Which of those who took part.
    pub group: Group,
    /// The measure's id.
    pub measure: String,
    /// What people call it.
    pub title: String,
    /// Children or grown-ups.
    pub who: Role,
    /// What the before is compared with.
    pub comparison: Comparison,
    /// Matched people who took part.
    pub matched: Figure<i64>,
    /// Their change in points.
    pub change: Figure<Number>,
    /// Matched people of the comparison group.
    pub others: Figure<i64>,
    /// Their level before.
    pub others_before: Figure<Number>,
    /// Their level after.
    pub others_after: Figure<Number>,
    /// Their change in points.
    pub others_change: Figure<Number>,
    /// The first change less the second, in points, with sessions and families as the units that vary; by Welch's t on
    /// changes where one of the groups has one of them.
    pub difference: Figure<Estimate>,
    /// That in a sentence.
    pub sentence: String,
    /// That sessions or families are few, where they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warning: Option<String>,
}

impl BesideOthers {
    /// `None` where no project is a comparison group.
    pub(super) fn of(input: &ReportInput, groups: &Groups<'_>, primary: &[Outcome]) -> Option<BesideOthers> {
        if groups.comparison.is_empty() {
            return None;
        }
        // Of everybody at once, so that both groups are counted in the same unit.
        let all = Tally::all(input, |id| groups.includes(id) || groups.comparison.contains(&id));
        let there = || primary.iter().filter_map(|outcome| Some((outcome, all.get(&outcome.subject())?)));
        let parts = there().flat_map(|(outcome, both)| {
            let shown = PLACES.into_iter().flat_map(|cut| outcome.by(cut)).filter(|one| one.change.shown().is_some());
            shown.map(move |finding| Beside::of_part(&outcome.alone(finding.clone()), both, groups, &[&finding.group]))
        });
        Some(BesideOthers {
            results: there().map(|(outcome, both)| Beside::of(outcome, both, groups)).collect(),
            parts: parts.filter(|beside| beside.difference.shown().is_some()).collect(),
            note: say("comparison", "note", &[]),
        })
    }

    /// What is set beside one part, where something is.
    pub(super) fn only(self, part: &Group) -> Option<BesideOthers> {
        let results: Vec<Beside> = self.parts.into_iter().filter(|beside| beside.group == *part).collect();
        (!results.is_empty()).then_some(BesideOthers { results, parts: Vec::new(), note: self.note })
    }

    /// The same of several parts at once, whose results are those of `primary`.
    pub(super) fn crossed(
        input: &ReportInput,
        groups: &Groups<'_>,
        primary: &[Outcome],
        parts: &[Group],
    ) -> Option<BesideOthers> {
        if groups.comparison.is_empty() || parts.iter().any(|part| !PLACES.contains(&part.cut)) {
            return None;
        }
        let all = Tally::all(input, |id| groups.includes(id) || groups.comparison.contains(&id));
        let parts: Vec<&Group> = parts.iter().collect();
        let beside = |outcome: &Outcome| Some(Beside::of_part(outcome, all.get(&outcome.subject())?, groups, &parts));
        let results: Vec<Beside> =
            primary.iter().filter_map(beside).filter(|beside| beside.difference.shown().is_some()).collect();
        let note = say("comparison", "note", &[]);
        (!results.is_empty()).then_some(BesideOthers { results, parts: Vec::new(), note })
    }

    /// Whether this result's difference from the comparison group's has an interval.
    pub(super) fn weighs(&self, outcome: &Outcome) -> bool {
        let same = |beside: &&Beside| {
            (&beside.measure, beside.who, beside.comparison) == (&outcome.measure, outcome.who, outcome.comparison)
        };
        let difference = self.results.iter().find(same).and_then(|beside| beside.difference.shown());
        difference.is_some_and(|points| points.interval.shown().is_some())
    }

    /// Whether any result could be set beside the comparison group's.
    pub(super) fn any(&self) -> bool {
        self.results.iter().any(|beside| beside.difference.shown().is_some())
    }
}

impl Beside {
    /// One part beside the whole comparison group: the people of some groups, whose change is shown.
    fn of_part(outcome: &Outcome, both: &Tally<'_>, groups: &Groups<'_>, parts: &[&Group]) -> Beside {
        let is_in = |id: i64, survey: &str| parts.iter().all(|part| groups.holds(part, id, survey));
        let narrow = both.only(|id, survey| groups.comparison.contains(&id) || is_in(id, survey));
        let codes: Vec<String> = parts.iter().map(|part| part.code()).collect();
        let mut beside = Beside::of(outcome, &narrow, groups);
        beside.id = format!("{}.{}", beside.id, codes.join("+"));
        beside
    }

    fn of(outcome: &Outcome, both: &Tally<'_>, groups: &Groups<'_>) -> Beside {
        let scale = if both.rule() == Some(Rule::Value) { Scale::Positives } else { Scale::Percents };
        let others = both.only(|id, _| groups.comparison.contains(&id));
        let programme = both.only(|id, _| groups.includes(id));
        let (ours, theirs) = (programme.table(scale), others.table(scale));
        let n = others.matched();
        // A share of people tells of few where one to four of them stand on a side of the cut.
        let few = || Change::tells_of_few(&others);
        let figure = |value: f64, print: fn(f64) -> Number| {
            if_enough(n, || few().map_or_else(|| Figure::Shown(print(value)), Figure::Withheld))
        };
        let level = |table: &crate::statistics::CountTable| summary(table).mean.unwrap_or(f64::NAN);
        let (before, after) = (level(&theirs.pre()), level(&theirs.post()));
        let ours_shown = outcome.headline.change.clone().map(|change| change.points.value);
        let found = difference_in_differences(&ours, &theirs);
        let naive = (found.interval, "Welch’s t on changes");
        let clusters = [ClusterTally::of(&programme, scale), ClusterTally::of(&others, scale)];
        let limits = match clustered_difference(theirs.unit(), &clusters[0].sums, &clusters[1].sums) {
            Err(_) => (naive.0, "Welch’s t on changes, one session"),
            Ok(robust) => {
                (robust.test.map(|_| robust.interval).map_err(|_| Undefined::ClustersAlike), method(&clusters))
            }
        };
        // An interval from people's own changes tells how many changed sides: it goes where that number is withheld.
        let ours_told = outcome.headline.change.shown().map(|change| &change.points.naive_interval);
        let hides_switches =
            matches!(ours_told, Some(Figure::Withheld(_))) || breakdown::switches(&others).iter().any(|&n| is_small(n));
        let difference = ours_shown.clone().and_then(|_| {
            if_enough(n, || match few() {
                Some(why) => Figure::Withheld(why),
                None => defined(found.difference.map(|points| {
                    let mut estimate = Estimate::new(points, limits, naive, Number::points);
                    if hides_switches {
                        estimate.interval = Figure::Withheld(Withheld::ProtectsAnother);
                        estimate.naive_interval = Figure::Withheld(Withheld::ProtectsAnother);
                    }
                    estimate
                })),
            })
        });
        let mut beside = Beside {
            id: ["did", &outcome.measure, outcome.who.code(), outcome.comparison.code()].join("."),
            group: outcome.headline.group.clone(),
            measure: outcome.measure.clone(),
            title: outcome.title.clone(),
            who: outcome.who,
            comparison: outcome.comparison,
            matched: outcome.headline.base.matched.clone(),
            change: ours_shown,
            others: lone_count(n),
            others_before: figure(before, Number::level),
            others_after: figure(after, Number::level),
            others_change: figure(after - before, Number::points),
            difference,
            sentence: String::new(),
            warning: None,
        };
        beside.sentence = beside.in_words(n);
        let has_interval = beside.difference.shown().is_some_and(|points| points.interval.shown().is_some());
        beside.warning = warning(&clusters).filter(|_| has_interval);
        beside
    }

    fn in_words(&self, n: i64) -> String {
        let who = wording::who(self.who).to_owned();
        let few = matches!(self.difference, Figure::Withheld(Withheld::FewerThanTen)) || n < SMALLEST_GROUP;
        let (Figure::Shown(ours), Figure::Shown(theirs), Figure::Shown(difference)) =
            (&self.change, &self.others_change, &self.difference)
        else {
            let key = if few { "few" } else { "none" };
            return say("comparison", key, &[("title", self.title.clone()), ("who", who)]);
        };
        let mut fills = vec![
            ("title", self.title.clone()),
            ("who", who),
            ("change", ours.text.clone()),
            ("others", number::count(n)),
            ("others_change", theirs.text.clone()),
            ("difference", difference.value.text.clone()),
        ];
        let Figure::Shown(limits) = &difference.interval else {
            return say("comparison", "no_interval", &fills);
        };
        fills.extend([("low", limits.low.text.clone()), ("high", limits.high.text.clone())]);
        let key = match (limits.low.value > 0.0, limits.high.value < 0.0) {
            (true, _) => "more",
            (_, true) => "less",
            _ => "unclear",
        };
        say("comparison", key, &fills)
    }
}

fn method(clusters: &[ClusterTally; 2]) -> &'static str {
    match clusters.each_ref().map(ClusterTally::unit) {
        [Cluster::Session, Cluster::Session] => "CR2 by session, each group",
        [Cluster::Family, Cluster::Family] => "CR2 by family, each group",
        _ => "CR2 by session and family, each group",
    }
}

/// How few the sessions or families of the smaller group are, where they are few.
fn warning(clusters: &[ClusterTally; 2]) -> Option<String> {
    let fewest = clusters.iter().map(ClusterTally::count).min().unwrap_or(0);
    let key = match fewest {
        0 | 1 => "one_session",
        2..4 => "untrusted",
        _ if fewest < CLEAR_CLUSTERS => "rough",
        _ => return None,
    };
    Some(say("comparison", key, &[]))
}
