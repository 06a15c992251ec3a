//! Everything derived brought into line with the decisions about who is who that stand: who counts as whom, which cards
//! are one family, and whose responses, pairs and counts follow.

use std::collections::{BTreeMap, BTreeSet};

use crate::pairing::links::{Key, Links};
use crate::pairing::{FamilyAnswers, FamilySums};
use crate::store::StoreError;
use crate::survey::Library;

use super::family::{animal_of, code_of};
use super::history::{Before, look_again, look_again_at_card};
use super::list::list;
use super::{Conn, Db, family_answers, family_sums, kin, links, processing, turnout};

/// Forgets who counts as whom, and works it out again: nothing else is derived at that moment.
pub async fn relink_all(conn: &mut Conn) -> Result<(), StoreError> {
    sqlx::query("update person set counts_as = null where counts_as is not null").execute(&mut *conn).await?;
    sqlx::query("update card set family = null where family is not null").execute(&mut *conn).await?;
    let programmes: Vec<i64> =
        sqlx::query_scalar("select distinct programme_id from link order by 1").fetch_all(&mut *conn).await?;
    for programme_id in programmes {
        relink(conn, programme_id).await?;
    }
    Ok(())
}

/// Brings a programme into line where one of these cards is in any decision: somebody new is on it.
pub async fn relink_newcomers(conn: &mut Conn, cards: &BTreeSet<&str>) -> Result<(), StoreError> {
    if cards.is_empty() {
        return Ok(());
    }
    let mut query = sqlx::QueryBuilder::<Db>::new(
        "select distinct programme_id from link where undone_us is null and kind in ('card', 'person') and (card_code in (",
    );
    list(&mut query, cards.iter().copied());
    query.push(") or to_code in (");
    list(&mut query, cards.iter().copied());
    query.push(")) order by 1");
    let programmes: Vec<i64> = query.build_query_scalar().fetch_all(&mut *conn).await?;
    for programme_id in programmes {
        relink(conn, programme_id).await?;
    }
    Ok(())
}

/// Works out who counts as whom in a programme, and lets responses, pairs and counts follow, and what is protected.
pub async fn relink(conn: &mut Conn, programme_id: i64) -> Result<(), StoreError> {
    relink_people(conn, programme_id).await?;
    kin::spread(conn, programme_id).await
}

async fn relink_people(conn: &mut Conn, programme_id: i64) -> Result<(), StoreError> {
    let decided = links::standing(conn, programme_id).await?;
    // Only cards that were ever decided about can change.
    let cards: Vec<String> = sqlx::query_scalar(
        "select card_code from link where programme_id = $1 and card_code <> ''
         union select to_code from link where programme_id = $1 and to_code <> '' order by 1",
    )
    .bind(programme_id)
    .fetch_all(&mut *conn)
    .await?;
    let mut people: BTreeMap<i64, Key> = BTreeMap::new();
    let mut now: BTreeMap<i64, i64> = BTreeMap::new();
    for card in &cards {
        let rows: Vec<(i64, String, Option<i64>)> =
            sqlx::query_as("select id, animal, counts_as from person where card_code = $1 order by id")
                .bind(card)
                .fetch_all(&mut *conn)
                .await?;
        for (id, animal, counts_as) in rows {
            people.insert(id, (code_of(card)?, animal_of(&animal)?));
            now.insert(id, counts_as.unwrap_or(id));
        }
    }
    let holders: Vec<i64> = people.keys().copied().collect();
    one_family(conn, &decided, &cards, &holders).await?;
    let wanted = decided.counts_as(&people);
    let changed: Vec<(i64, i64)> = wanted.into_iter().filter(|(id, to)| now.get(id) != Some(to)).collect();
    one_person(conn, &changed, &now).await
}

/// Says of cards which family they lead to, and lets what is counted family by family follow.
async fn one_family(conn: &mut Conn, decided: &Links, cards: &[String], holders: &[i64]) -> Result<(), StoreError> {
    let families_before = family_sums::of_people(conn, holders).await?;
    let answers_before = family_answers::of_people(conn, holders).await?;
    let families_there = turnout::Before::of_families(conn, cards).await?;
    for card in cards {
        let code = code_of(card)?;
        let family = decided.family(&code);
        sqlx::query("update card set family = $2 where code = $1")
            .bind(card)
            .bind((family != code).then(|| family.as_str().to_owned()))
            .execute(&mut *conn)
            .await?;
    }
    families_there.settle(conn).await?;
    let families_now = family_sums::of_people(conn, holders).await?;
    family_sums::shift(conn, families_before.into_iter().map(FamilySums::negated).chain(families_now)).await?;
    let answers_now = family_answers::of_people(conn, holders).await?;
    family_answers::shift(conn, answers_before.into_iter().map(FamilyAnswers::negated).chain(answers_now)).await
}

/// Lets people count as others than they do `now`, and their responses, visits and pairs follow.
async fn one_person(conn: &mut Conn, changed: &[(i64, i64)], now: &BTreeMap<i64, i64>) -> Result<(), StoreError> {
    if changed.is_empty() {
        return Ok(());
    }
    let touched: BTreeSet<i64> =
        changed.iter().flat_map(|(id, to)| [*to, now.get(id).copied().unwrap_or(*id)]).collect();
    let before = Before::of(conn, &touched).await?;
    let concerned = touched.iter().chain(changed.iter().map(|(id, _)| id)).copied().collect();
    let were_there = turnout::Before::of_people(conn, concerned).await?;
    for (id, to) in changed {
        sqlx::query("update person set counts_as = $2 where id = $1")
            .bind(id)
            .bind((to != id).then_some(*to))
            .execute(&mut *conn)
            .await?;
        sqlx::query("update response set person_id = $2 where sent_as = $1")
            .bind(id)
            .bind(to)
            .execute(&mut *conn)
            .await?;
    }
    were_there.settle(conn).await?;
    before.settle(conn).await
}

/// Remembers whether a moved response makes somebody known, or seen at its session, so that taking the move back
/// leaves no trace of them.
pub async fn note_what_it_makes(conn: &mut Conn, id: i64, response: &str, to: &Key) -> Result<(), StoreError> {
    let Some(envelope) = processing::envelope_of(conn, response).await? else { return Ok(()) };
    let session: Option<i64> = sqlx::query_scalar("select id from session where key = $1")
        .bind(&envelope.session)
        .fetch_optional(&mut *conn)
        .await?;
    let known: Option<i64> = sqlx::query_scalar("select id from person where card_code = $1 and animal = $2")
        .bind(to.0.as_str())
        .bind(to.1.code())
        .fetch_optional(&mut *conn)
        .await?;
    let seen: i64 = sqlx::query_scalar("select count(*) from attendance where session_id = $1 and person_id = $2")
        .bind(session)
        .bind(known)
        .fetch_one(&mut *conn)
        .await?;
    sqlx::query("update link set made_person = $2, made_attendance = $3 where id = $1")
        .bind(id)
        .bind(known.is_none().then_some(1_i64))
        .bind(session.filter(|_| seen == 0))
        .execute(&mut *conn)
        .await?;
    Ok(())
}

/// Lets whoever counts as somebody count as themselves until [`relink`]: their responses would keep that somebody from
/// going.
async fn part_from(conn: &mut Conn, person: i64) -> Result<(), StoreError> {
    let others: Vec<i64> = sqlx::query_scalar("select id from person where counts_as = $1 order by id")
        .bind(person)
        .fetch_all(&mut *conn)
        .await?;
    let changed: Vec<(i64, i64)> = others.iter().map(|id| (*id, *id)).collect();
    one_person(conn, &changed, &others.iter().map(|id| (*id, person)).collect()).await
}

/// Kind, card, response, whose it was to be, and what it made: a person, an attendance.
type Ended = (String, String, String, String, String, Option<i64>, Option<i64>);

/// Brings everything derived into line after a decision has ended.
pub async fn follow_the_end(conn: &mut Conn, library: &Library, programme_id: i64, id: i64) -> Result<(), StoreError> {
    let row: Option<Ended> = sqlx::query_as(
        "select kind, card_code, response_id, to_code, to_animal, made_person, made_attendance from link where id = $1",
    )
    .bind(id)
    .fetch_optional(&mut *conn)
    .await?;
    let Some((kind, card, response, to, animal, made_person, made_attendance)) = row else { return Ok(()) };
    if kind == "card" || kind == "person" {
        relink(conn, programme_id).await?;
        return look_again_at_card(conn, &card).await;
    }
    processing::judge_again(conn, library, &response).await?;
    let person: Option<i64> = sqlx::query_scalar("select id from person where card_code = $1 and animal = $2")
        .bind(&to)
        .bind(&animal)
        .fetch_optional(&mut *conn)
        .await?;
    let Some(person) = person else { return Ok(()) };
    if made_person.is_some() {
        part_from(conn, person).await?;
    }
    let mut concerned = turnout::those_who_count(conn, &[person]).await?;
    concerned.insert(person);
    let were_there = turnout::Before::of(conn, concerned.clone(), &[to.as_str()]).await?;
    if let Some(session) = made_attendance {
        sqlx::query(
            "delete from attendance where session_id = $1 and person_id = $2
             and not exists (select 1 from response where sent_as = $2 and session_id = $1)",
        )
        .bind(session)
        .bind(person)
        .execute(&mut *conn)
        .await?;
    }
    if made_person.is_some() {
        sqlx::query(
            "delete from person where id = $1 and not exists (select 1 from response where sent_as = $1)
             and not exists (select 1 from attendance where person_id = $1)",
        )
        .bind(person)
        .execute(&mut *conn)
        .await?;
    }
    were_there.settle(conn).await?;
    look_again(conn, &concerned).await?;
    if made_person.is_some() { relink(conn, programme_id).await } else { Ok(()) }
}
