//! Everything a report is made of, as plain counts: no responses, no names, no card codes.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::pairing::links::Confidence;
use crate::pairing::{Circumstance, FamilyAnswers, FamilySums, ItemSums, Moment, PairCount, Why};
use crate::person::{KeyStage, Role};
use crate::scoring::words;
use crate::session::{Area, Organisation, Programme, Project, Session, TargetChange};
use crate::survey::{Audience, Measure, ResponseOption, Rule, Survey, SurveyVersion, Wave};

use super::provenance::SignOff;
use super::texts::Written;
use super::visits::Attended;

/// What the store knows about one programme, counted.
#[derive(Debug, Clone)]
pub struct ReportInput {
    /// The programme.
    pub programme: Programme,
    /// Its areas.
    pub areas: Vec<Area>,
    /// Who runs its projects.
    pub organisations: Vec<Organisation>,
    /// Its projects, with targets and awards.
    pub projects: Vec<Project>,
    /// Its sessions at which somebody was seen, without those that only ask again later.
    pub sessions: Vec<Session>,
    /// The projects that have a session which only asks again later, held or to come.
    pub asked_later: Vec<i64>,
    /// The versions of questionnaires that were answered in it.
    pub questionnaires: Vec<Questionnaire>,
    /// What each of its surveys measures.
    pub measures: Vec<SurveyMeasure>,
    /// People by their scores before and after: what every change is computed from.
    pub counts: Vec<PairCount>,
    /// Brothers and sisters at one-off sessions, of whom `counts` does not say that they belong together.
    pub family_sums: Vec<FamilySums>,
    /// What children and grown-ups of one family answered to the same question.
    pub family_answers: Vec<FamilyAnswers>,
    /// People by how far they came.
    pub flow: Vec<FlowCount>,
    /// People at sessions: one for each person and session at which they were seen.
    pub attendances: Vec<AttendanceCount>,
    /// Families, by the project that issued their card.
    pub families: Vec<FamilyCount>,
    /// People with counted answers that rest on somebody's decision who they are.
    pub linked: Vec<LinkedCount>,
    /// Children's counted answers that do not say how permission was given.
    pub unpermitted: Vec<UnpermittedCount>,
    /// What was counted and noted of sessions.
    pub attended: Attended,
    /// How questionnaires that count were answered.
    pub circumstances: Vec<CircumstanceCount>,
    /// Sums of the items of scales.
    pub scales: Vec<ScaleSum>,
    /// What people wrote for the report.
    pub written: Written,
    /// Targets that were changed after answers were in, oldest first.
    pub target_changes: Vec<TargetChange>,
    /// The newest word that the report may go out as final.
    pub signed_off: Option<SignOff>,
    /// When the report was made, ISO 8601, UTC.
    pub generated_at: String,
}

/// How many of a project's questionnaires that count were answered in one way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CircumstanceCount {
    /// The project whose card the family holds.
    pub project_id: i64,
    /// Child or grown-up.
    pub role: Role,
    /// Which of a person's questionnaires.
    pub moment: Moment,
    /// What was noted.
    pub circumstance: Circumstance,
    /// Its code; empty where it was not said.
    pub value: String,
    /// Questionnaires, one to a person.
    pub n: i64,
}

/// Sums over a project's people of their answers to the items of a scale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScaleSum {
    /// The project whose card the family holds.
    pub project_id: i64,
    /// Short name of the survey.
    pub survey: String,
    /// The measure's id.
    pub measure: String,
    /// Which of a person's questionnaires.
    pub moment: Moment,
    /// The sums.
    pub sums: ItemSums,
}

/// How many people of a project were put together by a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedCount {
    /// The project.
    pub project_id: i64,
    /// How sure whoever decided was.
    pub confidence: Confidence,
    /// People.
    pub n: i64,
}

/// How many of a project's children's answers do not say how permission was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnpermittedCount {
    /// The project.
    pub project_id: i64,
    /// Whether somebody has noted since how it was given.
    pub noted: bool,
    /// Answers that count.
    pub n: i64,
}

/// A version of a questionnaire that was answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Questionnaire {
    /// Short name of the survey: `ks2`.
    pub survey: String,
    /// What people call it.
    pub title: String,
    /// Its version.
    pub version: u32,
    /// Lower-case hexadecimal SHA-256 of its content, which names its wording for ever.
    pub hash: String,
    /// The waves at which it asks anything.
    pub waves: Vec<Wave>,
    /// Whether it asks everybody a question that looks back.
    pub looks_back: bool,
    /// Whether it asks in the answerer's own words which job they would like to do.
    pub asks_aspirations: bool,
    /// The question whether somebody had been to such an activity before: its id, and the label of each code.
    #[serde(skip)]
    pub asks_whether_new: Option<(String, Vec<(i32, String)>)>,
}

impl Questionnaire {
    /// What a report says of a version.
    pub fn of(version: &SurveyVersion) -> Questionnaire {
        let survey = &version.survey;
        Questionnaire {
            survey: survey.id.clone(),
            title: survey.title.clone(),
            version: survey.version,
            hash: version.hash.clone(),
            waves: Wave::ALL.into_iter().filter(|wave| survey.items_at(*wave).next().is_some()).collect(),
            asks_whether_new: survey.items.iter().find(|item| item.asks_whether_new()).map(|item| {
                let options = survey.options_of(item).iter();
                (item.id.clone(), options.map(|option| (option.value, option.label.clone())).collect())
            }),
            asks_aspirations: survey.items.iter().any(|item| item.topic.as_deref() == Some("aspiration")),
            looks_back: survey.items.iter().any(|item| item.retrospective.is_some() && !item.optional),
        }
    }
}

/// People of one project, role and key stage, by how far they came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowCount {
    /// The project whose card the family holds.
    pub project_id: i64,
    /// Child or grown-up.
    pub role: Role,
    /// A child's key stage.
    pub key_stage: Option<KeyStage>,
    /// People on a card who were seen at least once; nobody is among them for a *no*.
    pub registered: i64,
    /// Of children: how often a grown-up said no for those of a family none of whom was registered.
    pub declined_for_children: i64,
    /// How often somebody said no for themselves who was not registered.
    pub declined_for_self: i64,
    /// People with a valid before.
    pub before: i64,
    /// People with a valid after, by the wave that counts for them.
    pub after: Vec<(Wave, i64)>,
    /// People with a valid before and no valid after.
    pub only_before: i64,
    /// People with a valid after and no valid before.
    pub only_after: i64,
    /// People with a valid follow-up.
    pub follow_up: i64,
    /// People who are not in the next step, by what their answers and visits know of why.
    pub why: BTreeMap<Why, i64>,
}

/// How often people of a role were seen at a project's sessions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttendanceCount {
    /// The project.
    pub project_id: i64,
    /// Child or grown-up.
    pub role: Role,
    /// Persons × sessions.
    pub n: i64,
}

/// How many families a project reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FamilyCount {
    /// The project.
    pub project_id: i64,
    /// Families with at least one person seen.
    pub n: i64,
}

/// A measure as one survey asks it.
#[derive(Debug, Clone, PartialEq)]
pub struct SurveyMeasure {
    /// Short name of the survey: `ks2`.
    pub survey: String,
    /// What people call the survey.
    pub survey_title: String,
    /// Who answers it.
    pub audience: Audience,
    /// The measure: title, rank, rule, cut, headline comparison.
    pub measure: Measure,
    /// For a count of jobs, the length of the list: real jobs, without foils.
    pub list_length: Option<i64>,
    /// For a single-valued measure, the choices in order.
    pub options: Vec<ResponseOption>,
    /// For a measure of one item, its wording.
    pub question: String,
    /// How its items become a score, in words.
    pub scoring: String,
    /// What counts as positive or regular, in words, where there is such a cut.
    pub cut: Option<String>,
    /// Its items in full.
    pub items: Vec<ItemWords>,
}

/// A question in full.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ItemWords {
    /// Its id: `K2-CF1`.
    pub id: String,
    /// Its wording before.
    pub wording: String,
    /// Its wording afterwards, where that is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// Every code with what people read.
    pub codes: Vec<(i32, String)>,
    /// The jobs of a list.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub jobs: Vec<String>,
    /// Those on it that do not exist.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub foils: Vec<String>,
}

impl SurveyMeasure {
    /// Every measure of a survey, with what a report needs to know of its items.
    pub fn all_of(survey: &Survey) -> Vec<SurveyMeasure> {
        survey.measures.iter().map(|measure| SurveyMeasure::of(survey, measure)).collect()
    }

    fn of(survey: &Survey, measure: &Measure) -> SurveyMeasure {
        let items = || measure.items.iter().filter_map(|id| survey.item(id));
        let real_jobs = || items().flat_map(|item| survey.real_jobs(item)).count();
        let single = (measure.items.len() == 1).then(|| items().next()).flatten();
        SurveyMeasure {
            survey: survey.id.clone(),
            survey_title: survey.title.clone(),
            scoring: words::in_words(survey, measure),
            cut: measure
                .positive_from
                .filter(|_| measure.rule == Rule::Value)
                .map(|from| words::cut_in_words(measure, from)),
            items: measure.items.iter().filter_map(|id| ItemWords::of(survey, id)).collect(),
            audience: survey.audience,
            measure: measure.clone(),
            list_length: (measure.rule == Rule::CountJobs).then(|| i64::try_from(real_jobs()).unwrap_or(i64::MAX)),
            options: single.filter(|_| measure.rule == Rule::Value).map_or_else(Vec::new, |item| {
                let mut options = survey.options_of(item).to_vec();
                options.sort_by_key(|option| option.value);
                options
            }),
            question: single.map_or_else(String::new, |item| {
                let before = item.text_at(Wave::Pre);
                if before.is_empty() { item.text_at(Wave::FollowUp) } else { before }.to_owned()
            }),
        }
    }

    /// The key stage of the children who are asked, where it is one.
    pub fn key_stage(&self) -> Option<KeyStage> {
        match self.audience {
            Audience::Child { key_stage } => Some(key_stage),
            _ => None,
        }
    }

    /// Whether a value counts as positive or regular; never without a cut.
    pub fn is_positive(&self, value: i64) -> bool {
        self.measure.positive_from.is_some_and(|cut| value >= i64::from(cut))
    }
}
