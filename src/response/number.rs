//! Which number of which tablet some bytes are, without judging the rest of them.

use serde::Deserialize;

use super::is_key;
use crate::survey::Wave;

/// A tablet's number for something that was begun on it. Numbers count up, so a gap is an answer that has
/// not arrived.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
pub struct TabletNumber {
    /// The tablet.
    pub device: String,
    /// The number, from 1.
    pub sequence: i64,
    /// Key of the session.
    pub session: String,
    /// Whether its questionnaire may have been answered at home.
    #[serde(default, rename = "wave", deserialize_with = "may_be_at_home")]
    pub at_home: bool,
}

/// Whether a wave is one of those asked at home; of anything else it is not known.
pub(super) fn may_be_at_home<'de, D: serde::Deserializer<'de>>(wave: D) -> Result<bool, D::Error> {
    let wave = serde_json::Value::deserialize(wave)?;
    Ok(wave.as_str().and_then(Wave::from_code).is_some_and(Wave::may_be_at_home))
}

impl TabletNumber {
    /// The number that an envelope or a note carries; `None` where it has none, as without script.
    pub fn read(bytes: &[u8]) -> Option<TabletNumber> {
        serde_json::from_slice::<TabletNumber>(bytes).ok().filter(TabletNumber::is_sound)
    }

    /// Whether it is this number of this tablet, for this session.
    pub fn is(&self, device: &str, sequence: i64, session: &str) -> bool {
        (self.device.as_str(), self.sequence, self.session.as_str()) == (device, sequence, session)
    }

    /// Whether a tablet of ours counts like this.
    pub fn is_sound(&self) -> bool {
        let device = 1..=32;
        device.contains(&self.device.len())
            && self.device.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && self.sequence > 0
            && is_key(&self.session)
    }
}

/// The session that an envelope or a note names; `None` where it names none that can be one.
pub fn session_in(bytes: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct OnlySession {
        session: String,
    }
    serde_json::from_slice::<OnlySession>(bytes).ok().map(|only| only.session).filter(|session| is_key(session))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_from_whatever_carries_one() {
        let read = |text: &str| TabletNumber::read(text.as_bytes()).map(|number| number.sequence);
        let broken = r#"{"device":"00ff00ff00ff00ff","sequence":7,"session":"single22","answers":{"K2-CF1":99}}"#;
        assert_eq!(read(broken), Some(7), "an answer off its scale is judged elsewhere");
        let at_home = |wave: &str| {
            let text = format!(r#"{{"device":"00ff","sequence":7,"session":"single22","wave":{wave}}}"#);
            TabletNumber::read(text.as_bytes()).map(|number| number.at_home)
        };
        for (wave, expected) in [("\"post_home\"", true), ("\"follow_up\"", true), ("\"pre\"", false), ("7", false)] {
            assert_eq!(at_home(wave), Some(expected), "{wave}");
        }
        for (text, why) in [
            (r#"{"sequence":7,"session":"single22"}"#, "no tablet"),
            (r#"{"device":"00ff","session":"single22"}"#, "no number"),
            (r#"{"device":"00ff","sequence":0,"session":"single22"}"#, "numbers begin with 1"),
            (r#"{"device":"00\u0000ff","sequence":1,"session":"single22"}"#, "no name of a tablet"),
            (r#"{"device":"00ff","sequence":1,"session":"'; drop"}"#, "no session"),
            ("code=PEN-C4T", "no envelope"),
        ] {
            assert_eq!(read(text), None, "{why}");
        }
    }

    #[test]
    fn a_session_is_read_from_whatever_names_one() {
        let read = |text: &str| session_in(text.as_bytes());
        assert_eq!(read(r#"{"session":"single22","answers":{"K2-CF1":99}}"#).as_deref(), Some("single22"));
        assert_eq!(read(r#"{"session":"'; drop"}"#), None);
        assert_eq!(read("session=single22"), None);
    }
}
