//! A change among the matched of one group: its size, its intervals, who moved which way.

use serde::Serialize;

use crate::statistics::{self, Defined, PairTable, TopBox, Undefined, direction, mean_change, summary, top_box};
use crate::survey::Rule;

use super::breakdown::{signed, switches};
use super::clusters::{ClusterTally, Clusters};
use super::estimate::{Estimate, Share, defined, tells_of_few};
use super::inference::{Inference, NamedTest, of_percent};
use super::judgement::Judgement;
use super::number::Number;
use super::suppression::{self, Figure, Withheld, is_small};
use super::tally::{Scale, Tally};

/// Below this level before, out of 100, a relative change is not printed: a percentage of so little misleads.
const SMALLEST_BASE: f64 = 10.0;

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
    /// What the intervals take as the units that vary.
    pub clusters: Clusters,
    /// What may be said of it, and how surely.
    pub judgement: Judgement,
    /// Its tests against no change, for the main results.
    #[serde(skip)]
    pub(super) tests: [NamedTest; 2],
}

/// What may be shown of a change beside its size.
#[derive(Debug, Clone, Copy)]
pub(super) struct View {
    /// Whether it is everyone's.
    pub everyone: bool,
    /// Whether how many moved which way may be shown.
    pub direction: bool,
    /// Whether how far people's changes lie apart may be shown: no interval where all did alike would say so.
    pub spread: bool,
    /// Whether who changed sides may be shown.
    pub switch: bool,
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

/// Who changed sides in a yes/no measure.
#[derive(Debug, Clone, Serialize)]
pub struct Switch {
    /// Positive after, of those who were not before.
    pub starters: Share,
    /// No longer positive, of those who were before; `None` where nobody was.
    pub stoppers: Figure<Share>,
}

impl View {
    /// Of everyone's change: only its own small counts are withheld.
    pub const WHOLE: View = View { everyone: true, direction: true, spread: true, switch: true };

    /// Of two values how people moved is who changed sides, and one of its counts with the change tells the others: all
    /// of both are shown or nothing.
    fn of_values(self, tally: &Tally<'_>) -> View {
        if !tally.has_two_values() {
            return self;
        }
        let both = self.direction && self.switch;
        View { switch: both, direction: both && !switches(tally).into_iter().any(is_small), ..self }
    }
}

impl Change {
    /// The estimate that the headline rests on: percent where there is one, else points.
    pub fn headline(&self) -> &Estimate {
        match &self.percent {
            Some(Figure::Shown(percent)) => percent,
            _ => &self.points,
        }
    }

    /// Whether that is a relative change in percent. A level before that is too low for one leaves points.
    pub fn has_percent(&self) -> bool {
        matches!(self.percent, Some(Figure::Shown(_)))
    }

    /// The change among the matched of a tally. The caller has made sure that they are enough.
    pub(super) fn of(tally: &Tally<'_>, view: View) -> Figure<Change> {
        let Some(rule) = tally.rule() else { return Figure::Undefined("no such measure".to_owned()) };
        let view = view.of_values(tally);
        let change = match (rule, tally.positives()) {
            (Rule::Value, None) => return Figure::Undefined("the measure has no cut for a positive answer".to_owned()),
            (Rule::Value, Some(positives)) => of_shares(tally, &positives, view),
            (Rule::CountJobs, _) => of_jobs(tally, view),
            (Rule::MeanPomp | Rule::ShareAtLeast, _) => {
                of_means(tally, view, &ClusterTally::of(tally, Scale::Percents))
            }
        };
        defined(change)
    }

    /// The same without a word on how far people's changes lie apart.
    fn without_spread(mut self) -> Change {
        let withheld = || Figure::Withheld(Withheld::ProtectsAnother);
        self.points.hide_intervals();
        self.judgement = Judgement::withheld();
        self.tests.iter_mut().for_each(|(p, _)| *p = withheld());
        self
    }

    /// Whether a level before or after is a share of people that tells of one to four of them.
    pub(super) fn tells_of_few(tally: &Tally<'_>) -> Option<Withheld> {
        let cut = top_box(&tally.on_sides()?, 1);
        let few = [cut.pre, cut.post].iter().any(tells_of_few);
        few.then_some(Withheld::FewerThanFive)
    }
}

fn of_means(tally: &Tally<'_>, view: View, clusters: &ClusterTally) -> Defined<Change> {
    let table = tally.percents();
    let levels = [summary(&table.pre()).mean?, summary(&table.post()).mean?];
    let mut found = Inference::of_means(&table, clusters);
    if let (Some(sides), false) = (tally.on_sides(), view.direction) {
        found = found.without_switches(&top_box(&sides, 1), clusters);
    }
    // Where all changed by the same, a missing interval tells the way that all of them moved.
    let told = view.spread && (view.direction || !mean_change(&table).collapsed);
    let change = with_inference(tally, view, levels, mean_change(&table).mean?, clusters, found);
    Ok(if told { change } else { change.without_spread() })
}

/// The relative change and the mean number of jobs beside it.
fn of_jobs(tally: &Tally<'_>, view: View) -> Defined<Change> {
    let clusters = ClusterTally::of(tally, Scale::Percents);
    let mut change = of_means(tally, view, &clusters)?;
    change.percent = Some(percent(tally, &clusters));
    if let (Some(Figure::Shown(percent)), Figure::Withheld(_)) = (&mut change.percent, &change.points.naive_interval) {
        percent.hide_intervals();
    }
    change.jobs = match tally.specs.as_slice() {
        [only] => only.list_length.and_then(|of| {
            let counts = tally.codes();
            let mean = |table| summary(&table).mean.ok().map(Number::level);
            Some(Jobs { before: mean(counts.pre())?, after: mean(counts.post())?, of })
        }),
        _ => None,
    };
    Ok(change)
}

/// The relative change of the mean, reading R1.
pub(super) fn percent(tally: &Tally<'_>, clusters: &ClusterTally) -> Figure<Estimate> {
    if summary(&tally.percents().pre()).mean.is_ok_and(|before| before < SMALLEST_BASE) {
        let why = "the level before is below 10 of 100; a percentage of so little would mislead";
        return Figure::Undefined(why.to_owned());
    }
    let (value, limits, naive) = of_percent(tally, clusters);
    defined(value.map(|value| Estimate::new(value, limits, naive, Number::percent_change)))
}

fn of_shares(tally: &Tally<'_>, positives: &PairTable, view: View) -> Defined<Change> {
    let cut = top_box(positives, 1);
    let clusters = ClusterTally::of(tally, Scale::Positives);
    let switch = if view.switch { Switch::of(&cut) } else { Figure::Withheld(Withheld::ProtectsAnother) };
    let is_shown = !matches!(switch, Figure::Withheld(_));
    let found = Inference::of_shares(positives, &cut, &clusters, is_shown);
    let levels = [cut.pre.percent?, cut.post.percent?];
    let change = with_inference(tally, view, levels, cut.difference?, &clusters, found);
    Ok(Change { switch: Some(switch), ..change })
}

/// Everything of a change but what only some rules have; levels and size in points.
fn with_inference(
    tally: &Tally<'_>,
    view: View,
    [before, after]: [f64; 2],
    points: f64,
    clusters: &ClusterTally,
    found: Inference,
) -> Change {
    let direction = Direction::of(tally, view.direction);
    let judgement = Judgement::of(tally, points, &found, &direction, clusters.count());
    let withheld = (Err(Undefined::NoPairs), "");
    let mut estimate = Estimate::new(points, found.limits, found.naive.unwrap_or(withheld), Number::points);
    if found.naive.is_none() {
        estimate.naive_interval = Figure::Withheld(Withheld::ProtectsAnother);
    }
    if found.coarse {
        estimate.interval = estimate.interval.map(|interval| interval.coarse(Number::points));
    }
    Change {
        before: Number::level(before),
        after: Number::level(after),
        points: estimate,
        percent: None,
        jobs: None,
        direction,
        switch: None,
        clusters: Clusters { alike: found.alike, ..clusters.shown(view.everyone) },
        judgement,
        tests: [found.test, found.naive_test],
    }
}

impl Direction {
    /// Nothing of it.
    pub(super) fn withheld() -> Direction {
        let none = || Figure::Withheld(Withheld::ProtectsAnother);
        Direction { improved: none(), same: none(), lower: none() }
    }

    fn of(tally: &Tally<'_>, is_shown: bool) -> Direction {
        let moved = direction(&tally.codes(), 1);
        let (improved, lower) =
            if tally.higher_is_better() { (moved.improved, moved.declined) } else { (moved.declined, moved.improved) };
        let shares = [improved, moved.same, lower];
        let hidden = suppression::counts(&shares.map(|share| signed(share.count)));
        let mut figures = shares.into_iter().zip(hidden).map(|(share, figure)| match figure {
            Figure::Shown(_) if !is_shown => Figure::Withheld(Withheld::ProtectsAnother),
            figure => figure.and_then(|_| Share::any(share)),
        });
        let mut next = || figures.next().unwrap_or_else(|| Figure::Undefined("no direction".to_owned()));
        Direction { improved: next(), same: next(), lower: next() }
    }
}

impl Switch {
    fn of(cut: &TopBox) -> Figure<Switch> {
        let cells = [cut.gained, cut.lost, cut.pre.count - cut.lost, cut.pre.n - cut.pre.count - cut.gained];
        if cells.iter().any(|&n| is_small(signed(n))) {
            return Figure::Withheld(Withheld::FewerThanFive);
        }
        Share::any(statistics::share(cut.gained, cut.pre.n - cut.pre.count))
            .map(|starters| Switch { starters, stoppers: Share::any(statistics::share(cut.lost, cut.pre.count)) })
    }
}
