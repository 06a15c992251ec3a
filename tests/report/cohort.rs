//! A programme small enough to work by hand, and a builder for others.

use std::collections::BTreeMap;

use pencilmark::pairing::{Doubt, Doubts, Group, PairCount};
use pencilmark::person::{KeyStage, Role};
use pencilmark::report::input::{AttendanceCount, FamilyCount, FlowCount, Questionnaire, SurveyMeasure};
use pencilmark::report::{Attended, ReportInput, Written};
use pencilmark::session::{Area, DeliveryModel, Design, Programme, Project, Session, SessionRole, TargetReading};
use pencilmark::survey::{Comparison, Library, Wave};

/// Fifteen children of one project, by name: jobs known before and after, and answers to "could get a job
/// they like" before and after. The first ten saw the KS2 list of 20 jobs, the other five the KS1 list of 12.
///
/// Job roles known, on the common list of 60 (20 × 3, 12 × 5):
///   before 3 × 80 + 5 × 22 = 350, after 3 × 115 + 5 × 34 = 515, so 350/900 = 38.9, 515/900 = 57.2 of 100;
///   R1 = 515/350 − 1 = 47.14 %, by Fieller's formula with t(14) = 2.1448 from 23.71 to 76.09 %;
///   R4 = 18.33 points, from 9.92 to 26.75; R2: sorted changes 0 0 0 0 0 3 3 4 4 4 5 6 6 6 6, median 4;
///   R3: half as many again and more: all who rose but Carys (14 < 15), 9 of 15.
/// Confidence: positive is 3 on both scales. Before 5 of 15, after 10 of 15; five gained, nobody lost.
pub const CHILDREN: [(&str, i64, i64, i64, i64); 15] = [
    ("Amber", 6, 12, 2, 3),
    ("Bilal", 8, 12, 2, 3),
    ("Carys", 10, 14, 2, 3),
    ("Dev", 4, 8, 3, 3),
    ("Ella", 8, 8, 4, 4),
    ("Finn", 12, 12, 3, 3),
    ("Grace", 6, 12, 2, 2),
    ("Hari", 9, 14, 1, 1),
    ("Ines", 7, 7, 2, 2),
    ("Joel", 10, 16, 2, 2),
    ("Kit", 3, 6, 2, 3),
    ("Lena", 6, 9, 1, 3),
    ("Milo", 3, 9, 3, 3),
    ("Nia", 6, 6, 2, 2),
    ("Omar", 4, 4, 3, 3),
];

/// The fifteen children, and six grown-ups of whom all answered about talking at home before and later.
pub fn fifteen_children() -> ReportInput {
    let mut input = programme(&["Story Jobs"]);
    for (place, &(_, jobs_before, jobs_after, sure_before, sure_after)) in CHILDREN.iter().enumerate() {
        let (stage, list) = if place < 10 { (KeyStage::Ks2, 20) } else { (KeyStage::Ks1, 12) };
        let child = || Answerer::child(1, stage);
        child().matched(&mut input, "AWR", list, (jobs_before, jobs_after));
        child().matched(&mut input, "AWR~clean", list, (jobs_before, jobs_after));
        child().matched(&mut input, "CNF-JOB", 1, (sure_before, sure_after));
    }
    for (before, later) in [(0, 3), (1, 3), (3, 4), (2, 2), (3, 3), (1, 2)] {
        Answerer::adult(1).counted(&mut input, "TLK", 1, Comparison::Later, (Some(before), Some(later)));
    }
    // Two more children came and answered only before.
    Answerer::child(1, KeyStage::Ks2).counted(&mut input, "AWR", 20, Comparison::After, (Some(5), None));
    Answerer::child(1, KeyStage::Ks2).counted(&mut input, "AWR", 20, Comparison::After, (Some(6), None));
    let flow = |role, key_stage, registered, before, after, follow_up| FlowCount {
        project_id: 1,
        role,
        key_stage,
        registered,
        declined_for_children: 0,
        declined_for_self: 0,
        before,
        after: vec![(Wave::PostProg, after)],
        only_before: (before - after).max(0),
        only_after: (after - before).max(0),
        follow_up,
        why: BTreeMap::new(),
    };
    input.flow = vec![
        flow(Role::Child, Some(KeyStage::Ks1), 5, 5, 5, 0),
        flow(Role::Child, Some(KeyStage::Ks2), 15, 12, 10, 0),
        flow(Role::Adult, None, 6, 6, 0, 6),
    ];
    input.attendances = vec![AttendanceCount { project_id: 1, role: Role::Child, n: 50 }];
    input.families = vec![FamilyCount { project_id: 1, n: 16 }];
    input
}

/// An empty programme with these projects, each in an area of its own that bears its name and "area".
pub fn programme(projects: &[&str]) -> ReportInput {
    let ids = || (1_i64..).zip(projects.iter().copied());
    ReportInput {
        programme: Programme {
            id: 1,
            name: "Riverside Futures Fund".to_owned(),
            funder: "Riverside Trust".to_owned(),
            grant_reference: "RT-2023-17".to_owned(),
            starts_on: "2023-09-01".to_owned(),
            ends_on: "2024-07-31".to_owned(),
            awareness_target: 50,
            awareness_reading: TargetReading::Overall,
            sample: false,
            practice_of: None,
        },
        areas: ids().map(|(id, name)| Area { id, programme_id: 1, name: format!("{name} area") }).collect(),
        organisations: Vec::new(),
        projects: ids()
            .map(|(id, name)| Project {
                id,
                programme_id: 1,
                name: name.to_owned(),
                area_id: Some(id),
                organisation_id: None,
                delivery_model: DeliveryModel::Community,
                design: Design::Programme,
                target_children: 20,
                awareness_target: None,
                award_pence: 1_000_000,
                established: Some(true),
            })
            .collect(),
        asked_later: Vec::new(),
        sessions: ids()
            .map(|(id, name)| Session {
                id,
                key: format!("key{id}"),
                project_id: id,
                held_on: "2024-03-01".to_owned(),
                place: name.to_owned(),
                role: SessionRole::Last,
                closed_at_us: None,
                afters_us: None,
            })
            .collect(),
        questionnaires: Library::embedded().all().iter().map(Questionnaire::of).collect(),
        measures: Library::embedded().all().iter().flat_map(|version| SurveyMeasure::all_of(&version.survey)).collect(),
        counts: Vec::new(),
        family_sums: Vec::new(),
        family_answers: Vec::new(),
        flow: Vec::new(),
        attendances: Vec::new(),
        families: Vec::new(),
        linked: Vec::new(),
        unpermitted: Vec::new(),
        circumstances: Vec::new(),
        scales: Vec::new(),
        attended: Attended::default(),
        written: Written::default(),
        target_changes: Vec::new(),
        signed_off: None,
        generated_at: "2024-08-15T12:00:00Z".to_owned(),
    }
}

/// A session of project 1.
pub fn session(id: i64, role: SessionRole) -> Session {
    Session {
        id,
        key: format!("key{id}"),
        project_id: 1,
        held_on: "2024-03-01".to_owned(),
        place: "Hall".to_owned(),
        role,
        closed_at_us: None,
        afters_us: None,
    }
}

/// One or more people with the same answers.
pub struct Answerer {
    group: Group,
    survey: &'static str,
    n: i64,
    doubts: Doubts,
    visits: Option<i64>,
}

impl Answerer {
    pub fn child(project_id: i64, key_stage: KeyStage) -> Answerer {
        let group = Group { project_id, session_id: project_id, role: Role::Child, key_stage: Some(key_stage) };
        Answerer { group, survey: key_stage.code(), n: 1, doubts: Doubts::NONE, visits: None }
    }

    pub fn adult(project_id: i64) -> Answerer {
        let group = Group { project_id, session_id: project_id, role: Role::Adult, key_stage: None };
        Answerer { group, survey: "parent", n: 1, doubts: Doubts::NONE, visits: None }
    }

    pub fn at(self, session_id: i64) -> Answerer {
        Answerer { group: Group { session_id, ..self.group }, ..self }
    }

    pub fn times(self, n: i64) -> Answerer {
        Answerer { n, ..self }
    }

    pub fn doubted(self, doubts: &[Doubt]) -> Answerer {
        Answerer { doubts: Doubts::which(|doubt| doubts.contains(&doubt)), ..self }
    }

    pub fn who_came(self, visits: i64) -> Answerer {
        Answerer { visits: Some(visits), ..self }
    }

    pub fn matched(self, input: &mut ReportInput, measure: &str, denominator: i64, (pre, post): (i64, i64)) {
        self.counted(input, measure, denominator, Comparison::After, (Some(pre), Some(post)));
    }

    pub fn counted(
        self,
        input: &mut ReportInput,
        measure: &str,
        denominator: i64,
        comparison: Comparison,
        (pre, post): (Option<i64>, Option<i64>),
    ) {
        input.counts.push(PairCount {
            group: self.group,
            measure: measure.to_owned(),
            comparison,
            survey: self.survey.to_owned(),
            denominator,
            pre,
            post,
            doubts: self.doubts,
            visits: self.visits,
            n: self.n,
        });
    }
}

/// A project's children registered, all of KS2.
pub fn registered(input: &mut ReportInput, project_id: i64, n: i64) {
    input.flow.push(FlowCount {
        project_id,
        role: Role::Child,
        key_stage: Some(KeyStage::Ks2),
        registered: n,
        declined_for_children: 0,
        declined_for_self: 0,
        before: n,
        after: vec![(Wave::PostProg, n)],
        only_before: 0,
        only_after: 0,
        follow_up: 0,
        why: BTreeMap::new(),
    });
}
