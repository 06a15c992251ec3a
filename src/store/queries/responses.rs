//! Responses as they were judged, by state.

use crate::session::late_before::BegunBefore;
use crate::store::{ResponseState, StateCount, StoreError};
use crate::survey::Wave;

use super::Conn;

/// How many responses of a session are in each state and wave.
pub async fn states_of_session(conn: &mut Conn, session_id: i64) -> Result<Vec<StateCount>, StoreError> {
    let rows: Vec<(String, Option<String>, String, i64)> = sqlx::query_as(
        "select state, wave, reason, count(*) from response where session_id = $1
         group by state, wave, reason order by state, wave, reason",
    )
    .bind(session_id)
    .fetch_all(&mut *conn)
    .await?;
    rows.into_iter().map(state_count).collect()
}

/// Every before of a programme that was placed, with the moment it was begun.
pub async fn befores_begun(conn: &mut Conn, programme_id: i64) -> Result<Vec<BegunBefore>, StoreError> {
    let rows: Vec<(String, i64, String, i64, i64)> = sqlx::query_as(
        "select r.id, r.session_id, s.held_on, r.started_ms, intake.received_us from response r
         join session s on s.id = r.session_id join project p on p.id = s.project_id
         join intake on intake.arrival = r.arrival
         where p.programme_id = $1 and r.wave = $2 and r.state in ('counted', 'superseded') order by r.arrival",
    )
    .bind(programme_id)
    .bind(Wave::Pre.code())
    .fetch_all(&mut *conn)
    .await?;
    let begun = |(response, session_id, held_on, started_ms, received_us)| BegunBefore {
        response,
        session_id,
        held_on,
        started_ms,
        received_us,
    };
    Ok(rows.into_iter().map(begun).collect())
}

/// Responses that were kept but cannot be scored, by reason.
pub async fn troubles(conn: &mut Conn) -> Result<Vec<StateCount>, StoreError> {
    let rows: Vec<(String, Option<String>, String, i64)> = sqlx::query_as(
        "select state, wave, reason, count(*) from response where state in ('variant', 'invalid', 'unplaced')
         group by state, wave, reason order by state, wave, reason",
    )
    .fetch_all(&mut *conn)
    .await?;
    rows.into_iter().map(state_count).collect()
}

fn state_count((state, wave, reason, n): (String, Option<String>, String, i64)) -> Result<StateCount, StoreError> {
    let state = ResponseState::from_code(&state).ok_or(StoreError::Unreadable("state"))?;
    let wave = wave.map(|code| wave_of(&code)).transpose()?;
    Ok(StateCount { state, wave, reason, n })
}

/// Reads a stored wave back.
pub fn wave_of(code: &str) -> Result<Wave, StoreError> {
    Wave::from_code(code).ok_or(StoreError::Unreadable("wave"))
}
