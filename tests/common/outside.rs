//! The database as somebody beside the program sees it: every row there is, and a log that takes no line.

use pencilmark::store::Target;
use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};

/// Somebody beside the program who has the database open.
pub enum Outside {
    Sqlite(sqlx::SqliteConnection),
    Postgres(sqlx::PgConnection),
}

impl Outside {
    pub async fn of(target: &Target) -> Outside {
        // Its statements are a test's own, and none of what the program writes down.
        match target {
            Target::Sqlite(path) => {
                let options = SqliteConnectOptions::new().filename(path).disable_statement_logging();
                Outside::Sqlite(options.connect().await.expect("a way in"))
            }
            Target::Postgres(url) => {
                let options: PgConnectOptions = url.parse().expect("an address");
                Outside::Postgres(options.disable_statement_logging().connect().await.expect("a way in"))
            }
        }
    }

    async fn run(&mut self, sqlite: &'static [&'static str], postgres: &'static [&'static str]) {
        match self {
            Outside::Sqlite(conn) => {
                for statement in sqlite {
                    sqlx::query(*statement).execute(&mut *conn).await.expect("done");
                }
            }
            Outside::Postgres(conn) => {
                for statement in postgres {
                    sqlx::query(*statement).execute(&mut *conn).await.expect("done");
                }
            }
        }
    }

    /// From here on the log takes no line.
    pub async fn break_log(&mut self) {
        self.run(
            &["create trigger no_log before insert on audit begin select raise(abort, 'no log'); end"],
            &[
                "create or replace function no_log() returns trigger language plpgsql as
                 $$ begin raise exception 'no log'; end $$",
                "create trigger no_log before insert on audit for each row execute function no_log()",
            ],
        )
        .await;
    }

    /// From here on it takes lines as before.
    pub async fn mend_log(&mut self) {
        self.run(&["drop trigger no_log"], &["drop trigger no_log on audit"]).await;
    }

    /// Runs a statement, or says why the database refuses it.
    pub async fn run_one(&mut self, statement: &str) -> Result<(), String> {
        let query = sqlx::AssertSqlSafe(statement.to_owned());
        match self {
            Outside::Sqlite(conn) => sqlx::query(query).execute(conn).await.map(|_| ()),
            Outside::Postgres(conn) => sqlx::query(query).execute(conn).await.map(|_| ()),
        }
        .map_err(|error| error.to_string())
    }

    /// The number that a query gives.
    pub async fn number(&mut self, query: &str) -> i64 {
        let query = sqlx::AssertSqlSafe(query.to_owned());
        match self {
            Outside::Sqlite(conn) => sqlx::query_scalar(query).fetch_one(conn).await,
            Outside::Postgres(conn) => sqlx::query_scalar(query).fetch_one(conn).await,
        }
        .expect("a number")
    }

    /// What keeps the log from being changed.
    pub async fn guards_of_log(&mut self) -> Vec<String> {
        match self {
            Outside::Sqlite(conn) => {
                sqlx::query_scalar(
                    "select name from sqlite_master where type = 'trigger' and tbl_name = 'audit' order by name",
                )
                .fetch_all(conn)
                .await
            }
            Outside::Postgres(conn) => sqlx::query_scalar(
                "select tgname::text from pg_trigger where tgrelid = 'audit'::regclass and not tgisinternal order by 1",
            )
            .fetch_all(conn)
            .await,
        }
        .expect("guards")
    }

    /// Takes one of them away.
    pub async fn drop_guard(&mut self, name: &str) {
        let on = if matches!(self, Outside::Postgres(_)) { " on audit" } else { "" };
        self.run_one(&format!("drop trigger {name}{on}")).await.expect("dropped");
    }

    /// Copies a SQLite file as it stands.
    pub async fn copy_to(&mut self, path: &str) {
        let Outside::Sqlite(conn) = self else { panic!("only a file is copied") };
        sqlx::query("vacuum into $1").bind(path).execute(conn).await.expect("copied");
    }

    /// Leaves.
    pub async fn close(self) {
        match self {
            Outside::Sqlite(conn) => conn.close().await.expect("closed"),
            Outside::Postgres(conn) => conn.close().await.expect("closed"),
        }
    }

    /// Every row of every table but the log.
    pub async fn everything(&mut self) -> String {
        let mut rows = Vec::new();
        match self {
            Outside::Sqlite(conn) => {
                let tables: Vec<String> = sqlx::query_scalar(
                    "select name from sqlite_master where type = 'table' and name not like 'sqlite%' order by name",
                )
                .fetch_all(&mut *conn)
                .await
                .expect("tables");
                for table in tables.iter().filter(|table| *table != "audit") {
                    let columns: Vec<String> = sqlx::query_scalar(
                        "select case type when 'bytea' then 'cast(' || name || ' as text)' else 'quote(' || name || ')' end
                         from pragma_table_info($1)",
                    )
                    .bind(table)
                    .fetch_all(&mut *conn)
                    .await
                    .expect("columns");
                    let text = format!("select {} as line from \"{table}\" order by 1", columns.join("||','||"));
                    let found: Vec<String> =
                        sqlx::query_scalar(sqlx::AssertSqlSafe(text)).fetch_all(&mut *conn).await.expect("rows");
                    rows.extend(found.into_iter().map(|row| format!("{table}: {row}")));
                }
            }
            Outside::Postgres(conn) => {
                let tables: Vec<String> = sqlx::query_scalar(
                    "select tablename::text from pg_tables where schemaname = 'public' order by tablename",
                )
                .fetch_all(&mut *conn)
                .await
                .expect("tables");
                for table in tables.iter().filter(|table| *table != "audit") {
                    let columns: Vec<String> = sqlx::query_scalar(
                        "select case data_type when 'bytea' then format('encode(%I, ''escape'')', column_name)
                         else format('coalesce(%I::text, '''')', column_name) end
                         from information_schema.columns where table_schema = 'public' and table_name = $1
                         order by ordinal_position",
                    )
                    .bind(table)
                    .fetch_all(&mut *conn)
                    .await
                    .expect("columns");
                    let text = format!("select {} as line from \"{table}\" order by 1", columns.join("||','||"));
                    let found: Vec<String> =
                        sqlx::query_scalar(sqlx::AssertSqlSafe(text)).fetch_all(&mut *conn).await.expect("rows");
                    rows.extend(found.into_iter().map(|row| format!("{table}: {row}")));
                }
            }
        }
        rows.join("\n")
    }
}
