//! New keys for people and families in every export, so that no file says who came first or whose card is whose.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::person::{CardCode, Role, SchoolYear};
use crate::store::RegisteredPerson;

/// A person under the keys of one export.
#[derive(Debug, Clone)]
pub struct Person {
    /// Key in the store; never written.
    pub id: i64,
    /// Place among the people of this export, from 1.
    pub number: usize,
    /// Place of their family, from 1.
    pub family: usize,
    /// Child or grown-up.
    pub role: Role,
    /// A child's school year.
    pub school_year: Option<SchoolYear>,
    /// The project of the family's card.
    pub project_id: i64,
    /// Sessions come to.
    pub sessions: i64,
}

impl Person {
    /// The key in the files: `P0001`.
    pub fn key(&self) -> String {
        format!("P{:04}", self.number)
    }

    /// The family's key in the files: `F0001`.
    pub fn family_key(&self) -> String {
        format!("F{:04}", self.family)
    }
}

/// People waiting for their new keys.
pub struct Rekeying {
    seed: [u8; 32],
    people: Vec<(u128, CardCode, Person)>,
}

impl Rekeying {
    /// Begins with 32 random bytes: the same bytes give the same people the same keys.
    pub fn new(seed: [u8; 32]) -> Rekeying {
        Rekeying { seed, people: Vec::new() }
    }

    /// Adds someone.
    pub fn add(&mut self, person: RegisteredPerson) {
        let RegisteredPerson { id, card, role, school_year, project_id, sessions } = person;
        let place = self.place("person", &id.to_be_bytes());
        let person = Person { id, number: 0, family: 0, role, school_year, project_id, sessions };
        self.people.push((place, card, person));
    }

    /// Everyone under their new keys, in the order of these: neither that of arrival nor that of cards.
    pub fn finish(mut self) -> Vec<Person> {
        let cards: BTreeMap<&CardCode, u128> =
            self.people.iter().map(|(_, card, _)| (card, self.place("family", card.as_str().as_bytes()))).collect();
        let mut shuffled: Vec<(u128, CardCode)> =
            cards.into_iter().map(|(card, place)| (place, card.clone())).collect();
        shuffled.sort();
        let families: BTreeMap<CardCode, usize> =
            shuffled.into_iter().zip(1..).map(|((_, card), number)| (card, number)).collect();
        self.people.sort_by_key(|(place, ..)| *place);
        let numbered = self.people.into_iter().zip(1..).map(|((_, card, mut person), number)| {
            person.number = number;
            person.family = families.get(&card).copied().unwrap_or(0);
            person
        });
        numbered.collect()
    }

    /// A place in an order that nobody without the seed can tell from a shuffle.
    fn place(&self, kind: &str, what: &[u8]) -> u128 {
        let digest = Sha256::new().chain_update(self.seed).chain_update(kind).chain_update(what).finalize();
        let mut first = [0; 16];
        first.copy_from_slice(&digest[..16]);
        u128::from_be_bytes(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Six families of three, in the order of their registration.
    fn keys(seed: u8) -> Vec<(i64, usize, usize)> {
        let mut rekeying = Rekeying::new([seed; 32]);
        for id in 1..=18_i64 {
            let byte = u8::try_from((id - 1) / 3 * 7).expect("small");
            let card = CardCode::from_random([byte, 1, 2, 3, 4]).expect("a code that may be issued");
            rekeying.add(RegisteredPerson {
                id,
                card,
                role: Role::Child,
                school_year: None,
                project_id: 1,
                sessions: 1,
            });
        }
        rekeying.finish().into_iter().map(|person| (person.id, person.number, person.family)).collect()
    }

    #[test]
    fn everyone_has_a_key_of_their_own_and_families_stay_together() {
        let keys = keys(1);
        assert_eq!(keys.iter().map(|(_, number, _)| *number).collect::<Vec<_>>(), (1..=18).collect::<Vec<_>>());
        for family in 1..=6 {
            let mut members: Vec<i64> = keys.iter().filter(|key| key.2 == family).map(|key| (key.0 - 1) / 3).collect();
            assert_eq!(members.len(), 3);
            members.dedup();
            assert_eq!(members.len(), 1);
        }
    }

    #[test]
    fn the_order_is_that_of_neither_arrival_nor_cards_and_is_another_in_every_export() {
        let first = keys(1);
        assert_eq!(first, keys(1));
        assert_ne!(first, keys(2));
        let arrivals: Vec<i64> = first.iter().map(|key| key.0).collect();
        assert!(!arrivals.is_sorted());
        let mut families: Vec<(i64, usize)> = first.iter().map(|key| ((key.0 - 1) / 3, key.2)).collect();
        families.sort_unstable();
        assert!(!families.iter().map(|key| key.1).collect::<Vec<_>>().is_sorted());
    }
}
