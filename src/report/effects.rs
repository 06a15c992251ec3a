//! How large changes are, free of their unit, and how many stand at the ends of a scale: for the appendix.

use serde::Serialize;

use crate::statistics::{Share as Counted, Zeros, effect_sizes, share, summary, wilcoxon_signed_rank};
use crate::survey::{Rank, Rule};

use super::change::Change;
use super::estimate::{Share, defined};
use super::number::Number;
use super::suppression::{Figure, Withheld};
use super::tally::{Scale, Tally};

/// Effect sizes of everyone's change, all positive for an increase.
#[derive(Debug, Clone, Serialize)]
pub struct Effects {
    /// Standard deviations before, after and of the change: of levels, or of the codes of a single question.
    pub sd: [Figure<Number>; 3],
    /// Mean change in the mean standard deviation of before and after.
    pub d_av: Figure<Number>,
    /// Mean change in standard deviations of the changes.
    pub d_z: Figure<Number>,
    /// The same without its small-sample bias.
    pub hedges_g: Figure<Number>,
    /// Matched-pairs rank-biserial correlation, those who did not move ranked and then dropped (Pratt).
    pub rank_biserial: Figure<Number>,
    /// Two-sided p of Pratt's signed-rank test; main results only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signed_rank_p: Option<Figure<Number>>,
    /// Share that improved and half of those who did not move.
    pub improvement: Figure<Number>,
}

/// Matched people at the ends of a scale.
#[derive(Debug, Clone, Serialize)]
pub struct Ends {
    /// At the lowest score before.
    pub bottom_before: Figure<Share>,
    /// At the lowest score afterwards.
    pub bottom_after: Figure<Share>,
    /// At the highest score afterwards; before, see the outcome itself.
    pub top_after: Figure<Share>,
}

impl Effects {
    /// Of everyone's change. They follow from how many moved which way, so where that is not shown they are not.
    pub(super) fn of(tally: &Tally<'_>, change: &Change, rank: Rank) -> Effects {
        let moved = &change.direction;
        let all = [&moved.improved, &moved.same, &moved.lower].iter().all(|share| share.shown().is_some());
        let guarded = |figure: Figure<Number>| if all { figure } else { Figure::Withheld(Withheld::ProtectsAnother) };
        let codes = tally.codes();
        // Choices of several questionnaires share their steps and not their spread.
        let is_code = tally.rule() == Some(Rule::Value);
        let table = if is_code { codes.clone() } else { tally.percents() };
        let found = effect_sizes(&table);
        let of_spread = |value| match is_code && tally.specs.len() > 1 {
            true => Figure::Undefined("scales of several lengths have no common spread".to_owned()),
            false => guarded(defined(value)),
        };
        let ranks = wilcoxon_signed_rank(if is_code { &codes } else { &table }, Zeros::Pratt);
        let sd = [table.pre(), table.post(), table.changes()].map(|one| of_spread(summary(&one).sd.map(Number::level)));
        Effects {
            sd,
            d_av: of_spread(found.d_av.map(Number::effect)),
            d_z: of_spread(found.d_z.map(Number::effect)),
            hedges_g: of_spread(found.hedges_g.map(Number::effect)),
            rank_biserial: guarded(defined(ranks.rank_biserial.map(Number::effect))),
            signed_rank_p: (rank == Rank::Primary).then(|| guarded(defined(ranks.p().map(Number::p_value)))),
            improvement: guarded(defined(found.improvement.map(Number::coefficient))),
        }
    }
}

impl Ends {
    /// Of scores of a scale; single questions show each of their choices.
    pub(super) fn of(tally: &Tally<'_>) -> Option<Ends> {
        if tally.rule() == Some(Rule::Value) {
            return None;
        }
        let table = tally.percents();
        let top = tally.highest(Scale::Percents);
        let at = |holds: &dyn Fn(i64, i64) -> bool| -> Counted { share(table.count(holds), table.n()) };
        Some(Ends {
            bottom_before: Share::alone(at(&|pre, _| pre <= 0)),
            bottom_after: Share::alone(at(&|_, post| post <= 0)),
            top_after: Share::alone(at(&|_, post| post >= top)),
        })
    }
}
