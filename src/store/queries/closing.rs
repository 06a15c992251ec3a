//! The end of a session: what its leader notes of the day, and how it was closed.

use crate::session::closing::{Closing, DayNotes, Food, SameLeader, Topic};
use crate::store::{SessionTablet, StoreError};

use super::{Conn, sessions, sitting};

/// A tablet that says it has begun more than this beyond what is here is not believed in every number.
const MOST_GIVEN_UP: i64 = 1000;

type NotesRow =
    (i64, Option<i64>, Option<i64>, String, String, String, Option<i64>, String, String, String, Option<i64>, String);

/// A session, and what was noted of it.
fn noted(row: NotesRow) -> (i64, DayNotes) {
    let (id, children, adults, food, topics, other_topic, visitors, who, leader, disruption, conversations, note) = row;
    let notes = DayNotes {
        children,
        adults,
        food: Food::from_code(&food),
        topics: topics.split_whitespace().filter_map(Topic::from_code).collect(),
        other_topic,
        visitors,
        visitors_who: who,
        same_leader: SameLeader::from_code(&leader),
        disruption,
        conversations,
        note,
    };
    (id, notes)
}

/// What was noted of a session.
pub async fn notes(conn: &mut Conn, session_id: i64) -> Result<Option<DayNotes>, StoreError> {
    let row: Option<NotesRow> = sqlx::query_as(
        "select session_id, children, adults, food, topics, other_topic, visitors, visitors_who, same_leader, disruption,
         conversations, note from session_notes where session_id = $1",
    )
    .bind(session_id)
    .fetch_optional(&mut *conn)
    .await?;
    Ok(row.map(noted).map(|(_, notes)| notes))
}

/// What was noted of a programme's sessions.
pub async fn notes_of_programme(conn: &mut Conn, programme_id: i64) -> Result<Vec<(i64, DayNotes)>, StoreError> {
    let rows: Vec<NotesRow> = sqlx::query_as(
        "select n.session_id, n.children, n.adults, n.food, n.topics, n.other_topic, n.visitors, n.visitors_who,
         n.same_leader, n.disruption, n.conversations, n.note from session_notes n
         join session s on s.id = n.session_id join project p on p.id = s.project_id
         where p.programme_id = $1 order by n.session_id",
    )
    .bind(programme_id)
    .fetch_all(&mut *conn)
    .await?;
    Ok(rows.into_iter().map(noted).collect())
}

/// Keeps what was noted; what was noted before gives way.
pub async fn note(conn: &mut Conn, session_id: i64, notes: &DayNotes, now_us: i64) -> Result<(), StoreError> {
    let topics: Vec<&str> = notes.topics.iter().map(|topic| topic.code()).collect();
    sqlx::query(
        "insert into session_notes (session_id, noted_us, children, adults, food, topics, other_topic, visitors,
         visitors_who, same_leader, disruption, conversations, note)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
         on conflict (session_id) do update set noted_us = excluded.noted_us, children = excluded.children,
         adults = excluded.adults, food = excluded.food, topics = excluded.topics, other_topic = excluded.other_topic,
         visitors = excluded.visitors, visitors_who = excluded.visitors_who, same_leader = excluded.same_leader,
         disruption = excluded.disruption, conversations = excluded.conversations, note = excluded.note",
    )
    .bind(session_id)
    .bind(now_us)
    .bind(notes.children)
    .bind(notes.adults)
    .bind(notes.food.map_or("", Food::code))
    .bind(topics.join(" "))
    .bind(&notes.other_topic)
    .bind(notes.visitors)
    .bind(&notes.visitors_who)
    .bind(notes.same_leader.map_or("", SameLeader::code))
    .bind(&notes.disruption)
    .bind(notes.conversations)
    .bind(&notes.note)
    .execute(&mut *conn)
    .await?;
    Ok(())
}

/// How a session was closed.
pub async fn closing(conn: &mut Conn, session_id: i64) -> Result<Option<Closing>, StoreError> {
    let row: Option<(i64, String)> =
        sqlx::query_as("select unsafe_tablets, reason from session_closing where session_id = $1")
            .bind(session_id)
            .fetch_optional(&mut *conn)
            .await?;
    Ok(row.map(|(unsafe_tablets, reason)| Closing { unsafe_tablets, reason }))
}

/// What tablets have to say that they stopped under: the collecting, or the closing of a session that was not
/// collected. `None` while families may answer.
pub async fn collecting(conn: &mut Conn, session_id: i64) -> Result<Option<i64>, StoreError> {
    let row: Option<(Option<i64>,)> = sqlx::query_as(
        "select coalesce(c.since_us, s.closed_at_us) from session s
         left join session_collecting c on c.session_id = s.id where s.id = $1",
    )
    .bind(session_id)
    .fetch_optional(&mut *conn)
    .await?;
    Ok(row.and_then(|(since_us,)| since_us))
}

/// Collects the tablets of a session, or lets families go on. What is collected already stays so.
pub async fn collect(conn: &mut Conn, session_id: i64, since_us: Option<i64>) -> Result<(), StoreError> {
    match since_us {
        Some(since_us) => {
            sqlx::query(
                "insert into session_collecting (session_id, since_us) values ($1, $2)
                 on conflict (session_id) do nothing",
            )
            .bind(session_id)
            .bind(since_us)
            .execute(&mut *conn)
            .await?;
        }
        None => {
            sqlx::query("delete from session_collecting where session_id = $1")
                .bind(session_id)
                .execute(&mut *conn)
                .await?;
        }
    }
    Ok(())
}

/// Opens a session again: families may answer, so its tablets are collected no more.
pub async fn reopen(conn: &mut Conn, session_id: i64) -> Result<(), StoreError> {
    collect(conn, session_id, None).await?;
    sessions::close(conn, session_id, None).await
}

/// Closes a session. Numbers of its tablets that are missing are given up here, so that the next session does not
/// wait for them for ever; one that arrives after all counts.
pub async fn close(
    conn: &mut Conn,
    session_id: i64,
    key: &str,
    closing: &Closing,
    tablets: &[SessionTablet],
    now_us: i64,
) -> Result<(), StoreError> {
    sessions::close(conn, session_id, Some(now_us)).await?;
    sitting::forget(conn, session_id).await?;
    sqlx::query(
        "insert into session_closing (session_id, closed_us, unsafe_tablets, reason) values ($1, $2, $3, $4)
         on conflict (session_id) do update set closed_us = excluded.closed_us,
         unsafe_tablets = excluded.unsafe_tablets, reason = excluded.reason",
    )
    .bind(session_id)
    .bind(now_us)
    .bind(closing.unsafe_tablets)
    .bind(&closing.reason)
    .execute(&mut *conn)
    .await?;
    for tablet in tablets {
        let Some((beat, _)) = &tablet.beat else { continue };
        if !(1..=MOST_GIVEN_UP).contains(&(beat.sequence - tablet.accounted)) {
            continue;
        }
        for sequence in 1..=beat.sequence {
            sqlx::query(
                "insert into tablet_number (device, sequence, session, given_up_at) values ($1, $2, $3, $4)
                 on conflict (device, sequence) do nothing",
            )
            .bind(&tablet.device)
            .bind(sequence)
            .bind(key)
            .bind(session_id)
            .execute(&mut *conn)
            .await?;
        }
    }
    Ok(())
}
