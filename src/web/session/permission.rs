//! How permission is given at a session: asked of each family on the tablet, or by the school beforehand. And how it
//! was, in counts: who said yes is with their answers, who said no is nowhere.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use maud::{Markup, html};
use serde::Deserialize;

use crate::html::Page;
use crate::html::family::notice::{Notice, notice};
use crate::html::partials::{Column, Field, FieldError, Input, button, error_summary, field, table};
use crate::store::{PermissionCount, SessionPlace};
use crate::web::form::{Posted, Reading};
use crate::web::frame::{Part, programme_page, refused};
use crate::web::place::AtSession;
use crate::web::words::{moment, number};
use crate::web::{App, Error};

use super::crumbs_to;

pub fn routes() -> Router<App> {
    Router::new().route("/sessions/{session}/permission", get(show).post(say))
}

/// What the form says.
#[derive(Deserialize, Default)]
#[serde(default)]
struct SayForm {
    given: String,
}

/// Ways: (value, words).
const WAYS: [(&str, &str); 2] = [
    ("family", "Each family is asked on the tablet, before its first child answers"),
    ("school", "The school told families beforehand, and keeps the list of those who said no"),
];

async fn show(State(app): State<App>, AtSession(at): AtSession) -> Result<Markup, Error> {
    shown(&app, &at, &[]).await
}

async fn say(
    State(app): State<App>,
    AtSession(at): AtSession,
    Posted(form): Posted<SayForm>,
) -> Result<Response, Error> {
    let mut reading = Reading::default();
    if !WAYS.iter().any(|(value, _)| *value == form.given) {
        reading.wrong("given", "Choose one of these.");
    }
    match reading.finish(form.given == "school") {
        Ok(school) => {
            app.store().set_school_notice(at.session.id, school.then(|| app.now_us())).await?;
            Ok(Redirect::to(&format!("/sessions/{}/permission", at.session.key)).into_response())
        }
        Err(errors) => Ok(refused(shown(&app, &at, &errors).await?)),
    }
}

async fn shown(app: &App, at: &SessionPlace, errors: &[FieldError]) -> Result<Markup, Error> {
    let counts = app.store().permissions(at.session.id).await?;
    let notices = app.store().notices().await?;
    programme_page(app, &at.programme, Part::Projects, page(at, &counts, &notices, errors)).await
}

fn page(at: &SessionPlace, counts: &[PermissionCount], notices: &[(Notice, i64)], errors: &[FieldError]) -> Page {
    let ways = WAYS.iter().map(|(value, words)| ((*value).to_owned(), (*words).to_owned())).collect();
    let given = Field::new("given", "How permission is given here", Input::Radios(ways))
        .value(if at.school_notice { "school" } else { "family" })
        .hint("Every child is asked for its own yes in any case. With a school’s notice, hand no tablet to a child on the school’s list.")
        .required();
    let columns = [
        Column::words("When"),
        Column::words("Permission"),
        Column::words("Notice"),
        Column::figures("Children’s answers"),
    ];
    let rows: Vec<Vec<Markup>> = counts.iter().map(row).collect();
    let asked: Vec<&(Notice, i64)> = notices
        .iter()
        .filter(|(one, _)| one == notice() || counts.iter().any(|count| count.notice.as_ref() == Some(&one.version)))
        .collect();
    Page::staff(
        "Permission",
        html! {
            (crumbs_to(at, true))
            (error_summary(errors))
            h1 { "Permission" }
            form.wide action={ "/sessions/" (at.session.key) "/permission" } method="post" novalidate {
                (field(&given, errors))
                (button("Save"))
            }
            section aria-labelledby="so-far" {
                h2 #so-far { "So far" }
                @if rows.is_empty() { p { "No child has answered yet." } }
                @else { (table("How permission was given, by questionnaire", &columns, &rows)) }
                p.small { "Each answer keeps who said yes, how, and on which words; a family sees it with everything else that is kept, and it goes when they take their answers out. A “No” is only a number." }
            }
            section aria-labelledby="words" {
                h2 #words { "The words" }
                @for (one, first_us) in asked {
                    details {
                        summary { "Notice " (one.version) ", since " (moment(*first_us)) }
                        @for line in one.words.lines() { p { (line) } }
                    }
                }
            }
        },
    )
}

fn row(count: &PermissionCount) -> Vec<Markup> {
    vec![
        html! { (count.wave.word()) },
        html! { (count.by.map_or("not noted with the answer", |by| by.words())) },
        html! { (count.notice.as_deref().unwrap_or("not noted")) },
        html! { (number(count.n)) },
    ]
}
