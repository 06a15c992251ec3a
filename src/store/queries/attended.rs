//! How often children came, and what leaders noted of the day.

use crate::report::{Attended, DoseCount, SessionVisits};
use crate::store::StoreError;

use super::{Conn, closing};

/// Everything of a programme's sessions.
pub async fn of_programme(conn: &mut Conn, programme_id: i64) -> Result<Attended, StoreError> {
    let sessions: Vec<(i64, i64, i64)> = sqlx::query_as(
        "select c.session_id, c.children, c.newcomers from session_count c join session s on s.id = c.session_id
         join project p on p.id = s.project_id where p.programme_id = $1 order by c.session_id",
    )
    .bind(programme_id)
    .fetch_all(&mut *conn)
    .await?;
    let doses: Vec<(i64, i64, i64)> = sqlx::query_as(
        "select d.project_id, d.sessions, d.children from dose_count d join project p on p.id = d.project_id
         where p.programme_id = $1 order by d.project_id, d.sessions",
    )
    .bind(programme_id)
    .fetch_all(&mut *conn)
    .await?;
    Ok(Attended {
        sessions: sessions
            .into_iter()
            .map(|(session_id, children, newcomers)| SessionVisits { session_id, children, newcomers })
            .collect(),
        doses: doses
            .into_iter()
            .map(|(project_id, sessions, children)| DoseCount { project_id, sessions, children })
            .collect(),
        notes: closing::notes_of_programme(conn, programme_id).await?,
    })
}
