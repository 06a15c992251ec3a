//! Putting a copy in the place of a database.

use std::path::{Path, PathBuf};

use crate::survey::Library;

use super::erasure::{ErasureList, sync_folder};
use super::{Store, StoreError, Target, sqlite};

/// Puts a copy in the place of the SQLite database at `path`, which may be there or not. The copy is
/// checked, upgraded and cleared of withdrawn answers under another name first, so that the database is
/// either the old one or the finished new one. Warnings of what is to be cleared come anew: a hold that was set since
/// the copy was made is not in it. Returns how many responses it holds.
///
/// # Errors
/// Where the copy is no database of ours, somebody has the old one open, or nothing can be written; the
/// old one then stays as it was.
pub async fn restore(copy: &Path, path: &Path, library: Library, now_us: i64) -> Result<i64, StoreError> {
    let wrong =
        |error: std::io::Error| StoreError::CannotWrite { path: path.to_owned(), reason: crate::system::why(&error) };
    sqlite::connection::check_copy(copy).await?;
    if path.exists() {
        sqlite::connection::alone(path).await?;
    } else if let Some(folder) = path.parent() {
        crate::system::make_folder(folder).map_err(wrong)?;
    }
    let new = beside(path, "restoring");
    for left in with_log(&new) {
        let _none_left = std::fs::remove_file(left);
    }
    sqlite::connection::copy_file(copy, &new).await?;
    let list = ErasureList::beside(path);
    let store = Store::open_with(&Target::Sqlite(new.clone()), library, now_us, Some(list)).await?;
    store.settle().await?;
    store.warn_anew().await?;
    let responses = store.response_count().await?;
    store.close().await?;
    std::fs::File::open(&new).and_then(|file| file.sync_all()).map_err(wrong)?;
    for old in with_log(path).into_iter().skip(1) {
        let _none_there = std::fs::remove_file(old);
    }
    std::fs::rename(&new, path).map_err(wrong)?;
    sync_folder(path).map_err(wrong)?;
    Ok(responses)
}

/// `pencilmark.db` → `pencilmark.db.restoring`
fn beside(path: &Path, word: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(word);
    PathBuf::from(name)
}

/// A SQLite file and what lies beside it while it is open.
fn with_log(path: &Path) -> Vec<PathBuf> {
    let beside = |end: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        PathBuf::from(name)
    };
    vec![path.to_owned(), beside("-wal"), beside("-shm")]
}
