//! What people have answered so far: which of it counts, and the pairs that follow from it.

use std::collections::{BTreeSet, HashMap};

use sqlx::QueryBuilder;

use crate::pairing::{Scored, counted, standing};
use crate::person::{Role, SchoolYear};
use crate::scoring::Score;
use crate::store::{ResponseState, StoreError};
use crate::survey::Wave;

use super::family::year_of;
use super::flow::{self, Waves};
use super::pairs::{self, PersonPairs};
use super::{Conn, Db};

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
        let counted_before = self
            .histories
            .into_iter()
            .map(|history| {
                let counted = history.scored.iter().zip(&history.states).filter(|(_, s)| **s == ResponseState::Counted);
                (history.person_id, counted.map(|(response, _)| response.wave).collect())
            })
            .collect();
        settle(conn, left, &counted_before).await
    }
}

/// Marks which of people's responses count, and brings pairs and counts into line with that.
pub async fn settle(
    conn: &mut Conn,
    histories: Vec<History>,
    counted_before: &HashMap<i64, BTreeSet<Wave>>,
) -> Result<(), StoreError> {
    let mut superseded = Vec::new();
    let mut restored = Vec::new();
    let mut changes = Vec::with_capacity(histories.len());
    let mut waves = Vec::with_capacity(histories.len());
    for history in histories {
        let counted = counted(&history.scored);
        let counts = standing(&history.scored);
        waves.push(Waves {
            project_id: history.project_id,
            role: history.role,
            school_year: history.school_year,
            before: counted_before.get(&history.person_id).cloned().unwrap_or_default(),
            now: counted.keys().copied().collect(),
        });
        for (response, &state) in history.scored.iter().zip(&history.states) {
            match (counts.contains(&response.arrival), state) {
                (false, ResponseState::Counted) => superseded.push(response.arrival),
                (true, ResponseState::Superseded) => restored.push(response.arrival),
                _ => {}
            }
        }
        changes.push(PersonPairs {
            person_id: history.person_id,
            project_id: history.project_id,
            role: history.role,
            key_stage: history.school_year.map(SchoolYear::key_stage),
            pairs: crate::pairing::pairs_of(&history.scored),
        });
    }
    mark(conn, ResponseState::Superseded, &superseded).await?;
    mark(conn, ResponseState::Counted, &restored).await?;
    flow::count(conn, &waves).await?;
    pairs::replace(conn, &changes).await
}

async fn mark(conn: &mut Conn, state: ResponseState, arrivals: &[i64]) -> Result<(), StoreError> {
    if arrivals.is_empty() {
        return Ok(());
    }
    let mut query = QueryBuilder::<Db>::new("update response set state = ");
    query.push_bind(state.code()).push(" where arrival in (");
    let mut list = query.separated(", ");
    for arrival in arrivals {
        list.push_bind(*arrival);
    }
    query.push(")");
    query.build().execute(&mut *conn).await?;
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
    /// Their responses,
    pub scored: Vec<Scored>,
    /// and what became of each.
    pub states: Vec<ResponseState>,
}

type HistoryRow =
    (i64, i64, String, Option<i64>, i64, String, String, i64, String, bool, String, String, i64, Option<i64>);

/// The histories of some people, by key; who has answered nothing has none.
pub async fn histories(conn: &mut Conn, people: &BTreeSet<i64>) -> Result<Vec<History>, StoreError> {
    let mut query = QueryBuilder::<Db>::new(
        "select person.id, card.project_id, person.role, person.school_year, r.arrival, r.state, r.wave, r.session_id,
         r.survey, r.complete, r.scores, r.id, r.started_ms,
         (select max(link.id) from link where link.response_id = r.id and link.kind = 'aside' and link.undone_us is null)
         from response r join person on person.id = r.person_id join card on card.code = person.card_code
         where r.person_id in (",
    );
    let mut list = query.separated(", ");
    for person in people {
        list.push_bind(*person);
    }
    query.push(") order by person.id, r.arrival");
    let rows: Vec<HistoryRow> = query.build_query_as().fetch_all(&mut *conn).await?;
    let mut histories: Vec<History> = Vec::with_capacity(people.len());
    for (
        person_id,
        project_id,
        role,
        year,
        arrival,
        state,
        wave,
        session_id,
        survey,
        complete,
        scores,
        id,
        started_ms,
        aside,
    ) in rows
    {
        if histories.last().is_none_or(|history| history.person_id != person_id) {
            let role = Role::from_code(&role).ok_or(StoreError::Unreadable("role"))?;
            let school_year = year_of(year)?;
            histories.push(History {
                person_id,
                project_id,
                role,
                school_year,
                scored: Vec::new(),
                states: Vec::new(),
            });
        }
        let Some(history) = histories.last_mut() else { continue };
        let wave = Wave::from_code(&wave).ok_or(StoreError::Unreadable("wave"))?;
        history.states.push(ResponseState::from_code(&state).ok_or(StoreError::Unreadable("state"))?);
        let (aside, scores) = (aside.is_some(), unpacked(&scores)?);
        history.scored.push(Scored { arrival, id, started_ms, aside, wave, session_id, survey, complete, scores });
    }
    Ok(histories)
}

/// Scores of one response in one column.
pub fn packed(scores: &[Score]) -> String {
    let list: Vec<(&str, i64, i64)> =
        scores.iter().map(|score| (score.measure.as_str(), score.value, score.denominator)).collect();
    serde_json::to_string(&list).unwrap_or_else(|_| "[]".to_owned())
}

/// Reads the scores of one response back.
pub fn unpacked(text: &str) -> Result<Vec<Score>, StoreError> {
    let list: Vec<(String, i64, i64)> = serde_json::from_str(text).map_err(|_| StoreError::Unreadable("score"))?;
    Ok(list.into_iter().map(|(measure, value, denominator)| Score { measure, value, denominator }).collect())
}
