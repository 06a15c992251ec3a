//! One completed questionnaire, as it travels from the tablet and is kept for ever.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

use crate::person::{Animal, CardCode, Role, SchoolYear};
use crate::survey::Wave;

mod card;
pub mod form;
mod judge;
mod note;
mod number;
mod permission;
mod rescue;
mod validity;
mod words;

pub use card::{card_in, names_card};
pub use judge::{Accepted, Fault, is_key, judge};
pub use note::{Note, NotedSeat};
pub use number::{TabletNumber, session_in};
pub use permission::{GivenAfterwards, GivenBy};
pub use rescue::{RescueError, Rescued, read_rescue};
pub use validity::{AnswerProblem, AnswerRule};
pub use words::own_words;

/// The name of one response: 128 random bits made on the tablet before the first question.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ResponseId(String);

/// Something that is not a response id.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("a response id is 32 hexadecimal digits")]
pub struct ResponseIdError;

impl ResponseId {
    /// Reads 32 hexadecimal digits, in either case.
    ///
    /// # Errors
    /// For anything else.
    pub fn parse(text: &str) -> Result<ResponseId, ResponseIdError> {
        if text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            Ok(ResponseId(text.to_ascii_lowercase()))
        } else {
            Err(ResponseIdError)
        }
    }

    /// Writes 16 random bytes as an id.
    pub fn from_bytes(bytes: [u8; 16]) -> ResponseId {
        ResponseId(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// The 32 digits, lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for ResponseId {
    type Error = ResponseIdError;
    fn try_from(text: String) -> Result<ResponseId, ResponseIdError> {
        ResponseId::parse(&text)
    }
}

impl From<ResponseId> for String {
    fn from(id: ResponseId) -> String {
        id.0
    }
}

impl fmt::Display for ResponseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why there is no value, with the code it is stored and exported under.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Missing {
    /// −1: "?" was tapped.
    DontKnow,
    /// −2: would rather not say.
    RatherNotSay,
    /// −3: the screen was seen and skipped.
    Skipped,
    /// −4: the person stopped before it.
    NotReached,
    /// −8: this version, wave or route does not ask it.
    NotAsked,
    /// −9: lost.
    Lost,
}

impl Missing {
    /// Every reason, in code order.
    pub const ALL: [Missing; 6] = [
        Missing::DontKnow,
        Missing::RatherNotSay,
        Missing::Skipped,
        Missing::NotReached,
        Missing::NotAsked,
        Missing::Lost,
    ];

    /// The code, −1 to −9.
    pub fn code(self) -> i32 {
        match self {
            Missing::DontKnow => -1,
            Missing::RatherNotSay => -2,
            Missing::Skipped => -3,
            Missing::NotReached => -4,
            Missing::NotAsked => -8,
            Missing::Lost => -9,
        }
    }

    /// What the code means, for codebooks.
    pub fn label(self) -> &'static str {
        match self {
            Missing::DontKnow => "Don't know",
            Missing::RatherNotSay => "Would rather not say",
            Missing::Skipped => "Skipped (seen)",
            Missing::NotReached => "Not reached",
            Missing::NotAsked => "Not asked (version, wave or route)",
            Missing::Lost => "Lost",
        }
    }

    /// Reads a code; `None` for any other number.
    pub fn from_code(code: i32) -> Option<Missing> {
        Missing::ALL.into_iter().find(|missing| missing.code() == code)
    }
}

/// One item's answer: a value, a text, or the reason why there is none. Never two of them.
///
/// On the wire a number from zero up is a value, a negative number a missing code, a string a text.
/// There is no `Debug` or `Display`: answers do not belong in logs.
#[derive(Clone, PartialEq, Eq)]
pub enum Answer {
    /// The stored code of the chosen option.
    Value(i32),
    /// What was typed, at most 200 characters.
    Text(String),
    /// Why there is no value.
    Missing(Missing),
}

impl Answer {
    /// The value, where there is one.
    pub fn value(&self) -> Option<i32> {
        match self {
            Answer::Value(value) => Some(*value),
            _ => None,
        }
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Answer(…)")
    }
}

impl Serialize for Answer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Answer::Value(value) => serializer.serialize_i32(*value),
            Answer::Text(text) => serializer.serialize_str(text),
            Answer::Missing(missing) => serializer.serialize_i32(missing.code()),
        }
    }
}

impl<'de> Deserialize<'de> for Answer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Answer, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Wire {
            Number(i32),
            Text(String),
        }
        match Wire::deserialize(deserializer) {
            Ok(Wire::Number(value)) if value >= 0 => Ok(Answer::Value(value)),
            Ok(Wire::Number(code)) => Missing::from_code(code)
                .map(Answer::Missing)
                .ok_or_else(|| serde::de::Error::custom("an answer has a missing code that does not exist")),
            Ok(Wire::Text(text)) => Ok(Answer::Text(text)),
            Err(_) => Err(serde::de::Error::custom("an answer is neither a whole number nor a text")),
        }
    }
}

/// Every answer of a response, by field name (see [`crate::survey::Survey::fields_at`]).
pub type Answers = BTreeMap<String, Answer>;

/// Who helped a child to answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Helper {
    /// Nobody.
    None,
    /// A parent or carer.
    Parent,
    /// The leader or a volunteer.
    Leader,
    /// A brother or sister.
    Sibling,
    /// Another child.
    OtherChild,
}

impl Helper {
    /// Every one, nobody first.
    pub const ALL: [Helper; 5] = [Helper::None, Helper::Parent, Helper::Leader, Helper::Sibling, Helper::OtherChild];

    /// The stored code: `other_child`.
    pub fn code(self) -> &'static str {
        match self {
            Helper::None => "none",
            Helper::Parent => "parent",
            Helper::Leader => "leader",
            Helper::Sibling => "sibling",
            Helper::OtherChild => "other_child",
        }
    }

    /// Reads a stored code; `None` for anything else.
    pub fn from_code(code: &str) -> Option<Helper> {
        Helper::ALL.into_iter().find(|helper| helper.code() == code)
    }
}

/// How an answer, or a yes, reached us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Tapped on a screen.
    #[default]
    Screen,
    /// Written on paper and keyed in.
    Paper,
}

impl Mode {
    /// The stored code: `paper`.
    pub fn code(self) -> &'static str {
        match self {
            Mode::Screen => "screen",
            Mode::Paper => "paper",
        }
    }

    /// Reads a stored code; `None` for anything else.
    pub fn from_code(code: &str) -> Option<Mode> {
        [Mode::Screen, Mode::Paper].into_iter().find(|mode| mode.code() == code)
    }
}

/// What a tablet sends: who, when, which questionnaire, and the answers.
///
/// The bytes that arrive are stored as they are, under [`Envelope::id`], before anything is read
/// from them. This type is what reading them gives.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Envelope {
    /// Version of this layout; 1.
    pub schema: u32,
    /// Made on the tablet before the first question.
    pub id: ResponseId,
    /// Key of the session, as in its address.
    pub session: String,
    /// The family.
    pub card: CardCode,
    /// The person in the family.
    pub animal: Animal,
    /// Child or grown-up.
    pub role: Role,
    /// A child's school year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub school_year: Option<SchoolYear>,
    /// When in the person's story, as proposed by the server and confirmed on the screen.
    pub wave: Wave,
    /// Short name of the survey.
    pub survey: String,
    /// Content hash of the version that was answered.
    pub version: String,
    /// Language the person read, BCP 47.
    #[serde(default = "english", skip_serializing_if = "is_english")]
    pub language: String,
    /// Start on the tablet's clock, milliseconds since 1970. Evidence only: nothing is decided by it.
    pub started_ms: i64,
    /// Finish on the tablet's clock, milliseconds since 1970.
    pub finished_ms: i64,
    /// The tablet, 16 hexadecimal digits, made on its first use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// Counts up on each tablet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sequence: Option<u64>,
    /// Screen or paper.
    #[serde(default, skip_serializing_if = "is_screen")]
    pub mode: Mode,
    /// Who helped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub helper: Option<Helper>,
    /// The child a grown-up answers about, where there is a choice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<Animal>,
    /// Version of the notice that was shown before the first question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<String>,
    /// How permission for a child was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permission: Option<GivenBy>,
    /// Where the person said yes themselves before the first question; nothing in what older tablets sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assent: Option<Mode>,
    /// Whether a grown-up allowed the family's words to be used without a name.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub words: bool,
    /// The answers.
    pub answers: Answers,
    /// Seconds spent on each item, where the tablet measured them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub seconds: BTreeMap<String, u32>,
}

impl Envelope {
    /// Whether every question was reached.
    pub fn is_complete(&self) -> bool {
        !self.answers.is_empty() && !self.answers.values().any(|answer| *answer == Answer::Missing(Missing::NotReached))
    }
}

fn english() -> String {
    "en".to_owned()
}

fn is_english(language: &str) -> bool {
    language == "en"
}

fn is_screen(mode: &Mode) -> bool {
    *mode == Mode::Screen
}
