//! Practices: a programme of its own beside one project, begun with one button and taken away whole.

use std::collections::HashSet;

use crate::response::session_in;
use crate::session::{Programme, Project, Session, SessionRole, TargetReading};
use crate::store::{NewPractice, Practice, StoreError};

use super::intake::Arrived;
use super::stored::{self, Walk};
use super::{Conn, family, programme, project, sessions};

/// The practice of a project, the newest where two were begun at once.
pub async fn of_project(conn: &mut Conn, project_id: i64) -> Result<Option<Practice>, StoreError> {
    let row: Option<(i64, String, String)> = sqlx::query_as(
        "select programme.id, s.key, s.held_on from programme join project p on p.programme_id = programme.id
         join session s on s.project_id = p.id where programme.practice_of = $1 order by programme.id desc, s.id limit 1",
    )
    .bind(project_id)
    .fetch_optional(&mut *conn)
    .await?;
    Ok(row.map(|(programme_id, session, held_on)| Practice { programme_id, session, held_on }))
}

/// Begins a practice beside a project, in place of any other of that project. `false` where there is no such project.
pub async fn begin(conn: &mut Conn, project_id: i64, new: &NewPractice, now_us: i64) -> Result<bool, StoreError> {
    let Some(project) = project::by_id(conn, project_id).await? else { return Ok(false) };
    for earlier in beside(conn, &[project_id]).await? {
        end(conn, earlier).await?;
    }
    let name = format!("Practice of {}", project.name);
    let programme = Programme {
        id: 0,
        name,
        funder: String::new(),
        grant_reference: String::new(),
        starts_on: String::new(),
        ends_on: String::new(),
        awareness_target: 50,
        awareness_reading: TargetReading::Overall,
        sample: false,
        practice_of: Some(project_id),
    };
    let programme_id = programme::insert(conn, &programme, now_us).await?;
    let role = SessionRole::to_practise(project.design);
    let beside =
        Project { programme_id, area_id: None, organisation_id: None, target_children: 0, award_pence: 0, ..project };
    let project_id = project::insert(conn, &beside).await?;
    let session = Session {
        id: 0,
        key: new.session.clone(),
        project_id,
        held_on: new.held_on.clone(),
        place: String::new(),
        role,
        closed_at_us: None,
        afters_us: None,
    };
    sessions::insert(conn, &session).await?;
    family::issue(conn, project_id, &new.cards, now_us).await?;
    Ok(true)
}

/// The practices beside these projects.
pub async fn beside(conn: &mut Conn, projects: &[i64]) -> Result<Vec<i64>, StoreError> {
    let mut found: Vec<i64> = Vec::new();
    for project in projects {
        let some: Vec<i64> = sqlx::query_scalar("select id from programme where practice_of = $1 order by id")
            .bind(project)
            .fetch_all(&mut *conn)
            .await?;
        found.extend(some);
    }
    Ok(found)
}

/// Takes a practice away with everything that came to it, judged or not, and remembers that it is over. Anything but
/// a practice stays as it is.
pub async fn end(conn: &mut Conn, programme_id: i64) -> Result<(), StoreError> {
    let keys: Vec<String> = sqlx::query_scalar(
        "select s.key from session s join project p on p.id = s.project_id join programme on programme.id = p.programme_id
         where programme.id = $1 and programme.practice_of is not null order by s.id",
    )
    .bind(programme_id)
    .fetch_all(&mut *conn)
    .await?;
    if keys.is_empty() {
        return Ok(());
    }
    for key in &keys {
        sqlx::query("insert into practice_over (session) values ($1) on conflict (session) do nothing")
            .bind(key)
            .execute(&mut *conn)
            .await?;
    }
    let strays = strays(conn, &keys.iter().map(String::as_str).collect()).await?;
    stored::forget(conn, &strays).await?;
    programme::remove_alone(conn, programme_id).await?;
    Ok(())
}

/// What names one of these sessions and was given to nobody, or not yet: a real card that came to a practice, say.
async fn strays(conn: &mut Conn, sessions: &HashSet<&str>) -> Result<Vec<i64>, StoreError> {
    let ours = |bytes: &[u8]| session_in(bytes).is_some_and(|session| sessions.contains(session.as_str()));
    let found = Walk::through_what_is_nobodys().all(conn, ours).await?;
    Ok(found.into_iter().map(|one| one.arrival).collect())
}

/// Which of these arrivals are of a practice that is over, by their place in the list.
pub async fn over(conn: &mut Conn, arrived: &[Arrived]) -> Result<HashSet<usize>, StoreError> {
    let some: bool = sqlx::query_scalar("select exists (select 1 from practice_over)").fetch_one(&mut *conn).await?;
    let mut over = HashSet::new();
    if !some {
        return Ok(over);
    }
    for (place, one) in arrived.iter().enumerate() {
        if let Some(session) = session_in(one.bytes())
            && is_over(conn, &session).await?
        {
            over.insert(place);
        }
    }
    Ok(over)
}

/// Whether this was the session of a practice that is over.
pub async fn is_over(conn: &mut Conn, session: &str) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar("select exists (select 1 from practice_over where session = $1)")
        .bind(session)
        .fetch_one(&mut *conn)
        .await?)
}
