//! What a report is made of, gathered in one place for the pages and the command line.

use std::collections::{BTreeMap, BTreeSet};

use crate::pairing::PairCount;
use crate::person::{KeyStage, Role, SchoolYear};
use crate::report::ReportInput;
use crate::report::input::{AttendanceCount, FamilyCount, FlowCount, LinkedCount, Questionnaire, SurveyMeasure};
use crate::survey::Wave;

use super::{FlowStep, Store, StoreError, StoredFlow};

impl Store {
    /// Everything that is counted of a programme; `None` where there is no such programme.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn report_input(
        &self,
        programme_id: i64,
        generated_at: String,
    ) -> Result<Option<ReportInput>, StoreError> {
        let Some(programme) = self.programme(programme_id).await? else { return Ok(None) };
        let stored = self.flow(programme_id).await?;
        let library = self.library();
        let counts = self.pair_counts(programme_id).await?;
        Ok(Some(ReportInput {
            questionnaires: self.questionnaires(programme_id, &counts).await?,
            programme,
            areas: self.areas(programme_id).await?,
            organisations: self.organisations(programme_id).await?,
            projects: self.projects(programme_id).await?,
            sessions: self.sessions_held(programme_id).await?,
            measures: library.newest_of_each().flat_map(|version| SurveyMeasure::all_of(&version.survey)).collect(),
            counts,
            family_sums: self.family_sums(programme_id).await?,
            flow: flow_counts(&stored),
            attendances: attendances(&stored),
            families: families(&stored),
            linked: self
                .linked_people(programme_id)
                .await?
                .into_iter()
                .map(|(project_id, confidence, n)| LinkedCount { project_id, confidence, n })
                .collect(),
            attended: self.attended(programme_id).await?,
            written: self.written(programme_id).await?,
            generated_at,
        }))
    }

    /// The versions of questionnaires that these counts come from.
    async fn questionnaires(&self, programme_id: i64, counts: &[PairCount]) -> Result<Vec<Questionnaire>, StoreError> {
        let library = self.library();
        let answered: BTreeSet<&str> = counts.iter().map(|count| count.survey.as_str()).collect();
        let is_plain = |survey: &&str| library.versions_of(survey).count() <= 1;
        let (plain, several): (Vec<&str>, Vec<&str>) = answered.into_iter().partition(is_plain);
        let mut versions: Vec<Questionnaire> =
            plain.into_iter().flat_map(|survey| library.versions_of(survey)).map(Questionnaire::of).collect();
        // Only where a questionnaire was ever changed do the responses have to be asked which of it they answered.
        if !several.is_empty() {
            let hashes = self.versions_answered(programme_id).await?;
            let known = hashes.iter().filter_map(|(hash, _)| library.by_hash(hash));
            let changed = known.filter(|version| several.contains(&version.survey.id.as_str()));
            versions.extend(changed.map(Questionnaire::of));
        }
        versions.sort_by(|a, b| (&a.survey, a.version, &a.hash).cmp(&(&b.survey, b.version, &b.hash)));
        Ok(versions)
    }
}

/// People by project, role and key stage, each step in its own column.
fn flow_counts(stored: &[StoredFlow]) -> Vec<FlowCount> {
    let mut flow: BTreeMap<(i64, Role, Option<KeyStage>), FlowCount> = BTreeMap::new();
    for row in stored {
        // A grown-up's *no* is for the children of their card, so it stands in the children's flow.
        let role = if row.step == FlowStep::Refused { Role::Child } else { row.role };
        let key_stage = row.school_year.map(SchoolYear::key_stage);
        let count = flow.entry((row.project_id, role, key_stage)).or_insert_with(|| FlowCount {
            project_id: row.project_id,
            role,
            key_stage,
            registered: 0,
            declined_by_adult: 0,
            declined_by_child: 0,
            before: 0,
            after: Vec::new(),
            follow_up: 0,
        });
        match (row.step, row.role) {
            (FlowStep::Registered, _) => count.registered += row.n,
            // Who said no is not on any card, so they are added to those who were asked.
            (FlowStep::Refused, Role::Adult) => {
                count.registered += row.n;
                count.declined_by_adult += row.n;
            }
            (FlowStep::Refused, Role::Child) => {
                count.registered += row.n;
                count.declined_by_child += row.n;
            }
            (FlowStep::Answered(Wave::Pre), _) => count.before += row.n,
            (FlowStep::Answered(Wave::FollowUp), _) => count.follow_up += row.n,
            (FlowStep::BestAfter(wave), _) => match count.after.iter_mut().find(|(known, _)| *known == wave) {
                Some((_, n)) => *n += row.n,
                None => count.after.push((wave, row.n)),
            },
            (FlowStep::Answered(_) | FlowStep::Attendances | FlowStep::Families, _) => {}
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
