//! How often children came, and what leaders noted of the day.

use crate::report::{Attended, DoseCount, SessionVisits};
use crate::session::closing::DayNotes;
use crate::store::StoreError;

use super::{Conn, closing};

/// Children at sessions, each person once at each however many cards they held, without sessions that only ask
/// again later.
const VISITS: &str = "select distinct attendance.session_id, person.id as person_id, card.project_id as home
     from attendance join person seen on seen.id = attendance.person_id
     join person on person.id = coalesce(seen.counts_as, seen.id) join card on card.code = person.card_code
     join session on session.id = attendance.session_id join project on project.id = session.project_id
     where project.programme_id = $1 and session.role <> 'follow_up' and person.role = 'child'";

/// Everything of a programme's sessions.
pub async fn of_programme(conn: &mut Conn, programme_id: i64) -> Result<Attended, StoreError> {
    let by_session = format!(
        "select session_id, count(*), cast(sum(case when nth = 1 then 1 else 0 end) as bigint)
         from (select visit.session_id, row_number() over (partition by visit.person_id order by s.held_on, s.id) as nth
               from ({VISITS}) visit join session s on s.id = visit.session_id) as ranked
         group by session_id order by session_id"
    );
    let sessions: Vec<(i64, i64, i64)> =
        sqlx::query_as(sqlx::AssertSqlSafe(by_session)).bind(programme_id).fetch_all(&mut *conn).await?;
    let by_dose = format!(
        "select home, sessions, count(*) from (
             select home, person_id, count(*) as sessions from ({VISITS}) visit group by home, person_id) as doses
         group by home, sessions order by home, sessions"
    );
    let doses: Vec<(i64, i64, i64)> =
        sqlx::query_as(sqlx::AssertSqlSafe(by_dose)).bind(programme_id).fetch_all(&mut *conn).await?;
    Ok(Attended {
        sessions: sessions
            .into_iter()
            .map(|(session_id, children, newcomers)| SessionVisits { session_id, children, newcomers })
            .collect(),
        doses: doses
            .into_iter()
            .map(|(project_id, sessions, children)| DoseCount { project_id, sessions, children })
            .collect(),
        notes: notes(conn, programme_id).await?,
    })
}

/// What leaders noted of a programme's sessions.
pub async fn notes(conn: &mut Conn, programme_id: i64) -> Result<Vec<(i64, DayNotes)>, StoreError> {
    let noted: Vec<i64> = sqlx::query_scalar(
        "select n.session_id from session_notes n join session s on s.id = n.session_id
         join project p on p.id = s.project_id where p.programme_id = $1 order by n.session_id",
    )
    .bind(programme_id)
    .fetch_all(&mut *conn)
    .await?;
    let mut notes = Vec::with_capacity(noted.len());
    for session_id in noted {
        if let Some(of_day) = closing::notes(conn, session_id).await? {
            notes.push((session_id, of_day));
        }
    }
    Ok(notes)
}
