//! At every door: is it there, who asks, may they, is it theirs, and what is written down.

use axum::extract::{MatchedPath, Request, State};
use axum::http::Method;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::account::{Hold, Member, Role, Spot};
use crate::session::Project;
use crate::store::{Deed, LogLine};

use super::asking::Asked;
use super::doors::{self, Door, For};
use super::family::find_session;
use super::frame::refused;
use super::guard::{asked_by, asks_still, from_our_own_page, token_first};
use super::{App, Error, asking, reasons, stamp, why};

/// Lets a request through the door it came to, or refuses it, and has what is done written down with it.
pub async fn guard(State(app): State<App>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let Some(door) = door_of(&parts) else { return Error::NotFound.into_response() };
    // Before anybody is turned away: the token is how they come in.
    if matches!(door.whom, For::Team(_) | For::Both)
        && let Some(response) = token_first(&app, &parts).await
    {
        return response;
    }
    let asked = match admit(&app, door, &parts).await {
        Ok(asked) => asked,
        Err(error) => return error.into_response(),
    };
    let passed = match asked {
        None => Ok(asking::scope(None, next.run(Request::from_parts(parts, body))).await),
        Some(asked) => for_member(&app, door, asked, Request::from_parts(parts, body), next).await,
    };
    passed.unwrap_or_else(IntoResponse::into_response)
}

/// Answers somebody of the team who may pass.
async fn for_member(app: &App, door: &Door, asked: Asked, request: Request, next: Next) -> Result<Response, Error> {
    let (who, token) = (asked.member.name.clone(), asked.form_token.clone());
    let about = request.uri().path().to_owned();
    let (parts, body) = request.into_parts();
    let request = match door.whom {
        For::Team(_) if door.method != "GET" => stamp::checked(parts, body, &token).await?,
        _ => Request::from_parts(parts, body),
    };
    let response = match door.deed {
        None => asking::scope(Some(asked), next.run(request)).await,
        Some(what) => {
            let deed = Deed { who, what: what.to_owned(), about, ..Deed::default() };
            asking::scope(Some(asked), written_down(app, door, deed, request, next)).await?
        }
    };
    stamp::stamped(response, &token).await
}

/// Does what stands in the log, once it says why where it has to.
async fn written_down(app: &App, door: &Door, deed: Deed, request: Request, next: Next) -> Result<Response, Error> {
    let (request, said) = why::said(request).await?;
    if let Some(page) = reasons::stops(app, door, &deed.about, &said).await? {
        return Ok(refused(page));
    }
    let line = LogLine::of(Deed { reason: said.why.unwrap_or_default(), ..deed }, app.now_us());
    let response = line.over(next.run(request)).await;
    // What changed nothing here but hands something out: the line stands before the first byte leaves.
    if !response.status().is_client_error() && !response.status().is_server_error() {
        line.over(app.store().write_line()).await?;
    }
    Ok(response)
}

/// Whoever of the team asks, if they may. The role comes before the place, so that nobody learns from a
/// refusal which places there are.
async fn admit(app: &App, door: &Door, parts: &Parts) -> Result<Option<Asked>, Error> {
    let foreign = door.method != "GET" && !from_our_own_page(app, parts);
    let roles = match door.whom {
        For::Everybody => return Ok(None),
        For::Guest if foreign => return Err(Error::ForeignForm),
        For::Guest => return Ok(None),
        For::Both => return asked_by(app, parts).await,
        For::Team(roles) => roles,
    };
    let Some(asked) = asked_by(app, parts).await? else { return Err(turned_away(app, door, parts).await?) };
    if foreign {
        return Err(Error::ForeignForm);
    }
    pass(app, door, roles, &asked.member, parts.uri.path()).await?;
    Ok(Some(asked))
}

/// Whether somebody of the team may go through a door of theirs, and where it leads.
async fn pass(app: &App, door: &Door, roles: &[Role], member: &Member, path: &str) -> Result<(), Error> {
    if !roles.contains(&member.role) {
        return Err(Error::OtherRole);
    }
    if let Some(place) = place_in(door.route, path) {
        let spot = spot_of(app, door.route, place).await?.ok_or(Error::NotFound)?;
        let hold = member.reach.of(&spot);
        if hold == Hold::Nothing || (hold == Hold::Part && !door.in_part) {
            return Err(Error::NotFound);
        }
    }
    Ok(())
}

/// Whoever was let in, for pages that listen on: signing out and losing a role end what they hear, too.
pub struct Listening {
    asked: Option<Asked>,
    door: Option<&'static Door>,
    path: String,
}

impl Listening {
    /// Whoever asks now, at a door of the team that is looked through.
    pub fn at(route: &str, path: String) -> Listening {
        Listening { asked: asking::asked(), door: doors::door("GET", route), path }
    }

    /// Whether they would be let in again. Where that cannot be found out, they are not.
    pub async fn may_go_on(&self, app: &App) -> bool {
        let (Some(asked), Some(door)) = (&self.asked, self.door) else { return false };
        let For::Team(roles) = door.whom else { return false };
        match asks_still(app, asked).await {
            Ok(Some(member)) => pass(app, door, roles, &member, &self.path).await.is_ok(),
            _ => false,
        }
    }
}

/// Where there are accounts, whoever wants to look is asked to sign in; nothing is changed without.
async fn turned_away(app: &App, door: &Door, parts: &Parts) -> Result<Error, Error> {
    Ok(match app.has_accounts().await? {
        true if door.method == "GET" => {
            let next = Some(parts.uri.path()).filter(|path| doors::is_page(path));
            Error::SignIn { next: next.map(str::to_owned) }
        }
        true => Error::SignedOut,
        false => Error::StaffOnly,
    })
}

/// The part of an address that says where it is: (`programme`, its number).
pub fn place_in<'a>(route: &str, path: &'a str) -> Option<(&'static str, &'a str)> {
    let mut parts = route.split('/').zip(path.split('/'));
    parts.find_map(|(named, given)| match named {
        "{programme}" => Some(("programme", given)),
        "{project}" => Some(("project", given)),
        "{session}" => Some(("session", given)),
        _ => None,
    })
}

async fn spot_of(app: &App, route: &str, (kind, text): (&str, &str)) -> Result<Option<Spot>, Error> {
    let store = app.store();
    // A key with a zero byte in it is refused by PostgreSQL as no text at all.
    let key = text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    Ok(match (kind, text.parse::<i64>()) {
        ("programme", Ok(id)) => {
            let real = store.programme(id).await?.filter(|found| found.practice_of.is_none());
            real.map(|found| Spot { programme: found.id, project: None, organisation: None })
        }
        ("project", Ok(id)) => match store.project(id).await? {
            Some(found) => practised(app, &found, route).await?,
            None => None,
        },
        ("session", _) if key => {
            let found = find_session(app, text).await?;
            match found.programme.practice_of {
                Some(project) => store.project(project).await?.as_ref().map(spot_of_project),
                None => Some(spot_of_project(&found.project)),
            }
        }
        _ => None,
    })
}

/// Where a project is. A practice stands where the project is that people practise for, and has cards: no pages,
/// no other sessions and nothing to change.
async fn practised(app: &App, found: &Project, route: &str) -> Result<Option<Spot>, Error> {
    let programme = app.store().programme(found.programme_id).await?;
    let Some(project) = programme.and_then(|programme| programme.practice_of) else {
        return Ok(Some(spot_of_project(found)));
    };
    let real = if route.starts_with("/projects/{project}/cards") { app.store().project(project).await? } else { None };
    Ok(real.as_ref().map(spot_of_project))
}

/// Where a project is.
pub fn spot_of_project(project: &Project) -> Spot {
    Spot { programme: project.programme_id, project: Some(project.id), organisation: project.organisation_id }
}

fn door_of(parts: &Parts) -> Option<&'static Door> {
    let route = parts.extensions.get::<MatchedPath>()?;
    let method = if parts.method == Method::HEAD { "GET" } else { parts.method.as_str() };
    doors::door(method, route.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_where_it_is() {
        assert_eq!(
            place_in("/programmes/{programme}/downloads/{file}", "/programmes/7/downloads/x"),
            Some(("programme", "7"))
        );
        assert_eq!(
            place_in("/sessions/{session}/tablets/{tablet}", "/sessions/ab23/tablets/9"),
            Some(("session", "ab23"))
        );
        assert_eq!(place_in("/rights", "/rights"), None);
    }
}
