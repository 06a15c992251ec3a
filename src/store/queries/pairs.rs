//! Pairs and the counts of pairs, kept up to date person by person.

use std::collections::{BTreeMap, HashMap};

use sqlx::QueryBuilder;

use crate::pairing::{FamilyPairs, FamilyScore, Group, Pair, PairCount};
use crate::person::{KeyStage, Role};
use crate::store::StoreError;
use crate::survey::Comparison;

use super::{Conn, Db};

/// Rows in one statement: SQLite allows 32,766 values, a count row has twelve.
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
}

impl Cell {
    /// The key that spells the columns out, because nulls in a key do not conflict.
    fn key(&self) -> String {
        let number = |value: Option<i64>| value.map_or_else(|| "-".to_owned(), |value| value.to_string());
        format!(
            "{}/{}/{}/{}/{}/{}/{}/{}/{}/{}",
            self.group.project_id,
            self.group.session_id,
            self.group.role.code(),
            self.group.key_stage.map_or("-", KeyStage::code),
            self.measure,
            self.comparison.code(),
            self.survey,
            self.denominator,
            number(self.pre),
            number(self.post)
        )
    }
}

/// Puts people's pairs in the place of those they had, and moves the counts by the difference.
pub async fn replace(conn: &mut Conn, people: &[PersonPairs]) -> Result<(), StoreError> {
    let before = stored(conn, people).await?;
    let mut moves: BTreeMap<Cell, i64> = BTreeMap::new();
    let mut gone: Vec<i64> = Vec::new();
    let mut new: Vec<(i64, &Pair)> = Vec::new();
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
            new.push((person.person_id, pair));
        }
        if !old.is_empty() {
            gone.push(person.person_id);
        }
    }
    delete(conn, &gone).await?;
    insert(conn, &new).await?;
    moves.retain(|_, by| *by != 0);
    count(conn, &moves).await
}

type StoredRow = (i64, String, String, String, i64, i64, Option<i64>, Option<i64>);

async fn stored(conn: &mut Conn, people: &[PersonPairs]) -> Result<HashMap<i64, Vec<Pair>>, StoreError> {
    let mut query = QueryBuilder::<Db>::new(
        "select person_id, measure, comparison, survey, session_id, denominator, pre, post from pair where person_id in (",
    );
    let mut list = query.separated(", ");
    for person in people {
        list.push_bind(person.person_id);
    }
    query.push(") order by person_id");
    let rows: Vec<StoredRow> = query.build_query_as().fetch_all(&mut *conn).await?;
    let mut pairs: HashMap<i64, Vec<Pair>> = HashMap::new();
    for (person_id, measure, comparison, survey, session_id, denominator, pre, post) in rows {
        let comparison = comparison_of(&comparison)?;
        let pair = Pair { measure, comparison, survey, session_id, denominator, pre, post };
        pairs.entry(person_id).or_default().push(pair);
    }
    pairs.values_mut().for_each(|pairs| pairs.sort());
    Ok(pairs)
}

async fn delete(conn: &mut Conn, people: &[i64]) -> Result<(), StoreError> {
    if people.is_empty() {
        return Ok(());
    }
    let mut query = QueryBuilder::<Db>::new("delete from pair where person_id in (");
    let mut list = query.separated(", ");
    for person in people {
        list.push_bind(*person);
    }
    query.push(")");
    query.build().execute(&mut *conn).await?;
    Ok(())
}

async fn insert(conn: &mut Conn, pairs: &[(i64, &Pair)]) -> Result<(), StoreError> {
    for some in pairs.chunks(CHUNK) {
        let mut query = QueryBuilder::<Db>::new(
            "insert into pair (person_id, measure, comparison, survey, session_id, denominator, pre, post) ",
        );
        query.push_values(some, |mut row, (person_id, pair)| {
            row.push_bind(*person_id)
                .push_bind(pair.measure.as_str())
                .push_bind(pair.comparison.code())
                .push_bind(pair.survey.as_str())
                .push_bind(pair.session_id)
                .push_bind(pair.denominator)
                .push_bind(pair.pre)
                .push_bind(pair.post);
        });
        query.build().execute(&mut *conn).await?;
    }
    Ok(())
}

/// Moves the counts; a cell that comes to nothing is taken away, so that rebuilt equals incremental.
async fn count(conn: &mut Conn, moves: &BTreeMap<Cell, i64>) -> Result<(), StoreError> {
    let moves: Vec<(String, &Cell, i64)> = moves.iter().map(|(cell, by)| (cell.key(), cell, *by)).collect();
    for some in moves.chunks(CHUNK) {
        let mut query = QueryBuilder::<Db>::new(
            "insert into pair_count (cell, project_id, session_id, role, key_stage, measure, comparison, survey, denominator,
             pre, post, n) ",
        );
        query.push_values(some, |mut row, (key, cell, by)| {
            row.push_bind(key.as_str())
                .push_bind(cell.group.project_id)
                .push_bind(cell.group.session_id)
                .push_bind(cell.group.role.code())
                .push_bind(cell.group.key_stage.map(KeyStage::code))
                .push_bind(cell.measure.as_str())
                .push_bind(cell.comparison.code())
                .push_bind(cell.survey.as_str())
                .push_bind(cell.denominator)
                .push_bind(cell.pre)
                .push_bind(cell.post)
                .push_bind(*by);
        });
        query.push(" on conflict (cell) do update set n = pair_count.n + excluded.n");
        query.build().execute(&mut *conn).await?;
    }
    let fallen: Vec<&str> = moves.iter().filter(|(_, _, by)| *by < 0).map(|(key, ..)| key.as_str()).collect();
    for some in fallen.chunks(CHUNK) {
        let mut query = QueryBuilder::<Db>::new("delete from pair_count where n = 0 and cell in (");
        let mut list = query.separated(", ");
        for key in some {
            list.push_bind(*key);
        }
        query.push(")");
        query.build().execute(&mut *conn).await?;
    }
    Ok(())
}

type CountRow = (i64, i64, String, Option<String>, String, String, String, i64, Option<i64>, Option<i64>, i64);

/// The counts of a programme.
pub async fn counts(conn: &mut Conn, programme_id: i64) -> Result<Vec<PairCount>, StoreError> {
    let rows: Vec<CountRow> = sqlx::query_as(
        "select c.project_id, c.session_id, c.role, c.key_stage, c.measure, c.comparison, c.survey, c.denominator, c.pre, c.post, c.n
         from pair_count c join project p on p.id = c.project_id where p.programme_id = $1 order by c.cell",
    )
    .bind(programme_id)
    .fetch_all(&mut *conn)
    .await?;
    rows.into_iter()
        .map(|(project_id, session_id, role, key_stage, measure, comparison, survey, denominator, pre, post, n)| {
            let role = Role::from_code(&role).ok_or(StoreError::Unreadable("role"))?;
            let key_stage = key_stage
                .map(|code| KeyStage::from_code(&code).ok_or(StoreError::Unreadable("key stage")))
                .transpose()?;
            let group = Group { project_id, session_id, role, key_stage };
            let comparison = comparison_of(&comparison)?;
            Ok(PairCount { group, measure, comparison, survey, denominator, pre, post, n })
        })
        .collect()
}

type FamilyRow = (String, i64, String, String, String, i64, String, i64, i64, i64);

/// The matched pairs of families at one-off sessions who have at least two of a role, measure and comparison.
pub async fn of_families(conn: &mut Conn, programme_id: i64) -> Result<Vec<FamilyPairs>, StoreError> {
    let rows: Vec<FamilyRow> = sqlx::query_as(
        "select coalesce(k.family, k.code), k.project_id, n.role, p.measure, p.comparison, p.session_id, p.survey, p.denominator, p.pre, p.post
         from project j join card k on k.project_id = j.id join person n on n.card_code = k.code
         join pair p on p.person_id = n.id join session s on s.id = p.session_id
         where j.programme_id = $1 and s.role in ('single', 'event')
           and p.pre is not null and p.post is not null
           and (exists (select 1 from person o where o.card_code = n.card_code and o.role = n.role and o.id <> n.id)
                or k.family is not null or exists (select 1 from card t where t.family = k.code))
         order by 1, n.role, p.measure, p.comparison, p.person_id",
    )
    .bind(programme_id)
    .fetch_all(&mut *conn)
    .await?;
    let mut families = Vec::new();
    // A card's code ends here: what leaves is who belongs together, not to whom.
    for family in rows.chunk_by(|a, b| (&a.0, &a.2, &a.3, &a.4) == (&b.0, &b.2, &b.3, &b.4)) {
        let (_, project_id, role, measure, comparison, ..) = &family[0];
        if family.len() < 2 {
            continue;
        }
        let member = |row: &FamilyRow| {
            let (.., session_id, survey, denominator, pre, post) = row.clone();
            FamilyScore { session_id, survey, denominator, pre, post }
        };
        families.push(FamilyPairs {
            project_id: *project_id,
            role: Role::from_code(role).ok_or(StoreError::Unreadable("role"))?,
            measure: measure.clone(),
            comparison: comparison_of(comparison)?,
            members: family.iter().map(member).collect(),
        });
    }
    Ok(families)
}

type JudgedRow = (i64, String, String, Option<i64>, Option<i64>, bool, String, String);

/// Everything derived as one text, line by line in a fixed order.
pub async fn derived(conn: &mut Conn) -> Result<String, StoreError> {
    let mut text = String::new();
    let responses: Vec<JudgedRow> = sqlx::query_as(
        "select arrival, state, reason, session_id, person_id, complete, flags, scores from response order by arrival",
    )
    .fetch_all(&mut *conn)
    .await?;
    for row in responses {
        text.push_str(&format!("response {row:?}\n"));
    }
    let pairs: Vec<StoredRow> = sqlx::query_as(
        "select person_id, measure, comparison, survey, session_id, denominator, pre, post from pair
         order by person_id, measure, comparison, survey, denominator",
    )
    .fetch_all(&mut *conn)
    .await?;
    for row in pairs {
        text.push_str(&format!("pair {row:?}\n"));
    }
    let counts: Vec<(String, i64)> =
        sqlx::query_as("select cell, n from pair_count order by cell").fetch_all(&mut *conn).await?;
    let mut counts: Vec<String> = counts.into_iter().map(|row| format!("count {row:?}\n")).collect();
    counts.sort();
    text.extend(counts);
    let flow: Vec<(i64, String, i64, String, String, i64)> = sqlx::query_as(
        "select project_id, role, school_year, step, wave, n from flow_count
         order by project_id, role, school_year, step, wave",
    )
    .fetch_all(&mut *conn)
    .await?;
    text.extend(flow.into_iter().map(|row| format!("flow {row:?}\n")));
    let counts_as: Vec<(i64, i64)> =
        sqlx::query_as("select id, counts_as from person where counts_as is not null order by id")
            .fetch_all(&mut *conn)
            .await?;
    text.extend(counts_as.into_iter().map(|row| format!("counts as {row:?}\n")));
    let families: Vec<(String, String)> =
        sqlx::query_as("select code, family from card where family is not null order by code")
            .fetch_all(&mut *conn)
            .await?;
    text.extend(families.into_iter().map(|row| format!("family {row:?}\n")));
    Ok(text)
}

/// Reads a stored comparison back.
pub fn comparison_of(code: &str) -> Result<Comparison, StoreError> {
    Comparison::from_code(code).ok_or(StoreError::Unreadable("comparison"))
}
