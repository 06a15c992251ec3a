//! The address this machine had last time, in a small file beside the data: to a browser another address is
//! another memory, and what waits under the old one is not seen under the new one.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::web::Moved;

const FILE: &str = "pencilmark.address";

#[derive(Serialize, Deserialize)]
struct Kept {
    address: String,
    moved: Option<Moved>,
}

/// Keeps the address that tablets are told now. Gives what they were told before, where that was another one.
pub fn keep(folder: &Path, address: &str, now_us: i64) -> Option<Moved> {
    let file = folder.join(FILE);
    // Without the file, or where it was edited, this is the first address there is.
    let last: Option<Kept> = fs::read(&file).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let moved = match last {
        Some(last) if last.address == address => return last.moved,
        Some(last) => Some(Moved { from: last.address, since_us: now_us }),
        None => None,
    };
    let kept = Kept { address: address.to_owned(), moved: moved.clone() };
    let written = crate::system::make_folder(folder)
        .and_then(|()| fs::write(&file, serde_json::to_vec(&kept).unwrap_or_default()));
    if let Err(error) = written {
        tracing::warn!(%error, "the address could not be kept: a change of it will go unnoticed");
    }
    moved
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_address_is_noticed_and_stays_noticed_over_restarts() {
        let folder = tempfile::tempdir().expect("a folder");
        let keep = |address: &str, now| keep(folder.path(), address, now);
        assert_eq!(keep("http://10.0.0.4:8080", 1), None, "the first time there is nothing to compare");
        assert_eq!(keep("http://10.0.0.4:8080", 2), None);
        let moved = Some(Moved { from: "http://10.0.0.4:8080".to_owned(), since_us: 3 });
        assert_eq!(keep("http://10.0.0.9:8080", 3), moved);
        assert_eq!(keep("http://10.0.0.9:8080", 4), moved, "since when does not move on");
        fs::write(folder.path().join(FILE), "not ours").expect("written");
        assert_eq!(keep("http://10.0.0.5:8080", 5), None);
    }
}
