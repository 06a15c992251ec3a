//! Groups with their clusters.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::labels::Labels;

/// Distinct pairs of group and cluster: the same class name in two schools is two clusters.
#[derive(Default)]
pub(super) struct Places {
    groups: Labels,
    numbers: HashMap<Box<[u8]>, u32, FixedState>,
    group_of: Vec<u32>,
    /// Group and cluster of the last row as one key, and its number: neighbours often share them.
    key: Vec<u8>,
    last: Option<u32>,
    next: Vec<u8>,
}

impl Places {
    /// The number of a group and cluster, from 0; surrounding blanks do not count.
    pub fn number(&mut self, group: &[u8], cluster: &[u8]) -> u32 {
        let (group, cluster) = (group.trim_ascii(), cluster.trim_ascii());
        self.next.clear();
        // with its length in front, no group runs into its cluster
        self.next.extend_from_slice(&group.len().to_le_bytes());
        self.next.extend_from_slice(group);
        self.next.extend_from_slice(cluster);
        if let Some(last) = self.last.filter(|_| self.key == self.next) {
            return last;
        }
        std::mem::swap(&mut self.key, &mut self.next);
        let number = match self.numbers.get(&self.key[..]) {
            Some(&known) => known,
            None => {
                let number = u32::try_from(self.group_of.len()).unwrap_or(u32::MAX);
                self.group_of.push(self.groups.number(group));
                self.numbers.insert(self.key.as_slice().into(), number);
                number
            }
        };
        self.last = Some(number);
        number
    }

    /// The group of a place.
    pub fn group(&self, place: u32) -> &str {
        let group = self.group_of.get(place as usize).and_then(|&group| self.groups.list().get(group as usize));
        group.map_or("", String::as_str)
    }
}
