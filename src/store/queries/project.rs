//! Projects.

use crate::session::{Because, DeliveryModel, Design, Project};
use crate::store::step::step;
use crate::store::{NamedProject, StoreError};

use super::{Conn, areas, targets};

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
pub async fn of_programme(conn: &mut Conn, programme_id: i64) -> Result<Vec<Project>, StoreError> {
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
pub async fn by_id(conn: &mut Conn, id: i64) -> Result<Option<Project>, StoreError> {
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
pub async fn insert(conn: &mut Conn, project: &Project) -> Result<i64, StoreError> {
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
pub async fn keep(
    conn: &mut Conn,
    named: &NamedProject,
    old: Option<&Project>,
    because: &Because,
) -> Result<i64, StoreError> {
    if let Some(old) = old
        && by_id(conn, old.id).await?.as_ref() != Some(old)
    {
        return Err(StoreError::Overtaken);
    }
    let NamedProject { project, area, organisation } = named;
    let (area_id, organisation_id) = (
        areas::named(conn, project.programme_id, area).await?,
        areas::organisation_named(conn, project.programme_id, organisation).await?,
    );
    let project = Project { area_id, organisation_id, ..project.clone() };
    match old {
        None => insert(conn, &project).await,
        Some(old) => {
            update(conn, &Project { id: old.id, ..project }, because).await?;
            Ok(old.id)
        }
    }
}

/// Changes a project; it stays in its programme. A target that changes while answers are in leaves a trace.
async fn update(conn: &mut Conn, project: &Project, because: &Because) -> Result<(), StoreError> {
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
