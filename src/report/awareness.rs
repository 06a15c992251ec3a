//! The readings of "awareness rose by at least 50%": one headline, and every other way to read it, named.

use serde::Serialize;

use crate::session::TargetReading;
use crate::statistics::{Threshold, claim, share, summary};

use super::change::{self, Change};
use super::clusters::ClusterTally;
use super::estimate::{Estimate, Share, defined};
use super::finding::Finding;
use super::judged::{self, Goal, Held};
use super::number::{self, Number};
use super::sensitivity;
use super::suppression::{Figure, Withheld};
use super::tally::{Scale, Tally};
use super::wording::say;

/// Points by which the over-claiming check may differ from the headline without a word of caution.
const OVERCLAIM_POINTS: f64 = 5.0;

/// Readings R2, R3 and R5 and the over-claiming check. R1 and R4 are the change itself.
#[derive(Debug, Clone, Serialize)]
pub struct Readings {
    /// R2: the median change, in jobs.
    pub typical: Figure<Number>,
    /// R3: people up by the programme's target or more.
    pub up_by_target: Figure<Share>,
    /// People who knew none of the jobs before.
    pub none_before: Figure<i64>,
    /// R5: whether "at least the target" is supported.
    pub claim: AtLeast,
    /// R1 again without anyone who tapped a job that does not exist; absent where the surveys have no such check.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overclaim: Option<Overclaim>,
}

/// Whether "at least the target" is supported, and by what.
#[derive(Debug, Clone, Serialize)]
pub struct AtLeast {
    /// The programme's own target, in percent.
    pub target: i64,
    /// How it is judged, chosen with it.
    pub reading: TargetReading,
    /// What is held against it by that reading; nothing where these answers do not give it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held: Option<Held>,
    /// What supports it.
    pub support: Support,
    /// Projects whose change is shown as a percentage.
    pub projects: usize,
    /// Those of them below the target.
    pub below: Vec<Below>,
}

/// What supports a claim of "at least".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Support {
    /// The lower end of the interval for all together is at the target or above.
    LowerLimit,
    /// The lower end is below, but every project with ten or more matched is at the target or above.
    EveryProject,
    /// Neither.
    None,
    /// The interval cannot be bounded.
    Unbounded,
    /// There is no percentage to judge.
    NoPercentage,
}

/// A project below the target.
#[derive(Debug, Clone, Serialize)]
pub struct Below {
    /// Its name.
    pub name: String,
    /// Its change in percent.
    pub percent: Number,
}

/// The headline without anyone who tapped a job that does not exist.
#[derive(Debug, Clone, Serialize)]
pub struct Overclaim {
    /// Matched people who are left.
    pub matched: Figure<i64>,
    /// Their change in percent.
    pub percent: Figure<Estimate>,
    /// Whether it is more than five points from the headline.
    pub differs: bool,
}

impl Readings {
    pub(super) fn of(
        change: &Change,
        tally: &Tally<'_>,
        (is_checked, holds_few): (bool, bool),
        by_project: &[Finding],
        goal: &Goal,
    ) -> Readings {
        let (percents, jobs) = (tally.percents(), tally.codes());
        let threshold =
            u32::try_from(goal.target).ok().and_then(Threshold::percent_more).unwrap_or(Threshold::HALF_MORE);
        let reached = claim(&percents, threshold).reached;
        // What all did, or nobody, each of the few did who are withheld.
        let tells = holds_few && (reached.count == 0 || reached.count == reached.n);
        let is_spread_shown = !matches!(change.points.interval, Figure::Withheld(_));
        let typical = || defined(summary(&jobs.changes()).median.map(Number::points));
        Readings {
            typical: if is_spread_shown { typical() } else { Figure::Withheld(Withheld::ProtectsAnother) },
            up_by_target: if tells { Figure::Withheld(Withheld::FewerThanFive) } else { Share::alone(reached) },
            none_before: Share::alone(share(percents.count(|pre, _| pre <= 0), percents.n())).map(|none| none.count),
            claim: AtLeast::of(change, by_project, goal),
            overclaim: is_checked.then(|| Overclaim::of(change, tally)),
        }
    }

    /// The readings in words, in the order R1, R4, R2, R3, R5, over-claiming.
    pub(super) fn sentences(&self, change: &Change, matched: i64, who: &str, later: &str) -> Vec<String> {
        let mut fills = vec![
            ("who", who.to_owned()),
            ("later", later.to_owned()),
            ("n", number::count(matched)),
            ("target", self.claim.target.to_string()),
            ("points_signed", change.points.value.whole_signed()),
        ];
        let mut said = Vec::new();
        if let Some(Figure::Shown(percent)) = &change.percent {
            fills.push(("percent_size", number::decimals(percent.value.value.abs(), 0)));
            said.push(say("awareness", "relative", &fills));
            said.push(say("awareness", "points", &fills));
        }
        said.push(format!("{} (R5)", self.supported(change, who)));
        said.extend(self.claim.by_project(&fills));
        said.push(self.claim.judged());
        if let Some(typical) = self.typical.shown() {
            let key = if typical.value > 0.0 { "typical" } else { "typical_none" };
            let places = usize::from(typical.value.fract().abs() > 1e-9);
            fills.push(("median", number::decimals(typical.value, places)));
            said.push(say("awareness", key, &fills));
        }
        if let Some(share) = self.up_by_target.shown() {
            let own = [("count", number::count(share.count)), ("percent", share.percent.whole())];
            said.push(say("awareness", "up_by_target", &[&fills[..], &own].concat()));
        }
        if let Some(&count) = self.none_before.shown().filter(|&&count| count > 0) {
            said.push(say("awareness", "none_before", &[&fills[..], &[("count", number::count(count))]].concat()));
        }
        said.extend(self.overclaim.as_ref().and_then(|check| check.sentence(who)));
        said
    }
}

impl Readings {
    /// Whether "at least the target" is supported, and how it is judged by the reading that was chosen.
    pub(super) fn claim_sentence(&self, change: &Change, who: &str) -> String {
        format!("{} {}", self.supported(change, who), self.claim.judged())
    }

    fn supported(&self, change: &Change, who: &str) -> String {
        self.claim.sentence(change, &[("who", who.to_owned()), ("target", self.claim.target.to_string())])
    }
}

impl AtLeast {
    fn of(change: &Change, by_project: &[Finding], goal: &Goal) -> AtLeast {
        let (target, reading) = (goal.target, goal.reading);
        let shown = by_project.iter().filter_map(|finding| {
            let percent = finding.change.shown()?.percent.as_ref()?.shown()?;
            Some(Below { name: finding.group.name.clone(), percent: percent.value.clone() })
        });
        let shown: Vec<Below> = shown.collect();
        let projects = shown.len();
        let all_judged =
            by_project.iter().all(|finding| !matches!(finding.change, Figure::Withheld(Withheld::ProtectsAnother)));
        let below: Vec<Below> = shown.into_iter().filter(|project| project.percent.value < target as f64).collect();
        let support = match &change.percent {
            Some(Figure::Shown(percent)) => match percent.interval.shown() {
                Some(interval) if interval.low.value >= target as f64 => Support::LowerLimit,
                Some(_) if projects > 0 && all_judged && below.is_empty() => Support::EveryProject,
                Some(_) => Support::None,
                None => Support::Unbounded,
            },
            _ => Support::NoPercentage,
        };
        let percent = change.percent.as_ref().and_then(Figure::shown);
        let held = Held::of_all(goal, percent, by_project);
        AtLeast { target, reading, held, support, projects, below }
    }

    fn judged(&self) -> String {
        judged::sentence(self.reading, self.held.as_ref(), self.target)
    }

    fn sentence(&self, change: &Change, fills: &[(&str, String)]) -> String {
        let key = match self.support {
            Support::LowerLimit => "claim_lower",
            Support::EveryProject => "claim_projects",
            Support::None => "claim_not",
            Support::Unbounded => "claim_unbounded",
            Support::NoPercentage => "claim_points",
        };
        let limits = change.percent.as_ref().and_then(|percent| percent.shown()?.interval.shown());
        let low = limits.map_or_else(String::new, |limits| lower_end(limits.low.value, self.target));
        say("awareness", key, &[fills, &[("low", low)]].concat())
    }

    fn by_project(&self, fills: &[(&str, String)]) -> Option<String> {
        if self.projects < 2 || self.support == Support::EveryProject {
            return None;
        }
        let names: Vec<String> =
            self.below.iter().map(|project| format!("{} ({})", project.name, project.percent.text)).collect();
        let own = [
            ("projects", self.projects.to_string()),
            ("below", self.below.len().to_string()),
            ("names", names.join(", ")),
        ];
        let key = if self.below.is_empty() { "projects_all" } else { "projects_below" };
        Some(say("awareness", key, &[fills, &own].concat()))
    }
}

/// The lower end to one decimal, never rounded up to a target that it does not reach.
fn lower_end(low: f64, target: i64) -> String {
    let printed = number::decimals(low, 1);
    let reads_as_met = low < target as f64 && printed == number::decimals(target as f64, 1);
    if reads_as_met { number::decimals((low * 10.0).floor() / 10.0, 1) } else { printed }
}

impl Overclaim {
    /// The run of the main result without them, under the rule of all runs: two such figures tell of those who are in one
    /// alone.
    fn of(change: &Change, tally: &Tally<'_>) -> Overclaim {
        let clean = sensitivity::without_foils(tally);
        let left = clean.shown().map_or(0, Tally::matched);
        let percent = clean.and_then(|clean| {
            let left_out = clean.matched() < tally.matched();
            match &change.percent {
                Some(percent) if !left_out => percent.clone(),
                _ => change::percent(&clean, &ClusterTally::of(&clean, Scale::Percents)),
            }
        });
        let headline = change.percent.as_ref().and_then(|percent| percent.shown());
        let gap = headline.zip(percent.shown()).map(|(all, clean)| (all.value.value - clean.value.value).abs());
        let matched = if percent.shown().is_some() { Figure::Shown(left) } else { percent.clone().map(|_| left) };
        Overclaim { matched, differs: gap.is_some_and(|gap| gap > OVERCLAIM_POINTS), percent }
    }

    fn sentence(&self, who: &str) -> Option<String> {
        let (percent, &n) = (self.percent.shown()?, self.matched.shown()?);
        let key = if self.differs { "overclaim_differs" } else { "overclaim_same" };
        let fills =
            [("who", who.to_owned()), ("n", number::count(n)), ("percent_signed", percent.value.whole_signed())];
        Some(say("awareness", key, &fills))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lower_end_just_below_the_target_never_reads_as_the_target() {
        assert_eq!(lower_end(49.97, 50), "49.9");
        assert_eq!(lower_end(50.0, 50), "50.0");
        assert_eq!(lower_end(50.98, 50), "51.0");
        assert_eq!(lower_end(-3.04, 50), "−3.0");
    }
}
