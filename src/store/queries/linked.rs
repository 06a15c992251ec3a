//! Who rests on a decision about who is who, and where what a decision names belongs.

use crate::account::Spot;
use crate::pairing::links::{Confidence, Decision};
use crate::person::CardCode;
use crate::store::{LinkedPerson, StoreError};

use super::family::code_of;
use super::{Conn, processing, sessions};

/// Every card of the family that a card leads to.
pub async fn cards_of_family(conn: &mut Conn, code: &CardCode) -> Result<Vec<CardCode>, StoreError> {
    let codes: Vec<String> = sqlx::query_scalar(
        "select c.code from card c where coalesce(c.family, c.code) =
         (select coalesce(k.family, k.code) from card k where k.code = $1) order by c.code",
    )
    .bind(code.as_str())
    .fetch_all(&mut *conn)
    .await?;
    codes.iter().map(|code| code_of(code)).collect()
}

/// People with counted answers that rest on a decision, by project and how sure whoever decided was.
pub async fn people_by_confidence(
    conn: &mut Conn,
    programme_id: i64,
) -> Result<Vec<(i64, Confidence, i64)>, StoreError> {
    let rows: Vec<(i64, String, i64)> = sqlx::query_as(
        // A card that is in a decision is in few: nobody is to be looked for through every response.
        "select k.project_id, l.confidence, count(distinct r.person_id) from link l
         join person n on n.card_code = l.card_code and n.counts_as is not null
              and (l.kind = 'card' or (l.kind = 'person' and n.animal = l.animal))
         join response r on r.sent_as = n.id and r.state = 'counted'
         join person p on p.id = r.person_id join card k on k.code = p.card_code
         where l.programme_id = $1 and l.undone_us is null group by k.project_id, l.confidence
         union all
         select k.project_id, l.confidence, count(distinct r.person_id) from link l
         join response r on r.id = l.response_id and r.state = 'counted'
         join person p on p.id = r.person_id join card k on k.code = p.card_code
         where l.programme_id = $1 and l.undone_us is null and l.kind = 'response' group by k.project_id, l.confidence
         order by 1, 2, 3",
    )
    .bind(programme_id)
    .fetch_all(&mut *conn)
    .await?;
    rows.into_iter()
        .map(|(project, code, n)| {
            Ok((project, Confidence::from_code(&code).ok_or(StoreError::Unreadable("confidence"))?, n))
        })
        .collect()
}

/// The same people one by one.
pub async fn people_linked(conn: &mut Conn, programme_id: i64) -> Result<Vec<LinkedPerson>, StoreError> {
    let rows: Vec<(i64, String, String, i64)> = sqlx::query_as(
        "select r.person_id, l.kind, l.confidence, l.made_us from link l
         join person n on n.card_code = l.card_code and n.counts_as is not null
              and (l.kind = 'card' or (l.kind = 'person' and n.animal = l.animal))
         join response r on r.sent_as = n.id and r.state = 'counted' and r.person_id is not null
         where l.programme_id = $1 and l.undone_us is null
         union
         select r.person_id, l.kind, l.confidence, l.made_us from link l
         join response r on r.id = l.response_id and r.state = 'counted' and r.person_id is not null
         where l.programme_id = $1 and l.undone_us is null and l.kind = 'response'
         order by 1, 2, 3, 4",
    )
    .bind(programme_id)
    .fetch_all(&mut *conn)
    .await?;
    let person = |(person_id, decision, code, made_us): (i64, String, String, i64)| {
        let confidence = Confidence::from_code(&code).ok_or(StoreError::Unreadable("confidence"))?;
        Ok(LinkedPerson { person_id, decision, confidence, made_us })
    };
    rows.into_iter().map(person).collect()
}

/// Where a card belongs: its own project, and those at whose sessions its family was.
pub async fn spots_of_card(conn: &mut Conn, code: &CardCode) -> Result<Vec<Spot>, StoreError> {
    let rows: Vec<(i64, i64, Option<i64>)> = sqlx::query_as(
        "select p.programme_id, p.id, p.organisation_id from project p where p.id in
         (select k.project_id from card k where k.code = $1
          union select s.project_id from session s join attendance a on a.session_id = s.id
          join person n on n.id = a.person_id join card k on k.code = n.card_code
          where coalesce(k.family, k.code) = (select coalesce(o.family, o.code) from card o where o.code = $1))
         order by p.id",
    )
    .bind(code.as_str())
    .fetch_all(&mut *conn)
    .await?;
    let spot = |(programme, project, organisation)| Spot { programme, project: Some(project), organisation };
    Ok(rows.into_iter().map(spot).collect())
}

/// The same for everything that a decision names.
pub async fn spots_of_decision(conn: &mut Conn, decision: &Decision) -> Result<Vec<Vec<Spot>>, StoreError> {
    let (cards, response) = match decision {
        Decision::Tie { card, to } => (vec![card, to], None),
        Decision::Same { person, to } => (vec![&person.0, &to.0], None),
        Decision::Move { response, to } => (vec![&to.0], Some(response)),
        Decision::Aside { response } => (Vec::new(), Some(response)),
    };
    let mut spots = Vec::new();
    for card in cards {
        spots.push(spots_of_card(conn, card).await?);
    }
    if let Some(response) = response {
        let session = match processing::envelope_of(conn, response).await? {
            Some(envelope) => sessions::by_key(conn, &envelope.session).await?,
            None => None,
        };
        spots.push(session.into_iter().map(|at| spot_of(&at.project)).collect());
    }
    Ok(spots)
}

fn spot_of(project: &crate::session::Project) -> Spot {
    Spot { programme: project.programme_id, project: Some(project.id), organisation: project.organisation_id }
}
