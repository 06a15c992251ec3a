//! Keying in what was written on paper: a grid for the keyboard alone, one sheet of paper at a time. What is keyed goes
//! the way of every answer, marked as paper.

use std::collections::BTreeMap;

use axum::Router;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use maud::{Markup, html};

use crate::html::Page;
use crate::html::family::notice::notice;
use crate::html::partials::{Field as Line, FieldError, Input, error_summary, field};
use crate::person::{Animal, CardCode, Role, SchoolYear};
use crate::response::{Answer, Answers, Envelope, GivenBy, Missing, Mode, ResponseId};
use crate::store::{LogLine, SessionPlace};
use crate::survey::{Accepts, Audience, Field, Survey, SurveyVersion, TEXT_LIMIT, Wave};

use super::form::Posted;
use super::frame::{Part, crumbs, programme_page, refused};
use super::paper::{AtPaper, is_ticked, on_paper, wave_words};
use super::words::weekday;
use super::{App, Error};

/// `/sessions/{session}/keying`
pub fn routes() -> Router<App> {
    Router::new().route("/sessions/{session}/keying/{survey}/{wave}", get(blank).post(key_in))
}

/// In the address after a paper was kept: `yes`, or `again` where it had been keyed in before.
const KEPT: &str = "kept";

/// What was typed, by the name of its field.
pub type Typed = BTreeMap<String, String>;

/// Which time a paper is keyed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Round {
    /// It is taken in.
    First,
    /// It is held against the first time.
    Second,
}

async fn blank(
    State(app): State<App>,
    AtPaper { at, version, wave }: AtPaper,
    kept: Result<Query<Typed>, QueryRejection>,
) -> Result<Markup, Error> {
    let kept = kept.ok().and_then(|Query(mut said)| said.remove(KEPT));
    let said: Typed = kept.map(|kept| (KEPT.to_owned(), kept)).into_iter().collect();
    let page = page(&at, &version.survey, wave, Round::First, &said, &[]);
    programme_page(&app, &at.programme, Part::Projects, page).await
}

async fn key_in(
    State(app): State<App>,
    AtPaper { at, version, wave }: AtPaper,
    Posted(posted): Posted<Vec<(String, String)>>,
) -> Result<Response, Error> {
    let typed: Typed = posted.into_iter().collect();
    let mut errors = Vec::new();
    let answered_ms = answered_ms(&at.session.held_on, &app);
    let mut read = read(&at, &version, wave, &typed, answered_ms, &mut errors);
    if let Some(envelope) = &mut read {
        let project = app.store().project_of_card(&envelope.card).await?;
        if project.is_none_or(|project| project.programme_id != at.programme.id) {
            errors
                .push(FieldError::new("code", "No card of this programme has this code. Look at the paper once more."));
        }
        envelope.id = new_id()?;
    }
    let Some(envelope) = read.filter(|_| errors.is_empty()) else {
        return refuse(&app, &at, page(&at, &version.survey, wave, Round::First, &typed, &errors)).await;
    };
    LogLine::remark(format!("/sessions/{}: {} {}", at.session.key, version.survey.id, wave.code()), "");
    let again = app.store().keyed(at.session.id, &envelope).await?.is_some();
    keep(&app, &envelope).await?;
    let kept = if again { "again" } else { "yes" };
    let to = format!("/sessions/{}/keying/{}/{}?{KEPT}={kept}", at.session.key, version.survey.id, wave.code());
    Ok(Redirect::to(&to).into_response())
}

/// A name for what is keyed in.
///
/// # Errors
/// Where the operating system gives no randomness.
pub fn new_id() -> Result<ResponseId, Error> {
    let mut id = [0_u8; 16];
    getrandom::fill(&mut id)?;
    Ok(ResponseId::from_bytes(id))
}

/// Takes it in, as a tablet's would be.
///
/// # Errors
/// Where the database fails.
pub async fn keep(app: &App, envelope: &Envelope) -> Result<(), Error> {
    let bytes = serde_json::to_vec(envelope).map_err(|_| Error::Bad("It could not be written down. Try again."))?;
    app.store().take_in(envelope.id.clone(), bytes, app.now_us()).await?;
    Ok(())
}

/// The page once more with what was wrong.
///
/// # Errors
/// Where the database fails.
pub async fn refuse(app: &App, at: &SessionPlace, page: Page) -> Result<Response, Error> {
    Ok(refused(programme_page(app, &at.programme, Part::Projects, page).await?))
}

/// When a paper was answered: at noon of its session's day, where that has passed. Whoever keys it in may do so weeks later.
pub fn answered_ms(held_on: &str, app: &App) -> i64 {
    let day: Option<jiff::civil::Date> = held_on.parse().ok().filter(|_| held_on < app.today().as_str());
    let noon = day.and_then(|day| day.at(12, 0, 0, 0).to_zoned(jiff::tz::TimeZone::system()).ok());
    noon.map_or(app.now_us() / 1000, |noon| noon.timestamp().as_millisecond())
}

/// The sheet as an envelope; what is wrong is added to `errors`.
pub fn read(
    at: &SessionPlace,
    version: &SurveyVersion,
    wave: Wave,
    typed: &Typed,
    answered_ms: i64,
    errors: &mut Vec<FieldError>,
) -> Option<Envelope> {
    let survey = &version.survey;
    let of = |name: &str| typed.get(name).map_or("", |text| text.trim());
    let mut answers = Answers::new();
    for item in survey.items_at(wave) {
        let fields = survey.fields_of(item);
        // In a list with a tick somewhere an empty box is one that was left empty; without any it was skipped.
        let looked_at = fields.iter().any(|field| !of(&field.name).is_empty());
        for field in fields {
            let left_empty = looked_at && of(&field.name).is_empty() && is_ticked(survey, item, &field);
            match if left_empty { Some(Answer::Value(0)) } else { answer(&field, of(&field.name)) } {
                Some(answer) => drop(answers.insert(field.name, answer)),
                None => errors.push(FieldError::new(&field.name, format!("{}: {}.", field.name, allowed(&field)))),
            }
        }
    }
    let card =
        CardCode::parse(of("code")).map_err(|error| errors.push(FieldError::new("code", error.to_string()))).ok();
    let animal = Animal::from_code(of("animal")).filter(|animal| fits(survey, *animal));
    if animal.is_none() {
        errors.push(FieldError::new("animal", "Choose the picture that is ticked on the paper."));
    }
    let school_year = of("school_year").parse().ok().and_then(SchoolYear::new);
    let is_child = animal.is_some_and(|animal| animal.role() == Role::Child);
    if is_child && school_year.is_none() {
        errors.push(FieldError::new("school_year", "Choose the school year that is ticked on the paper."));
    }
    let (card, animal) = (card?, animal?);
    Some(Envelope {
        schema: 1,
        id: ResponseId::from_bytes([0; 16]),
        session: at.session.key.clone(),
        card,
        animal,
        role: animal.role(),
        school_year: school_year.filter(|_| is_child),
        wave,
        survey: survey.id.clone(),
        version: version.hash.clone(),
        language: survey.language.clone(),
        started_ms: answered_ms,
        finished_ms: answered_ms,
        device: None,
        sequence: None,
        mode: Mode::Paper,
        helper: None,
        about: None,
        notice: Some(notice().version.clone()),
        permission: is_child.then_some(if at.school_notice { GivenBy::School } else { GivenBy::Paper }),
        // The sheet asks for none: what nobody wrote down is not claimed.
        assent: None,
        words: false,
        answers,
        seconds: BTreeMap::new(),
    })
}

fn fits(survey: &Survey, animal: Animal) -> bool {
    match survey.audience {
        Audience::Event => true,
        Audience::Adult => animal.role() == Role::Adult,
        Audience::Child { .. } => animal.role() == Role::Child,
    }
}

/// What one cell holds: nothing is a skipped question or an empty box, `?` *don't know*, `-` *rather not say*.
fn answer(field: &Field<'_>, typed: &str) -> Option<Answer> {
    let one_of = |typed: &str| {
        let value = typed.parse::<i32>().ok()?;
        field.accepts.values().iter().any(|(known, _)| *known == value).then_some(Answer::Value(value))
    };
    match (typed, field.accepts) {
        ("", Accepts::Tick) => Some(Answer::Value(0)),
        ("", _) => Some(Answer::Missing(Missing::Skipped)),
        ("?", _) => Some(Answer::Missing(Missing::DontKnow)),
        ("-", _) => Some(Answer::Missing(Missing::RatherNotSay)),
        (typed, Accepts::Text { buttons: [] }) => Some(Answer::Text(typed.chars().take(TEXT_LIMIT).collect())),
        (typed, Accepts::Text { .. }) => {
            one_of(typed).or_else(|| Some(Answer::Text(typed.chars().take(TEXT_LIMIT).collect())))
        }
        (typed, _) => one_of(typed),
    }
}

/// The keys a cell takes, in words.
fn allowed(field: &Field<'_>) -> String {
    let values: Vec<String> = field.accepts.values().iter().map(|(value, _)| value.to_string()).collect();
    format!("key {}, ? or -, or leave it empty", values.join(", "))
}

/// The grid.
pub fn page(
    at: &SessionPlace,
    survey: &Survey,
    wave: Wave,
    round: Round,
    typed: &Typed,
    errors: &[FieldError],
) -> Page {
    let (verb, ending, button) = match round {
        Round::First => ("Key in", "", "Save and next paper"),
        Round::Second => ("Key in again", "/again", "Compare, and next paper"),
    };
    let home = format!("/sessions/{}", at.session.key);
    let of = |name: &str| typed.get(name).cloned().unwrap_or_default();
    let animals: Vec<(String, String)> = Animal::ALL
        .into_iter()
        .filter(|animal| fits(survey, *animal))
        .map(|animal| (animal.code().to_owned(), animal.name().to_owned()))
        .collect();
    let blank = || std::iter::once((String::new(), "Choose".to_owned()));
    let years = SchoolYear::all().map(|year| (year.number().to_string(), year.to_string()));
    let mut lines = vec![
        Line::text("code", "Code on the paper").value(of("code")).width("short").required(),
        Line::new("animal", "Picture", Input::Select(blank().chain(animals).collect())).value(of("animal")).required(),
    ];
    if survey.audience != Audience::Adult {
        let year = Line::new("school_year", "School year", Input::Select(blank().chain(years).collect()))
            .value(of("school_year"));
        lines.push(if survey.audience == Audience::Event { year } else { year.required() });
    }
    let body = html! {
        (crumbs(&[("Programmes", "/"), (&weekday(&at.session.held_on), &home), ("On paper", &format!("{home}/paper"))]))
        (error_summary(errors))
        @match typed.get(KEPT).map(String::as_str) {
            Some("yes") => p.notice role="status" { strong { "✓ Kept." } " Now the next paper." },
            Some("again") => p.notice role="status" {
                strong { "✓ Kept." } " This card and picture had a paper here already: both are kept, and the first counts. To compare two keyings of one paper, take "
                a href={ "/sessions/" (at.session.key) "/keying/" (survey.id) "/" (wave.code()) "/again" } { "Key in again, to check" } "."
            },
            _ => {},
        }
        h1 { (verb) ": " (survey.title) }
        p.lead { strong { (heading_of(wave)) } ". The number beside each box is its key." }
        @if round == Round::Second { p { "The same papers once more, best by somebody else. Where nothing differs, nothing happens." } }
        p.small { "Arrows, Tab and Enter move. Nothing: left empty. ?: don’t know. -: would rather not say. A wrong key is refused at once." }
        p.error role="status" data-keying-says {}
        form.keying action={ (home) "/keying/" (survey.id) "/" (wave.code()) (ending) } method="post" autocomplete="off" novalidate data-keying {
            div.dates { @for line in &lines { (field(line, errors)) } }
            @for item in survey.items_at(wave) {
                fieldset.keying-item {
                    legend { span.item-id { (item.id) } " " (on_paper(item.text_at(wave))) }
                    div.keying-cells { @for one in survey.fields_of(item) { (cell(&one, &of(&one.name), errors)) } }
                }
            }
            button.button.huge type="submit" { (button) }
        }
    };
    Page::staff(format!("{verb}: {}", survey.title), body).class("leader").style("paper.css").script("keying.js")
}

/// What is keyed in, with a capital: “After, on the same day …”.
fn heading_of(wave: Wave) -> String {
    let mut letters = wave_words(wave).chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn cell(field: &Field<'_>, typed: &str, errors: &[FieldError]) -> Markup {
    let wrong = errors.iter().any(|error| error.field == field.name);
    let keys: Vec<String> = field.accepts.values().iter().map(|(value, _)| value.to_string()).collect();
    let text = matches!(field.accepts, Accepts::Text { .. });
    html! {
        label.cell {
            span { (field.part.unwrap_or("Answer")) @if !text { small { " " (keys.join(" ")) } } }
            input #(field.name) name=(field.name) value=(typed) autocomplete="off" aria-invalid=[wrong.then_some("true")]
                maxlength=(if text { TEXT_LIMIT } else { 2 }) data-keys=[(!text).then(|| keys.join(" "))];
        }
    }
}
