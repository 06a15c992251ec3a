//! The family's way: card, picture, permission, questions, pass it on.
//!
//! Every step posts to the session's address and carries what was said so far, so that nothing about
//! a family stands in an address or a cookie. A card only ever opens a blank questionnaire.

use axum::extract::rejection::FormRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Form, Router};
use maud::Markup;
use serde::Deserialize;

use crate::html::family::pass_on::{self, Declined, PassOnPage};
use crate::html::family::permission::{self, PermissionPage, ReadyPage};
use crate::html::family::start::{self, StartPage};
use crate::html::family::who::{self, Standing, WhoPage, YearPage};
use crate::html::family::{Place, Step};
use crate::html::questionnaire::{QuestionnairePage, questionnaire};
use crate::person::{Animal, CardCode, Role, SchoolYear};
use crate::response::{Answers, Envelope, Mode, ResponseId};
use crate::session::{Assent, Known, Permission, Proposal, Said, Screen, Visit, next_screen, standing};
use crate::store::{FamilyMember, NewPerson, SessionPlace};
use crate::survey::Wave;

use super::{App, Error};

/// Everything a family sees before and after the questions.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/card", get(|| async { Redirect::to("/") }).post(card_typed))
        .route("/c/{code}", get(card_scanned))
        .route("/s/{key}", get(begin).post(step))
        .route("/s/{key}/pass", get(pass))
}

/// The first page of a tablet that has no session's address: type a card, and its session is found.
pub fn front_door() -> Markup {
    start::start(&StartPage { step: Step::to("/card"), ..StartPage::default() })
}

/// What a step's form carries.
#[derive(Deserialize)]
struct StepForm {
    code: String,
    animal: Option<String>,
    school_year: Option<u8>,
    permission: Option<String>,
    words: Option<String>,
    assent: Option<String>,
    /// Names this screen, so that reloading what follows it counts a "No" once.
    turn: Option<String>,
}

#[derive(Deserialize)]
struct CardForm {
    code: String,
}

/// `GET /s/{key}`: the start page of a session.
async fn begin(State(app): State<App>, Path(key): Path<String>) -> Result<Response, Error> {
    let at = find_session(&app, &key).await?;
    if !at.session.is_open() {
        return Ok(closed(&at));
    }
    Ok(start_page(&at, String::new(), None).into_response())
}

/// `POST /s/{key}`: one step on.
async fn step(
    State(app): State<App>,
    Path(key): Path<String>,
    form: Result<Form<StepForm>, FormRejection>,
) -> Result<Response, Error> {
    let at = find_session(&app, &key).await?;
    if !at.session.is_open() {
        return Ok(closed(&at));
    }
    let Form(form) = form.map_err(|_| LOST)?;
    take_step(&app, &at, &form).await
}

/// `POST /card`: a code typed where no session is chosen yet.
async fn card_typed(State(app): State<App>, form: Result<Form<CardForm>, FormRejection>) -> Result<Response, Error> {
    let Form(CardForm { code }) = form.map_err(|_| LOST)?;
    open_card(&app, code).await
}

/// `GET /c/{code}`: the address in a card's QR code.
async fn card_scanned(State(app): State<App>, Path(code): Path<String>) -> Result<Response, Error> {
    open_card(&app, code).await
}

/// `GET /s/{key}/pass`: the answers are safe, pass the tablet on.
async fn pass(State(app): State<App>, Path(key): Path<String>) -> Result<Response, Error> {
    let at = find_session(&app, &key).await?;
    let page = PassOnPage { place: place_of(&at), start: address_of(&at), sample: at.programme.sample };
    Ok(pass_on::pass_on(&page).into_response())
}

/// A form that a browser garbled.
const LOST: Error = Error::Bad("Something got lost on the way. Start again with the card.");

async fn find_session(app: &App, key: &str) -> Result<SessionPlace, Error> {
    app.store().session(key).await?.ok_or(Error::NotFound)
}

/// Finds the session a card is at: the project's open session of today, or else its newest open one.
async fn open_card(app: &App, typed: String) -> Result<Response, Error> {
    let refuse = |why: String| {
        let page =
            StartPage { step: Step::to("/card"), typed: typed.clone(), error: Some(why), ..StartPage::default() };
        Ok((StatusCode::UNPROCESSABLE_ENTITY, start::start(&page)).into_response())
    };
    let code = match CardCode::parse(&typed) {
        Ok(code) => code,
        Err(error) => return refuse(error.to_string()),
    };
    let Some(project) = app.store().project_of_card(&code).await? else { return refuse(UNKNOWN_CARD.to_owned()) };
    let sessions = app.store().open_sessions(project.id).await?;
    let today = app.today();
    let Some(session) = sessions.iter().find(|session| session.held_on == today).or(sessions.first()) else {
        let place = Place { project: project.name, place: String::new() };
        return Ok((StatusCode::NOT_FOUND, pass_on::no_session(&place, false)).into_response());
    };
    let at = find_session(app, &session.key).await?;
    let form = StepForm {
        code: code.to_string(),
        animal: None,
        school_year: None,
        permission: None,
        words: None,
        assent: None,
        turn: None,
    };
    take_step(app, &at, &form).await
}

/// In the words of someone who wants to help a child find the mistake.
const UNKNOWN_CARD: &str =
    "No card has this code. Look at each letter and number once more, or ask the person who runs the session.";

/// Draws the screen that follows from what was said.
async fn take_step(app: &App, at: &SessionPlace, form: &StepForm) -> Result<Response, Error> {
    let refuse = |why: String| {
        Ok((StatusCode::UNPROCESSABLE_ENTITY, start_page(at, form.code.clone(), Some(why))).into_response())
    };
    let card = match CardCode::parse(&form.code) {
        Ok(card) => card,
        Err(error) => return refuse(error.to_string()),
    };
    match app.store().project_of_card(&card).await? {
        None => return refuse(UNKNOWN_CARD.to_owned()),
        Some(project) if project.programme_id != at.programme.id => {
            return refuse(
                "This card belongs to another programme. Ask the person who runs the session for one of today’s."
                    .to_owned(),
            );
        }
        Some(_) => {}
    }
    let members = app.store().family(&card).await?;
    let family: Vec<Known> = members.iter().map(|member| known(member, &at.session.held_on)).collect();
    let permitted = members
        .iter()
        .any(|m| m.role == Role::Child && m.visits.iter().any(|visit| visit.held_on == at.session.held_on));
    let said = said(form)?;
    let visit = Visitor { app, at, form, card, members, family };
    visit.show(next_screen(&said, &visit.family, at.session.role, permitted)).await
}

/// A family at a session, with what it has said so far.
struct Visitor<'a> {
    app: &'a App,
    at: &'a SessionPlace,
    form: &'a StepForm,
    card: CardCode,
    members: Vec<FamilyMember>,
    family: Vec<Known>,
}

impl Visitor<'_> {
    async fn show(&self, screen: Screen) -> Result<Response, Error> {
        let place = place_of(self.at);
        let sample = self.at.programme.sample;
        let page = match screen {
            Screen::Who => who::who(&WhoPage { place, people: self.people(), step: self.step(None, None), sample }),
            Screen::Year(animal) => who::year(&YearPage { place, animal, step: self.step(Some(animal), None), sample }),
            Screen::Permission => permission::permission(&PermissionPage {
                place,
                step: self.step(self.animal(), self.form.school_year),
                notice: "/privacy".to_owned(),
                sample,
            }),
            Screen::Ready(animal, school_year, proposal) => {
                let step = self.step(Some(animal), school_year.map(SchoolYear::number));
                let key_stage = school_year.map(SchoolYear::key_stage);
                permission::ready(&ReadyPage { place, animal, key_stage, proposal, step, sample })
            }
            Screen::Questions(animal, school_year, wave) => return self.questions(animal, school_year, wave).await,
            Screen::Declined(role) => {
                if self.app.first_time(self.form.turn.as_deref().unwrap_or_default()) {
                    self.app.store().add_refusals(self.at.session.id, role, 1).await?;
                }
                let for_another = self.animal().is_some_and(|animal| animal.role() != role);
                let who = if for_another { Declined::Family } else { Declined::Person };
                pass_on::declined(&place, who, &self.step(None, None), &address_of(self.at), sample)
            }
            Screen::AskedLater => {
                pass_on::declined(&place, Declined::Later, &self.step(None, None), &address_of(self.at), sample)
            }
        };
        Ok(page.into_response())
    }

    /// The questionnaire, blank, for a person who is from now on known at this session.
    async fn questions(&self, animal: Animal, school_year: Option<SchoolYear>, wave: Wave) -> Result<Response, Error> {
        let library = self.app.store().library();
        let key_stage = school_year.map(SchoolYear::key_stage);
        let same_as_before = self.before_of(animal).and_then(|survey| library.newest(survey));
        let Some(version) = same_as_before.or_else(|| library.offered(animal.role(), key_stage, wave)) else {
            return Err(Error::Bad("There is no questionnaire for this person. Tell the person who runs the session."));
        };
        let person = NewPerson { card: self.card.clone(), animal, school_year, session_id: self.at.session.id };
        let now_us = self.app.now_us();
        self.app.store().register(vec![person], now_us).await?;
        let mut id = [0_u8; 16];
        getrandom::fill(&mut id)?;
        let id = ResponseId::from_bytes(id);
        let envelope = Envelope {
            schema: 1,
            id: id.clone(),
            session: self.at.session.key.clone(),
            card: self.card.clone(),
            animal,
            role: animal.role(),
            school_year,
            wave,
            survey: version.survey.id.clone(),
            version: version.hash.clone(),
            language: version.survey.language.clone(),
            started_ms: now_us / 1000,
            finished_ms: now_us / 1000,
            device: None,
            sequence: None,
            mode: Mode::Screen,
            helper: None,
            about: None,
            notice: (animal.role() == Role::Child).then(|| permission::NOTICE.to_owned()),
            words: self.form.words.is_some(),
            answers: Answers::new(),
            seconds: std::collections::BTreeMap::new(),
        };
        let children: Vec<Animal> =
            self.family.iter().map(|known| known.animal).filter(|animal| animal.role() == Role::Child).collect();
        let page = questionnaire(&QuestionnairePage {
            survey: &version.survey,
            envelope: &envelope,
            extras: false,
            children: if animal.role() == Role::Adult { &children } else { &[] },
            action: &format!("/r/{id}"),
            pass_on: &format!("{}/pass", address_of(self.at)),
            start: &address_of(self.at),
            sample: self.at.programme.sample,
        });
        Ok(page.into_response())
    }

    /// The survey of a person's before: the one an after is asked on.
    fn before_of(&self, animal: Animal) -> Option<&str> {
        let member = self.members.iter().find(|member| member.animal == animal)?;
        let before = member.visits.iter().find(|visit| visit.wave == Wave::Pre)?;
        Some(&before.survey)
    }

    fn animal(&self) -> Option<Animal> {
        self.form.animal.as_deref().and_then(Animal::from_code)
    }

    fn people(&self) -> Vec<(Animal, Standing)> {
        let stands = |animal| match standing(animal, self.at.session.role, &self.family) {
            None => Standing::Free,
            Some(Proposal::Due(wave)) => Standing::Due(wave),
            Some(Proposal::Done(wave)) => Standing::Done(wave),
        };
        Animal::ALL.into_iter().map(|animal| (animal, stands(animal))).collect()
    }

    /// The next form, carrying the card, what was chosen, and a permission once it is given.
    fn step(&self, animal: Option<Animal>, school_year: Option<u8>) -> Step {
        let mut turn = [0_u8; 8];
        // Without randomness a reload may count a "No" twice; that is no reason to stop a family.
        let _counted_twice_at_worst = getrandom::fill(&mut turn);
        let turn: String = turn.iter().map(|byte| format!("{byte:02x}")).collect();
        let mut step = Step::to(address_of(self.at)).with("code", self.card.as_str()).with("turn", turn);
        if let Some(animal) = animal {
            step = step.with("animal", animal.code());
        }
        if let Some(year) = school_year {
            step = step.with("school_year", year.to_string());
        }
        if self.form.permission.as_deref() == Some("yes") {
            step = step.with("permission", "yes");
            if self.form.words.is_some() {
                step = step.with("words", "yes");
            }
        }
        step
    }
}

fn said(form: &StepForm) -> Result<Said, Error> {
    let animal = form.animal.as_deref().map(|code| Animal::from_code(code).ok_or(LOST)).transpose()?;
    let school_year = form.school_year.map(|year| SchoolYear::new(year).ok_or(LOST)).transpose()?;
    let permission = match form.permission.as_deref() {
        None => None,
        Some("yes") => Some(Permission::Yes),
        Some("no") => Some(Permission::No),
        Some("later") => Some(Permission::Later),
        Some(_) => return Err(LOST),
    };
    let assent = match form.assent.as_deref() {
        None => None,
        Some("yes") => Some(Assent::Yes),
        Some("no") => Some(Assent::No),
        Some("other") => Some(Assent::SomebodyElse),
        Some(_) => return Err(LOST),
    };
    Ok(Said { animal, school_year, permission, assent })
}

/// Days are counted between the sessions' dates, so no clock of a tablet has a say in them.
fn known(member: &FamilyMember, today: &str) -> Known {
    let day = |text: &str| text.parse::<jiff::civil::Date>().ok();
    let days_ago = |held_on: &str| match (day(today), day(held_on)) {
        (Some(today), Some(then)) => i64::from((today - then).get_days()),
        _ => 0,
    };
    let visits = member.visits.iter().map(|v| Visit { wave: v.wave, days_ago: days_ago(&v.held_on) }).collect();
    Known { animal: member.animal, school_year: member.school_year, visits }
}

fn place_of(at: &SessionPlace) -> Place {
    Place { project: at.project.name.clone(), place: at.session.place.clone() }
}

fn address_of(at: &SessionPlace) -> String {
    format!("/s/{}", at.session.key)
}

fn start_page(at: &SessionPlace, typed: String, error: Option<String>) -> Markup {
    start::start(&StartPage {
        place: place_of(at),
        step: Step::to(address_of(at)),
        typed,
        error,
        sample: at.programme.sample,
    })
}

fn closed(at: &SessionPlace) -> Response {
    (StatusCode::GONE, pass_on::no_session(&place_of(at), at.programme.sample)).into_response()
}
