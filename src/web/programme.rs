//! A programme's page: its projects, and the areas and organisations they name.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use maud::{Markup, html};
use serde::Deserialize;

use crate::account::{Hold, Spot};
use crate::html::Page;
use crate::html::partials::{Column, Field, FieldError, button_link, error_summary, field, table};
use crate::session::{Area, Organisation, Programme, Project, Session};
use crate::store::StoreError;

use super::asking::{self, may};
use super::form::{Posted, Reading};
use super::frame::{Part, crumbs, programme_page, refused};
use super::gate::spot_of_project;
use super::home::about;
use super::place::InProgramme;
use super::set_up::SetUp;
use super::words::{number, pounds};
use super::{App, Error};

mod form;

/// `/programmes/…`
pub fn routes() -> Router<App> {
    Router::new()
        .route("/programmes/{programme}", get(show))
        .route("/programmes/{programme}/areas", post(add_area))
        .route("/programmes/{programme}/organisations", post(add_organisation))
        .merge(form::routes())
}

async fn show(State(app): State<App>, InProgramme(programme): InProgramme) -> Result<Markup, Error> {
    shown(&app, &programme, &Typed::default()).await
}

async fn add_area(
    State(app): State<App>,
    InProgramme(programme): InProgramme,
    Posted(typed): Posted<Typed>,
) -> Result<Response, Error> {
    let mut reading = Reading::default();
    let name = reading.needed("area", &typed.area, "Give the area a name.");
    let stored = match reading.finish(Area { id: 0, programme_id: programme.id, name }) {
        Ok(area) => listed("area", app.store().add_area(area).await)?,
        Err(errors) => Err(errors),
    };
    back(&app, &programme, stored, typed).await
}

async fn add_organisation(
    State(app): State<App>,
    InProgramme(programme): InProgramme,
    Posted(typed): Posted<Typed>,
) -> Result<Response, Error> {
    let mut reading = Reading::default();
    let name = reading.needed("organisation", &typed.organisation, "Give the organisation a name.");
    let stored = match reading.finish(Organisation { id: 0, programme_id: programme.id, name }) {
        Ok(organisation) => listed("organisation", app.store().add_organisation(organisation).await)?,
        Err(errors) => Err(errors),
    };
    back(&app, &programme, stored, typed).await
}

/// A name that is on the list already is the person's to mend; anything else is not.
fn listed(field: &str, stored: Result<i64, StoreError>) -> Result<Result<(), Vec<FieldError>>, Error> {
    match stored {
        Ok(_) => Ok(Ok(())),
        Err(StoreError::Taken) => Ok(Err(vec![FieldError::new(field, "That name is on the list already.")])),
        Err(error) => Err(error.into()),
    }
}

/// Back to the page with the longer list, or the page again with what was wrong.
async fn back(
    app: &App,
    programme: &Programme,
    stored: Result<(), Vec<FieldError>>,
    typed: Typed,
) -> Result<Response, Error> {
    match stored {
        Ok(()) => Ok(Redirect::to(&format!("/programmes/{}#lists", programme.id)).into_response()),
        Err(errors) => Ok(refused(shown(app, programme, &Typed { errors, ..typed }).await?)),
    }
}

/// What was typed into the page's two small forms, and what was wrong with it.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    area: String,
    organisation: String,
    #[serde(skip)]
    errors: Vec<FieldError>,
}

/// Everything the page shows.
struct Shown<'a> {
    programme: &'a Programme,
    projects: Vec<Project>,
    sessions: Vec<Session>,
    areas: Vec<Area>,
    organisations: Vec<Organisation>,
    steps: Markup,
    /// Whether the one who looks may change the programme.
    manages: bool,
    typed: &'a Typed,
}

async fn shown(app: &App, programme: &Programme, typed: &Typed) -> Result<Markup, Error> {
    let mut projects = app.store().projects(programme.id).await?;
    projects.retain(|project| asking::reach(&spot_of_project(project)) == Hold::Whole);
    let spot = Spot { programme: programme.id, project: None, organisation: None };
    let manages = may("POST", "/programmes/{programme}/projects", Some(&spot));
    let steps = if manages {
        SetUp::of(app, programme.id).await?.steps()
    } else {
        html! {}
    };
    let shown = Shown {
        programme,
        projects,
        manages,
        sessions: app.store().sessions(programme.id).await?,
        areas: app.store().areas(programme.id).await?,
        organisations: app.store().organisations(programme.id).await?,
        steps,
        typed,
    };
    programme_page(app, programme, Part::Projects, shown.page()).await
}

impl Shown<'_> {
    fn page(&self) -> Page {
        let programme = self.programme;
        let home = format!("/programmes/{}", programme.id);
        // The steps hold the page's one button while they are there.
        let set_up = !self.steps.0.is_empty();
        Page::staff(
            programme.name.as_str(),
            html! {
                (crumbs(&[("Programmes", "/")]))
                (error_summary(&self.typed.errors))
                div.heading {
                    h1 { (programme.name) }
                    @if self.manages { a href={ (home) "/edit" } { "Change" span.hidden { " the programme" } } }
                }
                p.quiet {
                    @let about = about(programme);
                    @if !about.is_empty() { (about) " · " }
                    "awareness is to rise by " (programme.awareness_target) "%, judged by " (programme.awareness_reading.words())
                }
                (self.steps)
                @if !self.projects.is_empty() {
                    section.titled aria-labelledby="projects" {
                        h2 #projects { "Projects" }
                        (self.project_table())
                        @if set_up { p { a href={ (home) "/projects/new" } { "Add another project" } } }
                        @else if self.manages { p { (button_link("Add a project", &format!("{home}/projects/new"))) } }
                    }
                }
                @if self.manages {
                    (self.lists(&home))
                    section aria-labelledby="care" {
                        h2 #care { "Care for what families gave" }
                        ul.links {
                            li { a href={ (home) "/safeguarding" } { "In their own words: who reads what families write" } }
                            li { a href={ (home) "/retention" } { "How long answers are kept" } }
                            li { a href={ (home) "/data-protection" } { "Data protection: the ground of the law, and complaints" } }
                        }
                    }
                }
            },
        )
    }

    fn project_table(&self) -> Markup {
        let opens = may("GET", "/projects/{project}", None);
        let columns = [
            Column::words("Project"),
            Column::words("Area"),
            Column::words("Run by"),
            Column::words("Sessions"),
            Column::figures("Children to reach"),
            Column::figures("Award"),
        ];
        let rows: Vec<Vec<Markup>> = self
            .projects
            .iter()
            .map(|project| {
                vec![
                    html! {
                        @if opens { a href={ "/projects/" (project.id) } { (project.name) } } @else { (project.name) }
                    },
                    html! { (self.area_of(project)) },
                    html! { (self.organisation_of(project)) },
                    self.sessions_of(project),
                    html! { @if project.target_children > 0 { (number(project.target_children)) } @else { "not set" } },
                    html! { @if project.award_pence > 0 { (pounds(project.award_pence)) } @else { "not set" } },
                ]
            })
            .collect();
        table("The projects of this programme", &columns, &rows)
    }

    fn area_of(&self, project: &Project) -> &str {
        let area = self.areas.iter().find(|area| Some(area.id) == project.area_id);
        area.map_or("City-wide", |area| &area.name)
    }

    fn organisation_of(&self, project: &Project) -> &str {
        let runs = self.organisations.iter().find(|organisation| Some(organisation.id) == project.organisation_id);
        runs.map_or("not said", |organisation| &organisation.name)
    }

    fn sessions_of(&self, project: &Project) -> Markup {
        let sessions: Vec<&Session> = self.sessions.iter().filter(|session| session.project_id == project.id).collect();
        let open = sessions.iter().filter(|session| session.is_open()).count();
        html! {
            @if sessions.is_empty() { "none yet" } @else { (sessions.len()) }
            @if open > 0 { " " span.chip.open { (open) " open" } }
        }
    }

    /// Areas and organisations, each with a line to add one. Projects can name new ones as well.
    fn lists(&self, home: &str) -> Markup {
        let areas: Vec<&str> = self.areas.iter().map(|area| area.name.as_str()).collect();
        let organisations: Vec<&str> = self.organisations.iter().map(|one| one.name.as_str()).collect();
        let area = Field::text("area", "Add an area").value(self.typed.area.as_str()).required();
        let organisation =
            Field::text("organisation", "Add an organisation").value(self.typed.organisation.as_str()).required();
        html! {
            section aria-labelledby="lists" {
                h2 #lists { "Areas and organisations" }
                div.columns {
                    (self.list("Areas", &areas, &format!("{home}/areas"), &area))
                    (self.list("Organisations", &organisations, &format!("{home}/organisations"), &organisation))
                }
            }
        }
    }

    fn list(&self, title: &str, names: &[&str], action: &str, input: &Field) -> Markup {
        html! {
            div.card {
                h3 { (title) }
                @if !names.is_empty() { ul { @for name in names { li { (name) } } } }
                form.add action=(action) method="post" novalidate {
                    (field(input, &self.typed.errors))
                    button.button.plain type="submit" { "Add" }
                }
            }
        }
    }
}
