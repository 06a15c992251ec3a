//! Clearing a programme on its day: codes cut from answers, or answers deleted, in one transaction with the receipt and
//! the line in the log.

use std::collections::{BTreeSet, HashMap, HashSet};

use serde_json::Value;
use sqlx::QueryBuilder;

use crate::person::CardCode;
use crate::response::{card_in, names_card};
use crate::session::retention::{Clearing, Clock, Tick};
use crate::store::erasure::ErasureKey;
use crate::store::{Clearable, Deed, StoreError};

use super::family::code_of;
use super::{Conn, Db, audit, erasure, history, intake, links, recount, written};

/// Rows in one statement.
const CHUNK: usize = 500;

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
    let responses = arrivals_of(conn, programme_id).await?.len();
    Ok(Clearable { cards, people, responses: i64::try_from(responses).unwrap_or(i64::MAX) })
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

/// Clears, and writes the receipt and the line in the log.
pub async fn clear(
    conn: &mut Conn,
    programme_id: i64,
    clearing: Clearing,
    today: &str,
    key: &ErasureKey,
    deed: Deed,
    now_us: i64,
) -> Result<(), StoreError> {
    let spared: i64 = sqlx::query_scalar(
        "select count(*) from card join project on project.id = card.project_id
         where project.programme_id = $1 and card.kept",
    )
    .bind(programme_id)
    .fetch_one(&mut *conn)
    .await?;
    let went = match clearing {
        Clearing::Texts => texts(conn, programme_id).await?,
        Clearing::Cut | Clearing::Delete => cards(conn, programme_id, clearing, key, now_us).await?,
    };
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
    audit::append(conn, Deed { reason: format!("{}. {receipt}", deed.reason), ..deed }, now_us).await
}

async fn texts(conn: &mut Conn, programme_id: i64) -> Result<String, StoreError> {
    let (changed, waiting) = written::clear(conn, programme_id).await?;
    let rest =
        if waiting > 0 { format!("; {waiting} that nobody has read wait until they are") } else { String::new() };
    Ok(format!("Texts in {changed} answers were deleted{rest}"))
}

/// Clears what came with cards, but for those that are kept from deletion.
async fn cards(
    conn: &mut Conn,
    programme_id: i64,
    clearing: Clearing,
    key: &ErasureKey,
    now_us: i64,
) -> Result<String, StoreError> {
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
    match clearing {
        Clearing::Delete => delete(conn, programme_id, &cards).await,
        _ => cut(conn, programme_id, &cards).await,
    }
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
    forget(conn, &unreadable).await?;
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
    links::relink(conn, programme_id).await?;
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
    let placed = arrivals_of(conn, programme_id).await?;
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
        "delete from flow_count where project_id in (select id from project where programme_id = $1)",
        "delete from circumstance_count where project_id in (select id from project where programme_id = $1)",
        "delete from scale_sum where project_id in (select id from project where programme_id = $1)",
        "delete from turnout_count where project_id in (select id from project where programme_id = $1)",
        "delete from dose_count where project_id in (select id from project where programme_id = $1)",
        "delete from session_count where session_id in (select s.id from session s join project p on p.id = s.project_id
         where p.programme_id = $1)",
        "delete from pair_count where project_id in (select id from project where programme_id = $1)",
        "delete from family_sum where project_id in (select id from project where programme_id = $1)",
        "delete from family_answer where project_id in (select id from project where programme_id = $1)",
        "delete from person_pairs where person_id in (select person.id from person join card on card.code = person.card_code
         join project on project.id = card.project_id where project.programme_id = $1)",
    ] {
        sqlx::query(statement).bind(programme_id).execute(&mut *conn).await?;
    }
    forget(conn, &arrivals).await?;
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
    let (mut changed, mut doomed, mut after) = (0, Vec::new(), 0_i64);
    loop {
        let rows: Vec<(i64, Vec<u8>)> =
            sqlx::query_as("select arrival, bytes from intake where arrival > $1 order by arrival limit 500")
                .bind(after)
                .fetch_all(&mut *conn)
                .await?;
        let Some((last, _)) = rows.last() else { return Ok((changed, doomed)) };
        after = *last;
        for (arrival, bytes) in rows {
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

/// Everything stored that was placed at a session of a programme, and what else came under the same ids.
async fn arrivals_of(conn: &mut Conn, programme_id: i64) -> Result<Vec<i64>, StoreError> {
    Ok(sqlx::query_scalar(
        "select arrival from response where id in (select r.id from response r join session s on s.id = r.session_id
         join project p on p.id = s.project_id where p.programme_id = $1) order by arrival",
    )
    .bind(programme_id)
    .fetch_all(&mut *conn)
    .await?)
}

async fn forget(conn: &mut Conn, arrivals: &[i64]) -> Result<(), StoreError> {
    for statement in ["delete from response where arrival in (", "delete from intake where arrival in ("] {
        for some in arrivals.chunks(CHUNK) {
            let mut query = QueryBuilder::<Db>::new(statement);
            let mut list = query.separated(", ");
            for arrival in some {
                list.push_bind(*arrival);
            }
            query.push(")");
            query.build().execute(&mut *conn).await?;
        }
    }
    Ok(())
}

/// Takes cards away, and first who sits at a tablet with one, or did not want to answer.
async fn take_away(conn: &mut Conn, cards: &[CardCode]) -> Result<(), StoreError> {
    for statement in [
        "delete from sitting where card_code in (",
        "delete from no_answer where card_code in (",
        "delete from card where code in (",
    ] {
        for some in cards.chunks(CHUNK) {
            let mut query = QueryBuilder::<Db>::new(statement);
            let mut list = query.separated(", ");
            for card in some {
                list.push_bind(card.as_str());
            }
            query.push(")");
            query.build().execute(&mut *conn).await?;
        }
    }
    Ok(())
}
