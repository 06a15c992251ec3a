//! What tablets send beside responses: their beat, that somebody said no, that somebody stopped.

use crate::response::{ResponseId, TabletNumber};
use crate::session::No;
use crate::store::{Come, Deed, SessionPlace, StoreError, TabletBeat, Withdrawal};

use super::{Conn, audit, numbers, processing, protection, sessions};

/// Keeps a tablet's newest word about itself.
pub async fn beat(conn: &mut Conn, session_id: i64, beat: &TabletBeat, seen_us: i64) -> Result<(), StoreError> {
    sqlx::query(
        "insert into tablet (device, session_id, sequence, waiting, parked, drafts, storage, oldest_ms, shell, clock_off_ms, cards,
         stopped_under, seen_us)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
         on conflict (device, session_id) do update set sequence = excluded.sequence, waiting = excluded.waiting,
         parked = excluded.parked, drafts = excluded.drafts, storage = excluded.storage, oldest_ms = excluded.oldest_ms,
         shell = excluded.shell, clock_off_ms = excluded.clock_off_ms, cards = excluded.cards,
         stopped_under = excluded.stopped_under, seen_us = excluded.seen_us",
    )
    .bind(&beat.device)
    .bind(session_id)
    .bind(beat.sequence)
    .bind(beat.waiting)
    .bind(beat.parked)
    .bind(beat.drafts)
    .bind(&beat.storage)
    .bind(beat.oldest_ms)
    .bind(&beat.shell)
    .bind(beat.clock_off_ms)
    .bind(beat.cards)
    .bind(beat.stopped_under)
    .bind(seen_us)
    .execute(&mut *conn)
    .await?;
    Ok(())
}

type BeatRow = (String, i64, i64, i64, i64, String, i64, String, i64, i64, Option<i64>, i64);

/// The tablets of a session with the moment each was last heard of, newest first.
pub async fn of_session(conn: &mut Conn, session_id: i64) -> Result<Vec<(TabletBeat, i64)>, StoreError> {
    let rows: Vec<BeatRow> = sqlx::query_as(
        "select device, sequence, waiting, parked, drafts, storage, oldest_ms, shell, clock_off_ms, cards,
         stopped_under, seen_us from tablet where session_id = $1 order by seen_us desc, device",
    )
    .bind(session_id)
    .fetch_all(&mut *conn)
    .await?;
    Ok(rows.into_iter().map(beat_of).collect())
}

fn beat_of(row: BeatRow) -> (TabletBeat, i64) {
    let (
        device,
        sequence,
        waiting,
        parked,
        drafts,
        storage,
        oldest_ms,
        shell,
        clock_off_ms,
        cards,
        stopped_under,
        seen_us,
    ) = row;
    let beat = TabletBeat {
        device,
        sequence,
        waiting,
        parked,
        drafts,
        storage,
        oldest_ms,
        shell,
        clock_off_ms,
        cards,
        stopped_under,
    };
    (beat, seen_us)
}

/// How many tablets last said before that moment, and held something then.
pub async fn silent_since(conn: &mut Conn, since_us: i64) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar(
        "select count(distinct device) from tablet t where waiting + drafts > 0 and seen_us < $1
         and seen_us = (select max(seen_us) from tablet where device = t.device)",
    )
    .bind(since_us)
    .fetch_one(&mut *conn)
    .await?)
}

/// Counts a *no* unless its id is known.
pub async fn count_no(conn: &mut Conn, id: &str, session_id: i64, no: No) -> Result<(), StoreError> {
    if know_no(conn, id, session_id).await? { sessions::add_noes(conn, session_id, no, 1).await } else { Ok(()) }
}

/// Keeps the id of a *no*, so that it is not counted when it comes again. Returns whether it was not known.
pub async fn know_no(conn: &mut Conn, id: &str, session_id: i64) -> Result<bool, StoreError> {
    let new = sqlx::query("insert into refusal_seen (id, session_id) values ($1, $2) on conflict (id) do nothing")
        .bind(id)
        .bind(session_id)
        .execute(&mut *conn)
        .await?
        .rows_affected();
    Ok(new == 1)
}

/// What of an id has come that a note takes out: nothing, something of the tablet, number and session that the note
/// names, or something of another, which it does not touch.
pub async fn has_come(conn: &mut Conn, id: &ResponseId, withdrawal: &Withdrawal) -> Result<Come, StoreError> {
    // Whoever was first under an id knew it first: what came later under it keeps nobody from stopping.
    let first: Option<Vec<u8>> =
        sqlx::query_scalar("select bytes from intake where id = $1 and length(bytes) > 0 order by arrival limit 1")
            .bind(id.as_str())
            .fetch_optional(&mut *conn)
            .await?;
    let Some(bytes) = first else { return Ok(Come::Nothing) };
    let Withdrawal { device, sequence, session, .. } = withdrawal;
    let theirs = TabletNumber::read(&bytes).is_some_and(|sent| sent.is(device, *sequence, session));
    Ok(if theirs { Come::Theirs } else { Come::OfAnother })
}

/// Notes that somebody stopped, empties whatever has arrived of them under that id, and takes back what was
/// derived from it. What arrives later of that tablet, number and session is emptied when it is judged.
pub async fn withdraw(
    conn: &mut Conn,
    id: &ResponseId,
    withdrawal: &Withdrawal,
    received_us: i64,
) -> Result<(), StoreError> {
    // Stopping is for somebody who has not finished. What is here already and is kept as evidence stays.
    if protection::holds_response(conn, id.as_str()).await? {
        return Ok(());
    }
    match has_come(conn, id, withdrawal).await? {
        Come::Nothing => {}
        Come::OfAnother => return Ok(()),
        Come::Theirs => {
            let at = sessions::by_key(conn, &withdrawal.session).await?;
            let about = |at: SessionPlace| format!("{}: at the session of {}", at.project.name, at.session.held_on);
            let emptied = Deed {
                who: "a tablet".to_owned(),
                what: "Somebody stopped: what had come of it was emptied".to_owned(),
                about: at.map(about).unwrap_or_default(),
                reason: String::new(),
            };
            audit::append(conn, emptied, received_us).await?;
        }
    }
    sqlx::query(
        "insert into withdrawal (id, session, device, sequence, received_us) values ($1, $2, $3, $4, $5)
         on conflict (id, session, device, sequence) do nothing",
    )
    .bind(id.as_str())
    .bind(&withdrawal.session)
    .bind(&withdrawal.device)
    .bind(withdrawal.sequence)
    .bind(received_us)
    .execute(&mut *conn)
    .await?;
    let Withdrawal { session, device, sequence, at_home } = withdrawal.clone();
    numbers::note(conn, std::iter::once(TabletNumber { device, sequence, session, at_home })).await?;
    processing::empty(conn, &[id.as_str()]).await?;
    processing::take_back(conn, id.as_str()).await
}

/// How many people stopped at a session.
pub async fn withdrawn_at(conn: &mut Conn, session: &str) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar("select count(distinct id) from withdrawal where session = $1")
        .bind(session)
        .fetch_one(&mut *conn)
        .await?)
}
