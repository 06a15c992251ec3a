//! Taking a card's answers out: everything that was sent with it, everything derived from that, and the
//! card itself. What is left is a keyed hash that keeps late copies out.

use std::collections::{BTreeSet, HashMap, HashSet};

use sqlx::QueryBuilder;

use crate::pairing::Standing;
use crate::person::{CardCode, SchoolYear};
use crate::response::ResponseId;
use crate::store::erasure::{Erasing, ErasureKey, Tombstone};
use crate::store::{StoreError, TakenOut};
use crate::survey::Library;

use super::circumstances::{self, Moved};
use super::family::code_of;
use super::flow::{self, Waves};
use super::history::histories;
use super::intake::Arrived;
use super::list::{list, run_for};
use super::pairs::{self, PersonPairs};
use super::stored::{self, Walk};
use super::{Conn, Db, family, kin, linked, links, processing, protection, quotes, rewriting, turnout};

/// Rows in one statement.
const CHUNK: usize = 500;

/// The name the key is stored under.
const KEY: &str = "erasure";

/// The key of this database; the first time it is `proposed`.
pub async fn key(conn: &mut Conn, proposed: &ErasureKey) -> Result<ErasureKey, StoreError> {
    sqlx::query("insert into secret (name, value) values ($1, $2) on conflict (name) do nothing")
        .bind(KEY)
        .bind(proposed.as_str())
        .execute(&mut *conn)
        .await?;
    let stored: String =
        sqlx::query_scalar("select value from secret where name = $1").bind(KEY).fetch_one(&mut *conn).await?;
    ErasureKey::parse(&stored).ok_or(StoreError::Unreadable("key"))
}

/// Which of these arrivals belong to a card or an id that was taken out, or to a card whose code was cut, by their
/// place in the list.
pub async fn refused(conn: &mut Conn, key: &ErasureKey, arrived: &[Arrived]) -> Result<HashSet<usize>, StoreError> {
    let some: bool = sqlx::query_scalar("select exists (select 1 from tombstone) or exists (select 1 from cut_card)")
        .fetch_one(&mut *conn)
        .await?;
    if !some {
        return Ok(HashSet::new());
    }
    let mut places: HashMap<String, Vec<usize>> = HashMap::new();
    for (place, one) in arrived.iter().enumerate() {
        places.entry(key.of_response(one.id())).or_default().push(place);
        if let Some(card) = crate::response::card_in(one.bytes()) {
            places.entry(key.of_card(&card)).or_default().push(place);
        }
    }
    let digests: Vec<&str> = places.keys().map(String::as_str).collect();
    let mut refused = HashSet::new();
    for some in digests.chunks(CHUNK) {
        for table in ["select digest from tombstone where digest in (", "select digest from cut_card where digest in ("]
        {
            let mut query = QueryBuilder::<Db>::new(table);
            list(&mut query, some.iter().copied());
            query.push(") order by digest");
            let found: Vec<String> = query.build_query_scalar().fetch_all(&mut *conn).await?;
            refused.extend(found.iter().filter_map(|digest| places.get(digest)).flatten().copied());
        }
    }
    Ok(refused)
}

/// Whether this tombstone stands.
pub async fn stands(conn: &mut Conn, digest: &str) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar("select exists (select 1 from tombstone where digest = $1)")
        .bind(digest)
        .fetch_one(&mut *conn)
        .await?)
}

/// Every tombstone.
pub async fn tombstones(conn: &mut Conn) -> Result<Vec<Tombstone>, StoreError> {
    let rows: Vec<(String, i64)> =
        sqlx::query_as("select digest, erased_us from tombstone order by digest").fetch_all(&mut *conn).await?;
    Ok(rows.into_iter().map(|(digest, erased_us)| Tombstone { digest, erased_us }).collect())
}

/// Sets tombstones; those that stand stay as they are.
pub async fn set(conn: &mut Conn, tombstones: &[Tombstone]) -> Result<(), StoreError> {
    for some in tombstones.chunks(CHUNK) {
        let mut query = QueryBuilder::<Db>::new("insert into tombstone (digest, erased_us) ");
        query.push_values(some, |mut row, one| {
            row.push_bind(one.digest.as_str()).push_bind(one.erased_us);
        });
        query.push(" on conflict (digest) do nothing");
        query.build().execute(&mut *conn).await?;
    }
    Ok(())
}

/// Every card there is.
pub async fn all_cards(conn: &mut Conn) -> Result<Vec<CardCode>, StoreError> {
    let codes: Vec<String> = sqlx::query_scalar("select code from card order by code").fetch_all(&mut *conn).await?;
    codes.iter().map(|code| code_of(code)).collect()
}

/// Takes a family's answers out because somebody asks for it. `None` where there is no such card (any more).
///
/// The hash of the card goes to the list beside the database before anything is done, and after whoever keeps these
/// answers from being deleted was asked: in the same transaction, so that nobody begins to in between.
pub async fn withdraw(
    conn: &mut Conn,
    library: &Library,
    code: &CardCode,
    erasing: &Erasing,
    now_us: i64,
) -> Result<Option<(TakenOut, Vec<Tombstone>)>, StoreError> {
    if family::project_of_card(conn, code).await?.is_none() {
        return Ok(None);
    }
    if protection::keeps(conn, code).await? {
        return Err(StoreError::Held);
    }
    erasing.note(&[Tombstone { digest: erasing.key.of_card(code), erased_us: now_us }])?;
    erase(conn, library, code, &erasing.key, now_us).await.map(Some)
}

/// Takes a family's cards and everything that came with them out, and sets their tombstones, those of `code` first.
pub async fn erase(
    conn: &mut Conn,
    library: &Library,
    code: &CardCode,
    key: &ErasureKey,
    now_us: i64,
) -> Result<(TakenOut, Vec<Tombstone>), StoreError> {
    let project = family::project_of_card(conn, code).await?;
    let mut cards = linked::cards_of_family(conn, code).await?;
    cards.sort_by_key(|card| card != code);
    let moved = moved(conn).await?;
    let ids = moved.into_iter().filter(|(_, card)| cards.contains(card)).map(|(id, _)| id).collect();
    // First everything is as it was sent, so that what goes is what came with these cards.
    links::forget(conn, library, &cards, &ids).await?;
    rewriting::note(conn, now_us).await?;
    let (mut gone, mut stones) = (TakenOut::default(), Vec::new());
    for card in &cards {
        let (out, set) = erase_card(conn, card, key, now_us).await?;
        gone.people += out.people;
        gone.responses += out.responses;
        stones.extend(set);
    }
    if let Some(project) = project {
        protection::end_of_nobody(conn, project.programme_id, "the family’s withdrawal", now_us).await?;
        kin::spread(conn, project.programme_id).await?;
    }
    Ok((gone, stones))
}

/// What was sent with one card and decided to be somebody else's: each id with the card it was sent with.
pub async fn moved(conn: &mut Conn) -> Result<Vec<(String, CardCode)>, StoreError> {
    let moved: Vec<String> =
        sqlx::query_scalar("select response_id from link where response_id <> '' and undone_us is null order by id")
            .fetch_all(&mut *conn)
            .await?;
    let mut sent = Vec::new();
    for id in moved {
        sent.extend(processing::envelope_of(conn, &id).await?.map(|envelope| (id, envelope.card)));
    }
    Ok(sent)
}

async fn erase_card(
    conn: &mut Conn,
    code: &CardCode,
    key: &ErasureKey,
    now_us: i64,
) -> Result<(TakenOut, Vec<Tombstone>), StoreError> {
    let people: BTreeSet<i64> = sqlx::query_scalar("select id from person where card_code = $1 order by id")
        .bind(code.as_str())
        .fetch_all(&mut *conn)
        .await?
        .into_iter()
        .collect();
    uncount(conn, &people).await?;
    let were_there = turnout::Before::of(conn, people.clone(), &[code.as_str()]).await?;
    let (arrivals, ids) = doomed(conn, &people, code).await?;
    for id in &ids {
        sqlx::query("delete from comment_read where response_id = $1").bind(id).execute(&mut *conn).await?;
        // Of an answer that counts for another card's person the quote is under that card; what was decided about it
        // and taken back names it too.
        for statement in ["delete from quote where response_id = $1", "delete from link where response_id = $1"] {
            sqlx::query(statement).bind(id).execute(&mut *conn).await?;
        }
    }
    stored::forget(conn, &arrivals).await?;
    let people: Vec<i64> = people.into_iter().collect();
    run_for(conn, "delete from attendance where person_id in (", &people).await?;
    run_for(conn, "delete from person where id in (", &people).await?;
    sqlx::query("delete from sitting where card_code = $1").bind(code.as_str()).execute(&mut *conn).await?;
    quotes::forget(conn, code.as_str()).await?;
    sqlx::query("delete from card where code = $1").bind(code.as_str()).execute(&mut *conn).await?;
    were_there.settle(conn).await?;
    for id in &ids {
        sqlx::query("delete from second_keying where response_id = $1").bind(id).execute(&mut *conn).await?;
    }
    let mut digests = vec![key.of_card(code)];
    digests.extend(ids.iter().filter_map(|id| ResponseId::parse(id).ok()).map(|id| key.of_response(&id)));
    let stones: Vec<Tombstone> = digests.into_iter().map(|digest| Tombstone { digest, erased_us: now_us }).collect();
    set(conn, &stones).await?;
    let many = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    Ok((TakenOut { people: many(people.len()), responses: many(arrivals.len()) }, stones))
}

/// Takes people out of every count, and their pairs away.
pub async fn uncount(conn: &mut Conn, people: &BTreeSet<i64>) -> Result<(), StoreError> {
    if people.is_empty() {
        return Ok(());
    }
    let (mut waves, mut changes, mut standings) = (Vec::new(), Vec::new(), Vec::new());
    for history in histories(conn, people).await? {
        let standing = history.standing(|_| true);
        waves.push(Waves {
            person_id: history.person_id,
            project_id: history.project_id,
            role: history.role,
            school_year: history.school_year,
            before: standing.waves.clone(),
            now: BTreeSet::new(),
            why: BTreeSet::new(),
        });
        standings.push((history.project_id, history.role.code(), standing));
        changes.push(PersonPairs {
            person_id: history.person_id,
            project_id: history.project_id,
            role: history.role,
            key_stage: history.school_year.map(SchoolYear::key_stage),
            pairs: Vec::new(),
        });
    }
    flow::count(conn, &waves).await?;
    let nothing = Standing::default();
    let moved = standings.iter().map(|(project_id, role, before)| Moved {
        project_id: *project_id,
        role,
        before,
        now: &nothing,
    });
    circumstances::count(conn, &moved.collect::<Vec<_>>()).await?;
    if !changes.is_empty() {
        pairs::replace(conn, &changes).await?;
    }
    Ok(())
}

/// The arrivals that go, and the ids of which nothing stays.
///
/// Where the first content of an id goes, all of it goes: what came later under the id was never judged
/// for itself, and must not begin to count because of a withdrawal. Where only a later one names the
/// card, that one goes.
pub async fn doomed(
    conn: &mut Conn,
    people: &BTreeSet<i64>,
    code: &CardCode,
) -> Result<(Vec<i64>, BTreeSet<String>), StoreError> {
    let mut found: Vec<(i64, String)> = Vec::new();
    if !people.is_empty() {
        let mut query = QueryBuilder::<Db>::new("select arrival, id from response where sent_as in (");
        list(&mut query, people.iter().copied());
        query.push(") order by arrival");
        found.extend(query.build_query_as::<(i64, String)>().fetch_all(&mut *conn).await?);
    }
    let naming = Walk::through_what_is_nobodys().all(conn, |bytes| crate::response::names_card(bytes, code)).await?;
    found.extend(naming.into_iter().map(|one| (one.arrival, one.id)));
    let named: HashSet<i64> = found.iter().map(|(arrival, _)| *arrival).collect();
    let ids: BTreeSet<&str> = found.iter().map(|(_, id)| id.as_str()).collect();
    let ids: Vec<&str> = ids.into_iter().collect();
    let (mut arrivals, mut gone) = (Vec::new(), BTreeSet::new());
    for some in ids.chunks(CHUNK) {
        let mut query = QueryBuilder::<Db>::new("select id, arrival from intake where id in (");
        list(&mut query, some.iter().copied());
        query.push(") order by id, arrival");
        let rows: Vec<(String, i64)> = query.build_query_as().fetch_all(&mut *conn).await?;
        for of_one_id in rows.chunk_by(|a, b| a.0 == b.0) {
            if named.contains(&of_one_id[0].1) {
                gone.insert(of_one_id[0].0.clone());
                arrivals.extend(of_one_id.iter().map(|(_, arrival)| *arrival));
            } else {
                arrivals.extend(of_one_id.iter().map(|(_, arrival)| *arrival).filter(|one| named.contains(one)));
            }
        }
    }
    Ok((arrivals, gone))
}
