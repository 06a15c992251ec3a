//! The two short notes a tablet sends beside responses: somebody stopped, somebody said no.

use serde::Deserialize;

use super::{ResponseId, is_key};
use crate::person::Role;

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
    /// Who said no.
    pub role: Option<Role>,
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
}
