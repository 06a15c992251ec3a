//! The report: one value that says what changed among whom, and how sure a reader may be.
//!
//! [`Report::build`] turns counts into figures: it calls [`crate::statistics`], withholds what small
//! numbers would give away ([`suppression`]), rounds ([`number`]) and finds the words. Writers print the
//! value and compute nothing.

mod admission;
mod aims;
mod altered;
mod attrition;
mod awareness;
mod breakdown;
mod change;
pub mod charts;
mod circumstances;
mod clusters;
mod comparison;
mod costs;
mod crossing;
mod csv;
mod cuts;
mod described;
mod distribution;
mod dose_change;
mod dyads;
mod effects;
mod estimate;
mod evidence;
mod finding;
mod groups;
mod histogram;
pub mod html;
mod inference;
pub mod input;
mod instruments;
mod judged;
mod judgement;
mod learning;
mod levers;
mod method;
mod money;
pub mod number;
mod outcome;
mod part;
pub mod print;
mod provenance;
mod quotes;
mod reach;
mod scales;
mod sensitivity;
pub mod suppression;
mod tally;
mod target;
mod texts;
mod titles;
mod told;
mod visits;
mod wording;

use serde::Serialize;

pub use self::csv::{RESULT_COLUMNS, RESULT_NUMBERS, reads_as_formula};
pub use aims::{Aim, Aims};
pub use altered::Altered;
pub use attrition::{Attrition, Bounds, Loss, LossGroup};
pub use awareness::{AtLeast, Below, Overclaim, Readings, Support};
pub use change::{Change, Direction, Jobs, Switch};
pub use circumstances::{AnsweredWith, Circumstances};
pub use clusters::{Cluster, Clusters, Standing};
pub use comparison::{Beside, BesideOthers};
pub use costs::{CostLine, Costs, Strand};
pub use described::Described;
pub use distribution::{Distribution, OptionShares, Together};
pub use dose_change::{Band, BandChange, DoseChange};
pub use dyads::{Alike, Dyads};
pub use effects::{Effects, Ends};
pub use estimate::{Estimate, Interval, Share};
pub use evidence::Evidence;
pub use finding::{Base, Cut, Finding, Group, Level};
pub use groups::Scope;
pub use histogram::{Histogram, Range};
pub use input::Questionnaire;
pub use input::{ItemWords, ReportInput};
pub use instruments::Instrument;
pub use judged::Held;
pub use judgement::{Judgement, Test};
pub use learning::{Learning, Learnt, Lesson, LessonKind};
pub use levers::{Delivery, Disruption, Lever, LeverRow};
pub use method::Method;
pub use money::Money;
pub use number::Number;
pub use outcome::Outcome;
pub use provenance::Provenance;
pub use quotes::{Consent, Quote, QuoteState, Speaker, Voice, Voices};
pub use reach::{Flow, Reach, Step};
pub use scales::Reliability;
pub use sensitivity::{Run, Sensitivity};
pub use suppression::{Figure, Withheld};
pub use target::{Status, TargetRow, Targets};
pub use texts::{Block, Passage, Text, Written};
pub use told::Told;
pub use visits::{Attended, Dose, DoseCount, ProjectVisits, SessionPoint, SessionVisits, Trend, Visits};
pub use wording::{later, wave_words, who};

use crate::person::Role;
use crate::survey::{Comparison, Rank};
use groups::Groups;
use tally::{Subject, Tally};

type Tallies<'a> = std::collections::BTreeMap<Subject, Tally<'a>>;

/// The measure whose rise the programme promised, and the one that is asked where lists hold jobs that do not exist.
const AWARENESS: &str = "AWR";
const AWARENESS_CLEAN: &str = "AWR~clean";

/// Everything a report says, ready to print: numbers with their text, sentences, and reasons for what is not there.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// Version of this layout; 4.
    pub schema: u32,
    /// The program and version that made it.
    pub made_by: &'static str,
    /// When it was made, ISO 8601, UTC.
    pub generated_at: String,
    /// Who had it made of which figures, where that was said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provenance: Option<Provenance>,
    /// Made of invented data.
    pub sample: bool,
    /// The programme's name.
    pub programme: String,
    /// The part of it that is reported: a project's or area's name; `None` for all.
    pub scope: Option<String>,
    /// The part this report was narrowed to, where it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part: Option<Group>,
    /// The parts it can be narrowed to.
    pub parts: Vec<Group>,
    /// Who pays.
    pub funder: String,
    /// The funder's reference; may be empty.
    pub grant_reference: String,
    /// First day; may be empty.
    pub starts_on: String,
    /// Last day; may be empty.
    pub ends_on: String,
    /// What people wrote: theory of change, methods, learning.
    pub texts: Vec<Text>,
    /// What was fixed in advance.
    pub aims: Aims,
    /// Outputs.
    pub reach: Reach,
    /// Who was lost between before and after.
    pub attrition: Attrition,
    /// How far children and grown-ups came.
    pub flows: Vec<Flow>,
    /// The main results, each with its headline comparison, in the order of the pages.
    pub primary: Vec<Outcome>,
    /// Secondary results, and the main ones with the other comparison. They describe.
    pub secondary: Vec<Outcome>,
    /// What the secondary results show together, and which changed most: for the titles of their charts.
    pub secondary_findings: [String; 2],
    /// What is said job by job of who could do it, together: for the title of its chart.
    pub jobs_finding: String,
    /// What was asked afterwards only.
    pub described: Vec<Described>,
    /// Main results beside those of a comparison group, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub beside: Option<BesideOthers>,
    /// Main results that children and grown-ups of one family were both asked about.
    pub dyads: Vec<Dyads>,
    /// Main results without some of their people.
    pub sensitivity: Vec<Sensitivity>,
    /// Main results of children by how many sessions they came to.
    pub dose_changes: Vec<DoseChange>,
    /// How well the items of scales hang together.
    pub reliability: Vec<Reliability>,
    /// The questions behind main results and scales.
    pub instruments: Vec<Instrument>,
    /// Who helped, and in which languages.
    pub circumstances: Circumstances,
    /// Against target.
    pub targets: Targets,
    /// How often children came.
    pub visits: Visits,
    /// What went with how many came.
    pub delivery: Delivery,
    /// Awards and costs per head, where there are awards.
    pub money: Option<Money>,
    /// What it cost, strand by strand, where that was typed.
    pub costs: Option<Costs>,
    /// What families and others said, as far as it may be printed.
    pub voices: Voices,
    /// The learning log.
    pub learning: Learning,
    /// Design, people at each step, questionnaires and methods.
    pub method: Method,
    /// Level of evidence, caveats.
    pub evidence: Evidence,
}

impl Report {
    /// Builds the report of a programme, or of the part of it in scope.
    pub fn build(input: &ReportInput, scope: Scope) -> Report {
        let groups = Groups::of(input, scope);
        let tallies = Tally::all(input, |project_id| groups.includes(project_id));
        let target = (input.programme.awareness_target, input.programme.awareness_reading);
        let is_checked = |subject: &Subject| {
            let clean = Subject { measure: AWARENESS_CLEAN.to_owned(), ..subject.clone() };
            subject.measure == AWARENESS && tallies.contains_key(&clean)
        };
        let has_before = |tally: &&Tally<'_>| tally.before() > 0;
        let comparable = tallies.values().filter(has_before).filter(|tally| tally.subject.measure != AWARENESS_CLEAN);
        let mut outcomes: Vec<Outcome> =
            comparable.filter_map(|tally| Outcome::of(tally, is_checked(&tally.subject), &groups, target)).collect();
        outcomes.sort_by_key(|outcome| {
            (
                wording::place(&outcome.measure),
                outcome.measure.clone(),
                outcome.who.code() != "child",
                outcome.comparison,
            )
        });
        let described = described::of(&tallies);
        let awareness = Subject { measure: AWARENESS.to_owned(), who: Role::Child, comparison: Comparison::After };
        let main_tally = tallies.get(&awareness).filter(|tally| tally.matched() > 0).or_else(|| {
            let of_children = |tally: &&Tally<'_>| tally.subject.who == Role::Child && tally.matched() > 0;
            let primary = |tally: &&Tally<'_>| tally.specs.first().is_some_and(|s| s.measure.rank == Rank::Primary);
            tallies.values().filter(of_children).filter(primary).max_by_key(|tally| tally.matched())
        });
        let any_answers = tallies.values().any(|tally| tally.before() + tally.after() > 0);
        let is_main = |outcome: &Outcome| {
            let headline = headline_comparison(input, &tallies, &outcome.measure, outcome.who);
            outcome.rank == Rank::Primary && headline == outcome.comparison
        };
        let (mut primary, mut secondary): (Vec<Outcome>, Vec<Outcome>) = outcomes.into_iter().partition(is_main);
        // A main measure with its other comparison describes, and so has no test either.
        for effects in secondary.iter_mut().filter_map(|outcome| outcome.effects.as_mut()) {
            effects.signed_rank_p = None;
        }
        for outcome in &mut primary {
            if declared_comparison(input, &outcome.measure) != outcome.comparison {
                outcome.sentences.insert(0, wording::say("grade", "stand_in", &[]));
            }
        }
        judgement::test_all(&mut primary);
        let aware = primary.iter().find(|outcome| outcome.measure == AWARENESS);

        let later = |who| {
            let rests_on_later = |tally: &&Tally<'_>| {
                let subject = &tally.subject;
                let declared = declared_comparison(input, &subject.measure);
                let is_main = tally.specs.first().is_some_and(|spec| spec.measure.rank == Rank::Primary);
                subject.who == who && [subject.comparison, declared] == [Comparison::Later; 2] && is_main
            };
            let tally = tallies.values().find(rests_on_later)?;
            Some((tally.specs.first()?.measure.title.as_str(), tally.matched()))
        };
        let flows: Vec<Flow> = [Role::Child, Role::Adult]
            .map(|who| Flow::of(who, &groups, best_matched(&tallies, who), later(who)))
            .into();
        let reach = Reach::of(input, &groups);
        let counts_of = |outcome: &Outcome| {
            let (measure, who, comparison) = (outcome.measure.clone(), outcome.who, outcome.comparison);
            tallies.get(&Subject { measure, who, comparison })
        };
        let attrition = Attrition::of(&groups, &primary, counts_of);
        let nobody = Figure::Shown(0);
        let matched = aware.map_or(&nobody, |outcome| &outcome.headline.base.matched);
        let whole = scope == Scope::Programme;
        let awarded = groups.projects.iter().map(|project| project.award_pence).sum();
        let beside = BesideOthers::of(input, &groups, &primary);
        let dyads = Dyads::all(input, &groups, &primary, |subject| tallies.get(subject));
        let dyads = if whole { dyads } else { Vec::new() };
        let again = |outcome: &Outcome| Sensitivity::of(outcome, counts_of(outcome)?);
        let sensitivity = primary.iter().filter_map(again).collect();
        let by_dose = |outcome: &Outcome| DoseChange::of(outcome, counts_of(outcome)?, &groups);
        let dose_changes = primary.iter().filter_map(by_dose).collect();
        let circumstances = Circumstances::of(input, &groups);
        let is_answered = |spec: &input::SurveyMeasure| {
            let of_measure = tallies.values().filter(|tally| tally.subject.measure == spec.measure.id);
            of_measure.flat_map(|tally| &tally.specs).any(|known| known.survey == spec.survey)
        };
        let instruments = instruments::instruments(input, is_answered);
        let compared = beside.as_ref().is_some_and(BesideOthers::any);
        let targets = target::Targets::of(
            input,
            &groups,
            aware.map(|outcome| (&outcome.headline, outcome.by_project.as_slice())),
        );
        let visits = Visits::of(input, &groups, &targets);
        let delivery = Delivery::of(input, &groups, &visits, &targets);
        let disrupted = i64::try_from(delivery.disruptions.len()).unwrap_or(i64::MAX);
        let programme = &input.programme;
        Report {
            schema: 4,
            made_by: concat!("Pencilmark ", env!("CARGO_PKG_VERSION")),
            generated_at: input.generated_at.clone(),
            provenance: None,
            sample: programme.sample,
            programme: programme.name.clone(),
            scope: scope_name(input, scope),
            part: None,
            parts: part::parts(&primary.iter().chain(&secondary).collect::<Vec<_>>()),
            funder: programme.funder.clone(),
            grant_reference: programme.grant_reference.clone(),
            starts_on: programme.starts_on.clone(),
            ends_on: programme.ends_on.clone(),
            delivery,
            visits,
            targets,
            beside,
            dyads,
            sensitivity,
            dose_changes,
            reliability: scales::reliabilities(input, &groups),
            instruments,
            money: Money::of(&groups, &reach, matched),
            costs: Costs::of(&input.written.costs, awarded, &reach, matched).filter(|_| whole),
            voices: Voices::of(input, &groups),
            learning: Learning::of(&input.written, &groups),
            texts: texts::texts(&input.written),
            aims: Aims::of(input, &groups),
            evidence: Evidence::of(
                &groups,
                &flows,
                (&primary, &secondary),
                main_tally,
                (any_answers, compared),
                (&attrition, disrupted),
                (&circumstances, &counts_of),
            ),
            circumstances,
            method: Method::of(input, &groups, &flows, &primary.iter().chain(&secondary).collect::<Vec<_>>()),
            reach,
            attrition,
            flows,
            primary,
            secondary_findings: titles::of_secondary(&secondary),
            jobs_finding: titles::of_jobs(&secondary),
            secondary,
            described,
        }
    }

    /// The report as indented JSON: exactly the value, numbers unrounded in `value` and as printed in `text`.
    ///
    /// # Errors
    /// Only when memory runs out.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self)
    }

    /// What people wrote under a heading, where they did.
    pub fn text(&self, passage: Passage) -> Option<&Text> {
        self.texts.iter().find(|text| text.passage == passage)
    }

    /// What a writer prints where a section has nothing to show.
    pub fn absent(&self, section: &str) -> String {
        wording::say("absent", section, &[])
    }

    /// Whether a questionnaire that was answered asks children for the job they would most like to do.
    pub fn asks_aspirations(&self) -> bool {
        self.method.questionnaires.iter().any(|one| one.asks_aspirations)
    }

    /// How the programme stands in its own time: not begun, running or ended; nothing without its dates.
    pub fn in_time(&self) -> Option<String> {
        let (starts_on, ends_on, today) = (&self.starts_on, &self.ends_on, &self.targets.due_on);
        if ends_on.is_empty() || today.is_empty() {
            return None;
        }
        let key = match () {
            () if today > ends_on => "ended",
            () if today < starts_on => "not_begun",
            () if self.targets.note.is_some() => "running",
            () => "running_out",
        };
        Some(wording::say("status", key, &[("percent", self.targets.due.whole())]))
    }

    /// What there is of questions that look back: none was asked, or which questionnaires ask them.
    pub fn felt(&self) -> String {
        let asking = self.method.questionnaires.iter().filter(|one| one.looks_back);
        let surveys: Vec<String> = asking.map(|one| one.title.clone()).collect();
        if surveys.is_empty() {
            return self.absent("felt");
        }
        wording::say("absent", "felt_asked", &[("surveys", print::listed(&surveys))])
    }

    /// A fixed sentence of `reports/wording.toml`.
    pub fn in_words(&self, section: &str, key: &str) -> String {
        wording::say(section, key, &[])
    }

    /// Main results that nobody was asked about yet, each in a sentence: what was promised is not left out.
    fn unmeasured(&self) -> Vec<String> {
        let measured = |aim: &&Aim| self.primary.iter().any(|outcome| outcome.measure == aim.measure);
        let mut missing: Vec<&Aim> = self.aims.main.iter().filter(|aim| !measured(aim)).collect();
        missing.dedup_by_key(|aim| aim.measure.as_str());
        let sentence = |aim: &Aim| wording::say("absent", "funder_result", &[("title", aim.title.clone())]);
        missing.into_iter().map(sentence).collect()
    }

    /// Whether any change is shown, and so rounded.
    fn shows_a_change(&self) -> bool {
        self.findings().any(|(_, finding)| finding.change.shown().is_some())
    }

    /// The main result on awareness, where it was measured.
    pub fn awareness(&self) -> Option<&Outcome> {
        self.primary.iter().find(|outcome| outcome.measure == AWARENESS)
    }

    /// Every finding with the outcome it belongs to, in the order of the pages.
    pub fn findings(&self) -> impl Iterator<Item = (&Outcome, &Finding)> {
        self.primary.iter().chain(&self.secondary).flat_map(|outcome| {
            let cuts = [Cut::KeyStage, Cut::Project, Cut::Area, Cut::Model, Cut::Term];
            let cuts = cuts.into_iter().flat_map(|cut| outcome.by(cut));
            std::iter::once(&outcome.headline).chain(cuts).map(move |finding| (outcome, finding))
        })
    }
}

/// The comparison that a measure's main result rests on. Where that is the follow-up and fewer than ten have
/// answered it, the after stands in its place: for talk at home that is the end of a programme, because no survey
/// asks a frequency on the day of the before.
fn headline_comparison(input: &ReportInput, tallies: &Tallies<'_>, measure: &str, who: Role) -> Comparison {
    let declared = declared_comparison(input, measure);
    let matched = |comparison: Comparison| {
        let subject = Subject { measure: measure.to_owned(), who, comparison };
        tallies.get(&subject).map_or(0, Tally::matched)
    };
    let (after, later) = (matched(Comparison::After), matched(Comparison::Later));
    let stands_in = later < suppression::SMALLEST_GROUP && (after >= suppression::SMALLEST_GROUP || later == 0);
    if declared == Comparison::Later && stands_in && after > 0 { Comparison::After } else { declared }
}

fn declared_comparison(input: &ReportInput, measure: &str) -> Comparison {
    let spec = input.measures.iter().find(|spec| spec.measure.id == measure);
    spec.map_or(Comparison::After, |spec| spec.measure.headline)
}

/// The measure that most people of a role are matched on at the after, with its title.
fn best_matched<'a>(tallies: &Tallies<'a>, who: Role) -> Option<(&'a str, i64)> {
    let after =
        tallies.values().filter(|tally| tally.subject.who == who && tally.subject.comparison == Comparison::After);
    let best =
        after.max_by_key(|tally| (tally.matched(), std::cmp::Reverse(wording::place(&tally.subject.measure))))?;
    Some((best.specs.first()?.measure.title.as_str(), best.matched()))
}

fn scope_name(input: &ReportInput, scope: Scope) -> Option<String> {
    match scope {
        Scope::Programme => None,
        Scope::Project(id) => input.projects.iter().find(|project| project.id == id).map(|p| p.name.clone()),
        Scope::Area(None) => Some("City-wide".to_owned()),
        Scope::Area(Some(id)) => input.areas.iter().find(|area| area.id == id).map(|area| area.name.clone()),
    }
}
