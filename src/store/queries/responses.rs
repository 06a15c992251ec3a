//! Responses as they were judged: states and the flow of participants.

use crate::store::{FlowStep, ResponseState, StateCount, StoreError, StoredFlow};
use crate::survey::Wave;

use super::Conn;
use super::family::{role_of, year_of};

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

type FlowRow = (i64, String, Option<i64>, String, i64);

/// Each step of the flow of participants: a name, and a statement that counts people by project, role and year.
const FLOWS: [(&str, &str); 5] = [
    (
        "registered",
        "select card.project_id, person.role, person.school_year, '', count(*)
         from person join card on card.code = person.card_code join project on project.id = card.project_id
         where project.programme_id = $1
         group by card.project_id, person.role, person.school_year order by 1, 2, 3",
    ),
    (
        "families",
        "select card.project_id, 'child', cast(null as bigint), '', count(distinct card.code)
         from person join card on card.code = person.card_code join project on project.id = card.project_id
         where project.programme_id = $1
         group by card.project_id order by 1",
    ),
    (
        "attendances",
        "select card.project_id, person.role, person.school_year, '', count(*)
         from attendance join person on person.id = attendance.person_id join card on card.code = person.card_code
         join project on project.id = card.project_id join session on session.id = attendance.session_id
         where project.programme_id = $1 and session.role <> 'follow_up'
         group by card.project_id, person.role, person.school_year order by 1, 2, 3",
    ),
    (
        "refused",
        "select session.project_id, refusal.role, cast(null as bigint), '', cast(sum(refusal.n) as bigint)
         from refusal join session on session.id = refusal.session_id join project on project.id = session.project_id
         where project.programme_id = $1
         group by session.project_id, refusal.role order by 1, 2",
    ),
    (
        "answered",
        "select card.project_id, person.role, person.school_year, r.wave, count(*)
         from response r join person on person.id = r.person_id join card on card.code = person.card_code
         join project on project.id = card.project_id
         where project.programme_id = $1 and r.state = 'counted'
         group by card.project_id, person.role, person.school_year, r.wave order by 1, 2, 3, 4",
    ),
];

/// People by the *after* that counts for them: the first of [`Wave::AFTERS`] they have answered.
const BEST_AFTER: &str = "select project_id, role, school_year,
       case best when 1 then 'post_prog' when 2 then 'post_same' when 3 then 'post_home' else 'post_exit' end, count(*)
     from (
       select card.project_id, person.role, person.school_year, person.id,
         min(case r.wave when 'post_prog' then 1 when 'post_same' then 2 when 'post_home' then 3 else 4 end) as best
       from response r join person on person.id = r.person_id join card on card.code = person.card_code
       join project on project.id = card.project_id
       where project.programme_id = $1 and r.state = 'counted'
         and r.wave in ('post_same', 'post_prog', 'post_exit', 'post_home')
       group by card.project_id, person.role, person.school_year, person.id
     ) as afters
     group by project_id, role, school_year, best order by 1, 2, 3, best";

/// The flow of a programme's participants.
pub async fn flow(conn: &mut Conn, programme_id: i64) -> Result<Vec<StoredFlow>, StoreError> {
    let mut flow = Vec::new();
    for (name, statement) in FLOWS.into_iter().chain([("best_after", BEST_AFTER)]) {
        let rows: Vec<FlowRow> = sqlx::query_as(statement).bind(programme_id).fetch_all(&mut *conn).await?;
        for (project_id, role, year, wave, n) in rows {
            let step = match name {
                "registered" => FlowStep::Registered,
                "families" => FlowStep::Families,
                "attendances" => FlowStep::Attendances,
                "refused" => FlowStep::Refused,
                "best_after" => FlowStep::BestAfter(wave_of(&wave)?),
                _ => FlowStep::Answered(wave_of(&wave)?),
            };
            flow.push(StoredFlow { project_id, role: role_of(&role)?, school_year: year_of(year)?, step, n });
        }
    }
    Ok(flow)
}

/// Reads a stored wave back.
pub fn wave_of(code: &str) -> Result<Wave, StoreError> {
    Wave::from_code(code).ok_or(StoreError::Unreadable("wave"))
}
