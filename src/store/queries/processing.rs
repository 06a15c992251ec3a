//! From stored bytes to scores and pairs: each response once, in the order of arrival.
//!
//! Everything written here can be thrown away and built again from `intake`.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use sqlx::QueryBuilder;

use crate::pairing::language_code;
use crate::person::{Animal, CardCode, Role, SchoolYear};
use crate::response::{Accepted, Envelope, Fault, GivenBy, Helper, ResponseId, TabletNumber, is_key, judge, own_words};
use crate::scoring::{Flag, Score, flags, score};
use crate::store::{ResponseState, StoreError};
use crate::survey::{Library, Survey};

use super::family::register_unknown;
use super::history::{Before, histories, packed, settle};
use super::{Conn, Db, links, numbers, recount, turnout};

/// Responses judged in one transaction.
pub const BATCH: i64 = 500;

/// The flag of a response that arrived after its session was closed.
pub const LATE: &str = "late";

/// A stored response that waits to be judged.
type Waiting = (i64, String, Vec<u8>, i64);

/// Forgets everything derived.
pub async fn forget_derived(conn: &mut Conn) -> Result<(), StoreError> {
    for statement in [
        "delete from flow_count",
        "delete from circumstance_count",
        "delete from scale_sum",
        "delete from family_sum",
        "delete from family_answer",
        "delete from pair_count",
        "delete from person_pairs",
        "delete from response",
    ] {
        sqlx::query(statement).execute(&mut *conn).await?;
    }
    links::relink_all(conn).await?;
    recount::everybody(conn).await
}

/// Judges, scores and pairs the next responses in the order of arrival. Returns how many; 0 when none wait.
pub async fn batch(conn: &mut Conn, library: &Library, size: i64) -> Result<i64, StoreError> {
    let waiting: Vec<Waiting> = sqlx::query_as(
        "select arrival, id, bytes, received_us from intake
         where arrival > (select coalesce(max(arrival), 0) from response) order by arrival limit $1",
    )
    .bind(size)
    .fetch_all(&mut *conn)
    .await?;
    if waiting.is_empty() {
        return Ok(0);
    }
    judge_all(conn, library, &waiting).await?;
    Ok(i64::try_from(waiting.len()).unwrap_or(i64::MAX))
}

/// Judges what came under an id once more, because somebody decided whose it is or whether it counts.
pub async fn judge_again(conn: &mut Conn, library: &Library, id: &str) -> Result<(), StoreError> {
    let waiting: Vec<Waiting> = sqlx::query_as(
        "select intake.arrival, intake.id, intake.bytes, intake.received_us from intake
         join response on response.arrival = intake.arrival where intake.id = $1 order by intake.arrival",
    )
    .bind(id)
    .fetch_all(&mut *conn)
    .await?;
    let before = Before::of_response(conn, id).await?;
    sqlx::query("delete from response where id = $1").bind(id).execute(&mut *conn).await?;
    before.settle(conn).await?;
    if waiting.is_empty() { Ok(()) } else { judge_all(conn, library, &waiting).await }
}

/// What was first sent under an id, where it can be read.
pub async fn envelope_of(conn: &mut Conn, id: &str) -> Result<Option<Envelope>, StoreError> {
    let bytes: Option<Vec<u8>> = sqlx::query_scalar("select bytes from intake where id = $1 order by arrival limit 1")
        .bind(id)
        .fetch_optional(&mut *conn)
        .await?;
    Ok(bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
}

async fn judge_all(conn: &mut Conn, library: &Library, waiting: &[Waiting]) -> Result<(), StoreError> {
    let variants = variants(conn, waiting).await?;
    let withdrawn = withdrawn(conn, waiting).await?;
    let mut judged: Vec<Judged> = waiting
        .iter()
        .map(|(arrival, id, bytes, received_us)| {
            // Only what was withdrawn is empty: nothing empty is taken in.
            let outcome = if bytes.is_empty() || withdrawn.contains(id) {
                Outcome::Rejected(ResponseState::Withdrawn, String::new())
            } else if variants.contains(arrival) {
                Outcome::Rejected(ResponseState::Variant, "other content came first under this id".to_owned())
            } else {
                Outcome::of(id, bytes, *received_us, library)
            };
            Judged { arrival: *arrival, id: id.clone(), outcome, place: None }
        })
        .collect();
    place(conn, &mut judged).await?;
    insert_responses(conn, &judged).await?;
    let numbers = waiting.iter().zip(&judged).filter_map(|((_, _, bytes, _), one)| one.outcome.number(bytes));
    numbers::note(conn, numbers).await?;
    pair(conn, &judged).await
}

/// Marks the next waiting response as one that cannot be placed, so that it never holds up the others.
pub async fn set_aside(conn: &mut Conn) -> Result<i64, StoreError> {
    let next: Option<(i64, String)> = sqlx::query_as(
        "select arrival, id from intake
         where arrival > (select coalesce(max(arrival), 0) from response) order by arrival limit 1",
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some((arrival, id)) = next else { return Ok(0) };
    let reason = "the database could not take in what was read from it".to_owned();
    let outcome = Outcome::Rejected(ResponseState::Invalid, reason);
    insert_responses(conn, &[Judged { arrival, id, outcome, place: None }]).await?;
    Ok(1)
}

/// A response between reading and writing.
struct Judged {
    arrival: i64,
    id: String,
    outcome: Outcome,
    place: Option<Place>,
}

/// Whether it counts towards anything.
enum Outcome {
    /// It can be scored.
    Accepted(Box<Reading>),
    /// It is kept, marked, and not scored.
    Rejected(ResponseState, String),
}

/// What reading a response gave.
struct Reading {
    accepted: Accepted,
    scores: Vec<Score>,
    /// Codes of quality flags, kept beside the response and never a reason to drop it.
    flags: Vec<&'static str>,
    /// What there is for the lead to read: nothing, `said`, or `raised` where a word of the list is in it.
    comment: &'static str,
    received_us: i64,
}

impl Outcome {
    /// Reads and scores a response. Whatever goes wrong is this response's fault and nobody else's: a
    /// panic in a rule is a rejection too, or one response could stop every later one.
    fn of(id: &str, bytes: &[u8], received_us: i64, library: &Library) -> Outcome {
        let reading = std::panic::AssertUnwindSafe(|| Outcome::read(id, bytes, received_us, library));
        std::panic::catch_unwind(reading).unwrap_or_else(|_| {
            tracing::error!("a response could not be scored; it is kept");
            Outcome::Rejected(ResponseState::Invalid, "it could not be scored".to_owned())
        })
    }

    /// Which number of which tablet it is, whatever else is wrong with it.
    fn number(&self, bytes: &[u8]) -> Option<TabletNumber> {
        let Outcome::Accepted(reading) = self else { return TabletNumber::read(bytes) };
        let Envelope { device: Some(device), sequence: Some(sequence), session, wave, .. } = &reading.accepted.envelope
        else {
            return None;
        };
        let sequence = i64::try_from(*sequence).ok()?;
        Some(TabletNumber {
            device: device.clone(),
            sequence,
            session: session.clone(),
            at_home: wave.may_be_at_home(),
        })
    }

    fn read(id: &str, bytes: &[u8], received_us: i64, library: &Library) -> Outcome {
        match judge(id, bytes, library) {
            Ok((accepted, survey)) => {
                let (wave, answers) = (accepted.envelope.wave, &accepted.envelope.answers);
                let scores = score(survey, wave, answers);
                let flags = flags(survey, wave, answers).into_iter().map(Flag::code).collect();
                let comment = comment(survey, &accepted.envelope, library);
                Outcome::Accepted(Box::new(Reading { accepted, scores, flags, comment, received_us }))
            }
            Err(Fault::Invalid(reason)) => Outcome::Rejected(ResponseState::Invalid, reason),
            Err(Fault::UnknownVersion) => {
                Outcome::Rejected(ResponseState::Unplaced, "the survey version is not known here".to_owned())
            }
        }
    }
}

/// Whether somebody wrote in their own words, and whether that has to be read first.
fn comment(survey: &Survey, envelope: &Envelope, library: &Library) -> &'static str {
    let texts = own_words(survey, envelope);
    match texts.iter().any(|(_, text)| library.raises(text)) {
        true => "raised",
        false if texts.is_empty() => "",
        false => "said",
    }
}

/// Where and whose a response is.
#[derive(Clone, Copy)]
struct Place {
    session_id: i64,
    /// Whom it counts for.
    person_id: i64,
    /// Whose card and picture it was sent with, or was decided to have been.
    sent_as: i64,
}

/// The waiting responses whose id was used before, by an earlier arrival.
async fn variants(conn: &mut Conn, waiting: &[Waiting]) -> Result<HashSet<i64>, StoreError> {
    let mut query = QueryBuilder::<Db>::new("select id, min(arrival) from intake where id in (");
    let mut ids = query.separated(", ");
    for (_, id, ..) in waiting {
        ids.push_bind(id.as_str());
    }
    query.push(") group by id order by id");
    let first: Vec<(String, i64)> = query.build_query_as().fetch_all(&mut *conn).await?;
    let first: HashMap<String, i64> = first.into_iter().collect();
    Ok(waiting
        .iter()
        .filter(|(arrival, id, ..)| first.get(id) != Some(arrival))
        .map(|(arrival, ..)| *arrival)
        .collect())
}

/// Those of the waiting responses that their sender has taken back; they are emptied.
async fn withdrawn(conn: &mut Conn, waiting: &[Waiting]) -> Result<HashSet<String>, StoreError> {
    let mut query = QueryBuilder::<Db>::new("select id from withdrawal where id in (");
    let mut ids = query.separated(", ");
    for (_, id, ..) in waiting {
        ids.push_bind(id.as_str());
    }
    query.push(") order by id");
    let withdrawn: Vec<String> = query.build_query_scalar().fetch_all(&mut *conn).await?;
    empty(conn, &withdrawn.iter().map(String::as_str).collect::<Vec<_>>()).await?;
    Ok(withdrawn.into_iter().collect())
}

/// Empties what was stored under some ids. The hash stays, so that the same bytes sent again are known.
pub async fn empty(conn: &mut Conn, ids: &[&str]) -> Result<(), StoreError> {
    for id in ids {
        sqlx::query("update intake set bytes = $2 where id = $1")
            .bind(*id)
            .bind(&[][..] as &[u8])
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}

/// Takes back what was derived from the responses of one id.
pub async fn take_back(conn: &mut Conn, id: &str) -> Result<(), StoreError> {
    let before = Before::of_response(conn, id).await?;
    sqlx::query(
        "update response set state = $2, reason = '', session_id = null, person_id = null, sent_as = null, wave = null, survey = null,
         version = null, notice = null, permission = null, helper = '', language = '', comment = '', complete = false, flags = '', scores = '[]' where id = $1",
    )
    .bind(id)
    .bind(ResponseState::Withdrawn.code())
    .execute(&mut *conn)
    .await?;
    before.settle(conn).await
}

/// Finds each accepted response's session and person, making the person known if they are not yet.
async fn place(conn: &mut Conn, judged: &mut [Judged]) -> Result<(), StoreError> {
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
    let mut list = query.separated(", ");
    for id in ids.values() {
        list.push_bind(*id);
    }
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
    let mut list = query.separated(", ");
    for key in keys {
        list.push_bind(key);
    }
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
    let mut list = query.separated(", ");
    for code in codes {
        list.push_bind(code);
    }
    query.push(") order by card.code");
    let rows: Vec<(String, i64)> = query.build_query_as().fetch_all(&mut *conn).await?;
    Ok(rows.into_iter().collect())
}

async fn insert_responses(conn: &mut Conn, judged: &[Judged]) -> Result<(), StoreError> {
    let mut query = QueryBuilder::<Db>::new(
        "insert into response (arrival, id, state, reason, session_id, person_id, sent_as, started_ms, wave, survey, version,
         notice, permission, helper, language, comment, complete, flags, scores) ",
    );
    query.push_values(judged, |mut row, one| {
        row.push_bind(one.arrival).push_bind(one.id.as_str());
        match &one.outcome {
            Outcome::Accepted(reading) => {
                let envelope = &reading.accepted.envelope;
                // The state is settled below, when the person's whole history is known.
                row.push_bind(ResponseState::Counted.code())
                    .push_bind("")
                    .push_bind(one.place.map(|place| place.session_id))
                    .push_bind(one.place.map(|place| place.person_id))
                    .push_bind(one.place.map(|place| place.sent_as))
                    .push_bind(envelope.started_ms)
                    .push_bind(Some(envelope.wave.code()))
                    .push_bind(Some(envelope.survey.as_str()))
                    .push_bind(Some(envelope.version.as_str()))
                    // A version of ours; PostgreSQL refuses some other texts outright.
                    .push_bind(envelope.notice.as_deref().filter(|version| is_key(version)))
                    .push_bind(permission_of(envelope))
                    .push_bind(envelope.helper.map_or("", Helper::code))
                    .push_bind(language_code(&envelope.language))
                    .push_bind(reading.comment)
                    .push_bind(reading.accepted.complete)
                    .push_bind(reading.flags.join(" "))
                    .push_bind(packed(&reading.scores));
            }
            Outcome::Rejected(state, reason) => {
                row.push_bind(state.code())
                    .push_bind(reason.as_str())
                    .push_bind(None::<i64>)
                    .push_bind(None::<i64>)
                    .push_bind(None::<i64>)
                    .push_bind(0_i64)
                    .push_bind(None::<&str>)
                    .push_bind(None::<&str>)
                    .push_bind(None::<&str>)
                    .push_bind(None::<&str>)
                    .push_bind(None::<&str>)
                    .push_bind("")
                    .push_bind(String::new())
                    .push_bind("")
                    .push_bind(false)
                    .push_bind(String::new())
                    .push_bind("[]".to_owned());
            }
        }
    });
    query.build().execute(&mut *conn).await?;
    let present: BTreeSet<(i64, i64)> =
        judged.iter().filter_map(|one| one.place.map(|place| (place.session_id, place.sent_as))).collect();
    turnout::see(conn, &present).await
}

/// How permission was given: nothing where nobody has to give it, empty where it should be there and is not.
fn permission_of(envelope: &Envelope) -> Option<&'static str> {
    match envelope.role {
        Role::Adult => None,
        Role::Child => Some(envelope.permission.map_or("", GivenBy::code)),
    }
}

/// Sets the people of a batch before and after side by side again, with their whole history.
async fn pair(conn: &mut Conn, judged: &[Judged]) -> Result<(), StoreError> {
    let people: BTreeSet<i64> = judged.iter().filter_map(|one| one.place.map(|place| place.person_id)).collect();
    if people.is_empty() {
        return Ok(());
    }
    let histories = histories(conn, &people).await?;
    let now: BTreeSet<i64> = judged.iter().map(|one| one.arrival).collect();
    let counted_before = histories
        .iter()
        .map(|history| {
            // Those of this batch stand as counted already, though they were not before it.
            (history.person_id, history.standing(|response| !now.contains(&response.arrival)))
        })
        .collect();
    settle(conn, histories, &counted_before).await
}
