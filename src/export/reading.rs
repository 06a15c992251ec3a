//! One stored response, read back beside the survey it answers.

use crate::person::CardCode;
use crate::response::{Answer, Envelope, Mode};
use crate::scoring::Score;
use crate::store::{RawResponse, ResponseState};
use crate::survey::{Library, Survey, Wave};

use super::ExportError;
use super::places::Places;

/// The flag of a before that was begun once the activity was under way.
pub const LATE_BEFORE: &str = "late_pre";

/// What stands in a text's place until whoever is named to read what families write has read it: a child may have
/// written that it is in danger, and somebody who can act has to be the first to know.
pub const NOT_YET_READ: &str = "[not yet read]";

/// One stored response, read back.
pub struct Reading<'l> {
    /// What was sent.
    pub envelope: Envelope,
    /// The survey it answers.
    pub survey: &'l Survey,
    /// The hash of that survey's version.
    pub hash: &'l str,
    /// The session's key in the store.
    pub session_id: i64,
    /// Whether it counts for its person and wave.
    pub counted: bool,
    /// Whether its words are withheld, because whoever is named to read them has not.
    pub unread: bool,
    /// Signs of doubt, by code.
    pub flags: Vec<String>,
    /// Its scores as they are stored.
    pub scores: Vec<Score>,
}

impl<'l> Reading<'l> {
    /// Reads a response that was judged good when it arrived.
    ///
    /// # Errors
    /// Where the bytes or the survey are no longer what they were.
    pub fn of(raw: RawResponse, library: &'l Library) -> Result<Reading<'l>, ExportError> {
        let mut envelope: Envelope = serde_json::from_slice(&raw.bytes).map_err(|_| ExportError::Unreadable)?;
        let version = library.by_hash(&envelope.version).ok_or(ExportError::NewVersion)?;
        for answer in envelope.answers.values_mut() {
            match answer {
                Answer::Text(text) if raw.unread && !text.trim().is_empty() => *text = NOT_YET_READ.to_owned(),
                Answer::Text(text) => *text = without_code(text, &envelope.card),
                Answer::Value(_) | Answer::Missing(_) => {}
            }
        }
        Ok(Reading {
            envelope,
            survey: &version.survey,
            hash: &version.hash,
            session_id: raw.session_id,
            counted: raw.state == ResponseState::Counted,
            unread: raw.unread,
            flags: raw.flags.split_whitespace().map(str::to_owned).collect(),
            scores: raw.scores,
        })
    }

    /// The same with a sign of doubt where it is a before that was begun late. A paper says no moment.
    #[must_use]
    pub fn noting_late_befores(mut self, places: &Places) -> Reading<'l> {
        if self.envelope.mode == Mode::Screen && places.is_late_before(self.envelope.id.as_str()) {
            self.flags.push(LATE_BEFORE.to_owned());
        }
        self
    }

    /// When it was answered.
    pub fn wave(&self) -> Wave {
        self.envelope.wave
    }

    /// Seconds from start to finish on the tablet's clock, where that clock was not set in between.
    pub fn seconds(&self) -> Option<i64> {
        let seconds = (self.envelope.finished_ms - self.envelope.started_ms) / 1000;
        (0..86_400).contains(&seconds).then_some(seconds)
    }
}

/// A text with the writer's own card code taken out, however it was spelt: a code opens a family's
/// forms, and children do type what is in front of them.
fn without_code(text: &str, card: &CardCode) -> String {
    let code: Vec<char> = card.as_str().chars().collect();
    let letters: Vec<(usize, char)> = text
        .char_indices()
        .filter(|(_, c)| !c.is_whitespace() && !matches!(c, '-' | '–' | '—' | '‑' | '.' | '_'))
        .collect();
    let is_code = |run: &&[(usize, char)]| run.iter().zip(&code).all(|((_, c), wanted)| c.eq_ignore_ascii_case(wanted));
    let Some(run) = letters.windows(code.len()).find(is_code) else { return text.to_owned() };
    let (from, to) = (run[0].0, run[run.len() - 1].0 + 1);
    format!("{}[code]{}", &text[..from], without_code(&text[to..], card))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_code_in_a_text_is_taken_out_however_it_is_spelt() {
        let card = CardCode::parse("PEN-C4T").expect("a valid code");
        for (typed, kept) in [
            ("I am PEN-C4T!", "I am [code]!"),
            ("penc4t", "[code]"),
            ("🦊 p e n c 4 t and Pen_C4T", "🦊 [code] and [code]"),
            ("a pen and a cat", "a pen and a cat"),
            ("", ""),
        ] {
            assert_eq!(without_code(typed, &card), kept);
        }
    }
}
