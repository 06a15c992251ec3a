//! Programmes.

use crate::session::{Because, Programme, TargetReading};
use crate::store::StoreError;
use crate::store::step::step;

use super::{Conn, derived, practice, project, stored, targets};

type ProgrammeRow = (i64, String, String, String, String, String, i64, String, bool, Option<i64>);

fn programme_of(row: ProgrammeRow) -> Result<Programme, StoreError> {
    let (id, name, funder, grant_reference, starts_on, ends_on, awareness_target, reading, sample, practice_of) = row;
    let awareness_reading = TargetReading::from_code(&reading).ok_or(StoreError::Unreadable("target's reading"))?;
    Ok(Programme {
        id,
        name,
        funder,
        grant_reference,
        starts_on,
        ends_on,
        awareness_target,
        awareness_reading,
        sample,
        practice_of,
    })
}

/// All programmes, the real ones first. Practices are none of them: they are reached by their session alone.
pub async fn all(conn: &mut Conn) -> Result<Vec<Programme>, StoreError> {
    let rows: Vec<ProgrammeRow> = sqlx::query_as(
        "select id, name, funder, grant_reference, starts_on, ends_on, awareness_target, awareness_reading, sample,
         practice_of from programme where practice_of is null order by sample, id",
    )
    .fetch_all(&mut *conn)
    .await?;
    rows.into_iter().map(programme_of).collect()
}

/// One programme.
pub async fn by_id(conn: &mut Conn, id: i64) -> Result<Option<Programme>, StoreError> {
    let row: Option<ProgrammeRow> = sqlx::query_as(
        "select id, name, funder, grant_reference, starts_on, ends_on, awareness_target, awareness_reading, sample,
         practice_of from programme where id = $1",
    )
    .bind(id)
    .fetch_optional(&mut *conn)
    .await?;
    row.map(programme_of).transpose()
}

/// Adds a programme and returns its id.
pub async fn insert(conn: &mut Conn, programme: &Programme, now_us: i64) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar(
        "insert into programme (id, name, funder, grant_reference, starts_on, ends_on, awareness_target, sample, created_us,
         practice_of, awareness_reading)
         select coalesce(max(id), 0) + $11, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10 from programme
         returning id",
    )
    .bind(&programme.name)
    .bind(&programme.funder)
    .bind(&programme.grant_reference)
    .bind(&programme.starts_on)
    .bind(&programme.ends_on)
    .bind(programme.awareness_target)
    .bind(programme.sample)
    .bind(now_us)
    .bind(programme.practice_of)
    .bind(programme.awareness_reading.code())
    .bind(step()?)
    .fetch_one(&mut *conn)
    .await?)
}

/// Changes what may change of a programme; whether it is sample data never does. Targets that change while answers are
/// in leave a trace; `false`, and nothing changes, where that needs a reason and there is none.
pub async fn update(conn: &mut Conn, programme: &Programme, because: &Because) -> Result<bool, StoreError> {
    if !targets::trace_programme(conn, programme, because).await? {
        return Ok(false);
    }
    sqlx::query(
        "update programme set name = $2, funder = $3, grant_reference = $4, starts_on = $5, ends_on = $6,
         awareness_target = $7, awareness_reading = $8 where id = $1",
    )
    .bind(programme.id)
    .bind(&programme.name)
    .bind(&programme.funder)
    .bind(&programme.grant_reference)
    .bind(&programme.starts_on)
    .bind(&programme.ends_on)
    .bind(programme.awareness_target)
    .bind(programme.awareness_reading.code())
    .execute(&mut *conn)
    .await?;
    Ok(true)
}

/// Removes everything of a programme, practices beside its projects too. Returns the responses removed.
pub async fn remove(conn: &mut Conn, id: i64) -> Result<i64, StoreError> {
    let projects: Vec<i64> = project::of_programme(conn, id).await?.into_iter().map(|project| project.id).collect();
    for practice in practice::beside(conn, &projects).await? {
        practice::end(conn, practice).await?;
    }
    remove_alone(conn, id).await
}

/// Removes everything of a programme, in the order that references allow. Returns the responses removed.
///
/// Other content that came under the id of a removed response goes with it. A response that could not be
/// placed belongs to no programme and stays.
pub async fn remove_alone(conn: &mut Conn, id: i64) -> Result<i64, StoreError> {
    // The intake rows must go after the responses that say whose they are.
    let arrivals = stored::of_programme(conn, id).await?;
    super::texts::remove(conn, id).await?;
    targets::remove(conn, id).await?;
    derived::forget_counts_of(conn, id).await?;
    for statement in [
        "delete from link where programme_id = $1",
        "delete from response where id in (select r.id from response r join session s on s.id = r.session_id
         join project p on p.id = s.project_id where p.programme_id = $1)",
        "delete from attendance where session_id in (select s.id from session s join project p on p.id = s.project_id
         where p.programme_id = $1)",
        "delete from no_count where session_id in (select s.id from session s join project p on p.id = s.project_id
         where p.programme_id = $1)",
        "delete from refusal_seen where session_id in (select s.id from session s join project p on p.id = s.project_id
         where p.programme_id = $1)",
        "delete from pairing where session_id in (select s.id from session s join project p on p.id = s.project_id
         where p.programme_id = $1)",
        "delete from session_collecting where session_id in (select s.id from session s join project p on p.id = s.project_id
         where p.programme_id = $1)",
        "delete from sitting where session_id in (select s.id from session s join project p on p.id = s.project_id
         where p.programme_id = $1)",
        "delete from session_notes where session_id in (select s.id from session s join project p on p.id = s.project_id
         where p.programme_id = $1)",
        "delete from session_closing where session_id in (select s.id from session s join project p on p.id = s.project_id
         where p.programme_id = $1)",
        "delete from second_keying where session_id in (select s.id from session s join project p on p.id = s.project_id
         where p.programme_id = $1)",
        // The numbers stay: a tablet goes on counting, and nowhere else is waited for what was given up here.
        "update tablet_number set given_up_at = null where given_up_at in (select s.id from session s
         join project p on p.id = s.project_id where p.programme_id = $1)",
        "delete from tablet where session_id in (select s.id from session s join project p on p.id = s.project_id
         where p.programme_id = $1)",
        "delete from withdrawal where session in (select s.key from session s join project p on p.id = s.project_id
         where p.programme_id = $1)",
        "delete from person where card_code in (select card.code from card join project on project.id = card.project_id
         where project.programme_id = $1)",
        "delete from holding where programme_id = $1",
        "delete from funder_link where programme_id = $1",
        "delete from retention where programme_id = $1",
        "delete from sign_off where programme_id = $1",
        "delete from lawful_basis where programme_id = $1",
        "delete from complaint where programme_id = $1",
        "delete from protection where programme_id = $1",
        "delete from safeguarding where programme_id = $1",
        "delete from comment_read where programme_id = $1",
        "delete from permission_note where session_id in (select s.id from session s join project p on p.id = s.project_id
         where p.programme_id = $1)",
        "delete from school_notice where session_id in (select s.id from session s join project p on p.id = s.project_id
         where p.programme_id = $1)",
        "delete from card where project_id in (select id from project where programme_id = $1)",
        "delete from session where project_id in (select id from project where programme_id = $1)",
        "delete from project where programme_id = $1",
        "delete from area where programme_id = $1",
        "delete from organisation where programme_id = $1",
        "delete from programme where id = $1",
    ] {
        sqlx::query(statement).bind(id).execute(&mut *conn).await?;
    }
    stored::forget(conn, &arrivals).await?;
    Ok(i64::try_from(arrivals.len()).unwrap_or(i64::MAX))
}
