//! Groups with their clusters.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::labels::Labels;

/// Distinct pairs of group and cluster.
///
/// For everybody a cluster is one whatever the groups its people are in: boys and girls of one session are
/// alike. Clusters of one name in two groups that are not one must be named apart; taking them for one makes
/// an interval longer, never shorter than it should be.
#[derive(Default)]
pub(super) struct Places {
    groups: Labels,
    numbers: HashMap<Box<[u8]>, u32, FixedState>,
    clusters: Labels,
    /// Numbers of group and cluster.
    parts: Vec<(u32, u32)>,
    /// Group and cluster of the last row, and its number: neighbours often share them.
    last: Option<(Vec<u8>, Vec<u8>, u32)>,
    key: Vec<u8>,
}

impl Places {
    /// The number of a group and cluster, from 0; surrounding blanks do not count.
    pub fn number(&mut self, group: &[u8], cluster: &[u8]) -> u32 {
        if let Some((last_group, last_cluster, number)) = &self.last
            && last_cluster == cluster
            && last_group == group
        {
            return *number;
        }
        let number = self.find(group.trim_ascii(), cluster.trim_ascii());
        let (last_group, last_cluster, last) = self.last.get_or_insert_default();
        last_group.clear();
        last_group.extend_from_slice(group);
        last_cluster.clear();
        last_cluster.extend_from_slice(cluster);
        *last = number;
        number
    }

    fn find(&mut self, group: &[u8], cluster: &[u8]) -> u32 {
        self.key.clear();
        // with its length in front, no group runs into its cluster
        self.key.extend_from_slice(&group.len().to_le_bytes());
        self.key.extend_from_slice(group);
        self.key.extend_from_slice(cluster);
        match self.numbers.get(&self.key[..]) {
            Some(&known) => known,
            None => {
                let number = u32::try_from(self.parts.len()).unwrap_or(u32::MAX);
                self.parts.push((self.groups.number(group), self.clusters.number(cluster)));
                self.numbers.insert(self.key.as_slice().into(), number);
                number
            }
        }
    }

    /// The group of a place.
    pub fn group(&self, place: u32) -> &str {
        let group = self.parts.get(place as usize).and_then(|&(group, _)| self.groups.list().get(group as usize));
        group.map_or("", String::as_str)
    }

    /// The number of a place's cluster, the same in every group.
    pub fn cluster(&self, place: u32) -> u32 {
        self.parts.get(place as usize).map_or(0, |&(_, cluster)| cluster)
    }

    /// Whether a cluster has people of several groups.
    pub fn cross(&self) -> bool {
        self.parts.len() > self.clusters.list().len()
    }
}
