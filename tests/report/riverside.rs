//! A programme of the size and shape that the sample has: ten projects, 1,500 children, invented answers.
//!
//! The draws are a plain congruential generator, so that the pages are the same on every machine.

use std::collections::BTreeMap;

use pencilmark::person::{KeyStage, Role};
use pencilmark::report::ReportInput;
use pencilmark::report::input::{AttendanceCount, FamilyCount, FlowCount};
use pencilmark::session::{Design, Project};
use pencilmark::survey::{Comparison, Wave};

use crate::cohort::{Answerer, programme};

/// Name, area, target, children, grown-ups, and how much of the usual gain.
type Invented = (&'static str, Option<i64>, i64, i64, i64, f64);

const PROJECTS: [Invented; 10] = [
    ("Job Trail", Some(1), 140, 150, 60, 1.0),
    ("Kitchen Table Careers", Some(2), 120, 128, 110, 1.12),
    ("Makers and Menders", Some(3), 100, 96, 92, 1.05),
    ("Future Me Club", Some(4), 130, 140, 52, 1.02),
    ("Street of Skills", Some(5), 100, 62, 58, 0.35),
    ("Story Jobs", Some(6), 100, 104, 88, 1.0),
    ("Job Detectives", Some(7), 100, 80, 74, 1.0),
    ("Big Skills Day", None, 280, 290, 160, 0.82),
    ("Real Jobs Roadshow", None, 240, 260, 70, 1.02),
    ("Family Future Film", None, 200, 190, 136, 1.1),
];
const AREAS: [&str; 7] =
    ["Millbrook", "Larkfield", "Eastgate", "Harrow Lane", "Wherry Park", "Tannery Row", "Northmoor"];

struct Draws(u64);

impl Draws {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as f64 / f64::from(1_u32 << 31)
    }

    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
    }

    fn happens(&mut self, probability: f64) -> bool {
        self.uniform() < probability
    }
}

fn cut(value: f64, thresholds: &[f64], lowest: i64) -> i64 {
    lowest + i64::try_from(thresholds.iter().filter(|&&threshold| value > threshold).count()).expect("few")
}

#[expect(clippy::cast_possible_truncation, reason = "a count of jobs")]
fn jobs(base: f64, gain: f64, sd: f64, trait_: f64, error: f64, list: i64) -> i64 {
    ((base + gain + sd * (0.62 * trait_ + 0.8 * error)).round() as i64).clamp(0, list)
}

pub fn riverside() -> ReportInput {
    let names: Vec<&str> = PROJECTS.iter().map(|project| project.0).collect();
    let mut input = programme(&names);
    input.programme.sample = true;
    input.areas.truncate(AREAS.len());
    for (area, name) in input.areas.iter_mut().zip(AREAS) {
        name.clone_into(&mut area.name);
    }
    for (project, (_, area_id, target_children, ..)) in input.projects.iter_mut().zip(PROJECTS) {
        project.area_id = area_id;
        project.target_children = target_children;
        project.award_pence = if area_id.is_some() { 1_000_000 } else { 2_883_334 };
        project.design = if matches!(project.id, 8 | 9) { Design::OneOff } else { Design::Programme };
    }
    let mut draws = Draws(20_240_701);
    for (project, (_, _, _, children, adults, gain)) in input.projects.clone().into_iter().zip(PROJECTS) {
        for child in 0..children {
            child_of(&mut input, &mut draws, &project, gain, child);
        }
        for _ in 0..adults {
            adult_of(&mut input, &mut draws, &project);
        }
        input.attendances.push(AttendanceCount { project_id: project.id, role: Role::Child, n: children * 27 / 10 });
        input.families.push(FamilyCount { project_id: project.id, n: children * 100 / 138 });
    }
    input.flow = gather(std::mem::take(&mut input.flow));
    input
}

fn child_of(input: &mut ReportInput, draws: &mut Draws, project: &Project, gain: f64, child: i64) {
    let (stage, list, base, rise, sd) = match child % 9 {
        0 | 1 => (KeyStage::Ks1, 12, 5.0, 3.2, 2.5),
        2 | 3 => (KeyStage::Ks3, 16, 6.1, 3.75, 3.4),
        _ => (KeyStage::Ks2, 20, 8.4, 5.1, 4.0),
    };
    let t = draws.normal();
    let one_off = project.design == Design::OneOff;
    let declined = draws.happens(0.04);
    let before = !declined && draws.happens(0.925);
    let after = before && draws.happens(if one_off { 0.72 } else { 0.62 } + 0.05 * t);
    let later = before && !one_off && draws.happens(0.28);
    let score = |when: bool, value: i64| when.then_some(value);
    let answerer = || Answerer::child(project.id, stage);
    let foiled = draws.happens(match stage {
        KeyStage::Ks1 => 0.14,
        KeyStage::Ks2 => 0.08,
        KeyStage::Ks3 => 0.05,
    });
    let pair = (
        score(before, jobs(base, 0.0, sd, t, draws.normal(), list)),
        score(after, jobs(base, rise * gain, sd, t, draws.normal(), list)),
    );
    let mut count = |measure: &str, denominator, comparison, pair: (Option<i64>, Option<i64>)| {
        if pair != (None, None) {
            answerer().counted(input, measure, denominator, comparison, pair);
        }
    };
    count("AWR", list, Comparison::After, pair);
    if !foiled {
        count("AWR~clean", list, Comparison::After, pair);
    }
    let mut rating = |thresholds: &[f64], lowest, rise: f64| {
        let at = |draws: &mut Draws, rise: f64| cut(0.72 * t + 0.62 * draws.normal() + rise, thresholds, lowest);
        (at(draws, 0.0), at(draws, rise))
    };
    let job: &[f64] = match stage {
        KeyStage::Ks1 => &[-1.15, -0.05],
        KeyStage::Ks2 => &[-1.5, -0.35, 0.75],
        KeyStage::Ks3 => &[-1.7, -0.85, -0.1, 1.2],
    };
    let university: &[f64] = match stage {
        KeyStage::Ks1 => &[-0.6, 0.45],
        KeyStage::Ks2 => &[-1.0, 0.25, 1.0],
        KeyStage::Ks3 => &[-1.4, -0.5, 0.3, 1.2],
    };
    let (talk, lowest): (&[f64], i64) = match stage {
        KeyStage::Ks1 => (&[-0.45, 0.95], 1),
        KeyStage::Ks2 => (&[-0.55, 0.45, 1.35], 0),
        KeyStage::Ks3 => (&[-0.95, -0.55, 0.45, 1.35], 0),
    };
    let both = |(pre, post): (i64, i64), when: bool| (score(before, pre), score(when, post));
    let (sure, uni, talks) = (rating(job, 1, 0.42), rating(university, 1, 0.36), rating(talk, lowest, 0.62));
    let fun = rating(&[-2.0, -1.2, -0.8, 0.5], 1, 0.0).0;
    let open = (cut(t, &[-1.2, -0.6, 0.2, 1.0], 0), cut(t + 0.6, &[-1.2, -0.6, 0.2, 1.0], 0));
    count("CNF-JOB", 1, Comparison::After, both(sure, after));
    count("CNF-UNI", 1, Comparison::After, both(uni, after));
    count("STE", 4, Comparison::After, both(open, after));
    count("TLK", 1, Comparison::After, (score(before, talks.0), None));
    if later {
        count("TLK", 1, Comparison::Later, both(talks, true));
    }
    count("FUN", 1, Comparison::After, (None, score(after && stage != KeyStage::Ks3, fun)));
    let wave = if one_off { Wave::PostSame } else { Wave::PostProg };
    input.flow.push(FlowCount {
        project_id: project.id,
        role: Role::Child,
        key_stage: Some(stage),
        registered: i64::from(!declined),
        declined_for_children: i64::from(declined && child % 4 != 0),
        declined_for_self: i64::from(declined && child % 4 == 0),
        before: i64::from(before),
        after: vec![(wave, i64::from(after))],
        only_before: i64::from(before && !after),
        only_after: i64::from(after && !before),
        follow_up: i64::from(later),
        why: BTreeMap::new(),
    });
}

fn adult_of(input: &mut ReportInput, draws: &mut Draws, project: &Project) {
    let (before, after) = (draws.happens(0.77), draws.happens(0.6));
    let later = before && project.design == Design::Programme && draws.happens(0.33);
    let t = 0.8 * draws.normal();
    let talk = |draws: &mut Draws, rise| cut(t + 0.6 * draws.normal() + rise, &[-1.5, -0.6, 0.5, 1.3], 0);
    let (talk_before, talk_later) = (talk(draws, 0.0), talk(draws, 0.62));
    let sure = (cut(t, &[-1.6, -0.7, 0.1, 1.3], 1), cut(t + 0.5 + 0.2 * draws.normal(), &[-1.6, -0.7, 0.1, 1.3], 1));
    let score = |when: bool, value| when.then_some(value);
    if later {
        Answerer::adult(project.id).counted(input, "TLK", 1, Comparison::Later, (Some(talk_before), Some(talk_later)));
    }
    if before || after {
        let pair = (score(before, sure.0), score(after, sure.1));
        Answerer::adult(project.id).counted(input, "PCN-TALK", 1, Comparison::After, pair);
        let worth = (None, score(after, 3 + i64::from(draws.happens(0.91))));
        Answerer::adult(project.id).counted(input, "WORTH", 1, Comparison::After, worth);
    }
    input.flow.push(FlowCount {
        project_id: project.id,
        role: Role::Adult,
        key_stage: None,
        registered: 1,
        declined_for_children: 0,
        declined_for_self: 0,
        before: i64::from(before),
        after: vec![(Wave::PostProg, i64::from(after))],
        only_before: i64::from(before && !after),
        only_after: i64::from(after && !before),
        follow_up: i64::from(later),
        why: BTreeMap::new(),
    });
}

/// One row for each project, role and key stage.
fn gather(rows: Vec<FlowCount>) -> Vec<FlowCount> {
    let mut sums: BTreeMap<_, FlowCount> = BTreeMap::new();
    for row in rows {
        match sums.entry((row.project_id, row.role.code(), row.key_stage)) {
            std::collections::btree_map::Entry::Vacant(place) => {
                place.insert(row);
            }
            std::collections::btree_map::Entry::Occupied(mut place) => {
                let sum = place.get_mut();
                sum.registered += row.registered;
                sum.declined_for_children += row.declined_for_children;
                sum.declined_for_self += row.declined_for_self;
                sum.before += row.before;
                sum.only_before += row.only_before;
                sum.only_after += row.only_after;
                sum.follow_up += row.follow_up;
                sum.after[0].1 += row.after[0].1;
            }
        }
    }
    sums.into_values().collect()
}
