//! Families at one-off sessions, summed so that nothing of any one family is left.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::person::Role;
use crate::survey::Comparison;

use super::Doubts;

/// Matched scores of two or more people of one family who answered the before at one-off sessions.
///
/// There the family is the cluster, and the counts of pairs do not know families. People of one role only:
/// nothing is said of children and grown-ups together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FamilyPairs {
    /// The project whose card the family holds.
    pub project_id: i64,
    /// Children or grown-ups.
    pub role: Role,
    /// The measure's id.
    pub measure: String,
    /// Which later answer stands in `post`.
    pub comparison: Comparison,
    /// Its people, by session, survey and scores.
    pub members: Vec<FamilyScore>,
}

/// One person's matched scores in a family.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FamilyScore {
    /// The session of the before.
    pub session_id: i64,
    /// The survey.
    pub survey: String,
    /// Units in a whole.
    pub denominator: i64,
    /// Score before.
    pub pre: i64,
    /// Score after or later.
    pub post: i64,
    /// What may speak against relying on them.
    pub doubts: Doubts,
}

/// Families of one composition, such as one child of key stage 1 and two of key stage 2 at one session: how many
/// there are, and sums over them from which any interval by family follows.
///
/// Their number depends on the sessions and not on the families, so a report of a million answers reads as few of
/// them as one of a thousand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FamilySums {
    /// The project whose cards they hold.
    pub project_id: i64,
    /// Children or grown-ups.
    pub role: Role,
    /// The measure's id.
    pub measure: String,
    /// Which later answer stands in the sums of posts.
    pub comparison: Comparison,
    /// The kinds of people in each family.
    pub parts: Vec<FamilyPart>,
    /// Families; below 0 in what is to be taken from other sums.
    pub families: i64,
    /// Sums of the scores.
    pub scores: Products,
    /// Sums of 1 for a score at or above its survey's cut and 0 for one below.
    pub positives: Products,
}

/// People of a family who answered the same survey at the same session.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FamilyPart {
    /// The session of the before.
    pub session_id: i64,
    /// The survey.
    pub survey: String,
    /// Units in a whole.
    pub denominator: i64,
    /// What may speak against relying on them, as a number: see [`Doubts::bits`].
    pub doubts: i64,
    /// How many of them are in each family.
    pub people: u64,
}

/// Sums over families of each part's total, of the products of every two totals, and of people's own products.
///
/// A part `k` has two totals: of befores at `2k`, of afters at `2k + 1`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Products {
    /// Σ total, by total.
    pub totals: Vec<i128>,
    /// Σ total × total, by the first and the second total.
    pub products: Vec<Vec<i128>>,
    /// Σ before², Σ before × after, Σ after² of single people, by part.
    pub people: Vec<[i128; 3]>,
}

impl FamilySums {
    /// Sums families up, composition by composition. `is_positive` says of a survey, a measure and a score whether
    /// it is at or above the cut.
    pub fn of(
        families: impl IntoIterator<Item = FamilyPairs>,
        is_positive: impl Fn(&str, &str, i64) -> bool,
    ) -> Vec<FamilySums> {
        let mut sums: BTreeMap<String, FamilySums> = BTreeMap::new();
        for family in families {
            let none = FamilySums::none(&family);
            sums.entry(none.cell())
                .or_insert(none)
                .add(&family, |survey, score| i64::from(is_positive(survey, &family.measure, score)));
        }
        sums.into_values().collect()
    }

    fn none(family: &FamilyPairs) -> FamilySums {
        let parts = family.parts();
        FamilySums {
            project_id: family.project_id,
            role: family.role,
            measure: family.measure.clone(),
            comparison: family.comparison,
            scores: Products::none(parts.len()),
            positives: Products::none(parts.len()),
            parts,
            families: 0,
        }
    }

    /// Everything but the sums, spelled out: families of the same cell are summed up together.
    pub fn cell(&self) -> String {
        let mut cell = format!("{}/{}/{}/{}", self.project_id, self.role.code(), self.measure, self.comparison.code());
        for FamilyPart { session_id, survey, denominator, doubts, people } in &self.parts {
            cell.push_str(&format!("/{people}×{session_id}.{survey}.{denominator}.{doubts}"));
        }
        cell
    }

    /// Adds the sums of other families of the same cell.
    pub fn join(&mut self, other: &FamilySums) {
        self.families += other.families;
        self.scores.join(&other.scores);
        self.positives.join(&other.positives);
    }

    /// The sums that take these away when they are joined.
    #[must_use]
    pub fn negated(mut self) -> FamilySums {
        self.families = -self.families;
        self.scores.negate();
        self.positives.negate();
        self
    }

    /// Whether joining them would change nothing.
    pub fn is_nothing(&self) -> bool {
        self.families == 0 && [&self.scores, &self.positives].iter().all(|sums| sums.is_nothing())
    }

    fn add(&mut self, family: &FamilyPairs, positive: impl Fn(&str, i64) -> i64) {
        let place = |member: &FamilyScore| {
            let of = |part: &FamilyPart| {
                part.session_id == member.session_id
                    && part.survey == member.survey
                    && part.denominator == member.denominator
                    && part.doubts == member.doubts.bits()
            };
            self.parts.iter().position(of).unwrap_or_default()
        };
        let placed: Vec<(usize, &FamilyScore)> = family.members.iter().map(|one| (place(one), one)).collect();
        let at_or_above = |&(part, one): &(usize, &FamilyScore)| {
            (part, positive(&one.survey, one.pre), positive(&one.survey, one.post))
        };
        self.families += 1;
        self.scores.add(placed.iter().map(|(part, one)| (*part, one.pre, one.post)));
        self.positives.add(placed.iter().map(at_or_above));
    }
}

impl FamilyPairs {
    /// The kinds of people in it, in order.
    fn parts(&self) -> Vec<FamilyPart> {
        let mut parts: BTreeMap<(i64, &String, i64, Doubts), u64> = BTreeMap::new();
        for member in &self.members {
            *parts.entry((member.session_id, &member.survey, member.denominator, member.doubts)).or_default() += 1;
        }
        let part = |((session_id, survey, denominator, doubts), people): ((i64, &String, i64, Doubts), u64)| {
            FamilyPart { session_id, survey: survey.clone(), denominator, doubts: doubts.bits(), people }
        };
        parts.into_iter().map(part).collect()
    }
}

impl Products {
    fn none(parts: usize) -> Products {
        Products {
            totals: vec![0; 2 * parts],
            products: vec![vec![0; 2 * parts]; 2 * parts],
            people: vec![[0; 3]; parts],
        }
    }

    /// Adds one family: the part, before and after of each of its people.
    fn add(&mut self, people: impl Iterator<Item = (usize, i64, i64)>) {
        let mut totals = vec![0_i128; self.totals.len()];
        for (part, pre, post) in people {
            let (pre, post) = (i128::from(pre), i128::from(post));
            totals[2 * part] += pre;
            totals[2 * part + 1] += post;
            let [befores, both, afters] = &mut self.people[part];
            *befores += pre * pre;
            *both += pre * post;
            *afters += post * post;
        }
        for (first, &total) in totals.iter().enumerate() {
            self.totals[first] += total;
            for (second, &other) in totals.iter().enumerate() {
                self.products[first][second] += total * other;
            }
        }
    }

    fn join(&mut self, other: &Products) {
        self.numbers().zip(other.clone().numbers()).for_each(|(ours, theirs)| *ours += *theirs);
    }

    fn negate(&mut self) {
        self.numbers().for_each(|number| *number = -*number);
    }

    fn is_nothing(&self) -> bool {
        self.clone().numbers().all(|number| *number == 0)
    }

    fn numbers(&mut self) -> impl Iterator<Item = &mut i128> {
        self.totals.iter_mut().chain(self.products.iter_mut().flatten()).chain(self.people.iter_mut().flatten())
    }
}
