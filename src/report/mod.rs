//! The report: one value that says what changed among whom, and how sure a reader may be.
//!
//! [`Report::build`] (`build.rs`) turns counts into figures: it calls [`crate::statistics`], withholds what small
//! numbers would give away ([`suppression`]), rounds ([`number`]) and finds the words. Writers print the
//! value and compute nothing.

mod admission;
mod aims;
mod altered;
mod attrition;
mod awareness;
mod breakdown;
mod build;
mod ceilings;
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
mod flow;
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
mod newcomers;
pub mod number;
mod outcome;
mod own_yes;
mod part;
pub mod print;
mod provenance;
mod quotes;
mod reach;
mod scales;
mod sensitivity;
pub mod suppression;
mod talk;
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
pub use flow::{Flow, Reason, Step};
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
pub use newcomers::Newcomers;
pub use number::Number;
pub use outcome::Outcome;
pub use provenance::{Provenance, SignOff, SignedOff};
pub use quotes::{Consent, Quote, QuoteState, Speaker, Voice, Voices};
pub use reach::Reach;
pub use scales::Reliability;
pub use sensitivity::{Run, Sensitivity};
pub use suppression::{Figure, Withheld};
pub use talk::{Noted, NotedRow, Talk};
pub use target::{Status, TargetRow, Targets};
pub use texts::{Block, Passage, Text, Written};
pub use told::Told;
pub use visits::{Attended, Dose, DoseCount, ProjectVisits, SessionPoint, SessionVisits, Trend, Visits};
pub use wording::{later, wave_words, who};

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
    /// The newest word that it may go out as final, of whatever figures.
    #[serde(skip)]
    pub signed_off: Option<SignOff>,
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
    /// Who had been to such an activity before.
    pub newcomers: Vec<Newcomers>,
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

    /// Secondary results that were fixed and that nobody has a change of yet, in a sentence.
    fn unmeasured_secondary(&self) -> Option<String> {
        let measured = |title: &&String| self.secondary.iter().any(|outcome| outcome.title == **title);
        let missing: Vec<&String> = self.aims.secondary.iter().filter(|title| !measured(title)).collect();
        (!missing.is_empty()).then(|| wording::say("absent", "secondary", &[("titles", print::listed(&missing))]))
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
            let cuts = [Cut::KeyStage, Cut::Project, Cut::Area, Cut::Model, Cut::Term, Cut::Group];
            let cuts = cuts.into_iter().flat_map(|cut| outcome.by(cut));
            std::iter::once(&outcome.headline).chain(cuts).map(move |finding| (outcome, finding))
        })
    }
}
