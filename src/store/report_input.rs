//! What a report is made of, gathered in one place, at one moment, for the pages and the command line.

use std::collections::BTreeMap;

use crate::pairing::links::Confidence;
use crate::pairing::{FamilyAnswers, FamilySums, PairCount};
use crate::person::{KeyStage, Role, SchoolYear};
use crate::report::input::{
    AttendanceCount, CircumstanceCount, FamilyCount, FlowCount, LinkedCount, Questionnaire, ScaleSum, SurveyMeasure,
    UnpermittedCount,
};
use crate::report::{Attended, ReportInput, SignOff, Written};
use crate::session::{Area, Declined, Organisation, Programme, Project, Session, TargetChange};
use crate::survey::Wave;

use super::{FlowStep, PermissionGap, Store, StoreError, StoredFlow, postgres, sqlite};

/// What the database holds for a report, as it stands at one moment.
pub struct Gathered {
    /// The programme.
    pub programme: Programme,
    /// Its areas.
    pub areas: Vec<Area>,
    /// Who runs its projects.
    pub organisations: Vec<Organisation>,
    /// Its projects.
    pub projects: Vec<Project>,
    /// Its sessions at which somebody was seen, without those that only ask again later.
    pub sessions: Vec<Session>,
    /// The projects that have a session which only asks again later.
    pub asked_later: Vec<i64>,
    /// The versions of questionnaires that were answered in it, by their hashes.
    pub answered: Vec<String>,
    /// People by their scores before and after.
    pub counts: Vec<PairCount>,
    /// Brothers and sisters at one-off sessions.
    pub family_sums: Vec<FamilySums>,
    /// What children and grown-ups of one family answered to the same questions.
    pub family_answers: Vec<FamilyAnswers>,
    /// People by how far they came.
    pub flow: Vec<StoredFlow>,
    /// People who were put together, by project and how sure whoever decided was.
    pub linked: Vec<(i64, Confidence, i64)>,
    /// Answers of children that came without a word on how permission was given.
    pub unpermitted: Vec<PermissionGap>,
    /// How often children came.
    pub attended: Attended,
    /// How questionnaires were answered.
    pub circumstances: Vec<CircumstanceCount>,
    /// Sums of the items of scales.
    pub scales: Vec<ScaleSum>,
    /// What people wrote for the report.
    pub written: Written,
    /// Targets that were changed after answers were in.
    pub target_changes: Vec<TargetChange>,
    /// The newest word that the report may go out as final.
    pub signed_off: Option<SignOff>,
}

/// What the database is at some time: another as soon as anything was written, by this program or another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edition {
    /// Which of the watching connections said so.
    pub(super) connection: u64,
    /// What it said.
    pub(super) number: String,
}

impl Store {
    /// What the database is now. Where it is the same later, nothing was written in between.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn edition(&self) -> Result<Edition, StoreError> {
        match self {
            Store::Sqlite(side) => side.edition().await,
            Store::Postgres(side) => side.edition().await,
        }
    }

    /// Everything that is counted of a programme, at one moment; `None` where there is no such programme.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn report_input(
        &self,
        programme_id: i64,
        generated_at: String,
    ) -> Result<Option<ReportInput>, StoreError> {
        let library = self.library();
        let Some(gathered) = read!(self, report_input::of_programme(programme_id, &library))? else { return Ok(None) };
        let known = gathered.answered.iter().filter_map(|hash| library.by_hash(hash));
        let mut questionnaires: Vec<Questionnaire> = known.map(Questionnaire::of).collect();
        questionnaires.sort_by(|a, b| (&a.survey, a.version, &a.hash).cmp(&(&b.survey, b.version, &b.hash)));
        let linked = |(project_id, confidence, n)| LinkedCount { project_id, confidence, n };
        let unpermitted = |PermissionGap { project_id, noted, n }| UnpermittedCount { project_id, noted, n };
        Ok(Some(ReportInput {
            programme: gathered.programme,
            areas: gathered.areas,
            organisations: gathered.organisations,
            projects: gathered.projects,
            sessions: gathered.sessions,
            asked_later: gathered.asked_later,
            questionnaires,
            measures: library.newest_of_each().flat_map(|version| SurveyMeasure::all_of(&version.survey)).collect(),
            counts: gathered.counts,
            family_sums: gathered.family_sums,
            family_answers: gathered.family_answers,
            flow: flow_counts(&gathered.flow),
            attendances: attendances(&gathered.flow),
            families: families(&gathered.flow),
            linked: gathered.linked.into_iter().map(linked).collect(),
            unpermitted: gathered.unpermitted.into_iter().map(unpermitted).collect(),
            attended: gathered.attended,
            circumstances: gathered.circumstances,
            scales: gathered.scales,
            written: gathered.written,
            target_changes: gathered.target_changes,
            signed_off: gathered.signed_off,
            generated_at,
        }))
    }
}

/// People by project, role and key stage, each step in its own column.
fn flow_counts(stored: &[StoredFlow]) -> Vec<FlowCount> {
    let mut flow: BTreeMap<(i64, Role, Option<KeyStage>), FlowCount> = BTreeMap::new();
    for row in stored {
        let role = row.role;
        let key_stage = row.school_year.map(SchoolYear::key_stage);
        let count = flow.entry((row.project_id, role, key_stage)).or_insert_with(|| FlowCount {
            project_id: row.project_id,
            role,
            key_stage,
            registered: 0,
            declined_for_children: 0,
            declined_for_self: 0,
            before: 0,
            after: Vec::new(),
            only_before: 0,
            only_after: 0,
            follow_up: 0,
            why: BTreeMap::new(),
        });
        match row.step {
            FlowStep::Registered => count.registered += row.n,
            FlowStep::Declined(Declined::Children) => count.declined_for_children += row.n,
            FlowStep::Declined(_) => count.declined_for_self += row.n,
            FlowStep::Answered(Wave::Pre) => count.before += row.n,
            FlowStep::Answered(Wave::FollowUp) => count.follow_up += row.n,
            FlowStep::BestAfter(wave) => match count.after.iter_mut().find(|(known, _)| *known == wave) {
                Some((_, n)) => *n += row.n,
                None => count.after.push((wave, row.n)),
            },
            FlowStep::OnlyBefore => count.only_before += row.n,
            FlowStep::OnlyAfter => count.only_after += row.n,
            FlowStep::Why(why) => *count.why.entry(why).or_default() += row.n,
            FlowStep::Answered(_) | FlowStep::Attendances | FlowStep::Families => {}
        }
    }
    flow.into_values().collect()
}

fn attendances(stored: &[StoredFlow]) -> Vec<AttendanceCount> {
    let mut counts: BTreeMap<(i64, Role), i64> = BTreeMap::new();
    for row in stored.iter().filter(|row| row.step == FlowStep::Attendances) {
        *counts.entry((row.project_id, row.role)).or_default() += row.n;
    }
    counts.into_iter().map(|((project_id, role), n)| AttendanceCount { project_id, role, n }).collect()
}

fn families(stored: &[StoredFlow]) -> Vec<FamilyCount> {
    stored
        .iter()
        .filter(|row| row.step == FlowStep::Families)
        .map(|row| FamilyCount { project_id: row.project_id, n: row.n })
        .collect()
}
