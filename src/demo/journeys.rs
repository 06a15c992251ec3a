//! Which questionnaires each person answers, where and when.

use crate::person::Role;
use crate::survey::Wave;

use super::Permission;
use super::attendance::Attended;
use super::dice::{Dice, Purpose};
use super::families::Member;
use super::plans::PLANS;
use super::projects::Plan;

/// Where somebody answers: a session of their project by its place, or its follow-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum At {
    Session(usize),
    FollowUp,
}

/// One questionnaire somebody answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) at: At,
    pub(super) wave: Wave,
}

/// Everything one person does.
#[derive(Debug, Clone)]
pub(super) struct Journey {
    pub(super) attended: Attended,
    /// Sessions attended when the effect is counted, 1 to 6.
    pub(super) sessions: usize,
    pub(super) steps: Vec<Step>,
}

impl Journey {
    /// Whether a questionnaire of this wave was answered.
    pub(super) fn has(&self, wave: Wave) -> bool {
        self.steps.iter().any(|step| step.wave == wave)
    }

    /// The after, whichever kind it is.
    pub(super) fn after(&self) -> Option<Step> {
        self.steps.iter().copied().find(|step| Wave::AFTERS.contains(&step.wave))
    }
}

/// Days between before and after from which talk at home may be asked about again.
const PROGRAMME_DAYS: i32 = 28;

/// Children of this project who come to the follow-up: too few for its area to be shown.
pub(super) const SMALL_FOLLOW_UP: usize = 7;

/// Decides the journeys of everyone.
pub(super) fn journeys(seed: u64, members: &[Member], attended: &[Attended]) -> Vec<Journey> {
    let mut journeys: Vec<Journey> = members
        .iter()
        .zip(attended)
        .enumerate()
        .map(|(person, (member, &attended))| {
            let dice = &mut Dice::new(seed, Purpose::Journeys, person);
            match member.role {
                Role::Child => child(dice, member, attended),
                Role::Adult => adult(dice, member, attended),
            }
        })
        .collect();
    keep_one_area_small(seed, members, &mut journeys);
    journeys
}

fn child(dice: &mut Dice, member: &Member, attended: Attended) -> Journey {
    let plan = &PLANS[member.plan];
    let mut journey = Journey { attended, sessions: count(attended), steps: Vec::new() };
    if member.permission != Permission::Yes {
        return journey;
    }
    // The same draws are made on every path, so that one decision never shifts the next.
    let [before, after, way_out, moved, follow_up] = std::array::from_fn(|_| dice.uniform());
    let first = first_day(attended);
    if before < 0.94 {
        journey.steps.push(Step { at: At::Session(first), wave: Wave::Pre });
    }
    let sessions = journey.sessions as f64;
    if !plan.is_programme() {
        if after < 0.72 + 0.05 * member.general {
            let wave = match way_out {
                x if x < 0.04 => Wave::PostExit,
                x if x < 0.055 => Wave::PostHome,
                _ => Wave::PostSame,
            };
            journey.steps.push(Step { at: At::Session(first), wave });
        }
        return journey;
    }
    if after < 0.38 + 0.085 * sessions + 0.05 * member.general {
        let last_seen = last_day(attended);
        match way_out {
            _ if attended[5] => journey.steps.push(last_after(plan, first)),
            x if x < 0.24 => journey.steps.push(Step { at: At::Session(last_seen), wave: Wave::PostExit }),
            x if x < 0.33 => journey.steps.push(Step { at: At::Session(last_seen), wave: Wave::PostHome }),
            _ => {
                come_to_the_last(&mut journey.attended, first, moved);
                journey.steps.push(last_after(plan, first));
            }
        }
    }
    if follow_up < 0.335 + 0.03 * member.general {
        journey.steps.push(Step { at: At::FollowUp, wave: Wave::FollowUp });
    }
    journey
}

fn adult(dice: &mut Dice, member: &Member, attended: Attended) -> Journey {
    let plan = &PLANS[member.plan];
    let mut journey = Journey { attended, sessions: count(attended), steps: Vec::new() };
    if member.permission != Permission::Yes {
        return journey;
    }
    let [before, after, way_out, moved, follow_up] = std::array::from_fn(|_| dice.uniform());
    let first = first_day(attended);
    if before < 0.80 {
        journey.steps.push(Step { at: At::Session(first), wave: Wave::Pre });
    }
    if !plan.is_programme() {
        if after < 0.66 + 0.04 * member.general {
            journey.steps.push(Step { at: At::Session(first), wave: Wave::PostSame });
        }
        return journey;
    }
    if after < 0.61 + 0.04 * member.general {
        if attended[5] {
            journey.steps.push(last_after(plan, first));
        } else if way_out < 0.12 {
            journey.steps.push(Step { at: At::Session(last_day(attended)), wave: Wave::PostHome });
        } else {
            come_to_the_last(&mut journey.attended, first, moved);
            journey.steps.push(last_after(plan, first));
        }
    }
    if follow_up < 0.41 {
        journey.steps.push(Step { at: At::FollowUp, wave: Wave::FollowUp });
    }
    journey
}

/// The after at the last session: a programme's if four weeks lie between, otherwise a same-day one.
fn last_after(plan: &Plan, first: usize) -> Step {
    let days = (plan.days[5] - plan.days[first]).get_days();
    let wave = if days >= PROGRAMME_DAYS { Wave::PostProg } else { Wave::PostSame };
    Step { at: At::Session(5), wave }
}

/// Somebody who gives an after at the last session was there: they stayed away on another day instead.
#[expect(clippy::cast_possible_truncation, reason = "0 to 5")]
fn come_to_the_last(attended: &mut Attended, first: usize, chance: f64) {
    let others: Vec<usize> = (first + 1..5).filter(|&session| attended[session]).collect();
    if let Some(&other) = others.get((chance * others.len() as f64) as usize) {
        attended[other] = false;
    }
    attended[5] = true;
}

/// Leaves exactly [`SMALL_FOLLOW_UP`] matched children in the follow-up of the smallest project.
fn keep_one_area_small(seed: u64, members: &[Member], journeys: &mut [Journey]) {
    let Some(smallest) = (0..PLANS.len()).min_by_key(|&plan| PLANS[plan].children) else { return };
    let mut asked: Vec<usize> = (0..members.len())
        .filter(|&person| members[person].plan == smallest && members[person].role == Role::Child)
        .filter(|&person| members[person].permission == Permission::Yes)
        .collect();
    Dice::new(seed, Purpose::Journeys, members.len()).shuffle(&mut asked);
    for &person in &asked {
        journeys[person].steps.retain(|step| step.wave != Wave::FollowUp);
    }
    let matched = asked.iter().copied().filter(|&person| journeys[person].has(Wave::Pre)).take(SMALL_FOLLOW_UP);
    for person in matched.collect::<Vec<_>>() {
        journeys[person].steps.push(Step { at: At::FollowUp, wave: Wave::FollowUp });
    }
}

fn count(attended: Attended) -> usize {
    attended.into_iter().filter(|&there| there).count()
}

fn first_day(attended: Attended) -> usize {
    attended.iter().position(|&there| there).unwrap_or(0)
}

fn last_day(attended: Attended) -> usize {
    attended.iter().rposition(|&there| there).unwrap_or(0)
}
