//! Sign-ins, and the links with which somebody chooses a password.

use crate::account::SignIn;
use crate::store::StoreError;

use super::Conn;

type Row = (String, i64, bool, i64, i64, String);

fn sign_in_of((digest, account, half_way, begun_us, used_us, browser): Row) -> SignIn {
    SignIn { digest, account, half_way, begun_us, used_us, browser }
}

/// Keeps a sign-in; those that ended by themselves are swept out.
pub async fn begin(conn: &mut Conn, new: &SignIn, ended_us: i64) -> Result<(), StoreError> {
    sqlx::query("delete from sign_in where begun_us < $1").bind(ended_us).execute(&mut *conn).await?;
    sqlx::query(
        "insert into sign_in (digest, account_id, half_way, begun_us, used_us, browser) values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(&new.digest)
    .bind(new.account)
    .bind(new.half_way)
    .bind(new.begun_us)
    .bind(new.used_us)
    .bind(&new.browser)
    .execute(&mut *conn)
    .await?;
    Ok(())
}

/// The sign-in with this digest, of an account that is open.
pub async fn by_digest(conn: &mut Conn, digest: &str) -> Result<Option<SignIn>, StoreError> {
    let row: Option<Row> = sqlx::query_as(
        "select s.digest, s.account_id, s.half_way, s.begun_us, s.used_us, s.browser
         from sign_in s join account a on a.id = s.account_id where s.digest = $1 and a.closed_us is null",
    )
    .bind(digest)
    .fetch_optional(&mut *conn)
    .await?;
    Ok(row.map(sign_in_of))
}

/// The sign-ins of an account, the last used first.
pub async fn of_account(conn: &mut Conn, account: i64) -> Result<Vec<SignIn>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "select digest, account_id, half_way, begun_us, used_us, browser from sign_in
         where account_id = $1 and half_way = false order by used_us desc, digest",
    )
    .bind(account)
    .fetch_all(&mut *conn)
    .await?;
    Ok(rows.into_iter().map(sign_in_of).collect())
}

/// Notes that it was used.
pub async fn used(conn: &mut Conn, digest: &str, used_us: i64) -> Result<(), StoreError> {
    sqlx::query("update sign_in set used_us = $2 where digest = $1")
        .bind(digest)
        .bind(used_us)
        .execute(&mut *conn)
        .await?;
    Ok(())
}

/// Ends it.
pub async fn end(conn: &mut Conn, digest: &str) -> Result<(), StoreError> {
    sqlx::query("delete from sign_in where digest = $1").bind(digest).execute(&mut *conn).await?;
    Ok(())
}

/// Keeps a link in place of every earlier one of the account.
pub async fn link(conn: &mut Conn, digest: &str, account: i64, expires_us: i64) -> Result<(), StoreError> {
    sqlx::query("delete from password_link where account_id = $1").bind(account).execute(&mut *conn).await?;
    sqlx::query("insert into password_link (digest, account_id, expires_us) values ($1, $2, $3)")
        .bind(digest)
        .bind(account)
        .bind(expires_us)
        .execute(&mut *conn)
        .await?;
    Ok(())
}

/// Whose link this is, while it stands.
pub async fn linked(conn: &mut Conn, digest: &str, now_us: i64) -> Result<Option<i64>, StoreError> {
    Ok(sqlx::query_scalar(
        "select l.account_id from password_link l join account a on a.id = l.account_id
         where l.digest = $1 and l.expires_us > $2 and a.closed_us is null",
    )
    .bind(digest)
    .bind(now_us)
    .fetch_optional(&mut *conn)
    .await?)
}
