//! What families wrote in their own words, and who has read it.

use crate::store::{Comment, Safeguarding, StoreError, Unread};

use super::Conn;

/// Who reads, and whom to turn to.
pub async fn of_programme(conn: &mut Conn, programme_id: i64) -> Result<Option<Safeguarding>, StoreError> {
    let row: Option<(Option<i64>, String)> =
        sqlx::query_as("select lead_id, contact from safeguarding where programme_id = $1")
            .bind(programme_id)
            .fetch_optional(&mut *conn)
            .await?;
    Ok(row.map(|(lead, contact)| Safeguarding { lead, contact }))
}

/// The names of the programmes for which an account is named.
pub async fn named(conn: &mut Conn, account: i64) -> Result<Vec<String>, StoreError> {
    Ok(sqlx::query_scalar(
        "select p.name from safeguarding s join programme p on p.id = s.programme_id where s.lead_id = $1
         order by p.name, p.id",
    )
    .bind(account)
    .fetch_all(&mut *conn)
    .await?)
}

/// Whoever was at the machine while nobody signed in has an account now, and goes on reading.
pub async fn hand_over(conn: &mut Conn, first_account: i64) -> Result<(), StoreError> {
    sqlx::query("update safeguarding set lead_id = $1 where lead_id is null")
        .bind(first_account)
        .execute(&mut *conn)
        .await?;
    Ok(())
}

/// Names who reads.
pub async fn set(conn: &mut Conn, programme_id: i64, new: &Safeguarding) -> Result<(), StoreError> {
    sqlx::query(
        "insert into safeguarding (programme_id, lead_id, contact) values ($1, $2, $3)
         on conflict (programme_id) do update set lead_id = excluded.lead_id, contact = excluded.contact",
    )
    .bind(programme_id)
    .bind(new.lead)
    .bind(&new.contact)
    .execute(&mut *conn)
    .await?;
    Ok(())
}

/// How much has not been read. What a session's answers say twice, kept and not counted, is read as well.
pub async fn unread(conn: &mut Conn, programme_id: i64) -> Result<Unread, StoreError> {
    let (all, raised): (i64, i64) = sqlx::query_as(
        "select count(*), count(case when r.comment = 'raised' then 1 end) from response r
         join session s on s.id = r.session_id join project p on p.id = s.project_id
         where r.comment <> '' and p.programme_id = $1
           and not exists (select 1 from comment_read c where c.response_id = r.id)",
    )
    .bind(programme_id)
    .fetch_one(&mut *conn)
    .await?;
    Ok(Unread { all, raised })
}

/// The same of one session.
pub async fn unread_at(conn: &mut Conn, session_id: i64) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar(
        "select count(*) from response r where r.session_id = $1 and r.comment <> ''
           and not exists (select 1 from comment_read c where c.response_id = r.id)",
    )
    .bind(session_id)
    .fetch_one(&mut *conn)
    .await?)
}

/// What has not been read.
pub async fn comments(conn: &mut Conn, programme_id: i64, limit: i64) -> Result<Vec<Comment>, StoreError> {
    let rows: Vec<(String, String, String, String, String, Vec<u8>)> = sqlx::query_as(
        "select r.id, r.comment, s.held_on, s.place, p.name, i.bytes from response r
         join intake i on i.arrival = r.arrival join session s on s.id = r.session_id
         join project p on p.id = s.project_id
         where r.comment <> '' and p.programme_id = $1
           and not exists (select 1 from comment_read c where c.response_id = r.id)
         order by r.comment, r.arrival limit $2",
    )
    .bind(programme_id)
    .bind(limit)
    .fetch_all(&mut *conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|(response, comment, held_on, place, project, bytes)| Comment {
            response,
            raised: comment == "raised",
            held_on,
            place,
            project,
            bytes,
        })
        .collect())
}

/// Notes that answers were read; ids of other programmes are passed over.
pub async fn mark_read(conn: &mut Conn, programme_id: i64, ids: &[String], now_us: i64) -> Result<(), StoreError> {
    for id in ids {
        sqlx::query(
            "insert into comment_read (response_id, programme_id, read_us)
             select r.id, p.programme_id, $3 from response r join session s on s.id = r.session_id
             join project p on p.id = s.project_id where r.id = $1 and p.programme_id = $2 and r.comment <> ''
             on conflict (response_id) do nothing",
        )
        .bind(id)
        .bind(programme_id)
        .bind(now_us)
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}
