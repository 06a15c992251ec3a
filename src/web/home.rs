//! `/`: two doors on an empty database, then the programmes. Families see their own door here.

use axum::Router;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use maud::{Markup, html};

use crate::account::{Hold, Spot};
use crate::html::Page;
use crate::html::partials::{button_link, stat};
use crate::session::{Programme, Project, Session};

use super::asking::{self, may};
use super::frame::{left_behind, staff_page};
use super::gate::spot_of_project;
use super::words::{count, day, how_many, number};
use super::{App, Error, data_protection, family, guard, reader, rescue, retention, safeguarding};

/// `GET /`
pub fn routes() -> Router<App> {
    Router::new().route("/", get(front))
}

async fn front(State(app): State<App>, request: Request) -> Result<Response, Error> {
    if asking::member().is_none() {
        let (parts, _) = request.into_parts();
        // The machine itself is the team's, and so is a browser whose sign-in has just ended.
        if app.has_accounts().await?
            && (guard::from_this_machine(&app, &parts) || guard::secret_of(&app, &parts).is_some())
        {
            return Err(Error::SignIn { next: None });
        }
        return Ok(family::front_door().into_response());
    }
    let programmes = listed(&app).await?;
    let mut shown = match programmes.is_empty() {
        true if may("POST", "/programmes", None) => doors(),
        true => nothing_yet(),
        false => list(&programmes, &app.today(), troubles(&app).await?),
    };
    let mut notes = html! {};
    for Listed { programme, sessions, .. } in &programmes {
        notes = html! { (notes) (safeguarding::note(&app, programme).await?) (reader::nobody_reads(&app, programme, sessions).await?) };
        if may(
            "GET",
            "/programmes/{programme}/retention",
            Some(&Spot { programme: programme.id, project: None, organisation: None }),
        ) {
            notes = html! { (notes) (retention::warnings(&app, programme).await?) };
            notes = html! { (notes) (data_protection::warnings(&app, programme).await?) };
        }
    }
    shown.body = html! { (left_behind(&app).await?) (notes) (shown.body) };
    Ok(staff_page(&app, shown).await?.into_response())
}

/// A programme with what the list says about it.
struct Listed {
    programme: Programme,
    projects: Vec<Project>,
    sessions: Vec<Session>,
    /// Sessions at which somebody was seen, as reports count them.
    held: i64,
}

async fn listed(app: &App) -> Result<Vec<Listed>, Error> {
    let mut list = Vec::new();
    for programme in app.store().programmes().await? {
        let here = Spot { programme: programme.id, project: None, organisation: None };
        if asking::reach(&here) == Hold::Nothing {
            continue;
        }
        let mut projects = app.store().projects(programme.id).await?;
        projects.retain(|project| asking::reach(&spot_of_project(project)) == Hold::Whole);
        let ours = |session: &Session| projects.iter().any(|project| project.id == session.project_id);
        let mut sessions = app.store().sessions(programme.id).await?;
        sessions.retain(ours);
        let mut held = app.store().sessions_held(programme.id).await?;
        held.retain(ours);
        let held = how_many(&held);
        list.push(Listed { programme, projects, sessions, held });
    }
    Ok(list)
}

/// How many responses are kept that could not be counted.
async fn troubles(app: &App) -> Result<i64, Error> {
    if !may("GET", "/troubles", None) {
        return Ok(0);
    }
    Ok(app.store().troubles().await?.iter().map(|trouble| trouble.n).sum())
}

/// What somebody sees who was given nothing yet.
fn nothing_yet() -> Page {
    Page::staff(
        "Nothing yet",
        html! {
            h1 { "Nothing yet" }
            p { "No programme was given to you so far. An administrator can do that." }
        },
    )
}

/// What a new team sees first.
fn doors() -> Page {
    Page::staff(
        "Welcome",
        html! {
            h1 { "Welcome to Pencilmark" }
            p.lead { "Ask families before and after, without names, and say honestly what changed." }
            div.doors {
                section.card.door {
                    h2 { "Your own programme" }
                    p { "Give it a name, add a project and its first session. In about five minutes a family can answer." }
                    p { (button_link("Set up my programme", "/programmes/new")) }
                }
                section.card.door {
                    h2 { "Not yet?" }
                    p { "See a made-up programme of ten projects and some 1,500 children, with its reports. It stays apart from yours and can be taken away again." }
                    (sample_door())
                }
            }
            section aria-labelledby="how" {
                h2 #how { "How it works" }
                ol.how {
                    li { strong { "A card for each family." } " A code and a picture stand for a person. No names are asked, or kept." }
                    li { strong { "A few questions, twice." } " Children and grown-ups answer on a tablet, before and after. Pencilmark knows which is due." }
                    li { strong { "What changed, and how sure you can be." } " Each figure with its number of people, for you, your evaluator and your funder." }
                }
            }
            p.quiet { "Everything stays on this machine, and nobody needs to sign in to begin. Before others join, " a href="/people/first" { "set up sign-in" } "." }
        },
    )
}

/// Loads the sample; a form, because it changes the database.
fn sample_door() -> Markup {
    html! {
        form action="/sample" method="post" {
            button.button.plain type="submit" { "Look around with sample data" }
        }
    }
}

fn list(programmes: &[Listed], today: &str, troubles: i64) -> Page {
    let has_sample = programmes.iter().any(|listed| listed.programme.sample);
    Page::staff(
        "Programmes",
        html! {
            h1 { "Programmes" }
            @if troubles > 0 { (troubles_link(troubles)) }
            (sessions_today(programmes, today))
            div.programmes { @for listed in programmes { (programme_card(listed)) } }
            @if may("POST", "/programmes", None) { div.row {
                a.button.plain href="/programmes/new" { "Set up another programme" }
                @if !has_sample { (sample_door()) }
            } }
            (rescue::door())
        },
    )
}

/// Leads to the responses that were kept but not counted.
fn troubles_link(troubles: i64) -> Markup {
    html! {
        p.notice {
            (count(troubles, "response was", "responses were")) " kept but not counted. "
            a href="/troubles" { "See why" }
        }
    }
}

/// What a leader is most likely here for.
fn sessions_today(programmes: &[Listed], today: &str) -> Markup {
    let held: Vec<(&Programme, &Project, &Session)> = programmes
        .iter()
        .flat_map(|listed| listed.sessions.iter().map(move |session| (listed, session)))
        .filter(|(_, session)| session.held_on == today && session.is_open())
        .filter_map(|(listed, session)| {
            let project = listed.projects.iter().find(|project| project.id == session.project_id)?;
            Some((&listed.programme, project, session))
        })
        .collect();
    html! {
        @if !held.is_empty() && may("GET", "/sessions/{session}", None) {
            section.today aria-labelledby="today" {
                h2 #today { "Today" }
                ul.links { @for (programme, project, session) in held {
                    li {
                        a href={ "/sessions/" (session.key) } { (project.name) @if !session.place.is_empty() { ", " (session.place) } }
                        @if programme.sample { " " span.chip { "Sample data" } }
                    }
                } }
            }
        }
    }
}

fn programme_card(Listed { programme, projects, held, .. }: &Listed) -> Markup {
    let home = format!("/programmes/{}", programme.id);
    let spot = Spot { programme: programme.id, project: None, organisation: None };
    let offered = |path: &str| may("GET", &format!("/programmes/{{programme}}{path}"), Some(&spot));
    let target: i64 = projects.iter().map(|project| project.target_children).sum();
    html! {
        section.card.programme aria-labelledby={ "programme-" (programme.id) } {
            div.row {
                h2 id={ "programme-" (programme.id) } {
                    @if offered("") { a href=(home) { (programme.name) } } @else { (programme.name) }
                }
                @if programme.sample { span.chip { "Sample data" } }
            }
            p.quiet { (about(programme)) }
            div.stats.few {
                (stat(&number(how_many(projects)), if projects.len() == 1 { "project" } else { "projects" }, ""))
                (stat(&number(*held), if *held == 1 { "session held" } else { "sessions held" }, ""))
                @if target > 0 { (stat(&number(target), "children to reach", "")) }
            }
            ul.links.across {
                @for (path, label) in [("/report", "What changed"), ("/funder", "For the funder"), ("/downloads", "Downloads")] {
                    @if offered(path) { li { a href={ (home) (path) } { (label) } } }
                }
            }
            @if programme.sample && may("POST", "/sample/removal", None) {
                form action="/sample/removal" method="post" {
                    button.link-button type="submit" { "Take the sample data away" }
                }
            }
        }
    }
}

/// Who pays and when, in a line.
pub fn about(programme: &Programme) -> String {
    let when = match (programme.starts_on.as_str(), programme.ends_on.as_str()) {
        ("", "") => String::new(),
        (first, "") => format!("from {}", day(first)),
        ("", last) => format!("until {}", day(last)),
        (first, last) => format!("{} to {}", day(first), day(last)),
    };
    let funder = match (programme.funder.as_str(), programme.grant_reference.as_str()) {
        ("", "") => String::new(),
        ("", reference) => format!("Grant {reference}"),
        (funder, "") => format!("Funded by {funder}"),
        (funder, reference) => format!("Funded by {funder}, grant {reference}"),
    };
    [funder, when].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}
