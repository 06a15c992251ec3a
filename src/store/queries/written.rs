//! What families wrote in their own words, taken out of their answers on its day. What was tapped stays as it is, and so
//! does everything derived from it; what nobody has read yet waits.

use std::collections::{HashMap, HashSet};

use serde_json::Value;
use sqlx::QueryBuilder;

use crate::report::QuoteState;
use crate::response::{card_in, session_in};
use crate::store::{Deed, StoreError};

use super::list::list;
use super::stored::Walk;
use super::{Conn, Db, audit, intake, rewriting};

/// Arrival, id and bytes.
type Stored = (i64, String, Vec<u8>);

/// Rows in one statement.
const CHUNK: usize = 500;

/// Answers that are placed at a session of a programme and what else came under their ids, but for those that nobody
/// has read and those of families whose answers are kept from deletion.
const OURS: &str = "select i.arrival, i.id, i.bytes from intake i where i.arrival in
     (select every.arrival from response every join response r on r.id = every.id
      join session s on s.id = r.session_id join project p on p.id = s.project_id
      where p.programme_id = $1
        and not (r.comment <> '' and not exists (select 1 from comment_read c where c.response_id = r.id))
        and (r.sent_as is null or r.sent_as not in
             (select n.id from person n join card k on k.code = n.card_code where k.kept)))";

/// Takes the texts of a programme away. Returns in how many answers there were any, and how many wait to be read.
pub async fn clear(conn: &mut Conn, programme_id: i64) -> Result<(usize, i64), StoreError> {
    let some = format!("{OURS} and i.arrival > $2 order by i.arrival limit 500");
    let (mut changed, mut after) = (0, 0_i64);
    loop {
        let rows: Vec<Stored> = sqlx::query_as(sqlx::AssertSqlSafe(some.clone()))
            .bind(programme_id)
            .bind(after)
            .fetch_all(&mut *conn)
            .await?;
        let Some((last, ..)) = rows.last() else { break };
        after = *last;
        changed += without_texts(conn, &rows).await?;
    }
    let nowhere = placed_nowhere(conn, programme_id).await?;
    changed += without_texts(conn, &nowhere).await?;
    quotes(conn, programme_id).await?;
    let waiting = super::safeguarding::unread(conn, programme_id).await?.all;
    Ok((changed, waiting))
}

/// The same for what came or was read after a moment. `false`, and no line in the log, where there was nothing.
pub async fn sweep(
    conn: &mut Conn,
    programme_id: i64,
    since_us: i64,
    deed: Deed,
    now_us: i64,
) -> Result<bool, StoreError> {
    // Somebody may have kept the programme from deletion since the clock was looked at.
    if super::protection::is_held(conn, programme_id).await? {
        return Ok(false);
    }
    let newer = format!(
        "{OURS} and i.arrival in
         (select arrival from response where comment <> '' or state in ('variant', 'invalid', 'unplaced'))
         and (i.received_us > $2 or i.id in (select response_id from comment_read where read_us > $2)) order by i.arrival"
    );
    let mut rows: Vec<Stored> =
        sqlx::query_as(sqlx::AssertSqlSafe(newer)).bind(programme_id).bind(since_us).fetch_all(&mut *conn).await?;
    rows.extend(placed_nowhere(conn, programme_id).await?);
    let changed = without_texts(conn, &rows).await?;
    if changed == 0 {
        return Ok(false);
    }
    quotes(conn, programme_id).await?;
    rewriting::note(conn, now_us).await?;
    let reason = format!("{}. Texts in {changed} answers were deleted", deed.reason);
    audit::append(conn, Deed { reason, ..deed }, now_us).await?;
    Ok(true)
}

/// Answers that could be placed at no session, and no other under their id was: those sent with a card of the programme
/// that is not kept from deletion, and those that name a session of it and a card that nobody knows. They stand on no
/// list of what is to be read, and so nobody waits for them.
async fn placed_nowhere(conn: &mut Conn, programme_id: i64) -> Result<Vec<Stored>, StoreError> {
    let cards: Vec<(String, i64, bool)> = sqlx::query_as(
        "select card.code, project.programme_id, card.kept from card join project on project.id = card.project_id
         order by card.code",
    )
    .fetch_all(&mut *conn)
    .await?;
    let cards: HashMap<String, (i64, bool)> =
        cards.into_iter().map(|(code, programme, kept)| (code, (programme, kept))).collect();
    let sessions: Vec<String> = sqlx::query_scalar(
        "select s.key from session s join project p on p.id = s.project_id where p.programme_id = $1 order by s.key",
    )
    .bind(programme_id)
    .fetch_all(&mut *conn)
    .await?;
    let sessions: HashSet<String> = sessions.into_iter().collect();
    let is_ours = |bytes: &[u8]| match card_in(bytes).and_then(|card| cards.get(card.as_str())) {
        Some((programme, kept)) => *programme == programme_id && !kept,
        None => session_in(bytes).is_some_and(|session| sessions.contains(&session)),
    };
    let found = Walk::through_what_is_placed_nowhere().all(conn, is_ours).await?;
    Ok(found.into_iter().map(|one| (one.arrival, one.id, one.bytes)).collect())
}

async fn without_texts(conn: &mut Conn, rows: &[Stored]) -> Result<usize, StoreError> {
    let mut changed = Vec::new();
    for (arrival, id, bytes) in rows {
        let Some(bytes) = stripped(bytes) else { continue };
        intake::replace(conn, *arrival, &bytes).await?;
        changed.push((*arrival, id.as_str()));
    }
    for some in changed.chunks(CHUNK) {
        let mut query =
            QueryBuilder::<Db>::new("update response set comment = '' where comment <> '' and arrival in (");
        list(&mut query, some.iter().map(|(arrival, _)| *arrival));
        query.push(")").build().execute(&mut *conn).await?;
        let mut query = QueryBuilder::<Db>::new("delete from comment_read where response_id in (");
        list(&mut query, some.iter().map(|(_, id)| *id));
        query.push(")").build().execute(&mut *conn).await?;
    }
    Ok(changed.len())
}

/// An answer without what was typed in it; nothing where nothing was, or where it is no answer.
fn stripped(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut envelope: Value = serde_json::from_slice(bytes).ok()?;
    let answers = envelope.get_mut("answers")?.as_object_mut()?;
    let mut any = false;
    // On the wire a text is the only string among the answers.
    for answer in answers.values_mut().filter(|answer| answer.as_str().is_some_and(|text| !text.is_empty())) {
        *answer = Value::String(String::new());
        any = true;
    }
    if any { serde_json::to_vec(&envelope).ok() } else { None }
}

/// Of quotes stays what somebody approved, in the words that are printed; those that were typed into an answer nobody
/// has read wait with it.
async fn quotes(conn: &mut Conn, programme_id: i64) -> Result<(), StoreError> {
    const THESE: &str = " programme_id = $1 and card_code not in (select code from card where kept)
         and response_id not in (select r.id from response r where r.comment <> ''
             and not exists (select 1 from comment_read c where c.response_id = r.id))";
    for statement in [
        format!("delete from quote where state not in ($2, $3) and {THESE}"),
        format!("update quote set said = words where state in ($2, $3) and {THESE}"),
    ] {
        sqlx::query(sqlx::AssertSqlSafe(statement))
            .bind(programme_id)
            .bind(QuoteState::Approved.code())
            .bind(QuoteState::Used.code())
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_goes_and_what_was_tapped_stays() {
        let sent = br#"{"card":"PENC4T","answers":{"A":3,"B":-1,"C":"my street"},"school":"kept"}"#;
        let left: Value = serde_json::from_slice(&stripped(sent).expect("a text")).expect("JSON");
        assert_eq!(
            left,
            serde_json::json!({ "card": "PENC4T", "answers": { "A": 3, "B": -1, "C": "" }, "school": "kept" })
        );
        for nothing in [&b"{\"answers\":{\"A\":3,\"C\":\"\"}}"[..], b"{}", b"no answer"] {
            assert_eq!(stripped(nothing), None);
        }
    }
}
