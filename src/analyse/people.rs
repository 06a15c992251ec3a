//! Who answered what, for files with one row an answer.

use std::hash::BuildHasher;

use foldhash::fast::FixedState;
use hashbrown::HashTable;

/// One answer: a value, where it stood and what it belongs to.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Answer {
    /// Number of the value from 1; 0 for none.
    pub value: u32,
    /// Line of the file; beyond 4 billion it stays there.
    pub line: u32,
    /// Number of its group and cluster.
    pub place: u32,
}

/// A person's two answers for one measure, and what the order column said of each.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    code: Code,
    measure: u32,
    /// Before and after.
    pub answers: [Answer; 2],
    /// When, in whatever the order column counts.
    pub orders: [u64; 2],
}

/// A code of up to 15 bytes itself, its length last; a longer one by where it stands in [`People::long`].
///
/// With the code inside, an entry is one line of the processor's cache: looking a person up in a million
/// costs two waits for memory instead of five.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Code([u8; 16]);

/// Marks a code that stands elsewhere.
const LONG: u8 = u8::MAX;

impl Code {
    fn short(code: &[u8]) -> Option<Self> {
        let mut bytes = [0; 16];
        bytes.get_mut(..15)?.get_mut(..code.len())?.copy_from_slice(code);
        bytes[15] = u8::try_from(code.len()).ok()?;
        Some(Self(bytes))
    }

    fn long(start: usize, length: usize) -> Self {
        let mut bytes = [LONG; 16];
        bytes[..8].copy_from_slice(&(start as u64).to_le_bytes());
        bytes[8..15].copy_from_slice(&(length as u64).to_le_bytes()[..7]);
        Self(bytes)
    }

    /// Start and length of a long code.
    fn span(self) -> (usize, usize) {
        let number = |from: usize, count: usize| {
            self.0[from..from + count].iter().rev().fold(0_usize, |sum, &byte| (sum << 8) | usize::from(byte))
        };
        (number(0, 8), number(8, 7))
    }
}

/// Distinct people by measure: 64 bytes each, about 14 in the index, and the bytes of codes above 15 letters.
#[derive(Default)]
pub(super) struct People {
    /// Half of the hash, so that growing needs no codes, and the number of the entry.
    index: HashTable<(u32, u32)>,
    hasher: FixedState,
    entries: Vec<Entry>,
    long: Vec<u8>,
}

impl People {
    /// The entry of the person with this code for this measure, empty when new.
    pub fn entry(&mut self, code: &[u8], measure: u32) -> &mut Entry {
        let short = Code::short(code);
        let hash = self.hash(code, measure);
        let (entries, long) = (&self.entries, &self.long);
        let known = self.index.find(spread(hash), |&(known, number)| {
            let entry = &entries[number as usize];
            known == hash
                && entry.measure == measure
                && match short {
                    Some(short) => entry.code == short,
                    None => spelled(entry, long) == code,
                }
        });
        let number = match known {
            Some(&(_, number)) => number,
            None => {
                let code = short.unwrap_or_else(|| {
                    self.long.extend_from_slice(code);
                    Code::long(self.long.len() - code.len(), code.len())
                });
                let number = u32::try_from(self.entries.len()).unwrap_or(u32::MAX);
                self.entries.push(Entry { code, measure, answers: [Answer::default(); 2], orders: [0; 2] });
                self.index.insert_unique(spread(hash), (hash, number), |&(hash, _)| spread(hash));
                number
            }
        };
        &mut self.entries[number as usize]
    }

    /// The upper half of the hash of a code, turned by the measure.
    fn hash(&self, code: &[u8], measure: u32) -> u32 {
        let hash = self.hasher.hash_one(code).wrapping_add(u64::from(measure).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        u32::try_from(hash >> 32).unwrap_or(0)
    }

    /// Every person's answers before and after, by measure.
    pub fn pairs(&self) -> impl Iterator<Item = (u32, [Answer; 2])> {
        self.entries.iter().map(|entry| (entry.measure, entry.answers))
    }
}

/// Half a hash twice over: the table takes its place from the low bits and its tag from the high ones.
fn spread(hash: u32) -> u64 {
    u64::from(hash) << 32 | u64::from(hash)
}

/// The code of an entry.
fn spelled<'a>(entry: &'a Entry, long: &'a [u8]) -> &'a [u8] {
    match entry.code.0[15] {
        LONG => {
            let (start, length) = entry.code.span();
            &long[start..start + length]
        }
        length => &entry.code.0[..usize::from(length)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_one_line_of_cache() {
        assert_eq!(size_of::<Entry>(), 64);
    }

    #[test]
    fn codes_of_any_length_are_told_apart() {
        let mut people = People::default();
        let codes: Vec<Vec<u8>> = (0..40).flat_map(|length| [vec![b'a'; length], vec![b'b'; length]]).collect();
        for round in 0..2 {
            for (index, code) in codes.iter().enumerate() {
                for measure in 0..2 {
                    let entry = people.entry(code, measure);
                    let stamp = u32::try_from(index).expect("small") * 2 + measure + 1;
                    if round == 0 && !code.is_empty() {
                        entry.answers[0].value = stamp;
                    } else if !code.is_empty() {
                        assert_eq!(entry.answers[0].value, stamp, "{}", code.len());
                    }
                }
            }
        }
        assert_eq!(people.entries.len(), 2 * 79, "the empty code is one person");
    }

    #[test]
    fn growing_keeps_everybody() {
        let mut people = People::default();
        for round in 1..=2 {
            for number in 0..5000_u32 {
                let entry = people.entry(format!("person number {number}").as_bytes(), 0);
                entry.answers[1].line += 1;
                assert_eq!(entry.answers[1].line, round);
            }
        }
    }
}
