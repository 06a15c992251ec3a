//! Before, after, and other waves that are counted and left out.

use std::collections::BTreeMap;

use super::people::Wave;
use super::problems::shown;

/// Words for a wave before and after that need not be given.
const BEFORE: &[&str] = &["pre", "before", "baseline"];
const AFTER: &[&str] = &["post", "after", "endline"];
/// Names of other waves that are told apart: a column that is no wave at all could hold anything.
const NAMED: usize = 100;

/// Names of waves.
pub(super) struct Waves {
    before: Vec<String>,
    after: Vec<String>,
    other: BTreeMap<String, u64>,
    /// How the last before and after were spelt: nearly every row spells them so again.
    spelt: [Vec<u8>; 2],
}

impl Waves {
    /// Those given, or else the usual ones.
    pub fn new(before: Option<&str>, after: Option<&str>) -> Self {
        let names = |given: Option<&str>, usual: &[&str]| match given {
            Some(name) => vec![name.trim().to_lowercase()],
            None => usual.iter().map(|&name| name.to_owned()).collect(),
        };
        Self {
            before: names(before, BEFORE),
            after: names(after, AFTER),
            other: BTreeMap::new(),
            spelt: Default::default(),
        }
    }

    /// The wave with this name, whatever its case; another one is counted.
    pub fn of(&mut self, name: &[u8]) -> Option<Wave> {
        let [before, after] = &self.spelt;
        if !name.is_empty() && name == before.as_slice() {
            return Some(Wave::Before);
        }
        if !name.is_empty() && name == after.as_slice() {
            return Some(Wave::After);
        }
        let wave = self.find(name);
        if let Some(wave) = wave {
            self.spelt[wave as usize] = name.to_vec();
        }
        wave
    }

    fn find(&mut self, name: &[u8]) -> Option<Wave> {
        let name = name.trim_ascii();
        let lower = (!name.is_ascii()).then(|| String::from_utf8_lossy(name).to_lowercase());
        let name = lower.as_ref().map_or(name, |lower| lower.as_bytes());
        let is = |names: &[String]| names.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes()));
        if is(&self.before) {
            Some(Wave::Before)
        } else if is(&self.after) {
            Some(Wave::After)
        } else {
            let name = if self.other.len() < NAMED { shown(name) } else { "others".to_owned() };
            *self.other.entry(name).or_default() += 1;
            None
        }
    }

    /// Rows of other waves, by name.
    pub fn other(self) -> Vec<(String, u64)> {
        self.other.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_known_whatever_its_case_in_any_alphabet() {
        let mut waves = Waves::new(Some("Übergang"), None);
        assert_eq!(waves.of("ÜBERGANG".as_bytes()), Some(Wave::Before));
        assert_eq!(waves.of(b" Endline "), Some(Wave::After));
        assert_eq!(waves.of(b"pre"), None, "the names given take the place of the usual ones");
        assert_eq!(waves.other(), [("pre".to_owned(), 1)]);
    }
}
