//! What staff set up: programmes, areas, organisations, projects.

use crate::session::{Area, Because, Organisation, Programme, Project, TargetChange};

use super::{Store, StoreError, postgres, sqlite};

/// A project as a form has it: where it works and who runs it are still names, or empty.
#[derive(Debug, Clone)]
pub struct NamedProject {
    /// The project; its area and organisation are those named below.
    pub project: Project,
    /// The name of its area.
    pub area: String,
    /// The name of who runs it.
    pub organisation: String,
}

impl Store {
    /// All programmes, the real ones first; practices are not among them.
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

    /// Changes a programme's texts, dates and target. What changes of a target while answers are in leaves a trace;
    /// `false`, and nothing changes, where that needs a reason and there is none.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn change_programme(&self, programme: Programme, because: Because) -> Result<bool, StoreError> {
        write!(self, programme::update(&programme, &because))
    }

    /// Whether answers are in at a programme's sessions, or at those of one of its projects: from then on a target is
    /// no longer fixed in advance where it is changed.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn answers_are_in(&self, programme_id: i64, project_id: Option<i64>) -> Result<bool, StoreError> {
        read!(self, targets::answers_are_in(programme_id, project_id))
    }

    /// Whether answers are in at a session.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn answered_at(&self, session_id: i64) -> Result<bool, StoreError> {
        read!(self, targets::answered_at(session_id))
    }

    /// The targets that were changed while answers were in, oldest first.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn target_changes(&self, programme_id: i64) -> Result<Vec<TargetChange>, StoreError> {
        read!(self, targets::changes(programme_id))
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
        read!(self, areas::of_programme(programme_id))
    }

    /// Adds an area. Returns its id.
    ///
    /// # Errors
    /// [`StoreError::Taken`] where the programme has an area of this name.
    pub async fn add_area(&self, area: Area) -> Result<i64, StoreError> {
        write!(self, areas::insert(&area))
    }

    /// A programme's organisations by name.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn organisations(&self, programme_id: i64) -> Result<Vec<Organisation>, StoreError> {
        read!(self, areas::organisations(programme_id))
    }

    /// Adds an organisation. Returns its id.
    ///
    /// # Errors
    /// [`StoreError::Taken`] where the programme has an organisation of this name.
    pub async fn add_organisation(&self, organisation: Organisation) -> Result<i64, StoreError> {
        write!(self, areas::insert_organisation(&organisation))
    }

    /// A programme's projects in the order they were added.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn projects(&self, programme_id: i64) -> Result<Vec<Project>, StoreError> {
        read!(self, project::of_programme(programme_id))
    }

    /// One project.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn project(&self, id: i64) -> Result<Option<Project>, StoreError> {
        read!(self, project::by_id(id))
    }

    /// Adds a project. Returns its id.
    ///
    /// # Errors
    /// [`StoreError::Taken`] where the programme has a project of this name.
    pub async fn add_project(&self, project: Project) -> Result<i64, StoreError> {
        write!(self, project::insert(&project))
    }

    /// Adds a project, or changes the `old` one, with its area and who runs it where the programme does not know them
    /// yet. Gives its id. A target that changes while answers are in leaves a trace.
    ///
    /// # Errors
    /// [`StoreError::Taken`] where another project of the programme has its name, [`StoreError::Overtaken`] where the
    /// project is not `old` any more, [`StoreError::ReasonDue`] where a target needs a reason and there is none. Nothing
    /// is changed or added then.
    pub async fn keep_project(
        &self,
        named: NamedProject,
        old: Option<Project>,
        because: Because,
    ) -> Result<i64, StoreError> {
        write!(self, project::keep(&named, old.as_ref(), &because))
    }
}
