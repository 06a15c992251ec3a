//! How far packs are that are being downloaded, for the bar beside their links. Kept in memory, of the last few: a pack
//! is asked about for as long as it takes.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;

/// Packs that are remembered. More are hardly made at once.
const REMEMBERED: usize = 64;

/// The packs under way, and those that ended last.
#[derive(Default)]
pub struct Packs(Mutex<VecDeque<(String, Packed)>>);

/// How far a pack is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Packed {
    /// People whose rows are written.
    pub people: usize,
    /// Of how many.
    pub of: usize,
    /// Whether more is to come, and if not, why not.
    pub state: State,
}

/// Whether more of a pack is to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// None was asked for lately.
    NotBegun,
    /// It is being made.
    UnderWay,
    /// All of it was handed out.
    Whole,
    /// It was not made to its end, or nobody took the rest.
    BrokenOff,
}

impl Packs {
    /// Says how far a pack is: by the key it is asked about with.
    pub fn note(&self, key: &str, packed: Packed) {
        let mut packs = self.lock();
        match packs.iter_mut().find(|(known, _)| known == key) {
            Some((_, known)) => *known = packed,
            None => packs.push_back((key.to_owned(), packed)),
        }
        if packs.len() > REMEMBERED {
            packs.pop_front();
        }
    }

    /// How far it is.
    pub fn of(&self, key: &str) -> Packed {
        let packed = self.lock().iter().find(|(known, _)| known == key).map(|(_, packed)| *packed);
        packed.unwrap_or(Packed { people: 0, of: 0, state: State::NotBegun })
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<(String, Packed)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_packs_are_remembered_each_as_it_was_noted_last() {
        let packs = Packs::default();
        let at = |people| Packed { people, of: 9, state: State::UnderWay };
        for n in 0..=REMEMBERED {
            packs.note(&format!("pack {n}"), at(n));
        }
        packs.note("pack 1", Packed { state: State::Whole, ..at(9) });
        assert_eq!(packs.of("pack 0").state, State::NotBegun);
        assert_eq!(packs.of("pack 1"), Packed { people: 9, of: 9, state: State::Whole });
        assert_eq!(packs.of("pack 2"), at(2));
    }
}
