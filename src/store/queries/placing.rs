//! Where and whose a response is: its session, its person, and whom that person counts as.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sqlx::QueryBuilder;

use crate::person::{Animal, CardCode, SchoolYear};
use crate::response::{Envelope, ResponseId};
use crate::store::{ResponseState, StoreError};

use super::family::register_unknown;
use super::judged::{Judged, LATE, Outcome};
use super::list::list;
use super::{Conn, Db, links};

/// Where and whose a response is.
#[derive(Clone, Copy)]
pub struct Place {
    pub session_id: i64,
    /// Whom it counts for.
    pub person_id: i64,
    /// Whose card and picture it was sent with, or was decided to have been.
    pub sent_as: i64,
}

/// Finds each accepted response's session and person, making the person known if they are not yet.
pub async fn place(conn: &mut Conn, judged: &mut [Judged]) -> Result<(), StoreError> {
    let envelopes = || {
        judged.iter().filter_map(|one| match &one.outcome {
            Outcome::Accepted(reading) => Some(&reading.accepted.envelope),
            Outcome::Rejected(..) => None,
        })
    };
    let links = links::all_standing(conn).await?;
    // Whose a response is: as was decided, or as it was sent.
    let senders: HashMap<ResponseId, (CardCode, Animal)> =
        envelopes().map(|e| (e.id.clone(), links.sender(e.id.as_str(), &(e.card.clone(), e.animal)).clone())).collect();
    let sender = |envelope: &Envelope| senders.get(&envelope.id);
    let sessions = sessions_of(conn, envelopes().map(|e| e.session.as_str()).collect()).await?;
    let cards = cards_of(conn, senders.values().map(|(card, _)| card.as_str()).collect()).await?;
    // Only a response that is placed makes anybody known.
    let placed = |envelope: &&Envelope| {
        let session = sessions.get(&envelope.session).map(|session| session.programme_id);
        let card = sender(envelope).map(|(card, _)| card.as_str());
        session.is_some() && session == card.and_then(|card| cards.get(card)).copied()
    };
    let mut people: BTreeMap<(CardCode, Animal), Option<SchoolYear>> = BTreeMap::new();
    for envelope in envelopes().filter(placed) {
        if let Some(key) = sender(envelope) {
            people.entry(key.clone()).or_insert(envelope.school_year);
        }
    }
    let ids = register_unknown(conn, &people).await?;
    let counts_as = counts_as(conn, &ids).await?;
    for one in judged {
        let Outcome::Accepted(reading) = &mut one.outcome else { continue };
        let envelope = &reading.accepted.envelope;
        let key = sender(envelope);
        let why = match (sessions.get(&envelope.session), key.and_then(|(card, _)| cards.get(card.as_str()))) {
            (None, _) => "its session is not known here",
            (_, None) => "its card is not known here",
            (Some(session), Some(programme_id)) if session.programme_id != *programme_id => {
                "its card belongs to another programme"
            }
            (Some(session), Some(_)) => {
                // At home nobody is late.
                if !envelope.wave.may_be_at_home()
                    && session.closed_at_us.is_some_and(|closed| closed < reading.received_us)
                {
                    reading.flags.push(LATE);
                }
                one.place = key.and_then(|key| ids.get(key)).map(|&sent_as| Place {
                    session_id: session.id,
                    person_id: counts_as.get(&sent_as).copied().unwrap_or(sent_as),
                    sent_as,
                });
                continue;
            }
        };
        one.outcome = Outcome::Rejected(ResponseState::Unplaced, why.to_owned());
    }
    Ok(())
}

/// Whom people count as, those who count as themselves left out.
async fn counts_as(conn: &mut Conn, ids: &HashMap<(CardCode, Animal), i64>) -> Result<HashMap<i64, i64>, StoreError> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let mut query = QueryBuilder::<Db>::new("select id, counts_as from person where counts_as is not null and id in (");
    list(&mut query, ids.values().copied());
    query.push(") order by id");
    let rows: Vec<(i64, i64)> = query.build_query_as().fetch_all(&mut *conn).await?;
    Ok(rows.into_iter().collect())
}

/// What placing needs to know of a session.
struct SessionFacts {
    id: i64,
    programme_id: i64,
    closed_at_us: Option<i64>,
}

async fn sessions_of(conn: &mut Conn, keys: BTreeSet<&str>) -> Result<HashMap<String, SessionFacts>, StoreError> {
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let mut query = QueryBuilder::<Db>::new(
        "select s.key, s.id, p.programme_id, s.closed_at_us from session s join project p on p.id = s.project_id
         where s.key in (",
    );
    list(&mut query, keys);
    query.push(") order by s.id");
    let rows: Vec<(String, i64, i64, Option<i64>)> = query.build_query_as().fetch_all(&mut *conn).await?;
    Ok(rows
        .into_iter()
        .map(|(key, id, programme_id, closed_at_us)| (key, SessionFacts { id, programme_id, closed_at_us }))
        .collect())
}

/// The programme of each card that exists.
async fn cards_of(conn: &mut Conn, codes: BTreeSet<&str>) -> Result<HashMap<String, i64>, StoreError> {
    if codes.is_empty() {
        return Ok(HashMap::new());
    }
    let mut query = QueryBuilder::<Db>::new(
        "select card.code, project.programme_id from card join project on project.id = card.project_id where card.code in (",
    );
    list(&mut query, codes);
    query.push(") order by card.code");
    let rows: Vec<(String, i64)> = query.build_query_as().fetch_all(&mut *conn).await?;
    Ok(rows.into_iter().collect())
}
