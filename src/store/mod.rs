//! Everything that is kept, in SQLite or PostgreSQL: the only module that speaks SQL.
//!
//! The files in `queries/` are compiled twice, once for each database, so that each keeps its native
//! types and one set of statements serves both. [`Store`] chooses between the two. Reads go through a
//! pool; every write goes through one writer (`queries/writer.rs`), which owns the only writing
//! connection, commits together whatever waits, and acknowledges only after the commit.

use std::sync::Arc;

use crate::person::{CardCode, Role};
use crate::response::ResponseId;
use crate::session::{Area, Organisation, Programme, Project, Session};
use crate::survey::{Library, SurveyVersion};

use erasure::Erasing;

mod erasure;
mod error;
mod records;
#[macro_use]
mod dispatch;
mod audit;
mod report_input;
mod restore;
mod taking_out;
mod rescue;
mod target;

pub use audit::{AuditEntry, AuditVerdict, Deed};
pub use erasure::ErasureList;
pub use error::StoreError;
pub use records::{
    CardStock, FamilyMember, FlowStep, Held, HeldPerson, HeldResponse, IntakeReceipt, NewPerson, PairRow, Presence,
    PriorVisit, Processed, RawResponse, RegisteredPerson, ResponseState, SessionPlace, StateCount, StoredFlow,
    TabletBeat, TakenOut, Withdrawal,
};
pub use rescue::RescueReceipt;
pub use restore::restore;
pub use target::Target;

/// The queries on SQLite.
#[expect(clippy::duplicate_mod, reason = "each query file is compiled once for each database")]
mod sqlite {
    pub(super) type Db = sqlx::Sqlite;
    pub(super) type Conn = sqlx::SqliteConnection;
    /// Takes the write lock at once: a transaction that reads first and writes later can be refused.
    pub(super) const BEGIN: &[&str] = &["begin immediate"];
    /// Where the database is.
    pub(super) type Place = std::path::PathBuf;
    /// A file does not go away.
    pub(super) const CAN_BE_LOST: bool = false;

    pub(super) mod connection;
    #[path = "../queries/audit.rs"]
    pub(super) mod audit;
    #[path = "../queries/erasure.rs"]
    pub(super) mod erasure;
    #[path = "../queries/export.rs"]
    pub(super) mod export;
    #[path = "../queries/family.rs"]
    pub(super) mod family;
    #[path = "../queries/flow.rs"]
    pub(super) mod flow;
    #[path = "../queries/held.rs"]
    pub(super) mod held;
    #[path = "../queries/intake.rs"]
    pub(super) mod intake;
    #[path = "../queries/pairs.rs"]
    pub(super) mod pairs;
    #[path = "../queries/processing.rs"]
    pub(super) mod processing;
    #[path = "../queries/programme.rs"]
    pub(super) mod programme;
    #[path = "../queries/responses.rs"]
    pub(super) mod responses;
    #[path = "../queries/sessions.rs"]
    pub(super) mod sessions;
    #[path = "../queries/surveys.rs"]
    pub(super) mod surveys;
    #[path = "../queries/tablets.rs"]
    pub(super) mod tablets;
    #[path = "../queries/writer.rs"]
    pub(super) mod writer;
}

/// The queries on PostgreSQL.
#[expect(clippy::duplicate_mod, reason = "each query file is compiled once for each database")]
mod postgres {
    pub(super) type Db = sqlx::Postgres;
    pub(super) type Conn = sqlx::PgConnection;
    /// One writer at a time, as on SQLite, even if two programs are pointed at one database.
    pub(super) const BEGIN: &[&str] = &["begin", "select pg_advisory_xact_lock(20230901)"];
    /// Where the database is.
    pub(super) type Place = String;
    /// A server can be restarted under us.
    pub(super) const CAN_BE_LOST: bool = true;

    pub(super) mod connection;
    #[path = "../queries/audit.rs"]
    pub(super) mod audit;
    #[path = "../queries/erasure.rs"]
    pub(super) mod erasure;
    #[path = "../queries/export.rs"]
    pub(super) mod export;
    #[path = "../queries/family.rs"]
    pub(super) mod family;
    #[path = "../queries/flow.rs"]
    pub(super) mod flow;
    #[path = "../queries/held.rs"]
    pub(super) mod held;
    #[path = "../queries/intake.rs"]
    pub(super) mod intake;
    #[path = "../queries/pairs.rs"]
    pub(super) mod pairs;
    #[path = "../queries/processing.rs"]
    pub(super) mod processing;
    #[path = "../queries/programme.rs"]
    pub(super) mod programme;
    #[path = "../queries/responses.rs"]
    pub(super) mod responses;
    #[path = "../queries/sessions.rs"]
    pub(super) mod sessions;
    #[path = "../queries/surveys.rs"]
    pub(super) mod surveys;
    #[path = "../queries/tablets.rs"]
    pub(super) mod tablets;
    #[path = "../queries/writer.rs"]
    pub(super) mod writer;
}

/// The open database. Cheap to clone; every clone shares the pool and the writer.
#[derive(Clone)]
pub enum Store {
    /// One file beside the program.
    Sqlite(sqlite::writer::Side),
    /// A PostgreSQL server.
    Postgres(postgres::writer::Side),
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
                Store::Sqlite(sqlite::writer::Side::start(writer, readers, path.clone(), library.clone(), erasing))
            }
            Target::Postgres(url) => {
                let (mut writer, readers) = postgres::connection::connect(url).await?;
                let erasing = Erasing { key: postgres::erasure::key(&mut writer, &proposed).await?, list };
                Store::Postgres(postgres::writer::Side::start(writer, readers, url.clone(), library.clone(), erasing))
            }
        };
        store.take_out_again(now_us).await?;
        let versions: Vec<SurveyVersion> = library.all().to_vec();
        write!(&store, surveys::publish(&versions, now_us))?;
        let known = read!(&store, surveys::all())?;
        match &store {
            Store::Sqlite(side) => side.learn(known).await?,
            Store::Postgres(side) => side.learn(known).await?,
        }
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
        write!(self, processing::forget_derived())?;
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

    /// All programmes, the real ones first.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn programmes(&self) -> Result<Vec<Programme>, StoreError> {
        read!(self, programme::all())
    }

    /// One programme.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn programme(&self, id: i64) -> Result<Option<Programme>, StoreError> {
        read!(self, programme::by_id(id))
    }

    /// Adds a programme; its `id` is given by the store and returned.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn add_programme(&self, programme: Programme, now_us: i64) -> Result<i64, StoreError> {
        write!(self, programme::insert(&programme, now_us))
    }

    /// Changes a programme's texts, dates and target.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn change_programme(&self, programme: Programme) -> Result<(), StoreError> {
        write!(self, programme::update(&programme))
    }

    /// Removes a programme with everything in it, responses included. Returns the responses removed.
    ///
    /// # Errors
    /// Where the database fails; then nothing is removed.
    pub async fn remove_programme(&self, id: i64) -> Result<i64, StoreError> {
        write!(self, programme::remove(id))
    }

    /// A programme's areas by name.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn areas(&self, programme_id: i64) -> Result<Vec<Area>, StoreError> {
        read!(self, programme::areas(programme_id))
    }

    /// Adds an area. Returns its id.
    ///
    /// # Errors
    /// [`StoreError::Taken`] where the programme has an area of this name.
    pub async fn add_area(&self, area: Area) -> Result<i64, StoreError> {
        write!(self, programme::insert_area(&area))
    }

    /// A programme's organisations by name.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn organisations(&self, programme_id: i64) -> Result<Vec<Organisation>, StoreError> {
        read!(self, programme::organisations(programme_id))
    }

    /// Adds an organisation. Returns its id.
    ///
    /// # Errors
    /// [`StoreError::Taken`] where the programme has an organisation of this name.
    pub async fn add_organisation(&self, organisation: Organisation) -> Result<i64, StoreError> {
        write!(self, programme::insert_organisation(&organisation))
    }

    /// A programme's projects in the order they were added.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn projects(&self, programme_id: i64) -> Result<Vec<Project>, StoreError> {
        read!(self, programme::projects(programme_id))
    }

    /// One project.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn project(&self, id: i64) -> Result<Option<Project>, StoreError> {
        read!(self, programme::project(id))
    }

    /// Adds a project. Returns its id.
    ///
    /// # Errors
    /// [`StoreError::Taken`] where the programme has a project of this name.
    pub async fn add_project(&self, project: Project) -> Result<i64, StoreError> {
        write!(self, programme::insert_project(&project))
    }

    /// Changes a project.
    ///
    /// # Errors
    /// [`StoreError::Taken`] where another project of the programme has its name.
    pub async fn change_project(&self, project: Project) -> Result<(), StoreError> {
        write!(self, programme::update_project(&project))
    }

    /// The sessions of a programme, by project and day.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn sessions(&self, programme_id: i64) -> Result<Vec<Session>, StoreError> {
        read!(self, sessions::of_programme(programme_id))
    }

    /// The sessions of a programme at which somebody was seen, without those that only ask again later:
    /// what reports count as sessions held.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn sessions_held(&self, programme_id: i64) -> Result<Vec<Session>, StoreError> {
        read!(self, sessions::held(programme_id))
    }

    /// The open sessions of a project, newest day first.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn open_sessions(&self, project_id: i64) -> Result<Vec<Session>, StoreError> {
        read!(self, sessions::open_of_project(project_id))
    }

    /// A session with the project and programme it belongs to, by its key.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn session(&self, key: &str) -> Result<Option<SessionPlace>, StoreError> {
        // A key that none can be is not asked for: PostgreSQL refuses some texts outright.
        if !crate::response::is_key(key) {
            return Ok(None);
        }
        read!(self, sessions::by_key(key))
    }

    /// Adds a session. Returns its id.
    ///
    /// # Errors
    /// [`StoreError::Taken`] where the key is in use.
    pub async fn add_session(&self, session: Session) -> Result<i64, StoreError> {
        write!(self, sessions::insert(&session))
    }

    /// Changes a session's day, place and role.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn change_session(&self, session: Session) -> Result<(), StoreError> {
        write!(self, sessions::update(&session))
    }

    /// Closes a session, or opens it again with `None`. A closed session still accepts late answers.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn close_session(&self, id: i64, at_us: Option<i64>) -> Result<(), StoreError> {
        write!(self, sessions::close(id, at_us))
    }

    /// Notes a "No": a count, nothing else.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn add_refusals(&self, session_id: i64, role: Role, n: i64) -> Result<(), StoreError> {
        write!(self, sessions::refuse(session_id, role, n))
    }

    /// Counts a *no* that a tablet sends until it is acknowledged: once for each `id`.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn refuse_once(&self, id: ResponseId, session_id: i64, role: Role) -> Result<(), StoreError> {
        write!(self, tablets::refuse_once(id.as_str(), session_id, role))
    }

    /// Notes that somebody stopped. Nothing that came, or comes, under this id is kept.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn withdraw(&self, id: ResponseId, withdrawal: Withdrawal, received_us: i64) -> Result<(), StoreError> {
        write!(self, tablets::withdraw(&id, &withdrawal, received_us))
    }

    /// How many people stopped at a session, by its key.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn withdrawn_at(&self, session: &str) -> Result<i64, StoreError> {
        read!(self, tablets::withdrawn_at(session))
    }

    /// Keeps a tablet's newest word about itself.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn beat(&self, session_id: i64, beat: TabletBeat, seen_us: i64) -> Result<(), StoreError> {
        write!(self, tablets::beat(session_id, &beat, seen_us))
    }

    /// The tablets of a session with the moment each was last heard of, newest first.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn tablets(&self, session_id: i64) -> Result<Vec<(TabletBeat, i64)>, StoreError> {
        read!(self, tablets::of_session(session_id))
    }

    /// How often somebody said no at each session of a programme: (session, who, how often).
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn refusals(&self, programme_id: i64) -> Result<Vec<(i64, Role, i64)>, StoreError> {
        read!(self, sessions::refusals(programme_id))
    }

    /// How many responses of a session are in each state, for the session's page.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn states_of_session(&self, session_id: i64) -> Result<Vec<StateCount>, StoreError> {
        read!(self, responses::states_of_session(session_id))
    }

    /// Who came to a session and who said no, as counts.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn presence(&self, session_id: i64) -> Result<Presence, StoreError> {
        read!(self, sessions::presence(session_id))
    }

    /// Responses that could not be counted, by state and reason.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn troubles(&self) -> Result<Vec<StateCount>, StoreError> {
        read!(self, responses::troubles())
    }

    /// Issues cards to a project. Codes that exist already or were taken out are left out; returns the codes
    /// that were new.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn issue_cards(
        &self,
        project_id: i64,
        codes: Vec<CardCode>,
        now_us: i64,
    ) -> Result<Vec<CardCode>, StoreError> {
        let mut fresh = Vec::with_capacity(codes.len());
        for code in codes {
            if !self.is_taken_out(&code).await? {
                fresh.push(code);
            }
        }
        write!(self, family::issue(project_id, &fresh, now_us))
    }

    /// The cards issued to a project at a moment, or all of them.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn cards(&self, project_id: i64, issued_us: Option<i64>) -> Result<Vec<(CardCode, i64)>, StoreError> {
        read!(self, family::cards(project_id, issued_us))
    }

    /// How many cards of a project have been issued, and how many nobody has used yet.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn card_stock(&self, project_id: i64) -> Result<CardStock, StoreError> {
        read!(self, family::card_stock(project_id))
    }

    /// The project whose card this is.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn project_of_card(&self, code: &CardCode) -> Result<Option<Project>, StoreError> {
        read!(self, family::project_of_card(code))
    }

    /// The people of a family who are known, each with the questionnaires that count for them. No answers.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn family(&self, code: &CardCode) -> Result<Vec<FamilyMember>, StoreError> {
        read!(self, family::members(code))
    }

    /// Every family of a programme that holds a card, known people or none: what a tablet takes with it.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn families(&self, programme_id: i64) -> Result<Vec<(CardCode, Vec<FamilyMember>)>, StoreError> {
        read!(self, family::of_programme(programme_id))
    }

    /// Makes people known and present at a session; those known already stay as they are.
    ///
    /// # Errors
    /// Where the database fails, or a card does not exist.
    pub async fn register(&self, people: Vec<NewPerson>, now_us: i64) -> Result<(), StoreError> {
        write!(self, family::register(&people, now_us))
    }

    /// The counts of a programme that every statistic is computed from.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn pair_counts(&self, programme_id: i64) -> Result<Vec<crate::pairing::PairCount>, StoreError> {
        read!(self, pairs::counts(programme_id))
    }

    /// Who of a programme belongs together at one-off sessions, where families and not sessions are alike.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn family_pairs(&self, programme_id: i64) -> Result<Vec<crate::pairing::FamilyPairs>, StoreError> {
        read!(self, pairs::of_families(programme_id))
    }

    /// Who took part in a programme, step by step, by project, role and school year.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn flow(&self, programme_id: i64) -> Result<Vec<StoredFlow>, StoreError> {
        read!(self, flow::of_programme(programme_id))
    }

    /// A programme's people by key, `limit` at a time from after `after`.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn people_after(
        &self,
        programme_id: i64,
        after: i64,
        limit: i64,
    ) -> Result<Vec<RegisteredPerson>, StoreError> {
        read!(self, export::people(programme_id, after, limit))
    }

    /// The key of the newest of a programme's people; 0 where there is nobody.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn newest_person(&self, programme_id: i64) -> Result<i64, StoreError> {
        read!(self, export::newest_person(programme_id))
    }

    /// The placed responses of some people with their stored bytes, by person and arrival.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn responses_of(&self, people: &[i64]) -> Result<Vec<RawResponse>, StoreError> {
        read!(self, export::responses(people))
    }

    /// The sessions that some people came to: (person, session).
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn attendance_of(&self, people: &[i64]) -> Result<Vec<(i64, i64)>, StoreError> {
        read!(self, export::attendance(people))
    }

    /// The stored pairs of some people: what every reported figure is counted from.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn pairs_of(&self, people: &[i64]) -> Result<Vec<PairRow>, StoreError> {
        read!(self, export::pairs(people))
    }

    /// The survey versions a programme's placed responses were answered on, by hash, with how many each has.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn versions_answered(&self, programme_id: i64) -> Result<Vec<(String, i64)>, StoreError> {
        read!(self, export::versions(programme_id))
    }

    /// Everything that is derived, in one comparable text: what [`Store::rebuild`] must reproduce.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn derived(&self) -> Result<String, StoreError> {
        read!(self, pairs::derived())
    }
}
