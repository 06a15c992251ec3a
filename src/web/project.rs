//! A project's page: what it is, its sessions, its cards.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use maud::{Markup, html};

use crate::account::Spot;
use crate::html::Page;
use crate::html::partials::{Column, button_link, table};
use crate::session::{Programme, Project, Session};
use crate::store::{CardStock, Practice};

use super::asking::may;
use super::frame::{Part, crumbs, programme_page};
use super::place::InProject;
use super::practice;
use super::set_up::SetUp;
use super::words::{count, day, number, pounds};
use super::{App, Error};

mod form;

/// `/projects/…` and the form for a new one
pub fn routes() -> Router<App> {
    Router::new().route("/projects/{project}", get(show)).merge(form::routes())
}

/// Everything the page shows.
struct Shown {
    programme: Programme,
    project: Project,
    area: Option<String>,
    organisation: Option<String>,
    sessions: Vec<Session>,
    stock: CardStock,
    practice: Option<Practice>,
    steps: Markup,
}

async fn show(State(app): State<App>, InProject { project, programme }: InProject) -> Result<Markup, Error> {
    let store = app.store();
    let spot = Spot { programme: programme.id, project: None, organisation: None };
    let areas = store.areas(programme.id).await?;
    let organisations = store.organisations(programme.id).await?;
    let mut sessions = store.sessions(programme.id).await?;
    sessions.retain(|session| session.project_id == project.id);
    let shown = Shown {
        area: areas.into_iter().find(|area| Some(area.id) == project.area_id).map(|area| area.name),
        organisation: organisations
            .into_iter()
            .find(|organisation| Some(organisation.id) == project.organisation_id)
            .map(|organisation| organisation.name),
        sessions,
        stock: store.card_stock(project.id).await?,
        practice: store.practice(project.id).await?,
        steps: if may("POST", "/programmes/{programme}/projects", Some(&spot)) {
            SetUp::of(&app, programme.id).await?.steps()
        } else {
            html! {}
        },
        programme,
        project,
    };
    programme_page(&app, &shown.programme, Part::Projects, shown.page()).await
}

impl Shown {
    fn page(&self) -> Page {
        let home = format!("/projects/{}", self.project.id);
        let set_up = !self.steps.0.is_empty();
        Page::staff(
            self.project.name.as_str(),
            html! {
                (crumbs(&[("Programmes", "/"), (&self.programme.name, &format!("/programmes/{}", self.programme.id))]))
                div.heading {
                    h1 { (self.project.name) }
                    @if may("POST", "/projects/{project}", None) {
                        a href={ (home) "/edit" } { "Change" span.hidden { " the project" } }
                    }
                }
                (self.steps)
                (self.facts())
                section.titled aria-labelledby="sessions" {
                    h2 #sessions { "Sessions" }
                    @if self.sessions.is_empty() { p { "None yet. A session is one day in one place." } }
                    @else { (self.session_table()) }
                    @if set_up { p { a href={ (home) "/sessions/new" } { "Add a session" } } }
                    @else { p { (button_link("Add a session", &format!("{home}/sessions/new"))) } }
                }
                section aria-labelledby="cards" {
                    h2 #cards { "Family cards" }
                    p { (stock_words(self.stock)) }
                    p { a href={ (home) "/cards" } { "Print cards" } }
                }
                (practice::door(&self.project, self.practice.as_ref()))
            },
        )
    }

    fn facts(&self) -> Markup {
        let project = &self.project;
        html! {
            dl.facts {
                dt { "Area" } dd { (self.area.as_deref().unwrap_or("City-wide")) }
                dt { "Run by" } dd {
                    (self.organisation.as_deref().unwrap_or("not said"))
                    @if project.established == Some(false) { " (new to the area)" }
                }
                dt { "Where" } dd { (project.delivery_model.words()) }
                dt { "How" } dd { (project.design.words()) }
                dt { "Children to reach" }
                dd { @if project.target_children > 0 { (number(project.target_children)) } @else { "not set" } }
                @if let Some(percent) = project.awareness_target { dt { "Awareness is to rise by" } dd { (percent) "%" } }
                dt { "Award" } dd { @if project.award_pence > 0 { (pounds(project.award_pence)) } @else { "not set" } }
            }
        }
    }

    fn session_table(&self) -> Markup {
        let columns = [Column::words("Day"), Column::words("Where"), Column::words("State")];
        let rows: Vec<Vec<Markup>> = self
            .sessions
            .iter()
            .map(|session| {
                vec![
                    html! { a href={ "/sessions/" (session.key) } { (day(&session.held_on)) } },
                    html! { @if !session.place.is_empty() { (session.place) br; } span.small { (session.role.words()) } },
                    state_chip(session),
                ]
            })
            .collect();
        table("The sessions of this project, first day first", &columns, &rows)
    }
}

/// Whether families may start at a session.
pub fn state_chip(session: &Session) -> Markup {
    html! { @if session.is_open() { span.chip.open { "Open" } } @else { span.chip { "Closed" } } }
}

/// How many cards there are, in a sentence.
pub fn stock_words(stock: CardStock) -> String {
    match (stock.issued, stock.unused) {
        (0, _) => "None printed yet. Each family gets one; it stands for them without a name.".to_owned(),
        (issued, unused) if issued == unused => format!("{} printed, none used yet.", count(issued, "card", "cards")),
        (issued, 0) => format!("{} printed, all in use.", count(issued, "card", "cards")),
        (issued, unused) => format!("{} printed, {} not used yet.", count(issued, "card", "cards"), number(unused)),
    }
}
