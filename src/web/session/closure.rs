//! Closing a session: safe to pack away, or a reason why it is closed all the same.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use maud::{Markup, html};
use serde::Deserialize;

use crate::html::Page;
use crate::html::partials::{Field, FieldError, button, error_summary, field};
use crate::session::closing::Closing;
use crate::store::LogLine;
use crate::web::form::{LONGEST, Posted, Reading};
use crate::web::frame::{Part, programme_page, refused};
use crate::web::place::AtSession;
use crate::web::words::{count, how_many, moment};
use crate::web::{App, Error, rescue, why};

use super::parts::{Parts, Scene};
use super::{collecting, crumbs_to, live_page, so_far, tablets};

pub fn routes() -> Router<App> {
    Router::new()
        .route("/sessions/{session}/closure", get(show).post(close))
        .route("/sessions/{session}/reopening", post(reopen))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Reason {
    reason: String,
}

async fn show(State(app): State<App>, AtSession(at): AtSession) -> Result<Markup, Error> {
    let scene = Scene::of(&app, at).await?;
    let page = page(&scene, &scene.parts(), "", &[]);
    programme_page(&app, &scene.at.programme, Part::Projects, page).await
}

async fn close(
    State(app): State<App>,
    AtSession(at): AtSession,
    Posted(Reason { reason: typed }): Posted<Reason>,
) -> Result<Response, Error> {
    let home = format!("/sessions/{}", at.session.key);
    if !at.session.is_open() {
        return Ok(Redirect::to(&home).into_response());
    }
    let scene = Scene::of(&app, at).await?;
    let mut reason = String::new();
    if !scene.is_safe() {
        let mut reading = Reading::default();
        reason = reading.needed_for_the_log(
            "reason",
            &typed,
            "Say why it is closed although a tablet may still hold answers.",
        );
        if let Err(errors) = reading.finish(()) {
            let page = page(&scene, &scene.parts(), &typed, &errors);
            return Ok(refused(programme_page(&app, &scene.at.programme, Part::Projects, page).await?));
        }
    }
    LogLine::remark(home.as_str(), reason.as_str());
    let closing = Closing { unsafe_tablets: how_many(&scene.open_tablets()), reason };
    let session = scene.at.session.id;
    app.store().close_with(scene.at.session, closing, scene.tablets, app.now_us()).await?;
    app.unwilling().forget_session(session);
    Ok(Redirect::to(&home).into_response())
}

async fn reopen(State(app): State<App>, AtSession(at): AtSession) -> Result<Redirect, Error> {
    app.store().reopen(at.session.id).await?;
    Ok(Redirect::to(&format!("/sessions/{}", at.session.key)))
}

fn page(scene: &Scene, parts: &Parts, typed: &str, errors: &[FieldError]) -> Page {
    let key = &scene.at.session.key;
    let reason = Field::text("reason", "Why close it while a tablet may still hold answers?")
        .hint(format!("Only while the light above is not green. It is written down with who closed the session. At most {LONGEST} letters."))
        .at_most(LONGEST)
        .required()
        .value(typed);
    let body = html! {
        (crumbs_to(&scene.at, true))
        (error_summary(errors))
        h1 { "Close the session" }
        p.lead { "Step 2 of 2. Collect the tablets, and keep each on and connected until the light is green." }
        (collecting::collecting(scene))
        (tablets::away(scene))
        (tablets::list(scene))
        (rescue::door())
        (unread(scene))
        @if scene.at.session.is_open() {
            form.wide action={ "/sessions/" (key) "/closure" } method="post" novalidate {
                div.when-unsafe { (field(&reason, errors)) }
                (button("Close the session"))
            }
            p.small { "Families can start no new questionnaire afterwards. Answers that were finished before and arrive within 90 days are still taken in, marked late." }
            p { a href={ "/sessions/" (key) "/notes" } { "Back to the day in a minute" } }
        } @else {
            p { "The session is closed." }
        }
    };
    let title = if errors.is_empty() { "Close the session" } else { "Mend this: Close the session" };
    live_page(title.to_owned(), key, &parts.version, &body)
}

/// Texts that wait for their reader: the session may be closed, and the report may not be signed off.
fn unread(scene: &Scene) -> Markup {
    html! {
        @if scene.unread > 0 {
            p.notice {
                strong { (count(scene.unread, "text that a family wrote here has", "texts that families wrote here have")) " not been read yet." }
                " That keeps nobody from closing the session. Whoever is named to read them does so, the same day at best: the report is not signed off before."
            }
        }
    }
}

/// What the home of a closed session says.
pub fn closed(scene: &Scene, at_us: i64, closing: Option<&Closing>) -> Markup {
    let key = &scene.at.session.key;
    html! {
        section.notice aria-labelledby="closed" {
            h2 #closed { "Closed on " (moment(at_us)) }
            @match closing {
                Some(Closing { unsafe_tablets: 0, .. }) => p { "Every tablet was known to be empty then." },
                Some(Closing { unsafe_tablets, reason }) => {
                    p { strong { (count(*unsafe_tablets, "tablet was", "tablets were")) " not known to be empty then. " } "The reason given: “" (reason) "”" }
                },
                None => {},
            }
            p { "No family can start now. Answers that were finished before are still kept when they arrive." }
            (so_far::only_numbers(scene))
            (unread(scene))
            form action={ "/sessions/" (key) "/reopening" } method="post" {
                (why::needed_if(scene.is_over, "why-reopened", &[]))
                button.button.plain type="submit" { "Open it again" }
            }
        }
        (tablets::away(scene))
    }
}
