//! The notices that were ever shown, sessions for which the school asked beforehand, and how permission was given.

use crate::html::family::notice::Notice;
use crate::response::GivenBy;
use crate::store::{PermissionCount, StoreError};

use super::Conn;
use super::responses::wave_of;

/// Keeps a notice's words for good, so that old answers can always show what they were given on.
pub async fn publish(conn: &mut Conn, notice: &Notice, now_us: i64) -> Result<(), StoreError> {
    sqlx::query("insert into notice (version, words, first_us) values ($1, $2, $3) on conflict (version) do nothing")
        .bind(&notice.version)
        .bind(&notice.words)
        .bind(now_us)
        .execute(&mut *conn)
        .await?;
    Ok(())
}

/// Every notice that was ever shown here, with the moment it first was.
pub async fn notices(conn: &mut Conn) -> Result<Vec<(Notice, i64)>, StoreError> {
    let rows: Vec<(String, String, i64)> =
        sqlx::query_as("select version, words, first_us from notice order by first_us, version")
            .fetch_all(&mut *conn)
            .await?;
    Ok(rows.into_iter().map(|(version, words, first_us)| (Notice { version, words }, first_us)).collect())
}

/// Says that the school asked for a session, or, with nothing, that families are asked on the tablet.
pub async fn set_school_notice(conn: &mut Conn, session_id: i64, said_us: Option<i64>) -> Result<(), StoreError> {
    match said_us {
        Some(said_us) => {
            sqlx::query(
                "insert into school_notice (session_id, said_us) values ($1, $2) on conflict (session_id) do nothing",
            )
            .bind(session_id)
            .bind(said_us)
            .execute(&mut *conn)
            .await?
        }
        None => {
            sqlx::query("delete from school_notice where session_id = $1").bind(session_id).execute(&mut *conn).await?
        }
    };
    Ok(())
}

/// Whether the school asked for a session.
pub async fn is_school_notice(conn: &mut Conn, session_id: i64) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar("select exists (select 1 from school_notice where session_id = $1)")
        .bind(session_id)
        .fetch_one(&mut *conn)
        .await?)
}

/// How permission was given for the children's answers of a session, by wave and notice.
pub async fn counts(conn: &mut Conn, session_id: i64) -> Result<Vec<PermissionCount>, StoreError> {
    let rows: Vec<(String, Option<String>, Option<String>, i64)> = sqlx::query_as(
        "select r.wave, r.permission, r.notice, count(*) from response r join person p on p.id = r.person_id
         where r.session_id = $1 and p.role = 'child' and r.wave is not null
         group by r.wave, r.permission, r.notice order by r.wave, r.permission, r.notice",
    )
    .bind(session_id)
    .fetch_all(&mut *conn)
    .await?;
    rows.into_iter()
        .map(|(wave, by, notice, n)| {
            Ok(PermissionCount { wave: wave_of(&wave)?, by: by.as_deref().and_then(GivenBy::from_code), notice, n })
        })
        .collect()
}
