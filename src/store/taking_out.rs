//! Taking a family's answers out, and keeping them out.

use std::collections::{HashMap, HashSet};

use crate::person::CardCode;

use super::erasure::{Erasing, ErasureKey, ErasureList, Tombstone};
use super::{Deed, Held, LogLine, Store, StoreError, TakenOut, postgres, sqlite};

impl Store {
    /// Takes a card out with everything that was ever sent with it: the bytes, what was derived from
    /// them, the people, the card itself. Copies that arrive later are refused for good. `None` where
    /// there is no such card (any more).
    ///
    /// The hash of the card goes to the list beside the database first. If the power goes in between, the
    /// next start finishes what was begun.
    ///
    /// # Errors
    /// Where the list or the database cannot be written, or somebody keeps it from being deleted; then nothing is taken
    /// out.
    pub async fn take_out(&self, code: &CardCode, now_us: i64) -> Result<Option<TakenOut>, StoreError> {
        let (code, erasing, library) = (code.clone(), self.erasing().clone(), self.library());
        let of = erasing.clone();
        let Some((withdrawn, stones)) = write!(self, erasure::withdraw(&library, &code, &of, now_us))? else {
            return Ok(None);
        };
        // The card's own line stands already.
        erasing.note(stones.get(1..).unwrap_or_default())?;
        self.scrub().await;
        Ok(Some(withdrawn))
    }

    /// Everything that is kept under a card: exactly what [`Store::take_out`] takes out. `None` where there
    /// is no such card.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn held(&self, code: &CardCode) -> Result<Option<Held>, StoreError> {
        read!(self, held::of_card(code))
    }

    /// Whether the card was taken out.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn is_taken_out(&self, code: &CardCode) -> Result<bool, StoreError> {
        let digest = self.erasing().key.of_card(code);
        read!(self, erasure::stands(&digest))
    }

    /// Takes out again what the list names and an older copy of the database has brought back. What somebody has kept
    /// from deletion since it was listed stays: it was never taken out, and waits until that is ended.
    pub(super) async fn take_out_again(&self, now_us: i64) -> Result<(), StoreError> {
        let erasing = self.erasing().clone();
        let (key, Some(list)) = (&erasing.key, &erasing.list) else { return Ok(()) };
        let listed = list.under(key).map_err(|error| list.unusable(&error))?;
        let standing = read!(self, erasure::tombstones())?;
        let known: HashSet<&str> = standing.iter().map(|stone| stone.digest.as_str()).collect();
        let mut missing: Vec<Tombstone> =
            listed.iter().filter(|stone| !known.contains(stone.digest.as_str())).cloned().collect();
        if !missing.is_empty() {
            let since: HashMap<String, i64> =
                missing.iter().map(|stone| (stone.digest.clone(), stone.erased_us)).collect();
            for code in read!(self, erasure::all_cards())? {
                let digest = key.of_card(&code);
                if let Some(erased_us) = since.get(&digest) {
                    let standing = self.protections_of(&code).await?;
                    if standing.iter().any(|one| one.keeps() && one.begun_us > *erased_us) {
                        missing.retain(|stone| stone.digest != digest);
                        continue;
                    }
                    let again = Deed {
                        who: "the list of what was withdrawn".to_owned(),
                        what: "Took a family’s answers out again".to_owned(),
                        reason: "The database still had them, or an older copy of it had".to_owned(),
                        ..Deed::default()
                    };
                    LogLine::of(again, now_us).over(self.erase(&code, now_us)).await?;
                }
            }
            write!(self, erasure::set(&missing))?;
            self.scrub().await;
        }
        // A list that was lost is written again.
        let listed: HashSet<&str> = listed.iter().map(|stone| stone.digest.as_str()).collect();
        let unlisted: Vec<Tombstone> =
            standing.iter().filter(|stone| !listed.contains(stone.digest.as_str())).cloned().collect();
        erasing.note(&unlisted)
    }

    async fn erase(&self, code: &CardCode, now_us: i64) -> Result<(), StoreError> {
        let (code, erasing, library) = (code.clone(), self.erasing().clone(), self.library());
        let key = erasing.key.clone();
        let (_, stones) = write!(self, erasure::erase(&library, &code, &key, now_us))?;
        // The card's own line stands already.
        erasing.note(stones.get(1..).unwrap_or_default())
    }

    pub(super) fn erasing(&self) -> &Erasing {
        match self {
            Store::Sqlite(side) => side.erasing(),
            Store::Postgres(side) => side.erasing(),
        }
    }

    /// Lets nothing that was deleted linger in the database's files. What was deleted is out, and whoever asked for it
    /// hears so: where a reader or a full disk holds this up, it is noted as due, and `tidy` does it later.
    pub(super) async fn scrub(&self) {
        let scrubbed = match self {
            Store::Sqlite(side) => side.scrub().await,
            Store::Postgres(side) => side.scrub().await,
        };
        match scrubbed {
            Ok(true) => {}
            Ok(false) => {
                tracing::warn!(
                    "somebody reads the database: what was deleted goes from its files when they have finished"
                );
            }
            Err(error) => {
                tracing::error!(%error, "what was deleted lingers in the database’s files until they can be written anew")
            }
        }
    }

    /// Writes the files anew where that is due, and else empties the database's log, in which readers, another program or
    /// the last start may have left what was deleted. To be asked again and again: nobody is waited for long. Returns
    /// whether nothing lingers.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn tidy(&self) -> Result<bool, StoreError> {
        let due = read!(self, rewriting::is_due())?;
        match self {
            Store::Sqlite(side) if due => side.scrub().await,
            Store::Postgres(side) if due => side.scrub().await,
            Store::Sqlite(side) => side.empty_log().await,
            Store::Postgres(side) => side.empty_log().await,
        }
    }
}

/// The key for a database that has none yet: that of the list, so that an older copy goes on with it.
pub(super) fn proposed_key(list: Option<&ErasureList>) -> Result<ErasureKey, StoreError> {
    let listed = match list {
        Some(list) => list.key().map_err(|error| list.unusable(&error))?,
        None => None,
    };
    match listed {
        Some(key) => Ok(key),
        None => Ok(ErasureKey::random()?),
    }
}
