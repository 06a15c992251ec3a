//! The printed cards: given out, given again for lost ones, and spare.

use std::collections::BTreeSet;

use crate::person::CardCode;

use super::CardRecord;
use super::dice::{Dice, Purpose};
use super::families::Family;
use super::plans::PLANS;

/// Cards printed for the whole programme.
const PRINTED: usize = 1400;
/// Lost cards that were given again.
const GIVEN_AGAIN: usize = 38;
/// Printed for a project and never given out, so that a newcomer can try it.
pub(super) const SPARE: &str = "PENC4T";

/// Cards of all families in their order, then those given in place of lost ones (`lost` first, then
/// others), then spares. `issued_at` says at which session a family came first.
pub(super) fn cards(seed: u64, families: &[Family], issued_at: &[usize], lost: &[(usize, usize)]) -> Vec<CardRecord> {
    let dice = &mut Dice::new(seed, Purpose::Cards, 0);
    let spare = CardCode::parse(SPARE).ok();
    let mut drawn: BTreeSet<CardCode> = spare.iter().cloned().collect();
    let mut draw = |dice: &mut Dice| loop {
        if let Some(code) = CardCode::from_random(dice.bytes()).filter(|code| drawn.insert(code.clone())) {
            return code;
        }
    };
    let mut cards: Vec<CardRecord> = families
        .iter()
        .zip(issued_at)
        .map(|(family, &session)| CardRecord {
            code: draw(dice),
            project: family.plan,
            issued_at: Some(session),
            replaces: None,
        })
        .collect();
    let mut lost = lost.to_vec();
    while lost.len() < GIVEN_AGAIN {
        let family = dice.below(families.len());
        if lost.iter().all(|&(other, _)| other != family) {
            lost.push((family, issued_at[family]));
        }
    }
    for (family, session) in lost {
        let project = families[family].plan;
        cards.push(CardRecord { code: draw(dice), project, issued_at: Some(session), replaces: Some(family) });
    }
    let second = spare.map(|code| CardRecord { code, project: 1, issued_at: None, replaces: None });
    cards.extend(second);
    for project in (0..PLANS.len()).cycle() {
        if cards.len() >= PRINTED {
            break;
        }
        cards.push(CardRecord { code: draw(dice), project, issued_at: None, replaces: None });
    }
    cards
}
