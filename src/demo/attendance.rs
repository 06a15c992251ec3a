//! Who comes to which of a project's six sessions.

use crate::person::Role;

use super::dice::{Dice, Purpose, logistic, logit};
use super::families::{Family, Member};
use super::plans::PLANS;
use super::projects::Plan;

/// The six sessions of a project; true where somebody was there.
pub(super) type Attended = [bool; 6];

/// How much more likely a family comes when there is hot food, in log-odds.
const HOT_FOOD: f64 = 0.35;
/// How far families differ in coming, in log-odds.
const LIKING: f64 = 0.9;
/// Share of one-off children who come to a second event.
const TWO_EVENTS: f64 = 0.08;
/// How often brothers and sisters come or stay away together.
const TOGETHER: f64 = 0.7;

/// For every member the sessions attended; everybody comes at least once.
pub(super) fn attendance(seed: u64, families: &[Family], members: &[Member]) -> Vec<Attended> {
    let mut attended = vec![Attended::default(); members.len()];
    for (place, family) in families.iter().enumerate() {
        let dice = &mut Dice::new(seed, Purpose::Attendance, place);
        let plan = &PLANS[family.plan];
        let (children, adults): (Vec<usize>, Vec<usize>) =
            family.members.iter().partition(|&&member| members[member].role == Role::Child);
        if plan.is_programme() {
            let moods: [f64; 6] = std::array::from_fn(|_| dice.uniform());
            for &child in &children {
                attended[child] = weekly(dice, plan, members[child].liking, moods);
            }
        } else {
            let days = one_off(dice, plan);
            for &child in &children {
                attended[child] = days;
            }
        }
        let mut family_days = Attended::default();
        for &child in &children {
            for (any, came) in family_days.iter_mut().zip(attended[child]) {
                *any |= came;
            }
        }
        for &adult in &adults {
            attended[adult] = with_children(dice, family_days);
        }
    }
    attended
}

fn weekly(dice: &mut Dice, plan: &Plan, liking: f64, moods: [f64; 6]) -> Attended {
    let usual = plan.turnouts();
    let chances: [f64; 6] = std::array::from_fn(|session| {
        let food = if plan.food.is_hot_at(session) { HOT_FOOD } else { 0.0 };
        logistic(logit(usual[session]) + LIKING * liking + food)
    });
    let mut came: Attended = std::array::from_fn(|session| {
        let mood = if dice.chance(TOGETHER) { moods[session] } else { dice.uniform() };
        mood < chances[session]
    });
    if came == Attended::default() {
        came[dice.weighted(&chances)] = true;
    }
    came
}

fn one_off(dice: &mut Dice, plan: &Plan) -> Attended {
    let first = dice.weighted(&plan.turnouts());
    let mut came = Attended::default();
    came[first] = true;
    if dice.chance(TWO_EVENTS) {
        came[(first + 1 + dice.below(5)) % 6] = true;
    }
    came
}

/// A grown-up comes along four times in five, and at least once.
fn with_children(dice: &mut Dice, family_days: Attended) -> Attended {
    let mut came = family_days.map(|there| there && dice.chance(0.8));
    if came == Attended::default() {
        came = first_of(family_days);
    }
    came
}

fn first_of(days: Attended) -> Attended {
    let first = days.iter().position(|&there| there).unwrap_or(0);
    std::array::from_fn(|session| session == first)
}
