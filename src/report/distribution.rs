//! The answers behind a result, choice by choice, before and after.

use serde::Serialize;

use crate::statistics::{self, CountTable};

use super::estimate::Share;
use super::finding::Finding;
use super::input::SurveyMeasure;
use super::suppression::{self, Figure};
use super::tally::Tally;
use super::tally::people;
use super::titles;
use super::wording;

/// How the matched of one questionnaire answered a single question.
#[derive(Debug, Clone, Serialize)]
pub struct Distribution {
    /// Short name of the questionnaire.
    pub survey: String,
    /// What people call it.
    pub title: String,
    /// What the answers show, for a chart's title.
    pub finding: String,
    /// The question's wording.
    pub question: String,
    /// Matched people.
    pub matched: Figure<i64>,
    /// Their answers by choice, lowest first.
    pub answers: Figure<Vec<OptionShares>>,
    /// Withheld answers of one side of the cut, put together.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub together: Vec<Together>,
}

/// The withheld answers of one side of the cut, as many as are left when the rest are shown.
#[derive(Debug, Clone, Serialize)]
pub struct Together {
    /// Which side.
    pub positive: bool,
    /// Before, where some are withheld.
    pub before: Option<Share>,
    /// After, where some are withheld.
    pub after: Option<Share>,
}

/// How many chose one option.
#[derive(Debug, Clone, Serialize)]
pub struct OptionShares {
    /// The stored value.
    pub value: i32,
    /// What people read.
    pub label: String,
    /// At or above the measure's cut.
    pub positive: bool,
    /// The middle of a balanced scale: drawn half on each side.
    pub neutral: bool,
    /// Before.
    pub before: Figure<Share>,
    /// After, of the same people.
    pub after: Figure<Share>,
}

/// One distribution for each questionnaire of a single question, shown where its finding is.
pub(super) fn distributions(tally: &Tally<'_>, by_survey: &[Finding]) -> Vec<Distribution> {
    let with_options = tally.specs.iter().zip(by_survey).filter(|(spec, _)| !spec.options.is_empty());
    with_options.map(|(spec, finding)| distribution(spec, finding, tally)).collect()
}

fn distribution(spec: &SurveyMeasure, finding: &Finding, tally: &Tally<'_>) -> Distribution {
    let codes = tally.only(|_, survey| survey == spec.survey).codes();
    let (before, after) = (Column::of(spec, &codes.pre()), Column::of(spec, &codes.post()));
    let is_shown = finding.change.shown().is_some();
    let sides = [false, true].map(|positive| Together {
        positive,
        before: before.together[usize::from(positive)].clone(),
        after: after.together[usize::from(positive)].clone(),
    });
    let middle = neutral(spec);
    let subject = &tally.subject;
    let fills =
        [("who", wording::who(subject.who).to_owned()), ("later", wording::later(subject.comparison).to_owned())];
    let rows = spec.options.iter().zip(before.shares.into_iter().zip(after.shares));
    let rows = rows.map(|(option, (before, after))| OptionShares {
        value: option.value,
        label: option.label.clone(),
        positive: spec.is_positive(i64::from(option.value)),
        neutral: middle == Some(option.value),
        before,
        after,
    });
    Distribution {
        survey: spec.survey.clone(),
        title: finding.group.name.clone(),
        finding: titles::answered(&spec.measure.id, &finding.group.name, finding.change.shown(), &fills),
        question: spec.question.clone(),
        matched: finding.base.matched.clone(),
        answers: finding.change.clone().map(|_| rows.collect()),
        together: sides.into_iter().filter(|s| is_shown && (s.before.is_some() || s.after.is_some())).collect(),
    }
}

/// One wave's answers: the share of each choice, and of the withheld ones below and above the cut.
struct Column {
    shares: Vec<Figure<Share>>,
    together: [Option<Share>; 2],
}

impl Column {
    /// The share of positive answers is shown elsewhere, so each side of the cut is a row whose total is known.
    fn of(spec: &SurveyMeasure, table: &CountTable) -> Column {
        let share = |n: i64| Share::any(statistics::share(people(n), table.n()));
        let count = |value: i32| i64::try_from(table.count(|code| code == i64::from(value))).unwrap_or(i64::MAX);
        let side = |wanted: bool| {
            let options = spec.options.iter().filter(|option| spec.is_positive(i64::from(option.value)) == wanted);
            let counts: Vec<i64> = options.map(|option| count(option.value)).collect();
            let shown = suppression::counts(&counts);
            let hidden: i64 =
                counts.iter().zip(&shown).filter(|(_, figure)| figure.shown().is_none()).map(|(n, _)| n).sum();
            let together = (hidden > 0).then(|| share(hidden).shown().cloned()).flatten();
            (shown.into_iter().map(|figure| figure.and_then(share)).collect::<Vec<_>>(), together)
        };
        let ((below, below_together), (above, above_together)) = (side(false), side(true));
        Column { shares: below.into_iter().chain(above).collect(), together: [below_together, above_together] }
    }
}

/// The middle choice of an odd scale with as many positive choices as negative ones. A scale from zero
/// counts something and has no middle to be neutral about.
fn neutral(spec: &SurveyMeasure) -> Option<i32> {
    let values: Vec<i32> = spec.options.iter().map(|option| option.value).collect();
    let middle = values.len() / 2;
    let balanced =
        values.len() % 2 == 1 && values.iter().filter(|&&v| spec.is_positive(i64::from(v))).count() == middle;
    (balanced && values.first() != Some(&0)).then(|| values[middle])
}
