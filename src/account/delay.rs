//! How long somebody waits after wrong passwords: twice as long each time, for each name, and never for an
//! address, because a whole hall shares one.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

const SECOND_US: i64 = 1_000_000;

/// Slips that cost nothing.
const FREE: u32 = 3;

/// The longest wait: an attacker has some twenty tries an hour, and a person locked out by one has coffee.
const LONGEST_US: i64 = 15 * 60 * SECOND_US;

/// Names remembered at once. Past it the one that waits no longer, longest ago, is forgotten.
const REMEMBERED: usize = 10_000;

/// Names with wrong passwords, by digest, so that unknown names are remembered like known ones and nobody
/// learns which there are.
#[derive(Debug, Default)]
pub struct Slips(HashMap<[u8; 32], Slip>);

#[derive(Debug, Clone, Copy)]
struct Slip {
    count: u32,
    until_us: i64,
}

impl Slips {
    /// Microseconds until this name may be tried again; nothing if now.
    pub fn wait_us(&self, name: &str, now_us: i64) -> Option<i64> {
        let slip = self.0.get(&key(name))?;
        (slip.until_us > now_us).then(|| slip.until_us - now_us)
    }

    /// Notes a wrong password.
    pub fn note(&mut self, name: &str, now_us: i64) {
        if self.0.len() >= REMEMBERED {
            let oldest = self.0.iter().min_by_key(|(_, slip)| slip.until_us).map(|(key, _)| *key);
            oldest.map(|key| self.0.remove(&key));
        }
        let slip = self.0.entry(key(name)).or_insert(Slip { count: 0, until_us: 0 });
        slip.count = slip.count.saturating_add(1);
        slip.until_us = now_us + delay_us(slip.count);
    }

    /// Forgets what was wrong, once it was right.
    pub fn forget(&mut self, name: &str) {
        self.0.remove(&key(name));
    }
}

/// The wait after so many wrong passwords in a row.
fn delay_us(count: u32) -> i64 {
    match count.checked_sub(FREE) {
        None | Some(0) => 0,
        Some(more) => SECOND_US.checked_shl(more - 1).filter(|us| *us > 0).map_or(LONGEST_US, |us| us.min(LONGEST_US)),
    }
}

fn key(name: &str) -> [u8; 32] {
    Sha256::digest(name.to_lowercase()).into()
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
        assert_eq!(slips.wait_us("Ben", now_us), None);
        slips.forget("ANNA");
        assert_eq!(slips.wait_us("anna", now_us), None);
    }

    #[test]
    fn a_million_made_up_names_do_not_fill_the_memory() {
        let mut slips = Slips::default();
        for n in 0..REMEMBERED as i64 + 50 {
            slips.note(&format!("name {n}"), n);
        }
        assert_eq!(slips.0.len(), REMEMBERED);
    }
}
