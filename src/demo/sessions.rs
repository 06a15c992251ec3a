//! The sixty sessions and the follow-ups.

use crate::session::{Design, SessionRole};

use super::SessionRecord;
use super::dice::{Dice, Purpose};
use super::journeys::At;
use super::plans::PLANS;

/// Sessions of one project, follow-up not counted.
pub(super) const SESSIONS: usize = 6;

/// The symbols of a session's key, easy to tell apart.
const SYMBOLS: &[u8; 23] = b"234679acdefhjkmnprtvwxy";

/// Six sessions of each project in the order of projects, then the follow-ups in the same order.
pub(super) fn sessions(seed: u64) -> Vec<SessionRecord> {
    let dice = &mut Dice::new(seed, Purpose::Sessions, 0);
    let mut sessions = Vec::new();
    for (project, plan) in PLANS.iter().enumerate() {
        for (number, &held_on) in plan.days.iter().enumerate() {
            let change = plan.changes.iter().find(|change| change.session == number);
            sessions.push(SessionRecord {
                project,
                key: key(dice),
                role: role(plan.design, number),
                held_on,
                planned_on: change.map(|change| change.planned_on),
                rerun: change.is_some_and(|change| change.rerun),
                place: plan.place,
            });
        }
    }
    for (project, plan) in PLANS.iter().enumerate() {
        if let Some(held_on) = plan.follow_up {
            sessions.push(SessionRecord {
                project,
                key: key(dice),
                role: SessionRole::FollowUp,
                held_on,
                planned_on: None,
                rerun: false,
                place: plan.place,
            });
        }
    }
    sessions
}

/// The place in the list of sessions where somebody of a project answers.
pub(super) fn place_of(plan: usize, at: At) -> usize {
    match at {
        At::Session(number) => plan * SESSIONS + number,
        At::FollowUp => {
            let earlier = PLANS.iter().take(plan).filter(|plan| plan.follow_up.is_some()).count();
            PLANS.len() * SESSIONS + earlier
        }
    }
}

fn role(design: Design, number: usize) -> SessionRole {
    match (design, number) {
        (Design::OneOff, _) => SessionRole::Single,
        (Design::Event, _) => SessionRole::Event,
        (Design::Programme | Design::Comparison, 0) => SessionRole::First,
        (Design::Programme | Design::Comparison, number) if number + 1 == SESSIONS => SessionRole::Last,
        (Design::Programme | Design::Comparison, _) => SessionRole::Middle,
    }
}

fn key(dice: &mut Dice) -> String {
    (0..8).map(|_| char::from(SYMBOLS[dice.below(SYMBOLS.len())])).collect()
}
