//! From stored bytes to scores and pairs: each response once, in the order of arrival.
//!
//! Everything written here can be thrown away and built again from `intake`.

use std::collections::{BTreeSet, HashMap, HashSet};

use sqlx::QueryBuilder;

use crate::pairing::language_code;
use crate::person::Role;
use crate::response::{Envelope, GivenBy, Helper, Mode, TabletNumber, is_key};
use crate::store::{ResponseState, StoreError};
use crate::survey::Library;

use super::history::{Before, histories, packed, settle};
use super::judged::{Judged, Outcome};
use super::list::list;
use super::placing::place;
use super::{Conn, Db, numbers, turnout};

/// Responses judged in one transaction.
pub const BATCH: i64 = 500;

/// A stored response that waits to be judged.
type Waiting = (i64, String, Vec<u8>, i64);

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
            let outcome = if bytes.is_empty() || withdrawn.contains(arrival) {
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

/// The waiting responses whose id was used before, by an earlier arrival.
async fn variants(conn: &mut Conn, waiting: &[Waiting]) -> Result<HashSet<i64>, StoreError> {
    let mut query = QueryBuilder::<Db>::new("select id, min(arrival) from intake where id in (");
    list(&mut query, waiting.iter().map(|(_, id, ..)| id.as_str()));
    query.push(") group by id order by id");
    let first: Vec<(String, i64)> = query.build_query_as().fetch_all(&mut *conn).await?;
    let first: HashMap<String, i64> = first.into_iter().collect();
    Ok(waiting
        .iter()
        .filter(|(arrival, id, ..)| first.get(id) != Some(arrival))
        .map(|(arrival, ..)| *arrival)
        .collect())
}

/// Those of the waiting responses that their own tablet has taken back; they are emptied. A note of another tablet, number
/// or session says nothing about them: whoever knows an id and no more loses nobody an answer.
async fn withdrawn(conn: &mut Conn, waiting: &[Waiting]) -> Result<HashSet<i64>, StoreError> {
    let mut query = QueryBuilder::<Db>::new("select id, device, sequence, session from withdrawal where id in (");
    list(&mut query, waiting.iter().map(|(_, id, ..)| id.as_str()));
    query.push(") order by id, device, sequence, session");
    let notes: Vec<(String, String, i64, String)> = query.build_query_as().fetch_all(&mut *conn).await?;
    let withdrawn: HashSet<i64> =
        waiting.iter().filter(|one| is_taken_back(one, &notes)).map(|(arrival, ..)| *arrival).collect();
    for arrival in &withdrawn {
        sqlx::query("update intake set bytes = $2 where arrival = $1")
            .bind(arrival)
            .bind(&[][..] as &[u8])
            .execute(&mut *conn)
            .await?;
    }
    Ok(withdrawn)
}

fn is_taken_back((_, id, bytes, _): &Waiting, notes: &[(String, String, i64, String)]) -> bool {
    let mut notes = notes.iter().filter(|(of, ..)| of == id).peekable();
    let sent = notes.peek().and_then(|_| TabletNumber::read(bytes));
    sent.is_some_and(|sent| notes.any(|(_, device, sequence, session)| sent.is(device, *sequence, session)))
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
         version = null, notice = null, permission = null, assent = null, helper = '', language = '', newcomer = null, comment = '', complete = false, flags = '', scores = '[]' where id = $1",
    )
    .bind(id)
    .bind(ResponseState::Withdrawn.code())
    .execute(&mut *conn)
    .await?;
    before.settle(conn).await
}

async fn insert_responses(conn: &mut Conn, judged: &[Judged]) -> Result<(), StoreError> {
    let mut query = QueryBuilder::<Db>::new(
        "insert into response (arrival, id, state, reason, session_id, person_id, sent_as, started_ms, wave, survey, version,
         notice, permission, assent, helper, language, newcomer, comment, complete, flags, scores) ",
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
                    .push_bind(Some(envelope.assent.map_or("", Mode::code)))
                    .push_bind(envelope.helper.map_or("", Helper::code))
                    .push_bind(language_code(&envelope.language))
                    .push_bind(Some(reading.newcomer.as_str()))
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
                    .push_bind(None::<&str>)
                    .push_bind("")
                    .push_bind(String::new())
                    .push_bind(None::<&str>)
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
