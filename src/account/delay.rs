//! How long somebody waits after wrong passwords: twice as long each time, for each name, and never for an
//! address, because a whole hall shares one.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use super::handle_of;

const SECOND_US: i64 = 1_000_000;

/// Slips that cost nothing.
const FREE: u32 = 3;

/// The longest wait: an attacker has some twenty tries an hour, and a person locked out by one has coffee.
const LONGEST_US: i64 = 15 * 60 * SECOND_US;

/// Places for names, so that made-up ones fill no memory. Nothing is ever pushed out to make room, or whoever makes up
/// enough names would be free to go on with the one they are after; now and then two names share a place, and a wait.
const PLACES: u64 = 1 << 16;

/// Wrong passwords by the place of the name, unknown names as known ones, so that nobody learns which there are.
/// Which place a name has is this server's secret.
#[derive(Debug, Default)]
pub struct Slips {
    places: RandomState,
    slips: HashMap<u64, Slip>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Slip {
    count: u32,
    until_us: i64,
}

impl Slips {
    /// Microseconds until this name may be tried again; nothing if now.
    pub fn wait_us(&self, name: &str, now_us: i64) -> Option<i64> {
        let slip = self.slips.get(&self.place(name))?;
        (slip.until_us > now_us).then(|| slip.until_us - now_us)
    }

    /// Notes a wrong password.
    pub fn note(&mut self, name: &str, now_us: i64) {
        let slip = self.slips.entry(self.place(name)).or_default();
        slip.count = slip.count.saturating_add(1);
        slip.until_us = now_us + delay_us(slip.count);
    }

    /// Forgets what was wrong, once it was right.
    pub fn forget(&mut self, name: &str) {
        self.slips.remove(&self.place(name));
    }

    /// The same for each spelling by which the account is found.
    fn place(&self, name: &str) -> u64 {
        self.places.hash_one(handle_of(name)) % PLACES
    }
}

/// The wait after so many wrong passwords in a row.
fn delay_us(count: u32) -> i64 {
    match count.checked_sub(FREE) {
        None | Some(0) => 0,
        Some(more) => SECOND_US.checked_shl(more - 1).filter(|us| *us > 0).map_or(LONGEST_US, |us| us.min(LONGEST_US)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_slips_are_free_and_then_the_wait_doubles_to_a_quarter_of_an_hour() {
        let seconds = |count| delay_us(count) / SECOND_US;
        assert_eq!(
            [1, 2, 3, 4, 5, 6, 12, 13, 14, 90, u32::MAX].map(seconds),
            [0, 0, 0, 1, 2, 4, 256, 512, 900, 900, 900]
        );
    }

    #[test]
    fn an_hour_of_guessing_has_some_twenty_tries_and_nobody_else_waits() {
        let mut slips = Slips::default();
        let (mut now_us, mut tries) = (0, 0);
        while now_us < 3_600 * SECOND_US {
            match slips.wait_us("Anna", now_us) {
                Some(wait) => now_us += wait,
                None => {
                    tries += 1;
                    slips.note("anna", now_us);
                }
            }
        }
        assert!((10..=20).contains(&tries), "{tries} tries");
        assert_eq!(slips.wait_us(&another(&slips, "anna"), now_us), None);
        slips.forget("ANNA");
        assert_eq!(slips.wait_us("anna", now_us), None);
    }

    /// A name with a place of its own.
    fn another(slips: &Slips, than: &str) -> String {
        let mut names = (0..).map(|n| format!("Ben {n}"));
        names.find(|name| slips.place(name) != slips.place(than)).expect("there are more places than one")
    }

    #[test]
    fn every_spelling_of_a_name_waits_with_it() {
        let mut slips = Slips::default();
        for spelling in ["anna", " anna", "ANNA\t", "Anna\u{a0}", "\u{2003}anna\u{3000}"] {
            slips.note(spelling, 0);
        }
        for spelling in ["anna ", "aNNa"] {
            assert_eq!(slips.wait_us(spelling, 0), Some(2 * SECOND_US), "{spelling:?}");
        }
    }

    #[test]
    fn made_up_names_fill_no_memory_and_free_no_name() {
        let mut slips = Slips::default();
        for _ in 0..20 {
            slips.note("anna", 0);
        }
        for n in 0..200_000 {
            slips.note(&format!("name {n}"), n);
        }
        assert!(u64::try_from(slips.slips.len()).expect("fits") <= PLACES);
        assert!(slips.wait_us("anna", 200_000).is_some_and(|wait| wait > LONGEST_US - SECOND_US));
    }
}
