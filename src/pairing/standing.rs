//! What the responses that count for a person come to beside pairs: when something was answered, who helped, in which
//! language, and the items of scales.

use std::collections::{BTreeMap, BTreeSet};

use crate::survey::Wave;

use super::{Scored, counted};

/// The longest language code that is counted; nothing longer names a language.
const LONGEST_LANGUAGE: usize = 16;

/// When in a person's story, as reports tell it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Moment {
    /// The before.
    Before,
    /// The after that is preferred of those there are.
    After,
    /// The follow-up.
    Later,
}

impl Moment {
    /// Every one, in the order of a person's story.
    pub const ALL: [Moment; 3] = [Moment::Before, Moment::After, Moment::Later];

    /// The stored and exported code: `pre`.
    pub fn code(self) -> &'static str {
        match self {
            Moment::Before => "pre",
            Moment::After => "post",
            Moment::Later => "fu",
        }
    }

    /// Reads a stored code; `None` for anything else.
    pub fn from_code(code: &str) -> Option<Moment> {
        Moment::ALL.into_iter().find(|moment| moment.code() == code)
    }

    fn waves(self) -> &'static [Wave] {
        match self {
            Moment::Before => &[Wave::Pre],
            Moment::After => &Wave::AFTERS,
            Moment::Later => &[Wave::FollowUp],
        }
    }
}

/// What is noted of how a questionnaire was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Circumstance {
    /// Who helped; nothing where that was not said.
    Helper,
    /// The language it was read in.
    Language,
    /// That there is no record of their own yes before the first question; whoever has one is not counted.
    NoOwnYes,
    /// Whether they had been to such an activity before: the question's id and the code of the choice, with a point
    /// between them. Asked with the before; of an after it says what was answered before, so that it tells who answered
    /// both.
    Newcomer,
}

impl Circumstance {
    /// Every one.
    pub const ALL: [Circumstance; 4] =
        [Circumstance::Helper, Circumstance::Language, Circumstance::NoOwnYes, Circumstance::Newcomer];

    /// The stored code.
    pub fn code(self) -> &'static str {
        match self {
            Circumstance::Helper => "helper",
            Circumstance::Language => "language",
            Circumstance::NoOwnYes => "no_own_yes",
            Circumstance::Newcomer => "newcomer",
        }
    }

    /// Reads a stored code; `None` for anything else.
    pub fn from_code(code: &str) -> Option<Circumstance> {
        Circumstance::ALL.into_iter().find(|one| one.code() == code)
    }
}

/// A scale somebody answered every item of: survey, measure and when.
pub type ScaleOf = (String, String, Moment);

/// What the responses that count for a person come to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// The waves answered.
    pub waves: BTreeSet<Wave>,
    /// How the questionnaire of each moment was answered.
    pub circumstances: BTreeSet<(Moment, Circumstance, String)>,
    /// The answers to the items of scales.
    pub scales: BTreeMap<ScaleOf, Vec<i64>>,
}

impl Standing {
    /// Of responses that count, whatever else has come of them since.
    pub fn of<'a>(responses: impl IntoIterator<Item = &'a Scored>) -> Standing {
        let responses: Vec<Scored> =
            responses.into_iter().map(|response| Scored { aside: false, ..response.clone() }).collect();
        let counted = counted(&responses);
        let mut standing = Standing { waves: counted.keys().copied().collect(), ..Standing::default() };
        for moment in Moment::ALL {
            let Some(response) = moment.waves().iter().find_map(|wave| counted.get(wave)) else { continue };
            let helper = response.helper.map_or("", crate::response::Helper::code).to_owned();
            standing.circumstances.insert((moment, Circumstance::Helper, helper));
            standing.circumstances.insert((moment, Circumstance::Language, response.language.clone()));
            if !response.own_yes {
                standing.circumstances.insert((moment, Circumstance::NoOwnYes, String::new()));
            }
            let before =
                counted.get(&Wave::Pre).filter(|before| !before.newcomer.is_empty() && moment != Moment::Later);
            let newcomer = before.map(|before| (moment, Circumstance::Newcomer, before.newcomer.clone()));
            standing.circumstances.extend(newcomer);
            for score in response.scores.iter().filter(|score| !score.items.is_empty()) {
                let scale = (response.survey.clone(), score.measure.clone(), moment);
                standing.scales.insert(scale, score.items.clone());
            }
        }
        standing
    }
}

/// A language code as it is kept; nothing where it is none.
///
/// ```
/// use pencilmark::pairing::language_code;
/// assert_eq!(language_code("en-GB"), "en-gb");
/// assert_eq!(language_code("a language that is none"), "");
/// ```
pub fn language_code(code: &str) -> String {
    let is_code = code.len() <= LONGEST_LANGUAGE && code.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    if is_code { code.to_lowercase() } else { String::new() }
}

/// Sums over people of their answers to the items of a scale, from which covariances follow.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct ItemSums {
    /// People who answered every item; below 0 in what is to be taken from other sums.
    pub n: i64,
    /// Σ answer, by item.
    pub totals: Vec<i64>,
    /// Σ answer × answer, by the first and the second item.
    pub products: Vec<Vec<i64>>,
}

impl ItemSums {
    /// Of as many items, and nobody.
    pub fn none(items: usize) -> ItemSums {
        ItemSums { n: 0, totals: vec![0; items], products: vec![vec![0; items]; items] }
    }

    /// Adds a person's answers so many times; `times` is −1 to take them away. Answers of another number of items
    /// are left out.
    pub fn add(&mut self, answers: &[i64], times: i64) {
        if answers.len() != self.totals.len() {
            return;
        }
        self.n += times;
        for (first, a) in answers.iter().enumerate() {
            self.totals[first] += times * a;
            for (second, b) in answers.iter().enumerate() {
                self.products[first][second] += times * a * b;
            }
        }
    }

    /// Adds other sums of as many items.
    pub fn join(&mut self, other: &ItemSums) {
        if other.totals.len() != self.totals.len() {
            return;
        }
        self.n += other.n;
        self.totals.iter_mut().zip(&other.totals).for_each(|(ours, theirs)| *ours += theirs);
        let products = self.products.iter_mut().flatten().zip(other.products.iter().flatten());
        products.for_each(|(ours, theirs)| *ours += theirs);
    }

    /// Whether joining them would change nothing.
    pub fn is_nothing(&self) -> bool {
        self.n == 0 && self.totals.iter().chain(self.products.iter().flatten()).all(|sum| *sum == 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::response::Helper;
    use crate::scoring::Score;

    fn response(arrival: i64, wave: Wave, helper: Option<Helper>, items: &[i64]) -> Scored {
        let score = Score { items: items.to_vec(), ..Score::new("CNF", 7, 12) };
        Scored {
            aside: true,
            scores: vec![score],
            helper,
            language: "en-gb".to_owned(),
            own_yes: wave != Wave::PostProg,
            newcomer: if wave == Wave::Pre { "PA-NW1.1".to_owned() } else { String::new() },
            ..Scored::whole(arrival, wave)
        }
    }

    #[test]
    fn the_after_that_is_preferred_says_who_helped_with_the_after() {
        let early = response(1, Wave::PostExit, Some(Helper::Parent), &[1, 2, 3]);
        let end = response(2, Wave::PostProg, Some(Helper::None), &[3, 3, 3]);
        let standing = Standing::of([&early, &end]);
        let said: Vec<_> = standing.circumstances.iter().map(|(moment, _, value)| (*moment, value.as_str())).collect();
        assert_eq!(said, [(Moment::After, "none"), (Moment::After, "en-gb"), (Moment::After, "")]);
        assert_eq!(standing.scales.values().collect::<Vec<_>>(), [&vec![3, 3, 3]]);
        assert_eq!(standing.waves.len(), 2);
        let before = response(3, Wave::Pre, None, &[1, 1, 1]);
        let said = Standing::of([&before, &end]).circumstances;
        let newcomers = said.iter().filter(|(_, what, _)| *what == Circumstance::Newcomer);
        let newcomers: Vec<_> = newcomers.map(|(moment, _, value)| (*moment, value.as_str())).collect();
        assert_eq!(newcomers, [(Moment::Before, "PA-NW1.1"), (Moment::After, "PA-NW1.1")]);
        assert_eq!(Standing::of([]), Standing::default());
    }

    #[test]
    fn sums_come_to_nothing_when_everybody_is_taken_away_again() {
        let mut sums = ItemSums::none(3);
        sums.add(&[1, 2, 3], 1);
        sums.add(&[3, 3, 1], 1);
        assert_eq!((sums.n, &sums.totals, sums.products[0][2]), (2, &vec![4, 5, 4], 6));
        let mut less = ItemSums::none(3);
        less.add(&[1, 2, 3], -1);
        less.add(&[3, 3, 1], -1);
        less.add(&[9, 9], 5);
        sums.join(&less);
        assert!(sums.is_nothing());
    }
}
