//! One finding: what changed in one measure among the matched people of one group.

use serde::Serialize;

use crate::person::Role;
use crate::statistics::{self, Defined, PairTable, TopBox, direction, mean_change, percent_change, summary, top_box};
use crate::survey::{Comparison, Rank, Rule};

use super::breakdown::signed;
use super::number::Number;
use super::suppression::{self, Figure, Withheld, is_small};
use super::tally::Tally;

/// Below this level before, out of 100, a relative change is not printed: a percentage of so little misleads.
const SMALLEST_BASE: f64 = 10.0;

/// What changed in one measure among the matched people of one group.
#[derive(Debug, Clone, Serialize)]
pub struct Finding {
    /// Unique in the report: `AWR.child.after.project.5`.
    pub id: String,
    /// The measure's id.
    pub measure: String,
    /// What people call it.
    pub title: String,
    /// How much rests on it.
    pub rank: Rank,
    /// Children or grown-ups.
    pub who: Role,
    /// What the before is compared with.
    pub comparison: Comparison,
    /// Which people.
    pub group: Group,
    /// What `before` and `after` are measured in.
    pub unit: Level,
    /// How many people stand behind it.
    pub base: Base,
    /// The change, or why none is shown.
    pub change: Figure<Change>,
}

/// The people a finding is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Group {
    /// How the programme was divided.
    pub cut: Cut,
    /// Which part: a project's or area's number, a survey's short name; empty for everyone.
    pub key: String,
    /// Its name.
    pub name: String,
}

/// A way to divide a programme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Cut {
    /// Not divided.
    All,
    /// By project.
    Project,
    /// By area.
    Area,
    /// By questionnaire, which for children is the key stage.
    KeyStage,
}

impl Cut {
    /// The code in ids and downloads.
    pub fn code(self) -> &'static str {
        match self {
            Cut::All => "all",
            Cut::Project => "project",
            Cut::Area => "area",
            Cut::KeyStage => "key_stage",
        }
    }
}

/// What a level before and after is measured in; always 0 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Mean number of jobs known, of every 100 shown.
    JobsOf100,
    /// Percent of people whose answer is positive or regular.
    PercentOfPeople,
    /// Mean percent of a person's answers.
    PercentOfAnswers,
    /// Mean of answers as percent of the maximum possible (POMP).
    Points,
}

impl Level {
    /// The level a rule gives.
    pub fn of(rule: Rule) -> Level {
        match rule {
            Rule::CountJobs => Level::JobsOf100,
            Rule::Value => Level::PercentOfPeople,
            Rule::ShareAtLeast => Level::PercentOfAnswers,
            Rule::MeanPomp => Level::Points,
        }
    }
}

/// How many people stand behind a finding.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Base {
    /// Seen at least once, where that is counted for this group.
    pub registered: Figure<i64>,
    /// With a before of this measure.
    pub before: Figure<i64>,
    /// With an after (or later) answer of this measure.
    pub after: Figure<i64>,
    /// With both: whom the change is about.
    pub matched: Figure<i64>,
}

/// A change, with everything that is said about it. Change is always after − before.
#[derive(Debug, Clone, Serialize)]
pub struct Change {
    /// Level before, among the matched.
    pub before: Number,
    /// Level after, among the matched.
    pub after: Number,
    /// After − before: points of 100, or percentage points. Reading R4 for awareness.
    pub points: Estimate,
    /// For counts of jobs, the relative change of the mean in percent: reading R1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub percent: Option<Figure<Estimate>>,
    /// For counts of jobs on one list, the mean number of jobs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jobs: Option<Jobs>,
    /// How many improved, stayed the same and got lower.
    pub direction: Direction,
    /// For yes/no measures, who changed sides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub switch: Option<Figure<Switch>>,
}

/// A value with its interval.
#[derive(Debug, Clone, Serialize)]
pub struct Estimate {
    /// The value.
    pub value: Number,
    /// Its 95 % interval.
    pub interval: Figure<Interval>,
}

/// A 95 % interval and the method that gave it.
#[derive(Debug, Clone, Serialize)]
pub struct Interval {
    /// Lower limit.
    pub low: Number,
    /// Upper limit.
    pub high: Number,
    /// The method, by the name a statistician would search for.
    pub method: &'static str,
}

/// Mean numbers of jobs on one list.
#[derive(Debug, Clone, Serialize)]
pub struct Jobs {
    /// Mean before.
    pub before: Number,
    /// Mean after.
    pub after: Number,
    /// Length of the list.
    pub of: i64,
}

/// How people's scores moved. The three shares add up to everyone matched.
#[derive(Debug, Clone, Serialize)]
pub struct Direction {
    /// Moved in the hoped-for direction.
    pub improved: Figure<Share>,
    /// Did not move.
    pub same: Figure<Share>,
    /// Moved the other way.
    pub lower: Figure<Share>,
}

/// A count of people out of a number of people.
#[derive(Debug, Clone, Serialize)]
pub struct Share {
    /// People counted.
    pub count: i64,
    /// Of how many.
    pub of: i64,
    /// In percent.
    pub percent: Number,
    /// 95 % interval of the percent.
    pub interval: Figure<Interval>,
}

/// Who changed sides in a yes/no measure.
#[derive(Debug, Clone, Serialize)]
pub struct Switch {
    /// Positive after, of those who were not before.
    pub starters: Share,
    /// No longer positive, of those who were before; `None` where nobody was.
    pub stoppers: Figure<Share>,
    /// Test of as many starters as stoppers.
    pub p: Figure<Number>,
    /// The test's name.
    pub test: &'static str,
}

impl Change {
    /// The estimate that the headline and the verdict rest on: percent where there is one, else points.
    pub fn headline(&self) -> &Estimate {
        match &self.percent {
            Some(Figure::Shown(percent)) => percent,
            _ => &self.points,
        }
    }

    /// The change among the matched of a tally. The caller has made sure that they are enough.
    pub(super) fn of(tally: &Tally<'_>) -> Figure<Change> {
        let Some(rule) = tally.rule() else { return Figure::Undefined("no such measure".to_owned()) };
        let change = match (rule, tally.positives()) {
            (Rule::Value, None) => return Figure::Undefined("the measure has no cut for a positive answer".to_owned()),
            (Rule::Value, Some(positives)) => of_shares(tally, &top_box(&positives, 1)),
            (Rule::CountJobs, _) => of_means(tally, &tally.percents()).map(|change| with_jobs(change, tally)),
            (Rule::MeanPomp | Rule::ShareAtLeast, _) => of_means(tally, &tally.percents()),
        };
        defined(change)
    }

    /// Whether a level before or after is a share of people that tells of one to four of them.
    pub(super) fn tells_of_few(tally: &Tally<'_>) -> Option<Withheld> {
        let positives = if tally.rule() == Some(Rule::Value) { tally.positives()? } else { return None };
        let cut = top_box(&positives, 1);
        let few = [cut.pre, cut.post].iter().any(share_tells_of_few);
        few.then_some(Withheld::FewerThanFive)
    }

    /// Withholds how many moved which way, because they would tell of another group.
    pub(super) fn withhold_direction(&mut self) {
        let Direction { improved, same, lower } = &mut self.direction;
        [improved, same, lower].into_iter().for_each(withhold);
    }

    /// Withholds who changed sides, for the same reason.
    pub(super) fn withhold_switch(&mut self) {
        self.switch.iter_mut().for_each(withhold);
    }
}

/// Withholds a figure that has no reason of its own.
fn withhold<T>(figure: &mut Figure<T>) {
    if figure.shown().is_some() {
        *figure = Figure::Withheld(Withheld::ProtectsAnother);
    }
}

fn of_means(tally: &Tally<'_>, table: &PairTable) -> Defined<Change> {
    let change = mean_change(table);
    let interval = if change.collapsed { Err(statistics::Undefined::AllChangesEqual) } else { change.interval };
    Ok(Change {
        before: Number::level(summary(&table.pre()).mean?),
        after: Number::level(summary(&table.post()).mean?),
        points: estimate(change.mean?, interval, Number::points, "paired t"),
        percent: None,
        jobs: None,
        direction: Direction::of(tally),
        switch: None,
    })
}

fn with_jobs(mut change: Change, tally: &Tally<'_>) -> Change {
    let percent = percent_change(&tally.percents());
    let limits = percent.fieller.and_then(|fieller| fieller.interval()).and_then(with_width);
    change.percent = Some(if change.before.value < SMALLEST_BASE {
        Figure::Undefined("the level before is below 10 of 100; a percentage of so little would mislead".to_owned())
    } else {
        defined(percent.value.map(|value| estimate(value, limits, Number::percent_change, "Fieller")))
    });
    change.jobs = match tally.specs.as_slice() {
        [only] => only.list_length.and_then(|of| {
            let counts = tally.codes();
            let mean = |table| summary(&table).mean.ok().map(Number::level);
            Some(Jobs { before: mean(counts.pre())?, after: mean(counts.post())?, of })
        }),
        _ => None,
    };
    change
}

/// An interval of no width comes from changes without spread: it is no certainty.
fn with_width(interval: statistics::Interval) -> Defined<statistics::Interval> {
    let wide = interval.high - interval.low > 1e-9;
    if wide { Ok(interval) } else { Err(statistics::Undefined::AllChangesEqual) }
}

fn of_shares(tally: &Tally<'_>, cut: &TopBox) -> Defined<Change> {
    Ok(Change {
        before: Number::level(cut.pre.percent?),
        after: Number::level(cut.post.percent?),
        points: estimate(cut.difference?, cut.interval, Number::points, "Newcombe’s method 10"),
        percent: None,
        jobs: None,
        direction: Direction::of(tally),
        switch: Some(Switch::of(cut)),
    })
}

impl Direction {
    fn of(tally: &Tally<'_>) -> Direction {
        let moved = direction(&tally.codes(), 1);
        let higher_is_better = tally.specs.first().is_none_or(|spec| spec.measure.higher_is_better);
        let (improved, lower) =
            if higher_is_better { (moved.improved, moved.declined) } else { (moved.declined, moved.improved) };
        let shares = [improved, moved.same, lower];
        let hidden = suppression::counts(&shares.map(|share| signed(share.count)));
        let mut figures = shares.into_iter().zip(hidden).map(|(share, figure)| figure.and_then(|_| Share::any(share)));
        let mut next = || figures.next().unwrap_or_else(|| Figure::Undefined("no direction".to_owned()));
        Direction { improved: next(), same: next(), lower: next() }
    }
}

impl Share {
    /// A share that stands alone: withheld where it tells of one to four people.
    pub(super) fn alone(share: statistics::Share) -> Figure<Share> {
        if share_tells_of_few(&share) { Figure::Withheld(Withheld::FewerThanFive) } else { Share::any(share) }
    }

    /// A share whose counts the caller has protected.
    pub(super) fn any(share: statistics::Share) -> Figure<Share> {
        defined(share.percent.map(|percent| Share {
            count: signed(share.count),
            of: signed(share.n),
            percent: Number::percent(percent),
            interval: interval(share.interval, Number::percent, "Wilson"),
        }))
    }
}

impl Switch {
    fn of(cut: &TopBox) -> Figure<Switch> {
        let cells = [cut.gained, cut.lost, cut.pre.count - cut.lost, cut.pre.n - cut.pre.count - cut.gained];
        if cells.iter().any(|&n| is_small(signed(n))) {
            return Figure::Withheld(Withheld::FewerThanFive);
        }
        Share::any(statistics::share(cut.gained, cut.pre.n - cut.pre.count)).map(|starters| Switch {
            starters,
            stoppers: Share::any(statistics::share(cut.lost, cut.pre.count)),
            p: defined(cut.mcnemar.map(|test| Number::p_value(test.p_mid))),
            test: "McNemar, mid-p",
        })
    }
}

/// Builds a value with its interval, both printed the same way.
pub(super) fn estimate(
    value: f64,
    limits: Defined<statistics::Interval>,
    print: fn(f64) -> Number,
    method: &'static str,
) -> Estimate {
    Estimate { value: print(value), interval: interval(limits, print, method) }
}

fn interval(limits: Defined<statistics::Interval>, print: fn(f64) -> Number, method: &'static str) -> Figure<Interval> {
    defined(limits.map(|limits| Interval { low: print(limits.low), high: print(limits.high), method }))
}

/// A statistic's own reason for having no value, in the words that exports carry.
pub(super) fn defined<T>(value: Defined<T>) -> Figure<T> {
    match value {
        Ok(value) => Figure::Shown(value),
        Err(reason) => Figure::Undefined(reason.to_string()),
    }
}

fn share_tells_of_few(share: &statistics::Share) -> bool {
    is_small(signed(share.count)) || is_small(signed(share.n - share.count))
}
