//! What a session's leader watches: who came and what they have answered, and what its tablets say.

use std::collections::{BTreeMap, HashMap};

use crate::store::{Attendee, PriorVisit, ResponseState, SessionTablet, StoreError};
use crate::survey::Wave;

use super::family::{animal_of, code_of};
use super::{Conn, pairing, tablets};

/// Who came to a session, with everything that counts for them so far, here and elsewhere.
pub async fn attendees(conn: &mut Conn, session_id: i64) -> Result<Vec<Attendee>, StoreError> {
    let people: Vec<(i64, String, String, i64, i64)> = sqlx::query_as(
        "select person.id, coalesce(card.family, card.code), person.animal, person.created_us,
         (select count(distinct other.session_id) from attendance other where other.session_id <> $1
          and (other.person_id = person.id or other.person_id in (select n.id from person n where n.counts_as = person.id)))
         from person join card on card.code = person.card_code where person.id in
         (select coalesce(n.counts_as, n.id) from attendance a join person n on n.id = a.person_id where a.session_id = $1)
         order by person.id",
    )
    .bind(session_id)
    .fetch_all(&mut *conn)
    .await?;
    let answered: Vec<(i64, String, String, String)> = sqlx::query_as(
        "select r.person_id, r.wave, r.survey, s.held_on from response r join session s on s.id = r.session_id
         where r.person_id in
         (select coalesce(n.counts_as, n.id) from attendance a join person n on n.id = a.person_id where a.session_id = $1)
         and r.state = $2 order by r.arrival",
    )
    .bind(session_id)
    .bind(ResponseState::Counted.code())
    .fetch_all(&mut *conn)
    .await?;
    let mut visits: HashMap<i64, Vec<PriorVisit>> = HashMap::new();
    for (person_id, wave, survey, held_on) in answered {
        let wave = Wave::from_code(&wave).ok_or(StoreError::Unreadable("wave"))?;
        visits.entry(person_id).or_default().push(PriorVisit { wave, survey, held_on });
    }
    people
        .into_iter()
        .map(|(id, code, animal, first_seen_us, attended)| {
            let animal = animal_of(&animal)?;
            let visits = visits.remove(&id).unwrap_or_default();
            Ok(Attendee { id, card: code_of(&code)?, animal, first_seen_us, attended, visits })
        })
        .collect()
}

/// Every tablet that was ever paired with a session, spoke at it, or sent something begun at it: by name, those
/// without one last. A family's phone that answered at home afterwards is none of them, and what any device sent from
/// home says nothing about the session.
pub async fn tablets_of(conn: &mut Conn, session_id: i64, key: &str) -> Result<Vec<SessionTablet>, StoreError> {
    let mut all: BTreeMap<String, SessionTablet> = BTreeMap::new();
    for one in pairing::of_session(conn, session_id).await? {
        let Some(name) = &one.name else { continue };
        let tablet = all.entry(one.device.clone()).or_default();
        tablet.name = Some(name.clone());
        tablet.pairing = one.holds().then_some(one.id).or(tablet.pairing);
    }
    for (beat, seen_us) in tablets::of_session(conn, session_id).await? {
        let device = beat.device.clone();
        all.entry(device).or_default().beat = Some((beat, seen_us));
    }
    let own: Vec<String> =
        sqlx::query_scalar("select device from tablet where session_id = $1 and own_us is not null order by device")
            .bind(session_id)
            .fetch_all(&mut *conn)
            .await?;
    for device in own {
        all.entry(device).or_default().gone_home = true;
    }
    // A follow-up at a session of its own is answered in the hall.
    let in_hall: bool = sqlx::query_scalar("select role = 'follow_up' from session where id = $1")
        .bind(session_id)
        .fetch_optional(&mut *conn)
        .await?
        .unwrap_or(false);
    let sent: Vec<(String, i64)> = sqlx::query_as(
        "select device, count(*) from tablet_number where session = $1 and given_up_at is null
         and (not at_home or $2) group by device order by device",
    )
    .bind(key)
    .bind(in_hall)
    .fetch_all(&mut *conn)
    .await?;
    for (device, n) in sent {
        all.entry(device).or_default().sent = n;
    }
    // A number that was given up at another session is no business of this one.
    let accounted: Vec<(String, i64)> = sqlx::query_as(
        "select t.device, count(*) from tablet t
         join tablet_number n on n.device = t.device and n.sequence between 1 and t.sequence
         where t.session_id = $1 and (n.given_up_at is null or n.given_up_at <> $1) group by t.device order by t.device",
    )
    .bind(session_id)
    .fetch_all(&mut *conn)
    .await?;
    for (device, n) in accounted {
        all.entry(device).or_default().accounted = n;
    }
    for (device, tablet) in &mut all {
        tablet.device.clone_from(device);
        tablet.newest = newest(conn, session_id, device, in_hall).await?;
    }
    let mut all: Vec<SessionTablet> = all.into_values().collect();
    all.sort_by(|a, b| (a.name.is_none(), &a.name, &a.device).cmp(&(b.name.is_none(), &b.name, &b.device)));
    Ok(all)
}

/// The highest of a device's numbers that is here and that it has told of nowhere else. What it went on with at its next
/// session is that one's business.
async fn newest(conn: &mut Conn, session_id: i64, device: &str, in_hall: bool) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar(
        "select coalesce(max(sequence), 0) from tablet_number where device = $1 and given_up_at is null
         and (not at_home or $3) and sequence > (select coalesce(max(other.sequence), 0) from tablet other
             join tablet own on own.device = other.device and own.session_id = $2 and own.seen_us < other.seen_us
             where other.device = $1 and other.session_id <> $2)",
    )
    .bind(device)
    .bind(session_id)
    .bind(in_hall)
    .fetch_one(&mut *conn)
    .await?)
}

/// Notes that a device is a family's own, or takes that back. Returns whether it has spoken at this session.
pub async fn call_own(conn: &mut Conn, session_id: i64, device: &str, at_us: Option<i64>) -> Result<bool, StoreError> {
    let changed = sqlx::query("update tablet set own_us = $3 where session_id = $1 and device = $2")
        .bind(session_id)
        .bind(device)
        .bind(at_us)
        .execute(&mut *conn)
        .await?;
    Ok(changed.rows_affected() == 1)
}

/// How many cards a programme has: what an offline copy of any of its sessions knows.
pub async fn cards_of_programme(conn: &mut Conn, programme_id: i64) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar(
        "select count(*) from card join project on project.id = card.project_id where project.programme_id = $1",
    )
    .bind(programme_id)
    .fetch_one(&mut *conn)
    .await?)
}

/// How many answers arrived after a session was closed.
pub async fn late_at(conn: &mut Conn, session_id: i64) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar(
        "select count(*) from response where session_id = $1 and (' ' || flags || ' ') like '% late %'",
    )
    .bind(session_id)
    .fetch_one(&mut *conn)
    .await?)
}
