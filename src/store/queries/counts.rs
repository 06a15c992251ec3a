//! Counts that are kept a row to a cell and moved by differences, so that what is counted as it comes equals what is
//! counted from the rows.

use sqlx::QueryBuilder;
use sqlx::query_builder::Separated;

use crate::store::StoreError;

use super::{Conn, Db};

/// Rows in one statement: SQLite allows 32,766 values, the widest row has fourteen.
const CHUNK: usize = 2_000;

/// Where counts are kept.
pub struct Table {
    /// The table's name.
    pub name: &'static str,
    /// What a cell is known by.
    pub key: &'static str,
    /// What else a row says of its cell, as it follows the key; nothing or `, …`.
    pub beside: &'static str,
    /// The column that counts.
    pub n: &'static str,
}

/// Adds to the counts kept, each cell once. `bind` binds the key and what stands beside it. A count that comes to nothing
/// is taken away by whoever calls.
pub async fn shift<C>(
    conn: &mut Conn,
    table: &Table,
    moves: &[(C, i64)],
    bind: impl Fn(&mut Separated<'_, Db, &'static str>, &C),
) -> Result<(), StoreError> {
    let Table { name, key, beside, n } = table;
    for some in moves.chunks(CHUNK) {
        let mut query = QueryBuilder::<Db>::new(format!("insert into {name} ({key}{beside}, {n}) "));
        query.push_values(some, |mut row, (cell, by)| {
            bind(&mut row, cell);
            row.push_bind(*by);
        });
        query.push(format!(" on conflict ({key}) do update set {n} = {name}.{n} + excluded.{n}"));
        query.build().execute(&mut *conn).await?;
    }
    Ok(())
}
