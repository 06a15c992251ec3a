//! Left and right, and the order of tiles: different between people, the same for one person at
//! every wave, so that a change of answer is never a change of place. The tablet works it out the same
//! way (`static/tablet/order.js`); `tests/tables/orders.json` holds the two together.

use sha2::{Digest, Sha256};

use crate::person::{Animal, CardCode};

/// The arrangement one person sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    /// Whether left and right are swapped.
    pub swapped: bool,
    /// The beginning of a hash; written in hexadecimal where it is hashed again.
    seed: u64,
}

impl Order {
    /// The arrangement of a person, from nothing but who they are.
    pub fn of(card: &CardCode, animal: Animal) -> Order {
        let digest = Sha256::digest(format!("order of {} {}", card.as_str(), animal.code()));
        let seed = digest.iter().take(8).fold(0, |seed: u64, &byte| seed << 8 | u64::from(byte));
        Order { swapped: digest[8] & 1 == 1, seed }
    }

    /// The things of a list in this person's order. `list` names the list, so that two lists of a
    /// survey do not share their order.
    pub fn shuffled<'a, T>(self, list: &str, things: &'a [T]) -> Vec<&'a T> {
        let mut keyed: Vec<(u64, &T)> = things
            .iter()
            .enumerate()
            .map(|(index, thing)| {
                let digest = Sha256::digest(format!("{:016x} {list} {index}", self.seed));
                (digest.iter().take(8).fold(0, |key: u64, &byte| key << 8 | u64::from(byte)), thing)
            })
            .collect();
        keyed.sort_by_key(|(key, _)| *key);
        keyed.into_iter().map(|(_, thing)| thing).collect()
    }

    /// The two of a pair, swapped or not.
    pub fn pair<T>(self, left: T, right: T) -> [T; 2] {
        if self.swapped { [right, left] } else { [left, right] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(animal: Animal) -> Order {
        Order::of(&CardCode::parse("PEN-C4T").expect("a valid code"), animal)
    }

    #[test]
    fn a_person_has_one_order_for_ever() {
        assert_eq!(order(Animal::Fox), order(Animal::Fox));
        let jobs = ["chef", "vet", "farmer", "plumber"];
        assert_eq!(order(Animal::Fox).shuffled("K2-AW1", &jobs), order(Animal::Fox).shuffled("K2-AW1", &jobs));
    }

    #[test]
    fn the_table_of_orders_holds_here_as_on_the_tablet() {
        #[derive(serde::Deserialize)]
        struct Case {
            card: CardCode,
            animal: Animal,
            list: String,
            swapped: bool,
            shuffled: Vec<usize>,
        }
        let cases: Vec<Case> =
            serde_json::from_str(include_str!("../../../tests/tables/orders.json")).expect("a table of cases");
        assert!(cases.len() > 5);
        for case in cases {
            let order = Order::of(&case.card, case.animal);
            let things: Vec<usize> = (0..case.shuffled.len()).collect();
            let found: Vec<usize> = order.shuffled(&case.list, &things).into_iter().copied().collect();
            assert_eq!((order.swapped, found), (case.swapped, case.shuffled));
        }
    }

    #[test]
    fn a_shuffled_list_loses_nothing() {
        let jobs: Vec<usize> = (0..22).collect();
        let mut shuffled: Vec<usize> = order(Animal::Owl).shuffled("K2-AW1", &jobs).into_iter().copied().collect();
        assert_ne!(shuffled, jobs);
        shuffled.sort_unstable();
        assert_eq!(shuffled, jobs);
    }

    #[test]
    fn about_half_of_all_people_are_swapped() {
        let swapped = (0..=252_u8)
            .filter_map(|byte| CardCode::from_random([byte, 7, 11, 13, 17]))
            .filter(|card| Order::of(card, Animal::Fox).swapped)
            .count();
        assert!((90..=160).contains(&swapped), "{swapped} of about 250");
    }
}
