//! Names that repeat in every row, by number.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::problems::printable;

/// Distinct labels in order of appearance.
#[derive(Default)]
pub(super) struct Labels {
    numbers: HashMap<Box<[u8]>, u32, FixedState>,
    list: Vec<String>,
    /// The label of the last row, and by label the one that came after it: rows of a person repeat in turn.
    last: usize,
    following: Vec<(Box<[u8]>, u32)>,
}

impl Labels {
    /// The number of a label, from 0; surrounding blanks do not count.
    pub fn number(&mut self, label: &[u8]) -> u32 {
        let expected = self.following.get(self.last).filter(|(bytes, _)| **bytes == *label);
        let number = match expected {
            Some(&(_, number)) => number,
            None => {
                let number = self.find(label.trim_ascii());
                self.following.resize_with(self.list.len(), Default::default);
                self.following[self.last] = (label.into(), number);
                number
            }
        };
        self.last = number as usize;
        number
    }

    fn find(&mut self, label: &[u8]) -> u32 {
        if let Some(&number) = self.numbers.get(label) {
            return number;
        }
        let number = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        self.numbers.insert(label.into(), number);
        self.list.push(printable(label));
        number
    }

    /// The labels by number.
    pub fn list(&self) -> &[String] {
        &self.list
    }
}
