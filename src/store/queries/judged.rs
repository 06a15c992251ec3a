//! What reading one stored response gives: scores, or why it is kept and does not count.

use crate::response::{Accepted, Envelope, Fault, TabletNumber, judge, own_words};
use crate::scoring::{Flag, Score, flags, score};
use crate::store::ResponseState;
use crate::survey::{Library, Survey};

use super::placing::Place;

/// The flag of a response that arrived after its session was closed.
pub const LATE: &str = "late";

/// A response between reading and writing.
pub struct Judged {
    pub arrival: i64,
    pub id: String,
    pub outcome: Outcome,
    pub place: Option<Place>,
}

/// Whether it counts towards anything.
pub enum Outcome {
    /// It can be scored.
    Accepted(Box<Reading>),
    /// It is kept, marked, and not scored.
    Rejected(ResponseState, String),
}

/// What reading a response gave.
pub struct Reading {
    pub accepted: Accepted,
    pub scores: Vec<Score>,
    /// Codes of quality flags, kept beside the response and never a reason to drop it.
    pub flags: Vec<&'static str>,
    /// What there is for the lead to read: nothing, `said`, or `raised` where a word of the list is in it.
    pub comment: &'static str,
    /// Whether they had been to such an activity before, as [`crate::pairing::Circumstance::Newcomer`] tells it.
    pub newcomer: String,
    pub received_us: i64,
}

impl Outcome {
    /// Reads and scores a response. Whatever goes wrong is this response's fault and nobody else's: a
    /// panic in a rule is a rejection too, or one response could stop every later one.
    pub fn of(id: &str, bytes: &[u8], received_us: i64, library: &Library) -> Outcome {
        let reading = std::panic::AssertUnwindSafe(|| Outcome::read(id, bytes, received_us, library));
        std::panic::catch_unwind(reading).unwrap_or_else(|_| {
            tracing::error!("a response could not be scored; it is kept");
            Outcome::Rejected(ResponseState::Invalid, "it could not be scored".to_owned())
        })
    }

    /// Which number of which tablet it is, whatever else is wrong with it.
    pub fn number(&self, bytes: &[u8]) -> Option<TabletNumber> {
        let Outcome::Accepted(reading) = self else { return TabletNumber::read(bytes) };
        let Envelope { device: Some(device), sequence: Some(sequence), session, wave, .. } = &reading.accepted.envelope
        else {
            return None;
        };
        let sequence = i64::try_from(*sequence).ok()?;
        Some(TabletNumber {
            device: device.clone(),
            sequence,
            session: session.clone(),
            at_home: wave.may_be_at_home(),
        })
    }

    fn read(id: &str, bytes: &[u8], received_us: i64, library: &Library) -> Outcome {
        match judge(id, bytes, library) {
            Ok((accepted, survey)) => {
                let (wave, answers) = (accepted.envelope.wave, &accepted.envelope.answers);
                let scores = score(survey, wave, answers);
                let flags = flags(survey, wave, answers).into_iter().map(Flag::code).collect();
                let comment = comment(survey, &accepted.envelope, library);
                let newcomer = newcomer(survey, &accepted.envelope);
                Outcome::Accepted(Box::new(Reading { accepted, scores, flags, comment, newcomer, received_us }))
            }
            Err(Fault::Invalid(reason)) => Outcome::Rejected(ResponseState::Invalid, reason),
            Err(Fault::UnknownVersion) => {
                Outcome::Rejected(ResponseState::Unplaced, "the survey version is not known here".to_owned())
            }
        }
    }
}

/// What somebody said to the question whether they had been to such an activity before; empty where they did not.
fn newcomer(survey: &Survey, envelope: &Envelope) -> String {
    let asked = survey.items_at(envelope.wave).filter(|item| item.asks_whether_new());
    let said = asked.filter_map(|item| Some((&item.id, envelope.answers.get(&item.id)?.value()?)));
    said.map(|(id, code)| format!("{id}.{code}")).next().unwrap_or_default()
}

/// Whether somebody wrote in their own words, and whether that has to be read first.
fn comment(survey: &Survey, envelope: &Envelope, library: &Library) -> &'static str {
    let texts = own_words(survey, envelope);
    match texts.iter().any(|(_, text)| library.raises(text)) {
        true => "raised",
        false if texts.is_empty() => "",
        false => "said",
    }
}
