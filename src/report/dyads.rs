//! Do a child and a grown-up of one family say the same? Of main results that both are asked about.
//!
//! A pair is the one child of a family who answered beside a grown-up of it: of two grown-ups, beside each. The pairs
//! are some of those whose results are shown, so a table is shown only where nothing follows of the others, of a small
//! cell or of a few families.

use serde::Serialize;

use crate::pairing::FamilyAnswers;
use crate::person::Role;
use crate::statistics::{self, ClusterPairs, PairTable, Undefined, Unit, agreement, clustered_change, top_box};
use crate::survey::{Comparison, Rule};

use super::breakdown::signed;
use super::estimate::{Estimate, Share, defined};
use super::groups::Groups;
use super::input::ReportInput;
use super::number::{self, Number};
use super::outcome::Outcome;
use super::suppression::{Figure, SMALLEST_GROUP, Withheld, is_small};
use super::tally::people;
use super::tally::{Subject, Tally};
use super::wording::{self, say};

/// The standard normal quantile at 97.5 %.
const Z_975: f64 = 1.959_963_984_540_054;

/// What children and grown-ups of one family answered to the same question.
#[derive(Debug, Clone, Serialize)]
pub struct Dyads {
    /// Unique in the report: `dyads.TLK.later`.
    pub id: String,
    /// The measure's id.
    pub measure: String,
    /// What people call it.
    pub title: String,
    /// What the before is compared with.
    pub comparison: Comparison,
    /// The finding in a few words, for a chart's title.
    pub finding: String,
    /// It in sentences, or why there is none.
    pub sentences: Vec<String>,
    /// How pairs were made and intervals computed.
    pub note: String,
    /// Pairs of a child and a grown-up.
    pub pairs: Figure<i64>,
    /// Families they are of.
    pub families: Figure<i64>,
    /// What they said before.
    pub before: Figure<Alike>,
    /// What the same pairs said after, or later.
    pub after: Figure<Alike>,
}

/// Both answers of the pairs at one time: at or above the cut or not.
#[derive(Debug, Clone, Serialize)]
pub struct Alike {
    /// Both say yes.
    pub both: Share,
    /// The grown-up says yes and the child no.
    pub only_adult: Share,
    /// The child says yes and the grown-up no.
    pub only_child: Share,
    /// Both say no.
    pub neither: Share,
    /// Pairs that say the same, in percent, with families as the units that vary.
    pub agree: Estimate,
    /// Cohen's kappa.
    pub kappa: Figure<Estimate>,
}

/// Before or after.
#[derive(Clone, Copy)]
enum When {
    Before,
    After,
}

impl When {
    /// Those of a side who say yes at this time, and who say no.
    fn split(self, side: &[i64; 4]) -> [i64; 2] {
        let yes = |place: usize| match self {
            When::Before => place >= 2,
            When::After => place % 2 == 1,
        };
        let sum = |wanted: bool| (0..4).filter(|&place| yes(place) == wanted).map(|place| side[place]).sum();
        [sum(true), sum(false)]
    }
}

impl Dyads {
    /// One for each main result that children and grown-ups are both asked about.
    pub(super) fn all<'a>(
        input: &ReportInput,
        groups: &Groups<'_>,
        primary: &[Outcome],
        tally: impl Fn(&Subject) -> Option<&'a Tally<'a>>,
    ) -> Vec<Dyads> {
        let of_children = primary.iter().filter(|outcome| outcome.who == Role::Child);
        let both_asked = of_children.filter_map(|outcome| {
            let subject = |who| Subject { measure: outcome.measure.clone(), who, comparison: outcome.comparison };
            let sides = [tally(&subject(Role::Child))?, tally(&subject(Role::Adult))?];
            (sides[0].rule() == Some(Rule::Value)).then(|| Dyads::of(outcome, sides, input, groups))
        });
        both_asked.collect()
    }

    fn of(outcome: &Outcome, sides: [&Tally<'_>; 2], input: &ReportInput, groups: &Groups<'_>) -> Dyads {
        let of_result = |row: &&FamilyAnswers| {
            let this = row.measure == outcome.measure && row.comparison == outcome.comparison;
            this && row.families > 0 && groups.includes(row.project_id)
        };
        let rows: Vec<&FamilyAnswers> = input.family_answers.iter().filter(of_result).collect();
        let people = |side: &[i64; 4]| side.iter().sum::<i64>();
        let families: i64 = rows.iter().map(|row| row.families).sum();
        let pairs = rows.iter().map(|row| row.families * people(&row.children) * people(&row.adults)).sum();
        let shown = match families {
            0 => Figure::Undefined("nobody has answered both".to_owned()),
            n if n < SMALLEST_GROUP => Figure::Withheld(Withheld::FewerThanTen),
            _ if leaves_few(&rows, sides) => Figure::Withheld(Withheld::ProtectsAnother),
            _ => Figure::Shown(()),
        };
        let at = |when| {
            shown.clone().and_then(|()| match tells_of_few(&rows, sides, when) {
                Some(why) => Figure::Withheld(why),
                None => Alike::of(&rows, when),
            })
        };
        let mut dyads = Dyads {
            id: format!("dyads.{}.{}", outcome.measure, outcome.comparison.code()),
            measure: outcome.measure.clone(),
            title: outcome.title.clone(),
            comparison: outcome.comparison,
            finding: String::new(),
            sentences: Vec::new(),
            note: say("dyads", "note", &[]),
            before: at(When::Before),
            after: at(When::After),
            pairs: shown.clone().map(|()| pairs),
            families: shown.map(|()| families),
        };
        dyads.put_into_words();
        dyads
    }

    fn put_into_words(&mut self) {
        let later = wording::later(self.comparison).to_owned();
        let mut fills = vec![("title", self.title.clone()), ("later", later)];
        let (Figure::Shown(pairs), Figure::Shown(families)) = (&self.pairs, &self.families) else {
            let key = match &self.pairs {
                Figure::Undefined(_) => "none",
                Figure::Withheld(Withheld::FewerThanTen) => "few",
                _ => "withheld",
            };
            self.finding = say("dyads", "title", &fills);
            self.sentences = vec![say("dyads", key, &fills)];
            return;
        };
        fills.extend([("pairs", number::count(*pairs)), ("families", number::count(*families))]);
        let of = |alike: &Alike| alike.agree.value.whole();
        if let Figure::Shown(before) = &self.before {
            fills.push(("before", of(before)));
        }
        let Figure::Shown(after) = &self.after else {
            self.finding = say("dyads", "title", &fills);
            self.sentences = vec![say("dyads", "withheld", &fills)];
            return;
        };
        let count = |share: &Share| number::count(share.count);
        fills.extend([
            ("after", of(after)),
            ("both", count(&after.both)),
            ("neither", count(&after.neither)),
            ("only_adult", count(&after.only_adult)),
            ("only_child", count(&after.only_child)),
        ]);
        let known = self.before.shown().is_some();
        self.finding = say("dyads", if known { "finding" } else { "finding_after" }, &fills);
        self.sentences = vec![say("dyads", "sentence", &fills)];
        if !known {
            self.sentences.push(say("dyads", "before_withheld", &fills));
        }
    }
}

/// Whether the matched who are in no pair are so few that a difference would tell of them.
fn leaves_few(rows: &[&FamilyAnswers], sides: [&Tally<'_>; 2]) -> bool {
    let in_pairs = |side: fn(&FamilyAnswers) -> &[i64; 4]| -> i64 {
        rows.iter().map(|row| row.families * side(row).iter().sum::<i64>()).sum()
    };
    let left = [sides[0].matched() - in_pairs(|row| &row.children), sides[1].matched() - in_pairs(|row| &row.adults)];
    left.iter().any(|left| (1..SMALLEST_GROUP).contains(left))
}

/// Whether the table of one time has a cell of few pairs or of few families, or leaves a few people of the others on
/// one side.
fn tells_of_few(rows: &[&FamilyAnswers], sides: [&Tally<'_>; 2], when: When) -> Option<Withheld> {
    let cells = cells(rows, when);
    if cells.iter().any(|cell| is_small(cell.pairs) || is_small(cell.families)) {
        return Some(Withheld::FewerThanFive);
    }
    let sums = |side: fn(&FamilyAnswers) -> &[i64; 4]| {
        rows.iter().fold([0, 0], |sums, row| {
            let [yes, no] = when.split(side(row));
            [sums[0] + row.families * yes, sums[1] + row.families * no]
        })
    };
    let small = |tally: &Tally<'_>, [yes, no]: [i64; 2]| {
        let Some(positives) = tally.positives() else { return true };
        let cut = top_box(&positives, 1);
        let all = if matches!(when, When::Before) { cut.pre } else { cut.post };
        is_small(signed(all.count) - yes) || is_small(signed(all.n - all.count) - no)
    };
    let few = small(sides[0], sums(|row| &row.children)) || small(sides[1], sums(|row| &row.adults));
    few.then_some(Withheld::ProtectsAnother)
}

/// Pairs that gave the same two answers, and the families they are of.
#[derive(Clone, Copy, Default)]
struct Cell {
    pairs: i64,
    families: i64,
}

/// Both yes, only the grown-up, only the child, neither.
fn cells(rows: &[&FamilyAnswers], when: When) -> [Cell; 4] {
    let mut cells = [Cell::default(); 4];
    for row in rows {
        for (cell, pairs) in cells.iter_mut().zip(pairs_of(row, when)) {
            cell.pairs += row.families * pairs;
            cell.families += if pairs > 0 { row.families } else { 0 };
        }
    }
    cells
}

/// The pairs of one family, in the order of [`cells`].
fn pairs_of(row: &FamilyAnswers, when: When) -> [i64; 4] {
    let ([child, child_not], [adult, adult_not]) = (when.split(&row.children), when.split(&row.adults));
    [child * adult, child_not * adult, child * adult_not, child_not * adult_not]
}

impl Alike {
    fn of(rows: &[&FamilyAnswers], when: When) -> Figure<Alike> {
        let [both, only_adult, only_child, neither] = cells(rows, when).map(|cell| people(cell.pairs));
        let all = both + only_adult + only_child + neither;
        let answers = [(1, 1, both), (0, 1, only_adult), (1, 0, only_child), (0, 0, neither)];
        let alike = agreement(&PairTable::from_counts(Unit::ONE, answers), &[0, 1]);
        let clusters: Vec<ClusterPairs> = rows
            .iter()
            .map(|row| {
                let [both, only_adult, only_child, neither] = pairs_of(row, when);
                let size = people(both + only_adult + only_child + neither);
                ClusterPairs::one(size, 0, i128::from(both + neither)) * people(row.families)
            })
            .collect();
        let by_family = clustered_change(Unit::new(100, 1).unwrap_or(Unit::ONE), &clusters)
            .and_then(|robust| robust.test.map(|_| robust.interval).map_err(|_| Undefined::ClustersAlike));
        let same = statistics::share(both + neither, all);
        let kappa = alike.kappa.map(|found| {
            let limits =
                Ok(statistics::Interval { low: found.kappa - Z_975 * found.se, high: found.kappa + Z_975 * found.se });
            let named = (limits, "Fleiss, Cohen & Everitt");
            Estimate::new(found.kappa, named, named, kappa_number)
        });
        let cell = |count: u64| Share::any(statistics::share(count, all)).map(of_pairs);
        let (Figure::Shown(both), Figure::Shown(only_adult), Figure::Shown(only_child), Figure::Shown(neither)) =
            (cell(both), cell(only_adult), cell(only_child), cell(neither))
        else {
            return Figure::Undefined("nobody has answered both".to_owned());
        };
        defined(same.percent.map(|percent| Alike {
            both,
            only_adult,
            only_child,
            neither,
            agree: Estimate::new(percent, (by_family, "CR2 by family"), (same.interval, "Wilson"), Number::percent),
            kappa: defined(kappa),
        }))
    }
}

/// A cell's share has no interval of its own: the one of those who agree stands beside it.
fn of_pairs(share: Share) -> Share {
    Share { interval: Figure::Undefined("see agreement".to_owned()), ..share }
}

fn kappa_number(value: f64) -> Number {
    Number { value, text: number::decimals(value, 2) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn families(families: i64, children: [i64; 4], adults: [i64; 4]) -> FamilyAnswers {
        let (measure, comparison) = ("TLK".to_owned(), Comparison::Later);
        FamilyAnswers { project_id: 1, measure, comparison, children, adults, families }
    }

    #[test]
    fn the_child_stands_beside_every_grown_up_of_the_family() {
        // The child began; of two grown-ups one never talked and one always did.
        let two = families(3, [0, 1, 0, 0], [1, 0, 0, 1]);
        let pairs = |when| cells(&[&two], when).map(|cell| cell.pairs);
        assert_eq!(pairs(When::Before), [0, 3, 0, 3]);
        assert_eq!(pairs(When::After), [3, 0, 3, 0]);
        assert_eq!(cells(&[&two], When::After).map(|cell| cell.families), [3, 0, 3, 0]);
    }

    #[test]
    fn agreement_beyond_chance_is_cohens_kappa() {
        // 20 both, 5 and 10 differ, 15 neither: 70 % agree, 50 % by chance, kappa 0.4 (Cohen 1960, by hand).
        let rows = [
            families(20, [0, 0, 0, 1], [0, 0, 0, 1]),
            families(5, [1, 0, 0, 0], [0, 0, 0, 1]),
            families(10, [0, 0, 0, 1], [1, 0, 0, 0]),
            families(15, [1, 0, 0, 0], [1, 0, 0, 0]),
        ];
        let rows: Vec<&FamilyAnswers> = rows.iter().collect();
        let Figure::Shown(alike) = Alike::of(&rows, When::Before) else { panic!("a table") };
        assert_eq!(alike.agree.value.text, "70.0%");
        let kappa = alike.kappa.shown().expect("a kappa");
        assert!((kappa.value.value - 0.4).abs() < 1e-12, "{:?}", kappa.value);
        assert_eq!(kappa.value.text, "0.40");
        let Figure::Shown(interval) = &alike.agree.interval else { panic!("an interval") };
        // 50 families of one pair: a mean of zeros and ones by t with 49 degrees of freedom.
        let half = 2.009_575 * (0.7_f64 * 0.3 / 49.0).sqrt() * 100.0;
        assert!((interval.low.value - (70.0 - half)).abs() < 1e-4, "{:?}", interval.low);
        assert_eq!(alike.only_adult.count, 5);
    }

    #[test]
    fn a_cell_of_many_pairs_from_few_families_is_small() {
        // Three families with two grown-ups: six pairs in one cell.
        let few = families(3, [0, 0, 0, 1], [2, 0, 0, 0]);
        let only_child = cells(&[&few], When::After)[2];
        assert_eq!((only_child.pairs, only_child.families), (6, 3));
        assert!(!is_small(only_child.pairs) && is_small(only_child.families));
    }
}
