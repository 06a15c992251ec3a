//! Every address there is, who it is for, and what the audit log says when it was used. An address that
//! is not in this table is closed: `tests/doors.rs` holds the table against the routes in the source.

use axum::extract::{MatchedPath, Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::store::Deed;

use super::guard::{from_our_own_page, is_staff, who};
use super::{App, Error};

/// Who an address is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum For {
    /// Families, and the tablets they hold: anybody in the hall.
    Everybody,
    /// The team.
    Team,
}

/// One method of one route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Door {
    /// `GET`, `POST`, `PUT`.
    pub method: &'static str,
    /// The route as the router has it.
    pub route: &'static str,
    /// Who it is for.
    pub whom: For,
    /// What the audit log says once it was used; nothing where nothing was changed or handed out.
    pub deed: Option<&'static str>,
}

const fn family(method: &'static str, route: &'static str) -> Door {
    Door { method, route, whom: For::Everybody, deed: None }
}

const fn look(route: &'static str) -> Door {
    Door { method: "GET", route, whom: For::Team, deed: None }
}

const fn hand_out(route: &'static str, deed: &'static str) -> Door {
    Door { method: "GET", route, whom: For::Team, deed: Some(deed) }
}

const fn change(route: &'static str, deed: &'static str) -> Door {
    Door { method: "POST", route, whom: For::Team, deed: Some(deed) }
}

/// Every door.
pub const DOORS: &[Door] = &[
    family("GET", "/"),
    family("GET", "/privacy"),
    family("GET", "/static/{hash}/{*name}"),
    family("GET", "/sw.js"),
    family("GET", "/card"),
    family("POST", "/card"),
    family("POST", "/card/session"),
    family("GET", "/c/{code}"),
    family("GET", "/s/{key}"),
    family("POST", "/s/{key}"),
    family("GET", "/s/{key}/pass"),
    family("GET", "/s/{key}/kit"),
    family("POST", "/s/{key}/card"),
    family("GET", "/s/{key}/withdrawal"),
    family("POST", "/s/{key}/withdrawal"),
    family("PUT", "/r/{id}"),
    family("POST", "/r/{id}"),
    family("PUT", "/r/{id}/withdrawal"),
    family("PUT", "/no/{id}"),
    family("POST", "/beat"),
    look("/programmes/new"),
    change("/programmes", "Added a programme"),
    look("/programmes/{programme}"),
    change("/programmes/{programme}", "Changed a programme"),
    look("/programmes/{programme}/edit"),
    change("/programmes/{programme}/areas", "Added an area"),
    change("/programmes/{programme}/organisations", "Added an organisation"),
    look("/programmes/{programme}/projects/new"),
    change("/programmes/{programme}/projects", "Added a project"),
    look("/programmes/{id}/report"),
    look("/programmes/{id}/funder"),
    look("/programmes/{programme}/downloads"),
    hand_out("/programmes/{programme}/downloads/{file}", "Downloaded answers row by row"),
    look("/projects/{project}"),
    change("/projects/{project}", "Changed a project"),
    look("/projects/{project}/edit"),
    look("/projects/{project}/sessions/new"),
    change("/projects/{project}/sessions", "Added a session"),
    look("/projects/{project}/cards"),
    change("/projects/{project}/cards", "Made family cards"),
    hand_out("/projects/{project}/cards/{issued}", "Opened a sheet of cards"),
    look("/sessions/{session}"),
    change("/sessions/{session}", "Changed a session"),
    look("/sessions/{session}/edit"),
    change("/sessions/{session}/closure", "Closed a session"),
    change("/sessions/{session}/reopening", "Opened a session again"),
    look("/troubles"),
    change("/sample", "Loaded the sample data"),
    change("/sample/removal", "Took the sample data away"),
    look("/rescue"),
    change("/rescue", "Took in a tablet’s file"),
    look("/rights"),
    change("/rights", "Looked up what is kept under a card"),
    change("/rights/answers", "Showed a family’s answers"),
    change("/rights/copy", "Downloaded everything kept under a card"),
    change("/rights/withdrawal", "Took a family’s answers out"),
    look("/audit"),
];

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
    let Some(door) = door_of(&request) else { return Error::NotFound.into_response() };
    if door.whom == For::Everybody {
        return next.run(request).await;
    }
    if !is_staff(&app, &request) {
        return Error::StaffOnly.into_response();
    }
    if door.method != "GET" && !from_our_own_page(request.headers()) {
        return Error::ForeignForm.into_response();
    }
    let (who, path) = (who(&app, &request), request.uri().path().to_owned());
    let response = next.run(request).await;
    match door.deed {
        Some(what) if !response.status().is_client_error() && !response.status().is_server_error() => {
            let remark =
                response.extensions().get::<Remark>().cloned().unwrap_or(Remark { about: path, reason: String::new() });
            let deed = Deed { who, what: what.to_owned(), about: remark.about, reason: remark.reason };
            noted(&app, deed, response).await
        }
        _ => response,
    }
}

/// What was handed out or changed without a line in the log must not look as if it had one.
async fn noted(app: &App, deed: Deed, response: Response) -> Response {
    match app.store().note(deed, app.now_us()).await {
        Ok(()) => response,
        Err(error) => Error::Store(error).into_response(),
    }
}

fn door_of(request: &Request) -> Option<&'static Door> {
    let route = request.extensions().get::<MatchedPath>()?;
    let method = if *request.method() == Method::HEAD { "GET" } else { request.method().as_str() };
    DOORS.iter().find(|door| door.route == route.as_str() && door.method == method)
}
