//! What a programme has to have written down of data protection: the ground of the law, and complaints.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use maud::{Markup, html};
use serde::Deserialize;

use crate::account::Spot;
use crate::html::Page;
use crate::html::partials::{Field, FieldError, Input, button, error_summary, field};
use crate::session::Programme;
use crate::session::lawful_basis::{ACKNOWLEDGED_IN_DAYS, Complaint, Ground, LawfulBasis};
use crate::store::LogLine;

use super::altered::{self, another, from_to};
use super::asking::may;
use super::form::{Posted, Reading, choices};
use super::frame::{FormPage, Part, crumbs, programme_page, refused};
use super::place::InProgramme;
use super::reasons::{self, When};
use super::words::day;
use super::{App, Error, why};

/// `/programmes/{programme}/data-protection` and `/programmes/{programme}/complaints…`
pub fn routes() -> Router<App> {
    Router::new()
        .route("/programmes/{programme}/data-protection", get(show).post(set))
        .route("/programmes/{programme}/complaints", post(add))
        .route("/programmes/{programme}/complaints/{complaint}", get(open).post(change))
}

/// The record of the ground as it stands on the page.
#[derive(Deserialize, Default)]
#[serde(default)]
struct BasisForm {
    ground: String,
    decided_by: String,
    decided_on: String,
    written_in: String,
    contact: String,
}

/// A complaint as it stands on the page.
#[derive(Deserialize, Default)]
#[serde(default)]
struct ComplaintForm {
    received_on: String,
    about: String,
    acknowledged_on: String,
    done: String,
    closed_on: String,
}

async fn show(State(app): State<App>, InProgramme(programme): InProgramme) -> Result<Markup, Error> {
    let basis = BasisForm::of(app.store().lawful_basis(programme.id).await?);
    shown(&app, &programme, &basis, &ComplaintForm::new(&app), &[]).await
}

async fn set(
    State(app): State<App>,
    InProgramme(programme): InProgramme,
    Posted(form): Posted<BasisForm>,
) -> Result<Response, Error> {
    match form.read() {
        Ok(basis) => {
            LogLine::remark(
                programme.name.as_str(),
                format!("{}, decided by {}", basis.ground.code(), basis.decided_by),
            );
            app.store().set_lawful_basis(programme.id, basis).await?;
            Ok(Redirect::to(&home(&programme)).into_response())
        }
        Err(errors) => Ok(refused(shown(&app, &programme, &form, &ComplaintForm::new(&app), &errors).await?)),
    }
}

async fn add(
    State(app): State<App>,
    InProgramme(programme): InProgramme,
    Posted(form): Posted<ComplaintForm>,
) -> Result<Response, Error> {
    match form.read(0, &app.today()) {
        Ok(complaint) => {
            app.store().add_complaint(programme.id, complaint).await?;
            Ok(Redirect::to(&home(&programme)).into_response())
        }
        Err(errors) => {
            let basis = BasisForm::of(app.store().lawful_basis(programme.id).await?);
            Ok(refused(shown(&app, &programme, &basis, &form, &errors).await?))
        }
    }
}

async fn open(
    State(app): State<App>,
    InProgramme(programme): InProgramme,
    Path((_, id)): Path<(String, String)>,
) -> Result<Markup, Error> {
    let complaint = complaint_of(&app, &programme, &id).await?;
    one_page(&app, &programme, &complaint, &ComplaintForm::of(complaint.clone()), &[]).await
}

async fn change(
    State(app): State<App>,
    InProgramme(programme): InProgramme,
    Path((_, id)): Path<(String, String)>,
    Posted(form): Posted<ComplaintForm>,
) -> Result<Response, Error> {
    let was = complaint_of(&app, &programme, &id).await?;
    match form.read(was.id, &app.today()) {
        Ok(complaint) => {
            let changed = [
                from_to("received on", &was.received_on, &complaint.received_on),
                another("what it is about", &was.about, &complaint.about),
                from_to("acknowledged on", &was.acknowledged_on, &complaint.acknowledged_on),
                another("what was done", &was.done, &complaint.done),
                from_to("closed on", &was.closed_on, &complaint.closed_on),
            ];
            let changed: Vec<String> = changed.into_iter().flatten().collect();
            altered::remark(&format!("/programmes/{}: complaint {}", programme.id, was.id), &changed, "");
            app.store().change_complaint(programme.id, complaint).await?;
            Ok(Redirect::to(&home(&programme)).into_response())
        }
        Err(errors) => Ok(refused(one_page(&app, &programme, &was, &form, &errors).await?)),
    }
}

fn home(programme: &Programme) -> String {
    format!("/programmes/{}/data-protection", programme.id)
}

async fn complaint_of(app: &App, programme: &Programme, id: &str) -> Result<Complaint, Error> {
    let complaints = app.store().complaints(programme.id).await?;
    complaints.into_iter().find(|complaint| complaint.id.to_string() == id).ok_or(Error::NotFound)
}

impl BasisForm {
    fn of(basis: Option<LawfulBasis>) -> BasisForm {
        basis.map_or_else(BasisForm::default, |LawfulBasis { ground, decided_by, decided_on, written_in, contact }| {
            BasisForm { ground: ground.code().to_owned(), decided_by, decided_on, written_in, contact }
        })
    }

    fn read(&self) -> Result<LawfulBasis, Vec<FieldError>> {
        let mut reading = Reading::default();
        let basis = LawfulBasis {
            ground: reading.choice("ground", &self.ground, Ground::from_code, Ground::Another),
            decided_by: reading.needed_for_the_log("decided_by", &self.decided_by, "Say who decided it."),
            decided_on: reading.day("decided_on", &self.decided_on),
            written_in: reading.line("written_in", &self.written_in),
            contact: reading.line("contact", &self.contact),
        };
        reading.finish(basis)
    }

    fn fields(&self, errors: &[FieldError]) -> Markup {
        let grounds = Input::Radios(choices(Ground::ALL, Ground::code, Ground::words));
        let draw = |one: Field, value: &str| field(&one.value(value), errors);
        html! {
            (draw(Field::new("ground", "The ground of the law (UK GDPR, Article 6)", grounds).required(), &self.ground))
            (draw(Field::text("decided_by", "Who decided it").required(), &self.decided_by))
            (draw(Field::new("decided_on", "When", Input::Line("date")).width("short"), &self.decided_on))
            (draw(Field::text("written_in", "Where that is written down").hint("The assessment, or the balancing test: DPIA of May 2026, in the office"), &self.written_in))
            (draw(Field::text("contact", "Whom families write to").hint("Shown to families with the ground: a name or a desk, and an address"), &self.contact))
        }
    }
}

impl ComplaintForm {
    fn new(app: &App) -> ComplaintForm {
        ComplaintForm { received_on: app.today(), ..ComplaintForm::default() }
    }

    fn of(Complaint { received_on, about, acknowledged_on, done, closed_on, .. }: Complaint) -> ComplaintForm {
        ComplaintForm { received_on, about, acknowledged_on, done, closed_on }
    }

    fn read(&self, id: i64, today: &str) -> Result<Complaint, Vec<FieldError>> {
        let mut reading = Reading::default();
        let complaint = Complaint {
            id,
            received_on: reading.day("received_on", &self.received_on),
            about: reading.needed_for_the_log("about", &self.about, "Say in a few words what it is about."),
            acknowledged_on: reading.day("acknowledged_on", &self.acknowledged_on),
            done: reading.for_the_log("done", &self.done),
            closed_on: reading.day("closed_on", &self.closed_on),
        };
        if complaint.received_on.is_empty() {
            reading.wrong("received_on", "Say on which day it came.");
        }
        for (name, on) in [
            ("received_on", &complaint.received_on),
            ("acknowledged_on", &complaint.acknowledged_on),
            ("closed_on", &complaint.closed_on),
        ] {
            if on.as_str() > today {
                reading.wrong(name, "That day is still to come.");
            } else if !on.is_empty() && *on < complaint.received_on {
                reading.wrong(name, "That is before it came.");
            }
        }
        if !complaint.closed_on.is_empty() && complaint.done.is_empty() {
            reading.wrong("done", "Say what was done before it is closed.");
        }
        reading.finish(complaint)
    }

    fn came(&self, errors: &[FieldError]) -> Markup {
        let draw = |one: Field, value: &str| field(&one.value(value), errors);
        html! {
            (draw(Field::new("received_on", "The day it came", Input::Line("date")).width("short").required(), &self.received_on))
            (draw(Field::text("about", "What it is about, in a few words").hint("No name and no code: your letters hold those.").required(), &self.about))
        }
    }

    fn became(&self, errors: &[FieldError]) -> Markup {
        let draw = |one: Field, value: &str| field(&one.value(value), errors);
        html! {
            (draw(Field::new("acknowledged_on", "Acknowledged on", Input::Line("date")).width("short"), &self.acknowledged_on))
            (draw(Field::text("done", "What was done about it"), &self.done))
            (draw(Field::new("closed_on", "Closed on", Input::Line("date")).width("short"), &self.closed_on))
        }
    }
}

async fn shown(
    app: &App,
    programme: &Programme,
    basis: &BasisForm,
    complaint: &ComplaintForm,
    errors: &[FieldError],
) -> Result<Markup, Error> {
    let above = format!("/programmes/{}", programme.id);
    let complaints = app.store().complaints(programme.id).await?;
    let is_due = reasons::of_programme(app, programme.id, When::Ground).await?;
    let is_of_complaint = errors.iter().any(|error| error.field == "received_on" || error.field == "about");
    let (of_basis, of_complaint) = if is_of_complaint { (&[][..], errors) } else { (errors, &[][..]) };
    let title = if errors.is_empty() { "Data protection" } else { "Mend this: Data protection" };
    let body = html! {
        (crumbs(&[("Programmes", "/"), (&programme.name, &above)]))
        (error_summary(errors))
        h1 { "Data protection" }
        section aria-labelledby="basis" {
            h2 #basis { "Why we may hold what families gave" }
            p { "Not the yes that each family gives: that is about taking part, and is asked for whatever the ground." }
            form.wide action=(home(programme)) method="post" novalidate {
                (basis.fields(errors))
                (why::needed_if(is_due, "why-basis", of_basis))
                (button("Write it down"))
            }
        }
        section aria-labelledby="complaints" {
            h2 #complaints { "Complaints" }
            (register(programme, &complaints, &app.today()))
            // Over what is to be mended in it; with a ground that is refused it stays shut.
            details open[!of_complaint.is_empty()] {
                summary { "A complaint has come" }
                form.wide action={ (above) "/complaints" } method="post" novalidate {
                    (complaint.came(errors))
                    (why::folded("why-came", of_complaint))
                    button.button.plain type="submit" { "Note it" }
                }
            }
        }
    };
    programme_page(app, programme, Part::Projects, Page::staff(title, body)).await
}

/// What is in the register, the newest first.
fn register(programme: &Programme, complaints: &[Complaint], today: &str) -> Markup {
    html! {
        @if complaints.is_empty() { p.quiet { "None so far." } }
        ul.found {
            @for one in complaints {
                li.card {
                    p { strong { (one.about) } " · came on " (day(&one.received_on)) }
                    p {
                        @match one.to_acknowledge_by() {
                            Some(by) if by.as_str() < today => strong { "Was to be acknowledged by " (day(&by)) "." },
                            Some(by) => { "To be acknowledged by " (day(&by)) "." },
                            None if one.acknowledged_on.is_empty() => {},
                            None => { "Acknowledged on " (day(&one.acknowledged_on)) "." },
                        }
                        @if !one.done.is_empty() { " Done: " (one.done) @if !one.done.ends_with('.') { "." } }
                        @if !one.closed_on.is_empty() { " Closed on " (day(&one.closed_on)) "." }
                    }
                    p { a href={ "/programmes/" (programme.id) "/complaints/" (one.id) } { "Change" span.hidden { ": " (one.about) } } }
                }
            }
        }
    }
}

async fn one_page(
    app: &App,
    programme: &Programme,
    complaint: &Complaint,
    form: &ComplaintForm,
    errors: &[FieldError],
) -> Result<Markup, Error> {
    let above = format!("/programmes/{}", programme.id);
    let is_due = !complaint.closed_on.is_empty();
    let page = FormPage {
        title: "A complaint",
        above: &[("Programmes", "/"), (&programme.name, &above), ("Data protection", &home(programme))],
        action: &format!("{above}/complaints/{}", complaint.id),
        button: "Save",
        errors,
        fields: html! { (form.came(errors)) (form.became(errors)) (why::needed_if(is_due, "log-why", errors)) },
    };
    programme_page(app, programme, Part::Projects, page.page()).await
}

/// What the programmes' page says of complaints that wait to be acknowledged; nothing where none does.
///
/// # Errors
/// Where the database fails.
pub async fn warnings(app: &App, programme: &Programme) -> Result<Markup, Error> {
    let spot = Spot { programme: programme.id, project: None, organisation: None };
    if !may("GET", "/programmes/{programme}/data-protection", Some(&spot)) {
        return Ok(html! {});
    }
    let complaints = app.store().complaints(programme.id).await?;
    let next = complaints.iter().filter_map(Complaint::to_acknowledge_by).min();
    Ok(html! {
        @if let Some(by) = next {
            p.notice role="status" {
                strong { "A complaint is to be acknowledged by " (day(&by)) ": " (programme.name) "." }
                " The law gives " (ACKNOWLEDGED_IN_DAYS) " days. "
                a href=(home(programme)) { "Data protection" }
            }
        }
    })
}
