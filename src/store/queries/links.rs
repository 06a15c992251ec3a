//! Decisions about who is who, and everything derived brought into line with those that stand.

use std::collections::{BTreeMap, BTreeSet};

use crate::account::Spot;
use crate::pairing::links::{Confidence, Decision, Key, Links};
use crate::pairing::{FamilyAnswers, FamilySums};
use crate::person::{Animal, CardCode};
use crate::store::{LinkRefusal, LinkedPerson, NewLink, StoreError, StoredLink};
use crate::survey::Library;

use super::family::{animal_of, code_of};
use super::history::{Before, look_again, look_again_at_card};
use super::list::list;
use super::{Conn, Db, family_answers, family_sums, processing, protection, turnout};

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
async fn standing(conn: &mut Conn, programme_id: i64) -> Result<Links, StoreError> {
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
         select coalesce(max(id), 0) + 1, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '' from link returning id",
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
            protection::spread(conn, link.programme_id).await?;
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
            Some(envelope) => super::sessions::by_key(conn, &envelope.session).await?,
            None => None,
        };
        spots.push(session.into_iter().map(|at| spot_of(&at.project)).collect());
    }
    Ok(spots)
}

fn spot_of(project: &crate::session::Project) -> Spot {
    Spot { programme: project.programme_id, project: Some(project.id), organisation: project.organisation_id }
}

async fn is_card_of(conn: &mut Conn, card: &CardCode, programme_id: i64) -> Result<bool, StoreError> {
    let project = super::family::project_of_card(conn, card).await?;
    Ok(project.is_some_and(|project| project.programme_id == programme_id))
}

/// Remembers whether a moved response makes somebody known, or seen at its session, so that taking the move back
/// leaves no trace of them.
async fn note_what_it_makes(conn: &mut Conn, id: i64, response: &str, to: &Key) -> Result<(), StoreError> {
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
    protection::spread(conn, programme_id).await?;
    Ok(true)
}

/// Kind, card, response, whose it was to be, and what it made: a person, an attendance.
type Ended = (String, String, String, String, String, Option<i64>, Option<i64>);

/// Brings everything derived into line after a decision has ended.
async fn follow_the_end(conn: &mut Conn, library: &Library, programme_id: i64, id: i64) -> Result<(), StoreError> {
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
    protection::spread(conn, programme_id).await
}

async fn relink_people(conn: &mut Conn, programme_id: i64) -> Result<(), StoreError> {
    let links = standing(conn, programme_id).await?;
    // Only cards that were ever decided about can change.
    let cards: Vec<String> = sqlx::query_scalar(
        "select card_code from link where programme_id = $1 and card_code <> ''
         union select to_code from link where programme_id = $1 and to_code <> '' order by 1",
    )
    .bind(programme_id)
    .fetch_all(&mut *conn)
    .await?;
    let holders: Vec<i64> = sqlx::query_scalar(
        "select p.id from person p where p.card_code in
         (select card_code from link where programme_id = $1 union select to_code from link where programme_id = $1)
         order by p.id",
    )
    .bind(programme_id)
    .fetch_all(&mut *conn)
    .await?;
    let families_before = family_sums::of_people(conn, &holders).await?;
    let answers_before = family_answers::of_people(conn, &holders).await?;
    let families_there = turnout::Before::of_families(conn, &cards).await?;
    let mut people: BTreeMap<i64, Key> = BTreeMap::new();
    let mut now: BTreeMap<i64, i64> = BTreeMap::new();
    for card in &cards {
        let code = code_of(card)?;
        let family = links.family(&code);
        sqlx::query("update card set family = $2 where code = $1")
            .bind(card)
            .bind((family != code).then(|| family.as_str().to_owned()))
            .execute(&mut *conn)
            .await?;
        let rows: Vec<(i64, String, Option<i64>)> =
            sqlx::query_as("select id, animal, counts_as from person where card_code = $1 order by id")
                .bind(card)
                .fetch_all(&mut *conn)
                .await?;
        for (id, animal, counts_as) in rows {
            let animal = animal_of(&animal)?;
            people.insert(id, (code.clone(), animal));
            now.insert(id, counts_as.unwrap_or(id));
        }
    }
    families_there.settle(conn).await?;
    let families_now = family_sums::of_people(conn, &holders).await?;
    family_sums::shift(conn, families_before.into_iter().map(FamilySums::negated).chain(families_now)).await?;
    let answers_now = family_answers::of_people(conn, &holders).await?;
    family_answers::shift(conn, answers_before.into_iter().map(FamilyAnswers::negated).chain(answers_now)).await?;
    let wanted = links.counts_as(&people);
    let changed: Vec<(i64, i64)> = wanted.into_iter().filter(|(id, to)| now.get(id) != Some(to)).collect();
    if changed.is_empty() {
        return Ok(());
    }
    let touched: BTreeSet<i64> =
        changed.iter().flat_map(|(id, to)| [*to, now.get(id).copied().unwrap_or(*id)]).collect();
    let before = Before::of(conn, &touched).await?;
    let concerned = touched.iter().chain(changed.iter().map(|(id, _)| id)).copied().collect();
    let were_there = turnout::Before::of_people(conn, concerned).await?;
    for (id, to) in &changed {
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
