//! What can be given to somebody: programmes, and of each its organisations and projects.

use maud::{Markup, html};

use crate::account::{Account, Holding, Role, Within};
use crate::html::partials::FieldError;
use crate::session::{Organisation, Programme, Project};
use crate::web::form::Reading;
use crate::web::{App, Error};

/// Everything there is to give.
pub struct Given(Vec<InProgramme>);

struct InProgramme {
    programme: Programme,
    organisations: Vec<Organisation>,
    projects: Vec<Project>,
}

/// How a holding stands in a form: `1`, `1.organisation.5`, `1.project.7`.
fn code(holding: &Holding) -> String {
    match holding.within {
        Within::Whole => holding.programme.to_string(),
        Within::Organisation(id) => format!("{}.organisation.{id}", holding.programme),
        Within::Project(id) => format!("{}.project.{id}", holding.programme),
    }
}

/// The codes of what somebody has.
pub fn codes(account: &Account) -> Vec<String> {
    account.holdings.iter().map(code).collect()
}

impl Given {
    /// Reads what there is.
    pub async fn all(app: &App) -> Result<Given, Error> {
        let mut all = Vec::new();
        for programme in app.store().programmes().await? {
            let organisations = app.store().organisations(programme.id).await?;
            let projects = app.store().projects(programme.id).await?;
            all.push(InProgramme { programme, organisations, projects });
        }
        Ok(Given(all))
    }

    /// Every holding there could be, with its words.
    fn offers(one: &InProgramme) -> Vec<(Holding, String)> {
        let holding = |within| Holding { programme: one.programme.id, within };
        let whole = (holding(Within::Whole), "All of it".to_owned());
        let organisations = one.organisations.iter().map(|organisation| {
            (holding(Within::Organisation(organisation.id)), format!("All projects of {}", organisation.name))
        });
        let projects = one
            .projects
            .iter()
            .map(|project| (holding(Within::Project(project.id)), format!("Project {}", project.name)));
        [whole].into_iter().chain(organisations).chain(projects).collect()
    }

    /// What somebody reaches, in words.
    pub fn words(&self, account: &Account) -> String {
        if account.role == Role::Administrator {
            return "Everything".to_owned();
        }
        let mut words = Vec::new();
        for one in &self.0 {
            for (holding, label) in Given::offers(one) {
                if account.holdings.contains(&holding) {
                    words.push(if holding.within == Within::Whole { one.programme.name.clone() } else { label });
                }
            }
        }
        if words.is_empty() { "Nothing yet".to_owned() } else { words.join(", ") }
    }

    /// Reads a role and what goes with it; anything that is not there to give is passed over.
    pub fn read(&self, reading: &mut Reading, role: &str, given: &[String]) -> (Role, Vec<Holding>) {
        let role = reading.choice("role", role, Role::from_code, Role::Leader);
        let offers = self.0.iter().flat_map(Given::offers).map(|(holding, _)| holding);
        let holdings: Vec<Holding> = offers.filter(|holding| given.contains(&code(holding))).collect();
        if role == Role::Administrator {
            return (role, Vec::new());
        }
        if holdings.is_empty() {
            reading.wrong("given", "Choose what it is for.");
        } else if role.needs_whole_programmes() && holdings.iter().any(|holding| holding.within != Within::Whole) {
            reading.wrong("given", "An evaluator or a funder is given a whole programme: choose “All of it”.");
        }
        (role, holdings)
    }

    /// The boxes to tick.
    pub fn fields(&self, ticked: &[String], errors: &[FieldError]) -> Markup {
        let error = errors.iter().find(|error| error.field == "given");
        let mut first = true;
        html! {
            div.field.refused[error.is_some()] {
                fieldset aria-describedby=[error.map(|_| "given-error")] {
                    legend { "What for" span.optional { " (an administrator needs nothing)" } }
                    @if let Some(error) = error { p.error #given-error { (error.message) } }
                    @if self.0.is_empty() { p.hint { "There is no programme yet." } }
                    @for one in &self.0 {
                        p { strong { (one.programme.name) } @if one.programme.sample { " " span.chip { "Sample data" } } }
                        @for (holding, label) in Given::offers(one) {
                            @let value = code(&holding);
                            @let id = if std::mem::take(&mut first) { "given".to_owned() } else { format!("given-{value}") };
                            div.choice {
                                input #(id) type="checkbox" name="given" value=(value) checked[ticked.contains(&value)];
                                label for=(id) { (label) }
                            }
                        }
                    }
                }
            }
        }
    }
}
