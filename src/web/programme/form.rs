//! The form for a new programme, and for changing one.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use maud::{Markup, html};
use serde::Deserialize;

use crate::html::partials::{Field, FieldError, Input, field};
use crate::session::{Programme, TargetReading};
use crate::web::altered::{self, another, from_to};
use crate::web::form::{Posted, Reading, choices};
use crate::web::frame::{FormPage, Part, programme_page, refused, staff_page};
use crate::web::place::InProgramme;
use crate::web::{App, Error, reasons, why};

pub fn routes() -> Router<App> {
    Router::new()
        .route("/programmes/new", get(blank))
        .route("/programmes", post(add))
        .route("/programmes/{programme}/edit", get(edit))
        .route("/programmes/{programme}", post(change))
}

/// The fields about what is to be reached: out of sight until one of them has to be mended, or is looked for.
const TARGETS: [&str; 3] = ["awareness_target", "awareness_reading", "target_reason"];

/// The fields as they stand on the page.
#[derive(Deserialize, Default)]
#[serde(default)]
struct ProgrammeForm {
    name: String,
    funder: String,
    grant_reference: String,
    starts_on: String,
    ends_on: String,
    awareness_target: String,
    awareness_reading: String,
    target_reason: String,
}

async fn blank(State(app): State<App>) -> Result<Markup, Error> {
    let form = ProgrammeForm {
        awareness_target: "50".to_owned(),
        awareness_reading: TargetReading::default().code().to_owned(),
        ..ProgrammeForm::default()
    };
    form.new_page(&app, &[]).await
}

async fn add(State(app): State<App>, Posted(form): Posted<ProgrammeForm>) -> Result<Response, Error> {
    match form.read_unlike(&app, None).await? {
        Ok(programme) => {
            let id = app.store().add_programme(programme, app.now_us()).await?;
            Ok(Redirect::to(&format!("/programmes/{id}")).into_response())
        }
        Err(errors) => Ok(refused(form.new_page(&app, &errors).await?)),
    }
}

async fn edit(State(app): State<App>, InProgramme(programme): InProgramme) -> Result<Markup, Error> {
    ProgrammeForm::of(&programme).edit_page(&app, &programme, &[]).await
}

async fn change(
    State(app): State<App>,
    InProgramme(old): InProgramme,
    Posted(form): Posted<ProgrammeForm>,
) -> Result<Response, Error> {
    match form.keep(&app, &old).await? {
        Ok(()) => Ok(Redirect::to(&format!("/programmes/{}", old.id)).into_response()),
        Err(errors) => Ok(refused(form.edit_page(&app, &old, &errors).await?)),
    }
}

/// What changes of the targets, in words for the log.
fn targets_altered(old: &Programme, new: &Programme) -> Vec<String> {
    let percent = |programme: &Programme| format!("{}%", programme.awareness_target);
    let judged = |programme: &Programme| programme.awareness_reading.words();
    let target = from_to("awareness is to rise by", &percent(old), &percent(new));
    target.into_iter().chain(from_to("judged by", judged(old), judged(new))).collect()
}

/// The same of everything else.
fn altered_beside(old: &Programme, new: &Programme) -> Vec<String> {
    let none = |day: &str| if day.is_empty() { "not set".to_owned() } else { day.to_owned() };
    [
        another("name", &old.name, &new.name),
        another("who pays for it", &old.funder, &new.funder),
        another("the funder’s reference", &old.grant_reference, &new.grant_reference),
        from_to("first day", &none(&old.starts_on), &none(&new.starts_on)),
        from_to("last day", &none(&old.ends_on), &none(&new.ends_on)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

impl ProgrammeForm {
    fn of(programme: &Programme) -> ProgrammeForm {
        ProgrammeForm {
            name: programme.name.clone(),
            funder: programme.funder.clone(),
            grant_reference: programme.grant_reference.clone(),
            starts_on: programme.starts_on.clone(),
            ends_on: programme.ends_on.clone(),
            awareness_target: programme.awareness_target.to_string(),
            awareness_reading: programme.awareness_reading.code().to_owned(),
            target_reason: String::new(),
        }
    }

    /// Changes a programme. Gives what the person has to mend.
    async fn keep(&self, app: &App, old: &Programme) -> Result<Result<(), Vec<FieldError>>, Error> {
        let read = match self.read_unlike(app, Some(old)).await? {
            Ok(read) => read,
            Err(errors) => return Ok(Err(errors)),
        };
        let new = Programme { id: old.id, sample: old.sample, practice_of: old.practice_of, ..read };
        let home = format!("/programmes/{}", old.id);
        let (altered, beside) = (targets_altered(old, &new), altered_beside(old, &new));
        match altered::because(app, (old.id, None), (&home, &altered, &beside), &self.target_reason).await? {
            Ok(because) => {
                let changed = app.store().change_programme(new, because).await?;
                Ok(if changed { Ok(()) } else { Err(altered::overtaken()) })
            }
            Err(errors) => Ok(Err(errors)),
        }
    }

    /// `judged` is the reading where the form says none.
    fn read(&self, judged: TargetReading) -> Result<Programme, Vec<FieldError>> {
        let mut reading = Reading::default();
        let awareness_reading = match self.awareness_reading.as_str() {
            "" => judged,
            typed => reading.choice("awareness_reading", typed, TargetReading::from_code, judged),
        };
        let programme = Programme {
            id: 0,
            name: reading.needed("name", &self.name, "Give the programme a name."),
            funder: reading.line("funder", &self.funder),
            grant_reference: reading.line("grant_reference", &self.grant_reference),
            starts_on: reading.day("starts_on", &self.starts_on),
            ends_on: reading.day("ends_on", &self.ends_on),
            awareness_target: reading.whole("awareness_target", &self.awareness_target, (1, 500), 50),
            awareness_reading,
            sample: false,
            practice_of: None,
        };
        // ISO dates compare as text; an unreadable one has its own error already.
        if !programme.ends_on.is_empty() && programme.ends_on < programme.starts_on {
            reading.wrong("ends_on", "The last day is before the first.");
        }
        reading.finish(programme)
    }

    /// The programme read, if its name is its own: two of one name cannot be told apart on any list, and a
    /// form that was sent twice must not make two.
    async fn read_unlike(
        &self,
        app: &App,
        own: Option<&Programme>,
    ) -> Result<Result<Programme, Vec<FieldError>>, Error> {
        let programme = match self.read(own.map_or_else(TargetReading::default, |own| own.awareness_reading)) {
            Ok(programme) => programme,
            Err(errors) => return Ok(Err(errors)),
        };
        let others = app.store().programmes().await?;
        let same = |other: &Programme| other.name.to_lowercase() == programme.name.to_lowercase();
        if others.iter().any(|other| Some(other.id) != own.map(|own| own.id) && same(other)) {
            let error = "There is a programme of this name already. Add a place or a year, to tell them apart.";
            return Ok(Err(vec![FieldError::new("name", error)]));
        }
        Ok(Ok(programme))
    }

    async fn new_page(&self, app: &App, errors: &[FieldError]) -> Result<Markup, Error> {
        let page = FormPage {
            title: "Set up a programme",
            above: &[("Programmes", "/")],
            action: "/programmes",
            button: "Save and go on",
            errors,
            fields: self.fields(errors, false),
        };
        staff_page(app, page.page()).await
    }

    async fn edit_page(&self, app: &App, old: &Programme, errors: &[FieldError]) -> Result<Markup, Error> {
        let home = format!("/programmes/{}", old.id);
        let answers_are_in = app.store().answers_are_in(old.id, None).await?;
        let is_due = reasons::counts(app, old.id, None).await?;
        let page = FormPage {
            title: "Change the programme",
            above: &[("Programmes", "/"), (&old.name, &home)],
            action: &home,
            button: "Save",
            errors,
            fields: html! { (self.fields(errors, answers_are_in)) (why::beside_a_target(is_due, errors)) },
        };
        programme_page(app, old, Part::Projects, page.page()).await
    }

    fn fields(&self, errors: &[FieldError], answers_are_in: bool) -> Markup {
        let date = |name: &str, label: &str, value: &str| {
            Field::new(name, label, Input::Line("date")).value(value).width("short")
        };
        let target = Field::text("awareness_target", "Awareness is to rise by, in percent")
            .value(self.awareness_target.as_str())
            .hint("How much more of the jobs on the list children are to know afterwards. Fix it before the first session.")
            .width("narrow")
            .keyboard("numeric")
            .required();
        let readings = choices(TargetReading::ALL, TargetReading::code, TargetReading::words);
        let judged = Field::new("awareness_reading", "That is judged by", Input::Radios(readings))
            .value(self.awareness_reading.as_str())
            .hint("“At least so much” can be read in these ways. Met, Close and Behind follow the one you choose; reports name it.")
            .required();
        html! {
            (field(&Field::text("name", "Name of the programme").value(self.name.as_str()).required(), errors))
            div.dates {
                (field(&date("starts_on", "First day", &self.starts_on), errors))
                (field(&date("ends_on", "Last day", &self.ends_on), errors))
            }
            (field(&Field::text("funder", "Who pays for it").value(self.funder.as_str()), errors))
            (field(&Field::text("grant_reference", "The funder’s reference").value(self.grant_reference.as_str()), errors))
            // A volunteer names a programme; whoever agreed a target with a funder looks for it.
            details open[errors.iter().any(|error| TARGETS.contains(&error.field.as_str()))] {
                summary { "The target agreed with the funder: " (self.awareness_target) "% more awareness of jobs" }
                (field(&target, errors))
                (field(&judged, errors))
                (altered::asked(answers_are_in, &self.target_reason, errors))
            }
        }
    }
}
