//! Sums that are kept as JSON, a cell to a row: only ever read, added to and taken away as a whole.

use std::collections::HashMap;

use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::QueryBuilder;
use sqlx::query_builder::Separated;

use crate::pairing::{FamilySums, ItemSums};
use crate::store::StoreError;

use super::list::list;
use super::{Conn, Db};

/// Rows in one statement: SQLite allows 32,766 values, a row has six.
const CHUNK: usize = 2_000;

/// What adds up.
pub trait Sums: Serialize + DeserializeOwned {
    /// What a stored one is called where it cannot be read.
    const NAME: &'static str;
    /// Adds others.
    fn join(&mut self, others: &Self);
    /// Whether nobody is in it.
    fn is_nothing(&self) -> bool;
}

/// Types that know all of it themselves.
macro_rules! sums {
    ($($sums:ident is $name:literal),*) => {$(
        impl Sums for $sums {
            const NAME: &'static str = $name;
            fn join(&mut self, others: &Self) {
                self.join(others);
            }
            fn is_nothing(&self) -> bool {
                self.is_nothing()
            }
        }
    )*};
}

sums!(FamilySums is "sums of families", ItemSums is "sums of a scale");

/// Where sums are kept.
pub struct Table<const N: usize> {
    /// The table's name; beside what is named below it has `cell` and `sums`.
    pub name: &'static str,
    /// What else stands in a row.
    pub beside: [&'static str; N],
}

/// A cell, what else stands in its row, and what moves.
pub type Move<R, S> = (String, R, S);

/// Sums as they are stored.
pub fn read<S: Sums>(sums: &str) -> Result<S, StoreError> {
    serde_json::from_str(sums).map_err(|_| StoreError::Unreadable(S::NAME))
}

/// Joins sums to those stored, each cell once; a cell that comes to nothing is taken away, so that rebuilt equals
/// incremental. `bind` binds what else stands in a row.
pub async fn shift<R, S: Sums, const N: usize>(
    conn: &mut Conn,
    table: &Table<N>,
    mut moves: Vec<Move<R, S>>,
    bind: impl Fn(&mut Separated<'_, Db, &'static str>, &R),
) -> Result<(), StoreError> {
    moves.retain(|(.., sums)| !sums.is_nothing());
    for some in moves.chunks_mut(CHUNK) {
        let stored = stored(conn, table.name, some).await?;
        for (cell, _, sums) in some.iter_mut() {
            if let Some(stored) = stored.get(cell.as_str()) {
                sums.join(&read(stored)?);
            }
        }
        let (gone, left): (Vec<_>, Vec<_>) = some.iter().partition(|(.., sums)| sums.is_nothing());
        if !left.is_empty() {
            let texts: Result<Vec<String>, _> = left.iter().map(|(.., sums)| serde_json::to_string(sums)).collect();
            let texts = texts.map_err(|_| StoreError::Unreadable(S::NAME))?;
            let columns = table.beside.join(", ");
            let mut query = QueryBuilder::<Db>::new(format!("insert into {} (cell, sums, {columns}) ", table.name));
            query.push_values(left.into_iter().zip(texts), |mut row, ((cell, beside, _), text)| {
                row.push_bind(cell.clone()).push_bind(text);
                bind(&mut row, beside);
            });
            query.push(" on conflict (cell) do update set sums = excluded.sums");
            query.build().execute(&mut *conn).await?;
        }
        if !gone.is_empty() {
            let mut query = QueryBuilder::<Db>::new(format!("delete from {} where cell in (", table.name));
            list(&mut query, gone.into_iter().map(|(cell, ..)| cell.as_str()));
            query.push(")");
            query.build().execute(&mut *conn).await?;
        }
    }
    Ok(())
}

async fn stored<R, S>(
    conn: &mut Conn,
    table: &str,
    moves: &[Move<R, S>],
) -> Result<HashMap<String, String>, StoreError> {
    let mut query = QueryBuilder::<Db>::new(format!("select cell, sums from {table} where cell in ("));
    list(&mut query, moves.iter().map(|(cell, ..)| cell.as_str()));
    query.push(") order by cell");
    let rows: Vec<(String, String)> = query.build_query_as().fetch_all(&mut *conn).await?;
    Ok(rows.into_iter().collect())
}
