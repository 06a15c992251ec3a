//! Whether anything was written since: what was worked out from the database is true for as long as nothing was.

use sqlx::Connection;

use crate::store::{Edition, StoreError};

use super::{Conn, Place, connection};

/// A connection that only watches. Numbers of one connection mean nothing to another.
#[derive(Default)]
pub struct Watcher {
    conn: Option<Conn>,
    opened: u64,
}

impl Watcher {
    /// What the database is now.
    pub async fn edition(&mut self, place: &Place) -> Result<Edition, StoreError> {
        if self.conn.is_none() {
            self.opened += 1;
            self.conn = Some(connection::open_watcher(place).await?);
        }
        let Some(conn) = &mut self.conn else { return Err(StoreError::Stopped) };
        let number = connection::edition(conn).await;
        if number.is_err() {
            self.conn = None;
        }
        Ok(Edition { connection: self.opened, number: number? })
    }

    /// Closes the connection.
    pub async fn close(&mut self) -> Result<(), StoreError> {
        if let Some(conn) = self.conn.take() {
            conn.close().await?;
        }
        Ok(())
    }
}
