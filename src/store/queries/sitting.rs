//! Who has begun on which tablet of a session just now.

use crate::person::{Animal, CardCode};
use crate::store::{Sitting, StoreError};
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

/// Somebody is no longer at a tablet, by whichever of their family's cards they sat down.
pub async fn stand_up(
    conn: &mut Conn,
    session_id: i64,
    card: &CardCode,
    animal: Animal,
    wave: Wave,
) -> Result<(), StoreError> {
    sqlx::query(
        "delete from sitting where session_id = $1 and animal = $3 and wave = $4 and card_code in
         (select code from card where coalesce(family, code) =
          (select coalesce(own.family, own.code) from card own where own.code = $2))",
    )
    .bind(session_id)
    .bind(card.as_str())
    .bind(animal.code())
    .bind(wave.code())
    .execute(&mut *conn)
    .await?;
    Ok(())
}

/// Forgets who has begun at a session.
pub async fn forget(conn: &mut Conn, session_id: i64) -> Result<(), StoreError> {
    sqlx::query("delete from sitting where session_id = $1").bind(session_id).execute(&mut *conn).await?;
    Ok(())
}

/// The card that a family goes by.
pub async fn family_card(conn: &mut Conn, card: &CardCode) -> Result<Option<CardCode>, StoreError> {
    let code: Option<String> = sqlx::query_scalar("select coalesce(family, code) from card where code = $1")
        .bind(card.as_str())
        .fetch_optional(&mut *conn)
        .await?;
    code.as_deref().map(code_of).transpose()
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
