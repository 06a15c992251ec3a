//! What children and grown-ups of one family answered to the same question, counted so that nothing of any one
//! family is left.

use std::collections::BTreeMap;

use crate::person::Role;
use crate::survey::Comparison;

use super::Pair;

/// Families alike: the child and so many grown-ups of each gave these answers, before and after, to a question that
/// both are asked.
///
/// Only families of whom one child has answered anything: a grown-up of several answers about one of them, and which
/// one is told by no score. Their number of kinds depends on how large families are and not on how many there are.
/// Each side counts its matched people by their place: see [`FamilyAnswers::place`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FamilyAnswers {
    /// The project whose cards they hold.
    pub project_id: i64,
    /// The measure's id.
    pub measure: String,
    /// Which later answer stands beside the before.
    pub comparison: Comparison,
    /// Children of each family by their answers.
    pub children: [i64; 4],
    /// Its grown-ups.
    pub adults: [i64; 4],
    /// Families; below 0 in what is to be taken from other counts.
    pub families: i64,
}

impl FamilyAnswers {
    /// Where somebody stands whose answer before and after was at or above the cut of their survey or below it.
    ///
    /// ```
    /// use pencilmark::pairing::FamilyAnswers;
    /// let places = [(false, false), (false, true), (true, false), (true, true)];
    /// assert_eq!(places.map(|(before, after)| FamilyAnswers::place(before, after)), [0, 1, 2, 3]);
    /// ```
    pub fn place(before: bool, after: bool) -> usize {
        2 * usize::from(before) + usize::from(after)
    }

    /// What one family answered, measure by measure: only measures of which its one child and a grown-up are both
    /// matched. `is_positive` says of a survey, a measure and a score whether it is at or above the cut; `None` where
    /// there is no cut.
    pub fn of_family<'a>(
        project_id: i64,
        people: impl IntoIterator<Item = (Role, &'a [Pair])>,
        is_positive: impl Fn(&str, &str, i64) -> Option<bool>,
    ) -> Vec<FamilyAnswers> {
        let people: Vec<(Role, &[Pair])> = people.into_iter().filter(|(_, pairs)| !pairs.is_empty()).collect();
        if people.iter().filter(|(role, _)| *role == Role::Child).count() != 1 {
            return Vec::new();
        }
        let mut sides: BTreeMap<(&str, Comparison), [[i64; 4]; 2]> = BTreeMap::new();
        for (role, pairs) in people {
            for pair in pairs {
                let (Some(pre), Some(post)) = (pair.pre, pair.post) else { continue };
                let side = |score| is_positive(&pair.survey, &pair.measure, score);
                let (Some(before), Some(after)) = (side(pre), side(post)) else { continue };
                let both = sides.entry((&pair.measure, pair.comparison)).or_default();
                both[usize::from(role == Role::Adult)][FamilyAnswers::place(before, after)] += 1;
            }
        }
        let some = |side: &[i64; 4]| side.iter().any(|&n| n > 0);
        let with_both = sides.into_iter().filter(|(_, sides)| sides.iter().all(some));
        with_both
            .map(|((measure, comparison), [children, adults])| FamilyAnswers {
                project_id,
                measure: measure.to_owned(),
                comparison,
                children,
                adults,
                families: 1,
            })
            .collect()
    }

    /// Everything but the number of families, spelled out: families of the same cell are counted together.
    pub fn cell(&self) -> String {
        let side = |side: &[i64; 4]| side.map(|n| n.to_string()).join(".");
        let FamilyAnswers { project_id, measure, comparison, children, adults, .. } = self;
        format!("{project_id}/{measure}/{}/{}/{}", comparison.code(), side(children), side(adults))
    }

    /// The count that takes these families away when it is added.
    #[must_use]
    pub fn negated(mut self) -> FamilyAnswers {
        self.families = -self.families;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(measure: &str, pre: Option<i64>, post: Option<i64>) -> Pair {
        Pair {
            measure: measure.to_owned(),
            comparison: Comparison::Later,
            survey: "any".to_owned(),
            session_id: 1,
            denominator: 1,
            pre,
            post,
            doubts: crate::pairing::Doubts::NONE,
            visits: None,
        }
    }

    #[test]
    fn a_family_counts_where_its_one_child_and_a_grown_up_are_both_matched() {
        let cut = |_: &str, measure: &str, score: i64| (measure != "no cut").then_some(score >= 3);
        let [fox, owl, sun, moon] = [
            vec![pair("talk", Some(1), Some(3)), pair("no cut", Some(1), Some(3))],
            vec![pair("other", Some(4), None)],
            vec![pair("talk", Some(3), Some(2)), pair("no cut", Some(1), Some(3)), pair("other", Some(1), None)],
            vec![pair("talk", Some(4), Some(4))],
        ];
        let people = [(Role::Child, &fox[..]), (Role::Child, &[]), (Role::Adult, &sun[..]), (Role::Adult, &moon[..])];
        let found = FamilyAnswers::of_family(7, people, cut);
        assert_eq!(found.len(), 1, "one measure has both sides and a cut");
        assert_eq!((found[0].children, found[0].adults, found[0].families), ([0, 1, 0, 0], [0, 0, 1, 1], 1));
        assert_eq!(found[0].cell(), "7/talk/later/0.1.0.0/0.0.1.1");
        assert!(FamilyAnswers::of_family(7, [(Role::Child, &fox[..])], cut).is_empty(), "nobody to set beside it");
        let two = [(Role::Child, &fox[..]), (Role::Child, &owl[..]), (Role::Adult, &sun[..])];
        assert!(FamilyAnswers::of_family(7, two, cut).is_empty(), "whom the grown-up answered about is not known");
    }
}
