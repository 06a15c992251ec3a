//! Pairs and the counts of pairs, kept up to date person by person.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sqlx::QueryBuilder;

use crate::pairing::{Doubts, Group, Pair, PairCount};
use crate::person::{KeyStage, Role};
use crate::store::StoreError;
use crate::survey::Comparison;

use super::list::{list, run_for};
use super::{Conn, Db, counts, family_answers, family_sums};

/// Rows in one statement: SQLite allows 32,766 values.
const CHUNK: usize = 2_000;

/// A person's pairs as they are now, with the groups they count in.
pub struct PersonPairs {
    /// The person.
    pub person_id: i64,
    /// The project of the family's card.
    pub project_id: i64,
    /// Child or grown-up.
    pub role: Role,
    /// A child's key stage.
    pub key_stage: Option<KeyStage>,
    /// Their pairs.
    pub pairs: Vec<Pair>,
}

impl PersonPairs {
    fn cell_of(&self, pair: &Pair) -> Cell {
        Cell {
            group: Group {
                project_id: self.project_id,
                session_id: pair.session_id,
                role: self.role,
                key_stage: self.key_stage,
            },
            measure: pair.measure.clone(),
            comparison: pair.comparison,
            survey: pair.survey.clone(),
            denominator: pair.denominator,
            pre: pair.pre,
            post: pair.post,
            doubts: pair.doubts,
            visits: pair.visits,
        }
    }
}

/// A cell of the count table: everything but the count.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Cell {
    group: Group,
    measure: String,
    comparison: Comparison,
    survey: String,
    denominator: i64,
    pre: Option<i64>,
    post: Option<i64>,
    doubts: Doubts,
    visits: Option<i64>,
}

impl Cell {
    /// The key that spells the columns out, because nulls in a key do not conflict.
    fn key(&self) -> String {
        let number = |value: Option<i64>| value.map_or_else(|| "-".to_owned(), |value| value.to_string());
        format!(
            "{}/{}/{}/{}/{}/{}/{}/{}/{}/{}/{}/{}",
            self.group.project_id,
            self.group.session_id,
            self.group.role.code(),
            self.group.key_stage.map_or("-", KeyStage::code),
            self.measure,
            self.comparison.code(),
            self.survey,
            self.denominator,
            number(self.pre),
            number(self.post),
            self.doubts.bits(),
            number(self.visits)
        )
    }
}

/// Puts people's pairs in the place of those they had, and moves the counts by the difference.
pub async fn replace(conn: &mut Conn, people: &[PersonPairs]) -> Result<(), StoreError> {
    let ids: Vec<i64> = people.iter().map(|person| person.person_id).collect();
    let members = family_sums::members(conn, &ids).await?;
    let all: BTreeSet<i64> = ids.into_iter().chain(members.iter().map(|member| member.id)).collect();
    let before = stored(conn, &all.into_iter().collect::<Vec<_>>()).await?;
    let mut now = before.clone();
    let mut moves: BTreeMap<Cell, i64> = BTreeMap::new();
    let (mut gone, mut new): (Vec<i64>, Vec<(i64, &[Pair])>) = (Vec::new(), Vec::new());
    for person in people {
        let old = before.get(&person.person_id).map_or(&[][..], Vec::as_slice);
        if old == person.pairs {
            continue;
        }
        for pair in old {
            *moves.entry(person.cell_of(pair)).or_default() -= 1;
        }
        for pair in &person.pairs {
            *moves.entry(person.cell_of(pair)).or_default() += 1;
        }
        if person.pairs.is_empty() {
            gone.push(person.person_id);
            now.remove(&person.person_id);
        } else {
            new.push((person.person_id, &person.pairs));
            now.insert(person.person_id, person.pairs.clone());
        }
    }
    run_for(conn, "delete from person_pairs where person_id in (", &gone).await?;
    keep(conn, &new).await?;
    moves.retain(|_, by| *by != 0);
    count(conn, moves).await?;
    family_sums::replace(conn, &members, &before, &now).await?;
    family_answers::replace(conn, &members, &before, &now).await
}

/// A pair as it is kept: measure, comparison, survey, session, denominator, before, after, doubts, visits.
type Packed = (String, String, String, i64, i64, Option<i64>, Option<i64>, i64, Option<i64>);

/// The pairs of some people; who has none is left out.
pub async fn stored(conn: &mut Conn, people: &[i64]) -> Result<HashMap<i64, Vec<Pair>>, StoreError> {
    let mut pairs: HashMap<i64, Vec<Pair>> = HashMap::with_capacity(people.len());
    for some in people.chunks(CHUNK) {
        let mut query = QueryBuilder::<Db>::new("select person_id, pairs from person_pairs where person_id in (");
        list(&mut query, some.iter().copied());
        query.push(") order by person_id");
        let rows: Vec<(i64, String)> = query.build_query_as().fetch_all(&mut *conn).await?;
        for (person_id, packed) in rows {
            pairs.insert(person_id, unpacked(&packed)?);
        }
    }
    Ok(pairs)
}

fn unpacked(text: &str) -> Result<Vec<Pair>, StoreError> {
    let list: Vec<Packed> = serde_json::from_str(text).map_err(|_| StoreError::Unreadable("pairs"))?;
    let pair = |(measure, comparison, survey, session_id, denominator, pre, post, doubts, visits): Packed| {
        let (comparison, doubts) = (comparison_of(&comparison)?, doubts_of(doubts)?);
        Ok(Pair { measure, comparison, survey, session_id, denominator, pre, post, doubts, visits })
    };
    list.into_iter().map(pair).collect()
}

fn packed(pairs: &[Pair]) -> String {
    let list: Vec<_> = pairs
        .iter()
        .map(|pair| {
            let Pair { measure, comparison, survey, session_id, denominator, pre, post, doubts, visits } = pair;
            (measure, comparison.code(), survey, session_id, denominator, pre, post, doubts.bits(), visits)
        })
        .collect();
    serde_json::to_string(&list).unwrap_or_else(|_| "[]".to_owned())
}

async fn keep(conn: &mut Conn, people: &[(i64, &[Pair])]) -> Result<(), StoreError> {
    for some in people.chunks(CHUNK) {
        let mut query = QueryBuilder::<Db>::new("insert into person_pairs (person_id, pairs) ");
        query.push_values(some, |mut row, (person_id, pairs)| {
            row.push_bind(*person_id).push_bind(packed(pairs));
        });
        query.push(" on conflict (person_id) do update set pairs = excluded.pairs");
        query.build().execute(&mut *conn).await?;
    }
    Ok(())
}

const COUNTS: counts::Table = counts::Table {
    name: "pair_count",
    key: "cell",
    beside: ", project_id, session_id, role, key_stage, measure, comparison, survey, denominator, pre, post, doubts, visits",
    n: "n",
};

/// Moves the counts; a cell that comes to nothing is taken away, so that rebuilt equals incremental.
async fn count(conn: &mut Conn, moves: BTreeMap<Cell, i64>) -> Result<(), StoreError> {
    let moves: Vec<(Cell, i64)> = moves.into_iter().collect();
    counts::shift(conn, &COUNTS, &moves, |row, cell| {
        row.push_bind(cell.key())
            .push_bind(cell.group.project_id)
            .push_bind(cell.group.session_id)
            .push_bind(cell.group.role.code())
            .push_bind(cell.group.key_stage.map(KeyStage::code))
            .push_bind(cell.measure.clone())
            .push_bind(cell.comparison.code())
            .push_bind(cell.survey.clone())
            .push_bind(cell.denominator)
            .push_bind(cell.pre)
            .push_bind(cell.post)
            .push_bind(cell.doubts.bits())
            .push_bind(cell.visits);
    })
    .await?;
    let fallen: Vec<String> = moves.iter().filter(|(_, by)| *by < 0).map(|(cell, _)| cell.key()).collect();
    run_for(conn, "delete from pair_count where n = 0 and cell in (", &fallen).await
}

type CountRow =
    (i64, i64, String, Option<String>, String, String, String, i64, Option<i64>, Option<i64>, i64, Option<i64>, i64);

/// The counts of a programme.
pub async fn counts(conn: &mut Conn, programme_id: i64) -> Result<Vec<PairCount>, StoreError> {
    let rows: Vec<CountRow> = sqlx::query_as(
        "select c.project_id, c.session_id, c.role, c.key_stage, c.measure, c.comparison, c.survey, c.denominator, c.pre, c.post,
         c.doubts, c.visits, c.n
         from pair_count c join project p on p.id = c.project_id where p.programme_id = $1
         order by c.project_id, c.session_id, c.cell",
    )
    .bind(programme_id)
    .fetch_all(&mut *conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            let (
                project_id,
                session_id,
                role,
                key_stage,
                measure,
                comparison,
                survey,
                denominator,
                pre,
                post,
                doubts,
                visits,
                n,
            ) = row;
            let role = Role::from_code(&role).ok_or(StoreError::Unreadable("role"))?;
            let key_stage = key_stage
                .map(|code| KeyStage::from_code(&code).ok_or(StoreError::Unreadable("key stage")))
                .transpose()?;
            let group = Group { project_id, session_id, role, key_stage };
            let (comparison, doubts) = (comparison_of(&comparison)?, doubts_of(doubts)?);
            Ok(PairCount { group, measure, comparison, survey, denominator, pre, post, doubts, visits, n })
        })
        .collect()
}

fn doubts_of(bits: i64) -> Result<Doubts, StoreError> {
    Doubts::from_bits(bits).ok_or(StoreError::Unreadable("doubts"))
}

/// Reads a stored comparison back.
pub fn comparison_of(code: &str) -> Result<Comparison, StoreError> {
    Comparison::from_code(code).ok_or(StoreError::Unreadable("comparison"))
}
