//! The clock of a programme: the days that were set, the warnings that were given and seen, the receipts of what went.

use crate::session::retention::{Clearing, Clock, Tick};
use crate::store::{Clearable, Deed, StoreError};

use super::{Conn, audit, stored};

type ClockRow = (String, String, String, String, String, String, String, String, i64);

/// The days that were set for a programme, in the order they are met.
pub async fn clocks(conn: &mut Conn, programme_id: i64) -> Result<Vec<Clock>, StoreError> {
    let rows: Vec<ClockRow> = sqlx::query_as(
        "select clearing, due_on, first_on, first_seen_on, second_on, second_seen_on, done_on, receipt,
         cleared_us from retention where programme_id = $1
         order by clearing",
    )
    .bind(programme_id)
    .fetch_all(&mut *conn)
    .await?;
    rows.into_iter()
        .map(|(clearing, due_on, first_on, first_seen_on, second_on, second_seen_on, done_on, receipt, cleared_us)| {
            let clearing = Clearing::from_code(&clearing).ok_or(StoreError::Unreadable("clearing"))?;
            Ok(Clock {
                clearing,
                due_on,
                first_on,
                first_seen_on,
                second_on,
                second_seen_on,
                done_on,
                receipt,
                cleared_us,
            })
        })
        .collect()
}

/// Sets days, or takes them back, all of them or none.
pub async fn set_all(conn: &mut Conn, programme_id: i64, days: &[(Clearing, String)]) -> Result<(), StoreError> {
    for (clearing, due_on) in days {
        set(conn, programme_id, *clearing, due_on).await?;
    }
    Ok(())
}

/// Sets a day, or takes it back. What was done stays written, and a day that stays keeps its warnings.
async fn set(conn: &mut Conn, programme_id: i64, clearing: Clearing, due_on: &str) -> Result<(), StoreError> {
    for statement in [
        // What comes once more, for those who were spared, keeps the receipt of the first time.
        "update retention set due_on = $3, first_on = '', first_seen_on = '', second_on = '', second_seen_on = ''
         where programme_id = $1 and clearing = $2 and done_on = '' and due_on <> $3 and receipt <> ''",
        "delete from retention where programme_id = $1 and clearing = $2 and done_on = '' and due_on <> $3",
    ] {
        sqlx::query(statement).bind(programme_id).bind(clearing.code()).bind(due_on).execute(&mut *conn).await?;
    }
    if due_on.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "insert into retention (programme_id, clearing, due_on, first_on, second_on, done_on, receipt)
         values ($1, $2, $3, '', '', '', '') on conflict (programme_id, clearing) do nothing",
    )
    .bind(programme_id)
    .bind(clearing.code())
    .bind(due_on)
    .execute(&mut *conn)
    .await?;
    Ok(())
}

/// What a programme holds that could go.
pub async fn clearable(conn: &mut Conn, programme_id: i64) -> Result<Clearable, StoreError> {
    let (cards, people): (i64, i64) = sqlx::query_as(
        "select count(distinct card.code), count(person.id) from card join project on project.id = card.project_id
         left join person on person.card_code = card.code where project.programme_id = $1",
    )
    .bind(programme_id)
    .fetch_one(&mut *conn)
    .await?;
    let responses = stored::count_of_programme(conn, programme_id).await?;
    Ok(Clearable { cards, people, responses })
}

/// Whether a card was cut.
pub async fn is_cut(conn: &mut Conn, digest: &str) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar("select exists (select 1 from cut_card where digest = $1)")
        .bind(digest)
        .fetch_one(&mut *conn)
        .await?)
}

/// Notes that a warning was given.
pub async fn warn(
    conn: &mut Conn,
    programme_id: i64,
    clearing: Clearing,
    tick: Tick,
    today: &str,
    deed: Deed,
    now_us: i64,
) -> Result<(), StoreError> {
    let statement = match tick {
        Tick::WarnFirst => "update retention set first_on = $3 where programme_id = $1 and clearing = $2",
        _ => "update retention set second_on = $3 where programme_id = $1 and clearing = $2",
    };
    sqlx::query(statement).bind(programme_id).bind(clearing.code()).bind(today).execute(&mut *conn).await?;
    audit::append(conn, deed, now_us).await
}

/// Notes that somebody who can act was shown the warnings of a programme that stand.
pub async fn seen(conn: &mut Conn, programme_id: i64, today: &str) -> Result<(), StoreError> {
    for statement in [
        "update retention set second_seen_on = $2
         where programme_id = $1 and done_on = '' and second_on <> '' and second_seen_on = ''",
        "update retention set first_seen_on = $2
         where programme_id = $1 and done_on = '' and first_on <> '' and first_seen_on = ''",
    ] {
        sqlx::query(statement).bind(programme_id).bind(today).execute(&mut *conn).await?;
    }
    Ok(())
}

/// Lets the warnings of what has not gone yet come anew, in every programme.
pub async fn warn_anew(conn: &mut Conn) -> Result<(), StoreError> {
    sqlx::query(
        "update retention set first_on = '', first_seen_on = '', second_on = '', second_seen_on = '' where done_on = ''",
    )
    .execute(&mut *conn)
    .await?;
    Ok(())
}
