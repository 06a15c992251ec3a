//! What families and others said.

use crate::report::{Consent, Quote, QuoteState, Speaker};
use crate::store::step::step;
use crate::store::{StoreError, TakenQuote};

use super::Conn;

type QuoteRow = (i64, Option<i64>, String, String, String, i64, String);

/// A programme's quotes in the order they were taken.
pub async fn of_programme(conn: &mut Conn, programme_id: i64) -> Result<Vec<Quote>, StoreError> {
    let rows: Vec<QuoteRow> = sqlx::query_as(
        "select id, project_id, speaker, said, words, consent, state from quote where programme_id = $1
         and card_code not in (select code from card where restricted) order by id",
    )
    .bind(programme_id)
    .fetch_all(&mut *conn)
    .await?;
    rows.into_iter()
        .map(|(id, project_id, speaker, said, words, consent, state)| {
            let unreadable = || StoreError::Unreadable("quote");
            Ok(Quote {
                id,
                project_id,
                speaker: Speaker::from_code(&speaker).ok_or_else(unreadable)?,
                said,
                words,
                consent: Consent::from_code(consent).ok_or_else(unreadable)?,
                state: QuoteState::from_code(&state).ok_or_else(unreadable)?,
            })
        })
        .collect()
}

/// Takes quotes; what was taken from an answer before is not taken again. Returns how many are new.
pub async fn take(conn: &mut Conn, programme_id: i64, taken: &[TakenQuote], now_us: i64) -> Result<i64, StoreError> {
    let mut new = 0;
    for one in taken {
        let quote = &one.quote;
        let added = sqlx::query(
            "insert into quote (id, programme_id, project_id, card_code, response_id, speaker, said, words, consent, state,
             taken_us)
             select (select coalesce(max(id), 0) + $11 from quote), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10
             where $4 = '' or not exists (select 1 from quote where response_id = $4)",
        )
        .bind(programme_id)
        .bind(quote.project_id)
        .bind(&one.card_code)
        .bind(&one.response_id)
        .bind(quote.speaker.code())
        .bind(&quote.said)
        .bind(&quote.words)
        .bind(quote.consent.code())
        .bind(quote.state.code())
        .bind(now_us)
        .bind(step()?)
        .execute(&mut *conn)
        .await?;
        new += i64::try_from(added.rows_affected()).unwrap_or(0);
    }
    Ok(new)
}

/// Changes how far a quote has come and what may be printed of it.
pub async fn change(conn: &mut Conn, id: i64, state: QuoteState, words: &str) -> Result<(), StoreError> {
    sqlx::query("update quote set state = $2, words = $3 where id = $1")
        .bind(id)
        .bind(state.code())
        .bind(words)
        .execute(&mut *conn)
        .await?;
    Ok(())
}

/// Takes what a card's family said away for good.
pub async fn forget(conn: &mut Conn, card: &str) -> Result<(), StoreError> {
    sqlx::query("delete from quote where card_code = $1").bind(card).execute(&mut *conn).await?;
    Ok(())
}
