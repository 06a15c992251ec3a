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
    /// Who said no.
    pub role: Option<Role>,
}

impl Note {
    /// Reads a note; `None` where it is none, or another id stands in it than it was sent under.
    pub fn read(id: &str, bytes: &[u8]) -> Option<Note> {
        let note: Note = serde_json::from_slice(bytes).ok()?;
        let fits = ResponseId::parse(id).ok()? == note.id && is_key(&note.session) && note.device.len() <= 32;
        fits.then_some(note)
    }
}
