//! Which cards are one with which, by the decisions that stand, and so are protected together: worked out anew whenever
//! somebody protects a family, ends that, or decides who is who.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::QueryBuilder;

use crate::session::protection::ProtectionKind;
use crate::store::StoreError;

use super::list::list;
use super::{Conn, Db, history, processing, turnout};

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

/// A card that somebody named, or that is under something.
pub struct Card {
    /// Its code.
    pub code: String,
    kept_by: Option<i64>,
    restricted_by: Option<i64>,
    kept: bool,
    restricted: bool,
}

impl Card {
    /// Which protection of a kind names it.
    pub fn by(&self, kind: ProtectionKind) -> Option<i64> {
        match kind {
            ProtectionKind::Hold => self.kept_by,
            ProtectionKind::Restriction => self.restricted_by,
        }
    }
}

/// Code, held by, restricted by, held, restricted.
type CardRow = (String, Option<i64>, Option<i64>, bool, bool);

/// The cards of a programme that somebody named, or that are under something.
pub async fn named(conn: &mut Conn, programme_id: i64) -> Result<Vec<Card>, StoreError> {
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
pub struct Kin(BTreeMap<String, BTreeSet<String>>);

impl Kin {
    /// By cards tied together, and people who are one.
    pub async fn of(conn: &mut Conn, programme_id: i64) -> Result<Kin, StoreError> {
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
    pub async fn with_moves(conn: &mut Conn, programme_id: i64) -> Result<Kin, StoreError> {
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
    pub fn reach(&self, from: impl IntoIterator<Item = String>) -> BTreeSet<String> {
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
