//! Links that show a programme's page for the funder.

use crate::store::step::step;
use crate::store::{FunderLink, StoreError};

use super::Conn;

type Row = (i64, i64, String, i64, i64, Option<i64>, i64, Option<i64>);

fn link_of((id, programme, label, made_us, expires_us, revoked_us, opened, opened_us): Row) -> FunderLink {
    FunderLink { id, programme, label, made_us, expires_us, revoked_us, opened, opened_us }
}

/// Keeps a link.
pub async fn insert(conn: &mut Conn, link: &FunderLink, digest: &str) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar(
        "insert into funder_link (id, digest, programme_id, label, made_us, expires_us, revoked_us, opened, opened_us)
         select coalesce(max(id), 0) + $6, $1, $2, $3, $4, $5, null, 0, null from funder_link returning id",
    )
    .bind(digest)
    .bind(link.programme)
    .bind(&link.label)
    .bind(link.made_us)
    .bind(link.expires_us)
    .bind(step()?)
    .fetch_one(&mut *conn)
    .await?)
}

/// The links of a programme, newest first.
pub async fn of_programme(conn: &mut Conn, programme: i64) -> Result<Vec<FunderLink>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "select id, programme_id, label, made_us, expires_us, revoked_us, opened, opened_us from funder_link
         where programme_id = $1 order by id desc",
    )
    .bind(programme)
    .fetch_all(&mut *conn)
    .await?;
    Ok(rows.into_iter().map(link_of).collect())
}

/// Takes a link of a programme back. Whether there was one.
pub async fn revoke(conn: &mut Conn, programme: i64, id: i64, now_us: i64) -> Result<bool, StoreError> {
    let done =
        sqlx::query("update funder_link set revoked_us = coalesce(revoked_us, $3) where id = $1 and programme_id = $2")
            .bind(id)
            .bind(programme)
            .bind(now_us)
            .execute(&mut *conn)
            .await?;
    Ok(done.rows_affected() == 1)
}

/// The link with this digest, if it still stands, counted as opened.
pub async fn open(conn: &mut Conn, digest: &str, now_us: i64) -> Result<Option<FunderLink>, StoreError> {
    let row: Option<Row> = sqlx::query_as(
        "update funder_link set opened = opened + 1, opened_us = $2
         where digest = $1 and revoked_us is null and expires_us > $2
         returning id, programme_id, label, made_us, expires_us, revoked_us, opened, opened_us",
    )
    .bind(digest)
    .bind(now_us)
    .fetch_optional(&mut *conn)
    .await?;
    Ok(row.map(link_of))
}
