//! Codes of people, one behind another.

/// Codes take more than 4 GB together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("codes take more than 4 GB together")]
pub struct TooManyCodes;

/// Byte strings by number, from 0: their own bytes and 4 more each.
#[derive(Default)]
pub(super) struct Codes {
    bytes: Vec<u8>,
    ends: Vec<u32>,
}

impl Codes {
    /// Adds a code under the next number.
    pub fn push(&mut self, code: &[u8]) -> Result<(), TooManyCodes> {
        let end = u32::try_from(self.bytes.len() + code.len()).map_err(|_| TooManyCodes)?;
        self.bytes.extend_from_slice(code);
        self.ends.push(end);
        Ok(())
    }

    /// The code with this number.
    pub fn get(&self, number: u32) -> &[u8] {
        let number = number as usize;
        let start = if number == 0 { 0 } else { self.ends[number - 1] as usize };
        &self.bytes[start..self.ends[number] as usize]
    }

    /// All codes.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        let mut start = 0;
        self.ends.iter().map(move |&end| {
            let code = &self.bytes[start..end as usize];
            start = end as usize;
            code
        })
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
    }
}
