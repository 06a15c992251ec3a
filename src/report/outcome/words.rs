//! What is said of one measure's results: the question, the title of each chart, and the sentences.

use crate::report::change::{Change, Switch};
use crate::report::clusters::{Cluster, Clusters, Standing};
use crate::report::estimate::{Estimate, Share};
use crate::report::finding::{Cut, Level};
use crate::report::inference::UNPAIRED;
use crate::report::suppression::Figure;
use crate::report::wording::{self, fill, say};
use crate::report::{number, titles};
use crate::statistics::Undefined;

use super::Outcome;

impl Outcome {
    /// Puts into words what is shown of it.
    pub(super) fn put_into_words(&mut self, matched: i64) {
        let (who, later) = (wording::who(self.who).to_owned(), wording::later(self.comparison).to_owned());
        let mut fills = vec![("title", self.title.clone()), ("who", who.clone()), ("later", later.clone())];
        let words = self.words();
        self.question = fill(&words.question, &fills);
        self.unit = words.unit.clone();
        self.cut_words = wording::cut(&self.measure);
        let Some(change) = self.headline.change.shown() else {
            self.sentence = wording::why_not(&self.headline.change, &who, &later, matched).unwrap_or_default();
            self.finding = self.title.clone();
            (self.moved, self.far) = (String::new(), String::new());
            return;
        };
        fills.push(("n", number::count(matched)));
        self.moved = titles::moved(&self.measure, &change.direction, &fills);
        self.far = match &self.histogram {
            Some(Figure::Shown(histogram)) => titles::far(histogram, &fills),
            _ => String::new(),
        };
        fills.extend(numbers(change));
        let (sentence, finding) = match (change.judgement.tells(), change.points.value.value > 0.0) {
            (true, true) => (&words.rose, &words.title_rose),
            (true, false) => (&words.fell, &words.title_fell),
            (false, _) => (&words.unclear, &words.title_unclear),
        };
        let direction = &change.direction;
        let moved = [("improved", &direction.improved), ("same", &direction.same), ("lower", &direction.lower)];
        let shown: Vec<(&str, String)> =
            moved.iter().filter_map(|(name, share)| Some((*name, share.shown()?.percent.whole()))).collect();
        self.certainty = change.judgement.sentence(&who, &number::count(matched));
        self.warning = cluster_sentence(&change.clusters);
        let mut sentences: Vec<String> = self.certainty.iter().chain(&self.warning).cloned().collect();
        let unpaired = change.points.interval.shown().filter(|limits| limits.method == UNPAIRED);
        sentences.extend(unpaired.map(|_| say("interval", "unpaired", &[])));
        if let Some(Figure::Shown(readings)) = &self.readings {
            sentences.extend(readings.sentences(change, matched, &who, &later));
            self.claim = Some(readings.claim_sentence(change, &who));
        }
        if let Some(Figure::Shown(switch)) = &change.switch {
            sentences.extend(switch_sentences(&self.measure, switch, &fills));
        }
        let key = match (shown.len() == moved.len(), self.headline.group.cut) {
            (true, _) => "sentence",
            (false, Cut::Several) => "crossed",
            (false, _) => "withheld",
        };
        fills.extend(shown);
        sentences.push(say("direction", key, &fills));
        // Where nobody's change differs from another's, a percentage may still have limits; they are no interval of it.
        let intervals = [&change.headline().interval, &change.points.interval];
        let without = intervals.into_iter().find_map(|interval| match interval {
            Figure::Shown(_) => None,
            Figure::Withheld(_) => Some(say("interval", "withheld", &[])),
            Figure::Undefined(reason) => Some(reason.clone()),
        });
        (self.sentence, self.finding) = match without {
            Some(reason) => {
                fills.push(("reason", reason));
                let all = everybody(change);
                fills.extend(all.iter().map(|(_, low)| ("share_low", low.clone())));
                let [sentence, title] = all.map_or(["none", "title"], |(keys, _)| keys);
                (say("interval", sentence, &fills), say("interval", title, &fills))
            }
            None => (fill(sentence, &fills), fill(finding, &fills)),
        };
        self.sentences = sentences;
    }

    /// The measure's own sentences, those for points where a percentage would mislead, or a fallback.
    fn words(&self) -> &'static wording::OutcomeWords {
        let percent = self.headline.change.shown().and_then(|change| change.percent.as_ref());
        let misleads = matches!(percent, Some(Figure::Undefined(_)));
        let (points, role) = (format!("{}-points", self.measure), format!("{}-{}", self.measure, self.who.code()));
        let fallback = match self.headline.unit {
            Level::PercentOfPeople => "share",
            Level::PercentOfAnswers => "answers",
            Level::JobsOf100 | Level::Points => "mean",
        };
        wording::outcome(&[if misleads { &points } else { &role }, &self.measure, fallback])
    }
}

/// Where everybody moved one way by the same, and that may be said: the sentences, and the lower limit of the share who
/// did.
fn everybody(change: &Change) -> Option<([&'static str; 2], String)> {
    let by_the_same =
        |why: &Figure<_>| matches!(why, Figure::Undefined(why) if *why == Undefined::AllChangesEqual.to_string());
    if !by_the_same(&change.points.interval) {
        return None;
    }
    let direction = &change.direction;
    let moved = [
        (["all_improved", "title_all_improved"], &direction.improved),
        (["all_lower", "title_all_lower"], &direction.lower),
    ];
    let share = moved.into_iter().find_map(|(keys, share)| {
        let share = share.shown().filter(|share| share.count == share.of)?;
        Some((keys, share.interval.shown()?.low.whole()))
    });
    share.filter(|_| change.judgement.tells())
}

/// A warning where the clusters behind an interval are few or do not differ; nothing where they are enough.
fn cluster_sentence(clusters: &Clusters) -> Option<String> {
    let unit = match (clusters.unit, clusters.standing) {
        (Cluster::Session, _) => "sessions",
        (Cluster::Family, _) => "families",
        (Cluster::SessionOrFamily, _) => "sessions and families",
    };
    let count = clusters.count.shown().map_or_else(|| "few".to_owned(), |count| number::count(*count));
    let fills = [("unit", unit.to_owned()), ("count", count)];
    match clusters.standing {
        _ if clusters.alike => Some(say("clusters", "alike", &fills)),
        Standing::Enough => None,
        standing => Some(say("clusters", standing.key(), &fills)),
    }
}

/// The numbers of a change by the names that sentences use, rounded to whole numbers.
fn numbers(change: &Change) -> Vec<(&'static str, String)> {
    let limits = |estimate: &Estimate| {
        let interval = estimate.interval.shown();
        interval.map_or(("?".to_owned(), "?".to_owned()), |i| (i.low.whole(), i.high.whole()))
    };
    let (points_low, points_high) = limits(&change.points);
    let mut fills = vec![
        ("before", change.before.whole()),
        ("after", change.after.whole()),
        ("points_size", number::decimals(change.points.value.value.abs(), 0)),
        ("points_signed", change.points.value.whole_signed()),
        ("points_low", points_low),
        ("points_high", points_high),
    ];
    if let Some(Figure::Shown(percent)) = &change.percent {
        let (low, high) = limits(percent);
        fills.extend([
            ("percent", percent.value.whole()),
            ("percent_size", number::decimals(percent.value.value.abs(), 0)),
            ("percent_signed", percent.value.whole_signed()),
            ("low", low),
            ("high", high),
        ]);
    }
    fills
}

fn switch_sentences(measure: &str, switch: &Switch, fills: &wording::Fills<'_>) -> Vec<String> {
    let mut fills = fills.to_vec();
    let starters = &switch.starters;
    fills.extend([
        ("count", number::count(starters.count)),
        ("gained", number::count(starters.count)),
        ("of", number::count(starters.of)),
        ("not_before", number::count(starters.of)),
    ]);
    fills.retain(|(name, _)| !matches!(*name, "percent" | "before"));
    let stoppers = switch.stoppers.shown();
    if measure == "TLK" {
        let of_stoppers = |stoppers: &Share| {
            let own = [
                ("count", number::count(stoppers.count)),
                ("of", number::count(stoppers.of)),
                ("percent", stoppers.percent.whole()),
            ];
            say("switch", "stoppers", &own)
        };
        fills.push(("percent", starters.percent.whole()));
        return [say("switch", "starters", &fills)].into_iter().chain(stoppers.map(of_stoppers)).collect();
    }
    match stoppers {
        Some(stoppers) => {
            fills.extend([("lost", number::count(stoppers.count)), ("before", number::count(stoppers.of))]);
            vec![say("switch", "sides", &fills)]
        }
        None => vec![say("switch", "sides_none", &fills)],
    }
}
