//! A family at a session: which screen follows from what it has said, and what that screen holds.

use axum::response::{IntoResponse, Response};

use crate::html::family::Step;
use crate::html::family::notice::notice;
use crate::html::family::pass_on;
use crate::html::family::permission::{self, PermissionPage, ReadyPage};
use crate::html::family::who::{self, Leaving, Standing, WhoPage, YearPage};
use crate::html::questionnaire::{QuestionnairePage, questionnaire};
use crate::person::{Animal, CardCode, Role, SchoolYear};
use crate::response::{Answers, Envelope, GivenBy, Mode, ResponseId};
use crate::session::board::NoAnswer;
use crate::session::{
    Assent, Declined, Known, No, Occasion, Past, Permission, Proposal, Said, Screen, propose_wave, standing,
};
use crate::store::{FamilyMember, NewPerson, SessionPlace};
use crate::survey::Wave;
use crate::web::card_door::known;
use crate::web::sitting::count_no;
use crate::web::unwilling::Unanswered;
use crate::web::{App, Error};

use super::{LOST, StepForm, address_of, place_of};

/// A family at a session, with what it has said so far.
pub(super) struct Visitor<'a> {
    app: &'a App,
    at: &'a SessionPlace,
    occasion: Occasion,
    form: &'a StepForm,
    card: CardCode,
    members: Vec<FamilyMember>,
    pub(super) family: Vec<Known>,
}

impl<'a> Visitor<'a> {
    pub(super) fn new(
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

    pub(super) async fn show(&self, screen: Screen) -> Result<Response, Error> {
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
            Screen::Declined(what) => {
                // A reload of the thanks carries the same turn and counts nothing again.
                let turn = self.form.turn.as_deref().and_then(|turn| ResponseId::parse(turn).ok());
                let no = No { declined: what, known: false };
                count_no(self.app, self.at, turn, no, self.unanswered().await?).await?;
                let who = match what {
                    Declined::Children => pass_on::Declined::Family,
                    Declined::Child | Declined::Adult => pass_on::Declined::Person,
                };
                pass_on::declined(&place, who, &self.step(None, None), &self.address(), made_up)
            }
            Screen::AskedLater => {
                pass_on::declined(&place, pass_on::Declined::Later, &self.step(None, None), &self.address(), made_up)
            }
        };
        Ok(page.into_response())
    }

    /// Whose turn it was, by the card that the family goes by.
    async fn unanswered(&self) -> Result<Option<Unanswered>, Error> {
        let Some(animal) = self.animal() else { return Ok(None) };
        let occasion = self.occasion_now();
        let new = || propose_wave(occasion, &Past { visits: &[], attended: 0 });
        let wave = match standing(animal, occasion, &self.family).unwrap_or_else(new) {
            Proposal::Due(wave) | Proposal::Done(wave) | Proposal::NotYet(wave) => wave,
            Proposal::Nothing => return Ok(None),
        };
        let card = self.app.store().family_card(&self.card).await?;
        Ok(card.map(|card| Unanswered { card, animal, wave, how: NoAnswer::SaidNo }))
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
            assent: self.own_yes(animal),
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

    pub(super) fn who_page(&self) -> WhoPage {
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

    /// The screen of what is due alone asks for it, with the notice. What comes later is asked now because the leader says
    /// so, and what is done once more because somebody pressed a button: that is nobody's own yes.
    fn own_yes(&self, animal: Animal) -> Option<Mode> {
        let unasked = matches!(
            standing(animal, self.occasion_now(), &self.family),
            Some(Proposal::NotYet(_) | Proposal::Done(_))
        );
        (!unasked).then_some(Mode::Screen)
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

pub(super) fn said(form: &StepForm) -> Result<Said, Error> {
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
