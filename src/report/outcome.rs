//! One measure's results: the headline, every cut, the answers themselves, and the sentences about them.

use serde::Serialize;

use crate::person::Role;
use crate::statistics::{Grade, Undefined};
use crate::survey::{Comparison, Rank, Rule};

use super::awareness::Readings;
use super::change::{Change, Switch};
use super::clusters::{Cluster, Clusters, Standing};
use super::cuts::{Findings, findings};
use super::distribution::{Distribution, distributions};
use super::effects::{Effects, Ends};
use super::estimate::{Estimate, Share};
use super::finding::{Cut, Finding, Group, Level};
use super::groups::Groups;
use super::histogram::Histogram;
use super::input::SurveyMeasure;
use super::judged::Goal;
use super::judgement::Test;
use super::number;
use super::suppression::{Figure, SMALLEST_GROUP};
use super::tally::{Subject, Tally};
use super::titles;
use super::wording::{self, fill, say};

/// How the ids of measures begin that say of one job who could do it.
const JOB_FOR_ANYONE: &str = "STE~";

/// One measure's results for one role and comparison.
#[derive(Debug, Clone, Serialize)]
pub struct Outcome {
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
    /// The question it answers, for a heading.
    pub question: String,
    /// What levels are measured in, for an axis.
    pub unit: String,
    /// The finding in a few words, for a chart's title.
    pub finding: String,
    /// How people's own answers moved, for a chart's title; empty where no change is shown.
    pub moved: String,
    /// How far people came, for the title of the histogram; empty where there is none.
    pub far: String,
    /// The finding in a sentence, or why there is none.
    pub sentence: String,
    /// What belongs beside it: readings, starters, tests, direction.
    pub sentences: Vec<String>,
    /// How sure that is, with what speaks against more: one of the sentences.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certainty: Option<String>,
    /// That sessions or families are few, where they are: one of the sentences.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warning: Option<String>,
    /// Whether the programme's own target is supported, for awareness: one of the sentences.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claim: Option<String>,
    /// What `cuts` are: "Positive means".
    pub cut_words: String,
    /// What counts as positive or regular, by questionnaire.
    pub cuts: Vec<String>,
    /// What may be said of everyone's change, and how surely.
    pub verdict: Figure<Grade>,
    /// Its test against no change; main results only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub test: Option<Test>,
    /// Everyone in scope.
    pub headline: Finding,
    /// By questionnaire, which for children is the key stage.
    pub by_key_stage: Vec<Finding>,
    /// By project.
    pub by_project: Vec<Finding>,
    /// By area.
    pub by_area: Vec<Finding>,
    /// By where projects find their families; none where all are alike.
    pub by_model: Vec<Finding>,
    /// By the school term in which projects began; none where all are alike.
    pub by_term: Vec<Finding>,
    /// Of those who took no part: by themselves, and in no other finding.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comparison_group: Option<Finding>,
    /// How far people moved, for counts of jobs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub histogram: Option<Figure<Histogram>>,
    /// Matched people who had the highest score there is before, and so no room to rise; not of single questions,
    /// whose choices are shown one by one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_top: Option<Figure<Share>>,
    /// The other ends of scales.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ends: Option<Ends>,
    /// Effect sizes of everyone's change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effects: Option<Effects>,
    /// The answers of the matched by choice, for single questions.
    pub distributions: Vec<Distribution>,
    /// The other readings of a rise in awareness.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub readings: Option<Figure<Readings>>,
}

impl Outcome {
    /// All results of one tally; `None` for codes without a cut, of which neither share nor mean says anything
    /// across questionnaires. `is_checked` says whether the lists hold jobs that do not exist.
    pub(super) fn of(tally: &Tally<'_>, is_checked: bool, groups: &Groups<'_>, goal: &Goal) -> Option<Outcome> {
        let spec = *tally.specs.first()?;
        if spec.measure.rule == Rule::Value && tally.positives().is_none() {
            return None;
        }
        let mut found = findings(tally, spec, groups);
        let holds_few = found.hold_few();
        if spec.measure.rank == Rank::Describe {
            found.keep_headline();
        }
        let Findings { headline, by_project, by_area, by_model, by_term, by_key_stage } = found;
        let verdict = headline.change.clone().map(|change| change.judgement.grade);
        let readings = (spec.measure.rule == Rule::CountJobs).then(|| {
            let change = headline.change.clone();
            change.map(|change| Readings::of(&change, tally, (is_checked, holds_few), &by_project, goal))
        });
        let histogram = (spec.measure.rule == Rule::CountJobs)
            .then(|| headline.change.clone().map(|change| Histogram::of(tally, &change.direction)));
        let distributions = distributions(tally, &by_key_stage);
        let at_top = (spec.measure.rule != Rule::Value)
            .then(|| headline.change.clone().and_then(|_| Share::alone(tally.at_top_before())));
        let change = headline.change.shown();
        let effects = change.filter(|_| spec.measure.rank < Rank::Describe);
        let effects = effects.map(|change| Effects::of(tally, change, spec.measure.rank));
        let ends = change.and_then(|_| Ends::of(tally));
        let mut outcome = Outcome {
            measure: spec.measure.id.clone(),
            title: spec.measure.title.clone(),
            rank: spec.measure.rank,
            who: tally.subject.who,
            comparison: tally.subject.comparison,
            question: String::new(),
            unit: String::new(),
            finding: String::new(),
            moved: String::new(),
            far: String::new(),
            sentence: String::new(),
            sentences: Vec::new(),
            certainty: None,
            warning: None,
            claim: None,
            cut_words: String::new(),
            cuts: cuts(tally),
            verdict,
            test: None,
            headline,
            by_key_stage,
            by_project,
            by_area,
            by_model,
            by_term,
            comparison_group: None,
            histogram,
            at_top,
            ends,
            effects,
            distributions,
            readings,
        };
        outcome.put_into_words(tally.matched());
        Some(outcome)
    }

    /// The same result of one group alone: what the cuts show of it, and nothing more. `None` where it has none.
    pub(super) fn narrowed(&self, group: &Group) -> Option<Outcome> {
        let finding = self.by(group.cut).iter().find(|finding| finding.group == *group)?.clone();
        Some(self.alone(finding))
    }

    /// The same result told of the people of one finding alone.
    pub(super) fn alone(&self, mut finding: Finding) -> Outcome {
        // Sentences say how many are matched: where that is not shown, neither is what they say of them.
        if let (Figure::Withheld(why), Figure::Shown(_)) = (&finding.base.matched, &finding.change) {
            finding.change = Figure::Withheld(*why);
        }
        let matched = finding.base.matched.shown().copied().unwrap_or(SMALLEST_GROUP);
        let (cut, key) = (finding.group.cut, finding.group.key.clone());
        let answered = |distribution: &&Distribution| cut == Cut::KeyStage && distribution.survey == key;
        let mut outcome = Outcome {
            verdict: finding.change.clone().map(|change| change.judgement.grade),
            headline: finding,
            distributions: self.distributions.iter().filter(answered).cloned().collect(),
            by_key_stage: Vec::new(),
            by_project: Vec::new(),
            by_area: Vec::new(),
            by_model: Vec::new(),
            by_term: Vec::new(),
            comparison_group: None,
            histogram: None,
            at_top: None,
            ends: None,
            effects: None,
            readings: None,
            test: None,
            sentences: Vec::new(),
            certainty: None,
            warning: None,
            claim: None,
            ..self.clone()
        };
        outcome.put_into_words(matched);
        outcome
    }

    /// What it is about.
    pub(super) fn subject(&self) -> Subject {
        Subject { measure: self.measure.clone(), who: self.who, comparison: self.comparison }
    }

    /// Whether it says of one job who could do it.
    pub fn is_about_a_job(&self) -> bool {
        self.measure.starts_with(JOB_FOR_ANYONE)
    }

    fn put_into_words(&mut self, matched: i64) {
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

/// What counts as positive, by questionnaire: "Key Stage 2: quite sure or above".
fn cuts(tally: &Tally<'_>) -> Vec<String> {
    let of_survey = |spec: &&SurveyMeasure| {
        let cut = spec.measure.positive_from.filter(|_| spec.measure.rule == Rule::Value)?;
        let mut options = spec.options.iter().filter(|option| option.value >= cut);
        let (first, more) = (options.next()?, options.next().is_some());
        let above = if more { " or above" } else { "" };
        Some(format!("{}: “{}”{above}", spec.survey_title, first.label))
    };
    tally.specs.iter().filter_map(of_survey).collect()
}
