//! Sessions: their days and doors, who came, who said no, and the tablets that answered there.

use crate::person::CardCode;
use crate::response::ResponseId;
use crate::session::late_before::BegunBefore;
use crate::session::{No, Session};

use super::{Come, Presence, SessionPlace, StateCount, Store, StoreError, TabletBeat, Withdrawal, postgres, sqlite};

impl Store {
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

    /// Starts the afters of a session, so that tablets propose them; `None` takes that back.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn start_afters(&self, id: i64, at_us: Option<i64>) -> Result<(), StoreError> {
        write!(self, sessions::start_afters(id, at_us))
    }

    /// The last session that somebody with this card came to.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn last_session(&self, code: &CardCode) -> Result<Option<Session>, StoreError> {
        read!(self, sessions::last_of_card(code))
    }

    /// Notes a "No", or several: a count, nothing else.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn add_noes(&self, session_id: i64, no: No, n: i64) -> Result<(), StoreError> {
        write!(self, sessions::add_noes(session_id, no, n))
    }

    /// Counts a *no* that a tablet sends until it is acknowledged: once for each `id`.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn count_no(&self, id: ResponseId, session_id: i64, no: No) -> Result<(), StoreError> {
        write!(self, tablets::count_no(id.as_str(), session_id, no))
    }

    /// Keeps the id of a *no* that is not counted, because its person was, so that it is never counted later.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn know_no(&self, id: ResponseId, session_id: i64) -> Result<(), StoreError> {
        write!(self, tablets::know_no(id.as_str(), session_id))?;
        Ok(())
    }

    /// What of a questionnaire has come that somebody is said to have stopped.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn has_come(&self, id: &ResponseId, withdrawal: &Withdrawal) -> Result<Come, StoreError> {
        read!(self, tablets::has_come(id, withdrawal))
    }

    /// Notes that somebody stopped. Nothing that comes under this id is kept, nor what came of the same tablet, number
    /// and session: of that a line is in the log. What came of another is left alone, and nothing is noted.
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

    /// How many tablets were not heard of since that moment and held unsent answers when they were.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn tablets_silent_since(&self, since_us: i64) -> Result<i64, StoreError> {
        read!(self, tablets::silent_since(since_us))
    }

    /// The tablets of a session with the moment each was last heard of, newest first.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn tablets(&self, session_id: i64) -> Result<Vec<(TabletBeat, i64)>, StoreError> {
        read!(self, tablets::of_session(session_id))
    }

    /// How often somebody said no at each session of a programme: (session, what, how often).
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn noes(&self, programme_id: i64) -> Result<Vec<(i64, No, i64)>, StoreError> {
        read!(self, sessions::noes(programme_id))
    }

    /// Every before of a programme that was placed, with the moment it was begun.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn befores_begun(&self, programme_id: i64) -> Result<Vec<BegunBefore>, StoreError> {
        read!(self, responses::befores_begun(programme_id))
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
}
