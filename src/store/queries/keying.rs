//! Papers that were keyed in, and keyed in again.

use std::collections::{BTreeSet, HashMap};

use crate::person::SchoolYear;
use crate::response::{Envelope, Mode, ResponseId};
use crate::store::{SecondKeying, StoreError};
use crate::survey::Wave;

use super::history::{histories, settle};
use super::{Conn, erasure, processing, turnout};

/// What was first keyed in of the same paper and was not set aside.
pub async fn first(conn: &mut Conn, session_id: i64, again: &Envelope) -> Result<Option<Envelope>, StoreError> {
    let ids: Vec<String> = sqlx::query_scalar(
        "select r.id from response r join person p on p.id = r.sent_as
         where r.session_id = $1 and p.card_code = $2 and p.animal = $3 and r.wave = $4 and r.survey = $5
         and r.state in ('counted', 'superseded')
         and r.id not in (select response_id from link where kind = 'aside' and undone_us is null) order by r.arrival",
    )
    .bind(session_id)
    .bind(again.card.as_str())
    .bind(again.animal.code())
    .bind(again.wave.code())
    .bind(&again.survey)
    .fetch_all(&mut *conn)
    .await?;
    for id in ids {
        let envelope = processing::envelope_of(conn, &id).await?;
        if let Some(envelope) = envelope.filter(|envelope| envelope.mode == Mode::Paper) {
            return Ok(Some(envelope));
        }
    }
    Ok(None)
}

/// Puts the school year of a person right who is known from this paper.
pub async fn correct_school_year(conn: &mut Conn, paper: &Envelope, year: SchoolYear) -> Result<(), StoreError> {
    let as_number = |year: SchoolYear| i64::from(year.number());
    let person: Option<i64> =
        sqlx::query_scalar("select id from person where card_code = $1 and animal = $2 and school_year = $3")
            .bind(paper.card.as_str())
            .bind(paper.animal.code())
            .bind(paper.school_year.map(as_number))
            .fetch_optional(&mut *conn)
            .await?;
    let Some(person) = person else { return Ok(()) };
    let known_from: Option<String> =
        sqlx::query_scalar("select id from response where sent_as = $1 order by arrival limit 1")
            .bind(person)
            .fetch_optional(&mut *conn)
            .await?;
    if known_from.as_deref() != Some(paper.id.as_str()) {
        return Ok(());
    }
    // Counts are by school year: out of the wrong one first.
    let people = BTreeSet::from([person]);
    let were_there = turnout::Before::of_people(conn, people.clone()).await?;
    erasure::uncount(conn, &people).await?;
    sqlx::query("update person set school_year = $2 where id = $1")
        .bind(person)
        .bind(as_number(year))
        .execute(&mut *conn)
        .await?;
    were_there.settle(conn).await?;
    let histories = histories(conn, &people).await?;
    settle(conn, histories, &HashMap::new()).await
}

/// Keeps that a paper was keyed in twice; keyed in once more, the newest word stands.
pub async fn note(conn: &mut Conn, keying: &SecondKeying, now_us: i64) -> Result<(), StoreError> {
    sqlx::query(
        "insert into second_keying (response_id, session_id, survey, wave, keyed_us, who, differences, reason)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (response_id) do update set keyed_us = excluded.keyed_us, who = excluded.who,
         differences = excluded.differences, reason = excluded.reason",
    )
    .bind(keying.response.as_str())
    .bind(keying.session_id)
    .bind(&keying.survey)
    .bind(keying.wave.code())
    .bind(now_us)
    .bind(&keying.who)
    .bind(keying.differences)
    .bind(&keying.reason)
    .execute(&mut *conn)
    .await?;
    Ok(())
}

type SecondRow = (String, String, String, String, i64, String);

/// The papers of a session that were keyed in twice, by what stands since.
pub async fn second(conn: &mut Conn, session_id: i64) -> Result<Vec<SecondKeying>, StoreError> {
    let rows: Vec<SecondRow> = sqlx::query_as(
        "select response_id, survey, wave, who, differences, reason from second_keying where session_id = $1
         and response_id not in (select response_id from link where kind = 'aside' and undone_us is null)
         order by keyed_us, response_id",
    )
    .bind(session_id)
    .fetch_all(&mut *conn)
    .await?;
    rows.into_iter()
        .map(|(response, survey, wave, who, differences, reason)| {
            Ok(SecondKeying {
                response: ResponseId::parse(&response).map_err(|_| StoreError::Unreadable("response id"))?,
                session_id,
                survey,
                wave: Wave::from_code(&wave).ok_or(StoreError::Unreadable("wave"))?,
                who,
                differences,
                reason,
            })
        })
        .collect()
}
