//! Children who forget or lose their card and are registered a second time: nobody can tell, so
//! their *after* stands alone. It happens to about one in forty who give both.

use std::collections::BTreeSet;

use crate::person::Role;
use crate::survey::Wave;

use super::attendance::Attended;
use super::dice::{Dice, Purpose, whole};
use super::families::{Family, Member};
use super::journeys::{At, Journey};
use super::plans::PLANS;
use super::projects::Plan;

/// Everybody who was given an animal.
#[derive(Debug)]
pub(super) struct People {
    pub(super) members: Vec<Member>,
    /// What each did, in the order of `members`.
    pub(super) journeys: Vec<Journey>,
    /// The card of each: a family's place, or for second cards one behind the families.
    pub(super) cards: Vec<usize>,
    /// Families that were given a second card, and the session where.
    pub(super) lost_cards: Vec<(usize, usize)>,
}

/// How many children of a project will be registered twice.
pub(super) fn planned(plan: &Plan) -> usize {
    whole(plan.children as f64 * 0.016)
}

/// Moves the *after* of the planned number of children to a second registration of the same child.
pub(super) fn hand_out(seed: u64, families: &[Family], members: Vec<Member>, journeys: Vec<Journey>) -> People {
    let cards = members.iter().map(|member| member.family).collect();
    let mut people = People { members, journeys, cards, lost_cards: Vec::new() };
    let dice = &mut Dice::new(seed, Purpose::Cards, 1);
    for (place, plan) in PLANS.iter().enumerate() {
        let matched = |person: &usize| {
            let (member, journey) = (&people.members[*person], &people.journeys[*person]);
            let member_fits = member.plan == place && member.role == Role::Child;
            member_fits && journey.has(Wave::Pre) && journey.after().is_some()
        };
        let mut matched: Vec<usize> = (0..people.members.len()).filter(matched).collect();
        dice.shuffle(&mut matched);
        let mut seen = BTreeSet::new();
        matched.retain(|&person| seen.insert(people.members[person].family));
        for &person in matched.iter().take(planned(plan)) {
            people.register_again(person, families.len());
        }
    }
    people
}

impl People {
    fn register_again(&mut self, person: usize, first_second_card: usize) {
        let Some(after) = self.journeys[person].after() else { return };
        let At::Session(number) = after.at else { return };
        let twin = self.members[person].clone();
        let journey = &mut self.journeys[person];
        journey.steps.retain(|step| *step != after);
        // Where both questionnaires were answered on one day, both cards were there.
        if journey.steps.iter().all(|step| step.at != after.at) {
            journey.attended[number] = false;
        }
        let mut attended = Attended::default();
        attended[number] = true;
        let again = Journey { attended, sessions: journey.sessions, steps: vec![after] };
        self.cards.push(first_second_card + self.lost_cards.len());
        self.lost_cards.push((twin.family, super::sessions::place_of(twin.plan, after.at)));
        self.members.push(twin);
        self.journeys.push(again);
    }
}
