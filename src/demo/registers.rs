//! What leaders write down: who came, how many heads there were, who said no.

use std::collections::BTreeMap;

use crate::person::Role;

use super::dice::{Dice, Purpose};
use super::families::{Family, Member};
use super::journeys::{At, Journey};
use super::second_cards::People;
use super::sessions::place_of;
use super::{AttendanceRecord, HeadCountRecord, Permission, PersonRecord, RefusalRecord};

/// The people in the order of their registration.
pub(super) fn people(people: &People) -> Vec<PersonRecord> {
    let record = |(member, &card): (&Member, &usize)| PersonRecord {
        card,
        animal: member.animal,
        role: member.role,
        school_year: member.school_year,
        permission: member.permission,
    };
    people.members.iter().zip(&people.cards).map(record).collect()
}

/// The session each family came to first, where it was given its card.
pub(super) fn first_sessions(families: &[Family], people: &People) -> Vec<usize> {
    let first = |family: &Family| {
        let days = family.members.iter().filter_map(|&member| first_day(&people.journeys[member]));
        place_of(family.plan, At::Session(days.min().unwrap_or(0)))
    };
    families.iter().map(first).collect()
}

/// Who was at which session, follow-ups included.
pub(super) fn attendances(people: &People) -> Vec<AttendanceRecord> {
    let mut attendances: Vec<AttendanceRecord> = Vec::new();
    for (person, (member, journey)) in people.members.iter().zip(&people.journeys).enumerate() {
        let days = (0..journey.attended.len()).filter(|&number| journey.attended[number]).map(At::Session);
        let reunion = journey.steps.iter().map(|step| step.at).filter(|&at| at == At::FollowUp);
        let there = days.chain(reunion).map(|at| AttendanceRecord { session: place_of(member.plan, at), person });
        attendances.extend(there);
    }
    attendances.sort_unstable();
    attendances
}

/// A leader's count at each session: now and then one or two more than were registered.
pub(super) fn head_counts(seed: u64, people: &People, sessions: usize) -> Vec<HeadCountRecord> {
    let dice = &mut Dice::new(seed, Purpose::Sessions, 1);
    let mut counts: Vec<HeadCountRecord> =
        (0..sessions).map(|session| HeadCountRecord { session, children: 0, adults: 0 }).collect();
    for attendance in attendances(people) {
        match people.members[attendance.person].role {
            Role::Child => counts[attendance.session].children += 1,
            Role::Adult => counts[attendance.session].adults += 1,
        }
    }
    for count in &mut counts {
        count.children += u32::from(dice.chance(0.15));
        count.adults += u32::from(dice.chance(0.3)) + u32::from(dice.chance(0.1));
    }
    counts
}

/// How often somebody said no, at the session where they were first asked.
pub(super) fn refusals(people: &People) -> Vec<RefusalRecord> {
    let mut refusals: BTreeMap<usize, RefusalRecord> = BTreeMap::new();
    for (member, journey) in people.members.iter().zip(&people.journeys) {
        let (Role::Child, Some(first)) = (member.role, first_day(journey)) else { continue };
        if member.permission == Permission::Yes {
            continue;
        }
        let session = place_of(member.plan, At::Session(first));
        let refusal = refusals.entry(session).or_insert(RefusalRecord { session, adult_no: 0, child_no: 0 });
        match member.permission {
            Permission::AdultNo => refusal.adult_no += 1,
            Permission::ChildNo => refusal.child_no += 1,
            Permission::Yes => {}
        }
    }
    refusals.into_values().collect()
}

fn first_day(journey: &Journey) -> Option<usize> {
    journey.attended.iter().position(|&there| there)
}
