//! One measure's results: the headline, every cut and the answers themselves.

use serde::Serialize;

use crate::person::Role;
use crate::statistics::Grade;
use crate::survey::{Comparison, Rank, Rule};

use super::awareness::Readings;
use super::cuts::{Findings, findings};
use super::distribution::{Distribution, distributions};
use super::effects::{Effects, Ends};
use super::estimate::Share;
use super::finding::{Cut, Finding, Group};
use super::groups::Groups;
use super::histogram::Histogram;
use super::input::SurveyMeasure;
use super::judged::Goal;
use super::judgement::Test;
use super::suppression::{Figure, SMALLEST_GROUP};
use super::tally::{Subject, Tally};

mod words;

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
