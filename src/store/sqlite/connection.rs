//! Opening a SQLite file: settings that keep answers safe, read back at every start.

use std::path::Path;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection, Pool, Sqlite, SqliteConnection};

use crate::person::CardCode;
use crate::session::protection::ProtectionKind;
use crate::store::restore::{Protected, Standing};
use crate::store::{NewProtection, StoreError, migrations};

use super::rewriting;

/// Settings and the values they must read back with. `synchronous` 2 is FULL: an acknowledged answer
/// survives a power cut; NORMAL loses the last commits silently.
const SETTINGS: [(&str, &str, &str); 6] = [
    ("journal_mode", "pragma journal_mode", "wal"),
    ("synchronous", "pragma synchronous", "2"),
    ("foreign_keys", "pragma foreign_keys", "1"),
    ("trusted_schema", "pragma trusted_schema", "0"),
    ("mmap_size", "pragma mmap_size", "0"),
    ("secure_delete", "pragma secure_delete", "1"),
];

/// The largest database, in bytes, of which a second copy may stand in memory for a moment.
const IN_MEMORY: i64 = 64 * 1024 * 1024;

/// Rows that the thread of a connection hands over at once. With the 50 that sqlx takes, it and whoever reads thousands
/// of rows wake each other up for most of their time.
const ROWS: usize = 1_000;

/// SQLite before 3.51.3 can corrupt a database when the write-ahead log is reset.
const OLDEST: (u32, u32, u32) = (3, 51, 3);

/// Opens the file, making it if there is none: the writer's connection and a pool of readers.
pub async fn connect(path: &Path) -> Result<(SqliteConnection, Pool<Sqlite>), StoreError> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        crate::system::make_folder(folder)
            .map_err(|error| StoreError::CannotWrite { path: path.to_owned(), reason: crate::system::why(&error) })?;
    }
    // What lies beside it while it is open takes its rights from it.
    crate::system::make_private(path);
    let mut writer = open_writer(path).await?;
    check_version(&mut writer).await?;
    let names_the_unwilling: i64 = sqlx::query_scalar("select count(*) from sqlite_schema where name = 'no_answer'")
        .fetch_one(&mut writer)
        .await?;
    if names_the_unwilling > 0 {
        // Old rows of it may lie in the middle of pages. Before the table goes, so that a start that fails here comes by again.
        sqlx::query("delete from no_answer").execute(&mut writer).await?;
        write_anew(&mut writer).await?;
        checkpoint(&mut writer).await?;
    }
    migrations::migrator()?.run_direct(None, &mut writer, false).await.map_err(|error| match error {
        sqlx::migrate::MigrateError::Execute(error) | sqlx::migrate::MigrateError::ExecuteMigration(error, _) => {
            opening(path, error)
        }
        other => StoreError::Migration(other.to_string()),
    })?;
    check_settings(&mut writer).await?;
    guard_log(&mut writer).await?;
    let readers = SqlitePoolOptions::new()
        .max_connections(4)
        .connect_with(options(path).create_if_missing(false).pragma("query_only", "on"))
        .await
        .map_err(|error| opening(path, error))?;
    Ok((writer, readers))
}

/// What keeps the audit log as it was written, whoever has the file open: only new lines, after the last.
const LOG_GUARDS: [&str; 3] = [
    "create trigger if not exists audit_keeps_its_lines before update on audit
     begin select raise(abort, 'the audit log is only added to'); end",
    "create trigger if not exists audit_loses_no_line before delete on audit
     begin select raise(abort, 'the audit log is only added to'); end",
    // Without it `insert or replace` would take a line away with neither of the other two being asked.
    "create trigger if not exists audit_replaces_no_line before insert on audit
     when exists (select 1 from audit where n >= new.n)
     begin select raise(abort, 'the audit log is only added to'); end",
];

/// Sets the log's guards at every start, like settings: a copy from before they came has none, and somebody may have
/// taken them away.
async fn guard_log(conn: &mut SqliteConnection) -> Result<(), StoreError> {
    for guard in LOG_GUARDS {
        sqlx::query(guard).execute(&mut *conn).await?;
    }
    Ok(())
}

/// Opens the writer's connection alone.
pub async fn open_writer(path: &Path) -> Result<SqliteConnection, StoreError> {
    SqliteConnection::connect_with(&options(path)).await.map_err(|error| opening(path, error))
}

/// Opens a connection that only watches what others write.
pub async fn open_watcher(path: &Path) -> Result<SqliteConnection, StoreError> {
    let options = options(path).create_if_missing(false).pragma("query_only", "on");
    SqliteConnection::connect_with(&options).await.map_err(|error| opening(path, error))
}

/// A number that is another whenever any other connection, of this program or not, has committed something since this
/// one was last asked.
pub async fn edition(conn: &mut SqliteConnection) -> Result<String, StoreError> {
    let number: i64 = sqlx::query_scalar("pragma data_version").fetch_one(conn).await?;
    Ok(number.to_string())
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        .pragma("trusted_schema", "off")
        .row_buffer_size(ROWS)
        .pragma("mmap_size", "0")
        .pragma("secure_delete", "on")
        .pragma("cell_size_check", "on")
        .pragma("temp_store", "memory")
}

/// Writes the whole file anew and empties the write-ahead log. `secure_delete` overwrites a deleted row
/// where it stood last, but where pages were split and joined, older copies of rows have been seen in the
/// unused middle of a page. Readers hold the log up for as long as they read: returns whether it is empty, else it is
/// for `empty_log`, later.
pub async fn scrub(conn: &mut SqliteConnection) -> Result<bool, StoreError> {
    let until = rewriting::newest(conn).await?;
    if let Err(error) = write_anew(conn).await {
        // On a full disk what it had begun has taken the last room, in the log.
        let _error_of_its_own = checkpoint(conn).await;
        return Err(error);
    }
    rewriting::done(conn, until).await?;
    checkpoint(conn).await
}

async fn write_anew(conn: &mut SqliteConnection) -> Result<(), StoreError> {
    let (pages, size): (i64, i64) =
        sqlx::query_as("select page_count, page_size from pragma_page_count, pragma_page_size")
            .fetch_one(&mut *conn)
            .await?;
    // The new copy is made beside the old one: in memory as long as that is small.
    let place = if pages * size > IN_MEMORY { "pragma temp_store = file" } else { "pragma temp_store = memory" };
    sqlx::query(place).execute(&mut *conn).await?;
    let written = sqlx::query("vacuum").execute(&mut *conn).await;
    sqlx::query("pragma temp_store = memory").execute(&mut *conn).await?;
    written?;
    Ok(())
}

/// Empties the write-ahead log where nobody reads just now, and waits for nobody: answers are taken in meanwhile. Returns
/// whether it is empty.
pub async fn empty_log(conn: &mut SqliteConnection) -> Result<bool, StoreError> {
    let (_, frames, _): (i64, i64, i64) =
        sqlx::query_as("pragma wal_checkpoint(passive)").fetch_one(&mut *conn).await?;
    if frames <= 0 {
        // Emptying it again would tell every reader that something had changed.
        return Ok(true);
    }
    sqlx::query("pragma busy_timeout = 0").execute(&mut *conn).await?;
    let emptied = checkpoint(conn).await;
    sqlx::query("pragma busy_timeout = 5000").execute(&mut *conn).await?;
    emptied
}

/// This waits for readers as long as the busy time-out.
async fn checkpoint(conn: &mut SqliteConnection) -> Result<bool, StoreError> {
    let (busy, ..): (i64, i64, i64) = sqlx::query_as("pragma wal_checkpoint(truncate)").fetch_one(&mut *conn).await?;
    Ok(busy == 0)
}

/// Copies the database as readers see it now into a new file.
pub async fn copy_to(conn: &mut SqliteConnection, path: &Path) -> Result<(), StoreError> {
    if path.exists() {
        return Err(StoreError::BackupExists(path.to_owned()));
    }
    // An empty file may be copied into, and keeps its rights.
    crate::system::make_private(path);
    // The reading pool forbids writes, and `vacuum into` counts as one although it only writes the copy.
    sqlx::query("pragma query_only = off").execute(&mut *conn).await?;
    let copied = sqlx::query("vacuum into $1").bind(path.display().to_string()).execute(&mut *conn).await;
    sqlx::query("pragma query_only = on").execute(&mut *conn).await?;
    if let Err(error) = copied {
        let _gone = std::fs::remove_file(path);
        return Err(opening(path, error));
    }
    forget_the_day(path).await?;
    let mut copy = open_copy(path).await?;
    let verdict: String = sqlx::query_scalar("pragma integrity_check").fetch_one(&mut copy).await?;
    copy.close().await?;
    if verdict == "ok" { Ok(()) } else { Err(StoreError::Unreadable("copy")) }
}

/// Takes out of a copy what is there for the running day alone: who sits at a tablet.
async fn forget_the_day(path: &Path) -> Result<(), StoreError> {
    let options = SqliteConnectOptions::new().filename(path).pragma("secure_delete", "on");
    let mut copy = SqliteConnection::connect_with(&options).await.map_err(|error| opening(path, error))?;
    sqlx::query("delete from sitting").execute(&mut copy).await?;
    copy.close().await?;
    Ok(())
}

/// Opens a copy only to read it.
pub async fn open_copy(path: &Path) -> Result<SqliteConnection, StoreError> {
    SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(path).read_only(true))
        .await
        .map_err(|error| opening(path, error))
}

/// Checks that a file is a whole database of ours.
pub async fn check_copy(path: &Path) -> Result<(), StoreError> {
    if !path.exists() {
        return Err(StoreError::NoCopy(path.to_owned()));
    }
    let mut copy = open_copy(path).await?;
    let verdict: Result<String, _> = sqlx::query_scalar("pragma integrity_check").fetch_one(&mut copy).await;
    let ours: Result<i64, _> = sqlx::query_scalar("select count(*) from intake").fetch_one(&mut copy).await;
    copy.close().await?;
    match (verdict.as_deref(), ours) {
        (Ok("ok"), Ok(_)) => Ok(()),
        _ => Err(StoreError::NotADatabase(path.to_owned())),
    }
}

/// What is protected in a database that is about to be replaced.
pub async fn protected_in(path: &Path) -> Result<Vec<Standing>, StoreError> {
    let mut old = open_copy(path).await?;
    let rows = sqlx::query_as(
        "select coalesce(card.code, ''), programme.id, programme.name, p.kind, p.reason, p.who, p.begun_us
         from protection p join programme on programme.id = p.programme_id
         left join card on card.kept_by = p.id or card.restricted_by = p.id
         where p.ended_us is null and (p.whole or card.code is not null) order by p.id, card.code",
    )
    .fetch_all(&mut old)
    .await;
    old.close().await?;
    let rows: Vec<(String, i64, String, String, String, String, i64)> = rows?;
    rows.into_iter()
        .map(|(code, id, name, kind, reason, who, begun_us)| {
            let unreadable = || StoreError::Unreadable("protection");
            let kind = ProtectionKind::from_code(&kind).ok_or_else(unreadable)?;
            let what = match code.as_str() {
                "" => Protected::Programme(id, name),
                code => Protected::Family(CardCode::parse(code).map_err(|_| unreadable())?),
            };
            Ok(Standing { what, new: NewProtection { kind, reason, who }, begun_us })
        })
        .collect()
}

/// Writes a copy of a copy, whole or not at all.
pub async fn copy_file(from: &Path, to: &Path) -> Result<(), StoreError> {
    let mut copy = open_copy(from).await?;
    crate::system::make_private(to);
    let copied = sqlx::query("vacuum into $1").bind(to.display().to_string()).execute(&mut copy).await;
    copy.close().await?;
    copied.map(|_| ()).map_err(|error| opening(to, error))
}

/// Makes sure that nobody else has the database open: only then can its log be folded away.
pub async fn alone(path: &Path) -> Result<(), StoreError> {
    let options = SqliteConnectOptions::new().filename(path).busy_timeout(Duration::from_millis(500));
    let mut conn = SqliteConnection::connect_with(&options).await.map_err(|error| opening(path, error))?;
    let mode: Result<String, _> = sqlx::query_scalar("pragma journal_mode = delete").fetch_one(&mut conn).await;
    conn.close().await?;
    match mode {
        Ok(mode) if mode == "delete" => Ok(()),
        Err(error) if !is_busy(&error) => Err(opening(path, error)),
        _ => Err(StoreError::InUse(path.to_owned())),
    }
}

fn is_busy(error: &sqlx::Error) -> bool {
    // Result codes 5 busy and 6 locked.
    let code = error.as_database_error().and_then(|e| e.code()).and_then(|code| code.parse::<i64>().ok());
    matches!(code.map(|code| code & 0xff), Some(5 | 6))
}

fn opening(path: &Path, error: sqlx::Error) -> StoreError {
    // Result codes of SQLite: 8 read-only, 14 cannot open, 26 not a database; extended codes keep them in the low byte.
    let code = error.as_database_error().and_then(|e| e.code()).and_then(|code| code.parse::<i64>().ok());
    match code.map(|code| code & 0xff) {
        Some(26) => StoreError::NotADatabase(path.to_owned()),
        Some(8 | 14) => StoreError::CannotWrite { path: path.to_owned(), reason: error.to_string() },
        _ => StoreError::Database(error),
    }
}

async fn check_version(conn: &mut SqliteConnection) -> Result<(), StoreError> {
    let found: String = sqlx::query_scalar("select sqlite_version()").fetch_one(&mut *conn).await?;
    let mut parts = found.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    if (next(), next(), next()) < OLDEST {
        return Err(StoreError::Setting { name: "the SQLite library", found, wanted: "3.51.3 or newer" });
    }
    Ok(())
}

async fn check_settings(conn: &mut SqliteConnection) -> Result<(), StoreError> {
    for (name, pragma, wanted) in SETTINGS {
        let row = sqlx::query(pragma).fetch_optional(&mut *conn).await?;
        let found = row.map_or_else(|| "0".to_owned(), |row| text_of(&row));
        if found != wanted {
            return Err(StoreError::Setting { name, found, wanted });
        }
    }
    Ok(())
}

/// A pragma answers with a number or a text; where it has nothing to say, as memory maps compiled out, it is 0.
fn text_of(row: &sqlx::sqlite::SqliteRow) -> String {
    use sqlx::Row;
    row.try_get::<i64, _>(0)
        .map(|number| number.to_string())
        .or_else(|_| row.try_get::<String, _>(0))
        .unwrap_or_else(|_| "nothing".to_owned())
}
