//! What people have answered so far: which of it counts, and the pairs that follow from it.

use std::collections::{BTreeSet, HashMap};

use serde::Deserialize;
use sqlx::{QueryBuilder, Row as _};

use crate::pairing::{Doubt, Doubts, Scored, Standing, Why, counted, pairs_of, standing, told_apart};
use crate::person::{Role, SchoolYear};
use crate::response::Helper;
use crate::scoring::{Flag, Score};
use crate::store::{ResponseState, StoreError};
use crate::survey::Wave;

use super::circumstances::{self, Moved};
use super::family::{role_of, year_of};
use super::flow::{self, Waves};
use super::judged::LATE;
use super::likely::Likely;
use super::list::list;
use super::pairs::{self, PersonPairs};
use super::responses::wave_of;
use super::{Conn, Db, turnout};

/// People or responses in one statement: SQLite allows 32,766 values.
const CHUNK: usize = 2_000;

/// What some people had before something about them is changed.
pub struct Before {
    people: BTreeSet<i64>,
    histories: Vec<History>,
}

impl Before {
    /// Looks at some people.
    pub async fn of(conn: &mut Conn, people: &BTreeSet<i64>) -> Result<Before, StoreError> {
        let histories = if people.is_empty() { Vec::new() } else { histories(conn, people).await? };
        Ok(Before { people: people.clone(), histories })
    }

    /// Looks at those whose responses came under an id.
    pub async fn of_response(conn: &mut Conn, id: &str) -> Result<Before, StoreError> {
        let people: Vec<i64> = sqlx::query_scalar(
            "select distinct person_id from response where id = $1 and person_id is not null order by 1",
        )
        .bind(id)
        .fetch_all(&mut *conn)
        .await?;
        Before::of(conn, &people.into_iter().collect()).await
    }

    /// Brings what is derived of them into line with what they have now.
    pub async fn settle(self, conn: &mut Conn) -> Result<(), StoreError> {
        if self.people.is_empty() {
            return Ok(());
        }
        let mut left = histories(conn, &self.people).await?;
        // Whoever has nothing left has lost their pairs, too.
        for history in &self.histories {
            if !left.iter().any(|other| other.person_id == history.person_id) {
                left.push(History { scored: Vec::new(), states: Vec::new(), ..history.clone() });
            }
        }
        let counted_before =
            self.histories.into_iter().map(|history| (history.person_id, history.standing(|_| true))).collect();
        settle(conn, left, &counted_before).await
    }
}

/// Brings what is derived of people into line with where they were seen and how sure it is who they are.
pub async fn look_again(conn: &mut Conn, people: &BTreeSet<i64>) -> Result<(), StoreError> {
    Before::of(conn, people).await?.settle(conn).await
}

/// The same of everybody on a card.
pub async fn look_again_at_card(conn: &mut Conn, card: &str) -> Result<(), StoreError> {
    let people: Vec<i64> =
        sqlx::query_scalar("select distinct coalesce(counts_as, id) from person where card_code = $1 order by 1")
            .bind(card)
            .fetch_all(&mut *conn)
            .await?;
    look_again(conn, &people.into_iter().collect()).await
}

/// Marks which of people's responses count, and brings pairs and counts into line with that.
pub async fn settle(
    conn: &mut Conn,
    histories: Vec<History>,
    counted_before: &HashMap<i64, Standing>,
) -> Result<(), StoreError> {
    let mut superseded = Vec::new();
    let mut restored = Vec::new();
    let mut changes = Vec::with_capacity(histories.len());
    let mut waves = Vec::with_capacity(histories.len());
    let mut standings = Vec::with_capacity(histories.len());
    let visits = turnout::visits(conn, &histories.iter().map(|history| history.person_id).collect::<Vec<_>>()).await?;
    for history in histories {
        let counts = standing(&history.scored);
        let now = Standing::of(counted(&history.scored).into_values());
        let before = counted_before.get(&history.person_id).cloned().unwrap_or_default();
        let came = visits.get(&history.person_id).copied();
        // Whoever is left out for now is among nobody whom the flow counts.
        let why = if history.restricted { BTreeSet::new() } else { Why::of(&history.scored, came.unwrap_or_default()) };
        waves.push(Waves {
            person_id: history.person_id,
            project_id: history.project_id,
            role: history.role,
            school_year: history.school_year,
            before: before.waves.clone(),
            now: now.waves.clone(),
            why,
        });
        for (response, &state) in history.scored.iter().zip(&history.states) {
            match (counts.contains(&response.arrival), state) {
                (false, ResponseState::Counted) => superseded.push(response.arrival),
                (true, ResponseState::Superseded) => restored.push(response.arrival),
                _ => {}
            }
        }
        let mut pairs = pairs_of(&history.scored);
        let child = came.filter(|_| history.role == Role::Child);
        told_apart(&mut pairs, child.map(|visits| visits.sessions));
        changes.push(PersonPairs {
            person_id: history.person_id,
            project_id: history.project_id,
            role: history.role,
            key_stage: history.school_year.map(SchoolYear::key_stage),
            pairs,
        });
        standings.push((history.project_id, history.role.code(), before, now));
    }
    mark(conn, ResponseState::Superseded, &superseded).await?;
    mark(conn, ResponseState::Counted, &restored).await?;
    flow::count(conn, &waves).await?;
    let moved =
        standings.iter().map(|(project_id, role, before, now)| Moved { project_id: *project_id, role, before, now });
    circumstances::count(conn, &moved.collect::<Vec<_>>()).await?;
    pairs::replace(conn, &changes).await
}

async fn mark(conn: &mut Conn, state: ResponseState, arrivals: &[i64]) -> Result<(), StoreError> {
    for some in arrivals.chunks(CHUNK) {
        let mut query = QueryBuilder::<Db>::new("update response set state = ");
        query.push_bind(state.code()).push(" where arrival in (");
        list(&mut query, some.iter().copied());
        query.push(")");
        query.build().execute(&mut *conn).await?;
    }
    Ok(())
}

/// Everything a person has answered, in the order of arrival.
#[derive(Clone)]
pub struct History {
    /// The person's key.
    pub person_id: i64,
    /// The project of the family's card.
    pub project_id: i64,
    /// Child or grown-up.
    pub role: Role,
    /// A child's school year.
    pub school_year: Option<SchoolYear>,
    /// Whether their family is left out of figures for now.
    pub restricted: bool,
    /// Their responses,
    pub scored: Vec<Scored>,
    /// and what became of each.
    pub states: Vec<ResponseState>,
}

impl History {
    fn without_responses(row: &Row) -> Result<History, StoreError> {
        Ok(History {
            person_id: row.try_get("person_id")?,
            project_id: row.try_get("project_id")?,
            role: role_of(row.try_get("role")?)?,
            school_year: year_of(row.try_get("school_year")?)?,
            restricted: row.try_get("restricted")?,
            scored: Vec::new(),
            states: Vec::new(),
        })
    }

    /// What those of the counted responses come to that a test accepts.
    pub fn standing(&self, accepts: impl Fn(&Scored) -> bool) -> Standing {
        let counted = self.scored.iter().zip(&self.states).filter(|(_, state)| **state == ResponseState::Counted);
        Standing::of(counted.map(|(response, _)| response).filter(|response| accepts(response)))
    }
}

/// A row of [`histories`], read by its columns' names: there are more than a tuple has room for.
type Row = <Db as sqlx::Database>::Row;

/// The histories of some people, by key; who has answered nothing has none.
pub async fn histories(conn: &mut Conn, people: &BTreeSet<i64>) -> Result<Vec<History>, StoreError> {
    let people: Vec<i64> = people.iter().copied().collect();
    let likely = Likely::read(conn).await?;
    let mut histories: Vec<History> = Vec::with_capacity(people.len());
    for some in people.chunks(CHUNK) {
        for row in rows_of(conn, some).await? {
            let person_id: i64 = row.try_get("person_id")?;
            if histories.last().is_none_or(|history| history.person_id != person_id) {
                histories.push(History::without_responses(&row)?);
            }
            let Some(history) = histories.last_mut() else { continue };
            history.states.push(state_of(row.try_get("state")?)?);
            history.scored.push(scored(&row, &likely)?);
        }
    }
    Ok(histories)
}

async fn rows_of(conn: &mut Conn, people: &[i64]) -> Result<Vec<Row>, StoreError> {
    let mut query = QueryBuilder::<Db>::new(
        "select person.id as person_id, card.project_id, person.role, person.school_year, card.restricted, r.arrival, r.state, r.wave,
         r.session_id, r.survey, r.complete, r.scores, r.id, r.started_ms, r.flags, r.helper, r.language, coalesce(r.assent, '') <> '' as own_yes, coalesce(r.newcomer, '') as newcomer, r.sent_as,
         case when r.wave <> 'follow_up' or session.role = 'follow_up' then session.held_on end as held_on,
         i.received_us,
         case when card.restricted then true else exists (select 1 from link where link.response_id = r.id
              and link.kind = 'aside' and link.undone_us is null) end as aside
         from response r join person on person.id = r.person_id join card on card.code = person.card_code
         join session on session.id = r.session_id join intake i on i.arrival = r.arrival
         where r.person_id in (",
    );
    list(&mut query, people.iter().copied());
    query.push(") order by person.id, r.arrival");
    Ok(query.build().fetch_all(&mut *conn).await?)
}

fn scored(row: &Row, likely: &Likely) -> Result<Scored, StoreError> {
    let wave = wave_of(row.try_get("wave")?)?;
    let id: String = row.try_get("id")?;
    let flags: Vec<&str> = row.try_get::<&str, _>("flags")?.split(' ').collect();
    let helper = match row.try_get("helper")? {
        "" => None,
        code => Some(Helper::from_code(code).ok_or(StoreError::Unreadable("helper"))?),
    };
    let sent_as: Option<i64> = row.try_get("sent_as")?;
    let doubts = Doubts::which(|doubt| match doubt {
        Doubt::ParentHelped => helper == Some(Helper::Parent),
        Doubt::LateAfter => wave != Wave::Pre && flags.contains(&LATE),
        Doubt::LeftEarly => wave == Wave::PostExit,
        Doubt::FoilHit => flags.contains(&Flag::FoilHit.code()),
        Doubt::LikelyLink => likely.is(&id, sent_as),
    });
    let started_ms = row.try_get("started_ms")?;
    let received_us: i64 = row.try_get("received_us")?;
    let held_on: Option<&str> = row.try_get("held_on")?;
    Ok(Scored {
        arrival: row.try_get("arrival")?,
        held_on: held_on.map(|day| day_of(day, wave, started_ms, received_us / 1_000)),
        started_ms,
        aside: row.try_get("aside")?,
        session_id: row.try_get("session_id")?,
        survey: row.try_get("survey")?,
        complete: row.try_get("complete")?,
        scores: unpacked(row.try_get("scores")?)?,
        language: row.try_get("language")?,
        own_yes: row.try_get("own_yes")?,
        newcomer: row.try_get("newcomer")?,
        id,
        wave,
        doubts,
        helper,
    })
}

fn state_of(code: &str) -> Result<ResponseState, StoreError> {
    ResponseState::from_code(code).ok_or(StoreError::Unreadable("state"))
}

/// The day of a response: its session's. What is answered at home comes under the last session the family came to, so
/// a follow-up under one for follow-ups may have been begun later. A tablet's clock is believed from the session's day to
/// the response's arrival; where it says something earlier, the arrival's day stands.
fn day_of(held_on: &str, wave: Wave, started_ms: i64, received_ms: i64) -> String {
    if wave != Wave::FollowUp {
        return held_on.to_owned();
    }
    let here = jiff::tz::TimeZone::system();
    let day =
        |ms: i64| jiff::Timestamp::from_millisecond(ms).ok().map(|at| at.to_zoned(here.clone()).date().to_string());
    let begun = day(started_ms.min(received_ms)).filter(|begun| begun.as_str() >= held_on);
    begun.or_else(|| day(received_ms)).into_iter().chain([held_on.to_owned()]).max().unwrap_or_default()
}

/// A score as it is kept: measure, score, denominator, and only where there is more to say whether a main result rests
/// on it, and items.
#[derive(Deserialize)]
struct Packed(String, i64, i64, #[serde(default)] i64, #[serde(default)] Vec<i64>);

/// Scores of one response in one column.
pub fn packed(scores: &[Score]) -> String {
    let one = |Score { measure, value, denominator, is_main, items }: &Score| {
        let mut text = format!("[{},{value},{denominator}", serde_json::Value::from(measure.as_str()));
        if *is_main || !items.is_empty() {
            text.push_str(if *is_main { ",1" } else { ",0" });
        }
        if !items.is_empty() {
            let items: Vec<String> = items.iter().map(i64::to_string).collect();
            text.push_str(&format!(",[{}]", items.join(",")));
        }
        text + "]"
    };
    format!("[{}]", scores.iter().map(one).collect::<Vec<_>>().join(","))
}

/// Reads the scores of one response back.
pub fn unpacked(text: &str) -> Result<Vec<Score>, StoreError> {
    let list: Vec<Packed> = serde_json::from_str(text).map_err(|_| StoreError::Unreadable("score"))?;
    let score = |Packed(measure, value, denominator, is_main, items): Packed| Score {
        is_main: is_main == 1,
        items,
        ..Score::new(&measure, value, denominator)
    };
    Ok(list.into_iter().map(score).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_believed_from_the_session_to_the_arrival() {
        let noon = |day: &str| {
            let at = day.parse::<jiff::civil::Date>().expect("a day").at(12, 0, 0, 0);
            at.to_zoned(jiff::tz::TimeZone::system()).expect("a time").timestamp().as_millisecond()
        };
        let day = |wave, begun, received| day_of("2026-05-16", wave, noon(begun), noon(received));
        assert_eq!(day(Wave::Pre, "2026-06-01", "2026-06-01"), "2026-05-16", "only a follow-up may be at home");
        assert_eq!(day(Wave::FollowUp, "2026-05-16", "2026-05-18"), "2026-05-16");
        assert_eq!(day(Wave::FollowUp, "2026-05-25", "2026-05-25"), "2026-05-25", "at home");
        assert_eq!(day(Wave::FollowUp, "2027-01-01", "2026-05-17"), "2026-05-17", "a clock ahead");
        assert_eq!(day(Wave::FollowUp, "2020-01-01", "2026-05-25"), "2026-05-25", "a clock behind");
    }
}
