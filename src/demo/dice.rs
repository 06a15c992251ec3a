//! Chance that is the same on every machine: named streams of one seeded generator.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

/// What a stream of draws is for. Each purpose and person has a stream of its own, so that a new
/// question or a longer list of quotes moves nothing else: the figures of the sample stay put.
///
/// The numbers are part of the sample; never reuse or reorder them.
#[derive(Debug, Clone, Copy)]
#[repr(u8)]
pub(super) enum Purpose {
    /// Card codes.
    Cards = 1,
    /// Who belongs to which family, and what they are like.
    Families = 2,
    /// Who says no.
    Permission = 3,
    /// Which sessions a family comes to.
    Attendance = 4,
    /// Which questionnaires a person answers.
    Journeys = 5,
    /// The answers of one response.
    Answers = 6,
    /// Clock, tablet and helper of one response.
    Circumstances = 7,
    /// Which grown-up wrote which quote.
    Quotes = 8,
    /// Keys and head-counts of sessions.
    Sessions = 9,
}

/// A stream of draws.
#[derive(Debug)]
pub(super) struct Dice(ChaCha8Rng);

impl Dice {
    /// The stream of one purpose and one thing (a person, a project; 0 where there is only one).
    pub(super) fn new(seed: u64, purpose: Purpose, thing: usize) -> Dice {
        Dice::stream(seed, purpose, thing as u64)
    }

    /// The stream of one question to one person at one moment; whatever else is asked, it stays the same.
    pub(super) fn of_question(seed: u64, person: usize, moment: u8, question: &str) -> Dice {
        // FNV-1a, because the standard hasher may change between releases of Rust.
        let name =
            question.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
        Dice::stream(seed, Purpose::Answers, (person as u64) << 36 | u64::from(moment & 15) << 32 | u64::from(name))
    }

    fn stream(seed: u64, purpose: Purpose, thing: u64) -> Dice {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        let mut rng = ChaCha8Rng::from_seed(key);
        rng.set_stream(u64::from(purpose as u8) << 56 | thing);
        Dice(rng)
    }

    /// Uniform from 0 up to but not including 1, in steps of 2⁻⁵³.
    pub(super) fn uniform(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// True with this probability.
    pub(super) fn chance(&mut self, probability: f64) -> bool {
        self.uniform() < probability
    }

    /// Standard normal.
    pub(super) fn normal(&mut self) -> f64 {
        StandardNormal.sample(&mut self.0)
    }

    /// A whole number from 0 up to but not including `below`, which must not be 0.
    #[expect(clippy::cast_possible_truncation, reason = "lists of a sample are short")]
    pub(super) fn below(&mut self, below: usize) -> usize {
        ((self.uniform() * below as f64) as usize).min(below.saturating_sub(1))
    }

    /// A place in a list, more often where the weight is greater. Weights must not all be 0.
    pub(super) fn weighted(&mut self, weights: &[f64]) -> usize {
        let mut left = self.uniform() * weights.iter().sum::<f64>();
        for (place, weight) in weights.iter().enumerate() {
            left -= weight;
            if left < 0.0 {
                return place;
            }
        }
        weights.len().saturating_sub(1)
    }

    /// Puts a list into a random order.
    pub(super) fn shuffle<T>(&mut self, list: &mut [T]) {
        for end in (1..list.len()).rev() {
            list.swap(end, self.below(end + 1));
        }
    }

    /// Random bytes.
    pub(super) fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.fill_bytes(&mut bytes);
        bytes
    }
}

/// The probability whose log-odds these are.
pub(super) fn logistic(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}

/// The log-odds of a probability.
pub(super) fn logit(probability: f64) -> f64 {
    (probability / (1.0 - probability)).ln()
}

/// The nearest whole number, 0 for anything below.
#[expect(clippy::cast_possible_truncation, reason = "counts of a sample are small")]
pub(super) fn whole(value: f64) -> usize {
    value.round().max(0.0) as usize
}
