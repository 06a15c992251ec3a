//! Who was lost between before and after: how they began, who they were, and what that could hide.

use serde::Serialize;

use crate::person::Role;
use crate::session::{DeliveryModel, Project};
use crate::statistics::{self, CountTable, Undefined, attrition, share, summary};
use crate::survey::{Comparison, Rule};

use super::estimate::{Share, defined, tells_of_few};
use super::finding::{Cut, Finding};
use super::groups::Groups;
use super::number::{self, Number};
use super::outcome::Outcome;
use super::suppression::{self, Figure, Withheld, is_small, lone_count};
use super::tally::{Scale, Tally};
use super::wording::{self, say};

/// A group's code and name, and how many it has matched and with a before, where both are shown.
type GroupCounts = (String, String, Option<[i64; 2]>);

/// A standardised difference beyond which matched and lost are called unlike.
const UNLIKE: f64 = 0.25;

/// The loss behind every main result, and who the lost children were.
#[derive(Debug, Clone, Serialize)]
pub struct Attrition {
    /// Main result by main result.
    pub results: Vec<Loss>,
    /// The measure by which children count as lost in `groups`.
    pub measured_on: String,
    /// Matched and lost children by group.
    pub groups: Vec<LossGroup>,
}

/// The loss behind one main result.
#[derive(Debug, Clone, Serialize)]
pub struct Loss {
    /// Unique in the report: `attrition.AWR.child.after`.
    pub id: String,
    /// The measure's title.
    pub title: String,
    /// Children or grown-ups.
    pub who: Role,
    /// What the before is compared with.
    pub comparison: Comparison,
    /// People with a before.
    pub before: Figure<i64>,
    /// Those of them without an after (or later) answer to compare with.
    pub lost: Figure<Share>,
    /// Those of the lost who could never be asked later: their projects have no follow-up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub never_asked: Option<i64>,
    /// Level before among the matched.
    pub matched_before: Figure<Number>,
    /// Level before among the lost.
    pub lost_before: Figure<Number>,
    /// Matched less lost, in standard deviations.
    pub standardised: Figure<Number>,
    /// Whether that is more than a quarter.
    pub unlike: bool,
    /// The change there would be if the lost were counted.
    pub bounds: Figure<Bounds>,
    /// What that means, in a sentence.
    pub sentence: String,
}

/// The change in points among everybody with a before, whatever the lost would have answered.
#[derive(Debug, Clone, Serialize)]
pub struct Bounds {
    /// If every lost person had ended at the bottom of the scale.
    pub lowest: Number,
    /// If no lost person had changed.
    pub unchanged: Number,
    /// If every lost person had ended at the top.
    pub highest: Number,
}

/// Matched and lost children of one group.
#[derive(Debug, Clone, Serialize)]
pub struct LossGroup {
    /// What the groups differ in: "Area".
    pub characteristic: &'static str,
    /// Code of that and of the group: `area.5`.
    pub key: String,
    /// The group's name.
    pub name: String,
    /// Of all the matched.
    pub matched: Figure<Share>,
    /// Of all the lost.
    pub lost: Figure<Share>,
    /// Difference of the two shares, in standard deviations.
    pub standardised: Figure<Number>,
    /// Whether that is more than a quarter.
    pub unlike: bool,
}

impl Attrition {
    /// `tally_of` gives the counts behind a main result.
    pub(super) fn of<'a, 't: 'a>(
        groups: &Groups<'_>,
        primary: &[Outcome],
        tally_of: impl Fn(&Outcome) -> Option<&'a Tally<'t>>,
    ) -> Attrition {
        let with_tally = || primary.iter().filter_map(|outcome| Some((outcome, tally_of(outcome)?)));
        let of_children = |outcome: &&Outcome| outcome.who == Role::Child && outcome.comparison == Comparison::After;
        let main = primary.iter().find(of_children);
        Attrition {
            results: with_tally().map(|(outcome, tally)| Loss::of(outcome, tally, groups)).collect(),
            measured_on: main.map_or_else(String::new, |outcome| outcome.title.clone()),
            groups: main.map_or_else(Vec::new, |outcome| composition(groups, outcome)),
        }
    }
}

impl Loss {
    fn of(outcome: &Outcome, tally: &Tally<'_>, groups: &Groups<'_>) -> Loss {
        let scale = if tally.rule() == Some(Rule::Value) { Scale::Positives } else { Scale::Percents };
        let (pairs, lost) = (tally.table(scale), tally.lost_on(scale));
        let top = tally.highest(scale);
        let found = attrition(&pairs, &lost, Some(0), Some(top));
        let is_share = tally.on_sides().is_some();
        let change = &outcome.headline.change;
        let enough = |figure: Figure<()>| figure.and_then(|()| enough_lost(&lost, is_share));
        let shown = enough(change.clone().map(|_| ()));
        let level = |table: &CountTable| defined(summary(table).mean.map(Number::level));
        let standardised = shown.clone().and_then(|()| defined(found.standardised.map(deviations)));
        let bounds = shown.clone().and_then(|()| Bounds::of(&found));
        let mut loss = Loss {
            id: ["attrition", &outcome.measure, outcome.who.code(), outcome.comparison.code()].join("."),
            title: outcome.title.clone(),
            who: outcome.who,
            comparison: outcome.comparison,
            before: lone_count(i64::try_from(pairs.n() + lost.n()).unwrap_or(i64::MAX)),
            lost: Share::alone(found.lost),
            never_asked: None,
            matched_before: change.clone().map(|change| change.before),
            lost_before: shown.and_then(|()| level(&lost)),
            unlike: standardised.shown().is_some_and(|d| d.value.abs() > UNLIKE),
            standardised,
            bounds,
            sentence: String::new(),
        };
        let lost = loss.lost.shown().map_or(0, |lost| lost.count);
        loss.never_asked =
            never_asked(outcome, groups).filter(|never| (1..=lost).contains(never) && !is_small(lost - never));
        loss.sentence = loss.put_into_words(outcome);
        loss
    }

    fn put_into_words(&self, outcome: &Outcome) -> String {
        let mut fills = vec![
            ("title", self.title.clone()),
            ("who", wording::who(self.who).to_owned()),
            ("later", wording::later(self.comparison).to_owned()),
        ];
        let (Some(lost), Some(before)) = (self.lost.shown(), self.before.shown()) else {
            return say("attrition", "few", &fills);
        };
        if lost.count == 0 {
            return say("attrition", "nobody", &fills);
        }
        fills.extend([
            ("lost", number::count(lost.count)),
            ("before", number::count(*before)),
            ("percent", lost.percent.whole()),
            ("never", self.never_asked_in_words().map_or_else(String::new, |never| format!(", {never}"))),
        ]);
        let mut said = vec![say("attrition", "lost", &fills)];
        if let Some(standardised) = self.standardised.shown() {
            // Matched less lost: above zero where the lost began lower.
            let side = if standardised.value >= 0.0 { "lower" } else { "higher" };
            fills.push(("standardised", number::decimals(standardised.value.abs(), 2)));
            fills.push(("side", side.to_owned()));
            said.push(say("attrition", if self.unlike { "unlike" } else { "alike" }, &fills));
        }
        let tells = outcome.headline.change.shown().filter(|change| change.judgement.tells());
        if let (Some(bounds), Some(change)) = (self.bounds.shown(), tells) {
            let rose = change.points.value.value > 0.0;
            let worst = if rose { &bounds.lowest } else { &bounds.highest };
            let survives = (worst.value > 0.0) == rose && worst.value.abs() > f64::EPSILON;
            fills.extend([("worst", worst.text.clone()), ("unchanged", bounds.unchanged.text.clone())]);
            said.push(say("attrition", if survives { "survives" } else { "depends" }, &fills));
        }
        said.join(" ")
    }
}

impl Loss {
    /// How many of the lost could never be asked later, where that is told.
    pub(super) fn never_asked_in_words(&self) -> Option<String> {
        Some(say("attrition", "never_asked", &[("never", number::count(self.never_asked?))]))
    }
}

/// People with a before in projects that have no follow-up and no answer of one: what those projects show of them,
/// together. `None` where one of them does not show it.
fn never_asked(outcome: &Outcome, groups: &Groups<'_>) -> Option<i64> {
    let projects = groups.projects.iter().zip(&outcome.by_project);
    let never = projects
        .filter(|(project, finding)| !groups.has_follow_up(project.id) && finding.base.after == Figure::Shown(0));
    let befores = never.map(|(_, finding)| finding.base.before.shown().copied());
    (outcome.comparison == Comparison::Later).then(|| befores.sum::<Option<i64>>()).flatten()
}

impl Bounds {
    fn of(found: &statistics::Attrition) -> Figure<Bounds> {
        let of = || {
            Ok::<Bounds, Undefined>(Bounds {
                lowest: Number::points(found.worst?),
                unchanged: Number::points(found.carried_forward?),
                highest: Number::points(found.best?),
            })
        };
        defined(of())
    }
}

/// Whether how the lost began may be said: ten of them, and no one to four of them on a side.
fn enough_lost(lost: &CountTable, is_share: bool) -> Figure<()> {
    let n = i64::try_from(lost.n()).unwrap_or(i64::MAX);
    if n == 0 {
        return Figure::Undefined("nobody was lost".to_owned());
    }
    suppression::if_enough(n, || {
        let positive = lost.cells().iter().filter(|(value, _)| *value > 0).map(|(_, n)| n).sum();
        let few = is_share && tells_of_few(&share(positive, lost.n()));
        if few { Figure::Withheld(Withheld::FewerThanFive) } else { Figure::Shown(()) }
    })
}

fn deviations(value: f64) -> Number {
    Number { value, text: number::signed(value, 2) }
}

/// Matched and lost by questionnaire, area and kind of provider. What is put together of projects is shown only
/// where each of them is, so that it says nothing that the projects do not.
fn composition(groups: &Groups<'_>, outcome: &Outcome) -> Vec<LossGroup> {
    let base = &outcome.headline.base;
    let (Some(&before), Some(&matched)) = (base.before.shown(), base.matched.shown()) else { return Vec::new() };
    let totals = [matched, before - matched];
    if totals.iter().any(|&n| n < suppression::SMALLEST_GROUP) {
        return Vec::new();
    }
    let counted = |finding: &Finding| Some([*finding.base.matched.shown()?, *finding.base.before.shown()?]);
    let own = |findings: &[Finding]| -> Vec<GroupCounts> {
        let row = |finding: &Finding| (finding.group.key.clone(), finding.group.name.clone(), counted(finding));
        findings.iter().map(row).collect()
    };
    let together = |key: &str, name: &str, belongs: &dyn Fn(&Project) -> bool| {
        let members: Vec<&Finding> = (groups.projects.iter().zip(&outcome.by_project))
            .filter(|(project, _)| belongs(project))
            .map(|(_, finding)| finding)
            .collect();
        let add = |so_far: [i64; 2], one: [i64; 2]| [so_far[0] + one[0], so_far[1] + one[1]];
        let sum = members.iter().try_fold([0, 0], |sum, finding| Some(add(sum, counted(finding)?)));
        (!members.is_empty()).then(|| (key.to_owned(), name.to_owned(), sum))
    };
    let models = DeliveryModel::ALL
        .iter()
        .filter_map(|model| together(model.code(), model.words(), &|project| project.delivery_model == *model));
    let experience = [(true, "established", "Established provider"), (false, "new", "New provider")];
    let experience = experience
        .iter()
        .filter_map(|(is, key, name)| together(key, name, &|project| project.established == Some(*is)));
    let tables = [
        ("Key stage", Cut::KeyStage.code(), own(&outcome.by_key_stage)),
        ("Area", Cut::Area.code(), own(&outcome.by_area)),
        ("Delivery model", "delivery_model", models.collect()),
        ("Provider", "provider", experience.collect()),
    ];
    tables
        .into_iter()
        .filter(|(.., rows)| rows.len() > 1)
        .flat_map(|(what, code, rows)| table(what, code, rows, totals))
        .collect()
}

/// One characteristic: small numbers of lost children hide, and with them what would give them away.
fn table(
    characteristic: &'static str,
    code: &str,
    rows: Vec<GroupCounts>,
    [matched, lost]: [i64; 2],
) -> Vec<LossGroup> {
    let sizes: Vec<i64> =
        rows.iter().map(|(.., counts)| counts.map_or(0, |[matched, before]| before - matched)).collect();
    let hidden = suppression::counts(&sizes);
    let of_row = |((key, name, counts), lost_figure): (GroupCounts, Figure<i64>)| {
        let known = counts.map_or(Figure::Withheld(Withheld::ProtectsAnother), Figure::Shown);
        let lost_here = known.clone().and_then(|_| lost_figure);
        let standardised = known.clone().and_then(|[in_matched, before]| {
            lost_here.clone().and_then(|_| gap([in_matched, matched], [before - in_matched, lost]))
        });
        LossGroup {
            characteristic,
            key: format!("{code}.{key}"),
            name,
            matched: known.and_then(|[n, _]| Share::counted(n, matched)),
            lost: lost_here.and_then(|n| Share::counted(n, lost)),
            unlike: standardised.shown().is_some_and(|d| d.value.abs() > UNLIKE),
            standardised,
        }
    };
    rows.into_iter().zip(hidden).map(of_row).collect()
}

/// The difference of two shares by the mean of their variances, as for two means.
fn gap([a, of_a]: [i64; 2], [b, of_b]: [i64; 2]) -> Figure<Number> {
    let (p, q) = (a as f64 / of_a as f64, b as f64 / of_b as f64);
    let spread = ((p * (1.0 - p) + q * (1.0 - q)) / 2.0).sqrt();
    if spread > 0.0 {
        Figure::Shown(deviations((p - q) / spread))
    } else {
        Figure::Undefined(Undefined::SidesConstant.to_string())
    }
}
