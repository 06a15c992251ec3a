//! What keeps withdrawn answers out for good: keyed hashes, in the database and in a list beside it.
//!
//! The list is written before the answers go, so a crash in between, or an older backup put in the
//! database's place, is mended at the next start. It tells of nobody: a line is a hash, under a key.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::person::CardCode;
use crate::response::ResponseId;
use crate::system::hex;

use super::StoreError;

/// The key that codes and ids are hashed with: 32 random bytes, hexadecimal.
#[derive(Clone, PartialEq, Eq)]
pub struct ErasureKey(String);

impl ErasureKey {
    /// A new key.
    ///
    /// # Errors
    /// Where the operating system gives no randomness.
    pub fn random() -> Result<ErasureKey, getrandom::Error> {
        let mut bytes = [0_u8; 32];
        getrandom::fill(&mut bytes)?;
        Ok(ErasureKey(hex(&bytes)))
    }

    /// Reads a stored key; `None` for what is none.
    pub fn parse(text: &str) -> Option<ErasureKey> {
        is_hash(text).then(|| ErasureKey(text.to_owned()))
    }

    /// The key as it is stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The tombstone of a card.
    pub fn of_card(&self, code: &CardCode) -> String {
        self.digest("card", code.as_str())
    }

    /// The tombstone of a response.
    pub fn of_response(&self, id: &ResponseId) -> String {
        self.digest("response", id.as_str())
    }

    fn digest(&self, kind: &str, text: &str) -> String {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.0.as_bytes()) else { return String::new() };
        for part in [kind, ":", text] {
            mac.update(part.as_bytes());
        }
        hex(&mac.finalize().into_bytes())
    }
}

fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// One thing that was taken out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tombstone {
    /// Keyed hash of a card code or a response id.
    pub digest: String,
    /// When, microseconds since 1970.
    pub erased_us: i64,
}

/// The list beside the database: a line for each tombstone, with the key it was made under.
#[derive(Debug, Clone)]
pub struct ErasureList(PathBuf);

impl ErasureList {
    /// The list in this file, which need not exist yet.
    pub fn at(path: impl Into<PathBuf>) -> ErasureList {
        ErasureList(path.into())
    }

    /// Whether there is one.
    pub fn is_there(&self) -> bool {
        self.0.exists()
    }

    /// The list that belongs to a SQLite file: `pencilmark.db` has `pencilmark.erasures`.
    pub fn beside(database: &Path) -> ErasureList {
        ErasureList(database.with_extension("erasures"))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The key of the newest line: an older backup that has none yet goes on with it.
    ///
    /// # Errors
    /// Where there is a file that cannot be read.
    pub fn key(&self) -> io::Result<Option<ErasureKey>> {
        Ok(self.lines()?.pop().map(|(key, _)| key))
    }

    /// Everything that was taken out under this key.
    ///
    /// # Errors
    /// Where there is a file that cannot be read.
    pub fn under(&self, key: &ErasureKey) -> io::Result<Vec<Tombstone>> {
        Ok(self.lines()?.into_iter().filter(|(of, _)| of == key).map(|(_, tombstone)| tombstone).collect())
    }

    /// A line that was cut off by a crash, or is no line of ours, is passed over.
    fn lines(&self) -> io::Result<Vec<(ErasureKey, Tombstone)>> {
        let text = match std::fs::read_to_string(&self.0) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error),
        };
        let line = |line: &str| -> Option<(ErasureKey, Tombstone)> {
            let mut words = line.split(' ');
            let (key, erased_us, digest) = (words.next()?, words.next()?, words.next()?);
            let tombstone = Tombstone { digest: digest.to_owned(), erased_us: erased_us.parse().ok()? };
            is_hash(digest).then_some((ErasureKey::parse(key)?, tombstone))
        };
        Ok(text.lines().filter_map(line).collect())
    }

    /// That it cannot be used, in words.
    pub fn unusable(&self, error: &io::Error) -> StoreError {
        StoreError::ErasureList { path: self.0.clone(), reason: error.to_string() }
    }

    /// Adds tombstones and returns once they are on disk.
    ///
    /// # Errors
    /// Where they cannot be written.
    pub fn add(&self, key: &ErasureKey, tombstones: &[Tombstone]) -> io::Result<()> {
        if tombstones.is_empty() {
            return Ok(());
        }
        let new = !self.0.exists();
        if let Some(folder) = self.0.parent().filter(|_| new) {
            crate::system::make_folder(folder)?;
        }
        crate::system::make_private(&self.0);
        let mut file = OpenOptions::new().create(true).append(true).open(&self.0)?;
        // A line that a crash cut off must not swallow the next one.
        let mut text = if new { String::new() } else { "\n".to_owned() };
        for Tombstone { digest, erased_us } in tombstones {
            text.push_str(&format!("{} {erased_us} {digest}\n", key.as_str()));
        }
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        if new {
            sync_folder(&self.0)?;
        }
        Ok(())
    }
}

/// What a store needs to take answers out.
#[derive(Clone)]
pub struct Erasing {
    /// The database's key.
    pub key: ErasureKey,
    /// The list beside it; none where nobody said where it is.
    pub list: Option<ErasureList>,
}

impl Erasing {
    /// Adds tombstones to the list, where there is one.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn note(&self, stones: &[Tombstone]) -> Result<(), StoreError> {
        match &self.list {
            Some(list) => list.add(&self.key, stones).map_err(|error| list.unusable(&error)),
            None => Ok(()),
        }
    }
}

/// Makes a new name in a folder durable.
///
/// # Errors
/// Where the folder cannot be synchronised.
pub fn sync_folder(file: &Path) -> io::Result<()> {
    match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => File::open(folder)?.sync_all(),
        _ => File::open(".")?.sync_all(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(digit: char) -> ErasureKey {
        ErasureKey::parse(&digit.to_string().repeat(64)).expect("64 digits")
    }

    #[test]
    fn a_tombstone_does_not_give_the_code_away_and_differs_under_another_key() {
        let code = CardCode::parse("PEN-C4T").expect("a code");
        let digest = key('a').of_card(&code);
        assert!(is_hash(&digest) && !digest.contains("PENC4T"));
        assert_ne!(digest, key('b').of_card(&code));
        assert_eq!(digest, key('a').of_card(&CardCode::parse("pen c4t").expect("the same code")));
    }

    #[test]
    fn a_line_cut_off_by_a_crash_costs_no_other() {
        let folder = tempfile::tempdir().expect("folder");
        let list = ErasureList::at(folder.path().join("list"));
        let stone = |digit: &str| Tombstone { digest: digit.repeat(64), erased_us: 7 };
        list.add(&key('a'), &[stone("1")]).expect("added");
        let whole = std::fs::read_to_string(list.path()).expect("text");
        std::fs::write(list.path(), format!("{whole}{}", &whole[..90])).expect("cut off");
        list.add(&key('a'), &[stone("2")]).expect("added");
        assert_eq!(list.under(&key('a')).expect("read"), [stone("1"), stone("2")]);
        assert_eq!(list.under(&key('b')).expect("read"), []);
        assert!(list.key().expect("read") == Some(key('a')));
    }
}
