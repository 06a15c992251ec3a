//! A question: its wording, its choices, and when it is asked.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::scale::ResponseOption;
use super::wave::Wave;

/// A question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Stable id, the same in every version that asks the same thing: `K2-CF1`.
    pub id: String,
    /// Part of the short version.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub core: bool,
    /// An extra, which nobody is asked yet.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub optional: bool,
    /// The wording, at every wave unless `text_after` says otherwise.
    pub text: String,
    /// The wording at every wave but the before, where it differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text_after: Option<String>,
    /// Wordings for some people, by what they answered earlier; the first that fits is used.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub text_when: Vec<TextWhen>,
    /// The two statements of a two-children item, first and second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub children: Option<[String; 2]>,
    /// A retrospective pair: `then` is asked first, `now` on the next screen, both on this item's scale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retrospective: Option<Retrospective>,
    /// Name of the scale in [`super::Survey::scales`].
    pub scale: String,
    /// Choices of this item alone, where its scale has none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<ResponseOption>,
    /// Job ids of the tiles or rows, in file order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub jobs: Vec<String>,
    /// The waves at which it is asked.
    pub waves: Vec<Wave>,
    /// Asks how often something happens at home: never on the day of the before.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub home_frequency: bool,
    /// The value a practice question is known to have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_answer: Option<i32>,
    /// Shown only where one of these holds; always, if there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub only_after: Vec<Condition>,
    /// Hard words with their plain meaning.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub glossary: BTreeMap<String, String>,
    /// What an item that is not scored is about: `quote`, `aspiration`, `role`, `newcomer`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    /// Planned time in seconds.
    pub seconds: u16,
}

/// Something that holds once an earlier item has a certain answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    /// The earlier item.
    pub item: String,
    /// The values of it that fit; empty means any value or text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub is: Vec<i32>,
}

/// A wording for people who gave a certain answer earlier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextWhen {
    /// The earlier item.
    pub item: String,
    /// The values of it that fit.
    pub is: Vec<i32>,
    /// The wording for them.
    pub text: String,
}

/// The two questions of a retrospective pair.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retrospective {
    /// "Think back to before you came…"
    pub then: String,
    /// "…and now?"
    pub now: String,
}

impl Item {
    /// Whether it asks somebody whether they had been to such an activity before.
    pub fn asks_whether_new(&self) -> bool {
        self.topic.as_deref() == Some("newcomer")
    }

    /// The wording at a wave.
    pub fn text_at(&self, wave: Wave) -> &str {
        match &self.text_after {
            Some(after) if wave != Wave::Pre => after,
            _ => &self.text,
        }
    }
}
