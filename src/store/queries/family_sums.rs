//! Families at one-off sessions, summed up as their answers are judged.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sqlx::QueryBuilder;

use crate::pairing::{FamilyPairs, FamilyScore, FamilySums, Pair};
use crate::store::StoreError;
use crate::survey::{Comparison, Library};

use super::family::role_of;
use super::list::list;
use super::pairs;
use super::sums::{self, Table};
use super::{Conn, Db, derived};

/// Rows in one statement: SQLite allows 32,766 values.
const CHUNK: usize = 2_000;

const TABLE: Table<1> = Table { name: "family_sum", beside: ["project_id"] };

/// Somebody in a family.
#[derive(Debug, Clone)]
pub struct Member {
    /// The person's key.
    pub id: i64,
    /// The code of the family's card.
    pub family: String,
    /// The project that issued it.
    pub project_id: i64,
    /// The code of the person's role.
    pub role: String,
}

/// Everybody in the families of some people, by family and role.
pub async fn members(conn: &mut Conn, people: &[i64]) -> Result<Vec<Member>, StoreError> {
    let mut found = Vec::new();
    for some in people.chunks(CHUNK) {
        let mut query = QueryBuilder::<Db>::new(FAMILIES);
        list(&mut query, some.iter().copied());
        query.push(MEMBERS);
        let rows: Vec<(i64, String, i64, String)> = query.build_query_as().fetch_all(&mut *conn).await?;
        found.extend(rows.into_iter().map(|(id, family, project_id, role)| Member { id, family, project_id, role }));
    }
    found.sort_by(|a, b| (&a.family, &a.role, a.id).cmp(&(&b.family, &b.role, b.id)));
    found.dedup_by_key(|person| person.id);
    Ok(found)
}

/// A spare card leads to the family of the lost one.
const FAMILIES: &str = "with family (code) as (select coalesce(c.family, c.code) from card c
     join person o on o.card_code = c.code where o.id in (";
const MEMBERS: &str = "))
     select n.id, k.code as family, k.project_id, n.role from card k join person n on n.card_code = k.code
     where k.family is null and k.code in (select code from family)
     union all
     select n.id, k.family, k.project_id, n.role from card k join person n on n.card_code = k.code
     where k.family in (select code from family) order by 1";

/// Those of them who have another of their role in their family.
fn siblings(people: &[Member]) -> Vec<Member> {
    people.chunk_by(Member::is_of).filter(|family| family.len() > 1).flatten().cloned().collect()
}

impl Member {
    fn is_of(&self, other: &Member) -> bool {
        (&self.family, &self.role) == (&other.family, &other.role)
    }
}

/// The sums of a programme's families.
pub async fn of_programme(conn: &mut Conn, programme_id: i64) -> Result<Vec<FamilySums>, StoreError> {
    let sums: Vec<String> = sqlx::query_scalar(
        "select f.sums from family_sum f join project p on p.id = f.project_id where p.programme_id = $1
         order by f.project_id, f.cell",
    )
    .bind(programme_id)
    .fetch_all(&mut *conn)
    .await?;
    sums.iter().map(|sums| sums::read(sums)).collect()
}

/// The sums of the families of some people, as their pairs are stored.
pub async fn of_people(conn: &mut Conn, people: &[i64]) -> Result<Vec<FamilySums>, StoreError> {
    let siblings = siblings(&members(conn, people).await?);
    let ids: Vec<i64> = siblings.iter().map(|person| person.id).collect();
    let pairs = pairs::stored(conn, &ids).await?;
    let known = Known::read(conn, sessions([&pairs])).await?;
    Ok(known.sums(&siblings, &pairs))
}

/// Moves the sums of families to what their people's pairs are now. `members` are all of each family that may
/// have changed.
pub async fn replace(
    conn: &mut Conn,
    members: &[Member],
    before: &HashMap<i64, Vec<Pair>>,
    now: &HashMap<i64, Vec<Pair>>,
) -> Result<(), StoreError> {
    let changed: Vec<Member> = siblings(members)
        .chunk_by(Member::is_of)
        .filter(|family| family.iter().any(|person| before.get(&person.id) != now.get(&person.id)))
        .flatten()
        .cloned()
        .collect();
    if changed.is_empty() {
        return Ok(());
    }
    let known = Known::read(conn, sessions([before, now])).await?;
    let (gone, new) = (known.sums(&changed, before), known.sums(&changed, now));
    shift(conn, gone.into_iter().map(FamilySums::negated).chain(new)).await
}

/// Joins sums to those stored.
pub async fn shift(conn: &mut Conn, moves: impl IntoIterator<Item = FamilySums>) -> Result<(), StoreError> {
    let mut cells: BTreeMap<String, FamilySums> = BTreeMap::new();
    for sums in moves {
        cells.entry(sums.cell()).and_modify(|cell| cell.join(&sums)).or_insert(sums);
    }
    let moves = cells.into_iter().map(|(cell, sums)| (cell, sums.project_id, sums)).collect();
    sums::shift(conn, &TABLE, moves, |row, project_id| {
        row.push_bind(*project_id);
    })
    .await
}

fn sessions<const N: usize>(pairs: [&HashMap<i64, Vec<Pair>>; N]) -> BTreeSet<i64> {
    pairs.iter().flat_map(|pairs| pairs.values()).flatten().map(|pair| pair.session_id).collect()
}

/// What summing up needs to know beside the pairs.
struct Known {
    one_off: BTreeSet<i64>,
    cuts: HashMap<(String, String), i64>,
}

impl Known {
    async fn read(conn: &mut Conn, sessions: BTreeSet<i64>) -> Result<Known, StoreError> {
        let mut one_off = BTreeSet::new();
        if !sessions.is_empty() {
            let mut query =
                QueryBuilder::<Db>::new("select id from session where role in ('single', 'event') and id in (");
            list(&mut query, sessions);
            query.push(") order by id");
            let ids: Vec<i64> = query.build_query_scalar().fetch_all(&mut *conn).await?;
            one_off.extend(ids);
        }
        Ok(Known { one_off, cuts: cuts(conn).await? })
    }

    fn sums(&self, siblings: &[Member], pairs: &HashMap<i64, Vec<Pair>>) -> Vec<FamilySums> {
        let families = siblings.chunk_by(Member::is_of).flat_map(|family| self.families(family, pairs));
        FamilySums::of(families, |survey, measure, score| {
            let cut = self.cuts.get(&(survey.to_owned(), measure.to_owned()));
            cut.is_some_and(|cut| score >= *cut)
        })
    }

    /// A family's matched pairs by measure and comparison, where there are two or more.
    fn families(&self, family: &[Member], pairs: &HashMap<i64, Vec<Pair>>) -> Vec<FamilyPairs> {
        let mut found: BTreeMap<(&str, Comparison), Vec<FamilyScore>> = BTreeMap::new();
        for pair in family.iter().filter_map(|person| pairs.get(&person.id)).flatten() {
            let (Some(pre), Some(post)) = (pair.pre, pair.post) else { continue };
            if self.one_off.contains(&pair.session_id) {
                let Pair { session_id, denominator, doubts, .. } = *pair;
                let score = FamilyScore { session_id, survey: pair.survey.clone(), denominator, pre, post, doubts };
                found.entry((&pair.measure, pair.comparison)).or_default().push(score);
            }
        }
        let Some(role) = family.first().and_then(|person| role_of(&person.role).ok()) else { return Vec::new() };
        let several = found.into_iter().filter(|(_, members)| members.len() > 1);
        several
            .map(|((measure, comparison), members)| FamilyPairs {
                project_id: family[0].project_id,
                role,
                measure: measure.to_owned(),
                comparison,
                members,
            })
            .collect()
    }
}

/// From which score each survey's measures count as positive.
pub async fn cuts(conn: &mut Conn) -> Result<HashMap<(String, String), i64>, StoreError> {
    let rows: Vec<(String, String, i64)> =
        sqlx::query_as("select survey, measure, positive_from from cut order by survey, measure")
            .fetch_all(&mut *conn)
            .await?;
    Ok(rows.into_iter().map(|(survey, measure, from)| ((survey, measure), from)).collect())
}

/// Keeps the cuts of the newest surveys. Where a cut was another, everything derived is forgotten and judged
/// again: the sums of families stand on it.
pub async fn set_cuts(conn: &mut Conn, library: &Library) -> Result<(), StoreError> {
    let known = cuts(conn).await?;
    let mut moved = false;
    for version in library.newest_of_each() {
        let survey = &version.survey;
        for (measure, from) in survey.measures.iter().filter_map(|measure| Some((measure, measure.positive_from?))) {
            let before = known.get(&(survey.id.clone(), measure.id.clone())).copied();
            if before == Some(i64::from(from)) {
                continue;
            }
            moved |= before.is_some();
            sqlx::query(
                "insert into cut (survey, measure, positive_from) values ($1, $2, $3)
                 on conflict (survey, measure) do update set positive_from = excluded.positive_from",
            )
            .bind(&survey.id)
            .bind(&measure.id)
            .bind(i64::from(from))
            .execute(&mut *conn)
            .await?;
        }
    }
    if moved { derived::forget_everything(conn).await } else { Ok(()) }
}
