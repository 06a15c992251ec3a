//! Several parts at once: a project's or an area's children of one key stage, or those whose projects began in one term.

use super::admission::{Known, Set};
use super::breakdown::{directions, ends, sides};
use super::change::{Change, Direction, View};
use super::dose_change::{DoseChange, Part, parts_by_band};
use super::finding::{Base, Cut, Finding, Group};
use super::groups::Groups;
use super::input::ReportInput;
use super::outcome::Outcome;
use super::suppression::{self, Figure, SMALLEST_COUNT, SMALLEST_GROUP, Withheld, is_small};
use super::tally::Tally;
use super::{BesideOthers, Report};
use crate::pairing::MOST_VISITS;
use crate::survey::Rank;

/// The tables that are planned for, in the order in which they are filled. Projects began in one term each.
const TABLES: [&[Cut]; 8] = [
    &[Cut::Area, Cut::KeyStage],
    &[Cut::Project, Cut::KeyStage],
    &[Cut::Model, Cut::KeyStage],
    &[Cut::Term, Cut::KeyStage],
    &[Cut::Area, Cut::Term],
    &[Cut::Model, Cut::Term],
    &[Cut::Area, Cut::Term, Cut::KeyStage],
    &[Cut::Model, Cut::Term, Cut::KeyStage],
];

/// What is said where a step is not counted for the cells of a crossed table.
const NOT_HERE: &str = "not counted where parts are crossed";

impl Group {
    /// Those who are in each of several parts.
    fn crossed(parts: &[Group]) -> Group {
        let joined = |of: fn(&Group) -> String, with: &str| parts.iter().map(of).collect::<Vec<_>>().join(with);
        Group { cut: Cut::Several, key: joined(Group::code, "+"), name: joined(|part| part.name.clone(), ", ") }
    }

    /// Whether several parts can be crossed: one place, one term and one questionnaire at the most.
    fn can_cross(parts: &[Group]) -> bool {
        let many = |cuts: &[Cut]| parts.iter().filter(|part| cuts.contains(&part.cut)).count() > 1;
        !many(&[Cut::Project, Cut::Area, Cut::Model])
            && !many(&[Cut::Term])
            && !many(&[Cut::KeyStage])
            && !parts.iter().any(|part| matches!(part.cut, Cut::All | Cut::Group | Cut::Several))
    }
}

impl Report {
    /// The report of those who are in each of some parts of it: of everyone where there are none. `None` where the parts
    /// cannot be crossed. `input` is what the report was made of.
    pub fn told_of(self, input: &ReportInput, parts: &[Group]) -> Option<Report> {
        match parts {
            [] => Some(self),
            [part] => Some(self.narrowed(part)),
            several => Group::can_cross(several).then(|| self.crossed(input, several)),
        }
    }

    fn crossed(self, input: &ReportInput, parts: &[Group]) -> Report {
        let groups = Groups::of(input);
        let tallies = Tally::all(input, |project_id| groups.includes(project_id));
        let doses = self.dose_changes.clone();
        let of = |outcome: &Outcome| {
            if !is_told_by(outcome, parts) {
                return None;
            }
            let tally = tallies.get(&outcome.subject())?;
            let same = |dose: &&DoseChange| {
                outcome.who == crate::person::Role::Child
                    && dose.measure == outcome.measure
                    && dose.comparison == outcome.comparison
            };
            let crossing = Crossing::of(outcome, tally, &groups, doses.iter().find(same));
            Some(outcome.alone(crossing.finding(parts)))
        };
        let mut report = self.narrowed_to(Group::crossed(parts), of);
        report.beside = BesideOthers::crossed(input, &groups, &report.primary, parts);
        report.evidence.weigh(report.part.as_ref(), &report.primary, report.beside.as_ref());
        report
    }
}

/// Whether a result is told by each of some parts.
fn is_told_by(outcome: &Outcome, parts: &[Group]) -> bool {
    let known = |group: &Group| outcome.by(group.cut).iter().any(|finding| finding.group == *group);
    outcome.rank != Rank::Describe && parts.iter().all(known)
}

fn not_here() -> Base {
    let figure = || Figure::Undefined(NOT_HERE.to_owned());
    Base { registered: figure(), before: figure(), after: figure(), matched: figure() }
}

/// One result with the tables that are crossed.
struct Crossing<'a> {
    outcome: &'a Outcome,
    tally: &'a Tally<'a>,
    groups: &'a Groups<'a>,
    /// Indivisible parts with anybody matched, and how many those are.
    parts: Vec<Part<'a>>,
    sizes: Vec<i64>,
    /// By how many sessions they came to, where that is told.
    bands: Vec<Set>,
    /// How many stand on each side of a cut and at each end of a scale: of all bands of a project and questionnaire,
    /// with the first of them. And how they moved.
    categories: Vec<[Vec<i64>; 3]>,
}

impl<'a> Crossing<'a> {
    fn of(
        outcome: &'a Outcome,
        tally: &'a Tally<'a>,
        groups: &'a Groups<'a>,
        dose: Option<&DoseChange>,
    ) -> Crossing<'a> {
        let ends_of = |dose: &DoseChange| -> Vec<(i64, i64)> {
            dose.bands.iter().map(|band| (band.from, band.to.unwrap_or(MOST_VISITS))).collect()
        };
        let bands = dose.map(ends_of).unwrap_or_default();
        let (parts, sizes) = parts_by_band(tally, groups, &bands);
        let of_band = |band| (0..parts.len()).filter(|&place| parts[place].band == Some(band)).collect();
        let same = |a: &Part<'_>, b: &Part<'_>| a.project == b.project && a.survey == b.survey;
        let mut categories: Vec<[Vec<i64>; 3]> = Vec::new();
        for (place, part) in parts.iter().enumerate() {
            let is_first = place == 0 || !same(part, &parts[place - 1]);
            let of_part = tally.only(|project, survey| is_first && project == part.project && survey == part.survey);
            categories.push([sides(&of_part), ends(&of_part), directions(&of_part)]);
        }
        Crossing { bands: (0..bands.len()).map(of_band).collect(), outcome, tally, groups, parts, sizes, categories }
    }

    /// What may be shown of those who are in each of several parts.
    fn finding(&self, wanted: &[Group]) -> Finding {
        let group = Group::crossed(wanted);
        let headline = &self.outcome.headline;
        let id = [&headline.measure, headline.who.code(), headline.comparison.code(), &group.key].join(".");
        let set = self.those(wanted);
        // The people of a part that is shown by itself.
        let same = |finding: &&Finding| !set.is_empty() && self.those(std::slice::from_ref(&finding.group)) == set;
        if let Some(one) = Cut::PARTS.into_iter().flat_map(|cut| self.outcome.by(cut)).find(same) {
            let base = Base { matched: one.base.matched.clone(), ..not_here() };
            return Finding { id, group, base, ..one.clone() };
        }
        let holds = |project, survey: &str| wanted.iter().all(|group| self.groups.holds(group, project, survey));
        let tally = self.tally.only(holds);
        let (matched, change) = self.shown(&set, &tally);
        let base = Base { matched, ..not_here() };
        Finding { id, group, base, change, ..headline.clone() }
    }

    /// How many are matched in a cell of the crossed tables, and what changed among them.
    fn shown(&self, set: &Set, tally: &Tally<'_>) -> (Figure<i64>, Figure<Change>) {
        let tables: Vec<Vec<Set>> = TABLES.iter().map(|cuts| self.table(cuts)).collect();
        let is_in = |admitted: &[Vec<bool>], set: &Set| {
            let mut cells = tables.iter().flatten().zip(admitted.iter().flatten());
            set.is_empty() || cells.any(|(cell, &is_shown)| is_shown && cell == set)
        };
        let n = |set: &Set| self.people(set);
        let counted = self
            .known(|finding| finding.base.matched.shown().is_some(), SMALLEST_COUNT, &|set| is_small(n(set)))
            .admit(&tables, n);
        let few: Vec<Set> = self
            .told(|_| false)
            .into_iter()
            .flatten()
            .map(|cell| cell.0)
            .chain(tables.iter().flatten().cloned())
            .filter(|set| (1..SMALLEST_GROUP).contains(&n(set)))
            .collect();
        let tells = |set: &Set| self.tells_of_few(set, &few);
        let changes = self.known(|finding| finding.change.shown().is_some(), SMALLEST_GROUP, &tells).admit(&tables, n);
        let matched = tally.matched();
        let why =
            if (1..SMALLEST_GROUP).contains(&matched) { Withheld::FewerThanTen } else { Withheld::ProtectsAnother };
        let count = match is_in(&counted, set) {
            true => Figure::Shown(matched),
            false if matched < SMALLEST_COUNT => Figure::Withheld(Withheld::FewerThanFive),
            false => Figure::Withheld(Withheld::ProtectsAnother),
        };
        let (all, partly) = self.directions_told();
        let of_moves = |set: &Set| tells(set) || self.tells_of_moves(set, &few);
        let moves = Known { partly, ..self.known(|finding| all(finding), SMALLEST_COUNT, &of_moves) };
        let direction = !self.tally.has_two_values() && is_in(&moves.admit(&tables, n), set);
        // Who changed sides would need tables of their own.
        let spread = matched == 0 || !directions(tally).contains(&matched);
        let view = View { everyone: false, direction, spread, switch: false };
        let without_directions = |change: Change| Change { direction: Direction::withheld(), ..change };
        let change = match is_in(&changes, set) && count.shown().is_some() {
            true if direction => suppression::if_enough(matched, || Change::of(tally, view)),
            true => suppression::if_enough(matched, || Change::of(tally, view)).map(without_directions),
            false => Figure::Withheld(why),
        };
        (count, change)
    }

    /// What is known of the tables that are not crossed.
    fn known<'t>(
        &self,
        is_shown: impl Fn(&Finding) -> bool,
        smallest: i64,
        tells: &'t dyn Fn(&Set) -> bool,
    ) -> Known<'t> {
        let (tables, secrets) = (self.told(is_shown), self.few_by_band(smallest));
        Known { parts: self.parts.len(), tables, beside: self.bands.clone(), partly: Vec::new(), secrets, tells }
    }

    /// Whether a finding tells how many moved each way, and the people of those that tell some of it.
    fn directions_told(&self) -> (impl Fn(&Finding) -> bool, Vec<Set>) {
        let told = |finding: &Finding| -> usize {
            let moved = finding.change.shown().map(|change| &change.direction);
            moved.map_or(0, |moved| {
                [&moved.improved, &moved.same, &moved.lower].into_iter().filter(|share| share.shown().is_some()).count()
            })
        };
        let findings = Cut::PARTS.into_iter().flat_map(|cut| self.outcome.by(cut)).chain([&self.outcome.headline]);
        let partly = findings.filter(|finding| (1..3).contains(&told(finding)));
        let partly = partly.map(|finding| self.those(std::slice::from_ref(&finding.group))).collect();
        (move |finding: &Finding| told(finding) == 3, partly)
    }

    /// Whether how some people moved tells of one to four of them, or of what a few who are withheld did like all.
    fn tells_of_moves(&self, set: &Set, few: &[Set]) -> bool {
        let n = self.people(set);
        let moved = self.sums(set, 2);
        let alike = n > 0 && moved.contains(&n);
        moved.iter().any(|&count| is_small(count)) || (alike && few.iter().any(|few| few.is_subset(set)))
    }

    /// How many of some people are of each category.
    fn sums(&self, set: &Set, which: usize) -> Vec<i64> {
        let mut sums: Vec<i64> = Vec::new();
        for counts in set.iter().map(|&part| &self.categories[part][which]) {
            sums.resize(counts.len(), 0);
            sums.iter_mut().zip(counts).for_each(|(sum, n)| *sum += n);
        }
        sums
    }

    /// Everyone, and the tables by project, area, delivery model, term and questionnaire.
    fn told(&self, is_shown: impl Fn(&Finding) -> bool) -> Vec<Vec<(Set, bool)>> {
        let cell = |finding: &Finding| (self.those(std::slice::from_ref(&finding.group)), is_shown(finding));
        let tables = Cut::PARTS.into_iter().map(|cut| self.outcome.by(cut).iter().map(cell).collect());
        std::iter::once(vec![cell(&self.outcome.headline)]).chain(tables).collect()
    }

    /// A table that crosses the parts of some ways to divide a programme.
    fn table(&self, cuts: &[Cut]) -> Vec<Set> {
        let mut cells: Vec<Vec<Group>> = vec![Vec::new()];
        for cut in cuts {
            let groups = self.outcome.by(*cut).iter().map(|finding| &finding.group);
            let with = |group: &Group| {
                let group = group.clone();
                cells
                    .iter()
                    .map(move |cell| [cell.as_slice(), std::slice::from_ref(&group)].concat())
                    .collect::<Vec<_>>()
            };
            cells = groups.flat_map(with).collect();
        }
        cells.iter().map(|groups| self.those(groups)).collect()
    }

    /// The parts with anybody who is in each of some groups.
    fn those(&self, groups: &[Group]) -> Set {
        let holds = |part: &Part<'_>| groups.iter().all(|group| self.groups.holds(group, part.project, part.survey));
        (0..self.parts.len()).filter(|&place| self.sizes[place] > 0 && holds(&self.parts[place])).collect()
    }

    fn people(&self, set: &Set) -> i64 {
        set.iter().map(|&part| self.sizes[part]).sum()
    }

    /// Whether the level among some people tells of one to nine, of one to four of a category, or of what all of them
    /// have in common with a few who are withheld.
    fn tells_of_few(&self, set: &Set, few: &[Set]) -> bool {
        let n = self.people(set);
        if n == 0 || n < SMALLEST_GROUP {
            return n > 0;
        }
        let (sides, ends) = (self.sums(set, 0), self.sums(set, 1));
        let alike = sides.contains(&n) || ends.contains(&n);
        sides.iter().any(|&count| is_small(count)) || (alike && few.iter().any(|few| few.is_subset(set)))
    }

    /// The few of a project, a questionnaire or both who came to as many sessions.
    fn few_by_band(&self, smallest: i64) -> Vec<Set> {
        if self.bands.is_empty() {
            return Vec::new();
        }
        let those = |holds: &dyn Fn(&Part<'_>) -> bool| -> Set {
            (0..self.parts.len()).filter(|&place| holds(&self.parts[place])).collect()
        };
        let sets = self.parts.iter().flat_map(|one| {
            [
                those(&|part| part == one),
                those(&|part| (part.project, part.band) == (one.project, one.band)),
                those(&|part| (part.survey, part.band) == (one.survey, one.band)),
            ]
        });
        sets.filter(|set| (1..smallest).contains(&self.people(set))).collect()
    }
}
