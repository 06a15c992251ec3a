//! Cards and the people behind them.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::person::{Animal, CardCode, Role, SchoolYear};
use crate::session::Project;
use crate::store::step::step;
use crate::store::{CardStock, FamilyMember, NewPerson, PriorVisit, ResponseState, StoreError};
use crate::survey::Wave;

use super::list::list;
use super::project::{ProjectRow, project_of};
use super::{Conn, Db, history, relink, turnout};

/// Issues codes that no card has yet and returns them.
pub async fn issue(
    conn: &mut Conn,
    project_id: i64,
    codes: &[CardCode],
    now_us: i64,
) -> Result<Vec<CardCode>, StoreError> {
    let mut issued = Vec::new();
    for some in codes.chunks(500) {
        let mut query = sqlx::QueryBuilder::<Db>::new("insert into card (code, project_id, issued_us) ");
        query.push_values(some, |mut row, code| {
            row.push_bind(code.as_str()).push_bind(project_id).push_bind(now_us);
        });
        query.push(" on conflict (code) do nothing returning code");
        let new: Vec<String> = query.build_query_scalar().fetch_all(&mut *conn).await?;
        let mut new: HashSet<String> = new.into_iter().collect();
        // A code that was drawn twice is one card: two families would share it.
        issued.extend(some.iter().filter(|code| new.remove(code.as_str())).cloned());
    }
    Ok(issued)
}

/// The cards of a project with the moment they were issued, oldest first.
pub async fn cards(
    conn: &mut Conn,
    project_id: i64,
    issued_us: Option<i64>,
) -> Result<Vec<(CardCode, i64)>, StoreError> {
    let rows: Vec<(String, i64)> = sqlx::query_as(
        "select code, issued_us from card where project_id = $1 and (issued_us = $2 or $2 is null) order by issued_us, code",
    )
    .bind(project_id)
    .bind(issued_us)
    .fetch_all(&mut *conn)
    .await?;
    rows.into_iter().map(|(code, issued)| Ok((code_of(&code)?, issued))).collect()
}

/// How many cards of a project have been issued, and how many of them nobody has used yet.
pub async fn card_stock(conn: &mut Conn, project_id: i64) -> Result<CardStock, StoreError> {
    let (issued, used): (i64, i64) = sqlx::query_as(
        "select count(distinct card.code), count(distinct case when person.id is not null or card.family is not null
         then card.code end) from card left join person on person.card_code = card.code where card.project_id = $1",
    )
    .bind(project_id)
    .fetch_one(&mut *conn)
    .await?;
    Ok(CardStock { issued, unused: issued - used })
}

/// The project whose card this is.
pub async fn project_of_card(conn: &mut Conn, code: &CardCode) -> Result<Option<Project>, StoreError> {
    let row: Option<ProjectRow> = sqlx::query_as(
        "select p.id, p.programme_id, p.name, p.area_id, p.organisation_id, p.delivery_model, p.design, p.target_children,
         p.award_pence, case when p.established_known then p.established end, p.awareness_target
         from project p join card on card.project_id = p.id where card.code = $1",
    )
    .bind(code.as_str())
    .fetch_optional(&mut *conn)
    .await?;
    row.map(project_of).transpose()
}

/// The known people of a family, in the order of the card's pictures, with what counts for them. Cards that are tied
/// together are one family, and who is the same person has the same questionnaires. A family that is left out of figures
/// for now is asked nothing twice: what it answered will count again.
pub async fn members(conn: &mut Conn, code: &CardCode) -> Result<Vec<FamilyMember>, StoreError> {
    let people: Vec<(i64, String, Option<i64>)> = sqlx::query_as(
        "select coalesce(n.counts_as, n.id), n.animal, n.school_year from person n join card c on c.code = n.card_code
         where coalesce(c.family, c.code) = (select coalesce(k.family, k.code) from card k where k.code = $1)
         order by case when c.code = coalesce(c.family, c.code) then 0 else 1 end, n.id",
    )
    .bind(code.as_str())
    .fetch_all(&mut *conn)
    .await?;
    let mut members: Vec<FamilyMember> = Vec::with_capacity(people.len());
    for (id, animal, year) in people {
        let animal = animal_of(&animal)?;
        if members.iter().any(|member| member.animal == animal) {
            continue;
        }
        let visits: Vec<(String, String, String)> = sqlx::query_as(
            "select r.wave, r.survey, s.held_on from response r join session s on s.id = r.session_id
             where r.person_id = $1 and (r.state = $2 or r.person_id in
             (select n.id from person n join card k on k.code = n.card_code where k.restricted)) order by r.arrival",
        )
        .bind(id)
        .bind(ResponseState::Counted.code())
        .fetch_all(&mut *conn)
        .await?;
        let visits = visits
            .into_iter()
            .map(|(wave, survey, held_on)| {
                Ok(PriorVisit { wave: Wave::from_code(&wave).ok_or(StoreError::Unreadable("wave"))?, survey, held_on })
            })
            .collect::<Result<Vec<_>, StoreError>>()?;
        let sessions: Vec<i64> = sqlx::query_scalar(
            "select distinct a.session_id from attendance a join person n on n.id = a.person_id
             where n.id = $1 or n.counts_as = $1 order by 1",
        )
        .bind(id)
        .fetch_all(&mut *conn)
        .await?;
        members.push(FamilyMember { id, animal, role: animal.role(), school_year: year_of(year)?, visits, sessions });
    }
    members.sort_by_key(|member| member.animal);
    Ok(members)
}

/// Every card of a programme with its known people, by code, and what counts for them; or only the cards that sessions
/// of one project expect: its own, and those of families who came to it.
pub async fn of_programme(
    conn: &mut Conn,
    programme_id: i64,
    for_project: Option<i64>,
) -> Result<Vec<(CardCode, Vec<FamilyMember>)>, StoreError> {
    let codes: Vec<(String, String)> = sqlx::query_as(
        "select card.code, coalesce(card.family, card.code) from card join project on project.id = card.project_id
         where project.programme_id = $1 and ($2 is null or project.id = $2 or coalesce(card.family, card.code) in
         (select coalesce(k.family, k.code) from card k left join person n on n.card_code = k.code
          left join attendance a on a.person_id = n.id left join session s on s.id = a.session_id
          where k.project_id = $2 or s.project_id = $2)) order by card.code",
    )
    .bind(programme_id)
    .bind(for_project)
    .fetch_all(&mut *conn)
    .await?;
    let people: Vec<(i64, String, String, Option<i64>)> = sqlx::query_as(
        "select coalesce(person.counts_as, person.id), coalesce(card.family, card.code), person.animal, person.school_year
         from person join card on card.code = person.card_code join project on project.id = card.project_id
         where project.programme_id = $1 order by case when card.family is null then 0 else 1 end, person.id",
    )
    .bind(programme_id)
    .fetch_all(&mut *conn)
    .await?;
    let answered: Vec<(i64, String, String, String)> = sqlx::query_as(
        "select r.person_id, r.wave, r.survey, s.held_on from response r join session s on s.id = r.session_id
         join project p on p.id = s.project_id where p.programme_id = $1 and (r.state = $2 or r.person_id in
         (select n.id from person n join card k on k.code = n.card_code where k.restricted)) order by r.arrival",
    )
    .bind(programme_id)
    .bind(ResponseState::Counted.code())
    .fetch_all(&mut *conn)
    .await?;
    let mut visits: HashMap<i64, Vec<PriorVisit>> = HashMap::new();
    for (person_id, wave, survey, held_on) in answered {
        let wave = Wave::from_code(&wave).ok_or(StoreError::Unreadable("wave"))?;
        visits.entry(person_id).or_default().push(PriorVisit { wave, survey, held_on });
    }
    let attended: Vec<(i64, i64)> = sqlx::query_as(
        "select distinct coalesce(n.counts_as, n.id), a.session_id from attendance a join session s on s.id = a.session_id
         join project p on p.id = s.project_id join person n on n.id = a.person_id
         where p.programme_id = $1 order by 1, 2",
    )
    .bind(programme_id)
    .fetch_all(&mut *conn)
    .await?;
    let mut sessions: HashMap<i64, Vec<i64>> = HashMap::new();
    for (person_id, session_id) in attended {
        sessions.entry(person_id).or_default().push(session_id);
    }
    let mut members: HashMap<String, Vec<FamilyMember>> = HashMap::new();
    for (id, family, animal, year) in people {
        let animal = animal_of(&animal)?;
        let visits = visits.get(&id).cloned().unwrap_or_default();
        let sessions = sessions.get(&id).cloned().unwrap_or_default();
        let member = FamilyMember { id, animal, role: animal.role(), school_year: year_of(year)?, visits, sessions };
        let family = members.entry(family).or_default();
        if !family.iter().any(|known| known.animal == animal) {
            family.push(member);
        }
    }
    members.values_mut().for_each(|family| family.sort_by_key(|member| member.animal));
    codes
        .into_iter()
        .map(|(code, family)| Ok((code_of(&code)?, members.get(&family).cloned().unwrap_or_default())))
        .collect()
}

/// Makes people known and present; those known already stay as they are.
pub async fn register(conn: &mut Conn, people: &[NewPerson], now_us: i64) -> Result<(), StoreError> {
    for some in people.chunks(500) {
        let cards: Vec<&str> = some.iter().map(|person| person.card.as_str()).collect();
        let mut before = turnout::Before::of_families(conn, &cards).await?;
        let mut seen = HashSet::new();
        let newcomers: Vec<&NewPerson> =
            some.iter().filter(|person| seen.insert((person.card.as_str(), person.animal))).collect();
        let ids = new_keys(conn, newcomers.len()).await?;
        let mut query =
            sqlx::QueryBuilder::<Db>::new("insert into person (id, card_code, animal, role, school_year, created_us) ");
        query.push_values(newcomers.into_iter().zip(ids), |mut row, (person, id)| {
            row.push_bind(id)
                .push_bind(person.card.as_str())
                .push_bind(person.animal.code())
                .push_bind(person.animal.role().code())
                .push_bind(person.school_year.map(|year| i64::from(year.number())))
                .push_bind(now_us);
        });
        query.push(" on conflict (card_code, animal) do nothing returning id");
        let newcomers: Vec<i64> = query.build_query_scalar().fetch_all(&mut *conn).await?;
        if !newcomers.is_empty() {
            before.joined_by(newcomers);
            before.settle(conn).await?;
            relink::relink_newcomers(conn, &cards.iter().copied().collect()).await?;
        }
        let ids = people_of(conn, cards.into_iter().collect()).await?;
        let present: BTreeSet<(i64, i64)> = some
            .iter()
            .filter_map(|person| Some((person.session_id, *ids.get(&(person.card.clone(), person.animal))?)))
            .collect();
        turnout::see(conn, &present).await?;
        let seen: Vec<i64> = present.iter().map(|(_, person)| *person).collect();
        let who_counts = turnout::those_who_count(conn, &seen).await?;
        history::look_again(conn, &who_counts).await?;
    }
    Ok(())
}

/// The keys of people by card and picture; those who are not known yet are made known first, with the
/// school year given here. Their cards must exist.
pub async fn register_unknown(
    conn: &mut Conn,
    people: &BTreeMap<(CardCode, Animal), Option<SchoolYear>>,
) -> Result<HashMap<(CardCode, Animal), i64>, StoreError> {
    if people.is_empty() {
        return Ok(HashMap::new());
    }
    let mut known = people_of(conn, people.keys().map(|(card, _)| card.as_str()).collect()).await?;
    let unknown: Vec<_> = people.iter().filter(|(key, _)| !known.contains_key(*key)).collect();
    if !unknown.is_empty() {
        let cards: Vec<&str> = unknown.iter().map(|((card, _), _)| card.as_str()).collect();
        let mut before = turnout::Before::of_families(conn, &cards).await?;
        let ids = new_keys(conn, unknown.len()).await?;
        let mut query =
            sqlx::QueryBuilder::<Db>::new("insert into person (id, card_code, animal, role, school_year, created_us) ");
        query.push_values(unknown.into_iter().zip(ids), |mut row, (((card, animal), year), id)| {
            known.insert((card.clone(), *animal), id);
            before.joined_by([id]);
            row.push_bind(id)
                .push_bind(card.as_str())
                .push_bind(animal.code())
                .push_bind(animal.role().code())
                .push_bind(year.map(|year| i64::from(year.number())))
                .push_bind(0_i64);
        });
        query.build().execute(&mut *conn).await?;
        before.settle(conn).await?;
        relink::relink_newcomers(conn, &cards.into_iter().collect()).await?;
    }
    Ok(known)
}

/// Keys for people who are not known yet, in order: they stand in the addresses of families' pages.
async fn new_keys(conn: &mut Conn, people: usize) -> Result<Vec<i64>, StoreError> {
    let mut id: i64 = sqlx::query_scalar("select coalesce(max(id), 0) from person").fetch_one(&mut *conn).await?;
    let next = |_| {
        id += step()?;
        Ok(id)
    };
    (0..people).map(next).collect()
}

async fn people_of(conn: &mut Conn, cards: HashSet<&str>) -> Result<HashMap<(CardCode, Animal), i64>, StoreError> {
    let mut query = sqlx::QueryBuilder::<Db>::new("select id, card_code, animal from person where card_code in (");
    list(&mut query, cards);
    query.push(") order by id");
    let rows: Vec<(i64, String, String)> = query.build_query_as().fetch_all(&mut *conn).await?;
    rows.into_iter()
        .map(|(id, card, animal)| {
            let animal = animal_of(&animal)?;
            Ok(((code_of(&card)?, animal), id))
        })
        .collect()
}

/// Reads a stored code back.
pub fn code_of(code: &str) -> Result<CardCode, StoreError> {
    CardCode::parse(code).map_err(|_| StoreError::Unreadable("card code"))
}

/// Reads a stored picture's code back.
pub fn animal_of(code: &str) -> Result<Animal, StoreError> {
    Animal::from_code(code).ok_or(StoreError::Unreadable("animal"))
}

/// Reads a stored school year back.
pub fn year_of(year: Option<i64>) -> Result<Option<SchoolYear>, StoreError> {
    year.map(|year| u8::try_from(year).ok().and_then(SchoolYear::new).ok_or(StoreError::Unreadable("school year")))
        .transpose()
}

/// Reads a stored role back.
pub fn role_of(role: &str) -> Result<Role, StoreError> {
    Role::from_code(role).ok_or(StoreError::Unreadable("role"))
}
