//! Codes that were tried and are nobody's card, families that were taken out by a code alone, and answers that were emptied
//! by a tablet's word alone. Every door that
//! tells a card's code from another one counts here, each session by itself: guessing at one door closes no other
//! session's families out. Kept in memory: a restart forgets it.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Codes of no card at one session, or at the doors where no session is chosen yet, in [`SPAN_US`]: after so many no
/// family is taken out there by itself.
const BEFORE_LEADER: usize = 10;

/// … and after so many no card is told from another code there. Sixty families mistype less than half of that.
const BEFORE_SILENCE: usize = 60;

/// The same where no session is chosen yet: every family of every programme comes by.
const BEFORE_SILENCE_IN_FRONT: usize = 240;

const SPAN_US: i64 = 10 * 60 * 1_000_000;

/// Families that one session's codes take out by themselves in [`SPAN_US`], and in [`DAY_US`]. Right codes are counted,
/// too: a list of them must not empty a programme.
const FAMILIES: usize = 3;
const FAMILIES_A_DAY: usize = 10;

const DAY_US: i64 = 24 * 60 * 60 * 1_000_000;

/// What families take out at home is counted under; no session has this key.
pub const AT_HOME: i64 = 0;

/// What was tried lately, by session; none where no session is chosen yet.
#[derive(Default)]
pub struct Guesses(Mutex<HashMap<Option<i64>, Tried>>);

/// The moments of what was tried at one session.
#[derive(Default)]
struct Tried {
    wrong: VecDeque<i64>,
    out: VecDeque<i64>,
    emptied: VecDeque<i64>,
}

impl Guesses {
    /// Whether a card may still be told from another code at this session, or in front of all of them.
    pub fn may_look(&self, session: Option<i64>, now_us: i64) -> bool {
        let most = if session.is_some() { BEFORE_SILENCE } else { BEFORE_SILENCE_IN_FRONT };
        self.at(session, now_us, |tried| tried.wrong.len() < most)
    }

    /// Whether a family may still be taken out by its code alone.
    pub fn may_take_out(&self, session: i64, now_us: i64) -> bool {
        self.at(Some(session), now_us, |tried| tried.has_place(now_us))
    }

    /// Notes a code that is nobody's.
    pub fn was_wrong(&self, session: Option<i64>, now_us: i64) {
        self.at(session, now_us, |tried| tried.wrong.push_back(now_us));
    }

    /// Notes that a family goes, where one more may; of many that ask at once no more go than may.
    pub fn takes_out(&self, session: i64, now_us: i64) -> bool {
        self.at(Some(session), now_us, |tried| {
            let free = tried.has_place(now_us);
            if free {
                tried.out.push_back(now_us);
            }
            free
        })
    }

    /// Notes that an answer which had come is emptied because a tablet says that somebody stopped, where one more may.
    /// It happens where two pages had one questionnaire: not to a hall full of people.
    pub fn empties(&self, session: i64, now_us: i64) -> bool {
        self.at(Some(session), now_us, |tried| {
            let free = few(&tried.emptied, now_us);
            if free {
                tried.emptied.push_back(now_us);
            }
            free
        })
    }

    fn at<T>(&self, session: Option<i64>, now_us: i64, with: impl FnOnce(&mut Tried) -> T) -> T {
        let mut all: MutexGuard<'_, _> = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let tried = all.entry(session).or_default();
        forget(&mut tried.wrong, now_us - SPAN_US);
        forget(&mut tried.out, now_us - DAY_US);
        forget(&mut tried.emptied, now_us - DAY_US);
        with(tried)
    }
}

impl Tried {
    /// Whether one more family may go by its code alone.
    fn has_place(&self, now_us: i64) -> bool {
        self.wrong.len() < BEFORE_LEADER && few(&self.out, now_us)
    }
}

/// Whether it was done to so few lately, and today, that one more may follow.
fn few(moments: &VecDeque<i64>, now_us: i64) -> bool {
    let lately = moments.iter().filter(|then| now_us - **then <= SPAN_US).count();
    lately < FAMILIES && moments.len() < FAMILIES_A_DAY
}

fn forget(moments: &mut VecDeque<i64>, before_us: i64) {
    while moments.front().is_some_and(|then| *then < before_us) {
        moments.pop_front();
    }
    // Whoever goes on trying where nobody is told anything fills no memory.
    while moments.len() > BEFORE_SILENCE_IN_FRONT {
        moments.pop_front();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_wrong_codes_leave_taking_out_to_the_leader_for_ten_minutes_at_that_session_alone() {
        let guesses = Guesses::default();
        for n in 0..10 {
            assert!(guesses.may_take_out(1, n), "try {n}");
            guesses.was_wrong(Some(1), n);
        }
        assert!(!guesses.may_take_out(1, 10) && !guesses.may_take_out(1, SPAN_US));
        assert!(guesses.may_take_out(2, 10), "another session's families go on");
        assert!(guesses.may_look(Some(1), 10), "and here cards are still looked up");
        assert!(guesses.may_take_out(1, SPAN_US + 1), "the first is forgotten");
    }

    #[test]
    fn sixty_wrong_codes_end_the_looking_up_at_that_session_alone() {
        let guesses = Guesses::default();
        for n in 0..60 {
            assert!(guesses.may_look(Some(1), n));
            guesses.was_wrong(Some(1), n);
        }
        assert!(!guesses.may_look(Some(1), 60));
        assert!(guesses.may_look(Some(2), 60) && guesses.may_look(None, 60));
        for n in 60..300 {
            assert!(guesses.may_look(None, n));
            guesses.was_wrong(None, n);
        }
        assert!(!guesses.may_look(None, 300));
    }

    #[test]
    fn right_codes_take_out_three_families_in_ten_minutes_and_ten_a_day() {
        let guesses = Guesses::default();
        for _ in 0..3 {
            assert!(guesses.takes_out(1, 0));
        }
        assert!(!guesses.takes_out(1, 1) && guesses.takes_out(2, 1));
        let mut gone = 3;
        for hour in 1..23_i64 {
            gone += i64::from(guesses.takes_out(1, hour * 3_600_000_000));
        }
        assert_eq!(gone, 10);
        assert!(guesses.takes_out(1, DAY_US + 1));
    }

    #[test]
    fn a_tablets_word_empties_three_answers_in_ten_minutes_and_keeps_no_family_from_going() {
        let guesses = Guesses::default();
        for _ in 0..3 {
            assert!(guesses.empties(1, 0));
        }
        assert!(!guesses.empties(1, 1) && guesses.empties(2, 1) && guesses.takes_out(1, 1));
        assert!(guesses.empties(1, SPAN_US + 1));
    }
}
