//! The audit log: who did what, when and why, as a chain that shows whether anything in it was changed.

use sha2::{Digest, Sha256};

use super::{Store, StoreError, postgres, sqlite};

/// What is written down. Never an answer, and never a card's code.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Deed {
    /// Who did it: a name, or from where.
    pub who: String,
    /// What was done, in words.
    pub what: String,
    /// What it was done to: an address within the program, or words.
    pub about: String,
    /// Why, where somebody said.
    pub reason: String,
}

/// One row of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// Counts up from 1 without a gap.
    pub n: i64,
    /// When, microseconds since 1970.
    pub at_us: i64,
    /// What is written down.
    pub deed: Deed,
    /// SHA-256 over the link before it and this row, hexadecimal.
    pub link: String,
}

/// The link before the first row.
pub(super) const BEGINNING: &str = "pencilmark";

/// A longer text is cut: the log is for reading.
const LONGEST: usize = 300;

/// What a check of the log found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuditVerdict {
    /// Every row follows from the one before it.
    Whole {
        /// Rows.
        rows: i64,
        /// The last link. Kept elsewhere, it shows later that nothing was cut off the end.
        last: String,
    },
    /// The first row that does not follow.
    Broken {
        /// Its number, or the number that is missing.
        at: i64,
    },
}

impl AuditEntry {
    /// The row that follows `last`, the number and link of the row before it.
    pub(super) fn after(last: Option<(i64, String)>, at_us: i64, deed: Deed) -> AuditEntry {
        let (n, before) = last.map_or((1, BEGINNING.to_owned()), |(n, link)| (n + 1, link));
        let short = |text: String| text.chars().take(LONGEST).collect();
        let deed =
            Deed { who: short(deed.who), what: short(deed.what), about: short(deed.about), reason: short(deed.reason) };
        let link = link_of(&before, n, at_us, &deed);
        AuditEntry { n, at_us, deed, link }
    }
}

/// Each part goes in with its length, so that no text can be moved from one column into the next.
fn link_of(before: &str, n: i64, at_us: i64, deed: &Deed) -> String {
    let mut sum = Sha256::new();
    for part in [before, &n.to_string(), &at_us.to_string(), &deed.who, &deed.what, &deed.about, &deed.reason] {
        sum.update((part.len() as u64).to_be_bytes());
        sum.update(part.as_bytes());
    }
    crate::system::hex(&sum.finalize())
}

/// Follows the chain over some rows in order; `last` is where the rows before them ended.
fn follow(last: &mut (i64, String), rows: &[AuditEntry]) -> Option<AuditVerdict> {
    for row in rows {
        let (n, before) = &*last;
        if row.n != n + 1 || row.link != link_of(before, row.n, row.at_us, &row.deed) {
            return Some(AuditVerdict::Broken { at: n + 1 });
        }
        *last = (row.n, row.link.clone());
    }
    None
}

/// What the log calls it that a family's answers were taken out, whoever did it.
pub const WITHDRAWN: &str = "Took a family’s answers out";

impl Store {
    /// When families' answers were taken out of a programme's projects, as the log tells: by the names they had then.
    /// Nothing is told of a project whose name another programme has for one of its own, because it might be theirs.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn withdrawn_from(&self, programme_id: i64) -> Result<Vec<i64>, StoreError> {
        let projects = read!(self, project::names_of_its_own(programme_id))?;
        let done = read!(self, audit::done(WITHDRAWN))?;
        let here = |about: &str| {
            projects.iter().any(|project| about.strip_prefix(&**project).is_some_and(|rest| rest.starts_with(':')))
        };
        Ok(done.into_iter().filter(|(_, about)| here(about)).map(|(at_us, _)| at_us).collect())
    }

    /// Writes a deed down.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn note(&self, deed: Deed, at_us: i64) -> Result<(), StoreError> {
        write!(self, audit::append(deed, at_us))
    }

    /// Rows of the log, newest first, from before number `before`, or the newest.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn audit(&self, before: Option<i64>, limit: i64) -> Result<Vec<AuditEntry>, StoreError> {
        read!(self, audit::newest(before.unwrap_or(i64::MAX), limit))
    }

    /// Follows the whole chain.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn verify_audit(&self) -> Result<AuditVerdict, StoreError> {
        let mut last = (0, BEGINNING.to_owned());
        loop {
            let rows = read!(self, audit::after(last.0, 1_000))?;
            if let Some(broken) = follow(&mut last, &rows) {
                return Ok(broken);
            }
            if rows.is_empty() {
                return Ok(AuditVerdict::Whole { rows: last.0, last: last.1 });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain() -> Vec<AuditEntry> {
        let mut rows: Vec<AuditEntry> = Vec::new();
        for n in 0..5 {
            let deed = Deed { who: "anna".into(), what: format!("did {n}"), ..Deed::default() };
            let last = rows.last().map(|row| (row.n, row.link.clone()));
            rows.push(AuditEntry::after(last, 1_000 + n, deed));
        }
        rows
    }

    fn verdict(rows: &[AuditEntry]) -> Option<AuditVerdict> {
        follow(&mut (0, BEGINNING.to_owned()), rows)
    }

    #[test]
    fn a_chain_shows_every_kind_of_change() {
        assert_eq!(verdict(&chain()), None);
        let broken = |change: fn(&mut Vec<AuditEntry>)| {
            let mut rows = chain();
            change(&mut rows);
            verdict(&rows)
        };
        let at = |at| Some(AuditVerdict::Broken { at });
        assert_eq!(broken(|rows| rows[2].deed.what = "did nothing".into()), at(3));
        assert_eq!(broken(|rows| rows[2].at_us += 1), at(3));
        assert_eq!(broken(|rows| drop(rows.remove(1))), at(2));
        assert_eq!(broken(|rows| rows.swap(1, 2)), at(2));
        assert_eq!(
            broken(|rows| {
                let Deed { who, what, .. } = &mut rows[0].deed;
                let letter = who.pop().unwrap_or_default();
                what.insert(0, letter);
            }),
            at(1),
            "a letter moved from one column to the next"
        );
    }
}
