//! A transaction of the writer: begun with the lock in hand, and committed whole or not at all, with its line in the log.

use crate::store::StoreError;
use crate::store::line::{LogLine, Outcome};

use super::{BEGIN, Conn, audit};

/// Begins a transaction with the write lock already held.
pub async fn begin(conn: &mut Conn) -> Result<(), StoreError> {
    for statement in BEGIN {
        sqlx::query(*statement).execute(&mut *conn).await?;
    }
    Ok(())
}

/// Commits what went well and rolls back what did not, a failed commit included.
pub async fn finish<T>(conn: &mut Conn, result: Result<T, StoreError>) -> Result<T, StoreError> {
    let result = match result {
        Ok(value) => sqlx::query("commit").execute(&mut *conn).await.map(|_| value).map_err(StoreError::from),
        Err(error) => Err(error),
    };
    if result.is_err() {
        // Nothing to do if this fails too: the connection is broken and the next begin will say so.
        let _already_failing = sqlx::query("rollback").execute(&mut *conn).await;
    }
    result
}

/// The same, with the line in the log of what was done. What cannot be written down is not done.
pub async fn finish_with_line<T: Outcome>(
    conn: &mut Conn,
    result: Result<T, StoreError>,
    line: Option<&LogLine>,
) -> Result<T, StoreError> {
    let due = result.as_ref().ok().and_then(|outcome| line?.due(outcome));
    let Some((deed, at_us)) = due else { return finish(conn, result).await };
    let written = audit::append(conn, deed, at_us).await;
    let result = finish(conn, written.and(result)).await;
    if let (Ok(_), Some(line)) = (&result, line) {
        line.set_down();
    }
    result
}
