//! Main results of children by how many sessions they came to. Who comes more often differs in more than that, so this
//! describes.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::pairing::MOST_VISITS;
use crate::person::Role;
use crate::session::Design;

use super::breakdown::{Breakdown, sides, signed};
use super::change::{Change, View};
use super::estimate::Estimate;
use super::finding::{Cut, Finding};
use super::groups::Groups;
use super::number::Number;
use super::outcome::Outcome;
use super::suppression::{Figure, Plan, SMALLEST_GROUP, Withheld, follows_from};
use super::tally::{Scale, Tally};

/// A main result by sessions come to.
#[derive(Debug, Clone, Serialize)]
pub struct DoseChange {
    /// Unique in the report: `dose_change.AWR.child.after`.
    pub id: String,
    /// The measure's id.
    pub measure: String,
    /// What people call it.
    pub title: String,
    /// What the before is compared with.
    pub comparison: crate::survey::Comparison,
    /// Whether changes are percentages of the level before; points otherwise.
    pub is_percent: bool,
    /// From those who came least often to those who came most often.
    pub bands: Vec<Band>,
}

/// Matched children who came about equally often.
#[derive(Debug, Clone, Serialize)]
pub struct Band {
    /// Sessions, at least.
    pub from: i64,
    /// Sessions, at most; `None` for any number more.
    pub to: Option<i64>,
    /// Children.
    pub matched: i64,
    /// What changed among them.
    pub change: Figure<BandChange>,
}

/// What changed among children of a band.
#[derive(Debug, Clone, Serialize)]
pub struct BandChange {
    /// Level before.
    pub before: Number,
    /// Level after.
    pub after: Number,
    /// The change, in percent or points.
    pub change: Estimate,
}

impl Band {
    /// For tables and files: `2`, `3 to 4`, `5 or more`.
    pub fn words(&self) -> String {
        match self.to {
            Some(to) if to == self.from => to.to_string(),
            Some(to) => format!("{} to {to}", self.from),
            None => format!("{} or more", self.from),
        }
    }

    /// The same as a part of an id: `3_to_4`.
    pub(super) fn code(&self) -> String {
        self.words().replace(' ', "_")
    }
}

impl DoseChange {
    /// Of a main result of children, among projects that meet the same families more than once; `None` where there are
    /// no two bands of ten, or where the children of these projects together would tell of a withheld project.
    pub(super) fn of(outcome: &Outcome, tally: &Tally<'_>, groups: &Groups<'_>) -> Option<DoseChange> {
        let main = outcome.headline.change.shown().filter(|_| outcome.who == Role::Child)?;
        let meets = |id: i64| groups.projects.iter().any(|one| one.id == id && one.design == Design::Programme);
        let withheld = outcome.by_project.iter().filter(|finding| matches!(finding.change, Figure::Withheld(_)));
        let hidden: Vec<bool> =
            withheld.map(|finding| groups.numbered(&finding.group.key).is_some_and(|one| meets(one.id))).collect();
        if hidden.contains(&true) && hidden.contains(&false) {
            return None;
        }
        let of_projects = tally.only(|project, _| meets(project));
        let came = |from: i64, to: i64| of_projects.who_came(|visits| (from..=to).contains(&visits));
        let sizes: Vec<i64> = (1..=MOST_VISITS).map(|visits| came(visits, visits).matched()).collect();
        let ends = bands(&sizes);
        let tallies: Vec<Tally<'_>> = ends.iter().map(|&(from, to)| came(from, to)).collect();
        if tallies.len() < 2 || tells_of_few(outcome, tally, groups, &ends) {
            return None;
        }
        let plan = Plan::one_way(&tallies.iter().map(Tally::matched).collect::<Vec<_>>());
        let none = vec![None; tallies.len()];
        let everyone = of_projects.who_came(|_| true);
        let why = Breakdown::of(sides, &everyone, &tallies, true).withhold(&plan, SMALLEST_GROUP, &none);
        let is_percent = main.percent.as_ref().is_some_and(|percent| percent.shown().is_some());
        let most = sizes.iter().rposition(|&n| n > 0).map_or(1, |place| place + 1);
        let band = |((from, to), (tally, why)): ((i64, i64), (Tally<'_>, Option<Withheld>))| Band {
            from,
            to: (to < i64::try_from(most).unwrap_or(MOST_VISITS)).then_some(to),
            matched: tally.matched(),
            change: match why {
                Some(why) => Figure::Withheld(why),
                None => Change::of(&tally, View { everyone: false, direction: false, spread: true, switch: false })
                    .and_then(|change| {
                        let estimate = match (&change.percent, is_percent) {
                            (Some(percent), true) => percent.clone(),
                            _ => Figure::Shown(change.points.clone()),
                        };
                        estimate.map(|estimate| BandChange {
                            before: change.before,
                            after: change.after,
                            change: estimate,
                        })
                    }),
            },
        };
        Some(DoseChange {
            id: ["dose_change", &outcome.measure, outcome.who.code(), outcome.comparison.code()].join("."),
            measure: outcome.measure.clone(),
            title: outcome.title.clone(),
            comparison: outcome.comparison,
            is_percent,
            bands: ends.into_iter().zip(tallies.into_iter().zip(why)).map(band).collect(),
        })
    }
}

/// Whether a group below ten, or one that is withheld, follows from the bands laid beside the tables by project, area,
/// model, term and questionnaire, and does not follow from those tables alone.
fn tells_of_few(outcome: &Outcome, tally: &Tally<'_>, groups: &Groups<'_>, bands: &[(i64, i64)]) -> bool {
    let (parts, sizes) = parts_by_band(tally, groups, bands);
    let those = |holds: &dyn Fn(&Part<'_>) -> bool| -> Vec<usize> {
        (0..parts.len()).filter(|&place| holds(&parts[place])).collect()
    };
    let cell = |finding: &Finding| those(&|part| groups.holds(&finding.group, part.project, part.survey));
    let cells = Cut::PARTS.into_iter().flat_map(|cut| outcome.by(cut));
    let (hidden, shown): (Vec<&Finding>, Vec<&Finding>) =
        cells.partition(|finding| matches!(finding.change, Figure::Withheld(_)));
    let tables: Vec<Vec<usize>> = shown.into_iter().map(cell).chain([those(&|_| true)]).collect();
    let by_band: Vec<Vec<usize>> = (0..bands.len()).map(|band| those(&|part| part.band == Some(band))).collect();
    let few = |set: &Vec<usize>| (1..SMALLEST_GROUP).contains(&set.iter().map(|&part| sizes[part]).sum());
    let small = parts.iter().flat_map(|one| {
        [
            those(&|part| part == one),
            those(&|part| (part.project, part.band) == (one.project, one.band)),
            those(&|part| (part.survey, part.band) == (one.survey, one.band)),
        ]
    });
    let secrets = small.filter(few).chain(hidden.into_iter().map(cell));
    let known = || tables.iter().map(Vec::as_slice);
    let with_bands = || known().chain(by_band.iter().map(Vec::as_slice));
    secrets
        .into_iter()
        .filter(|secret| !secret.is_empty())
        .any(|secret| follows_from(&secret, with_bands(), &sizes) && !follows_from(&secret, known(), &sizes))
}

/// Matched children of one project and questionnaire in one band; without one where they are of none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Part<'a> {
    pub project: i64,
    pub survey: &'a str,
    pub band: Option<usize>,
}

/// The matched by project, questionnaire and band, and how many each part holds.
pub(super) fn parts_by_band<'t>(
    tally: &'t Tally<'_>,
    groups: &Groups<'_>,
    bands: &[(i64, i64)],
) -> (Vec<Part<'t>>, Vec<i64>) {
    let mut counts: BTreeMap<Part<'t>, i64> = BTreeMap::new();
    for (row, _, _, n) in tally.matched_rows(Scale::Codes) {
        let (project, survey) = (row.count.group.project_id, row.count.survey.as_str());
        let meets = groups.projects.iter().any(|one| one.id == project && one.design == Design::Programme);
        let band = row.count.visits.filter(|_| meets);
        let band = band.and_then(|visits| bands.iter().position(|&(from, to)| (from..=to).contains(&visits)));
        *counts.entry(Part { project, survey, band }).or_default() += signed(n);
    }
    counts.into_iter().unzip()
}

/// Numbers of sessions put together until each band holds ten; `sizes` are the children who came once, twice, and so on.
fn bands(sizes: &[i64]) -> Vec<(i64, i64)> {
    let mut bands: Vec<(i64, i64, i64)> = Vec::new();
    for (visits, &n) in (1..).zip(sizes) {
        match bands.last_mut() {
            Some((_, to, held)) if *held < SMALLEST_GROUP => (*to, *held) = (visits, *held + n),
            _ => bands.push((visits, visits, n)),
        }
    }
    // What is left at the end joins the last band that is large enough.
    while bands.len() > 1 && bands.last().is_some_and(|(_, _, n)| *n < SMALLEST_GROUP) {
        let Some((_, to, n)) = bands.pop() else { break };
        if let Some(last) = bands.last_mut() {
            (last.1, last.2) = (to, last.2 + n);
        }
    }
    bands.into_iter().filter(|(_, _, n)| *n >= SMALLEST_GROUP).map(|(from, to, _)| (from, to)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_are_put_together_until_ten_children_stand_behind_them() {
        assert_eq!(bands(&[12, 30, 4, 7, 20, 3, 0, 0]), [(1, 1), (2, 2), (3, 4), (5, 8)]);
        assert_eq!(bands(&[4, 3, 2, 0]), []);
        assert_eq!(bands(&[4, 8, 9]), [(1, 3)]);
        let band = |from, to| Band { from, to, matched: 10, change: Figure::Undefined(String::new()) }.words();
        assert_eq!([band(2, Some(2)), band(3, Some(4)), band(5, None)], ["2", "3 to 4", "5 or more"]);
    }
}
