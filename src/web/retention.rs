//! How long a programme's answers are kept: the days that were set, what will go on them, and what has gone.

use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use maud::{Markup, html};
use serde::Deserialize;

use crate::html::Page;
use crate::html::partials::{Field, FieldError, Input, button, error_summary, field};
use crate::session::Programme;
use crate::session::retention::{Clearing, Clock, FIRST_DAYS, SECOND_DAYS, later};
use crate::store::{Clearable, LogLine, Protection};

use super::asking::{self, may};
use super::form::{Posted, Reading};
use super::frame::{Part, crumbs, programme_page, refused};
use super::place::InProgramme;
use super::reasons::{self, When};
use super::words::{count, day};
use super::{App, Error, protection, why};

/// `/programmes/{programme}/retention`
pub fn routes() -> Router<App> {
    Router::new().route("/programmes/{programme}/retention", get(show).post(set))
}

/// The days as they stand on the page.
#[derive(Deserialize, Default)]
#[serde(default)]
struct DaysForm {
    texts: String,
    cut: String,
    delete: String,
}

impl DaysForm {
    fn of(clocks: &[Clock]) -> DaysForm {
        DaysForm {
            texts: due(clocks, Clearing::Texts),
            cut: due(clocks, Clearing::Cut),
            delete: due(clocks, Clearing::Delete),
        }
    }
}

fn of(clocks: &[Clock], clearing: Clearing) -> Option<&Clock> {
    clocks.iter().find(|clock| clock.clearing == clearing)
}

fn due(clocks: &[Clock], clearing: Clearing) -> String {
    of(clocks, clearing).map(|clock| clock.due_on.clone()).unwrap_or_default()
}

async fn show(State(app): State<App>, InProgramme(programme): InProgramme) -> Result<Markup, Error> {
    let clocks = seen_by_whoever_asks(&app, &programme).await?;
    shown(&app, &programme, &clocks, &DaysForm::of(&clocks), &[]).await
}

/// The clocks of a programme on a page that shows their warnings to somebody who can act on them: from now on those
/// count.
async fn seen_by_whoever_asks(app: &App, programme: &Programme) -> Result<Vec<Clock>, Error> {
    let clocks = app.store().clocks(programme.id).await?;
    if asking::member().is_some() && clocks.iter().any(Clock::waits_to_be_seen) {
        app.store().note_warnings_seen(programme.id, app.today()).await?;
        return Ok(app.store().clocks(programme.id).await?);
    }
    Ok(clocks)
}

async fn set(
    State(app): State<App>,
    InProgramme(programme): InProgramme,
    Posted(form): Posted<DaysForm>,
) -> Result<Response, Error> {
    let clocks = app.store().clocks(programme.id).await?;
    let mut reading = Reading::default();
    let texts = reading.day("texts", &form.texts);
    let (cut, delete) = (reading.day("cut", &form.cut), reading.day("delete", &form.delete));
    for (name, day, clearing) in
        [("texts", &texts, Clearing::Texts), ("cut", &cut, Clearing::Cut), ("delete", &delete, Clearing::Delete)]
    {
        let new = *day != due(&clocks, clearing);
        if new && !day.is_empty() && *day <= app.today() {
            reading.wrong(name, "Choose a day to come.");
        }
    }
    if !cut.is_empty() && !delete.is_empty() && cut > delete {
        reading.wrong("delete", "Codes are cut first: choose a day after that.");
    }
    if !texts.is_empty() && !delete.is_empty() && texts > delete {
        reading.wrong("texts", "Texts go with the answers at the latest: choose a day before that.");
    }
    if programme.sample {
        reading.wrong("cut", "Sample data have no clock. Take them away whenever you like.");
    }
    match reading.finish([(Clearing::Texts, texts), (Clearing::Cut, cut), (Clearing::Delete, delete)]) {
        Ok(days) => {
            let new: Vec<(Clearing, String)> =
                days.into_iter().filter(|(clearing, day)| *day != due(&clocks, *clearing)).collect();
            if !new.is_empty() {
                LogLine::remark(programme.name.as_str(), said(&new));
                app.store().set_clocks(programme.id, new).await?;
            }
            Ok(Redirect::to(&format!("/programmes/{}/retention", programme.id)).into_response())
        }
        Err(errors) => Ok(refused(shown(&app, &programme, &clocks, &form, &errors).await?)),
    }
}

/// The days that are set, for the log.
fn said(days: &[(Clearing, String)]) -> String {
    let one = |(clearing, on): &(Clearing, String)| match on.as_str() {
        "" => format!("{}: no day", clearing.words()),
        on => format!("{}: {}", clearing.words(), day(on)),
    };
    days.iter().map(one).collect::<Vec<_>>().join("; ")
}

/// The page with what was wrong in another of its forms.
///
/// # Errors
/// Where the database fails.
pub async fn refused_page(app: &App, programme: &Programme, errors: &[FieldError]) -> Result<Response, Error> {
    let clocks = app.store().clocks(programme.id).await?;
    Ok(refused(shown(app, programme, &clocks, &DaysForm::of(&clocks), errors).await?))
}

async fn shown(
    app: &App,
    programme: &Programme,
    clocks: &[Clock],
    form: &DaysForm,
    errors: &[FieldError],
) -> Result<Markup, Error> {
    let held = app.store().clearable(programme.id).await?;
    let protections = app.store().protections(programme.id).await?;
    let of_days = errors.iter().any(|error| ["texts", "cut", "delete"].contains(&error.field.as_str()));
    let of_days = if of_days { errors } else { &[] };
    let why = match reasons::of_programme(app, programme.id, When::Days).await? {
        true => why::needed("log-why", of_days),
        false => why::asked("log-why", of_days),
    };
    let page = page(programme, clocks, held, &protections, &app.today(), (form, &why), errors);
    programme_page(app, programme, Part::Projects, page).await
}

fn page(
    programme: &Programme,
    clocks: &[Clock],
    held: Clearable,
    protections: &[Protection],
    today: &str,
    (form, why): (&DaysForm, &Markup),
    errors: &[FieldError],
) -> Page {
    let home = format!("/programmes/{}", programme.id);
    let suggestion = |days: i64| match programme.ends_on.as_str() {
        "" => String::new(),
        end => format!(" We suggest {}.", day(&later(end, days))),
    };
    let fields = [
        Field::new("texts", "What families wrote is deleted on", Input::Line("date"))
            .value(form.texts.as_str())
            .hint(format!("Everything that was tapped stays, and so do quotes that somebody approved. What nobody has read yet waits until it is read.{}", suggestion(183)))
            .width("short"),
        Field::new("cut", "Codes are cut from answers on", Input::Line("date"))
            .value(form.cut.as_str())
            .hint(format!("From then on nobody can tell which family's they are: none can be shown or taken out by a card, and no after is asked.{}", suggestion(183)))
            .width("short"),
        Field::new("delete", "Answers are deleted on", Input::Line("date"))
            .value(form.delete.as_str())
            .hint(format!("Save the report and the downloads before: the figures go with the answers.{}", suggestion(730)))
            .width("short"),
    ];
    let to_come = clocks.iter().filter(|clock| !clock.done_on.is_empty()).count() < Clearing::ALL.len();
    Page::staff(
        format!("How long answers are kept – {}", programme.name),
        html! {
            (crumbs(&[("Programmes", "/"), (&programme.name, &home)]))
            (error_summary(errors))
            h1 { "How long answers are kept" }
            p.lead { "Now there are " (count(held.responses, "answer", "answers")) " of " (count(held.people, "person", "people")) ", on " (count(held.cards, "card", "cards")) "." }
            @if is_held(protections) { p.notice { strong { "Kept from being deleted:" } " on these days nothing goes until that ends. " a href="#protected" { "Why" } } }
            @for clearing in Clearing::ALL { (standing(*clearing, of(clocks, *clearing), today)) }
            @if may("POST", "/programmes/{programme}/retention", None) && to_come {
                form.wide action={ (home) "/retention" } method="post" novalidate {
                    @for one in &fields { (field(one, errors)) }
                    (why)
                    (button("Set the days"))
                }
            }
            (protection::of_programme(programme, protections, errors))
            p.small { "The programmes’ page warns " (FIRST_DAYS) " days before, and again " (SECOND_DAYS) " days before. A warning counts from the day on which a project manager or an administrator was shown it. If nobody looked in that time, both warnings come first, a week apart, and it goes a week after the second. Copies of the database made before hold what they hold: keep none longer than you said." }
        },
    )
}

/// Whether the whole programme is kept from deletion.
fn is_held(protections: &[Protection]) -> bool {
    protections.iter().any(|one| one.whole && one.keeps())
}

fn standing(clearing: Clearing, clock: Option<&Clock>, today: &str) -> Markup {
    html! {
        section aria-labelledby=(clearing.code()) {
            h2 id=(clearing.code()) { (clearing.words()) }
            @match clock {
                Some(clock) if clock.due_on.is_empty() => p { "No day is set." },
                None => p { "No day is set." },
                Some(clock) if !clock.done_on.is_empty() => p { strong { "Done on " (day(&clock.done_on)) "." } " " (clock.receipt) "." },
                Some(clock) => p { strong { "On " (day(&clock.goes_on(today))) "." }
                    @if clock.goes_on(today) != clock.due_on { " The day that was set is " (day(&clock.due_on)) "; the warnings were late." }
                    @if clock.warns() { " Warned since " (day(&clock.first_on)) "." }
                },
            }
            @if let Some(clock) = clock.filter(|clock| clock.done_on.is_empty() && clock.cleared_on_some_day()) {
                p { "Done before: " (clock.receipt) ". What was kept then goes once there is a day again, and after both warnings." }
            }
        }
    }
}

/// Looks at the clocks now and every hour, for as long as the server runs. What fails is tried again.
pub async fn keep_clocks(app: App) {
    // Writing large files anew takes a while in which nothing else is written: what fails waits twice as long each time.
    let mut pause = 1;
    loop {
        app.unwilling().forget_other_days(&app.today());
        match app.store().look_at_clocks(&app.today(), app.now_us()).await {
            Ok(0) => {}
            Ok(done) => tracing::info!(done, "the clock of how long answers are kept has warned or cleared"),
            Err(error) => tracing::error!(%error, "the clock of how long answers are kept will be looked at again"),
        }
        for minute in 0..60 {
            if minute % pause == 0 {
                pause = match app.store().tidy().await {
                    Ok(_) => 1,
                    Err(error) => {
                        tracing::error!(%error, "what was deleted may linger in the database’s files, and will be looked at again");
                        (pause * 2).min(32)
                    }
                };
            }
            tokio::time::sleep(A_MINUTE).await;
        }
    }
}

/// Between two looks at what lingers; the clocks are looked at each hour.
const A_MINUTE: Duration = Duration::from_secs(60);

/// What the programmes' page says to whoever can act on it: a warning that stands, and for a month what has gone.
///
/// # Errors
/// Where the database fails.
pub async fn warnings(app: &App, programme: &Programme) -> Result<Markup, Error> {
    let today = app.today();
    let clocks = seen_by_whoever_asks(app, programme).await?;
    let held = is_held(&app.store().protections(programme.id).await?);
    let fresh = |clock: &Clock| !clock.done_on.is_empty() && later(&clock.done_on, FIRST_DAYS) > today;
    let address = format!("/programmes/{}/retention", programme.id);
    Ok(html! {
        @for clock in clocks.iter().filter(|clock| clock.warns() || fresh(clock)) {
            p.notice role="status" {
                @if clock.warns() && held {
                    strong { (clock.clearing.words()) ": " (programme.name) " is kept from being deleted until somebody ends that." } " "
                } @else if clock.warns() {
                    strong { (clock.clearing.words()) " on " (day(&clock.goes_on(&today))) ": " (programme.name) "." }
                    " Save what you need before. "
                } @else {
                    strong { (programme.name) ": done on " (day(&clock.done_on)) "." } " " (clock.receipt) ". "
                }
                a href=(address) { "How long answers are kept" }
            }
        }
    })
}
