//! Which cells of crossed tables may be shown beside tables that are shown already.
//!
//! The plan of a result ([`super::suppression::Plan`]) protects its tables together. A project's children of one key
//! stage, or an area's whose projects began in one term, are cells of further tables, and are asked for one by one.
//! They are admitted one after the other, in an order that is the same whoever asks for which, and only where nothing
//! about few people follows from all that is shown with them. So it does not matter which of them somebody has read.

use std::collections::BTreeSet;

use super::suppression::{PRIME, power, reduce};

/// People as the indivisible parts they are in; parts without anybody are in no set.
pub(super) type Set = BTreeSet<usize>;

/// What is known before anything is admitted.
pub(super) struct Known<'a> {
    /// How many indivisible parts there are.
    pub parts: usize,
    /// Tables whose cells are shown or not, each cell with whether it is.
    pub tables: Vec<Vec<(Set, bool)>>,
    /// Further sets that are known; nothing is a remainder of them.
    pub beside: Vec<Set>,
    /// Sets of which one number of several is known and the others are not. What follows from them only would tell the
    /// others, and is not shown.
    pub partly: Vec<Set>,
    /// Sets that nothing may tell of, beside the cells that tell of few.
    pub secrets: Vec<Set>,
    /// Whether a figure about a set tells of few people.
    pub tells: &'a dyn Fn(&Set) -> bool,
}

impl Known<'_> {
    /// Which cells of further tables are shown. Of a table the larger cells come first.
    pub fn admit(&self, tables: &[Vec<Set>], size: impl Fn(&Set) -> i64) -> Vec<Vec<bool>> {
        let mut shown = Shown::of(self, tables);
        let first = self.tables.len();
        for (place, table) in tables.iter().enumerate() {
            let mut order: Vec<usize> = (0..table.len()).collect();
            order.sort_by_key(|&cell| (-size(&table[cell]), cell));
            for cell in order {
                shown.tables[first + place][cell].1 = shown.admits(first + place, &table[cell], self.tells);
            }
        }
        shown.tables.split_off(first).into_iter().map(|table| table.into_iter().map(|cell| cell.1).collect()).collect()
    }
}

/// All that is shown so far, and what must not follow from it.
struct Shown {
    parts: usize,
    tables: Vec<Vec<(Set, bool)>>,
    basis: Vec<(usize, Vec<i64>)>,
    /// The same without what is known in part.
    whole: Vec<(usize, Vec<i64>)>,
    /// What is left of each secret when all that is shown is taken from it.
    secrets: Vec<Vec<i64>>,
}

impl Shown {
    fn of(known: &Known<'_>, tables: &[Vec<Set>]) -> Shown {
        let not_yet = tables.iter().map(|table| table.iter().map(|set| (set.clone(), false)).collect());
        let mut shown = Shown {
            parts: known.parts,
            tables: known.tables.iter().cloned().chain(not_yet).collect(),
            basis: Vec::new(),
            whole: Vec::new(),
            secrets: Vec::new(),
        };
        let told: Vec<Set> = known.tables.iter().flatten().filter(|cell| cell.1).map(|cell| cell.0.clone()).collect();
        for set in told.iter().chain(&known.beside) {
            shown.learn(set);
        }
        for set in &known.partly {
            let rest = reduce(shown.row(set), &shown.basis);
            shown.add(rest);
        }
        let secrets: BTreeSet<Set> =
            shown.telling(known.tells).into_iter().chain(known.secrets.iter().cloned()).collect();
        // What follows already is nothing that withholding a further cell could keep.
        let left = secrets.iter().map(|set| reduce(shown.row(set), &shown.basis));
        shown.secrets = left.filter(|row| row.iter().any(|&x| x != 0)).collect();
        shown
    }

    /// What nothing may tell: cells of few, what is left of a cell without another one, and the few of a table together,
    /// among everyone or inside a cell.
    fn telling(&self, tells: &dyn Fn(&Set) -> bool) -> BTreeSet<Set> {
        let cells: BTreeSet<&Set> = self.tables.iter().flatten().map(|cell| &cell.0).collect();
        let few: Vec<Vec<&Set>> = self
            .tables
            .iter()
            .map(|table| table.iter().map(|cell| &cell.0).filter(|set| tells(set)).collect())
            .collect();
        let together = |few: &[&Set], total: Option<&Set>| -> Set {
            let inside = few.iter().filter(|set| total.is_none_or(|total| set.is_subset(total)));
            inside.flat_map(|set| set.iter().copied()).collect()
        };
        let mut secrets: BTreeSet<Set> = few.iter().flatten().map(|&set| set.clone()).collect();
        for &total in &cells {
            secrets.extend(few.iter().map(|few| together(few, Some(total))).filter(tells));
            let parts = cells.iter().filter(|part| part.len() < total.len() && part.is_subset(total));
            secrets.extend(parts.map(|&part| total - part).filter(tells));
        }
        secrets.extend(few.iter().map(|few| together(few, None)).filter(tells));
        // Any two of the few, of whatever tables.
        let few: Vec<&Set> = few.into_iter().flatten().collect();
        let two = few.iter().enumerate().flat_map(|(at, one)| few[at + 1..].iter().map(move |other| *one | *other));
        secrets.extend(two.filter(tells));
        secrets
    }

    /// Whether a cell of a table is shown; if so, everybody knows it from here on.
    fn admits(&mut self, table: usize, set: &Set, tells: &dyn Fn(&Set) -> bool) -> bool {
        if set.is_empty() {
            return true;
        }
        if tells(set) {
            return false;
        }
        let Some((pivot, rest)) = monic(reduce(self.row(set), &self.basis)) else {
            return reduce(self.row(set), &self.whole).iter().all(|&x| x == 0);
        };
        let is_told = |secret: &Vec<i64>| {
            let factor = secret[pivot];
            factor != 0 && secret.iter().zip(&rest).all(|(&x, &known)| (x - factor * known) % PRIME == 0)
        };
        if self.secrets.iter().any(is_told) || self.remainders(table, set).iter().any(tells) {
            return false;
        }
        self.learn(set);
        true
    }

    /// What is left when a cell is taken from shown ones that hold it, shown ones from it, and it with its shown
    /// neighbours from the total of their table.
    fn remainders(&self, table: usize, set: &Set) -> Vec<Set> {
        let shown = || self.tables.iter().flatten().filter(|cell| cell.1 && !cell.0.is_empty()).map(|cell| &cell.0);
        let inside = |table: &[(Set, bool)], total: &Set| -> Set {
            let cells = table.iter().filter(|cell| cell.1 && cell.0.is_subset(total));
            cells.flat_map(|cell| &cell.0).copied().collect()
        };
        let mut left: Vec<Set> = Vec::new();
        for other in shown() {
            if set.is_subset(other) {
                left.push(other - set);
                left.push(&(other - set) - &inside(&self.tables[table], other));
            } else if other.is_subset(set) {
                left.push(set - other);
            }
        }
        left.extend(self.tables.iter().map(|table| set - &inside(table, set)).filter(|left| left != set));
        left
    }

    fn row(&self, set: &Set) -> Vec<i64> {
        (0..self.parts).map(|part| i64::from(set.contains(&part))).collect()
    }

    /// Everybody knows all of a set from here on.
    fn learn(&mut self, set: &Set) {
        let row = self.row(set);
        self.whole.extend(monic(reduce(row.clone(), &self.whole)));
        let rest = reduce(row, &self.basis);
        self.add(rest);
    }

    fn add(&mut self, rest: Vec<i64>) {
        let Some(newest) = monic(rest) else { return };
        for secret in self.secrets.iter_mut().filter(|secret| secret[newest.0] != 0) {
            *secret = reduce(std::mem::take(secret), std::slice::from_ref(&newest));
        }
        self.basis.push(newest);
    }
}

/// A row by its first number that is not zero, which becomes one.
fn monic(row: Vec<i64>) -> Option<(usize, Vec<i64>)> {
    let pivot = row.iter().position(|&x| x != 0)?;
    let inverse = power(row[pivot], PRIME - 2);
    Some((pivot, row.into_iter().map(|x| x * inverse % PRIME).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two projects of two key stages each; everyone, the projects and the key stages are shown.
    fn admitted(sizes: [i64; 4]) -> Vec<bool> {
        let size = |set: &Set| set.iter().map(|&part| sizes[part]).sum::<i64>();
        let filled = |parts: &[usize]| -> Set { parts.iter().copied().filter(|&part| sizes[part] > 0).collect() };
        let known = Known {
            parts: 4,
            tables: vec![
                vec![(filled(&[0, 1, 2, 3]), true)],
                vec![(filled(&[0, 1]), true), (filled(&[2, 3]), true)],
                vec![(filled(&[0, 2]), true), (filled(&[1, 3]), true)],
            ],
            beside: Vec::new(),
            partly: Vec::new(),
            secrets: Vec::new(),
            tells: &|set| (1..10).contains(&size(set)),
        };
        known.admit(&[(0..4).map(|part| filled(&[part])).collect()], size).remove(0)
    }

    #[test]
    fn a_cell_that_would_tell_of_few_others_is_not_shown() {
        assert_eq!(admitted([20, 20, 20, 20]), [true; 4]);
        assert_eq!(admitted([20, 20, 20, 9]), [false; 4], "each of the others, with what is shown, gives the nine");
        assert_eq!(admitted([20, 0, 0, 9]), [true, true, true, false], "nobody is not few");
    }

    #[test]
    fn nothing_follows_about_two_groups_of_few_together() {
        // Of both key stages A has 30 and 3, B 30 and 9, C 4 and 30, D 9 and 20. A and B lie in one area; B and C began in
        // one term. A's 33 less the area's 60 of the first stage and with the term's 34 of it are A's three and C's four.
        let sizes = [30, 3, 30, 9, 4, 30, 9, 20];
        let size = |set: &Set| set.iter().map(|&part| sizes[part]).sum::<i64>();
        let set = |parts: &[usize]| -> Set { parts.iter().copied().collect() };
        let known = Known {
            parts: 8,
            tables: vec![
                vec![(set(&[0, 1, 2, 3, 4, 5, 6, 7]), true)],
                vec![(set(&[0, 1]), true), (set(&[2, 3]), true), (set(&[4, 5]), true), (set(&[6, 7]), true)],
            ],
            beside: Vec::new(),
            partly: Vec::new(),
            secrets: Vec::new(),
            tells: &|set| (1..10).contains(&size(set)),
        };
        let areas = vec![set(&[0, 2]), set(&[1, 3]), set(&[4]), set(&[5]), set(&[6]), set(&[7])];
        let projects = (0..8).map(|part| set(&[part])).collect();
        let terms = vec![set(&[2, 4]), set(&[3, 5]), set(&[0, 6]), set(&[1, 7])];
        let shown = known.admit(&[areas, projects, terms], size);
        assert!(!(shown[0][0] && shown[2][0]), "{shown:?}");
    }

    #[test]
    fn what_follows_already_is_shown() {
        assert_eq!(admitted([20, 30, 0, 12]), [true; 4], "the second project is of one key stage");
    }

    #[test]
    fn the_larger_come_first_and_leave_no_few_behind() {
        let sizes = [30_i64, 40, 3, 20];
        let size = |set: &Set| set.iter().map(|&part| sizes[part]).sum::<i64>();
        let one = |part: usize| Set::from([part]);
        let known = Known {
            parts: 4,
            tables: vec![vec![(Set::from([0, 1, 2, 3]), true)]],
            beside: Vec::new(),
            partly: Vec::new(),
            secrets: Vec::new(),
            tells: &|set| (1..10).contains(&size(set)),
        };
        let admit = |table: Vec<Set>| known.admit(&[table], size).remove(0);
        assert_eq!(admit((0..4).map(one).collect()), [true, true, false, false], "20 stays with 3");
        let beside = Known { beside: vec![Set::from([0, 2])], secrets: vec![one(2)], ..known };
        assert_eq!(beside.admit(&[vec![one(0), one(1)]], size)[0], [false, true], "33 of another table are known");
        let known = Known { partly: vec![Set::from([0, 1]), one(0)], secrets: Vec::new(), ..beside };
        assert_eq!(
            known.admit(&[vec![one(1)]], size)[0],
            [false],
            "with it, what is hidden of the others would follow"
        );
    }
}
