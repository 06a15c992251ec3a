//! Everything that is kept under a card, for the family that asks: questions and answers in words, and
//! the whole of it as one JSON file.

use serde_json::{Value, json};

use crate::html::family::notice::Notice;
use crate::pairing::links::{Decision, Key};
use crate::person::{Animal, CardCode, Role, SchoolYear};
use crate::response::{Answer, Envelope, Mode, own_words};
use crate::session::protection::ProtectionKind;
use crate::store::{Held, HeldKeying, HeldPresence, HeldQuote, HeldResponse, StoredLink};
use crate::survey::{Field, Library, Survey, Wave};

use super::plan::wording;
use super::reading::NOT_YET_READ;

/// A question as it was put, and what was answered.
#[derive(Clone, PartialEq, Eq)]
pub struct Told {
    /// The question; the stored field's name where the questionnaire is not known here.
    pub question: String,
    /// The answer in words.
    pub answer: String,
}

/// The questions of a stored response with their answers; empty where it cannot be read.
pub fn told(response: &HeldResponse, library: &Library) -> Vec<Told> {
    let Ok(envelope) = serde_json::from_slice::<Envelope>(&response.bytes) else { return Vec::new() };
    let survey = library.by_hash(&envelope.version).map(|version| &version.survey);
    let mut told = Vec::with_capacity(envelope.answers.len());
    let fields: Vec<Field> = survey.map(Survey::fields).into_iter().flatten().collect();
    for field in &fields {
        if let Some(answer) = envelope.answers.get(&field.name) {
            told.push(Told { question: wording(field, envelope.wave), answer: words(answer, Some(field)) });
        }
    }
    let unknown = envelope.answers.iter().filter(|(name, _)| fields.iter().all(|field| field.name != **name));
    told.extend(unknown.map(|(name, answer)| Told { question: name.clone(), answer: words(answer, None) }));
    told
}

/// What somebody wrote in their own words, with the questions; empty where the bytes cannot be read.
pub fn in_own_words(bytes: &[u8], library: &Library) -> Vec<Told> {
    let Ok(envelope) = serde_json::from_slice::<Envelope>(bytes) else { return Vec::new() };
    let Some(version) = library.by_hash(&envelope.version) else { return Vec::new() };
    let said = own_words(&version.survey, &envelope);
    said.into_iter().map(|(field, answer)| Told { question: wording(&field, envelope.wave), answer }).collect()
}

fn words(answer: &Answer, field: Option<&Field>) -> String {
    match answer {
        Answer::Text(text) => text.clone(),
        Answer::Missing(missing) => missing.label().to_owned(),
        Answer::Value(value) => {
            let known = field.and_then(|field| {
                field.accepts.values().into_iter().find(|(known, _)| known == value).map(|(_, label)| label.to_owned())
            });
            known.unwrap_or_else(|| value.to_string())
        }
    }
}

/// How somebody said yes before they answered, in words; nothing where the bytes cannot be read.
pub fn agreed(response: &HeldResponse) -> Option<String> {
    let envelope = serde_json::from_slice::<Envelope>(&response.bytes).ok()?;
    let own = match (envelope.assent, envelope.mode) {
        (Some(Mode::Screen), _) => "said yes on the tablet before the first question",
        (Some(Mode::Paper), _) => "said yes on paper",
        (None, Mode::Screen) => "answered on a screen; that they said yes before was not recorded",
        (None, Mode::Paper) => "answered on paper; that they said yes before was not recorded",
    };
    let permission = match (envelope.role, envelope.permission) {
        (Role::Adult, _) => String::new(),
        (Role::Child, Some(by)) => format!("; permission: {}", by.words()),
        (Role::Child, None) => match response.permission_noted {
            Some(given) => format!("; permission, noted afterwards: {}", given.words()),
            None => "; how permission was given was not noted".to_owned(),
        },
    };
    Some(format!("{own}{permission}"))
}

/// Everything, as JSON: for each response what was sent, to the letter, beside what was made of it. `notices` are
/// the words that were ever shown here.
pub fn json(held: &Held, library: &Library, notices: &[Notice]) -> Value {
    let people: Vec<Value> = held
        .people
        .iter()
        .map(|person| {
            let sessions: Vec<Value> =
                person.sessions.iter().map(|(day, place)| json!({ "day": day, "place": place })).collect();
            let pairs: Vec<Value> = person
                .pairs
                .iter()
                .map(|pair| {
                    json!({
                        "measure": pair.measure, "comparison": pair.comparison.code(), "survey": pair.survey,
                        "before": pair.pre, "after": pair.post, "in_parts_of": pair.denominator,
                    })
                })
                .collect();
            json!({
                "picture": person.animal.name(),
                "school_year": person.school_year.map(SchoolYear::number),
                "first_seen": time(person.created_us),
                "sessions": sessions,
                "before_and_after": pairs,
            })
        })
        .collect();
    let responses: Vec<Value> = held.responses.iter().map(|response| of_response(response, library, notices)).collect();
    json!({
        "card": held.code.to_string(),
        "printed": time(held.issued_us),
        "project": held.project,
        "programme": held.programme,
        "lawful_basis": held.lawful_basis.as_ref().map(|basis| json!({
            "ground": basis.ground.code(),
            "in_words": format!("We may keep it because {}.", basis.ground.plain()),
            "questions_and_complaints": basis.contact,
        })),
        // Why something is kept from deletion may be about somebody in danger: it is not told here.
        "left_out_of_figures_since": held
            .protections
            .iter()
            .find(|one| one.kind == ProtectionKind::Restriction)
            .and_then(|one| time(one.begun_us)),
        "people": people,
        "responses": responses,
        "quotes": held.quotes.iter().map(of_quote).collect::<Vec<_>>(),
        "who_is_who": held.decisions.iter().map(|decision| of_decision(decision, held)).collect::<Vec<_>>(),
        "papers_keyed_in_twice": held.second_keyings.iter().map(of_keying).collect::<Vec<_>>(),
        "at_a_session_that_is_open": held.at_session.iter().map(of_presence).collect::<Vec<_>>(),
    })
}

/// The same for somebody who is not named to read what families write: words that were not read yet are withheld.
#[must_use]
pub fn without_unread(mut held: Held) -> Held {
    let unread: Vec<String> = held.responses.iter().filter(|one| one.unread).map(|one| one.id.clone()).collect();
    for response in held.responses.iter_mut().filter(|response| response.unread) {
        response.bytes = match serde_json::from_slice::<Value>(&response.bytes) {
            Ok(mut sent) => {
                // On the wire a text is the only string among the answers.
                let answers = sent.get_mut("answers").and_then(Value::as_object_mut);
                for text in answers.into_iter().flat_map(|answers| answers.values_mut()).filter(|one| one.is_string()) {
                    *text = Value::String(NOT_YET_READ.to_owned());
                }
                sent.to_string().into_bytes()
            }
            Err(_) => NOT_YET_READ.as_bytes().to_vec(),
        };
    }
    for quote in held.quotes.iter_mut().filter(|quote| unread.contains(&quote.response)) {
        quote.said = NOT_YET_READ.to_owned();
        quote.words = NOT_YET_READ.to_owned();
    }
    held
}

fn of_quote(quote: &HeldQuote) -> Value {
    json!({
        "said": quote.said,
        "as_it_is_printed": quote.words,
        "state": quote.state.code(),
        "taken": time(quote.taken_us),
        "from_response": quote.response,
    })
}

/// A decision about who is who. Another family's card is not told to this one.
fn of_decision(link: &StoredLink, held: &Held) -> Value {
    let card = |code: &CardCode| match held.cards.contains(code) {
        true => code.to_string(),
        false => "another family’s card".to_owned(),
    };
    let person = |(code, animal): &Key| format!("{} on {}", animal.name(), card(code));
    let what = match &link.decision {
        Decision::Tie { card: one, to } => format!("Card {} leads to the family of {}", card(one), card(to)),
        Decision::Same { person: one, to } => format!("{} is {}", person(one), person(to)),
        Decision::Move { response, to } => format!("Answer {response} was given to {}", person(to)),
        Decision::Aside { response } => format!("Answer {response} was set aside"),
    };
    json!({
        "decided": what,
        "how_sure": link.confidence.words(),
        "because": link.reason,
        "by": link.who,
        "at": time(link.made_us),
        "taken_back": link.undone_us.and_then(time),
        "taken_back_by": link.undone_by,
    })
}

fn of_keying(keying: &HeldKeying) -> Value {
    json!({
        "response": keying.response,
        "at": time(keying.keyed_us),
        "by": keying.who,
        "differences": keying.differences,
        "because": keying.reason,
    })
}

fn of_presence(one: &HeldPresence) -> Value {
    json!({
        "picture": one.animal.name(),
        "questionnaire": one.wave.word(),
        "session_day": one.held_on,
        "how": one.how.map_or("has begun on a tablet", |how| how.words()),
    })
}

fn of_response(response: &HeldResponse, library: &Library, notices: &[Notice]) -> Value {
    let told: Vec<Value> = told(response, library)
        .into_iter()
        .map(|told| json!({ "question": told.question, "answer": told.answer }))
        .collect();
    let scores: Vec<Value> = response
        .scores
        .iter()
        .map(|score| json!({ "measure": score.measure, "value": score.value, "in_parts_of": score.denominator }))
        .collect();
    let sent = serde_json::from_slice::<Value>(&response.bytes)
        .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&response.bytes).into_owned()));
    let notice = sent.get("notice").and_then(Value::as_str);
    let words = notice.and_then(|version| notices.iter().find(|notice| notice.version == version));
    json!({
        "id": response.id,
        "received": time(response.received_us),
        "picture": response.animal.map(Animal::name),
        "session_day": response.held_on,
        "questionnaire": response.wave.map(Wave::word),
        "state": response.state.map(|state| state.code()),
        "reason": response.reason,
        "flags": response.flags,
        "how_they_said_yes": agreed(response),
        "own_words_read": response.read_us.and_then(time),
        "notice_shown": words.map(|notice| notice.words.as_str()),
        "answers": told,
        "scores": scores,
        "as_it_was_sent": sent,
    })
}

/// ISO 8601 in UTC; nothing where the moment is not known.
fn time(us: i64) -> Option<String> {
    jiff::Timestamp::from_microsecond(us).ok().filter(|_| us > 0).map(|at| at.to_string())
}
