//! Everything that is kept under a card, for the family that asks to see it.

use std::collections::BTreeSet;

use sqlx::QueryBuilder;

use crate::person::CardCode;
use crate::response::GivenAfterwards;
use crate::store::{Held, HeldPerson, HeldResponse, ResponseState, StoreError};

use super::erasure::{doomed, moved};
use super::family::{animal_of, year_of};
use super::history::unpacked;
use super::list::list;
use super::responses::wave_of;
use super::{Conn, Db, data_protection, export, held_beside, linked, protection};

type PersonRow = (i64, String, Option<i64>, i64);
type ResponseRow = (
    String,
    i64,
    Vec<u8>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    bool,
    Option<i64>,
);

/// What is kept under a card: what a withdrawal takes out. `None` where there is no such card.
pub async fn of_card(conn: &mut Conn, code: &CardCode) -> Result<Option<Held>, StoreError> {
    let card: Option<(i64, i64, String, String)> = sqlx::query_as(
        "select programme.id, card.issued_us, project.name, programme.name from card join project on project.id = card.project_id
         join programme on programme.id = project.programme_id where card.code = $1",
    )
    .bind(code.as_str())
    .fetch_optional(&mut *conn)
    .await?;
    let Some((programme_id, issued_us, project, programme)) = card else { return Ok(None) };
    let lawful_basis = data_protection::basis(conn, programme_id).await?;
    let protections = protection::standing_for(conn, code).await?;
    let (mut people, mut arrivals) = (Vec::new(), BTreeSet::new());
    let cards = linked::cards_of_family(conn, code).await?;
    for card in &cards {
        let mut keys = BTreeSet::new();
        of_one_card(conn, card, &mut people, &mut keys).await?;
        arrivals.extend(doomed(conn, &keys, card).await?.0);
    }
    // Whatever somebody decided about it, what was sent with a card is that family's.
    for (id, card) in moved(conn).await? {
        let these: Vec<i64> = sqlx::query_scalar("select arrival from intake where id = $1 order by arrival")
            .bind(&id)
            .fetch_all(&mut *conn)
            .await?;
        for arrival in these {
            if cards.contains(&card) {
                arrivals.insert(arrival)
            } else {
                arrivals.remove(&arrival)
            };
        }
    }
    people.sort_by_key(|person: &HeldPerson| person.animal);
    let responses = responses(conn, &arrivals.into_iter().collect::<Vec<_>>()).await?;
    let ids: BTreeSet<&str> = responses.iter().map(|response| response.id.as_str()).collect();
    let quotes = held_beside::quotes(conn, &cards, &ids).await?;
    let decisions = held_beside::decisions(conn, programme_id, &cards, &ids).await?;
    let second_keyings = held_beside::second_keyings(conn, &ids).await?;
    let at_session = held_beside::at_session(conn, &cards).await?;
    Ok(Some(Held {
        code: code.clone(),
        issued_us,
        project,
        programme,
        lawful_basis,
        protections,
        people,
        responses,
        quotes,
        decisions,
        cards,
        second_keyings,
        at_session,
    }))
}

/// The people on one card.
async fn of_one_card(
    conn: &mut Conn,
    code: &CardCode,
    people: &mut Vec<HeldPerson>,
    keys: &mut BTreeSet<i64>,
) -> Result<(), StoreError> {
    let rows: Vec<PersonRow> =
        sqlx::query_as("select id, animal, school_year, created_us from person where card_code = $1 order by id")
            .bind(code.as_str())
            .fetch_all(&mut *conn)
            .await?;
    for (id, animal, year, created_us) in rows {
        let animal = animal_of(&animal)?;
        let sessions: Vec<(String, String)> = sqlx::query_as(
            "select session.held_on, session.place from attendance join session on session.id = attendance.session_id
             where attendance.person_id = $1 order by session.held_on, session.id",
        )
        .bind(id)
        .fetch_all(&mut *conn)
        .await?;
        let pairs = export::pairs(conn, &[id]).await?.into_iter().map(|row| row.pair).collect();
        keys.insert(id);
        people.push(HeldPerson { animal, school_year: year_of(year)?, created_us, sessions, pairs });
    }
    Ok(())
}

async fn responses(conn: &mut Conn, arrivals: &[i64]) -> Result<Vec<HeldResponse>, StoreError> {
    if arrivals.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = QueryBuilder::<Db>::new(
        "select intake.id, intake.received_us, intake.bytes, r.state, r.reason, r.wave, r.flags, r.scores,
         person.animal, session.held_on,
         (select n.given from permission_note n where n.session_id = r.session_id and n.noted_us >= intake.received_us
          order by n.noted_us, n.id limit 1),
         coalesce(r.state, '') in ('', 'variant', 'invalid', 'unplaced')
         or (r.comment <> '' and not exists (select 1 from comment_read c where c.response_id = r.id)),
         (select c.read_us from comment_read c where c.response_id = intake.id)
         from intake left join response r on r.arrival = intake.arrival left join person on person.id = r.person_id
         left join session on session.id = r.session_id where intake.arrival in (",
    );
    list(&mut query, arrivals.iter().copied());
    query.push(") order by intake.arrival");
    let rows: Vec<ResponseRow> = query.build_query_as().fetch_all(&mut *conn).await?;
    rows.into_iter()
        .map(|(id, received_us, bytes, state, reason, wave, flags, scores, animal, held_on, noted, unread, read_us)| {
            Ok(HeldResponse {
                id,
                received_us,
                bytes,
                state: state
                    .map(|code| ResponseState::from_code(&code).ok_or(StoreError::Unreadable("state")))
                    .transpose()?,
                reason: reason.unwrap_or_default(),
                wave: wave.map(|code| wave_of(&code)).transpose()?,
                flags: flags.unwrap_or_default(),
                scores: scores.map_or_else(|| Ok(Vec::new()), |text| unpacked(&text))?,
                animal: animal.map(|code| animal_of(&code)).transpose()?,
                held_on,
                permission_noted: noted.as_deref().and_then(GivenAfterwards::from_code),
                unread,
                read_us,
            })
        })
        .collect()
}
