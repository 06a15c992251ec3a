//! Programmes, areas, organisations and projects.

use crate::session::{Area, Because, DeliveryModel, Design, Organisation, Programme, Project, TargetReading};
use crate::store::step::step;
use crate::store::{NamedProject, StoreError};

use super::{Conn, derived, practice, stored, targets};

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
    let projects: Vec<i64> = projects(conn, id).await?.into_iter().map(|project| project.id).collect();
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

/// A programme's areas by name.
pub async fn areas(conn: &mut Conn, programme_id: i64) -> Result<Vec<Area>, StoreError> {
    let rows: Vec<(i64, String)> = sqlx::query_as("select id, name from area where programme_id = $1 order by name")
        .bind(programme_id)
        .fetch_all(&mut *conn)
        .await?;
    Ok(rows.into_iter().map(|(id, name)| Area { id, programme_id, name }).collect())
}

/// Adds an area and returns its id.
pub async fn insert_area(conn: &mut Conn, area: &Area) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar(
        "insert into area (id, programme_id, name) select coalesce(max(id), 0) + $3, $1, $2 from area returning id",
    )
    .bind(area.programme_id)
    .bind(&area.name)
    .bind(step()?)
    .fetch_one(&mut *conn)
    .await?)
}

/// A programme's organisations by name.
pub async fn organisations(conn: &mut Conn, programme_id: i64) -> Result<Vec<Organisation>, StoreError> {
    let rows: Vec<(i64, String)> =
        sqlx::query_as("select id, name from organisation where programme_id = $1 order by name")
            .bind(programme_id)
            .fetch_all(&mut *conn)
            .await?;
    Ok(rows.into_iter().map(|(id, name)| Organisation { id, programme_id, name }).collect())
}

/// Adds an organisation and returns its id.
pub async fn insert_organisation(conn: &mut Conn, organisation: &Organisation) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar(
        "insert into organisation (id, programme_id, name)
         select coalesce(max(id), 0) + $3, $1, $2 from organisation returning id",
    )
    .bind(organisation.programme_id)
    .bind(&organisation.name)
    .bind(step()?)
    .fetch_one(&mut *conn)
    .await?)
}

/// The columns of a project, in the order of [`project_of`].
pub type ProjectRow = (i64, i64, String, Option<i64>, Option<i64>, String, String, i64, i64, Option<bool>, Option<i64>);

/// Reads a project row.
pub fn project_of(row: ProjectRow) -> Result<Project, StoreError> {
    let (
        id,
        programme_id,
        name,
        area_id,
        organisation_id,
        model,
        design,
        target_children,
        award_pence,
        established,
        awareness_target,
    ) = row;
    Ok(Project {
        id,
        programme_id,
        name,
        area_id,
        organisation_id,
        delivery_model: DeliveryModel::from_code(&model).ok_or(StoreError::Unreadable("delivery model"))?,
        design: Design::from_code(&design).ok_or(StoreError::Unreadable("design"))?,
        target_children,
        awareness_target,
        award_pence,
        established,
    })
}

/// A programme's projects in the order they were added.
pub async fn projects(conn: &mut Conn, programme_id: i64) -> Result<Vec<Project>, StoreError> {
    let rows: Vec<ProjectRow> = sqlx::query_as(
        "select id, programme_id, name, area_id, organisation_id, delivery_model, design, target_children, award_pence,
         case when established_known then established end, awareness_target
         from project where programme_id = $1 order by id",
    )
    .bind(programme_id)
    .fetch_all(&mut *conn)
    .await?;
    rows.into_iter().map(project_of).collect()
}

/// The names of a programme's projects that no other programme has for one of its own.
pub async fn names_of_its_own(conn: &mut Conn, programme_id: i64) -> Result<Vec<String>, StoreError> {
    Ok(sqlx::query_scalar(
        "select name from project where programme_id = $1
         and name not in (select name from project where programme_id <> $1) order by name",
    )
    .bind(programme_id)
    .fetch_all(&mut *conn)
    .await?)
}

/// One project.
pub async fn project(conn: &mut Conn, id: i64) -> Result<Option<Project>, StoreError> {
    let row: Option<ProjectRow> = sqlx::query_as(
        "select id, programme_id, name, area_id, organisation_id, delivery_model, design, target_children, award_pence,
         case when established_known then established end, awareness_target from project where id = $1",
    )
    .bind(id)
    .fetch_optional(&mut *conn)
    .await?;
    row.map(project_of).transpose()
}

/// Adds a project and returns its id.
pub async fn insert_project(conn: &mut Conn, project: &Project) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar(
        "insert into project (id, programme_id, name, area_id, organisation_id, delivery_model, design, target_children,
         award_pence, established, established_known, awareness_target)
         select coalesce(max(id), 0) + $12, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11 from project returning id",
    )
    .bind(project.programme_id)
    .bind(&project.name)
    .bind(project.area_id)
    .bind(project.organisation_id)
    .bind(project.delivery_model.code())
    .bind(project.design.code())
    .bind(project.target_children)
    .bind(project.award_pence)
    .bind(project.established.unwrap_or(false))
    .bind(project.established.is_some())
    .bind(project.awareness_target)
    .bind(step()?)
    .fetch_one(&mut *conn)
    .await?)
}

/// Adds a project or changes the `old` one, with the area and the organisation it names, all or nothing.
pub async fn keep_project(
    conn: &mut Conn,
    named: &NamedProject,
    old: Option<&Project>,
    because: &Because,
) -> Result<i64, StoreError> {
    if let Some(old) = old
        && project(conn, old.id).await?.as_ref() != Some(old)
    {
        return Err(StoreError::Overtaken);
    }
    let NamedProject { project, area, organisation } = named;
    let (area_id, organisation_id) = (
        area_named(conn, project.programme_id, area).await?,
        organisation_named(conn, project.programme_id, organisation).await?,
    );
    let project = Project { area_id, organisation_id, ..project.clone() };
    match old {
        None => insert_project(conn, &project).await,
        Some(old) => {
            update_project(conn, &Project { id: old.id, ..project }, because).await?;
            Ok(old.id)
        }
    }
}

/// The area of this name, in capitals or not; it is added where there is none.
async fn area_named(conn: &mut Conn, programme_id: i64, name: &str) -> Result<Option<i64>, StoreError> {
    let known = areas(conn, programme_id).await?.into_iter().find(|area| is_called(&area.name, name));
    match known {
        Some(area) => Ok(Some(area.id)),
        None if name.is_empty() => Ok(None),
        None => insert_area(conn, &Area { id: 0, programme_id, name: name.to_owned() }).await.map(Some),
    }
}

/// The organisation of this name, likewise.
async fn organisation_named(conn: &mut Conn, programme_id: i64, name: &str) -> Result<Option<i64>, StoreError> {
    let known = organisations(conn, programme_id).await?.into_iter().find(|one| is_called(&one.name, name));
    match known {
        Some(organisation) => Ok(Some(organisation.id)),
        None if name.is_empty() => Ok(None),
        None => insert_organisation(conn, &Organisation { id: 0, programme_id, name: name.to_owned() }).await.map(Some),
    }
}

fn is_called(known: &str, typed: &str) -> bool {
    known.to_lowercase() == typed.to_lowercase()
}

/// Changes a project; it stays in its programme. A target that changes while answers are in leaves a trace.
async fn update_project(conn: &mut Conn, project: &Project, because: &Because) -> Result<(), StoreError> {
    if !targets::trace_project(conn, project, because).await? {
        return Err(StoreError::ReasonDue);
    }
    sqlx::query(
        "update project set name = $2, area_id = $3, organisation_id = $4, delivery_model = $5, design = $6,
         target_children = $7, award_pence = $8, established = $9, established_known = $10, awareness_target = $11
         where id = $1",
    )
    .bind(project.id)
    .bind(&project.name)
    .bind(project.area_id)
    .bind(project.organisation_id)
    .bind(project.delivery_model.code())
    .bind(project.design.code())
    .bind(project.target_children)
    .bind(project.award_pence)
    .bind(project.established.unwrap_or(false))
    .bind(project.established.is_some())
    .bind(project.awareness_target)
    .execute(&mut *conn)
    .await?;
    Ok(())
}
