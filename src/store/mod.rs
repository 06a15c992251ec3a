//! Everything that is kept, in SQLite or PostgreSQL: the only module that speaks SQL.
//!
//! The files in `queries/` are compiled twice, once for each database, so that each keeps its native
//! types and one set of statements serves both. [`Store`] chooses between the two. Reads go through a
//! pool; every write goes through one writer (`queries/writer.rs`), which owns the only writing
//! connection, commits together whatever waits, and acknowledges only after the commit.

use std::sync::Arc;

use crate::html::family::notice::notice;
use crate::response::ResponseId;
use crate::survey::{Library, SurveyVersion};

use erasure::Erasing;

mod erasure;
mod error;
mod records;
#[macro_use]
mod dispatch;
mod accounts;
mod audit;
mod board;
mod closing;
mod counts;
mod data_protection;
mod families;
mod held;
mod keying;
mod line;
mod links;
mod migrations;
mod pairing;
mod permission;
mod practice;
mod programmes;
mod protection;
mod quotes;
mod report_input;
mod rescue;
mod restore;
mod retention;
mod safeguarding;
mod sessions;
mod shut;
mod sign_off;
mod sitting;
mod step;
mod taking_out;
mod target;
mod texts;

pub use accounts::{Credentials, FunderLink, NewAccount};
pub use audit::{AuditEntry, AuditVerdict, Deed, WITHDRAWN};
pub use board::{Attendee, SessionTablet};
pub use erasure::ErasureList;
pub use error::StoreError;
pub use held::{Held, HeldKeying, HeldPerson, HeldPresence, HeldQuote, HeldResponse};
pub use keying::SecondKeying;
pub use line::LogLine;
pub use links::{LinkRefusal, LinkedPerson, NewLink, StoredLink};
pub use pairing::{Ask, Asked, Pairing};
pub use permission::{AssentCount, PermissionCount, PermissionGap, PermissionNote};
pub use practice::{NewPractice, Practice};
pub use programmes::NamedProject;
pub use protection::{NewProtection, Protection};
pub use quotes::TakenQuote;
pub use records::{
    CardStock, Come, FamilyMember, FlowStep, IntakeReceipt, NewPerson, PairRow, Presence, PriorVisit, Processed,
    RawResponse, RegisteredPerson, ResponseState, SessionPlace, StateCount, StoredFlow, TabletBeat, TakenOut,
    Withdrawal,
};
pub use report_input::Edition;
pub use rescue::RescueReceipt;
pub use restore::{Restored, restore};
pub use retention::Clearable;
pub use safeguarding::{Comment, Safeguarding, Unread};
pub use shut::{Shut, ShutAccount};
pub use sign_off::SignOff;
pub use sitting::Sitting;
pub use target::Target;

/// The queries on SQLite.
#[expect(clippy::duplicate_mod, reason = "each query file is compiled once for each database")]
mod sqlite;

/// The queries on PostgreSQL.
#[expect(clippy::duplicate_mod, reason = "each query file is compiled once for each database")]
mod postgres;

/// The open database. Cheap to clone; every clone shares the pool and the writer.
#[derive(Clone)]
pub enum Store {
    /// One file beside the program.
    Sqlite(sqlite::side::Side),
    /// A PostgreSQL server.
    Postgres(postgres::side::Side),
}

impl Store {
    /// Opens the database, makes or upgrades its tables, reads its safety settings back, publishes the
    /// library's survey versions in it and learns the versions it already holds.
    ///
    /// # Errors
    /// Where the file is not a database, the folder cannot be written, the server does not answer, a
    /// setting does not hold, or a newer Pencilmark has been here.
    pub async fn open(target: &Target, library: Library, now_us: i64) -> Result<Store, StoreError> {
        let list = match target {
            Target::Sqlite(path) => Some(ErasureList::beside(path)),
            Target::Postgres(_) => None,
        };
        Store::open_with(target, library, now_us, list).await
    }

    /// The same with the list of what was taken out at a place of its own. What the list names and the
    /// database still holds, because an older copy was put in its place, is taken out before anything else.
    ///
    /// # Errors
    /// As [`Store::open`], and where the list cannot be used.
    pub async fn open_with(
        target: &Target,
        library: Library,
        now_us: i64,
        list: Option<ErasureList>,
    ) -> Result<Store, StoreError> {
        if let Target::Sqlite(path) = target
            && let Some(file) = path.ancestors().skip(1).find(|folder| folder.is_file())
        {
            return Err(StoreError::NotAFolder(file.to_owned()));
        }
        let proposed = taking_out::proposed_key(list.as_ref())?;
        let store = match target {
            Target::Sqlite(path) => {
                let (mut writer, readers) = sqlite::connection::connect(path).await?;
                let erasing = Erasing { key: sqlite::erasure::key(&mut writer, &proposed).await?, list };
                Store::Sqlite(sqlite::side::Side::start(writer, readers, path.clone(), library.clone(), erasing))
            }
            Target::Postgres(url) => {
                let (mut writer, readers) = postgres::connection::connect(url).await?;
                let erasing = Erasing { key: postgres::erasure::key(&mut writer, &proposed).await?, list };
                Store::Postgres(postgres::side::Side::start(writer, readers, url.clone(), library.clone(), erasing))
            }
        };
        store.take_out_again(now_us).await?;
        let versions: Vec<SurveyVersion> = library.all().to_vec();
        write!(&store, surveys::publish(&versions, now_us))?;
        write!(&store, permission::publish(notice(), now_us))?;
        let known = read!(&store, surveys::all())?;
        match &store {
            Store::Sqlite(side) => side.learn(known).await?,
            Store::Postgres(side) => side.learn(known).await?,
        }
        let library = store.library();
        write!(&store, family_sums::set_cuts(&library))?;
        Ok(store)
    }

    /// The surveys the store scores with: today's and every version ever answered on.
    pub fn library(&self) -> Arc<Library> {
        match self {
            Store::Sqlite(side) => side.library(),
            Store::Postgres(side) => side.library(),
        }
    }

    /// Stores a response's bytes; returns after they are durable. The same bytes again are known,
    /// other bytes under the same id are kept beside the first.
    ///
    /// # Errors
    /// Where the bytes could not be made durable: nothing was acknowledged, the sender must try again.
    pub async fn take_in(&self, id: ResponseId, bytes: Vec<u8>, received_us: i64) -> Result<IntakeReceipt, StoreError> {
        match self {
            Store::Sqlite(side) => side.take_in(id, bytes, received_us).await,
            Store::Postgres(side) => side.take_in(id, bytes, received_us).await,
        }
    }

    /// The same for many responses, in their order; they are committed in groups.
    ///
    /// # Errors
    /// Where any of them could not be made durable; those before it may be stored.
    pub async fn take_in_all(
        &self,
        responses: Vec<(ResponseId, Vec<u8>, i64)>,
    ) -> Result<Vec<IntakeReceipt>, StoreError> {
        match self {
            Store::Sqlite(side) => side.take_in_all(responses).await,
            Store::Postgres(side) => side.take_in_all(responses).await,
        }
    }

    /// Waits until every response taken in so far is judged, scored and paired. Returns how many
    /// responses have been processed since the store was opened.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn settle(&self) -> Result<Processed, StoreError> {
        match self {
            Store::Sqlite(side) => side.settle().await,
            Store::Postgres(side) => side.settle().await,
        }
    }

    /// Throws everything derived away and builds it again from the stored bytes. `step` hears how many
    /// responses are done.
    ///
    /// # Errors
    /// Where the database fails; what was derived is then incomplete until the next rebuild.
    pub async fn rebuild(&self, step: impl Fn(i64) + Send) -> Result<i64, StoreError> {
        write!(self, derived::forget_everything())?;
        let mut done = 0;
        loop {
            let batch = match self {
                Store::Sqlite(side) => side.process_batch().await?,
                Store::Postgres(side) => side.process_batch().await?,
            };
            if batch == 0 {
                return Ok(done);
            }
            done += batch;
            step(done);
        }
    }

    /// Closes the database and waits until its files are whole. Other handles of it no longer work.
    ///
    /// # Errors
    /// Where it was closed before.
    pub async fn close(&self) -> Result<(), StoreError> {
        match self {
            Store::Sqlite(side) => side.close().await,
            Store::Postgres(side) => side.close().await,
        }
    }

    /// Writes a complete, consistent copy of a SQLite database to `path`, which must not exist yet.
    ///
    /// # Errors
    /// On PostgreSQL (use `pg_dump`), where the file exists, or where it cannot be written.
    pub async fn copy_to(&self, path: &std::path::Path) -> Result<(), StoreError> {
        match self {
            Store::Sqlite(side) => sqlite::connection::copy_to(&mut *side.reader().await?, path).await,
            Store::Postgres(_) => Err(StoreError::BackupOfPostgres),
        }
    }

    /// Number of responses whose bytes are stored.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn response_count(&self) -> Result<i64, StoreError> {
        read!(self, intake::count())
    }

    /// Number of responses that are stored and not judged yet: no figure counts them so far.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn unjudged(&self) -> Result<i64, StoreError> {
        read!(self, intake::unjudged())
    }
}
