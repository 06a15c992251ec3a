//! What was altered of the targets after answers were in.

use crate::session::{Aimed, Because, Programme, Project, TargetChange};
use crate::store::StoreError;

use super::Conn;

/// Keeps what is about to change of a programme's targets, where answers are in: to be done before the change. `false`, and
/// nothing is kept, where a reason is due and nobody gave one.
pub async fn trace_programme(conn: &mut Conn, programme: &Programme, because: &Because) -> Result<bool, StoreError> {
    if because.reason.is_empty() {
        let due: bool = sqlx::query_scalar(
            "select exists (select 1 from programme p where p.id = $1
             and (p.awareness_target <> $2 or p.awareness_reading <> $3) and exists (select 1 from response r
             join session s on s.id = r.session_id join project q on q.id = s.project_id where q.programme_id = p.id))",
        )
        .bind(programme.id)
        .bind(programme.awareness_target)
        .bind(programme.awareness_reading.code())
        .fetch_one(&mut *conn)
        .await?;
        return Ok(!due);
    }
    let target = programme.awareness_target.to_string();
    let reading = programme.awareness_reading.code();
    for (aimed, was, became) in [
        (Aimed::Awareness, "cast(p.awareness_target as text)", target.as_str()),
        (Aimed::Reading, "p.awareness_reading", reading),
    ] {
        let statement = format!(
            "insert into target_change (id, programme_id, project_id, target, was, became, reason, changed_on)
             select (select coalesce(max(id), 0) + 1 from target_change), p.id, null, $2, {was}, $3, $4, $5
             from programme p where p.id = $1 and {was} <> $3 and exists (select 1 from response r
             join session s on s.id = r.session_id join project q on q.id = s.project_id where q.programme_id = p.id)"
        );
        sqlx::query(sqlx::AssertSqlSafe(statement))
            .bind(programme.id)
            .bind(aimed.code())
            .bind(became)
            .bind(&because.reason)
            .bind(&because.on)
            .execute(&mut *conn)
            .await?;
    }
    Ok(true)
}

/// The same of a project's own targets, where answers are in at its sessions.
pub async fn trace_project(conn: &mut Conn, project: &Project, because: &Because) -> Result<bool, StoreError> {
    if because.reason.is_empty() {
        let due: bool = sqlx::query_scalar(
            "select exists (select 1 from project p where p.id = $1
             and (p.target_children <> $2 or coalesce(p.awareness_target, 0) <> $3)
             and exists (select 1 from response r join session s on s.id = r.session_id where s.project_id = p.id))",
        )
        .bind(project.id)
        .bind(project.target_children)
        .bind(project.awareness_target.unwrap_or(0))
        .fetch_one(&mut *conn)
        .await?;
        return Ok(!due);
    }
    // The programme's holds where a project has none of its own: nothing is written then.
    let awareness = project.awareness_target.map_or_else(String::new, |target| target.to_string());
    for (aimed, was, became) in [
        (Aimed::Awareness, "coalesce(cast(p.awareness_target as text), '')", awareness),
        (Aimed::Children, "cast(p.target_children as text)", project.target_children.to_string()),
    ] {
        let statement = format!(
            "insert into target_change (id, programme_id, project_id, target, was, became, reason, changed_on)
             select (select coalesce(max(id), 0) + 1 from target_change), p.programme_id, p.id, $2, {was}, $3, $4, $5
             from project p where p.id = $1 and {was} <> $3 and exists (select 1 from response r
             join session s on s.id = r.session_id where s.project_id = p.id)"
        );
        sqlx::query(sqlx::AssertSqlSafe(statement))
            .bind(project.id)
            .bind(aimed.code())
            .bind(became)
            .bind(&because.reason)
            .bind(&because.on)
            .execute(&mut *conn)
            .await?;
    }
    Ok(true)
}

/// Whether answers are in at a programme's sessions, or at those of one of its projects.
pub async fn answers_are_in(conn: &mut Conn, programme_id: i64, project_id: Option<i64>) -> Result<bool, StoreError> {
    let any: Option<i64> = sqlx::query_scalar(
        "select r.arrival from response r join session s on s.id = r.session_id join project p on p.id = s.project_id
         where p.programme_id = $1 and ($2 = 0 or p.id = $2) order by r.arrival limit 1",
    )
    .bind(programme_id)
    .bind(project_id.unwrap_or(0))
    .fetch_optional(&mut *conn)
    .await?;
    Ok(any.is_some())
}

/// Whether answers are in at a session.
pub async fn answered_at(conn: &mut Conn, session_id: i64) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar("select exists (select 1 from response where session_id = $1)")
        .bind(session_id)
        .fetch_one(&mut *conn)
        .await?)
}

type Row = (Option<i64>, String, String, String, String, String);

/// What was changed, oldest first.
pub async fn changes(conn: &mut Conn, programme_id: i64) -> Result<Vec<TargetChange>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "select project_id, target, was, became, reason, changed_on from target_change where programme_id = $1
         order by id",
    )
    .bind(programme_id)
    .fetch_all(&mut *conn)
    .await?;
    rows.into_iter()
        .map(|(project_id, target, was, became, reason, changed_on)| {
            let target = Aimed::from_code(&target).ok_or(StoreError::Unreadable("target"))?;
            Ok(TargetChange { project_id, target, was, became, reason, changed_on })
        })
        .collect()
}

/// Takes the trace away with its programme.
pub async fn remove(conn: &mut Conn, programme_id: i64) -> Result<(), StoreError> {
    sqlx::query("delete from target_change where programme_id = $1").bind(programme_id).execute(&mut *conn).await?;
    Ok(())
}
