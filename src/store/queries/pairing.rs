//! Tablets that ask to be paired with a session, and those that are.

use crate::session::pairing::{is_name, next_name};
use crate::store::step::step;
use crate::store::{Ask, Asked, Pairing, StoreError};

use super::Conn;

/// Requests of one session that may wait at a time; more is somebody playing.
const MOST_WAITING: i64 = 60;

/// A tablet that has not asked again for so long has gone; its request is forgotten.
const FORGET_US: i64 = 15 * 60 * 1_000_000;

/// How often it is noted that a tablet still asks.
const SEEN_EVERY_US: i64 = 20 * 1_000_000;

type PairingRow = (i64, String, String, i64, Option<String>, Option<i64>, Option<i64>, Option<i64>);

const COLUMNS: &str = "id, device, words, seen_us, name, approved_us, refused_us, ended_us";

fn pairing_of((id, device, words, seen_us, name, approved_us, refused_us, ended_us): PairingRow) -> Pairing {
    Pairing { id, device, words, seen_us, name, approved_us, refused_us, ended_us }
}

/// What has become of a tablet's request, without noting anything; `None` where there is none, or where it is
/// to be noted that the tablet still asks.
pub async fn standing(conn: &mut Conn, session_id: i64, ask: &Ask, now_us: i64) -> Result<Option<Asked>, StoreError> {
    let found = by_token(conn, session_id, ask).await?;
    Ok(found.filter(|one| !one.waits() || now_us - one.seen_us < SEEN_EVERY_US).map(|one| one.asked()))
}

/// Notes a request, or that it is still there. `words` are several to choose from: no two requests of a session
/// show the same.
pub async fn ask(
    conn: &mut Conn,
    session_id: i64,
    ask: &Ask,
    words: &[String],
    now_us: i64,
) -> Result<Asked, StoreError> {
    if let Some(one) = by_token(conn, session_id, ask).await? {
        sqlx::query("update pairing set seen_us = $2 where id = $1").bind(one.id).bind(now_us).execute(conn).await?;
        return Ok(one.asked());
    }
    sqlx::query("delete from pairing where session_id = $1 and approved_us is null and seen_us < $2")
        .bind(session_id)
        .bind(now_us - FORGET_US)
        .execute(&mut *conn)
        .await?;
    let shown: Vec<String> =
        sqlx::query_scalar("select words from pairing where session_id = $1 and approved_us is null order by id")
            .bind(session_id)
            .fetch_all(&mut *conn)
            .await?;
    let free = words.iter().find(|words| !shown.contains(words));
    let Some(free) = free.filter(|_| i64::try_from(shown.len()).unwrap_or(MOST_WAITING) < MOST_WAITING) else {
        return Ok(Asked::Full);
    };
    // A token that another tablet has at this session is nobody's of its own: whoever copied it learns nothing by it.
    let noted = sqlx::query(
        "insert into pairing (id, session_id, device, token_sha256, words, asked_us, seen_us)
         select coalesce(max(id), 0) + $6, $1, $2, $3, $4, $5, $5 from pairing where true
         on conflict (session_id, token_sha256) do nothing",
    )
    .bind(session_id)
    .bind(&ask.device)
    .bind(&ask.token_sha256)
    .bind(free)
    .bind(now_us)
    .bind(step()?)
    .execute(&mut *conn)
    .await?;
    Ok(if noted.rows_affected() == 0 { Asked::Refused } else { Asked::Waits { words: free.clone() } })
}

async fn by_token(conn: &mut Conn, session_id: i64, ask: &Ask) -> Result<Option<Pairing>, StoreError> {
    let query = sqlx::AssertSqlSafe(format!(
        "select {COLUMNS} from pairing where session_id = $1 and token_sha256 = $2 and device = $3"
    ));
    let row: Option<PairingRow> = sqlx::query_as(query)
        .bind(session_id)
        .bind(&ask.token_sha256)
        .bind(&ask.device)
        .fetch_optional(&mut *conn)
        .await?;
    Ok(row.map(pairing_of))
}

/// Every request and pairing of a session, oldest first.
pub async fn of_session(conn: &mut Conn, session_id: i64) -> Result<Vec<Pairing>, StoreError> {
    let query = sqlx::AssertSqlSafe(format!("select {COLUMNS} from pairing where session_id = $1 order by id"));
    let rows: Vec<PairingRow> = sqlx::query_as(query).bind(session_id).fetch_all(&mut *conn).await?;
    Ok(rows.into_iter().map(pairing_of).collect())
}

/// Pairs a tablet and says what it is called: as before, where it was paired here before, else as is wished, where
/// that is free. `None` where there is no such request.
pub async fn approve(
    conn: &mut Conn,
    session_id: i64,
    id: i64,
    wished: &str,
    now_us: i64,
) -> Result<Option<String>, StoreError> {
    let all = of_session(conn, session_id).await?;
    let Some(request) = all.iter().find(|one| one.id == id) else { return Ok(None) };
    if let (Some(name), None) = (&request.name, request.ended_us) {
        return Ok(Some(name.clone()));
    }
    let before = all.iter().filter(|one| one.device == request.device).find_map(|one| one.name.clone());
    let taken: Vec<String> = all.iter().filter_map(|one| one.name.clone()).collect();
    let wished = Some(wished.to_owned()).filter(|name| is_name(name) && !taken.contains(name));
    let name = before.or(wished).unwrap_or_else(|| next_name(&taken));
    sqlx::query("update pairing set ended_us = $3 where session_id = $1 and device = $2 and approved_us is not null and ended_us is null")
        .bind(session_id)
        .bind(&request.device)
        .bind(now_us)
        .execute(&mut *conn)
        .await?;
    sqlx::query("update pairing set name = $2, approved_us = $3, refused_us = null, ended_us = null where id = $1")
        .bind(id)
        .bind(&name)
        .bind(now_us)
        .execute(&mut *conn)
        .await?;
    Ok(Some(name))
}

/// Says no to a request. Returns whether there was one.
pub async fn refuse(conn: &mut Conn, session_id: i64, id: i64, now_us: i64) -> Result<bool, StoreError> {
    let changed =
        sqlx::query("update pairing set refused_us = $3 where session_id = $1 and id = $2 and approved_us is null")
            .bind(session_id)
            .bind(id)
            .bind(now_us)
            .execute(&mut *conn)
            .await?;
    Ok(changed.rows_affected() == 1)
}

/// Ends a pairing and says what the tablet was called; `None` where there is none. That it was paired stays.
pub async fn end(conn: &mut Conn, session_id: i64, id: i64, now_us: i64) -> Result<Option<String>, StoreError> {
    Ok(sqlx::query_scalar(
        "update pairing set ended_us = $3
         where session_id = $1 and id = $2 and approved_us is not null and ended_us is null returning name",
    )
    .bind(session_id)
    .bind(id)
    .bind(now_us)
    .fetch_optional(&mut *conn)
    .await?)
}

/// Whether a device may speak for itself at a session: it is not paired there, or it has the grant.
pub async fn may_speak(conn: &mut Conn, session_id: i64, device: &str, token_sha256: &str) -> Result<bool, StoreError> {
    let grants: Vec<String> = sqlx::query_scalar(
        "select token_sha256 from pairing
         where session_id = $1 and device = $2 and approved_us is not null and ended_us is null order by id",
    )
    .bind(session_id)
    .bind(device)
    .fetch_all(&mut *conn)
    .await?;
    Ok(grants.is_empty() || grants.iter().any(|grant| grant == token_sha256))
}
