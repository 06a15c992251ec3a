//! At every door: is it there, who asks, may they, is it theirs, and what is written down.

use axum::extract::{MatchedPath, Request, State};
use axum::http::Method;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::account::{Hold, Member, Spot};
use crate::session::Project;
use crate::store::Deed;

use super::doors::{DOORS, Door, For};
use super::guard::{from_our_own_page, member_behind};
use super::{App, Error, asking};

/// What a handler adds to the line in the log: what it was about, and why. Put into the response.
#[derive(Debug, Clone, Default)]
pub struct Remark {
    /// In place of the address.
    pub about: String,
    /// Why, where somebody said.
    pub reason: String,
}

/// Lets a request through the door it came to, or refuses it, and writes down what was done.
pub async fn guard(State(app): State<App>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let Some(door) = door_of(&parts) else { return Error::NotFound.into_response() };
    let member = match admit(&app, door, &parts).await {
        Ok(member) => member,
        Err(error) => return error.into_response(),
    };
    let name = member.as_ref().map(|member| member.name.clone()).unwrap_or_default();
    let path = parts.uri.path().to_owned();
    let response = asking::scope(member, next.run(Request::from_parts(parts, body))).await;
    match door.deed {
        Some(what) if !response.status().is_client_error() && !response.status().is_server_error() => {
            let remark =
                response.extensions().get::<Remark>().cloned().unwrap_or(Remark { about: path, reason: String::new() });
            let deed = Deed { who: name, what: what.to_owned(), about: remark.about, reason: remark.reason };
            noted(&app, deed, response).await
        }
        _ => response,
    }
}

/// Whoever of the team asks, if they may. The role comes before the place, so that nobody learns from a refusal
/// which places there are.
async fn admit(app: &App, door: &Door, parts: &Parts) -> Result<Option<Member>, Error> {
    let roles = match door.whom {
        For::Everybody => return Ok(None),
        For::Both => return Ok(member_behind(app, parts)),
        For::Team(roles) => roles,
    };
    let member = member_behind(app, parts).ok_or(Error::StaffOnly)?;
    if door.method != "GET" && !from_our_own_page(&parts.headers) {
        return Err(Error::ForeignForm);
    }
    if !roles.contains(&member.role) {
        return Err(Error::OtherRole);
    }
    if let Some(place) = place_in(door.route, parts.uri.path()) {
        let spot = spot_of(app, place).await?.ok_or(Error::NotFound)?;
        let hold = member.reach.of(&spot);
        if hold == Hold::Nothing || (hold == Hold::Part && !door.in_part) {
            return Err(Error::NotFound);
        }
    }
    Ok(Some(member))
}

/// The part of an address that says where it is: (`programme`, its number).
fn place_in<'a>(route: &str, path: &'a str) -> Option<(&'static str, &'a str)> {
    let mut parts = route.split('/').zip(path.split('/'));
    parts.find_map(|(named, given)| match named {
        "{programme}" => Some(("programme", given)),
        "{project}" => Some(("project", given)),
        "{session}" => Some(("session", given)),
        _ => None,
    })
}

async fn spot_of(app: &App, (kind, text): (&str, &str)) -> Result<Option<Spot>, Error> {
    let store = app.store();
    // A key with a zero byte in it is refused by PostgreSQL as no text at all.
    let key = text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    Ok(match (kind, text.parse::<i64>()) {
        ("programme", Ok(id)) => {
            store.programme(id).await?.map(|found| Spot { programme: found.id, project: None, organisation: None })
        }
        ("project", Ok(id)) => store.project(id).await?.map(|found| spot_of_project(&found)),
        ("session", _) if key => store.session(text).await?.map(|found| spot_of_project(&found.project)),
        _ => None,
    })
}

/// Where a project is.
pub fn spot_of_project(project: &Project) -> Spot {
    Spot { programme: project.programme_id, project: Some(project.id), organisation: project.organisation_id }
}

/// What was handed out or changed without a line in the log must not look as if it had one.
async fn noted(app: &App, deed: Deed, response: Response) -> Response {
    match app.store().note(deed, app.now_us()).await {
        Ok(()) => response,
        Err(error) => Error::Store(error).into_response(),
    }
}

fn door_of(parts: &Parts) -> Option<&'static Door> {
    let route = parts.extensions.get::<MatchedPath>()?;
    let method = if parts.method == Method::HEAD { "GET" } else { parts.method.as_str() };
    DOORS.iter().find(|door| door.route == route.as_str() && door.method == method)
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
