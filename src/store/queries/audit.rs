//! The rows of the audit log. There is no statement here that changes one, or takes one away.

use crate::store::StoreError;
use crate::store::audit::{AuditEntry, Deed};

use super::Conn;

/// Writes a deed down after the last row.
pub async fn append(conn: &mut Conn, deed: Deed, at_us: i64) -> Result<(), StoreError> {
    let last: Option<(i64, String)> =
        sqlx::query_as("select n, link from audit order by n desc limit 1").fetch_optional(&mut *conn).await?;
    let AuditEntry { n, at_us, deed, link } = AuditEntry::after(last, at_us, deed);
    sqlx::query("insert into audit (n, at_us, who, what, about, reason, link) values ($1, $2, $3, $4, $5, $6, $7)")
        .bind(n)
        .bind(at_us)
        .bind(deed.who)
        .bind(deed.what)
        .bind(deed.about)
        .bind(deed.reason)
        .bind(link)
        .execute(&mut *conn)
        .await?;
    Ok(())
}

type Row = (i64, i64, String, String, String, String, String);

fn entry((n, at_us, who, what, about, reason, link): Row) -> AuditEntry {
    AuditEntry { n, at_us, deed: Deed { who, what, about, reason }, link }
}

/// Rows from before a number, newest first.
pub async fn newest(conn: &mut Conn, before: i64, limit: i64) -> Result<Vec<AuditEntry>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "select n, at_us, who, what, about, reason, link from audit where n < $1 order by n desc limit $2",
    )
    .bind(before)
    .bind(limit)
    .fetch_all(&mut *conn)
    .await?;
    Ok(rows.into_iter().map(entry).collect())
}

/// When something was done, and what to.
pub async fn done(conn: &mut Conn, what: &str) -> Result<Vec<(i64, String)>, StoreError> {
    let rows = sqlx::query_as("select at_us, about from audit where what = $1 order by n").bind(what);
    Ok(rows.fetch_all(&mut *conn).await?)
}

/// Rows from after a number, oldest first.
pub async fn after(conn: &mut Conn, n: i64, limit: i64) -> Result<Vec<AuditEntry>, StoreError> {
    let rows: Vec<Row> =
        sqlx::query_as("select n, at_us, who, what, about, reason, link from audit where n > $1 order by n limit $2")
            .bind(n)
            .bind(limit)
            .fetch_all(&mut *conn)
            .await?;
    Ok(rows.into_iter().map(entry).collect())
}
