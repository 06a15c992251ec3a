//! Who sits at which tablet, and who stopped or said no: a tablet says it by the hash of a card, and it is kept while the
//! session is open.

use serde::Deserialize;

use crate::person::{Animal, CardCode};
use crate::response::Note;
use crate::session::board::NoAnswer;
use crate::store::{SessionPlace, Sitting, StoreError, Unanswered};
use crate::survey::Wave;

use super::kit::card_hash;
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

/// Keeps whose turn it was when somebody stopped or said no, where a tablet's note tells it and their session is open.
///
/// # Errors
/// Where the database fails.
pub async fn leave(app: &App, note: &Note, how: NoAnswer) -> Result<(), StoreError> {
    let Some(seat) = &note.seat else { return Ok(()) };
    let store = app.store();
    let Some(at) = store.session(&note.session).await?.filter(|at| at.session.is_open()) else { return Ok(()) };
    let cards = store.card_codes(at.programme.id).await?;
    match cards.into_iter().find(|card| card_hash(&at.session.key, card) == seat.card) {
        Some(card) => {
            let person = Unanswered { card, animal: seat.animal, wave: seat.wave, how };
            store.leave_unanswered(at.session.id, person).await
        }
        None => Ok(()),
    }
}
