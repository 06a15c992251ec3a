//! A practice session: one button begins it beside a project, with cards of its own, and one takes it away.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;

use maud::{Markup, html};

use crate::person::CardCode;
use crate::session::{Project, Session};
use crate::store::{LogLine, NewPractice, Practice, SessionPlace, StoreError};

use super::asking::may;
use super::cards::draw;
use super::place::{AtSession, InProject};
use super::{App, Error};

/// `POST /projects/{project}/practice` and the end of one
pub fn routes() -> Router<App> {
    Router::new()
        .route("/projects/{project}/practice", post(begin))
        .route("/sessions/{session}/practice/end", post(end))
}

/// Families to practise with: enough for two people and their tablets.
const CARDS: usize = 8;

/// Opens today's practice of a project, or begins one in place of an older.
async fn begin(State(app): State<App>, InProject { project, .. }: InProject) -> Result<Response, Error> {
    let (store, held_on) = (app.store(), app.today());
    remark(project.id);
    if let Some(practice) = store.practice(project.id).await?.filter(|practice| practice.held_on == held_on) {
        return Ok(opened(&practice.session));
    }
    // What was sent to an older one is judged first, so that it goes with it.
    store.settle().await?;
    loop {
        let mut bytes = [0_u8; 8];
        getrandom::fill(&mut bytes)?;
        let Some(session) = Session::key_from_random(bytes) else { continue };
        let new = NewPractice { session: session.clone(), held_on: held_on.clone(), cards: draw(CARDS)? };
        match store.begin_practice(project.id, new, app.now_us()).await {
            Ok(true) => return Ok(opened(&session)),
            Ok(false) => return Err(Error::NotFound),
            Err(StoreError::Taken) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

fn opened(session: &str) -> Response {
    Redirect::to(&format!("/sessions/{session}")).into_response()
}

/// The log names the project, as the practice is to go.
fn remark(project_id: i64) {
    LogLine::remark(format!("/projects/{project_id}"), "");
}

async fn end(State(app): State<App>, AtSession(at): AtSession) -> Result<Response, Error> {
    let real = Error::Bad("This is a real session, and its answers stay. Only a practice ends like that.");
    let project = at.programme.practice_of.ok_or(real)?;
    remark(project);
    app.store().settle().await?;
    app.store().end_practice(at.programme.id).await?;
    Ok(Redirect::to(&format!("/projects/{project}")).into_response())
}

/// The way in, on a project's page.
pub fn door(project: &Project, under_way: Option<&Practice>) -> Markup {
    html! {
        @if may("POST", "/projects/{project}/practice", None) {
            section aria-labelledby="practice" {
                h2 #practice { "Practise" }
                p { "A session to try everything with, by yourself or with the team. It has cards of its own, says on every screen that it is a practice, and is never counted. When you end it, all of it goes." }
                @match under_way {
                    Some(practice) => p { a.button.plain href={ "/sessions/" (practice.session) } { "Open the practice session" } },
                    None => form action={ "/projects/" (project.id) "/practice" } method="post" {
                        button.button.plain type="submit" { "Begin a practice session" }
                    },
                }
            }
        }
    }
}

/// What stands on a practice session's home: the cards to use, and the way to be rid of it all.
pub fn notice(at: &SessionPlace, cards: &[CardCode]) -> Markup {
    html! {
        @if at.programme.practice_of.is_some() {
            section.notice.practice aria-labelledby="practice" {
                h2 #practice { "This is a practice" }
                p { "Do all you would do on the day: open the address on a tablet, use these cards, start the afters, key in a paper, close the session. No report and no file knows of it." }
                ul.card-codes aria-label="Cards to practise with" { @for card in cards { li.card-code { (card) } } }
                p { a href={ "/projects/" (at.project.id) "/cards" } { "Print these cards" } }
                form action={ "/sessions/" (at.session.key) "/practice/end" } method="post" {
                    button.button.plain type="submit" { "End the practice, and take all of it away" }
                }
            }
        }
    }
}
