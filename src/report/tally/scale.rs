//! The counts of a tally on one scale: as percents, as the answers' own codes, or as the sides of a cut.

use std::collections::BTreeMap;

use crate::report::input::SurveyMeasure;
use crate::statistics::{ClusterPairs, CountTable, PairTable, Share, Unit, share};

use super::{Family, Row, Tally, people};

/// What a score is brought to before it is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::report) enum Scale {
    /// Percent of the maximum, on the least common denominator of all surveys.
    Percents,
    /// The answers' own codes or counts: only differences and one survey's levels mean anything.
    Codes,
    /// 1 at or above the survey's cut, 0 below; a step is worth 100 percentage points.
    Positives,
}

impl<'a> Tally<'a> {
    /// The matched in percent of the maximum, pooled over surveys on their least common denominator.
    pub fn percents(&self) -> PairTable {
        self.table(Scale::Percents)
    }

    /// The matched as the answers' own codes or counts: only differences and one survey's levels mean anything.
    pub fn codes(&self) -> PairTable {
        self.table(Scale::Codes)
    }

    /// The matched as 1 at or above their survey's cut and 0 below; `None` where a survey has no cut.
    pub fn positives(&self) -> Option<PairTable> {
        let has_cuts = self.specs.iter().all(|spec| spec.measure.positive_from.is_some());
        has_cuts.then(|| self.table(Scale::Positives))
    }

    /// The matched on a scale.
    pub fn table(&self, scale: Scale) -> PairTable {
        PairTable::from_counts(self.unit(scale), self.matched_rows(scale).map(|(_, pre, post, n)| (pre, post, n)))
    }

    /// The counts of the matched with both scores on a scale.
    pub fn matched_rows(&self, scale: Scale) -> impl Iterator<Item = (&Row<'a>, i64, i64, u64)> {
        self.rows.iter().filter_map(move |row| {
            let value = |score| self.value(scale, score, row.count.denominator, row.spec);
            Some((row, value(row.count.pre?), value(row.count.post?), people(row.count.n)))
        })
    }

    /// The matched of families at one-off sessions: the families of one composition as clusters, and their people
    /// as clusters of one.
    pub fn matched_families(&self, scale: Scale) -> impl Iterator<Item = (ClusterPairs, ClusterPairs)> {
        self.families
            .iter()
            .filter(|family| !family.parts.is_empty())
            .map(move |family| self.clusters_of(family, scale))
    }

    fn clusters_of(&self, family: &Family<'_>, scale: Scale) -> (ClusterPairs, ClusterPairs) {
        let sums = if scale == Scale::Positives { &family.sums.positives } else { &family.sums.scores };
        let worth = |place: usize| match scale {
            Scale::Percents => i128::from(self.denominator / family.sums.parts[place].denominator.max(1)),
            Scale::Codes | Scale::Positives => 1,
        };
        let parts = || family.parts.iter().map(|&(place, _)| (place, worth(place)));
        let size = family.parts.iter().map(|&(place, _)| family.sums.parts[place].people).sum();
        let total = |side: usize| parts().map(|(place, worth)| worth * sums.totals[2 * place + side]).sum::<i128>();
        let product = |first: usize, second: usize| -> i128 {
            let with = |(place, worth): (usize, i128)| {
                let row = &sums.products[2 * place + first];
                parts().map(|(other, its)| worth * its * row[2 * other + second]).sum::<i128>()
            };
            parts().map(with).sum()
        };
        let of_people =
            |which: usize| -> i128 { parts().map(|(place, worth)| worth * worth * sums.people[place][which]).sum() };
        // A change is after − before, and so are its products.
        let with_products = |size: u64, clusters: u64, [befores, both, afters]: [i128; 3]| ClusterPairs {
            size,
            clusters,
            before: total(0),
            change: total(1) - total(0),
            before_squared: befores,
            product: both - befores,
            change_squared: afters - 2 * both + befores,
        };
        let families = u64::try_from(family.sums.families).unwrap_or(0);
        (
            with_products(size, families, [product(0, 0), product(0, 1), product(1, 1)]),
            with_products(1, families * size, [0, 1, 2].map(of_people)),
        )
    }

    /// What a step on a scale is worth.
    pub fn unit(&self, scale: Scale) -> Unit {
        match scale {
            Scale::Percents => Unit::new(100, self.denominator).unwrap_or(Unit::ONE),
            Scale::Positives => Unit::new(100, 1).unwrap_or(Unit::ONE),
            Scale::Codes => Unit::ONE,
        }
    }

    fn value(&self, scale: Scale, score: i64, denominator: i64, spec: &SurveyMeasure) -> i64 {
        match scale {
            Scale::Percents => score * (self.denominator / denominator.max(1)),
            Scale::Codes => score,
            Scale::Positives => i64::from(spec.is_positive(score)),
        }
    }

    /// Befores of those who have no later answer to compare with. For a later comparison everyone with a before
    /// counts, asked again or not.
    pub fn lost_on(&self, scale: Scale) -> CountTable {
        let value = |row: &Row<'_>| {
            Some((self.value(scale, row.count.pre?, row.count.denominator, row.spec), people(row.count.n)))
        };
        let unmatched = |row: &&Row<'_>| row.count.post.is_none();
        if self.befores.is_empty() {
            return CountTable::from_counts(self.unit(scale), self.rows.iter().filter(unmatched).filter_map(value));
        }
        let mut counts: BTreeMap<i64, u64> = BTreeMap::new();
        for (value, n) in self.befores.iter().filter_map(value) {
            *counts.entry(value).or_default() += n;
        }
        for (_, pre, _, n) in self.matched_rows(scale) {
            counts.entry(pre).and_modify(|left| *left = left.saturating_sub(n));
        }
        CountTable::from_counts(self.unit(scale), counts)
    }

    /// Afters of those who have no before to compare with.
    pub fn newly_on(&self, scale: Scale) -> CountTable {
        let without = self.rows.iter().filter(|row| row.count.pre.is_none());
        let value = |row: &Row<'_>| {
            Some((self.value(scale, row.count.post?, row.count.denominator, row.spec), people(row.count.n)))
        };
        CountTable::from_counts(self.unit(scale), without.filter_map(value))
    }

    /// The highest score on a scale that begins at 0.
    pub fn highest(&self, scale: Scale) -> i64 {
        if scale == Scale::Positives { 1 } else { self.denominator }
    }

    /// The matched who had the highest score before.
    pub fn at_top_before(&self) -> Share {
        let percents = self.percents();
        let top = i64::try_from(percents.unit().denominator()).unwrap_or(i64::MAX);
        share(percents.count(|pre, _| pre >= top), percents.n())
    }
}
