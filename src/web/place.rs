//! What an address is about: a programme, a project or a session that exists, or nothing is there.

use axum::extract::{FromRef, FromRequestParts, RawPathParams};
use axum::http::request::Parts;

use crate::session::{Programme, Project};
use crate::store::SessionPlace;

use super::family::find_session;
use super::{App, Error};

/// The programme that `{programme}` in the route names.
pub struct InProgramme(pub Programme);

/// The project that `{project}` in the route names, with its programme.
pub struct InProject {
    /// The project.
    pub project: Project,
    /// Its programme.
    pub programme: Programme,
}

/// The session that `{session}` in the route names by its key, with where it belongs.
pub struct AtSession(pub SessionPlace);

impl<S: Send + Sync> FromRequestParts<S> for InProgramme
where
    App: FromRef<S>,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<InProgramme, Error> {
        let id = id(&part(parts, state, "programme").await?)?;
        App::from_ref(state).store().programme(id).await?.map(InProgramme).ok_or(Error::NotFound)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for InProject
where
    App: FromRef<S>,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<InProject, Error> {
        let id = id(&part(parts, state, "project").await?)?;
        let app = App::from_ref(state);
        let project = app.store().project(id).await?.ok_or(Error::NotFound)?;
        let programme = app.store().programme(project.programme_id).await?.ok_or(Error::NotFound)?;
        Ok(InProject { project, programme })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for AtSession
where
    App: FromRef<S>,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<AtSession, Error> {
        let key = part(parts, state, "session").await?;
        // A key with a zero byte in it is refused by PostgreSQL as no text at all.
        if !key.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(Error::NotFound);
        }
        find_session(&App::from_ref(state), &key).await.map(AtSession)
    }
}

/// The text of one part of the address.
async fn part<S: Send + Sync>(parts: &mut Parts, state: &S, name: &str) -> Result<String, Error> {
    let params = RawPathParams::from_request_parts(parts, state).await.map_err(|_| Error::NotFound)?;
    params.iter().find(|(found, _)| *found == name).map(|(_, text)| text.to_owned()).ok_or(Error::NotFound)
}

fn id(text: &str) -> Result<i64, Error> {
    text.parse().map_err(|_| Error::NotFound)
}
