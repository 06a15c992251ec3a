//! Putting a copy in the place of a database.

use std::path::{Path, PathBuf};

use crate::person::CardCode;
use crate::survey::Library;

use super::erasure::{ErasureList, sync_folder};
use super::{LogLine, NewProtection, Store, StoreError, Target, sqlite};

/// What came of putting a copy in place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Restored {
    /// Responses that the copy holds.
    pub responses: i64,
    /// Holds and restrictions that stood in the database it replaced and not in the copy, and stand again. None where
    /// nothing could be read from there.
    pub protected_again: Option<usize>,
    /// Those that stood there and cannot stand here: of a family by a card that the copy does not know, of a programme
    /// that has another name in it.
    pub unprotected: usize,
    /// Whether a list of what was withdrawn lay beside the database: without one nobody knows what was, since the copy.
    pub knows_withdrawn: bool,
    /// Whether the copy was made from the database it replaced, so that whoever was taken off the team since, whatever
    /// link was taken back and whichever password was changed are so here too.
    pub shut_again: bool,
}

/// Puts a copy in the place of the SQLite database at `path`, which may be there or not. The copy is
/// checked, upgraded and cleared of withdrawn answers under another name first, so that the database is
/// either the old one or the finished new one. Warnings of what is to be cleared come anew, and what the old one kept
/// from being deleted, or left out of figures, is protected in the new one too. What was shut since stays shut, nobody
/// is signed in, and the line in the log names the last line of the log that goes.
///
/// # Errors
/// Where the copy is no database of ours, somebody has the old one open, or nothing can be written; the
/// old one then stays as it was.
pub async fn restore(copy: &Path, path: &Path, library: Library, now_us: i64) -> Result<Restored, StoreError> {
    let wrong =
        |error: std::io::Error| StoreError::CannotWrite { path: path.to_owned(), reason: crate::system::why(&error) };
    sqlite::connection::check_copy(copy).await?;
    let (mut standing, mut shut) = (None, None);
    if path.exists() {
        sqlite::connection::alone(path).await?;
        // A database that is replaced because it is broken may have nothing to say any more.
        standing = sqlite::connection::protected_in(path).await.ok();
        let copied = sqlite::replaced::last_line(copy).await.ok().flatten();
        shut = sqlite::replaced::shut_since(path, copied.as_ref()).await.ok().flatten();
        remark(sqlite::replaced::last_line(path).await.ok());
    } else if let Some(folder) = path.parent() {
        crate::system::make_folder(folder).map_err(wrong)?;
    }
    let new = beside(path, "restoring");
    for left in with_log(&new) {
        let _none_left = std::fs::remove_file(left);
    }
    sqlite::connection::copy_file(copy, &new).await?;
    let list = ErasureList::beside(path);
    let knows_withdrawn = list.is_there();
    let store = Store::open_with(&Target::Sqlite(new.clone()), library, now_us, Some(list)).await?;
    store.settle().await?;
    store.warn_anew().await?;
    let shut_again = shut.is_some();
    store.shut_again(shut.unwrap_or_default()).await?;
    let (protected_again, unprotected) = match standing {
        Some(standing) => {
            let (again, lost) = protect_again(&store, standing).await?;
            (Some(again), lost)
        }
        None => (None, 0),
    };
    let responses = store.response_count().await?;
    store.close().await?;
    std::fs::File::open(&new).and_then(|file| file.sync_all()).map_err(wrong)?;
    for old in with_log(path).into_iter().skip(1) {
        let _none_there = std::fs::remove_file(old);
    }
    std::fs::rename(&new, path).map_err(wrong)?;
    sync_folder(path).map_err(wrong)?;
    Ok(Restored { responses, protected_again, unprotected, knows_withdrawn, shut_again })
}

/// Has the log say which log it goes on from no longer, so that nobody can cut it by putting a copy back unseen.
fn remark(last: Option<Option<(i64, String)>>) {
    let replaced = match last {
        Some(Some((n, link))) => format!("in the place of one whose log ended with line {n}, link {link}"),
        Some(None) => "in the place of one without a line in its log".to_owned(),
        None => "in the place of one whose log could not be read".to_owned(),
    };
    LogLine::remark(replaced, "");
}

/// Protects what another database protected and this one does not, by the same people, since the same moment and for the
/// same reasons: how many, and how many are nobody's here. What is protected here and no longer there stays so until
/// somebody ends it once more.
async fn protect_again(store: &Store, standing: Vec<Standing>) -> Result<(usize, usize), StoreError> {
    let (mut again, mut lost) = (0, 0);
    for Standing { what, new, begun_us } in standing {
        let is_here = match &what {
            Protected::Family(code) => store.project_of_card(code).await?.is_some(),
            // A number that another programme has here is another programme's; a new name is told from that by nobody.
            Protected::Programme(id, name) => store.programme(*id).await?.is_some_and(|here| here.name == *name),
        };
        lost += usize::from(!is_here);
        again += usize::from(match what {
            _ if !is_here => false,
            Protected::Family(code) => store.protect_card(&code, new, begun_us).await?,
            Protected::Programme(id, _) => store.protect_programme(id, new, begun_us).await?,
        });
    }
    Ok((again, lost))
}

/// A word that stands in a database, with whom or what it protects.
pub struct Standing {
    /// Whom or what.
    pub what: Protected,
    /// From what, why, and who says so.
    pub new: NewProtection,
    /// Since when, microseconds since 1970.
    pub begun_us: i64,
}

/// Whom or what a word protects.
pub enum Protected {
    /// A family, by a card of theirs.
    Family(CardCode),
    /// A programme, by its number and name.
    Programme(i64, String),
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
