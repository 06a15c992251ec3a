//! The files of `migrations/`, in their order: what makes a database ours, on SQLite and PostgreSQL alike.
//!
//! Not `sqlx::migrate!`: sqlx's macros compile its drivers, SQLite among them, a second time for the compiler.

use rust_embed::RustEmbed;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AssertSqlSafe, SqlSafeStr};

use super::StoreError;

#[derive(RustEmbed)]
#[folder = "migrations/"]
struct Files;

/// Every migration this program knows, to be run on the writer's connection.
///
/// # Errors
/// Where a file of this build is not named `NUMBER_what_it_does.sql`, or is no text.
pub fn migrator() -> Result<Migrator, StoreError> {
    let migrations: Result<Vec<Migration>, StoreError> =
        Files::iter().filter(|name| name.ends_with(".sql")).map(|name| read(&name)).collect();
    Ok(Migrator::with_migrations(migrations?))
}

fn read(name: &str) -> Result<Migration, StoreError> {
    let wrong = || StoreError::Migration(format!("{name} is no migration"));
    let (number, what) = name.strip_suffix(".sql").and_then(|stem| stem.split_once('_')).ok_or_else(wrong)?;
    let number: i64 = number.parse().map_err(|_| wrong())?;
    let file = Files::get(name).ok_or_else(wrong)?;
    let sql = String::from_utf8(file.data.into_owned()).map_err(|_| wrong())?;
    let sql = AssertSqlSafe(sql).into_sql_str();
    Ok(Migration::new(number, what.replace('_', " ").into(), MigrationType::Simple, sql, false))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn migrations_run_in_the_order_of_their_numbers() {
        let versions: Vec<i64> = migrator().expect("all are named well").iter().map(|one| one.version).collect();
        assert!(versions.is_sorted() && versions.first() == Some(&1) && versions.len() > 10, "{versions:?}");
    }
}
