//! The invented families: who belongs together, and what moves their answers.

use crate::person::{Animal, KeyStage, Role, SchoolYear};

use super::Permission;
use super::dice::{Dice, Purpose};
use super::plans::PLANS;
use super::projects::Plan;

/// Grown-ups and children whose permission was refused.
const ADULT_NO: usize = 46;
const CHILD_NO: usize = 14;

/// Children in a family with this many of them, in a hundred.
const FAMILY_SIZES: [f64; 4] = [68.0, 26.5, 5.0, 0.5];

/// How much brothers and sisters are alike: the share of a trait's variance that a family has in common.
const SHARED: f64 = 0.3;

/// A family that holds one card.
#[derive(Debug)]
pub(super) struct Family {
    pub(super) plan: usize,
    /// Its people, children first.
    pub(super) members: Vec<usize>,
    /// How gladly it comes, in standard deviations.
    pub(super) liking: f64,
}

/// Somebody with an animal, and the hidden traits that their answers come from.
#[derive(Debug, Clone)]
pub(super) struct Member {
    pub(super) family: usize,
    pub(super) plan: usize,
    pub(super) animal: Animal,
    pub(super) role: Role,
    pub(super) school_year: Option<SchoolYear>,
    pub(super) permission: Permission,
    /// The general trait *t*: what a child knows and dares, how sure a grown-up is.
    pub(super) general: f64,
    /// How much is talked about jobs at home.
    pub(super) talk: f64,
    /// How open to anyone doing any job.
    pub(super) openness: f64,
    /// How gladly they come.
    pub(super) liking: f64,
}

impl Member {
    /// The key stage of a child.
    pub(super) fn key_stage(&self) -> Option<KeyStage> {
        self.school_year.map(SchoolYear::key_stage)
    }
}

/// Makes the families of all projects. `second_cards` is how many of a project's children will be
/// registered a second time under another card, so that registrations come to the planned number.
pub(super) fn families(seed: u64, second_cards: impl Fn(&Plan) -> usize) -> (Vec<Family>, Vec<Member>) {
    let (mut families, mut members) = (Vec::new(), Vec::new());
    for (place, plan) in PLANS.iter().enumerate() {
        let dice = &mut Dice::new(seed, Purpose::Families, place);
        let first_family = families.len();
        let mut stages: Vec<KeyStage> =
            plan.children_by_stage().into_iter().flat_map(|(stage, n)| vec![stage; n]).collect();
        dice.shuffle(&mut stages);
        stages.truncate(plan.children - second_cards(plan));
        let mut stages = stages.into_iter();
        while stages.len() > 0 {
            let size = dice.weighted(&FAMILY_SIZES) + 1;
            let children: Vec<KeyStage> = stages.by_ref().take(size).collect();
            add_family(dice, place, &children, &mut families, &mut members);
        }
        add_adults(dice, plan.adults, first_family, &mut families, &mut members);
    }
    refuse(seed, &families, &mut members);
    (families, members)
}

/// What a family has in common and what is one's own, together of variance 1.
fn alike(common: f64, own: f64) -> f64 {
    SHARED.sqrt() * common + (1.0 - SHARED).sqrt() * own
}

fn add_family(
    dice: &mut Dice,
    plan: usize,
    children: &[KeyStage],
    families: &mut Vec<Family>,
    members: &mut Vec<Member>,
) {
    let [general, talk, openness, liking] = std::array::from_fn(|_| dice.normal());
    let mut animals: Vec<Animal> = Animal::ALL.into_iter().filter(|animal| animal.role() == Role::Child).collect();
    dice.shuffle(&mut animals);
    let first = members.len();
    for (&stage, &animal) in children.iter().zip(&animals) {
        members.push(Member {
            family: families.len(),
            plan,
            animal,
            role: Role::Child,
            school_year: SchoolYear::new(school_year(dice, stage)),
            permission: Permission::Yes,
            general: alike(general, dice.normal()),
            talk: alike(talk, dice.normal()),
            openness: alike(openness, dice.normal()),
            liking: alike(liking, dice.normal()),
        });
    }
    families.push(Family { plan, members: (first..members.len()).collect(), liking });
}

fn school_year(dice: &mut Dice, stage: KeyStage) -> u8 {
    let (youngest, weights): (u8, &[f64]) = match stage {
        KeyStage::Ks1 => (0, &[0.12, 0.4, 0.48]),
        KeyStage::Ks2 => (3, &[0.25, 0.27, 0.26, 0.22]),
        KeyStage::Ks3 => (7, &[0.45, 0.33, 0.22]),
    };
    youngest + u8::try_from(dice.weighted(weights)).unwrap_or(0)
}

/// Gives most families of a project one grown-up, and some a second.
fn add_adults(dice: &mut Dice, adults: usize, first_family: usize, families: &mut [Family], members: &mut Vec<Member>) {
    let mut order: Vec<usize> = (first_family..families.len()).collect();
    dice.shuffle(&mut order);
    // One family in ten sends its children with somebody else's grown-up.
    order.truncate(order.len() * 9 / 10);
    for (turn, animal) in [Animal::Sun, Animal::Moon].into_iter().enumerate() {
        for &family in order.iter().take(adults.saturating_sub(turn * order.len())) {
            let Some(&child) = families[family].members.first() else { continue };
            // A grown-up shares the family's talk about jobs with the children: they have the same talks.
            let talk = 0.6 * members[child].talk + 0.8 * dice.normal();
            families[family].members.push(members.len());
            members.push(Member {
                family,
                plan: families[family].plan,
                animal,
                role: Role::Adult,
                school_year: None,
                permission: Permission::Yes,
                general: alike(members[child].general, dice.normal()),
                talk,
                openness: dice.normal(),
                liking: families[family].liking,
            });
        }
    }
}

/// Decides who says no: whole families where the grown-up does, single children otherwise.
fn refuse(seed: u64, families: &[Family], members: &mut [Member]) {
    let dice = &mut Dice::new(seed, Purpose::Permission, 0);
    let mut order: Vec<usize> = (0..families.len()).collect();
    dice.shuffle(&mut order);
    let mut refused = 0;
    for &family in &order {
        let family = &families[family].members;
        let children = family.iter().filter(|&&member| members[member].role == Role::Child).count();
        if refused + children <= ADULT_NO {
            refused += children;
            for &member in family {
                members[member].permission = Permission::AdultNo;
            }
        }
    }
    let mut children: Vec<usize> = (0..members.len())
        .filter(|&member| members[member].role == Role::Child && members[member].permission == Permission::Yes)
        .collect();
    dice.shuffle(&mut children);
    for &child in children.iter().take(CHILD_NO) {
        members[child].permission = Permission::ChildNo;
    }
}
