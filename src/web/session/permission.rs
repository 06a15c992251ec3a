//! How permission is given at a session: asked of each family on the tablet, or by the school beforehand. And how it
//! was, in counts: who said yes is with their answers, who said no is nowhere. Answers that do not say it count, are
//! pointed at, and wait for somebody to say it with a reason, or to leave them out.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use maud::{Markup, html};
use serde::Deserialize;

use crate::html::Page;
use crate::html::family::notice::{Notice, notice};
use crate::html::partials::{Column, Field, FieldError, Input, button, error_summary, field, table};
use crate::person::Role;
use crate::report::print::capital;
use crate::response::{GivenAfterwards, Mode};
use crate::store::{AssentCount, LogLine, PermissionCount, PermissionNote, SessionPlace};
use crate::web::form::{Posted, Reading};
use crate::web::frame::{Part, programme_page, refused};
use crate::web::place::AtSession;
use crate::web::reasons::{self, When};
use crate::web::words::{count, moment, number};
use crate::web::{App, Error, asking, why};

use super::crumbs_to;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/sessions/{session}/permission", get(show).post(say))
        .route("/sessions/{session}/permission/unrecorded", post(say_afterwards))
}

/// What the form says.
#[derive(Deserialize, Default)]
#[serde(default)]
struct SayForm {
    given: String,
}

/// What is said of answers without a record.
#[derive(Deserialize, Default)]
#[serde(default)]
struct AfterwardsForm {
    known: String,
    reason: String,
}

/// The choice that leaves answers out.
const NOBODY: &str = "nobody";

/// Ways: (value, words).
const WAYS: [(&str, &str); 2] = [
    ("family", "Each family is asked on the tablet, before its first child answers"),
    ("school", "The school told families beforehand, and keeps the list of those who said no"),
];

async fn show(State(app): State<App>, AtSession(at): AtSession) -> Result<Markup, Error> {
    shown(&app, &at, &AfterwardsForm::default(), &[]).await
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
            let way = if school { "by the school beforehand" } else { "each family is asked" };
            LogLine::remark(format!("/sessions/{}/permission: {way}", at.session.key), "");
            app.store().set_school_notice(at.session.id, school.then(|| app.now_us())).await?;
            Ok(Redirect::to(&format!("/sessions/{}/permission", at.session.key)).into_response())
        }
        Err(errors) => Ok(refused(shown(&app, &at, &AfterwardsForm::default(), &errors).await?)),
    }
}

async fn say_afterwards(
    State(app): State<App>,
    AtSession(at): AtSession,
    Posted(form): Posted<AfterwardsForm>,
) -> Result<Response, Error> {
    let mut reading = Reading::default();
    let given = GivenAfterwards::from_code(&form.known);
    if given.is_none() && form.known != NOBODY {
        reading.wrong("known", "Choose one of these.");
    }
    const DUE: &str = "Say how you know, in a few words: it is kept with your name.";
    let reason = reading.needed_for_the_log("reason", &form.reason, DUE);
    let reason = match reading.finish(reason) {
        Ok(reason) => reason,
        Err(errors) => return Ok(refused(shown(&app, &at, &form, &errors).await?)),
    };
    let home = format!("/sessions/{}/permission", at.session.key);
    let (who, now_us) = (asking::name(), app.now_us());
    let outcome = given.map_or("left out", GivenAfterwards::words);
    LogLine::remark(format!("{home}: {outcome}"), reason.as_str());
    match given {
        Some(given) => {
            let note = PermissionNote { given, reason, who, noted_us: now_us };
            app.store().note_permission(at.session.id, note).await?;
        }
        None => {
            app.store().set_unpermitted_aside(at.programme.id, at.session.id, reason, who, now_us).await?;
        }
    }
    Ok(Redirect::to(&home).into_response())
}

/// Everything the page shows.
struct Shown<'a> {
    at: &'a SessionPlace,
    counts: Vec<PermissionCount>,
    assents: Vec<AssentCount>,
    /// Children's counted answers of which nobody has said how permission was given.
    unrecorded: i64,
    notes: Vec<PermissionNote>,
    notices: Vec<(Notice, i64)>,
    typed: &'a AfterwardsForm,
    errors: &'a [FieldError],
    /// Whether it has to be said why the way is changed.
    is_due: bool,
}

async fn shown(app: &App, at: &SessionPlace, typed: &AfterwardsForm, errors: &[FieldError]) -> Result<Markup, Error> {
    let id = at.session.id;
    let shown = Shown {
        at,
        counts: app.store().permissions(id).await?,
        assents: app.store().assents(id).await?,
        unrecorded: app.store().unpermitted_at(id).await?,
        notes: app.store().permission_notes(id).await?,
        notices: app.store().notices().await?,
        typed,
        errors,
        is_due: reasons::of_session(app, at, When::AnsweredAndOver).await?,
    };
    programme_page(app, &at.programme, Part::Projects, page(&shown)).await
}

fn page(shown: &Shown) -> Page {
    let Shown { at, counts, notices, errors, .. } = shown;
    let ways = WAYS.iter().map(|(value, words)| ((*value).to_owned(), (*words).to_owned())).collect();
    let given = Field::new("given", "How permission is given here", Input::Radios(ways))
        .value(if at.school_notice { "school" } else { "family" })
        .hint("Every child is asked for its own yes in any case. With a school’s notice, hand no tablet to a child on the school’s list.")
        .required();
    let of_given = if errors.iter().any(|error| error.field == "given") { *errors } else { &[] };
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
            (not_recorded(shown))
            form.wide action={ "/sessions/" (at.session.key) "/permission" } method="post" novalidate {
                (field(&given, errors))
                (why::needed_if(shown.is_due, "why-given", of_given))
                (button("Save"))
            }
            section aria-labelledby="so-far" {
                h2 #so-far { "So far" }
                @if rows.is_empty() { p { "No child has answered yet." } }
                @else { (table("How permission was given, by questionnaire", &columns, &rows)) }
                @for note in &shown.notes { p { (noted(note)) } }
                (own_yeses(&shown.assents))
                p.small { "Each answer keeps who said yes, how, and on which words; a family sees it with everything else that is kept, and it goes when they take their answers out. Of a “No” a number stays; whose it was is seen on the board until the session is closed." }
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
    .class("leader")
}

/// Answers that came without a record, and what can be done about them.
fn not_recorded(shown: &Shown) -> Markup {
    let mut ways: Vec<(String, String)> =
        GivenAfterwards::ALL.iter().map(|way| (way.code().to_owned(), capital(way.words()))).collect();
    ways.push((NOBODY.to_owned(), "Nobody can say: leave these answers out of every figure".to_owned()));
    let known = Field::new("known", "Who gave permission for them?", Input::Radios(ways))
        .value(shown.typed.known.as_str())
        .required();
    let reason = Field::text("reason", "How do you know?")
        .hint("“The slips are in the folder”, “I asked each of them at the door”. Write no names of families.")
        .value(shown.typed.reason.as_str())
        .required();
    html! {
        @if shown.unrecorded > 0 {
            section.notice aria-labelledby="not-recorded" {
                h2 #not-recorded { (count(shown.unrecorded, "child’s answer", "children’s answers")) " without a record" }
                p { "Our own pages ask before the first question and send the answer along; these came without it, from an old copy of the page or from another program. They count, and the report says so, until somebody says how permission was given, or leaves them out." }
                form action={ "/sessions/" (shown.at.session.key) "/permission/unrecorded" } method="post" novalidate {
                    (field(&known, shown.errors))
                    (field(&reason, shown.errors))
                    (button("Say it"))
                }
                p.small { "What is left out is kept, and is on " a href={ "/sessions/" (shown.at.session.key) "/links" } { "Who is who" } ", where each can be taken in again." }
            }
        }
    }
}

fn noted(note: &PermissionNote) -> String {
    format!(
        "{} noted on {} for answers without a record: {}. “{}”",
        note.who,
        moment(note.noted_us),
        note.given.words(),
        note.reason
    )
}

/// Where people said yes themselves.
fn own_yeses(assents: &[AssentCount]) -> Markup {
    let columns = [
        Column::words("When"),
        Column::words("Who"),
        Column::words("Their own yes"),
        Column::words("Notice"),
        Column::figures("Answers"),
    ];
    let rows: Vec<Vec<Markup>> = assents.iter().map(own_row).collect();
    html! {
        @if !rows.is_empty() {
            (table("The person’s own yes, by questionnaire", &columns, &rows))
            p.small { "Everybody is asked for their own yes on the screen before the first question. An answer without a record of it came from paper, from an old copy of the page or another program, or before its time because the leader held “ask it now”. It counts all the same." }
        }
    }
}

fn own_row(count: &AssentCount) -> Vec<Markup> {
    let who = match count.role {
        Role::Child => "children",
        Role::Adult => "grown-ups",
    };
    let said = match count.said {
        Some(Mode::Screen) => "on the tablet, before the first question",
        Some(Mode::Paper) => "on paper",
        None => "no record of the yes",
    };
    vec![
        html! { (count.wave.word()) },
        html! { (who) },
        html! { (said) },
        html! { (count.notice.as_deref().unwrap_or("not noted")) },
        html! { (number(count.n)) },
    ]
}

fn row(count: &PermissionCount) -> Vec<Markup> {
    let without =
        if count.noted { "no record with the answer; noted afterwards" } else { "not recorded with the answer" };
    vec![
        html! { (count.wave.word()) },
        html! { (count.by.map_or(without, |by| by.words())) },
        html! { (count.notice.as_deref().unwrap_or("not noted")) },
        html! { (number(count.n)) },
    ]
}
