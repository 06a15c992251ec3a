//! What families and others said: taken up, screened, approved, withdrawn.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use maud::{Markup, html};
use serde::Deserialize;

use crate::export::quotable;
use crate::html::partials::{Field, FieldError, Input, button, field};
use crate::report::{Consent, Quote, QuoteState, Speaker};
use crate::session::{MadeUp, Programme, Project};
use crate::store::TakenQuote;
use crate::web::altered::{self, another, from_to};
use crate::web::form::{Posted, Reading, choices};
use crate::web::frame::refused;
use crate::web::place::InProgramme;
use crate::web::words::how_many;
use crate::web::{App, Error, why};

use super::{above, shown};

pub fn routes() -> Router<App> {
    Router::new()
        .route("/programmes/{programme}/report/quotes", get(show).post(add))
        .route("/programmes/{programme}/report/quotes/typed", post(take_up))
        .route("/programmes/{programme}/report/quotes/{quote}", post(change))
}

/// The form of a quote that somebody wrote down.
#[derive(Deserialize, Default)]
#[serde(default)]
struct QuoteForm {
    said: String,
    speaker: String,
    consent: String,
    project: String,
}

/// What is to become of a quote.
#[derive(Deserialize)]
struct Step {
    words: Option<String>,
    state: String,
}

async fn show(State(app): State<App>, InProgramme(programme): InProgramme) -> Result<Markup, Error> {
    QuoteForm::default().page(&app, &programme, &[]).await
}

async fn add(
    State(app): State<App>,
    InProgramme(programme): InProgramme,
    Posted(form): Posted<QuoteForm>,
) -> Result<Response, Error> {
    let projects = app.store().projects(programme.id).await?;
    match form.read(&projects) {
        Ok(quote) => {
            let taken = TakenQuote { quote, card_code: String::new(), response_id: String::new() };
            app.store().take_quotes(programme.id, vec![taken], app.now_us()).await?;
            Ok(to_the_list(&programme))
        }
        Err(errors) => Ok(refused(form.page(&app, &programme, &errors).await?)),
    }
}

async fn take_up(State(app): State<App>, InProgramme(programme): InProgramme) -> Result<Response, Error> {
    let typed = quotable(app.store(), programme.id).await.map_err(|error| {
        tracing::error!(%error, "what people typed could not be read");
        Error::Bad("What people typed could not be read. The server’s log says why.")
    })?;
    app.store().take_quotes(programme.id, typed, app.now_us()).await?;
    Ok(to_the_list(&programme))
}

async fn change(
    State(app): State<App>,
    InProgramme(programme): InProgramme,
    Path((_, id)): Path<(String, i64)>,
    Posted(step): Posted<Step>,
) -> Result<Response, Error> {
    let quotes = app.store().quotes(programme.id).await?;
    let mut quote = quotes.into_iter().find(|quote| quote.id == id).ok_or(Error::NotFound)?;
    let (mut reading, said) = (Reading::default(), quote.words.clone());
    if let Some(words) = &step.words {
        quote.words = reading.lines("words", words);
    }
    let state = QuoteState::from_code(&step.state).filter(|state| quote.may_become(*state));
    match (state, reading.finish(())) {
        (Some(state), Ok(())) => {
            let at = format!("/programmes/{}/report/quotes/{id}", programme.id);
            let words = another("what may be printed", &said, &quote.words);
            let moved = from_to("quote", quote.state.words(), state.words());
            altered::remark(&at, &[words, moved].into_iter().flatten().collect::<Vec<_>>(), "");
            app.store().change_quote(id, state, quote.words).await?;
            Ok(to_the_list(&programme))
        }
        _ => Err(Error::Bad("These words cannot go that way. Load the page again and look at where they stand.")),
    }
}

fn to_the_list(programme: &Programme) -> Response {
    Redirect::to(&format!("/programmes/{}/report/quotes", programme.id)).into_response()
}

impl QuoteForm {
    fn read(&self, projects: &[Project]) -> Result<Quote, Vec<FieldError>> {
        let mut reading = Reading::default();
        let said = reading.lines("said", &self.said);
        if said.is_empty() {
            reading.wrong("said", "Write down what was said.");
        }
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
        let consent = |typed: &str| Consent::from_code(typed.parse().ok()?);
        let quote = Quote {
            id: 0,
            project_id,
            speaker: reading.choice("speaker", &self.speaker, Speaker::from_code, Speaker::Adult),
            words: said.clone(),
            said,
            consent: reading.choice("consent", &self.consent, consent, Consent::Private),
            state: QuoteState::Captured,
        };
        reading.finish(quote)
    }

    async fn page(&self, app: &App, programme: &Programme, errors: &[FieldError]) -> Result<Markup, Error> {
        let projects = app.store().projects(programme.id).await?;
        let quotes = app.store().quotes(programme.id).await?;
        let path = format!("/programmes/{}/report/quotes", programme.id);
        let mut of_project = vec![(String::new(), "Not of one project".to_owned())];
        of_project.extend(projects.iter().map(|project| (project.id.to_string(), project.name.clone())));
        let consents = Consent::ALL.map(|one| (one.code().to_string(), one.words().to_owned())).to_vec();
        let speakers = Input::Radios(choices(Speaker::ALL, Speaker::code, Speaker::words));
        let draw = |one: Field, value: &str| field(&one.value(value), errors);
        let body = html! {
            (above(programme, "quotes", errors))
            h1 { "Quotes" }
            p.lead { "Words go from here to the report in three steps: written down, screened, approved. Screening takes out names, workplaces, schools and unusual facts; what you change stands in [ ]." }
            form action={ (path) "/typed" } method="post" {
                (button("Take up what families typed and let us share"))
            }
            @for state in QuoteState::ALL {
                @let of_state: Vec<&Quote> = quotes.iter().filter(|quote| quote.state == *state).collect();
                @if !of_state.is_empty() {
                    section aria-labelledby=(state.code()) {
                        h2 id=(state.code()) { (state.words()) " (" (how_many(&of_state)) ")" }
                        ul.found { @for quote in of_state { li.card { (one(quote, (programme, &projects), &path)) } } }
                    }
                }
            }
            details open[!errors.is_empty()] {
                summary { "Write down something that was said" }
                form.wide action=(path) method="post" novalidate {
                    (draw(Field::new("said", "What was said", Input::Lines).required(), &self.said))
                    (draw(Field::new("speaker", "Who said it", speakers).required(), &self.speaker))
                    (draw(Field::new("consent", "How far they let it go", Input::Radios(consents)).required(), &self.consent))
                    (draw(Field::new("project", "Where", Input::Select(of_project)), &self.project))
                    button.button.plain type="submit" { "Keep it to screen" }
                }
            }
        };
        shown(app, programme, "Quotes", errors, body).await
    }
}

/// A quote with what can be done with it.
fn one(quote: &Quote, (programme, projects): (&Programme, &[Project]), path: &str) -> Markup {
    let project = projects.iter().find(|project| Some(project.id) == quote.project_id);
    let is_due = quote.is_approved() && programme.made_up() == MadeUp::No;
    let step = |state: QuoteState, label: &str| {
        html! {
            @if quote.may_become(state) {
                form action={ (path) "/" (quote.id) } method="post" {
                    input type="hidden" name="state" value=(state.code());
                    (why::needed_if(is_due && state != QuoteState::Used, &format!("why-{}-{}", state.code(), quote.id), &[]))
                    button.link-button type="submit" { (label) span.hidden { ": " (quote.words) } }
                }
            }
        }
    };
    let id = format!("words-{}", quote.id);
    html! {
        @if quote.state == QuoteState::Captured || quote.state == QuoteState::Screened {
            form action={ (path) "/" (quote.id) } method="post" {
                input type="hidden" name="state" value=(QuoteState::Screened.code());
                div.field {
                    label for=(id) { "What may be printed" }
                    textarea id=(id) name="words" rows="2" { (quote.words) }
                }
                button.button.plain type="submit" { @if quote.state == QuoteState::Captured { "Screened: nobody can be known from it" } @else { "Keep this change" } }
            }
        } @else { p { "“" (quote.words) "”" } }
        @if quote.words != quote.said { p.small { "As it was said: " (quote.said) } }
        p.small {
            (quote.speaker.words()) @if let Some(project) = project { " · " (project.name) } " · " (quote.consent.words())
        }
        div.row {
            (step(QuoteState::Approved, "Approve for the report"))
            @if quote.state == QuoteState::Approved { (step(QuoteState::Used, "Note that it was used elsewhere")) (step(QuoteState::Screened, "Back to screening")) }
            (step(QuoteState::Withdrawn, "Withdraw"))
        }
    }
}
