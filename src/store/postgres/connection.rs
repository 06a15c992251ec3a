//! Opening a PostgreSQL database, with the settings that keep answers safe read back at every start.

use std::io::ErrorKind;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection, PgConnection, Pool, Postgres};

use crate::store::{StoreError, migrations};
use crate::system;

use super::rewriting;

fn server(error: sqlx::Error) -> StoreError {
    StoreError::Server(match error {
        sqlx::Error::Io(error) => match error.kind() {
            ErrorKind::ConnectionRefused | ErrorKind::TimedOut => system::why(&error),
            _ => format!("its machine cannot be reached ({}); check the name in the address", system::why(&error)),
        },
        sqlx::Error::Database(error) => error.message().to_owned(),
        sqlx::Error::Configuration(error) => format!("the address cannot be read ({error})"),
        error => error.to_string(),
    })
}

/// What keeps the audit log as it was written, whoever is connected: only new lines.
const LOG_GUARDS: [&str; 3] = [
    "create or replace function audit_is_only_added_to() returns trigger language plpgsql as
     $$ begin raise exception 'the audit log is only added to'; end $$",
    "create trigger audit_keeps_its_lines before update or delete on audit
     for each row execute function audit_is_only_added_to()",
    "create trigger audit_is_not_emptied before truncate on audit
     for each statement execute function audit_is_only_added_to()",
];

/// Sets the log's guards at every start, like settings: a copy from before they came has none, and somebody may have
/// taken them away.
async fn guard_log(conn: &mut PgConnection) -> Result<(), StoreError> {
    let standing: i64 = sqlx::query_scalar(
        "select count(*) from pg_trigger where tgrelid = 'audit'::regclass and tgenabled in ('O', 'A')
         and tgname in ('audit_keeps_its_lines', 'audit_is_not_emptied')",
    )
    .fetch_one(&mut *conn)
    .await
    .map_err(server)?;
    if standing == 2 {
        return Ok(());
    }
    let again = [
        "drop trigger if exists audit_keeps_its_lines on audit",
        "drop trigger if exists audit_is_not_emptied on audit",
    ];
    // One transaction: two programs may start at once.
    let mut all = conn.begin().await.map_err(server)?;
    sqlx::query("select pg_advisory_xact_lock(20230901)").execute(&mut *all).await.map_err(server)?;
    for statement in again.into_iter().chain(LOG_GUARDS) {
        sqlx::query(statement).execute(&mut *all).await.map_err(server)?;
    }
    all.commit().await.map_err(server)
}

/// Opens the writer's connection alone.
pub async fn open_writer(url: &str) -> Result<PgConnection, StoreError> {
    let options: PgConnectOptions = url.parse().map_err(server)?;
    let mut writer = PgConnection::connect_with(&options).await.map_err(server)?;
    // Without this a server set to `off` would acknowledge what a power cut can take back.
    sqlx::query("set synchronous_commit = on").execute(&mut writer).await?;
    Ok(writer)
}

/// Opens a connection that only watches what others write.
pub async fn open_watcher(url: &str) -> Result<PgConnection, StoreError> {
    let options: PgConnectOptions = url.parse().map_err(server)?;
    PgConnection::connect_with(&options).await.map_err(server)
}

/// What a reader sees now: which transactions have ended. It is another whenever one has committed, and the same only
/// where none has.
pub async fn edition(conn: &mut PgConnection) -> Result<String, StoreError> {
    Ok(sqlx::query_scalar("select cast(pg_current_snapshot() as text)").fetch_one(conn).await?)
}

/// Writes every table anew that can name a card, a person or an answer, with its indexes, its long values and what the
/// server has noted of its contents: the old files go. Whoever began to read before still sees what was deleted, and a
/// new file would hold it for them: returns whether nobody did, else it is for later. What the server keeps in its own
/// log and in its backups is beyond us.
pub async fn scrub(conn: &mut PgConnection) -> Result<bool, StoreError> {
    let until = rewriting::newest(conn).await?;
    if !alone_with_the_present(conn).await? {
        return Ok(false);
    }
    // Each table is locked while it is written, and whoever comes meanwhile queues up behind: not for long in vain.
    sqlx::query("set lock_timeout = '2s'").execute(&mut *conn).await?;
    let written = sqlx::query(
        "vacuum (full, analyze) intake, response, person_pairs, flow_reason, person, card, attendance, quote, link,
         second_keying, sitting, comment_read, family_sum, family_answer, pair_count, protection",
    )
    .execute(&mut *conn)
    .await;
    let written = match written {
        Ok(_) => forget_contents(conn).await,
        Err(error) if is_lock_timeout(&error) => Ok(false),
        Err(error) => Err(error.into()),
    };
    sqlx::query("reset lock_timeout").execute(&mut *conn).await?;
    if written? {
        rewriting::done(conn, until).await?;
        return Ok(true);
    }
    Ok(false)
}

/// Takes away what the server had noted of the contents of tables until they were looked at anew a moment ago. That is for
/// owners of the database alone; whoever is not is warned by the server, and no more.
async fn forget_contents(conn: &mut PgConnection) -> Result<bool, StoreError> {
    // Somebody may have begun to look at a table in between, as the server does by itself.
    if !alone_with_the_present(conn).await? {
        return Ok(false);
    }
    match sqlx::query("vacuum (full) pg_statistic").execute(&mut *conn).await {
        Err(error) if is_lock_timeout(&error) => return Ok(false),
        written => written?,
    };
    let _not_for_everybody = sqlx::query("checkpoint").execute(&mut *conn).await;
    Ok(true)
}

/// Waits a moment until nobody reads this database, or writes anywhere on its server, who began before now: how far back
/// our own transaction sees goes by the oldest who writes, in whatever database.
async fn alone_with_the_present(conn: &mut PgConnection) -> Result<bool, StoreError> {
    let now: String = sqlx::query_scalar("select cast(clock_timestamp() as text)").fetch_one(&mut *conn).await?;
    for _ in 0..20 {
        let older: i64 = sqlx::query_scalar(
            "select count(*) from pg_stat_activity where pid <> pg_backend_pid() and xact_start < cast($1 as timestamptz)
             and (backend_xid is not null or (datname = current_database() and backend_xmin is not null))",
        )
        .bind(&now)
        .fetch_one(&mut *conn)
        .await?;
        if older == 0 {
            return Ok(true);
        }
        sqlx::query("select pg_sleep(0.05)").execute(&mut *conn).await?;
    }
    Ok(false)
}

fn is_lock_timeout(error: &sqlx::Error) -> bool {
    error.as_database_error().and_then(|error| error.code()).is_some_and(|code| code == "55P03")
}

/// The server sees to its own log.
pub async fn empty_log(_: &mut PgConnection) -> Result<bool, StoreError> {
    Ok(true)
}

/// Opens the database: the writer's connection and a pool of readers.
pub async fn connect(url: &str) -> Result<(PgConnection, Pool<Postgres>), StoreError> {
    let options: PgConnectOptions = url.parse().map_err(server)?;
    let mut writer = open_writer(url).await?;
    migrations::migrator()?
        .run_direct(None, &mut writer, false)
        .await
        .map_err(|error| StoreError::Migration(error.to_string()))?;
    guard_log(&mut writer).await?;
    let readers = PgPoolOptions::new().max_connections(8).connect_with(options).await.map_err(server)?;
    Ok((writer, readers))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_is_off_is_said_in_words_not_in_numbers() {
        let refused = server(sqlx::Error::Io(std::io::Error::from_raw_os_error(111)));
        assert_eq!(
            refused.to_string(),
            "The PostgreSQL server could not be used: nothing answers there; is it running, and is the port right?"
        );
    }
}
