//! What is withheld because few people stand behind it, decided before anything is written.
//!
//! Two rules: a change or percentage needs ten matched people, and a count of
//! 1 to 4 is shown as `<5`. Wherever a total is shown, more is withheld until the small number can
//! no longer be worked out from what is left. And nothing is withheld that can be worked out all the same: it would
//! protect nobody, and make the rule look broken. Zero is shown: it says nothing about anyone in the group. But where a
//! group holds a smaller one that is withheld, and all in it answered alike, it tells what each of those few answered.

use std::collections::BTreeSet;

use serde::Serialize;

/// Matched people that a change or a percentage needs.
pub const SMALLEST_GROUP: i64 = 10;

/// The smallest count above zero that is shown.
pub const SMALLEST_COUNT: i64 = 5;

/// Why a figure is withheld.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Withheld {
    /// Fewer than ten matched people.
    FewerThanTen,
    /// It counts, or follows from a count of, one to four people.
    FewerThanFive,
    /// It would let a small number be worked out.
    ProtectsAnother,
}

/// A figure, or the reason why there is none.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Figure<T> {
    /// The figure.
    Shown(T),
    /// Withheld because few people stand behind it.
    Withheld(Withheld),
    /// There is no such figure, and why: nobody answered, or a statistic is not defined.
    Undefined(String),
}

impl<T> Figure<T> {
    /// The figure, where there is one to show.
    pub fn shown(&self) -> Option<&T> {
        match self {
            Figure::Shown(value) => Some(value),
            _ => None,
        }
    }

    /// Applies a function to a shown figure.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Figure<U> {
        match self {
            Figure::Shown(value) => Figure::Shown(f(value)),
            Figure::Withheld(why) => Figure::Withheld(why),
            Figure::Undefined(why) => Figure::Undefined(why),
        }
    }

    /// Goes on from a shown figure to one that may itself be withheld or undefined.
    pub fn and_then<U>(self, f: impl FnOnce(T) -> Figure<U>) -> Figure<U> {
        match self {
            Figure::Shown(value) => f(value),
            Figure::Withheld(why) => Figure::Withheld(why),
            Figure::Undefined(why) => Figure::Undefined(why),
        }
    }
}

/// A figure about a set of `matched` people, if they are enough.
pub fn if_enough<T>(matched: i64, figure: impl FnOnce() -> Figure<T>) -> Figure<T> {
    match matched {
        0 => Figure::Undefined("nobody has answered both".to_owned()),
        n if n < SMALLEST_GROUP => Figure::Withheld(Withheld::FewerThanTen),
        _ => figure(),
    }
}

/// Whether a count must not be shown by itself.
pub fn is_small(n: i64) -> bool {
    (1..SMALLEST_COUNT).contains(&n)
}

/// A count that stands alone, with no total to subtract it from.
pub fn lone_count(n: i64) -> Figure<i64> {
    if is_small(n) { Figure::Withheld(Withheld::FewerThanFive) } else { Figure::Shown(n) }
}

/// The counts of a table row or column whose total is shown.
///
/// Hides the small ones, and then the smallest of the rest until what is hidden adds up to at
/// least `SMALLEST_COUNT` in at least two places. Of equals the first is hidden.
pub fn counts(sizes: &[i64]) -> Vec<Figure<i64>> {
    let plan = Plan::one_way(sizes);
    let reasons = plan.withhold(SMALLEST_COUNT, &plan.small(SMALLEST_COUNT, Withheld::FewerThanFive));
    let figures = sizes.iter().zip(reasons);
    figures.map(|(&n, why)| why.map_or(Figure::Shown(n), Figure::Withheld)).collect()
}

/// A set of tables about the same people, whose grand total is shown: what protects a small cell
/// in one must not be undone by another.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// People in each indivisible part.
    parts: Vec<i64>,
    /// Cells, each a union of parts.
    cells: Vec<Vec<usize>>,
    /// Tables: each a list of cells that together hold every part once.
    cuts: Vec<Vec<usize>>,
}

impl Plan {
    /// A plan over indivisible parts of these sizes, without a table yet.
    pub fn over(parts: &[i64]) -> Plan {
        Plan { parts: parts.to_vec(), ..Plan::default() }
    }

    /// The plan of a single table whose cells are the parts.
    pub fn one_way(parts: &[i64]) -> Plan {
        let mut plan = Plan::over(parts);
        plan.cut((0..parts.len()).map(|part| vec![part]).collect());
        plan
    }

    /// Adds a table. Its cells are unions of parts, and together they hold every part once.
    pub fn cut(&mut self, cells: Vec<Vec<usize>>) {
        let first = self.cells.len();
        self.cuts.push((first..first + cells.len()).collect());
        self.cells.extend(cells);
    }

    /// Everyone.
    pub fn whole(&self) -> i64 {
        self.parts.iter().sum()
    }

    /// People in each cell, in the order the cells were added.
    pub fn sizes(&self) -> Vec<i64> {
        (0..self.cells.len()).map(|cell| self.size(cell)).collect()
    }

    /// People in one cell.
    pub(super) fn size(&self, cell: usize) -> i64 {
        self.cells[cell].iter().map(|&part| self.parts[part]).sum()
    }

    /// The tables, each a list of cells.
    pub(super) fn cuts(&self) -> impl Iterator<Item = &[usize]> {
        self.cuts.iter().map(Vec::as_slice)
    }

    /// Whether everyone in `inner` is in `outer` too.
    pub(super) fn holds(&self, outer: usize, inner: usize) -> bool {
        self.cells[inner].iter().all(|part| self.parts[*part] == 0 || self.cells[outer].contains(part))
    }

    /// The cells of 1 to `smallest` − 1 people, with the reason to hide them.
    pub fn small(&self, smallest: i64, why: Withheld) -> Vec<Option<Withheld>> {
        self.sizes().iter().map(|n| (1..smallest).contains(n).then_some(why)).collect()
    }

    /// Decides cell by cell, in the order the cells were added: `None` is shown.
    ///
    /// Hides the cells that are `secret` for a reason of their own, and others until no secret can be
    /// worked out and what is hidden of a table holds at least `smallest` people.
    pub fn withhold(&self, smallest: i64, secret: &[Option<Withheld>]) -> Vec<Option<Withheld>> {
        self.withhold_until(smallest, secret, |_| None)
    }

    /// The same, and on until `next` finds no further cell to hide in what is hidden so far. What was hidden to protect
    /// another, and follows from what is shown all the same, is shown again.
    pub(super) fn withhold_until(
        &self,
        smallest: i64,
        secret: &[Option<Withheld>],
        next: impl Fn(&[Option<Withheld>]) -> Option<usize>,
    ) -> Vec<Option<Withheld>> {
        let sizes = self.sizes();
        let mut hidden = secret.to_vec();
        // Shown again once: to hide them another time is the last resort.
        let mut told = vec![false; sizes.len()];
        loop {
            let thin = self.thin_remainder(&sizes, &hidden, &told, smallest);
            let leak = || self.leak(&sizes, &hidden, &told, secret, smallest);
            match (thin.or_else(leak).or_else(|| next(&hidden)), self.needless(&hidden, secret, &told)) {
                (Some(cell), _) => {
                    let cell = if told[cell] { self.instead(cell, &sizes, &hidden) } else { cell };
                    hidden[cell] = Some(Withheld::ProtectsAnother);
                }
                (None, Some(cell)) => (hidden[cell], told[cell]) = (None, true),
                (None, None) => return hidden,
            }
        }
    }

    /// What to hide before it helps to hide a cell that follows from other shown ones: the smallest of those without which
    /// it does not. The cell itself where it does not follow, or where it takes more than one of them.
    fn instead(&self, cell: usize, sizes: &[i64], hidden: &[Option<Withheld>]) -> usize {
        let everyone: Vec<usize> = (0..self.parts.len()).collect();
        let mut shown: Vec<usize> = (0..self.cells.len()).filter(|&one| hidden[one].is_none() && one != cell).collect();
        shown.sort_by_key(|&one| sizes[one]);
        let follows = |without: usize| {
            let known = shown.iter().filter(|&&one| one != without).map(|&one| self.cells[one].as_slice());
            follows_from(&self.cells[cell], known.chain([everyone.as_slice()]), &self.parts)
        };
        let cures = shown.iter().copied().filter(|&one| sizes[one] > 0);
        if follows(cell) { cures.into_iter().find(|&one| !follows(one)).unwrap_or(cell) } else { cell }
    }

    /// The next cell that is hidden for no reason of its own, and follows from what is shown.
    fn needless(&self, hidden: &[Option<Withheld>], secret: &[Option<Withheld>], told: &[bool]) -> Option<usize> {
        let everyone: Vec<usize> = (0..self.parts.len()).collect();
        let shown = (0..self.cells.len()).filter(|&cell| hidden[cell].is_none());
        let sums = Sums::of(shown.map(|cell| self.cells[cell].as_slice()).chain([everyone.as_slice()]), &self.parts);
        let hidden_for_others =
            (0..self.cells.len()).filter(|&cell| hidden[cell].is_some() && secret[cell].is_none() && !told[cell]);
        hidden_for_others.into_iter().find(|&cell| sums.tell(&self.cells[cell]))
    }

    /// The next cell to hide in a table whose hidden cells hold too few people together: their sum is
    /// the total less what is shown.
    fn thin_remainder(
        &self,
        sizes: &[i64],
        hidden: &[Option<Withheld>],
        told: &[bool],
        smallest: i64,
    ) -> Option<usize> {
        self.cuts.iter().find_map(|cut| {
            let left: i64 = cut.iter().filter(|&&cell| hidden[cell].is_some()).map(|&cell| sizes[cell]).sum();
            let shown = cut.iter().copied().filter(|&cell| hidden[cell].is_none() && sizes[cell] > 0);
            (1..smallest).contains(&left).then(|| shown.min_by_key(|&cell| (told[cell], sizes[cell]))).flatten()
        })
    }

    /// The next cell to hide because a secret one, few people in the secret ones of a table together, or few people who
    /// are a cell of no table can be worked out by adding and subtracting cells that are shown.
    fn leak(
        &self,
        sizes: &[i64],
        hidden: &[Option<Withheld>],
        told: &[bool],
        secret: &[Option<Withheld>],
        smallest: i64,
    ) -> Option<usize> {
        let mut shown: Vec<usize> = (0..self.cells.len()).filter(|&cell| hidden[cell].is_none()).collect();
        shown.sort_by_key(|&cell| (told[cell], sizes[cell]));
        let everyone: Vec<usize> = (0..self.parts.len()).collect();
        let sums_without = |without: Option<usize>| {
            let known = shown.iter().filter(|&&cell| Some(cell) != without).map(|&cell| self.cells[cell].as_slice());
            Sums::of(known.chain([everyone.as_slice()]), &self.parts)
        };
        let secrets = self.cuts.iter().flat_map(|cut| {
            let small: Vec<usize> = cut.iter().copied().filter(|&cell| secret[cell].is_some()).collect();
            let together: i64 = small.iter().map(|&cell| sizes[cell]).sum();
            let union: Vec<usize> = small.iter().flat_map(|&cell| self.cells[cell].clone()).collect();
            let union = (small.len() > 1 && together < smallest).then_some(union);
            small.into_iter().map(|cell| self.cells[cell].clone()).chain(union).collect::<Vec<_>>()
        });
        let sums = sums_without(None);
        let leaking = secrets.chain(self.few_beneath(&shown, smallest)).find(|secret| sums.tell(secret))?;
        let useful = |cell: &&usize| sizes[**cell] > 0;
        let cure = shown.iter().filter(useful).find(|&&cell| !sums_without(Some(cell)).tell(&leaking));
        cure.or_else(|| shown.iter().find(useful)).copied()
    }

    /// Few people whom no table has as a cell: indivisible parts (a project's children of one key stage), and what is left
    /// of a shown cell without the shown cells of another table that lie in it.
    fn few_beneath(&self, shown: &[usize], smallest: i64) -> impl Iterator<Item = Vec<usize>> {
        let parts = (0..self.parts.len()).map(|part| vec![part]);
        let left = shown.iter().flat_map(move |&outer| {
            self.cuts.iter().map(move |cut| {
                let inside = cut.iter().filter(|inner| shown.contains(inner) && self.holds(outer, **inner));
                let taken: BTreeSet<usize> = inside.flat_map(|&inner| self.cells[inner].iter().copied()).collect();
                self.cells[outer].iter().copied().filter(|part| !taken.contains(part)).collect()
            })
        });
        let people = |set: &Vec<usize>| set.iter().map(|&part| self.parts[part]).sum::<i64>();
        parts.chain(left).filter(move |set| (1..smallest).contains(&people(set)))
    }
}

/// A prime below 2³¹: arithmetic modulo it is exact in `i64`, and 0/1 rows that are independent
/// over the rationals are independent modulo it for tables of this size.
pub(super) const PRIME: i64 = 2_147_483_647;

/// Whether the sum over `secret` is a linear combination of the sums over the `known` sets.
/// Empty parts are everybody's knowledge.
pub(super) fn follows_from<'a>(secret: &[usize], known: impl Iterator<Item = &'a [usize]>, parts: &[i64]) -> bool {
    Sums::of(known, parts).tell(secret)
}

/// All that can be worked out from the sums over some sets, by adding and subtracting.
struct Sums<'p> {
    parts: &'p [i64],
    basis: Vec<(usize, Vec<i64>)>,
}

impl<'p> Sums<'p> {
    fn of<'a>(known: impl Iterator<Item = &'a [usize]>, parts: &'p [i64]) -> Sums<'p> {
        let mut sums = Sums { parts, basis: Vec::new() };
        for set in known {
            let rest = reduce(sums.row(set), &sums.basis);
            if let Some(pivot) = rest.iter().position(|&x| x != 0) {
                let inverse = power(rest[pivot], PRIME - 2);
                sums.basis.push((pivot, rest.into_iter().map(|x| x * inverse % PRIME).collect()));
            }
        }
        sums
    }

    fn row(&self, set: &[usize]) -> Vec<i64> {
        let mut row = vec![0_i64; self.parts.len()];
        set.iter().filter(|&&part| self.parts[part] > 0).for_each(|&part| row[part] = 1);
        row
    }

    fn tell(&self, secret: &[usize]) -> bool {
        reduce(self.row(secret), &self.basis).iter().all(|&x| x == 0)
    }
}

pub(super) fn reduce(mut row: Vec<i64>, basis: &[(usize, Vec<i64>)]) -> Vec<i64> {
    for (pivot, known) in basis {
        let factor = row[*pivot];
        if factor == 0 {
            continue;
        }
        row.iter_mut().zip(known).for_each(|(x, &k)| *x = (*x - factor * k).rem_euclid(PRIME));
    }
    row
}

pub(super) fn power(mut base: i64, mut exponent: i64) -> i64 {
    let mut result = 1;
    while exponent > 0 {
        if exponent % 2 == 1 {
            result = result * base % PRIME;
        }
        base = base * base % PRIME;
        exponent /= 2;
    }
    result
}

#[cfg(test)]
mod tests {
    use super::Withheld::{FewerThanFive, FewerThanTen, ProtectsAnother};
    use super::*;

    fn withheld(plan: &Plan, smallest: i64, why: Withheld) -> Vec<Option<Withheld>> {
        plan.withhold(smallest, &plan.small(smallest, why))
    }

    fn hidden(sizes: &[i64]) -> Vec<Option<Withheld>> {
        withheld(&Plan::one_way(sizes), SMALLEST_COUNT, FewerThanFive)
    }

    #[test]
    fn a_small_count_takes_a_second_one_with_it() {
        assert_eq!(hidden(&[14, 12, 11, 3]), [None, None, Some(ProtectsAnother), Some(FewerThanFive)]);
    }

    #[test]
    fn two_small_counts_that_add_up_to_a_small_one_take_a_third() {
        assert_eq!(hidden(&[20, 1, 2, 9]), [None, Some(FewerThanFive), Some(FewerThanFive), Some(ProtectsAnother)]);
        assert_eq!(hidden(&[20, 3, 2, 9]), [None, Some(FewerThanFive), Some(FewerThanFive), None]);
    }

    #[test]
    fn zeros_are_shown_and_protect_nobody() {
        assert_eq!(hidden(&[14, 0, 0]), [None, None, None]);
        assert_eq!(hidden(&[12, 0, 2]), [Some(ProtectsAnother), None, Some(FewerThanFive)]);
        assert_eq!(hidden(&[]), []);
    }

    #[test]
    fn a_group_of_three_hides_with_the_next_smallest_group() {
        let reasons = withheld(&Plan::one_way(&[3, 30, 25]), SMALLEST_GROUP, FewerThanTen);
        assert_eq!(reasons, [Some(FewerThanTen), None, Some(ProtectsAnother)]);
    }

    #[test]
    fn a_group_hidden_in_one_table_is_not_shown_by_another() {
        // Projects A 7, B 30, C 12, D 40; areas: A alone, B alone, C with D.
        let mut plan = Plan::over(&[7, 30, 12, 40]);
        plan.cut(vec![vec![0], vec![1], vec![2], vec![3]]);
        plan.cut(vec![vec![0], vec![1], vec![2, 3]]);
        let reasons = withheld(&plan, SMALLEST_GROUP, FewerThanTen);
        let (projects, areas) = reasons.split_at(4);
        assert_eq!(projects[0], Some(FewerThanTen));
        assert_eq!(areas[0], Some(FewerThanTen));
        // By projects alone C would hide with A, by areas alone B would: then A = (A and B) − B.
        assert_eq!(projects[1], Some(ProtectsAnother));
        assert_eq!(areas[1], Some(ProtectsAnother));
    }

    #[test]
    fn nothing_small_can_be_worked_out_from_what_is_shown() {
        // Every split of small numbers over four projects and the two areas they lie in.
        for code in 0..2401_i64 {
            let sizes = [0, 1, 2, 3]
                .map(|place| [0, 1, 4, 7, 9, 11, 30][usize::try_from(code / 7_i64.pow(place) % 7).expect("below 7")]);
            let mut plan = Plan::over(&sizes);
            plan.cut(vec![vec![0], vec![1], vec![2], vec![3]]);
            plan.cut(vec![vec![0, 1], vec![2, 3]]);
            let reasons = withheld(&plan, SMALLEST_GROUP, FewerThanTen);
            let all = [vec![0], vec![1], vec![2], vec![3], vec![0, 1], vec![2, 3]];
            let known = || {
                let shown = all.iter().zip(&reasons).filter(|(_, why)| why.is_none()).map(|(cell, _)| cell.as_slice());
                shown.chain([[0, 1, 2, 3].as_slice()])
            };
            let total: i64 = sizes.iter().sum();
            for subset in 1_usize..16 {
                let parts: Vec<usize> = (0..4).filter(|part| subset >> part & 1 == 1 && sizes[*part] > 0).collect();
                let n: i64 = parts.iter().map(|&part| sizes[part]).sum();
                if (1..SMALLEST_GROUP).contains(&n) && total >= SMALLEST_GROUP {
                    assert!(!follows_from(&parts, known(), &sizes), "{sizes:?} {reasons:?} tell of {parts:?}");
                }
            }
            for (cell, _) in all.iter().zip(&reasons).filter(|(cell, why)| why.is_some() && cell.len() > 1) {
                let needless = total >= SMALLEST_GROUP && follows_from(cell, known(), &sizes);
                assert!(!needless, "{sizes:?} {reasons:?}: {cell:?} is withheld for nothing");
            }
        }
    }

    #[test]
    fn few_who_are_a_cell_of_no_table_cannot_be_worked_out() {
        // Project A has forty children of the first key stage and three of the second, B thirty of the second, C twenty
        // of the first and D twenty-five of the second: 58 − 30 − 25 are A's three.
        let sizes = [40, 3, 0, 30, 20, 0, 0, 25];
        let mut plan = Plan::over(&sizes);
        plan.cut(vec![vec![0, 1], vec![2, 3], vec![4, 5], vec![6, 7]]);
        plan.cut(vec![vec![0, 2, 4, 6], vec![1, 3, 5, 7]]);
        let all = [vec![0, 1], vec![2, 3], vec![4, 5], vec![6, 7], vec![0, 2, 4, 6], vec![1, 3, 5, 7]];
        let everyone: Vec<usize> = (0..8).collect();
        let tells = |reasons: &[Option<Withheld>], of: &[usize]| {
            let shown = all.iter().zip(reasons).filter(|(_, why)| why.is_none()).map(|(cell, _)| cell.as_slice());
            follows_from(of, shown.chain([everyone.as_slice()]), &sizes)
        };
        assert!(tells(&[None; 6], &[1]), "shown whole, the tables tell of the three");
        let reasons = withheld(&plan, SMALLEST_GROUP, FewerThanTen);
        assert!(!tells(&reasons, &[1]), "{reasons:?}");
        assert!(
            reasons.iter().filter(|why| why.is_none()).count() >= 3,
            "no more than it takes is withheld: {reasons:?}"
        );
    }

    #[test]
    fn what_everybody_can_work_out_is_not_withheld() {
        // Projects 7, 30, 12 and 40; the first three are of one area, and the third and fourth of one delivery model.
        let mut plan = Plan::over(&[7, 30, 12, 40]);
        plan.cut(vec![vec![0], vec![1], vec![2], vec![3]]);
        plan.cut(vec![vec![0, 1, 2], vec![3]]);
        plan.cut(vec![vec![0, 1], vec![2, 3]]);
        let reasons = withheld(&plan, SMALLEST_GROUP, FewerThanTen);
        let all = [vec![0], vec![1], vec![2], vec![3], vec![0, 1, 2], vec![3], vec![0, 1], vec![2, 3]];
        let shown = || all.iter().zip(&reasons).filter(|(_, why)| why.is_none()).map(|(cell, _)| cell.as_slice());
        for (cell, _) in all.iter().zip(&reasons).filter(|(_, why)| why.is_some()) {
            let known = shown().chain([[0, 1, 2, 3].as_slice()]);
            assert!(!follows_from(cell, known, &[7, 30, 12, 40]), "{reasons:?}: {cell:?} is withheld for nothing");
        }
        assert_eq!(reasons[0], Some(FewerThanTen));
    }

    #[test]
    fn nine_are_too_few_and_ten_are_enough() {
        assert_eq!(if_enough(9, || Figure::Shown(1)), Figure::Withheld(FewerThanTen));
        assert_eq!(if_enough(10, || Figure::Shown(1)), Figure::Shown(1));
        assert!(matches!(if_enough(0, || Figure::Shown(1)), Figure::Undefined(_)));
    }
}
