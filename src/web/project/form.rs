//! The form for a new project, and for changing one.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use maud::{Markup, html};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::account::{Hold, Spot};
use crate::html::partials::{Field, FieldError, Input, field};
use crate::session::{Area, Because, DeliveryModel, Design, Organisation, Programme, Project};
use crate::store::{NamedProject, StoreError};
use crate::web::altered::{self, another, from_to};
use crate::web::asking;
use crate::web::form::{Posted, Reading, choices};
use crate::web::frame::{FormPage, Part, programme_page, refused};
use crate::web::place::{InProgramme, InProject};
use crate::web::words::pounds;
use crate::web::{App, Error, reasons, why};

pub fn routes() -> Router<App> {
    Router::new()
        .route("/programmes/{programme}/projects/new", get(blank))
        .route("/programmes/{programme}/projects", post(add))
        .route("/projects/{project}/edit", get(edit))
        .route("/projects/{project}", post(change))
}

/// The fields as they stand on the page. Area and organisation are names: one that is not known yet is
/// added to the programme's list.
#[derive(Deserialize, Default)]
#[serde(default)]
struct ProjectForm {
    name: String,
    area: String,
    organisation: String,
    delivery_model: String,
    design: String,
    target_children: String,
    awareness_target: String,
    award: String,
    established: String,
    target_reason: String,
    /// What the project was when the form was shown, in short; empty for a new one.
    shown: String,
}

/// A project in short: another one says that somebody changed it.
fn state_of(project: &Project) -> String {
    let mut sum = crate::system::hex(&Sha256::digest(format!("{project:?}")));
    sum.truncate(16);
    sum
}

fn overtaken() -> Vec<FieldError> {
    let words = "Somebody changed this project while your form was open. Below stands what you typed: look in another tab at what stands now, then save once more.";
    vec![FieldError::new("name", words)]
}

async fn blank(State(app): State<App>, InProgramme(programme): InProgramme) -> Result<Markup, Error> {
    let form = ProjectForm {
        design: Design::OneOff.code().to_owned(),
        // The report compares projects by the other two: nobody has said them yet.
        ..ProjectForm::default()
    };
    form.new_page(&app, &programme, &[]).await
}

async fn add(
    State(app): State<App>,
    InProgramme(programme): InProgramme,
    Posted(form): Posted<ProjectForm>,
) -> Result<Response, Error> {
    match form.keep(&app, programme.id, None).await? {
        Ok(id) => Ok(Redirect::to(&format!("/projects/{id}")).into_response()),
        Err(errors) => Ok(refused(form.new_page(&app, &programme, &errors).await?)),
    }
}

async fn edit(State(app): State<App>, InProject { project, programme }: InProject) -> Result<Markup, Error> {
    let areas = app.store().areas(programme.id).await?;
    let organisations = app.store().organisations(programme.id).await?;
    ProjectForm::of(&project, &areas, &organisations).edit_page(&app, &programme, &project, &[]).await
}

async fn change(
    State(app): State<App>,
    InProject { project: old, programme }: InProject,
    Posted(form): Posted<ProjectForm>,
) -> Result<Response, Error> {
    // Whoever reaches only some projects cannot give one of them to another organisation, or take one.
    let form = if holds_programme(&programme) {
        form
    } else {
        let organisations = app.store().organisations(programme.id).await?;
        ProjectForm { organisation: ProjectForm::of(&old, &[], &organisations).organisation, ..form }
    };
    match form.keep(&app, programme.id, Some(&old)).await? {
        Ok(id) => Ok(Redirect::to(&format!("/projects/{id}")).into_response()),
        Err(errors) => {
            let now = app.store().project(old.id).await?.ok_or(Error::NotFound)?;
            Ok(refused(form.edit_page(&app, &programme, &now, &errors).await?))
        }
    }
}

fn holds_programme(programme: &Programme) -> bool {
    asking::reach(&Spot { programme: programme.id, project: None, organisation: None }) == Hold::Whole
}

impl ProjectForm {
    fn of(project: &Project, areas: &[Area], organisations: &[Organisation]) -> ProjectForm {
        let area = areas.iter().find(|area| Some(area.id) == project.area_id);
        let runs = organisations.iter().find(|organisation| Some(organisation.id) == project.organisation_id);
        let (pounds, pence) = (project.award_pence / 100, project.award_pence % 100);
        ProjectForm {
            name: project.name.clone(),
            area: area.map(|area| area.name.clone()).unwrap_or_default(),
            organisation: runs.map(|organisation| organisation.name.clone()).unwrap_or_default(),
            delivery_model: project.delivery_model.code().to_owned(),
            design: project.design.code().to_owned(),
            target_children: if project.target_children == 0 {
                String::new()
            } else {
                project.target_children.to_string()
            },
            awareness_target: project.awareness_target.map(|target| target.to_string()).unwrap_or_default(),
            award: match (pounds, pence) {
                (0, 0) => String::new(),
                (pounds, 0) => pounds.to_string(),
                (pounds, pence) => format!("{pounds}.{pence:02}"),
            },
            established: said_of_before(project.established).to_owned(),
            target_reason: String::new(),
            shown: state_of(project),
        }
    }

    /// Adds the project, or changes the `old` one. Gives its id, or what the person has to mend.
    async fn keep(
        &self,
        app: &App,
        programme_id: i64,
        old: Option<&Project>,
    ) -> Result<Result<i64, Vec<FieldError>>, StoreError> {
        let named = match self.read(programme_id) {
            Ok(named) => named,
            Err(errors) => return Ok(Err(errors)),
        };
        if old.is_some_and(|old| !self.shown.is_empty() && self.shown != state_of(old)) {
            return Ok(Err(overtaken()));
        }
        let because = match old {
            Some(old) => match self.because(app, old, &named.project).await? {
                Ok(because) => because,
                Err(errors) => return Ok(Err(errors)),
            },
            None => Because { reason: String::new(), on: app.today() },
        };
        match app.store().keep_project(named, old.cloned(), because).await {
            Err(StoreError::Taken) => Ok(Err(vec![FieldError::new(
                "name",
                "The programme has a project of this name already. Choose another.",
            )])),
            Err(StoreError::ReasonDue) => Ok(Err(altered::overtaken())),
            Err(StoreError::Overtaken) => Ok(Err(overtaken())),
            kept => kept.map(Ok),
        }
    }

    /// Why the `old` project is changed, with the fields that change in the log; what has to be mended where a reason is
    /// due.
    async fn because(
        &self,
        app: &App,
        old: &Project,
        new: &Project,
    ) -> Result<Result<Because, Vec<FieldError>>, StoreError> {
        let (was, becomes) = (old.target_children.to_string(), new.target_children.to_string());
        let awareness = |project: &Project| {
            project.awareness_target.map_or_else(|| "the programme’s".to_owned(), |target| format!("{target}%"))
        };
        let altered = [
            from_to("target for awareness", &awareness(old), &awareness(new)),
            from_to("children to reach", &was, &becomes),
        ];
        let altered: Vec<String> = altered.into_iter().flatten().collect();
        let beside = self.altered_beside(app, old, new).await?;
        let (at, home) = ((old.programme_id, Some(old.id)), format!("/projects/{}", old.id));
        altered::because(app, at, (&home, &altered, &beside), &self.target_reason).await
    }

    /// What changes beside the target, in words for the log.
    async fn altered_beside(&self, app: &App, old: &Project, new: &Project) -> Result<Vec<String>, StoreError> {
        let (areas, runs) =
            (app.store().areas(old.programme_id).await?, app.store().organisations(old.programme_id).await?);
        let was = ProjectForm::of(old, &areas, &runs);
        let changed = [
            another("name", &old.name, &new.name),
            another("area", &was.area.to_lowercase(), &self.area.trim().to_lowercase()),
            another("who runs it", &was.organisation.to_lowercase(), &self.organisation.trim().to_lowercase()),
            from_to("where it finds its families", old.delivery_model.words(), new.delivery_model.words()),
            from_to("how its sessions hang together", old.design.words(), new.design.words()),
            from_to("award", &pounds(old.award_pence), &pounds(new.award_pence)),
            from_to("known before", said_of_before(old.established), said_of_before(new.established)),
        ];
        Ok(changed.into_iter().flatten().collect())
    }

    fn read(&self, programme_id: i64) -> Result<NamedProject, Vec<FieldError>> {
        let mut reading = Reading::default();
        let name = reading.needed("name", &self.name, "Give the project a name.");
        let area = reading.line("area", &self.area);
        let organisation = reading.line("organisation", &self.organisation);
        let established = known_before(&self.established).unwrap_or_else(|| {
            reading.wrong(
                "established",
                "Choose whether this organisation was known in the area before, or that you do not know.",
            );
            None
        });
        let delivery_model = DeliveryModel::from_code(&self.delivery_model).unwrap_or_else(|| {
            reading.wrong("delivery_model", "Choose where it finds its families.");
            DeliveryModel::Community
        });
        let project = Project {
            id: 0,
            programme_id,
            name,
            area_id: None,
            organisation_id: None,
            delivery_model,
            design: reading.choice("design", &self.design, Design::from_code, Design::OneOff),
            target_children: reading.whole("target_children", &self.target_children, (0, 1_000_000), 0),
            awareness_target: Some(reading.whole("awareness_target", &self.awareness_target, (1, 500), 0))
                .filter(|target| *target > 0),
            award_pence: reading.pence("award", &self.award),
            established,
        };
        reading.finish(NamedProject { project, area, organisation })
    }

    async fn new_page(&self, app: &App, programme: &Programme, errors: &[FieldError]) -> Result<Markup, Error> {
        let home = format!("/programmes/{}", programme.id);
        let page = FormPage {
            title: "Add a project",
            above: &[("Programmes", "/"), (&programme.name, &home)],
            action: &format!("{home}/projects"),
            button: "Save and go on",
            errors,
            fields: self.fields(app, programme, errors).await?,
        };
        programme_page(app, programme, Part::Projects, page.page()).await
    }

    async fn edit_page(
        &self,
        app: &App,
        programme: &Programme,
        old: &Project,
        errors: &[FieldError],
    ) -> Result<Markup, Error> {
        let above = format!("/programmes/{}", programme.id);
        let home = format!("/projects/{}", old.id);
        let answers_are_in = app.store().answers_are_in(programme.id, Some(old.id)).await?;
        let is_due = reasons::counts(app, programme.id, Some(old.id)).await?;
        let page = FormPage {
            title: "Change the project",
            above: &[("Programmes", "/"), (&programme.name, &above), (&old.name, &home)],
            action: &home,
            button: "Save",
            errors,
            fields: html! {
                (self.fields(app, programme, errors).await?)
                input type="hidden" name="shown" value=(state_of(old));
                (altered::asked(answers_are_in, &self.target_reason, errors))
                (why::beside_a_target(is_due, errors))
            },
        };
        programme_page(app, programme, Part::Projects, page.page()).await
    }

    async fn fields(&self, app: &App, programme: &Programme, errors: &[FieldError]) -> Result<Markup, Error> {
        let areas = app.store().areas(programme.id).await?.into_iter().map(|area| area.name).collect();
        // Others' names are for those who may give it to another.
        let known =
            if holds_programme(programme) { app.store().organisations(programme.id).await? } else { Vec::new() };
        let organisations = known.into_iter().map(|organisation| organisation.name).collect();
        let fields = [
            Field::text("name", "Name of the project").value(self.name.as_str()).required(),
            Field::new("area", "Area", Input::Suggested(areas))
                .value(self.area.as_str())
                .hint("The ward or neighbourhood it serves. Leave it empty for a city-wide project."),
            Field::new("organisation", "Who runs it", Input::Suggested(organisations))
                .value(self.organisation.as_str()),
            Field::new("established", "Was this organisation known in the area before?", Input::Radios(before()))
                .value(self.established.as_str())
                .required(),
            Field::new(
                "delivery_model",
                "Where it finds its families",
                Input::Radios(choices(DeliveryModel::ALL, DeliveryModel::code, DeliveryModel::words)),
            )
            .value(self.delivery_model.as_str())
            .required(),
            Field::new(
                "design",
                "How its sessions hang together",
                Input::Radios(choices(Design::ALL, Design::code, Design::words)),
            )
            .value(self.design.as_str())
            .hint("This decides when families are asked again. It can be set for each session too.")
            .required(),
            Field::text("target_children", "Children to reach")
                .value(self.target_children.as_str())
                .width("narrow")
                .keyboard("numeric"),
            Field::text("awareness_target", "Awareness is to rise by, in percent")
                .value(self.awareness_target.as_str())
                .hint(format!(
                    "Only where it is another number than the programme’s, which is {}%.",
                    programme.awareness_target
                ))
                .width("narrow")
                .keyboard("numeric"),
            Field::text("award", "Award in pounds").value(self.award.as_str()).width("short").keyboard("decimal"),
        ];
        Ok(html! { @for one in &fields { (field(one, errors)) } })
    }
}

/// Whether the organisation was known in the area before, and where that stands in the form.
const BEFORE: [(Option<bool>, &str, &str); 3] =
    [(Some(true), "yes", "Yes"), (Some(false), "no", "No, it is new there"), (None, "unknown", "I do not know")];

fn before() -> Vec<(String, String)> {
    BEFORE.map(|(_, code, words)| (code.to_owned(), words.to_owned())).to_vec()
}

fn known_before(code: &str) -> Option<Option<bool>> {
    BEFORE.iter().find(|(_, one, _)| *one == code).map(|(known, ..)| *known)
}

fn said_of_before(known: Option<bool>) -> &'static str {
    BEFORE.iter().find(|(one, ..)| *one == known).map_or("unknown", |(_, code, _)| code)
}
