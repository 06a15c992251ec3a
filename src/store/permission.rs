//! How families and schools said yes: kept with each answer, and the words it was said to kept for good.

use crate::html::family::notice::Notice;
use crate::person::Role;
use crate::response::{GivenAfterwards, GivenBy, Mode};
use crate::survey::Wave;

use super::{Store, StoreError, postgres, sqlite};

/// Children's answers of one session and wave for which permission was given in one way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PermissionCount {
    /// The wave.
    pub wave: Wave,
    /// By whom; `None` where the answer does not say.
    pub by: Option<GivenBy>,
    /// On which words; `None` where the answer does not say.
    pub notice: Option<String>,
    /// Where the answer does not say: whether somebody has noted since how it was given.
    pub noted: bool,
    /// Answers.
    pub n: i64,
}

/// Answers of one session and wave, of children or of grown-ups, before which the person said yes in one way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssentCount {
    /// The wave.
    pub wave: Wave,
    /// Children or grown-ups.
    pub role: Role,
    /// Where they said yes; `None` where the answer does not say that they did.
    pub said: Option<Mode>,
    /// On which words; `None` where the answer does not say.
    pub notice: Option<String>,
    /// Answers.
    pub n: i64,
}

/// What somebody noted of a session's answers that did not say how permission was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PermissionNote {
    /// How it was given.
    pub given: GivenAfterwards,
    /// Why they say so.
    pub reason: String,
    /// Who noted it.
    pub who: String,
    /// When, microseconds since 1970: it is about answers that had arrived by then.
    pub noted_us: i64,
}

/// Children's counted answers of one project that do not say how permission was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PermissionGap {
    /// The session's project.
    pub project_id: i64,
    /// Whether somebody has noted since how it was given.
    pub noted: bool,
    /// Answers.
    pub n: i64,
}

impl Store {
    /// Every notice that was ever shown here, the oldest first, with the moment it first was.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn notices(&self) -> Result<Vec<(Notice, i64)>, StoreError> {
        read!(self, permission::notices())
    }

    /// Says that the school has asked families before a session; with nothing, that they are asked on the tablet.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn set_school_notice(&self, session_id: i64, said_us: Option<i64>) -> Result<(), StoreError> {
        write!(self, permission::set_school_notice(session_id, said_us))
    }

    /// How permission was given for the children's answers of a session.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn permissions(&self, session_id: i64) -> Result<Vec<PermissionCount>, StoreError> {
        read!(self, permission::counts(session_id))
    }

    /// Where people said yes themselves to the answers of a session.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn assents(&self, session_id: i64) -> Result<Vec<AssentCount>, StoreError> {
        read!(self, permission::assents(session_id))
    }

    /// Children's counted answers of a session of which nobody has said how permission was given.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn unpermitted_at(&self, session_id: i64) -> Result<i64, StoreError> {
        read!(self, permission::gap_at(session_id))
    }

    /// The same for a programme, by project, with those of which somebody has said it since.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn permission_gaps(&self, programme_id: i64) -> Result<Vec<PermissionGap>, StoreError> {
        read!(self, permission::gaps(programme_id))
    }

    /// What was noted of a session, the oldest first.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn permission_notes(&self, session_id: i64) -> Result<Vec<PermissionNote>, StoreError> {
        read!(self, permission::noted(session_id))
    }

    /// Notes how permission was given for the answers of a session that do not say it.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn note_permission(&self, session_id: i64, note: PermissionNote) -> Result<(), StoreError> {
        write!(self, permission::note(session_id, &note))
    }

    /// Sets a session's answers aside of which nobody can say that permission was given. Each is a decision that *Who is
    /// who* takes back. Returns how many.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn set_unpermitted_aside(
        &self,
        programme_id: i64,
        session_id: i64,
        reason: String,
        who: String,
        now_us: i64,
    ) -> Result<i64, StoreError> {
        let library = self.library();
        write!(self, permission::set_aside(&library, programme_id, session_id, &reason, &who, now_us))
    }
}
