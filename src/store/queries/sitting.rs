//! Who has begun on which tablet of a session just now, and who stopped or said no.

use crate::person::CardCode;
use crate::session::board::NoAnswer;
use crate::store::{Sitting, StoreError, Unanswered};
use crate::survey::Wave;

use super::Conn;
use super::family::{animal_of, code_of};

type SittingRow = (String, String, String, String);

fn sitting_of((device, code, animal, wave): SittingRow) -> Result<Sitting, StoreError> {
    let animal = animal_of(&animal)?;
    let wave = Wave::from_code(&wave).ok_or(StoreError::Unreadable("wave"))?;
    Ok(Sitting { device, card: code_of(&code)?, animal, wave })
}

/// Everybody who has begun at a session, by the card of their family.
pub async fn at_session(conn: &mut Conn, session_id: i64) -> Result<Vec<Sitting>, StoreError> {
    let rows: Vec<SittingRow> = sqlx::query_as(
        "select sitting.device, coalesce(card.family, card.code), sitting.animal, sitting.wave
         from sitting join card on card.code = sitting.card_code
         where sitting.session_id = $1 order by sitting.device, card.code, sitting.animal, sitting.wave",
    )
    .bind(session_id)
    .fetch_all(&mut *conn)
    .await?;
    rows.into_iter().map(sitting_of).collect()
}

/// Who has begun on one tablet, by the cards that they hold.
pub async fn on_tablet(conn: &mut Conn, session_id: i64, device: &str) -> Result<Vec<Sitting>, StoreError> {
    let rows: Vec<SittingRow> = sqlx::query_as(
        "select device, card_code, animal, wave from sitting where session_id = $1 and device = $2
         order by card_code, animal, wave",
    )
    .bind(session_id)
    .bind(device)
    .fetch_all(&mut *conn)
    .await?;
    rows.into_iter().map(sitting_of).collect()
}

/// Keeps who has begun on one tablet; who was kept before gives way. A card that was taken out meanwhile is not kept.
pub async fn set(conn: &mut Conn, session_id: i64, device: &str, people: &[Sitting]) -> Result<(), StoreError> {
    sqlx::query("delete from sitting where session_id = $1 and device = $2")
        .bind(session_id)
        .bind(device)
        .execute(&mut *conn)
        .await?;
    for one in people {
        sqlx::query(
            "insert into sitting (session_id, device, card_code, animal, wave)
             select $1, $2, code, $4, $5 from card where code = $3 on conflict do nothing",
        )
        .bind(session_id)
        .bind(device)
        .bind(one.card.as_str())
        .bind(one.animal.code())
        .bind(one.wave.code())
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

/// Everybody who stopped or said no at a session, by the card of their family.
pub async fn unanswered_at(conn: &mut Conn, session_id: i64) -> Result<Vec<Unanswered>, StoreError> {
    let rows: Vec<SittingRow> = sqlx::query_as(
        "select no_answer.how, coalesce(card.family, card.code), no_answer.animal, no_answer.wave
         from no_answer join card on card.code = no_answer.card_code
         where no_answer.session_id = $1 order by card.code, no_answer.animal, no_answer.wave",
    )
    .bind(session_id)
    .fetch_all(&mut *conn)
    .await?;
    rows.into_iter()
        .map(|(how, code, animal, wave)| {
            let how = NoAnswer::from_code(&how).ok_or(StoreError::Unreadable("reason of a missing answer"))?;
            let Sitting { card, animal, wave, .. } = sitting_of((String::new(), code, animal, wave))?;
            Ok(Unanswered { card, animal, wave, how })
        })
        .collect()
}

/// Notes that somebody stopped or said no; the last word holds. A card that was taken out meanwhile is not kept.
pub async fn leave_unanswered(conn: &mut Conn, session_id: i64, person: &Unanswered) -> Result<(), StoreError> {
    sqlx::query(
        "insert into no_answer (session_id, card_code, animal, wave, how) select $1, code, $3, $4, $5 from card where code = $2
         on conflict (session_id, card_code, animal, wave) do update set how = excluded.how",
    )
    .bind(session_id)
    .bind(person.card.as_str())
    .bind(person.animal.code())
    .bind(person.wave.code())
    .bind(person.how.code())
    .execute(&mut *conn)
    .await?;
    sqlx::query("delete from sitting where session_id = $1 and card_code = $2 and animal = $3 and wave = $4")
        .bind(session_id)
        .bind(person.card.as_str())
        .bind(person.animal.code())
        .bind(person.wave.code())
        .execute(&mut *conn)
        .await?;
    Ok(())
}

/// Whether anybody is kept who did not want to answer at a session before a day.
pub async fn any_unanswered_before(conn: &mut Conn, day: &str) -> Result<bool, StoreError> {
    let n: i64 = sqlx::query_scalar(
        "select count(*) from no_answer join session on session.id = no_answer.session_id where session.held_on < $1",
    )
    .bind(day)
    .fetch_one(&mut *conn)
    .await?;
    Ok(n > 0)
}

/// Forgets who did not want to answer at sessions before a day, though nobody closed them.
pub async fn forget_unanswered_before(conn: &mut Conn, day: &str) -> Result<(), StoreError> {
    sqlx::query("delete from no_answer where session_id in (select id from session where held_on < $1)")
        .bind(day)
        .execute(&mut *conn)
        .await?;
    Ok(())
}

/// Forgets who has begun at a session, and who did not want to.
pub async fn forget(conn: &mut Conn, session_id: i64) -> Result<(), StoreError> {
    sqlx::query("delete from sitting where session_id = $1").bind(session_id).execute(&mut *conn).await?;
    sqlx::query("delete from no_answer where session_id = $1").bind(session_id).execute(&mut *conn).await?;
    Ok(())
}

/// The codes of a programme's cards.
pub async fn cards(conn: &mut Conn, programme_id: i64) -> Result<Vec<CardCode>, StoreError> {
    let codes: Vec<String> = sqlx::query_scalar(
        "select card.code from card join project on project.id = card.project_id
         where project.programme_id = $1 order by card.code",
    )
    .bind(programme_id)
    .fetch_all(&mut *conn)
    .await?;
    codes.iter().map(|code| code_of(code)).collect()
}
