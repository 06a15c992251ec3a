//! What is kept from deletion, and what counts nowhere for now. Somebody names one card; which others it is about
//! follows from who was decided to be who, and is worked out anew whenever that changes.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::QueryBuilder;

use crate::person::CardCode;
use crate::response::{card_in, session_in};
use crate::session::protection::ProtectionKind;
use crate::store::{NewProtection, Protection, StoreError};

use super::history;
use super::list::list;
use super::{Conn, Db, family, processing, sessions, turnout};

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
         select coalesce(max(id), 0) + 1, $1, $2, $3, $4, $5, $6, null, '', '' from protection returning id",
    )
    .bind(programme_id)
    .bind(new.kind.code())
    .bind(whole)
    .bind(&new.reason)
    .bind(&new.who)
    .bind(now_us)
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

/// A card that somebody named, or that is under something.
struct Card {
    code: String,
    kept_by: Option<i64>,
    restricted_by: Option<i64>,
    kept: bool,
    restricted: bool,
}

impl Card {
    fn by(&self, kind: ProtectionKind) -> Option<i64> {
        match kind {
            ProtectionKind::Hold => self.kept_by,
            ProtectionKind::Restriction => self.restricted_by,
        }
    }
}

/// Code, held by, restricted by, held, restricted.
type CardRow = (String, Option<i64>, Option<i64>, bool, bool);

async fn named(conn: &mut Conn, programme_id: i64) -> Result<Vec<Card>, StoreError> {
    let rows: Vec<CardRow> = sqlx::query_as(
        "select card.code, card.kept_by, card.restricted_by, card.kept, card.restricted
         from card join project on project.id = card.project_id where project.programme_id = $1
         and (card.kept_by is not null or card.restricted_by is not null or card.kept or card.restricted)
         order by card.code",
    )
    .bind(programme_id)
    .fetch_all(&mut *conn)
    .await?;
    let card =
        |(code, kept_by, restricted_by, kept, restricted)| Card { code, kept_by, restricted_by, kept, restricted };
    Ok(rows.into_iter().map(card).collect())
}

/// Which cards are one with which, by the decisions that stand.
struct Kin(BTreeMap<String, BTreeSet<String>>);

impl Kin {
    async fn of(conn: &mut Conn, programme_id: i64) -> Result<Kin, StoreError> {
        let pairs: Vec<(String, String)> = sqlx::query_as(
            "select card_code, to_code from link
             where programme_id = $1 and undone_us is null and kind in ('card', 'person') order by id",
        )
        .bind(programme_id)
        .fetch_all(&mut *conn)
        .await?;
        let mut kin = Kin(BTreeMap::new());
        pairs.into_iter().for_each(|(one, other)| kin.join(one, other));
        Ok(kin)
    }

    /// The same, where an answer that was decided to be another family's keeps both together: neither is whole without.
    async fn with_moves(conn: &mut Conn, programme_id: i64) -> Result<Kin, StoreError> {
        let mut kin = Kin::of(conn, programme_id).await?;
        let moves: Vec<(String, String)> = sqlx::query_as(
            "select response_id, to_code from link
             where programme_id = $1 and undone_us is null and kind = 'response' order by id",
        )
        .bind(programme_id)
        .fetch_all(&mut *conn)
        .await?;
        for (response, to) in moves {
            if let Some(envelope) = processing::envelope_of(conn, &response).await? {
                kin.join(envelope.card.as_str().to_owned(), to);
            }
        }
        Ok(kin)
    }

    fn join(&mut self, one: String, other: String) {
        self.0.entry(one.clone()).or_default().insert(other.clone());
        self.0.entry(other).or_default().insert(one);
    }

    /// Every card that these lead to, themselves included.
    fn reach(&self, from: impl IntoIterator<Item = String>) -> BTreeSet<String> {
        let mut waiting: Vec<String> = from.into_iter().collect();
        let mut reached = BTreeSet::new();
        while let Some(card) = waiting.pop() {
            if reached.insert(card.clone()) {
                waiting.extend(self.0.get(&card).into_iter().flatten().cloned());
            }
        }
        reached
    }
}

/// Brings the cards of a programme into line with what was named and with who is one, and figures with the cards.
pub async fn spread(conn: &mut Conn, programme_id: i64) -> Result<(), StoreError> {
    let any: bool = sqlx::query_scalar("select exists (select 1 from protection where programme_id = $1)")
        .bind(programme_id)
        .fetch_one(&mut *conn)
        .await?;
    if !any {
        return Ok(());
    }
    let cards = named(conn, programme_id).await?;
    let of = |kind| cards.iter().filter(move |card: &&Card| card.by(kind).is_some()).map(|card| card.code.clone());
    let kept = Kin::with_moves(conn, programme_id).await?.reach(of(ProtectionKind::Hold));
    let restricted = Kin::of(conn, programme_id).await?.reach(of(ProtectionKind::Restriction));
    let were = |is: fn(&Card) -> bool| -> BTreeSet<String> {
        cards.iter().filter(|card| is(card)).map(|card| card.code.clone()).collect()
    };
    let (were_kept, were_restricted) = (were(|card| card.kept), were(|card| card.restricted));
    for card in kept.symmetric_difference(&were_kept) {
        sqlx::query("update card set kept = $2 where code = $1")
            .bind(card)
            .bind(kept.contains(card))
            .execute(&mut *conn)
            .await?;
    }
    let changed: Vec<String> = restricted.symmetric_difference(&were_restricted).cloned().collect();
    if changed.is_empty() {
        return Ok(());
    }
    let people = concerned(conn, &changed).await?;
    let were_there = turnout::Before::of(conn, people.clone(), &changed).await?;
    let before = history::Before::of(conn, &people).await?;
    for card in &changed {
        sqlx::query("update card set restricted = $2 where code = $1")
            .bind(card)
            .bind(restricted.contains(card))
            .execute(&mut *conn)
            .await?;
    }
    were_there.settle(conn).await?;
    before.settle(conn).await
}

/// Everybody on these cards, and whom they count as.
async fn concerned(conn: &mut Conn, cards: &[String]) -> Result<BTreeSet<i64>, StoreError> {
    let mut query = QueryBuilder::<Db>::new("select id from person where card_code in (");
    list(&mut query, cards.iter().map(String::as_str));
    query.push(") order by id");
    let on_them: Vec<i64> = query.build_query_scalar().fetch_all(&mut *conn).await?;
    let mut people = turnout::those_who_count(conn, &on_them).await?;
    people.extend(on_them);
    Ok(people)
}
