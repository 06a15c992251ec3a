//! One part of a programme by itself: a project, an area, a delivery model, a term, a key stage; or its comparison group.
//!
//! A narrowed report is made of the report of everybody: it shows of a part exactly the findings that the cuts of
//! the whole report show of it, which one plan has protected together. So whoever lays the two beside each other,
//! or any number of parts, can subtract nothing that the whole report does not tell already. A figure that is
//! counted for everybody only (the whole flow, loss, reach, money) is not counted again for a part, because its
//! difference from everybody's could be a few people; how many of a part are registered, asked and matched is in the
//! tables of groups. What tells of nobody (texts, aims, notes) stands in every report. Several parts at once are cells of further tables ([`super::crossing`]).

use super::finding::{Cut, Finding, Group};
use super::outcome::Outcome;
use super::{Attrition, Circumstances, Figure, Report, Talk, Targets, Voices, method, own_yes, titles, visits};

impl Group {
    /// What a part is asked for by: `project.5`, `area.other`, `key_stage.ks2`; several at once by all of theirs,
    /// `area.3+key_stage.ks2`.
    pub fn code(&self) -> String {
        match self.cut {
            Cut::Several => self.key.clone(),
            cut => format!("{}.{}", cut.code(), self.key),
        }
    }

    /// The code of each part that somebody has to be in.
    pub fn codes(&self) -> Vec<String> {
        self.code().split('+').map(str::to_owned).collect()
    }
}

/// The parts that a report can be narrowed to, each once, in the order of [`Cut::PARTS`], and the comparison group.
pub(super) fn parts(outcomes: &[&Outcome]) -> Vec<Group> {
    let mut parts: Vec<Group> = Vec::new();
    for cut in Cut::PARTS.into_iter().chain([Cut::Group]) {
        for group in outcomes.iter().flat_map(|outcome| outcome.by(cut)).map(|finding| &finding.group) {
            if !parts.contains(group) {
                parts.push(group.clone());
            }
        }
    }
    parts
}

impl Report {
    /// The part of this code or name; names may differ in capitals.
    pub fn part_called(&self, wanted: &str) -> Option<Group> {
        let by_code = self.parts.iter().find(|part| part.code() == wanted);
        by_code.or_else(|| self.parts.iter().find(|part| part.name.eq_ignore_ascii_case(wanted))).cloned()
    }

    /// The id of the project that a part is; none of any other part.
    pub fn project_of(&self, part: &Group) -> Option<i64> {
        let rows = self.targets.projects.iter().filter(|_| part.cut == Cut::Project);
        rows.filter(|row| row.number.to_string() == part.key).find_map(|row| row.project_id)
    }

    /// What this report shows of one part, in the words of a report about it.
    #[must_use]
    pub fn narrowed(self, part: &Group) -> Report {
        self.narrowed_to(part.clone(), |outcome| outcome.narrowed(part))
    }

    /// The report of a part, of whose results `told` says what is shown.
    pub(super) fn narrowed_to(mut self, part: Group, told: impl Fn(&Outcome) -> Option<Outcome>) -> Report {
        let of = |outcomes: Vec<Outcome>| outcomes.iter().filter_map(&told).collect();
        self.primary = of(self.primary);
        self.secondary = of(self.secondary);
        self.secondary_findings = titles::of_secondary(&self.secondary);
        self.jobs_finding = titles::of_jobs(&self.secondary);
        self.scope = Some(part.name.clone());
        self.flows.clear();
        self.newcomers.clear();
        self.attrition = Attrition { results: Vec::new(), measured_on: String::new(), groups: Vec::new() };
        self.described.clear();
        self.money = None;
        self.costs = None;
        self.beside = self.beside.and_then(|beside| beside.only(&part));
        self.dyads.clear();
        self.sensitivity.clear();
        self.dose_changes.clear();
        self.reliability.clear();
        self.circumstances = Circumstances::default();
        // A project's own line of the tables of everyone is its own here too.
        let own = self.project_of(&part);
        self.visits.projects.retain(|project| own.is_some() && project.number.to_string() == part.key);
        self.visits.trend_finding = self.visits.projects.first().map_or_else(String::new, visits::own_finding);
        self.visits.doses.clear();
        self.visits.told.clear();
        self.delivery.levers.clear();
        self.delivery.disruptions.retain(|one| own.is_some() && one.project == part.name);
        self.delivery.told.clear();
        self.delivery.talk = Talk::default();
        self.delivery.newcomers = Figure::Undefined("counted for the whole programme only".to_owned());
        self.learning = match own {
            Some(id) => self.learning.only(id),
            None => self.learning,
        };
        self.voices = own.map_or_else(Voices::default, |id| self.voices.only(id));
        self.targets.projects.retain(|row| row.project_id.is_some() && row.project_id == own);
        let elsewhere = || Figure::Undefined("counted for the whole programme only".to_owned());
        let reach = &mut self.reach;
        for figure in [&mut reach.children, &mut reach.adults, &mut reach.families] {
            *figure = elsewhere();
        }
        (reach.attendances, reach.adult_attendances) = (elsewhere(), elsewhere());
        self.evidence.weigh(Some(&part), &self.primary, self.beside.as_ref());
        self.evidence.matched.clear();
        self.evidence.gravest.clear();
        self.evidence.told.clear();
        self.method.design.clear();
        // The notes on method are those of everyone, and so are their numbers.
        self.method
            .told
            .retain(|told| [method::LINKING, own_yes::OWN_YES].iter().any(|notes| told.id.starts_with(notes)));
        self.part = Some(part);
        self
    }
}

impl Report {
    /// The targets with what was altered of those this report is about: of a project its own and the programme's.
    pub(super) fn targets_told(&self) -> Targets {
        let mut targets = self.targets.clone();
        if self.part.is_some() {
            let own: Vec<Option<i64>> = targets.projects.iter().map(|row| row.project_id).collect();
            targets.altered.retain(|change| change.project_id.is_none() || own.contains(&change.project_id));
        }
        targets
    }
}

impl Outcome {
    /// The findings of a cut; nothing for everyone's.
    pub(super) fn by(&self, cut: Cut) -> &[Finding] {
        match cut {
            Cut::All | Cut::Several => &[],
            Cut::Project => &self.by_project,
            Cut::Area => &self.by_area,
            Cut::KeyStage => &self.by_key_stage,
            Cut::Model => &self.by_model,
            Cut::Term => &self.by_term,
            Cut::Group => self.comparison_group.as_slice(),
        }
    }
}
