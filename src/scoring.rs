//! From answers to scores: pure, exact, once per response.
//!
//! Every score is an integer over a denominator that the survey's content fixes, so that changes,
//! ties and zeros are exact and two scores of one survey subtract as integers. `docs/survey-format.md`
//! works each rule through by hand.

use crate::response::{Answer, Answers, Missing};
use crate::survey::{Item, Measure, Rank, Rule, Survey, Wave};

mod flag;
pub mod words;

pub use flag::{Flag, flags};

#[cfg(test)]
mod tests;

/// Items from which it says something how well they hang together.
pub const FEWEST_ITEMS: usize = 3;

/// One measure's score of one response.
///
/// `value` counts units of `1/denominator`: percent for counts, means and shares
/// (`100 × value / denominator`), the item's own code for single values (denominator 1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Score {
    /// The measure's id.
    pub measure: String,
    /// The score in units of one denominator-th.
    pub value: i64,
    /// Units in a whole.
    pub denominator: i64,
    /// Whether a main result rests on it: people are told apart there by what is doubtful and how often they came.
    pub is_main: bool,
    /// Of a scale of three items or more that were all answered: what each contributes to the score, in the order of
    /// the measure. How well they hang together follows from these.
    pub items: Vec<i64>,
}

impl Score {
    /// A score that no main result rests on, of no scale.
    pub fn new(measure: &str, value: i64, denominator: i64) -> Score {
        Score { measure: measure.to_owned(), value, denominator, is_main: false, items: Vec::new() }
    }
}

/// Scores every measure that the answers allow, in the order of the survey.
///
/// A measure without enough answers (see [`Measure::needs`]) has no score; it is never zero. An item
/// that is not asked at the wave, and a value outside an item's options, count as unanswered.
///
/// ```
/// use pencilmark::response::{Answer, Answers};
/// use pencilmark::scoring::score;
/// use pencilmark::survey::{Library, Wave};
///
/// let library = Library::embedded();
/// let ks2 = &library.newest("ks2").ok_or("ks2 is embedded")?.survey;
/// let answers = Answers::from([
///     ("K2-AW1.vet".to_owned(), Answer::Value(1)),
///     ("K2-AW1.chef".to_owned(), Answer::Value(1)),
///     ("K2-AW1.animator".to_owned(), Answer::Value(0)),
/// ]);
/// let scores = score(ks2, Wave::Pre, &answers);
/// assert_eq!((scores[0].measure.as_str(), scores[0].value, scores[0].denominator), ("AWR", 2, 20));
/// # Ok::<(), &str>(())
/// ```
pub fn score(survey: &Survey, wave: Wave, answers: &Answers) -> Vec<Score> {
    let sheet = Sheet { survey, wave, answers };
    survey.measures.iter().filter_map(|measure| sheet.score(measure)).collect()
}

/// Units in a whole of a measure: what its scores are counted in.
///
/// - [`Rule::CountJobs`]: the number of real jobs on its lists.
/// - [`Rule::Value`]: 1, for the score is the item's own code.
/// - [`Rule::ShareAtLeast`]: the least common multiple of `needs ..= items`, so that a share of any
///   permitted number of answers is a whole number of units.
/// - [`Rule::MeanPomp`]: that, times the least common multiple of the items' ranges.
pub fn denominator(survey: &Survey, measure: &Measure) -> i64 {
    let items = measure.items.iter().filter_map(|id| survey.item(id));
    match measure.rule {
        Rule::CountJobs => items.map(|item| count(survey.real_jobs(item))).sum(),
        Rule::Value => 1,
        Rule::ShareAtLeast => common_count(measure),
        Rule::MeanPomp => common_count(measure) * common_range(survey, measure),
    }
}

/// One response beside the survey it answers.
struct Sheet<'a> {
    survey: &'a Survey,
    wave: Wave,
    answers: &'a Answers,
}

impl<'a> Sheet<'a> {
    fn score(&self, measure: &Measure) -> Option<Score> {
        if measure.unless_foil && self.foil_known() {
            return None;
        }
        let value = match measure.rule {
            Rule::CountJobs => self.jobs_known(measure)?,
            Rule::Value => i64::from(self.values(measure).next()?.value),
            Rule::ShareAtLeast => self.share(measure)?,
            Rule::MeanPomp => self.mean(measure)?,
        };
        Some(Score {
            is_main: measure.rank == Rank::Primary,
            items: self.contributions(measure),
            ..Score::new(&measure.id, value, denominator(self.survey, measure))
        })
    }

    /// Real jobs known on the lists that were seen; none unless enough lists were.
    fn jobs_known(&self, measure: &Measure) -> Option<i64> {
        let seen: Vec<&Item> = self.items(measure).filter(|item| self.list_seen(item)).collect();
        let known = |item: &&Item| count(self.survey.real_jobs(item).filter(|job| self.job_known(item, job)));
        (seen.len() >= usize::from(measure.needs)).then(|| seen.iter().map(known).sum())
    }

    /// k of n at or above the cut, in units of 1/lcm.
    fn share(&self, measure: &Measure) -> Option<i64> {
        let cut = measure.positive_from?;
        let answered: Vec<Rating> = self.values(measure).collect();
        let n = enough(&answered, measure)?;
        Some(count(answered.iter().filter(|rating| rating.value >= cut)) * (common_count(measure) / n))
    }

    /// Sum of (value − min) ÷ range, over n, in units of 1/(lcm of counts × lcm of ranges).
    fn mean(&self, measure: &Measure) -> Option<i64> {
        let ranges = common_range(self.survey, measure);
        let answered: Vec<Rating> = self.values(measure).collect();
        let n = enough(&answered, measure)?;
        let sum: i64 = answered.iter().map(|r| i64::from(r.value - r.min) * (ranges / i64::from(r.max - r.min))).sum();
        Some(sum * (common_count(measure) / n))
    }

    /// What each item of a scale contributes, where all were answered: its value, or whether it reaches the cut.
    fn contributions(&self, measure: &Measure) -> Vec<i64> {
        let cut = match (measure.rule, measure.positive_from) {
            (Rule::MeanPomp, _) => None,
            (Rule::ShareAtLeast, Some(cut)) => Some(cut),
            _ => return Vec::new(),
        };
        let worth = |rating: Rating| cut.map_or(i64::from(rating.value), |cut| i64::from(rating.value >= cut));
        let answered: Vec<i64> = self.values(measure).map(worth).collect();
        let all = answered.len() == measure.items.len() && answered.len() >= FEWEST_ITEMS;
        if all { answered } else { Vec::new() }
    }

    /// The answered items of a measure, reversed ones turned round: min + max − value.
    fn values(&self, measure: &Measure) -> impl Iterator<Item = Rating> {
        self.items(measure).filter_map(|item| {
            // A scale with one option has no range to measure on; the checks refuse it, old files may hold one.
            let (min, max) = range(self.survey, item).filter(|(min, max)| min < max || measure.rule == Rule::Value)?;
            let value = self.value(item)?;
            let reversed = measure.reversed.contains(&item.id);
            Some(Rating { value: if reversed { min + max - value } else { value }, min, max })
        })
    }

    /// The items of a measure that are asked at this wave.
    fn items(&self, measure: &Measure) -> impl Iterator<Item = &'a Item> {
        let (survey, wave) = (self.survey, self.wave);
        measure.items.iter().filter_map(|id| survey.item(id)).filter(move |item| item.waves.contains(&wave))
    }

    /// The value of an item of one field, where it is one of its options.
    fn value(&self, item: &Item) -> Option<i32> {
        let value = self.answers.get(&item.id)?.value()?;
        self.survey.options_of(item).iter().any(|option| option.value == value).then_some(value)
    }

    /// Whether a job list was seen to its end: something on it has a value, and nothing on it was
    /// not reached, not asked or lost. A tile without an answer was left; a skipped row is not known.
    fn list_seen(&self, item: &Item) -> bool {
        let unseen = |answer: &&Answer| {
            matches!(answer, Answer::Missing(Missing::NotReached | Missing::NotAsked | Missing::Lost))
        };
        let of_list = || item.jobs.iter().filter_map(|job| self.answer(item, job));
        of_list().any(|answer| answer.value().is_some()) && !of_list().any(|answer| unseen(&answer))
    }

    /// Whether a job was tapped, or answered at the scale's top code ("could explain it").
    fn job_known(&self, item: &Item, job: &str) -> bool {
        let top = range(self.survey, item).map(|(_, max)| max);
        top.is_some() && self.answer(item, job).and_then(Answer::value) == top
    }

    /// Whether a job that does not exist was claimed to be known, on any list of this wave.
    fn foil_known(&self) -> bool {
        self.lists().any(|item| {
            let foil = |job: &&String| self.survey.jobs.get(*job).is_some_and(|job| job.foil);
            item.jobs.iter().filter(foil).any(|job| self.job_known(item, job))
        })
    }

    /// The job lists asked at this wave.
    fn lists(&self) -> impl Iterator<Item = &'a Item> {
        let survey = self.survey;
        let is_list = move |item: &&Item| survey.scale_of(item).is_some_and(|scale| scale.look.lists_jobs());
        self.survey.items_at(self.wave).filter(is_list)
    }

    fn answer(&self, item: &Item, job: &str) -> Option<&'a Answer> {
        self.answers.get(&format!("{}.{job}", item.id))
    }
}

/// One answered item, already turned round, with the ends of its scale.
struct Rating {
    value: i32,
    min: i32,
    max: i32,
}

/// How many were answered, if that is enough for a score.
fn enough(answered: &[Rating], measure: &Measure) -> Option<i64> {
    let needed = usize::from(measure.needs).max(1);
    (answered.len() >= needed).then(|| count(answered.iter()))
}

/// Least common multiple of the numbers of answers that make a score.
fn common_count(measure: &Measure) -> i64 {
    let items = count(measure.items.iter());
    (i64::from(measure.needs).max(1)..=items).fold(1, lcm)
}

/// Least common multiple of max − min over the items.
fn common_range(survey: &Survey, measure: &Measure) -> i64 {
    let items = measure.items.iter().filter_map(|id| survey.item(id));
    let ranges = items.filter_map(|item| range(survey, item)).map(|(min, max)| i64::from(max - min));
    ranges.filter(|&range| range > 0).fold(1, lcm)
}

/// The lowest and highest value of an item.
fn range(survey: &Survey, item: &Item) -> Option<(i32, i32)> {
    let values = survey.options_of(item).iter().map(|option| option.value);
    values.clone().min().zip(values.max())
}

fn count(things: impl Iterator) -> i64 {
    i64::try_from(things.count()).unwrap_or(i64::MAX)
}

fn lcm(a: i64, b: i64) -> i64 {
    a / gcd(a, b) * b
}

fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { gcd(b, a % b) }
}
