//! The learning log: what worked, what did not, and what was changed.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use maud::{Markup, html};
use serde::Deserialize;

use crate::html::partials::{Field, FieldError, Input, button, field};
use crate::report::{Lesson, LessonKind};
use crate::session::{Programme, Project};
use crate::web::form::{Posted, Reading, choices};
use crate::web::frame::refused;
use crate::web::place::InProgramme;
use crate::web::reasons::{self, When};
use crate::web::words::day;
use crate::web::{App, Error, why};

use super::{above, shown};

pub fn routes() -> Router<App> {
    Router::new()
        .route("/programmes/{programme}/report/learning", get(show).post(add))
        .route("/programmes/{programme}/report/learning/{lesson}/removal", post(remove))
}

/// The fields as they stand on the page.
#[derive(Deserialize, Default)]
#[serde(default)]
struct LessonForm {
    kind: String,
    note: String,
    action: String,
    theme: String,
    project: String,
    noted_on: String,
}

async fn show(State(app): State<App>, InProgramme(programme): InProgramme) -> Result<Markup, Error> {
    let form = LessonForm { noted_on: app.today(), ..LessonForm::default() };
    form.page(&app, &programme, &[]).await
}

async fn add(
    State(app): State<App>,
    InProgramme(programme): InProgramme,
    Posted(form): Posted<LessonForm>,
) -> Result<Response, Error> {
    let projects = app.store().projects(programme.id).await?;
    match form.read(&projects, &app.today()) {
        Ok(lesson) => {
            app.store().add_lesson(programme.id, lesson).await?;
            Ok(Redirect::to(&format!("/programmes/{}/report/learning", programme.id)).into_response())
        }
        Err(errors) => Ok(refused(form.page(&app, &programme, &errors).await?)),
    }
}

async fn remove(
    State(app): State<App>,
    InProgramme(programme): InProgramme,
    Path((_, lesson)): Path<(String, i64)>,
) -> Result<Response, Error> {
    if !app.store().remove_lesson(programme.id, lesson).await? {
        return Err(Error::NotFound);
    }
    Ok(Redirect::to(&format!("/programmes/{}/report/learning", programme.id)).into_response())
}

impl LessonForm {
    fn read(&self, projects: &[Project], today: &str) -> Result<Lesson, Vec<FieldError>> {
        let mut reading = Reading::default();
        let project_id = match self.project.as_str() {
            "" => None,
            typed => {
                let known = projects.iter().find(|project| project.id.to_string() == typed);
                if known.is_none() {
                    reading.wrong("project", "Choose one of these.");
                }
                known.map(|project| project.id)
            }
        };
        let note = reading.lines("note", &self.note);
        if note.is_empty() {
            reading.wrong("note", "Say what was learnt.");
        }
        let noted_on = reading.day("noted_on", &self.noted_on);
        let lesson = Lesson {
            id: 0,
            project_id,
            kind: reading.choice("kind", &self.kind, LessonKind::from_code, LessonKind::Worked),
            noted_on: if noted_on.is_empty() { today.to_owned() } else { noted_on },
            theme: reading.line("theme", &self.theme),
            note,
            action: reading.line("action", &self.action),
        };
        reading.finish(lesson)
    }

    async fn page(&self, app: &App, programme: &Programme, errors: &[FieldError]) -> Result<Markup, Error> {
        let projects = app.store().projects(programme.id).await?;
        let lessons = app.store().written(programme.id).await?.lessons;
        let is_due = reasons::of_programme(app, programme.id, When::SignedOff).await?;
        let path = format!("/programmes/{}/report/learning", programme.id);
        let mut of_project = vec![(String::new(), "The whole programme".to_owned())];
        of_project.extend(projects.iter().map(|project| (project.id.to_string(), project.name.clone())));
        let mut themes: Vec<String> = lessons.iter().map(|one| one.theme.clone()).filter(|t| !t.is_empty()).collect();
        themes.sort();
        themes.dedup();
        let kinds = Input::Radios(choices(LessonKind::ALL, LessonKind::code, LessonKind::words));
        let draw = |one: Field, value: &str| field(&one.value(value), errors);
        let body = html! {
            (above(programme, "learning", errors))
            h1 { "Learning log" }
            p.lead { "One entry for each thing learnt, in a sentence or two. The report prints them as they stand here; write no names." }
            form.wide action=(path) method="post" novalidate {
                (draw(Field::new("kind", "What it is about", kinds).required(), &self.kind))
                (draw(Field::new("note", "What was learnt", Input::Lines).required(), &self.note))
                (draw(Field::text("action", "What was done about it"), &self.action))
                (draw(Field::new("theme", "Theme", Input::Suggested(themes)).hint("One or two words to count by: food, times, recruitment"), &self.theme))
                div.dates {
                    (draw(Field::new("project", "Where", Input::Select(of_project)), &self.project))
                    (draw(Field::new("noted_on", "When", Input::Line("date")).width("short"), &self.noted_on))
                }
                (why::needed_if(is_due, "why-added", errors))
                (button("Add to the log"))
            }
            (log(&lessons, &projects, &path, is_due))
        };
        shown(app, programme, "Learning log", errors, body).await
    }
}

/// What is in the log, newest first.
fn log(lessons: &[Lesson], projects: &[Project], path: &str, is_due: bool) -> Markup {
    let name = |id: i64| projects.iter().find(|project| project.id == id).map(|project| project.name.as_str());
    html! {
        section aria-labelledby="log" {
            h2 #log { "In the log" }
            @if lessons.is_empty() { p.quiet { "Nothing yet." } }
            ul.found {
                @for lesson in lessons.iter().rev() {
                    li.card {
                        p { strong { (lesson.kind.words()) } @if !lesson.theme.is_empty() { " " span.chip { (lesson.theme) } } }
                        p { (lesson.note) }
                        @if !lesson.action.is_empty() { p { "Done about it: " (lesson.action) } }
                        p.small {
                            (day(&lesson.noted_on)) " · " (lesson.project_id.and_then(name).unwrap_or("The whole programme"))
                        }
                        form action={ (path) "/" (lesson.id) "/removal" } method="post" {
                            @if is_due { (why::needed(&format!("why-{}", lesson.id), &[])) }
                            button.link-button type="submit" { "Take out" span.hidden { " of the log: " (lesson.note) } }
                        }
                    }
                }
            }
        }
    }
}
