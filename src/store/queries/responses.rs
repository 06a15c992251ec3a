//! Responses as they were judged, by state.

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
