//! Who was seen at a session, for whoever looks for the family of a lost card.

use std::collections::BTreeMap;

use crate::pairing::seen::{Seen, Told};
use crate::person::Animal;
use crate::response::Envelope;
use crate::store::StoreError;

use super::family::{code_of, year_of};
use super::responses::wave_of;
use super::{Conn, links};

/// Everybody seen at a session, and the answers that came to it with cards nobody knows.
pub async fn at_session(conn: &mut Conn, session_id: i64, key: &str) -> Result<Vec<Seen>, StoreError> {
    let rows: Vec<(i64, String, String, Option<i64>)> = sqlx::query_as(
        "select distinct p.id, coalesce(c.family, c.code), p.animal, p.school_year
         from attendance a join person n on n.id = a.person_id join person p on p.id = coalesce(n.counts_as, n.id)
         join card c on c.code = p.card_code where a.session_id = $1 order by p.id",
    )
    .bind(session_id)
    .fetch_all(&mut *conn)
    .await?;
    let mut people: BTreeMap<i64, Seen> = BTreeMap::new();
    for (id, family, animal, year) in rows {
        let animal = Animal::from_code(&animal).ok_or(StoreError::Unreadable("animal"))?;
        let seen = Seen {
            id: Some(id),
            family: code_of(&family)?,
            animal,
            school_year: year_of(year)?,
            waves: Vec::new(),
            told: Vec::new(),
        };
        people.insert(id, seen);
    }
    let waves: Vec<(i64, String)> = sqlx::query_as(
        "select r.person_id, r.wave from response r where r.state = 'counted' and r.person_id in
         (select coalesce(n.counts_as, n.id) from attendance a join person n on n.id = a.person_id where a.session_id = $1)
         order by r.arrival",
    )
    .bind(session_id)
    .fetch_all(&mut *conn)
    .await?;
    for (id, wave) in waves {
        if let Some(seen) = people.get_mut(&id) {
            seen.waves.push(wave_of(&wave)?);
        }
    }
    let standing = links::all_standing(conn).await?;
    let answered: Vec<(i64, String, Vec<u8>)> = sqlx::query_as(
        "select r.person_id, r.state, intake.bytes from response r join intake on intake.arrival = r.arrival
         where r.session_id = $1 and r.person_id is not null and r.complete order by r.started_ms, r.id",
    )
    .bind(session_id)
    .fetch_all(&mut *conn)
    .await?;
    for (id, state, bytes) in answered {
        let (Some(seen), Ok(envelope)) = (people.get_mut(&id), serde_json::from_slice::<Envelope>(&bytes)) else {
            continue;
        };
        // What somebody has set aside is settled.
        if !standing.is_aside(envelope.id.as_str()) {
            seen.told.push(told(envelope, state == "counted"));
        }
    }
    let mut everybody: Vec<Seen> = people.into_values().collect();
    everybody.extend(strangers(conn, key).await?);
    Ok(everybody)
}

/// Answers that came to a session with a card that is not known here.
async fn strangers(conn: &mut Conn, key: &str) -> Result<Vec<Seen>, StoreError> {
    let rows: Vec<Vec<u8>> = sqlx::query_scalar(
        "select intake.bytes from response r join intake on intake.arrival = r.arrival
         where r.state = 'unplaced' order by r.arrival",
    )
    .fetch_all(&mut *conn)
    .await?;
    let mut strangers = Vec::new();
    for envelope in rows.iter().filter_map(|bytes| serde_json::from_slice::<Envelope>(bytes).ok()) {
        if envelope.session == key && super::family::project_of_card(conn, &envelope.card).await?.is_none() {
            strangers.push(Seen {
                id: None,
                family: envelope.card.clone(),
                animal: envelope.animal,
                school_year: envelope.school_year,
                waves: vec![envelope.wave],
                told: vec![told(envelope, false)],
            });
        }
    }
    Ok(strangers)
}

fn told(envelope: Envelope, counted: bool) -> Told {
    Told {
        response: envelope.id.as_str().to_owned(),
        card: envelope.card,
        wave: envelope.wave,
        device: envelope.device,
        school_year: envelope.school_year,
        span_ms: (envelope.started_ms, envelope.finished_ms),
        counted,
    }
}
