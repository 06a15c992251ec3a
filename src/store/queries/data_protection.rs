//! On what ground of the law a programme holds what families gave, and complaints about how that is handled.

use crate::session::lawful_basis::{Complaint, Ground, LawfulBasis};
use crate::store::StoreError;
use crate::store::step::step;

use super::Conn;

/// The ground of a programme.
pub async fn basis(conn: &mut Conn, programme_id: i64) -> Result<Option<LawfulBasis>, StoreError> {
    let row: Option<(String, String, String, String, String)> = sqlx::query_as(
        "select basis, decided_by, decided_on, written_in, contact from lawful_basis where programme_id = $1",
    )
    .bind(programme_id)
    .fetch_optional(&mut *conn)
    .await?;
    row.map(|(ground, decided_by, decided_on, written_in, contact)| {
        let ground = Ground::from_code(&ground).ok_or(StoreError::Unreadable("lawful basis"))?;
        Ok(LawfulBasis { ground, decided_by, decided_on, written_in, contact })
    })
    .transpose()
}

/// Writes it down; the log has what stood before.
pub async fn set_basis(conn: &mut Conn, programme_id: i64, basis: &LawfulBasis) -> Result<(), StoreError> {
    sqlx::query(
        "insert into lawful_basis (programme_id, basis, decided_by, decided_on, written_in, contact)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (programme_id) do update set basis = excluded.basis, decided_by = excluded.decided_by,
         decided_on = excluded.decided_on, written_in = excluded.written_in, contact = excluded.contact",
    )
    .bind(programme_id)
    .bind(basis.ground.code())
    .bind(&basis.decided_by)
    .bind(&basis.decided_on)
    .bind(&basis.written_in)
    .bind(&basis.contact)
    .execute(&mut *conn)
    .await?;
    Ok(())
}

/// A programme's complaints, the newest first.
pub async fn complaints(conn: &mut Conn, programme_id: i64) -> Result<Vec<Complaint>, StoreError> {
    let rows: Vec<(i64, String, String, String, String, String)> = sqlx::query_as(
        "select id, received_on, about, acknowledged_on, done, closed_on from complaint where programme_id = $1
         order by received_on desc, id desc",
    )
    .bind(programme_id)
    .fetch_all(&mut *conn)
    .await?;
    let complaint = |(id, received_on, about, acknowledged_on, done, closed_on)| Complaint {
        id,
        received_on,
        about,
        acknowledged_on,
        done,
        closed_on,
    };
    Ok(rows.into_iter().map(complaint).collect())
}

/// Notes a complaint.
pub async fn add_complaint(conn: &mut Conn, programme_id: i64, complaint: &Complaint) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar(
        "insert into complaint (id, programme_id, received_on, about, acknowledged_on, done, closed_on)
         select coalesce(max(id), 0) + $7, $1, $2, $3, $4, $5, $6 from complaint returning id",
    )
    .bind(programme_id)
    .bind(&complaint.received_on)
    .bind(&complaint.about)
    .bind(&complaint.acknowledged_on)
    .bind(&complaint.done)
    .bind(&complaint.closed_on)
    .bind(step()?)
    .fetch_one(&mut *conn)
    .await?)
}

/// Notes what became of it.
pub async fn change_complaint(conn: &mut Conn, programme_id: i64, complaint: &Complaint) -> Result<bool, StoreError> {
    let changed = sqlx::query(
        "update complaint set received_on = $3, about = $4, acknowledged_on = $5, done = $6, closed_on = $7
         where id = $1 and programme_id = $2",
    )
    .bind(complaint.id)
    .bind(programme_id)
    .bind(&complaint.received_on)
    .bind(&complaint.about)
    .bind(&complaint.acknowledged_on)
    .bind(&complaint.done)
    .bind(&complaint.closed_on)
    .execute(&mut *conn)
    .await?;
    Ok(changed.rows_affected() > 0)
}
