//! Reports that somebody signed off as final.

use crate::store::{SignOff, StoreError};

use super::{Conn, safeguarding};

/// The newest word on a programme's report.
pub async fn newest(conn: &mut Conn, programme_id: i64) -> Result<Option<SignOff>, StoreError> {
    let row: Option<(String, String, i64)> = sqlx::query_as(
        "select who, figures, signed_us from sign_off where programme_id = $1 order by signed_us desc, id desc limit 1",
    )
    .bind(programme_id)
    .fetch_optional(&mut *conn)
    .await?;
    Ok(row.map(|(who, figures, signed_us)| SignOff { who, figures, signed_us }))
}

/// Signs it off where everything that families wrote has been read: asked in the transaction that signs, so that no
/// text slips in between.
pub async fn sign(conn: &mut Conn, programme_id: i64, word: &SignOff) -> Result<bool, StoreError> {
    let sample: bool = sqlx::query_scalar("select sample from programme where id = $1")
        .bind(programme_id)
        .fetch_one(&mut *conn)
        .await?;
    if !sample && safeguarding::unread(conn, programme_id).await?.all > 0 {
        return Ok(false);
    }
    sqlx::query(
        "insert into sign_off (id, programme_id, who, figures, signed_us)
         select coalesce(max(id), 0) + 1, $1, $2, $3, $4 from sign_off",
    )
    .bind(programme_id)
    .bind(&word.who)
    .bind(&word.figures)
    .bind(word.signed_us)
    .execute(&mut *conn)
    .await?;
    Ok(true)
}
