//! Who counts as whom: what people decided about lost cards, swapped pictures and answers that are somebody
//! else's. Pure: the same decisions and people always give the same, in whatever order they came.

use std::collections::{BTreeMap, BTreeSet};

use crate::person::{Animal, CardCode};

/// A person as a card names them.
pub type Key = (CardCode, Animal);

/// How sure whoever decided was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// The lost card, or its stub, was there to look at.
    Card,
    /// The leader knows the family.
    Sure,
    /// It fits.
    Likely,
}

impl Confidence {
    /// Every one, the surest first.
    pub const ALL: [Confidence; 3] = [Confidence::Card, Confidence::Sure, Confidence::Likely];

    /// The stored code.
    pub fn code(self) -> &'static str {
        match self {
            Confidence::Card => "card",
            Confidence::Sure => "sure",
            Confidence::Likely => "likely",
        }
    }

    /// What people read.
    pub fn words(self) -> &'static str {
        match self {
            Confidence::Card => "I have seen the card or its stub",
            Confidence::Sure => "I am sure: I know the family",
            Confidence::Likely => "It is likely: it fits",
        }
    }

    /// Reads a stored code; `None` for anything else.
    pub fn from_code(code: &str) -> Option<Confidence> {
        Confidence::ALL.into_iter().find(|one| one.code() == code)
    }
}

/// Something a person decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// A spare card leads to the family of another card.
    Tie {
        /// The spare card.
        card: CardCode,
        /// The card of the family.
        to: CardCode,
    },
    /// Two people are one.
    Same {
        /// This one counts
        person: Key,
        /// as that one.
        to: Key,
    },
    /// A response is somebody else's than its card and picture say.
    Move {
        /// Its id.
        response: String,
        /// Whose it is.
        to: Key,
    },
    /// A response is kept and never counted.
    Aside {
        /// Its id.
        response: String,
    },
}

/// The decisions that stand.
#[derive(Debug, Clone, Default)]
pub struct Links {
    cards: BTreeMap<CardCode, CardCode>,
    people: BTreeMap<Key, Key>,
    responses: BTreeMap<String, Key>,
    aside: BTreeSet<String>,
}

impl Links {
    /// The links that these decisions make; of two about one thing the later.
    pub fn of(decisions: impl IntoIterator<Item = Decision>) -> Links {
        let mut links = Links::default();
        for decision in decisions {
            match decision {
                Decision::Tie { card, to } => drop(links.cards.insert(card, to)),
                Decision::Same { person, to } => drop(links.people.insert(person, to)),
                Decision::Move { response, to } => drop(links.responses.insert(response, to)),
                Decision::Aside { response } => drop(links.aside.insert(response)),
            }
        }
        links
    }

    /// Whether nothing was decided.
    pub fn is_empty(&self) -> bool {
        self.cards.is_empty() && self.people.is_empty() && self.responses.is_empty() && self.aside.is_empty()
    }

    /// Whose a response is: as was decided, or as it was sent.
    pub fn sender<'a>(&'a self, response: &str, sent: &'a Key) -> &'a Key {
        self.responses.get(response).unwrap_or(sent)
    }

    /// Whether a response was set aside.
    pub fn is_aside(&self, response: &str) -> bool {
        self.aside.contains(response)
    }

    /// The card whose family a card leads to.
    pub fn family(&self, card: &CardCode) -> CardCode {
        end_of(card.clone(), |card| self.cards.get(card).cloned())
    }

    /// The key that somebody's links lead to. Whoever leads to the same key is the same person.
    pub fn end(&self, key: &Key) -> Key {
        end_of(key.clone(), |key| {
            let (card, animal) = key;
            self.people.get(key).cloned().or_else(|| Some((self.cards.get(card)?.clone(), *animal)))
        })
    }

    /// For each of these people the one they count as: of those who are one, the one at the end of the links, or
    /// the first by card and picture where nobody is known there.
    pub fn counts_as(&self, people: &BTreeMap<i64, Key>) -> BTreeMap<i64, i64> {
        let mut together: BTreeMap<Key, Vec<(bool, &Key, i64)>> = BTreeMap::new();
        for (id, key) in people {
            let end = self.end(key);
            let is_end = end == *key;
            together.entry(end).or_default().push((!is_end, key, *id));
        }
        let mut counts_as = BTreeMap::new();
        for mut same in together.into_values() {
            same.sort_unstable();
            let (_, _, first) = same[0];
            counts_as.extend(same.into_iter().map(|(_, _, id)| (id, first)));
        }
        counts_as
    }
}

/// Where steps lead. Those that go round in a circle all lead to its least member.
fn end_of<T: Clone + Ord>(from: T, step: impl Fn(&T) -> Option<T>) -> T {
    let mut way = vec![from];
    loop {
        let here = &way[way.len() - 1];
        let Some(next) = step(here) else { return here.clone() };
        if let Some(start) = way.iter().position(|earlier| *earlier == next) {
            return way[start..].iter().min().cloned().unwrap_or(next);
        }
        way.push(next);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(n: usize) -> CardCode {
        CardCode::parse(["A2A-2AW", "K7F-3MR", "PEN-C4T"][n]).expect("a code of the brief")
    }

    fn fox(n: usize) -> Key {
        (card(n), Animal::Fox)
    }

    fn owl(n: usize) -> Key {
        (card(n), Animal::Owl)
    }

    fn tie(from: usize, to: usize) -> Decision {
        Decision::Tie { card: card(from), to: card(to) }
    }

    fn same(person: Key, to: Key) -> Decision {
        Decision::Same { person, to }
    }

    #[test]
    fn a_spare_card_leads_to_the_same_people() {
        let links = Links::of([tie(1, 0)]);
        assert_eq!(links.family(&card(1)), card(0));
        assert_eq!(links.end(&fox(1)), fox(0));
        let people = BTreeMap::from([(1, fox(0)), (2, fox(1)), (3, owl(1)), (4, fox(2))]);
        let counts_as = links.counts_as(&people);
        assert_eq!(counts_as, BTreeMap::from([(1, 1), (2, 1), (3, 3), (4, 4)]), "the owl is new with the spare card");
    }

    #[test]
    fn a_second_spare_card_leads_through_the_first() {
        let links = Links::of([tie(2, 1), tie(1, 0)]);
        assert_eq!(links.family(&card(2)), card(0));
        let people = BTreeMap::from([(7, fox(2)), (8, fox(1))]);
        assert_eq!(links.counts_as(&people), BTreeMap::from([(7, 8), (8, 8)]), "nobody is known on the first card");
    }

    #[test]
    fn a_swapped_picture_counts_as_the_other_whatever_the_cards_say() {
        let links = Links::of([tie(1, 0), same(fox(1), owl(0))]);
        assert_eq!(links.end(&fox(1)), owl(0));
        assert_eq!(links.end(&owl(1)), owl(0));
    }

    #[test]
    fn links_in_a_circle_make_one_person_wherever_one_begins() {
        let links = Links::of([same(fox(0), fox(1)), same(fox(1), fox(2)), same(fox(2), fox(0)), same(owl(0), fox(0))]);
        let ends: BTreeSet<Key> = [fox(0), fox(1), fox(2), owl(0)].iter().map(|key| links.end(key)).collect();
        assert_eq!(ends.len(), 1);
    }

    #[test]
    fn a_response_is_whose_it_was_decided_to_be() {
        let links = Links::of([Decision::Move { response: "r".to_owned(), to: owl(0) }]);
        assert_eq!(links.sender("r", &fox(0)), &owl(0));
        assert_eq!(links.sender("s", &fox(0)), &fox(0));
    }
}
