//! The areas and organisations of a programme, which projects belong to.

use crate::session::{Area, Organisation};
use crate::store::StoreError;
use crate::store::step::step;

use super::Conn;

/// A programme's areas by name.
pub async fn of_programme(conn: &mut Conn, programme_id: i64) -> Result<Vec<Area>, StoreError> {
    let rows: Vec<(i64, String)> = sqlx::query_as("select id, name from area where programme_id = $1 order by name")
        .bind(programme_id)
        .fetch_all(&mut *conn)
        .await?;
    Ok(rows.into_iter().map(|(id, name)| Area { id, programme_id, name }).collect())
}

/// Adds an area and returns its id.
pub async fn insert(conn: &mut Conn, area: &Area) -> Result<i64, StoreError> {
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

/// The area of this name, in capitals or not; it is added where there is none.
pub async fn named(conn: &mut Conn, programme_id: i64, name: &str) -> Result<Option<i64>, StoreError> {
    let known = of_programme(conn, programme_id).await?.into_iter().find(|area| is_called(&area.name, name));
    match known {
        Some(area) => Ok(Some(area.id)),
        None if name.is_empty() => Ok(None),
        None => insert(conn, &Area { id: 0, programme_id, name: name.to_owned() }).await.map(Some),
    }
}

/// The organisation of this name, likewise.
pub async fn organisation_named(conn: &mut Conn, programme_id: i64, name: &str) -> Result<Option<i64>, StoreError> {
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
