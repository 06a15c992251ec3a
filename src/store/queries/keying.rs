//! Papers that were keyed in, and keyed in again.

use crate::response::{Envelope, Mode, ResponseId};
use crate::store::{SecondKeying, StoreError};
use crate::survey::Wave;

use super::{Conn, processing};

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
