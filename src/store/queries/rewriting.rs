//! That the files wait to be written anew, because what was deleted may linger in them: noted with the deed itself, and
//! let go once it is done, so that a full disk, a reader or a cut of the power puts it off and forgets it never.

use crate::store::StoreError;

use super::Conn;

/// Notes it, in the transaction that deletes.
pub async fn note(conn: &mut Conn, since_us: i64) -> Result<(), StoreError> {
    sqlx::query("insert into rewrite_due (since_us) values ($1)").bind(since_us).execute(&mut *conn).await?;
    Ok(())
}

/// Whether anything waits for it.
pub async fn is_due(conn: &mut Conn) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar("select exists (select 1 from rewrite_due)").fetch_one(&mut *conn).await?)
}

/// The newest note, to be asked before the files are written anew: another program may delete, and note, meanwhile.
pub async fn newest(conn: &mut Conn) -> Result<Option<i64>, StoreError> {
    Ok(sqlx::query_scalar("select max(since_us) from rewrite_due").fetch_one(&mut *conn).await?)
}

/// Lets what was noted until then go: the files were written anew.
pub async fn done(conn: &mut Conn, until_us: Option<i64>) -> Result<(), StoreError> {
    sqlx::query("delete from rewrite_due where since_us <= $1").bind(until_us).execute(&mut *conn).await?;
    Ok(())
}
