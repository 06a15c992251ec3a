//! What is kept from deletion, and what counts nowhere for now. Somebody names one card; which others it is about is
//! `kin`'s.

use crate::person::CardCode;
use crate::response::{card_in, session_in};
use crate::session::protection::ProtectionKind;
use crate::store::step::step;
use crate::store::{NewProtection, Protection, StoreError};

use super::kin::{Kin, named, spread};
use super::{Conn, family, sessions};

type Row = (i64, String, bool, String, String, i64, Option<i64>, String, String);

fn read(
    (id, kind, whole, reason, who, begun_us, ended_us, ended_by, ended_because): Row,
) -> Result<Protection, StoreError> {
    let kind = ProtectionKind::from_code(&kind).ok_or(StoreError::Unreadable("protection"))?;
    Ok(Protection { id, kind, whole, reason, who, begun_us, ended_us, ended_by, ended_because })
}

/// Every protection of a programme, the newest first.
pub async fn of_programme(conn: &mut Conn, programme_id: i64) -> Result<Vec<Protection>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "select id, kind, whole, reason, who, begun_us, ended_us, ended_by, ended_because from protection
         where programme_id = $1 order by id desc",
    )
    .bind(programme_id)
    .fetch_all(&mut *conn)
    .await?;
    rows.into_iter().map(read).collect()
}

/// What stands for a card: its programme's, and those of every card that it is one with.
pub async fn standing_for(conn: &mut Conn, code: &CardCode) -> Result<Vec<Protection>, StoreError> {
    let Some(project) = family::project_of_card(conn, code).await? else { return Ok(Vec::new()) };
    let mut standing = of_programme(conn, project.programme_id).await?;
    standing.retain(|one| one.ended_us.is_none());
    if standing.iter().all(|one| one.whole) {
        return Ok(standing);
    }
    let named = named(conn, project.programme_id).await?;
    let (kin, wide) = (Kin::of(conn, project.programme_id).await?, Kin::with_moves(conn, project.programme_id).await?);
    let ours = |one: &Protection| {
        let kin = if one.kind == ProtectionKind::Hold { &wide } else { &kin };
        let of_it = named.iter().filter(|card| card.by(one.kind) == Some(one.id)).map(|card| card.code.clone());
        kin.reach(of_it).contains(code.as_str())
    };
    standing.retain(|one| one.whole || ours(one));
    Ok(standing)
}

/// Whether a whole programme is kept from deletion.
pub async fn is_held(conn: &mut Conn, programme_id: i64) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar(
        "select exists (select 1 from protection where programme_id = $1 and kind = $2 and whole and ended_us is null)",
    )
    .bind(programme_id)
    .bind(ProtectionKind::Hold.code())
    .fetch_one(&mut *conn)
    .await?)
}

/// Whether a card's answers are kept from deletion, with its family or with its programme.
pub async fn keeps(conn: &mut Conn, code: &CardCode) -> Result<bool, StoreError> {
    Ok(standing_for(conn, code).await?.iter().any(Protection::keeps))
}

/// The same of a stored response.
pub async fn holds_response(conn: &mut Conn, id: &str) -> Result<bool, StoreError> {
    let placed: bool = sqlx::query_scalar(
        "select exists (select 1 from response r join person n on n.id = r.sent_as join card on card.code = n.card_code
         join project on project.id = card.project_id where r.id = $1 and (card.kept or exists
         (select 1 from protection whole where whole.programme_id = project.programme_id and whole.kind = $2 and whole.whole
          and whole.ended_us is null)))",
    )
    .bind(id)
    .bind(ProtectionKind::Hold.code())
    .fetch_one(&mut *conn)
    .await?;
    if placed {
        return Ok(true);
    }
    // What is not judged yet, or could not be placed, says itself whose it is.
    let sent: Vec<Vec<u8>> = sqlx::query_scalar("select bytes from intake where id = $1 order by arrival")
        .bind(id)
        .fetch_all(&mut *conn)
        .await?;
    for bytes in sent {
        if let Some(card) = card_in(&bytes)
            && keeps(conn, &card).await?
        {
            return Ok(true);
        }
        if let Some(session) = session_in(&bytes)
            && let Some(at) = sessions::by_key(conn, &session).await?
            && is_held(conn, at.programme.id).await?
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Families that are left out of figures: cards that were named, with those that lead to them.
pub async fn families_left_out(conn: &mut Conn, programme_id: i64) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar(
        "select count(distinct coalesce(card.family, card.code)) from card join project on project.id = card.project_id
         where project.programme_id = $1 and card.restricted",
    )
    .bind(programme_id)
    .fetch_one(&mut *conn)
    .await?)
}

/// Protects what came with a card.
pub async fn of_card(conn: &mut Conn, code: &CardCode, new: &NewProtection, now_us: i64) -> Result<bool, StoreError> {
    let Some(project) = family::project_of_card(conn, code).await? else { return Ok(false) };
    let standing = standing_for(conn, code).await?;
    if standing.iter().any(|one| one.kind == new.kind && !one.whole) {
        return Ok(false);
    }
    let id = insert(conn, project.programme_id, false, new, now_us).await?;
    let statement = match new.kind {
        ProtectionKind::Hold => "update card set kept_by = $2 where code = $1",
        ProtectionKind::Restriction => "update card set restricted_by = $2 where code = $1",
    };
    sqlx::query(statement).bind(code.as_str()).bind(id).execute(&mut *conn).await?;
    spread(conn, project.programme_id).await?;
    Ok(true)
}

/// Keeps a whole programme from deletion.
pub async fn of_whole(
    conn: &mut Conn,
    programme_id: i64,
    new: &NewProtection,
    now_us: i64,
) -> Result<bool, StoreError> {
    if new.kind != ProtectionKind::Hold || is_held(conn, programme_id).await? {
        return Ok(false);
    }
    insert(conn, programme_id, true, new, now_us).await?;
    Ok(true)
}

async fn insert(
    conn: &mut Conn,
    programme_id: i64,
    whole: bool,
    new: &NewProtection,
    now_us: i64,
) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar(
        "insert into protection (id, programme_id, kind, whole, reason, who, begun_us, ended_us, ended_by, ended_because)
         select coalesce(max(id), 0) + $7, $1, $2, $3, $4, $5, $6, null, '', '' from protection returning id",
    )
    .bind(programme_id)
    .bind(new.kind.code())
    .bind(whole)
    .bind(&new.reason)
    .bind(&new.who)
    .bind(now_us)
    .bind(step()?)
    .fetch_one(&mut *conn)
    .await?)
}

/// Ends a protection.
pub async fn end(
    conn: &mut Conn,
    programme_id: i64,
    id: i64,
    who: &str,
    because: &str,
    now_us: i64,
) -> Result<bool, StoreError> {
    let ended: Option<(String, bool)> = sqlx::query_as(
        "update protection set ended_us = $3, ended_by = $4, ended_because = $5
         where id = $1 and programme_id = $2 and ended_us is null returning kind, whole",
    )
    .bind(id)
    .bind(programme_id)
    .bind(now_us)
    .bind(who)
    .bind(because)
    .fetch_optional(&mut *conn)
    .await?;
    let Some((kind, whole)) = ended else { return Ok(false) };
    for statement in [
        "update card set kept_by = null where kept_by = $1",
        "update card set restricted_by = null where restricted_by = $1",
    ] {
        sqlx::query(statement).bind(id).execute(&mut *conn).await?;
    }
    if kind == ProtectionKind::Hold.code() {
        // Warned long ago is not warned: what may go now goes after two warnings more, and what was done already is
        // done once more where it spared a family. While a whole programme is kept nothing is done that could spare any.
        sqlx::query(
            "update retention set first_on = '', first_seen_on = '', second_on = '', second_seen_on = '', done_on = ''
             where programme_id = $1 and (done_on = '' or (spared > 0 and not $2))",
        )
        .bind(programme_id)
        .bind(whole)
        .execute(&mut *conn)
        .await?;
    }
    spread(conn, programme_id).await?;
    Ok(true)
}

/// Ends what protects nobody any more, because the cards that were named are gone.
pub async fn end_of_nobody(conn: &mut Conn, programme_id: i64, by: &str, now_us: i64) -> Result<(), StoreError> {
    sqlx::query(
        "update protection set ended_us = $2, ended_by = $3, ended_because = 'nothing is left that it is about'
         where programme_id = $1 and not whole and ended_us is null and not exists
         (select 1 from card where card.kept_by = protection.id or card.restricted_by = protection.id)",
    )
    .bind(programme_id)
    .bind(now_us)
    .bind(by)
    .execute(&mut *conn)
    .await?;
    Ok(())
}
