//! Opening a PostgreSQL database, with the settings that keep answers safe read back at every start.

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection, PgConnection, Pool, Postgres};

use crate::store::StoreError;

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("./migrations");

/// Opens the writer's connection alone.
pub async fn open_writer(url: &str) -> Result<PgConnection, StoreError> {
    let server = |error: sqlx::Error| StoreError::Server(error.to_string());
    let options: PgConnectOptions = url.parse().map_err(server)?;
    let mut writer = PgConnection::connect_with(&options).await.map_err(server)?;
    // Without this a server set to `off` would acknowledge what a power cut can take back.
    sqlx::query("set synchronous_commit = on").execute(&mut writer).await?;
    Ok(writer)
}

/// Gives the room of deleted rows back. What the server keeps in its own log and its own backups is
/// beyond us.
pub async fn scrub(conn: &mut PgConnection) -> Result<(), StoreError> {
    sqlx::query("vacuum intake, response, person_pairs, person, card, attendance").execute(&mut *conn).await?;
    Ok(())
}

/// Opens the database: the writer's connection and a pool of readers.
pub async fn connect(url: &str) -> Result<(PgConnection, Pool<Postgres>), StoreError> {
    let server = |error: sqlx::Error| StoreError::Server(error.to_string());
    let options: PgConnectOptions = url.parse().map_err(server)?;
    let mut writer = open_writer(url).await?;
    MIGRATIONS.run_direct(None, &mut writer, false).await.map_err(|error| StoreError::Migration(error.to_string()))?;
    let readers = PgPoolOptions::new().max_connections(8).connect_with(options).await.map_err(server)?;
    Ok((writer, readers))
}
