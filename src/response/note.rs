//! The two short notes a tablet sends beside responses: somebody stopped, somebody said no.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{ResponseId, is_key};
use crate::person::{Animal, Role};
use crate::session::{Declined, No};
use crate::survey::Wave;

/// A note, read from the bytes a tablet froze. Fields it does not need are passed over: a newer tablet may send more.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Note {
    /// What it is sent under: for a withdrawal the id of the questionnaire.
    pub id: ResponseId,
    /// Key of the session.
    pub session: String,
    /// The tablet, of a withdrawal.
    #[serde(default)]
    pub device: String,
    /// The questionnaire's number on that tablet.
    #[serde(default)]
    pub sequence: i64,
    /// Whether the questionnaire may have been answered at home.
    #[serde(default, rename = "wave", deserialize_with = "super::number::may_be_at_home")]
    pub at_home: bool,
    /// Who said no, as tablets of older releases tell it.
    #[serde(default, deserialize_with = "if_told")]
    pub role: Option<Role>,
    /// What was declined.
    #[serde(default, deserialize_with = "if_told")]
    pub declined: Option<Declined>,
    /// Whether the tablet knew them from an answer before.
    #[serde(default)]
    pub known: bool,
    /// Whose turn it was, so that the leader sees them while the session is open.
    #[serde(default, deserialize_with = "if_told")]
    pub seat: Option<NotedSeat>,
}

/// Who stopped or said no, as a tablet says who sits at it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct NotedSeat {
    /// The hash of their card, as in the session's kit.
    pub card: String,
    /// Their picture.
    pub animal: Animal,
    /// What they were asked.
    pub wave: Wave,
}

/// What cannot be read was not told: the note itself is what must not be lost.
fn if_told<'de, T: DeserializeOwned, D: serde::Deserializer<'de>>(told: D) -> Result<Option<T>, D::Error> {
    Ok(serde_json::from_value(serde_json::Value::deserialize(told)?).ok())
}

impl Note {
    /// Reads a note; `None` where it is none, or another id stands in it than it was sent under.
    pub fn read(id: &str, bytes: &[u8]) -> Option<Note> {
        let note: Note = serde_json::from_slice(bytes).ok()?;
        // PostgreSQL has no text with a zero byte in it, and a tablet's name has none either.
        let device = note.device.len() <= 32 && note.device.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let fits = ResponseId::parse(id).ok()? == note.id && is_key(&note.session) && device && note.sequence >= 0;
        fits.then_some(note)
    }

    /// The *No* that it is; `None` where it says of none.
    pub fn no(&self) -> Option<No> {
        let turn = self.seat.as_ref().map(|seat| seat.animal);
        let declined = self.declined.or_else(|| self.role.map(|role| Declined::told_by_role(role, turn)))?;
        Some(No { declined, known: self.known })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_names_its_own_id_and_a_tablet_as_tablets_are_called() {
        let id = "0".repeat(32);
        let reads = |text: String| Note::read(&id, text.as_bytes()).is_some();
        let note = |device: &str, sequence: i64| {
            format!(r#"{{"id":"{id}","session":"single22","device":"{device}","sequence":{sequence}}}"#)
        };
        assert!(reads(note("0011223344556677", 3)));
        assert!(reads(format!(r#"{{"id":"{id}","session":"single22"}}"#)), "a tablet without a name, as at home");
        assert!(!reads(note(r"00\u0000", 3)), "no database keeps this");
        assert!(!reads(note("0011223344556677", -1)));
        assert!(!reads(note("", 3).replace(&id, &"1".repeat(32))), "another id");
    }

    #[test]
    fn a_note_may_say_whose_turn_it_was() {
        let id = "0".repeat(32);
        let read = |seat: &str| {
            Note::read(&id, format!(r#"{{"id":"{id}","session":"single22","role":"child"{seat}}}"#).as_bytes())
        };
        let seat = r#","seat":{"card":"0123456789abcdef","animal":"fox","wave":"pre"}"#;
        let told = read(seat).expect("a note").seat.expect("a seat");
        assert_eq!((told.animal, told.wave), (Animal::Fox, Wave::Pre));
        assert_eq!(read("").expect("a tablet of an older release").seat, None);
        let odd = read(r#","seat":{"card":7,"animal":"unicorn"}"#).expect("the note is kept all the same");
        assert_eq!(odd.seat, None);
    }

    #[test]
    fn a_no_says_what_was_declined_and_one_of_an_older_release_whose_turn_it_was() {
        let id = "0".repeat(32);
        let no = |more: &str| {
            let text = format!(r#"{{"id":"{id}","session":"single22",{more}}}"#);
            Note::read(&id, text.as_bytes()).expect("a note").no().map(|no| (no.declined, no.known))
        };
        let turn = |animal: &str| format!(r#""seat":{{"card":"0123456789abcdef","animal":"{animal}","wave":"pre"}}"#);
        assert_eq!(no(r#""declined":"adult","known":true"#), Some((Declined::Adult, true)));
        assert_eq!(no(r#""declined":"children","known":false"#), Some((Declined::Children, false)));
        assert_eq!(no(r#""role":"child""#), Some((Declined::Child, false)));
        assert_eq!(no(r#""role":"adult""#), Some((Declined::Children, false)), "whose turn it was is not told");
        assert_eq!(no(&format!(r#""role":"adult",{}"#, turn("fox"))), Some((Declined::Children, false)));
        assert_eq!(no(&format!(r#""role":"adult",{}"#, turn("sun"))), Some((Declined::Adult, false)));
        assert_eq!(no(r#""declined":"everybody""#), None);
    }
}
