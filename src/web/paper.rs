//! The paper twin: any questionnaire of a session on A4, with the code that belongs to each box, for a hall without
//! tablets or a person who would rather write.

use axum::Router;
use axum::extract::{RawPathParams, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use maud::{Markup, html};

use crate::html::Page;
use crate::html::partials::{FieldError, error_summary};
use crate::person::{Animal, Role, SchoolYear};
use crate::session::Occasion;
use crate::store::SessionPlace;
use crate::survey::{Accepts, Audience, Field, Item, Look, Survey, SurveyVersion, Wave};

use super::form::Posted;
use super::frame::{Part, crumbs, programme_page, refused, staff_page};
use super::place::AtSession;
use super::words::{count, how_many, weekday};
use super::{App, Error};

mod sheets;

use sheets::{Sheet, Wanted};

/// `/sessions/{session}/paper`
pub fn routes() -> Router<App> {
    Router::new()
        .route("/sessions/{session}/paper", get(list))
        .route("/sessions/{session}/paper/{survey}/{wave}", get(sheet).post(sheets_for))
}

/// The questionnaires that a session of this kind may ask, wave by wave.
pub fn askable(app: &App, at: &SessionPlace) -> Vec<(SurveyVersion, Wave)> {
    let library = app.store().library();
    let waves = Occasion::Session { role: at.session.role, afters: true }.waves();
    let mut found = Vec::new();
    for version in library.newest_of_each() {
        let is_event = version.survey.audience == Audience::Event;
        for wave in waves.iter().filter(|wave| (**wave == Wave::Event) == is_event) {
            if version.survey.items_at(*wave).next().is_some() {
                found.push((version.clone(), *wave));
            }
        }
    }
    found
}

/// The questionnaire and wave that the address names.
///
/// # Errors
/// Where the session does not ask it.
pub fn asked(app: &App, at: &SessionPlace, params: &RawPathParams) -> Result<(SurveyVersion, Wave), Error> {
    let part = |wanted: &str| params.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.to_owned());
    let (survey, wave) = (part("survey"), part("wave"));
    let is_it = |(version, asked): &(SurveyVersion, Wave)| {
        Some(&version.survey.id) == survey.as_ref() && Some(asked.code()) == wave.as_deref()
    };
    askable(app, at).into_iter().find(is_it).ok_or(Error::NotFound)
}

async fn list(State(app): State<App>, AtSession(at): AtSession) -> Result<Markup, Error> {
    let home = format!("/sessions/{}", at.session.key);
    let keyed_twice = app.store().second_keyings(at.session.id).await?;
    let body = html! {
        (crumbs(&[("Programmes", "/"), (&weekday(&at.session.held_on), &home)]))
        h1 { "On paper" }
        p.lead { "Print the questionnaires you may need. Afterwards key in what was written: it counts like any other answer, and the files say that it came on paper." }
        ul.found { @for (version, wave) in askable(&app, &at) {
            @let name = format!("{}: {}", version.survey.title, wave_words(wave));
            @let part = format!("{}/{}", version.survey.id, wave.code());
            li.card {
                h2 { (name) }
                div.row {
                    a.button.plain href={ (home) "/paper/" (part) } { "Print" span.hidden { " " (name) } }
                    a.button.plain href={ (home) "/keying/" (part) } { "Key in" span.hidden { " " (name) } }
                    a href={ (home) "/keying/" (part) "/again" } { "Key in again, to check" span.hidden { " " (name) } }
                }
                @let twice: Vec<_> = keyed_twice.iter().filter(|one| one.survey == version.survey.id && one.wave == wave).collect();
                @if !twice.is_empty() {
                    p.small {
                        (count(how_many(&twice), "paper was", "papers were")) " keyed in twice; in "
                        (twice.iter().filter(|one| one.differences > 0).count()) " of them something differed and was put right."
                    }
                }
            }
        } }
    };
    programme_page(&app, &at.programme, Part::Projects, Page::staff("On paper", body).class("leader")).await
}

/// Which of the afters it is, for whoever chooses the sheet.
pub fn wave_words(wave: Wave) -> &'static str {
    match wave {
        Wave::PostSame => "after, on the same day or within four weeks",
        Wave::PostProg => "after, four weeks or more after the before",
        Wave::PostExit => "short after of a family that leaves early",
        other => other.word(),
    }
}

async fn sheet(State(app): State<App>, AtSession(at): AtSession, params: RawPathParams) -> Result<Markup, Error> {
    let (version, wave) = asked(&app, &at, &params)?;
    let page = sheets_page(&at, &version.survey, wave, &[Sheet::default()], &Wanted::default(), &[]);
    staff_page(&app, page.made_up(at.programme.made_up())).await
}

/// Sheets for the cards that were chosen. The codes come in a form and stand in no address.
async fn sheets_for(
    State(app): State<App>,
    AtSession(at): AtSession,
    params: RawPathParams,
    Posted(wanted): Posted<Wanted>,
) -> Result<Response, Error> {
    let (version, wave) = asked(&app, &at, &params)?;
    let survey = &version.survey;
    let drawn = |sheets: &[Sheet], errors: &[FieldError]| {
        sheets_page(&at, survey, wave, sheets, &wanted, errors).made_up(at.programme.made_up())
    };
    Ok(match wanted.sheets(&app, &at, survey, wave).await? {
        Ok(sheets) => staff_page(&app, drawn(&sheets, &[])).await?.into_response(),
        Err(errors) => refused(staff_page(&app, drawn(&[Sheet::default()], &errors)).await?),
    })
}

fn sheets_page(
    at: &SessionPlace,
    survey: &Survey,
    wave: Wave,
    sheets: &[Sheet],
    wanted: &Wanted,
    errors: &[FieldError],
) -> Page {
    let action = format!("/sessions/{}/paper/{}/{}", at.session.key, survey.id, wave.code());
    let body = html! {
        div.no-print.stack {
            (error_summary(errors))
            p { a href={ "/sessions/" (at.session.key) "/paper" } { "Back" } }
            h1 { "Print: " (survey.title) }
            p.row {
                button.button type="button" data-print hidden { "Print" }
                span { (count(how_many(sheets), "sheet", "sheets")) ", on A4 with your browser." }
            }
            details open[!errors.is_empty()] {
                summary { "Whose sheets" }
                form.wide action=(action) method="post" novalidate {
                    (wanted.fields(errors))
                    button.button.plain type="submit" { "Make these sheets" }
                }
            }
        }
        @for sheet in sheets { (article(at, survey, wave, sheet)) }
    };
    Page::staff(format!("{} on paper", survey.title), body).class("paper-sheet").style("paper.css").script("print.js")
}

/// One person's questionnaire.
fn article(at: &SessionPlace, survey: &Survey, wave: Wave, sheet: &Sheet) -> Markup {
    let adult = survey.audience == Audience::Adult;
    let animals = Animal::ALL.into_iter().filter(|animal| match survey.audience {
        Audience::Event => true,
        _ => (animal.role() == Role::Adult) == adult,
    });
    let code: Vec<char> = sheet.card.iter().flat_map(|card| card.as_str().chars()).collect();
    html! {
        article.paper {
            header {
                h2.title { (survey.title) " – " (wave.word()) }
                p { (at.project.name) ", " (weekday(&at.session.held_on)) @if !at.session.place.is_empty() { ", " (at.session.place) } }
                div.paper-line { strong { "Code on your card" } span.boxes {
                    @for n in 0..6 { @if n == 3 { " – " } span.box { @if let Some(symbol) = code.get(n) { (symbol) } } }
                } }
                div.paper-line { strong { "Your picture" } @for animal in animals { span.pick { (tick(sheet.animal == Some(animal))) (animal.name()) } } }
                @if !adult {
                    div.paper-line { strong { "School year" } @for year in SchoolYear::all() { span.pick { (tick(sheet.school_year == Some(year))) @if year.number() == 0 { "R" } @else { (year.number()) } } } }
                }
            }
            @for item in survey.items_at(wave) { (question(survey, item, wave)) }
            footer { p { (survey.words.closing) } p.small { (survey.id) ", version " (survey.version) ", " (wave.code()) } }
        }
    }
}

/// A box, with a tick in it where that is known beforehand.
fn tick(ticked: bool) -> Markup {
    html! { span.box { @if ticked { "✓" } } }
}

/// One question with a box for each answer, and beside each box the code that is keyed.
fn question(survey: &Survey, item: &Item, wave: Wave) -> Markup {
    let text = item.text_at(wave);
    let (ticks, lines): (Vec<_>, Vec<_>) =
        survey.fields_of(item).into_iter().partition(|field| is_ticked(survey, item, field));
    html! {
        section.paper-item {
            h3 { span.item-id { (item.id) } " " (text) }
            @if !ticks.is_empty() {
                div.paper-ticks { @for field in &ticks {
                    span.pick { span.box {} (field.part.unwrap_or("Yes")) small { " 1" } }
                } }
            }
            @for field in &lines {
                div.paper-line {
                    @if let Some(part) = field.part { strong { (part) } }
                    (boxes(field))
                }
            }
        }
    }
}

/// Whether a field is one of a list of things to tick: one box, whatever a screen offers.
pub fn is_ticked(survey: &Survey, item: &Item, field: &Field<'_>) -> bool {
    let tiles = survey.scale_of(item).is_some_and(|scale| matches!(scale.look, Look::Tiles));
    match field.accepts {
        Accepts::Tick => true,
        Accepts::Options(options) => tiles && options.iter().map(|option| option.value).eq([0, 1]),
        Accepts::Text { .. } => false,
    }
}

fn boxes(field: &Field<'_>) -> Markup {
    html! {
        @match field.accepts {
            Accepts::Tick => {},
            Accepts::Options(options) => @for option in options {
                span.pick { span.box {} (option.label) small { " " (option.value) } }
            },
            Accepts::Text { buttons } => {
                span.write {}
                @for option in buttons { span.pick { span.box {} (option.label) small { " " (option.value) } } }
            },
        }
    }
}
