//! Everything that is kept under a card, as it is handed to the family that asks.

use crate::pairing::Pair;
use crate::person::{Animal, CardCode, SchoolYear};
use crate::report::QuoteState;
use crate::response::GivenAfterwards;
use crate::scoring::Score;
use crate::session::board::NoAnswer;
use crate::session::lawful_basis::LawfulBasis;
use crate::survey::Wave;

use super::{Protection, ResponseState, StoredLink};

/// Everything that is kept under a card.
#[derive(Clone)]
pub struct Held {
    /// The card.
    pub code: CardCode,
    /// When it was printed, microseconds since 1970.
    pub issued_us: i64,
    /// The project that gave it out.
    pub project: String,
    /// The project's programme.
    pub programme: String,
    /// On what ground of the law it is kept, where somebody wrote that down.
    pub lawful_basis: Option<LawfulBasis>,
    /// What protects it for now: from being deleted, or from being used.
    pub protections: Vec<Protection>,
    /// Who is known by it.
    pub people: Vec<HeldPerson>,
    /// Everything that was sent with it.
    pub responses: Vec<HeldResponse>,
    /// What was taken from their own words for a report.
    pub quotes: Vec<HeldQuote>,
    /// What was decided about who they are, taken back or not.
    pub decisions: Vec<StoredLink>,
    /// The family's cards: `code`, and those that were tied to it.
    pub cards: Vec<CardCode>,
    /// Their papers that were keyed in twice.
    pub second_keyings: Vec<HeldKeying>,
    /// Who of them has begun at a tablet, or stopped or said no, at a session that is open.
    pub at_session: Vec<HeldPresence>,
}

impl Held {
    /// Whether it must not be taken out for now.
    pub fn is_kept(&self) -> bool {
        self.protections.iter().any(Protection::keeps)
    }
}

/// Someone who is known by a card.
#[derive(Clone)]
pub struct HeldPerson {
    /// Their picture.
    pub animal: Animal,
    /// A child's school year.
    pub school_year: Option<SchoolYear>,
    /// When they were first seen, microseconds since 1970; 0 where their answers arrived before they did.
    pub created_us: i64,
    /// Sessions they came to: day and place.
    pub sessions: Vec<(String, String)>,
    /// Their before and after, side by side.
    pub pairs: Vec<Pair>,
}

/// One thing that was sent with a card.
#[derive(Clone)]
pub struct HeldResponse {
    /// The id the tablet made.
    pub id: String,
    /// When it arrived, microseconds since 1970.
    pub received_us: i64,
    /// The bytes as they arrived.
    pub bytes: Vec<u8>,
    /// What became of it; `None` while it waits to be judged.
    pub state: Option<ResponseState>,
    /// Why it is not counted; may be empty.
    pub reason: String,
    /// Its wave, where it could be read.
    pub wave: Option<Wave>,
    /// Quality flags, space-separated.
    pub flags: String,
    /// What it scored.
    pub scores: Vec<Score>,
    /// Whose it is.
    pub animal: Option<Animal>,
    /// Day of the session.
    pub held_on: Option<String>,
    /// How permission was given, where the answer does not say it and somebody noted it afterwards.
    pub permission_noted: Option<GivenAfterwards>,
    /// Whether words may be in it that whoever is named to read them has not read.
    pub unread: bool,
    /// When somebody who is named for it read what was written in it, microseconds since 1970.
    pub read_us: Option<i64>,
}

/// Words of a family that were taken for a report.
#[derive(Clone)]
pub struct HeldQuote {
    /// The words as they were said.
    pub said: String,
    /// The words as they are printed.
    pub words: String,
    /// How far they have come.
    pub state: QuoteState,
    /// When they were taken, microseconds since 1970.
    pub taken_us: i64,
    /// The answer they were typed into; empty where somebody wrote them down.
    pub response: String,
}

/// A paper that was keyed in a second time.
#[derive(Clone)]
pub struct HeldKeying {
    /// The answer.
    pub response: String,
    /// When, microseconds since 1970.
    pub keyed_us: i64,
    /// Who of the team.
    pub who: String,
    /// In how many answers the two differed.
    pub differences: i64,
    /// Why the one was taken and not the other.
    pub reason: String,
}

/// Somebody at a session that is open, who has not answered.
#[derive(Clone)]
pub struct HeldPresence {
    /// Their picture.
    pub animal: Animal,
    /// The questionnaire.
    pub wave: Wave,
    /// Day of the session.
    pub held_on: String,
    /// Whether they stopped or said no; nothing while they are at a tablet.
    pub how: Option<NoAnswer>,
}
