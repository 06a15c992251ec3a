//! Lists of values in a statement.

use sqlx::QueryBuilder;

use super::Db;

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
