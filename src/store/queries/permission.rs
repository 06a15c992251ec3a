//! The notices that were ever shown, sessions for which the school asked beforehand, and how permission was given.

use crate::html::family::notice::Notice;
use crate::pairing::links::{Confidence, Decision};
use crate::person::Role;
use crate::response::{GivenAfterwards, GivenBy, Mode};
use crate::store::{AssentCount, NewLink, PermissionCount, PermissionGap, PermissionNote, StoreError};
use crate::survey::Library;

use super::responses::wave_of;
use super::{Conn, links};

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

type CountRow = (String, Option<String>, Option<String>, bool, i64);

/// How permission was given for the children's answers of a session, by wave and notice.
pub async fn counts(conn: &mut Conn, session_id: i64) -> Result<Vec<PermissionCount>, StoreError> {
    let rows: Vec<CountRow> = sqlx::query_as(
        "select wave, permission, notice, noted, count(*) from
         (select r.wave, r.permission, r.notice, exists (select 1 from permission_note n
          where n.session_id = r.session_id and n.noted_us >= i.received_us) and r.permission = '' as noted
          from response r join intake i on i.arrival = r.arrival join person p on p.id = r.person_id
          where r.session_id = $1 and p.role = 'child' and r.wave is not null) answers
         group by wave, permission, notice, noted order by wave, permission, notice, noted",
    )
    .bind(session_id)
    .fetch_all(&mut *conn)
    .await?;
    rows.into_iter()
        .map(|(wave, by, notice, noted, n)| {
            Ok(PermissionCount {
                wave: wave_of(&wave)?,
                by: by.as_deref().and_then(GivenBy::from_code),
                notice,
                noted,
                n,
            })
        })
        .collect()
}

type AssentRow = (String, String, Option<String>, Option<String>, i64);

/// Where people said yes themselves to the answers of a session, by wave, role and notice.
pub async fn assents(conn: &mut Conn, session_id: i64) -> Result<Vec<AssentCount>, StoreError> {
    let rows: Vec<AssentRow> = sqlx::query_as(
        "select r.wave, p.role, r.assent, r.notice, count(*) from response r join person p on p.id = r.person_id
         where r.session_id = $1 and r.wave is not null
         group by r.wave, p.role, r.assent, r.notice order by r.wave, p.role, r.assent, r.notice",
    )
    .bind(session_id)
    .fetch_all(&mut *conn)
    .await?;
    rows.into_iter()
        .map(|(wave, role, said, notice, n)| {
            let role = Role::from_code(&role).ok_or(StoreError::Unreadable("role"))?;
            Ok(AssentCount { wave: wave_of(&wave)?, role, said: said.as_deref().and_then(Mode::from_code), notice, n })
        })
        .collect()
}

/// Children's counted answers of a session of which nobody has said how permission was given.
pub async fn gap_at(conn: &mut Conn, session_id: i64) -> Result<i64, StoreError> {
    Ok(gap_ids(conn, session_id).await?.len().try_into().unwrap_or(i64::MAX))
}

async fn gap_ids(conn: &mut Conn, session_id: i64) -> Result<Vec<String>, StoreError> {
    Ok(sqlx::query_scalar(
        "select r.id from response r join intake i on i.arrival = r.arrival
         where r.session_id = $1 and r.permission = '' and r.state = 'counted' and not exists
         (select 1 from permission_note n where n.session_id = r.session_id and n.noted_us >= i.received_us)
         order by r.id",
    )
    .bind(session_id)
    .fetch_all(&mut *conn)
    .await?)
}

/// The same for the projects of a programme, with those of which somebody has said it since.
pub async fn gaps(conn: &mut Conn, programme_id: i64) -> Result<Vec<PermissionGap>, StoreError> {
    let rows: Vec<(i64, bool, i64)> = sqlx::query_as(
        "select project_id, noted, count(*) from
         (select s.project_id, exists (select 1 from permission_note n
          where n.session_id = r.session_id and n.noted_us >= i.received_us) as noted
          from project p join session s on s.project_id = p.id join response r on r.session_id = s.id
          join intake i on i.arrival = r.arrival
          where p.programme_id = $1 and r.permission = '' and r.state = 'counted') answers
         group by project_id, noted order by project_id, noted",
    )
    .bind(programme_id)
    .fetch_all(&mut *conn)
    .await?;
    Ok(rows.into_iter().map(|(project_id, noted, n)| PermissionGap { project_id, noted, n }).collect())
}

/// What was noted of a session, the oldest first.
pub async fn noted(conn: &mut Conn, session_id: i64) -> Result<Vec<PermissionNote>, StoreError> {
    let rows: Vec<(String, String, String, i64)> = sqlx::query_as(
        "select given, reason, who, noted_us from permission_note where session_id = $1 order by noted_us, id",
    )
    .bind(session_id)
    .fetch_all(&mut *conn)
    .await?;
    rows.into_iter()
        .map(|(given, reason, who, noted_us)| {
            let given = GivenAfterwards::from_code(&given).ok_or(StoreError::Unreadable("note on permission"))?;
            Ok(PermissionNote { given, reason, who, noted_us })
        })
        .collect()
}

/// Notes how permission was given for what has arrived so far.
pub async fn note(conn: &mut Conn, session_id: i64, note: &PermissionNote) -> Result<(), StoreError> {
    sqlx::query(
        "insert into permission_note (id, session_id, given, reason, who, noted_us)
         select coalesce(max(id), 0) + 1, $1, $2, $3, $4, $5 from permission_note",
    )
    .bind(session_id)
    .bind(note.given.code())
    .bind(&note.reason)
    .bind(&note.who)
    .bind(note.noted_us)
    .execute(&mut *conn)
    .await?;
    Ok(())
}

/// Sets what nobody can vouch for aside, each by a decision of its own.
pub async fn set_aside(
    conn: &mut Conn,
    library: &Library,
    programme_id: i64,
    session_id: i64,
    reason: &str,
    who: &str,
    now_us: i64,
) -> Result<i64, StoreError> {
    let mut aside = 0;
    for response in gap_ids(conn, session_id).await? {
        let link = NewLink {
            programme_id,
            decision: Decision::Aside { response },
            confidence: Confidence::Sure,
            reason: reason.to_owned(),
            who: who.to_owned(),
        };
        aside += i64::from(links::make(conn, library, &link, now_us).await?.is_ok());
    }
    Ok(aside)
}
