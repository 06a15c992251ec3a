//! The people of a group counted by category: how they moved, which side of the cut they stand on. A small
//! count withheld in one group must not be everyone's less the other groups'.

use crate::statistics::{direction, top_box};
use crate::survey::Rule;

use super::suppression::{self, Plan, Withheld, is_small};
use super::tally::{Scale, Tally};

/// One way to count people by category, of everyone and of every group.
pub(super) struct Breakdown {
    /// Whether everyone's change is shown with these counts.
    is_shown: bool,
    /// Everyone's counts; `None` is not shown.
    whole: Vec<Option<i64>>,
    /// Every group's, in the order of the plan's cells.
    groups: Vec<Vec<i64>>,
}

impl Breakdown {
    /// The counts of everyone, which are shown or not, and of the groups.
    pub fn of(
        count: fn(&Tally<'_>) -> Vec<i64>,
        everyone: &Tally<'_>,
        groups: &[Tally<'_>],
        is_shown: bool,
    ) -> Breakdown {
        let whole = suppression::counts(&count(everyone));
        Breakdown {
            is_shown,
            whole: whole.iter().map(|figure| figure.shown().copied().filter(|_| is_shown)).collect(),
            groups: groups.iter().map(count).collect(),
        }
    }

    /// Whether a group is everyone again, as under a single questionnaire: it shows what the headline shows.
    fn repeats_headline(&self, plan: &Plan, cell: usize) -> bool {
        self.is_shown && plan.size(cell) == plan.whole()
    }

    /// The groups that hold a small count of their own, beside those `already` withheld.
    fn secret(&self, plan: &Plan, already: &[Option<Withheld>]) -> Vec<Option<Withheld>> {
        let few = |cell: &usize| already[*cell] == Some(Withheld::FewerThanTen);
        let own = |cell: usize| {
            let small = self.groups[cell].iter().any(|&n| is_small(n));
            // All alike: then so is each of the few in it that are withheld.
            let alike = plan.size(cell) > 0 && self.groups[cell].contains(&plan.size(cell));
            let tells = small || (alike && (0..already.len()).filter(few).any(|inner| plan.holds(cell, inner)));
            (tells && !self.repeats_headline(plan, cell)).then_some(Withheld::FewerThanFive)
        };
        already.iter().enumerate().map(|(cell, why)| why.or_else(|| own(cell))).collect()
    }

    /// Decides group by group whether its counts are shown: all of them or none, so that whatever cannot be
    /// worked out about a set of people cannot be worked out about any category of them.
    pub fn withhold(&self, plan: &Plan, smallest: i64, already: &[Option<Withheld>]) -> Vec<Option<Withheld>> {
        plan.withhold_until(smallest, &self.secret(plan, already), |hidden| self.small_remainder(plan, hidden))
    }

    /// The next group to hide because the shown groups of a table, taken from everyone or from a shown group
    /// that holds them all, leave one to four people of a category.
    fn small_remainder(&self, plan: &Plan, hidden: &[Option<Withheld>]) -> Option<usize> {
        let shown = |cell: &usize| hidden[*cell].is_none();
        let groups = (0..self.groups.len()).filter(shown).filter(|&cell| !self.repeats_headline(plan, cell));
        let totals = groups.map(|cell| (Some(cell), self.groups[cell].iter().copied().map(Some).collect()));
        std::iter::once((None, self.whole.clone())).chain(totals).find_map(|(total, counts)| {
            plan.cuts().find_map(|cut| {
                let inside = |cell: &usize| total.is_none_or(|total| plan.holds(total, *cell));
                let parts: Vec<usize> = cut.iter().copied().filter(shown).filter(inside).collect();
                counts.iter().enumerate().find_map(|(category, &count)| {
                    let of_category = |cell: usize| self.groups[cell][category];
                    let left = count? - parts.iter().map(|&cell| of_category(cell)).sum::<i64>();
                    let useful = parts.iter().copied().filter(|&cell| of_category(cell) > 0);
                    is_small(left).then(|| useful.min_by_key(|&cell| plan.size(cell))).flatten()
                })
            })
        })
    }
}

/// Positive and not, before and after; nothing for a measure without sides.
pub(super) fn sides(tally: &Tally<'_>) -> Vec<i64> {
    let Some([kept, lost, gained, never]) = crossings(tally) else { return Vec::new() };
    vec![kept + lost, gained + never, kept + gained, lost + never]
}

/// At the lowest and at the highest score before and after; nothing for a measure with sides.
pub(super) fn ends(tally: &Tally<'_>) -> Vec<i64> {
    if tally.rule() == Some(Rule::Value) || tally.has_two_values() {
        return Vec::new();
    }
    let (table, top) = (tally.percents(), tally.highest(Scale::Percents));
    let at = |holds: &dyn Fn(i64, i64) -> bool| signed(table.count(holds));
    vec![at(&|pre, _| pre <= 0), at(&|pre, _| pre >= top), at(&|_, post| post <= 0), at(&|_, post| post >= top)]
}

/// Who stayed on and who changed sides; nothing for a measure without sides.
pub(super) fn switches(tally: &Tally<'_>) -> Vec<i64> {
    crossings(tally).map_or_else(Vec::new, Vec::from)
}

/// Improved, same and lower, or the reverse: which is which does not matter here.
pub(super) fn directions(tally: &Tally<'_>) -> Vec<i64> {
    let moved = direction(&tally.codes(), 1);
    [moved.improved, moved.same, moved.declined].map(|share| signed(share.count)).to_vec()
}

/// Positive both times, no longer, only after, and never.
fn crossings(tally: &Tally<'_>) -> Option<[i64; 4]> {
    let cut = top_box(&tally.on_sides()?, 1);
    let kept = cut.pre.count - cut.lost;
    Some([kept, cut.lost, cut.gained, cut.pre.n - cut.pre.count - cut.gained].map(signed))
}

/// A count of the statistics as the report adds and subtracts it.
pub(super) fn signed(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
