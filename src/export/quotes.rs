//! What people typed and let be shared: words to be screened for a report.

use crate::person::{Role, SchoolYear};
use crate::report::{Consent, Quote, QuoteState, Speaker};
use crate::response::Answer;
use crate::store::{RegisteredPerson, Store, TakenQuote};

use super::ExportError;
use super::reading::Reading;

/// People read together.
const TOGETHER: i64 = 200;

/// Topics of questions that ask for words, and of those that ask whether they may be shared.
const WORDS: &str = "quote";
const CONSENT: &str = "quote_consent";

/// Everything that was typed into a question for words and may be shared: with the consent given beside it, or the
/// yes of the family's grown-up to all of their words. Not what waits to be read by whoever is named for it.
///
/// # Errors
/// Where the database fails or an answer is no longer what it was.
pub async fn quotable(store: &Store, programme_id: i64) -> Result<Vec<TakenQuote>, ExportError> {
    let library = store.library();
    let (mut after, mut found) = (0, Vec::new());
    loop {
        let people = store.people_after(programme_id, after, TOGETHER).await?;
        let Some(last) = people.last() else { return Ok(found) };
        after = last.id;
        let ids: Vec<i64> = people.iter().map(|person| person.id).collect();
        for raw in store.responses_of(&ids).await? {
            let Some(person) = people.iter().find(|person| person.id == raw.person_id) else { continue };
            let reading = Reading::of(raw, &library)?;
            found.extend(quote_of(&reading, person).filter(|_| reading.counted && !reading.unread));
        }
    }
}

fn quote_of(reading: &Reading<'_>, person: &RegisteredPerson) -> Option<TakenQuote> {
    let of_topic = |topic: &str| {
        let items = reading.survey.items.iter().filter(|item| item.topic.as_deref() == Some(topic));
        items.filter_map(|item| reading.envelope.answers.get(&item.id)).collect::<Vec<_>>()
    };
    let said = of_topic(WORDS).into_iter().find_map(|answer| match answer {
        Answer::Text(text) if text.split_whitespace().count() > 1 => Some(text.trim().to_owned()),
        _ => None,
    })?;
    let given = of_topic(CONSENT).into_iter().find_map(|answer| match answer {
        Answer::Value(code) => Consent::from_code(i64::from(*code)),
        _ => None,
    });
    let consent = given.unwrap_or(if reading.envelope.words { Consent::NoName } else { Consent::Private });
    (consent > Consent::Private).then(|| TakenQuote {
        quote: Quote {
            id: 0,
            project_id: Some(person.project_id),
            speaker: match person.role {
                Role::Adult => Speaker::Adult,
                Role::Child => Speaker::child(person.school_year.map(SchoolYear::key_stage)),
            },
            words: said.clone(),
            said,
            consent,
            state: QuoteState::Captured,
        },
        card_code: person.card.as_str().to_owned(),
        response_id: reading.envelope.id.as_str().to_owned(),
    })
}
