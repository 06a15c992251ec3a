//! Who sits at which tablet, and who stopped or said no: a tablet says it by the hash of a card. Who sits there is stored
//! while the session is open; who did not want to is kept in mind, and of a *No* a count is stored.

use serde::Deserialize;

use crate::person::{Animal, CardCode, Role};
use crate::response::{Note, ResponseId};
use crate::session::board::NoAnswer;
use crate::session::{Declined, No};
use crate::store::{SessionPlace, Sitting, StoreError};
use crate::survey::Wave;

use super::kit::card_hash;
use super::unwilling::Unanswered;
use super::{App, Error};

/// More than a tablet's memory can hold at once.
pub const MOST: usize = 32;

/// Somebody who has begun, as a tablet says it.
#[derive(Deserialize)]
pub struct Said {
    /// The hash of their card, as in the kit.
    card: String,
    animal: Animal,
    wave: Wave,
}

impl Said {
    fn is(&self, sitting: &Sitting, session: &str) -> bool {
        self.animal == sitting.animal && self.wave == sitting.wave && self.card == card_hash(session, &sitting.card)
    }
}

/// Keeps who has begun on a tablet. Most beats say what the one before said, and write nothing.
///
/// # Errors
/// Where the database fails.
pub async fn seat(app: &App, at: &SessionPlace, device: &str, said: &[Said]) -> Result<(), Error> {
    if !at.session.is_open() {
        return Ok(());
    }
    let (store, session) = (app.store(), &at.session);
    let known = store.sitting_on(session.id, device).await?;
    if known.len() == said.len() && known.iter().all(|one| said.iter().any(|said| said.is(one, &session.key))) {
        return Ok(());
    }
    let cards = if said.is_empty() { Vec::new() } else { store.card_codes(at.programme.id).await? };
    let hashed: Vec<(String, CardCode)> =
        cards.into_iter().map(|code| (card_hash(&session.key, &code), code)).collect();
    let people = said.iter().filter_map(|said| {
        let (_, card) = hashed.iter().find(|(hash, _)| *hash == said.card)?;
        Some(Sitting { device: device.to_owned(), card: card.clone(), animal: said.animal, wave: said.wave })
    });
    store.sit(session.id, device.to_owned(), people.collect()).await?;
    Ok(())
}

/// Keeps in mind whose turn it was when somebody stopped, where a tablet's note tells it.
///
/// # Errors
/// Where the database fails.
pub async fn stopped(app: &App, note: &Note) -> Result<(), StoreError> {
    let Some(at) = app.store().session(&note.session).await? else { return Ok(()) };
    match whose_turn(app, &at, note, NoAnswer::Stopped).await? {
        Some(person) => leave(app, &at, &person).await,
        None => Ok(()),
    }
}

/// Counts a *No* that a tablet tells of; false where its session is not known here.
///
/// # Errors
/// Where the database fails.
pub async fn said_no(app: &App, note: &Note, no: No) -> Result<bool, StoreError> {
    let Some(at) = app.store().session(&note.session).await? else { return Ok(false) };
    let person = whose_turn(app, &at, note, NoAnswer::SaidNo).await?;
    count_no(app, &at, Some(note.id.clone()), no, person).await?;
    Ok(true)
}

/// Counts a *No*, once for the same people at a session that is open, and keeps whose turn it was in mind.
///
/// # Errors
/// Where the database fails.
pub async fn count_no(
    app: &App,
    at: &SessionPlace,
    id: Option<ResponseId>,
    no: No,
    person: Option<Unanswered>,
) -> Result<(), StoreError> {
    let (store, session) = (app.store(), &at.session);
    let count = async |no| match id.clone() {
        Some(id) => store.count_no(id, session.id, no).await,
        // A form without a number of its own.
        None => store.add_noes(session.id, no, 1).await,
    };
    let Some(person) = person else { return count(no).await };
    let family = store.family(&person.card).await?;
    let known = no.known
        || family.iter().any(|member| match no.declined {
            Declined::Children => member.animal.role() == Role::Child,
            Declined::Child | Declined::Adult => member.animal == person.animal,
        });
    let no = No { known, ..no };
    if !session.is_open() {
        return count(no).await;
    }
    leave(app, at, &person).await?;
    let today = app.today();
    if !app.unwilling().counts(session.id, (no.declined, &person), &today) {
        // Sent again after a restart, when nobody has it in mind any more, it is still not counted.
        return match id {
            Some(id) => store.know_no(id, session.id).await,
            None => Ok(()),
        };
    }
    let counted = count(no).await;
    if counted.is_err() {
        app.unwilling().was_not_counted(session.id, (no.declined, &person), &today);
    }
    counted
}

/// Somebody sits at no tablet any more, and is kept in mind while their session is open.
async fn leave(app: &App, at: &SessionPlace, person: &Unanswered) -> Result<(), StoreError> {
    if !at.session.is_open() {
        return Ok(());
    }
    app.unwilling().keep(&at.session, person.clone(), &app.today());
    // A board is drawn anew with every change that is written.
    app.store().stand_up(at.session.id, person.card.clone(), person.animal, person.wave).await
}

/// Who a tablet's note is about, by the card that their family goes by; `None` where it does not say or the card is none.
async fn whose_turn(
    app: &App,
    at: &SessionPlace,
    note: &Note,
    how: NoAnswer,
) -> Result<Option<Unanswered>, StoreError> {
    let Some(seat) = &note.seat else { return Ok(None) };
    let cards = app.store().card_codes(at.programme.id).await?;
    let Some(card) = cards.into_iter().find(|card| card_hash(&at.session.key, card) == seat.card) else {
        return Ok(None);
    };
    let card = app.store().family_card(&card).await?;
    Ok(card.map(|card| Unanswered { card, animal: seat.animal, wave: seat.wave, how }))
}

/// Who stopped or said no at a session that is open, by the card that their family goes by now.
///
/// # Errors
/// Where the database fails.
pub async fn unwilling_at(app: &App, at: &SessionPlace) -> Result<Vec<Unanswered>, StoreError> {
    if !at.session.is_open() {
        app.unwilling().forget_session(at.session.id);
        return Ok(Vec::new());
    }
    let mut there = Vec::new();
    for one in app.unwilling().at(at.session.id, &app.today()) {
        match app.store().family_card(&one.card).await? {
            Some(card) => there.push(Unanswered { card, ..one }),
            // Taken out by another program.
            None => app.unwilling().forget_family(&[one.card]),
        }
    }
    Ok(there)
}
