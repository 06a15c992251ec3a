//! Who answered what, for files with one row an answer.

use std::hash::BuildHasher;
use std::thread;

use foldhash::fast::FixedState;
use hashbrown::HashTable;

use super::Duplicates;
use super::codes::{Codes, TooManyCodes};
use super::tally::{Key, Tally};

/// Answers given twice whose lines are kept for the message.
const LISTED: usize = 20;
/// People whose answers to one measure lie together.
const PAGE: usize = 256;

/// Before or after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wave {
    Before,
    After,
}

/// One answer on its way to its person.
#[derive(Debug, Clone, Copy)]
pub(super) struct Answer {
    pub wave: Wave,
    pub measure: u32,
    /// Number of its group and cluster.
    pub place: u32,
    /// Number of the value, from 1.
    pub value: u32,
    /// When it was given; its line where a second answer is refused; 0 where rows alone tell which is later.
    pub stamp: u64,
}

/// Answers in the order of their rows, each with the code of its person.
#[derive(Default)]
pub(super) struct Batch {
    answers: Vec<Answer>,
    codes: Codes,
}

impl Batch {
    /// Adds an answer.
    pub fn push(&mut self, code: &[u8], answer: Answer) -> Result<(), TooManyCodes> {
        self.codes.push(code)?;
        self.answers.push(answer);
        Ok(())
    }

    /// How many answers.
    pub fn len(&self) -> usize {
        self.answers.len()
    }

    /// Empties it for the next answers.
    pub fn clear(&mut self) {
        self.answers.clear();
        self.codes.clear();
    }
}

/// A person's answers to one measure: half a line of the processor's cache.
#[derive(Debug, Clone, Copy, Default)]
struct Entry {
    /// Numbers of the values before and after; 0 for none.
    values: [u32; 2],
    /// Where the answer before was given, or else the one after.
    place: u32,
    stamps: [u64; 2],
}

/// Distinct people and their answers.
///
/// A person takes the bytes of their code, 8 more, and 6 to 11 in the index; each measure of theirs takes 32.
pub(super) struct People {
    duplicates: Duplicates,
    hasher: FixedState,
    index: HashTable<u32>,
    codes: Codes,
    /// Half of each code's hash, so that growing the index needs no codes.
    hashes: Vec<u32>,
    /// By measure, then by [`PAGE`] people.
    entries: Vec<Vec<Option<Box<[Entry; PAGE]>>>>,
    /// People of the batch in hand.
    numbers: Vec<u32>,
    /// Lines of answers that the same person gave twice, the first few.
    pub doubles: Vec<(u64, u64)>,
    /// Answers set aside because another of the same person and wave counts, or refused.
    pub superseded: u64,
}

impl People {
    /// Nobody yet.
    pub fn new(duplicates: Duplicates) -> Self {
        Self {
            duplicates,
            hasher: FixedState::default(),
            index: HashTable::new(),
            codes: Codes::default(),
            hashes: Vec::new(),
            entries: Vec::new(),
            numbers: Vec::new(),
            doubles: Vec::new(),
            superseded: 0,
        }
    }

    /// Gives every answer to its person.
    pub fn take(&mut self, batch: &Batch) -> Result<(), TooManyCodes> {
        // looking up is waiting for memory: one look-up after another, the processor waits for several at once
        let mut numbers = std::mem::take(&mut self.numbers);
        numbers.clear();
        for code in batch.codes.iter() {
            numbers.push(self.number(code)?);
        }
        for (answer, &person) in batch.answers.iter().zip(&numbers) {
            self.give(person, answer);
        }
        self.numbers = numbers;
        Ok(())
    }

    /// The number of the person with this code, a new one where it is new.
    fn number(&mut self, code: &[u8]) -> Result<u32, TooManyCodes> {
        let hash = u32::try_from(self.hasher.hash_one(code) >> 32).unwrap_or(0);
        let codes = &self.codes;
        if let Some(&known) = self.index.find(spread(hash), |&number| codes.get(number) == code) {
            return Ok(known);
        }
        let number = u32::try_from(self.hashes.len()).map_err(|_| TooManyCodes)?;
        self.codes.push(code)?;
        self.hashes.push(hash);
        let hashes = &self.hashes;
        self.index.insert_unique(spread(hash), number, |&number| spread(hashes[number as usize]));
        Ok(number)
    }

    fn give(&mut self, person: u32, answer: &Answer) {
        let duplicates = self.duplicates;
        let wave = answer.wave as usize;
        let entry = self.entry(answer.measure, person);
        if entry.values[wave] != 0 {
            let known = entry.stamps[wave];
            let counts = match duplicates {
                Duplicates::Refuse => false,
                Duplicates::First => answer.stamp < known,
                Duplicates::Last => answer.stamp >= known,
            };
            self.superseded += 1;
            if duplicates == Duplicates::Refuse && self.doubles.len() < LISTED {
                self.doubles.push((known, answer.stamp));
            }
            if !counts {
                return;
            }
        }
        let entry = self.entry(answer.measure, person);
        entry.values[wave] = answer.value;
        entry.stamps[wave] = answer.stamp;
        if answer.wave == Wave::Before || entry.values[0] == 0 {
            entry.place = answer.place;
        }
    }

    fn entry(&mut self, measure: u32, person: u32) -> &mut Entry {
        let (measure, person) = (measure as usize, person as usize);
        if self.entries.len() <= measure {
            self.entries.resize_with(measure + 1, Vec::new);
        }
        let pages = &mut self.entries[measure];
        if pages.len() <= person / PAGE {
            pages.resize_with(person / PAGE + 1, || None);
        }
        &mut pages[person / PAGE].get_or_insert_with(|| Box::new([Entry::default(); PAGE]))[person % PAGE]
    }

    /// How many people answered what before and after; half of the measures are counted on a second thread.
    pub fn tally(&self) -> Tally {
        let measures: Vec<u32> = (0..).take(self.entries.len()).collect();
        let count = |measures: &[u32]| {
            let mut tally = Tally::default();
            self.pairs(measures).for_each(|key| tally.add(key, 1));
            tally
        };
        let (here, there) = measures.split_at(measures.len().div_ceil(2));
        thread::scope(|scope| {
            let others = (!there.is_empty()).then(|| scope.spawn(|| count(there)));
            let mut tally = count(here);
            let others = others.map(|others| others.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            others.into_iter().for_each(|others| tally.append(others));
            tally
        })
    }

    /// What every person answered before and after, measure by measure.
    fn pairs(&self, measures: &[u32]) -> impl Iterator<Item = Key> {
        measures.iter().flat_map(|&measure| {
            let pages = &self.entries[measure as usize];
            let entries = pages.iter().flatten().flat_map(|page| page.iter());
            entries.filter(|entry| entry.values != [0, 0]).map(move |entry| {
                let [pre, post] = entry.values;
                Key { measure, place: entry.place, pre, post }
            })
        })
    }
}

/// Half a hash twice over: the table takes its place from the low bits and its tag from the high ones.
fn spread(hash: u32) -> u64 {
    u64::from(hash) << 32 | u64::from(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWER: Answer = Answer { wave: Wave::Before, measure: 0, place: 0, value: 1, stamp: 0 };

    fn people(answers: &[(&str, Answer)], duplicates: Duplicates) -> People {
        let mut people = People::new(duplicates);
        // in two batches, for what is known from the first
        for half in answers.chunks(answers.len().div_ceil(2)) {
            let mut batch = Batch::default();
            for (code, answer) in half {
                batch.push(code.as_bytes(), *answer).expect("few");
            }
            people.take(&batch).expect("few");
        }
        people
    }

    #[test]
    fn an_entry_is_half_a_line_of_cache() {
        assert_eq!(size_of::<Entry>(), 32);
    }

    #[test]
    fn people_and_measures_are_told_apart_however_many() {
        let codes: Vec<String> = (0..5000).map(|number| "x".repeat(number % 40) + &number.to_string()).collect();
        let mut answers = Vec::new();
        for (wave, add) in [(Wave::Before, 1), (Wave::After, 2)] {
            for (number, code) in (0_u32..).zip(&codes) {
                for measure in 0..2 {
                    answers.push((
                        code.as_str(),
                        Answer { wave, measure, value: 4 * number + 2 * measure + add, ..ANSWER },
                    ));
                }
            }
        }
        let people = people(&answers, Duplicates::Refuse);
        let pairs: Vec<Key> = people.tally().sorted().into_iter().map(|(key, _)| key).collect();
        let expected: Vec<Key> = (0..2)
            .flat_map(|measure| (0..5000).map(move |number| (measure, 4 * number + 2 * measure)))
            .map(|(measure, value)| Key { measure, place: 0, pre: value + 1, post: value + 2 })
            .collect();
        assert_eq!(pairs, expected);
        assert_eq!(people.superseded, 0);
    }

    #[test]
    fn a_person_belongs_where_they_answered_before() {
        let before = ("ann", Answer { place: 7, ..ANSWER });
        let after = ("ann", Answer { wave: Wave::After, place: 9, ..ANSWER });
        for answers in [[before, after], [after, before]] {
            let places: Vec<u32> = people(&answers, Duplicates::Refuse).pairs(&[0]).map(|key| key.place).collect();
            assert_eq!(places, [7]);
        }
        let places: Vec<u32> = people(&[after], Duplicates::Refuse).pairs(&[0]).map(|key| key.place).collect();
        assert_eq!(places, [9], "seen only after");
    }
}
