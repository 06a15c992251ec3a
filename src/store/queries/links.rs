//! Decisions about who is who: made, refused, taken back, forgotten. What follows from them is `relink`'s.

use std::collections::BTreeSet;

use crate::pairing::links::{Confidence, Decision, Links};
use crate::person::{Animal, CardCode};
use crate::store::step::step;
use crate::store::{LinkRefusal, NewLink, StoreError, StoredLink};
use crate::survey::Library;

use super::family::{animal_of, code_of};
use super::history::look_again_at_card;
use super::relink::{follow_the_end, note_what_it_makes, relink};
use super::{Conn, kin, processing};

type Row = (i64, String, String, String, String, String, String, String, String, String, i64, Option<i64>, String);

fn link_of(row: Row) -> Result<StoredLink, StoreError> {
    let (id, kind, card, animal, response, to, to_animal, confidence, reason, who, made_us, undone_us, undone_by) = row;
    let decision = match kind.as_str() {
        "card" => Decision::Tie { card: code_of(&card)?, to: code_of(&to)? },
        "person" => Decision::Same {
            person: (code_of(&card)?, animal_of(&animal)?),
            to: (code_of(&to)?, animal_of(&to_animal)?),
        },
        "response" => Decision::Move { response, to: (code_of(&to)?, animal_of(&to_animal)?) },
        "aside" => Decision::Aside { response },
        _ => return Err(StoreError::Unreadable("link")),
    };
    let confidence = Confidence::from_code(&confidence).ok_or(StoreError::Unreadable("confidence"))?;
    Ok(StoredLink { id, decision, confidence, reason, who, made_us, undone_us, undone_by })
}

/// Every decision made in a programme, the newest first.
pub async fn of_programme(conn: &mut Conn, programme_id: i64) -> Result<Vec<StoredLink>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "select id, kind, card_code, animal, response_id, to_code, to_animal, confidence, reason, who, made_us, undone_us,
         undone_by from link where programme_id = $1 order by id desc",
    )
    .bind(programme_id)
    .fetch_all(&mut *conn)
    .await?;
    rows.into_iter().map(link_of).collect()
}

/// The decisions that stand in a programme.
pub async fn standing(conn: &mut Conn, programme_id: i64) -> Result<Links, StoreError> {
    let mut links = of_programme(conn, programme_id).await?;
    links.reverse();
    Ok(Links::of(links.into_iter().filter(|link| link.undone_us.is_none()).map(|link| link.decision)))
}

/// The decisions that stand anywhere: what placing has to know.
pub async fn all_standing(conn: &mut Conn) -> Result<Links, StoreError> {
    Ok(Links::of(stored(conn).await?.into_iter().map(|link| link.decision)))
}

/// The same with how sure whoever decided was, the oldest first.
pub async fn stored(conn: &mut Conn) -> Result<Vec<StoredLink>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "select id, kind, card_code, animal, response_id, to_code, to_animal, confidence, reason, who, made_us, undone_us,
         undone_by from link where undone_us is null order by id",
    )
    .fetch_all(&mut *conn)
    .await?;
    rows.into_iter().map(link_of).collect()
}

/// Makes a decision.
pub async fn make(
    conn: &mut Conn,
    library: &Library,
    link: &NewLink,
    now_us: i64,
) -> Result<Result<i64, LinkRefusal>, StoreError> {
    if let Some(refusal) = refusal(conn, link).await? {
        return Ok(Err(refusal));
    }
    let (kind, from, response, to) = match &link.decision {
        Decision::Tie { card, to } => ("card", (Some(card), None), "", (Some(to), None)),
        Decision::Same { person, to } => ("person", (Some(&person.0), Some(person.1)), "", (Some(&to.0), Some(to.1))),
        Decision::Move { response, to } => ("response", (None, None), response.as_str(), (Some(&to.0), Some(to.1))),
        Decision::Aside { response } => ("aside", (None, None), response.as_str(), (None, None)),
    };
    let animal = |animal: Option<Animal>| animal.map_or("", Animal::code);
    let code = |code: Option<&CardCode>| code.map_or("", CardCode::as_str).to_owned();
    let id: i64 = sqlx::query_scalar(
        "insert into link (id, programme_id, kind, card_code, animal, response_id, to_code, to_animal, confidence, reason,
         who, made_us, undone_by)
         select coalesce(max(id), 0) + $12, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '' from link returning id",
    )
    .bind(link.programme_id)
    .bind(kind)
    .bind(code(from.0))
    .bind(animal(from.1))
    .bind(response)
    .bind(code(to.0))
    .bind(animal(to.1))
    .bind(link.confidence.code())
    .bind(&link.reason)
    .bind(&link.who)
    .bind(now_us)
    .bind(step()?)
    .fetch_one(&mut *conn)
    .await?;
    match &link.decision {
        Decision::Tie { card, .. } | Decision::Same { person: (card, _), .. } => {
            relink(conn, link.programme_id).await?;
            // How sure it is may change where nobody counts as another than before.
            look_again_at_card(conn, card.as_str()).await?;
        }
        Decision::Move { response, to } => {
            note_what_it_makes(conn, id, response, to).await?;
            processing::judge_again(conn, library, response).await?;
            kin::spread(conn, link.programme_id).await?;
        }
        Decision::Aside { response } => processing::judge_again(conn, library, response).await?,
    }
    Ok(Ok(id))
}

/// Why a decision cannot be made, where it cannot.
async fn refusal(conn: &mut Conn, link: &NewLink) -> Result<Option<LinkRefusal>, StoreError> {
    let links = standing(conn, link.programme_id).await?;
    let decided = of_programme(conn, link.programme_id).await?.into_iter().filter(|one| one.undone_us.is_none());
    let about_the_same = |one: &Decision| match (one, &link.decision) {
        (Decision::Tie { card: a, .. }, Decision::Tie { card: b, .. }) => a == b,
        (Decision::Same { person: a, .. }, Decision::Same { person: b, .. }) => a == b,
        (
            Decision::Move { response: a, .. } | Decision::Aside { response: a },
            Decision::Move { response: b, .. } | Decision::Aside { response: b },
        ) => a == b,
        _ => false,
    };
    if decided.into_iter().any(|one| about_the_same(&one.decision)) {
        return Ok(Some(LinkRefusal::Decided));
    }
    let cards: Vec<&CardCode> = match &link.decision {
        Decision::Tie { card, to } => vec![card, to],
        Decision::Same { person, to } => vec![&person.0, &to.0],
        Decision::Move { to, .. } => vec![&to.0],
        Decision::Aside { .. } => Vec::new(),
    };
    for card in cards {
        if !is_card_of(conn, card, link.programme_id).await? {
            return Ok(Some(LinkRefusal::NoSuchCard));
        }
    }
    Ok(match &link.decision {
        Decision::Tie { card, to } if links.family(card) == links.family(to) => Some(LinkRefusal::Already),
        Decision::Same { person, to } if person.1.role() != to.1.role() => Some(LinkRefusal::Roles),
        Decision::Same { person, to } if links.end(person) == links.end(to) => Some(LinkRefusal::Already),
        Decision::Move { response, .. } | Decision::Aside { response } => {
            match processing::envelope_of(conn, response).await? {
                None => Some(LinkRefusal::NoSuchResponse),
                Some(envelope) => {
                    let session = super::sessions::by_key(conn, &envelope.session).await?;
                    let ours = session.is_some_and(|at| at.programme.id == link.programme_id);
                    match &link.decision {
                        _ if !ours => Some(LinkRefusal::NoSuchResponse),
                        Decision::Move { to, .. } if to.1.role() != envelope.role => Some(LinkRefusal::Roles),
                        Decision::Move { to, .. } if *to == (envelope.card, envelope.animal) => {
                            Some(LinkRefusal::Already)
                        }
                        _ => None,
                    }
                }
            }
        }
        _ => None,
    })
}

async fn is_card_of(conn: &mut Conn, card: &CardCode, programme_id: i64) -> Result<bool, StoreError> {
    let project = super::family::project_of_card(conn, card).await?;
    Ok(project.is_some_and(|project| project.programme_id == programme_id))
}

/// Takes a decision back.
pub async fn undo(
    conn: &mut Conn,
    library: &Library,
    programme_id: i64,
    id: i64,
    who: &str,
    now_us: i64,
) -> Result<bool, StoreError> {
    let ended = sqlx::query(
        "update link set undone_us = $3, undone_by = $4 where id = $1 and programme_id = $2 and undone_us is null",
    )
    .bind(id)
    .bind(programme_id)
    .bind(now_us)
    .bind(who)
    .execute(&mut *conn)
    .await?
    .rows_affected();
    if ended == 0 {
        return Ok(false);
    }
    follow_the_end(conn, library, programme_id, id).await?;
    kin::spread(conn, programme_id).await?;
    Ok(true)
}

/// Ends every decision about these cards and about responses sent with them, and forgets them: the family has taken
/// its answers out, and its cards' codes are to be nowhere.
pub async fn forget(
    conn: &mut Conn,
    library: &Library,
    cards: &[CardCode],
    responses: &BTreeSet<String>,
) -> Result<(), StoreError> {
    let rows: Vec<(i64, i64, String, String, String)> =
        sqlx::query_as("select id, programme_id, card_code, to_code, response_id from link order by id desc")
            .fetch_all(&mut *conn)
            .await?;
    for (id, programme_id, card, to, response) in rows {
        let named = |code: &str| cards.iter().any(|card| card.as_str() == code);
        if !named(&card) && !named(&to) && !responses.contains(&response) {
            continue;
        }
        sqlx::query("update link set undone_us = coalesce(undone_us, 0) where id = $1")
            .bind(id)
            .execute(&mut *conn)
            .await?;
        follow_the_end(conn, library, programme_id, id).await?;
        sqlx::query("delete from link where id = $1").bind(id).execute(&mut *conn).await?;
    }
    Ok(())
}
