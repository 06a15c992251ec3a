//! Who had no room to rise: nearly everybody positive before, or many at the top of a list or scale.

use crate::survey::{Rank, Rule};

use super::estimate::Share;
use super::finding::Level;
use super::number;
use super::outcome::Outcome;
use super::tally::Tally;
use super::told::Told;
use super::wording::{self, say};

/// Percent of people at the top of their list or scale before from which the ceiling matters.
const CEILING: f64 = 5.0;
/// The same of people who were positive before already.
const POSITIVE_ALREADY: f64 = 90.0;
/// People at the top of a list whom a sentence may count.
const FEWEST: u64 = 5;

/// Matched children who knew the whole list before, where they are many.
pub(super) fn whole_list(tally: &Tally<'_>) -> Option<(String, Told)> {
    let at_top = tally.at_top_before();
    let enough = tally.rule() == Some(Rule::CountJobs) && at_top.count >= FEWEST;
    let share = Share::alone(at_top);
    let shown = share.shown().filter(|share| enough && share.percent.value >= CEILING)?;
    let told = Told::share("caveat.ceiling", "at_top_before", shown).of_measure(&tally.subject.measure);
    let fills = [("percent", told.words()), ("n", number::count(shown.of))];
    Some((say("caveats", "ceiling", &fills), told))
}

/// Every other result whose people had no room to rise; `main` is the one of [`whole_list`].
pub(super) fn others<'o>(outcomes: impl Iterator<Item = &'o Outcome>, main: Option<&Tally<'_>>) -> Vec<String> {
    let is_main = |outcome: &&Outcome| {
        main.is_some_and(|tally| tally.subject == outcome.subject() && tally.rule() == Some(Rule::CountJobs))
    };
    let each = outcomes.filter(|outcome| !is_main(outcome));
    let (mut said, mut at_top) = (Vec::new(), Vec::new());
    for outcome in each {
        said.extend(already(outcome));
        at_top.extend(top_of_scale(outcome));
    }
    if !at_top.is_empty() {
        said.push(say("caveats", "ceiling_of_scales", &[("each", at_top.join("; "))]));
    }
    said
}

/// That nearly everybody was positive before already, so that few could rise; of shares that are shown.
fn already(outcome: &Outcome) -> Option<String> {
    let finding = &outcome.headline;
    let of = match finding.unit {
        Level::PercentOfPeople => "of",
        Level::PercentOfAnswers => "of the answers of",
        Level::JobsOf100 | Level::Points => return None,
    };
    let change = finding.change.shown().filter(|change| change.before.value >= POSITIVE_ALREADY)?;
    let fills = [("of", of.to_owned()), ("percent", change.before.whole())];
    Some(say("caveats", "ceiling_of", &[&named(outcome, *finding.base.matched.shown()?)[..], &fills].concat()))
}

/// How many stood at the top of a scale before, where they are many; what only describes is not named one by one.
fn top_of_scale(outcome: &Outcome) -> Option<String> {
    let at_top = outcome.at_top.as_ref().filter(|_| outcome.rank < Rank::Describe)?.shown()?;
    let fills = [("percent", at_top.percent.whole())];
    let many = at_top.percent.value >= CEILING && at_top.count > 0;
    many.then(|| say("caveats", "at_top", &[&named(outcome, at_top.of)[..], &fills].concat()))
}

fn named(outcome: &Outcome, n: i64) -> [(&'static str, String); 4] {
    [
        ("title", outcome.title.clone()),
        ("who", wording::who(outcome.who).to_owned()),
        ("when", wording::when(outcome.comparison).to_owned()),
        ("n", number::count(n)),
    ]
}
