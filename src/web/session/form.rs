//! The form for a new session, and for changing one.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use maud::{Markup, html};
use serde::Deserialize;

use crate::html::partials::{Field, FieldError, Input, field};
use crate::session::{Programme, Project, Session, SessionRole};
use crate::store::{SessionPlace, StoreError};
use crate::web::altered::{self, another, from_to};
use crate::web::form::{Posted, Reading, choices};
use crate::web::frame::{FormPage, Part, programme_page, refused, way_up};
use crate::web::place::{AtSession, InProject};
use crate::web::reasons::{self, When};
use crate::web::{App, Error, why};

pub fn routes() -> Router<App> {
    Router::new()
        .route("/projects/{project}/sessions/new", get(blank))
        .route("/projects/{project}/sessions", post(add))
        .route("/sessions/{session}/edit", get(edit))
        .route("/sessions/{session}", post(change))
}

/// The fields as they stand on the page.
#[derive(Deserialize, Default)]
#[serde(default)]
struct SessionForm {
    held_on: String,
    place: String,
    role: String,
}

async fn blank(State(app): State<App>, InProject { project, programme }: InProject) -> Result<Markup, Error> {
    let mut sessions = app.store().sessions(programme.id).await?;
    sessions.retain(|session| session.project_id == project.id);
    let roles: Vec<SessionRole> = sessions.iter().map(|session| session.role).collect();
    let form = SessionForm {
        held_on: app.today(),
        // The hall of the last time is the hall of this time, more often than not.
        place: sessions.pop().map(|session| session.place).unwrap_or_default(),
        role: project.design.next_role(&roles).code().to_owned(),
    };
    form.new_page(&app, &programme, &project, &[]).await
}

async fn add(
    State(app): State<App>,
    InProject { project, programme }: InProject,
    Posted(form): Posted<SessionForm>,
) -> Result<Response, Error> {
    match form.read() {
        Ok(read) => {
            let key = add_under_new_key(&app, Session { project_id: project.id, ..read }).await?;
            Ok(Redirect::to(&format!("/sessions/{key}")).into_response())
        }
        Err(errors) => Ok(refused(form.new_page(&app, &programme, &project, &errors).await?)),
    }
}

async fn edit(State(app): State<App>, AtSession(at): AtSession) -> Result<Markup, Error> {
    let form = SessionForm {
        held_on: at.session.held_on.clone(),
        place: at.session.place.clone(),
        role: at.session.role.code().to_owned(),
    };
    form.edit_page(&app, &at, &[]).await
}

async fn change(
    State(app): State<App>,
    AtSession(at): AtSession,
    Posted(form): Posted<SessionForm>,
) -> Result<Response, Error> {
    match form.read() {
        Ok(read) => {
            let changed = [
                from_to("day", &at.session.held_on, &read.held_on),
                another("place", &at.session.place, &read.place),
                from_to("what it is in the run", at.session.role.words(), read.role.words()),
            ];
            let changed: Vec<String> = changed.into_iter().flatten().collect();
            altered::remark(&format!("/sessions/{}", at.session.key), &changed, "");
            app.store().change_session(Session { id: at.session.id, ..read }).await?;
            Ok(Redirect::to(&format!("/sessions/{}", at.session.key)).into_response())
        }
        Err(errors) => Ok(refused(form.edit_page(&app, &at, &errors).await?)),
    }
}

/// Adds a session under a key that nobody can guess, and returns the key.
async fn add_under_new_key(app: &App, session: Session) -> Result<String, Error> {
    loop {
        let mut bytes = [0_u8; 8];
        getrandom::fill(&mut bytes)?;
        let Some(key) = Session::key_from_random(bytes) else { continue };
        match app.store().add_session(Session { key: key.clone(), ..session.clone() }).await {
            Ok(_) => return Ok(key),
            Err(StoreError::Taken) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

impl SessionForm {
    fn read(&self) -> Result<Session, Vec<FieldError>> {
        let mut reading = Reading::default();
        let session = Session {
            id: 0,
            key: String::new(),
            project_id: 0,
            held_on: reading.day("held_on", &self.held_on),
            place: reading.line("place", &self.place),
            role: reading.choice("role", &self.role, SessionRole::from_code, SessionRole::Single),
            closed_at_us: None,
            afters_us: None,
        };
        if session.held_on.is_empty() {
            reading.wrong("held_on", "Say on which day it is held.");
        }
        reading.finish(session)
    }

    async fn new_page(
        &self,
        app: &App,
        programme: &Programme,
        project: &Project,
        errors: &[FieldError],
    ) -> Result<Markup, Error> {
        let above = format!("/programmes/{}", programme.id);
        let home = format!("/projects/{}", project.id);
        let page = FormPage {
            title: "Add a session",
            above: &[("Programmes", "/"), (&programme.name, &above), (&project.name, &home)],
            action: &format!("{home}/sessions"),
            button: "Save and go on",
            errors,
            fields: self.fields(errors),
        };
        programme_page(app, programme, Part::Projects, page.page()).await
    }

    async fn edit_page(&self, app: &App, at: &SessionPlace, errors: &[FieldError]) -> Result<Markup, Error> {
        let way = way_up(&at.programme, &at.project);
        let above: Vec<(&str, &str)> = way.iter().map(|(label, href)| (*label, href.as_str())).collect();
        let home = format!("/sessions/{}", at.session.key);
        let is_due = reasons::of_session(app, at, When::AnsweredAndOver).await?;
        let page = FormPage {
            title: "Change the session",
            above: &above,
            action: &home,
            button: "Save",
            errors,
            fields: html! { (self.fields(errors)) (why::needed_if(is_due, "log-why", errors)) },
        };
        programme_page(app, &at.programme, Part::Projects, page.page()).await
    }

    fn fields(&self, errors: &[FieldError]) -> Markup {
        let roles = choices(SessionRole::ALL, SessionRole::code, SessionRole::words);
        let fields = [
            Field::new("held_on", "Day", Input::Line("date")).value(self.held_on.as_str()).width("short").required(),
            Field::text("place", "Place").value(self.place.as_str()).hint("As families know it: St Mark’s Hall"),
            Field::new("role", "What it is in the project’s run", Input::Radios(roles))
                .value(self.role.as_str())
                .hint("This decides which questions are proposed: befores, afters or both. What was answered already stays as it is.")
                .required(),
        ];
        html! { @for one in &fields { (field(one, errors)) } }
    }
}
