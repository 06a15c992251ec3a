//! Clearing a programme on its day: texts deleted, codes cut from answers, or answers deleted, in one transaction with the
//! receipt and the line in the log.

use std::collections::{BTreeSet, HashMap, HashSet};

use serde_json::Value;
use sqlx::QueryBuilder;

use crate::person::CardCode;
use crate::response::{card_in, names_card};
use crate::session::retention::Clearing;
use crate::store::erasure::ErasureKey;
use crate::store::retention::Due;
use crate::store::{Deed, StoreError};
use crate::survey::Library;

use super::family::code_of;
use super::list::run_for;
use super::stored::{self, Stored, Walk};
use super::{
    Conn, Db, audit, derived, erasure, history, intake, processing, protection, recount, relink, rewriting, written,
};

/// Rows in one statement.
const CHUNK: usize = 500;

/// Clears, and writes the receipt and the line in the log. `false`, and nothing is done, where somebody keeps the whole
/// programme from that since the clock was looked at.
pub async fn clear(
    conn: &mut Conn,
    library: &Library,
    due: &Due,
    key: &ErasureKey,
    deed: Deed,
) -> Result<bool, StoreError> {
    let Due { programme_id, clearing, ref today, now_us } = *due;
    if protection::is_held(conn, programme_id).await? {
        return Ok(false);
    }
    let spared: i64 = sqlx::query_scalar(
        "select count(*) from card join project on project.id = card.project_id
         where project.programme_id = $1 and card.kept",
    )
    .bind(programme_id)
    .fetch_one(&mut *conn)
    .await?;
    let went = match clearing {
        Clearing::Texts => texts(conn, programme_id).await?,
        Clearing::Cut | Clearing::Delete => cards(conn, library, due, key).await?,
    };
    rewriting::note(conn, now_us).await?;
    let rest = if spared > 0 { format!("; {spared} cards are kept from being deleted") } else { String::new() };
    let receipt = format!("{went}{rest}");
    sqlx::query(
        "update retention set done_on = $3, receipt = case receipt when '' then $4 else receipt || '. Later: ' || $4 end,
         spared = $5, cleared_us = $6 where programme_id = $1 and clearing = $2",
    )
    .bind(programme_id)
    .bind(clearing.code())
    .bind(today)
    .bind(&receipt)
    .bind(spared)
    .bind(now_us)
    .execute(&mut *conn)
    .await?;
    audit::append(conn, Deed { reason: format!("{}. {receipt}", deed.reason), ..deed }, now_us).await?;
    Ok(true)
}

async fn texts(conn: &mut Conn, programme_id: i64) -> Result<String, StoreError> {
    let (changed, waiting) = written::clear(conn, programme_id).await?;
    let rest =
        if waiting > 0 { format!("; {waiting} that nobody has read wait until they are") } else { String::new() };
    Ok(format!("Texts in {changed} answers were deleted{rest}"))
}

/// Clears what came with cards, but for those that are kept from deletion.
async fn cards(conn: &mut Conn, library: &Library, due: &Due, key: &ErasureKey) -> Result<String, StoreError> {
    let Due { programme_id, clearing, now_us, .. } = *due;
    let codes: Vec<String> = sqlx::query_scalar(
        "select card.code from card join project on project.id = card.project_id
         where project.programme_id = $1 and not card.kept order by card.code",
    )
    .bind(programme_id)
    .fetch_all(&mut *conn)
    .await?;
    let cards: Vec<CardCode> = codes.iter().map(|code| code_of(code)).collect::<Result<_, _>>()?;
    for some in cards.chunks(CHUNK) {
        let mut query = QueryBuilder::<Db>::new("insert into cut_card (digest, cut_us) ");
        query.push_values(some, |mut row, card| {
            row.push_bind(key.of_card(card)).push_bind(now_us);
        });
        query.push(" on conflict (digest) do nothing");
        query.build().execute(&mut *conn).await?;
    }
    let went = match clearing {
        Clearing::Delete => delete(conn, programme_id, &cards).await?,
        _ => cut(conn, programme_id, &cards).await?,
    };
    judge_what_is_first_now(conn, library).await?;
    protection::end_of_nobody(conn, programme_id, "the clock", now_us).await?;
    Ok(went)
}

/// Of two contents under one id the first may have gone, and the other be kept with its card: that is the first now, as it
/// is when everything is judged again.
async fn judge_what_is_first_now(conn: &mut Conn, library: &Library) -> Result<(), StoreError> {
    let ids: Vec<String> = sqlx::query_scalar(
        "select distinct id from response where state = 'variant'
         and not exists (select 1 from response first where first.id = response.id and first.state <> 'variant')
         order by id",
    )
    .fetch_all(&mut *conn)
    .await?;
    for id in ids {
        processing::judge_again(conn, library, &id).await?;
    }
    Ok(())
}

/// Gives each card in use, by people or by a decision, another code that is written down nowhere else, and takes the
/// others away. Of what was sent with them the code is changed, and nothing else.
async fn cut(conn: &mut Conn, programme_id: i64, cards: &[CardCode]) -> Result<String, StoreError> {
    let used: HashSet<String> = sqlx::query_scalar(
        "select distinct card_code from person join card on card.code = person.card_code
         join project on project.id = card.project_id where project.programme_id = $1
         union select card.code from card join project on project.id = card.project_id
         where project.programme_id = $1 and card.family is not null
         union select card_code from link where programme_id = $1 union select to_code from link where programme_id = $1",
    )
    .bind(programme_id)
    .fetch_all(&mut *conn)
    .await?
    .into_iter()
    .collect();
    let mut taken: HashSet<String> =
        sqlx::query_scalar("select code from card order by code").fetch_all(&mut *conn).await?.into_iter().collect();
    let mut new_codes: HashMap<CardCode, CardCode> = HashMap::new();
    for card in cards.iter().filter(|card| used.contains(card.as_str())) {
        new_codes.insert(card.clone(), unused(&mut taken)?);
    }
    let (changed, unreadable) = rewrite(conn, cards, &new_codes).await?;
    stored::forget(conn, &unreadable).await?;
    for (old, new) in &new_codes {
        for statement in [
            "insert into card (code, project_id, issued_us, family, kept_by, restricted_by, kept, restricted)
             select $2, project_id, issued_us, family, kept_by, restricted_by, kept, restricted from card where code = $1",
            "update person set card_code = $2 where card_code = $1",
            "update card set family = $2 where family = $1",
            "update link set card_code = $2 where card_code = $1",
            "update link set to_code = $2 where to_code = $1",
            "update quote set card_code = $2 where card_code = $1",
        ] {
            sqlx::query(statement).bind(old.as_str()).bind(new.as_str()).execute(&mut *conn).await?;
        }
    }
    take_away(conn, cards).await?;
    // Of two spare cards of a card nobody knows, the first by its code is the one that counts.
    relink::relink(conn, programme_id).await?;
    Ok(format!(
        "Codes of {} cards were cut from {changed} answers; {} that could not be read were deleted",
        cards.len(),
        unreadable.len()
    ))
}

/// Takes answers, people and cards away. Projects, sessions, their notes and the counts of those who said no stay, and
/// so does what came with a card that is kept from deletion.
async fn delete(conn: &mut Conn, programme_id: i64, cards: &[CardCode]) -> Result<String, StoreError> {
    let (_, sent) = rewrite(conn, cards, &HashMap::new()).await?;
    let placed = stored::of_programme(conn, programme_id).await?;
    let spared = Spared::of(conn, programme_id).await?;
    let arrivals: BTreeSet<i64> = sent.into_iter().chain(placed).collect();
    let arrivals: Vec<i64> = arrivals.difference(&spared.arrivals).copied().collect();
    for statement in [
        // A card that is kept keeps everything it was decided to be one with, and so each decision is all of one or the
        // other.
        "delete from link where programme_id = $1 and not (card_code in (select code from card where kept)
         or to_code in (select code from card where kept) or response_id in (select r.id from response r
         join person n on n.id = r.sent_as join card k on k.code = n.card_code where k.kept))",
        "delete from quote where programme_id = $1 and card_code not in (select code from card where kept)",
    ] {
        sqlx::query(statement).bind(programme_id).execute(&mut *conn).await?;
    }
    derived::forget_counts_of(conn, programme_id).await?;
    stored::forget(conn, &arrivals).await?;
    for statement in [
        "delete from comment_read where programme_id = $1 and response_id not in (select id from intake)",
        "delete from second_keying where session_id in (select s.id from session s join project p on p.id = s.project_id
         where p.programme_id = $1) and response_id not in (select id from intake)",
        "delete from attendance where person_id in (select person.id from person join card on card.code = person.card_code
         join project on project.id = card.project_id where project.programme_id = $1 and not card.kept)",
        "delete from person where card_code in (select card.code from card join project on project.id = card.project_id
         where project.programme_id = $1 and not card.kept)",
        "delete from withdrawal where session in (select s.key from session s join project p on p.id = s.project_id
         where p.programme_id = $1)",
    ] {
        sqlx::query(statement).bind(programme_id).execute(&mut *conn).await?;
    }
    take_away(conn, cards).await?;
    spared.count_again(conn).await?;
    Ok(format!("{} answers of {} cards were deleted", arrivals.len(), cards.len()))
}

/// What stays of a programme whose answers are deleted, because somebody keeps it from that.
struct Spared {
    people: BTreeSet<i64>,
    arrivals: BTreeSet<i64>,
}

impl Spared {
    async fn of(conn: &mut Conn, programme_id: i64) -> Result<Spared, StoreError> {
        let codes: Vec<String> = sqlx::query_scalar(
            "select card.code from card join project on project.id = card.project_id
             where project.programme_id = $1 and card.kept order by card.code",
        )
        .bind(programme_id)
        .fetch_all(&mut *conn)
        .await?;
        let mut spared = Spared { people: BTreeSet::new(), arrivals: BTreeSet::new() };
        for code in codes {
            let people: Vec<i64> = sqlx::query_scalar("select id from person where card_code = $1 order by id")
                .bind(&code)
                .fetch_all(&mut *conn)
                .await?;
            let people: BTreeSet<i64> = people.into_iter().collect();
            spared.arrivals.extend(erasure::doomed(conn, &people, &code_of(&code)?).await?.0);
            spared.people.extend(people);
        }
        Ok(spared)
    }

    /// Every count of the programme was taken away; what stays is counted from its rows.
    async fn count_again(self, conn: &mut Conn) -> Result<(), StoreError> {
        if self.people.is_empty() {
            return Ok(());
        }
        let histories = history::histories(conn, &self.people).await?;
        history::settle(conn, histories, &HashMap::new()).await?;
        recount::everybody(conn).await
    }
}

/// Goes through everything that is stored: puts the new codes in place of the old, and gives back how many were changed
/// and which rows belong to a card that has no new code or are no envelope, so that they have to go.
async fn rewrite(
    conn: &mut Conn,
    cards: &[CardCode],
    new_codes: &HashMap<CardCode, CardCode>,
) -> Result<(usize, Vec<i64>), StoreError> {
    let ours: HashSet<&CardCode> = cards.iter().collect();
    let (mut changed, mut doomed, mut walk) = (0, Vec::new(), Walk::through_everything());
    while let Some(rows) = walk.next(conn).await? {
        for Stored { arrival, bytes, .. } in rows {
            let Some(card) = card_in(&bytes) else {
                if cards.iter().any(|card| names_card(&bytes, card)) {
                    doomed.push(arrival);
                }
                continue;
            };
            if !ours.contains(&card) {
                continue;
            }
            match new_codes.get(&card).and_then(|new| with_code(&bytes, &card, new)) {
                Some(bytes) => {
                    intake::replace(conn, arrival, &bytes).await?;
                    changed += 1;
                }
                None => doomed.push(arrival),
            }
        }
    }
    Ok((changed, doomed))
}

/// An envelope with another code in the place of its own. Whoever typed theirs as an answer loses that answer.
fn with_code(bytes: &[u8], old: &CardCode, new: &CardCode) -> Option<Vec<u8>> {
    let mut envelope: Value = serde_json::from_slice(bytes).ok()?;
    *envelope.get_mut("card")? = Value::String(new.as_str().to_owned());
    if let Some(answers) = envelope.get_mut("answers").and_then(Value::as_object_mut) {
        for answer in answers.values_mut().filter(|answer| answer.as_str().is_some_and(|said| says(said, old))) {
            *answer = Value::String(String::new());
        }
    }
    serde_json::to_vec(&envelope).ok()
}

/// Whether a code stands in a text, however it is spelt.
fn says(text: &str, code: &CardCode) -> bool {
    let symbols: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
    symbols.to_ascii_uppercase().contains(code.as_str())
}

/// A code that no card has.
fn unused(taken: &mut HashSet<String>) -> Result<CardCode, StoreError> {
    loop {
        let mut bytes = [0_u8; 5];
        getrandom::fill(&mut bytes)?;
        if let Some(code) = CardCode::from_random(bytes)
            && taken.insert(code.as_str().to_owned())
        {
            return Ok(code);
        }
    }
}

/// Takes cards away, and first who sits at a tablet with one.
async fn take_away(conn: &mut Conn, cards: &[CardCode]) -> Result<(), StoreError> {
    let codes: Vec<String> = cards.iter().map(|card| card.as_str().to_owned()).collect();
    for statement in ["delete from sitting where card_code in (", "delete from card where code in ("] {
        run_for(conn, statement, &codes).await?;
    }
    Ok(())
}
