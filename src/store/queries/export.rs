//! Rows for exports: people, their stored bytes and their pairs, some people at a time.

use std::collections::BTreeMap;

use sqlx::QueryBuilder;

use crate::pairing::Pair;
use crate::store::{PairRow, RawResponse, RegisteredPerson, ResponseState, StoreError};

use super::family::{code_of, role_of, year_of};
use super::history::unpacked;
use super::list::list;
use super::pairs::stored;
use super::responses::wave_of;
use super::{Conn, Db};

type PersonRow = (i64, String, String, Option<i64>, i64, i64);

/// A page of a programme's people, by key.
pub async fn people(
    conn: &mut Conn,
    programme_id: i64,
    after: i64,
    limit: i64,
) -> Result<Vec<RegisteredPerson>, StoreError> {
    let rows: Vec<PersonRow> = sqlx::query_as(
        "select person.id, coalesce(card.family, card.code), person.role, person.school_year, card.project_id,
         (select count(distinct a.session_id) from attendance a where a.person_id = person.id
          or a.person_id in (select n.id from person n where n.counts_as = person.id))
         from person join card on card.code = person.card_code join project on project.id = card.project_id
         where project.programme_id = $1 and person.id > $2 and person.counts_as is null and not card.restricted
         order by person.id limit $3",
    )
    .bind(programme_id)
    .bind(after)
    .bind(limit)
    .fetch_all(&mut *conn)
    .await?;
    rows.into_iter()
        .map(|(id, card, role, year, project_id, sessions)| {
            let (card, role, school_year) = (code_of(&card)?, role_of(&role)?, year_of(year)?);
            Ok(RegisteredPerson { id, card, role, school_year, project_id, sessions })
        })
        .collect()
}

/// The key of the newest of a programme's people.
pub async fn newest_person(conn: &mut Conn, programme_id: i64) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar(
        "select coalesce(max(person.id), 0)
         from person join card on card.code = person.card_code join project on project.id = card.project_id
         where project.programme_id = $1",
    )
    .bind(programme_id)
    .fetch_one(&mut *conn)
    .await?)
}

type RawRow = (i64, i64, i64, String, String, String, String, Vec<u8>, bool);

/// The placed responses of some people, by person and arrival.
pub async fn responses(conn: &mut Conn, people: &[i64]) -> Result<Vec<RawResponse>, StoreError> {
    let mut rows: Vec<RawRow> = of_people(
        conn,
        "select r.person_id, r.arrival, r.session_id, r.state, r.wave, r.flags, r.scores, intake.bytes,
         r.comment <> '' and not exists (select 1 from comment_read c where c.response_id = r.id)
         and not exists (select 1 from session s join project p on p.id = s.project_id
                         join programme g on g.id = p.programme_id where s.id = r.session_id and g.sample)
         from response r join intake on intake.arrival = r.arrival where r.person_id in (",
        people,
        ")",
    )
    .await?;
    // Put in order here: the database would copy every row's bytes to do it.
    rows.sort_unstable_by_key(|(person_id, arrival, ..)| (*person_id, *arrival));
    rows.into_iter()
        .map(|(person_id, _, session_id, state, wave, flags, scores, bytes, unread)| {
            let state = ResponseState::from_code(&state).ok_or(StoreError::Unreadable("state"))?;
            let (wave, scores) = (wave_of(&wave)?, unpacked(&scores)?);
            Ok(RawResponse { person_id, session_id, state, wave, flags, scores, bytes, unread })
        })
        .collect()
}

/// The pairs of some people, by person, measure, comparison, survey and denominator.
pub async fn pairs(conn: &mut Conn, people: &[i64]) -> Result<Vec<PairRow>, StoreError> {
    let of_people: BTreeMap<i64, Vec<Pair>> = stored(conn, people).await?.into_iter().collect();
    let mut rows: Vec<PairRow> = of_people
        .into_iter()
        .flat_map(|(person_id, pairs)| pairs.into_iter().map(move |pair| PairRow { person_id, pair }))
        .collect();
    rows.sort_by(|a, b| {
        let key = |row: &PairRow| (row.person_id, row.pair.comparison.code(), row.pair.denominator);
        let (one, other) = (key(a), key(b));
        (one.0, &a.pair.measure, one.1, &a.pair.survey, one.2).cmp(&(
            other.0,
            &b.pair.measure,
            other.1,
            &b.pair.survey,
            other.2,
        ))
    });
    Ok(rows)
}

/// The visits of some people, with those that somebody else turned out to be theirs made.
pub async fn attendance(conn: &mut Conn, people: &[i64]) -> Result<Vec<(i64, i64)>, StoreError> {
    // Asked in two halves: by `coalesce(counts_as, id)` every visit of the database would be looked through each time.
    let own = "select a.person_id, a.session_id from attendance a join person n on n.id = a.person_id
               where n.counts_as is null and a.person_id in (";
    let of_others = "select n.counts_as, a.session_id from person n join attendance a on a.person_id = n.id
                     where n.counts_as in (";
    let mut visits: Vec<(i64, i64)> = of_people(conn, own, people, ")").await?;
    visits.extend(of_people::<(i64, i64)>(conn, of_others, people, ")").await?);
    visits.sort_unstable();
    visits.dedup();
    Ok(visits)
}

/// Runs a statement that names some people between its beginning and its end.
async fn of_people<Row>(
    conn: &mut Conn,
    begin: &'static str,
    people: &[i64],
    end: &'static str,
) -> Result<Vec<Row>, StoreError>
where
    Row: for<'r> sqlx::FromRow<'r, <Db as sqlx::Database>::Row> + Send + Unpin,
{
    if people.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = QueryBuilder::<Db>::new(begin);
    list(&mut query, people.iter().copied());
    query.push(end);
    Ok(query.build_query_as().fetch_all(&mut *conn).await?)
}

/// The survey versions answered in a programme.
pub async fn versions(conn: &mut Conn, programme_id: i64) -> Result<Vec<(String, i64)>, StoreError> {
    Ok(sqlx::query_as(
        "select r.version, count(*) from response r join session on session.id = r.session_id
         join project on project.id = session.project_id
         where project.programme_id = $1 and r.state in ('counted', 'superseded')
         and r.person_id not in (select n.id from person n join card on card.code = n.card_code where card.restricted)
         group by r.version order by r.version",
    )
    .bind(programme_id)
    .fetch_all(&mut *conn)
    .await?)
}
