//! Who stopped or said no at a session today: the leader sees them on the board, nobody is asked twice, and who says no
//! on two tablets is counted once. Kept in memory, and written down nowhere: a restart, the end of the session, the next
//! day and a family that takes its answers out forget it.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::person::{Animal, CardCode};
use crate::session::board::NoAnswer;
use crate::session::{Declined, Session};
use crate::survey::Wave;

/// Somebody who was asked at a session and did not answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unanswered {
    /// Their family's card.
    pub card: CardCode,
    /// Their picture.
    pub animal: Animal,
    /// What they were asked.
    pub wave: Wave,
    /// Why there is no answer.
    pub how: NoAnswer,
}

/// Today's unwilling, by session.
#[derive(Default)]
pub struct Unwilling(Mutex<Today>);

#[derive(Default)]
struct Today {
    day: String,
    sessions: HashMap<i64, There>,
}

#[derive(Default)]
struct There {
    held_on: String,
    people: Vec<Unanswered>,
    counted: HashSet<Counted>,
}

/// A *No* that was counted: a grown-up's holds for all children of a card, another for one questionnaire of one person.
type Counted = (CardCode, Declined, Option<(Animal, Wave)>);

impl Unwilling {
    /// Keeps that somebody stopped or said no; the last word holds.
    pub fn keep(&self, session: &Session, person: Unanswered, today: &str) {
        let mut kept = self.on(today);
        let there = kept.sessions.entry(session.id).or_default();
        there.held_on.clone_from(&session.held_on);
        let same = |one: &Unanswered| (&one.card, one.animal, one.wave) == (&person.card, person.animal, person.wave);
        there.people.retain(|one| !same(one));
        there.people.push(person);
    }

    /// Whether this *No* was not counted yet; from now on it was.
    pub fn counts(&self, session: i64, no: (Declined, &Unanswered), today: &str) -> bool {
        self.on(today).sessions.entry(session).or_default().counted.insert(counted(no))
    }

    /// Takes back that a *No* was counted, where it could not be.
    pub fn was_not_counted(&self, session: i64, no: (Declined, &Unanswered), today: &str) {
        if let Some(there) = self.on(today).sessions.get_mut(&session) {
            there.counted.remove(&counted(no));
        }
    }

    /// Who stopped or said no at a session.
    pub fn at(&self, session: i64, today: &str) -> Vec<Unanswered> {
        self.on(today).sessions.get(&session).map(|there| there.people.clone()).unwrap_or_default()
    }

    /// Who of a family did, with the day of the session.
    pub fn of_family(&self, cards: &[CardCode], today: &str) -> Vec<(String, Unanswered)> {
        let kept = self.on(today);
        let all = kept.sessions.values().flat_map(|there| there.people.iter().map(|one| (&there.held_on, one)));
        let mut theirs: Vec<(String, Unanswered)> = all
            .filter(|(_, one)| cards.contains(&one.card))
            .map(|(held_on, one)| (held_on.clone(), one.clone()))
            .collect();
        theirs.sort_by_key(|(held_on, one)| (held_on.clone(), one.animal.code(), one.wave.code()));
        theirs
    }

    /// Forgets a session.
    pub fn forget_session(&self, session: i64) {
        self.lock().sessions.remove(&session);
    }

    /// Forgets a family.
    pub fn forget_family(&self, cards: &[CardCode]) {
        for there in self.lock().sessions.values_mut() {
            there.people.retain(|one| !cards.contains(&one.card));
            there.counted.retain(|(card, ..)| !cards.contains(card));
        }
    }

    /// Forgets every other day.
    pub fn forget_other_days(&self, today: &str) {
        drop(self.on(today));
    }

    fn on(&self, today: &str) -> MutexGuard<'_, Today> {
        let mut kept = self.lock();
        if kept.day != today {
            *kept = Today { day: today.to_owned(), sessions: HashMap::new() };
        }
        kept
    }

    fn lock(&self) -> MutexGuard<'_, Today> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn counted((declined, person): (Declined, &Unanswered)) -> Counted {
    let own = (declined != Declined::Children).then_some((person.animal, person.wave));
    (person.card.clone(), declined, own)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::SessionRole;

    const TODAY: &str = "2026-05-16";

    fn session(id: i64) -> Session {
        Session {
            id,
            key: format!("key{id}"),
            project_id: 1,
            held_on: TODAY.to_owned(),
            place: String::new(),
            role: SessionRole::Single,
            closed_at_us: None,
            afters_us: None,
        }
    }

    fn fox(card: &str, how: NoAnswer) -> Unanswered {
        Unanswered { card: CardCode::parse(card).expect("a code"), animal: Animal::Fox, wave: Wave::Pre, how }
    }

    /// Two families, of whom one said no at two sessions and the other at one.
    fn kept() -> (Unwilling, [Unanswered; 2]) {
        let mut bytes = [0_u8; 5];
        let mut code = |n| {
            bytes[4] = n;
            CardCode::from_random(bytes).expect("a code").to_string()
        };
        let families = [fox(&code(1), NoAnswer::SaidNo), fox(&code(2), NoAnswer::Stopped)];
        let unwilling = Unwilling::default();
        for (id, family) in [(1, 0), (2, 0), (2, 1)] {
            unwilling.keep(&session(id), families[family].clone(), TODAY);
            assert!(unwilling.counts(id, (Declined::Child, &families[family]), TODAY));
        }
        (unwilling, families)
    }

    #[test]
    fn a_no_is_counted_once_at_a_session_until_it_is_forgotten() {
        let (unwilling, [one, _]) = kept();
        assert!(!unwilling.counts(1, (Declined::Child, &one), TODAY), "on another tablet");
        assert!(unwilling.counts(1, (Declined::Children, &one), TODAY), "their grown-up's is another one");
        let bee = Unanswered { animal: Animal::Bee, ..one.clone() };
        assert!(!unwilling.counts(1, (Declined::Children, &bee), TODAY), "and is for all of their children");
        let after = Unanswered { wave: Wave::PostSame, ..one.clone() };
        assert!(unwilling.counts(1, (Declined::Child, &after), TODAY), "another questionnaire is asked by itself");
        unwilling.was_not_counted(1, (Declined::Child, &one), TODAY);
        assert!(unwilling.counts(1, (Declined::Child, &one), TODAY), "what failed is tried again");
        assert!(unwilling.counts(1, (Declined::Child, &one), "2026-05-17"), "the next day knows nobody");
    }

    #[test]
    fn the_unwilling_are_forgotten_with_their_session_their_family_and_the_day() {
        let (unwilling, [one, other]) = kept();
        let again = Unanswered { how: NoAnswer::Stopped, ..one.clone() };
        unwilling.keep(&session(1), again.clone(), TODAY);
        assert_eq!(unwilling.at(1, TODAY), [again], "the last word holds");
        unwilling.forget_session(1);
        assert_eq!((unwilling.at(1, TODAY).len(), unwilling.at(2, TODAY).len()), (0, 2));
        unwilling.forget_family(std::slice::from_ref(&one.card));
        assert_eq!(unwilling.at(2, TODAY), std::slice::from_ref(&other));
        assert_eq!(unwilling.of_family(std::slice::from_ref(&one.card), TODAY), []);
        let theirs = unwilling.of_family(std::slice::from_ref(&other.card), TODAY);
        assert_eq!(theirs, [(TODAY.to_owned(), other)]);
        unwilling.forget_other_days("2026-05-17");
        assert!(unwilling.at(2, "2026-05-17").is_empty() && unwilling.at(2, TODAY).is_empty());
    }
}
