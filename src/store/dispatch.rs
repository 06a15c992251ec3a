//! One call for both databases.

/// Runs a query on a reading connection of whichever database is open.
macro_rules! read {
    ($store:expr, $module:ident::$query:ident($($arg:expr),*)) => {
        match $store {
            Store::Sqlite(side) => sqlite::$module::$query(&mut *side.reader().await?, $($arg),*).await,
            Store::Postgres(side) => postgres::$module::$query(&mut *side.reader().await?, $($arg),*).await,
        }
    };
}

/// Runs a query in a transaction of the writer, acknowledged after its commit.
macro_rules! write {
    ($store:expr, $module:ident::$query:ident($($arg:expr),*)) => {
        match $store {
            Store::Sqlite(side) => side.write(move |conn| Box::pin(async move { sqlite::$module::$query(conn, $($arg),*).await })).await,
            Store::Postgres(side) => side.write(move |conn| Box::pin(async move { postgres::$module::$query(conn, $($arg),*).await })).await,
        }
    };
}
