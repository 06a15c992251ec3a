//! The family's way: card, picture, permission, questions, pass it on.
//!
//! Every step posts to the session's address and carries what was said so far, so that nothing about
//! a family stands in an address or a cookie. A card only ever opens a blank questionnaire.

use axum::extract::rejection::FormRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Form, Router};
use maud::Markup;
use serde::Deserialize;

use crate::html::Pictures;
use crate::html::family::notice::notice;
use crate::html::family::pass_on::{self, Declined, PassOnPage};
use crate::html::family::permission::{self, PermissionPage, ReadyPage};
use crate::html::family::shell::ShellPage;
use crate::html::family::start::{self, StartPage};
use crate::html::family::who::{self, Leaving, Standing, WhoPage, YearPage};
use crate::html::family::{Place, Step};
use crate::html::questionnaire::{QuestionnairePage, questionnaire};
use crate::person::{Animal, CardCode, Role, SchoolYear};
use crate::response::{Answers, Envelope, GivenBy, Mode, ResponseId};
use crate::session::board::NoAnswer;
use crate::session::{
    Assent, Known, MadeUp, Occasion, Past, Permission, Proposal, Said, Screen, next_screen, propose_wave, standing,
};
use crate::store::{FamilyMember, NewPerson, SessionPlace, Unanswered};
use crate::survey::{Library, Wave};

use super::card_door::{AtHome, CardDoor, at_home, door_of_card, known};
use super::{App, Error, kit};

/// Everything a family sees before and after the questions.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/card", get(|| async { Redirect::to("/") }).post(card_typed))
        .route("/c/{code}", get(card_scanned))
        .route("/s/{key}", get(begin).post(step))
        .route("/s/{key}/home", get(begin_at_home).post(step_at_home))
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
    /// `yes` from a family that goes early.
    leaving: Option<String>,
    /// Names this screen, so that reloading what follows it counts a "No" once.
    turn: Option<String>,
}

impl StepForm {
    /// A card and nothing said yet.
    fn of_card(code: &CardCode) -> StepForm {
        StepForm {
            code: code.to_string(),
            animal: None,
            school_year: None,
            permission: None,
            words: None,
            assent: None,
            leaving: None,
            turn: None,
        }
    }
}

#[derive(Deserialize)]
struct CardForm {
    code: String,
}

/// `GET /s/{key}`: the start page of a session.
async fn begin(State(app): State<App>, Path(key): Path<String>) -> Result<Response, Error> {
    let at = find_session(&app, &key).await?;
    if !at.session.is_open() {
        return closed(&app, &at).await;
    }
    // It holds nothing about a family, so a tablet may keep it and begin with it when the server is off.
    let kept = [(header::CACHE_CONTROL, HeaderValue::from_static(KEPT_TWO_DAYS)), (SHELL, shell_header(&app, &at))];
    Ok((kept, shell(&app, &at, hall(&at), None, None)).into_response())
}

/// A tablet that was made ready the day before still begins; a newer page is taken up while nobody is on it.
const KEPT_TWO_DAYS: &str = "private, max-age=172800";

/// Tells the start page from a portal's.
const SHELL: HeaderName = HeaderName::from_static("pencilmark-shell");

fn shell_header(app: &App, at: &SessionPlace) -> HeaderValue {
    HeaderValue::from_str(&shell_hash(app, at)).unwrap_or(HeaderValue::from_static("unknown"))
}

/// What people are asked in the hall.
fn hall(at: &SessionPlace) -> Occasion {
    Occasion::Session { role: at.session.role, afters: at.session.afters_us.is_some() }
}

/// `GET /s/{key}/home`: the same for a family's own phone, after the session.
async fn begin_at_home(State(app): State<App>, Path(key): Path<String>) -> Result<Response, Error> {
    let at = find_session(&app, &key).await?;
    let named = [(SHELL, shell_header(&app, &at))];
    Ok((named, shell(&app, &at, Occasion::Home { afters: false }, None, None)).into_response())
}

/// `POST /s/{key}/home`: one step on, at home.
async fn step_at_home(
    State(app): State<App>,
    Path(key): Path<String>,
    form: Result<Form<StepForm>, FormRejection>,
) -> Result<Response, Error> {
    let at = find_session(&app, &key).await?;
    let Form(form) = form.map_err(|_| LOST)?;
    take_step(&app, &at, None, &form).await
}

fn shell_page<'a>(at: &'a SessionPlace, occasion: Occasion, library: &'a Library) -> ShellPage<'a> {
    ShellPage {
        key: &at.session.key,
        occasion,
        place: place_of(at),
        library,
        card: None,
        instead: None,
        school_notice: at.school_notice && !matches!(occasion, Occasion::Home { .. }),
        made_up: at.programme.made_up(),
        programme: &at.programme.name,
        basis: at.basis.as_ref(),
    }
}

fn shell(app: &App, at: &SessionPlace, occasion: Occasion, card: Option<&CardCode>, instead: Option<Markup>) -> Markup {
    ShellPage { card, instead, ..shell_page(at, occasion, &app.store().library()) }.page()
}

/// The start page of a session in the hall with another of its screens on it, for whoever has no script.
pub fn shell_with(app: &App, at: &SessionPlace, instead: Markup) -> Markup {
    shell(app, at, hall(at), None, Some(instead))
}

/// Names the start page of a session in this release.
pub fn shell_hash(app: &App, at: &SessionPlace) -> String {
    shell_page(at, hall(at), &app.store().library()).hash()
}

/// `POST /s/{key}`: one step on.
async fn step(
    State(app): State<App>,
    Path(key): Path<String>,
    form: Result<Form<StepForm>, FormRejection>,
) -> Result<Response, Error> {
    let at = find_session(&app, &key).await?;
    if !at.session.is_open() {
        return closed(&app, &at).await;
    }
    let Form(form) = form.map_err(|_| LOST)?;
    take_step(&app, &at, Some(hall(&at)), &form).await
}

/// `POST /card`: a code typed where no session is chosen yet.
async fn card_typed(State(app): State<App>, form: Result<Form<CardForm>, FormRejection>) -> Result<Response, Error> {
    let Form(CardForm { code }) = form.map_err(|_| LOST)?;
    match open_card(&app, &code).await? {
        Ok((CardDoor::Hall(at), card)) => take_step(&app, &at, Some(hall(&at)), &StepForm::of_card(&card)).await,
        Ok((CardDoor::Home(home), card)) => take_step(&app, &home.at, None, &StepForm::of_card(&card)).await,
        Err(refused) => Ok(refused),
    }
}

/// `GET /c/{code}`: the address in a card's QR code. With script the tablet goes on by itself.
async fn card_scanned(State(app): State<App>, Path(code): Path<String>) -> Result<Response, Error> {
    let (door, card) = match open_card(&app, &code).await? {
        Ok(found) => found,
        Err(refused) => return Ok(refused),
    };
    let (at, occasion) = match door {
        CardDoor::Hall(at) => {
            let occasion = hall(&at);
            (at, occasion)
        }
        CardDoor::Home(AtHome { at, afters }) => (at, Occasion::Home { afters }),
    };
    let members = app.store().family(&card).await?;
    let form = StepForm::of_card(&card);
    let visitor = Visitor::new(&app, &at, occasion, &form, card.clone(), members);
    let mut pictures = Pictures::default();
    let page = WhoPage { made_up: MadeUp::No, ..visitor.who_page() };
    let instead = who::who_main(&page, &mut pictures);
    Ok(shell(&app, &at, occasion, Some(&card), Some(instead)).into_response())
}

/// `GET /s/{key}/pass`: the answers are safe, pass the tablet on.
async fn pass(State(app): State<App>, Path(key): Path<String>) -> Result<Response, Error> {
    let at = find_session(&app, &key).await?;
    let start = if at.session.is_open() { address_of(&at) } else { format!("{}/home", address_of(&at)) };
    let page = PassOnPage { place: place_of(&at), start, made_up: at.programme.made_up() };
    Ok(pass_on::pass_on(&page).into_response())
}

/// A form that a browser garbled.
const LOST: Error = Error::Bad("Something got lost on the way. Start again with the card.");

/// A session by its key.
///
/// # Errors
/// Where there is none, or it was a practice that is over.
pub async fn find_session(app: &App, key: &str) -> Result<SessionPlace, Error> {
    match app.store().session(key).await? {
        Some(at) => Ok(at),
        None if app.store().practice_is_over(key).await? => Err(Error::PracticeOver),
        None => Err(Error::NotFound),
    }
}

/// Finds the session a card is at, or the page that says why there is none.
async fn open_card(app: &App, typed: &str) -> Result<Result<(CardDoor, CardCode), Response>, Error> {
    let refuse = |why: String| {
        let page =
            StartPage { step: Step::to("/card"), typed: typed.to_owned(), error: Some(why), ..StartPage::default() };
        Ok(Err((StatusCode::UNPROCESSABLE_ENTITY, start::start(&page)).into_response()))
    };
    let code = match CardCode::parse(typed) {
        Ok(code) => code,
        Err(error) => return refuse(error.to_string()),
    };
    if !kit::look(app, None) {
        return refuse(TOO_MANY_CODES.to_owned());
    }
    let Some(project) = app.store().project_of_card(&code).await? else {
        app.guesses().was_wrong(None, app.now_us());
        return refuse(no_card(app, &code).await?.to_owned());
    };
    let Some(door) = door_of_card(app, &code, &project).await? else {
        let place = Place { project: project.name.clone(), place: String::new() };
        let made_up = app.store().programme(project.programme_id).await?.map_or(MadeUp::No, |of| of.made_up());
        let contact = contact_of(app, project.programme_id).await?;
        return Ok(Err((StatusCode::NOT_FOUND, pass_on::no_session(&place, made_up, &contact)).into_response()));
    };
    Ok(Ok((door, code)))
}

/// In the words of someone who wants to help a child find the mistake.
const UNKNOWN_CARD: &str =
    "No card has this code. Look at each letter and number once more, or ask the person who runs the session.";

const TOO_MANY_CODES: &str =
    "Too many codes of no card were tried here. Try again in ten minutes, or ask the person who runs the session.";

/// Why a card is none of this session's.
fn foreign_card(here: MadeUp, card: MadeUp) -> &'static str {
    match (here, card) {
        (_, MadeUp::Practice) => {
            "This is a card of a practice, and would not be counted here. Ask the person who runs the session for one of today’s."
        }
        (MadeUp::Practice, _) => "This is a practice. Use one of the practice cards, and keep your own for the day.",
        _ => "This card belongs to another programme. Ask the person who runs the session for one of today’s.",
    }
}

/// Why a code is no card's.
async fn no_card(app: &App, code: &CardCode) -> Result<&'static str, Error> {
    Ok(if app.store().is_taken_out(code).await? { TAKEN_OUT } else { UNKNOWN_CARD })
}

const TAKEN_OUT: &str = "The answers of this card were taken out, and it is no longer a card. Ask the person who runs the session for a new one.";

/// Draws the screen that follows from what was said, in the hall or, without an occasion, at home.
async fn take_step(
    app: &App,
    at: &SessionPlace,
    occasion: Option<Occasion>,
    form: &StepForm,
) -> Result<Response, Error> {
    let refuse = |why: String| {
        Ok((StatusCode::UNPROCESSABLE_ENTITY, start_page(at, form.code.clone(), Some(why))).into_response())
    };
    let card = match CardCode::parse(&form.code) {
        Ok(card) => card,
        Err(error) => return refuse(error.to_string()),
    };
    if !kit::look(app, Some(at)) {
        return refuse(TOO_MANY_CODES.to_owned());
    }
    match app.store().project_of_card(&card).await? {
        None => {
            app.guesses().was_wrong(Some(at.session.id), app.now_us());
            return refuse(no_card(app, &card).await?.to_owned());
        }
        Some(project) if project.programme_id != at.programme.id => {
            let of = app.store().programme(project.programme_id).await?.map(|programme| programme.made_up());
            return refuse(foreign_card(at.programme.made_up(), of.unwrap_or_default()).to_owned());
        }
        Some(_) => {}
    }
    let members = app.store().family(&card).await?;
    let occasion = match occasion {
        Some(occasion) => occasion,
        None => match at_home(app, &card, &members).await?.filter(|home| home.at.session.id == at.session.id) {
            Some(home) => home.occasion(),
            None => return closed(app, at).await,
        },
    };
    // A permission of the day holds; weeks later a grown-up is asked again.
    let at_home = matches!(occasion, Occasion::Home { .. });
    let permitted = (kit::permitted(&members, at) && occasion != Occasion::Home { afters: false })
        || (at.school_notice && !at_home);
    let said = said(form)?;
    let visit = Visitor::new(app, at, occasion, form, card, members);
    visit.show(next_screen(&said, &visit.family, occasion, permitted)).await
}

/// A family at a session, with what it has said so far.
struct Visitor<'a> {
    app: &'a App,
    at: &'a SessionPlace,
    occasion: Occasion,
    form: &'a StepForm,
    card: CardCode,
    members: Vec<FamilyMember>,
    family: Vec<Known>,
}

impl<'a> Visitor<'a> {
    fn new(
        app: &'a App,
        at: &'a SessionPlace,
        occasion: Occasion,
        form: &'a StepForm,
        card: CardCode,
        members: Vec<FamilyMember>,
    ) -> Visitor<'a> {
        let today = match occasion {
            Occasion::Home { .. } => app.today(),
            _ => at.session.held_on.clone(),
        };
        let family = members.iter().map(|member| known(member, at, &today)).collect();
        Visitor { app, at, occasion, form, card, members, family }
    }

    async fn show(&self, screen: Screen) -> Result<Response, Error> {
        let place = place_of(self.at);
        let made_up = self.at.programme.made_up();
        let page = match screen {
            Screen::Who => who::who(&self.who_page()),
            Screen::Year(animal) => {
                who::year(&YearPage { place, animal, step: self.step(Some(animal), None), made_up })
            }
            Screen::Permission => permission::permission(&PermissionPage {
                place,
                step: self.step(self.animal(), self.form.school_year),
                notice: format!("/privacy?at={}", self.at.session.key),
                made_up,
            }),
            Screen::Ready(animal, school_year, proposal) => {
                let step = self.step(Some(animal), school_year.map(SchoolYear::number));
                let key_stage = school_year.map(SchoolYear::key_stage);
                permission::ready(&ReadyPage { place, animal, key_stage, proposal, step, made_up })
            }
            Screen::Questions(animal, school_year, wave) => return self.questions(animal, school_year, wave).await,
            Screen::Declined(role) => {
                // A reload of the thanks carries the same turn and counts nothing again.
                match self.form.turn.as_deref().and_then(|turn| ResponseId::parse(turn).ok()) {
                    Some(turn) => self.app.store().refuse_once(turn, self.at.session.id, role).await?,
                    None => self.app.store().add_refusals(self.at.session.id, role, 1).await?,
                }
                self.leave_unanswered().await?;
                let for_another = self.animal().is_some_and(|animal| animal.role() != role);
                let who = if for_another { Declined::Family } else { Declined::Person };
                pass_on::declined(&place, who, &self.step(None, None), &self.address(), made_up)
            }
            Screen::AskedLater => {
                pass_on::declined(&place, Declined::Later, &self.step(None, None), &self.address(), made_up)
            }
        };
        Ok(page.into_response())
    }

    /// Notes whose turn it was, so that the leader sees them on the board.
    async fn leave_unanswered(&self) -> Result<(), Error> {
        let Some(animal) = self.animal().filter(|_| self.at.session.is_open()) else { return Ok(()) };
        let occasion = self.occasion_now();
        let new = || propose_wave(occasion, &Past { visits: &[], attended: 0 });
        let wave = match standing(animal, occasion, &self.family).unwrap_or_else(new) {
            Proposal::Due(wave) | Proposal::Done(wave) | Proposal::NotYet(wave) => wave,
            Proposal::Nothing => return Ok(()),
        };
        let person = Unanswered { card: self.card.clone(), animal, wave, how: NoAnswer::SaidNo };
        Ok(self.app.store().leave_unanswered(self.at.session.id, person).await?)
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
            notice: Some(notice().version.clone()),
            permission: (animal.role() == Role::Child).then(|| self.given_by()),
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
            made_up: self.at.programme.made_up(),
        });
        Ok(page.into_response())
    }

    /// The survey of a person's before: the one an after is asked on.
    fn before_of(&self, animal: Animal) -> Option<&str> {
        let member = self.members.iter().find(|member| member.animal == animal)?;
        let before = member.visits.iter().find(|visit| visit.wave == Wave::Pre)?;
        Some(&before.survey)
    }

    fn who_page(&self) -> WhoPage {
        WhoPage {
            place: place_of(self.at),
            people: self.people(),
            step: self.step(None, None),
            leaving: Leaving::of(self.occasion.leaving() == Occasion::Leaving, self.is_leaving()),
            newcomers: !self.is_home(),
            made_up: self.at.programme.made_up(),
        }
    }

    /// What people are asked: a family may be leaving early.
    fn occasion_now(&self) -> Occasion {
        if self.is_leaving() { self.occasion.leaving() } else { self.occasion }
    }

    fn is_leaving(&self) -> bool {
        self.form.leaving.as_deref() == Some("yes")
    }

    fn given_by(&self) -> GivenBy {
        if self.at.school_notice && !self.is_home() { GivenBy::School } else { GivenBy::Family }
    }

    fn is_home(&self) -> bool {
        matches!(self.occasion, Occasion::Home { .. })
    }

    /// Where this family's next step goes.
    fn address(&self) -> String {
        format!("{}{}", address_of(self.at), if self.is_home() { "/home" } else { "" })
    }

    fn animal(&self) -> Option<Animal> {
        self.form.animal.as_deref().and_then(Animal::from_code)
    }

    fn people(&self) -> Vec<(Animal, Standing)> {
        let occasion = self.occasion_now();
        let stands = |animal| match standing(animal, occasion, &self.family) {
            None => Standing::Free,
            Some(Proposal::NotYet(wave)) => Standing::NotYet(wave),
            Some(Proposal::Nothing) => Standing::Nothing,
            Some(Proposal::Due(wave)) => Standing::Due(wave),
            Some(Proposal::Done(wave)) => Standing::Done(wave),
        };
        Animal::ALL.into_iter().map(|animal| (animal, stands(animal))).collect()
    }

    /// The next form, carrying the card, what was chosen, and a permission once it is given.
    fn step(&self, animal: Option<Animal>, school_year: Option<u8>) -> Step {
        let mut turn = [0_u8; 16];
        let mut step = Step::to(self.address()).with("code", self.card.as_str());
        // Without randomness a reload may count a "No" twice; that is no reason to stop a family.
        if getrandom::fill(&mut turn).is_ok() {
            step = step.with("turn", ResponseId::from_bytes(turn).as_str());
        }
        if let Some(animal) = animal {
            step = step.with("animal", animal.code());
        }
        if let Some(year) = school_year {
            step = step.with("school_year", year.to_string());
        }
        if self.is_leaving() {
            step = step.with("leaving", "yes");
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
    let leaving = form.leaving.as_deref() == Some("yes");
    Ok(Said { animal, school_year, permission, assent, leaving })
}

fn place_of(at: &SessionPlace) -> Place {
    Place { project: at.project.name.clone(), place: at.session.place.clone() }
}

fn address_of(at: &SessionPlace) -> String {
    format!("/s/{}", at.session.key)
}

/// The start page with what was wrong with the code. With script the tablet says so itself.
fn start_page(at: &SessionPlace, typed: String, error: Option<String>) -> Markup {
    start::start(&StartPage {
        place: place_of(at),
        step: Step::to(address_of(at)),
        typed,
        error,
        made_up: at.programme.made_up(),
    })
}

async fn closed(app: &App, at: &SessionPlace) -> Result<Response, Error> {
    let contact = contact_of(app, at.programme.id).await?;
    Ok((StatusCode::GONE, pass_on::no_session(&place_of(at), at.programme.made_up(), &contact)).into_response())
}

/// Whom a programme's families write to; empty where nobody said.
async fn contact_of(app: &App, programme: i64) -> Result<String, Error> {
    Ok(app.store().lawful_basis(programme).await?.map(|basis| basis.contact).unwrap_or_default())
}
