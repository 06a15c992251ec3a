//! Sessions: their address, their day, whether they are open.

use crate::pairing::FamilySums;
use crate::person::CardCode;
use crate::session::{Declined, No, Session, SessionRole};
use crate::store::{Presence, SessionPlace, StoreError};

use super::family_sums;
use super::judged::LATE;
use super::{Conn, data_protection, history, permission, programme, project, turnout};

type SessionRow = (i64, String, i64, String, String, String, Option<i64>, Option<i64>);

fn session_of(row: SessionRow) -> Result<Session, StoreError> {
    let (id, key, project_id, held_on, place, role, closed_at_us, afters_us) = row;
    let role = SessionRole::from_code(&role).ok_or(StoreError::Unreadable("session role"))?;
    Ok(Session { id, key, project_id, held_on, place, role, closed_at_us, afters_us })
}

/// The sessions of a programme, by project and day.
pub async fn of_programme(conn: &mut Conn, programme_id: i64) -> Result<Vec<Session>, StoreError> {
    let rows: Vec<SessionRow> = sqlx::query_as(
        "select s.id, s.key, s.project_id, s.held_on, s.place, s.role, s.closed_at_us, s.afters_us
         from session s join project p on p.id = s.project_id
         where p.programme_id = $1 order by s.project_id, s.held_on, s.id",
    )
    .bind(programme_id)
    .fetch_all(&mut *conn)
    .await?;
    rows.into_iter().map(session_of).collect()
}

/// The sessions of a programme at which somebody was seen, without those that only ask again later.
pub async fn held(conn: &mut Conn, programme_id: i64) -> Result<Vec<Session>, StoreError> {
    let rows: Vec<SessionRow> = sqlx::query_as(
        "select s.id, s.key, s.project_id, s.held_on, s.place, s.role, s.closed_at_us, s.afters_us
         from session s join project p on p.id = s.project_id
         where p.programme_id = $1 and s.role <> 'follow_up'
           and exists (select 1 from attendance a where a.session_id = s.id)
         order by s.project_id, s.held_on, s.id",
    )
    .bind(programme_id)
    .fetch_all(&mut *conn)
    .await?;
    rows.into_iter().map(session_of).collect()
}

/// The projects of a programme that have a session which only asks again later, held or to come.
pub async fn asked_later(conn: &mut Conn, programme_id: i64) -> Result<Vec<i64>, StoreError> {
    Ok(sqlx::query_scalar(
        "select distinct s.project_id from session s join project p on p.id = s.project_id
         where p.programme_id = $1 and s.role = 'follow_up' order by s.project_id",
    )
    .bind(programme_id)
    .fetch_all(&mut *conn)
    .await?)
}

/// How often somebody said no at each session of a programme.
pub async fn noes(conn: &mut Conn, programme_id: i64) -> Result<Vec<(i64, No, i64)>, StoreError> {
    let rows: Vec<(i64, String, bool, i64)> = sqlx::query_as(
        "select c.session_id, c.declined, c.known, c.n from no_count c join session s on s.id = c.session_id
         join project p on p.id = s.project_id where p.programme_id = $1
         order by c.session_id, c.declined, c.known",
    )
    .bind(programme_id)
    .fetch_all(&mut *conn)
    .await?;
    rows.into_iter()
        .map(|(session, declined, known, n)| Ok((session, No { declined: declined_of(&declined)?, known }, n)))
        .collect()
}

/// What was declined, as it is stored.
pub fn declined_of(code: &str) -> Result<Declined, StoreError> {
    Declined::from_code(code).ok_or(StoreError::Unreadable("what was declined"))
}

/// The open sessions of a project, newest day first.
pub async fn open_of_project(conn: &mut Conn, project_id: i64) -> Result<Vec<Session>, StoreError> {
    let rows: Vec<SessionRow> = sqlx::query_as(
        "select id, key, project_id, held_on, place, role, closed_at_us, afters_us from session
         where project_id = $1 and closed_at_us is null order by held_on desc, id desc",
    )
    .bind(project_id)
    .fetch_all(&mut *conn)
    .await?;
    rows.into_iter().map(session_of).collect()
}

/// A session with where it belongs.
pub async fn by_key(conn: &mut Conn, key: &str) -> Result<Option<SessionPlace>, StoreError> {
    let row: Option<SessionRow> = sqlx::query_as(
        "select id, key, project_id, held_on, place, role, closed_at_us, afters_us from session where key = $1",
    )
    .bind(key)
    .fetch_optional(&mut *conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let session = session_of(row)?;
    let Some(project) = project::by_id(conn, session.project_id).await? else { return Ok(None) };
    let Some(programme) = programme::by_id(conn, project.programme_id).await? else { return Ok(None) };
    let school_notice = permission::is_school_notice(conn, session.id).await?;
    let basis = data_protection::basis(conn, programme.id).await?;
    Ok(Some(SessionPlace { session, project, programme, school_notice, basis }))
}

/// Adds a session and returns its id.
pub async fn insert(conn: &mut Conn, session: &Session) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar(
        "insert into session (id, key, project_id, held_on, place, role, closed_at_us, afters_us)
         select coalesce(max(id), 0) + 1, $1, $2, $3, $4, $5, $6, $7 from session returning id",
    )
    .bind(&session.key)
    .bind(session.project_id)
    .bind(&session.held_on)
    .bind(&session.place)
    .bind(session.role.code())
    .bind(session.closed_at_us)
    .bind(session.afters_us)
    .fetch_one(&mut *conn)
    .await?)
}

/// Changes a session's day, place and role. Families are summed up where a session is one-off, and which of somebody's
/// visits was the first is a matter of days, so those who were there are counted anew.
pub async fn update(conn: &mut Conn, session: &Session) -> Result<(), StoreError> {
    let seen: Vec<i64> =
        sqlx::query_scalar("select person_id from attendance where session_id = $1 order by person_id")
            .bind(session.id)
            .fetch_all(&mut *conn)
            .await?;
    let who_counts = turnout::those_who_count(conn, &seen).await?;
    // Whoever was seen with another family's card counts in their own.
    let people: Vec<i64> = seen.into_iter().chain(who_counts.iter().copied()).collect();
    let were_there = turnout::Before::of_people(conn, who_counts.clone()).await?;
    let before = family_sums::of_people(conn, &people).await?;
    let answers = history::Before::of(conn, &who_counts).await?;
    sqlx::query("update session set held_on = $2, place = $3, role = $4 where id = $1")
        .bind(session.id)
        .bind(&session.held_on)
        .bind(&session.place)
        .bind(session.role.code())
        .execute(&mut *conn)
        .await?;
    were_there.settle(conn).await?;
    let now = family_sums::of_people(conn, &people).await?;
    family_sums::shift(conn, before.into_iter().map(FamilySums::negated).chain(now)).await?;
    // Whether it is a visit, and whether a follow-up is late enough to be one, may be another matter now.
    answers.settle(conn).await
}

/// Closes a session, or opens it again. An answer is late by the closing that stands, so whoever was late and is not
/// any more, or the other way round, is looked at again.
pub async fn close(conn: &mut Conn, id: i64, at_us: Option<i64>) -> Result<(), StoreError> {
    let moved: Vec<(i64, String, i64)> = sqlx::query_as(
        "select r.arrival, r.flags, r.person_id from response r join intake i on i.arrival = r.arrival
         where r.session_id = $1 and r.wave not in ('post_home', 'follow_up') and r.person_id is not null
           and coalesce(i.received_us > $2, false) <> ((' ' || r.flags || ' ') like '% late %')
         order by r.arrival",
    )
    .bind(id)
    .bind(at_us)
    .fetch_all(&mut *conn)
    .await?;
    let concerned = history::Before::of(conn, &moved.iter().map(|(.., person)| *person).collect()).await?;
    for (arrival, flags, _) in &moved {
        let mut now: Vec<&str> = flags.split_whitespace().filter(|flag| *flag != LATE).collect();
        if now.len() == flags.split_whitespace().count() {
            now.push(LATE);
        }
        // By arrival: another content may have come under the same id.
        sqlx::query("update response set flags = $2 where arrival = $1")
            .bind(*arrival)
            .bind(now.join(" "))
            .execute(&mut *conn)
            .await?;
    }
    sqlx::query("update session set closed_at_us = $2 where id = $1").bind(id).bind(at_us).execute(&mut *conn).await?;
    concerned.settle(conn).await
}

/// Starts the afters of a session, or takes that back.
pub async fn start_afters(conn: &mut Conn, id: i64, at_us: Option<i64>) -> Result<(), StoreError> {
    sqlx::query("update session set afters_us = $2 where id = $1").bind(id).bind(at_us).execute(&mut *conn).await?;
    Ok(())
}

/// The last session that somebody of a family came to, by day.
pub async fn last_of_card(conn: &mut Conn, code: &CardCode) -> Result<Option<Session>, StoreError> {
    let row: Option<SessionRow> = sqlx::query_as(
        "select s.id, s.key, s.project_id, s.held_on, s.place, s.role, s.closed_at_us, s.afters_us
         from session s join attendance a on a.session_id = s.id join person on person.id = a.person_id
         join card c on c.code = person.card_code
         where coalesce(c.family, c.code) = (select coalesce(k.family, k.code) from card k where k.code = $1)
         order by s.held_on desc, s.id desc limit 1",
    )
    .bind(code.as_str())
    .fetch_optional(&mut *conn)
    .await?;
    row.map(session_of).transpose()
}

/// Adds to how often somebody said no.
pub async fn add_noes(conn: &mut Conn, session_id: i64, no: No, n: i64) -> Result<(), StoreError> {
    sqlx::query(
        "insert into no_count (session_id, declined, known, n) values ($1, $2, $3, $4)
         on conflict (session_id, declined, known) do update set n = no_count.n + excluded.n",
    )
    .bind(session_id)
    .bind(no.declined.code())
    .bind(no.known)
    .bind(n)
    .execute(&mut *conn)
    .await?;
    Ok(())
}

/// Who came to a session and who said no, as counts.
pub async fn presence(conn: &mut Conn, session_id: i64) -> Result<Presence, StoreError> {
    let (families, people): (i64, i64) = sqlx::query_as(
        "select count(distinct coalesce(card.family, card.code)), count(distinct coalesce(person.counts_as, person.id))
         from attendance join person on person.id = attendance.person_id join card on card.code = person.card_code
         where attendance.session_id = $1",
    )
    .bind(session_id)
    .fetch_one(&mut *conn)
    .await?;
    let (children_refused, adults_refused): (i64, i64) = sqlx::query_as(
        "select cast(coalesce(sum(case when declined = 'child' then n end), 0) as bigint),
         cast(coalesce(sum(case when declined = 'child' then 0 else n end), 0) as bigint)
         from no_count where session_id = $1",
    )
    .bind(session_id)
    .fetch_one(&mut *conn)
    .await?;
    Ok(Presence { families, people, children_refused, adults_refused })
}
