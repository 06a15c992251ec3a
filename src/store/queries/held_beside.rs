//! What is kept of a family beside its answers: quotes, decisions about who is who, papers keyed in twice, and who of
//! them has begun at a session that is open.

use std::collections::BTreeSet;

use crate::pairing::links::Decision;
use crate::person::CardCode;
use crate::report::QuoteState;
use crate::store::{HeldKeying, HeldPresence, HeldQuote, StoreError, StoredLink};

use super::family::animal_of;
use super::responses::wave_of;
use super::{Conn, links};

/// What was taken from their words for a report.
pub async fn quotes(conn: &mut Conn, cards: &[CardCode], ids: &BTreeSet<&str>) -> Result<Vec<HeldQuote>, StoreError> {
    type Row = (i64, String, String, String, i64, String);
    let mut found: Vec<Row> = Vec::new();
    for (column, key) in
        cards.iter().map(|card| ("card_code", card.as_str())).chain(ids.iter().map(|id| ("response_id", *id)))
    {
        let text = format!("select id, said, words, state, taken_us, response_id from quote where {column} = $1");
        found.extend(sqlx::query_as::<_, Row>(sqlx::AssertSqlSafe(text)).bind(key).fetch_all(&mut *conn).await?);
    }
    found.sort();
    found.dedup();
    found
        .into_iter()
        .map(|(_, said, words, state, taken_us, response)| {
            let state = QuoteState::from_code(&state).ok_or(StoreError::Unreadable("quote"))?;
            Ok(HeldQuote { said, words, state, taken_us, response })
        })
        .collect()
}

/// What was decided about who they are, the newest first.
pub async fn decisions(
    conn: &mut Conn,
    programme_id: i64,
    cards: &[CardCode],
    ids: &BTreeSet<&str>,
) -> Result<Vec<StoredLink>, StoreError> {
    let mut decisions = links::of_programme(conn, programme_id).await?;
    decisions.retain(|link| match &link.decision {
        Decision::Tie { card, to } => cards.contains(card) || cards.contains(to),
        Decision::Same { person, to } => cards.contains(&person.0) || cards.contains(&to.0),
        Decision::Move { response, to } => ids.contains(response.as_str()) || cards.contains(&to.0),
        Decision::Aside { response } => ids.contains(response.as_str()),
    });
    Ok(decisions)
}

/// Their papers that were keyed in twice.
pub async fn second_keyings(conn: &mut Conn, ids: &BTreeSet<&str>) -> Result<Vec<HeldKeying>, StoreError> {
    let mut found = Vec::new();
    for id in ids {
        let row: Option<(i64, String, i64, String)> =
            sqlx::query_as("select keyed_us, who, differences, reason from second_keying where response_id = $1")
                .bind(id)
                .fetch_optional(&mut *conn)
                .await?;
        found.extend(row.map(|(keyed_us, who, differences, reason)| HeldKeying {
            response: (*id).to_owned(),
            keyed_us,
            who,
            differences,
            reason,
        }));
    }
    Ok(found)
}

/// Who of them has begun at a tablet.
pub async fn at_session(conn: &mut Conn, cards: &[CardCode]) -> Result<Vec<HeldPresence>, StoreError> {
    let mut found = Vec::new();
    for card in cards {
        let rows: Vec<(String, String, String)> = sqlx::query_as(
            "select t.animal, t.wave, s.held_on from sitting t join session s on s.id = t.session_id
             where t.card_code = $1 order by 3, 1, 2",
        )
        .bind(card.as_str())
        .fetch_all(&mut *conn)
        .await?;
        for (animal, wave, held_on) in rows {
            found.push(HeldPresence { animal: animal_of(&animal)?, wave: wave_of(&wave)?, held_on, how: None });
        }
    }
    Ok(found)
}
