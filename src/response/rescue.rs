//! A tablet's outbox as a file, for the day when sending cannot succeed (`static/tablet/rescue.js`).

use serde::Deserialize;
use sha2::{Digest, Sha256};
use thiserror::Error;

use super::{Note, ResponseId};

/// What one item of a file is.
#[derive(Debug, Clone)]
pub enum Rescued {
    /// A questionnaire: its id and the bytes the tablet froze.
    Response(ResponseId, Vec<u8>),
    /// Somebody stopped.
    Withdrawal(Note),
    /// Somebody said no.
    No(Note),
}

/// Why a file is not taken. Never holds anything of what is in it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RescueError {
    /// It is something else, or was changed.
    #[error("this is not a file that a tablet saved, or it was changed since")]
    NotOurs,
    /// It was made by a newer Pencilmark.
    #[error("it was saved by a newer version of Pencilmark ({0}); this one reads version 1")]
    Newer(u32),
    /// Its end is missing, or an item is damaged.
    #[error("{0} of its {1} items arrived damaged; save the file on the tablet once more")]
    Damaged(usize, usize),
}

#[derive(Deserialize)]
struct File {
    pencilmark: String,
    version: u32,
    items: Vec<Item>,
    sha256: String,
}

#[derive(Deserialize)]
struct Item {
    id: String,
    to: String,
    sha256: String,
    body: String,
}

/// Reads a file whole, or not at all: everything in it is held against its hash first.
///
/// # Errors
/// Where it is no such file, or any part of it is damaged.
pub fn read_rescue(bytes: &[u8]) -> Result<Vec<Rescued>, RescueError> {
    let file: File = serde_json::from_slice(bytes).map_err(|_| RescueError::NotOurs)?;
    if file.pencilmark != "rescue" {
        return Err(RescueError::NotOurs);
    }
    if file.version != 1 {
        return Err(RescueError::Newer(file.version));
    }
    let sums: Vec<&str> = file.items.iter().map(|item| item.sha256.as_str()).collect();
    if sha256(sums.join(" ").as_bytes()) != file.sha256 {
        return Err(RescueError::NotOurs);
    }
    let whole: Vec<Rescued> = file.items.iter().filter_map(rescued).collect();
    let damaged = file.items.len() - whole.len();
    if damaged == 0 { Ok(whole) } else { Err(RescueError::Damaged(damaged, file.items.len())) }
}

fn rescued(item: &Item) -> Option<Rescued> {
    let bytes = item.body.as_bytes();
    if sha256(bytes) != item.sha256 {
        return None;
    }
    let id = ResponseId::parse(&item.id).ok()?;
    let note = || Note::read(&item.id, bytes);
    if item.to == format!("/r/{id}") {
        return Some(Rescued::Response(id, bytes.to_vec()));
    }
    if item.to == format!("/r/{id}/withdrawal") {
        return note().map(Rescued::Withdrawal);
    }
    if item.to == format!("/no/{id}") {
        return note().filter(|note| note.no().is_some()).map(Rescued::No);
    }
    None
}

fn sha256(bytes: &[u8]) -> String {
    crate::system::hex(&Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "00112233445566778899aabbccddeeff";

    fn file(to: &str, body: &str) -> serde_json::Value {
        let sum = sha256(body.as_bytes());
        serde_json::json!({
            "pencilmark": "rescue", "version": 1, "device": "ab", "sha256": sha256(sum.as_bytes()),
            "items": [{ "id": ID, "to": to, "sha256": sum, "body": body }],
        })
    }

    fn read(file: &serde_json::Value) -> Result<Vec<Rescued>, RescueError> {
        read_rescue(file.to_string().as_bytes())
    }

    #[test]
    fn a_whole_file_gives_the_bytes_that_were_frozen() {
        let found = read(&file(&format!("/r/{ID}"), "{\"any\":\"thing\"}")).expect("a whole file");
        assert!(
            matches!(&found[..], [Rescued::Response(id, bytes)] if id.as_str() == ID && bytes == b"{\"any\":\"thing\"}")
        );
        let note = format!("{{\"schema\":1,\"id\":\"{ID}\",\"session\":\"abcd2346\",\"role\":\"child\"}}");
        assert!(matches!(read(&file(&format!("/no/{ID}"), &note)).as_deref(), Ok([Rescued::No(_)])));
        assert!(matches!(read(&file(&format!("/r/{ID}/withdrawal"), &note)).as_deref(), Ok([Rescued::Withdrawal(_)])));
    }

    #[test]
    fn a_file_that_was_cut_or_changed_is_refused_whole() {
        let mut changed = file(&format!("/r/{ID}"), "{}");
        changed["items"][0]["body"] = "{ }".into();
        assert_eq!(read(&changed).map(|_| ()), Err(RescueError::Damaged(1, 1)));
        let mut shorter = file(&format!("/r/{ID}"), "{}");
        shorter["items"] = serde_json::json!([]);
        assert_eq!(read(&shorter).map(|_| ()), Err(RescueError::NotOurs));
        let text = file(&format!("/r/{ID}"), "{}").to_string();
        assert_eq!(read_rescue(&text.as_bytes()[..text.len() - 9]).map(|_| ()), Err(RescueError::NotOurs));
        assert_eq!(read(&file("/elsewhere", "{}")).map(|_| ()), Err(RescueError::Damaged(1, 1)));
        let mut newer = file(&format!("/r/{ID}"), "{}");
        newer["version"] = 7.into();
        assert_eq!(read(&newer).map(|_| ()), Err(RescueError::Newer(7)));
    }
}
