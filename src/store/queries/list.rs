//! Lists of values in a statement.

use sqlx::QueryBuilder;

use crate::store::StoreError;

use super::{Conn, Db};

/// Values in one list: SQLite allows 32,766 in a statement.
const CHUNK: usize = 2_000;

/// Binds values one after the other, with commas between them.
pub fn list<'q, T>(query: &mut QueryBuilder<Db>, values: impl IntoIterator<Item = T>)
where
    T: 'q + sqlx::Encode<'q, Db> + sqlx::Type<Db>,
{
    let mut list = query.separated(", ");
    for value in values {
        list.push_bind(value);
    }
}

/// Runs a statement that ends in `in (`, as often as these values need.
pub async fn run_for<T>(conn: &mut Conn, statement: &'static str, values: &[T]) -> Result<(), StoreError>
where
    T: Clone + Send + Sync + 'static + for<'q> sqlx::Encode<'q, Db> + sqlx::Type<Db>,
{
    for some in values.chunks(CHUNK) {
        let mut query = QueryBuilder::<Db>::new(statement);
        list(&mut query, some.iter().cloned());
        query.push(")");
        query.build().execute(&mut *conn).await?;
    }
    Ok(())
}
